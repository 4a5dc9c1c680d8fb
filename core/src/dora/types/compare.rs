//! One window against another.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::facts::Estimate;

/// Where a number went: drawn by a test, not by a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Arrow {
    /// It rose.
    Up,
    /// It fell.
    Down,
    /// It stayed the same, within the margin.
    Same,
    /// Nothing is proven.
    NotProven,
}

/// What part of an overall difference lies in the services and what part in their weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Mix {
    /// The difference inside services.
    pub within: f64,
    /// The difference because some services deploy more, or less, than before.
    pub mix: f64,
}

/// One metric in two windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comparison {
    /// The value in the window.
    pub current: Estimate,
    /// The value in the other window.
    pub previous: Estimate,
    /// The change: a ratio for times and frequency (1 is no change), a difference for shares (0 is no change).
    pub change: Estimate,
    /// The test that was made.
    pub test: Cow<'static, str>,
    /// Its p-value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// The p-value adjusted for all tests of this report (Benjamini–Hochberg).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_adjusted: Option<f64>,
    /// Where it went.
    pub arrow: Arrow,
    /// Whether that is for the better; absent when nothing is proven, or it stayed the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<bool>,
    /// The difference of mean durations, each cut at the horizon that its method names, in seconds; of recovery only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted_mean: Option<Estimate>,
    /// What part of the difference lies in the mix of services.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mix: Option<Mix>,
}

/// The five metrics in two windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comparisons {
    /// Change lead time.
    pub lead_time: Comparison,
    /// Deployment frequency.
    pub deployment_frequency: Comparison,
    /// Change failure rate.
    pub change_failure_rate: Comparison,
    /// Failed deployment recovery time.
    pub recovery_time: Comparison,
    /// Deployment rework rate.
    pub rework_rate: Comparison,
}
