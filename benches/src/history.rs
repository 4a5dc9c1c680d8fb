//! Commit graphs to walk: a real one where its table is at hand, else one of the same size made from a seed.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use truenorth::desk::sources::git::{NodeId, Row, Sha};
use truenorth::ground::random::Philox;

/// Commits, their releases, and where they come from.
#[derive(Debug)]
pub struct History {
    /// Rows to make the graph of.
    pub rows: Vec<Row>,
    /// The rows that releases name, in order of time.
    pub tips: Vec<NodeId>,
    /// Its name.
    pub name: String,
}

impl History {
    /// The table of ruff's history in a folder, else a made one.
    pub fn any(folder: &Path) -> Self {
        Self::read(folder, "ruff").unwrap_or_else(|| Self::made(17_000, 425))
    }

    fn read(folder: &Path, name: &str) -> Option<Self> {
        let lines = |kind: &str| -> Option<Vec<Vec<String>>> {
            let file = std::fs::File::open(folder.join(format!("{name}.{kind}.tsv.gz"))).ok()?;
            let mut text = String::new();
            flate2::read::GzDecoder::new(file).read_to_string(&mut text).ok()?;
            Some(text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect())
        };
        let sha = |text: &str| Sha::from_hex(text.as_bytes());
        let mut rows = Vec::new();
        for line in lines("commits")? {
            let [id, parents, author, committer, ..] = &line[..] else { return None };
            rows.push(Row {
                sha: sha(id)?,
                parents: parents.split_whitespace().map(sha).collect::<Option<_>>()?,
                author_time: author.parse().ok(),
                committer_time: committer.parse().ok(),
            });
        }
        let at: HashMap<Sha, NodeId> = rows.iter().zip(0..).map(|(row, node)| (row.sha, node)).collect();
        let mut tags: Vec<(i64, NodeId)> = Vec::new();
        for line in lines("tags")? {
            let [_, target, time, ..] = &line[..] else { return None };
            tags.push((time.parse().ok()?, *at.get(&sha(target)?)?));
        }
        tags.sort_by_key(|tag| tag.0);
        Some(Self { rows, tips: tags.into_iter().map(|tag| tag.1).collect(), name: name.to_owned() })
    }

    /// A trunk with short branches that are merged, and releases at even distances.
    pub fn made(commits: u32, releases: u32) -> Self {
        let mut random = Philox::new(7, 0);
        let sha = |index: u32| {
            let mut bytes = [0; 20];
            let mut random = Philox::new(11, u64::from(index));
            bytes.chunks_mut(4).for_each(|chunk| chunk.copy_from_slice(&random.next_u32().to_le_bytes()));
            Sha(bytes)
        };
        let mut rows: Vec<Row> = Vec::new();
        let mut trunk: Option<u32> = None;
        let mut branch: Option<u32> = None;
        for index in 0..commits {
            let time = Some(1_600_000_000 + i64::from(index) * 3600);
            let parents = match (branch, random.below(4)) {
                (Some(side), 0) => {
                    branch = None;
                    let parents = trunk.into_iter().chain([side]).map(sha).collect();
                    trunk = Some(index);
                    parents
                }
                (Some(side), _) => {
                    branch = Some(index);
                    vec![sha(side)]
                }
                (None, 1) if trunk.is_some() => {
                    branch = Some(index);
                    trunk.into_iter().map(sha).collect()
                }
                (None, _) => trunk.replace(index).into_iter().map(sha).collect(),
            };
            rows.push(Row { sha: sha(index), parents, author_time: time, committer_time: time });
        }
        let every = (commits / releases).max(1);
        let tips = (1..=releases).map(|release| (release * every - 1).min(commits - 1)).collect();
        Self { rows, tips, name: "made from a seed".to_owned() }
    }
}
