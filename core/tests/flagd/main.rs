//! Files of flagd's: its schema, its own features, and what other implementations make of the same files.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests fail loudly and read files"
)]
#![cfg(feature = "flags")]

#[path = "../shared/conformance.rs"]
mod conformance;
mod features;
mod flags;
mod gherkin;
mod references;
mod schemas;

use std::path::{Path, PathBuf};

use conformance::suite;

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
