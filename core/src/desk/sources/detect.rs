//! Which format a record or a header is of, told from what it holds.

use serde_json::Value;

use super::record::Record;
use super::types::Format;
use super::{cdevents, github, gitlab, own};
use crate::facts::readers::csv::{Columns, Row};
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;

/// The format of a JSON record; what no source knows goes to the mapping, where there is one.
pub(super) fn record(value: &Value, mapped: bool) -> Result<Format> {
    let record = Record(value);
    let is = |path: &str, word: &str| record.get(path).and_then(Value::as_str) == Some(word);
    if own::is_one(value) {
        Ok(Format::Events)
    } else if cdevents::is_one(value) {
        Ok(Format::Cdevents)
    } else if mapped {
        Ok(Format::Mapped)
    } else if gitlab::is_one(value) {
        Ok(Format::Gitlab)
    } else if (record.has("event.event_type") && record.has("event.resource_type"))
        || (is("type", "incident") && record.has("service") && record.has("created_at"))
    {
        Ok(Format::PagerDuty)
    } else if record.has("key") && record.has("fields.created") {
        Ok(Format::Jira)
    } else if record.has("sys_id") || (record.has("number") && record.has("opened_at")) {
        Ok(Format::ServiceNow)
    } else if github::is_one(value) {
        Ok(Format::Github)
    } else {
        Err(Error::new(ErrorCode::UnknownFormat, format!("expected a record of a known format, found {}", what(value))))
    }
}

/// What a record is, in words.
pub(super) fn what(value: &Value) -> String {
    match value {
        Value::Object(fields) if fields.is_empty() => "an empty object".to_owned(),
        Value::Object(fields) => {
            let keys: Vec<String> = fields.keys().take(6).map(|key| format!("`{}`", excerpt(key))).collect();
            format!("an object with the keys {}", keys.join(", "))
        }
        Value::Array(_) => "a list".to_owned(),
        other => format!("`{}`", excerpt(&other.to_string())),
    }
}

/// The format of a CSV file by its header.
pub(super) fn header(row: Row<'_>, mapped: bool) -> Result<Format> {
    let has = |name: &str| row.iter().any(|column| column.eq_ignore_ascii_case(name));
    if mapped {
        Ok(Format::Mapped)
    } else if has("Issue key") && has("Created") {
        Ok(Format::Jira)
    } else if has("number") && has("opened_at") {
        Ok(Format::ServiceNow)
    } else if Columns::known(row) > 0 {
        Ok(Format::Csv)
    } else {
        let columns: Vec<String> = row.iter().take(6).map(|name| format!("`{}`", excerpt(name))).collect();
        let sentence = format!("expected a header with columns that are known, found {}", columns.join(", "));
        Err(Error::new(ErrorCode::UnknownFormat, sentence))
    }
}
