//! Puts a history together from what was read, and answers questions about it.

use super::attribute::{NO_RELEASE, first_releases};
use super::copies;
use super::graph::{Graph, NodeId};
use super::message::Mention;
use super::releases::{ReleasePattern, releases};
use super::reverts::{self, Details};
use super::types::{ChangeFilter, Commit, Copies, History, Odd, Options, Tag};

/// What a reader found, before anything is concluded from it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) graph: Graph,
    pub(super) details: Details,
    /// Grouped by commit, in the order of the graph.
    pub(super) mentions: Vec<(NodeId, Mention)>,
    /// Tags that match the pattern.
    pub(super) tags: Vec<Tag>,
    pub(super) tags_total: u64,
    /// Names of tags that do not match, to show a few of them.
    pub(super) other_tags: Vec<String>,
    pub(super) head: Option<NodeId>,
    pub(super) touched_starts: Vec<u32>,
    pub(super) touched: Vec<u32>,
    pub(super) odd: Odd,
}

impl Found {
    pub(super) fn conclude(self, options: &Options, pattern: &ReleasePattern) -> History {
        let Self { graph, details, mentions, tags, tags_total, head, touched_starts, touched, mut odd, .. } = self;
        let releases = releases(&tags, pattern);
        let tips: Vec<NodeId> = releases.iter().map(|release| release.node).collect();
        let first = first_releases(&graph, &tips);
        let by_sha = if mentions.is_empty() { Vec::new() } else { graph.by_sha() };
        let reverts = reverts::resolve(&graph, &details, &mentions, &by_sha, &mut odd);
        let originals = copies::originals(&graph, &details, &mentions, &by_sha, &mut odd);
        let mut history = History {
            releases,
            graph,
            tags_total,
            head,
            reverts,
            services: options.services.clone(),
            odd,
            first_releases: first,
            authors: details.authors,
            originals,
            touched_starts,
            touched,
        };
        history.count_odd();
        history
    }
}

impl History {
    fn count_odd(&mut self) {
        let mut same: Vec<NodeId> = self.releases.iter().map(|release| release.node).collect();
        same.sort_unstable();
        let repeated = same.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let mut odd = Odd { releases_on_the_same_commit: repeated as u64, ..self.odd.clone() };
        for commit in self.commits() {
            let (Some(authored), Some(committed)) = (commit.author_time, commit.committer_time) else {
                odd.times_unknown += 1;
                continue;
            };
            odd.times_committed_before_authored += u64::from(committed < authored);
            let after = |&parent: &NodeId| self.graph.committer_time(parent).is_some_and(|time| time > committed);
            odd.times_before_parent += u64::from(commit.parents.iter().any(after));
            let released = commit.first_release.and_then(|release| self.releases.get(release as usize));
            odd.times_after_release += u64::from(released.is_some_and(|release| release.time < committed));
        }
        self.odd = odd;
    }

    /// The first release that contains a commit, an index into [`releases`](Self::releases).
    pub fn first_release(&self, node: NodeId) -> Option<u32> {
        self.first_releases.get(node as usize).copied().filter(|&release| release != NO_RELEASE)
    }

    /// All commits.
    pub fn commits(&self) -> impl Iterator<Item = Commit<'_>> {
        (0..self.graph.len() as u32).map(|node| self.commit(node))
    }

    /// One commit, by its number in the graph.
    pub fn commit(&self, node: NodeId) -> Commit<'_> {
        let at = node as usize;
        let services = match self.touched_starts.get(at..at + 2) {
            Some(&[from, to]) => &self.touched[from as usize..to as usize],
            _ => &[],
        };
        Commit {
            node,
            sha: self.graph.sha(node),
            parents: self.graph.parents(node),
            author_time: self.graph.author_time(node),
            committer_time: self.graph.committer_time(node),
            is_merge: self.graph.is_merge(node),
            first_release: self.first_release(node),
            copy_of: Some(self.originals[at]).filter(|&original| original != node),
            author: self.authors[at],
            services,
        }
    }

    /// The commits that are changes, released or waiting, in the order of the graph.
    ///
    /// # Definition
    /// Commits without merges unless `merges`; that touch `service` if one is named; and with
    /// [`Copies::CountOnce`] of several copies of one change only the one in the earliest release, by committer time
    /// and number where they share it (copies that wait come last). Changes of the first release are the baseline:
    /// it contains everything before it, so their lead times mean nothing.
    pub fn changes(&self, filter: ChangeFilter) -> impl Iterator<Item = Commit<'_>> {
        let kept = match filter.copies {
            Copies::CountEach => Vec::new(),
            Copies::CountOnce => self.first_shipped(filter),
        };
        let passes = move |commit: &Commit<'_>| {
            Self::is_change(commit, filter)
                && kept.get(self.originals[commit.node as usize] as usize).is_none_or(|&first| first == commit.node)
        };
        self.commits().filter(passes)
    }

    fn is_change(commit: &Commit<'_>, filter: ChangeFilter) -> bool {
        (filter.merges || !commit.is_merge) && filter.service.is_none_or(|service| commit.services.contains(&service))
    }

    /// For each original the copy that shipped first, among commits that are changes.
    fn first_shipped(&self, filter: ChangeFilter) -> Vec<NodeId> {
        const NOBODY: NodeId = NodeId::MAX;
        let key = |node: NodeId| {
            let time = self.graph.committer_time(node).unwrap_or(i64::MAX);
            (self.first_releases[node as usize], time, node)
        };
        let mut kept = vec![NOBODY; self.graph.len()];
        for commit in self.commits().filter(|commit| Self::is_change(commit, filter)) {
            let slot = &mut kept[self.originals[commit.node as usize] as usize];
            if *slot == NOBODY || key(commit.node) < key(*slot) {
                *slot = commit.node;
            }
        }
        kept
    }

    /// How many changes each release was the first to contain, in the order of [`releases`](Self::releases).
    pub fn new_changes(&self, filter: ChangeFilter) -> Vec<u64> {
        let mut counts = vec![0; self.releases.len()];
        for commit in self.changes(filter) {
            if let Some(count) = commit.first_release.and_then(|release| counts.get_mut(release as usize)) {
                *count += 1;
            }
        }
        counts
    }
}
