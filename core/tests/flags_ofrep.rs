//! The remote evaluation protocol, by its words: statuses, bodies, validators; and that nothing makes it panic or talk.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![cfg(feature = "flags")]

use proptest::prelude::*;
use serde_json::{Value, json};
use truenorth::flags::ofrep::{LONGEST_BODY, Request, Response, respond};
use truenorth::flags::{FlagSet, Ruleset};
use truenorth::ground::time::Time;

fn set(theme: &str) -> Ruleset {
    let file = json!({
        "version": 1,
        "privateAttributes": ["email", "iban"],
        "flags": {
            "a/b ü": {"variants": {"on": true}, "defaultVariant": "on"},
            "broken": {"variants": {"on": true}, "defaultVariant": "missing"},
            "by-email": {"variants": {"on": true, "off": false}, "defaultVariant": "off", "unit": "iban",
                "rules": [
                    {"when": {"attribute": "email", "endsWith": ["@acme.example"]}, "variant": "on"},
                    {"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]},
                ]},
            "disabled": {"state": "DISABLED", "variants": {"on": true}, "defaultVariant": "on"},
            "growing": {"variants": {"on": true, "off": false}, "defaultVariant": "off",
                "rules": [{"from": "2026-01-01T00:00:00Z", "variant": "on"}]},
            "limits": {"variants": {"all": {"seats": 25}}, "defaultVariant": "all", "metadata": {"team": "shop", "level": 2}},
            "no-default": {"variants": {"on": true}},
            "theme": {"variants": {"dark": "dark", "light": "light"}, "defaultVariant": theme,
                "rules": [{"when": {"attribute": "plan.name", "equals": "pro"}, "variant": "dark"}]},
        },
    });
    Ruleset::parse(&file.to_string()).unwrap()
}

fn at(time: &str) -> Time {
    Time::parse(time).unwrap()
}

fn post(flags: &Ruleset, path: &str, body: &str, if_none_match: Option<&str>) -> Response {
    respond(
        flags,
        &Request { method: "POST", path, if_none_match, body: body.as_bytes() },
        Some(at("2025-06-01T00:00:00Z")),
    )
}

fn one(key: &str, body: &Value) -> (u16, Value) {
    let response = post(&set("light"), &format!("/ofrep/v1/evaluate/flags/{key}"), &body.to_string(), None);
    (response.status, serde_json::from_str(&response.body).unwrap())
}

fn etag(response: &Response) -> String {
    response.headers.iter().find(|(name, _)| *name == "etag").unwrap().1.clone()
}

const ALL: &str = "/ofrep/v1/evaluate/flags";

#[test]
fn one_flag() {
    let pro = json!({"context": {"targetingKey": "user-1", "plan": {"name": "pro"}}});
    let cases = [
        ("theme", json!({"key": "theme", "value": "dark", "reason": "TARGETING_MATCH", "variant": "dark"})),
        (
            "limits",
            json!({"key": "limits", "value": {"seats": 25}, "reason": "STATIC", "variant": "all",
                "metadata": {"team": "shop", "level": 2}}),
        ),
        ("a%2Fb%20%C3%BC", json!({"key": "a/b ü", "value": true, "reason": "STATIC", "variant": "on"})),
        ("theme?x=1", json!({"key": "theme", "value": "dark", "reason": "TARGETING_MATCH", "variant": "dark"})),
        // No value: the caller's default (ADR 0006).
        ("disabled", json!({"key": "disabled", "reason": "DISABLED"})),
        ("no-default", json!({"key": "no-default", "reason": "STATIC"})),
    ];
    for (key, expected) in cases {
        assert_eq!(one(key, &pro), (200, expected), "{key}");
    }
    assert_eq!(one("theme", &json!({})).1["value"], "light", "the context may be missing");
    assert_eq!(post(&set("light"), "/ofrep/v1/evaluate/flags/theme", "", None).status, 200, "and the body");
}

#[test]
fn what_is_wrong_has_key_and_code() {
    let nobody = json!({"context": {}});
    let coded = |key: &str, body: &Value| {
        let (status, answer) = one(key, body);
        assert!(answer["errorDetails"].is_string(), "{answer}");
        (status, answer["key"].as_str().map(str::to_owned), answer["errorCode"].as_str().unwrap().to_owned())
    };
    let of = |key: &str, status, code: &str| (status, Some(key.to_owned()), code.to_owned());
    assert_eq!(coded("missing", &nobody), of("missing", 404, "FLAG_NOT_FOUND"));
    assert_eq!(coded("broken", &nobody), of("broken", 400, "PARSE_ERROR"));
    assert_eq!(coded("by-email", &nobody), of("by-email", 400, "TARGETING_KEY_MISSING"));
    assert_eq!(coded("by-email", &json!({"context": {"iban": 1.5}})), of("by-email", 400, "INVALID_CONTEXT"));
    assert_eq!(coded("theme", &json!({"context": 3})), of("theme", 400, "INVALID_CONTEXT"));
    assert_eq!(coded("theme", &json!([])), of("theme", 400, "PARSE_ERROR"));
    assert_eq!(coded("%ff", &nobody), of("%ff", 400, "PARSE_ERROR"));
    assert_eq!(coded("%2", &nobody), of("%2", 400, "PARSE_ERROR"));

    let flags = set("light");
    let bulk: Value = serde_json::from_str(&post(&flags, ALL, "{\"context\": {", None).body).unwrap();
    assert_eq!(bulk["errorCode"], "PARSE_ERROR");
    assert!(bulk.get("key").is_none(), "{bulk}");
    let long = format!("{{\"x\": \"{}\"}}", "x".repeat(LONGEST_BODY));
    let refused = post(&flags, ALL, &long, None);
    assert_eq!((refused.status, refused.body.contains("INVALID_CONTEXT")), (400, true));
    let deep = format!("{{\"context\": {{\"a\": {}", "[".repeat(100_000));
    assert_eq!(post(&flags, ALL, &deep, None).status, 400);

    let other = |method: &str, path: &str| respond(&flags, &Request { method, path, ..Default::default() }, None);
    assert_eq!(other("GET", ALL).status, 405);
    assert!(other("GET", ALL).headers.contains(&("allow", "POST".to_owned())));
    assert_eq!(other("POST", "/ofrep/v1/evaluate/flagsy").status, 404);
    assert_eq!(other("GET", "/ofrep/v1/configuration").status, 404, "0.2 has no such thing any more");
}

#[test]
fn all_flags_in_order_and_what_is_wrong_among_them() {
    let response = post(&set("light"), ALL, &json!({"context": {"targetingKey": "user-1"}}).to_string(), None);
    assert_eq!(response.status, 200);
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let flags = body["flags"].as_array().unwrap();
    let keys: Vec<&str> = flags.iter().map(|flag| flag["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["a/b ü", "broken", "by-email", "disabled", "growing", "limits", "no-default", "theme"]);
    assert_eq!(flags[1]["errorCode"], "PARSE_ERROR");
    assert_eq!(flags[2]["errorCode"], "TARGETING_KEY_MISSING");
    assert!(flags[3].get("value").is_none());
    assert_eq!(flags[5]["value"], json!({"seats": 25}));
}

#[test]
fn the_etag_is_of_the_answer() {
    let (light, dark) = (set("light"), set("dark"));
    let free = json!({"context": {"targetingKey": "user-1"}}).to_string();
    let pro = json!({"context": {"targetingKey": "user-1", "plan": {"name": "pro"}}}).to_string();
    let first = post(&light, ALL, &free, None);
    let tag = etag(&first);
    // Computed by Python's hashlib from the body written by hand: the same in every process, on every machine.
    assert_eq!(tag, "\"102163549fe9fce172c550e5a72d72a5\"");
    assert_eq!(tag, etag(&post(&set("light"), ALL, &free, None)), "read again");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\" , {tag}"), "*".to_owned()] {
        let same = post(&light, ALL, &free, Some(&known));
        assert_eq!((same.status, &*same.body, etag(&same)), (304, "", tag.clone()), "{known}");
    }
    for known in ["", "\"other\"", tag.trim_matches('"')] {
        assert_eq!(post(&light, ALL, &free, Some(known)).status, 200, "{known}");
    }
    assert_eq!(post(&dark, ALL, &free, Some(&tag)).status, 200, "other rules");
    assert_eq!(post(&light, ALL, &pro, Some(&tag)).status, 200, "somebody else");
    let later = Request { method: "POST", path: ALL, if_none_match: Some(&tag), body: free.as_bytes() };
    assert_eq!(respond(&light, &later, Some(at("2026-06-01T00:00:00Z"))).status, 200, "later");
    // Whoever guesses at a private attribute learns no more from it than from the values.
    let guess = |email: &str| {
        let body = json!({"context": {"targetingKey": "user-1", "email": email, "iban": "x"}}).to_string();
        etag(&post(&light, ALL, &body, None))
    };
    assert_eq!(guess("a@example.org"), guess("b@example.org"));
}

#[test]
fn nothing_is_recorded() {
    let flags = FlagSet::from(set("light")).record_exposures(100);
    let body = json!({"context": {"targetingKey": "user-1", "iban": "x"}}).to_string();
    post(&flags.rules(), ALL, &body, None);
    post(&flags.rules(), "/ofrep/v1/evaluate/flags/by-email", &body, None);
    assert_eq!(flags.exposures().unwrap().take(), []);
}

#[test]
fn a_changed_flag_and_those_that_ask_for_it_are_named() {
    let file = |colour: &str, gate: &str, plan: &str| {
        let flags = json!({
            "version": 1,
            "segments": {"paying": {"when": {"attribute": "plan", "equals": plan}}},
            "flags": {
                "colour": {"variants": {"c": colour}, "defaultVariant": "c"},
                "gate": {"variants": {"on": true, "off": false}, "defaultVariant": gate},
                "inner": {"variants": {"on": true}, "prerequisites": [{"flag": "gate", "variants": ["on"]}]},
                "outer": {"variants": {"on": true}, "prerequisites": [{"flag": "inner", "variants": ["on"]}]},
            },
        });
        Ruleset::parse(&flags.to_string()).unwrap()
    };
    let old = file("red", "off", "pro");
    let none: [&str; 0] = [];
    assert_eq!(file("red", "off", "pro").changes_since(&old), none);
    assert_eq!(old.changes_since(&old), none);
    assert_eq!(file("blue", "off", "pro").changes_since(&old), ["colour"]);
    assert_eq!(file("red", "on", "pro").changes_since(&old), ["gate", "inner", "outer"]);
    assert_eq!(file("red", "off", "free").changes_since(&old), ["colour", "gate", "inner", "outer"]);
    let fewer = Ruleset::parse(r#"{"version": 1, "flags": {"new": {"variants": {"on": true}}}}"#).unwrap();
    assert_eq!(fewer.changes_since(&old), ["colour", "gate", "inner", "new", "outer"]);
}

/// Paths that come near, and bodies that come near JSON.
fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "/ofrep/v1/evaluate/flags[/%a-z0-9?]{0,12}",
        prop::sample::select(vec!["theme", "by-email", "broken"]).prop_map(|key| format!("{ALL}/{key}")),
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<Vec<u8>>(),
        "[\\[{\"a:1,e.\\-\\\\u]{0,40}".prop_map(String::into_bytes),
        (any::<String>(), any::<f64>(), any::<i64>()).prop_map(|(text, number, whole)| {
            json!({"context": {"iban": text, "plan": {"name": [number, whole]}}}).to_string().into_bytes()
        }),
    ]
}

proptest! {
    #[test]
    fn it_never_panics_and_always_answers_json(
        method in prop_oneof![Just("POST".to_owned()), any::<String>()],
        path in path(),
        if_none_match in any::<Option<String>>(),
        body in body(),
    ) {
        let flags = set("light");
        let request = Request { method: &method, path: &path, if_none_match: if_none_match.as_deref(), body: &body };
        let response = respond(&flags, &request, Some(at("2025-06-01T00:00:00Z")));
        prop_assert!([200, 304, 400, 404, 405].contains(&response.status));
        if response.status == 304 {
            prop_assert_eq!(&response.body, "");
        } else {
            let answer: Value = serde_json::from_str(&response.body).unwrap();
            prop_assert_eq!(answer.get("errorDetails").is_some(), response.status != 200);
        }
    }

    #[test]
    fn what_is_private_is_never_said(secret in "[A-Z]{12}", shape in 0..6_usize) {
        let body = match shape {
            0 => json!({"context": {"email": secret, "iban": [secret]}}).to_string(),
            1 => json!({"context": {"email": {"x": secret}, "iban": {"x": secret}}}).to_string(),
            2 => json!({"context": secret}).to_string(),
            3 => json!([secret]).to_string(),
            4 => format!("{{\"context\": {{\"email\": \"{secret}\""),
            _ => format!("{{\"context\": {{\"email\": {secret}}}}}"),
        };
        let flags = set("light");
        for path in [ALL, "/ofrep/v1/evaluate/flags/by-email", "/ofrep/v1/evaluate/flags/broken"] {
            let response = post(&flags, path, &body, None);
            prop_assert!(!response.body.contains(&secret), "{}", response.body);
        }
    }
}
