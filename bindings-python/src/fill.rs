//! What events come as: files, bytes, rows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyIterator, PyList, PyString, PyTuple};
use truenorth::desk::sources::{ReadOptions, Strictness};
use truenorth::facts::{Event, EventTable as Table, Origin};
use truenorth::{Error, ErrorCode, Result};

use truenorth_cli::open::{self, Inputs};

use crate::raise::{raise, raise_fault};
use crate::read::{Fault, Reader, kind_of};
use crate::shared::Shared;
use crate::spelling::respell;
use crate::table::EventTable;

/// How many rows are read before they are put into the table, without the interpreter.
const BATCH: usize = 8_192;

/// How to take what is not right.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// Count bad records instead of stopping at the first.
    pub(crate) lenient: bool,
}

impl Options {
    fn strictness(self) -> Strictness {
        if self.lenient { Strictness::Lenient } else { Strictness::Strict }
    }
}

/// Where events come from.
pub(crate) enum Source<'a, 'py> {
    /// Files and folders, opened here.
    Paths(Vec<PathBuf>),
    /// The content of a file.
    Bytes(PyBackedBytes),
    /// Dictionaries, one an event.
    Rows(&'a Bound<'py, PyAny>),
}

impl<'a, 'py> Source<'a, 'py> {
    /// Looks at what was given.
    pub(crate) fn of(data: &'a Bound<'py, PyAny>, kind: Option<&str>) -> PyResult<Self> {
        let py = data.py();
        if let Some(path) = path_of(data)? {
            return Ok(Self::Paths(vec![path]));
        }
        if let Ok(bytes) = data.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.clone().into()));
        }
        if let Ok(bytes) = data.cast::<PyByteArray>() {
            return Ok(Self::Bytes(bytes.clone().into()));
        }
        if data.is_instance_of::<pyo3::types::PyMemoryView>() {
            return Ok(Self::Bytes(data.call_method0("tobytes")?.extract()?));
        }
        if data.is_instance_of::<PyList>() || data.is_instance_of::<PyTuple>() {
            if data.len()? > 0 && path_of(&data.get_item(0)?)?.is_some() {
                let mut paths = Vec::new();
                for item in data.try_iter()? {
                    let item = item?;
                    paths.push(path_of(&item)?.ok_or_else(|| {
                        raise(py, &wrong(format!("expected paths only, found {} among them", kind_of(&item))))
                    })?);
                }
                return Ok(Self::Paths(paths));
            }
            return Ok(Self::Rows(data));
        }
        drop(kind);
        if !data.is_instance_of::<PyDict>() && data.hasattr("__iter__")? {
            return Ok(Self::Rows(data));
        }
        Err(raise(
            py,
            &wrong(format!(
                "expected a table, a path or a list of paths, bytes or an iterable of events, found {}",
                kind_of(data)
            )),
        ))
    }

    /// Puts all of it into a table.
    pub(crate) fn fill(self, py: Python<'py>, table: &Shared, options: &Options) -> PyResult<()> {
        match self {
            Self::Paths(paths) => {
                let reading = ReadOptions { strictness: options.strictness(), ..ReadOptions::default() };
                let inputs = Inputs { paths, options: reading, ..Inputs::default() };
                table.change(py, true, |table, context| open::load_into(&inputs, table, context).map(drop))
            }
            Self::Bytes(bytes) => table.change(py, true, |table, context| {
                let text = std::str::from_utf8(&bytes)
                    .map_err(|error| Error::new(ErrorCode::InvalidUtf8, format!("expected UTF-8: {error}")))?;
                lines(table, text, "", *options, context)
            }),
            Self::Rows(rows) => fill_rows(py, table, &rows.try_iter()?, options),
        }
    }
}

fn wrong(message: String) -> Error {
    Error::new(ErrorCode::WrongType, message)
}

fn path_of(data: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    if data.is_instance_of::<PyString>() || data.hasattr("__fspath__")? {
        return data.extract().map(Some);
    }
    Ok(None)
}

fn lines(
    table: &mut Table,
    text: &str,
    name: &str,
    options: Options,
    context: &truenorth::desk::operations::Context,
) -> Result<()> {
    let file = if name.is_empty() { 0 } else { table.add_file(name) };
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        context.check()?;
        let origin = Origin { file, line: index as u32 + 1 };
        let read = serde_json::from_str::<Event<'_>>(line)
            .map_err(|error| truenorth::desk::door::explain("", &error.to_string()));
        if let Err(error) = read.and_then(|event| table.push_from(&event, origin)) {
            if !options.lenient {
                return Err(error.at(format!("{name}:{}", index + 1)));
            }
            table.reject(origin, &error);
        }
    }
    Ok(())
}

/// A row as it was read.
type Row = std::result::Result<Event<'static>, Error>;

fn fill_rows(py: Python<'_>, table: &Shared, rows: &Bound<'_, PyIterator>, options: &Options) -> PyResult<()> {
    let mut first = 0;
    loop {
        let reader = Reader::default();
        let mut batch: Vec<Row> = Vec::new();
        let mut failed = None;
        for (index, item) in rows.clone().take(BATCH).enumerate() {
            match item.map_err(Fault::Raised).and_then(|item| reader.read::<Event<'static>>(&item)) {
                Ok(event) => batch.push(Ok(event)),
                Err(Fault::Told(error)) if options.lenient => batch.push(Err(error)),
                Err(Fault::Told(error)) => {
                    failed = Some(raise(py, &error.at(format!("[{}]", first + index))));
                    break;
                }
                Err(raised) => {
                    failed = Some(raise_fault(py, raised));
                    break;
                }
            }
        }
        let count = batch.len();
        let unknown = reader.take_unknown();
        if count > 0 {
            table.change(py, false, |table, _| push(table, &batch, first, unknown, options.lenient))?;
        }
        if let Some(failed) = failed {
            return Err(failed);
        }
        first += count;
        if count < BATCH {
            return Ok(());
        }
    }
}

fn push(table: &mut Table, batch: &[Row], first: usize, unknown: BTreeMap<String, u64>, lenient: bool) -> Result<()> {
    for (index, row) in batch.iter().enumerate() {
        let pushed = match row {
            Ok(event) => table.push(event),
            Err(error) => Err(error.clone()),
        };
        if let Err(error) = pushed {
            let error = respell::<Vec<Event<'static>>>(&error.at(format!("[{}]", first + index)));
            if !lenient {
                return Err(error);
            }
            table.reject(Origin::default(), &error);
        }
    }
    for (name, count) in unknown {
        for _ in 0..count {
            table.unknown_field(&name);
        }
    }
    Ok(())
}

/// The tables of a call: none, the one that was given, or a new one filled from everything that was given.
pub(crate) fn events(py: Python<'_>, given: &[Bound<'_, PyAny>]) -> PyResult<Option<std::sync::Arc<Table>>> {
    match given {
        [] => Ok(None),
        [one] if one.is_instance_of::<EventTable>() => Ok(Some(one.cast::<EventTable>()?.get().shared.settled(py)?)),
        many => {
            let table = Shared::default();
            for data in many {
                if data.is_instance_of::<EventTable>() {
                    let conflict = "a table is given together with other events; add those to it";
                    return Err(raise(py, &Error::new(ErrorCode::Conflict, conflict)));
                }
                Source::of(data, None)?.fill(py, &table, &Options::default())?;
            }
            table.settled(py).map(Some)
        }
    }
}
