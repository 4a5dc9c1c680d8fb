//! What events come as: files, repositories, bytes, rows, columns.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyIterator, PyList, PyMapping, PyMemoryView, PyString, PyTuple};
use truenorth::desk::sources::{self, ReadOptions, Strictness};
use truenorth::facts::{Event, EventTable as Table, Origin};
use truenorth::{Error, ErrorCode, Result};
use truenorth_cli::open::{self, Inputs};

use crate::columns::Columns;
use crate::keywords::ZONE;
use crate::patience::given;
use crate::raise::{raise, raise_fault};
use crate::read::{Fault, Reader, kind_of};
use crate::shared::Shared;
use crate::spelling::{respell, snake};
use crate::table::EventTable;

/// How many rows are read before they are put into the table, without the interpreter.
const BATCH: usize = 8_192;
/// Shorter lists are read in no time.
const FEW_ROWS: usize = 1000;
/// How much of a long text is read before somebody may ask to stop.
const PIECE: usize = 1 << 20;

/// How to read, and which of it somebody said.
#[derive(Debug, Default)]
pub(crate) struct Options {
    read: ReadOptions,
    said: Vec<String>,
    /// Whether they were keywords of a question, where the zone has another name.
    keywords: bool,
}

impl Options {
    /// Reads the options, which may hold nothing that they do not know.
    pub(crate) fn of(py: Python<'_>, said: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        said.map_or_else(|| Ok(Self::default()), |said| Self::read(py, said, false))
    }

    /// Reads the options among the keywords of a question.
    pub(crate) fn of_keywords(py: Python<'_>, said: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        said.map_or_else(|| Ok(Self::default()), |said| Self::read(py, said, true))
    }

    fn read(py: Python<'_>, said: &Bound<'_, PyDict>, keywords: bool) -> PyResult<Self> {
        let read: std::result::Result<ReadOptions, Fault> = Reader::default().read(said.as_any());
        let options = read.map(|read| Self { read, said: Vec::new(), keywords });
        let checked = options.and_then(|mut options| {
            // Told now, not only when a file is there to be read.
            sources::Reader::new(options.read.clone()).map_err(|error| Fault::Told(respell::<ReadOptions>(&error)))?;
            options.said = said.keys().extract()?;
            Ok(options)
        });
        checked.map_err(|fault| match fault {
            Fault::Told(error) if keywords && error.path() == "time_zone" => {
                raise(py, &Error::new(error.code(), error.message()).at(ZONE))
            }
            other => raise_fault(py, other),
        })
    }

    /// Refuses an option that would be forgotten in silence: what was given says why.
    pub(crate) fn only(&self, heeded: &[&str], given: &str) -> Result<()> {
        match self.said.iter().find(|name| !heeded.contains(&&***name)) {
            Some(name) => {
                let name = snake(name);
                let sentence = format!("it says how files are read, {given}");
                let at = if self.keywords && name == "time_zone" { ZONE } else { &name };
                Err(Error::new(ErrorCode::Conflict, sentence).at(at))
            }
            None => Ok(()),
        }
    }
}

/// Where events come from.
pub(crate) enum Source<'py> {
    /// Files and folders, opened here.
    Paths(Vec<PathBuf>),
    /// The content of a file.
    Bytes(PyBackedBytes),
    /// Dictionaries, one an event.
    Rows(Bound<'py, PyIterator>),
    /// A data frame, or columns by name.
    Columns(Columns),
}

impl<'py> Source<'py> {
    /// Looks at what was given.
    pub(crate) fn of(data: &Bound<'py, PyAny>, options: &Options) -> PyResult<Self> {
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
        if data.is_instance_of::<PyMemoryView>() {
            return Ok(Self::Bytes(data.call_method0("tobytes")?.extract()?));
        }
        if (data.is_instance_of::<PyList>() || data.is_instance_of::<PyTuple>())
            && data.len()? > 0
            && path_of(&data.get_item(0)?)?.is_some()
        {
            let path = |item: PyResult<Bound<'py, PyAny>>| {
                let item = item?;
                let sentence = || wrong(format!("expected paths only, found {} among them", kind_of(&item)));
                path_of(&item)?.ok_or_else(|| raise(py, &sentence()))
            };
            return Ok(Self::Paths(data.try_iter()?.map(path).collect::<PyResult<_>>()?));
        }
        let named = data.cast::<PyMapping>().is_ok() || data.hasattr("columns")?;
        if named || data.hasattr("__arrow_c_stream__")? {
            return Columns::of(data, options.read.kind).map(Self::Columns).map_err(|fault| raise_fault(py, fault));
        }
        if data.hasattr("__iter__")? {
            return Ok(Self::Rows(data.try_iter()?));
        }
        let expected = "expected a table, paths, bytes, a data frame, columns or an iterable of events";
        Err(raise(py, &wrong(format!("{expected}, found {}", kind_of(data)))))
    }

    /// Puts all of it into a table.
    pub(crate) fn fill(self, py: Python<'py>, table: &Shared, options: &Options) -> PyResult<()> {
        match self {
            Self::Paths(paths) => open_all(py, table, paths, Vec::new(), Vec::new(), options),
            Self::Bytes(bytes) => {
                let inputs = Inputs { options: options.read.clone(), ..Inputs::default() };
                let name = &options.read.name;
                table.change(py, bytes.len() > PIECE, |table, context| {
                    open::load_bytes(&bytes, name, &inputs, table, context)
                })
            }
            Self::Rows(rows) => {
                given(py, options.only(&["strictness"], "but rows were given"))?;
                fill_rows(py, table, &rows, options.read.strictness == Strictness::Lenient)
            }
            Self::Columns(columns) => {
                given(py, options.only(&["kind"], "but columns were given"))?;
                let much = columns.rows() > BATCH;
                table.change(py, much, |table, context| columns.put(table, context))
            }
        }
    }
}

fn wrong(message: String) -> Error {
    Error::new(ErrorCode::WrongType, message)
}

fn path_of(data: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    if data.is_instance_of::<PyString>() || data.hasattr("__fspath__")? { data.extract().map(Some) } else { Ok(None) }
}

/// Opens files, folders and repositories together: what says who owns what concerns them all.
pub(crate) fn open_all(
    py: Python<'_>,
    table: &Shared,
    paths: Vec<PathBuf>,
    git: Vec<open::GitInput>,
    ownership: Vec<PathBuf>,
    options: &Options,
) -> PyResult<()> {
    let inputs = Inputs { paths, options: options.read.clone(), git, ownership };
    table.change(py, true, |table, context| open::load_into(&inputs, table, context).map(drop))
}

/// A row as it was read.
type Row = std::result::Result<Event<'static>, Error>;

fn fill_rows(py: Python<'_>, table: &Shared, rows: &Bound<'_, PyIterator>, lenient: bool) -> PyResult<()> {
    let mut first = 0;
    loop {
        let reader = Reader::default();
        let mut batch: Vec<Row> = Vec::new();
        let mut failed = None;
        for (index, item) in rows.clone().take(BATCH).enumerate() {
            match item.map_err(Fault::Raised).and_then(|item| reader.read::<Event<'static>>(&item)) {
                Ok(event) => batch.push(Ok(event)),
                Err(Fault::Told(error)) if lenient => batch.push(Err(error)),
                Err(Fault::Told(error)) => {
                    failed = Some(raise(py, &error.at(format_args!("[{}]", first + index))));
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
            table.change(py, false, |table, _| push(table, &batch, first, &unknown, lenient))?;
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

fn push(table: &mut Table, batch: &[Row], first: usize, unknown: &BTreeMap<String, u64>, lenient: bool) -> Result<()> {
    for (index, row) in batch.iter().enumerate() {
        let pushed = match row {
            Ok(event) => table.push(event),
            Err(error) => Err(error.clone()),
        };
        if let Err(error) = pushed {
            let error = respell::<Vec<Event<'static>>>(&error.at(format_args!("[{}]", first + index)));
            if !lenient {
                return Err(error);
            }
            table.reject(Origin::default(), &error);
        }
    }
    for (name, &count) in unknown {
        for _ in 0..count {
            table.unknown_field(name);
        }
    }
    Ok(())
}

/// Whether reading these may take so long that a question is better tried before: all but tables and short lists.
pub(crate) fn is_much(sources: &[Bound<'_, PyAny>]) -> bool {
    let is_short = |data: &Bound<'_, PyAny>| {
        data.cast::<PyList>()
            .is_ok_and(|rows| rows.len() < FEW_ROWS && rows.get_item(0).is_ok_and(|row| row.is_instance_of::<PyDict>()))
    };
    sources.iter().any(|data| !data.is_instance_of::<EventTable>() && !is_short(data))
}

/// The tables of a call: none, the one that was given, or a new one filled from everything that was given.
pub(crate) fn events(py: Python<'_>, sources: &[Bound<'_, PyAny>], options: &Options) -> PyResult<Option<Arc<Table>>> {
    match sources {
        [] => given(py, options.only(&[], "but none was given")).map(|()| None),
        [one] if one.is_instance_of::<EventTable>() => {
            given(py, options.only(&[], "and a table has been read already"))?;
            Ok(Some(one.cast::<EventTable>()?.get().shared.settled(py)?))
        }
        many => {
            let table = Shared::default();
            for data in many {
                if data.is_instance_of::<EventTable>() {
                    let conflict = "a table is given together with other events; add those to it";
                    return Err(raise(py, &Error::new(ErrorCode::Conflict, conflict)));
                }
                Source::of(data, options)?.fill(py, &table, options)?;
            }
            table.settled(py).map(Some)
        }
    }
}
