//! Errors become exceptions with a code, a path and a message.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use truenorth::Error;

use crate::read::Fault;

/// `TruenorthError`; its path is taken as it is, in Python's spelling.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let made = CLASS
        .import(py, "truenorth._errors", "TruenorthError")
        .and_then(|class| class.call1((error.code().as_str(), error.path(), error.message())));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(failed) => failed,
    }
}

/// A mistake as `TruenorthError`, an exception as itself.
pub(crate) fn raise_fault(py: Python<'_>, fault: Fault) -> PyErr {
    match fault {
        Fault::Told(error) => raise(py, &error),
        Fault::Raised(error) => error,
    }
}
