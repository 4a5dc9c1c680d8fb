//! The nouns of the room.

mod ask;
mod condition;
mod definition;
mod evaluation;
mod explanation;
mod json;
mod lint;

pub use ask::{FlagEvaluation, FlagExplainRequest, FlagProblem, FlagsReport, FlagsRequest};
pub use condition::{Coercion, Condition, VersionBounds};
pub use definition::{
    FlagDefinition, FlagState, FlagType, Growth, Holdout, Layer, LayerUse, Override, Prerequisite, Range, Rollout,
    RolloutStep, Rule, Segment, Share,
};
pub use evaluation::{FlagErrorCode, FlagReason};
pub use explanation::{FlagExplanation, FlagStep, FlagStepKind, FlagStepOutcome};
pub use json::JsonValue;
pub use lint::{LintCode, LintFinding, LintOptions, LintReport, LintSeverity};
