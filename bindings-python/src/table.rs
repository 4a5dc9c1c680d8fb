//! `EventTable`: events kept in columns, filled in batches.

use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::fill::{self, Options, Source};
use crate::patience::{given, whole};
use crate::raise::raise_fault;
use crate::read::Reader;
use crate::shared::Shared;
use crate::write::write;
use truenorth_cli::open::GitInput;

/// Events in columns, filled in batches and asked as often as you like, from many threads.
#[pyclass(frozen, module = "truenorth", name = "EventTable")]
#[derive(Debug)]
pub(crate) struct EventTable {
    pub(crate) shared: Shared,
}

/// A view of a written report part.
pub(crate) fn viewed(py: Python<'_>, shape: &str, data: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    Ok(py.import("truenorth._views")?.call_method1("view", (shape, data))?.unbind())
}

#[pymethods]
impl EventTable {
    #[new]
    #[pyo3(signature = (data = None, /, **options))]
    fn new(py: Python<'_>, data: Option<&Bound<'_, PyAny>>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let table = Self { shared: Shared::default() };
        match data {
            Some(data) => table.extend(py, data, options)?,
            None => given(py, Options::of(py, options)?.only(&[], "but none was given"))?,
        }
        Ok(table)
    }

    /// Adds events: rows, files by their paths, bytes of a file, a data frame, or columns by name.
    #[pyo3(signature = (data, /, **options))]
    fn extend(&self, py: Python<'_>, data: &Bound<'_, PyAny>, options: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        whole(py, || {
            let options = Options::of(py, options)?;
            Source::of(data, &options)?.fill(py, &self.shared, &options)
        })
    }

    /// Opens files, folders and git repositories together: see `truenorth.read`.
    #[pyo3(signature = (paths, git, ownership, options, /))]
    fn _open(
        &self,
        py: Python<'_>,
        paths: Vec<PathBuf>,
        git: &Bound<'_, PyAny>,
        ownership: Vec<PathBuf>,
        options: &Bound<'_, PyDict>,
    ) -> PyResult<()> {
        whole(py, || {
            let git: Vec<GitInput> = Reader::default().read(git).map_err(|fault| raise_fault(py, fault))?;
            let options = Options::of(py, Some(options))?;
            fill::open_all(py, &self.shared, paths, git, ownership, &options)
        })
    }

    /// Merges the records of each thing, and counts them; operations do so by themselves.
    fn settle(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let merged = self.shared.change(py, false, |table, _| Ok(table.settle()))?;
        viewed(py, "Settled", write(py, &merged)?)
    }

    /// What happened while reading: nothing is dropped in silence.
    #[getter]
    fn quality(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        viewed(py, "Quality", write(py, self.shared.get(py)?.quality())?)
    }

    /// How much memory the columns hold, names left out.
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

    #[expect(clippy::unused_self, reason = "Python calls it on a table")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "an EventTable cannot be pickled: send the events or the names of their files, and fill a table there",
        ))
    }
}
