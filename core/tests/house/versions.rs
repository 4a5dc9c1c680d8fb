//! One version for the crates, the wheel and the npm package, and a changelog that knows it.

use crate::{none, read, root};

/// The version of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The value of the first `key = "value"` or `"key": "value"` in a text.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let rest = line.trim().trim_start_matches('"').strip_prefix(key)?;
        let rest = rest.trim_start_matches('"').trim_start().trim_start_matches(['=', ':']).trim_start();
        rest.strip_prefix('"')?.split('"').next()
    })
}

#[test]
fn all_version_numbers_agree() {
    let mut complaints = Vec::new();
    for name in ["Cargo.toml", "core/openfeature/Cargo.toml"] {
        let cargo = read(&root().join(name));
        for line in cargo.lines().filter(|line| line.starts_with("truenorth") && line.contains("path =")) {
            if !line.contains(&format!("version = \"{VERSION}\"")) {
                complaints.push(format!("{name}: `{line}` is not of version {VERSION}"));
            }
        }
    }
    for name in ["bindings-python/pyproject.toml", "bindings-node/package.json", "bindings-node/package-lock.json"] {
        let path = root().join(name);
        if !path.is_file() {
            continue;
        }
        let text = read(&path);
        let dynamic = text.lines().any(|line| line.starts_with("dynamic") && line.contains("\"version\""));
        match value(&text, "version") {
            Some(found) if found != VERSION => complaints.push(format!("{name} has version {found}, not {VERSION}")),
            // maturin takes the version from Cargo.toml when pyproject.toml says so.
            None if !dynamic => complaints.push(format!("{name} has no version")),
            _ => {}
        }
    }
    let changelog = read(&root().join("CHANGELOG.md"));
    if !changelog.contains(&format!("## [{VERSION}]")) && !changelog.contains("## [Unreleased]") {
        complaints.push(format!("CHANGELOG.md has no heading for {VERSION}"));
    }
    none(&complaints);
}

#[test]
fn values_are_found_in_toml_and_json() {
    assert_eq!(value("[project]\nversion = \"1.2.3\"\n", "version"), Some("1.2.3"));
    assert_eq!(value("{\n  \"name\": \"x\",\n  \"version\": \"1.2.3\",\n", "version"), Some("1.2.3"));
    assert_eq!(value("dynamic = [\"version\"]", "version"), None);
}
