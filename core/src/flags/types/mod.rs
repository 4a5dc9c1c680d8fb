//! The nouns of the room.

mod ask;
mod condition;
mod definition;
mod evaluation;
mod explanation;
mod json;
mod lint;
#[cfg(feature = "schema")]
mod schema;

pub use ask::{FlagEvaluation, FlagExplainRequest, FlagProblem, FlagsReport, FlagsRequest};
pub use condition::{Coercion, Condition, VersionBounds};
#[cfg(feature = "schema")]
pub use definition::FlagsFile;
pub use definition::{
    FlagDefinition, FlagState, FlagType, Growth, Holdout, Layer, LayerUse, Override, Prerequisite, Range, Rollout,
    RolloutStep, Rule, Segment, Share,
};
pub use evaluation::{FlagErrorCode, FlagReason};
pub use explanation::{FlagExplanation, FlagStep, FlagStepKind, FlagStepOutcome};
pub use json::JsonValue;
pub use lint::{FlagsLintReport, FlagsLintRequest, LintCode, LintFinding, LintSeverity};
