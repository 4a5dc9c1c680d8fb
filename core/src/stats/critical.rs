//! Critical values of Student's t, remembered.

use std::cell::RefCell;

use super::tail::t_critical;

/// Critical values of Student's t at one level, remembered: thousands of intervals ask for the same few.
#[derive(Debug)]
pub(crate) struct CriticalT {
    level: f64,
    /// By whole degrees of freedom; NaN where nobody asked yet.
    known: RefCell<Vec<f64>>,
}

/// More degrees of freedom than this are not remembered.
const MOST_REMEMBERED: f64 = 10_000.0;

impl CriticalT {
    pub(crate) fn new(level: f64) -> Self {
        Self { level, known: RefCell::default() }
    }

    pub(crate) fn level(&self) -> f64 {
        self.level
    }

    /// As [`t_critical`].
    pub(crate) fn of(&self, df: f64) -> Option<f64> {
        if !(df > 0.0 && df < MOST_REMEMBERED && df.fract() == 0.0) {
            return t_critical(self.level, df);
        }
        let (mut known, at) = (self.known.borrow_mut(), df as usize);
        if let Some(&t) = known.get(at).filter(|t| !t.is_nan()) {
            return Some(t);
        }
        let t = t_critical(self.level, df)?;
        if known.len() <= at {
            known.resize(at + 1, f64::NAN);
        }
        known[at] = t;
        Some(t)
    }
}
