//! A number that says what it is: value, unit, interval, how many observations stand behind it, and by which method.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::stats::Interval;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// A share between 0 and 1.
    Share,
    /// Times per day of 24 hours.
    PerDay,
    /// A plain count.
    Count,
    /// A ratio of two like quantities: 1 means the same.
    Ratio,
}

/// A measured value with its interval, or the reason why there is none: never a bare number, NaN or infinity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Estimate {
    /// There is a value.
    Value {
        /// The value itself.
        value: f64,
        /// What it counts.
        unit: Unit,
        /// Where the true value may lie; absent when too little is known to bound it at all (see `note`).
        interval: Option<Interval>,
        /// How many observations stand behind it.
        n: u64,
        /// How value and interval were found, such as `median, woodruff clustered by deployment`.
        method: Cow<'static, str>,
        /// Why there is no interval, or what else the reader must know; absent when nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Cow<'static, str>>,
    },
    /// There are too few observations to say.
    NotEnough {
        /// Why, as a stable word: `noData`, `tooFewClusters`, `notReached`, …
        reason: Cow<'static, str>,
        /// How many observations there are.
        have: u64,
        /// How many it would take.
        need: u64,
    },
}

impl Estimate {
    /// A value, without interval.
    pub fn bare(value: f64, unit: Unit, n: u64, method: impl Into<Cow<'static, str>>) -> Self {
        if value.is_finite() {
            Self::Value { value, unit, interval: None, n, method: method.into(), note: None }
        } else {
            Self::not_enough("notFinite", n, n)
        }
    }

    /// Too few observations.
    pub fn not_enough(reason: impl Into<Cow<'static, str>>, have: u64, need: u64) -> Self {
        Self::NotEnough { reason: reason.into(), have, need }
    }

    /// With an interval.
    pub fn within(mut self, found: Interval) -> Self {
        if let Self::Value { interval, .. } = &mut self {
            *interval = Some(found);
        }
        self
    }

    /// With a note.
    pub fn noting(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        if let Self::Value { note, .. } = &mut self {
            *note = Some(text.into());
        }
        self
    }

    /// The value, where there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Value { value, .. } => Some(*value),
            Self::NotEnough { .. } => None,
        }
    }

    /// The interval, where there is one.
    pub fn interval(&self) -> Option<Interval> {
        match self {
            Self::Value { interval, .. } => *interval,
            Self::NotEnough { .. } => None,
        }
    }
}
