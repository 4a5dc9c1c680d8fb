//! Columns in memory: lists, arrays of numpy, series and frames of pandas and polars.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};
use pyo3::basic::CompareOp;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyMapping, PyString, PyTuple};
use truenorth::desk::operations::Context;
use truenorth::facts::EventTable as Table;
use truenorth::facts::readers::columns::{Cells, Column, extend};
use truenorth::facts::readers::{Field, Kind};
use truenorth::{Error, ErrorCode, Result};

use crate::read::{Fault, Reader, kind_of};

/// How many rows are put in before somebody may ask to stop.
const AT_ONCE: usize = 65_536;

/// Columns of equal length, their cells copied, ready to be read without the interpreter.
pub(crate) struct Columns {
    rows: usize,
    own: Vec<Own>,
    /// The kind of all rows, or else which rows are of which kind.
    kinds: Kinds,
}

enum Kinds {
    All(Kind),
    Each(Vec<(String, Vec<usize>)>),
}

/// One column.
pub(crate) struct Own {
    name: String,
    cells: OwnCells,
    /// Empty: all rows have a value.
    present: Vec<u8>,
    /// How many times were finer than a microsecond.
    floored: u64,
}

pub(crate) enum OwnCells {
    Texts { codes: Vec<u32>, names: Vec<String> },
    Micros(Vec<i64>),
    Truths(Vec<u8>),
}

impl Columns {
    /// Reads columns by name, or a frame.
    pub(crate) fn of(data: &Bound<'_, PyAny>, kind: Option<Kind>) -> std::result::Result<Self, Fault> {
        #[cfg(feature = "arrow")]
        if let Some(columns) = crate::arrow::columns(data)? {
            return Self::made(columns, kind).map_err(Fault::Told);
        }
        let mut columns = Vec::new();
        for (name, column) in named(data)? {
            // Labels may come as columns of their own, under one name.
            if name == "labels"
                && let Ok(labels) = column.cast::<PyMapping>()
            {
                for pair in labels.items()?.iter() {
                    let (label, column): (String, Bound<'_, PyAny>) = pair.extract()?;
                    columns.push(own(&format!("label.{label}"), &column)?);
                }
                continue;
            }
            columns.push(own(&name, &column)?);
        }
        Self::made(columns, kind).map_err(Fault::Told)
    }

    fn made(mut columns: Vec<Own>, kind: Option<Kind>) -> Result<Self> {
        let Some(first) = columns.first() else {
            return Err(Error::new(ErrorCode::MissingField, "expected at least one column, found none"));
        };
        let rows = first.cells.len();
        for column in &columns {
            if column.cells.len() != rows {
                let sentence = format!("expected {rows} rows as in `{}`, found {}", first.name, column.cells.len());
                return Err(Error::new(ErrorCode::WrongType, sentence).at(&column.name));
            }
        }
        let kinds = match (kind, columns.iter().position(|column| column.name == "kind")) {
            (Some(kind), None) => Kinds::All(kind),
            (None, Some(index)) => Kinds::Each(columns.remove(index).by_word()?),
            (Some(_), Some(_)) => {
                return Err(Error::new(ErrorCode::Conflict, "the column `kind` says it already").at("kind"));
            }
            (None, None) => {
                return Err(Error::new(
                    ErrorCode::MissingField,
                    "must be given, as an option or a column: `deployment`, `change`, `pullRequest` or `incident`",
                )
                .at("kind"));
            }
        };
        Ok(Self { rows, own: columns, kinds })
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Puts all rows into the table.
    pub(crate) fn put(&self, table: &mut Table, context: &Context) -> Result<()> {
        for _ in 0..self.own.iter().map(|column| column.floored).sum() {
            table.floored_time();
        }
        match &self.kinds {
            Kinds::All(kind) => put(table, kind.as_str(), self.rows, &self.own, context),
            Kinds::Each(kinds) => {
                for (kind, rows) in kinds {
                    // A column that no row of this kind fills belongs to another kind.
                    let columns: Vec<Own> =
                        self.own.iter().map(|column| column.select(rows)).filter(Own::holds_any).collect();
                    put(table, kind, rows.len(), &columns, context)?;
                }
                Ok(())
            }
        }
    }
}

fn put(table: &mut Table, kind: &str, rows: usize, columns: &[Own], context: &Context) -> Result<()> {
    let names: Vec<Vec<&str>> = columns.iter().map(Own::names).collect();
    for start in (0..rows.max(1)).step_by(AT_ONCE) {
        context.check()?;
        context.tell(start as f64 / rows.max(1) as f64);
        let part = start..rows.min(start + AT_ONCE);
        let parts: Vec<Column<'_>> =
            columns.iter().zip(&names).map(|(column, names)| column.part(part.clone(), names)).collect();
        extend(table, kind, part.len(), &parts).map_err(|error| later(&error, start))?;
    }
    Ok(())
}

/// The same error, its row counted from the first of all.
fn later(error: &Error, start: usize) -> Error {
    let moved = error.path().split_once('[').and_then(|(name, rest)| {
        let (row, rest) = rest.split_once(']')?;
        Some(format!("{name}[{}]{rest}", row.parse::<usize>().ok()? + start))
    });
    match moved {
        Some(path) => Error::new(error.code(), error.message()).at(path),
        None => error.clone(),
    }
}

impl OwnCells {
    fn len(&self) -> usize {
        match self {
            Self::Texts { codes, .. } => codes.len(),
            Self::Micros(micros) => micros.len(),
            Self::Truths(truths) => truths.len(),
        }
    }
}

impl Own {
    pub(crate) fn new(name: &str, cells: OwnCells, present: Vec<u8>) -> Self {
        let present = if present.contains(&0) { present } else { Vec::new() };
        Self { name: name.to_owned(), cells, present, floored: 0 }
    }

    pub(crate) fn floored(self, floored: u64) -> Self {
        Self { floored, ..self }
    }

    fn names(&self) -> Vec<&str> {
        match &self.cells {
            OwnCells::Texts { names, .. } => names.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    fn part<'a>(&'a self, rows: std::ops::Range<usize>, names: &'a [&'a str]) -> Column<'a> {
        let cells = match &self.cells {
            OwnCells::Texts { codes, .. } => Cells::Texts { codes: codes.get(rows.clone()).unwrap_or_default(), names },
            OwnCells::Micros(micros) => Cells::Micros(micros.get(rows.clone()).unwrap_or_default()),
            OwnCells::Truths(truths) => Cells::Truths(truths.get(rows.clone()).unwrap_or_default()),
        };
        Column { name: &self.name, cells, present: self.present.get(rows) }
    }

    fn is_present(&self, row: usize) -> bool {
        self.present.get(row).is_none_or(|&present| present != 0)
    }

    fn holds_any(&self) -> bool {
        (0..self.cells.len()).any(|row| self.is_present(row))
    }

    fn select(&self, rows: &[usize]) -> Self {
        fn pick<T: Copy + Default>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&row| values.get(row).copied().unwrap_or_default()).collect()
        }
        let cells = match &self.cells {
            OwnCells::Texts { codes, names } => OwnCells::Texts { codes: pick(codes, rows), names: names.clone() },
            OwnCells::Micros(micros) => OwnCells::Micros(pick(micros, rows)),
            OwnCells::Truths(truths) => OwnCells::Truths(pick(truths, rows)),
        };
        let present = rows.iter().map(|&row| u8::from(self.is_present(row))).collect();
        Self::new(&self.name, cells, present)
    }

    /// The rows of each word, in the order in which words first come.
    fn by_word(&self) -> Result<Vec<(String, Vec<usize>)>> {
        let OwnCells::Texts { codes, names } = &self.cells else {
            return Err(Error::new(ErrorCode::WrongType, "expected a column of text").at("kind"));
        };
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
        for (row, &code) in codes.iter().enumerate() {
            match rows.get_mut(code as usize) {
                Some(rows) if self.is_present(row) => rows.push(row),
                _ => return Err(Error::new(ErrorCode::MissingField, "must be given").at(format_args!("kind[{row}]"))),
            }
        }
        Ok(names.iter().cloned().zip(rows).collect())
    }
}

/// The columns of a mapping or a frame, by name.
pub(crate) fn named<'py>(data: &Bound<'py, PyAny>) -> std::result::Result<Vec<(String, Bound<'py, PyAny>)>, Fault> {
    let name = |name: &Bound<'py, PyAny>| -> std::result::Result<String, Fault> {
        match name.cast::<PyString>() {
            Ok(name) => Ok(name.to_str()?.to_owned()),
            Err(_) => Err(Fault::new(
                ErrorCode::WrongType,
                format!("expected text as the name of a column, found {}", kind_of(name)),
            )),
        }
    };
    let mut columns = Vec::new();
    if let Ok(mapping) = data.cast::<PyMapping>() {
        for pair in mapping.items()?.iter() {
            let (key, column): (Bound<'py, PyAny>, Bound<'py, PyAny>) = pair.extract()?;
            columns.push((name(&key)?, column));
        }
        return Ok(columns);
    }
    // pandas and polars: names in `columns`, series by name; pyarrow: `column_names` and `column`.
    let names = match data.getattr_opt("column_names")? {
        Some(names) => names,
        None => data.getattr("columns")?,
    };
    for key in names.try_iter()? {
        let key = key?;
        columns.push((name(&key)?, data.get_item(&key)?));
    }
    Ok(columns)
}

/// Reads one column, whatever holds it.
fn own(name: &str, column: &Bound<'_, PyAny>) -> std::result::Result<Own, Fault> {
    let read = || {
        if let Some(own) = array(name, column)? {
            return Ok(own);
        }
        #[cfg(feature = "arrow")]
        if let Some(own) = crate::arrow::series(name, column)? {
            return Ok(own);
        }
        listed(name, column)
    };
    read().map_err(|fault: Fault| fault.at(name))
}

/// numpy arrays of times, truths and whole numbers, copied as bytes; `None` for what must be looked at cell by cell.
fn array(name: &str, column: &Bound<'_, PyAny>) -> std::result::Result<Option<Own>, Fault> {
    let py = column.py();
    let Some(dtype) = column.getattr_opt("dtype")? else { return Ok(None) };
    let Some(kind) = dtype.getattr_opt("kind")?.and_then(|kind| kind.extract::<String>().ok()) else {
        return Ok(None);
    };
    let zoned = dtype.getattr_opt("tz")?.is_some();
    let numpy = column.get_type().getattr("__module__")?.extract::<String>()?.starts_with("numpy");
    let values = if numpy {
        column.clone()
    } else if kind == "M" && zoned {
        // pandas: instants of a zone, as numpy counts them.
        column
            .getattr("dt")?
            .call_method1("tz_convert", ("UTC",))?
            .getattr("dt")?
            .call_method1("tz_localize", (py.None(),))?
            .call_method0("to_numpy")?
    } else if kind == "M" {
        return Err(Fault::new(
            ErrorCode::InvalidTime,
            "expected times of a zone, found naive ones; say whose they are with `.dt.tz_localize(\"…\")`",
        ));
    } else if ["i", "u", "b"].contains(&&*kind) && dtype.hasattr("itemsize")? && !dtype.hasattr("numpy_dtype")? {
        column.call_method0("to_numpy")?
    } else {
        return Ok(None);
    };
    if values.getattr("ndim")?.extract::<usize>()? != 1 {
        return Err(Fault::new(ErrorCode::WrongType, "expected a column, found an array of other dimensions"));
    }
    let whole = |values: &Bound<'_, PyAny>| -> std::result::Result<Vec<i64>, Fault> {
        let bytes = values.call_method1("astype", ("<i8",))?.call_method0("tobytes")?;
        let bytes = bytes.cast::<PyBytes>().map_err(PyErr::from)?;
        Ok(bytes.as_bytes().as_chunks::<8>().0.iter().map(|cell| i64::from_le_bytes(*cell)).collect())
    };
    match &*kind {
        "M" => {
            let floored = values.call_method1("astype", ("datetime64[us]",))?;
            let micros = whole(&floored)?;
            let present = micros.iter().map(|&micros| u8::from(micros != i64::MIN)).collect();
            // NaT differs from itself too.
            let absent = micros.iter().filter(|&&micros| micros == i64::MIN).count() as u64;
            let differ = values.rich_compare(&floored, CompareOp::Ne)?.call_method0("sum")?.extract::<u64>()?;
            Ok(Some(Own::new(name, OwnCells::Micros(micros), present).floored(differ.saturating_sub(absent))))
        }
        "b" => {
            let bytes = values.call_method0("tobytes")?;
            let truths = bytes.cast::<PyBytes>().map_err(PyErr::from)?.as_bytes().to_vec();
            Ok(Some(Own::new(name, OwnCells::Truths(truths), Vec::new())))
        }
        "i" | "u" if is_time(name) => Ok(Some(Own::new(name, OwnCells::Micros(whole(&values)?), Vec::new()))),
        _ => Ok(None),
    }
}

pub(crate) fn is_time(name: &str) -> bool {
    Field::parse(name).is_some_and(Field::is_time)
}

/// Texts, each kept once.
#[derive(Default)]
pub(crate) struct Texts {
    known: HashTable<u32>,
    hasher: DefaultHashBuilder,
    names: Vec<String>,
    codes: Vec<u32>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) {
        let code = self.code(text);
        self.codes.push(code);
    }

    /// The code of a text, new or known.
    pub(crate) fn code(&mut self, text: &str) -> u32 {
        let (names, hasher) = (&self.names, &self.hasher);
        let named = |code: &u32| names.get(*code as usize).map_or("", String::as_str);
        let hash = hasher.hash_one(text);
        if let Some(&code) = self.known.find(hash, |code| named(code) == text) {
            return code;
        }
        let code = names.len() as u32;
        self.known.insert_unique(hash, code, |code| hasher.hash_one(named(code)));
        self.names.push(text.to_owned());
        code
    }

    /// A cell whose text has this code.
    pub(crate) fn repeat(&mut self, code: u32) {
        self.codes.push(code);
    }

    /// A cell without a value.
    pub(crate) fn skip(&mut self) {
        if self.names.is_empty() {
            self.push("");
        } else {
            self.codes.push(0);
        }
    }

    pub(crate) fn cells(self) -> OwnCells {
        OwnCells::Texts { codes: self.codes, names: self.names }
    }
}

/// Looks at every cell: text, times, truths, whole numbers; None and its like are absent.
fn listed(name: &str, column: &Bound<'_, PyAny>) -> std::result::Result<Own, Fault> {
    let column =
        match ["tolist", "to_list", "to_pylist"].into_iter().find(|name| column.hasattr(*name).unwrap_or(false)) {
            Some(method) => column.call_method0(method)?,
            None => column.clone(),
        };
    if column.is_instance_of::<PyString>() || column.is_instance_of::<PyBytes>() || column.is_instance_of::<PyDict>() {
        return Err(Fault::new(ErrorCode::WrongType, format!("expected a column, found {}", kind_of(&column))));
    }
    let time = is_time(name);
    let reader = Reader::default();
    let (mut texts, mut micros, mut truths, mut present) = (Texts::default(), Vec::new(), Vec::new(), Vec::new());
    for (row, cell) in column
        .try_iter()
        .map_err(|_| Fault::new(ErrorCode::WrongType, format!("expected a column, found {}", kind_of(&column))))?
        .enumerate()
    {
        let cell = cell?;
        let at = |fault: Fault| fault.at(&format!("[{row}]"));
        let there = !is_absent(&cell)?;
        present.push(u8::from(there));
        if !there {
            texts.skip();
            micros.push(0);
            truths.push(0);
        } else if let Ok(text) = cell.cast::<PyString>() {
            texts.push(reader.read::<std::borrow::Cow<'_, str>>(text).map_err(at)?.as_ref());
        } else if let Ok(truth) = cell.cast::<PyBool>() {
            truths.push(u8::from(truth.is_true()));
        } else if let Ok(number) = cell.cast::<PyInt>() {
            if time {
                micros.push(number.extract::<i64>().map_err(|_| {
                    at(Fault::new(ErrorCode::InvalidTime, "expected microseconds since 1970, found a number beyond"))
                })?);
            } else {
                texts.push(&number.to_string());
            }
        } else if cell.is_instance_of::<PyFloat>() {
            let sentence = format!("expected text, a time or true or false, found the number `{cell}`");
            return Err(at(Fault::new(ErrorCode::WrongType, sentence)));
        } else if cell.is_instance_of::<PyTuple>() || cell.hasattr("keys")? {
            return Err(at(Fault::new(ErrorCode::WrongType, format!("expected a value, found {}", kind_of(&cell)))));
        } else if time {
            micros.push(reader.read::<truenorth::ground::time::Time>(&cell).map_err(at)?.micros());
        } else {
            texts.push(&reader.read::<String>(&cell).map_err(at)?);
        }
    }
    let rows = present.len();
    // Each row went into all lists when it was absent, and into one otherwise.
    let cells = if texts.codes.len() == rows {
        texts.cells()
    } else if micros.len() == rows {
        OwnCells::Micros(micros)
    } else if truths.len() == rows {
        OwnCells::Truths(truths)
    } else {
        return Err(Fault::new(ErrorCode::WrongType, "expected cells of one sort, found a mixture"));
    };
    Ok(Own::new(name, cells, present))
}

/// None, NaN, NaT and pandas' NA.
fn is_absent(cell: &Bound<'_, PyAny>) -> std::result::Result<bool, Fault> {
    if cell.is_none() {
        return Ok(true);
    }
    if cell.is_instance_of::<PyString>() || cell.is_instance_of::<PyInt>() {
        return Ok(false);
    }
    let kind = cell.get_type().qualname()?;
    if kind == "NAType" || kind == "NaTType" {
        return Ok(true);
    }
    Ok(cell.cast::<PyFloat>().is_ok_and(|number| number.value().is_nan()))
}
