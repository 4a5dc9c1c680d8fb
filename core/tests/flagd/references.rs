//! Against implementations that others wrote: json-logic-js for expressions, flagd's own packages for whole flags.
//!
//! `references/flagd` says which versions, and has the scripts.

use serde_json::{Map, Value, json};
use truenorth::flags::{Context, Ruleset};
use truenorth::ground::time::Time;

use crate::suite;

fn context(attributes: &Value) -> Context {
    let mut context = Context::default().at(Time::parse("2026-01-01T00:00:00Z").unwrap());
    for (name, value) in attributes.as_object().unwrap() {
        context.set(name.clone(), value.clone());
    }
    context
}

/// Compares the values of expressions: each is a flag whose targeting names the value, as text and as what it is.
fn check_logic(cases: &[(Value, Value, String, Option<Value>)]) -> Vec<String> {
    let mut flags = Map::new();
    for (index, (logic, _, text, value)) in cases.iter().enumerate() {
        let named = json!({"cat": ["=", logic]});
        let same =
            value.as_ref().map_or(named.clone(), |value| json!({"if": [{"===": [logic, value]}, named, "other"]}));
        let variants = json!({format!("={text}"): true});
        flags.insert(index.to_string(), json!({"state": "ENABLED", "variants": variants, "targeting": same}));
    }
    let set = Ruleset::parse(&json!({"flags": flags}).to_string()).unwrap();
    let mut failed: Vec<String> = set.problems().iter().map(|problem| problem.error.to_string()).collect();
    for (index, (logic, attributes, text, _)) in cases.iter().enumerate() {
        let found = set.evaluate(&index.to_string(), &context(attributes));
        if found.variant() != Some(&format!("={text}")) {
            failed.push(format!("{logic} of {attributes}: {:?}, not {text:?}", found.message()));
        }
    }
    failed
}

#[test]
fn expressions_as_json_logic_js_has_them() {
    let made: Value = serde_json::from_str(include_str!("../references/flagd/logic.json")).unwrap();
    let cases: Vec<_> = made["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let attributes = made["contexts"][case["context"].as_u64().unwrap() as usize].clone();
            let text = case["text"].as_str().unwrap().to_owned();
            (case["logic"].clone(), attributes, text, case.get("value").cloned())
        })
        .collect();
    let failed = check_logic(&cases);
    println!("json-logic-js: {} passed, {} failed", cases.len() - failed.len(), failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The suite of jsonlogic.com, where `TRUENORTH_CONFORMANCE` holds a folder `jsonlogic` with its `tests.json`.
#[test]
fn the_public_suite_of_json_logic() {
    let Some(folder) = suite("jsonlogic") else { return };
    let tests: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(folder.join("tests.json")).unwrap()).unwrap();
    let (mut cases, mut skipped) = (Vec::new(), 0);
    for test in tests.iter().filter_map(Value::as_array) {
        let [logic, attributes, expected] = &test[..] else { continue };
        let attributes = if attributes.is_null() { json!({}) } else { attributes.clone() };
        let text = match expected {
            Value::Null => Some(String::new()),
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => Some(expected.to_string()),
            Value::Array(values) if !values.iter().any(|value| value.is_array() || value.is_object()) => {
                let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Some(values.iter().map(text).collect::<Vec<_>>().join(","))
            }
            _ => None,
        };
        let value = (!expected.is_array()).then(|| expected.clone());
        match text {
            // A context has attributes: a list or a text as a whole is none.
            Some(text) if attributes.is_object() => cases.push((logic.clone(), attributes, text, value)),
            _ => skipped += 1,
        }
    }
    let failed = check_logic(&cases);
    println!("jsonlogic.com: {} passed, {} failed, {skipped} skipped", cases.len() - failed.len(), failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn flags_as_the_packages_of_flagd_have_them() {
    let made: Value = serde_json::from_str(include_str!("../references/flagd/fractional_flags.json")).unwrap();
    let parts =
        [include_str!("../references/flagd/fractional.json"), include_str!("../references/flagd/fractional_3.json")];
    let mut wrong = Vec::new();
    for part in parts {
        let part: Value = serde_json::from_str(part).unwrap();
        for (version, flags) in part["answers"].as_object().unwrap() {
            let mut file = made["file"].clone();
            file["fractionalVersion"] = version.parse::<u32>().unwrap().into();
            let set = Ruleset::parse(&file.to_string()).unwrap();
            let (mut failed, mut passed) = (Vec::new(), 0);
            for (flag, answers) in flags.as_object().unwrap() {
                for (attributes, answer) in made["contexts"].as_array().unwrap().iter().zip(answers.as_array().unwrap())
                {
                    let found = set.evaluate(flag, &context(attributes));
                    let mut own = json!([found.variant(), found.reason().as_str()]);
                    if let Some(code) = found.error() {
                        own = json!([null, "ERROR", code.as_str()]);
                    }
                    if own == *answer {
                        passed += 1;
                    } else {
                        failed.push(format!("{flag} of {attributes}: {own}, not {answer}"));
                    }
                }
            }
            println!("{}: {passed} passed, {} failed", part["by"][version], failed.len());
            wrong.extend(failed);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
