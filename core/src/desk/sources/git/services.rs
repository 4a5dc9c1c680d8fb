//! Which services a commit touches: whether what lies at a path differs from the commit's first parent.
//!
//! Only the folders on the way to the asked paths are read. Two trees with the same id hold the same files, so the
//! comparison of ids along the path is exact and needs no list of changed files.

use hashbrown::HashMap;

use super::graph::Sha;
use super::types::ServicePath;
use crate::{Error, ErrorCode, Result};

/// The deepest path of a service, in parts; a bound on the recursion below.
const DEEPEST: usize = 64;
/// How many looked-up folders are remembered before all are forgotten.
const REMEMBERED: usize = 1 << 16;

/// What lies under a name in a tree: its object's id, and whether that is a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) sha: Sha,
    pub(super) folder: bool,
    /// The bits of git's mode, so that a file that becomes executable is a change.
    pub(super) mode: u16,
}

/// Reads folders.
pub(super) trait Folders {
    /// What lies under each of the names in the tree `folder`.
    fn look_up(&mut self, folder: &Sha, names: &[Vec<u8>]) -> Result<Vec<Option<Entry>>>;
}

/// The asked paths as a tree.
#[derive(Debug, Default)]
pub(super) struct Paths {
    points: Vec<Point>,
    seen: HashMap<(usize, Sha), Vec<Option<Entry>>>,
}

/// One folder or file on the way to asked paths, or at their end.
#[derive(Debug, Default)]
struct Point {
    names: Vec<Vec<u8>>,
    /// The points that `names` lead to.
    below: Vec<usize>,
    /// The services that lie here.
    services: Vec<u32>,
}

impl Paths {
    pub(super) fn new(services: &[ServicePath]) -> Result<Self> {
        let mut paths = Self { points: vec![Point::default()], seen: HashMap::new() };
        for (service, asked) in (0_u32..).zip(services) {
            let wrong = |code, what: &str| {
                Error::new(code, format!("expected a path inside the repository, {what}, found `{}`", asked.path))
                    .at(format_args!("services[{service}].path"))
            };
            let mut at = 0;
            let parts = asked.path.split('/').filter(|part| !part.is_empty() && *part != ".");
            for (depth, part) in parts.enumerate() {
                if part == ".." {
                    return Err(wrong(ErrorCode::OutOfRange, "without `..`"));
                }
                if depth >= DEEPEST {
                    return Err(wrong(ErrorCode::TooLarge, "at most 64 parts deep"));
                }
                at = paths.step(at, part.as_bytes());
            }
            paths.points[at].services.push(service);
        }
        Ok(paths)
    }

    fn step(&mut self, from: usize, name: &[u8]) -> usize {
        if let Some(found) = self.points[from].names.iter().position(|other| other == name) {
            return self.points[from].below[found];
        }
        let new = self.points.len();
        self.points.push(Point::default());
        self.points[from].names.push(name.to_vec());
        self.points[from].below.push(new);
        new
    }

    /// Adds to `touched` the services that differ between two trees, in order; `None` is the tree before the first
    /// commit.
    pub(super) fn touched(
        &mut self,
        old: Option<Sha>,
        new: Sha,
        folders: &mut impl Folders,
        touched: &mut Vec<u32>,
    ) -> Result<()> {
        let from = touched.len();
        let root = |sha| Entry { sha, folder: true, mode: 0o040_000 };
        self.compare(0, old.map(root), Some(root(new)), folders, touched)?;
        touched[from..].sort_unstable();
        Ok(())
    }

    fn compare(
        &mut self,
        at: usize,
        old: Option<Entry>,
        new: Option<Entry>,
        folders: &mut impl Folders,
        touched: &mut Vec<u32>,
    ) -> Result<()> {
        if old == new {
            return Ok(());
        }
        touched.extend_from_slice(&self.points[at].services);
        let old = self.look_up(at, old, folders)?;
        let new = self.look_up(at, new, folders)?;
        for below in 0..self.points[at].below.len() {
            let next = self.points[at].below[below];
            self.compare(next, old[below], new[below], folders, touched)?;
        }
        Ok(())
    }

    fn look_up(&mut self, at: usize, entry: Option<Entry>, folders: &mut impl Folders) -> Result<Vec<Option<Entry>>> {
        let names = &self.points[at].names;
        let Some(entry) = entry.filter(|entry| entry.folder && !names.is_empty()) else {
            return Ok(vec![None; names.len()]);
        };
        if let Some(seen) = self.seen.get(&(at, entry.sha)) {
            return Ok(seen.clone());
        }
        let found = folders.look_up(&entry.sha, names)?;
        if self.seen.len() >= REMEMBERED {
            self.seen.clear();
        }
        self.seen.insert((at, entry.sha), found.clone());
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Folders by the first byte of their id: name, id of the entry, whether that is a folder.
    struct Fixed(Vec<(u8, &'static str, u8, bool)>, usize);

    impl Folders for Fixed {
        fn look_up(&mut self, folder: &Sha, names: &[Vec<u8>]) -> Result<Vec<Option<Entry>>> {
            self.1 += 1;
            let find = |name: &Vec<u8>| {
                let found = self.0.iter().find(|entry| entry.0 == folder.0[0] && entry.1.as_bytes() == name)?;
                Some(Entry { sha: Sha([found.2; 20]), folder: found.3, mode: 0 })
            };
            Ok(names.iter().map(find).collect())
        }
    }

    fn ask(paths: &[&str]) -> Result<Paths> {
        let service = |path: &&str| ServicePath { service: (*path).to_owned(), path: (*path).to_owned() };
        Paths::new(&paths.iter().map(service).collect::<Vec<_>>())
    }

    #[test]
    fn only_what_differs_on_the_way_is_touched() {
        // Tree 1 and tree 2 differ in services/a alone; tree 3 has no services folder but a file of that name.
        let mut folders = Fixed(
            vec![
                (1, "services", 10, true),
                (2, "services", 20, true),
                (3, "services", 99, false),
                (10, "a", 11, true),
                (10, "b", 12, true),
                (20, "a", 21, true),
                (20, "b", 12, true),
            ],
            0,
        );
        let mut paths = ask(&["services/a", "./services//b/", "services", "", "docs"]).unwrap();
        let mut touched = |old: Option<u8>, new: u8| {
            let mut touched = Vec::new();
            paths.touched(old.map(|n| Sha([n; 20])), Sha([new; 20]), &mut folders, &mut touched).unwrap();
            touched
        };
        assert_eq!(touched(Some(1), 2), [0, 2, 3]);
        assert_eq!(touched(Some(1), 1), [0_u32; 0]);
        assert_eq!(touched(None, 1), [0, 1, 2, 3]);
        assert_eq!(touched(Some(2), 3), [0, 1, 2, 3]);
        // Six folders, each read once.
        assert_eq!(folders.1, 5);
    }

    #[test]
    fn paths_that_leave_the_repository_or_have_no_end_are_errors() {
        let error = ask(&["a", "../b"]).unwrap_err();
        assert_eq!((error.code(), error.path()), (ErrorCode::OutOfRange, "services[1].path"));
        assert_eq!(ask(&[&"a/".repeat(65)]).unwrap_err().code(), ErrorCode::TooLarge);
        assert!(ask(&[&"a/".repeat(64)]).is_ok());
    }
}
