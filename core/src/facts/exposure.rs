//! Who was given what: what a flag hands to an experiment.

use serde::{Deserialize, Serialize};

use crate::ground::time::Time;

/// A unit saw a variant of a flag for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// Who, as it was hashed.
    pub unit: String,
    /// The flag, or experiment.
    pub flag: String,
    /// What the unit was given.
    pub variant: String,
    /// The rule that gave it; absent where none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Why, in OpenFeature's words: `SPLIT` where the bucket decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, where the caller said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}
