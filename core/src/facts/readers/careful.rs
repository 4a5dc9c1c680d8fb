//! The careful way through a line: by serde, with a sentence for every mistake.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::scan;
use crate::facts::{Event, EventTable, Text};
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::explain::{explain, syntax_in_line};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// The kinds of event.
pub(crate) const KINDS: [&str; 4] = ["deployment", "change", "pullRequest", "incident"];

/// An event, and what was not taken of its record.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) event: Event<'a>,
    pub(crate) rest: Rest<'a>,
}

/// Reads a line; `last` when nothing came after it, not even a newline.
pub(crate) fn careful_record(line: &str, last: bool) -> Result<Record<'_>> {
    let event = serde_json::from_str(line).map_err(|error| told(line, &error, last))?;
    // Serde would also take a record's fields as a list.
    let rest = serde_json::from_str(line).map_err(|_| {
        Error::new(ErrorCode::WrongType, "expected an object with one key, whose value is an object, found a list")
    })?;
    Ok(Record { event, rest })
}

/// What serde said of a line, for people.
fn told(line: &str, error: &serde_json::Error, last: bool) -> Error {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(line) {
        return if last && error.is_eof() {
            Error::new(ErrorCode::Truncated, "the file ends inside a record")
        } else {
            syntax_in_line(&error)
        };
    }
    match serde_json::from_str::<Keys<'_>>(line) {
        Ok(Keys(keys)) if matches!(&keys[..], [kind] if KINDS.contains(&&**kind)) => {
            let mut reader = serde_json::Deserializer::from_str(line);
            match serde_path_to_error::deserialize::<_, Event<'_>>(&mut reader) {
                Ok(_) => syntax_in_line(error),
                Err(error) => explain(&error.path().to_string(), &error.inner().to_string()),
            }
        }
        keys => shapeless(line, keys.as_ref().ok().map(|keys| &keys.0[..])),
    }
}

/// JSON that is no object with one key, its kind.
fn shapeless(line: &str, keys: Option<&[Text<'_>]>) -> Error {
    let found = match keys {
        None if line.trim_start().starts_with('[') => "a list".to_owned(),
        None => format!("`{}`", excerpt(line.trim())),
        Some([]) => "an object without a key".to_owned(),
        Some([kind]) => format!("the key `{}`", excerpt(kind)),
        Some([first, ..]) => format!("several keys, the first `{}`", excerpt(first)),
    };
    let kinds = KINDS.map(|kind| format!("`{kind}`")).join(", ");
    Error::new(ErrorCode::InvalidRecord, format!("expected an object with one key, one of {kinds}, found {found}"))
}

/// The keys of an object, twice where they come twice.
struct Keys<'a>(Vec<Text<'a>>);

impl<'de> serde::Deserialize<'de> for Keys<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Outer;
        impl<'de> Visitor<'de> for Outer {
            type Value = Keys<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys<'de>, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(Outer)
    }
}

/// What is left of a good record: fields that are not in the vocabulary, and how many times were finer than is kept.
#[derive(Debug, Default)]
pub(crate) struct Rest<'a> {
    /// Kind and name.
    unknown: Vec<(Text<'a>, Text<'a>)>,
    floored: u32,
}

impl Rest<'_> {
    /// Counts what was not taken, once the event is.
    pub(crate) fn count(&self, table: &mut EventTable) {
        self.unknown.iter().for_each(|(kind, name)| table.unknown_field(&format!("{kind}.{name}")));
        (0..self.floored).for_each(|_| table.floored_time());
    }
}

impl<'de> serde::Deserialize<'de> for Rest<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Outer;
        impl<'de> Visitor<'de> for Outer {
            type Value = Rest<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rest<'de>, A::Error> {
                let mut rest = Rest::default();
                while let Some(kind) = map.next_key::<Text<'de>>()? {
                    map.next_value_seed(Fields { kind, rest: &mut rest })?;
                }
                Ok(rest)
            }
        }
        deserializer.deserialize_map(Outer)
    }
}

struct Fields<'a, 'r> {
    kind: Text<'a>,
    rest: &'r mut Rest<'a>,
}

impl<'de> DeserializeSeed<'de> for Fields<'de, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'de, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Text<'de>>()? {
            if !scan::is_known(&self.kind, &name) {
                map.next_value::<IgnoredAny>()?;
                self.rest.unknown.push((self.kind.clone(), name));
            } else if name.ends_with("At") {
                let time = map.next_value::<Option<Text<'de>>>()?;
                self.rest.floored += u32::from(time.is_some_and(|text| Time::is_finer(&text)));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
