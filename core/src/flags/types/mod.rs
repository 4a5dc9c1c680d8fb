//! The nouns of the room.

mod ask;
mod condition;
mod definition;
mod diff;
mod evaluation;
mod explanation;
mod json;
mod lint;
mod reweigh;
#[cfg(feature = "schema")]
mod schema;
mod simulate;

pub use ask::{FlagEvaluation, FlagExplainRequest, FlagProblem, FlagsReport, FlagsRequest};
pub use condition::{Coercion, Condition, VersionBounds};
#[cfg(feature = "schema")]
pub use definition::FlagsFile;
pub use definition::{
    FlagDefinition, FlagState, FlagType, Growth, Holdout, Layer, LayerUse, Override, Prerequisite, Range, Rollout,
    RolloutStep, Rule, Segment, Share,
};
pub use diff::{
    DifferenceKind, FlagChange, FlagDifference, FlagMove, FlagsDiffReport, FlagsDiffRequest, SplitDifference,
};
pub use evaluation::{FlagErrorCode, FlagReason};
pub use explanation::{FlagExplanation, FlagStep, FlagStepKind, FlagStepOutcome};
pub use json::JsonValue;
pub use lint::{FlagsLintReport, FlagsLintRequest, LintCode, LintFinding, LintSeverity};
pub use reweigh::{FlagsReweighReport, FlagsReweighRequest};
pub use simulate::{
    FlagsSimulateReport, FlagsSimulateRequest, SimulatedError, SimulatedFlag, SimulatedPart, SimulatedReason,
    SimulatedRule, SimulatedSplit, SimulatedVariant,
};
