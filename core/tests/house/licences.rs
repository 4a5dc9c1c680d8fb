//! What is linked may be shipped: every licence is one that `deny.toml` allows, also where cargo-deny is not installed.

use std::collections::BTreeMap;
use std::process::Command;

use crate::{none, read, root};

/// Every crate that is built on this machine, tests included, with its licence.
fn licences() -> BTreeMap<String, String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--edges", "normal,build,dev", "--prefix", "none", "--offline"])
        .args(["--format", "{p}|{l}|"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let parts = text.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    parts.filter(|parts| parts.len() > 1).map(|parts| (parts[0].to_owned(), parts[1].to_owned())).collect()
}

/// Whether an SPDX expression can be met with licences that are allowed. Some crates still write `/` for `OR`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "+");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let allowed: Vec<String> = allowed.iter().map(|one| one.replace(" WITH ", "+")).collect();
    let (met, end) = either(&words, 0, &allowed);
    met && end == words.len()
}

fn either(words: &[&str], at: usize, allowed: &[String]) -> (bool, usize) {
    let (mut met, mut at) = both(words, at, allowed);
    while words.get(at) == Some(&"OR") {
        let (other, end) = both(words, at + 1, allowed);
        (met, at) = (met || other, end);
    }
    (met, at)
}

fn both(words: &[&str], at: usize, allowed: &[String]) -> (bool, usize) {
    let (mut met, mut at) = one(words, at, allowed);
    while words.get(at) == Some(&"AND") {
        let (other, end) = one(words, at + 1, allowed);
        (met, at) = (met && other, end);
    }
    (met, at)
}

fn one(words: &[&str], at: usize, allowed: &[String]) -> (bool, usize) {
    if words.get(at) == Some(&"(") {
        let (met, end) = either(words, at + 1, allowed);
        return (met, end + 1);
    }
    (words.get(at).is_some_and(|word| allowed.iter().any(|one| one == word)), at + 1)
}

#[test]
fn every_licence_is_allowed() {
    let deny = read(&root().join("deny.toml"));
    let list = deny.lines().find_map(|line| line.strip_prefix("allow = [")?.strip_suffix(']')).unwrap();
    let allowed: Vec<&str> = list.split(',').map(|word| word.trim().trim_matches('"')).collect();
    let found = licences();
    assert!(found.len() > 100, "cargo tree is not understood any more: {found:?}");
    let mut complaints = Vec::new();
    for (name, licence) in &found {
        if !is_allowed(licence, &allowed) {
            complaints.push(format!("{name} is under `{licence}`, which deny.toml does not allow"));
        }
    }
    none(&complaints);
}

#[test]
fn expressions_are_understood() {
    let allowed = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"];
    for (expression, met) in [
        ("MIT", true),
        ("Apache-2.0/MIT", true),
        ("(Apache-2.0 OR MIT) AND Unicode-3.0", true),
        ("(Apache-2.0 OR MIT) AND GPL-3.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-3.0 AND MIT OR MIT AND Unicode-3.0", true),
        ("Apache-2.0", false),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), met, "{expression}");
    }
}
