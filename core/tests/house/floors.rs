//! An import only goes down; rooms on one floor never look sideways; inside the desk arrows run left to right.

use std::path::Path;

use crate::{files, none, read, root, shown, words};

/// Floors from the ground up; each name is a module of the crate.
const FLOORS: [&[&str]; 5] = [
    &["ground"],
    &["stats"],
    &["facts"],
    // Rooms: one folder each, same furniture.
    &["dora", "survey", "space", "rice", "journey", "flags", "experiment", "rollout", "value", "scorecard"],
    &["desk"],
];

/// The parts of the desk: an import goes to a later group, never to its own or an earlier one.
const DESK: [&[&str]; 4] = [&["door"], &["operations"], &["report"], &["render", "sources", "schemas"]];

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Rooms that are there.
pub(crate) fn rooms() -> Vec<&'static str> {
    FLOORS[3].iter().copied().filter(|room| root().join("core/src").join(room).is_dir()).collect()
}

/// Every path of the crate that a file names, from the crate's root: `crate::a::b`, `super::c`, `use crate::{d, e::f}`.
fn imports(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let words = words::of(code);
    let mut found = Vec::new();
    // How many braces are open, and at which depth a `mod name {` was opened: `super` means less in there.
    let (mut depth, mut inner) = (0_usize, Vec::<usize>::new());
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_str();
        match word {
            "{" => {
                depth += 1;
                if at >= 2 && words[at - 2] == "mod" {
                    inner.push(depth);
                }
            }
            "}" => {
                if inner.last() == Some(&depth) {
                    inner.pop();
                }
                depth = depth.saturating_sub(1);
            }
            "crate" | "super" | "self"
                if words.get(at + 1).is_some_and(|next| next == "::") && !is_inside_path(&words, at) =>
            {
                let mut prefix: Vec<String> = module.to_vec();
                prefix.extend(inner.iter().map(|_| "inner".to_owned()));
                if word == "crate" {
                    prefix.clear();
                }
                if word == "super" {
                    prefix.pop();
                }
                at += 2;
                while words.get(at).is_some_and(|word| word == "super") {
                    prefix.pop();
                    at += 2;
                }
                at = tree(&words, at, &prefix, &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn is_inside_path(words: &[String], at: usize) -> bool {
    at > 0 && words[at - 1] == "::"
}

/// Reads a use tree or a path from a word on, and says where it ends.
fn tree(words: &[String], mut at: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    while let Some(word) = words.get(at) {
        if word == "{" {
            at += 1;
            while words.get(at).is_some_and(|word| word != "}") {
                let before = at;
                at = tree(words, at, &path, found);
                if words.get(at).is_some_and(|word| word == "as") {
                    at += 2;
                }
                if words.get(at).is_some_and(|word| word == ",") {
                    at += 1;
                }
                at = at.max(before + 1);
            }
            return at + 1;
        }
        if !word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
            found.push(path);
            return at + usize::from(word == "*");
        }
        path.push(word.clone());
        at += 1;
        if words.get(at).is_some_and(|word| word == "::") {
            at += 1;
        } else {
            break;
        }
    }
    found.push(path);
    at
}

/// `core/src/dora/types/mod.rs` as `dora`, `types`.
fn module_of(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix(root().join("core/src")).unwrap();
    let mut parts: Vec<String> =
        inside.with_extension("").components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

#[test]
fn an_import_only_goes_down() {
    let mut complaints = Vec::new();
    let mut seen = 0;
    for path in files(&root().join("core/src"), &[".rs"]) {
        let module = module_of(&path);
        let Some(home) = module.first().filter(|home| *home != "lib") else { continue };
        let Some(floor) = floor_of(home) else {
            complaints.push(format!("{}: `{home}` stands on no floor; draw it in core/tests/house", shown(&path)));
            continue;
        };
        for import in imports(&read(&path), &module) {
            let Some(target) = import.first() else { continue };
            let Some(other) = floor_of(target) else { continue };
            seen += 1;
            if other > floor || (other == floor && target != home) {
                complaints.push(format!("{}: `{}` lies above or beside `{home}`", shown(&path), import.join("::")));
            }
        }
    }
    assert!(seen > 100, "imports are not seen any more: {seen}");
    none(&complaints);
}

#[test]
fn arrows_inside_the_desk_run_left_to_right() {
    let rank = |part: &str| DESK.iter().position(|parts| parts.contains(&part));
    let mut complaints = Vec::new();
    for path in files(&root().join("core/src/desk"), &[".rs"]) {
        let module = module_of(&path);
        let Some(home) = module.get(1) else { continue };
        let Some(own) = rank(home) else {
            complaints
                .push(format!("{}: `{home}` has no place at the desk; draw it in core/tests/house", shown(&path)));
            continue;
        };
        for import in imports(&read(&path), &module) {
            let [desk, target, ..] = &import[..] else { continue };
            let Some(other) = rank(target).filter(|_| desk == "desk" && target != home) else { continue };
            if other <= own {
                complaints.push(format!("{}: `desk::{target}` stands left of or beside `{home}`", shown(&path)));
            }
        }
    }
    none(&complaints);
}

#[test]
fn imports_are_read_as_rust_reads_them() {
    let code = "use crate::{ground::{time::Time, error}, stats as s, facts}; use super::types::*; \
                fn f() -> crate::Result<()> { super::super::desk::x::<u8>(self::y::z) } \
                mod tests { use super::*; use super::super::g; }";
    let module: Vec<String> = ["dora", "plan"].map(str::to_owned).to_vec();
    let found: Vec<String> = imports(code, &module).iter().map(|path| path.join("::")).collect();
    assert_eq!(
        found,
        [
            "ground::time::Time",
            "ground::error",
            "stats",
            "facts",
            "dora::types",
            "Result",
            "desk::x",
            "dora::plan::y::z",
            "dora::plan",
            "dora::g"
        ]
    );
}
