//! Copies of one change: cherry-picks and back-ports, which have ids of their own.
//!
//! Two commits are copies of one change when one says `(cherry picked from commit <id>)` of the other, or when
//! neither is a merge and both have the same author (name and address), author time and subject, pull request
//! numbers at its end aside. What git keeps when it cherry-picks or rebases is just that. What this cannot tell: a
//! copy whose title was rewritten without a trailer, and a script that commits twice in one second under one title.

use super::graph::{Graph, Named, NodeId};
use super::message::Mention;
use super::reverts::Details;
use super::types::Odd;

/// For each commit the first one with the same change, by committer time and then number; most often itself.
pub(super) fn originals(
    graph: &Graph,
    details: &Details,
    mentions: &[(NodeId, Mention)],
    by_sha: &[NodeId],
    odd: &mut Odd,
) -> Vec<NodeId> {
    let mut groups = Groups((0..graph.len() as u32).collect());
    for &(node, mention) in mentions {
        if let Mention::PickedFrom(id) = mention {
            match graph.find(by_sha, &id) {
                Named::One(source) => groups.join(node, source),
                Named::Several | Named::None => odd.copy_sources_unknown += 1,
            }
        }
    }
    let mut identities: Vec<(u64, u64, i64, NodeId)> = (0_u32..)
        .zip(details.authors.iter().zip(&details.subjects))
        .filter(|&(node, (_, &subject))| subject != 0 && !graph.is_merge(node))
        .filter_map(|(node, (&author, &subject))| Some((author, subject, graph.author_time(node)?, node)))
        .collect();
    identities.sort_unstable();
    for pair in identities.windows(2) {
        let ((author, subject, time, a), (other_author, other_subject, other_time, b)) = (pair[0], pair[1]);
        if (author, subject, time) == (other_author, other_subject, other_time) {
            groups.join(a, b);
        }
    }
    groups.firsts(graph)
}

/// Disjoint sets of commits.
struct Groups(Vec<NodeId>);

impl Groups {
    fn root(&mut self, mut node: NodeId) -> NodeId {
        while self.0[node as usize] != node {
            let above = self.0[node as usize];
            self.0[node as usize] = self.0[above as usize];
            node = above;
        }
        node
    }

    fn join(&mut self, a: NodeId, b: NodeId) {
        let (a, b) = (self.root(a), self.root(b));
        // The smaller number is the root, whichever order they come in.
        self.0[a.max(b) as usize] = a.min(b);
    }

    fn firsts(mut self, graph: &Graph) -> Vec<NodeId> {
        let key = |node: NodeId| (graph.committer_time(node).unwrap_or(i64::MAX), node);
        let mut firsts: Vec<NodeId> = (0..self.0.len() as u32).collect();
        for node in 0..self.0.len() as u32 {
            let root = self.root(node);
            if key(node) < key(firsts[root as usize]) {
                firsts[root as usize] = node;
            }
        }
        // Roots were written above; now everyone learns the first of their group. Roots come before their members,
        // and a root's own entry does not change any more.
        for node in 0..self.0.len() as u32 {
            let root = self.root(node);
            firsts[node as usize] = firsts[root as usize];
        }
        firsts
    }
}
