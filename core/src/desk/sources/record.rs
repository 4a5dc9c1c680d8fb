//! A JSON record of another tool: fields by path, each checked for its type when it is asked for.

use serde_json::Value;

use super::out::Out;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// A JSON object (or a part of one); `null` counts as absent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'v>(pub(super) &'v Value);

impl<'v> Record<'v> {
    /// What stands at a dotted path, such as `repository.full_name`.
    pub(super) fn get(self, path: &str) -> Option<&'v Value> {
        let mut value = self.0;
        for key in path.split('.') {
            value = value.get(key)?;
        }
        (!value.is_null()).then_some(value)
    }

    pub(super) fn has(self, path: &str) -> bool {
        self.get(path).is_some()
    }

    pub(super) fn part(self, path: &str) -> Option<Record<'v>> {
        self.get(path).filter(|value| value.is_object()).map(Record)
    }

    /// Text that is there and not empty.
    pub(super) fn text(self, path: &str) -> Result<Option<&'v str>> {
        match self.get(path) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(other) => Err(wrong(path, "text", other)),
        }
    }

    /// Text that is needed.
    pub(super) fn needed(self, path: &str) -> Result<&'v str> {
        self.text(path)?.ok_or_else(|| missing(path))
    }

    /// An id: text or a whole number.
    pub(super) fn id(self, path: &str) -> Result<Option<String>> {
        match self.get(path) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(Value::Number(number)) if !number.is_f64() => Ok(Some(number.to_string())),
            Some(other) => Err(wrong(path, "an id", other)),
        }
    }

    /// An id that is needed.
    pub(super) fn needed_id(self, path: &str) -> Result<String> {
        self.id(path)?.ok_or_else(|| missing(path))
    }

    pub(super) fn truth(self, path: &str) -> Result<bool> {
        match self.get(path) {
            None => Ok(false),
            Some(Value::Bool(value)) => Ok(*value),
            Some(other) => Err(wrong(path, "`true` or `false`", other)),
        }
    }

    /// The elements of a list; none where there is no list.
    pub(super) fn list(self, path: &str) -> Result<&'v [Value]> {
        match self.get(path) {
            None => Ok(&[]),
            Some(Value::Array(values)) => Ok(values),
            Some(other) => Err(wrong(path, "a list", other)),
        }
    }

    /// An instant: RFC 3339, `2017-09-15 16:50:55 UTC`, `2017-09-15 16:50:55 +0200`, or seconds since 1970.
    pub(super) fn time(self, path: &str, out: &Out<'_>) -> Result<Option<Time>> {
        match self.get(path) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => {
                if Time::is_finer(text) {
                    out.floored();
                }
                time(text).map(Some).at(path)
            }
            Some(Value::Number(number)) => {
                let time = number.as_i64().and_then(Time::from_seconds);
                let sentence = format!("expected seconds since 1970, found `{number}`");
                time.map(Some).ok_or_else(|| Error::new(ErrorCode::InvalidTime, sentence).at(path))
            }
            Some(other) => Err(wrong(path, "a time", other)),
        }
    }

    /// The names of labels: a list of texts, or of objects with a `name` or `title`.
    pub(super) fn labels(self, path: &str) -> Result<Vec<&'v str>> {
        let name = |value: &'v Value| match value {
            Value::String(text) => Some(text.as_str()),
            other => ["name", "title"].into_iter().find_map(|key| other.get(key)?.as_str()),
        };
        Ok(self.list(path)?.iter().filter_map(name).collect())
    }
}

fn time(text: &str) -> Result<Time> {
    let spaced = |text: &str| {
        let (date, zone) = text.rsplit_once(' ')?;
        let (day, clock) = date.split_once(' ')?;
        let zone = match zone.as_bytes() {
            b"UTC" => "Z".to_owned(),
            [b'+' | b'-', a, b, c, d] => {
                let digits = [*a, *b, *c, *d].map(char::from);
                format!("{}{}{}:{}{}", &zone[..1], digits[0], digits[1], digits[2], digits[3])
            }
            _ => return None,
        };
        Time::parse(&format!("{day}T{clock}{zone}")).ok()
    };
    Time::parse(text).or_else(|error| spaced(text).ok_or(error))
}

fn missing(path: &str) -> Error {
    Error::new(ErrorCode::MissingField, "expected a value, found none").at(path)
}

fn wrong(path: &str, expected: &str, found: &Value) -> Error {
    let found = match found {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => format!("`{}`", excerpt(&other.to_string())),
    };
    Error::new(ErrorCode::WrongType, format!("expected {expected}, found {found}")).at(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_in_two_styles() {
        for text in ["2017-09-15T16:50:55Z", "2017-09-15 16:50:55 UTC", "2017-09-15 18:50:55 +0200"] {
            assert_eq!(time(text).unwrap().to_string(), "2017-09-15T16:50:55Z", "{text}");
        }
        for text in ["2017-09-15 16:50:55", "2017-09-15 16:50:55 CET", "2017-09-15", "a b +é00", "  UTC", ""] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_wrong_type_is_an_error_and_null_is_absent() {
        let value = serde_json::json!({"a": {"b": null, "c": 5}, "d": [1]});
        let record = Record(&value);
        assert!(!record.has("a.b") && record.has("a.c"));
        assert_eq!(record.id("a.c").unwrap().as_deref(), Some("5"));
        assert_eq!(record.text("a.c").unwrap_err().to_string(), "`a.c`: expected text, found `5`");
        assert_eq!(record.needed("x").unwrap_err().code(), ErrorCode::MissingField);
        assert!(record.text("d").unwrap_err().message().ends_with("found a list"));
    }
}
