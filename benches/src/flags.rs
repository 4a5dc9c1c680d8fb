//! The flag that everybody is measured by: three conditions and an even split, asked for people of five attributes.

use std::fmt::Write as _;
use std::hint::black_box;

use serde_json::{Value, json};

use crate::usage;

/// How many people are asked for, one after another.
pub const PEOPLE: usize = 1000;
/// How often each thing is measured; the middle one counts.
const ROUNDS: usize = 9;
/// How long each time, in seconds of the processor.
const ROUND: f64 = 0.25;

/// One of the flags.
pub fn name(index: usize) -> String {
    format!("new-portal-nav-{index}")
}

/// A file of so many flags, all alike.
pub fn file(flags: usize) -> String {
    let flag = json!({
        "variants": {"on": true, "off": false},
        "defaultVariant": "off",
        "rules": [{
            "when": {"all": [
                {"attribute": "country", "in": ["US", "CA", "GB"]},
                {"attribute": "plan", "equals": "enterprise"},
                {"attribute": "seats", "atLeast": 10},
            ]},
            "split": [{"variant": "on", "weight": 50}, {"variant": "off", "weight": 50}],
        }],
    });
    let mut text = String::from(r#"{"version": 1, "flags": {"#);
    for index in 0..flags {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n\"{}\": {flag}", name(index));
    }
    text.push_str("}}");
    text
}

/// Somebody of whom all conditions are true.
pub fn person(index: usize) -> Value {
    json!({"targetingKey": format!("user-{index}"), "country": "CA", "plan": "enterprise", "seats": 25, "beta": true})
}

/// What one call costs, in nanoseconds of the processor: the middle of nine rounds, after one that does not count.
pub fn cost<T>(mut call: impl FnMut(usize) -> T) -> f64 {
    let mut round = |calls: usize| {
        let begun = usage::now().cpu;
        for turn in 0..calls {
            black_box(call(turn));
        }
        usage::now().cpu - begun
    };
    let mut calls = 8;
    while round(calls) < ROUND / 4.0 {
        calls *= 2;
    }
    calls *= 4;
    let mut taken: Vec<f64> = (0..ROUNDS).map(|_| round(calls) / calls as f64 * 1e9).collect();
    taken.sort_by(f64::total_cmp);
    taken[ROUNDS / 2]
}
