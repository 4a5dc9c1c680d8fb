//! A git repository as a source: its history becomes releases, and each commit belongs to the first release that
//! contains it.
//!
//! # Definitions
//!
//! - A *release* is a tag whose whole name matches a pattern ([`ReleasePattern`]), at the time that git calls
//!   `creatordate`. Releases are ordered by time, version, name. The first is the *baseline*: everything before it is
//!   in it, so lead times and failures leave it out.
//! - A commit belongs to the *first release that contains it* ([`first_releases`]), found by one walk over commits and
//!   edges for all releases together. Parallel release lines come out right, where ranges between consecutive tags
//!   count a commit many times.
//! - A release *failed* when something in it was reverted in a later release ([`History::failures`]). Reverts before
//!   ship are no failures.
//! - *Copies* of one change, as cherry-picks make them, are recognised by trailer, or by author, author time and
//!   subject ([`Commit::copy_of`]); [`Copies`] says how they count.
//! - A commit *touches* a service when what lies at the service's path differs from the commit's first parent. For a
//!   merge that is all that the merge brought in.
//!
//! # How a history is read
//!
//! [`read`] opens the repository with gix, the only place in the core that touches a path. Every commit object is
//! decoded once, for its parents, times, author and message; a commit-graph file holds neither author times nor
//! messages and so saves nothing. Trees are read only when services are asked for. A clone that would give wrong
//! numbers (shallow, without tags, with objects missing) is an error that names the command to run.
//!
//! # What this does not tell you
//!
//! - A tag is not a deployment. Where a release reaches users hours or weeks after its tag, lead times are too short by
//!   that much; services that deploy every commit have no tags to read.
//! - A rebase or squash rewrites committer times, so a lead time from committer time starts when the change landed,
//!   not when work began; author time starts earlier, when the first version was written.
//! - Fixes that go forward without the word revert are not seen as failures, and a change may be reverted for reasons
//!   that hurt nobody. Both are proxies; incidents tell more.
//! - Deleted or moved tags are gone: git keeps no history of them.
//! - Grafts (`.git/info/grafts`) are not followed.

mod attribute;
#[cfg(test)]
mod cases;
mod copies;
mod graph;
mod history;
mod into_events;
mod message;
mod open;
mod releases;
mod reverts;
mod services;
mod types;
mod walk;

pub use attribute::{NO_RELEASE, first_releases};
pub use graph::{Graph, NodeId, Row, Sha};
pub use into_events::{Appended, Naming};
pub use open::{read, read_watched};
pub use releases::{DEFAULT_PATTERN, ReleasePattern, patched_within, releases};
pub use types::{
    ChangeFilter, Commit, Copies, Evidence, Failure, History, Odd, Options, Release, Revert, RevertTiming, ServicePath,
    Tag,
};

/// Reads bytes as an object and says how many other commits its message names: for fuzzing, where no repository is.
#[doc(hidden)]
pub fn object_told(object: &[u8]) -> usize {
    static READER: std::sync::OnceLock<Option<message::Reader>> = std::sync::OnceLock::new();
    let Some(reader) = READER.get_or_init(|| message::Reader::new().ok()) else { return 0 };
    let said = message::tag_text(object).map_or(object, |_| message::subject(object));
    let said = message::commit_text(object).map_or(said, |text| text.message);
    let mut found = Vec::new();
    reader.mentions(0, said, &mut found);
    found.len() + usize::from(reader.number(said, true) > 0)
}
