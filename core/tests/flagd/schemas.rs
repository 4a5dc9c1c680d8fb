//! The examples of flagd's schema: what is right has no problems, what is wrong has one.

use std::path::Path;

use serde_json::{Value, json};
use truenorth::flags::{Problem, Ruleset};

use crate::{files, suite};

fn problems(text: &str) -> Vec<Problem> {
    Ruleset::parse(text).map_or_else(|error| vec![Problem { flag: None, error }], |set| set.problems().to_vec())
}

/// A file whose one flag has the targeting.
fn with_targeting(text: &str) -> String {
    let mut targeting: Value = serde_json::from_str(text).unwrap();
    targeting.as_object_mut().unwrap().remove("$schema");
    let flag = json!({"state": "ENABLED", "variants": {"on": true, "off": false}, "targeting": targeting});
    json!({"flags": {"x": flag}, "$evaluators": {"some-ref": {"==": [1, 1]}}}).to_string()
}

/// Checks the files of a folder, and says how many it has.
fn check(folder: &Path, is_right: bool, make: impl Fn(&str) -> String) -> (usize, Vec<String>) {
    let files = files(folder, "json");
    let mut failed = Vec::new();
    for file in &files {
        let problems = problems(&make(&std::fs::read_to_string(file).unwrap()));
        if problems.is_empty() != is_right {
            failed.push(format!("{}: {problems:?}", file.file_name().unwrap().display()));
        }
    }
    (files.len(), failed)
}

#[test]
fn examples_of_the_schema() {
    let Some(folder) = suite("flags/flagd-schemas") else { return };
    let json = folder.join("json");
    let whole = |text: &str| text.to_owned();
    let mut failed = Vec::new();
    for (name, is_right) in [("flags/positive", true), ("flags/negative", false), ("flagd/positive", true)] {
        let (count, found) = check(&json.join("test").join(name), is_right, whole);
        println!("flagd-schemas {name}: {} passed, {} failed", count - found.len(), found.len());
        failed.extend(found);
    }
    for (name, is_right) in [("targeting/positive", true), ("targeting/negative", false)] {
        let (count, found) = check(&json.join("test").join(name), is_right, with_targeting);
        println!("flagd-schemas {name}: {} passed, {} failed", count - found.len(), found.len());
        failed.extend(found);
    }
    // Its examples hold comparisons that the schema forbids and that give nothing: no flag is harmed by them.
    for file in files(&json.join("examples"), "json") {
        let set = Ruleset::parse(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let harmed = set.problems().iter().filter(|problem| problem.flag.is_some()).count();
        println!(
            "flagd-schemas {}: {} passed, {harmed} failed",
            file.file_name().unwrap().display(),
            set.len() - harmed
        );
        assert_eq!(harmed, 0, "{:?}", set.problems());
    }
    // flagd itself takes a list of flags, which its schema for providers alone forbids.
    failed.retain(|failed| !failed.starts_with("with-array-flags.json: []"));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
