//! Other weights for a split, and whom they move.

use serde::{Deserialize, Serialize};

use super::definition::{Range, Share};

/// Which split gets which weights.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagsReweighRequest {
    /// The file of flags, as JSON text.
    pub definitions: String,
    /// The flag.
    pub flag: String,
    /// The rule with the split: its `id`, or its place such as `rules[0]`; absent: the only one that has a split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The new weights, one for every variant that has buckets now; 0 takes them all away.
    pub weights: Vec<Share>,
    /// How many per cent of the units the ranges hold in all, above 0 and up to 100; absent: as many as now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
}

/// The ranges to put in the place of a split, by which only those move who must.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagsReweighReport {
    /// The version of this report: `truenorth/flags-reweigh/1`.
    pub schema: String,
    /// The flag.
    pub flag: String,
    /// Where its rule stands, such as `flags.x.rules[0]`.
    pub path: String,
    /// The ranges as they are.
    pub before: Vec<Range>,
    /// The ranges as they should be written.
    pub ranges: Vec<Range>,
    /// How many buckets change hands: the sum of what variants gain.
    pub moved: u32,
    /// How many of the units that the rule concerns move by it, from 0 to 1.
    pub share: f64,
    /// How many buckets would change hands if the weights were written as a `split`.
    pub plain: u32,
}
