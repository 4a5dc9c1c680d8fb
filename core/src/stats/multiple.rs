//! Many tests at once, and tests that something did *not* change.

use super::Interval;
use super::tail::{normal_critical, normal_sf, t_critical, t_sf};

/// How tests may depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dependence {
    /// Independent or positively dependent: Benjamini and Hochberg.
    #[default]
    Positive,
    /// Any: Benjamini and Yekutieli, stricter by the factor Σ 1/i.
    Any,
}

/// The p-values adjusted so that refusing those up to a level keeps the expected share of false refusals below it.
///
/// # Definition
/// With m tests ordered p₍₁₎ ≤ … ≤ p₍ₘ₎: q₍ᵢ₎ = min over j ≥ i of c·m·p₍ⱼ₎ / j, at most 1; c = 1, or Σ 1/i for any
/// dependence. In the order given. Every p handed in counts as a test; one that is no number in [0, 1] counts as 1, so
/// that it cannot make another look better.
///
/// # Units
/// Chances from 0 to 1.
///
/// # Errors
/// None.
///
/// # Example
/// ```
/// use truenorth::stats::multiple::{Dependence, adjust};
/// assert_eq!(adjust(&[0.01, 0.04, 0.03], Dependence::Positive), [0.03, 0.04, 0.04]);
/// ```
///
/// # Source
/// Benjamini, Hochberg, JRSS B 57, 1995, doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini, Yekutieli, Annals of
/// Statistics 29, 2001, doi:10.1214/aos/1013699998.
pub fn adjust(p: &[f64], dependence: Dependence) -> Vec<f64> {
    let m = p.len();
    let harmonic = match dependence {
        Dependence::Positive => 1.0,
        Dependence::Any => super::sum::sum((1..=m).map(|i| 1.0 / i as f64)),
    };
    let value = |i: usize| if (0.0..=1.0).contains(&p[i]) { p[i] } else { 1.0 };
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&a, &b| value(a).total_cmp(&value(b)));
    let mut adjusted = vec![1.0; m];
    let mut least = 1.0_f64;
    for (rank, &i) in order.iter().enumerate().rev() {
        least = least.min(value(i) * (harmonic * m as f64 / (rank as f64 + 1.0)));
        adjusted[i] = least;
    }
    adjusted
}

/// The result of two one-sided tests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalence {
    /// The p-value that the truth lies at or below the lower margin.
    pub p_low: f64,
    /// The p-value that the truth lies at or above the upper margin.
    pub p_high: f64,
    /// The larger of both: small where the truth lies inside the margins.
    pub p: f64,
    /// Whether p is at most the size of the test.
    pub equivalent: bool,
    /// The interval of level 1 − 2·size, which lies inside the margins exactly when `equivalent`.
    pub interval: Interval,
}

/// Two one-sided tests that an estimate lies between two margins.
///
/// # Definition
/// p_low = P(T > (estimate − low) / error), p_high = P(T > (high − estimate) / error), T normal, or t with `df` degrees of
/// freedom. Equivalent where both are at most `size`.
///
/// # Units
/// Margins, estimate and error in the same.
///
/// # Errors
/// `None` unless low < high, 0 < size < ½, error > 0 and the estimate is finite.
///
/// # Example
/// ```
/// let found = truenorth::stats::multiple::equivalence(0.1, 0.2, None, (-1.0, 1.0), 0.05).unwrap();
/// assert!(found.equivalent);
/// ```
///
/// # Source
/// Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987, doi:10.1007/BF01068419.
pub fn equivalence(estimate: f64, error: f64, df: Option<f64>, margins: (f64, f64), size: f64) -> Option<Equivalence> {
    let (low, high) = margins;
    let usable = low < high && size > 0.0 && size < 0.5 && error > 0.0 && error.is_finite() && estimate.is_finite();
    if !usable {
        return None;
    }
    let level = 1.0 - 2.0 * size;
    let critical = df.map_or_else(|| normal_critical(level), |df| t_critical(level, df))?;
    let above = |t: f64| df.map_or_else(|| normal_sf(t), |df| t_sf(t, df));
    let (p_low, p_high) = (above((estimate - low) / error), above((high - estimate) / error));
    let p = p_low.max(p_high);
    let interval = Interval::new(estimate - critical * error, estimate + critical * error, level);
    Some(Equivalence { p_low, p_high, p, equivalent: p <= size, interval })
}

/// Whether an interval shows equivalence: both ends known and inside the margins.
///
/// An interval of level 1 − 2·size is the test of that size: 90 % for the usual 5 %.
pub fn inside(interval: &Interval, margins: (f64, f64)) -> bool {
    interval.low.is_some_and(|low| low > margins.0) && interval.high.is_some_and(|high| high < margins.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R 4.2.2: p.adjust(c(.01, .02, .03, .04, .05, .5, .9, .001), "BH" and "BY").
    #[test]
    fn as_p_adjust() {
        let p = [0.01, 0.02, 0.03, 0.04, 0.05, 0.5, 0.9, 0.001];
        let bh =
            [0.04, 0.053_333_333_333_333_3, 0.06, 0.064, 0.066_666_666_666_666_7, 0.571_428_571_428_571, 0.9, 0.008];
        let by = [
            0.108_714_285_714_286,
            0.144_952_380_952_381,
            0.163_071_428_571_429,
            0.173_942_857_142_857,
            0.181_190_476_190_476,
            1.0,
            1.0,
            0.021_742_857_142_857_1,
        ];
        for (dependence, expected) in [(Dependence::Positive, bh), (Dependence::Any, by)] {
            for (found, expected) in adjust(&p, dependence).into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
        }
        assert_eq!(adjust(&[], Dependence::Any), Vec::<f64>::new());
        assert_eq!(adjust(&[0.01, f64::NAN], Dependence::Positive), [0.02, 1.0]);
    }

    #[test]
    fn the_interval_and_the_two_tests_agree() {
        for i in 0..200 {
            let estimate = f64::from(i) / 50.0 - 2.0;
            for df in [None, Some(7.0)] {
                let found = equivalence(estimate, 0.4, df, (-1.0, 1.0), 0.05).unwrap();
                assert_eq!(found.equivalent, inside(&found.interval, (-1.0, 1.0)), "{estimate} {df:?}");
            }
        }
        // R 4.2.2: pt(-(0.3 + 1) / 0.4, 7), pt(-(1 - 0.3) / 0.4, 7).
        let found = equivalence(0.3, 0.4, Some(7.0), (-1.0, 1.0), 0.05).unwrap();
        assert!((found.p_low - 0.007_028_642_357_596_87).abs() < 1e-12, "{}", found.p_low);
        assert!((found.p_high - 0.061_796_514_261_144).abs() < 1e-12, "{}", found.p_high);
        assert_eq!(equivalence(0.0, 0.0, None, (-1.0, 1.0), 0.05), None);
        assert_eq!(equivalence(0.0, 1.0, None, (1.0, -1.0), 0.05), None);
        assert!(!inside(&Interval { low: None, high: Some(0.0), level: 0.9 }, (-1.0, 1.0)));
    }
}
