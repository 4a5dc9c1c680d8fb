//! Flags, conditions and contexts that nobody thought of: what holds for all of them, and what all faces must answer.
//!
//! The random files and their answers are left in cargo's folder for tests; the tests of the other languages read them there
//! and compare to the last bit.

#![allow(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, takes what it made, and leaves a file for the faces"
)]
#![cfg(feature = "flags")]

#[path = "flags_random/made.rs"]
mod made;

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use truenorth::flags::{
    Attribute, Context, FlagsRequest, Keyed, Prepared, Remembered, Ruleset, Seen, TARGETING_KEY, evaluate,
};
use truenorth::ground::hash::{BUCKETS, HashAlgorithm};
use truenorth::ground::time::Time;

use made::{file, instant, person};

/// How many random files the faces are compared on, and people in each.
const FILES: usize = 400;
const PEOPLE: usize = 5;

fn context(attributes: &Value, now: &str) -> Context {
    let mut context = Context::default().at(Time::parse(now).unwrap());
    for (name, value) in attributes.as_object().unwrap() {
        context.set(name.clone(), value.clone());
    }
    context
}

#[test]
fn all_faces_are_asked_the_same() {
    let mut runner = TestRunner::deterministic();
    let (mut lines, mut reasons, mut errors) = (String::new(), [0_usize; 6], 0_usize);
    for _ in 0..FILES {
        let mut made = |strategy: BoxedStrategy<Value>| strategy.new_tree(&mut runner).unwrap().current();
        let definitions = made(file()).to_string();
        let people: Vec<Value> = (0..PEOPLE).map(|_| made(person())).collect();
        let now = made(instant()).as_str().unwrap().to_owned();
        let rules = Ruleset::parse(&definitions).unwrap();
        let answers: Vec<Value> = people
            .iter()
            .map(|person| {
                let report = evaluate(&FlagsRequest {
                    definitions: definitions.clone(),
                    context: serde_json::from_value(person.clone()).unwrap(),
                    now: Some(Time::parse(&now).unwrap()),
                    ..FlagsRequest::default()
                });
                let plain = context(person, &now);
                let prepared = Prepared::new(&rules, plain.clone());
                let remembered = Remembered::new(&rules, &plain);
                let key = plain.get(TARGETING_KEY).map_or(Seen::Missing, Attribute::seen);
                let keyed = Keyed { others: &Remembered::new(&rules, &plain), key };
                let evaluations = serde_json::to_value(report.unwrap().evaluations).unwrap();
                for expected in evaluations.as_array().unwrap() {
                    let flag = expected["flag"].as_str().unwrap();
                    let same = [
                        rules.evaluate(flag, &prepared),
                        rules.evaluate(flag, &remembered),
                        rules.evaluate(flag, &keyed),
                    ];
                    for found in same {
                        let found = serde_json::to_value(found.report(flag)).unwrap();
                        assert_eq!(&found, expected, "{definitions}\n{person}");
                    }
                    let explained = serde_json::to_value(rules.explain(flag, &plain).report()).unwrap();
                    for field in ["value", "variant", "reason", "rule", "errorCode", "errorMessage"] {
                        assert_eq!(explained[field], expected[field], "{field} of {flag}: {definitions}\n{person}");
                    }
                    let words = ["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED", "ERROR"];
                    reasons[words.iter().position(|word| expected["reason"] == *word).unwrap()] += 1;
                    errors += usize::from(expected.get("errorCode").is_some());
                }
                evaluations
            })
            .collect();
        let case = json!({"definitions": definitions, "now": now, "people": people, "answers": answers});
        writeln!(lines, "{case}").unwrap();
    }
    // A generator that makes only one thing would show nothing.
    assert!(reasons.iter().all(|&count| count > FILES / 10), "{reasons:?}");
    assert!(errors < reasons.iter().sum::<usize>() / 4, "{errors} of {reasons:?}");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(folder.join("random_flags.jsonl"), lines).unwrap();
}

/// What somebody gets, and the range that gave it.
fn given(rules: &Ruleset, unit: &str, now: &str) -> Option<String> {
    let context = Context::new(unit).at(Time::parse(now).unwrap());
    rules.evaluate("x", &context).variant().map(str::to_owned)
}

fn flag(rules: Value, more: Value) -> Ruleset {
    let mut flag =
        json!({"variants": {"a": "a", "b": "b", "c": "c", "off": "off"}, "defaultVariant": "off", "rules": rules});
    flag.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let parsed = Ruleset::parse(&json!({"version": 1, "flags": {"x": flag}}).to_string()).unwrap();
    assert_eq!(parsed.problems(), []);
    parsed
}

fn hash() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["murmur3_x86_32", "sha256", "xxh3_64"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Rules that concern nobody here change nothing, wherever they stand.
    #[test]
    fn rules_that_do_not_match_move_nobody(
        unit in "[a-z0-9]{1,12}", order in Just(vec![0, 1, 2, 3]).prop_shuffle(), weights in prop::collection::vec(1_u32..50, 3),
        hash in hash(),
    ) {
        let split: Vec<Value> =
            ["a", "b", "c"].iter().zip(&weights).map(|(variant, weight)| json!({"variant": variant, "weight": weight})).collect();
        let more = json!({"hash": hash});
        let alone = flag(json!([{"split": split}]), more.clone());
        let idle = [
            json!({"when": {"attribute": "country", "equals": "DE"}, "variant": "a"}),
            json!({"when": {"not": {"attribute": "targetingKey", "present": true}}, "split": [{"variant": "b", "weight": 1}]}),
            json!({"until": "2000-01-01T00:00:00Z", "variant": "c"}),
        ];
        let rules: Vec<Value> =
            order.iter().map(|&index: &usize| idle.get(index).cloned().unwrap_or_else(|| json!({"split": split}))).collect();
        let among = flag(json!(rules), more);
        let now = "2025-01-01T00:00:00Z";
        prop_assert_eq!(given(&among, &unit, now), given(&alone, &unit, now));
    }

    /// A rollout only grows: who has it keeps it.
    #[test]
    fn growing_a_rollout_removes_nobody(
        unit in "[a-z0-9]{1,12}", mut percents in prop::collection::vec(0.0_f64..=100.0, 2..6), linear in any::<bool>(),
        mut days in prop::collection::vec(0_i64..400, 2..8), hash in hash(),
    ) {
        percents.sort_by(f64::total_cmp);
        days.sort_unstable();
        let begin = Time::parse("2025-01-01T00:00:00Z").unwrap();
        let day = |days: i64| begin.plus(days * 86_400_000_000).to_string();
        let steps: Vec<Value> =
            percents.iter().zip(0..).map(|(percent, at)| json!({"at": day(at * 80), "percent": percent})).collect();
        let growth = if linear { "linear" } else { "steps" };
        let rollout = json!([{"rollout": {"variant": "a", "steps": steps, "growth": growth}}]);
        let rules = flag(rollout, json!({"hash": hash}));
        let had: Vec<bool> = days.iter().map(|&days| given(&rules, &unit, &day(days)).as_deref() == Some("a")).collect();
        prop_assert!(had.is_sorted(), "{had:?} at {days:?}");
        // And by hand: as many buckets from 0 up as the share says.
        if !linear {
            let share = |days: i64| percents.iter().zip(0..).filter(|&(_, at)| at * 80 <= days).map(|(p, _)| *p).last();
            let bucket = hash_of(hash).bucket("x", &unit);
            for (&days, had) in days.iter().zip(had) {
                let buckets = share(days).map_or(0, |percent| (percent * 10_000.0).round() as u32);
                prop_assert_eq!(had, bucket < buckets, "{} of {}", bucket, buckets);
            }
        }
    }

    /// The shares of a split become ranges that follow each other and leave nothing out: each within one bucket of its
    /// weight.
    #[test]
    fn ranges_cover_exactly(weights in prop::collection::vec(prop_oneof![Just(0.0), 0.0..1.0, 0.0..1e9], 1..7)) {
        prop_assume!(weights.iter().sum::<f64>() > 0.0);
        let names: Vec<String> = (0..weights.len()).map(|index| format!("v{index}")).collect();
        let variants: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), json!(name))).collect();
        let split: Vec<Value> =
            names.iter().zip(&weights).map(|(variant, weight)| json!({"variant": variant, "weight": weight})).collect();
        let file = json!({"version": 1, "flags": {"x": {"variants": variants, "rules": [{"split": split}]}}});
        let rules = Ruleset::parse(&file.to_string()).unwrap();
        let mut ranges: Vec<(u64, u64, String)> = Vec::new();
        // Units until all are met, or the rest is too small to be met.
        for unit in 0..1_000 {
            let unit = format!("u{unit}");
            let told = serde_json::to_value(rules.explain("x", &Context::new(unit.as_str())).report()).unwrap();
            let (from, to, variant) = range_in(&told).unwrap();
            let bucket = u64::from(HashAlgorithm::default().bucket("x", &unit));
            prop_assert!((from..to).contains(&bucket), "{told}");
            if !ranges.iter().any(|(known, ..)| *known == from) {
                ranges.push((from, to, variant));
            }
        }
        ranges.sort_unstable();
        let total: f64 = weights.iter().sum();
        for (from, to, variant) in &ranges {
            let index = names.iter().position(|name| name == variant).unwrap();
            let exact = weights[index] / total * f64::from(BUCKETS);
            prop_assert!(((to - from) as f64 - exact).abs() < 1.0, "{variant}: {from} to {to}, {exact}");
        }
        for pair in ranges.windows(2) {
            // What lies between them is too small for 1,000 units to meet; else they touch.
            prop_assert!(pair[0].1 <= pair[1].0 && pair[1].0 - pair[0].1 < 20_000, "{ranges:?}");
        }
        prop_assert!(ranges[0].0 < 20_000 && ranges.last().unwrap().1 > 980_000, "{ranges:?}");
    }
}

fn hash_of(name: &str) -> HashAlgorithm {
    serde_json::from_value(json!(name)).unwrap()
}

/// The range that decided, as an explanation tells it.
fn range_in(told: &Value) -> Option<(u64, u64, String)> {
    let step = told["steps"].as_array()?.iter().find(|step| step["kind"] == "rule")?;
    Some((step["from"].as_u64()?, step["to"].as_u64()?, told["variant"].as_str()?.to_owned()))
}
