//! Our own vocabulary as JSON documents, arrays and lists.

use serde_json::Value;

use super::out::Out;
use crate::facts::Event;
use crate::facts::readers::{Field, Kind};
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::explain::explain;
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// Whether a record is one of ours: an object with one key, its kind.
pub(super) fn is_one(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    let mut keys = object.iter();
    matches!((keys.next(), keys.next()), (Some((key, inside)), None)
        if inside.is_object() && Kind::ALL.iter().any(|kind| kind.as_str() == key))
}

pub(super) fn take(value: &Value, out: &mut Out<'_>) -> Result<()> {
    let mut found = String::new();
    for (kind, fields) in value.as_object().into_iter().flatten() {
        found.clone_from(kind);
        let Ok(kind) = Kind::parse(kind) else { break };
        for (name, value) in fields.as_object().into_iter().flatten() {
            if value.as_str().is_some_and(|text| name.ends_with("At") && Time::is_finer(text)) {
                out.floored();
            }
            let known = Field::ALL.iter().any(|field| field.as_str() == name && field.is_of(kind));
            if !known && name != "labels" {
                out.table.unknown_field(&format!("{}.{name}", kind.as_str()));
            }
        }
    }
    if !is_one(value) {
        let words = Kind::ALL.map(|kind| format!("`{}`", kind.as_str())).join(", ");
        let sentence = format!("expected an object with one key, one of {words}, found the key `{}`", excerpt(&found));
        return Err(Error::new(ErrorCode::InvalidRecord, sentence));
    }
    let event: Event<'_> = serde_path_to_error::deserialize(value)
        .map_err(|error| explain(&error.path().to_string(), &error.inner().to_string()))?;
    out.event(event)
}
