//! Floor 1: statistics, with no word of any domain.
//!
//! Every function takes plain numbers and gives plain numbers; what they mean is the business of the rooms above.

use serde::{Deserialize, Serialize};

/// A confidence interval; an end that the data cannot bound is `None`, never infinity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interval {
    /// The lower end; absent when the data do not bound it.
    pub low: Option<f64>,
    /// The upper end; absent when the data do not bound it.
    pub high: Option<f64>,
    /// The confidence level, such as 0.95.
    pub level: f64,
}
