//! Shares and rates: intervals for one, and comparison of two shares.

use std::f64::consts::PI;

use super::Interval;
use super::tail::{beta_quantile, beta_upper_quantile, gamma_quantile, normal_critical, normal_two_sided, tail_of};

/// k of n, checked: n above 0 and k at most n.
fn share(k: u64, n: u64) -> Option<(f64, f64)> {
    (n > 0 && k <= n).then(|| (k as f64 / n as f64, n as f64))
}

/// Wilson's interval of a share of k in n; `None` for n = 0, k > n or a level outside (0, 1).
///
/// # Definition
/// [p + z²/2n ± z √(p(1 − p)/n + z²/4n²)] / (1 + z²/n): the shares that a score test does not reject.
///
/// # Units
/// A share from 0 to 1.
///
/// # Errors
/// `None` for n = 0, k > n or a level outside (0, 1).
///
/// # Example
/// ```
/// let three_of_twenty = truenorth::stats::rate::wilson(3, 20, 0.95).unwrap();
/// assert!((three_of_twenty.high.unwrap() - 0.36042).abs() < 1e-5);
/// ```
///
/// # Source
/// Wilson: Probable inference, the law of succession, and statistical inference, JASA 22, 1927,
/// doi:10.1080/01621459.1927.10502953.
pub fn wilson(k: u64, n: u64, level: f64) -> Option<Interval> {
    let z = normal_critical(level)?;
    let (p, count) = share(k, n)?;
    let (low, high) = wilson_ends(p, count, z);
    // The formula gives exactly 0 and 1 there; rounding must not leave 1e-17.
    Some(Interval::new(if k == 0 { 0.0 } else { low }, if k == n { 1.0 } else { high }, level))
}

fn wilson_ends(p: f64, n: f64, z: f64) -> (f64, f64) {
    let square = z * z / n;
    let centre = p + 0.5 * square;
    let half = z * (p * (1.0 - p) / n + 0.25 * square / n).sqrt();
    (((centre - half) / (1.0 + square)).max(0.0), ((centre + half) / (1.0 + square)).min(1.0))
}

/// The exact interval of Clopper and Pearson of a share of k in n; never too short, often too long.
///
/// # Definition
/// From the lower quantile (1 − level)/2 of Beta(k, n − k + 1) to the upper one of Beta(k + 1, n − k).
///
/// # Units
/// A share from 0 to 1.
///
/// # Errors
/// `None` for n = 0, k > n or a level outside (0, 1).
///
/// # Example
/// ```
/// let none_of_five = truenorth::stats::rate::clopper_pearson(0, 5, 0.95).unwrap();
/// assert!((none_of_five.high.unwrap() - 0.5218).abs() < 1e-4);
/// ```
///
/// # Source
/// Clopper, Pearson: The use of confidence or fiducial limits, Biometrika 26, 1934, doi:10.1093/biomet/26.4.404.
pub fn clopper_pearson(k: u64, n: u64, level: f64) -> Option<Interval> {
    let tail = tail_of(level)?;
    share(k, n)?;
    let (hits, rest) = (k as f64, (n - k) as f64);
    let low = if k == 0 { 0.0 } else { beta_quantile(hits, rest + 1.0, tail)? };
    let high = if k == n { 1.0 } else { beta_upper_quantile(hits + 1.0, rest, tail)? };
    Some(Interval::new(low, high, level))
}

/// Garwood's exact interval of the expected number of events where k were seen.
///
/// # Definition
/// From the lower quantile (1 − level)/2 of Gamma(k) to the upper one of Gamma(k + 1). For events that are truly
/// Poisson; divide by the exposure for a rate.
///
/// # Units
/// Events.
///
/// # Errors
/// `None` for a level outside (0, 1).
///
/// # Example
/// ```
/// let three = truenorth::stats::rate::garwood(3, 0.95).unwrap();
/// assert!((three.high.unwrap() - 8.767273).abs() < 1e-6);
/// ```
///
/// # Source
/// Garwood: Fiducial limits for the Poisson distribution, Biometrika 28, 1936, doi:10.1093/biomet/28.3-4.437.
pub fn garwood(k: u64, level: f64) -> Option<Interval> {
    let tail = tail_of(level)?;
    let low = if k == 0 { 0.0 } else { gamma_quantile(k as f64, tail, false)? };
    Some(Interval::new(low, gamma_quantile(k as f64 + 1.0, tail, true)?, level))
}

/// A comparison of two shares, second minus first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareDifference {
    /// The second share minus the first.
    pub difference: f64,
    /// Its interval.
    pub interval: Interval,
    /// The score statistic of no difference.
    pub z: f64,
    /// Its p-value against both sides.
    pub p: f64,
}

/// The score test and interval of Miettinen and Nurminen for a difference of two shares, k2/n2 − k1/n1.
///
/// # Definition
/// The interval holds every difference δ for which (p₂ − p₁ − δ)² ≤ z² · V(δ), V(δ) = [q₁(1 − q₁)/n₁ + q₂(1 − q₂)/n₂]
/// · N/(N − 1), with q the most likely shares that differ by δ and N = n₁ + n₂. The test is the same at δ = 0.
///
/// # Units
/// Shares: −1 to 1.
///
/// # Errors
/// `None` for an empty sample, k > n or a level outside (0, 1).
///
/// # Example
/// ```
/// let found = truenorth::stats::rate::miettinen_nurminen((48, 80), (56, 70), 0.95).unwrap();
/// assert!((found.interval.low.unwrap() - 0.0528).abs() < 1e-4 && found.p < 0.05);
/// ```
///
/// # Source
/// Miettinen, Nurminen: Comparative analysis of two rates, Statistics in Medicine 4, 1985, doi:10.1002/sim.4780040211.
pub fn miettinen_nurminen(first: (u64, u64), second: (u64, u64), level: f64) -> Option<ShareDifference> {
    let z_level = normal_critical(level)?;
    let (p1, _) = share(first.0, first.1)?;
    let (p2, _) = share(second.0, second.1)?;
    let table = Table { k1: first.0 as f64, n1: first.1 as f64, k2: second.0 as f64, n2: second.1 as f64 };
    let difference = p2 - p1;
    let score = |delta: f64| standardised(difference - delta, table.variance(delta));
    let z = score(0.0);
    let interval = Interval::new(
        root(-1.0, difference, |delta| score(delta) > z_level),
        root(difference, 1.0, |delta| score(delta) > -z_level),
        level,
    );
    Some(ShareDifference { difference, interval, z, p: normal_two_sided(z) })
}

/// gap / √variance, where no gap is 0 and a gap without variance is infinite.
pub(super) fn standardised(gap: f64, variance: f64) -> f64 {
    if gap.abs() <= 0.0 { 0.0 } else { gap / variance.max(0.0).sqrt() }
}

/// Where a condition that holds on the left of the range stops to hold, to the last bit.
pub(super) fn root(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    // The ends may themselves be outside or inside.
    if holds(high) {
        return high;
    }
    if !holds(low) {
        return low;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if !(middle > low && middle < high) {
            break;
        }
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Two samples of successes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) k1: f64,
    pub(super) n1: f64,
    pub(super) k2: f64,
    pub(super) n2: f64,
}

impl Table {
    /// The variance of p₂ − p₁ if it truly were δ, by the most likely shares under that condition.
    pub(super) fn variance(&self, delta: f64) -> f64 {
        let Self { n1, n2, .. } = *self;
        let n = n1 + n2;
        let q1 = self.constrained(delta);
        let q2 = (q1 + delta).clamp(0.0, 1.0);
        (q1 * (1.0 - q1) / n1 + q2 * (1.0 - q2) / n2) * n / (n - 1.0)
    }

    /// The most likely first share where the second is higher by δ: the middle root of a cubic.
    fn constrained(&self, delta: f64) -> f64 {
        let Self { k1, n1, k2, n2 } = *self;
        let (n, k) = (n1 + n2, k1 + k2);
        if delta.abs() <= 0.0 {
            return k / n;
        }
        let a = n;
        let b = (2.0 * n1 + n2) * delta - n - k;
        let c = (n1 * delta - n - 2.0 * k1) * delta + k;
        let d = k1 * delta * (1.0 - delta);
        let third = b / (3.0 * a);
        let v = third * third * third - b * c / (6.0 * a * a) + d / (2.0 * a);
        let u = (third * third - c / (3.0 * a)).max(0.0).sqrt().copysign(v);
        let w = if u.abs() > 0.0 { (PI + libm::acos((v / (u * u * u)).clamp(-1.0, 1.0))) / 3.0 } else { 0.0 };
        (2.0 * u * libm::cos(w) - third).clamp((-delta).max(0.0), (1.0 - delta).min(1.0))
    }
}

/// Newcombe's hybrid interval of a difference of two shares, k2/n2 − k1/n1: an interval only, no test.
///
/// # Definition
/// The distances of the two Wilson intervals from their shares, combined as root of the sum of squares.
///
/// # Units
/// Shares: −1 to 1.
///
/// # Errors
/// `None` for an empty sample, k > n or a level outside (0, 1).
///
/// # Example
/// ```
/// let found = truenorth::stats::rate::newcombe((48, 80), (56, 70), 0.95).unwrap();
/// assert!((found.low.unwrap() - 0.0524).abs() < 1e-4);
/// ```
///
/// # Source
/// Newcombe: Interval estimation for the difference between independent proportions, Statistics in Medicine 17, 1998,
/// doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I (method 10).
pub fn newcombe(first: (u64, u64), second: (u64, u64), level: f64) -> Option<Interval> {
    let z = normal_critical(level)?;
    let (p1, n1) = share(first.0, first.1)?;
    let (p2, n2) = share(second.0, second.1)?;
    let (low1, high1) = wilson_ends(p1, n1, z);
    let (low2, high2) = wilson_ends(p2, n2, z);
    let difference = p2 - p1;
    Some(Interval::new(
        difference - libm::hypot(p2 - low2, high1 - p1),
        difference + libm::hypot(high2 - p2, p1 - low1),
        level,
    ))
}
