//! What people write down: deployments, changes, pull requests and incidents.
//!
//! On the wire an event is one JSON object with one key, its kind: `{"deployment": {"service": "checkout", …}}`.
//! Several records of one thing (its start in one file, its end in another, the same line twice) are merged by id, in
//! any order, with the same result.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::text::Text;
use crate::ground::time::Time;

/// One event, tagged by its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Event<'a> {
    /// Something was deployed.
    #[serde(borrow)]
    Deployment(Deployment<'a>),
    /// Something was changed: a commit, or what a team counts as one.
    Change(Change<'a>),
    /// A pull or merge request, with the times of its stages.
    PullRequest(PullRequest<'a>),
    /// Something broke.
    Incident(Incident<'a>),
}

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DeploymentStatus {
    /// It is live.
    #[default]
    Success,
    /// It never went live.
    Failure,
    /// Somebody stopped it.
    Cancelled,
}

/// Something was deployed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment<'a> {
    /// Its id, unique within service and environment; without one, service, environment, version and time tell it apart.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text<'a>>,
    /// The service (or application) it concerns.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub service: Option<Text<'a>>,
    /// The repository, such as `acme/checkout`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub repository: Option<Text<'a>>,
    /// The team that owns it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub team: Option<Text<'a>>,
    /// Further dimensions to group or filter by, such as `tier` or `region`.
    #[serde(borrow, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<Text<'a>, Text<'a>>,
    /// Where to, such as `production`; absent means `production`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Text<'a>>,
    /// What was deployed: a version or tag; a version seen before tells a rollback.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub version: Option<Text<'a>>,
    /// The commit that was deployed.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub sha: Option<Text<'a>>,
    /// The shas (or ids) of the changes it was the first to ship, where the source knows them.
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Text<'a>>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it went live, or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// How it ended; absent means `success`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<DeploymentStatus>,
    /// Whether it put an earlier version back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback: Option<bool>,
    /// Whether it was unplanned and made to fix a user-facing problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rework: Option<bool>,
    /// The id of the deployment or incident that it repairs.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub remediates: Option<Text<'a>>,
    /// Whether somebody marked it as failed in production, needing intervention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<bool>,
    /// When that failure was noticed; absent means when it went live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Time>,
    /// When that failure was repaired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored_at: Option<Time>,
    /// Whether it is the first known one, which ships all of history: its changes are left out of lead times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<bool>,
}

/// Something was changed: a commit, or what a team counts as one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Change<'a> {
    /// The commit's sha, or any id unique within its repository.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub sha: Option<Text<'a>>,
    /// The service (or application) it concerns.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub service: Option<Text<'a>>,
    /// The repository, such as `acme/checkout`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub repository: Option<Text<'a>>,
    /// The team that owns it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub team: Option<Text<'a>>,
    /// Further dimensions to group or filter by, such as `tier` or `region`.
    #[serde(borrow, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<Text<'a>, Text<'a>>,
    /// When it was first written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authored_at: Option<Time>,
    /// When it was committed; the start of lead time by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub committed_at: Option<Time>,
    /// When it reached the branch that is deployed; absent means when it was committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_at: Option<Time>,
    /// The id of the deployment that first shipped it, where known.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Text<'a>>,
    /// Whether it is a merge commit, which adds no work of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge: Option<bool>,
    /// The sha of the change that it takes back.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub reverts: Option<Text<'a>>,
    /// The sha of the change that it is a copy of (a cherry-pick).
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<Text<'a>>,
}

/// A pull or merge request, with the times of its stages.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PullRequest<'a> {
    /// Its id, such as `acme/checkout#17`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text<'a>>,
    /// The service (or application) it concerns.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub service: Option<Text<'a>>,
    /// The repository, such as `acme/checkout`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub repository: Option<Text<'a>>,
    /// The team that owns it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub team: Option<Text<'a>>,
    /// Further dimensions to group or filter by, such as `tier` or `region`.
    #[serde(borrow, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<Text<'a>, Text<'a>>,
    /// The commit that merged it: joins it to a change and so to a deployment.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub merge_sha: Option<Text<'a>>,
    /// The id of the deployment that first shipped it, where known.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Text<'a>>,
    /// When its first commit was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_commit_at: Option<Time>,
    /// When it was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Time>,
    /// When somebody else first reviewed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_review_at: Option<Time>,
    /// When it was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Time>,
    /// When it was merged; absent while it is open, or when it was closed without a merge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_at: Option<Time>,
}

/// Something broke.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Incident<'a> {
    /// Its id, unique within its source; records with the same id and service are merged.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text<'a>>,
    /// The service (or application) it concerns.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub service: Option<Text<'a>>,
    /// The repository, such as `acme/checkout`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub repository: Option<Text<'a>>,
    /// The team that owns it.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub team: Option<Text<'a>>,
    /// Further dimensions to group or filter by, such as `tier` or `region`.
    #[serde(borrow, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<Text<'a>, Text<'a>>,
    /// Where; absent means `production`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Text<'a>>,
    /// When it began, or was noticed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When service was restored; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
    /// When it came back after being resolved: it is open again until a later `resolvedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopened_at: Option<Time>,
    /// The id of the deployment that caused it, where known.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Text<'a>>,
    /// The commit that caused it, where known.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub sha: Option<Text<'a>>,
    /// How bad, in the source's words.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Text<'a>>,
    /// `deployment` when a deployment caused it, `other` when none did; absent means not known.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Text<'a>>,
}

/// Copies what is borrowed.
trait IntoOwned {
    type Owned;
    fn into_owned(self) -> Self::Owned;
}

impl IntoOwned for Option<Text<'_>> {
    type Owned = Option<Text<'static>>;
    fn into_owned(self) -> Self::Owned {
        self.map(Text::into_owned)
    }
}

impl IntoOwned for Vec<Text<'_>> {
    type Owned = Vec<Text<'static>>;
    fn into_owned(self) -> Self::Owned {
        self.into_iter().map(Text::into_owned).collect()
    }
}

impl IntoOwned for BTreeMap<Text<'_>, Text<'_>> {
    type Owned = BTreeMap<Text<'static>, Text<'static>>;
    fn into_owned(self) -> Self::Owned {
        self.into_iter().map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
    }
}

macro_rules! owned {
    ($($name:ident { borrowed: $($text:ident)+; plain: $($copy:ident)+ })+) => {
        $(impl $name<'_> {
            /// The same event, owning its texts.
            pub fn into_owned(self) -> $name<'static> {
                $name { $($text: IntoOwned::into_owned(self.$text),)+ $($copy: self.$copy,)+ }
            }
        })+

        impl Event<'_> {
            /// The same event, owning its texts.
            pub fn into_owned(self) -> Event<'static> {
                match self { $(Event::$name(event) => Event::$name(event.into_owned()),)+ }
            }
        }
    };
}

owned! {
    Deployment { borrowed: id service repository team labels environment version sha changes remediates; plain: started_at finished_at status rollback rework failed failed_at restored_at baseline }
    Change { borrowed: sha service repository team labels deployment reverts copy_of; plain: authored_at committed_at merged_at merge }
    PullRequest { borrowed: id service repository team labels merge_sha deployment; plain: first_commit_at opened_at first_review_at approved_at merged_at }
    Incident { borrowed: id service repository team labels environment deployment sha severity cause; plain: started_at resolved_at reopened_at }
}
