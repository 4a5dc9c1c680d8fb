//! Every operation of the list, as a Python function.

use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use serde::Serialize;
use serde::de::DeserializeOwned;
use truenorth::Result;
use truenorth::desk::door;
use truenorth::desk::operations::{Call, Context, Operation, Tables, dispatch};
use truenorth::facts::EventTable as Table;

use crate::fill;
use crate::patience::{given, long, short, whole};
use crate::raise::raise_fault;
use crate::read::Reader;
use crate::spelling::respell;
use crate::table::EventTable;
use crate::write::write;

/// Tables of more rows, and requests with more parts, are worked on in a thread of their own.
const LONG: usize = 10_000;

/// One call: what was asked, and the table it is asked of.
struct Asked<'a, 'py> {
    request: &'a Bound<'py, PyAny>,
    events: Option<Arc<Table>>,
    py: Python<'py>,
}

impl Call for Asked<'_, '_> {
    type Output = PyResult<Py<PyAny>>;

    fn call<Q: DeserializeOwned + Send + Sync, R: Serialize + Send>(
        self,
        _: &'static Operation,
        run: fn(&Q, &Tables<'_>, &Context) -> Result<R>,
    ) -> Result<Self::Output> {
        let Self { py, events, .. } = self;
        let reader = Reader::default();
        let request: Q = match reader.read(self.request) {
            Ok(request) => request,
            Err(fault) => return Ok(Err(raise_fault(py, fault))),
        };
        let events = events.as_deref();
        let work = |context: &Context| run(&request, &Tables { events }, context).map_err(|error| respell::<Q>(&error));
        let size = events.map_or(0, Table::len) + reader.items();
        let report = match events {
            None if size < LONG => door::guarded(|| work(&Context::default())),
            Some(_) if size < LONG => short(py, work),
            _ => match long(py, work) {
                Ok(outcome) => outcome,
                Err(signal) => return Ok(Err(signal)),
            },
        };
        Ok(given(py, report).and_then(|report| Ok(write(py, &report)?.unbind())))
    }
}

/// Runs an operation over what is in `events`; nothing in the request is ever opened as a file.
#[pyfunction]
#[pyo3(signature = (operation, sources, request, /))]
pub(crate) fn call<'py>(
    py: Python<'py>,
    operation: &str,
    sources: &Bound<'py, PyTuple>,
    request: &Bound<'py, PyAny>,
) -> PyResult<Py<PyAny>> {
    whole(py, || {
        let mut sources: Vec<_> = sources.iter().collect();
        let without;
        let mut request = request;
        // A table, or a frame of another library, cannot be in a request: `events=table` means the same as `table`.
        if let Ok(dict) = request.cast::<PyDict>()
            && let Some(table) = dict.get_item(intern!(py, "events"))?
            && (table.is_instance_of::<EventTable>() || table.hasattr("__arrow_c_stream__")?)
        {
            sources.push(table);
            let copy = dict.copy()?;
            copy.del_item("events")?;
            without = copy.into_any();
            request = &without;
        }
        let events = fill::events(py, &sources)?;
        given(py, dispatch(operation, Asked { request, events, py }))?
    })
}
