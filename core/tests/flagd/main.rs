//! Files of flagd's: its schema, its own features, and what other implementations make of the same files.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests fail loudly and read files"
)]
#![cfg(feature = "flags")]

mod features;
mod flags;
mod gherkin;
mod references;
mod schemas;

use std::path::{Path, PathBuf};

/// A folder of the conformance suites; where it is missing the test says *skipped*.
fn suite(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let named = std::env::var("TRUENORTH_CONFORMANCE");
    let folder = named.map_or_else(|_| root.join("../shared/conformance"), |named| root.join(named)).join(name);
    if !folder.is_dir() {
        println!("{name}: skipped, {} is missing", folder.display());
        return None;
    }
    Some(folder)
}

/// The files of an ending in a folder, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    found.sort();
    found
}
