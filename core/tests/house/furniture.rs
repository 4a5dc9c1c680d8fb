//! No file above 600 lines, and the same furniture in every room.

use crate::floors::rooms;
use crate::{files, none, read, root, shown};

/// The longest a file may be, tests in it counted.
const MOST_LINES: usize = 600;

#[test]
fn no_file_is_longer_than_600_lines() {
    let root = root();
    let folders = ["core", "bindings-python", "bindings-node", "examples", "benches", "fuzz"];
    let mut complaints = Vec::new();
    let mut seen = 0;
    for path in
        folders.iter().flat_map(|folder| files(&root.join(folder), &[".rs", ".py", ".pyi", ".ts", ".mjs", ".cjs"]))
    {
        let text = read(&path);
        seen += 1;
        let lines = text.lines().count();
        // What a program writes is as long as it is.
        if lines > MOST_LINES && !text.lines().take(3).any(|line| line.to_lowercase().contains("generated")) {
            complaints.push(format!("{} has {lines} lines", shown(&path)));
        }
    }
    assert!(seen > 50, "files are not found any more: {seen}");
    none(&complaints);
}

#[test]
fn every_room_has_the_same_furniture() {
    let mut complaints = Vec::new();
    for room in rooms() {
        let folder = root().join("core/src").join(room);
        let about = read(&folder.join("mod.rs"));
        let about: Vec<&str> = about.lines().take_while(|line| line.starts_with("//!")).collect();
        if !about.iter().any(|line| line.to_lowercase().contains("# what this does not tell you")) {
            complaints.push(format!("core/src/{room}/mod.rs does not end with what it does not tell you"));
        }
        if !folder.join("types.rs").is_file() && !folder.join("types/mod.rs").is_file() {
            complaints.push(format!("core/src/{room} has no `types`"));
        }
    }
    assert!(!rooms().is_empty());
    none(&complaints);
}
