//! Floor 1: statistics, with no word of any domain.
//!
//! | what | where |
//! |---|---|
//! | sums and moments, quantiles | [`sum`], [`quantile`] |
//! | quantiles of values in clusters | [`cluster`] |
//! | shares, counts per period | [`rate`], [`counts`] |
//! | two samples by ranks, plain and in clusters | [`rank`] |
//! | durations not yet over | [`survival`], [`survival_compare`] |
//! | like with like, and what mix alone does | [`stratified`] |
//! | counts against the shares they should have | [`fit`] |
//! | many tests at once, and proof of no change | [`multiple`] |
//! | tails and quantiles of distributions | [`tail`] |
//!
//! Every function takes plain numbers and gives plain numbers; what they mean is the business of the rooms above.
//! Results are the same to the last bit on every platform and with any number of threads: crate `libm`, sums by
//! Neumaier, random numbers from Philox streams. No input panics or loops for ever; NaN is for the caller to keep out
//! and only ever makes a number meaningless.

use serde::{Deserialize, Serialize};

pub mod cluster;
pub mod counts;
#[cfg(feature = "dora")]
pub(crate) mod critical;
pub mod fit;
pub mod multiple;
#[cfg(feature = "dora")]
pub(crate) mod pick;
pub mod quantile;
pub mod rank;
pub mod rate;
mod special;
pub mod stratified;
pub mod sum;
pub mod survival;
pub mod survival_compare;
pub mod tail;

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

impl Interval {
    /// The interval from low to high; an end that is not finite is unbounded.
    pub fn new(low: f64, high: f64, level: f64) -> Self {
        let end = |value: f64| value.is_finite().then_some(value);
        Self { low: end(low), high: end(high), level }
    }

    /// Both ends put through a rising function.
    pub fn map(self, rising: impl Fn(f64) -> f64) -> Self {
        let end = |value: Option<f64>| value.map(&rising).filter(|v| v.is_finite());
        Self { low: end(self.low), high: end(self.high), level: self.level }
    }

    /// Whether the value lies inside or on an end.
    pub fn contains(&self, value: f64) -> bool {
        self.low.is_none_or(|low| low <= value) && self.high.is_none_or(|high| value <= high)
    }
}

/// Why there is no number: too little of something, or something that makes the question meaningless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotEnough {
    /// How much there is.
    pub have: u64,
    /// How much is needed.
    pub need: u64,
    /// A stable word, such as `tooFewClusters`.
    pub reason: &'static str,
}

impl NotEnough {
    /// There are `have` where `need` are needed.
    pub(crate) fn new(have: usize, need: usize, reason: &'static str) -> Self {
        Self { have: have as u64, need: need as u64, reason }
    }
}
