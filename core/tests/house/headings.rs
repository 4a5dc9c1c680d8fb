//! Docs of public calculations say definition, units, errors, example and source, in this order.

use crate::{files, none, read, root, shown};

/// The headings, in the order in which they come.
const ORDER: [&str; 5] = ["# Definition", "# Units", "# Errors", "# Example", "# Source"];

/// A public function's name, the headings of its docs, and whether it is a method.
fn functions(code: &str) -> Vec<(String, Vec<String>, bool)> {
    let mut found = Vec::new();
    let mut headings = Vec::new();
    let mut is_code = false;
    for line in code.lines() {
        let inside = line.trim_start();
        if let Some(doc) = inside.strip_prefix("///") {
            let doc = doc.trim();
            is_code ^= doc.starts_with("```");
            // In an example `# ` hides a line.
            if doc.starts_with("# ") && !is_code {
                headings.push(doc.to_owned());
            }
        } else if let Some(rest) = inside.strip_prefix("pub fn ").or_else(|| inside.strip_prefix("pub const fn ")) {
            let name = rest.split(['(', '<']).next().unwrap_or_default().to_owned();
            found.push((name, std::mem::take(&mut headings), line.len() > inside.len()));
        } else if !inside.starts_with("#[") {
            headings.clear();
        }
    }
    found
}

#[test]
fn headings_come_in_their_order() {
    let mut complaints = Vec::new();
    let mut seen = 0;
    for path in files(&root().join("core/src"), &[".rs"]) {
        for (name, headings, _) in functions(&read(&path)) {
            let places: Vec<Option<usize>> =
                headings.iter().map(|heading| ORDER.iter().position(|known| known == heading)).collect();
            seen += places.len();
            if places.contains(&None) {
                complaints.push(format!("{}: `{name}` has a heading of its own: {headings:?}", shown(&path)));
            } else if !places.is_sorted() {
                complaints.push(format!("{}: `{name}` has its headings in another order: {headings:?}", shown(&path)));
            }
        }
    }
    assert!(seen > 50, "headings are not seen any more: {seen}");
    none(&complaints);
}

#[test]
fn a_definition_comes_with_all_the_rest() {
    let mut complaints = Vec::new();
    let mut seen = 0;
    for path in files(&root().join("core/src/stats"), &[".rs"]) {
        for (name, headings, is_method) in functions(&read(&path)) {
            if is_method || !headings.iter().any(|heading| heading == "# Definition") {
                continue;
            }
            seen += 1;
            if headings != ORDER {
                complaints.push(format!("{}: `{name}` has {headings:?}, not {ORDER:?}", shown(&path)));
            }
        }
    }
    assert!(seen > 15, "definitions are not seen any more: {seen}");
    none(&complaints);
}

#[test]
fn what_a_room_is_asked_says_everything() {
    let mut complaints = Vec::new();
    for room in crate::floors::rooms() {
        let measure = root().join("core/src").join(room).join("measure.rs");
        if !measure.is_file() {
            continue;
        }
        for (name, headings, _) in functions(&read(&measure)) {
            if headings != ORDER {
                complaints.push(format!("{}: `{name}` has {headings:?}, not {ORDER:?}", shown(&measure)));
            }
        }
    }
    none(&complaints);
}
