//! What comes out of an evaluation.

use serde::{Deserialize, Serialize};

/// Why a value is what it is, in OpenFeature's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum FlagReason {
    /// The flag has no rules: everybody gets its default variant.
    Static,
    /// No rule gave a variant.
    Default,
    /// A rule, an override or a prerequisite gave it.
    TargetingMatch,
    /// The bucket decided.
    Split,
    /// The flag is not in use.
    Disabled,
    /// Something is wrong: the value is the caller's default.
    Error,
}

/// What is wrong, in OpenFeature's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum FlagErrorCode {
    /// There is no flag of this name.
    FlagNotFound,
    /// The flag's definition is malformed.
    ParseError,
    /// The flag's values are of another type.
    TypeMismatch,
    /// The context has no unit to hash.
    TargetingKeyMissing,
    /// An attribute cannot be used, such as a unit that is not a text or a whole number.
    InvalidContext,
    /// Anything else, such as a value that is none of the flag's variants, or a definition that takes too many steps.
    General,
}

impl FlagReason {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::Default => "DEFAULT",
            Self::TargetingMatch => "TARGETING_MATCH",
            Self::Split => "SPLIT",
            Self::Disabled => "DISABLED",
            Self::Error => "ERROR",
        }
    }
}

impl FlagErrorCode {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FlagNotFound => "FLAG_NOT_FOUND",
            Self::ParseError => "PARSE_ERROR",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::TargetingKeyMissing => "TARGETING_KEY_MISSING",
            Self::InvalidContext => "INVALID_CONTEXT",
            Self::General => "GENERAL",
        }
    }
}
