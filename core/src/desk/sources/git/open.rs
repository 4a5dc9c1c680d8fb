//! Opens a repository with gix and says plainly what stops its history from being whole.
//!
//! This is the one place in the core that touches a path: gix reads files by itself, so a git history cannot be
//! handed in as bytes. Neither the environment nor the user's or the system's git configuration is read.

use std::path::Path;

use gix::objs::Find as _;

use super::graph::Sha;
use super::history::Found;
use super::message::{Reader, tag_text};
use super::releases::ReleasePattern;
use super::services::Paths;
use super::types::{History, Options, UNKNOWN_TIME};
use super::walk::Walk;
use crate::{Error, ErrorCode, Result};

/// Annotated tags of tags of tags: more than this is nobody's history.
const DEEPEST_TAG: usize = 16;

/// Reads the history of the repository that `path` lies in.
///
/// # Definition
/// Walks from every tag that is a release and from the branch, over all parents, and decodes each commit once. Each
/// commit belongs to the first release that contains it ([`first_releases`](super::first_releases)).
///
/// # Errors
/// Never a number from half a history: [`ErrorCode::IncompleteHistory`] for a shallow clone, missing tags and missing
/// objects, with the command to run; [`ErrorCode::Unreadable`] when there is no repository, no commit or a format
/// that is not read here; [`ErrorCode::InvalidPattern`] for the pattern.
pub fn read(path: &Path, options: &Options) -> Result<History> {
    read_watched(path, options, &mut |_| true)
}

/// Like [`read`]; `watch` is told now and then how many commits are read, and answers whether to go on.
///
/// # Errors
/// Those of [`read`], and [`ErrorCode::Cancelled`] when `watch` answers no.
pub fn read_watched(path: &Path, options: &Options, watch: &mut dyn FnMut(usize) -> bool) -> Result<History> {
    let pattern = ReleasePattern::new(&options.releases)?;
    let paths = if options.services.is_empty() { None } else { Some(Paths::new(&options.services)?) };
    let reader = Reader::new()?;
    let repository = Repository::open(path)?;
    let mut found = Found::default();
    let tags = repository.tags(&pattern, &mut found)?;
    let head = repository.head(options.branch.as_deref())?;
    if found.tags_total == 0 && head.is_none() {
        return Err(repository.error(ErrorCode::Unreadable, "has no commits and no tags yet"));
    }
    if tags.is_empty() {
        return Err(repository.no_releases(&pattern, &found));
    }
    let mut walk = Walk::new(&repository, &reader, found, paths);
    walk.start(tags, head)?;
    let found = walk.run(watch)?;
    if found.tags.is_empty() {
        return Err(repository.no_releases(&pattern, &found));
    }
    Ok(found.conclude(options, &pattern))
}

/// A tag that matches the pattern, before its commit is read.
#[derive(Debug)]
pub(super) struct TagRef {
    pub(super) name: String,
    pub(super) target: Sha,
    /// The tagger's date, or [`UNKNOWN_TIME`] to take the commit's.
    pub(super) time: i64,
}

/// An opened repository.
pub(super) struct Repository {
    gix: gix::Repository,
    shown: String,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    Tag,
    Other,
}

impl Repository {
    fn open(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let isolated = gix::open::Options::isolated;
        let trust = gix::sec::trust::Mapping { full: isolated(), reduced: isolated() };
        let upwards = gix::discover::upwards::Options::default();
        let gix = gix::ThreadSafeRepository::discover_opts(path, upwards, trust).map_err(|error| {
            let found = if error.is_not_found() {
                ", found none".to_owned()
            } else if error.iter_errors().any(|error| error.to_string().contains("sha256")) {
                " that names its objects by SHA-1, found SHA-256, which is not read here".to_owned()
            } else {
                format!(": {}", told(&error))
            };
            let wanted = format!("expected a git repository at `{shown}` or in a folder above it");
            Error::new(ErrorCode::Unreadable, wanted + &found)
        })?;
        let repository = Self { gix: gix.to_thread_local(), shown };
        // Another crate of the same program may have taught gix the other kind of id.
        if repository.gix.object_hash() != gix::hash::Kind::Sha1 {
            return Err(repository.error(ErrorCode::Unreadable, "names its objects by SHA-256; SHA-1 is read here"));
        }
        // Before anything is looked up by name: gix finds no references in this format.
        if repository.gix.common_dir().join("reftable").is_dir() {
            let what = "keeps its references as a reftable, files are read here: run \
                        `git refs migrate --ref-format=files` in it or in a copy";
            return Err(repository.error(ErrorCode::Unreadable, what));
        }
        if repository.gix.is_shallow().map_err(|error| repository.unreadable("the shallow file", &error))? {
            let what = "is a shallow clone, so that commits would be put into the wrong releases: run \
                        `git fetch --unshallow --tags`";
            return Err(repository.error(ErrorCode::IncompleteHistory, what));
        }
        Ok(repository)
    }

    /// The tags that match; the others are counted.
    fn tags(&self, pattern: &ReleasePattern, found: &mut Found) -> Result<Vec<TagRef>> {
        let wrong = |error: &gix::Error| self.unreadable("its tags", error);
        let references = self.gix.references().map_err(|error| wrong(&error))?;
        let mut tags = Vec::new();
        let mut buffer = Vec::new();
        for reference in references.tags().map_err(|error| wrong(&error))? {
            found.tags_total += 1;
            let Ok(reference) = reference else {
                found.odd.tags_unreadable += 1;
                continue;
            };
            let name = reference.name().as_bstr();
            let name = String::from_utf8_lossy(name.strip_prefix(b"refs/tags/").unwrap_or(name)).into_owned();
            if pattern.version(&name).is_none() {
                found.odd.tags_not_matching += 1;
                found.other_tags.push(name);
                continue;
            }
            let Some(id) = reference.try_id().and_then(|id| sha(&id)) else {
                found.odd.tags_unreadable += 1;
                continue;
            };
            self.peel(name, id, &mut buffer, found, &mut tags)?;
        }
        Ok(tags)
    }

    /// Follows an annotated tag to its commit.
    fn peel(
        &self,
        name: String,
        mut target: Sha,
        buffer: &mut Vec<u8>,
        found: &mut Found,
        tags: &mut Vec<TagRef>,
    ) -> Result<()> {
        let mut time = None;
        for _ in 0..DEEPEST_TAG {
            let (kind, data) = self.object(&target, buffer)?;
            match kind {
                Kind::Commit => {
                    found.odd.tags_without_tagger += u64::from(time == Some(UNKNOWN_TIME));
                    tags.push(TagRef { name, target, time: time.unwrap_or(UNKNOWN_TIME) });
                    return Ok(());
                }
                Kind::Tag => {
                    let Some(text) = tag_text(data) else { break };
                    // Of a tag of a tag, the outer one is the release.
                    time = time.or(Some(text.tagger_time));
                    target = text.object;
                    if text.kind != b"commit" && text.kind != b"tag" {
                        found.odd.tags_without_commit += 1;
                        return Ok(());
                    }
                }
                Kind::Other => {
                    found.odd.tags_without_commit += 1;
                    return Ok(());
                }
            }
        }
        found.odd.tags_unreadable += 1;
        Ok(())
    }

    fn head(&self, branch: Option<&str>) -> Result<Option<Sha>> {
        let id = match branch {
            None => {
                let head = self.gix.head().map_err(|error| self.unreadable("its `HEAD`", &error))?;
                // A branch without commits is no error: the tags may still tell a history.
                head.try_into_peeled_id().map_err(|error| self.unreadable("its `HEAD`", &error))?
            }
            Some(name) => {
                let missing = || {
                    let what = format!("expected a branch or other reference, found none named `{name}`");
                    Error::new(ErrorCode::UnknownValue, what).at("branch")
                };
                let mut reference = self.gix.try_find_reference(name).ok().flatten().ok_or_else(missing)?;
                Some(reference.peel_to_id().map_err(|error| self.unreadable("that reference", &error).at("branch"))?)
            }
        };
        Ok(id.and_then(|id| sha(&id)))
    }

    fn no_releases(&self, pattern: &ReleasePattern, found: &Found) -> Error {
        let pattern = pattern.as_str();
        let what = if found.tags_total == 0 {
            "has no tags, which releases are read from: run `git fetch --tags`".to_owned()
        } else {
            let some: Vec<String> = found.other_tags.iter().rev().take(5).map(|name| shortened(name)).collect();
            let (total, list) = (found.tags_total, some.join(", "));
            let odd = total - found.odd.tags_not_matching;
            if list.is_empty() {
                format!(
                    "has {total} tags, of which {odd} match `{pattern}` and none of those names a commit with a time"
                )
            } else {
                format!(
                    "has {total} tags of which none is a release by the pattern `{pattern}`, for example {list}: give a \
                     pattern that matches whole names, or run `git fetch --tags`"
                )
            }
        };
        self.error(ErrorCode::IncompleteHistory, &what)
    }

    /// An object's bytes; an error that says what to run when it is missing.
    pub(super) fn object<'a>(&self, id: &Sha, buffer: &'a mut Vec<u8>) -> Result<(Kind, &'a [u8])> {
        match self.gix.objects.try_find(&gix::ObjectId::from(id.0), buffer) {
            Ok(Some(data)) => {
                let kind = match data.kind {
                    gix::objs::Kind::Commit => Kind::Commit,
                    gix::objs::Kind::Tag => Kind::Tag,
                    gix::objs::Kind::Tree | gix::objs::Kind::Blob => Kind::Other,
                };
                Ok((kind, data.data))
            }
            Ok(None) => Err(self.missing(id)),
            Err(error) => Err(self.unreadable(&format!("object `{id}`"), &error)),
        }
    }

    fn missing(&self, id: &Sha) -> Error {
        let config = self.gix.config_snapshot();
        let mut remotes = config.plumbing().sections_by_name("remote").into_iter().flatten();
        let partial = config.string("extensions.partialClone").is_some()
            || remotes.any(|remote| remote.value("promisor").is_some());
        let what = if partial {
            format!("is a partial clone without object `{id}`: run `git fetch --refetch --no-filter`")
        } else {
            format!("lacks object `{id}`: run `git fsck --connectivity-only` to see what is lost, and clone it again")
        };
        self.error(ErrorCode::IncompleteHistory, &what)
    }

    /// An error about the repository as a whole.
    pub(super) fn error(&self, code: ErrorCode, what: &str) -> Error {
        Error::new(code, format!("the git repository at `{}` {what}", self.shown))
    }

    fn unreadable(&self, what: &str, error: &gix::Error) -> Error {
        self.error(ErrorCode::Unreadable, &format!("cannot be read, {what} could not: {}", told(error)))
    }
}

/// A gix error and what caused it, as clauses in the house's manner.
fn told(error: &gix::Error) -> String {
    let clause = |text: &str| text.lines().next().unwrap_or_default().trim().trim_end_matches('.').replace('"', "`");
    let mut clauses: Vec<String> = error.iter_errors().map(|error| clause(&error.to_string())).collect();
    clauses.dedup();
    clauses.join(": ")
}

fn shortened(name: &str) -> String {
    let mut short: String = name.chars().take(60).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    format!("`{short}`")
}

fn sha(id: &gix::oid) -> Option<Sha> {
    id.as_bytes().try_into().ok().map(Sha)
}
