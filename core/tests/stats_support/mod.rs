//! What the statistics tests share: finding files and comparing numbers.
#![allow(dead_code, clippy::disallowed_methods, reason = "each test file uses a part, and tests read files")]

use std::path::PathBuf;

use serde_json::Value;

/// A file of the folder that the variable names, or of its default place beside the repository.
pub(crate) fn outside(variable: &str, default: &str, path: &str) -> Option<Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = std::env::var(variable).map_or_else(|_| root.join(default), |named| root.join(named));
    let Ok(text) = std::fs::read_to_string(root.join(path)) else {
        println!("skipped: no {path} under {}", root.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// A file of `core/tests/references`.
pub(crate) fn reference(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/references").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Numbers of a JSON list.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// The distance relative to the expected value, or absolute where that is 0.
pub(crate) fn error(found: f64, expected: f64) -> f64 {
    if found.to_bits() == expected.to_bits() {
        return 0.0;
    }
    let gap = (found - expected).abs();
    if expected.abs() > 0.0 { gap / expected.abs() } else { gap }
}

/// Fails with both numbers unless they agree.
#[track_caller]
pub(crate) fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let gap = error(found, expected);
    assert!(gap <= tolerance, "{what}: found {found:e}, expected {expected:e}, off by {gap:e}");
}

/// Fails unless both are absent or both agree.
#[track_caller]
pub(crate) fn close_end(found: Option<f64>, expected: &Value, tolerance: f64, what: &str) {
    match (found, expected.as_f64()) {
        (None, None) => {}
        (Some(found), Some(expected)) => close(found, expected, tolerance, what),
        (found, expected) => panic!("{what}: found {found:?}, expected {expected:?}"),
    }
}
