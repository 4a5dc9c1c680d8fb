//! What is asked of a file of flags at once, without keeping it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::evaluation::{FlagErrorCode, FlagReason};
use super::json::JsonValue;
use crate::flags::ruleset::Problem;
use crate::ground::time::Time;

/// Which flags to evaluate, and for whom.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagsRequest {
    /// The file of flags, as JSON text.
    pub definitions: String,
    /// The flags to evaluate; empty: all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// What is known of whom they are evaluated for, `targetingKey` above all.
    #[serde(default)]
    pub context: BTreeMap<String, JsonValue>,
    /// The instant of the evaluation, for rules and rollouts that begin or end; absent: those are an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Time>,
}

/// The flags' values, and what is wrong with the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagsReport {
    /// The version of this report: `truenorth/flags/1`.
    pub schema: String,
    /// A flag each: in the order that was asked for, else in alphabetical order.
    pub evaluations: Vec<FlagEvaluation>,
    /// What is wrong with single flags, segments, layers or holdouts; they harm no others.
    pub problems: Vec<FlagProblem>,
}

/// A flag's value for somebody.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagEvaluation {
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
    /// What is known about the flag.
    pub metadata: BTreeMap<String, JsonValue>,
}

/// Something wrong in a file of flags.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagProblem {
    /// The flag that is malformed by it; absent where none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// A stable word, such as `wrongType`.
    pub code: String,
    /// Where, such as `flags.x.rules[0].when`.
    pub path: String,
    /// What, in a sentence.
    pub message: String,
}

impl From<&Problem> for FlagProblem {
    fn from(Problem { flag, error }: &Problem) -> Self {
        Self {
            flag: flag.clone(),
            code: error.code().as_str().to_owned(),
            path: error.path().to_owned(),
            message: error.message().to_owned(),
        }
    }
}

/// Which flag to explain, and for whom.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagExplainRequest {
    /// The file of flags, as JSON text.
    pub definitions: String,
    /// The flag.
    pub flag: String,
    /// What is known of whom it is evaluated for, `targetingKey` above all.
    #[serde(default)]
    pub context: BTreeMap<String, JsonValue>,
    /// The instant of the evaluation, for rules and rollouts that begin or end; absent: those are an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Time>,
}
