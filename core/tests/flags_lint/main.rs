//! Lint: small files with what is wrong with them, each beside one that is nearly the same and right.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![cfg(feature = "flags")]

mod evaluator;
mod pairs;
mod rules;

use serde_json::{Value, json};
use truenorth::flags::{FlagsLintRequest, LintCode, LintFinding, lint};
use truenorth::ground::time::{Span, Time};

fn options() -> FlagsLintRequest {
    FlagsLintRequest { now: Some(Time::parse("2025-06-01T00:00:00Z").unwrap()), ..FlagsLintRequest::default() }
}

/// The same questions of another file.
fn of(definitions: &str, options: &FlagsLintRequest) -> FlagsLintRequest {
    FlagsLintRequest { definitions: definitions.to_owned(), ..options.clone() }
}

/// An object with some fields more.
fn with(mut object: Value, more: &Value) -> Value {
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

fn file(parts: &Value) -> Value {
    with(json!({"version": 1, "flags": {}}), parts)
}

fn findings(parts: &Value, options: &FlagsLintRequest) -> Vec<LintFinding> {
    lint(&of(&file(parts).to_string(), options)).unwrap().findings
}

/// A flag with variants `on` and `off` and some fields more.
fn flag(more: &Value) -> Value {
    with(json!({"variants": {"on": true, "off": false}, "defaultVariant": "off"}), more)
}

fn one(more: &Value) -> Value {
    json!({"flags": {"x": flag(more)}})
}

fn rules(rules: &Value) -> Value {
    one(&json!({"rules": rules}))
}

fn when(condition: &Value) -> Value {
    rules(&json!([{"when": condition, "variant": "on"}]))
}

/// A wrong file, its codes and paths, and a right one.
type Case<'a> = (Value, &'a [(&'a str, &'a str)], Value);

/// Each wrong file has exactly these codes and paths; the right one beside it has none at all.
fn check(cases: Vec<Case<'_>>) {
    for (wrong, expected, right) in cases {
        let found = findings(&wrong, &options());
        let said: Vec<(&str, &str)> = found.iter().map(|one| (one.code.as_str(), one.path.as_str())).collect();
        assert_eq!(said, expected, "{wrong}\n{found:#?}");
        for finding in &found {
            let LintFinding { sentence, severity, code, .. } = finding;
            assert!(!sentence.ends_with('.') && !sentence.starts_with(char::is_uppercase), "{sentence}");
            assert_eq!(*severity, code.severity());
        }
        let found = findings(&right, &options());
        assert_eq!(found, [], "{right}");
    }
}

#[test]
fn what_cannot_be_used() {
    let segments = |condition: &Value| with(when(condition), &json!({"segments": {"beta": {"include": ["u"]}}}));
    let prerequisite = |other: &str| {
        json!({"flags": {
            "a": flag(&json!({"prerequisites": [{"flag": other, "variants": ["off"]}]})), "b": flag(&json!({})),
        }})
    };
    check(vec![
        (one(&json!({"colour": 1})), &[("malformed", "flags.x.colour")], one(&json!({"tags": ["colour"]}))),
        (
            json!({"flags": {"x": {"variants": {"a": true, "b": 1}}}}),
            &[("disagreeingVariants", "flags.x.variants.b")],
            json!({"flags": {"x": {"variants": {"a": 1.5, "b": 1}}}}),
        ),
        (
            segments(&json!({"any": [{"segment": "beta"}, {"segment": "gamma"}, {"segment": "delta"}]})),
            &[
                ("unknownSegment", "flags.x.rules[0].when.any[1].segment"),
                ("unknownSegment", "flags.x.rules[0].when.any[2].segment"),
            ],
            segments(&json!({"segment": "beta"})),
        ),
        (prerequisite("c"), &[("unknownPrerequisite", "flags.a.prerequisites[0].flag")], prerequisite("b")),
    ]);
    assert!(lint(&of("{", &options())).is_err());
    assert!(lint(&of(r#"{"version": 2}"#, &options())).is_err());
}

#[test]
fn flags_that_have_outlived_their_time() {
    let made = |created: &str, more: &Value| one(&with(json!({"created": created}), more));
    let old = "2025-01-01T00:00:00Z";
    let rollout = |percent: f64| json!({"rules": [{"rollout": {"variant": "on", "steps": [{"at": "2025-02-01T00:00:00Z", "percent": percent}]}}]});
    check(vec![
        (
            one(&json!({"expires": "2025-05-31T23:59:59Z"})),
            &[("expired", "flags.x.expires")],
            one(&json!({"expires": "2025-06-01T00:00:00Z"})),
        ),
        (made(old, &json!({})), &[("stale", "flags.x")], made("2025-03-03T00:00:00Z", &json!({}))),
        (made(old, &rollout(100.0)), &[("stale", "flags.x")], made(old, &rollout(99.0))),
        (
            made(old, &json!({"rules": [{"until": "2025-05-01T00:00:00Z", "variant": "on"}]})),
            &[("stale", "flags.x"), ("neverMatches", "flags.x.rules[0].until")],
            made(old, &json!({"rules": [{"until": "2025-06-02T00:00:00Z", "variant": "on"}]})),
        ),
        (
            made(old, &json!({})),
            &[("stale", "flags.x")],
            made(old, &json!({"overrides": [{"units": ["u"], "variant": "on"}]})),
        ),
        (made(old, &json!({})), &[("stale", "flags.x")], made(old, &json!({"state": "DISABLED"}))),
        (
            json!({"flags": {"x": {"variants": {"a": 1, "b": 2, "c": 3}, "rules": [
                {"split": [{"variant": "a", "weight": 1}, {"variant": "b", "weight": 1}, {"variant": "c", "weight": 0}]},
            ]}}}),
            &[("unusedVariant", "flags.x.variants.c")],
            json!({"flags": {"x": {"variants": {"a": 1, "b": 2, "c": 3}, "defaultVariant": "c", "rules": [
                {"split": [{"variant": "a", "weight": 1}, {"variant": "b", "weight": 1}]},
            ]}}}),
        ),
    ]);
    assert_eq!(findings(&made(old, &json!({})), &FlagsLintRequest::default()), [], "without an instant nothing is old");
    let strict = FlagsLintRequest { require_owner: true, require_expiry: true, ..FlagsLintRequest::default() };
    let codes: Vec<_> = findings(&one(&json!({})), &strict).iter().map(|one| one.code).collect();
    assert_eq!(codes, [LintCode::NoOwner, LintCode::NoExpiry]);
    assert_eq!(findings(&one(&json!({"owner": "ada", "expires": "2026-01-01T00:00:00Z"})), &strict), []);
    let chosen = |only: &[LintCode], ignore: &[LintCode]| -> Vec<LintCode> {
        let options = FlagsLintRequest { only: only.to_vec(), ignore: ignore.to_vec(), ..strict.clone() };
        findings(&one(&json!({})), &options).iter().map(|one| one.code).collect()
    };
    assert_eq!(chosen(&[LintCode::NoExpiry, LintCode::Stale], &[]), [LintCode::NoExpiry]);
    assert_eq!(chosen(&[], &[LintCode::NoExpiry]), [LintCode::NoOwner]);
    assert_eq!(chosen(&[LintCode::NoExpiry], &[LintCode::NoExpiry]), []);
    let patient = FlagsLintRequest { stale_after: Some(Span::days(151)), ..options() };
    assert_eq!(findings(&made(old, &json!({})), &patient), [], "it is 151 days old");
}

#[test]
fn conditions_that_nobody_passes() {
    let path = "flags.x.rules[0].when";
    let same = |field: &str| format!("{path}.{field}");
    let leaf = |test: &Value| with(test.clone(), &json!({"attribute": "a"}));
    let alone = [
        ("in", json!({"in": []}), json!({"in": [1]})),
        ("in", json!({"in": []}), json!({"in": [], "ifMissing": true})),
        ("contains", json!({"contains": []}), json!({"notIn": []})),
        ("startsWith", json!({"startsWith": []}), json!({"startsWith": [""]})),
        ("inNetwork", json!({"inNetwork": []}), json!({"inNetwork": ["::/0"]})),
        (
            "version",
            json!({"version": {"atLeast": "2.0.0", "lessThan": "2.0.0"}}),
            json!({"version": {"atLeast": "2.0.0", "atMost": "2.0.0+build"}}),
        ),
    ];
    for (field, wrong, right) in alone {
        check(vec![(when(&leaf(&wrong)), &[("neverMatches", &same(field))], when(&leaf(&right)))]);
    }
    check(vec![
        (
            when(&leaf(&json!({"matches": "a^"}))),
            &[("impossiblePattern", "flags.x.rules[0].when.matches")],
            when(&leaf(&json!({"matches": "a*^"}))),
        ),
        (
            when(&json!({"not": {"any": [leaf(&json!({"equals": "b"})), leaf(&json!({"matches": "$a"}))]}})),
            &[("impossiblePattern", "flags.x.rules[0].when.not.any[1].matches")],
            when(&json!({"not": {"any": [leaf(&json!({"equals": "b"})), leaf(&json!({"matches": "$"}))]}})),
        ),
    ]);
    let pairs = [
        (json!({"atLeast": 10}), json!({"lessThan": 5}), json!({"lessThan": 10.5})),
        (json!({"moreThan": 10}), json!({"atMost": 10}), json!({"atMost": 10.1})),
        (json!({"atLeast": 10}), json!({"lessThan": 10}), json!({"atMost": 10})),
        (json!({"equals": 3}), json!({"equals": 4}), json!({"equals": 3.0})),
        (json!({"in": ["a", "b"]}), json!({"in": ["c"]}), json!({"in": ["c", "b"]})),
        (json!({"in": ["a", "b"]}), json!({"notIn": ["b", "a"]}), json!({"notIn": ["b"]})),
        (json!({"in": ["ab"]}), json!({"startsWith": ["b"]}), json!({"endsWith": ["b"]})),
        (json!({"startsWith": ["ab"]}), json!({"startsWith": ["b"]}), json!({"startsWith": ["abc"]})),
        (json!({"endsWith": ["ab"]}), json!({"endsWith": ["a"]}), json!({"endsWith": ["b"]})),
        (json!({"in": [1, 2]}), json!({"moreThan": 2}), json!({"atLeast": 2})),
        (json!({"present": false}), json!({"equals": 1}), json!({"equals": 1, "ifMissing": true})),
        (
            json!({"since": "2025-01-01T00:00:00Z"}),
            json!({"before": "2025-01-01T01:00:00+01:00"}),
            json!({"before": "2025-01-01T01:00:01+01:00"}),
        ),
        (
            json!({"version": {"atLeast": "2.0.0"}}),
            json!({"version": {"lessThan": "2.0.0-rc.1"}}),
            json!({"version": {"lessThan": "2.0.1-rc.1"}}),
        ),
    ];
    for (first, wrong, right) in pairs {
        let both = |second: &Value| when(&json!({"all": [leaf(&first), {"all": [leaf(second)]}]}));
        check(vec![(both(&wrong), &[("neverMatches", &same("all[1].all[0]"))], both(&right))]);
    }
    let both = |second: Value| when(&json!({"all": [{"attribute": "a", "equals": 1}, second]}));
    check(vec![
        (
            both(json!({"not": {"attribute": "a", "equals": 1}})),
            &[("neverMatches", "flags.x.rules[0].when.all[1]")],
            both(json!({"not": {"attribute": "b", "equals": 1}})),
        ),
        (
            both(json!({"attribute": "a", "moreThan": 1})),
            &[("neverMatches", "flags.x.rules[0].when.all[1]")],
            both(json!({"attribute": "b", "moreThan": 1})),
        ),
        (
            rules(&json!([{"until": "2025-06-01T00:00:00Z", "variant": "on"}])),
            &[("neverMatches", "flags.x.rules[0].until")],
            rules(&json!([{"until": "2025-06-01T00:00:01Z", "variant": "on"}])),
        ),
    ]);
}
