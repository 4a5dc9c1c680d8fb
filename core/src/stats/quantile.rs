//! Quantiles of plain values: type 7, type 1, the percent-rank kind, and intervals for independent values.
//!
//! Selection, not sorting: O(n). Values are ordered by `total_cmp`, so NaN, which the caller keeps out, sorts last
//! and never breaks the order.

use super::tail::{binomial_cdf, binomial_sf, tail_of};
use super::{Interval, NotEnough};

/// A value that can be ordered, and interpolated into a float.
pub trait Ordered: Copy {
    /// The order.
    fn order(&self, other: &Self) -> std::cmp::Ordering;
    /// The point a share `part` of the way from here to there.
    fn between(self, there: Self, part: f64) -> f64;
}

impl Ordered for f64 {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.total_cmp(other)
    }
    fn between(self, there: Self, part: f64) -> f64 {
        // Without the difference where nothing is interpolated: ∞ − ∞ would be NaN.
        if part > 0.0 && there.total_cmp(&self).is_ne() { self + (there - self) * part } else { self }
    }
}

impl Ordered for i64 {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.cmp(other)
    }
    fn between(self, there: Self, part: f64) -> f64 {
        if part > 0.0 { self as f64 + (i128::from(there) - i128::from(self)) as f64 * part } else { self as f64 }
    }
}

/// The type-7 place of p among n sorted values: the index below and the part of the step above it.
pub(super) fn place(n: usize, p: f64) -> Option<(usize, f64)> {
    if n == 0 || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let at = (n - 1) as f64 * p;
    let nearest = at.round();
    // 0.55 · 20 is 11.000000000000002: rounding must not move an exact rank.
    let at = if (at - nearest).abs() <= 4.0 * f64::EPSILON * nearest { nearest } else { at };
    let below = at.floor();
    Some((below as usize, at - below))
}

/// The type-7 quantile of sorted values; `None` without values or for p outside [0, 1].
///
/// # Definition
/// With h = (n − 1)·p: x₍⌊h⌋₎ + (h − ⌊h⌋)·(x₍⌊h⌋₊₁₎ − x₍⌊h⌋₎), counted from 0. The median of an even number of values
/// is the mean of the middle two. This is the default of R, numpy, Julia and spreadsheets.
///
/// # Units
/// Those of the values.
///
/// # Errors
/// `None` without values or for p outside [0, 1].
///
/// # Example
/// ```
/// use truenorth::stats::quantile::of_sorted;
/// assert_eq!(of_sorted(&[1_i64, 2, 4, 8], 0.5), Some(3.0));
/// ```
///
/// # Source
/// Hyndman, Fan: Sample quantiles in statistical packages, American Statistician 50, 1996,
/// doi:10.1080/00031305.1996.10473566.
pub fn of_sorted<T: Ordered>(sorted: &[T], p: f64) -> Option<f64> {
    let (below, part) = place(sorted.len(), p)?;
    let low = sorted[below];
    Some(if part > 0.0 { low.between(sorted[below + 1], part) } else { low.between(low, 0.0) })
}

/// The type-7 quantile of values in any order; the slice is rearranged.
pub fn of<T: Ordered>(values: &mut [T], p: f64) -> Option<f64> {
    let (below, part) = place(values.len(), p)?;
    let (low, next) = neighbours(values, below, part > 0.0)?;
    Some(low.between(next, part))
}

/// The value of a rank, from 0, and where both are wanted the one after it, else the same again; the slice is
/// rearranged.
pub(super) fn neighbours<T: Ordered>(values: &mut [T], rank: usize, both: bool) -> Option<(T, T)> {
    if rank >= values.len() {
        return None;
    }
    let (_, &mut low, above) = values.select_nth_unstable_by(rank, Ordered::order);
    let next = if both { above.iter().copied().min_by(Ordered::order)? } else { low };
    Some((low, next))
}

/// Several type-7 quantiles of values in any order, in the order asked for; the slice is rearranged.
///
/// A p outside [0, 1] gives `None`, as does every p without values.
pub fn several<T: Ordered>(values: &mut [T], ps: &[f64]) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..ps.len()).collect();
    order.sort_by(|&a, &b| ps[a].total_cmp(&ps[b]));
    let mut results = vec![None; ps.len()];
    let (n, mut done) = (values.len(), 0);
    for i in order {
        let Some((below, part)) = place(n, ps[i]) else { continue };
        let high = below + usize::from(part > 0.0);
        // What is left of `done` is settled; each selection works on the rest alone.
        for rank in [below, high] {
            if rank >= done {
                values[done..].select_nth_unstable_by(rank - done, Ordered::order);
                done = rank + 1;
            }
        }
        results[i] = Some(values[below].between(values[high], part));
    }
    results
}

/// The type-1 quantile of sorted values: the smallest value that at least a share p does not exceed.
///
/// # Definition
/// x₍⌈n·p⌉₎, counted from 1; the first value for p = 0.
///
/// # Units
/// Those of the values.
///
/// # Errors
/// `None` without values or for p outside [0, 1].
///
/// # Example
/// ```
/// assert_eq!(truenorth::stats::quantile::lower_of_sorted(&[1_i64, 2, 4, 8], 0.5), Some(2));
/// ```
///
/// # Source
/// Hyndman, Fan: Sample quantiles in statistical packages, American Statistician 50, 1996,
/// doi:10.1080/00031305.1996.10473566.
pub fn lower_of_sorted<T: Ordered>(sorted: &[T], p: f64) -> Option<T> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let at = sorted.len() as f64 * p;
    let nearest = at.round();
    let rank = if (at - nearest).abs() <= 4.0 * f64::EPSILON * nearest { nearest } else { at.ceil() };
    sorted.get((rank as usize).max(1) - 1).copied()
}

/// The largest value whose percent rank is at most p, of sorted values.
///
/// # Definition
/// percent rank = (rank − 1) / (n − 1), where equal values share the lowest rank and a lone value has 0; so x₍⌊p·(n−1)⌋₎
/// counted from 0. With p = ½ it is the lower median, which Apache DevLake shows as the median: of 1 and 2 it is 1.
///
/// # Units
/// Those of the values.
///
/// # Errors
/// `None` without values or for p outside [0, 1].
///
/// # Example
/// ```
/// assert_eq!(truenorth::stats::quantile::by_percent_rank(&[1_i64, 2], 0.5), Some(1));
/// ```
///
/// # Source
/// SQL:2003 `PERCENT_RANK`; the query `max(value) … where percent_rank <= 0.5` of the DORA dashboards of Apache DevLake.
pub fn by_percent_rank<T: Ordered>(sorted: &[T], p: f64) -> Option<T> {
    place(sorted.len(), p).and_then(|(below, _)| sorted.get(below).copied())
}

/// An interval of a quantile whose ends are values of the sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrderInterval {
    /// The interval.
    pub interval: Interval,
    /// The chance to cover the quantile of independent values with a continuous distribution; at least the level.
    pub coverage: f64,
}

/// The order-statistic interval of a quantile, for **independent** values that are sorted.
///
/// # Definition
/// From x₍l₎ to x₍u₎ with the largest l and the smallest u for which P(B < l) and P(B ≥ u) are at most (1 − level) / 2,
/// B binomial with n and p. An end without such a rank is unbounded: the ninth decile has no upper end below n = 36.
///
/// # Units
/// Those of the values.
///
/// # Errors
/// `noValues`, `invalidLevel` (p or level not inside (0, 1)).
///
/// # Example
/// ```
/// let ten: Vec<i64> = (1..=10).collect();
/// let found = truenorth::stats::quantile::order_interval(&ten, 0.5, 0.95).unwrap();
/// assert_eq!((found.interval.low, found.interval.high), (Some(2.0), Some(9.0)));
/// ```
///
/// # Source
/// Conover: Practical nonparametric statistics, 3rd ed., 1999, §3.2.
pub fn order_interval<T: Ordered>(sorted: &[T], p: f64, level: f64) -> Result<OrderInterval, NotEnough> {
    let n = sorted.len();
    let tail = tail_of(level).filter(|_| p > 0.0 && p < 1.0).ok_or(NotEnough::new(n, 1, "invalidLevel"))?;
    if n == 0 {
        return Err(NotEnough::new(0, 1, "noValues"));
    }
    let count = n as u64;
    // P(B ≤ l − 1) grows with l, P(B ≥ u) falls with u.
    let low = last(count, |l| binomial_cdf(l - 1, count, p) <= tail);
    let high = last(count, |u| binomial_sf(u, count, p) > tail) + 1;
    let at = |rank: u64| sorted.get(rank as usize - 1).map(|&v| v.between(v, 0.0));
    let below = if low == 0 { 0.0 } else { binomial_cdf(low - 1, count, p) };
    let above = if high > count { 0.0 } else { binomial_sf(high, count, p) };
    let interval = Interval {
        low: if low == 0 { None } else { at(low) },
        high: if high > count { None } else { at(high) },
        level,
    };
    Ok(OrderInterval { interval, coverage: 1.0 - below - above })
}

/// The largest rank in 1..=n that holds, if those that hold come first; 0 if none.
fn last(n: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = high - (high - low) / 2;
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::random::Philox;

    #[test]
    fn type_7_as_numpy() {
        // numpy 2.4: np.quantile([1, 3, 7, 8, 20], p).
        let x = [1.0, 3.0, 7.0, 8.0, 20.0];
        for (p, expected) in [(0.0, 1.0), (0.1, 1.8), (0.5, 7.0), (0.75, 8.0), (0.9, 15.2), (1.0, 20.0)] {
            let found = of_sorted(&x, p).unwrap();
            assert!((found - expected).abs() < 1e-12, "{p}: {found}");
            assert_eq!(of(&mut [20.0, 3.0, 1.0, 8.0, 7.0], p), Some(found));
        }
        assert_eq!(of_sorted::<f64>(&[], 0.5), None);
        assert_eq!(of_sorted(&x, f64::NAN), None);
        assert_eq!(of_sorted(&(0..21).collect::<Vec<i64>>(), 0.55), Some(11.0));
        assert_eq!(of_sorted(&[i64::MIN, i64::MAX], 0.5), Some(0.0));
    }

    #[test]
    fn selection_agrees_with_sorting() {
        let mut random = Philox::new(1, 1);
        for n in 1..80 {
            let values: Vec<i64> = (0..n).map(|_| random.below(30) as i64).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let ps = [0.9, 0.5, 0.0, 0.25, 1.0, 0.5, 2.0, 0.333];
            let found = several(&mut values.clone(), &ps);
            for (p, found) in ps.into_iter().zip(found) {
                assert_eq!(found, of_sorted(&sorted, p));
                assert_eq!(found, of(&mut values.clone(), p));
            }
        }
    }

    #[test]
    fn lower_kinds() {
        assert_eq!(lower_of_sorted(&[1, 2, 3, 4_i64], 0.5), Some(2));
        assert_eq!(lower_of_sorted(&[1, 2, 3, 4_i64], 0.0), Some(1));
        assert_eq!(lower_of_sorted(&(1..=10_i64).collect::<Vec<_>>(), 0.7), Some(7));
        assert_eq!(by_percent_rank(&[1, 2_i64], 0.5), Some(1));
        assert_eq!(by_percent_rank(&[1, 2, 2, 2, 9_i64], 0.5), Some(2));
        assert_eq!(by_percent_rank(&[5_i64], 0.5), Some(5));
    }

    #[test]
    fn percent_rank_by_its_definition() {
        let mut random = Philox::new(2, 1);
        for n in 2..40_usize {
            let mut x: Vec<i64> = (0..n).map(|_| random.below(8) as i64).collect();
            x.sort_unstable();
            let rank = |v: i64| x.iter().filter(|&&w| w < v).count() as f64 / (n - 1) as f64;
            let expected = x.iter().copied().filter(|&v| rank(v) <= 0.5).max();
            assert_eq!(by_percent_rank(&x, 0.5), expected);
        }
    }

    #[test]
    fn order_statistic_ranks() {
        // Conover's table: n = 10, median, 95 %: ranks 2 and 9, coverage 0.978515625; scipy 1.17 `quantile_test` agrees.
        let x: Vec<i64> = (1..=10).collect();
        let found = order_interval(&x, 0.5, 0.95).unwrap();
        assert_eq!((found.interval.low, found.interval.high), (Some(2.0), Some(9.0)));
        assert!((found.coverage - 0.978_515_625).abs() < 1e-12);
        assert!(order_interval(&x[..5], 0.5, 0.95).unwrap().interval.low.is_none());
        // 0.9³⁵ = .02503, 0.9³⁶ = .02253.
        let long: Vec<i64> = (1..=36).collect();
        assert!(order_interval(&long[..35], 0.9, 0.95).unwrap().interval.high.is_none());
        assert_eq!(order_interval(&long, 0.9, 0.95).unwrap().interval.high, Some(36.0));
        assert_eq!(order_interval::<f64>(&[], 0.5, 0.95).unwrap_err().reason, "noValues");
        assert_eq!(order_interval(&x, 0.5, 1.0).unwrap_err().reason, "invalidLevel");
    }
}
