//! What comes of a file of flags for many at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ask::FlagProblem;
use super::evaluation::{FlagErrorCode, FlagReason};
use super::json::JsonValue;
use crate::ground::time::Time;

/// Which flags to evaluate, and for whom.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagsSimulateRequest {
    /// The file of flags, as JSON text.
    pub definitions: String,
    /// The flags to evaluate; empty: all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// What is known of each for whom they are evaluated, `targetingKey` above all.
    pub contexts: Vec<BTreeMap<String, JsonValue>>,
    /// The instant of the evaluations, for rules and rollouts that begin or end; absent: those are an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Time>,
}

/// Who would get what, in numbers; nobody is exposed to anything by it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagsSimulateReport {
    /// The version of this report: `truenorth/flags-simulate/1`.
    pub schema: String,
    /// The instant of the evaluations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Time>,
    /// For how many the flags were evaluated.
    pub contexts: u64,
    /// A flag each: in the order that was asked for, else in alphabetical order.
    pub flags: Vec<SimulatedFlag>,
    /// What is wrong with single flags, segments, layers or holdouts; they harm no others.
    pub problems: Vec<FlagProblem>,
    /// What should be known first, a sentence each: splits that do not fall as they should, and errors.
    pub sentences: Vec<String>,
}

/// What a flag gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SimulatedFlag {
    /// The flag's name.
    pub flag: String,
    /// How many get which variant; those without one get the caller's default.
    pub variants: Vec<SimulatedVariant>,
    /// How often which reason was given.
    pub reasons: Vec<SimulatedReason>,
    /// What went wrong, and how often.
    pub errors: Vec<SimulatedError>,
    /// How many each rule decided, in order.
    pub rules: Vec<SimulatedRule>,
}

/// How many get a variant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SimulatedVariant {
    /// The variant; absent: the caller's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// How many.
    pub count: u64,
    /// How many of all, from 0 to 1.
    pub share: f64,
}

/// How often a reason was given.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SimulatedReason {
    /// The reason, in OpenFeature's words.
    pub reason: FlagReason,
    /// How often.
    pub count: u64,
    /// How often of all, from 0 to 1.
    pub share: f64,
}

/// How often something went wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SimulatedError {
    /// What, in OpenFeature's words.
    pub code: FlagErrorCode,
    /// What, in a sentence.
    pub message: String,
    /// How often.
    pub count: u64,
}

/// How many a rule decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SimulatedRule {
    /// The rule, such as `rules[0]` where it has no name.
    pub rule: String,
    /// How many it gave a variant.
    pub count: u64,
    /// How many of all, from 0 to 1.
    pub share: f64,
    /// For how many nobody can tell whether it concerns them: an attribute is missing or of another type.
    pub unknown: u64,
    /// How its split falls; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<SimulatedSplit>,
}

/// How the units that a rule hashed fall into its ranges, each unit once.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SimulatedSplit {
    /// How many units it hashed.
    pub units: u64,
    /// The variants of its ranges, and what lies outside them.
    pub parts: Vec<SimulatedPart>,
    /// Pearson's statistic of the counts against the ranges; absent where fewer than five are expected in a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chi_square: Option<f64>,
    /// The chance of such a statistic or a larger one where units fall evenly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// The same, adjusted for all splits of the report by Benjamini and Hochberg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjusted: Option<f64>,
    /// Whether the units do not fall as they should: the adjusted chance is below 0.001.
    pub mismatch: bool,
    /// How many units it takes for a test, where there are too few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<u64>,
}

/// How many units fall into the ranges of a variant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SimulatedPart {
    /// The variant; absent: outside all ranges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// How many.
    pub count: u64,
    /// How many of the units, from 0 to 1.
    pub share: f64,
    /// How many its ranges should hold, from 0 to 1.
    pub expected: f64,
}
