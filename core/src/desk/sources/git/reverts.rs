//! Commits that undo others, and the releases that failed by it.

use super::graph::{Graph, Named, NodeId};
use super::message::Mention;
use super::types::{Evidence, Failure, History, Odd, Revert, RevertTiming};

/// What commits can be recognised by besides their ids, one entry per commit.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) authors: Vec<u64>,
    pub(super) subjects: Vec<u64>,
    pub(super) numbers: Vec<u32>,
}

/// Commits by something that several may share, each list by committer time.
struct Shared(Vec<(u64, i64, NodeId)>);

impl Shared {
    fn new(graph: &Graph, keys: impl Iterator<Item = u64>) -> Self {
        let mut entries: Vec<_> = (0_u32..)
            .zip(keys)
            .filter_map(|(node, key)| (key != 0).then_some((key, graph.committer_time(node)?, node)))
            .collect();
        entries.sort_unstable();
        Self(entries)
    }

    /// The last commit with this key that is not younger than `node`, and not `node` itself.
    fn last_before(&self, key: u64, graph: &Graph, node: NodeId) -> Option<NodeId> {
        let time = graph.committer_time(node)?;
        let end = self.0.partition_point(|&(other, at, _)| (other, at) <= (key, time));
        let older = self.0[..end].iter().rev().take_while(|entry| entry.0 == key);
        older.map(|entry| entry.2).find(|&other| other != node)
    }
}

/// Looks up what messages say is reverted. `mentions` are grouped by commit, `by_sha` is [`Graph::by_sha`].
pub(super) fn resolve(
    graph: &Graph,
    details: &Details,
    mentions: &[(NodeId, Mention)],
    by_sha: &[NodeId],
    odd: &mut Odd,
) -> Vec<Revert> {
    // Most histories never need them, and each costs a sort of all commits.
    let asks = |kind: fn(&Mention) -> bool| mentions.iter().any(|(_, mention)| kind(mention));
    let by_number = asks(|mention| matches!(mention, Mention::RevertsNumber(_)))
        .then(|| Shared::new(graph, details.numbers.iter().map(|&number| u64::from(number))));
    let by_title = asks(|mention| matches!(mention, Mention::RevertsTitle(_)))
        .then(|| Shared::new(graph, details.subjects.iter().copied()));

    let mut reverts: Vec<Revert> = Vec::new();
    let mut reverting = Vec::new();
    for mentions in mentions.chunk_by(|a, b| a.0 == b.0) {
        let commit = mentions[0].0;
        let mut found: Vec<(Evidence, NodeId)> = Vec::new();
        let mut says_so = false;
        for (_, mention) in mentions {
            let target = match mention {
                Mention::Reverts(id) => match graph.find(by_sha, id) {
                    Named::One(target) => Some((Evidence::Commit, target)),
                    Named::Several => {
                        odd.revert_ids_ambiguous += 1;
                        None
                    }
                    Named::None => {
                        odd.revert_ids_unknown += 1;
                        None
                    }
                },
                Mention::RevertsNumber(number) => by_number
                    .as_ref()
                    .and_then(|shared| shared.last_before(u64::from(*number), graph, commit))
                    .map(|target| (Evidence::Number, target)),
                Mention::RevertsTitle(title) => by_title
                    .as_ref()
                    .and_then(|shared| shared.last_before(*title, graph, commit))
                    .map(|target| (Evidence::Title, target)),
                Mention::PickedFrom(_) => continue,
            };
            says_so = true;
            found.extend(target.filter(|(_, target)| *target != commit));
        }
        if says_so {
            reverting.push(commit);
        }
        // An id is worth more than a number, a number more than a title: the best kind alone counts, so that one
        // revert told in three ways is one revert.
        found.sort_unstable();
        found.dedup_by_key(|(_, target)| *target);
        match found.first().map(|(best, _)| *best) {
            None => odd.reverts_without_target += u64::from(says_so),
            Some(best) => {
                let best = found.into_iter().take_while(|(evidence, _)| *evidence == best);
                reverts.extend(best.map(|(evidence, target)| Revert { commit, target, evidence, of_revert: false }));
            }
        }
    }
    for revert in &mut reverts {
        revert.of_revert = reverting.binary_search(&revert.target).is_ok();
    }
    reverts
}

impl History {
    /// When a revert shipped, seen from what it undoes.
    pub fn timing(&self, revert: &Revert) -> RevertTiming {
        match (self.first_release(revert.target), self.first_release(revert.commit)) {
            (None, _) => RevertTiming::NeverShipped,
            (Some(_), None) => RevertTiming::Waiting,
            (Some(target), Some(commit)) => match commit.cmp(&target) {
                std::cmp::Ordering::Greater => RevertTiming::AfterShip,
                std::cmp::Ordering::Equal => RevertTiming::BeforeShip,
                std::cmp::Ordering::Less => RevertTiming::EarlierRelease,
            },
        }
    }

    /// The releases that shipped something that was undone later, each once, in order.
    ///
    /// # Definition
    /// A release failed when a commit that it was the first to contain is undone by a commit that a *later* release
    /// was the first to contain. It is remedied by the earliest such release, at that release's time. A revert in
    /// the same release never reached users and is no failure; nor is anything in the baseline. While all reverts of
    /// a release's changes wait for a release, the failure is there and not remedied yet. The revert of a revert is
    /// treated like any other: what its release undid was itself shipped; [`Revert::of_revert`] tells them apart.
    ///
    /// # Units
    /// Indexes into [`releases`](Self::releases) and [`reverts`](Self::reverts).
    ///
    /// # Source
    /// The proxy `cfr_proxyB_reverted_after_ship` of the reference values that `core/tests/history.rs` compares with,
    /// which leaves out failures that are not remedied yet.
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures: Vec<(u32, u32, u32)> = Vec::new();
        for (at, revert) in (0_u32..).zip(&self.reverts) {
            let remedied_by = match self.timing(revert) {
                RevertTiming::AfterShip => self.first_releases[revert.commit as usize],
                RevertTiming::Waiting => u32::MAX,
                _ => continue,
            };
            let release = self.first_releases[revert.target as usize];
            if release != 0 {
                failures.push((release, remedied_by, at));
            }
        }
        failures.sort_unstable();
        failures.dedup_by_key(|(release, ..)| *release);
        let failure = |(release, remedied_by, revert)| Failure {
            release,
            remedied_by: (remedied_by != u32::MAX).then_some(remedied_by),
            revert,
        };
        failures.into_iter().map(failure).collect()
    }
}
