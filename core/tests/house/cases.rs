//! Every error code occurs: in a golden case where a request can cause it, in a test of its own where only a file can.

use std::collections::BTreeSet;

use truenorth::ErrorCode;

use crate::{files, none, read, root};

/// Codes that no JSON request can cause; the tests of the command line name them.
const BY_FILES: [ErrorCode; 8] = [
    ErrorCode::InvalidJson,
    ErrorCode::InvalidUtf8,
    ErrorCode::InvalidPattern,
    ErrorCode::Truncated,
    ErrorCode::Unreadable,
    ErrorCode::UnknownFormat,
    ErrorCode::IncompleteHistory,
    ErrorCode::Cancelled,
];

/// Codes that nothing causes yet (no operation insists on a table or speaks of persons), or that would be a bug.
const NEVER: [ErrorCode; 3] = [ErrorCode::Internal, ErrorCode::Disclosure, ErrorCode::MissingTable];

#[test]
fn every_error_code_has_a_case() {
    let mut in_cases = BTreeSet::new();
    let mut complaints = Vec::new();
    for path in files(&root().join("core/tests/cases"), &[".json"]) {
        let case: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
        if let Some(code) = case["error"]["code"].as_str() {
            in_cases.insert(code.to_owned());
        }
    }
    let tests: String = files(&root().join("core/cli/tests"), &[".rs"]).iter().map(|path| read(path)).collect();
    for code in ErrorCode::ALL {
        let word = code.as_str();
        let named = tests.contains(&format!("ErrorCode::{code:?}"));
        let complaint = match (BY_FILES.contains(code), NEVER.contains(code), in_cases.contains(word)) {
            (true, _, false) if !named => "occurs in no test of the command line",
            (true, _, true) => "occurs in a golden case: take it off the list of those that cannot",
            (_, true, true) => "occurs in a golden case: take it off the list of those that never do",
            (false, false, false) => "occurs in no golden case",
            _ => continue,
        };
        complaints.push(format!("`{word}` {complaint}"));
    }
    none(&complaints);
}
