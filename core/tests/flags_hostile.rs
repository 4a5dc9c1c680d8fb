//! Files of flags, and contexts, from strangers: what they may cost, and what they may learn.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "what is quadratic shows by the time it takes")]
#![allow(clippy::needless_pass_by_value, reason = "values are made where they are handed over")]
#![cfg(feature = "flags")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use truenorth::ErrorCode;
use truenorth::flags::{
    Context, FlagErrorCode, FlagReason, FlagSet, FlagsDiffReport, FlagsDiffRequest, FlagsLintRequest, LintCode,
    Prepared, Ruleset, Simulation, diff, lint, ofrep,
};

/// Far more than anything here takes, and far less than what is quadratic would.
const PATIENCE: Duration = Duration::from_secs(60);

fn file(mut rest: Value) -> String {
    rest["version"] = 1.into();
    rest.to_string()
}

fn on_off(rules: Value) -> Value {
    json!({"variants": {"on": true, "off": false}, "defaultVariant": "off", "rules": rules})
}

#[test]
fn exposures_never_show_a_private_unit() {
    let split = json!([{"split": [{"variant": "on", "weight": 1}]}]);
    let mut by_mail = on_off(split.clone());
    by_mail["unit"] = "person.email".into();
    let mut by_either = on_off(split.clone());
    by_either["unit"] = "device".into();
    by_either["fallbackUnit"] = "person.email".into();
    let set = FlagSet::parse(&file(json!({"privateAttributes": ["person"],
        "flags": {"by-mail": by_mail, "by-either": by_either, "by-key": on_off(split)}})))
    .unwrap()
    .record_exposures(100);
    let somebody = Context::new("user-1").with("person", json!({"email": "secret@acme.example"}));
    for flag in ["by-mail", "by-either", "by-key"] {
        assert!(set.boolean(flag, &somebody, false), "{flag}");
    }
    let taken = set.exposures().unwrap().take();
    assert_eq!(taken.iter().map(|one| (&*one.flag, &*one.unit)).collect::<Vec<_>>(), [("by-key", "user-1")]);
}

#[test]
fn an_exposure_is_of_the_unit_that_was_hashed() {
    let mut rules = json!([{"split": [{"variant": "on", "weight": 1}], "unit": "team"}]);
    rules[0]["when"] = json!({"attribute": "plan", "equals": "pro"});
    let flags = json!({"x": on_off(rules)});
    let set = FlagSet::parse(&file(json!({ "flags": flags }))).unwrap().record_exposures(100);
    set.boolean("x", &Context::new("user-1").with("plan", "pro").with("team", "team-1"), false);
    set.boolean("x", &Context::new("user-2").with("plan", "free").with("team", "team-1"), false);
    let units: Vec<_> = set.exposures().unwrap().take().into_iter().map(|one| (one.unit, one.variant)).collect();
    let pair = |unit: &str, variant: &str| (unit.to_owned(), variant.to_owned());
    assert!(units.contains(&pair("team-1", "on")) && units.contains(&pair("user-2", "off")), "{units:?}");
}

#[test]
fn what_a_private_value_was_found_to_be_is_not_told() {
    let tests = [
        json!({"equals": "secret@acme.example"}),
        json!({"in": ["other", "secret@acme.example"]}),
        json!({"startsWith": ["secret@acme.example"]}),
        json!({"matches": "^secret@acme.example$"}),
    ];
    let others = json!({"attribute": "email", "notIn": ["secret@acme.example"]});
    for test in tests.into_iter().chain([others]) {
        let mut test = test;
        test["attribute"] = "email".into();
        for when in [test.clone(), json!({ "not": test.clone() }), json!({"any": [{"not": {"all": [test]}}]})] {
            let flags = json!({"x": on_off(json!([{"when": when, "variant": "on"}]))});
            let set = Ruleset::parse(&file(json!({"privateAttributes": ["email"], "flags": flags}))).unwrap();
            let trace = |mail: &str| set.explain("x", &Context::new("u").with("email", mail)).report();
            let told = serde_json::to_string(&trace("secret@acme.example")).unwrap();
            assert!(!told.contains("secret"), "{told}");
            // What somebody else was held against says nothing of them.
            assert!(serde_json::to_string(&trace("x@acme.example")).unwrap().contains("secret"));
        }
    }
}

#[test]
fn numbers_that_are_none_are_held_against_nothing() {
    for test in [
        json!({"before": "2030-01-01T00:00:00Z"}),
        json!({"in": ["NaN", "inf", "0"]}),
        json!({"notIn": ["0", 0]}),
        json!({"lessThan": 5}),
        json!({"matches": "."}),
    ] {
        let mut when = test;
        (when["attribute"], when["coerce"]) = ("n".into(), "lenient".into());
        let set =
            Ruleset::parse(&file(json!({"flags": {"x": on_off(json!([{"when": when, "variant": "on"}]))}}))).unwrap();
        assert_eq!(set.problems(), []);
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let somebody = Context::new("u").with("n", number);
            assert_eq!(set.evaluate("x", &somebody).variant(), Some("off"), "{when} {number}");
            assert_eq!(set.evaluate("x", &Prepared::new(&set, somebody)).variant(), Some("off"), "{when} {number}");
        }
    }
}

#[test]
fn whole_objects_are_seen_from_everywhere() {
    let targeting = json!({"fractional": [{"var": "organisation"}, ["on", 50], ["off", 50]]});
    let flags = json!({"x": {"state": "ENABLED", "variants": {"on": true, "off": false}, "targeting": targeting}});
    let set = Ruleset::parse(&json!({"flags": flags, "fractionalVersion": 3}).to_string()).unwrap();
    let mut variants = std::collections::BTreeSet::new();
    for index in 0..20 {
        let organisation = json!({"name": format!("o-{index}"), "plans": ["pro", index]});
        let somebody = Context::new("u").with("organisation", organisation.clone());
        let found = set.evaluate("x", &somebody).variant().map(str::to_owned);
        variants.insert(found.clone());
        let mut simulation = Simulation::new(&set, &[], None).unwrap();
        simulation.add(&somebody);
        let given = simulation.report().flags[0].variants.iter().find(|one| one.count > 0).unwrap().variant.clone();
        assert_eq!(given, found);
        let body = json!({"context": {"targetingKey": "u", "organisation": organisation}}).to_string();
        let request = ofrep::Request {
            method: "POST",
            path: "/ofrep/v1/evaluate/flags/x",
            body: body.as_bytes(),
            ..Default::default()
        };
        let answer: Value = serde_json::from_str(&ofrep::respond(&set, &request, None).body).unwrap();
        assert_eq!(answer["variant"].as_str().map(str::to_owned), found);
    }
    assert_eq!(variants.len(), 2);
}

#[test]
fn long_circles_are_told_in_short() {
    let name = |index: u32| format!("{:0>240}", index % 2_500);
    let mut flags = serde_json::Map::new();
    for index in 0..2_500 {
        let mut flag = on_off(json!([]));
        flag["prerequisites"] = json!([{"flag": name(index + 1), "variants": ["on"]}]);
        flags.insert(name(index), flag);
    }
    let set = Ruleset::parse(&file(json!({ "flags": flags }))).unwrap();
    assert_eq!(set.problems().len(), 2_500);
    assert!(set.problems().iter().all(|problem| problem.error.message().len() < 4_000));
    assert!(set.problems()[0].error.message().contains("more …"), "{}", set.problems()[0].error);
}

#[test]
fn patterns_have_so_much_room_together() {
    let begun = Instant::now();
    let rule =
        |index: usize| json!({"when": {"attribute": "a", "matches": format!("\\w{{5}}{index}")}, "variant": "on"});
    let flags: serde_json::Map<_, _> =
        (0..300).map(|index| (format!("f{index}"), on_off(json!([rule(index)])))).collect();
    let set = Ruleset::parse(&file(json!({ "flags": flags }))).unwrap();
    let refused = set.problems().iter().filter(|problem| problem.error.code() == ErrorCode::TooLarge).count();
    assert!(refused > 0 && refused == set.problems().len() && refused < 100, "{refused}");
    // The same pattern is ready once; small ones have room by the thousand.
    let small =
        |index: u32| json!({"when": {"attribute": "a", "matches": format!("^user-{index}-[0-9]+$")}, "variant": "on"});
    let of = |count: u32, rule: &dyn Fn(u32) -> Value| on_off((0..count).map(rule).collect());
    let mut flags = serde_json::Map::new();
    for part in 0..10 {
        flags.insert(format!("alike{part}"), of(900, &|_| rule(1)));
        flags.insert(format!("small{part}"), of(900, &|index| small(part * 900 + index)));
    }
    assert_eq!(Ruleset::parse(&file(json!({ "flags": flags }))).unwrap().problems(), []);
    // One flag has no more than about a thousand, for a long text is held against each.
    let set = Ruleset::parse(&file(json!({"flags": {"x": of(1_001, &small)}}))).unwrap();
    assert_eq!(set.problems()[0].error.code(), ErrorCode::TooLarge, "{:?}", set.problems());
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

#[test]
fn long_lists_take_no_more_than_their_length() {
    let begun = Instant::now();
    // Many variants, and each is named; many ranges, none of which overlap.
    let (mut variants, mut split, mut ranges) = (String::new(), String::new(), String::new());
    for index in 0..60_000 {
        let comma = if index == 0 { "" } else { "," };
        write!(variants, r#"{comma}"v{index}": {index}"#).unwrap();
        write!(split, r#"{comma}{{"variant": "v{index}", "weight": 1}}"#).unwrap();
        let from = index * 16;
        write!(ranges, r#"{comma}{{"variant": "v{index}", "from": {from}, "to": {}}}"#, from + 16).unwrap();
    }
    let text = format!(
        r#"{{"version": 1, "flags": {{
            "split": {{"variants": {{{variants}}}, "rules": [{{"split": [{split}]}}]}},
            "ranges": {{"variants": {{{variants}}}, "rules": [{{"ranges": [{ranges}]}}]}}}}}}"#
    );
    let set = Ruleset::parse(&text).unwrap();
    assert_eq!(set.problems(), []);
    assert_eq!(set.evaluate("split", &Context::new("u")).reason(), FlagReason::Split);
    let overlap = text.replacen(r#""from": 32, "to": 48"#, r#""from": 33, "to": 49"#, 1);
    let set = Ruleset::parse(&overlap).unwrap();
    let said = set.problems()[0].error.to_string();
    assert!(said.contains("flags.ranges.rules[0].ranges[3]") && said.contains("`ranges[2]`"), "{said}");
    // Many that ask for what is not there, among many that are.
    let segments: serde_json::Map<_, _> = (0..20_000).map(|index| (format!("s{index}"), json!({}))).collect();
    let asks = on_off(json!([{"when": {"segment": "none"}, "variant": "on"}]));
    let flags: serde_json::Map<_, _> = (0..20_000).map(|index| (format!("f{index}"), asks.clone())).collect();
    let set = Ruleset::parse(&file(json!({"flags": flags, "segments": segments}))).unwrap();
    assert_eq!(set.problems().len(), 20_000);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

#[test]
fn an_evaluation_takes_so_many_steps() {
    // Each segment takes what a segment may; a flag that asks for many of them takes too much.
    let parts: Vec<Value> = (0..1_000).map(|index| json!({"attribute": "a", "equals": index})).collect();
    let segments = json!({"large": {"when": {"any": parts}}});
    let rules = |count: usize| -> Value {
        (0..count).map(|_| json!({"when": {"segment": "large"}, "variant": "on"})).collect()
    };
    let flags = json!({"few": on_off(rules(90)), "many": on_off(rules(110))});
    let set = Ruleset::parse(&file(json!({"flags": flags, "segments": segments}))).unwrap();
    let told: Vec<_> = set.problems().iter().map(|problem| problem.error.path()).collect();
    assert_eq!(told, ["flags.many.rules"]);
    let found = set.evaluate("many", &Context::new("u"));
    assert_eq!((found.reason(), found.error()), (FlagReason::Error, Some(FlagErrorCode::ParseError)));

    // One may ask for a thousand others, and not for more; what is reached by two ways counts once.
    let asks = |count: usize, last: &str| -> Value {
        let mut flag = on_off(json!([{"variant": "on"}]));
        let wanted = |index| json!({"flag": format!("{last}{index}"), "variants": ["on"]});
        flag["prerequisites"] = (0..count).map(wanted).collect();
        flag
    };
    let mut flags = serde_json::Map::new();
    for index in 0..1_500 {
        flags.insert(format!("f{index}"), on_off(json!([{"variant": "on"}])));
    }
    flags.insert("thousand".to_owned(), asks(1_000, "f"));
    flags.insert("more".to_owned(), asks(1_001, "f"));
    // Twenty layers of four, each asking for all below: a trillion ways.
    for layer in 0..20 {
        for index in 0..4 {
            let below =
                if layer == 0 { json!([]) } else { asks(4, &format!("d{}-", layer - 1))["prerequisites"].clone() };
            let mut flag = on_off(json!([{"variant": "on"}]));
            flag["prerequisites"] = below;
            flags.insert(format!("d{layer}-{index}"), flag);
        }
    }
    let set = Ruleset::parse(&file(json!({ "flags": flags }))).unwrap();
    let told: Vec<_> = set.problems().iter().map(|problem| problem.error.path()).collect();
    assert_eq!(told, ["flags.more.prerequisites"]);
    let begun = Instant::now();
    assert!(set.boolean("thousand", &Context::new("u"), false));
    assert!(set.boolean("d19-0", &Context::new("u"), false));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn constants_of_flagd_are_paid_for_each_time() {
    let elements: Vec<u32> = (0..9_000).collect();
    let long = "ü".repeat(30_000);
    let many: Vec<u32> = (0..10_000).collect();
    let bombs = [
        json!({"map": [elements, {"<": [long, long]}]}),
        json!({"map": [elements, {"==": [many, "x"]}]}),
        json!({"map": [elements, {"substr": [long, 0, 1]}]}),
        json!({"map": [elements, {"+": [many]}]}),
        json!({"reduce": [elements, {"cat": [{"var": "accumulator"}, long]}, ""]}),
        json!({"map": [elements, {"map": [elements, {"map": [elements, 1]}]}]}),
        json!({"map": [elements, {"missing": [many]}]}),
        json!({"map": [elements, {"in": [long, {"var": ["long", long]}]}]}),
    ];
    for bomb in bombs {
        let flag = json!({"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on", "targeting": bomb});
        let set = Ruleset::parse(&json!({"flags": {"x": flag}}).to_string()).unwrap();
        let begun = Instant::now();
        let found = set.evaluate("x", &Context::new("u"));
        assert_eq!(found.error(), Some(FlagErrorCode::General));
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?} {}", begun.elapsed(), &bomb.to_string()[..20]);
    }
}

#[test]
fn nesting_fits_on_a_small_stack() {
    // As deep as a flag may be, in each of as many segments as may follow one another, behind as many flags.
    let deep = |inner: Value, levels: usize| (0..levels).fold(inner, |inner, _| json!({ "not": inner }));
    let mut segments = serde_json::Map::new();
    for index in 0..16 {
        let inner = if index == 0 {
            json!({"attribute": "a", "equals": 1})
        } else {
            json!({"segment": format!("s{}", index - 1)})
        };
        segments.insert(format!("s{index}"), json!({"when": deep(inner, 46)}));
    }
    let mut flags = serde_json::Map::new();
    for index in 0..64 {
        let mut flag = on_off(json!([{"when": deep(json!({"segment": "s15"}), 44), "variant": "on"}]));
        if index > 0 {
            flag["prerequisites"] = json!([{"flag": format!("f{}", index - 1), "variants": ["on"]}]);
        }
        flags.insert(format!("f{index}"), flag);
    }
    let text = file(json!({"flags": flags, "segments": segments}));
    let run = move || {
        let set = Ruleset::parse(&text).unwrap();
        assert_eq!(set.problems(), []);
        let somebody = Context::new("u").with("a", 1);
        assert!(set.boolean("f63", &somebody, false));
        assert!(!set.explain("f63", &somebody).report().steps.is_empty());
        assert_eq!(looked_over(&text), Vec::<LintCode>::new());
        let other = text.replace(r#""equals":1"#, r#""equals":2"#);
        assert_eq!(difference(&text, &other).others.len(), 1);
    };
    // What the main thread has where it has least, in a build without optimisation.
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
    let deeper = |levels: usize| {
        let when = deep(json!({"attribute": "a", "equals": 1}), levels);
        Ruleset::parse(&file(json!({"flags": {"x": on_off(json!([{"when": when, "variant": "on"}]))}}))).unwrap()
    };
    assert_eq!(deeper(44).problems(), []);
    let told = deeper(45).problems()[0].error.to_string();
    assert_eq!(told, "`flags.x`: at most 48 objects and lists may lie in one another, found 49");
    // Brackets in texts are none.
    let texts = json!({"attribute": "a", "in": ["[[[[[[[\"[[[[[[[[[[[[[[[[[[\\", "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{"]});
    let flags = json!({"x": on_off(json!([{"when": texts, "variant": "on"}]))});
    assert_eq!(Ruleset::parse(&file(json!({ "flags": flags }))).unwrap().problems(), []);
}

/// The codes of what lint says.
fn looked_over(text: &str) -> Vec<LintCode> {
    let report = lint(&FlagsLintRequest { definitions: text.to_owned(), ..Default::default() }).unwrap();
    let mut codes: Vec<LintCode> = report.findings.into_iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

fn difference(before: &str, after: &str) -> FlagsDiffReport {
    let (before, after) = (before.to_owned(), after.to_owned());
    diff(&FlagsDiffRequest { before, after, ..Default::default() }).unwrap()
}

// Where the time or the steps of these were the square of their size, they would take minutes.

#[test]
fn many_variants_and_ranges_are_compared() {
    const MANY: usize = 10_000;
    let variants: serde_json::Map<_, _> = (0..MANY).map(|index| (format!("v{index}"), index.into())).collect();
    let split = |weight: fn(usize) -> usize| {
        let share = |index| json!({"variant": format!("v{index}"), "weight": weight(index)});
        let shares: Vec<Value> = (0..MANY).map(share).collect();
        file(json!({"flags": {"x": {"variants": variants, "rules": [{"split": shares}]}}}))
    };
    let (even, odd) = (split(|_| 1), split(|index| 1 + index * 7_919 % 3));
    assert_eq!(looked_over(&even), []);
    let report = difference(&even, &odd);
    let least = &report.flags[0].splits[0];
    assert!(0.0 < least.least && least.least < least.share && least.ranges.len() >= MANY, "{}", least.least);

    let ranges = |place: fn(usize) -> usize, twice: bool| {
        let range = |index| {
            json!({"variant": if index % 3 == 0 { "on" } else { "off" }, "from": place(index) * 25,
            "to": place(index) * 25 + 20})
        };
        let ranges: Vec<Value> = (0..MANY).map(range).collect();
        let rules = if twice { json!([{"ranges": ranges}, {"ranges": ranges}]) } else { json!([{"ranges": ranges}]) };
        file(json!({"flags": {"x": on_off(rules)}}))
    };
    let moved = difference(&ranges(|index| index, false), &ranges(|index| index * 7_919 % MANY, false));
    assert!(moved.flags[0].splits[0].least == 0.0 && moved.flags[0].share.is_some());
    assert!(looked_over(&ranges(|index| index, true)).contains(&LintCode::Shadowed));
}

#[test]
fn many_rules_are_compared_as_far_as_that_is_bounded() {
    const MANY: usize = 6_000;
    let is = |index: usize| json!({"attribute": "a", "equals": index});
    let rules = |rule: &dyn Fn(usize) -> Value| -> String {
        let rules: Vec<Value> = (0..MANY).map(rule).collect();
        file(json!({"flags": {"x": on_off(rules.into())}}))
    };
    let each = rules(&|index| json!({"when": is(index), "variant": "on"}));
    assert_eq!(looked_over(&each), [LintCode::NotCompared]);
    let report = lint(&FlagsLintRequest { definitions: each.clone(), ..Default::default() }).unwrap();
    assert_eq!((report.findings.len(), report.findings[0].flag.as_deref()), (1, Some("x")));
    let back = rules(&|index| json!({"when": is(MANY - 1 - index), "variant": "on"}));
    let changes = &difference(&each, &back).flags[0].changes;
    assert_eq!(changes.iter().map(|change| &*change.path).collect::<Vec<_>>(), ["flags.x.rules"]);
    let other = rules(&|index| json!({"when": is(index), "variant": "off"}));
    assert_eq!(difference(&each, &other).flags[0].changes.len(), MANY);
    // Of one bucket each, so that what is taken lies in many pieces.
    let range = |index: usize| json!([{"variant": "on", "from": index * 40, "to": index * 40 + 1}]);
    let pieces = rules(&|index| json!({"ranges": range(index * 7_919 % MANY)}));
    assert_eq!(looked_over(&pieces), [LintCode::SplitDoesNotAddUp]);
    assert_eq!(difference(&pieces, &rules(&|index| json!({"ranges": range(index)}))).flags[0].share, Some(0.0));
    let biased = rules(&|index| match index % 2 {
        0 => json!({"when": is(index), "ranges": range(index)}),
        _ => {
            json!({"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}], "from": "2030-01-01T00:00:00Z"})
        }
    });
    assert_eq!(looked_over(&biased), [LintCode::SplitDoesNotAddUp]);
}

#[test]
fn long_lists_are_compared_as_far_as_that_is_bounded() {
    const MANY: usize = 20_000;
    let names = |prefix: &str| -> Value { (0..MANY).map(|index| format!("{prefix}{index}")).collect() };
    let apart = json!({"all": [{"attribute": "a", "in": names("a")}, {"attribute": "a", "in": names("b")}]});
    assert_eq!(
        looked_over(&file(json!({"flags": {"x": on_off(json!([{"when": apart, "variant": "on"}]))}}))),
        [LintCode::NeverMatches]
    );
    let parts: Vec<Value> = (0..MANY).map(|index| json!({"attribute": "a", "notIn": [index]})).collect();
    // Nested too: what is inside is not looked at again for each level.
    let nested =
        (0..15).fold(json!({ "all": parts }), |inner, _| json!({ "all": [inner, {"attribute": "b", "equals": 1}] }));
    let flags =
        json!({"x": on_off(json!([{"when": {"all": parts}, "variant": "on"}, {"when": nested, "variant": "on"}]))});
    assert!(looked_over(&file(json!({ "flags": flags }))).contains(&LintCode::NotCompared));
    let segments = json!({"s": {"include": names("a"), "exclude": names("a")}});
    let asks = on_off(json!([{"when": {"segment": "s"}, "variant": "on"}]));
    let found = looked_over(&file(json!({"flags": {"x": asks}, "segments": segments})));
    assert_eq!(found, [LintCode::NeverMatches, LintCode::EmptySegment]);
    // Many who ask for one of many variants; many holdouts above many rules; many that nobody shall see.
    let mut flags = serde_json::Map::new();
    for index in 0..10_000 {
        let mut asks = on_off(json!([]));
        asks["prerequisites"] = json!([{"flag": "many", "variants": ["v1"]}]);
        flags.insert(format!("f{index}"), asks);
    }
    let variants: serde_json::Map<_, _> = (0..10_000).map(|index| (format!("v{index}"), index.into())).collect();
    flags.insert("many".to_owned(), json!({"variants": variants, "defaultVariant": "v1"}));
    let held: Vec<String> = (0..10_000).map(|index| format!("h{index}")).collect();
    let holdouts: serde_json::Map<_, _> = held.iter().map(|name| (name.clone(), json!({"percent": 1}))).collect();
    let rule = |index: usize| {
        json!({"when": {"attribute": format!("p{index}.x"), "equals": 1}, "salt": format!("s{index}"),
        "ranges": [{"variant": "on", "from": 0, "to": 1}]})
    };
    let mut rules = on_off((0..10_000).map(rule).collect());
    rules["holdouts"] = held.into();
    flags.insert("rules".to_owned(), rules);
    let private: Vec<String> = (0..20_000).map(|index| format!("p{index}")).collect();
    let text = file(json!({"flags": flags, "holdouts": holdouts, "privateAttributes": private}));
    assert_eq!(looked_over(&text), []);
}

#[test]
fn a_pattern_takes_so_many_steps() {
    let of = |pattern: &str| {
        let flags = json!({"x": on_off(json!([{"when": {"attribute": "a", "matches": pattern}, "variant": "on"}]))});
        Ruleset::parse(&file(json!({ "flags": flags }))).unwrap()
    };
    for (pattern, said) in [
        ("a".repeat(5_000), "a pattern has at most 4096 bytes, found 5000"),
        ("(?:a{0,100}){0,100}b".to_owned(), "a pattern stands for at most 8192 characters when its repetitions are"),
        (r"\pL{1,100}".to_owned(), "a pattern takes at most 262144 bytes when it is made ready"),
        ("(".to_owned(), "expected a regular expression of linear time: unclosed group"),
    ] {
        let set = of(&pattern);
        let error = &set.problems()[0].error;
        assert_eq!((error.code(), error.path()), (ErrorCode::InvalidPattern, "flags.x.rules[0].when.matches"));
        assert!(error.message().starts_with(said), "{error}");
    }
    let addresses: Vec<String> = (0..100).map(|index| format!(r"person-{index}@acme\.example")).collect();
    let real = [
        format!("^(?:{})$", addresses.join("|")),
        r"^[\w.+-]+@[\w-]+\.[\w.]+$".to_owned(),
        r"(?i)mozilla/5\.0 .*(iphone|android|mobile)".to_owned(),
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$".to_owned(),
        r"^https?://([a-z0-9-]+\.)*acme\.example(:\d+)?/".to_owned(),
    ];
    for pattern in &real {
        assert_eq!(of(pattern).problems(), [], "{pattern}");
    }
    // Every place of this one is looked at for each byte.
    let (hard, easy) = (of("[ab]*a[ab]{2000}c"), of("[ab]*a[ab]{20}c"));
    let text = |length: usize| Context::new("u").with("a", "ab".repeat(length / 2) + "c");
    for (set, length, error) in [
        (&hard, 500, None),
        (&hard, 2_000, Some(FlagErrorCode::InvalidContext)),
        (&easy, 40_000, None),
        (&easy, 80_000, Some(FlagErrorCode::InvalidContext)),
    ] {
        let found = set.evaluate("x", &text(length));
        assert_eq!(found.error(), error, "{length}");
        let listed = set.evaluate("x", &Context::new("u").with("a", json!(["b", "ab".repeat(length / 2)])));
        assert_eq!(listed.error(), error, "{length}");
        assert!(set.explain("x", &text(length)).report().error_code == error);
    }
    let said = hard.evaluate("x", &text(2_000)).message().unwrap();
    assert!(said.starts_with("`a` cannot be used: expected a text whose length times that of the pattern"), "{said}");
    // A flag that has many large ones takes too many steps.
    let rule = |_| json!({"when": {"attribute": "a", "matches": "[ab]{2000}"}, "variant": "on"});
    let set = Ruleset::parse(&file(json!({"flags": {"x": on_off((0..1_000).map(rule).collect())}}))).unwrap();
    assert_eq!(set.problems()[0].error.code(), ErrorCode::TooLarge);
}

#[test]
fn what_is_there_twice_is_told() {
    for (text, path) in [
        (r#"{"version": 1, "flags": {"x": {"variants": {"on": true, "on": false}}}}"#, "flags.x.variants"),
        (r#"{"version": 1, "flags": {"x": {"variants": {"on": {"a": 1, "a": 2}}}}}"#, "flags.x.variants.on"),
        (
            r#"{"version": 1, "flags": {"x": {"metadata": {"a": 1, "a": 2}, "variants": {"on": true}}}}"#,
            "flags.x.metadata",
        ),
        (r#"{"version": 1, "flags": {"x": {"variants": {"on": true}, "salt": "a", "salt": "b"}}}"#, "flags.x"),
        (
            r#"{"version": 1, "flags": {"x": {"variants": {"on": true}, "metadata": {"a": null}}}}"#,
            "flags.x.metadata.a",
        ),
    ] {
        let set = Ruleset::parse(text).unwrap();
        let told: Vec<_> = set.problems().iter().map(|problem| problem.error.path()).collect();
        assert_eq!(told, [path], "{text}");
    }
}
