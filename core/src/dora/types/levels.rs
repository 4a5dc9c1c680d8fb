//! Levels of a report year, own thresholds, and targets.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One of the five metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Metric {
    /// Change lead time: the median, in seconds.
    LeadTime,
    /// Deployment frequency: deployments per day.
    DeploymentFrequency,
    /// Change failure rate: a share.
    ChangeFailureRate,
    /// Failed deployment recovery time: the median, in seconds.
    RecoveryTime,
    /// Deployment rework rate: a share.
    ReworkRate,
}

/// A level of performance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Level {
    /// The lowest.
    Low,
    /// The second lowest.
    Medium,
    /// The second highest.
    High,
    /// The highest.
    Elite,
}

/// Which level a number has, where that can be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum LevelAnswer {
    /// The whole interval lies in one level.
    Level {
        /// That level.
        level: Level,
    },
    /// The interval spans several levels.
    Span {
        /// The lowest of them.
        lowest: Level,
        /// The highest of them.
        highest: Level,
    },
    /// The year's own table does not tell these levels apart, or is not monotone.
    NotSeparable {
        /// The levels it may be.
        levels: Vec<Level>,
        /// Why, in a sentence.
        reason: Cow<'static, str>,
    },
    /// The year has no levels.
    NoLevels {
        /// Why, in a sentence.
        reason: Cow<'static, str>,
    },
    /// There is no number to place.
    NoData,
}

/// The levels of the metrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Levels {
    /// The report year; 0 for own thresholds.
    pub year: u16,
    /// Where the year's table was read.
    pub source: Cow<'static, str>,
    /// Change lead time.
    pub lead_time: LevelAnswer,
    /// Deployment frequency.
    pub deployment_frequency: LevelAnswer,
    /// Change failure rate.
    pub change_failure_rate: LevelAnswer,
    /// Failed deployment recovery time.
    pub recovery_time: LevelAnswer,
    /// Deployment rework rate; no report year has levels for it.
    pub rework_rate: LevelAnswer,
    /// The team archetypes of a year without levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub archetypes: Vec<String>,
}

/// Own bands of one metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Band {
    /// The level.
    pub level: Level,
    /// The worst value that still has it: at most this for times and shares, at least this for frequency.
    pub bound: f64,
}

/// Own thresholds; whatever reaches no band is `low`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Thresholds {
    /// Change lead time, in seconds.
    pub lead_time: Vec<Band>,
    /// Deployment frequency, per day.
    pub deployment_frequency: Vec<Band>,
    /// Change failure rate, as a share.
    pub change_failure_rate: Vec<Band>,
    /// Failed deployment recovery time, in seconds.
    pub recovery_time: Vec<Band>,
    /// Deployment rework rate, as a share.
    pub rework_rate: Vec<Band>,
}

/// A target for one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// The metric.
    pub metric: Metric,
    /// The largest value that meets it, in the metric's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// The smallest value that meets it, in the metric's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
}

/// Whether a target is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Verdict {
    /// The whole interval meets it.
    Met,
    /// The whole interval misses it.
    Breached,
    /// The interval holds both, or there is none.
    NotProven,
}

/// A target and how it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TargetVerdict {
    /// The target.
    pub target: Target,
    /// How it stands.
    pub verdict: Verdict,
    /// Why, in a sentence with value, interval and n.
    pub reason: String,
}
