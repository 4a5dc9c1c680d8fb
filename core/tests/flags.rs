//! Flags as a caller meets them: who gets what, and what is said of files that are wrong.

#![allow(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a test may fail loudly, and takes what `json!` makes"
)]
#![cfg(feature = "flags")]

use serde_json::{Value, json};
use truenorth::flags::{Context, FlagErrorCode, FlagReason, FlagSet, Prepared, Ruleset};
use truenorth::ground::hash::HashAlgorithm;
use truenorth::ground::time::Time;

fn set(flags: Value) -> Ruleset {
    let file = json!({
        "version": 1,
        "privateAttributes": ["email"],
        "segments": {
            "beta": {"include": ["user-1", "7"], "exclude": ["user-2"], "when": {"attribute": "plan", "equals": "beta"}},
        },
        "layers": {"checkout": {"salt": "layer"}},
        "holdouts": {"global": {"percent": 10}},
        "flags": flags,
    });
    Ruleset::parse(&file.to_string()).unwrap()
}

fn boolean(rules: Value) -> Ruleset {
    set(json!({"x": {"variants": {"on": true, "off": false}, "defaultVariant": "off", "rules": rules}}))
}

/// What a condition says of an attribute: on, off, or what is wrong.
fn holds(condition: Value, value: Value) -> bool {
    let flags = boolean(json!([{"when": condition, "variant": "on"}]));
    assert_eq!(flags.problems(), [], "{condition}");
    let context = Context::new("user-1").with("a", value);
    let plain = flags.boolean("x", &context, false);
    assert_eq!(flags.boolean("x", &Prepared::new(&flags, context), false), plain, "{condition}");
    plain
}

#[test]
fn comparisons() {
    let compare = |test: Value, value: Value| {
        let mut condition = test;
        condition["attribute"] = "a".into();
        holds(condition, value)
    };
    let cases = [
        (json!({"equals": "DE"}), json!("DE"), true),
        (json!({"equals": "DE"}), json!("de"), false),
        (json!({"equals": 3}), json!(3.0), true),
        (json!({"equals": 3}), json!("3"), false),
        (json!({"equals": 3, "coerce": "lenient"}), json!("3"), true),
        (json!({"equals": "3", "coerce": "lenient"}), json!(3), true),
        (json!({"equals": true}), json!(true), true),
        (json!({"equals": -0.0}), json!(0), true),
        (json!({"in": ["DE", "AT"]}), json!(["FR", "AT"]), true),
        (json!({"in": ["DE", "AT"]}), json!([]), false),
        (json!({"notIn": ["DE", "AT"]}), json!(["FR", "AT"]), false),
        (json!({"notIn": ["DE", "AT"]}), json!("FR"), true),
        (json!({"notIn": ["DE", "AT"]}), Value::Null, false),
        (json!({"notIn": ["DE", "AT"], "ifMissing": true}), Value::Null, true),
        (json!({"notIn": ["DE"]}), json!(3), false),
        (json!({"notIn": []}), json!("FR"), true),
        (json!({"notIn": []}), json!(3), true),
        (json!({"notIn": []}), json!(false), true),
        (json!({"notIn": []}), json!([]), true),
        (json!({"notIn": []}), json!(["FR", 3]), true),
        (json!({"notIn": []}), Value::Null, false),
        (json!({"notIn": [], "ifMissing": true}), Value::Null, true),
        (json!({"notIn": []}), json!({"a": 1}), false),
        (json!({"in": []}), json!("FR"), false),
        (json!({"startsWith": ["a", "b"]}), json!("bc"), true),
        (json!({"endsWith": ["@example.org"]}), json!("x@example.org"), true),
        (json!({"contains": ["eta"]}), json!("beta"), true),
        (json!({"matches": "^v[0-9]+$"}), json!("v12"), true),
        (json!({"matches": "^v[0-9]+$"}), json!("v12x"), false),
        (json!({"lessThan": 3}), json!(3), false),
        (json!({"atMost": 3}), json!(3), true),
        (json!({"moreThan": 3}), json!(3.5), true),
        (json!({"atLeast": 3}), json!(2), false),
        (json!({"before": "2025-01-01T00:00:00Z"}), json!("2025-01-01T00:30:00+01:00"), true),
        (json!({"since": "2025-01-01T00:00:00Z"}), json!("2025-01-01T01:00:00+01:00"), true),
        (json!({"since": "2025-01-01T00:00:00Z"}), json!("yesterday"), false),
        (json!({"version": {"atLeast": "1.10.0"}}), json!("1.9.9"), false),
        (json!({"version": {"atLeast": "1.10.0"}}), json!("1.10.0-rc.1"), false),
        (json!({"version": {"equals": "1.10.0"}}), json!("1.10.0+build"), true),
        (json!({"version": {"atLeast": "1.2.0", "lessThan": "2.0.0"}}), json!("1.99.0"), true),
        (json!({"version": {"atLeast": "1.2.0"}}), json!("v1.3"), false),
        (json!({"version": {"atLeast": "1.2.0"}, "coerce": "lenient"}), json!("v1.3"), true),
        (json!({"inNetwork": ["10.0.0.0/8", "::1"]}), json!("10.2.3.4"), true),
        (json!({"inNetwork": ["10.0.0.0/8"]}), json!("::ffff:10.2.3.4"), true),
        (json!({"inNetwork": ["10.0.0.0/8"]}), json!("11.2.3.4"), false),
        (json!({"present": true}), json!(false), true),
        (json!({"present": true}), Value::Null, false),
        (json!({"present": false}), Value::Null, true),
    ];
    for (test, value, expected) in cases {
        assert_eq!(compare(test.clone(), value.clone()), expected, "{test} of {value}");
    }
}

#[test]
fn unknown_is_neither() {
    let missing = json!({"attribute": "gone", "equals": 1});
    let (yes, no) = (json!({"attribute": "a", "equals": 1}), json!({"attribute": "a", "equals": 2}));
    for (condition, expected) in [
        (json!({"not": missing}), false),
        (json!({"any": [missing, yes]}), true),
        (json!({"any": [missing, no]}), false),
        (json!({"not": {"any": [missing, no]}}), false),
        (json!({"not": {"all": [missing, no]}}), true),
        (json!({"all": [yes, {"not": no}]}), true),
    ] {
        assert_eq!(holds(condition.clone(), json!(1)), expected, "{condition}");
    }
}

#[test]
fn paths_reach_into_objects() {
    let condition = json!({"attribute": "a.plan.name", "equals": "pro"});
    assert!(holds(condition.clone(), json!({"plan": {"name": "pro"}})));
    assert!(!holds(condition, json!({"plan": "pro"})));
}

#[test]
fn units_are_texts_or_whole_numbers() {
    let flags = boolean(json!([{"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}]));
    let of = |unit: Value| flags.evaluate("x", &Context::default().with("targetingKey", unit)).error();
    let variant =
        |unit: Value| flags.evaluate("x", &Context::default().with("targetingKey", unit)).variant().unwrap().to_owned();
    for whole in [1_i64, -1, 0, 9_007_199_254_740_991] {
        assert_eq!(variant(json!(whole)), variant(json!(whole.to_string())));
    }
    assert_eq!(variant(json!(1.0)), variant(json!("1")));
    for wrong in [json!(true), json!(1.5), json!(9_007_199_254_740_992_i64), json!({}), json!("x".repeat(100_000))] {
        assert_eq!(of(wrong), Some(FlagErrorCode::InvalidContext));
    }
    assert_eq!(of(Value::Null), Some(FlagErrorCode::TargetingKeyMissing));
    assert!(flags.boolean("x", &Context::default(), true), "the caller's default stands");
}

#[test]
fn the_order_of_decisions() {
    let flags = set(json!({
        "off": {"state": "DISABLED", "variants": {"a": 1}, "defaultVariant": "a"},
        "fixed": {"variants": {"a": 1, "b": 2}, "defaultVariant": "a", "metadata": {"owner": "ada"}},
        "none": {"variants": {"a": 1}},
        "needs": {
            "variants": {"a": 1, "b": 2}, "defaultVariant": "a",
            "prerequisites": [{"flag": "fixed", "variants": ["b"], "otherwise": "b"}],
            "overrides": [{"units": ["user-1"], "variant": "a"}],
        },
        "named": {
            "variants": {"a": "x", "b": "y"}, "defaultVariant": "a",
            "overrides": [{"units": ["user-1"], "variant": "b"}],
            "holdouts": ["global"],
        },
        "segment": {
            "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "rules": [{"id": "betas", "when": {"segment": "beta"}, "variant": "on"}],
        },
    }));
    assert_eq!(flags.problems(), []);
    let user = Context::new("user-1");
    let what = |flag: &str, context: &Context| {
        let found = flags.evaluate(flag, context);
        (found.variant().map(str::to_owned), found.reason())
    };
    assert_eq!(what("off", &user), (None, FlagReason::Disabled));
    assert_eq!(what("fixed", &user), (Some("a".into()), FlagReason::Static));
    assert_eq!(what("none", &user), (None, FlagReason::Static));
    assert_eq!(what("needs", &user), (Some("b".into()), FlagReason::TargetingMatch));
    assert_eq!(what("named", &user), (Some("b".into()), FlagReason::TargetingMatch));
    assert_eq!(what("segment", &user), (Some("on".into()), FlagReason::TargetingMatch));
    assert_eq!(what("segment", &Context::new(7)), (Some("on".into()), FlagReason::TargetingMatch));
    assert_eq!(
        what("segment", &Context::new("user-2").with("plan", "beta")),
        (Some("off".into()), FlagReason::Default)
    );
    assert_eq!(
        what("segment", &Context::new("user-3").with("plan", "beta")),
        (Some("on".into()), FlagReason::TargetingMatch)
    );
    assert_eq!(flags.evaluate("segment", &user).rule().as_deref(), Some("betas"));
    assert_eq!(flags.evaluate("gone", &user).error(), Some(FlagErrorCode::FlagNotFound));
    assert_eq!(flags.integer("named", &user, 5), 5);
    assert_eq!(
        flags.evaluate_as("named", truenorth::flags::FlagType::Integer, &user).error(),
        Some(FlagErrorCode::TypeMismatch)
    );
    assert_eq!((flags.number("fixed", &user, 0.0) * 2.0).to_string(), "2");
}

#[test]
fn rules_and_rollouts_in_time() {
    let at = |text: &str| Time::parse(text).unwrap();
    let flags = boolean(json!([
        {"from": "2025-02-01T00:00:00Z", "until": "2025-03-01T00:00:00Z", "variant": "on"},
        {"rollout": {"variant": "on", "growth": "linear", "steps": [
            {"at": "2025-04-01T00:00:00Z", "percent": 0}, {"at": "2025-04-11T00:00:00Z", "percent": 100}
        ]}},
    ]));
    let count = |now: &str| {
        (0..10_000).filter(|user| flags.boolean("x", &Context::new(format!("user-{user}")).at(at(now)), false)).count()
    };
    assert_eq!(count("2025-01-31T23:59:59Z"), 0);
    assert_eq!(count("2025-02-01T00:00:00Z"), 10_000);
    assert_eq!(count("2025-03-01T00:00:00Z"), 0);
    assert!((4_700..5_300).contains(&count("2025-04-06T00:00:00Z")));
    assert_eq!(count("2025-04-11T00:00:00Z"), 10_000);
    let mut before = 0;
    for day in 1..=12 {
        let now = count(&format!("2025-04-{day:02}T00:00:00Z"));
        assert!(now >= before, "nobody loses it");
        before = now;
    }
    assert_eq!(flags.evaluate("x", &Context::new("u")).error(), Some(FlagErrorCode::InvalidContext));
}

#[test]
fn one_malformed_flag_sinks_no_other() {
    let flags = set(json!({
        "good": {"variants": {"on": true}, "defaultVariant": "on"},
        "mixed": {"variants": {"on": true, "off": 0}},
        "a": {"variants": {"on": true}, "defaultVariant": "on", "prerequisites": [{"flag": "b", "variants": ["on"]}]},
        "b": {"variants": {"on": true}, "defaultVariant": "on", "prerequisites": [{"flag": "a", "variants": ["on"]}]},
        "pattern": {"variants": {"on": true}, "rules": [{"when": {"all": [{"attribute": "a", "matches": "("}]}, "variant": "on"}]},
        "weight": {"variants": {"on": true}, "rules": [{"split": [{"variant": "on", "weight": -1}]}]},
        "field": {"variants": {"on": true}, "colour": "red"},
        "two": {"variants": {"on": true}, "rules": [{"when": {"attribute": "a", "equals": 1, "atLeast": 2}, "variant": "on"}]},
        "follower": {"variants": {"on": true, "off": false}, "defaultVariant": "off", "prerequisites": [{"flag": "a", "variants": ["on"], "otherwise": "on"}]},
    }));
    let said: Vec<String> = flags.problems().iter().map(|problem| problem.error.to_string()).collect();
    let expected = [
        ("flags.field.colour", "expected one of"),
        ("flags.mixed.variants.on", "expected a whole number, as other variants are, found a boolean"),
        ("flags.pattern.rules[0].when.all[0].matches", "expected a regular expression of linear time: unclosed group"),
        ("flags.two.rules[0].when", "expected one comparison, found `equals` and `atLeast`"),
        ("flags.weight.rules[0].split[0].weight", "expected a finite number of at least 0, found `-1`"),
        ("flags.a.prerequisites", "found `a → b → a`"),
        ("flags.b.prerequisites", "found `b → a → b`"),
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (said, (path, words)) in said.iter().zip(expected) {
        assert!(said.starts_with(&format!("`{path}`")) && said.contains(words), "{said}");
    }
    let user = Context::new("u");
    assert!(flags.boolean("good", &user, false));
    assert_eq!(flags.evaluate("a", &user).error(), Some(FlagErrorCode::ParseError));
    assert!(flags.boolean("follower", &user, false), "what a malformed flag should say is not met");
}

#[test]
fn files_that_are_wrong_as_a_whole() {
    for (text, words) in [
        ("", "not JSON"),
        ("[]", "expected an object, found a list"),
        ("{}", "`version`"),
        (r#"{"version": 2, "flags": {}}"#, "expected 1"),
        (r#"{"version": 1, "flag": {}}"#, "`flag`"),
        (r#"{"version": 1, "flags": {"a": {}, "a": {}}}"#, "the key `a` is there twice"),
        (r#"{"version": 1, "flags": {"": {}}}"#, "empty"),
    ] {
        let error = Ruleset::parse(text).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
    assert!(Ruleset::parse(r#"{"version": 1, "x-own": [1], "$schema": "x", "flags": {}}"#).unwrap().is_empty());
}

#[test]
fn exposures_come_once() {
    let file = json!({"version": 1, "flags": {"x": {
        "variants": {"on": true, "off": false}, "defaultVariant": "off",
        "rules": [{"id": "half", "split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]}]
    }}});
    let flags = FlagSet::parse(&file.to_string()).unwrap().record_exposures(1000);
    for _ in 0..3 {
        for user in 0..10 {
            flags.boolean("x", &Context::new(user), false);
            flags.rules().boolean("x", &Context::new(user + 100), false);
        }
    }
    let exposures = flags.exposures().unwrap();
    let mut taken = exposures.take();
    taken.sort_by(|a, b| a.unit.cmp(&b.unit));
    assert_eq!(taken.len(), 10);
    assert_eq!(
        (taken[3].unit.as_str(), taken[3].rule.as_deref(), taken[3].reason.as_deref()),
        ("3", Some("half"), Some("SPLIT"))
    );
    assert_eq!((exposures.take().len(), exposures.lost()), (0, 0));
    for user in 0..10_000 {
        flags.boolean("x", &Context::new(user), false);
    }
    let (kept, lost) = (exposures.take().len() as u64, exposures.lost());
    assert!(kept <= 1008 && kept + lost == 9_990, "{kept} {lost}");
}

/// Every reader sees one version whole, and no reader ever sees a flag that is neither.
#[test]
fn flags_are_exchanged_while_others_read_them() {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    /// Of one version; the attributes of each stand in other places than those of the other.
    fn file(version: &str, before: &str) -> String {
        let flag = |attribute: &str, equals: &str| {
            json!({
                "variants": {"no": "no", version: version}, "defaultVariant": "no",
                "rules": [{"when": {"attribute": attribute, "equals": equals}, "variant": version}],
            })
        };
        let mut flags = json!({"x": flag("country", "DE"), "y": flag("plan", "team")});
        flags[before] = flag("nothing", "never");
        json!({"version": 1, "flags": flags}).to_string()
    }

    let (old, new) = (file("old", "z"), file("new", "a"));
    let flags = FlagSet::parse(&old).unwrap();
    let plain = Context::new("user-1").with("country", "DE").with("plan", "team");
    let prepared = Prepared::new(&flags.rules(), plain.clone());
    let (ended, read) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    let one = flags.string("x", &plain, "default");
                    assert!(one == "old" || one == "new", "{one}");
                    let rules = flags.rules();
                    let value = |name, prepared| match prepared {
                        Some(prepared) => rules.evaluate(name, prepared).value().cloned(),
                        None => rules.evaluate(name, &plain).value().cloned(),
                    };
                    let x = value("x", None);
                    assert!(x == Some("old".into()) || x == Some("new".into()));
                    for other in [value("x", Some(&prepared)), value("y", None), value("y", Some(&prepared))] {
                        assert_eq!(other, x);
                    }
                    read.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for turn in 0.. {
            flags.reload(if turn % 2 == 0 { &new } else { &old }).unwrap();
            flags.reload("{\"version\": 1").unwrap_err();
            // A reader that failed reads no more.
            if turn > 200 && (read.load(Ordering::Relaxed) > 1000 || turn > 100_000) {
                break;
            }
        }
        ended.store(true, Ordering::Relaxed);
    });
}

/// The page that others recompute buckets from says what the code does.
#[test]
fn the_page_of_buckets_is_true() {
    let page = include_str!("../docs/buckets.md");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .skip_while(|line| !line.starts_with("| salt | unit |"))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    assert_eq!(rows.len(), 11);
    for row in rows {
        let found = HashAlgorithm::ALL.map(|hash| hash.bucket(row[0], row[1]).to_string());
        assert_eq!(found, row[2..], "{row:?}");
    }
}

/// 200 000 units under five salts: the shares of each hash pass chi-square at 5 %, and no two of the five experiments know
/// anything of each other.
#[test]
fn buckets_are_even_and_independent() {
    const UNITS: u32 = 200_000;
    const SALTS: usize = 5;
    for hash in HashAlgorithm::ALL {
        let mut counts = vec![[0_u32; 100]; SALTS];
        let mut halves = vec![vec![0_u64; UNITS.div_ceil(64) as usize]; SALTS];
        for salt in 0..SALTS {
            let name = format!("experiment-{salt}");
            for unit in 0..UNITS {
                let bucket = hash.bucket(&name, &format!("user-{unit}"));
                counts[salt][(bucket / 10_000) as usize] += 1;
                halves[salt][(unit / 64) as usize] |= u64::from(bucket < 500_000) << (unit % 64);
            }
        }
        let expected = f64::from(UNITS) / 100.0;
        let square: f64 =
            counts.iter().flatten().map(|&count| f64::from(count) - expected).map(|off| off * off / expected).sum();
        let p = truenorth::stats::tail::chi_square_sf(square, 99.0 * SALTS as f64);
        assert!(p > 0.05, "{hash:?}: {square}, p = {p}");
        // Of 10 pairs the largest z is below 2.80 in 95 of 100 cases: 1 − (1 − 2 · 0.00256)^10 = 0.05.
        let z = |(salt, other): (usize, usize)| {
            let apart: u32 = halves[salt].iter().zip(&halves[other]).map(|(a, b)| (a ^ b).count_ones()).sum();
            (f64::from(UNITS) - 2.0 * f64::from(apart)) / f64::from(UNITS).sqrt()
        };
        let pairs = (0..SALTS).flat_map(|salt| (0..salt).map(move |other| (salt, other)));
        let largest = pairs.map(|pair| z(pair).abs()).fold(0.0, f64::max);
        assert!(largest < 2.80, "{hash:?}: {largest}");
    }
}

#[test]
fn an_explanation_says_what_was_looked_at() {
    let flags = set(json!({"x": {
        "variants": {"on": true, "off": false}, "defaultVariant": "off", "layer": {"name": "checkout", "from": 0, "to": 1_000_000},
        "rules": [
            {"id": "enterprise", "when": {"all": [
                {"attribute": "email", "endsWith": ["@example.org"]},
                {"any": [{"segment": "beta"}, {"not": {"attribute": "seats", "atLeast": 10}}]},
            ]}, "variant": "on"},
            {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 3}]},
        ],
    }}));
    assert_eq!(flags.problems(), []);
    let user = Context::new("user-9").with("email", "secret@example.org").with("seats", 25).with("plan", "free");
    let report = flags.explain("x", &user).report();
    let steps: Vec<String> = report.steps.iter().map(|step| format!("{} {:?}", step.path, step.outcome)).collect();
    let expected = [
        "layer Yes",
        "rules[0] No",
        "rules[0].when.all[0] Yes",
        "rules[0].when.all[1] No",
        "rules[0].when.all[1].any[0].segment No",
        "segments.beta.when No",
        "rules[0].when.all[1].any[1] No",
        "rules[0].when.all[1].any[1].not Yes",
        "rules[1] Yes",
    ];
    assert_eq!(steps, expected);
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains("secret"), "{text}");
    assert_eq!(report.sentences.len(), 4);
    assert!(report.sentences[2].starts_with("`rules[1]` gives a variant: bucket "), "{:?}", report.sentences);
}
