//! The quick way through a line: events as programs write them, without escapes, unknown fields or surprises.
//!
//! It takes a line only when serde would take it too and would give the same event; at anything else it gives up, and
//! the line goes the careful way. A test holds the two against each other.

use std::collections::BTreeMap;

use super::careful::{Record, Rest};
use crate::facts::events::{Change, Deployment, DeploymentStatus, Event, Incident, PullRequest};
use crate::facts::text::Text;
use crate::ground::time::Time;

/// Reads a line into `record`, which saves moving it; `false` where the line needs a closer look.
#[inline]
pub(crate) fn quick_record<'a>(line: &'a str, record: &mut Record<'a>) -> bool {
    let mut at = Cursor { text: line, at: 0, floored: 0 };
    let done = event(&mut at, &mut record.event).is_some() && at.at == line.len();
    record.rest = Rest::of(at.floored);
    done
}

fn event<'a>(at: &mut Cursor<'a>, event: &mut Event<'a>) -> Option<()> {
    at.token(b'{')?;
    match at.key()? {
        "change" => {
            *event = Event::Change(Change::default());
            if let Event::Change(record) = event {
                change(at, record)?;
            }
        }
        "deployment" => {
            *event = Event::Deployment(Deployment::default());
            if let Event::Deployment(record) = event {
                deployment(at, record)?;
            }
        }
        "incident" => {
            *event = Event::Incident(Incident::default());
            if let Event::Incident(record) = event {
                incident(at, record)?;
            }
        }
        "pullRequest" => {
            *event = Event::PullRequest(PullRequest::default());
            if let Event::PullRequest(record) = event {
                pull_request(at, record)?;
            }
        }
        _ => return None,
    }
    at.token(b'}')?;
    at.next();
    Some(())
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

        #[inline]
        fn $scan<'a>(at: &mut Cursor<'a>, record: &mut $type<'a>) -> Option<()> {
            #[expect(non_camel_case_types, reason = "named by the fields they count")]
            enum Bit { $($field,)+ }
            let mut seen = 0_u32;
            at.token(b'{')?;
            if at.next() == b'}' {
                at.pass(1);
                return Some(());
            }
            // Programs write fields in the order of the vocabulary: those are found without looking for the key's end.
            $(if at.pass_text(concat!("\"", $key, "\":")) {
                record.$field = at.$read()?;
                seen |= 1 << Bit::$field as u32;
                if at.is_last()? {
                    return Some(());
                }
            })+
            loop {
                let bit = match at.key()? {
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
                if at.is_last()? {
                    return Some(());
                }
            }
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

    /// Goes on by so many bytes, which are there.
    #[inline]
    fn pass(&mut self, bytes: usize) {
        // A check for overflow would cost more than the step.
        self.at = self.at.wrapping_add(bytes);
    }

    /// The next byte that is no space.
    #[inline]
    fn next(&mut self) -> u8 {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\r' => self.pass(1),
                other => return other,
            }
        }
    }

    #[inline]
    fn token(&mut self, byte: u8) -> Option<()> {
        if self.next() != byte {
            return None;
        }
        self.pass(1);
        Some(())
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self) -> Option<&'a str> {
        let key = self.string()?;
        self.token(b':')?;
        Some(key)
    }

    /// After a field: whether the object ends here; if not, the next field's key does begin here.
    #[inline]
    fn is_last(&mut self) -> Option<bool> {
        let byte = self.next();
        self.pass(1);
        match byte {
            b'}' => Some(true),
            // Without a look, a comma before the end would pass.
            b',' => (self.next() == b'"').then_some(false),
            _ => None,
        }
    }

    /// A string without escapes and control characters.
    #[inline]
    fn string(&mut self) -> Option<&'a str> {
        self.token(b'"')?;
        let rest = self.text.get(self.at..)?;
        let length = plain(rest.as_bytes());
        let (inside, [b'"', ..]) = rest.as_bytes().split_at_checked(length)? else { return None };
        self.pass(inside.len() + 1);
        rest.get(..length)
    }

    /// Whether `null` stands here, which is then passed.
    #[inline]
    fn null(&mut self) -> bool {
        self.pass_text("null")
    }

    /// Whether this text stands here, which is then passed.
    #[inline]
    fn pass_text(&mut self, text: &str) -> bool {
        let found = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(text.as_bytes()));
        if found {
            self.pass(text.len());
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
        if self.pass_text("true") {
            Some(Some(true))
        } else if self.pass_text("false") {
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
            self.pass(1);
            return Some(all);
        }
        loop {
            all.push(self.string()?.into());
            let byte = self.next();
            self.pass(1);
            match byte {
                b',' => {}
                b']' => return Some(all),
                _ => return None,
            }
        }
    }

    fn labels(&mut self) -> Option<BTreeMap<Text<'a>, Text<'a>>> {
        let mut all = BTreeMap::new();
        self.token(b'{')?;
        if self.next() == b'}' {
            self.pass(1);
            return Some(all);
        }
        loop {
            all.insert(self.key()?.into(), self.string()?.into());
            if self.is_last()? {
                return Some(all);
            }
        }
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
