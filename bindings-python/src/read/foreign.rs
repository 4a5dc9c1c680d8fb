//! What Python has and JSON has not: times, spans, enumerations, numpy's scalars and arrays, other mappings.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMapping, PySequence, PyString, PyType};
use truenorth::ErrorCode;

use super::Fault;

/// A class of the standard library, or ours, imported once.
macro_rules! class {
    ($name:ident, $module:literal, $class:literal) => {
        fn $name(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
            static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            CLASS.import(py, $module, $class)
        }
    };
}

class!(datetime, "datetime", "datetime");
class!(date, "datetime", "date");
class!(timedelta, "datetime", "timedelta");
class!(enumeration, "enum", "Enum");
class!(path_like, "os", "PathLike");
class!(view, "truenorth._views", "View");

/// How to name a thing in a sentence.
pub(crate) fn kind_of(value: &Bound<'_, PyAny>) -> String {
    let name = value.get_type().qualname().map(|name| name.to_string());
    format!("something of type `{}`", name.as_deref().unwrap_or("?"))
}

/// The same thing made of the types that JSON has; `None` when it is not data.
pub(crate) fn plain<'py>(value: &Bound<'py, PyAny>) -> Result<Option<Bound<'py, PyAny>>, Fault> {
    let py = value.py();
    if value.is_instance(view(py)?)? {
        return Ok(Some(value.getattr("_data")?));
    }
    if value.is_instance(enumeration(py)?)? {
        return Ok(Some(value.getattr("value")?));
    }
    if value.is_instance(datetime(py)?)? {
        return instant(value).map(Some);
    }
    if value.is_instance(date(py)?)? {
        return Ok(Some(value.call_method0("isoformat")?));
    }
    if value.is_instance(timedelta(py)?)? {
        return span(value).map(Some);
    }
    if value.is_instance(path_like(py)?)? {
        return Err(Fault::new(
            ErrorCode::WrongType,
            "expected data, found a path; files are opened only when they are given as the first argument",
        ));
    }
    converted(value).map_err(|error| match error {
        // A conversion that fails is a wrong value; Ctrl-C and the like are not.
        Fault::Raised(raised) if raised.is_instance_of::<PyException>(py) => Fault::new(
            ErrorCode::WrongType,
            format!("expected data, found {} that cannot be read: {}", kind_of(value), raised.value(py)),
        ),
        other => other,
    })
}

/// Numbers, arrays and containers of other libraries.
fn converted<'py>(value: &Bound<'py, PyAny>) -> Result<Option<Bound<'py, PyAny>>, Fault> {
    if let Some(dtype) = value.getattr_opt("dtype")? {
        let kind = dtype.getattr_opt("kind")?.and_then(|kind| kind.extract::<String>().ok());
        return match kind.as_deref() {
            Some("M") => numpy_times(value).map(Some),
            Some("m") => Ok(Some(value.call_method1("astype", ("timedelta64[us]",))?.call_method0("tolist")?)),
            Some("V") => Ok(None),
            _ => list_or_scalar(value),
        };
    }
    if value.hasattr("__index__")? {
        return Ok(Some(value.py().import("operator")?.call_method1("index", (value,))?));
    }
    if value.hasattr("__float__")? {
        return Ok(Some(value.call_method0("__float__")?));
    }
    if let Ok(mapping) = value.cast::<PyMapping>() {
        let dict = PyDict::new(value.py());
        dict.update(mapping)?;
        return Ok(Some(dict.into_any()));
    }
    if value.hasattr("__array__")? || value.hasattr("__arrow_array__")? {
        return list_or_scalar(value);
    }
    match value.cast::<PySequence>() {
        Ok(sequence) if !is_bytes(value)? => Ok(Some(sequence.to_list()?.into_any())),
        _ => Ok(None),
    }
}

/// `tolist()` of numpy and pandas, `to_list()` of polars; a numpy scalar's `tolist()` is a plain number.
fn list_or_scalar<'py>(value: &Bound<'py, PyAny>) -> Result<Option<Bound<'py, PyAny>>, Fault> {
    for method in ["tolist", "to_list", "to_pylist"] {
        if value.hasattr(method)? {
            return Ok(Some(value.call_method0(method)?));
        }
    }
    Ok(None)
}

fn is_bytes(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let name = value.get_type().qualname()?;
    Ok(["bytes", "bytearray", "memoryview", "array"].iter().any(|bytes| name == *bytes))
}

/// RFC 3339 text in UTC; without a time zone nothing is guessed.
fn instant<'py>(value: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Fault> {
    if value.ne(value)? {
        return Err(Fault::new(ErrorCode::InvalidTime, "expected a time, found `NaT`"));
    }
    let offset = value.call_method0("utcoffset")?;
    if offset.is_none() {
        return Err(Fault::new(
            ErrorCode::InvalidTime,
            format!(
                "expected a time with an offset, found the naive datetime `{}`; give it a `tzinfo`",
                value.call_method0("isoformat")?
            ),
        ));
    }
    let text = value.call_method0("isoformat")?;
    // RFC 3339 has no offsets with seconds; zones had them before clocks were set by the hour.
    let odd = offset.getattr("seconds")?.extract::<i64>()? % 60 != 0
        || offset.getattr("microseconds")?.extract::<i64>()? != 0;
    if !odd {
        return Ok(text);
    }
    let utc = value.py().import("datetime")?.getattr("timezone")?.getattr("utc")?;
    match value.call_method1("astimezone", (utc,)) {
        Ok(moved) => Ok(moved.call_method0("isoformat")?),
        Err(_) => Err(Fault::new(ErrorCode::InvalidTime, "expected a time in the years 1 to 9999, found one beyond")),
    }
}

/// Whole seconds, as the wire writes them: `5400s`.
fn span<'py>(value: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Fault> {
    let part = |name: &str| -> Result<i64, Fault> { Ok(value.getattr(name)?.extract::<i64>()?) };
    let seconds = part("days")? * 86_400 + part("seconds")?;
    if part("microseconds")? != 0 || seconds < 0 {
        return Err(Fault::new(
            ErrorCode::InvalidDuration,
            format!("expected a duration of whole seconds from 0 on, found `{}`", value.str()?),
        ));
    }
    Ok(PyString::new(value.py(), &format!("{seconds}s")).into_any())
}

/// numpy's times know no zone; numpy counts them from 1970 in UTC.
fn numpy_times<'py>(value: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Fault> {
    let py = value.py();
    // pandas and polars have zones, so a column without one is as naive as a datetime.
    let module = value.get_type().getattr("__module__")?.extract::<String>().unwrap_or_default();
    if !module.starts_with("numpy") {
        return list_or_scalar(value)?.ok_or_else(|| Fault::new(ErrorCode::InvalidTime, "expected times with offsets"));
    }
    let options = PyDict::new(py);
    options.set_item("timezone", "UTC")?;
    options.set_item("unit", "us")?;
    Ok(py.import("numpy")?.call_method("datetime_as_string", (value,), Some(&options))?.call_method0("tolist")?)
}
