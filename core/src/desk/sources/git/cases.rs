//! Small histories for tests, told as rows: no repository, but everything from the message on is what runs.

use super::graph::{Graph, Row, Sha};
use super::history::Found;
use super::into_events::Naming;
use super::message::{Reader, hash, subject};
use super::releases::ReleasePattern;
use super::types::{ChangeFilter, Copies, Evidence, Failure, History, Odd, Options, Release, RevertTiming, Tag};
use crate::facts::{EventTable, Key};
use crate::ground::time::Time;

/// A commit: one hexadecimal digit or more, parents, time, author, message.
pub(super) struct Told<'a>(&'a str, &'a [&'a str], i64, &'a str, String);

pub(super) fn sha(hex: &str) -> Sha {
    Sha::from_hex(format!("{hex:0<40}").as_bytes()).unwrap()
}

fn told<'a>(hex: &'a str, parents: &'a [&'a str], time: i64, message: impl Into<String>) -> Told<'a> {
    Told(hex, parents, time, "Ada", message.into())
}

fn history(commits: &[Told<'_>], tags: &[(&str, &str, i64)]) -> History {
    let rows: Vec<Row> = commits
        .iter()
        .map(|Told(hex, parents, time, ..)| Row {
            sha: sha(hex),
            parents: parents.iter().map(|parent| sha(parent)).collect(),
            author_time: Some(*time),
            committer_time: Some(*time),
        })
        .collect();
    finish(&rows, commits, tags)
}

fn finish(rows: &[Row], commits: &[Told<'_>], tags: &[(&str, &str, i64)]) -> History {
    let reader = Reader::new().unwrap();
    let mut found = Found { graph: Graph::from_rows(rows).unwrap(), ..Found::default() };
    for (node, Told(.., author, message)) in (0..).zip(commits) {
        let message = message.as_bytes();
        let title = subject(message);
        found.details.authors.push(hash(author.as_bytes()));
        found.details.subjects.push(if title.is_empty() { 0 } else { hash(title) });
        found.details.numbers.push(reader.number(message, found.graph.is_merge(node)));
        reader.mentions(node, message, &mut found.mentions);
    }
    let node = |hex: &str| rows.iter().position(|row| row.sha == sha(hex)).unwrap() as u32;
    found.tags = tags
        .iter()
        .map(|&(name, hex, time)| Tag { name: name.to_owned(), target: sha(hex), node: node(hex), time })
        .collect();
    let options = Options::default();
    found.conclude(&options, &ReleasePattern::new(&options.releases).unwrap())
}

/// `This reverts commit` of a padded id.
fn undo(hex: &str) -> String {
    format!("Undo {hex}\n\nThis reverts commit {}.", sha(hex))
}

fn timings(history: &History) -> Vec<RevertTiming> {
    history.reverts.iter().map(|revert| history.timing(revert)).collect()
}

fn failures(history: &History) -> Vec<(u32, Option<u32>)> {
    history.failures().iter().map(|&Failure { release, remedied_by, .. }| (release, remedied_by)).collect()
}

#[test]
fn a_revert_after_ship_fails_the_release_of_its_target_until_the_earliest_remedy() {
    let history = history(
        &[
            told("a", &[], 1, "base"),
            told("b", &["a"], 2, "work"),
            told("c", &["b"], 3, "more"),
            told("d", &["c"], 4, undo("c")),
            told("e", &["d"], 5, undo("b")),
            told("f", &["e"], 6, undo("a")),
        ],
        &[("0.1.0", "a", 10), ("0.2.0", "c", 20), ("0.3.0", "d", 30), ("0.4.0", "f", 40)],
    );
    assert_eq!(timings(&history), [RevertTiming::AfterShip; 3]);
    // Both reverts are of 0.2.0; the one of the baseline is no failure.
    assert_eq!(failures(&history), [(1, Some(2))]);
}

#[test]
fn a_revert_before_ship_or_of_nothing_shipped_is_no_failure_and_a_waiting_one_is_open() {
    let history = history(
        &[
            told("a", &[], 1, "base"),
            told("b", &["a"], 2, "work"),
            told("c", &["b"], 3, undo("b")),
            told("d", &["c"], 4, "shipped"),
            told("e", &["d"], 5, "waits"),
            told("f", &["e"], 6, undo("e")),
            told("1", &["f"], 7, undo("d")),
        ],
        &[("0.1.0", "a", 10), ("0.2.0", "d", 20)],
    );
    assert_eq!(timings(&history), [RevertTiming::BeforeShip, RevertTiming::NeverShipped, RevertTiming::Waiting]);
    assert_eq!(failures(&history), [(1, None)]);
}

#[test]
fn a_revert_that_ships_earlier_than_its_target_on_a_parallel_line_is_no_failure() {
    // b is on the main line (2.0.0), d undoes it on the old one (1.0.1), which was released before.
    let history = history(
        &[told("a", &[], 1, "base"), told("b", &["a"], 2, "work"), told("d", &["a"], 3, undo("b"))],
        &[("1.0.0", "a", 10), ("1.0.1", "d", 20), ("2.0.0", "b", 30)],
    );
    assert_eq!(timings(&history), [RevertTiming::EarlierRelease]);
    assert_eq!(failures(&history), []);
}

#[test]
fn the_revert_of_a_revert_is_marked() {
    let history = history(
        &[
            told("a", &[], 1, "base"),
            told("b", &["a"], 2, "Add x (#1)"),
            told("c", &["b"], 3, format!("Revert \"Add x (#1)\" (#2)\n\nThis reverts commit {}.", sha("b"))),
            told("d", &["c"], 4, "Reapply \"Add x (#1)\" (#3)"),
        ],
        &[("0.1.0", "a", 10), ("0.2.0", "b", 20), ("0.3.0", "c", 30), ("0.4.0", "d", 40)],
    );
    let told: Vec<_> = history.reverts.iter().map(|r| (r.commit, r.target, r.evidence, r.of_revert)).collect();
    assert_eq!(told, [(2, 1, Evidence::Commit, false), (3, 2, Evidence::Title, true)]);
    assert_eq!(failures(&history), [(1, Some(2)), (2, Some(3))]);
}

#[test]
fn ids_that_name_several_commits_or_none_are_counted_and_better_evidence_is_sought() {
    let history = history(
        &[
            told("abcdef01", &[], 1, "one"),
            told("abcdef02", &["abcdef01"], 2, "two (#7)"),
            told("c", &["abcdef02"], 3, "This reverts commit abcdef0."),
            told("d", &["c"], 4, "This reverts commit 1234567."),
            told("e", &["d"], 5, "Revert \"two (#7)\"\n\nThis reverts commit 1234567.\n\nReverts x/y#7"),
            told("f", &["e"], 6, "Revert \"nothing known\""),
            told("1", &["f"], 7, "This reverts commit abcdef01."),
        ],
        &[("0.1.0", "1", 10)],
    );
    let told: Vec<_> = history.reverts.iter().map(|r| (r.commit, r.target, r.evidence)).collect();
    assert_eq!(told, [(4, 1, Evidence::Number), (6, 0, Evidence::Commit)]);
    let Odd { revert_ids_unknown, revert_ids_ambiguous, reverts_without_target, .. } = history.odd;
    assert_eq!((revert_ids_unknown, revert_ids_ambiguous, reverts_without_target), (2, 1, 3));
}

#[test]
fn numbers_and_titles_mean_the_last_commit_before() {
    let history = history(
        &[
            told("a", &[], 1, "Add x"),
            told("b", &["a"], 2, "Revert \"Add x\""),
            told("c", &["b"], 3, "Add x"),
            told("d", &["c"], 4, "Revert \"Add x\""),
            told("e", &["d"], 5, "Add x"),
            told("f", &["e"], 6, "Merge pull request #9 from me/topic"),
            told("1", &["f"], 7, "Merge pull request #10 from me/revert-9-topic"),
        ],
        &[("0.1.0", "1", 10)],
    );
    let told: Vec<_> = history.reverts.iter().map(|r| (r.commit, r.target, r.evidence)).collect();
    assert_eq!(told, [(1, 0, Evidence::Title), (3, 2, Evidence::Title), (6, 5, Evidence::Number)]);
}

#[test]
fn copies_are_found_by_trailer_and_by_identity_and_can_count_once() {
    let mut commits = [
        told("a", &[], 1, "base"),
        told("b", &["a"], 2, "Fix y (#5)"),
        // A back-port by trailer with another title, and one by identity with another number.
        told("c", &["a"], 5, format!("[1.x] Fix y\n\n(cherry picked from commit {})", sha("b"))),
        told("d", &["c"], 2, "Fix y (#5) (#6)"),
        // The same title and time by somebody else, and a source that is not here.
        told("e", &["b"], 2, "Fix y"),
        told("f", &["e"], 7, "Other\n\n(cherry picked from commit 1234567)"),
    ];
    commits[4].3 = "Bob";
    let history = history(&commits, &[("1.0.0", "a", 10), ("1.0.1", "d", 20), ("1.1.0", "f", 30)]);
    let copies: Vec<_> = history.commits().map(|commit| commit.copy_of).collect();
    assert_eq!(copies, [None, None, Some(1), Some(1), None, None]);
    assert_eq!(history.odd.copy_sources_unknown, 1);
    assert_eq!(history.new_changes(ChangeFilter::default()), [1, 2, 3]);
    let once = ChangeFilter { copies: Copies::CountOnce, ..ChangeFilter::default() };
    // In 1.0.1 the two copies are one change; the original, which shipped later, is not counted again.
    assert_eq!(history.new_changes(once), [1, 1, 2]);
    let kept: Vec<u32> = history.changes(once).map(|commit| commit.node).collect();
    assert_eq!(kept, [0, 3, 4, 5]);
}

#[test]
fn merges_are_changes_only_when_asked_and_never_copies_by_identity() {
    let history = history(
        &[
            told("a", &[], 1, "base"),
            told("b", &["a"], 2, "left"),
            told("c", &["a"], 2, "right"),
            told("d", &["b", "c"], 3, "Merge"),
            told("e", &["c", "b"], 3, "Merge"),
        ],
        &[("1.0.0", "a", 10), ("1.1.0", "d", 20)],
    );
    assert_eq!(history.new_changes(ChangeFilter::default()), [1, 2]);
    assert_eq!(history.new_changes(ChangeFilter { merges: true, ..ChangeFilter::default() }), [1, 3]);
    assert_eq!(history.commit(4).copy_of, None);
    assert_eq!(history.changes(ChangeFilter::default()).filter(|commit| commit.first_release.is_none()).count(), 0);
}

#[test]
fn backwards_and_missing_times_are_counted() {
    let rows = [
        Row { sha: sha("a"), parents: vec![], author_time: Some(5), committer_time: Some(9) },
        Row { sha: sha("b"), parents: vec![sha("a")], author_time: Some(8), committer_time: Some(7) },
        Row { sha: sha("c"), parents: vec![sha("b")], author_time: None, committer_time: Some(99) },
        Row { sha: sha("d"), parents: vec![sha("c")], author_time: Some(0), committer_time: Some(100) },
    ];
    let commits = [told("a", &[], 0, "1"), told("b", &[], 0, "2"), told("c", &[], 0, "3"), told("d", &[], 0, "4")];
    let history = finish(&rows, &commits, &[("1.0.0", "a", 10), ("1.0.1", "d", 20)]);
    let Odd { times_unknown, times_before_parent, times_committed_before_authored, times_after_release, .. } =
        history.odd;
    assert_eq!((times_unknown, times_before_parent), (1, 1));
    assert_eq!((times_committed_before_authored, times_after_release), (1, 1));
    assert_eq!(history.commit(2).author_time, None);
}

#[test]
fn one_commit_with_several_tags_is_a_baseline_and_empty_releases() {
    let history = history(&[told("a", &[], 1, "base")], &[("1.0.0", "a", 10), ("1.0.1", "a", 10), ("2.0.0", "a", 9)]);
    let tags: Vec<&str> = history.releases.iter().map(|Release { tag, .. }| tag.as_str()).collect();
    assert_eq!(tags, ["2.0.0", "1.0.0", "1.0.1"]);
    assert_eq!(history.new_changes(ChangeFilter::default()), [1, 0, 0]);
    assert_eq!(history.odd.releases_on_the_same_commit, 2);
    assert_eq!(failures(&history), []);
}

#[test]
fn facts_have_links_and_marks() {
    let history = history(
        &[
            told("a", &[], 1, "base"),
            told("b", &["a"], 2, "work"),
            told("c", &["b"], 3, "more"),
            told("d", &["b", "c"], 4, "Merge"),
            // Of two reverted commits in two releases one is named by the change, the other marked at its release.
            told("e", &["d"], 5, format!("{}\n\nThis reverts commit {}.", undo("b"), sha("c"))),
            told("f", &["e"], 6, format!("waits\n\n(cherry picked from commit {})", sha("b"))),
        ],
        &[("0.1.0", "a", 10), ("0.2.0", "b", 20), ("0.3.0", "d", 30), ("0.4.0", "e", 40)],
    );
    let mut events = EventTable::new();
    let appended = history.append_to(&mut events, &Naming::of("app")).unwrap();
    assert_eq!((appended.deployments, appended.changes, appended.further_reverts), (4, 6, 1));
    events.settle();
    let (deployments, changes) = (events.deployments(), events.changes());
    assert_eq!((deployments.len(), changes.len(), events.quality().rejected), (4, 6, 0));
    let name = |symbol| events.names().text(symbol).to_owned();
    let links: Vec<String> = (0..6).map(|row| name(changes.deployment.get(row))).collect();
    assert_eq!(links, ["0.1.0", "0.2.0", "0.3.0", "0.3.0", "0.4.0", ""]);
    assert_eq!(changes.reverts.get(4), Key::of_bytes(sha("b").0));
    assert_eq!(changes.copy_of.get(5), Key::of_bytes(sha("b").0));
    let shipped: Vec<(u32, Key)> = events.shipped().to_vec();
    assert_eq!(shipped.len(), 5);
    assert!(shipped.contains(&(2, Key::of_bytes(sha("c").0))));
    let restored: Vec<Option<Time>> = (0..4).map(|row| deployments.restored_at.get(row).time()).collect();
    assert_eq!(restored, [None, None, Time::from_seconds(40), None]);
}
