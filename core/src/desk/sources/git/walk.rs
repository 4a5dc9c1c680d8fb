//! Reads each commit once, from the releases and the branch down to the roots.

use gix::hashtable::HashMap;

use super::graph::{NodeId, Sha};
use super::history::Found;
use super::message::{Reader, commit_text, hash, subject};
use super::open::{Kind, Repository, TagRef};
use super::services::{Entry, Folders, Paths};
use super::types::{Tag, UNKNOWN_TIME};
use crate::{Error, ErrorCode, Result};

/// How many commits are read between two questions whether to go on.
const BREATH: usize = 4096;

pub(super) struct Walk<'a> {
    repository: &'a Repository,
    reader: &'a Reader,
    found: Found,
    nodes: HashMap<gix::ObjectId, NodeId>,
    paths: Option<Paths>,
    trees: Vec<Sha>,
    /// Matching tags without a tagger's date: they take the time of their commit.
    undated: Vec<usize>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(repository: &'a Repository, reader: &'a Reader, found: Found, paths: Option<Paths>) -> Self {
        let nodes = HashMap::default();
        Self { repository, reader, found, nodes, paths, trees: Vec::new(), undated: Vec::new() }
    }

    /// The first commits: those of the releases by name, then the branch's.
    pub(super) fn start(&mut self, tags: Vec<TagRef>, head: Option<Sha>) -> Result<()> {
        for TagRef { name, target, time } in tags {
            let node = self.node(target)?;
            if time == UNKNOWN_TIME {
                self.undated.push(self.found.tags.len());
            }
            self.found.tags.push(Tag { name, target, node, time });
        }
        self.found.head = head.map(|head| self.node(head)).transpose()?;
        Ok(())
    }

    /// The number of a commit; a new one is queued for reading.
    fn node(&mut self, sha: Sha) -> Result<NodeId> {
        let shas = &mut self.found.graph.shas;
        let next = u32::try_from(shas.len()).ok().filter(|&next| next < u32::MAX).ok_or_else(|| {
            Error::new(ErrorCode::TooLarge, "expected a history of fewer than 2^32 - 1 commits, found more")
        })?;
        Ok(*self.nodes.entry(gix::ObjectId::from(sha.0)).or_insert_with(|| {
            shas.push(sha);
            next
        }))
    }

    pub(super) fn run(mut self, watch: &mut dyn FnMut(usize) -> bool) -> Result<Found> {
        let mut buffer = Vec::new();
        let mut parents = Vec::new();
        let mut at = 0;
        // The ids found so far are the queue: commits are numbered in the order in which they are read.
        while let Some(&sha) = self.found.graph.shas.get(at) {
            if at.is_multiple_of(BREATH) {
                go_on(watch, at)?;
            }
            let text = match self.repository.object(&sha, &mut buffer)? {
                (Kind::Commit, data) => commit_text(data),
                _ => None,
            };
            let text = text.ok_or_else(|| {
                self.repository.error(ErrorCode::Unreadable, &format!("has an object `{sha}` that is no valid commit"))
            })?;
            parents.clear();
            for &parent in &text.parents {
                parents.push(self.node(parent)?);
            }
            let node = at as NodeId;
            self.found.graph.push_edges(&parents, text.author_time, text.committer_time)?;
            let title = subject(text.message);
            self.found.details.authors.push(hash(text.author));
            self.found.details.subjects.push(if title.is_empty() { 0 } else { hash(title) });
            self.found.details.numbers.push(self.reader.number(text.message, parents.len() > 1));
            self.reader.mentions(node, text.message, &mut self.found.mentions);
            if self.paths.is_some() {
                self.trees.push(text.tree);
            }
            at += 1;
        }
        self.date_tags();
        self.touch(watch, &mut buffer)?;
        Ok(self.found)
    }

    fn date_tags(&mut self) {
        let Found { graph, tags, odd, .. } = &mut self.found;
        for &tag in &self.undated {
            tags[tag].time = graph.committer_time(tags[tag].node).unwrap_or(UNKNOWN_TIME);
        }
        let before = tags.len();
        tags.retain(|tag| tag.time != UNKNOWN_TIME);
        odd.tags_without_time += (before - tags.len()) as u64;
    }

    /// Compares each commit's folders with those of its first parent.
    fn touch(&mut self, watch: &mut dyn FnMut(usize) -> bool, buffer: &mut Vec<u8>) -> Result<()> {
        let Some(mut paths) = self.paths.take() else { return Ok(()) };
        let mut folders = Trees { repository: self.repository, buffer };
        let Found { graph, touched, touched_starts, .. } = &mut self.found;
        touched_starts.push(0);
        for (at, &tree) in self.trees.iter().enumerate() {
            if at.is_multiple_of(BREATH) {
                go_on(watch, self.trees.len())?;
            }
            let first = graph.parents(at as NodeId).first();
            paths.touched(first.map(|&parent| self.trees[parent as usize]), tree, &mut folders, touched)?;
            touched_starts.push(u32::try_from(touched.len()).map_err(|_| {
                Error::new(ErrorCode::TooLarge, "expected fewer than 2^32 pairs of commit and service").at("services")
            })?);
        }
        Ok(())
    }
}

fn go_on(watch: &mut dyn FnMut(usize) -> bool, commits: usize) -> Result<()> {
    if watch(commits) { Ok(()) } else { Err(Error::new(ErrorCode::Cancelled, "stopped while reading the git history")) }
}

/// Folders of the repository.
struct Trees<'a> {
    repository: &'a Repository,
    buffer: &'a mut Vec<u8>,
}

impl Folders for Trees<'_> {
    fn look_up(&mut self, folder: &Sha, names: &[Vec<u8>]) -> Result<Vec<Option<Entry>>> {
        // The empty tree is known to every repository and stored in few.
        if folder.0 == *gix::ObjectId::empty_tree(gix::hash::Kind::Sha1).as_bytes() {
            return Ok(vec![None; names.len()]);
        }
        let (_, data) = self.repository.object(folder, self.buffer)?;
        let mut found = vec![None; names.len()];
        for entry in gix::objs::TreeRefIter::from_bytes(data, gix::hash::Kind::Sha1) {
            let entry = entry.map_err(|_| {
                self.repository.error(ErrorCode::Unreadable, &format!("has an object `{folder}` that is no valid tree"))
            })?;
            if let Some(at) = names.iter().position(|name| name == entry.filename) {
                let sha = Sha(entry.oid.as_bytes().try_into().unwrap_or_default());
                found[at] = Some(Entry { sha, folder: entry.mode.is_tree(), mode: entry.mode.value() });
            }
        }
        Ok(found)
    }
}
