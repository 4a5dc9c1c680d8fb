//! Rows of one kind given as columns.

use napi::bindgen_prelude::{BigInt64Array, Float64Array, Uint8Array, Uint32Array};
use napi_derive::napi;
use truenorth::facts::EventTable;
use truenorth::facts::readers::columns::{self, Cells, Column};
use truenorth::{Error, ErrorCode, Result};

/// One column, in the one form that JavaScript gave it.
#[napi(object, object_to_js = false)]
pub struct ColumnInput {
    /// The field.
    pub name: String,
    /// Text: for each row an index into `names`.
    pub codes: Option<Uint32Array>,
    /// The texts that codes stand for.
    pub names: Option<Vec<String>>,
    /// Times in microseconds since 1970.
    pub micros: Option<BigInt64Array>,
    /// Times in milliseconds since 1970.
    pub millis: Option<Float64Array>,
    /// Yes or no, as 1 or 0.
    pub truths: Option<Uint8Array>,
    /// Which rows have a value, as 1 or 0; absent: all.
    pub present: Option<Uint8Array>,
}

/// Adds rows.
pub(crate) fn extend(events: &mut EventTable, kind: &str, rows: usize, given: &[ColumnInput]) -> Result<()> {
    let names: Vec<Vec<&str>> =
        given.iter().map(|column| column.names.iter().flatten().map(String::as_str).collect()).collect();
    let mut all = Vec::with_capacity(given.len());
    for (column, names) in given.iter().zip(&names) {
        let cells = match column {
            ColumnInput { codes: Some(codes), .. } => Cells::Texts { codes, names },
            ColumnInput { micros: Some(micros), .. } => Cells::Micros(micros),
            ColumnInput { millis: Some(millis), .. } => Cells::Millis(millis),
            ColumnInput { truths: Some(truths), .. } => Cells::Truths(truths),
            _ => return Err(Error::new(ErrorCode::WrongType, "expected a column").at(&column.name)),
        };
        all.push(Column { name: &column.name, cells, present: column.present.as_deref() });
    }
    columns::extend(events, kind, rows, &all)
}
