//! Our own vocabulary as JSON documents, arrays and lists.

use serde_json::Value;

use super::out::Out;
use crate::facts::readers::{KINDS, Record};
use crate::ground::error::Result;

/// Whether a record is one of ours: an object with one key, its kind.
pub(super) fn is_one(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    let mut keys = object.iter();
    matches!((keys.next(), keys.next()), (Some((key, inside)), None)
        if inside.is_object() && KINDS.contains(&key.as_str()))
}

pub(super) fn take(record: &Record<'_>, out: &mut Out<'_>) -> Result<()> {
    out.event(&record.event)?;
    record.rest.count(out.table);
    Ok(())
}
