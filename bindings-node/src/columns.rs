//! Rows of one kind given as columns.

use napi::bindgen_prelude::{BigInt64Array, Float64Array, Uint8Array, Uint32Array};
use napi_derive::napi;
use truenorth::facts::EventTable;
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
pub(crate) fn extend(_: &mut EventTable, _: &str, _: usize, _: &[ColumnInput]) -> Result<()> {
    Err(Error::new(ErrorCode::Internal, "columns cannot be read yet"))
}
