//! Values of flags as the SDK has them.

use open_feature::{FlagMetadata, FlagMetadataValue, StructValue};
use serde_json::{Number, Value};

/// An object; nothing where it is a list, or where a null is in it, which the SDK has not.
pub(crate) fn structure(value: &Value) -> Option<StructValue> {
    let fields = value.as_object()?.iter().map(|(name, value)| Some((name.clone(), any(value)?)));
    Some(StructValue { fields: fields.collect::<Option<_>>()? })
}

fn any(value: &Value) -> Option<open_feature::Value> {
    use open_feature::Value as Theirs;
    Some(match value {
        Value::Null => return None,
        Value::Bool(truth) => Theirs::Bool(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Theirs::Int(whole),
            None => Theirs::Float(float(number)),
        },
        Value::String(text) => Theirs::String(text.clone()),
        Value::Array(values) => Theirs::Array(values.iter().map(any).collect::<Option<_>>()?),
        Value::Object(_) => Theirs::Struct(structure(value)?),
    })
}

pub(crate) fn metadata<'a>(known: impl Iterator<Item = (&'a str, &'a Value)>) -> FlagMetadata {
    let values = known.filter_map(|(name, value)| {
        let value = match value {
            Value::Bool(truth) => FlagMetadataValue::Bool(*truth),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => FlagMetadataValue::Int(whole),
                None => FlagMetadataValue::Float(float(number)),
            },
            Value::String(text) => FlagMetadataValue::String(text.clone()),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some((name.to_owned(), value))
    });
    FlagMetadata { values: values.collect() }
}

fn float(number: &Number) -> f64 {
    // JSON has no number that is none as a double.
    number.as_f64().unwrap_or_default()
}
