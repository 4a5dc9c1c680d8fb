//! The keywords of an operation: what is asked, and how the files that it is asked of are read.

use std::cell::Cell;
use std::fmt;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::de::{self, Deserialize, Visitor};
use truenorth::desk::door::explain;
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

/// Tells what is asked from how to read.
pub(crate) fn split<'py, 'de, Q: Deserialize<'de>>(
    operation: &Operation,
    keywords: &Bound<'py, PyDict>,
) -> Result<(Bound<'py, PyDict>, Bound<'py, PyDict>), Fault> {
    let (request, options) = (PyDict::new(keywords.py()), PyDict::new(keywords.py()));
    let asked = fields_of::<Q>();
    if operation.tables.is_empty() {
        return Ok((keywords.clone(), options));
    }
    let read = fields_of::<ReadOptions>();
    for (key, value) in keywords.iter() {
        let name: String = key.extract()?;
        let wire = camel(&name);
        if asked.contains(&&*wire) {
            request.set_item(key, value)?;
        } else if name == ZONE || name == "inputTimeZone" {
            options.set_item("time_zone", value)?;
        } else if read.contains(&&*wire) && !FILTERS.contains(&&*wire) {
            options.set_item(key, value)?;
        } else {
            return Err(Fault::Told(unknown(&name, asked, read)));
        }
    }
    Ok((request, options))
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

/// The names of a struct's fields on the wire.
fn fields_of<'de, Q: Deserialize<'de>>() -> &'static [&'static str] {
    let fields = Cell::new(&[][..]);
    // It always ends in an error: it only looks.
    drop(Q::deserialize(Look(&fields)));
    fields.get()
}

struct Look<'a>(&'a Cell<&'static [&'static str]>);

#[derive(Debug)]
struct Seen;

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seen")
    }
}

impl std::error::Error for Seen {}

impl de::Error for Seen {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> de::Deserializer<'de> for Look<'_> {
    type Error = Seen;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Seen> {
        Err(Seen)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Seen> {
        self.0.set(fields);
        Err(Seen)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}
