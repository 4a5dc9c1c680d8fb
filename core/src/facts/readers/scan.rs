//! The quick way through a line: events as programs write them, without escapes, unknown fields or surprises.
//!
//! It takes a line only when serde would take it too and would give the same event; at anything else it gives up, and
//! the line goes the careful way. A test holds the two against each other.

use std::collections::BTreeMap;

use crate::facts::events::{Change, Deployment, DeploymentStatus, Event, Incident, PullRequest};
use crate::facts::text::Text;
use crate::ground::time::Time;

/// An event, and how many of its times were finer than a microsecond.
pub(crate) struct Scanned<'a> {
    pub(crate) event: Event<'a>,
    pub(crate) floored: u32,
}

/// The event of a line; `None` where the line needs a closer look.
pub(crate) fn event(line: &str) -> Option<Scanned<'_>> {
    let mut at = Cursor { text: line, at: 0, floored: 0 };
    at.token(b'{')?;
    let event = match at.key()? {
        "change" => Event::Change(change(&mut at)?),
        "deployment" => Event::Deployment(deployment(&mut at)?),
        "incident" => Event::Incident(incident(&mut at)?),
        "pullRequest" => Event::PullRequest(pull_request(&mut at)?),
        _ => return None,
    };
    at.token(b'}')?;
    // A NUL byte looks like the end, and is none.
    (at.next() == 0 && at.at == line.len()).then_some(Scanned { event, floored: at.floored })
}

/// Whether a kind of event has a field of this name.
pub(super) fn is_known(kind: &str, field: &str) -> bool {
    fields_of(kind).contains(&field)
}

/// The fields of a kind of event.
pub(crate) fn fields_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "change" => CHANGE,
        "deployment" => DEPLOYMENT,
        "incident" => INCIDENT,
        "pullRequest" => PULL_REQUEST,
        _ => &[],
    }
}

macro_rules! records {
    ($($scan:ident, $all:ident: $type:ident { $($key:literal $field:ident $read:ident,)+ })+) => {$(
        pub(super) const $all: &[&str] = &[$($key,)+];

        fn $scan<'a>(at: &mut Cursor<'a>) -> Option<$type<'a>> {
            #[expect(non_camel_case_types, reason = "named by the fields they count")]
            enum Bit { $($field,)+ }
            let mut record = $type::default();
            let mut seen = 0_u32;
            let mut first = true;
            while let Some(key) = at.next_key(&mut first)? {
                let bit = match key {
                    $($key => {
                        record.$field = at.$read()?;
                        1 << Bit::$field as u32
                    })+
                    _ => return None,
                };
                // A field that comes twice is a mistake; serde says which.
                if seen & bit != 0 {
                    return None;
                }
                seen |= bit;
            }
            Some(record)
        }
    )+};
}

records! {
    change, CHANGE: Change {
        "sha" sha text,
        "service" service text,
        "repository" repository text,
        "team" team text,
        "committedAt" committed_at time,
        "mergedAt" merged_at time,
        "authoredAt" authored_at time,
        "labels" labels labels,
        "deployment" deployment text,
        "merge" merge truth,
        "reverts" reverts text,
        "copyOf" copy_of text,
    }
    deployment, DEPLOYMENT: Deployment {
        "id" id text,
        "service" service text,
        "repository" repository text,
        "team" team text,
        "environment" environment text,
        "version" version text,
        "sha" sha text,
        "startedAt" started_at time,
        "finishedAt" finished_at time,
        "status" status status,
        "labels" labels labels,
        "changes" changes texts,
        "rollback" rollback truth,
        "rework" rework truth,
        "remediates" remediates text,
        "failed" failed truth,
        "failedAt" failed_at time,
        "restoredAt" restored_at time,
        "baseline" baseline truth,
    }
    pull_request, PULL_REQUEST: PullRequest {
        "id" id text,
        "service" service text,
        "repository" repository text,
        "team" team text,
        "mergeSha" merge_sha text,
        "firstCommitAt" first_commit_at time,
        "openedAt" opened_at time,
        "firstReviewAt" first_review_at time,
        "approvedAt" approved_at time,
        "mergedAt" merged_at time,
        "labels" labels labels,
        "deployment" deployment text,
    }
    incident, INCIDENT: Incident {
        "id" id text,
        "service" service text,
        "repository" repository text,
        "team" team text,
        "environment" environment text,
        "startedAt" started_at time,
        "resolvedAt" resolved_at time,
        "reopenedAt" reopened_at time,
        "labels" labels labels,
        "deployment" deployment text,
        "sha" sha text,
        "severity" severity text,
        "cause" cause text,
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
    floored: u32,
}

#[expect(clippy::option_option, reason = "outside: whether to go on; inside: whether there is a value")]
impl<'a> Cursor<'a> {
    /// The byte here; 0 at the end, which is no byte of a line worth taking.
    #[inline]
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is no space.
    #[inline]
    fn next(&mut self) -> u8 {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\r' => self.at += 1,
                other => return other,
            }
        }
    }

    #[inline]
    fn token(&mut self, byte: u8) -> Option<()> {
        if self.next() != byte {
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self) -> Option<&'a str> {
        let key = self.string()?;
        self.token(b':')?;
        Some(key)
    }

    /// The next key of an object, `None` inside at its end.
    #[inline]
    fn next_key(&mut self, first: &mut bool) -> Option<Option<&'a str>> {
        if *first {
            self.token(b'{')?;
        }
        match self.next() {
            b'}' => {
                self.at += 1;
                *first = false;
                return Some(None);
            }
            b',' if !*first => {
                self.at += 1;
                // Without this, a comma before the end would pass.
                (self.next() == b'"').then_some(())?;
            }
            _ if *first => {}
            _ => return None,
        }
        *first = false;
        self.key().map(Some)
    }

    /// A string without escapes and control characters.
    #[inline]
    fn string(&mut self) -> Option<&'a str> {
        self.token(b'"')?;
        let from = self.at;
        let length = plain(self.text.as_bytes().get(from..)?);
        let to = from + length;
        self.at = to;
        if self.peek() != b'"' {
            return None;
        }
        self.at = to + 1;
        self.text.get(from..to)
    }

    /// Whether `null` stands here, which is then passed.
    #[inline]
    fn null(&mut self) -> bool {
        self.word("null")
    }

    #[inline]
    fn word(&mut self, word: &str) -> bool {
        let found = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if found {
            self.at += word.len();
        }
        found
    }

    #[inline]
    fn text(&mut self) -> Option<Option<Text<'a>>> {
        if self.next() == b'"' {
            return self.string().map(|text| Some(text.into()));
        }
        self.null().then_some(None)
    }

    #[inline]
    fn time(&mut self) -> Option<Option<Time>> {
        if self.next() != b'"' {
            return self.null().then_some(None);
        }
        let text = self.string()?;
        let time = Time::parse(text).ok()?;
        if text.len() > 20 && Time::is_finer(text) {
            self.floored += 1;
        }
        Some(Some(time))
    }

    fn truth(&mut self) -> Option<Option<bool>> {
        self.next();
        if self.word("true") {
            Some(Some(true))
        } else if self.word("false") {
            Some(Some(false))
        } else {
            self.null().then_some(None)
        }
    }

    fn status(&mut self) -> Option<Option<DeploymentStatus>> {
        if self.next() != b'"' {
            return self.null().then_some(None);
        }
        Some(Some(match self.string()? {
            "success" => DeploymentStatus::Success,
            "failure" => DeploymentStatus::Failure,
            "cancelled" => DeploymentStatus::Cancelled,
            _ => return None,
        }))
    }

    fn texts(&mut self) -> Option<Vec<Text<'a>>> {
        self.token(b'[')?;
        let mut all = Vec::new();
        if self.next() == b']' {
            self.at += 1;
            return Some(all);
        }
        loop {
            all.push(self.string()?.into());
            match self.next() {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Some(all);
                }
                _ => return None,
            }
        }
    }

    fn labels(&mut self) -> Option<BTreeMap<Text<'a>, Text<'a>>> {
        let mut all = BTreeMap::new();
        let mut first = true;
        while let Some(key) = self.next_key(&mut first)? {
            all.insert(key.into(), self.string()?.into());
        }
        Some(all)
    }
}

/// How many bytes stand before the first quote, backslash or control character.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    // The lowest set bit of each is exact: borrows only run upwards, from a byte that was found.
    let below = |word: u64, bound: u8| word.wrapping_sub(ONES * u64::from(bound)) & !word & TOPS;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found =
            below(word, b' ') | below(word ^ (ONES * u64::from(b'"')), 1) | below(word ^ (ONES * u64::from(b'\\')), 1);
        if found != 0 {
            return index * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let before = bytes.len() - rest.len();
    before + rest.iter().position(|&byte| byte < b' ' || byte == b'"' || byte == b'\\').unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_byte_that_is_not_plain() {
        for special in ["\"", "\\", "\u{1f}", "\0"] {
            for before in 0..20 {
                let text = format!("{}{special}\u{7f}é\"\\ tail", "é".repeat(before));
                assert_eq!(plain(text.as_bytes()), before * 2, "{text:?}");
            }
        }
        assert_eq!(plain("naïve ~ text!".as_bytes()), 14);
    }
}
