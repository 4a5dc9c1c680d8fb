//! Why somebody gets what they get.

use serde::Serialize;

use super::evaluation::{FlagErrorCode, FlagReason};
use super::json::JsonValue;

/// A flag's value for somebody, and each step by which it was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagExplanation {
    /// The flag's name.
    pub flag: String,
    /// The value; absent where the caller's default stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<JsonValue>,
    /// The variant; absent where the caller's default stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Why, in OpenFeature's words.
    pub reason: FlagReason,
    /// The rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What is wrong, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<FlagErrorCode>,
    /// What is wrong, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// What was looked at, in order.
    pub steps: Vec<FlagStep>,
    /// The steps in words, a sentence each.
    pub sentences: Vec<String>,
}

/// What a step looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FlagStepKind {
    /// Whether another flag has one of the variants that this one needs.
    Prerequisite,
    /// Whether an override names the unit.
    Override,
    /// Whether the unit is in a holdout.
    Holdout,
    /// Whether the unit is in the flag's part of its layer.
    Layer,
    /// Whether a rule gives a variant.
    Rule,
    /// Whether the targeting of a flag of flagd's gives a variant.
    Targeting,
    /// Whether somebody belongs to a segment.
    Segment,
    /// Whether all, any or none of some conditions hold.
    Group,
    /// Whether an attribute compares as it should.
    Condition,
}

/// What a step found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FlagStepOutcome {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// Nobody can tell: an attribute is missing or of another type.
    Unknown,
    /// The evaluation ended here with an error.
    Stopped,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagStep {
    /// Where it stands in the flag, such as `rules[0].when.all[1]`.
    pub path: String,
    /// What it is.
    pub kind: FlagStepKind,
    /// What was found.
    pub outcome: FlagStepOutcome,
    /// The name of the other flag, holdout, layer, segment or rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The attribute that was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// Its value; absent where it is missing or private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<JsonValue>,
    /// Whether the value is private and not shown.
    pub private: bool,
    /// What it was compared with, in words; absent where that would say a private value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The unit's bucket, of a million; in a targeting, of the sum of weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<u32>,
    /// The first bucket of the range that it was held against; absent where none holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// The bucket after the last of that range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// Whether the rule does not hold at this instant.
    pub out_of_time: bool,
}
