//! The git source against real repositories: three whose commit graphs, times and tags are kept as tables, rebuilt
//! here with `git fast-import` and read back with gix, and small ones made for what goes wrong.
//!
//! The tables are read from the folder that `TRUENORTH_HISTORY` names, the values to compare with from
//! `TRUENORTH_REFERENCE`; they were made by other people's programs (each file says how under `method`, and git's own
//! `rev-list` confirmed every release). Where a folder is missing, or git is, the test says *skipped*.

#![cfg(feature = "git")]
#![expect(clippy::disallowed_methods, reason = "a test may read the environment and files")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test says what fails by panicking")]

mod rebuild;
mod reference;
mod scratch;
mod troubles;

use std::path::PathBuf;

/// The folder that a variable names, or its place beside the repository; `None` when it is not there.
fn folder(variable: &str, default: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = std::env::var(variable).map_or_else(|_| root.join(default), |named| root.join(named));
    folder.is_dir().then_some(folder)
}

/// Counts what was compared with one source.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
}

impl Tally {
    fn check<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found == expected {
            self.passed += 1;
        } else {
            self.failed.push(format!("{what}: found {found:?}, expected {expected:?}"));
        }
    }

    fn finish(self, source: &str) {
        println!("{source}: {} passed, {} failed", self.passed, self.failed.len());
        assert!(self.passed > 0, "{source}: nothing was compared");
        assert!(self.failed.is_empty(), "{source}:\n{}", self.failed[..self.failed.len().min(20)].join("\n"));
    }
}
