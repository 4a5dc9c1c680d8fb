//! What lint says, held against what the evaluator does.

use proptest::prelude::*;
use serde_json::{Value, json};
use truenorth::flags::{Context, FlagsLintRequest, LintCode, Ruleset, lint};
use truenorth::ground::time::Time;

use crate::{file, findings, flag, of, options, when};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..4_i32).prop_map(Value::from),
        prop::sample::select(vec!["", "a", "ab", "b", "ba", "2", "1.0.0", "1.0.1-a", "2025-01-01T00:00:00Z"])
            .prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(json!(1.5)),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    let number = || prop::sample::select(vec![0.0, 1.0, 1.5, 2.0, 3.0]).prop_map(Value::from);
    let texts = || prop::collection::vec(prop::sample::select(vec!["", "a", "ab", "b"]), 0..3).prop_map(Value::from);
    let values = || prop::collection::vec(value(), 0..3).prop_map(Value::from);
    let time = || prop::sample::select(vec!["2024-12-31T00:00:00Z", "2025-01-01T00:00:00Z"]).prop_map(Value::from);
    let version = || prop::sample::select(vec!["1.0.0", "1.0.1-a", "1.0.1", "0.1.0"]);
    let field = |name: &'static str| move |value: Value| json!({name: value});
    let test = prop_oneof![
        value().prop_map(field("equals")),
        values().prop_map(field("in")),
        values().prop_map(field("notIn")),
        texts().prop_map(field("startsWith")),
        texts().prop_map(field("endsWith")),
        texts().prop_map(field("contains")),
        "[ab^$|*]{0,4}"
            .prop_filter("no pattern", |text| regex::Regex::new(text).is_ok())
            .prop_map(|text| json!({"matches": text})),
        number().prop_map(field("lessThan")),
        number().prop_map(field("atMost")),
        number().prop_map(field("moreThan")),
        number().prop_map(field("atLeast")),
        time().prop_map(field("before")),
        time().prop_map(field("since")),
        (version(), version()).prop_map(|(a, b)| json!({"version": {"atLeast": a, "lessThan": b}})),
        (version(), version()).prop_map(|(a, b)| json!({"version": {"moreThan": a, "atMost": b}})),
        any::<bool>().prop_map(|present| json!({"present": present})),
    ];
    (test, prop::option::weighted(0.2, any::<bool>()), prop::bool::weighted(0.2)).prop_map(
        |(mut test, missing, lenient)| {
            test["attribute"] = "a".into();
            if let Some(missing) = missing {
                test["ifMissing"] = missing.into();
            }
            if lenient {
                test["coerce"] = "lenient".into();
            }
            test
        },
    )
}

fn condition() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({"all": parts})),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({"any": parts})),
            inner.prop_map(|inner| json!({"not": inner})),
        ]
    })
}

fn attribute() -> impl Strategy<Value = Value> {
    prop_oneof![4 => value(), 1 => Just(Value::Null), 2 => prop::collection::vec(value(), 0..3).prop_map(Value::from)]
}

fn json_value() -> impl Strategy<Value = Value> {
    let words = vec![
        "version",
        "flags",
        "segments",
        "layers",
        "holdouts",
        "rules",
        "when",
        "all",
        "any",
        "not",
        "segment",
        "attribute",
        "in",
        "equals",
        "split",
        "ranges",
        "rollout",
        "steps",
        "variants",
        "variant",
        "weight",
        "from",
        "to",
        "x",
        "on",
        "percent",
        "at",
        "layer",
        "name",
        "prerequisites",
        "flag",
        "matches",
        "a^",
        "2025-01-01T00:00:00Z",
        "defaultVariant",
    ];
    let word = move || prop::sample::select(words.clone());
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..3_i64).prop_map(Value::from),
        word().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    scalar.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(word().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn rule() -> impl Strategy<Value = Value> {
    let at = || prop::sample::select(vec!["2025-05-01T00:00:00Z", "2025-07-01T00:00:00Z"]);
    let range = (0..5_u32, 1..6_u32).prop_map(|(from, size)| {
        json!({"ranges": [{"variant": "on", "from": from * 200_000, "to": (from * 200_000 + size * 200_000).min(1_000_000)}]})
    });
    let serve = prop_oneof![
        Just(json!({"variant": "on"})),
        Just(json!({"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 2}]})),
        range,
        (at(), prop::sample::select(vec![0.0, 40.0, 100.0]))
            .prop_map(|(at, percent)| json!({"rollout": {"variant": "on", "steps": [{"at": at, "percent": percent}]}})),
    ];
    (
        serve,
        prop::option::weighted(0.7, condition()),
        prop::option::weighted(0.2, at()),
        prop::option::weighted(0.2, at()),
    )
        .prop_map(|(mut rule, when, from, until)| {
            if let Some(when) = when {
                rule["when"] = when;
            }
            match (from, until) {
                (Some(from), Some(until)) if until <= from => {}
                (from, until) => {
                    rule.as_object_mut().unwrap().extend(from.map(|from| ("from".to_owned(), from.into())));
                    rule.as_object_mut().unwrap().extend(until.map(|until| ("until".to_owned(), until.into())));
                }
            }
            rule
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_never_matches_never_does(condition in condition(), attributes in prop::collection::vec(attribute(), 8)) {
        let wrong: Vec<_> = findings(&when(&condition), &options()).into_iter().filter(|found| {
            // What says that no part of an `all` on the way down passes; deeper ones may be alternatives.
            let within = found.path.strip_prefix("flags.x.rules[0].when").unwrap_or("none");
            matches!(found.code, LintCode::NeverMatches | LintCode::ImpossiblePattern)
                && !within.contains("any") && !within.contains("not") && within != "none"
        }).collect();
        let flags = Ruleset::parse(&file(&when(&condition)).to_string()).unwrap();
        prop_assert_eq!(flags.problems(), []);
        for attribute in attributes {
            let passes = flags.boolean("x", &Context::new("u").with("a", attribute.clone()), false);
            for found in wrong.iter().filter(|_| passes) {
                let for_lists = found.sentence.contains("list") && attribute.is_array();
                // A pattern that nothing matches may still stand beside `ifMissing`.
                let for_missing = found.code == LintCode::ImpossiblePattern && attribute.is_null();
                prop_assert!(for_lists || for_missing, "{} of {}: {:?}", condition, attribute, found);
            }
        }
    }

    #[test]
    fn rules_that_are_shadowed_never_decide(
        rules in prop::collection::vec(rule(), 1..5),
        attributes in prop::collection::vec(attribute(), 4),
        days in 0..60_i64,
    ) {
        let parts = json!({"flags": {"x": flag(&json!({"rules": rules}))}});
        let dead: Vec<String> = findings(&parts, &options()).into_iter()
            .filter(|found| matches!(found.code, LintCode::Shadowed | LintCode::SameAsAbove) || found.path.ends_with("until"))
            .map(|found| found.path["flags.x.".len()..].split('.').next().unwrap().to_owned())
            .collect();
        let flags = Ruleset::parse(&file(&parts).to_string()).unwrap();
        prop_assert_eq!(flags.problems(), []);
        let later = Time::from_micros(options().now.unwrap().micros() + days * 86_400_000_000).unwrap();
        for attribute in attributes {
            for user in 0..16 {
                let context = Context::new(user).with("a", attribute.clone()).at(later);
                let decided = flags.evaluate("x", &context).rule();
                prop_assert!(decided.iter().all(|rule| !dead.contains(rule)), "{} {:?} {}", parts, decided, attribute);
            }
        }
    }

    #[test]
    fn lint_never_panics(value in json_value(), inside in json_value()) {
        let _ = lint(&of(&value.to_string(), &options()));
        let name = |inside: &Value| json!({"x": inside, "y": {"variants": {"on": true}, "rules": [inside]}});
        for place in ["flags", "segments", "layers", "holdouts"] {
            let mut file = file(&json!({"segments": {"x": {"when": inside}}}));
            file[place] = name(&inside);
            let report = lint(&of(&file.to_string(), &FlagsLintRequest::default())).unwrap();
            let again = lint(&of(&file.to_string(), &FlagsLintRequest::default())).unwrap();
            prop_assert!(report.findings.is_sorted_by(|a, b| a.path <= b.path));
            prop_assert_eq!(report, again);
        }
    }
}
