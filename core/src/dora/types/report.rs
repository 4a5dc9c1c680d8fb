//! What is answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::compare::Comparisons;
use super::definition::{Definition, Preset};
use super::levels::{Levels, TargetVerdict};
use crate::facts::{Estimate, Quality, Settled};
use crate::ground::time::{Period, Time, Window};

/// The five delivery metrics of a window, overall and by group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DoraReport {
    /// The schema of this report.
    pub schema: String,
    /// What a manager would say, a sentence each.
    pub sentences: Vec<String>,
    /// The window that was measured.
    pub window: Window,
    /// The window it was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<Window>,
    /// The instant up to which everything is known.
    pub as_of: Time,
    /// The time zone of days, weeks and months.
    pub time_zone: String,
    /// The release of the IANA time zone database.
    pub time_zone_database: String,
    /// The confidence level of intervals.
    pub confidence: f64,
    /// Whose definitions were the start.
    pub preset: Preset,
    /// All definitions in force.
    pub definition: Definition,
    /// The dimensions of the groups.
    pub by: Vec<String>,
    /// The buckets of every series, in order.
    pub buckets: Vec<Period>,
    /// Everything together.
    pub overall: DoraGroup,
    /// Each group, by name.
    pub groups: Vec<DoraGroup>,
    /// How many groups the request's `top` leaves out; absent: none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub groups_left_out: u64,
    /// What became of the data: nothing is dropped in silence.
    pub data: Data,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The five metrics of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DoraGroup {
    /// Its name: the values of the dimensions.
    pub name: String,
    /// The value of each dimension; empty for the whole.
    pub key: BTreeMap<String, String>,
    /// Change lead time.
    pub lead_time: LeadTime,
    /// Deployment frequency.
    pub deployment_frequency: Frequency,
    /// Change failure rate.
    pub change_failure_rate: FailureRate,
    /// Failed deployment recovery time.
    pub recovery_time: Recovery,
    /// Deployment rework rate.
    pub rework_rate: ReworkRate,
    /// Against the other window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparisons: Option<Box<Comparisons>>,
    /// The levels that the numbers allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Box<Levels>>,
    /// Targets met, breached or not proven.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetVerdict>,
    /// The five metrics by bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Box<Series>>,
}

/// From commit to production, of the changes deployed in the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LeadTime {
    /// The number that stands for all: the median unless defined otherwise.
    pub median: Estimate,
    /// Nine in ten took at most this long.
    pub p90: Estimate,
    /// How many changes were deployed.
    pub changes: u64,
    /// In how many deployments.
    pub deployments: u64,
    /// How many times more the median varies than if changes were independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub design_effect: Option<f64>,
    /// Changes that are not deployed yet.
    pub waiting: Waiting,
    /// Changes that seem deployed before they were made.
    pub backwards: u64,
    /// Changes of first deployments, which ship all of history.
    pub baseline: u64,
    /// Where the time goes, of the pull requests deployed in the window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
}

/// Changes that are merged but not deployed at `asOf`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Waiting {
    /// How many.
    pub changes: u64,
    /// Their median age, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_age: Option<f64>,
    /// The age of the oldest, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_age: Option<f64>,
}

/// One stage of lead time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Stage {
    /// `coding`, `pickup`, `review`, `merge` or `deploy`.
    pub name: String,
    /// Its median.
    pub median: Estimate,
    /// Nine in ten took at most this long.
    pub p90: Estimate,
}

/// How often is deployed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Frequency {
    /// Deployments per day of the window.
    pub per_day: Estimate,
    /// The same divided by the number of teams, where teams are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_team_day: Option<Estimate>,
    /// How many deployments.
    pub deployments: u64,
    /// How many teams deployed.
    pub teams: u64,
    /// How many services were deployed.
    pub services: u64,
    /// The length of the window, in days of 24 hours.
    pub days: f64,
    /// On how many calendar days something was deployed.
    pub active_days: u64,
    /// Variance of the weekly counts over their mean: 1 for independent deployments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispersion: Option<f64>,
    /// Correlation of each week's count with the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_one: Option<f64>,
}

/// Which share of deployments failed in production.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FailureRate {
    /// The share.
    pub rate: Estimate,
    /// The numerator.
    pub failures: u64,
    /// The denominator: deployments watched for the whole follow-up.
    pub deployments: u64,
    /// Deployments too young to know.
    pub immature: u64,
    /// Failures of immature deployments, not in the rate.
    pub immature_failures: u64,
    /// Failures noticed after the follow-up, not in the rate.
    pub late_failures: u64,
}

/// How long it takes to recover from a failed deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Recovery {
    /// The number that stands for all: the Kaplan–Meier median unless defined otherwise.
    pub median: Estimate,
    /// Nine in ten took at most this long.
    pub p90: Estimate,
    /// How many failures began in the window.
    pub failures: u64,
    /// How many of them are still open at `asOf`.
    pub open: u64,
    /// How many of them seem repaired before they began: dropped, or counted as lasting no time, as `backwards` says.
    #[serde(default)]
    pub backwards: u64,
}

/// Which share of deployments was unplanned, made to fix a user-facing problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReworkRate {
    /// The share.
    pub rate: Estimate,
    /// The numerator.
    pub rework: u64,
    /// The denominator.
    pub deployments: u64,
}

/// The five metrics by bucket: arrays as long as the report's `buckets`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Series {
    /// Median lead time, in seconds; `n` counts changes.
    pub lead_time: SeriesValues,
    /// Deployments per day; `n` counts deployments.
    pub deployment_frequency: SeriesValues,
    /// Change failure rate; `n` counts deployments watched for the whole follow-up.
    pub change_failure_rate: SeriesValues,
    /// Median recovery time, in seconds; `n` counts failures.
    pub recovery_time: SeriesValues,
    /// Rework rate; `n` counts deployments.
    pub rework_rate: SeriesValues,
}

/// One metric by bucket; what is not known is null, never zero.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SeriesValues {
    /// The value of each bucket.
    pub value: Vec<Option<f64>>,
    /// The lower end of its interval.
    pub low: Vec<Option<f64>>,
    /// The upper end of its interval.
    pub high: Vec<Option<f64>>,
    /// How many observations stand behind it.
    pub n: Vec<u64>,
}

/// What became of the data.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Data {
    /// Deployments known, of all environments and outcomes.
    pub deployments: u64,
    /// Changes known.
    pub changes: u64,
    /// Pull requests known.
    pub pull_requests: u64,
    /// Incidents known.
    pub incidents: u64,
    /// Records of things already known, merged into them.
    pub merged: Settled,
    /// What happened while reading.
    pub read: Quality,
    /// Deployments in the window that ship no known change.
    pub deployments_without_changes: u64,
    /// Incidents in the window that no deployment is known to have caused.
    pub unlinked_incidents: u64,
    /// Deployments in the window whose end is not known.
    pub unfinished_deployments: u64,
    /// Events after `asOf`, left out.
    pub after_as_of: u64,
    /// Values of the request's `filter` that no row has, the first twenty of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmatched_filters: Vec<UnmatchedFilter>,
    /// Unlinked incidents in order of time, then deployments by service, the first thousand of them.
    pub unlinked: Vec<Unlinked>,
}

/// A value of the request's `filter` that no row has: a slip, mostly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UnmatchedFilter {
    /// The dimension, such as `service`.
    pub dimension: String,
    /// The value that was asked for.
    pub value: String,
    /// Known values that are most like it, at most three.
    pub nearest: Vec<String>,
}

/// A deployment or incident that could not be joined to anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Unlinked {
    /// `deployment` or `incident`.
    pub kind: String,
    /// Its id, where it has one.
    pub id: String,
    /// Its service, where it has one.
    pub service: String,
    /// The file it was read from; empty when given in memory.
    pub file: String,
    /// The line, from 1; 0 when it is not known.
    pub line: u64,
    /// Why, in a sentence.
    pub reason: String,
}
