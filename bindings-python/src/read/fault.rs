//! What went wrong while reading, and where.

use std::fmt;

use pyo3::PyErr;
use serde::de::{Expected, Unexpected};
use truenorth::desk::door::explain;
use truenorth::{Error, ErrorCode};

use crate::spelling::snake;

/// An error on its way up through the reader; each level says where it was, so that no second pass is needed.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A mistake in the data.
    Told(Error),
    /// An exception that the data raised while it was read.
    Raised(PyErr),
}

impl Fault {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Told(Error::new(code, message))
    }

    pub(crate) fn at(self, step: &str) -> Self {
        match self {
            Self::Told(error) => Self::Told(error.at(step)),
            raised @ Self::Raised(_) => raised,
        }
    }

    pub(super) fn at_index(self, index: usize) -> Self {
        match self {
            Self::Told(error) => Self::Told(error.at(format_args!("[{index}]"))),
            raised @ Self::Raised(_) => raised,
        }
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told(error) => error.fmt(f),
            Self::Raised(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

/// `expected one of `a`, `b`` as serde says it, so that the door explains it.
pub(super) fn choices(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", snake(name))).collect();
    if names.is_empty() { "there are no fields".to_owned() } else { format!("expected one of {}", names.join(", ")) }
}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(said: T) -> Self {
        Self::Told(explain("", &said.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid type: {found}, expected {expected}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid value: {found}, expected {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid length {length}, expected {expected}"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let field = snake(field);
        Self::Told(explain(&field, &format!("unknown field `{field}`, {}", choices(expected))))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Told(explain("", &format!("missing field `{}`", snake(field))))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(ErrorCode::Conflict, "given twice, in two spellings").at(&snake(field))
    }
}
