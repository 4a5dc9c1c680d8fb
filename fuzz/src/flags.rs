//! Files of flags and those whom they are evaluated for.

use serde_json::{Map, Value, json};
use truenorth::flags::{Context, FlagErrorCode, FlagReason, FlagsLintRequest, Prepared, Ruleset, lint};
use truenorth::ground::time::Time;

use super::made::Bytes;
use super::tables::told;

/// Any text as a file: each flag of it is evaluated for somebody and for nobody.
pub fn compile(bytes: &[u8]) {
    let (Ok(text), true) = (std::str::from_utf8(bytes), bytes.len() <= 8192) else { return };
    let set = match Ruleset::parse(text) {
        Ok(set) => set,
        Err(error) => return told(&error, bytes),
    };
    let asked = FlagsLintRequest { definitions: text.to_owned(), ..FlagsLintRequest::default() };
    let looked_over = lint(&asked).unwrap();
    assert!(set.problems().is_empty() || looked_over.errors > 0);
    for problem in set.problems() {
        told(&problem.error, bytes);
        assert!(problem.flag.as_deref().is_none_or(|flag| set.handle(flag).is_some()));
    }
    let somebody =
        json!({"targetingKey": "user-1", "plan": "pro", "seats": 3, "tags": ["a", {"b": 1}], "x": {"y": "z"}});
    agreed(&set, &somebody);
    agreed(&set, &json!({}));
}

/// An expression of JSONLogic on the lines below a context.
pub fn flagd(bytes: &[u8]) {
    let (Ok(text), true) = (std::str::from_utf8(bytes), bytes.len() <= 8192) else { return };
    let (context, targeting) = text.split_once('\n').unwrap_or(("{}", text));
    let Ok(targeting) = serde_json::from_str::<Value>(targeting) else { return };
    let context = serde_json::from_str(context).unwrap_or_else(|_| json!({"targetingKey": context}));
    let file = |version: u32, targeting: &Value| {
        let variants = json!({"true": "a", "false": "b", "1": "c", "on": "d", "off": "e"});
        let flag = json!({"state": "ENABLED", "variants": variants, "defaultVariant": "off", "targeting": targeting});
        let evaluators = json!({"named": {"==": [{"var": "plan"}, "pro"]}, "other": {"!": {"$ref": "named"}}});
        json!({"flags": {"x": flag}, "$evaluators": evaluators, "fractionalVersion": version}).to_string()
    };
    for version in 1..=3 {
        let Ok(set) = Ruleset::parse(&file(version, &targeting)) else { return };
        agreed(&set, &context);
        let found = set.evaluate("x", &somebody(&context));
        match found.reason() {
            FlagReason::TargetingMatch | FlagReason::Default | FlagReason::Static => assert!(found.variant().is_some()),
            FlagReason::Error => assert!(matches!(
                found.error(),
                Some(FlagErrorCode::ParseError | FlagErrorCode::General | FlagErrorCode::InvalidContext)
            )),
            other => panic!("{other:?}"),
        }
        // What is true is not false: the same expression, asked as a condition and turned round.
        let chosen = |truth: Value| {
            let set = Ruleset::parse(&file(version, &json!({"if": [truth, "on", "off"]}))).unwrap();
            set.evaluate("x", &somebody(&context)).variant().map(str::to_owned)
        };
        let (yes, no) = (chosen(targeting.clone()), chosen(json!({"!": [targeting.clone()]})));
        assert!(yes != no || yes.is_none(), "{yes:?}");
    }
}

/// A file of our own format made from bytes, and some whom it is evaluated for.
pub fn evaluate(bytes: &[u8]) {
    if bytes.len() > 4096 {
        return;
    }
    let mut bytes = Bytes { rest: bytes, tied: false };
    let file = file(&mut bytes);
    let set = Ruleset::parse(&file.to_string()).unwrap();
    for _ in 0..4 {
        let context = context(&mut bytes);
        agreed(&set, &context);
        for name in set.names() {
            without_what_gives_nothing(&file, &set, name, &context);
        }
    }
}

/// Rules above the one that decides may go, and nothing changes.
fn without_what_gives_nothing(file: &Value, set: &Ruleset, name: &str, context: &Value) {
    let found = set.evaluate(name, &somebody(context));
    let Some(index) =
        found.rule().and_then(|rule| rule.strip_prefix("rules[")?.strip_suffix(']')?.parse::<usize>().ok())
    else {
        return;
    };
    let mut file = file.clone();
    let Some(Value::Array(rules)) = file.pointer_mut(&format!("/flags/{name}/rules")) else { return };
    rules.drain(..index.min(rules.len()));
    let fewer = Ruleset::parse(&file.to_string()).unwrap();
    let again = fewer.evaluate(name, &somebody(context));
    assert_eq!((again.variant(), again.reason()), (found.variant(), found.reason()), "{name}");
}

fn somebody(context: &Value) -> Context {
    let mut made = Context::default().at(Time::parse("2026-01-01T00:00:00Z").unwrap());
    for (name, value) in context.as_object().into_iter().flatten() {
        made.set(name.clone(), value.clone());
    }
    made
}

/// All ways to ask say the same, and say it twice.
fn agreed(set: &Ruleset, context: &Value) {
    let context = somebody(context);
    let prepared = Prepared::new(set, context.clone());
    for (name, found) in set.evaluate_all(&context) {
        let report = found.report(name);
        assert_eq!(set.evaluate(name, &prepared).report(name), report);
        let trace = set.explain(name, &context).report();
        assert_eq!(
            (&trace.variant, trace.reason, trace.error_code),
            (&report.variant, report.reason, report.error_code)
        );
        assert_eq!(report.value.is_some(), report.variant.is_some());
        assert_eq!(report.reason == FlagReason::Error, report.error_code.is_some());
        assert!(!trace.sentences.is_empty());
        serde_json::to_string(&trace).unwrap();
    }
}

const NAMES: [&str; 4] = ["plan", "seats", "app.version", "targetingKey"];

fn value(bytes: &mut Bytes<'_>) -> Value {
    match bytes.next() % 10 {
        0 => Value::Null,
        1 => true.into(),
        2 => (i64::from(bytes.next()) - 100).into(),
        3 => (f64::from(bytes.next()) / 8.0).into(),
        4 => format!("1.{}.0", bytes.next() % 4).into(),
        5 => format!("user-{}", bytes.next()).into(),
        6 => "2026-01-01T00:00:00Z".into(),
        7 => "10.0.0.1".into(),
        8 => json!(["pro", bytes.next(), null]),
        _ => ["pro", "free", "", "true"][usize::from(bytes.next() % 4)].into(),
    }
}

fn context(bytes: &mut Bytes<'_>) -> Value {
    let mut found = Map::new();
    for name in ["plan", "seats", "targetingKey"] {
        if !bytes.next().is_multiple_of(8) {
            found.insert(name.to_owned(), value(bytes));
        }
    }
    found.insert("app".to_owned(), json!({"version": value(bytes)}));
    found.into()
}

fn condition(bytes: &mut Bytes<'_>, depth: u8) -> Value {
    let several =
        |bytes: &mut Bytes<'_>| (0..1 + bytes.next() % 3).map(|_| condition(bytes, depth + 1)).collect::<Vec<_>>();
    match bytes.next() % 12 {
        0 if depth < 4 => json!({"all": several(bytes)}),
        1 if depth < 4 => json!({"any": several(bytes)}),
        2 if depth < 4 => json!({"not": condition(bytes, depth + 1)}),
        3 => json!({"segment": "beta"}),
        kind => {
            let tests = [
                json!({"equals": "pro"}),
                json!({"in": ["pro", 3, true]}),
                json!({"notIn": ["free", 7]}),
                json!({"startsWith": ["user-1", "p"]}),
                json!({"matches": "^user-[0-9]+$"}),
                json!({"atLeast": bytes.next()}),
                json!({"before": "2026-01-01T00:00:01Z"}),
                json!({"version": {"atLeast": "1.2.0"}}),
                json!({"inNetwork": ["10.0.0.0/8"]}),
                json!({"present": bytes.next().is_multiple_of(2)}),
            ];
            let mut test = tests[usize::from(kind) % tests.len()].clone();
            test["attribute"] = NAMES[usize::from(bytes.next()) % NAMES.len()].into();
            match bytes.next() % 4 {
                0 if test.get("present").is_none() => test["ifMissing"] = true.into(),
                1 if test.get("present").is_none() => test["coerce"] = "lenient".into(),
                _ => {}
            }
            test
        }
    }
}

fn file(bytes: &mut Bytes<'_>) -> Value {
    let mut flags = Map::new();
    for index in 0..1 + bytes.next() % 4 {
        let mut rules = Vec::new();
        for _ in 0..bytes.next() % 4 {
            let mut rule = match bytes.next() % 4 {
                0 => json!({"variant": "on"}),
                1 => {
                    let (on, off) = (bytes.next(), bytes.next());
                    json!({"split": [{"variant": "on", "weight": on}, {"variant": "off", "weight": u16::from(off) + 1}]})
                }
                2 => json!({"ranges": [{"variant": "on", "from": 0, "to": u32::from(bytes.next()) * 3900 + 1}]}),
                _ => json!({"rollout": {"variant": "on", "growth": "linear", "steps": [
                    {"at": "2025-12-01T00:00:00Z", "percent": bytes.next() % 50},
                    {"at": "2026-02-01T00:00:00Z", "percent": 50 + bytes.next() % 50},
                ]}}),
            };
            if !bytes.next().is_multiple_of(3) {
                rule["when"] = condition(bytes, 0);
            }
            rules.push(rule);
        }
        let mut flag = json!({"variants": {"on": true, "off": false}, "rules": rules});
        let kind = bytes.next();
        if kind.is_multiple_of(2) {
            flag["defaultVariant"] = "off".into();
        }
        if kind.is_multiple_of(3) && index > 0 {
            flag["prerequisites"] = json!([{"flag": format!("f{}", index - 1), "variants": ["on"]}]);
        }
        if kind.is_multiple_of(5) {
            flag["overrides"] = json!([{"units": ["user-1", "user-2"], "variant": "on"}]);
        }
        if kind.is_multiple_of(7) {
            flag["holdouts"] = json!(["some"]);
        }
        flags.insert(format!("f{index}"), flag);
    }
    let segments = json!({"beta": {"include": ["user-1"], "exclude": ["user-3"], "when": condition(bytes, 2)}});
    // A segment that asks for itself is told, and so are the flags that ask for it.
    json!({"version": 1, "flags": flags, "segments": segments, "holdouts": {"some": {"percent": bytes.next() % 101}}})
}
