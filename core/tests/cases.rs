//! The golden cases: what was asked, what must be answered, to the last bit, in every face.
//!
//! A case has a `story` (why it is there and where its truth comes from), an `operation`, a `request`, perhaps tables
//! (`{"events": [...]}`), an `expect` of facts that a person worked out (JSON pointer to value), and the whole `report`
//! or `error`, which `TRUENORTH_BLESS=1 cargo test --test cases` rewrites.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "helpers of tests may fail loudly and read files"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use truenorth::desk::door;
use truenorth::desk::operations::{Context, Tables};
use truenorth::facts::{Event, EventTable};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    story: String,
    operation: String,
    request: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tables: Option<BTreeMap<String, Vec<Value>>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    expect: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    report: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn answer(case: &Case) -> Result<Value, Value> {
    let mut events = EventTable::new();
    let mut tables = Tables::default();
    if let Some(given) = &case.tables {
        for (index, event) in given["events"].iter().enumerate() {
            let text = event.to_string();
            let event: Event<'_> =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("events[{index}]: {error}"));
            events.push(&event).unwrap_or_else(|error| panic!("events[{index}]: {error}"));
        }
        events.settle();
        tables.events = Some(&events);
    }
    match door::json(&case.operation, &case.request.to_string(), &tables, &Context::default()) {
        Ok(report) => Ok(serde_json::from_str(&report).unwrap()),
        Err(error) => Err(serde_json::to_value(&error).unwrap()),
    }
}

/// The same number, text, list or object; a number need not be written the same way.
fn same(found: &Value, expected: &Value) -> bool {
    match (found.as_f64(), expected.as_f64()) {
        // What a person works out by hand has a dozen digits at most.
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        _ => found == expected,
    }
}

/// One line for each part of an answer: short enough to read, long enough to diff.
fn written(case: &Case) -> String {
    let value = serde_json::to_value(case).unwrap();
    let order = ["story", "operation", "request", "tables", "expect", "report", "error"];
    let fields: Vec<String> = order
        .iter()
        .filter_map(|name| value.get(name).map(|field| (name, field)))
        .map(|(name, field)| {
            let text = match field {
                Value::Object(parts) if !parts.is_empty() => {
                    let lines: Vec<String> = parts
                        .iter()
                        .map(|(key, part)| match part {
                            Value::Array(items) if key == "events" && !items.is_empty() => {
                                let items: Vec<String> = items.iter().map(|item| format!("   {item}")).collect();
                                format!("  {}: [\n{}\n  ]", Value::from(key.as_str()), items.join(",\n"))
                            }
                            _ => format!("  {}: {part}", Value::from(key.as_str())),
                        })
                        .collect();
                    format!("{{\n{}\n }}", lines.join(",\n"))
                }
                _ => field.to_string(),
            };
            format!(" \"{name}\": {text}")
        })
        .collect();
    format!("{{\n{}\n}}\n", fields.join(",\n"))
}

#[test]
fn every_case_is_answered_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let bless = std::env::var_os("TRUENORTH_BLESS").is_some();
    let mut wrong = Vec::new();
    let paths = files(&folder);
    for path in &paths {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let text = std::fs::read_to_string(path).unwrap();
        let mut case: Case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let answer = answer(&case);
        for (pointer, expected) in &case.expect {
            let found = answer.as_ref().unwrap_or_else(|error| error).pointer(pointer).cloned().unwrap_or(Value::Null);
            if !same(&found, expected) {
                wrong.push(format!("{name}: {pointer} is {found}, expected {expected}"));
            }
        }
        assert!(!case.expect.is_empty(), "{name}: a case needs at least one fact that somebody worked out");
        let before = (case.report.take(), case.error.take());
        // Faces ask a request of no events before they read any: what can be answered passes, and what cannot for the
        // request's own sake is told the same.
        let checked = door::check(&case.operation, &case.request.to_string());
        match answer {
            Ok(report) => {
                assert!(checked.is_ok(), "{name}: {checked:?}");
                case.report = Some(report);
            }
            Err(error) => {
                if let Err(checked) = checked {
                    assert_eq!(serde_json::to_value(&checked).unwrap(), error, "{name}");
                }
                case.error = Some(error);
            }
        }
        if bless {
            std::fs::write(path, written(&case)).unwrap();
        } else if before != (case.report.clone(), case.error.clone()) {
            wrong.push(format!(
                "{name}: the answer has changed; if it is meant to, bless it and say so under *Numbers changed*"
            ));
        }
    }
    println!("{} cases, {} wrong", paths.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reports_come_back_from_their_own_json() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/dora");
    for path in files(&folder) {
        let case: Case = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        if let (Some(report), "dora") = (case.report, case.operation.as_str()) {
            let read: truenorth::dora::DoraReport = serde_json::from_value(report.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), report, "{}", path.display());
        }
    }
}
