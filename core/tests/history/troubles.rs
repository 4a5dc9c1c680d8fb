//! Small repositories: what goes wrong with clones and tags, and what a repository may look like otherwise.

use std::path::Path;

use truenorth::ErrorCode;
use truenorth::desk::sources::git::{ChangeFilter, Evidence, History, Options, ServicePath, read, read_watched};

use crate::scratch::Scratch;

/// Three commits on `main`, tagged `v1.0.0` (annotated, at 5000) and `v1.1.0`, in two folders.
const SMALL: &str = "\
commit refs/heads/main
mark :1
author Ada <ada@example.com> 1000 +0000
committer Ada <ada@example.com> 1000 +0000
data 5
base
M 100644 inline services/a/code
data 2
a
M 100644 inline services/b/code
data 2
b

tag v1.0.0
from :1
tagger Ada <ada@example.com> 5000 +0000
data 4
one

commit refs/heads/main
mark :2
author Bob <bob@example.com> 2000 +0000
committer Ada <ada@example.com> 6000 +0000
data 5
work
from :1
M 100644 inline services/a/code
data 3
aa

commit refs/heads/main
mark :3
author Ada <ada@example.com> 7000 +0000
committer Ada <ada@example.com> 7000 +0000
data 14
Revert \"work\"
M 100644 inline services/a/code
data 2
a

reset refs/tags/v1.1.0
from :2

reset refs/tags/v1.2.0
from :3

reset refs/tags/v1.2.0-rc.1
from :3

";

fn small(scratch: &Scratch) {
    scratch.init("small");
    scratch.import("small", SMALL.as_bytes());
}

fn tags(history: &History) -> Vec<(&str, i64)> {
    history.releases.iter().map(|release| (release.tag.as_str(), release.time)).collect()
}

/// What the error says, after a check of its code.
fn says(path: &Path, options: &Options, code: ErrorCode) -> String {
    let error = read(path, options).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    let text = error.to_string();
    assert!(!text.contains('\n') && !text.ends_with('.'), "{text}");
    text
}

fn assert_says(path: &Path, options: &Options, code: ErrorCode, words: &[&str]) {
    let text = says(path, options, code);
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
}

#[test]
fn a_small_history_whole() {
    let Some(scratch) = Scratch::new("small") else { return };
    small(&scratch);
    let found = read(&scratch.path().join("small"), &Options::default()).unwrap();
    assert_eq!(tags(&found), [("v1.0.0", 5000), ("v1.1.0", 6000), ("v1.2.0", 7000)]);
    assert_eq!((found.tags_total, found.odd.tags_not_matching), (4, 1));
    assert_eq!(found.new_changes(ChangeFilter::default()), [1, 1, 1]);
    let [revert] = found.reverts[..] else { panic!("expected one revert, found {:?}", found.reverts) };
    assert_eq!(revert.evidence, Evidence::Title);
    assert_eq!(found.failures().len(), 1);
    let authors: std::collections::BTreeSet<u64> = found.commits().map(|commit| commit.author).collect();
    assert_eq!(authors.len(), 2);
    assert!(found.commits().all(|commit| commit.services.is_empty()));
}

#[test]
fn services_by_path() {
    let Some(scratch) = Scratch::new("services") else { return };
    small(&scratch);
    let service = |name: &str, path: &str| ServicePath { service: name.to_owned(), path: path.to_owned() };
    let services = vec![service("a", "services/a/"), service("b", "services/b"), service("file", "services/a/code")];
    let options = Options { services, ..Options::default() };
    let found = read(&scratch.path().join("small"), &options).unwrap();
    let new = |service| found.new_changes(ChangeFilter { service: Some(service), ..ChangeFilter::default() });
    assert_eq!([new(0), new(1), new(2)], [[1, 1, 1], [1, 0, 0], [1, 1, 1]]);
    let head = found.head.unwrap();
    assert_eq!(found.commit(head).services, [0, 2]);
    assert_says(
        &scratch.path().join("small"),
        &Options { services: vec![service("x", "../x")], ..Options::default() },
        ErrorCode::OutOfRange,
        &["services[0].path", ".."],
    );
}

#[test]
fn clones_that_lack_something_name_the_command() {
    let Some(scratch) = Scratch::new("clones") else { return };
    small(&scratch);
    scratch.git("small", &["config", "uploadpack.allowFilter", "true"]);
    let source = scratch.path().join("small").display().to_string().replace('\\', "/");
    let source = format!("file:///{}", source.trim_start_matches('/'));
    let clone = |name: &str, how: &[&str]| {
        let arguments = [&["clone", "-q", "--bare"], how, &[source.as_str(), name]].concat();
        scratch.git(".", &arguments);
        scratch.path().join(name)
    };
    let options = Options::default();

    let shallow = clone("shallow", &["--depth=1"]);
    assert_says(&shallow, &options, ErrorCode::IncompleteHistory, &["`git fetch --unshallow --tags`"]);
    scratch.git("shallow", &["fetch", "-q", "--unshallow", "--tags"]);
    assert_eq!(read(&shallow, &options).unwrap().releases.len(), 3);

    let untagged = clone("untagged", &["--no-tags"]);
    assert_says(&untagged, &options, ErrorCode::IncompleteHistory, &["no tags", "`git fetch --tags`"]);
    scratch.git("untagged", &["fetch", "-q", "--tags"]);
    assert_eq!(read(&untagged, &options).unwrap().releases.len(), 3);

    // Without trees the history is whole until somebody asks for folders.
    let partial = clone("partial", &["--filter=tree:0"]);
    assert_eq!(read(&partial, &options).unwrap().releases.len(), 3);
    let services = vec![ServicePath { service: "a".to_owned(), path: "services/a".to_owned() }];
    let asking = Options { services, ..Options::default() };
    assert_says(
        &partial,
        &asking,
        ErrorCode::IncompleteHistory,
        &["partial clone", "`git fetch --refetch --no-filter`"],
    );
    scratch.git("partial", &["fetch", "-q", "--refetch", "--no-filter"]);
    assert_eq!(read(&partial, &asking).unwrap().new_changes(ChangeFilter::default()), [1, 1, 1]);

    let other = Options { releases: r"release-\d+".to_owned(), ..Options::default() };
    let words = ["4 tags", r"`release-\d+`", "`v1.2.0`", "`git fetch --tags`"];
    assert_says(&untagged, &other, ErrorCode::IncompleteHistory, &words);
}

#[test]
fn a_repository_with_a_lost_object_is_no_history() {
    let Some(scratch) = Scratch::new("lost") else { return };
    small(&scratch);
    scratch.git("small", &["repack", "-q", "-a", "-d"]);
    // Loose objects instead of the pack, less one.
    let pack = std::fs::read_dir(scratch.path().join("small/objects/pack")).unwrap();
    let pack = pack.map(|entry| entry.unwrap().path()).find(|path| path.extension().is_some_and(|end| end == "pack"));
    let bytes = std::fs::read(pack.unwrap()).unwrap();
    std::fs::remove_dir_all(scratch.path().join("small/objects/pack")).unwrap();
    scratch.git_with("small", &["unpack-objects", "-q"], &bytes).unwrap();
    let options = Options::default();
    assert_eq!(read(&scratch.path().join("small"), &options).unwrap().releases.len(), 3);

    let first = scratch.git("small", &["rev-parse", "main~2"]);
    let (folder, rest) = first.trim().split_at(2);
    std::fs::remove_file(scratch.path().join(format!("small/objects/{folder}/{rest}"))).unwrap();
    let words = ["lacks object", first.trim(), "`git fsck --connectivity-only`"];
    assert_says(&scratch.path().join("small"), &options, ErrorCode::IncompleteHistory, &words);
}

#[test]
fn what_is_no_repository_or_has_no_history_says_so() {
    let Some(scratch) = Scratch::new("nothing") else { return };
    let options = Options::default();
    assert_says(scratch.path(), &options, ErrorCode::Unreadable, &["a git repository at", "found none"]);
    assert_says(&scratch.path().join("nowhere"), &options, ErrorCode::Unreadable, &["nowhere", "found none"]);
    let empty = scratch.init("empty");
    assert_says(&empty, &options, ErrorCode::Unreadable, &["no commits and no tags"]);

    std::fs::create_dir_all(scratch.path().join("sha256")).unwrap();
    scratch.git("sha256", &["init", "-q", "--object-format=sha256"]);
    assert_says(&scratch.path().join("sha256"), &options, ErrorCode::Unreadable, &["SHA-1", "SHA-256"]);
}

#[test]
fn a_reftable_names_the_command_that_converts_it() {
    let Some(scratch) = Scratch::new("reftable") else { return };
    small(&scratch);
    if scratch.git_with("small", &["refs", "migrate", "--ref-format=reftable"], b"").is_err() {
        println!("reftable: skipped, this git has none");
        return;
    }
    let words = ["`git refs migrate --ref-format=files`"];
    assert_says(&scratch.path().join("small"), &Options::default(), ErrorCode::Unreadable, &words);
    scratch.git("small", &["refs", "migrate", "--ref-format=files"]);
    assert_eq!(read(&scratch.path().join("small"), &Options::default()).unwrap().releases.len(), 3);
}

#[test]
fn tags_of_every_kind() {
    let Some(scratch) = Scratch::new("tags") else { return };
    small(&scratch);
    let tree = scratch.git("small", &["rev-parse", "main^{tree}"]);
    let blob = scratch.git("small", &["rev-parse", "main:services/a/code"]);
    scratch.git("small", &["tag", "v9.0.0", tree.trim()]);
    scratch.git("small", &["tag", "-a", "-m", "a tree", "v9.0.1", tree.trim()]);
    scratch.git("small", &["tag", "v9.0.2", blob.trim()]);
    // A tag of a tag: the outer one is the release, at its own time (which the scratch sets).
    scratch.git("small", &["tag", "-a", "-m", "again", "v2.0.0", "v1.0.0"]);
    // An old tag without a tagger: the commit's date stands in.
    let commit = scratch.git("small", &["rev-parse", "main"]);
    let old = format!("object {}\ntype commit\ntag v0.0.1\n\nold\n", commit.trim());
    let old = scratch
        .git_with("small", &["hash-object", "-t", "tag", "-w", "--literally", "--stdin"], old.as_bytes())
        .unwrap();
    scratch.git("small", &["update-ref", "refs/tags/v0.0.1", old.trim()]);
    // A broken reference, a symbolic one, and one that packed-refs holds.
    scratch.git("small", &["pack-refs", "--all"]);
    scratch.git("small", &["symbolic-ref", "refs/tags/v8.0.0", "refs/heads/main"]);
    std::fs::create_dir_all(scratch.path().join("small/refs/tags")).unwrap();
    std::fs::write(scratch.path().join("small/refs/tags/v8.0.1"), "not an id\n").unwrap();

    let found = read(&scratch.path().join("small"), &Options::default()).unwrap();
    let expected = [("v1.0.0", 5000), ("v1.1.0", 6000), ("v0.0.1", 7000), ("v1.2.0", 7000), ("v2.0.0", 1_700_000_000)];
    assert_eq!(tags(&found), expected);
    let odd = &found.odd;
    assert_eq!((odd.tags_without_commit, odd.tags_without_tagger, odd.tags_unreadable), (3, 1, 2));
    assert_eq!((odd.releases_on_the_same_commit, found.tags_total), (2, 11));
    assert_eq!(found.new_changes(ChangeFilter::default()), [1, 1, 1, 0, 0]);
}

#[test]
fn branches_worktrees_subfolders_and_commit_graphs() {
    let Some(scratch) = Scratch::new("places") else { return };
    small(&scratch);
    let options = Options::default();
    let bare = scratch.path().join("small");
    let whole = read(&bare, &options).unwrap();
    let same = |path: &Path| {
        let other = read(path, &options).unwrap();
        assert_eq!((tags(&other), other.graph.len()), (tags(&whole), whole.graph.len()));
    };
    scratch.git("small", &["commit-graph", "write", "--reachable"]);
    same(&bare);
    scratch.git(".", &["clone", "-q", "small", "work"]);
    same(&scratch.path().join("work/services/a"));
    scratch.git("work", &["worktree", "add", "-q", "../tree", "HEAD~1"]);
    let tree = read(&scratch.path().join("tree"), &options).unwrap();
    assert_eq!(tags(&tree), tags(&whole));
    // The objects of another repository, by alternates.
    scratch.git(".", &["clone", "-q", "--shared", "small", "shared"]);
    same(&scratch.path().join("shared"));

    // Commits that no release contains wait, on the branch that is asked for.
    scratch.git("small", &["tag", "-d", "v1.2.0"]);
    let waiting = |branch: Option<&str>| {
        let found = read(&bare, &Options { branch: branch.map(str::to_owned), ..Options::default() }).unwrap();
        found.commits().filter(|commit| commit.first_release.is_none()).count()
    };
    scratch.git("small", &["branch", "old", "v1.0.0"]);
    assert_eq!([waiting(None), waiting(Some("main")), waiting(Some("old"))], [1, 1, 0]);
    let missing = Options { branch: Some("nobody".to_owned()), ..Options::default() };
    assert_says(&bare, &missing, ErrorCode::UnknownValue, &["`branch`", "`nobody`"]);
    // No branch at all: the tags alone tell a history.
    scratch.git("small", &["symbolic-ref", "HEAD", "refs/heads/unborn"]);
    assert_eq!(waiting(None), 0);
}

#[test]
fn reading_stops_when_asked_and_patterns_are_checked_first() {
    let Some(scratch) = Scratch::new("stops") else { return };
    small(&scratch);
    let error = read_watched(&scratch.path().join("small"), &Options::default(), &mut |_| false).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Cancelled);
    let wrong = Options { releases: "(".to_owned(), ..Options::default() };
    assert_says(&scratch.path().join("nowhere"), &wrong, ErrorCode::InvalidPattern, &["`releases`", "`(`"]);
}
