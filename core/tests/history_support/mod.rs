//! Real histories for tests of the delivery room: rebuilt from their tables, read back, turned into facts.
//!
//! The tables come from the folder that `TRUENORTH_HISTORY` names, what other people's programs computed from them from
//! `TRUENORTH_REFERENCE`. Where a folder is missing, or git is, the tests say *skipped*.

#![allow(dead_code, reason = "each test takes what it needs")]

#[path = "../history/rebuild.rs"]
mod rebuild;
#[path = "../history/scratch.rs"]
mod scratch;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use truenorth::desk::sources::git::{History, Naming, Options, read};
use truenorth::dora::{self, DoraReport, DoraRequest};
use truenorth::facts::EventTable;
use truenorth::ground::context::Context;
use truenorth::ground::time::{Time, Window};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// Tests of one program run side by side, some on the same history.
static ONE: AtomicUsize = AtomicUsize::new(0);

/// A history with all that a test holds it against.
pub(crate) struct Real {
    pub(crate) name: &'static str,
    pub(crate) history: History,
    /// As facts, all in one service of the history's name.
    pub(crate) events: EventTable,
    /// What others computed.
    pub(crate) expected: Value,
}

/// The folder that a variable names, or its place beside the repository; `None` when it is not there.
pub(crate) fn folder(variable: &str, default: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = std::env::var(variable).map_or_else(|_| root.join(default), |named| root.join(named));
    folder.is_dir().then_some(folder)
}

/// A file of the reference folder.
pub(crate) fn reference(name: &str) -> Option<Value> {
    let file = folder("TRUENORTH_REFERENCE", "../shared/reference")?.join(name);
    Some(serde_json::from_str(&std::fs::read_to_string(file).ok()?).unwrap())
}

impl Real {
    /// Rebuilds and reads one; `None`, and a word on why, where that cannot be.
    pub(crate) fn of(name: &'static str) -> Option<Self> {
        // Tests of one program run side by side, some on the same history.
        static ONE: AtomicUsize = AtomicUsize::new(0);
        let found =
            folder("TRUENORTH_HISTORY", "../shared/data/git-history").zip(reference(&format!("dora/{name}.json")));
        let Some((tables, expected)) = found else {
            println!("history of {name}: skipped, no folder with histories or references");
            return None;
        };
        let scratch = scratch::Scratch::new(&format!("room-{}-{name}", ONE.fetch_add(1, Ordering::Relaxed)))?;
        rebuild::Table::read(&tables, name).rebuild(&scratch, name, expected["head"].as_str().unwrap());
        let releases = expected["tag_regex"].as_str().unwrap().to_owned();
        let history = read(&scratch.path().join(name), &Options { releases, ..Options::default() }).unwrap();
        let mut events = EventTable::new();
        history.append_to(&mut events, &Naming::of(name)).unwrap();
        events.settle();
        Some(Self { name, history, events, expected })
    }

    /// The window that ends with the last release, itself included.
    pub(crate) fn last_days(&self, days: i64) -> Window {
        let last = Time::from_seconds(self.history.releases.last().unwrap().time).unwrap();
        Window::new(last.plus(1 - days * DAY * 1_000_000), last.plus(1)).unwrap()
    }

    /// From the first release to the last, both included.
    pub(crate) fn whole(&self) -> Window {
        let at = |seconds| Time::from_seconds(seconds).unwrap();
        let releases = &self.history.releases;
        Window::new(at(releases[0].time), at(releases.last().unwrap().time).plus(1)).unwrap()
    }

    pub(crate) fn measure(&self, request: &DoraRequest) -> DoraReport {
        dora::measure(request, &self.events, &Context::default()).unwrap()
    }
}

/// Counts what was compared with one source.
#[derive(Default)]
pub(crate) struct Tally {
    passed: usize,
    failed: Vec<String>,
}

impl Tally {
    pub(crate) fn check<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found == expected {
            self.passed += 1;
        } else {
            self.failed.push(format!("{what}: found {found:?}, expected {expected:?}"));
        }
    }

    /// Two numbers, no further apart than `within`.
    pub(crate) fn near(&mut self, what: &str, found: Option<f64>, expected: f64, within: f64) {
        match found {
            Some(found) if (found - expected).abs() <= within => self.passed += 1,
            _ => self.failed.push(format!("{what}: found {found:?}, expected {expected}")),
        }
    }

    pub(crate) fn finish(self, source: &str) {
        println!("{source}: {} passed, {} failed", self.passed, self.failed.len());
        assert!(self.passed > 0, "{source}: nothing was compared");
        assert!(self.failed.is_empty(), "{source}:\n{}", self.failed[..self.failed.len().min(30)].join("\n"));
    }
}
