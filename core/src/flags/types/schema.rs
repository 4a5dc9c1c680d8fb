//! What the schema of a file says beyond the types: bounds, and which fields exclude each other.

use schemars::Schema;
use serde_json::{Map, Value, json};

/// How many bytes a name has at most; a schema counts characters, which are no more.
const LONGEST_NAME: usize = 256;

/// The fields of a condition that compare an attribute with something.
const COMPARISONS: [&str; 16] = [
    "equals",
    "in",
    "notIn",
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "lessThan",
    "atMost",
    "moreThan",
    "atLeast",
    "before",
    "since",
    "version",
    "inNetwork",
    "present",
];

fn fields(schema: &mut Schema) -> &mut Map<String, Value> {
    schema.ensure_object()
}

/// Adds keywords to the schema of one field.
fn bound(schema: &mut Schema, field: &str, keywords: Value) {
    let field = fields(schema).get_mut("properties").and_then(|all| all.get_mut(field)).and_then(Value::as_object_mut);
    if let (Some(field), Value::Object(keywords)) = (field, keywords) {
        field.extend(keywords);
    }
}

/// Holds where a field is there, and not null.
fn given(name: &str) -> Value {
    json!({"required": [name], "properties": {name: {"not": {"type": "null"}}}})
}

/// Holds where a list is there, and not empty.
fn filled(name: &str) -> Value {
    json!({"required": [name], "properties": {name: {"minItems": 1}}})
}

pub(super) fn file(schema: &mut Schema) {
    bound(schema, "version", json!({"const": 1}));
    bound(schema, "flags", json!({"propertyNames": {"minLength": 1, "maxLength": LONGEST_NAME}}));
    fields(schema).insert("patternProperties".to_owned(), json!({"^x-": true}));
}

pub(super) fn flag(schema: &mut Schema) {
    let all = |kind: &Value| json!({"additionalProperties": kind});
    let whole = json!({"type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64});
    let kinds = [
        ("boolean", json!({"type": "boolean"})),
        ("string", json!({"type": "string"})),
        ("integer", whole),
        ("number", json!({"type": "number"})),
        ("object", json!({"type": ["object", "array"]})),
    ];
    let one_type: Vec<Value> = kinds.iter().filter(|(name, _)| *name != "integer").map(|(_, kind)| all(kind)).collect();
    let by_type: Vec<Value> = kinds
        .iter()
        .map(|(name, kind)| {
            json!({
                "if": {"required": ["type"], "properties": {"type": {"const": name}}},
                "then": {"properties": {"variants": all(kind)}},
            })
        })
        .collect();
    let name = json!({"minLength": 1, "maxLength": LONGEST_NAME});
    bound(schema, "variants", json!({"anyOf": one_type, "propertyNames": name}));
    bound(schema, "metadata", json!({"additionalProperties": {"type": ["string", "number", "boolean", "null"]}}));
    // Without variants a flag has no type, unless it says one.
    let has_type = json!({"anyOf": [
        given("type"), {"required": ["variants"], "properties": {"variants": {"minProperties": 1}}},
    ]});
    fields(schema).insert("allOf".to_owned(), by_type.into_iter().chain([has_type]).collect());
}

pub(super) fn rule(schema: &mut Schema) {
    let ways = json!([given("variant"), filled("split"), filled("ranges"), given("rollout")]);
    fields(schema).insert("oneOf".to_owned(), ways);
}

pub(super) fn share(schema: &mut Schema) {
    bound(schema, "weight", json!({"minimum": 0}));
}

pub(super) fn range(schema: &mut Schema) {
    bound(schema, "from", json!({"maximum": 999_999}));
    bound(schema, "to", json!({"minimum": 1, "maximum": 1_000_000}));
}

pub(super) fn rollout(schema: &mut Schema) {
    bound(schema, "steps", json!({"minItems": 1}));
}

pub(super) fn percent(schema: &mut Schema) {
    bound(schema, "percent", json!({"minimum": 0, "maximum": 100}));
}

pub(super) fn condition(schema: &mut Schema) {
    for list in ["all", "any"] {
        bound(schema, list, json!({"minItems": 1}));
    }
    let scalar = json!(["string", "number", "boolean"]);
    bound(schema, "equals", json!({"type": ["string", "number", "boolean", "null"]}));
    for list in ["in", "notIn"] {
        bound(schema, list, json!({"items": {"type": scalar}}));
    }
    let kinds: Vec<Value> = ["all", "any", "not", "segment", "attribute"].map(given).into();
    let one: Vec<Value> = COMPARISONS.map(given).into();
    let more = COMPARISONS.iter().chain(&["ifMissing", "coerce"]).map(|name| (*name).to_owned());
    let needs: Map<String, Value> = more.map(|name| (name, json!(["attribute"]))).collect();
    let fields = fields(schema);
    fields.insert("oneOf".to_owned(), kinds.into());
    fields.insert("if".to_owned(), given("attribute"));
    fields.insert("then".to_owned(), json!({"oneOf": one}));
    fields.insert("dependencies".to_owned(), needs.into());
}

pub(super) fn version(schema: &mut Schema) {
    let bounds: Vec<Value> = ["equals", "lessThan", "atMost", "moreThan", "atLeast"].map(given).into();
    fields(schema).insert("anyOf".to_owned(), bounds.into());
}
