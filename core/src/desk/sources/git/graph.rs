//! The commit graph: 32-bit ids, parents side by side in one array, two times per commit. No git, no hashing.

use std::fmt;

use super::types::UNKNOWN_TIME;
use crate::{Error, ErrorCode, Result};

/// A commit's number in its [`Graph`], counted from 0 in the order in which commits were found.
pub type NodeId = u32;

/// The id of an object: 20 bytes, shown as 40 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha(pub [u8; 20]);

impl Sha {
    /// The id that 40 hexadecimal digits spell, if they do.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        let prefix = ShaPrefix::from_hex(hex)?;
        (prefix.nibbles == 40).then_some(Self(prefix.bytes))
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The beginning of an object's id, as people write it into commit messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShaPrefix {
    bytes: [u8; 20],
    nibbles: u8,
}

impl ShaPrefix {
    /// One to forty hexadecimal digits of either case.
    pub(super) fn from_hex(hex: &[u8]) -> Option<Self> {
        if hex.is_empty() || hex.len() > 40 {
            return None;
        }
        let mut bytes = [0_u8; 20];
        for (at, digit) in hex.iter().enumerate() {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                b'A'..=b'F' => digit - b'A' + 10,
                _ => return None,
            };
            bytes[at / 2] |= if at % 2 == 0 { value << 4 } else { value };
        }
        Some(Self { bytes, nibbles: hex.len() as u8 })
    }

    fn begins(&self, sha: &Sha) -> bool {
        let whole = usize::from(self.nibbles / 2);
        sha.0[..whole] == self.bytes[..whole]
            && (self.nibbles.is_multiple_of(2) || sha.0[whole] & 0xf0 == self.bytes[whole])
    }
}

/// What a [`ShaPrefix`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    One(NodeId),
    Several,
    None,
}

/// A commit as a plain row, so that a graph needs no repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The commit's id.
    pub sha: Sha,
    /// Its parents, the first one first.
    pub parents: Vec<Sha>,
    /// When it was written, in seconds since 1970 UTC; `None` when the commit does not say so legibly.
    pub author_time: Option<i64>,
    /// When it was committed, in seconds since 1970 UTC.
    pub committer_time: Option<i64>,
}

/// Commits, their parents and their times, in arrays.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    pub(super) shas: Vec<Sha>,
    /// Where the parents of commit `i` start in `parents`; one longer than `shas`.
    starts: Vec<u32>,
    parents: Vec<NodeId>,
    author_times: Vec<i64>,
    committer_times: Vec<i64>,
}

impl Graph {
    /// A graph from rows in any order.
    ///
    /// # Errors
    /// [`ErrorCode::IncompleteHistory`] when a parent is not among the rows, [`ErrorCode::InvalidRecord`] when a
    /// commit occurs twice.
    pub fn from_rows(rows: &[Row]) -> Result<Self> {
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_unstable_by_key(|&at| rows[at as usize].sha);
        if let Some(pair) = order.windows(2).find(|pair| rows[pair[0] as usize].sha == rows[pair[1] as usize].sha) {
            let sha = rows[pair[0] as usize].sha;
            return Err(Error::new(
                ErrorCode::InvalidRecord,
                format!("expected each commit once, found `{sha}` twice"),
            ));
        }
        let mut graph = Self { shas: rows.iter().map(|row| row.sha).collect(), ..Self::default() };
        let mut parents = Vec::new();
        for row in rows {
            parents.clear();
            for parent in &row.parents {
                let found = order.binary_search_by_key(parent, |&at| rows[at as usize].sha).map_err(|_| {
                    Error::new(
                        ErrorCode::IncompleteHistory,
                        format!("commit `{}` has a parent `{parent}` that is not among the commits", row.sha),
                    )
                })?;
                parents.push(order[found]);
            }
            graph.push_edges(
                &parents,
                row.author_time.unwrap_or(UNKNOWN_TIME),
                row.committer_time.unwrap_or(UNKNOWN_TIME),
            )?;
        }
        Ok(graph)
    }

    /// Adds what is known of the next commit, in the order of `shas`; unknown times are [`UNKNOWN_TIME`].
    pub(super) fn push_edges(&mut self, parents: &[NodeId], author_time: i64, committer_time: i64) -> Result<()> {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.parents.extend_from_slice(parents);
        let end = u32::try_from(self.parents.len())
            .map_err(|_| Error::new(ErrorCode::TooLarge, "expected fewer than 2^32 parents in the history"))?;
        self.starts.push(end);
        self.author_times.push(author_time);
        self.committer_times.push(committer_time);
        Ok(())
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.shas.len()
    }

    /// Whether there is no commit.
    pub fn is_empty(&self) -> bool {
        self.shas.is_empty()
    }

    /// How many child-to-parent edges there are.
    pub fn edges(&self) -> usize {
        self.parents.len()
    }

    /// The commit's parents, the first one first.
    #[inline]
    pub fn parents(&self, node: NodeId) -> &[NodeId] {
        &self.parents[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// The commit's id.
    pub fn sha(&self, node: NodeId) -> Sha {
        self.shas[node as usize]
    }

    /// When the commit was written, in seconds since 1970 UTC; `None` when it does not say so legibly.
    pub fn author_time(&self, node: NodeId) -> Option<i64> {
        known(self.author_times[node as usize])
    }

    /// When the commit was committed, in seconds since 1970 UTC; `None` when it does not say so legibly.
    pub fn committer_time(&self, node: NodeId) -> Option<i64> {
        known(self.committer_times[node as usize])
    }

    /// Whether the commit has more than one parent.
    pub fn is_merge(&self, node: NodeId) -> bool {
        self.parents(node).len() > 1
    }

    /// All commits in the order of their ids, for [`find`](Self::find).
    pub(super) fn by_sha(&self) -> Vec<NodeId> {
        let mut order: Vec<NodeId> = (0..self.len() as u32).collect();
        order.sort_unstable_by_key(|&node| self.shas[node as usize]);
        order
    }

    /// The commit whose id begins so; `by_sha` is [`by_sha`](Self::by_sha).
    pub(super) fn find(&self, by_sha: &[NodeId], prefix: &ShaPrefix) -> Named {
        let from = by_sha.partition_point(|&node| self.shas[node as usize].0 < prefix.bytes);
        let mut found = by_sha[from..].iter().take_while(|&&node| prefix.begins(&self.shas[node as usize]));
        match (found.next(), found.next()) {
            (None, _) => Named::None,
            (Some(&node), None) => Named::One(node),
            (Some(_), Some(_)) => Named::Several,
        }
    }
}

fn known(time: i64) -> Option<i64> {
    (time != UNKNOWN_TIME).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha(hex: &str) -> Sha {
        Sha::from_hex(format!("{hex:0<40}").as_bytes()).unwrap()
    }

    fn row(hex: &str, parents: &[&str]) -> Row {
        let parents = parents.iter().map(|parent| sha(parent)).collect();
        Row { sha: sha(hex), parents, author_time: Some(1), committer_time: None }
    }

    #[test]
    fn rows_may_come_in_any_order() {
        let graph = Graph::from_rows(&[row("c", &["b", "a"]), row("a", &[]), row("b", &["a"])]).unwrap();
        assert_eq!((graph.len(), graph.edges()), (3, 3));
        assert_eq!(graph.parents(0), [2, 1]);
        assert!(graph.is_merge(0) && !graph.is_merge(2));
        assert_eq!((graph.author_time(0), graph.committer_time(0)), (Some(1), None));
        assert_eq!(graph.sha(1).to_string(), format!("{:0<40}", "a"));
    }

    #[test]
    fn rows_without_their_parents_or_twice_are_errors() {
        let error = Graph::from_rows(&[row("c", &["b"])]).unwrap_err();
        assert_eq!(error.code(), ErrorCode::IncompleteHistory);
        let error = Graph::from_rows(&[row("c", &[]), row("c", &[])]).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRecord);
        assert!(Graph::from_rows(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_prefix_names_one_commit_several_or_none() {
        let graph = Graph::from_rows(&[row("abcdef1", &[]), row("abcdef2", &[]), row("12", &[])]).unwrap();
        let by_sha = graph.by_sha();
        let find = |hex: &str| graph.find(&by_sha, &ShaPrefix::from_hex(hex.as_bytes()).unwrap());
        assert_eq!(find("abcdef1"), Named::One(0));
        assert_eq!(find("ABCDEF2"), Named::One(1));
        assert_eq!(find("abcdef"), Named::Several);
        assert_eq!(find("abcdef3"), Named::None);
        assert_eq!(find("1"), Named::One(2));
        assert_eq!(find("ff"), Named::None);
        assert_eq!(ShaPrefix::from_hex(b"xyz"), None);
        assert_eq!(ShaPrefix::from_hex(&[b'a'; 41]), None);
        assert_eq!(Sha::from_hex(b"abc"), None);
    }
}
