//! How often intervals hold the truth and tests reject when nothing is there, on simulated data.
//!
//! The whole tables, some minutes: `cargo test -p truenorth --test coverage -- --ignored --nocapture`. The tests that
//! always run hold a few rows of the same tables loosely, with fixed seeds.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

use truenorth::ground::random::Philox;
use truenorth::stats::{Interval, tail};

mod coverage {
    pub(crate) mod clusters;
    pub(crate) mod counts;
    pub(crate) mod ranks;
    pub(crate) mod rates;
    pub(crate) mod survivals;
}

/// A standard normal number.
fn normal(random: &mut Philox) -> f64 {
    tail::normal_quantile(random.uniform() + 2.8e-17).unwrap()
}

/// A share of repetitions.
#[derive(Default)]
struct Share {
    hits: u32,
    all: u32,
}

impl Share {
    fn count(&mut self, hit: bool) {
        self.hits += u32::from(hit);
        self.all += 1;
    }
    fn get(&self) -> f64 {
        f64::from(self.hits) / f64::from(self.all.max(1))
    }
}

/// Whether the interval holds the truth.
fn covers(interval: &Interval, truth: f64) -> bool {
    interval.contains(truth)
}
