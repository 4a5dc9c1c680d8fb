//! Replays on stable Rust what fuzzing has kept: every file of `fuzz/corpus`, through the function that was fuzzed.

#![cfg(feature = "dora")]
#![expect(clippy::disallowed_methods, reason = "tests: they read the corpora")]

use std::path::Path;

#[path = "../../fuzz/src/targets.rs"]
#[expect(clippy::indexing_slicing, reason = "shared with the fuzz targets, which may stop")]
mod targets;

/// Runs every input of a target, and says how many there were.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "there is no corpus in {}", folder.display());
    for file in &files {
        println!("{}", file.display());
        run(&std::fs::read(file).unwrap());
    }
}

#[test]
fn door() {
    replay("door", targets::door);
}

#[test]
fn sources() {
    replay("sources", targets::sources);
}

#[test]
fn jsonl() {
    replay("jsonl", targets::jsonl);
}

#[test]
fn ownership() {
    replay("ownership", targets::ownership);
}

#[test]
fn words() {
    replay("words", targets::words);
}

#[test]
fn measure() {
    replay("measure", targets::measure);
}
