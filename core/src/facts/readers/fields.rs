//! The fields of the vocabulary by name, so that columns of any table can fill them.

use serde::{Deserialize, Serialize};

use crate::facts::{Change, Deployment, DeploymentStatus, Event, Incident, PullRequest, Text};
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// The kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Kind {
    /// Something was deployed.
    Deployment,
    /// Something was changed.
    Change,
    /// A pull or merge request.
    PullRequest,
    /// Something broke.
    Incident,
}

const D: u8 = 1;
const C: u8 = 2;
const P: u8 = 4;
const I: u8 = 8;

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 4] = [Kind::Deployment, Kind::Change, Kind::PullRequest, Kind::Incident];

    /// Its word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Deployment => "deployment",
            Kind::Change => "change",
            Kind::PullRequest => "pullRequest",
            Kind::Incident => "incident",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Kind::Deployment => D,
            Kind::Change => C,
            Kind::PullRequest => P,
            Kind::Incident => I,
        }
    }

    /// Reads its word, in camelCase or snake_case.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownValue`] with the words there are.
    pub fn parse(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| spelled(kind.as_str(), word)).ok_or_else(|| {
            let words = Self::ALL.map(|kind| format!("`{}`", kind.as_str())).join(", ");
            Error::new(ErrorCode::UnknownValue, format!("expected one of {words}, found `{}`", excerpt(word)))
        })
    }
}

macro_rules! fields {
    ($($name:ident $word:literal $kinds:expr, $time:literal;)+) => {
        /// The fields of all kinds of event; their words are those of the vocabulary.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub enum Field { $(#[doc = concat!("`", $word, "`")] $name,)+ }

        impl Field {
            /// All fields.
            pub const ALL: &'static [Field] = &[$(Field::$name,)+];

            /// Its word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Field::$name => $word,)+ }
            }

            /// Whether it is an instant.
            pub const fn is_time(self) -> bool {
                match self { $(Field::$name => $time,)+ }
            }

            /// Whether events of this kind have it.
            pub const fn is_of(self, kind: Kind) -> bool {
                kind.bit() & match self { $(Field::$name => $kinds,)+ } != 0
            }
        }
    };
}

fields! {
    Id "id" D | P | I, false;
    Sha "sha" D | C | I, false;
    Service "service" D | C | P | I, false;
    Repository "repository" D | C | P | I, false;
    Team "team" D | C | P | I, false;
    Environment "environment" D | I, false;
    Version "version" D, false;
    Changes "changes" D, false;
    StartedAt "startedAt" D | I, true;
    FinishedAt "finishedAt" D, true;
    Status "status" D, false;
    Rollback "rollback" D, false;
    Rework "rework" D, false;
    Remediates "remediates" D, false;
    Failed "failed" D, false;
    FailedAt "failedAt" D, true;
    RestoredAt "restoredAt" D, true;
    Baseline "baseline" D, false;
    AuthoredAt "authoredAt" C, true;
    CommittedAt "committedAt" C, true;
    MergedAt "mergedAt" C | P, true;
    Deployment "deployment" C | P | I, false;
    Merge "merge" C, false;
    Reverts "reverts" C, false;
    CopyOf "copyOf" C, false;
    MergeSha "mergeSha" P, false;
    FirstCommitAt "firstCommitAt" P, true;
    OpenedAt "openedAt" P, true;
    FirstReviewAt "firstReviewAt" P, true;
    ApprovedAt "approvedAt" P, true;
    ResolvedAt "resolvedAt" I, true;
    ReopenedAt "reopenedAt" I, true;
    Severity "severity" I, false;
    Cause "cause" I, false;
}

impl Field {
    /// The field of this name, in camelCase or snake_case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| spelled(field.as_str(), name))
    }
}

/// Whether a name is this word, in camelCase or in snake_case.
fn spelled(word: &str, name: &str) -> bool {
    let snake = word.chars().flat_map(|letter| {
        let break_before = letter.is_ascii_uppercase().then_some('_');
        break_before.into_iter().chain([letter.to_ascii_lowercase()])
    });
    word == name || snake.eq(name.chars())
}

/// An event that is being filled field by field.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'a>(pub(crate) Event<'a>);

impl<'a> Draft<'a> {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(match kind {
            Kind::Deployment => Event::Deployment(Deployment::default()),
            Kind::Change => Event::Change(Change::default()),
            Kind::PullRequest => Event::PullRequest(PullRequest::default()),
            Kind::Incident => Event::Incident(Incident::default()),
        })
    }

    pub(crate) fn label(&mut self, name: Text<'a>, value: Text<'a>) {
        let labels = match &mut self.0 {
            Event::Deployment(event) => &mut event.labels,
            Event::Change(event) => &mut event.labels,
            Event::PullRequest(event) => &mut event.labels,
            Event::Incident(event) => &mut event.labels,
        };
        labels.insert(name, value);
    }

    /// Fills a field that is no instant; says whether events of this kind have it.
    pub(crate) fn set(&mut self, field: Field, value: Text<'a>) -> Result<bool> {
        let slot = match (&mut self.0, field) {
            (Event::Deployment(event), _) => match field {
                Field::Id => &mut event.id,
                Field::Service => &mut event.service,
                Field::Repository => &mut event.repository,
                Field::Team => &mut event.team,
                Field::Environment => &mut event.environment,
                Field::Version => &mut event.version,
                Field::Sha => &mut event.sha,
                Field::Remediates => &mut event.remediates,
                Field::Changes => {
                    let parts = value.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'));
                    event.changes = parts.filter(|part| !part.is_empty()).map(|part| part.to_owned().into()).collect();
                    return Ok(true);
                }
                Field::Status => {
                    event.status = Some(status(&value)?);
                    return Ok(true);
                }
                Field::Rollback => return truth(&mut event.rollback, &value),
                Field::Rework => return truth(&mut event.rework, &value),
                Field::Failed => return truth(&mut event.failed, &value),
                Field::Baseline => return truth(&mut event.baseline, &value),
                _ => return Ok(false),
            },
            (Event::Change(event), _) => match field {
                Field::Sha => &mut event.sha,
                Field::Service => &mut event.service,
                Field::Repository => &mut event.repository,
                Field::Team => &mut event.team,
                Field::Deployment => &mut event.deployment,
                Field::Reverts => &mut event.reverts,
                Field::CopyOf => &mut event.copy_of,
                Field::Merge => return truth(&mut event.merge, &value),
                _ => return Ok(false),
            },
            (Event::PullRequest(event), _) => match field {
                Field::Id => &mut event.id,
                Field::Service => &mut event.service,
                Field::Repository => &mut event.repository,
                Field::Team => &mut event.team,
                Field::MergeSha => &mut event.merge_sha,
                Field::Deployment => &mut event.deployment,
                _ => return Ok(false),
            },
            (Event::Incident(event), _) => match field {
                Field::Id => &mut event.id,
                Field::Service => &mut event.service,
                Field::Repository => &mut event.repository,
                Field::Team => &mut event.team,
                Field::Environment => &mut event.environment,
                Field::Deployment => &mut event.deployment,
                Field::Sha => &mut event.sha,
                Field::Severity => &mut event.severity,
                Field::Cause => &mut event.cause,
                _ => return Ok(false),
            },
        };
        *slot = Some(value);
        Ok(true)
    }

    /// Fills a field that is an instant; says whether events of this kind have it.
    pub(crate) fn set_time(&mut self, field: Field, time: Time) -> bool {
        let slot = match (&mut self.0, field) {
            (Event::Deployment(event), Field::StartedAt) => &mut event.started_at,
            (Event::Deployment(event), Field::FinishedAt) => &mut event.finished_at,
            (Event::Deployment(event), Field::FailedAt) => &mut event.failed_at,
            (Event::Deployment(event), Field::RestoredAt) => &mut event.restored_at,
            (Event::Change(event), Field::AuthoredAt) => &mut event.authored_at,
            (Event::Change(event), Field::CommittedAt) => &mut event.committed_at,
            (Event::Change(event), Field::MergedAt) => &mut event.merged_at,
            (Event::PullRequest(event), Field::FirstCommitAt) => &mut event.first_commit_at,
            (Event::PullRequest(event), Field::OpenedAt) => &mut event.opened_at,
            (Event::PullRequest(event), Field::FirstReviewAt) => &mut event.first_review_at,
            (Event::PullRequest(event), Field::ApprovedAt) => &mut event.approved_at,
            (Event::PullRequest(event), Field::MergedAt) => &mut event.merged_at,
            (Event::Incident(event), Field::StartedAt) => &mut event.started_at,
            (Event::Incident(event), Field::ResolvedAt) => &mut event.resolved_at,
            (Event::Incident(event), Field::ReopenedAt) => &mut event.reopened_at,
            _ => return false,
        };
        *slot = Some(time);
        true
    }
}

fn status(word: &str) -> Result<DeploymentStatus> {
    match word.to_ascii_lowercase().as_str() {
        "success" => Ok(DeploymentStatus::Success),
        "failure" => Ok(DeploymentStatus::Failure),
        "cancelled" => Ok(DeploymentStatus::Cancelled),
        _ => Err(Error::new(
            ErrorCode::UnknownValue,
            format!("expected `success`, `failure` or `cancelled`, found `{}`", excerpt(word)),
        )),
    }
}

fn truth(slot: &mut Option<bool>, word: &str) -> Result<bool> {
    *slot = Some(match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => true,
        "false" | "no" | "0" => false,
        _ => {
            let sentence = format!("expected `true` or `false`, found `{}`", excerpt(word));
            return Err(Error::new(ErrorCode::UnknownValue, sentence));
        }
    });
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_known() {
        for name in ["finishedAt", "finished_at"] {
            assert_eq!(Field::parse(name), Some(Field::FinishedAt));
        }
        assert_eq!((Field::parse("FinishedAt"), Field::parse("")), (None, None));
        assert_eq!(Kind::parse("pull_request").unwrap(), Kind::PullRequest);
        assert!(Kind::parse("build").unwrap_err().message().contains("`pullRequest`"));
    }

    #[test]
    fn every_field_is_where_the_vocabulary_has_it() {
        for kind in Kind::ALL {
            for &field in Field::ALL {
                let mut draft = Draft::new(kind);
                let word = match field {
                    Field::Status => "success",
                    Field::Cause => "other",
                    _ => "true",
                };
                let time = Time::from_seconds(1).unwrap();
                let known =
                    if field.is_time() { draft.set_time(field, time) } else { draft.set(field, word.into()).unwrap() };
                assert_eq!(known, field.is_of(kind), "{kind:?} {field:?}");
                if known {
                    let json = serde_json::to_value(&draft.0).unwrap();
                    assert!(json[kind.as_str()].get(field.as_str()).is_some(), "{json}");
                }
            }
        }
    }
}
