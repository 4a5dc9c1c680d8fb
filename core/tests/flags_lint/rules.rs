//! Rules against each other, shares, and flags against each other.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use truenorth::flags::{Context, LintCode, Ruleset};

use crate::{check, file, findings, flag, one, options, rules, when, with};

fn split(weights: &[f64]) -> Value {
    let shares: Vec<Value> =
        weights.iter().zip(["on", "off", "on"]).map(|(w, v)| json!({"variant": v, "weight": w})).collect();
    rules(&json!([{"split": shares}]))
}

fn halves(more: &Value) -> Value {
    with(json!({"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}), more)
}

fn is(value: &str) -> Value {
    json!({"attribute": "plan", "equals": value})
}

fn range(from: u32, to: u32) -> Value {
    json!({"variant": "on", "from": from, "to": to})
}

#[test]
fn rules_for_which_nobody_is_left() {
    let below = |first: Value| rules(&json!([first, {"when": is("pro"), "variant": "on"}]));
    let shadowed: &[(&str, &str)] = &[("shadowed", "flags.x.rules[1]")];
    let same: &[(&str, &str)] = &[("sameAsAbove", "flags.x.rules[1].when")];
    let rollout =
        |percent: f64, at: &str| json!({"rollout": {"variant": "on", "steps": [{"at": at, "percent": percent}]}});
    let (past, future) = ("2025-01-01T00:00:00Z", "2025-07-01T00:00:00Z");
    check(vec![
        (below(json!({"variant": "off"})), shadowed, below(json!({"variant": "off", "until": future}))),
        (below(json!({"variant": "off", "from": past})), shadowed, below(json!({"variant": "off", "from": future}))),
        (below(halves(&json!({}))), shadowed, below(json!({"ranges": [range(0, 500_000)]}))),
        (below(json!({"ranges": [range(0, 1_000_000)]})), shadowed, below(json!({"ranges": [range(0, 900_000)]}))),
        (below(rollout(100.0, past)), shadowed, below(rollout(99.0, past))),
        (below(rollout(100.0, past)), shadowed, below(rollout(100.0, future))),
        (
            below(json!({"when": is("pro"), "variant": "off"})),
            same,
            below(json!({"when": is("free"), "variant": "off"})),
        ),
        (
            below(json!({"when": is("pro"), "variant": "off"})),
            same,
            below(json!({"when": is("pro"), "ranges": [range(0, 500_000)]})),
        ),
        (
            below(json!({"when": {"attribute": "plan", "in": ["free", "pro"]}, "variant": "off"})),
            shadowed,
            below(json!({"when": {"attribute": "plan", "in": ["free", "team"]}, "variant": "off"})),
        ),
        (
            below(json!({"when": {"attribute": "plan", "present": true}, "variant": "off"})),
            shadowed,
            below(json!({"when": {"attribute": "plan", "present": false}, "variant": "off"})),
        ),
        (
            below(json!({"when": {"any": [is("free"), is("pro")]}, "variant": "off"})),
            shadowed,
            below(json!({"when": {"all": [{"attribute": "age", "atLeast": 3}, is("pro")]}, "variant": "off"})),
        ),
        // Together they leave nobody, but only where they hash the same.
        (
            rules(&json!([
                {"ranges": [range(0, 400_000)]}, {"ranges": [range(400_000, 1_000_000)]}, {"when": is("pro"), "variant": "off"},
            ])),
            &[("shadowed", "flags.x.rules[2]")],
            rules(&json!([
                {"ranges": [range(0, 400_000)]}, {"salt": "s", "ranges": [range(400_000, 1_000_000)]},
                {"when": is("pro"), "variant": "off"},
            ])),
        ),
        (
            rules(&json!([{"ranges": [range(0, 400_000)]}, {"when": is("pro"), "ranges": [range(100_000, 200_000)]}])),
            &[("shadowed", "flags.x.rules[1]")],
            rules(&json!([{"ranges": [range(0, 400_000)]}, {"when": is("pro"), "ranges": [range(300_000, 500_000)]}])),
        ),
    ]);
    let found = findings(&below(json!({"variant": "off"})), &options());
    assert_eq!(found[0].related.as_deref(), Some("flags.x.rules[0]"));
    assert_eq!(found[0].flag.as_deref(), Some("x"));
    assert_eq!(found[0].sentence, "`rules[0]` leaves nobody for this rule");
}

#[test]
fn shares_that_do_not_add_up_or_are_too_fine() {
    let off: &[(&str, &str)] = &[("splitDoesNotAddUp", "flags.x.rules[0].split")];
    for (wrong, right) in [
        (&[33.0, 33.0, 33.0][..], &[1.0, 1.0, 1.0][..]),
        (&[50.0, 40.0], &[60.0, 40.0]),
        (&[0.5, 0.4], &[0.1, 0.9]),
        (&[0.33, 0.33, 0.33], &[0.33, 0.33, 0.34]),
        (&[33.3, 33.3, 33.3], &[33.3, 33.3, 33.4]),
        (&[5000.0, 4000.0], &[5000.0, 5000.0]),
        (&[12.0, 13.0], &[2.0, 3.0]),
        (&[70.0, 40.0], &[20.0, 10.0]),
    ] {
        check(vec![(split(wrong), off, split(right))]);
    }
    let ranges = |second: u32, end: u32| rules(&json!([{"ranges": [range(0, 500_000), range(second, end)]}]));
    let holdout = |percent: f64| json!({"holdouts": {"h": {"percent": percent}}, "flags": {"x": flag(&json!({"holdouts": ["h"]}))}});
    let steps = |first: f64, second: f64| {
        rules(&json!([{"rollout": {"variant": "on", "steps": [
            {"at": "2025-07-01T00:00:00Z", "percent": first}, {"at": "2025-08-01T00:00:00Z", "percent": second},
        ]}}]))
    };
    let step = |at: &str| format!("flags.x.rules[0].rollout.steps[{at}].percent");
    let (first, second) = (step("0"), step("1"));
    check(vec![
        (
            ranges(500_001, 1_000_000),
            &[("splitDoesNotAddUp", "flags.x.rules[0].ranges[1].from")],
            ranges(500_000, 1_000_000),
        ),
        (ranges(500_000, 999_999), &[("splitDoesNotAddUp", "flags.x.rules[0].ranges")], ranges(600_000, 900_000)),
        (split(&[999_999.7, 0.3]), &[("coarseBuckets", "flags.x.rules[0].split[1].weight")], split(&[999_999.0, 1.0])),
        (
            split(&[0.499_999_9, 0.500_000_1]),
            &[("coarseBuckets", "flags.x.rules[0].split[1].weight")],
            split(&[0.499_999, 0.500_001]),
        ),
        (holdout(0.000_01), &[("coarseBuckets", "holdouts.h.percent")], holdout(0.0001)),
        (holdout(99.999_99), &[("coarseBuckets", "holdouts.h.percent")], holdout(99.9999)),
        (steps(0.000_01, 5.0), &[("coarseBuckets", &first)], steps(0.0, 5.0)),
        (steps(5.0, 5.000_01), &[("coarseBuckets", &second)], steps(5.0, 5.0001)),
    ]);
}

#[test]
fn segments_layers_and_prerequisites() {
    let beta = |segment: Value| {
        let mut file = when(&json!({"segment": "beta"}));
        file["segments"] = json!({"beta": segment});
        file
    };
    let empty: &[(&str, &str)] =
        &[("neverMatches", "flags.x.rules[0].when.segment"), ("emptySegment", "segments.beta")];
    let ask = |other: Value, variants: Value| {
        json!({"flags": {
            "a": flag(&json!({"prerequisites": [{"flag": "b", "variants": variants}]})), "b": flag(&other),
        }})
    };
    let asked = |state: &str| ask(json!({"state": state}), json!(["off"]));
    let enabled = || asked("ENABLED");
    let mut unused = one(&json!({"holdouts": ["h"], "layer": {"name": "l", "from": 0, "to": 9}}));
    unused["holdouts"] = json!({"h": {"percent": 1}});
    unused["layers"] = json!({"l": {}});
    let used = unused.clone();
    unused["holdouts"]["i"] = json!({"percent": 1});
    unused["layers"]["m"] = json!({});
    unused["segments"] = json!({"s": {"include": ["u"]}});
    check(vec![
        (beta(json!({})), empty, beta(json!({"include": ["u"]}))),
        (beta(json!({"exclude": ["u"]})), empty, beta(json!({"when": is("pro")}))),
        (
            beta(json!({"include": ["u"], "exclude": ["u"]})),
            empty,
            beta(json!({"include": ["u", "v"], "exclude": ["u"]})),
        ),
        (
            beta(json!({"when": {"all": [is("pro"), {"not": is("pro")}]}})),
            &[("neverMatches", "flags.x.rules[0].when.segment"), ("neverMatches", "segments.beta.when.all[1]")],
            beta(json!({"when": {"all": [is("pro"), {"not": is("free")}]}})),
        ),
        (
            unused,
            &[("unusedHoldout", "holdouts.i"), ("unusedLayer", "layers.m"), ("unusedSegment", "segments.s")],
            used,
        ),
        (asked("ARCHIVED"), &[("archivedPrerequisite", "flags.a.prerequisites[0].flag")], enabled()),
        (asked("DISABLED"), &[("disabledPrerequisite", "flags.a.prerequisites[0].flag")], enabled()),
        (
            ask(json!({}), json!(["on"])),
            &[("impossiblePrerequisite", "flags.a.prerequisites[0].variants")],
            ask(json!({"overrides": [{"units": ["u"], "variant": "on"}]}), json!(["on"])),
        ),
        (
            ask(json!({}), json!([])),
            &[("impossiblePrerequisite", "flags.a.prerequisites[0].variants")],
            ask(json!({}), json!(["on", "off"])),
        ),
    ]);
}

#[test]
fn flags_that_fall_together() {
    let two = |a: Value, b: Value| json!({"layers": {"l": {}}, "flags": {"a": flag(&a), "b": flag(&b)}});
    let salted = |salt: &str| json!({"salt": salt, "rules": [halves(&json!({}))]});
    let layered = |from: u32, to: u32, state: &str| {
        json!({
            "salt": "s", "state": state, "layer": {"name": "l", "from": from, "to": to}, "rules": [halves(&json!({}))],
        })
    };
    let plain = |salt: &str| two(salted("s"), salted(salt));
    let in_layer = |from: u32, state: &str| two(layered(0, 500_000, "ENABLED"), layered(from, 1_000_000, state));
    let alike: &[(&str, &str)] = &[("correlatedSplits", "flags.b.rules[0]")];
    let unused: &[(&str, &str)] = &[("unusedLayer", "layers.l")];
    let found = findings(&plain("s"), &options());
    assert_eq!(
        found.iter().map(|one| one.code).collect::<Vec<_>>(),
        [LintCode::CorrelatedSplits, LintCode::UnusedLayer]
    );
    assert_eq!(found[0].related.as_deref(), Some("flags.a.rules[0]"));
    for right in [
        plain("t"),
        two(salted("s"), json!({"salt": "s", "hash": "sha256", "rules": [halves(&json!({}))]})),
        two(salted("s"), json!({"salt": "s", "unit": "team", "rules": [halves(&json!({}))]})),
        two(salted("s"), json!({"salt": "s", "state": "DISABLED", "rules": [halves(&json!({}))]})),
        two(salted("s"), json!({"salt": "s", "rules": [{"variant": "on"}]})),
    ] {
        let found = findings(&right, &options());
        let said: Vec<_> = found.iter().map(|one| (one.code.as_str(), one.path.as_str())).collect();
        assert!(
            said.iter().all(|one| unused.contains(one) || *one == ("unusedVariant", "flags.b.variants.off")),
            "{said:?}"
        );
    }
    let both: Vec<_> = [("overlappingLayer", "flags.b.layer")].into_iter().chain(alike.iter().copied()).collect();
    check(vec![
        (in_layer(499_999, "ENABLED"), &both, in_layer(500_000, "ENABLED")),
        (in_layer(0, "ENABLED"), &both, in_layer(0, "DISABLED")),
    ]);
    // Whoever is in no layer meets those who are in one.
    let outside = two(layered(0, 500_000, "ENABLED"), salted("s"));
    let found = findings(&outside, &options());
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), [LintCode::CorrelatedSplits]);
    let third = with(in_layer(500_000, "ENABLED")["flags"].clone(), &json!({"c": flag(&layered(0, 9, "ENABLED"))}));
    let found = findings(&json!({"layers": {"l": {}}, "flags": third}), &options());
    let related: Vec<_> = found.iter().map(|one| (one.code.as_str(), one.related.as_deref())).collect();
    assert_eq!(related, [("overlappingLayer", Some("flags.a.layer")), ("correlatedSplits", Some("flags.a.rules[0]")),]);
}

#[test]
fn splits_of_what_is_left_over() {
    let gated = |salt: &str| {
        json!({
            "layers": {"l": {"salt": salt}},
            "flags": {"x": flag(&json!({"layer": {"name": "l", "from": 0, "to": 500_000}, "rules": [halves(&json!({}))]}))},
        })
    };
    let held = |salt: &str| {
        json!({
            "holdouts": {"h": {"salt": salt, "percent": 10}},
            "flags": {"x": flag(&json!({"holdouts": ["h"], "rules": [halves(&json!({}))]}))},
        })
    };
    let after = |first: Value, more: Value| rules(&json!([first, halves(&more)]));
    let first = || json!({"ranges": [range(0, 100_000)]});
    let biased: &[(&str, &str)] = &[("biasedSplit", "flags.x.rules[0]")];
    let second: &[(&str, &str)] = &[("biasedSplit", "flags.x.rules[1]")];
    check(vec![
        (gated("x"), biased, gated("l")),
        (held("x"), biased, held("h")),
        (after(first(), json!({})), second, after(first(), json!({"salt": "s"}))),
        (
            after(first(), json!({"when": is("pro")})),
            second,
            after(json!({"when": is("free"), "ranges": [range(0, 100_000)]}), json!({})),
        ),
    ]);
    // The bias is real: of the units in the layer, all get the first variant, and some the second once it is gone.
    let served = |salt: &str| {
        let flags = Ruleset::parse(&file(&gated(salt)).to_string()).unwrap();
        let users = (0..1000).map(Context::new);
        let decided = users.filter(|user| flags.evaluate("x", user).rule().is_some());
        decided.map(|user| flags.boolean("x", &user, false)).collect::<BTreeSet<bool>>()
    };
    assert_eq!(served("x"), BTreeSet::from([true]));
    assert_eq!(served("l"), BTreeSet::from([true, false]));
}

#[test]
fn attributes_of_two_types() {
    let two = |first: Value, second: Value| {
        let of = |mut test: Value| {
            test["attribute"] = "plan".into();
            test
        };
        when(&json!({"any": [of(first), of(second)]}))
    };
    let path: &[(&str, &str)] = &[("disagreeingTypes", "flags.x.rules[0].when.any[1]")];
    check(vec![
        (two(json!({"equals": "3"}), json!({"atLeast": 3})), path, two(json!({"equals": 3}), json!({"atLeast": 3}))),
        (
            two(json!({"equals": true}), json!({"startsWith": ["t"]})),
            path,
            two(json!({"equals": true, "coerce": "lenient"}), json!({"startsWith": ["t"]})),
        ),
        (two(json!({"in": ["3"]}), json!({"in": [3]})), path, two(json!({"in": ["3", 3]}), json!({"in": [3]}))),
    ]);
}

#[test]
fn units_that_nobody_shall_see() {
    let private = |more: Value| with(one(&more), &json!({"privateAttributes": ["email", "person"]}));
    let split = |unit: &str| json!({"rules": [with(halves(&json!({})), &json!({ "unit": unit }))]});
    check(vec![
        (private(json!({"unit": "email"})), &[("privateUnit", "flags.x.unit")], private(json!({"unit": "emails"}))),
        (
            private(json!({"fallbackUnit": "person.device"})),
            &[("privateUnit", "flags.x.fallbackUnit")],
            private(json!({"fallbackUnit": "device"})),
        ),
        (
            private(split("person.email")),
            &[("privateUnit", "flags.x.rules[0].unit")],
            private(split("organisation.person")),
        ),
    ]);
}
