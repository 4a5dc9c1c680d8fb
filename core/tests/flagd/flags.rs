//! What is ours in reading flagd's files: which text is one, what is bounded, what is told.

use serde_json::{Value, json};
use truenorth::flags::{Context, FlagErrorCode, FlagReason, Prepared, Ruleset};
use truenorth::ground::time::Time;

/// A file with one flag.
fn file(targeting: &Value) -> Value {
    let variants = json!({"on": "yes", "off": "no", "true": "t", "1": "one"});
    json!({"flags": {"x": {"state": "ENABLED", "variants": variants, "defaultVariant": "off", "targeting": targeting}}})
}

fn set(targeting: &Value) -> Ruleset {
    Ruleset::parse(&file(targeting).to_string()).unwrap()
}

/// The variant, or the code of what is wrong; a prepared context says the same.
fn of(targeting: &Value, context: &Value) -> String {
    let set = set(targeting);
    let mut made = Context::default().at(Time::parse("2026-01-01T00:00:00.9Z").unwrap());
    for (name, value) in context.as_object().unwrap() {
        made.set(name.clone(), value.clone());
    }
    let found = set.evaluate("x", &made);
    let prepared = Prepared::new(&set, made.clone());
    assert_eq!(set.evaluate("x", &prepared).report("x"), found.report("x"), "{targeting}");
    found.error().map_or_else(|| found.variant().unwrap_or_default().to_owned(), |code| code.as_str().to_owned())
}

#[test]
fn a_file_with_a_version_is_ours() {
    let static_flag = json!({"x": {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a"}});
    let reasons = |file: Value| {
        let set = Ruleset::parse(&file.to_string()).unwrap();
        let found = set.evaluate("x", &Context::default());
        (found.variant().map(str::to_owned), found.reason())
    };
    assert_eq!(reasons(json!({"version": 1, "flags": static_flag})), reasons(json!({"flags": static_flag})));
    let wrong = |file: Value| Ruleset::parse(&file.to_string()).unwrap_err().to_string();
    assert!(wrong(json!({})).starts_with("`version`: expected the version of the format"));
    assert!(wrong(json!({"flags": {}, "segments": {}})).starts_with("`version`: expected the version of the format"));
    assert_eq!(
        wrong(json!({"flags": {}, "fractionalVersion": 4})),
        "`fractionalVersion`: expected 1, 2 or 3, found `4`"
    );
    assert!(wrong(json!({"flags": 3})).starts_with("`flags`: "));
}

#[test]
fn values_name_variants() {
    let user = json!({"targetingKey": "user-1", "n": 1, "list": [], "user": {"name": "on"}, "rows": [{"a": {"b": 3}}]});
    for (targeting, expected) in [
        (json!({"if": [true, "on"]}), "on"),
        (json!({"==": [1, 1]}), "true"),
        (json!({"var": "n"}), "1"),
        (json!({"var": "user.name"}), "on"),
        (json!({"var": "gone"}), "off"),
        (json!({"var": ["gone", "on"]}), "on"),
        (json!({"==": [1, 2]}), "GENERAL"),
        (json!({"cat": []}), "GENERAL"),
        (json!({"var": "list"}), "GENERAL"),
        (json!({"var": "user"}), "GENERAL"),
        (json!({"var": ""}), "GENERAL"),
        (json!({"if": [{"!!": {"var": "list"}}, "on", null]}), "off"),
        (json!({"if": [{"===": [{"var": "$flagd.flagKey"}, "x"]}, "on"]}), "on"),
        (json!({"if": [{"===": [{"var": "$flagd.timestamp"}, 1_767_225_600]}, "on"]}), "on"),
        (json!({"if": [{"===": [{"var": {"cat": ["$flagd.", "timestamp"]}}, 1_767_225_600]}, "on"]}), "on"),
        (json!({"if": [{"missing": ["n", "user.name"]}, "off", "on"]}), "on"),
        (json!({"if": [{"some": [{"var": "rows"}, {"==": [{"var": "a.b"}, 3]}]}, "on"]}), "on"),
    ] {
        assert_eq!(of(&targeting, &user), expected, "{targeting}");
    }
    let someone = Context::new("user-1");
    let clock = set(&json!({"<": [{"var": "$flagd.timestamp"}, 0]}));
    assert_eq!(
        clock.evaluate("x", &someone).error(),
        Some(FlagErrorCode::InvalidContext),
        "nobody said what time it is"
    );
}

#[test]
fn places_in_lists_are_reached_by_number() {
    let context = json!({"tags": ["a", "on"], "rows": [{"name": "on"}], "a.0": "on", "dotted": {"0": "on"}});
    for name in ["tags.1", "rows.0.name", "a.0", "dotted.0"] {
        assert_eq!(of(&json!({"var": name}), &context), "on", "{name}");
        assert_eq!(of(&json!({"var": {"cat": [name]}}), &context), "on", "{name}");
    }
    assert_eq!(of(&json!({"var": "tags.01"}), &context), "off");
}

#[test]
fn evaluations_are_bounded() {
    let ones = |count: usize| Value::from(vec![1; count]);
    let accumulator = json!({"var": "accumulator"});
    let hostile = [
        json!({"reduce": [ones(60), {"cat": [accumulator, accumulator]}, "x"]}),
        json!({"reduce": [ones(60), {"merge": [accumulator, accumulator]}, [1]]}),
        json!({"reduce": [ones(200), [accumulator], 0]}),
        json!({"map": [ones(1000), {"map": [ones(1000), {"var": ""}]}]}),
        json!({"reduce": [ones(2000), {"cat": [accumulator, "0123456789012345678901234567890123456789"]}, ""]}),
    ];
    for targeting in hostile {
        assert_eq!(of(&targeting, &json!({})), "GENERAL");
    }
    let long = "x".repeat(100_000);
    assert_eq!(of(&json!({"var": "a"}), &json!({"a": long})), "INVALID_CONTEXT");
    assert_eq!(of(&json!({"in": ["a", {"var": "a"}]}), &json!({"a": vec![0; 20_000]})), "INVALID_CONTEXT");
}

#[test]
fn definitions_are_bounded() {
    let deep = |depth: usize| (0..depth).fold(json!({"var": "n"}), |inner, _| json!({"!": inner}));
    assert_eq!(set(&deep(90)).problems(), []);
    let problem = set(&deep(120)).problems()[0].error.clone();
    assert!(problem.message().contains("in one another"), "{problem}");
    let text = format!(r#"{{"flags": {{"x": {}1{}}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(
        Ruleset::parse(&text).unwrap().evaluate("x", &Context::default()).error() == Some(FlagErrorCode::ParseError)
    );
    // A chain of evaluators is as deep as it is long.
    let mut chain = file(&json!({"$ref": "e0"}));
    for index in 0..5000 {
        chain["$evaluators"][format!("e{index}")] = json!({"!": {"$ref": format!("e{}", index + 1)}});
    }
    chain["$evaluators"]["e5000"] = json!({"==": [1, 1]});
    let set = Ruleset::parse(&chain.to_string()).unwrap();
    assert_eq!(set.evaluate("x", &Context::default()).error(), Some(FlagErrorCode::ParseError));
    chain["flags"]["x"]["targeting"] = json!({"$ref": "e4960"});
    let set = Ruleset::parse(&chain.to_string()).unwrap();
    assert_eq!(set.evaluate("x", &Context::default()).variant(), Some("true"));
}

#[test]
fn private_attributes_are_shown_nowhere() {
    let mut file = file(&json!({"if": [{"==": [{"var": "email"}, "ada@acme.example"]}, {"var": "email"}, "off"]}));
    file["privateAttributes"] = json!(["email"]);
    let set = Ruleset::parse(&file.to_string()).unwrap();
    let report = set.explain("x", &Context::new("user-1").with("email", "ada@acme.example")).report();
    assert_eq!(report.error_code, Some(FlagErrorCode::General));
    assert!(!format!("{report:?}").contains("ada@"), "{report:?}");
}

#[test]
fn what_decided_is_told() {
    let sentences = |targeting: Value| {
        let set = set(&targeting);
        let report = set.explain("x", &Context::new("user-1")).report();
        (report.reason, report.sentences)
    };
    let (reason, told) = sentences(json!({"fractional": [["on", 1], ["off", 3]]}));
    assert_eq!(reason, FlagReason::TargetingMatch);
    assert_eq!(told.len(), 2);
    assert!(told[0].starts_with("the targeting gives a variant: bucket "), "{told:?}");
    let (reason, told) = sentences(json!({"if": [false, "on"]}));
    assert_eq!(reason, FlagReason::Default);
    assert_eq!(told, ["the targeting gives nothing", "the default variant stands: `off`"]);
    let (reason, told) = sentences(json!({"cat": ["o"]}));
    assert_eq!(reason, FlagReason::Error);
    assert_eq!(told[0], "the targeting gives something that is no variant");
}
