//! flagd's own features, where `TRUENORTH_CONFORMANCE` holds a `flagd-testbed` folder.

use std::path::Path;

use serde_json::{Map, Value, json};
use truenorth::flags::{Context, Evaluation, FlagType, Ruleset};
use truenorth::ground::time::Time;

use crate::gherkin::{Scenario, Step, scenarios};
use crate::{files, suite};

/// All flags of a folder as one file, as the testbed itself puts them together.
fn merged(folder: &Path) -> Map<String, Value> {
    let mut file = Map::new();
    for path in files(folder, "json") {
        // Selectors are about several sources, not about evaluation.
        if path.file_name().unwrap().to_string_lossy().starts_with("selector") {
            continue;
        }
        let one: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for part in ["flags", "$evaluators"] {
            let known = file.entry(part).or_insert_with(|| json!({})).as_object_mut().unwrap();
            known.extend(one.get(part).and_then(Value::as_object).cloned().unwrap_or_default());
        }
    }
    file
}

/// The files for each generation of `fractional`.
fn versions(folder: &Path) -> Vec<Ruleset> {
    let mut file = merged(folder);
    let of = |version: u32| {
        file.insert("fractionalVersion".to_owned(), version.into());
        Ruleset::parse(&Value::Object(file.clone()).to_string()).unwrap()
    };
    [1, 2, 3].map(of).into()
}

fn value_of(kind: &str, text: &str) -> Value {
    match kind {
        "String" => text.into(),
        "Object" => serde_json::from_str(&text.replace("\\\"", "\"")).unwrap_or_default(),
        "Float" => json!(text.parse::<f64>().unwrap_or_default()),
        _ => serde_json::from_str(text).unwrap_or_default(),
    }
}

fn type_of(kind: &str) -> FlagType {
    match kind {
        "Boolean" => FlagType::Boolean,
        "String" => FlagType::String,
        "Integer" => FlagType::Integer,
        "Float" => FlagType::Number,
        _ => FlagType::Object,
    }
}

/// What stands between quotation marks.
fn quoted(text: &str) -> Vec<String> {
    let escaped = text.replace("\\\"", "\u{1}");
    escaped.split('"').skip(1).step_by(2).map(|part| part.replace('\u{1}', "\\\"")).collect()
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

struct World<'s> {
    set: &'s Ruleset,
    kind: String,
    flag: String,
    default: Value,
    context: Context,
    found: Option<Evaluation<'s>>,
}

impl World<'_> {
    /// Whether the step holds; nothing where it is not one about evaluation.
    fn step(&mut self, step: &Step) -> Option<Result<(), String>> {
        let text = step.text.as_str();
        let parts = quoted(text);
        let part = |index: usize| parts.get(index).map(String::as_str).unwrap_or_default();
        if text == "an evaluator" || text == "a stable flagd provider" || text.starts_with("an option \"cache\"") {
        } else if let Some((kind, _)) = text.strip_prefix("a ").and_then(|text| text.split_once("-flag with key ")) {
            kind.clone_into(&mut self.kind);
            part(0).clone_into(&mut self.flag);
            self.default = value_of(kind, part(1));
        } else if text.starts_with("a context containing a key ") {
            // Objects are written with quotation marks of their own.
            let value = text.split_once(" with value \"").map_or("", |(_, value)| value.trim_end_matches('"'));
            self.context.set(part(0).to_owned(), value_of(part(1), if part(1) == "Object" { value } else { part(2) }));
        } else if text.starts_with("a context containing a nested property ") {
            self.context.set(part(0).to_owned(), json!({part(1): part(2)}));
        } else if text.starts_with("a context containing a targeting key ") {
            self.context.set("targetingKey", part(0));
        } else if text == "the flag was evaluated with details" {
            self.found = Some(self.set.evaluate_as(&self.flag, type_of(&self.kind), &self.context));
        } else {
            let found = self.found?;
            let said = |what: &str, found: String, expected: &str| {
                if found == expected { Ok(()) } else { Err(format!("{what}: {found}, not {expected}")) }
            };
            return Some(if text.starts_with("the resolved details value should be ") {
                let (value, expected) = (found.value().unwrap_or(&self.default), value_of(&self.kind, part(0)));
                if same(value, &expected) { Ok(()) } else { Err(format!("value: {value}, not {expected}")) }
            } else if text.starts_with("the reason should be ") {
                said("reason", found.reason().as_str().to_owned(), part(0))
            } else if text.starts_with("the error-code should be ") {
                said("error", found.error().map_or("", |code| code.as_str()).to_owned(), part(0))
            } else if text.starts_with("the variant should be ") {
                said("variant", found.variant().unwrap_or_default().to_owned(), part(0))
            } else if text == "the resolved metadata is empty" {
                said("metadata", found.metadata().count().to_string(), "0")
            } else if text == "the resolved metadata should contain" {
                step.table.iter().skip(1).try_for_each(|row| {
                    let known = found.metadata().find(|(name, _)| *name == row[0]).map(|(_, value)| value);
                    let expected = value_of(&row[1], &row[2]);
                    let is_same = known.is_some_and(|known| same(known, &expected));
                    if is_same { Ok(()) } else { Err(format!("metadata {}: {known:?}", row[0])) }
                })
            } else {
                return None;
            });
        }
        Some(Ok(()))
    }
}

fn run(scenario: &Scenario, versions: &[Ruleset]) -> Option<Result<(), String>> {
    let version = ["@fractional-v1", "@fractional-v2", "@fractional-v3"]
        .iter()
        .position(|tag| scenario.tags.iter().any(|found| found == tag))
        .unwrap_or(1);
    let mut world = World {
        set: &versions[version],
        kind: String::new(),
        flag: String::new(),
        default: Value::Null,
        context: Context::default().at(Time::parse("2026-01-01T00:00:00Z").unwrap()),
        found: None,
    };
    for step in &scenario.steps {
        if let Err(wrong) = world.step(step)? {
            return Some(Err(wrong));
        }
    }
    Some(Ok(()))
}

/// Runs the features of a folder against the flags of another.
fn check(features: &Path, flags: &Path, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let versions = versions(flags);
    let mut failures = Vec::new();
    for path in files(features, "feature") {
        if !wanted(&path.file_stem().unwrap().to_string_lossy()) {
            continue;
        }
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for scenario in scenarios(&std::fs::read_to_string(&path).unwrap()) {
            // What the testbed itself calls deprecated says the opposite of what stands beside it.
            if scenario.tags.iter().any(|tag| tag == "@deprecated") {
                skipped += 1;
                continue;
            }
            match run(&scenario, &versions) {
                None => skipped += 1,
                Some(Ok(())) => passed += 1,
                Some(Err(wrong)) => {
                    failed += 1;
                    failures.push(format!("{name}: {}: {wrong}", scenario.name));
                }
            }
        }
        println!("flagd-testbed {name}: {passed} passed, {failed} failed, {skipped} skipped");
    }
    failures
}

#[test]
fn features_of_the_evaluator() {
    let Some(folder) = suite("flagd-testbed") else { return };
    let failures = check(&folder.join("evaluator/gherkin"), &folder.join("evaluator/flags"), |_| true);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The features that providers are held to, as far as they are about evaluation.
#[test]
fn features_of_providers() {
    let Some(folder) = suite("flagd-testbed") else { return };
    if !folder.join("gherkin").is_dir() {
        println!("flagd-testbed: skipped, it has no features of providers");
        return;
    }
    let about_evaluation = |name: &str| ["disabled", "evaluation", "metadata", "targeting"].contains(&name);
    let failures = check(&folder.join("gherkin"), &folder.join("flags"), about_evaluation);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
