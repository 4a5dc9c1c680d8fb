//! Any JSON value, where the type is somebody else's choice.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Any JSON value: text, a number, a boolean, null, a list or an object.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonValue(pub Value);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for JsonValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "JsonValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Any JSON value: text, a number, a boolean, null, a list or an object.",
            "type": ["string", "number", "boolean", "null", "array", "object"],
        })
    }
}

impl From<&Value> for JsonValue {
    fn from(value: &Value) -> Self {
        Self(value.clone())
    }
}
