//! Rebuilds a repository from its table of commits and tags: same graph, same times, same tags, empty trees.
//!
//! Messages are not in the tables, so that ids cannot be the same: each commit's message is its old id, and what it
//! reverts is named by the new id, as long as the old one was.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::path::Path;

use gix::objs::Kind;

use super::scratch::Scratch;

pub(crate) struct Commit {
    pub(crate) old: String,
    pub(crate) parents: Vec<usize>,
    pub(crate) author_time: i64,
    pub(crate) committer_time: i64,
    /// What it says it reverts: the first digits of an old id.
    reverts: Option<String>,
}

pub(crate) struct Tag {
    pub(crate) name: String,
    target: String,
    time: i64,
    annotated: bool,
}

pub(crate) struct Table {
    pub(crate) commits: Vec<Commit>,
    pub(crate) tags: Vec<Tag>,
}

impl Table {
    pub(crate) fn read(folder: &Path, name: &str) -> Self {
        let lines = |kind: &str| -> Vec<Vec<String>> {
            let file = std::fs::File::open(folder.join(format!("{name}.{kind}.tsv.gz"))).unwrap();
            let mut text = String::new();
            flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
            text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
        };
        let rows = lines("commits");
        let at: HashMap<&str, usize> = rows.iter().enumerate().map(|(at, row)| (row[0].as_str(), at)).collect();
        let commit = |row: &Vec<String>| Commit {
            old: row[0].clone(),
            parents: row[1].split_whitespace().map(|parent| at[parent]).collect(),
            author_time: row[2].parse().unwrap(),
            committer_time: row[3].parse().unwrap(),
            reverts: row.get(4).filter(|reverts| !reverts.is_empty()).cloned(),
        };
        let commits = rows.iter().map(commit).collect();
        let tag = |row: Vec<String>| {
            let annotated = match row[3].as_str() {
                "tag" => true,
                "commit" => false,
                other => panic!("a tag of kind {other}"),
            };
            Tag { name: row[0].clone(), target: row[1].clone(), time: row[2].parse().unwrap(), annotated }
        };
        Self { commits, tags: lines("tags").into_iter().map(tag).collect() }
    }

    /// The commits in an order in which parents, and what is reverted, come first; and what each reverts.
    ///
    /// Markers of several commits, or of a commit that cannot come first, stay as they are.
    fn order(&self) -> (Vec<usize>, Vec<Option<usize>>) {
        let mut sorted: Vec<(&str, usize)> =
            self.commits.iter().enumerate().map(|(at, commit)| (commit.old.as_str(), at)).collect();
        sorted.sort_unstable();
        let target = |prefix: &str| {
            let from = sorted.partition_point(|(old, _)| *old < prefix);
            let mut named = sorted[from..].iter().take_while(|(old, _)| old.starts_with(prefix));
            named.next().filter(|_| named.next().is_none()).map(|(_, at)| *at)
        };
        let targets: Vec<Option<usize>> =
            self.commits.iter().map(|commit| commit.reverts.as_deref().and_then(target)).collect();
        let mut order = Vec::new();
        // 0 not seen, 1 on the way, 2 done.
        let mut state = vec![0_u8; self.commits.len()];
        let mut stack: Vec<usize> = (0..self.commits.len()).rev().collect();
        while let Some(&at) = stack.last() {
            match state[at] {
                0 => {
                    state[at] = 1;
                    let first = self.commits[at].parents.iter().copied().chain(targets[at]);
                    let missing: Vec<usize> = first.filter(|&before| state[before] == 0).collect();
                    stack.extend(missing);
                }
                1 => {
                    state[at] = 2;
                    order.push(at);
                    stack.pop();
                }
                _ => drop(stack.pop()),
            }
        }
        (order, targets)
    }

    /// Writes the repository and gives the new id of each commit.
    pub(crate) fn rebuild(&self, scratch: &Scratch, name: &str, head: &str) -> Vec<String> {
        const WHO: &str = "Ada <ada@example.com>";
        let (order, targets) = self.order();
        let empty_tree = gix::ObjectId::empty_tree(gix::hash::Kind::Sha1);
        let mut new = vec![String::new(); self.commits.len()];
        let mut stream = Vec::new();
        let mut markers = 0;
        for at in order {
            let Commit { old, parents, author_time, committer_time, reverts } = &self.commits[at];
            let mut message = format!("{old}\n");
            if let Some(prefix) = reverts {
                let digits = targets[at].map_or(prefix.as_str(), |target| &new[target][..prefix.len()]);
                message = format!("{old}\n\nThis reverts commit {digits}.\n");
                markers += 1;
            }
            let named: Vec<String> = parents.iter().map(|&parent| format!("parent {}\n", new[parent])).collect();
            let named = named.concat();
            let object = format!(
                "tree {empty_tree}\n{named}author {WHO} {author_time} +0000\ncommitter {WHO} {committer_time} +0000\n\n\
                 {message}"
            );
            let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, Kind::Commit, object.as_bytes()).unwrap();
            new[at] = id.to_string();
            if parents.is_empty() {
                stream.extend_from_slice(b"reset refs/heads/import\n");
            }
            let (mark, length) = (at + 1, message.len());
            write!(stream, "commit refs/heads/import\nmark :{mark}\nauthor {WHO} {author_time} +0000\n").unwrap();
            write!(stream, "committer {WHO} {committer_time} +0000\ndata {length}\n{message}\n").unwrap();
            for (nth, parent) in parents.iter().enumerate() {
                writeln!(stream, "{} :{}", if nth == 0 { "from" } else { "merge" }, parent + 1).unwrap();
            }
            stream.push(b'\n');
        }
        let marks: HashMap<&str, usize> =
            self.commits.iter().enumerate().map(|(at, commit)| (commit.old.as_str(), at + 1)).collect();
        for Tag { name, target, time, annotated } in &self.tags {
            let mark = marks[target.as_str()];
            if *annotated {
                write!(stream, "tag {name}\nfrom :{mark}\ntagger {WHO} {time} +0000\ndata 0\n\n").unwrap();
            } else {
                write!(stream, "reset refs/tags/{name}\nfrom :{mark}\n\n").unwrap();
            }
        }
        write!(stream, "reset refs/heads/main\nfrom :{}\n\n", marks[head]).unwrap();
        scratch.init(name);
        scratch.import(name, &stream);
        // What git wrote is what was worked out here.
        assert_eq!(scratch.git(name, &["rev-parse", "main"]).trim(), new[marks[head] - 1]);
        println!("{name}: {} commits, {} tags, {markers} revert markers rebuilt", new.len(), self.tags.len());
        new
    }
}
