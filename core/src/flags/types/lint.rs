//! What lint says of a file of flags.

use serde::{Deserialize, Serialize};

use crate::ground::time::{Span, Time};

/// What file to look over, and for what.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagsLintRequest {
    /// The file of flags, as JSON text.
    pub definitions: String,
    /// What time it is; absent: nothing is said that depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Time>,
    /// How old a flag that gives everybody the same may be; absent: 90 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_after: Option<Span>,
    /// Whether flags without an owner are told.
    #[serde(default)]
    pub require_owner: bool,
    /// Whether flags without an end are told.
    #[serde(default)]
    pub require_expiry: bool,
    /// Only findings of these codes; empty: of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<LintCode>,
    /// No findings of these codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<LintCode>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LintSeverity {
    /// Something does not work.
    Error,
    /// Something probably does not do what was meant.
    Warning,
    /// Something could be tidier.
    Info,
}

macro_rules! codes {
    ($($name:ident = $word:literal, $severity:ident, $sentence:literal;)+) => {
        /// What is found; matches on it need a wildcard arm.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub enum LintCode { $(#[doc = concat!(" ", $sentence, ".")] $name,)+ }

        impl LintCode {
            /// Every code there is.
            pub const ALL: &'static [LintCode] = &[$(LintCode::$name,)+];

            /// The word as it stands in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// How bad it is.
            pub const fn severity(self) -> LintSeverity {
                match self { $(Self::$name => LintSeverity::$severity,)+ }
            }

            /// What it means in general, in a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }
    };
}

codes! {
    Malformed = "malformed", Error, "the flag, segment, layer or holdout cannot be used";
    DisagreeingVariants = "disagreeingVariants", Error, "the variants of a flag are not all of one type";
    UnknownSegment = "unknownSegment", Error, "no segment has this name";
    UnknownPrerequisite = "unknownPrerequisite", Error, "no flag has this name";
    Expired = "expired", Warning, "the flag should be gone by now";
    Stale = "stale", Warning, "the flag is old and gives everybody the same";
    NeverMatches = "neverMatches", Warning, "a rule or condition that nobody can pass";
    ImpossiblePattern = "impossiblePattern", Warning, "a regular expression that no text has a match of";
    Shadowed = "shadowed", Warning, "rules above leave nobody for this one";
    SameAsAbove = "sameAsAbove", Warning, "a rule above concerns the same and gives all of them a variant";
    SplitDoesNotAddUp = "splitDoesNotAddUp", Warning, "the shares look like parts of a whole that they do not make";
    CoarseBuckets = "coarseBuckets", Warning, "a share is too fine for a million buckets";
    UnusedVariant = "unusedVariant", Info, "nothing gives this variant";
    EmptySegment = "emptySegment", Warning, "nobody can belong to the segment";
    UnusedSegment = "unusedSegment", Info, "nothing asks for the segment";
    UnusedLayer = "unusedLayer", Info, "no flag is in the layer";
    UnusedHoldout = "unusedHoldout", Info, "no flag has the holdout";
    ArchivedPrerequisite = "archivedPrerequisite", Error, "a flag asks for an archived one";
    DisabledPrerequisite = "disabledPrerequisite", Warning, "a flag asks for a disabled one";
    ImpossiblePrerequisite = "impossiblePrerequisite", Warning, "the other flag never has a variant that is asked for";
    CorrelatedSplits = "correlatedSplits", Warning, "two flags split their units alike";
    BiasedSplit = "biasedSplit", Warning, "what comes before a split has taken some of its buckets";
    OverlappingLayer = "overlappingLayer", Error, "two flags have the same part of a layer";
    DisagreeingTypes = "disagreeingTypes", Warning, "an attribute is of one type here and of another elsewhere";
    PrivateUnit = "privateUnit", Info, "no exposures are recorded, as nobody shall see what is hashed";
    NotCompared = "notCompared", Info, "too many conditions to hold all of them against each other";
    NoOwner = "noOwner", Info, "nobody answers for the flag";
    NoExpiry = "noExpiry", Info, "the flag says no end";
}

/// One thing that lint found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LintFinding {
    /// Where it stands in the file, such as `flags.x.rules[0].when`.
    pub path: String,
    /// What it is.
    pub code: LintCode,
    /// How bad it is.
    pub severity: LintSeverity,
    /// The flag that it is about; absent where it is about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// What is wrong, in a sentence.
    pub sentence: String,
    /// Another place that it has to do with, such as the rule above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related: Option<String>,
}

/// What lint found in a file of flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlagsLintReport {
    /// The version of this report: `truenorth/flags-lint/1`.
    pub schema: String,
    /// What time it was taken to be; absent: nothing is said that depends on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Time>,
    /// How many flags the file has.
    pub flags: u64,
    /// How many findings are errors.
    pub errors: u64,
    /// How many findings are warnings.
    pub warnings: u64,
    /// How many findings are only worth knowing.
    pub infos: u64,
    /// What was found, by path.
    pub findings: Vec<LintFinding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_written_as_they_say() {
        for code in LintCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            let sentence = code.sentence();
            assert!(sentence.starts_with(char::is_lowercase) && !sentence.ends_with('.'), "{sentence}");
        }
    }
}
