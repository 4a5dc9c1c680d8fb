//! What sets two files of flags apart, and whom it moves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ask::FlagProblem;
use super::definition::Range;
use super::json::JsonValue;
use crate::ground::time::Time;

/// Which files to hold against each other, and by whom.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagsDiffRequest {
    /// The file of flags as it was, as JSON text.
    pub before: String,
    /// The file of flags as it is to be, as JSON text.
    pub after: String,
    /// What is known of each of whom it shall be said whether they move; empty: only the files are compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<BTreeMap<String, JsonValue>>,
    /// How many of those who move are named, for each way they go; absent: none. Private ones never are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<u32>,
    /// The instant at which files are compared; absent: nothing is said of rules that begin, end or grow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Time>,
}

/// What sets two files of flags apart, and whom it moves.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagsDiffReport {
    /// The version of this report: `truenorth/flags-diff/1`.
    pub schema: String,
    /// The instant at which the files were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Time>,
    /// For how many both files were evaluated.
    pub contexts: u64,
    /// For how many of them at least one flag gives another variant.
    pub moved: u64,
    /// Flags that differ, or that give somebody another variant, in alphabetical order.
    pub flags: Vec<FlagDifference>,
    /// What else differs: segments, layers, holdouts and what stands at the top of the file.
    pub others: Vec<FlagChange>,
    /// What is wrong with the file as it was.
    pub problems_before: Vec<FlagProblem>,
    /// What is wrong with the file as it is to be.
    pub problems_after: Vec<FlagProblem>,
    /// What should be known first, a sentence each: changes of weights that move more than they must.
    pub sentences: Vec<String>,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DifferenceKind {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It is another.
    Changed,
    /// It is as it was; what it depends on is not.
    Same,
}

/// What sets a flag apart from what it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagDifference {
    /// The flag's name.
    pub flag: String,
    /// What became of it.
    pub kind: DifferenceKind,
    /// Its fields that differ; none for a flag that was added or removed.
    pub changes: Vec<FlagChange>,
    /// How many of all units get another variant, from 0 to 1, where the definitions alone tell: nothing but hashes
    /// decides, and those spread units evenly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Its rules whose ranges differ, where they hash as they did.
    pub splits: Vec<SplitDifference>,
    /// How many of the contexts get another variant.
    pub moved: u64,
    /// From which variant to which, the most first.
    pub moves: Vec<FlagMove>,
}

/// One place that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagChange {
    /// Where it stands, such as `flags.x.rules[0].split[1].weight`; where it was, if it is not there any more.
    pub path: String,
    /// What became of it.
    pub kind: DifferenceKind,
    /// What it was; of a list of values, those that are gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<JsonValue>,
    /// What it is; of a list of values, those that are new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<JsonValue>,
}

/// How the ranges of a rule differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SplitDifference {
    /// Where the rule stands now, such as `flags.x.rules[0]`.
    pub path: String,
    /// How many of the units that it concerns get something else of it, from 0 to 1.
    pub share: f64,
    /// How many would have to for variants of these sizes.
    pub least: f64,
    /// Ranges of the same sizes that move no more than that; empty where those that stand there move no more either.
    pub ranges: Vec<Range>,
}

/// How many go from one variant to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagMove {
    /// The variant as it was; absent: the caller's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The variant as it is to be; absent: the caller's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How many.
    pub count: u64,
    /// How many of all contexts, from 0 to 1.
    pub share: f64,
    /// Some of them, by their units.
    pub who: Vec<String>,
}
