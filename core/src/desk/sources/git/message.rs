//! What a commit object says: its headers, and the other commits that its message names.

use regex::bytes::Regex;

use super::graph::{NodeId, Sha, ShaPrefix};
use super::types::UNKNOWN_TIME;
use crate::ground::time::Time;
use crate::{Error, ErrorCode, Result};

/// The parts of a commit object that are read here, borrowed from it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CommitText<'a> {
    pub(super) tree: Sha,
    pub(super) parents: Vec<Sha>,
    /// Name and address of the author as written.
    pub(super) author: &'a [u8],
    pub(super) author_time: i64,
    pub(super) committer_time: i64,
    pub(super) message: &'a [u8],
}

/// Reads a commit object; `None` when it is not one.
///
/// As git does, and unlike a parser that stops at the first irregular line, this reads on where a signature is
/// malformed: only its time is unknown then.
pub(super) fn commit_text(mut object: &[u8]) -> Option<CommitText<'_>> {
    let mut next = || {
        let end = object.iter().position(|&byte| byte == b'\n').unwrap_or(object.len());
        let line = &object[..end];
        object = object.get(end + 1..).unwrap_or_default();
        line
    };
    let tree = Sha::from_hex(next().strip_prefix(b"tree ")?)?;
    let mut text = CommitText {
        tree,
        parents: Vec::new(),
        author: b"",
        author_time: UNKNOWN_TIME,
        committer_time: UNKNOWN_TIME,
        message: b"",
    };
    loop {
        let line = next();
        if line.is_empty() {
            break;
        } else if let Some(parent) = line.strip_prefix(b"parent ") {
            text.parents.push(Sha::from_hex(parent)?);
        } else if let Some(author) = line.strip_prefix(b"author ") {
            (text.author, text.author_time) = signature(author);
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            text.committer_time = signature(committer).1;
        }
    }
    text.message = object;
    Some(text)
}

/// What an annotated tag names, and when it was made.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TagText<'a> {
    pub(super) object: Sha,
    /// `commit`, or another `tag`, `tree` or `blob`.
    pub(super) kind: &'a [u8],
    /// Old tags have no tagger.
    pub(super) tagger_time: i64,
}

/// Reads a tag object; `None` when it is not one.
pub(super) fn tag_text(object: &[u8]) -> Option<TagText<'_>> {
    let mut lines = object.split(|&byte| byte == b'\n').take_while(|line| !line.is_empty());
    let object = Sha::from_hex(lines.next()?.strip_prefix(b"object ")?)?;
    let kind = lines.next()?.strip_prefix(b"type ")?;
    let tagger = lines.find_map(|line| line.strip_prefix(b"tagger "));
    Some(TagText { object, kind, tagger_time: tagger.map_or(UNKNOWN_TIME, |tagger| signature(tagger).1) })
}

/// Who, and when in seconds: `Ada <ada@example.com> 1700000000 +0100`.
pub(super) fn signature(line: &[u8]) -> (&[u8], i64) {
    let who = line.iter().rposition(|&byte| byte == b'>').map_or(0, |at| at + 1);
    let (who, rest) = line.split_at(who);
    let time = rest.split(u8::is_ascii_whitespace).find(|word| !word.is_empty());
    let time = time.and_then(|word| std::str::from_utf8(word).ok()).and_then(|word| word.parse().ok());
    // The years 1 to 9999, which every other time in the house keeps to.
    (who, time.filter(|&time| Time::from_seconds(time).is_some()).unwrap_or(UNKNOWN_TIME))
}

/// The first line of a message, without the pull request numbers that a squash puts behind it.
pub(super) fn subject(message: &[u8]) -> &[u8] {
    let mut subject = first_line(message);
    while let (title, Some(_)) = squash_number(subject) {
        subject = title;
    }
    subject
}

fn first_line(message: &[u8]) -> &[u8] {
    let message = message.trim_ascii_start();
    message.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end()
}

/// Splits `Title (#12)`.
fn squash_number(subject: &[u8]) -> (&[u8], Option<u32>) {
    let Some(inner) = subject.strip_suffix(b")") else { return (subject, None) };
    let digits = inner.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (title, number) = inner.split_at(inner.len() - digits);
    match (title.strip_suffix(b"(#"), decimal(number)) {
        (Some(title), Some(number)) => (title.trim_ascii_end(), Some(number)),
        _ => (subject, None),
    }
}

fn decimal(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok().filter(|&number| number > 0)
}

/// A stable 64-bit hash (FNV-1a): equal texts are equal, whatever machine read them.
pub(super) fn hash(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Another commit that a message names, not yet looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mention {
    /// It reverts the commit whose id begins so.
    Reverts(ShaPrefix),
    /// It reverts this pull or merge request.
    RevertsNumber(u32),
    /// It reverts the commit whose subject has this hash.
    RevertsTitle(u64),
    /// It is a copy of the commit whose id begins so.
    PickedFrom(ShaPrefix),
}

/// The patterns for messages, compiled once for a whole history.
#[derive(Debug)]
pub(super) struct Reader {
    gate: Regex,
    commit: Regex,
    hex: Regex,
    number: Regex,
    branch: Regex,
    picked: Regex,
    merge_request: Regex,
}

impl Reader {
    pub(super) fn new() -> Result<Self> {
        let compile = |pattern: &str| {
            Regex::new(pattern).map_err(|error| Error::new(ErrorCode::Internal, format!("a pattern of ours: {error}")))
        };
        Ok(Self {
            gate: compile(r"(?-u)[Rr]evert|REVERT|Reapply|cherry picked from")?,
            // One id, or after `commits` a list of them; `reversing changes made to <id>` names no target.
            commit: compile(
                r#"(?i-u)this\s+reverts\s+(?:commit:?\s+[`'"<]?([0-9a-f]{7,40})\b|commits:?\s+((?:[*\s`'"<-]*[0-9a-f]{7,40}\b[`'">]*(?:\s*,?\s*and\s+|[\s,]+)?)+))"#,
            )?,
            hex: compile(r"(?i-u)\b[0-9a-f]{7,40}\b")?,
            number: compile(
                r"(?im-u)(?:^[ \t*-]*|\bthis\s+)reverts\s+(?:pull\s+request\s+|merge\s+request\s+|pr\s+)?(?:[\w.-]+(?:/[\w.-]+)+)?[#!]([0-9]{1,9})\b",
            )?,
            branch: compile(
                r"(?-u)^Merge (?:pull request #[0-9]+ from [^\s/]+/|(?:remote-tracking )?branch '(?:[^\s/']+/)?)revert-(?:([0-9]{1,9})-|([0-9a-f]{7,40})')",
            )?,
            picked: compile(r"(?m-u)^[ \t]*\(cherry picked from commit ([0-9a-f]{7,40})\)")?,
            merge_request: compile(r"(?m-u)^See merge request \S*!([0-9]{1,9})\b")?,
        })
    }

    /// The pull or merge request that this commit brought in, 0 if it does not say.
    pub(super) fn number(&self, message: &[u8], merge: bool) -> u32 {
        let subject = first_line(message);
        if let (_, Some(number)) = squash_number(subject) {
            return number;
        }
        for prefix in [&b"Merge pull request #"[..], b"Auto merge of #"] {
            if let Some(rest) = subject.strip_prefix(prefix) {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                return decimal(&rest[..digits]).unwrap_or(0);
            }
        }
        let request = merge.then(|| self.merge_request.captures(message)).flatten();
        request.and_then(|found| decimal(found.get(1)?.as_bytes())).unwrap_or(0)
    }

    /// Adds what the message of `node` names to `out`.
    pub(super) fn mentions(&self, node: NodeId, message: &[u8], out: &mut Vec<(NodeId, Mention)>) {
        if !self.gate.is_match(message) {
            return;
        }
        for found in self.commit.captures_iter(message) {
            let listed = found.get(1).or(found.get(2)).map_or(&b""[..], |group| group.as_bytes());
            let ids = self.hex.find_iter(listed).filter_map(|id| ShaPrefix::from_hex(id.as_bytes()));
            out.extend(ids.map(|id| (node, Mention::Reverts(id))));
        }
        for found in self.number.captures_iter(message) {
            let number = found.get(1).and_then(|number| decimal(number.as_bytes()));
            out.extend(number.map(|number| (node, Mention::RevertsNumber(number))));
        }
        if let Some(found) = self.branch.captures(message) {
            let number = found.get(1).and_then(|number| decimal(number.as_bytes()));
            out.extend(number.map(|number| (node, Mention::RevertsNumber(number))));
            let id = found.get(2).and_then(|id| ShaPrefix::from_hex(id.as_bytes()));
            out.extend(id.map(|id| (node, Mention::Reverts(id))));
        }
        if let Some(title) = reverted_title(subject(message)) {
            out.push((node, Mention::RevertsTitle(title)));
        }
        for found in self.picked.captures_iter(message) {
            let id = found.get(1).and_then(|id| ShaPrefix::from_hex(id.as_bytes()));
            out.extend(id.map(|id| (node, Mention::PickedFrom(id))));
        }
    }
}

/// The hash of the subject inside `Revert "…"` or, as newer git writes the revert of a revert, `Reapply "…"`.
fn reverted_title(title: &[u8]) -> Option<u64> {
    let inner = |prefix: &[u8]| title.strip_prefix(prefix)?.strip_suffix(b"\"");
    if let Some(reverted) = inner(b"Revert \"") {
        return Some(hash(subject(reverted)));
    }
    inner(b"Reapply \"").map(|again| hash(&[b"Revert \"", again, b"\""].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(message: &str) -> Vec<Mention> {
        let mut out = Vec::new();
        Reader::new().unwrap().mentions(7, message.as_bytes(), &mut out);
        assert!(out.iter().all(|(node, _)| *node == 7));
        out.into_iter().map(|(_, mention)| mention).collect()
    }

    fn id(hex: &str) -> ShaPrefix {
        ShaPrefix::from_hex(hex.as_bytes()).unwrap()
    }

    #[test]
    fn a_commit_is_read_as_git_reads_it() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let object = format!(
            "tree {a}\nparent {a}\nparent {b}\nauthor A > B <a@x> 12 +0100\ncommitter C <c@x> -5 +0000\n\
             gpgsig -----BEGIN\n parent {a}\n author X <x> 99 +0000\nencoding latin1\n\nTitle\n\nparent {a}\n"
        );
        let text = commit_text(object.as_bytes()).unwrap();
        assert_eq!(text.parents.len(), 2);
        assert_eq!((text.author, text.author_time, text.committer_time), (&b"A > B <a@x>"[..], 12, -5));
        assert_eq!(text.message, format!("Title\n\nparent {a}\n").as_bytes());

        let odd = format!("tree {a}\nauthor nobody\ncommitter C <c@x> 99999999999999 +0000\n");
        let text = commit_text(odd.as_bytes()).unwrap();
        assert_eq!((text.author_time, text.committer_time, text.message), (UNKNOWN_TIME, UNKNOWN_TIME, &b""[..]));
        for wrong in ["", "tree", "tree zz\n", &format!("tree {a}\nparent 12\n")] {
            assert_eq!(commit_text(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_tag_is_read_with_and_without_its_tagger() {
        let a = "a".repeat(40);
        let text = format!("object {a}\ntype commit\ntag v1\ntagger A <a> 8 +0000\n\ntagger B <b> 9 +0000\n");
        let text = tag_text(text.as_bytes()).unwrap();
        assert_eq!((text.kind, text.tagger_time), (&b"commit"[..], 8));
        let text = format!("object {a}\ntype tree\ntag v1\n\ntagger B <b> 9 +0000\n");
        assert_eq!(tag_text(text.as_bytes()).unwrap().tagger_time, UNKNOWN_TIME);
        assert_eq!(tag_text(b"object 1\n"), None);
        assert_eq!(tag_text(b""), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_an_object_says_is_a_panic(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
            text in "(tree |object |parent |author |>|[0-9a-f]{40}|this reverts commits?|Revert \"|#|\\(|\\)|!|\n| |[0-9]){0,40}",
        ) {
            let reader = Reader::new().unwrap();
            for object in [&bytes[..], text.as_bytes()] {
                let (_, _) = (tag_text(object), subject(object));
                let message = commit_text(object).map_or(object, |text| text.message);
                reader.number(message, true);
                reader.mentions(0, message, &mut Vec::new());
            }
        }
    }

    #[test]
    fn reverts_by_id() {
        let full = "0123456789abcdef0123456789abcdef01234567";
        let other = "fedcba98";
        let reverts = |message: String, expected: &[&str]| {
            let expected: Vec<Mention> = expected.iter().map(|hex| Mention::Reverts(id(hex))).collect();
            assert_eq!(mentions(&message), expected, "{message}");
        };
        reverts(format!("Undo\n\nThis reverts commit {full}.\n"), &[full]);
        reverts(format!("Undo\n\nThis reverts commit {full}, reversing\nchanges made to {other}.\n"), &[full]);
        reverts(format!("Undo\n\nthis reverts\ncommit `{other}`."), &[other]);
        reverts(format!("Undo\n\nThis reverts commit {full}.\n\nThis reverts commit {other}."), &[full, other]);
        reverts(format!("Undo\n\nThis reverts commits {full}, {other} and abcdef12.\n"), &[full, other, "abcdef12"]);
        reverts(format!("Undo\n\nThis reverts commits:\n- {full}\n- {other}\n\nBecause."), &[full, other]);
        reverts("This reverts commit abcdef".to_owned(), &[]);
        reverts(format!("This reverts commit {full}0"), &[]);
        reverts(format!("We should have reverted commit {full}"), &[]);
        reverts("Merge branch 'revert-abcdef12' into 'main'".to_owned(), &["abcdef12"]);
    }

    #[test]
    fn reverts_by_number_and_title() {
        let number = |number| Mention::RevertsNumber(number);
        let title = |title: &str| Mention::RevertsTitle(hash(title.as_bytes()));
        assert_eq!(mentions("Revert \"Add x (#12)\" (#13)\n\nReverts a/b#12"), [number(12), title("Add x")]);
        assert_eq!(mentions("Undo\n\nThis reverts merge request !5"), [number(5)]);
        assert_eq!(mentions("Merge pull request #9 from me/revert-8-topic"), [number(8)]);
        assert_eq!(mentions("Merge branch 'revert-8-topic'"), [number(8)]);
        assert_eq!(mentions("Revert \"Revert \"Add x\"\""), [title("Revert \"Add x\"")]);
        assert_eq!(mentions("Reapply \"Add x\""), [title("Revert \"Add x\"")]);
        assert_eq!(mentions("Partially reverts #12, and revert nothing else"), []);
        assert_eq!(mentions("Revert the thing"), []);
        assert_eq!(mentions("Reverts #0 and #99999999999"), []);
    }

    #[test]
    fn copies_name_each_source() {
        let message = "Fix\n\n(cherry picked from commit abcdef12)\n(cherry picked from commit 1234567890)\n";
        assert_eq!(mentions(message), [Mention::PickedFrom(id("abcdef12")), Mention::PickedFrom(id("1234567890"))]);
        assert_eq!(mentions("Fix, said (cherry picked from commit abcdef12)"), []);
    }

    #[test]
    fn subjects_lose_their_numbers_and_numbers_are_found() {
        let reader = Reader::new().unwrap();
        let cases = [
            ("\n\nAdd x (#1) (#23)\r\n\nbody", "Add x", 23),
            ("Add x (#)", "Add x (#)", 0),
            ("(#4)", "", 4),
            ("Merge pull request #77 from me/topic\n\nAdd x", "Merge pull request #77 from me/topic", 77),
            ("Auto merge of #5 - me:topic, r=you", "Auto merge of #5 - me:topic, r=you", 5),
            ("Merge branch 'x'\n\nAdd\n\nSee merge request a/b!6", "Merge branch 'x'", 6),
            ("", "", 0),
        ];
        for (message, title, number) in cases {
            assert_eq!(std::str::from_utf8(subject(message.as_bytes())).unwrap(), title);
            assert_eq!(reader.number(message.as_bytes(), true), number, "{message}");
        }
        assert_eq!(reader.number(b"Add\n\nSee merge request a/b!6", false), 0);
    }
}
