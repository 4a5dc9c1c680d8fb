//! `truenorth schema`.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use truenorth::desk::operations::{OPERATIONS, schemas};
use truenorth::{Error, ErrorCode, Result};

use crate::args::SchemaArgs;
use crate::output;
use crate::when::shown;

pub(super) fn run(args: &SchemaArgs) -> Result<i32> {
    let mut requests = SchemaGenerator::new(SchemaSettings::draft2020_12().for_deserialize());
    let mut reports = SchemaGenerator::new(SchemaSettings::draft2020_12().for_serialize());
    let all = schemas(&mut requests, &mut reports);
    let (requests, reports) = (requests.take_definitions(true), reports.take_definitions(true));
    let whole = |schema: &schemars::Schema, definitions: &Map<String, Value>| {
        let mut whole = Map::new();
        whole.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        whole.extend(schema.as_object().cloned().unwrap_or_default());
        whole.insert("$defs".into(), Value::Object(used(schema.as_value(), definitions)));
        Value::Object(whole)
    };
    let mut out = Map::new();
    for (operation, request, report) in &all {
        if args.operation.as_ref().is_some_and(|wanted| wanted != operation.name) {
            continue;
        }
        let (request, report) = (whole(request, &requests), whole(report, &reports));
        let value = match (args.request, args.report) {
            (true, _) => request,
            (_, true) => report,
            _ => Value::Object(Map::from_iter([("request".to_owned(), request), ("report".to_owned(), report)])),
        };
        out.insert(operation.name.to_owned(), value);
    }
    let out = match &args.operation {
        None => Value::Object(out),
        Some(name) => out.remove(name).ok_or_else(|| {
            let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
            let said = format!("expected one of `{}`, found `{}`", names.join("`, `"), shown(name));
            Error::new(ErrorCode::UnknownOperation, said)
        })?,
    };
    let text =
        serde_json::to_string_pretty(&out).map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?;
    output::print(&text)?;
    Ok(0)
}

/// The definitions that a schema refers to, and those that they refer to.
fn used(schema: &Value, definitions: &Map<String, Value>) -> Map<String, Value> {
    let mut found = Map::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => {
                open.extend(fields.values());
                let name = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
                if let Some((name, definition)) = name.and_then(|name| definitions.get_key_value(name))
                    && !found.contains_key(name)
                {
                    found.insert(name.clone(), definition.clone());
                    open.push(definition);
                }
            }
            _ => {}
        }
    }
    found
}
