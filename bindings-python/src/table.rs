//! `EventTable`: events kept in columns, filled in batches.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::fill::{Options, Source};
use crate::shared::Shared;
use crate::write::write;

/// Events in columns, filled in batches and asked as often as you like, from many threads.
#[pyclass(frozen, module = "truenorth", name = "EventTable")]
#[derive(Debug)]
pub(crate) struct EventTable {
    pub(crate) shared: Shared,
}

/// A view of a written report part.
fn viewed(py: Python<'_>, shape: &str, data: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    Ok(py.import("truenorth._views")?.call_method1("view", (shape, data))?.unbind())
}

#[pymethods]
impl EventTable {
    #[new]
    #[pyo3(signature = (data = None, /, *, kind = None, lenient = false))]
    fn new(data: Option<&Bound<'_, PyAny>>, kind: Option<String>, lenient: bool, py: Python<'_>) -> PyResult<Self> {
        let table = Self { shared: Shared::default() };
        if let Some(data) = data {
            table.extend(data, kind, lenient, py)?;
        }
        Ok(table)
    }

    #[pyo3(signature = (data, /, *, kind = None, lenient = false))]
    fn extend(&self, data: &Bound<'_, PyAny>, kind: Option<String>, lenient: bool, py: Python<'_>) -> PyResult<()> {
        Source::of(data, kind.as_deref())?.fill(py, &self.shared, &Options { lenient })
    }

    fn settle(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let merged = self.shared.change(py, false, |table, _| Ok(table.settle()))?;
        viewed(py, "Settled", write(py, &merged)?)
    }

    #[getter]
    fn quality(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        viewed(py, "Quality", write(py, self.shared.get(py)?.quality())?)
    }

    #[getter]
    fn nbytes(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.shared.get(py)?.bytes())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.shared.get(py)?.len())
    }

    fn __bool__(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(!self.shared.get(py)?.is_empty())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let table = self.shared.get(py)?;
        Ok(format!(
            "<EventTable: {} deployments, {} changes, {} pull requests, {} incidents>",
            table.deployments().len(),
            table.changes().len(),
            table.pull_requests().len(),
            table.incidents().len(),
        ))
    }

    /// A copy costs nothing until one of the two is added to.
    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self { shared: Shared::new(self.shared.get(py)?) })
    }

    fn __deepcopy__(&self, _memo: &Bound<'_, PyAny>, py: Python<'_>) -> PyResult<Self> {
        self.__copy__(py)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "an EventTable cannot be pickled: send the events or the names of their files, and fill a table there",
        ))
    }
}
