//! The golden cases, through `truenorth run`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{file, run_with_input, scratch};

fn cases() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Where a row was read is the one thing that differs between a table in memory and one from a file.
fn forget_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("file") && fields.contains_key("line") {
                fields.insert("file".to_owned(), json!(""));
                fields.insert("line".to_owned(), json!(0));
            }
            fields.values_mut().for_each(forget_places);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_places),
        _ => {}
    }
}

/// The first place where two answers differ.
fn difference(expected: &Value, found: &Value, place: &str) -> String {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => a
            .iter()
            .map(|(key, value)| (key, value, b.get(key).unwrap_or(&Value::Null)))
            .chain(b.iter().filter(|(key, _)| !a.contains_key(*key)).map(|(key, value)| (key, &Value::Null, value)))
            .find(|(_, a, b)| a != b)
            .map_or_else(String::new, |(key, a, b)| difference(a, b, &format!("{place}/{key}"))),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => (0..)
            .zip(a.iter().zip(b))
            .find(|(_, (a, b))| a != b)
            .map_or_else(String::new, |(index, (a, b))| difference(a, b, &format!("{place}/{index}"))),
        _ => format!("{place}: expected {expected}, found {found}"),
    }
}

#[test]
fn golden_cases_give_what_they_say() {
    let folder = scratch("golden");
    let root = folder.to_string_lossy().into_owned();
    let mut seen = 0;
    let mut wrong = Vec::new();
    for path in cases() {
        let case: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut arguments = vec!["run", case["operation"].as_str().unwrap()];
        let table;
        if let Some(events) = case["tables"]["events"].as_array() {
            let lines: Vec<String> = events.iter().map(Value::to_string).collect();
            table = format!("events={}", file(&folder, "events.jsonl", lines.join("\n")));
            arguments.extend(["--table", &table, "--allow-files", &root]);
        }
        let said = run_with_input(&arguments, case["request"].to_string().as_bytes());
        let (code, found, expected) = if case["error"].is_null() {
            (0, said.out.as_str(), &case["report"])
        } else {
            (2, said.err.as_str(), &case["error"])
        };
        let mut found: Value = serde_json::from_str(found).unwrap_or_else(|_| json!(found));
        if arguments.contains(&"--table") {
            forget_places(&mut found);
        }
        if said.code != code || found != *expected {
            wrong.push(format!("{}: {}", path.display(), difference(expected, &found, "")));
        }
        seen += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 10, "the cases are not found any more");
}
