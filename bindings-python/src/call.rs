//! Every operation of the list, as a Python function.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use serde::Serialize;
use serde::de::DeserializeOwned;
use truenorth::Result;
use truenorth::desk::door;
use truenorth::desk::operations::{Call, Context, Operation, Tables, dispatch};
use truenorth::facts::EventTable as Table;

use crate::fill::{self, Options};
use crate::keywords::split;
use crate::patience::{given, long, short, whole};
use crate::raise::{raise, raise_fault};
use crate::read::Reader;
use crate::spelling::respell;
use crate::table::EventTable;
use crate::write::write;

/// Tables of more rows, and requests with more parts, are worked on in a thread of their own.
const LONG: usize = 10_000;

/// What was asked, and of what.
enum Question<'a, 'py> {
    /// A request alone.
    Request(&'a Bound<'py, PyAny>),
    /// The keywords of a function: a request, and how files are read.
    Keywords(Bound<'py, PyDict>),
}

/// One call.
struct Asked<'a, 'py> {
    question: Question<'a, 'py>,
    sources: Vec<Bound<'py, PyAny>>,
    py: Python<'py>,
}

impl Call for Asked<'_, '_> {
    type Output = PyResult<Py<PyAny>>;

    fn call<Q: DeserializeOwned + Send + Sync, R: Serialize + Send>(
        self,
        operation: &'static Operation,
        run: fn(&Q, &Tables<'_>, &Context) -> Result<R>,
    ) -> Result<Self::Output> {
        Ok(self.answer(operation, run))
    }
}

impl Asked<'_, '_> {
    fn answer<Q: DeserializeOwned + Send + Sync, R: Serialize + Send>(
        self,
        operation: &'static Operation,
        run: fn(&Q, &Tables<'_>, &Context) -> Result<R>,
    ) -> PyResult<Py<PyAny>> {
        let Self { py, question, sources } = self;
        let fault = |fault| raise_fault(py, fault);
        let reader = Reader::default();
        let (request, options): (Q, Options) = match question {
            Question::Request(request) => (reader.read(request).map_err(fault)?, Options::default()),
            Question::Keywords(keywords) => {
                let (request, options) = split::<Q>(operation, &keywords).map_err(fault)?;
                (reader.read(request.as_any()).map_err(fault)?, Options::of_keywords(py, options.as_ref())?)
            }
        };
        let ask = |tables: &Tables<'_>, context: &Context| {
            run(&request, tables, context).map_err(|error| respell::<Q>(&error))
        };
        if fill::is_much(&sources) {
            // Asked of nothing first: nobody should wait for a large file to learn of a slip.
            let nothing = Table::new();
            short(py, |context| ask(&Tables { events: Some(&nothing) }, context)).map_err(|error| raise(py, &error))?;
        }
        let events = fill::events(py, &sources, &options)?;
        let events = events.as_deref();
        let work = |context: &Context| ask(&Tables { events }, context);
        let size = events.map_or(0, Table::len) + reader.items();
        let report = match events {
            None if size < LONG => door::guarded(|| work(&Context::default())),
            Some(_) if size < LONG => short(py, work),
            _ => long(py, work)?,
        };
        Ok(write(py, &given(py, report)?)?.unbind())
    }
}

/// Runs an operation over what is in the sources; nothing in the request is ever opened as a file.
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
        let without =
            request.cast::<PyDict>().ok().map(|dict| without_table(dict, &mut sources)).transpose()?.flatten();
        let request = without.as_ref().map_or(request, Bound::as_any);
        given(py, dispatch(operation, Asked { question: Question::Request(request), sources, py }))?
    })
}

/// Runs an operation as its function does: the keywords say what is asked and how files are read.
#[pyfunction]
#[pyo3(signature = (operation, sources, keywords, /))]
pub(crate) fn ask<'py>(
    py: Python<'py>,
    operation: &str,
    sources: &Bound<'py, PyTuple>,
    keywords: &Bound<'py, PyDict>,
) -> PyResult<Py<PyAny>> {
    whole(py, || {
        let mut sources: Vec<_> = sources.iter().collect();
        let keywords = without_table(keywords, &mut sources)?.unwrap_or_else(|| keywords.clone());
        given(py, dispatch(operation, Asked { question: Question::Keywords(keywords), sources, py }))?
    })
}

/// A table, or a frame of another library, cannot be in a request: `events=table` means the same as `table`.
fn without_table<'py>(
    request: &Bound<'py, PyDict>,
    sources: &mut Vec<Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let py = request.py();
    match request.get_item(intern!(py, "events"))? {
        Some(table) if table.is_instance_of::<EventTable>() || table.hasattr("__arrow_c_stream__")? => {
            sources.push(table);
            let copy = request.copy()?;
            copy.del_item("events")?;
            Ok(Some(copy))
        }
        _ => Ok(None),
    }
}
