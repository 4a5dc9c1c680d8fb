//! The nouns: what is asked of a repository, and what its history tells.

use serde::Serialize;

use super::graph::{Graph, NodeId, Sha};
use super::releases::DEFAULT_PATTERN;

/// Stands for a time that a commit does not say legibly, inside arrays.
pub(super) const UNKNOWN_TIME: i64 = i64::MIN;

/// What to read of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The regular expression that a whole tag name must match to be a release.
    pub releases: String,
    /// The branch or other reference whose commits may still wait for a release; `HEAD` when not given.
    pub branch: Option<String>,
    /// Folders that are services. When there are any, each commit is told which of them it touches, and trees are
    /// read; otherwise they are not.
    pub services: Vec<ServicePath>,
}

impl Default for Options {
    fn default() -> Self {
        Self { releases: DEFAULT_PATTERN.to_owned(), branch: None, services: Vec::new() }
    }
}

/// A folder or file of a repository that is a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePath {
    /// The service's name.
    pub service: String,
    /// Where it lies, from the top of the repository, with `/` between the parts: `services/checkout`.
    pub path: String,
}

/// A tag that names a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name without `refs/tags/`.
    pub name: String,
    /// The commit it names.
    pub target: Sha,
    /// The same commit in the graph.
    pub node: NodeId,
    /// The tagger's date of an annotated tag, otherwise the committer's date of the commit; seconds since 1970 UTC.
    pub time: i64,
}

/// A release: a tag that matches the pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The tag's name.
    pub tag: String,
    /// The commit it names.
    pub sha: Sha,
    /// The same commit in the graph.
    pub node: NodeId,
    /// When it was released, in seconds since 1970 UTC.
    pub time: i64,
    /// The numbers in its name.
    pub version: Vec<u64>,
}

/// How a revert was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Evidence {
    /// `This reverts commit <id>`.
    Commit,
    /// `Reverts #12`, or a merge of the branch `revert-12-…`.
    Number,
    /// `Revert "…"`, and nothing better in the message.
    Title,
}

/// A commit that undoes another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revert {
    /// The commit that undoes.
    pub commit: NodeId,
    /// The commit that is undone.
    pub target: NodeId,
    /// How that was recognised.
    pub evidence: Evidence,
    /// Whether the target is a revert itself, so that the change is back again.
    pub of_revert: bool,
}

/// When a revert shipped, seen from what it undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum RevertTiming {
    /// In a later release: users had what it undoes.
    AfterShip,
    /// In the same release: no user had it.
    BeforeShip,
    /// In an earlier release than its target, on a parallel line.
    EarlierRelease,
    /// The target is released, the revert waits.
    Waiting,
    /// The target was never released.
    NeverShipped,
}

/// A release that shipped something that was undone later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// The release that failed, an index into [`History::releases`].
    pub release: u32,
    /// The first later release that contains a revert of something in it; `None` while all such reverts wait.
    pub remedied_by: Option<u32>,
    /// That revert, an index into [`History::reverts`].
    pub revert: u32,
}

/// How copies of one change, as cherry-picks to several release lines make them, are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Copies {
    /// Each copy is a change of the release that ships it.
    #[default]
    CountEach,
    /// Only the copy that shipped first is a change.
    CountOnce,
}

/// Which commits are changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangeFilter {
    /// Whether merge commits are changes too.
    pub merges: bool,
    /// How copies are counted.
    pub copies: Copies,
    /// Only commits that touch this service, an index into [`History::services`].
    pub service: Option<u32>,
}

/// What is odd about a history. Nothing is dropped in silence: what is left out of the numbers is counted here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Odd {
    /// Tags that do not match the pattern: pre-releases, moving tags, other packages.
    pub tags_not_matching: u64,
    /// Matching tags that name a tree or a blob; left out.
    pub tags_without_commit: u64,
    /// Matching tags whose object cannot be read as a tag or a reference; left out.
    pub tags_unreadable: u64,
    /// Annotated tags without a legible tagger's date, where the commit's date stands in.
    pub tags_without_tagger: u64,
    /// Matching tags without any legible time; left out.
    pub tags_without_time: u64,
    /// Releases on the commit of an earlier release; they contain nothing new.
    pub releases_on_the_same_commit: u64,
    /// Commits without a legible author's or committer's time within the years 1 to 9999.
    pub times_unknown: u64,
    /// Commits that are older than one of their parents by the committer's clock.
    pub times_before_parent: u64,
    /// Commits that were committed before they were written.
    pub times_committed_before_authored: u64,
    /// Commits with a committer's time after the release that first contains them.
    pub times_after_release: u64,
    /// `This reverts commit <id>` where no commit of this history has that id.
    pub revert_ids_unknown: u64,
    /// `This reverts commit <id>` where several commits have an id that begins so.
    pub revert_ids_ambiguous: u64,
    /// Commits that say they are reverts, of which no target was found in any way.
    pub reverts_without_target: u64,
    /// `(cherry picked from commit <id>)` where no commit, or more than one, has that id.
    pub copy_sources_unknown: u64,
}

/// The history of a repository: its releases, and for each commit the first of them that contains it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct History {
    /// Releases by time, version, name. The first is the baseline: it contains everything before, so that lead times
    /// and failures leave it out.
    pub releases: Vec<Release>,
    /// Commits that can be reached from a release or from the branch.
    pub graph: Graph,
    /// All tags there are, releases or not.
    pub tags_total: u64,
    /// The newest commit of the branch; `None` when there is none.
    pub head: Option<NodeId>,
    /// Commits that undo others, by commit.
    pub reverts: Vec<Revert>,
    /// The services asked for.
    pub services: Vec<ServicePath>,
    /// What is odd.
    pub odd: Odd,
    pub(super) first_releases: Vec<u32>,
    pub(super) authors: Vec<u64>,
    /// The first copy of each commit's change; the commit itself where it has no copy.
    pub(super) originals: Vec<NodeId>,
    /// Where the services that commit `i` touches start in `touched`; empty when none were asked for.
    pub(super) touched_starts: Vec<u32>,
    pub(super) touched: Vec<u32>,
}

/// One commit of a [`History`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Commit<'a> {
    /// Its number in the graph.
    pub node: NodeId,
    /// Its id.
    pub sha: Sha,
    /// Its parents, the first one first.
    pub parents: &'a [NodeId],
    /// When it was written, in seconds since 1970 UTC.
    pub author_time: Option<i64>,
    /// When it was committed, in seconds since 1970 UTC.
    pub committer_time: Option<i64>,
    /// Whether it has more than one parent.
    pub is_merge: bool,
    /// The first release that contains it, an index into [`History::releases`]; `None` while it waits.
    pub first_release: Option<u32>,
    /// The first commit with the same change, when this one is a copy of it.
    pub copy_of: Option<NodeId>,
    /// A hash of its author's name and address: enough to tell people apart and to count them, not to name them. It
    /// can be guessed from a known address, so it is not anonymous.
    pub author: u64,
    /// The services it touches, indexes into [`History::services`].
    pub services: &'a [u32],
}
