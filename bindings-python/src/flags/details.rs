//! What is said of a flag's value.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use truenorth::flags::{Evaluation, FlagErrorCode, Problem};

use crate::write::write;

/// A flag's value for somebody, with what is said about it.
#[pyclass(frozen, get_all, module = "truenorth", name = "FlagDetails")]
#[derive(Debug)]
pub(crate) struct FlagDetails {
    flag: String,
    value: Py<PyAny>,
    variant: Option<String>,
    reason: &'static str,
    rule: Option<String>,
    error_code: Option<&'static str>,
    error_message: Option<String>,
    metadata: Py<PyDict>,
}

impl FlagDetails {
    pub(super) fn new(py: Python<'_>, flag: &str, found: &Evaluation<'_>) -> PyResult<Self> {
        let metadata = PyDict::new(py);
        for (name, value) in found.metadata() {
            metadata.set_item(name, write(py, value)?)?;
        }
        Ok(Self {
            flag: flag.to_owned(),
            value: super::value(py, found)?.map_or_else(|| py.None(), Bound::unbind),
            variant: found.variant().map(str::to_owned),
            reason: found.reason().as_str(),
            rule: found.rule(),
            error_code: found.error().map(FlagErrorCode::as_str),
            error_message: found.message(),
            metadata: metadata.unbind(),
        })
    }
}

#[pymethods]
impl FlagDetails {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut parts = vec![format!("value={}", self.value.bind(py).repr()?)];
        let words = [
            ("variant", self.variant.as_deref()),
            ("reason", Some(self.reason)),
            ("rule", self.rule.as_deref()),
            ("error_code", self.error_code),
            ("error_message", self.error_message.as_deref()),
        ];
        for (name, word) in words {
            if let Some(word) = word {
                parts.push(format!("{name}={}", word.into_pyobject(py)?.repr()?));
            }
        }
        Ok(format!("<FlagDetails of `{}`: {}>", self.flag, parts.join(", ")))
    }
}

/// A problem as the reports have it.
pub(super) fn problem<'py>(py: Python<'py>, found: &Problem) -> PyResult<Bound<'py, PyAny>> {
    let data = PyDict::new(py);
    if let Some(flag) = &found.flag {
        data.set_item("flag", flag)?;
    }
    data.set_item("code", found.error.code().as_str())?;
    data.set_item("path", found.error.path())?;
    data.set_item("message", found.error.message())?;
    Ok(data.into_any())
}
