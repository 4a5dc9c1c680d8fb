//! The quick way through a line: events as programs write them, without escapes, unknown fields or surprises.
//!
//! It takes a line only when serde would take it too and would give the same event; at anything else it gives up, and
//! the line goes the careful way. A test holds the two against each other.

use super::cursor::Cursor;
use super::fields::Kind;
use super::jsonl::MOST_BYTES;
use crate::facts::EventTable;
use crate::facts::brief::{Brief, ChangeBrief, DeploymentBrief, Entry, IncidentBrief, PullRequestBrief};

/// Lines read quickly, some at a time.
#[derive(Debug, Default)]
pub(crate) struct Batch<'a> {
    entries: Vec<Entry<'a>>,
    length: usize,
}

impl<'a> Batch<'a> {
    /// Reads the next lines of a text, up to one that needs a closer look, and gives what was not read.
    pub(crate) fn read(&mut self, mut text: &'a [u8], table: &EventTable) -> &'a [u8] {
        self.length = 0;
        while self.length < Entry::AT_ONCE && !text.is_empty() {
            if self.length == self.entries.len() {
                self.entries.push(Entry::default());
            }
            let Some(entry) = self.entries.get_mut(self.length) else { break };
            let Some(rest) = quick_entry(text, entry) else { break };
            text = rest;
            self.length += 1;
        }
        table.look_ahead(self.entries.get_mut(..self.length).unwrap_or_default());
        text
    }

    /// What was read.
    pub(crate) fn entries(&self) -> &[Entry<'a>] {
        self.entries.get(..self.length).unwrap_or_default()
    }

    /// Whether there was room for more.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.length < Entry::AT_ONCE
    }
}

/// Reads the line that a text begins with into `entry`, which saves moving it, and gives what stands after the line;
/// `None` where the line needs a closer look.
#[inline]
pub(crate) fn quick_entry<'a>(text: &'a [u8], entry: &mut Entry<'a>) -> Option<&'a [u8]> {
    let Entry { brief, floored, .. } = entry;
    *floored = 0;
    let mut at = Cursor::new(text);
    at.token(b'{')?;
    at.next();
    at.rest = match kind(&mut at)? {
        Kind::Change => {
            *brief = Brief::Change(ChangeBrief::default());
            let Brief::Change(record) = brief else { return None };
            change(at.rest, record, floored)?
        }
        Kind::Deployment => {
            *brief = Brief::Deployment(DeploymentBrief::default());
            let Brief::Deployment(record) = brief else { return None };
            deployment(at.rest, record, floored)?
        }
        Kind::Incident => {
            *brief = Brief::Incident(IncidentBrief::default());
            let Brief::Incident(record) = brief else { return None };
            incident(at.rest, record, floored)?
        }
        Kind::PullRequest => {
            *brief = Brief::PullRequest(PullRequestBrief::default());
            let Brief::PullRequest(record) = brief else { return None };
            pull_request(at.rest, record, floored)?
        }
    };
    at.token(b'}')?;
    at.next();
    let rest = match at.rest {
        [] => at.rest,
        [b'\n', rest @ ..] => rest,
        _ => return None,
    };
    (text.len() - rest.len() <= MOST_BYTES).then_some(rest)
}

#[inline]
fn kind(at: &mut Cursor<'_>) -> Option<Kind> {
    if at.pass_text("\"change\":") {
        return Some(Kind::Change);
    }
    if at.pass_text("\"deployment\":") {
        return Some(Kind::Deployment);
    }
    match at.key()? {
        b"change" => Some(Kind::Change),
        b"deployment" => Some(Kind::Deployment),
        b"incident" => Some(Kind::Incident),
        b"pullRequest" => Some(Kind::PullRequest),
        _ => None,
    }
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
    ($($scan:ident, $all:ident: $type:ident { $($key:literal $read:ident $field:ident $(of $of:ident)?,)+ })+) => {$(
        pub(super) const $all: &[&str] = &[$($key,)+];

        /// Reads the record that the text begins with; gives what stands after it.
        fn $scan<'a>(text: &'a [u8], record: &mut $type<'a>, floored: &mut u64) -> Option<&'a [u8]> {
            #[expect(non_camel_case_types, reason = "named by the fields they count")]
            enum Bit { $($field,)+ }

            /// Fields in any order, with what was seen before.
            #[inline(never)]
            fn others<'a>(mut at: Cursor<'a>, record: &mut $type<'a>, mut seen: u32) -> Option<Cursor<'a>> {
                loop {
                    let key = at.key()?;
                    at.next();
                    let bit = match key {
                        $(key if key == $key.as_bytes() => {
                            record$(.$of)?.$field = at.$read()?;
                            $(at.$of();)?
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
                        return Some(at);
                    }
                }
            }

            let mut at = Cursor::new(text);
            let mut seen = 0_u32;
            if at.is_empty_object()? {
                return Some(at.rest);
            }
            let at = 'read: {
                // Programs write fields in the order of the vocabulary: those are found without looking for the key's end.
                $(if at.pass_text(concat!("\"", $key, "\":")) {
                    at.next();
                    record$(.$of)?.$field = at.$read()?;
                    $(at.$of();)?
                    seen |= 1 << Bit::$field as u32;
                    if at.is_last()? {
                        break 'read at;
                    }
                })+
                others(at, record, seen)?
            };
            record.place.written = at.place_in(text);
            *floored = at.floored;
            Some(at.rest)
        }
    )+};
}

records! {
    change, CHANGE: ChangeBrief {
        "sha" id sha,
        "service" text service of place,
        "repository" text repository of place,
        "team" text team of place,
        "committedAt" time committed_at,
        "mergedAt" time merged_at,
        "authoredAt" time authored_at,
        "labels" labels labels of place,
        "deployment" text deployment,
        "merge" truth merge,
        "reverts" id reverts,
        "copyOf" id copy_of,
    }
    deployment, DEPLOYMENT: DeploymentBrief {
        "id" text id,
        "service" text service of place,
        "repository" text repository of place,
        "team" text team of place,
        "environment" text environment of place,
        "version" text version,
        "sha" id sha,
        "startedAt" time started_at,
        "finishedAt" time finished_at,
        "status" status status,
        "labels" labels labels of place,
        "changes" texts changes,
        "rollback" truth rollback,
        "rework" truth rework,
        "remediates" text remediates,
        "failed" truth failed,
        "failedAt" time failed_at,
        "restoredAt" time restored_at,
        "baseline" truth baseline,
    }
    pull_request, PULL_REQUEST: PullRequestBrief {
        "id" text id,
        "service" text service of place,
        "repository" text repository of place,
        "team" text team of place,
        "mergeSha" id merge_sha,
        "firstCommitAt" time first_commit_at,
        "openedAt" time opened_at,
        "firstReviewAt" time first_review_at,
        "approvedAt" time approved_at,
        "mergedAt" time merged_at,
        "labels" labels labels of place,
        "deployment" text deployment,
    }
    incident, INCIDENT: IncidentBrief {
        "id" text id,
        "service" text service of place,
        "repository" text repository of place,
        "team" text team of place,
        "environment" text environment of place,
        "startedAt" time started_at,
        "resolvedAt" time resolved_at,
        "reopenedAt" time reopened_at,
        "labels" labels labels of place,
        "deployment" text deployment,
        "sha" id sha,
        "severity" text severity,
        "cause" text cause,
    }
}
