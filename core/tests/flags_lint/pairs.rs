//! Every pair of some seventy comparisons, held against what the evaluator does with every value of a small world.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use truenorth::flags::{Context, LintCode, LintFinding, Ruleset};

use crate::{file, findings, flag, options};

/// Comparisons of the attribute `a`.
fn comparisons() -> Vec<Value> {
    let mut tests = vec![
        json!({"equals": 1}),
        json!({"equals": "a"}),
        json!({"equals": true}),
        json!({"in": ["a", "ab"]}),
        json!({"in": [1, 2, "b"]}),
        json!({"in": ["ba", true, 0]}),
        json!({"notIn": ["a"]}),
        json!({"notIn": [1, 2]}),
        json!({"notIn": ["a", "ab", 1]}),
        json!({"startsWith": ["a"]}),
        json!({"startsWith": ["ab", "b"]}),
        json!({"startsWith": ["ba"]}),
        json!({"endsWith": ["a"]}),
        json!({"endsWith": ["b", "ba"]}),
        json!({"contains": ["b"]}),
        json!({"contains": ["a"]}),
        json!({"matches": "^b"}),
        json!({"matches": "a^"}),
        json!({"since": "2025-01-01T00:00:00Z"}),
        json!({"before": "2025-01-01T00:00:00Z"}),
        json!({"before": "2025-01-02T00:00:00Z"}),
        json!({"version": {"atLeast": "1.0.0"}}),
        json!({"version": {"lessThan": "1.0.0"}}),
        json!({"version": {"equals": "1.0.0"}}),
        json!({"version": {"moreThan": "1.0.0", "atMost": "2.0.0"}}),
        json!({"inNetwork": ["10.0.0.0/8"]}),
    ];
    for bound in [1.0, 2.0] {
        tests.extend(["lessThan", "atMost", "moreThan", "atLeast"].map(|name| json!({name: bound})));
    }
    let more = |fields: Value| move |test: &Value| crate::with(test.clone(), &fields);
    let missing = tests.iter().step_by(3).map(more(json!({"ifMissing": true})));
    let absent = tests.iter().step_by(5).map(more(json!({"ifMissing": false})));
    let lenient = tests.iter().step_by(2).map(more(json!({"coerce": "lenient"})));
    let extra: Vec<Value> = missing.chain(absent).chain(lenient).collect();
    tests.extend(extra);
    tests.extend([json!({"present": true}), json!({"present": false})]);
    tests.iter().map(more(json!({"attribute": "a"}))).collect()
}

/// What `a` may be: nothing, a single value, or a list of up to two.
fn world() -> Vec<Value> {
    let singles = [
        json!(0),
        json!(1),
        json!(1.5),
        json!(2),
        json!(3),
        json!(true),
        json!(false),
        json!(""),
        json!("a"),
        json!("b"),
        json!("ab"),
        json!("ba"),
        json!("1"),
        json!("2"),
        json!("true"),
        json!("0.9.0"),
        json!("1.0.0"),
        json!("1.1.0"),
        json!("v2"),
        json!("2024-12-31T00:00:00Z"),
        json!("2025-01-01T00:00:00Z"),
        json!("2025-01-02T00:00:00Z"),
        json!("10.0.0.1"),
    ];
    let lists = singles.iter().enumerate().flat_map(|(i, a)| singles[..i].iter().map(move |b| json!([a, b])));
    let mut world: Vec<Value> = lists.collect();
    world.extend(singles);
    world.extend([json!([]), Value::Null]);
    world
}

/// Findings by flag, of a file in which each pair is a flag, and for each flag the values that give it `on`.
fn of_pairs(pair: impl Fn(&Value, &Value) -> Value, see: impl Fn(&str, &[LintFinding], &[&Value])) {
    let comparisons = comparisons();
    let mut flags = BTreeMap::new();
    for (i, a) in comparisons.iter().enumerate() {
        for (j, b) in comparisons.iter().enumerate() {
            flags.insert(format!("{i}-{j}"), flag(&json!({"rules": pair(a, b)})));
        }
    }
    let parts = json!({"flags": flags});
    let mut found: BTreeMap<String, Vec<LintFinding>> = BTreeMap::new();
    for finding in findings(&parts, &options()) {
        found.entry(finding.flag.clone().unwrap_or_default()).or_default().push(finding);
    }
    let rules = Ruleset::parse(&file(&parts).to_string()).unwrap();
    assert_eq!(rules.problems(), []);
    let world = world();
    let contexts: Vec<Context> = world.iter().map(|value| Context::new("u").with("a", value.clone())).collect();
    for name in flags.keys() {
        let passing = world.iter().zip(&contexts).filter(|(_, context)| rules.boolean(name, context, false));
        let passing: Vec<&Value> = passing.map(|(value, _)| value).collect();
        see(name, found.get(name).map_or(&[], Vec::as_slice), &passing);
    }
}

#[test]
fn what_clashes_passes_nothing() {
    let untold = std::cell::RefCell::new(BTreeSet::new());
    let count = std::cell::Cell::new(0);
    of_pairs(
        |a, b| json!([{"when": {"all": [a, b]}, "variant": "on"}]),
        |name, found, passing| {
            let clash =
                found.iter().find(|found| found.path.ends_with(".when.all[1]") && found.code == LintCode::NeverMatches);
            if let Some(clash) = clash {
                count.set(count.get() + 1);
                let but_for_lists = clash.sentence.contains("list");
                let wrong = passing.iter().find(|value| !(but_for_lists && value.is_array()));
                assert_eq!(wrong, None, "{name}: {clash:?}");
            } else if passing.is_empty() && !found.iter().any(|found| found.code == LintCode::ImpossiblePattern) {
                untold.borrow_mut().insert(name.to_owned());
            }
        },
    );
    assert!(count.get() > 1500, "{}", count.get());
    // What is not told is lenient, or a value outside this world passes it.
    assert!(untold.borrow().len() < 60, "{:?}", untold.borrow());
}

#[test]
fn whoever_passes_the_narrow_one_passes_the_wide_one() {
    let count = std::cell::Cell::new(0);
    // The rule below gives `on`, the one above `off`: where it is shadowed, nobody is left for it.
    of_pairs(
        |a, b| json!([{"when": a, "variant": "off"}, {"when": b, "variant": "on"}]),
        |name, found, passing| {
            let below = found.iter().find(|found| matches!(found.code, LintCode::Shadowed | LintCode::SameAsAbove));
            if let Some(below) = below {
                count.set(count.get() + 1);
                assert_eq!(passing, [] as [&Value; 0], "{name}: {below:?}");
            }
        },
    );
    assert!(count.get() > 150, "{}", count.get());
}
