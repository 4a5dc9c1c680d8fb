//! Flags for many at once: what `simulate`, `diff` and `reweigh` say, held against plain evaluations one by one.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![cfg(feature = "flags")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use truenorth::flags::{Context, Difference, FlagsReweighRequest, Ruleset, Share, Simulation, diff, reweigh, simulate};
use truenorth::ground::hash::HashAlgorithm;
use truenorth::ground::time::Time;

fn now() -> Time {
    Time::parse("2025-12-05T00:00:00Z").unwrap()
}

/// acme's flags, without a reader of YAML.
fn acme_like() -> String {
    let on_off = json!({"on": true, "off": false});
    let half = json!([{"variant": "on", "weight": 50}, {"variant": "off", "weight": 50}]);
    json!({"version": 1, "privateAttributes": ["email"],
    "layers": {"l": {}}, "holdouts": {"h": {"percent": 5}},
    "flags": {
        "rolled": {"variants": on_off, "defaultVariant": "off", "rules": [
            {"id": "staff", "when": {"attribute": "email", "endsWith": ["@acme.example"]}, "variant": "on"},
            {"rollout": {"variant": "on", "growth": "linear", "steps": [
                {"at": "2025-12-01T00:00:00Z", "percent": 5}, {"at": "2025-12-15T00:00:00Z", "percent": 100}]}}]},
        "experiment": {"variants": on_off, "defaultVariant": "off", "holdouts": ["h"],
            "layer": {"name": "l", "from": 0, "to": 500_000},
            "rules": [{"when": {"attribute": "seats", "atLeast": 10}, "split": half}]},
        "after": {"variants": on_off, "defaultVariant": "off",
            "prerequisites": [{"flag": "experiment", "variants": ["on"]}], "rules": [{"variant": "on"}]},
        "team": {"variants": on_off, "unit": "team", "rules": [{"split": half}]},
        "broken": {"variants": on_off, "rules": [{"variant": "up"}]},
    }})
    .to_string()
}

fn people(count: u32) -> Vec<Context> {
    let one = |index: u32| {
        let somebody = Context::new(format!("user-{index}"));
        let somebody = if index.is_multiple_of(5) { somebody } else { somebody.with("seats", (index % 40) as i32) };
        let somebody = if index.is_multiple_of(7) { somebody.with("seats", "many") } else { somebody };
        let somebody = if index.is_multiple_of(9) {
            somebody.with("email", format!("secret-{index}@acme.example"))
        } else {
            somebody
        };
        if index.is_multiple_of(11) { somebody } else { somebody.with("team", format!("team-{}", index % 300)) }
    };
    (0..count).map(one).collect()
}

#[test]
fn a_simulation_counts_what_evaluations_say() {
    let set = Ruleset::parse(&acme_like()).unwrap();
    let mut simulation = Simulation::new(&set, &[], Some(now())).unwrap();
    let people = people(3_000);
    for somebody in &people {
        simulation.add(somebody);
    }
    let report = simulation.report();
    for flag in &report.flags {
        let (mut variants, mut reasons, mut rules, mut errors) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), 0_u64);
        for somebody in &people {
            let found = set.evaluate(&flag.flag, &somebody.clone().at(now()));
            *variants.entry(found.variant().map(str::to_owned)).or_insert(0_u64) += 1;
            *reasons.entry(found.reason().as_str()).or_insert(0_u64) += 1;
            errors += u64::from(found.error().is_some());
            if let Some(rule) = found.rule() {
                *rules.entry(rule).or_insert(0_u64) += 1;
            }
        }
        let counted = |counts: &mut dyn Iterator<Item = (Option<String>, u64)>| -> BTreeMap<Option<String>, u64> {
            counts.filter(|(_, count)| *count > 0).collect()
        };
        assert_eq!(
            counted(&mut flag.variants.iter().map(|one| (one.variant.clone(), one.count))),
            variants,
            "{}",
            flag.flag
        );
        let found: BTreeMap<&str, u64> = flag.reasons.iter().map(|one| (one.reason.as_str(), one.count)).collect();
        assert_eq!(found, reasons, "{}", flag.flag);
        let found: BTreeMap<String, u64> =
            flag.rules.iter().filter(|one| one.count > 0).map(|one| (one.rule.clone(), one.count)).collect();
        assert_eq!(found, rules, "{}", flag.flag);
        assert_eq!(flag.errors.iter().map(|one| one.count).sum::<u64>(), errors, "{}", flag.flag);
    }
    let by_name = |name: &str| report.flags.iter().find(|flag| flag.flag == name).unwrap();
    // Three hundred teams, each once, however many people are in them.
    let teams: BTreeSet<u32> =
        (0..3_000_u32).filter(|index| !index.is_multiple_of(11)).map(|index| index % 300).collect();
    assert_eq!(by_name("team").rules[0].split.as_ref().unwrap().units, teams.len() as u64);
    // Who has no seats, or not as a number, of those who get as far.
    let hashed = |salt: &str, index: u32| HashAlgorithm::Murmur3.bucket(salt, &format!("user-{index}"));
    let far = (0..3_000).filter(|&index| hashed("h", index) >= 50_000 && hashed("l", index) < 500_000);
    let unknown = far.filter(|index| index.is_multiple_of(5) || index.is_multiple_of(7)).count();
    assert_eq!(by_name("experiment").rules[0].unknown, unknown as u64);
    assert!(
        !report
            .flags
            .iter()
            .flat_map(|flag| &flag.rules)
            .filter_map(|rule| rule.split.as_ref())
            .any(|split| split.mismatch)
    );
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains("secret") && !text.contains("user-"), "{text}");
}

#[test]
fn a_selection_is_no_fair_sample() {
    let set = Ruleset::parse(&acme_like()).unwrap();
    let mut simulation = Simulation::new(&set, &["team".to_owned()], Some(now())).unwrap();
    // Somebody kept those of the first variant and a tenth of the others.
    for index in 0..2_000_u32 {
        let team = format!("team-{index}");
        if HashAlgorithm::Murmur3.bucket("team", &team) < 500_000 || index.is_multiple_of(10) {
            simulation.add(&Context::default().with("team", team));
        }
    }
    let report = simulation.report();
    assert!(report.flags[0].rules[0].split.as_ref().unwrap().mismatch);
    assert!(report.sentences[0].contains("sample ratio mismatch"), "{:?}", report.sentences);
    assert_eq!(
        simulate(&serde_json::from_value(json!({"definitions": acme_like(), "contexts": []})).unwrap())
            .unwrap()
            .flags
            .len(),
        5
    );
}

fn ranges() -> impl Strategy<Value = Value> {
    let cuts = prop::collection::vec((0..=1_000_000_u32, 0..5_usize), 0..8);
    cuts.prop_map(|mut cuts| {
        cuts.sort_unstable();
        let name = |index: usize| ["a", "b", "c", "d"].get(index).copied();
        let pairs = cuts.windows(2).filter(|pair| pair[0].0 < pair[1].0);
        let ranges =
            pairs.filter_map(|pair| Some(json!({"variant": name(pair[0].1)?, "from": pair[0].0, "to": pair[1].0})));
        ranges.collect()
    })
}

/// A flag that only hashes decide: ranges, a rollout, the rest to a default or to nobody.
fn hashed() -> impl Strategy<Value = String> {
    let rule = ranges().prop_map(|ranges| {
        if ranges.as_array().unwrap().is_empty() { json!({"variant": "b"}) } else { json!({"ranges": ranges}) }
    });
    let rollout = (0..=100_u32).prop_map(
        |percent| json!({"rollout": {"variant": "d", "steps": [{"at": "2025-01-01T00:00:00Z", "percent": percent}]}}),
    );
    let over = Just(json!({"until": "2025-02-01T00:00:00Z", "variant": "a"}));
    let rules = prop::collection::vec(prop_oneof![3 => rule, 1 => rollout, 1 => over], 0..4);
    (rules, prop::option::of(prop::sample::select(vec!["a", "b"])), prop::bool::weighted(0.1)).prop_map(
        |(rules, default, off)| {
            json!({"version": 1, "flags": {"x": {
                "state": if off { "DISABLED" } else { "ENABLED" },
                "variants": {"a": 1, "b": 2, "c": 3, "d": 4}, "defaultVariant": default, "rules": rules,
            }}})
            .to_string()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn shares_are_those_of_a_population(before in hashed(), after in hashed()) {
        let mut difference = Difference::new(&before, &after, Some(now()), Some(3)).unwrap();
        let (old, new) = (Ruleset::parse(&before).unwrap(), Ruleset::parse(&after).unwrap());
        prop_assert!(old.problems().is_empty() && new.problems().is_empty(), "{} {}", before, after);
        let (count, mut moved) = (4_000_u32, 0_u64);
        for index in 0..count {
            let somebody = Context::new(format!("user-{index}")).at(now());
            difference.add(&somebody);
            moved += u64::from(old.evaluate("x", &somebody).variant() != new.evaluate("x", &somebody).variant());
        }
        let report = difference.report();
        prop_assert_eq!(report.moved, moved);
        let Some(flag) = report.flags.first() else {
            prop_assert_eq!(moved, 0);
            return Ok(());
        };
        prop_assert_eq!(flag.moved, moved);
        for way in &flag.moves {
            prop_assert!(way.from != way.to && way.who.len() as u64 == way.count.min(3));
        }
        // Six standard errors of a share, and a unit.
        let share = flag.share.unwrap();
        let error = (share * (1.0 - share) / f64::from(count)).sqrt();
        let found = moved as f64 / f64::from(count);
        prop_assert!((found - share).abs() <= 6.0 * error + 1e-9, "{} of {}: {} {}", found, share, before, after);
    }

    #[test]
    fn nobody_moves_who_need_not(ranges in ranges(), weights in prop::collection::vec(0..100_u32, 4), coverage in prop::option::of(1..=100_u32)) {
        prop_assume!(!ranges.as_array().unwrap().is_empty() && weights.iter().sum::<u32>() > 0);
        let file = |ranges: &Value| json!({"version": 1, "flags": {"x": {
            "variants": {"a": 1, "b": 2, "c": 3, "d": 4}, "rules": [{"ranges": ranges}]}}}).to_string();
        let shares = ["a", "b", "c", "d"].iter().zip(&weights);
        let request = FlagsReweighRequest {
            definitions: file(&ranges),
            flag: "x".to_owned(),
            weights: shares.map(|(name, weight)| Share { variant: (*name).to_owned(), weight: f64::from(*weight) }).collect(),
            coverage: coverage.map(f64::from),
            ..FlagsReweighRequest::default()
        };
        let report = reweigh(&request).unwrap();
        let size = |name: &str, ranges: &[truenorth::flags::Range]| -> u32 {
            ranges.iter().filter(|range| range.variant == name).map(|range| range.to - range.from).sum()
        };
        let total = |ranges: &[truenorth::flags::Range]| ["a", "b", "c", "d"].iter().map(|name| size(name, ranges)).sum::<u32>();
        let covered = coverage.map_or_else(|| total(&report.before), |percent| percent * 10_000);
        prop_assert_eq!(total(&report.ranges), covered);
        let mut gained = total(&report.before).saturating_sub(covered);
        for (name, weight) in ["a", "b", "c", "d"].iter().zip(&weights) {
            let (old, new) = (size(name, &report.before), size(name, &report.ranges));
            gained += new.saturating_sub(old);
            // Largest remainder: no further than a bucket from the exact share.
            let exact = f64::from(*weight) / f64::from(weights.iter().sum::<u32>()) * f64::from(covered);
            prop_assert!((f64::from(new) - exact).abs() < 1.0);
        }
        prop_assert_eq!(report.moved, gained);
        // The file with these ranges moves as many, and there is nothing better to write.
        let after = file(&serde_json::to_value(&report.ranges).unwrap());
        let found = diff(&truenorth::flags::FlagsDiffRequest { before: file(&ranges), after, ..Default::default() }).unwrap();
        prop_assert!(found.problems_after.is_empty());
        let share = found.flags.first().and_then(|flag| flag.share).unwrap_or_default();
        prop_assert_eq!(share.to_bits(), report.share.to_bits());
        prop_assert!(found.flags.iter().flat_map(|flag| &flag.splits).all(|split| split.ranges.is_empty() && split.share.to_bits() == split.least.to_bits()));
    }
}
