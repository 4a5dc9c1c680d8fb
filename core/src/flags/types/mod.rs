//! The nouns of the room.

mod condition;
mod definition;
mod evaluation;
mod explanation;

pub use condition::{Coercion, Condition, VersionBounds};
pub use definition::{
    FlagDefinition, FlagState, FlagType, Growth, Holdout, Layer, LayerUse, Override, Prerequisite, Range, Rollout,
    RolloutStep, Rule, Segment, Share,
};
pub use evaluation::{FlagErrorCode, Reason};
pub use explanation::{FlagExplanation, FlagStep, FlagStepKind, FlagStepOutcome};
