//! Which release was the first to contain a commit: one walk for all releases together.

use super::graph::{Graph, NodeId};

/// Stands for "no release contains it" where an index of a release is stored.
pub const NO_RELEASE: u32 = u32::MAX;

/// For each commit the first release, in the order given, from which it can be reached.
///
/// # Definition
/// A release contains its own commit and all ancestors of it, over every parent. `tips[r]` is the commit of release
/// `r`. The walk of release `r` stops at commits that an earlier release has taken, because their ancestors are taken
/// too; so each commit and each edge is visited once: O(commits + edges) for all releases together. Of two releases
/// on the same commit the later one takes nothing, and neither does a tip that is not in the graph. Parallel release lines need nothing special: what a patch release
/// of an old line shares with a newer line belongs to whichever was released first.
///
/// # Units
/// An index into `tips`, or [`NO_RELEASE`].
///
/// # Example
///
/// ```
/// use truenorth::desk::sources::git::{Graph, NO_RELEASE, Row, Sha, first_releases};
/// let row = |n: u8, parents: &[u8]| Row {
///     sha: Sha([n; 20]),
///     parents: parents.iter().map(|&parent| Sha([parent; 20])).collect(),
///     author_time: Some(0),
///     committer_time: Some(0),
/// };
/// // 0 ← 1 ← 2, released at 0 and at 1.
/// let graph = Graph::from_rows(&[row(0, &[]), row(1, &[0]), row(2, &[1])])?;
/// assert_eq!(first_releases(&graph, &[0, 1]), [0, 1, NO_RELEASE]);
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// What `git rev-list TAG --not EARLIER_TAGS…` prints for each tag, which is the definition that the reference values
/// in `core/tests/history.rs` were checked against.
pub fn first_releases(graph: &Graph, tips: &[NodeId]) -> Vec<u32> {
    let mut first = vec![NO_RELEASE; graph.len()];
    let mut stack = Vec::new();
    for (release, &tip) in tips.iter().enumerate() {
        let release = release as u32;
        match first.get_mut(tip as usize) {
            Some(slot) if *slot == NO_RELEASE => *slot = release,
            _ => continue,
        }
        stack.push(tip);
        while let Some(node) = stack.pop() {
            for &parent in graph.parents(node) {
                let slot = &mut first[parent as usize];
                if *slot == NO_RELEASE {
                    *slot = release;
                    stack.push(parent);
                }
            }
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::graph::{Row, Sha};
    use super::*;

    fn graph(parents: &[Vec<u8>]) -> Graph {
        let sha = |n: usize| Sha([n as u8; 20]);
        let rows: Vec<Row> = parents
            .iter()
            .enumerate()
            .map(|(at, parents)| Row {
                sha: sha(at),
                parents: parents.iter().map(|&parent| sha(usize::from(parent))).collect(),
                author_time: Some(0),
                committer_time: Some(0),
            })
            .collect();
        Graph::from_rows(&rows).unwrap()
    }

    #[test]
    fn parallel_lines_share_what_was_released_first() {
        // 0 ← 1 ← 2 ← 3 is the main line; 1 ← 4 ← 5 an old line whose patch release comes between.
        let graph = graph(&[vec![], vec![0], vec![1], vec![2], vec![1], vec![4]]);
        // 1.0 = 1, 2.0 = 2, 1.0.1 = 5, 2.1 = 3.
        assert_eq!(first_releases(&graph, &[1, 2, 5, 3]), [0, 0, 1, 3, 2, 2]);
    }

    #[test]
    fn two_releases_on_one_commit_and_one_inside_another() {
        let graph = graph(&[vec![], vec![0], vec![1]]);
        assert_eq!(first_releases(&graph, &[1, 1, 0, 2]), [0, 0, 3]);
        assert_eq!(first_releases(&graph, &[]), [NO_RELEASE; 3]);
    }

    proptest! {
        /// Against the definition: the smallest release from which the commit can be reached.
        #[test]
        fn the_walk_is_the_definition(
            links in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..3), 1..60),
            tips in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let parents: Vec<Vec<u8>> = links
                .iter()
                .enumerate()
                .map(|(at, links)| if at == 0 { vec![] } else { links.iter().map(|link| link.index(at) as u8).collect() })
                .collect();
            let graph = graph(&parents);
            let tips: Vec<u32> = tips.iter().map(|tip| tip.index(parents.len()) as u32).collect();
            let mut expected = vec![NO_RELEASE; parents.len()];
            for (release, &tip) in tips.iter().enumerate().rev() {
                let mut inside = vec![false; parents.len()];
                inside[tip as usize] = true;
                // Parents have smaller numbers than their children.
                for node in (0..parents.len()).rev() {
                    if inside[node] {
                        expected[node] = release as u32;
                        parents[node].iter().for_each(|&parent| inside[usize::from(parent)] = true);
                    }
                }
            }
            prop_assert_eq!(first_releases(&graph, &tips), expected);
        }
    }
}
