//! Python objects as attributes: only those that a flag needs are looked at, and text is borrowed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use hashbrown::HashMap;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyIterator, PyList, PyString, PyTuple};
use truenorth::flags::{Attribute, AttributeName, Seen};

use crate::read::plain;

/// Lists in lists in lists: beyond this somebody made a loop.
const DEEPEST: u32 = 128;
/// Names come from files of flags, which may be exchanged for ever.
const MOST_NAMES: usize = 10_000;

thread_local! {
    /// The Python strings of the attributes' names, made once in each thread.
    static NAMES: RefCell<HashMap<Box<str>, Py<PyString>>> = RefCell::default();
}

fn interned<'py>(py: Python<'py>, name: &str) -> Bound<'py, PyString> {
    if let Some(known) = NAMES.with_borrow(|names| names.get(name).map(|known| known.bind(py).clone())) {
        return known;
    }
    let made = PyString::intern(py, name);
    let kept = made.clone().unbind();
    let old = NAMES.with_borrow_mut(|names| {
        let old = if names.len() >= MOST_NAMES { std::mem::take(names) } else { HashMap::new() };
        names.insert(name.into(), kept);
        old
    });
    drop(old);
    made
}

/// Looks at the attribute that a definition means: one of just this name, else the one along the path.
pub(super) fn look<R>(dict: &Bound<'_, PyDict>, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
    match find(dict, name) {
        Ok(Some(value)) => seen(&value, 0, see),
        Ok(None) => see(Seen::Missing),
        // A key that cannot be compared: evaluations do not raise.
        Err(_) => see(Seen::Unusable),
    }
}

/// All of an attribute.
pub(super) fn all_of(dict: &Bound<'_, PyDict>, name: &AttributeName) -> Option<Attribute> {
    attribute(&find(dict, name).ok()??, 0)
}

fn find<'py>(dict: &Bound<'py, PyDict>, name: &AttributeName) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = dict.py();
    let whole = dict.get_item(interned(py, name.name()))?;
    let Some((first, rest)) = name.path().split_first().filter(|_| whole.is_none()) else { return Ok(whole) };
    let mut found = dict.get_item(interned(py, first))?;
    for step in rest {
        let Some(inner) = found.as_ref().and_then(object) else { return Ok(None) };
        found = inner.get_item(interned(py, step))?;
    }
    Ok(found)
}

/// A dictionary, or what is one in other words.
fn object<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyDict>> {
    if let Ok(dict) = value.cast::<PyDict>() {
        return Some(dict.clone());
    }
    if is_leaf(value) {
        return None;
    }
    plain(value).ok()??.cast_into().ok()
}

fn is_leaf(value: &Bound<'_, PyAny>) -> bool {
    value.is_none()
        || value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyInt>()
        || value.is_instance_of::<PyFloat>()
}

/// Looks at a value; what is none of the plain types is turned into one, as in requests.
pub(super) fn seen<R>(value: &Bound<'_, PyAny>, depth: u32, see: impl FnOnce(Seen<'_>) -> R) -> R {
    if let Ok(text) = value.cast::<PyString>() {
        // A lone surrogate is no text.
        return see(text.to_str().map_or(Seen::Unusable, Seen::Text));
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        return see(Seen::Boolean(truth.is_true()));
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return see(Seen::Number(number.value()));
    }
    if value.is_instance_of::<PyInt>() {
        // Beyond the numbers of a double it is none that could be compared.
        return see(value.extract().map_or(Seen::Unusable, Seen::Number));
    }
    if value.is_none() {
        return see(Seen::Missing);
    }
    if value.is_instance_of::<PyDict>() {
        return see(Seen::Object);
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return see(list(value, depth).as_deref().map_or(Seen::Unusable, Seen::List));
    }
    match plain(value) {
        Ok(Some(plain)) if depth < DEEPEST => seen(&plain, depth + 1, see),
        _ => see(Seen::Unusable),
    }
}

fn list(value: &Bound<'_, PyAny>, depth: u32) -> Option<Vec<Attribute>> {
    if depth >= DEEPEST {
        return None;
    }
    PyIterator::from_object(value).ok()?.map(|item| attribute(&item.ok()?, depth + 1)).collect()
}

fn attribute(value: &Bound<'_, PyAny>, depth: u32) -> Option<Attribute> {
    if let Some(dict) = object(value) {
        if depth >= DEEPEST {
            return None;
        }
        let inner = dict.iter().map(|(key, value)| {
            let key = key.cast_into::<PyString>().ok()?;
            Some((Box::from(key.to_str().ok()?), attribute(&value, depth + 1)?))
        });
        return Some(Attribute::Object(inner.collect::<Option<BTreeMap<_, _>>>()?));
    }
    seen(value, depth, |seen| match seen {
        Seen::Missing => Some(Attribute::Null),
        Seen::Boolean(truth) => Some(Attribute::Boolean(truth)),
        Seen::Number(number) => Some(Attribute::Number(number)),
        Seen::Text(text) | Seen::Known(text, _) => Some(text.into()),
        Seen::List(values) => Some(Attribute::List(values.to_vec())),
        Seen::Object | Seen::Unusable => None,
    })
}
