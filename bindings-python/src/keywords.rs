//! The keywords of an operation: what is asked, and how the files that it is asked of are read.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use serde::Deserialize;
use truenorth::desk::door::{explain, fields_of};
use truenorth::desk::operations::Operation;
use truenorth::desk::sources::ReadOptions;
use truenorth::{Error, ErrorCode};

use crate::read::Fault;
use crate::spelling::{camel, snake};

/// The zone of times in files: as a keyword it has a name of its own, since `time_zone` is the request's.
pub(crate) const ZONE: &str = "input_time_zone";

/// Options of reading that as keywords of a question would be taken for a filter.
const FILTERS: [&str; 4] = ["service", "repository", "team", "environment"];
/// What opens files: a question that a stranger may have written names none.
const FILES: [&str; 2] = ["git", "ownership"];

/// What is asked, and how to read where that is said.
type Split<'py> = (Bound<'py, PyDict>, Option<Bound<'py, PyDict>>);

/// Tells what is asked from how to read.
pub(crate) fn split<'py, 'de, Q: Deserialize<'de>>(
    operation: &Operation,
    keywords: &Bound<'py, PyDict>,
) -> Result<Split<'py>, Fault> {
    let asked = fields_of::<Q>();
    let is_asked = |name: &str| asked.contains(&&*camel(name));
    let mut others = Vec::new();
    for (key, value) in keywords.iter() {
        let key = key.cast_into::<PyString>().map_err(PyErr::from)?;
        if !is_asked(key.to_str()?) {
            others.push((key, value));
        }
    }
    // Mostly nothing but the request is there, and it is read as it is.
    if others.is_empty() || operation.tables.is_empty() {
        return Ok((keywords.clone(), None));
    }
    let read = fields_of::<ReadOptions>();
    let (request, options) = (keywords.copy()?, PyDict::new(keywords.py()));
    for (key, value) in others {
        let name = key.to_str()?;
        let wire = camel(name);
        if wire == "inputTimeZone" {
            options.set_item("time_zone", value)?;
        } else if wire != "timeZone" && read.contains(&&*wire) && !FILTERS.contains(&&*wire) {
            options.set_item(&key, value)?;
        } else {
            return Err(Fault::Told(unknown(name, asked, read)));
        }
        request.del_item(&key)?;
    }
    Ok((request, Some(options)))
}

/// Why a keyword is none, and what to write instead.
fn unknown(name: &str, asked: &[&str], read: &[&str]) -> Error {
    let told = |said: String| Error::new(ErrorCode::UnknownField, said).at(name);
    if FILES.contains(&name) {
        return told(format!("files are opened by `tn.read({name}=…)`, whose table is then the first argument"));
    }
    if FILTERS.contains(&name) {
        return told(format!(
            "rows that name no {name} get one by `tn.read(…, {name}=…)`; `filter={{\"{name}\": […]}}` keeps some rows only"
        ));
    }
    let read = read.iter().filter(|field| !FILTERS.contains(field) && **field != "timeZone");
    let mut names: Vec<String> = asked.iter().chain(read).map(|field| format!("`{}`", snake(field))).collect();
    names.push(format!("`{ZONE}`"));
    explain(name, &format!("unknown field `{name}`, expected one of {}", names.join(", ")))
}
