//! Quantiles of values that come in clusters: Woodruff's interval.
//!
//! Values of one cluster resemble each other, so n values hold less than n values' worth of knowledge; on whole
//! histories the design effect is 17 to 92. The variance is therefore taken from cluster totals.

use super::quantile;
use super::sum::Sum;
use super::tail::t_critical;
use super::{Interval, NotEnough};

/// Fewer clusters than this give no interval: their spread is not known well enough.
pub const MIN_CLUSTERS: usize = 12;

/// How the variance of the share of values up to a quantile comes from the clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShareVariance {
    /// Each cluster left out once. The same as [`Self::Linearised`] where clusters are of equal size, and honest where
    /// a few clusters hold most values: with Pareto sizes and a correlation of .5 it covers .90–.93, the linearised
    /// .82–.87 (`core/tests/coverage`).
    #[default]
    Jackknife,
    /// By linearisation of the ratio, as R's survey package.
    Linearised,
}

/// A quantile of clustered values with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterQuantile {
    /// The type-7 quantile of all values.
    pub value: f64,
    /// Its interval; an end whose share falls outside [0, 1] is unbounded.
    pub interval: Interval,
    /// The standard error of the share of values up to the quantile.
    pub share_error: f64,
    /// How many values there are.
    pub n: u64,
    /// How many clusters hold at least one value.
    pub clusters: u64,
    /// The variance of the share against that of as many independent values; absent where all values are equal.
    pub design_effect: Option<f64>,
}

/// The quantile p of values in clusters and its interval by Woodruff's method.
///
/// # Definition
/// q is the type-7 quantile of all n values and F the share of values up to q. With m clusters, cluster c holding n_c
/// values of which y_c are up to q: se² = m / (m − 1) · Σ (y_c − F·n_c)² / n². The interval runs between the type-7
/// quantiles at p ± t·se, t with m − 1 degrees of freedom. An end whose share is below 0 or above 1 is unbounded.
///
/// Two choices differ from R's `svyquantile(interval.type = "mean", qrule = "hf7")`: the shares stand around p, not
/// around F (which is above p by up to 1/n, and by far more where values tie), and se is the larger of those of the
/// shares up to q and below q (so that many values equal to q do not make the interval a point).
///
/// # Units
/// Those of the values; the interval likewise.
///
/// # Errors
/// `tooFewClusters` below [`MIN_CLUSTERS`], `lengthsDiffer` unless there is one cluster for each value,
/// `invalidLevel` unless p and level lie inside (0, 1).
///
/// # Example
/// ```
/// use truenorth::stats::cluster::{ShareVariance, woodruff};
/// let values: Vec<f64> = (0..60).map(f64::from).collect();
/// let clusters: Vec<u32> = (0..60).map(|i| i % 20).collect();
/// let median = woodruff(&values, &clusters, 0.5, 0.95, ShareVariance::default()).unwrap();
/// assert_eq!(median.value, 29.5);
/// assert!(median.interval.contains(29.5));
/// ```
///
/// # Source
/// Woodruff: Confidence intervals for medians and other position measures, JASA 47, 1952,
/// doi:10.1080/01621459.1952.10483443; Francisco, Fuller, Annals of Statistics 19, 1991, doi:10.1214/aos/1176347993.
pub fn woodruff(
    values: &[f64],
    clusters: &[u32],
    p: f64,
    level: f64,
    variance: ShareVariance,
) -> Result<ClusterQuantile, NotEnough> {
    if clusters.len() != values.len() {
        return Err(NotEnough::new(clusters.len(), values.len(), "lengthsDiffer"));
    }
    let mut listed = Listed { values, clusters: dense(clusters), scratch: values.to_vec() };
    woodruff_of(&mut listed, (p, level, variance), |df| t_critical(level, df))
}

/// Woodruff's interval where the clusters are not at hand but their design effect is known, of sorted values.
///
/// # Definition
/// As [`woodruff`] with se² = effect · F·(1 − F) / (n − 1) and `df` degrees of freedom; an effect of 1 and n − 1
/// degrees is the case of independent values.
///
/// # Units
/// Those of the values.
///
/// # Errors
/// `noValues` below two values, `invalidLevel` unless p and level lie inside (0, 1), effect ≥ 0 and df > 0.
///
/// # Example
/// ```
/// let values: Vec<f64> = (0..100).map(f64::from).collect();
/// let alone = truenorth::stats::cluster::woodruff_with_effect(&values, 1.0, 99.0, 0.5, 0.95).unwrap();
/// let clustered = truenorth::stats::cluster::woodruff_with_effect(&values, 4.0, 24.0, 0.5, 0.95).unwrap();
/// assert_eq!((alone.0, clustered.0), (49.5, 49.5));
/// assert!(clustered.1.low < alone.1.low && clustered.1.high > alone.1.high);
/// ```
///
/// # Source
/// As [`woodruff`]; design effect: Kish, Survey sampling, 1965, §8.2.
pub fn woodruff_with_effect(
    sorted: &[f64],
    effect: f64,
    df: f64,
    p: f64,
    level: f64,
) -> Result<(f64, Interval), NotEnough> {
    let n = sorted.len();
    if n < 2 {
        return Err(NotEnough::new(n, 2, "noValues"));
    }
    let invalid = NotEnough::new(n, 2, "invalidLevel");
    let t = t_critical(level, df).filter(|_| effect >= 0.0 && p > 0.0 && p < 1.0).ok_or(invalid)?;
    let value = quantile::of_sorted(sorted, p).ok_or(invalid)?;
    let variance = |share: f64| share * (1.0 - share) / (n as f64 - 1.0);
    let up_to = sorted.partition_point(|x| x.total_cmp(&value).is_le()) as f64 / n as f64;
    let below = sorted.partition_point(|x| x.total_cmp(&value).is_lt()) as f64 / n as f64;
    let error = (effect * variance(up_to).max(variance(below))).sqrt();
    Ok((value, invert(p, t * error, level, |p| quantile::of_sorted(sorted, p))))
}

/// The interval between the quantiles at p ± half.
fn invert(p: f64, half: f64, level: f64, mut quantile: impl FnMut(f64) -> Option<f64>) -> Interval {
    // Outside [0, 1] there is no quantile, and the end is unbounded.
    Interval { low: quantile(p - half), high: quantile(p + half), level }
}

/// Clustered values that somebody holds in a way of their own.
pub(crate) trait Clustered {
    /// How many values there are, and how many clusters hold any.
    fn sizes(&self) -> (usize, usize);
    /// The type-7 quantile of all values.
    fn quantile(&mut self, p: f64) -> Option<f64>;
    /// How many values there are up to a value and below it.
    fn counts(&self, value: f64) -> [u64; 2];
    /// The same of each cluster, empty ones or not.
    fn tallies(&self, value: f64) -> impl Iterator<Item = Tally>;
}

/// Values as they are listed, each with its cluster.
struct Listed<'a> {
    values: &'a [f64],
    clusters: std::borrow::Cow<'a, [u32]>,
    scratch: Vec<f64>,
}

impl Clustered for Listed<'_> {
    fn sizes(&self) -> (usize, usize) {
        (self.values.len(), self.tallies(0.0).filter(|tally| tally.all > 0).count())
    }

    fn quantile(&mut self, p: f64) -> Option<f64> {
        quantile::of(&mut self.scratch, p)
    }

    fn counts(&self, value: f64) -> [u64; 2] {
        self.values.iter().fold([0; 2], |[up_to, below], x| {
            let order = x.total_cmp(&value);
            [up_to + u64::from(order.is_le()), below + u64::from(order.is_lt())]
        })
    }

    fn tallies(&self, value: f64) -> impl Iterator<Item = Tally> {
        let highest = self.clusters.iter().max().map_or(0, |&cluster| cluster as usize + 1);
        let mut tallies = vec![Tally::default(); highest];
        for (x, &cluster) in self.values.iter().zip(self.clusters.iter()) {
            let (tally, order) = (&mut tallies[cluster as usize], x.total_cmp(&value));
            tally.all += 1;
            tally.up_to += u32::from(order.is_le());
            tally.below += u32::from(order.is_lt());
        }
        tallies.into_iter()
    }
}

/// [`woodruff`] of values that somebody holds, with the critical values of t for degrees of freedom.
pub(crate) fn woodruff_of(
    held: &mut impl Clustered,
    (p, level, variance): (f64, f64, ShareVariance),
    t_critical: impl FnOnce(f64) -> Option<f64>,
) -> Result<ClusterQuantile, NotEnough> {
    let (n, m) = held.sizes();
    if !(p > 0.0 && p < 1.0 && level > 0.0 && level < 1.0) {
        return Err(NotEnough::new(n, MIN_CLUSTERS, "invalidLevel"));
    }
    let too_few = NotEnough::new(m, MIN_CLUSTERS, "tooFewClusters");
    if m < MIN_CLUSTERS {
        return Err(too_few);
    }
    let value = held.quantile(p).ok_or(too_few)?;
    let t = t_critical(m as f64 - 1.0).ok_or(too_few)?;
    let (variance, share) = variance_of_share(held.tallies(value), variance, (m as f64, n as f64), held.counts(value));
    let independent = share * (1.0 - share) / (n as f64 - 1.0);
    Ok(ClusterQuantile {
        value,
        interval: invert(p, t * variance.sqrt(), level, |p| held.quantile(p)),
        share_error: variance.sqrt(),
        n: n as u64,
        clusters: m as u64,
        design_effect: (independent > 0.0).then(|| variance / independent),
    })
}

/// How many values one cluster holds, and how many of them lie up to and below some value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) all: u32,
    pub(crate) up_to: u32,
    pub(crate) below: u32,
}

/// The variance of the share of values up to a value or below it, which is a ratio of cluster totals, and that share;
/// of the two the one whose variance is larger.
fn variance_of_share(
    tallies: impl Iterator<Item = Tally>,
    kind: ShareVariance,
    (m, n): (f64, f64),
    counts: [u64; 2],
) -> (f64, f64) {
    let shares = counts.map(|count| count as f64 / n);
    // Without a value that is just that value, the two are one.
    let sides = if counts[0] == counts[1] { 1 } else { 2 };
    let mut squares = [Sum::default(); 2];
    for tally in tallies {
        let all = f64::from(tally.all);
        // At least two clusters hold values, so n is more than any one of them holds.
        let others = if kind == ShareVariance::Jackknife { n - all } else { n };
        for ((squares, share), count) in squares.iter_mut().zip(shares).zip([tally.up_to, tally.below]).take(sides) {
            let rest = (f64::from(count) - share * all) / others;
            squares.add(rest * rest);
        }
    }
    let factor = if kind == ShareVariance::Jackknife { (m - 1.0) / m } else { m / (m - 1.0) };
    let [up_to, below] = squares.map(|squares| factor * squares.total());
    if up_to >= below { (up_to, shares[0]) } else { (below, shares[1]) }
}

/// Cluster ids small enough to index a table: as they are, or renumbered where a stranger's ids are sparse.
fn dense(clusters: &[u32]) -> std::borrow::Cow<'_, [u32]> {
    let highest = clusters.iter().copied().max().unwrap_or(0) as usize;
    if highest < 2 * clusters.len() + 1024 {
        return clusters.into();
    }
    let mut known = clusters.to_vec();
    known.sort_unstable();
    known.dedup();
    clusters.iter().map(|id| known.partition_point(|k| k < id) as u32).collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::random::Philox;

    fn sample(m: u32, size: u32) -> (Vec<f64>, Vec<u32>) {
        let mut random = Philox::new(11, u64::from(m));
        let (mut values, mut clusters) = (Vec::new(), Vec::new());
        for c in 0..m {
            let shift = random.uniform();
            for _ in 0..size {
                values.push(shift + 0.2 * random.uniform());
                clusters.push(c);
            }
        }
        (values, clusters)
    }

    #[test]
    fn singletons_are_independent_values() {
        let (mut values, clusters) = sample(40, 1);
        let found = woodruff(&values, &clusters, 0.5, 0.95, ShareVariance::default()).unwrap();
        assert!((found.design_effect.unwrap() - 1.0).abs() < 1e-12);
        values.sort_by(f64::total_cmp);
        assert_eq!(woodruff_with_effect(&values, 1.0, 39.0, 0.5, 0.95).unwrap(), (found.value, found.interval));
    }

    #[test]
    fn copies_of_values_add_nothing() {
        let (values, clusters) = sample(30, 1);
        let repeat = |v: &[f64]| v.iter().flat_map(|&x| [x; 5]).collect::<Vec<_>>();
        let five: Vec<u32> = clusters.iter().flat_map(|&c| [c; 5]).collect();
        let (one, many) = (
            woodruff(&values, &clusters, 0.5, 0.9, ShareVariance::default()).unwrap(),
            woodruff(&repeat(&values), &five, 0.5, 0.9, ShareVariance::default()).unwrap(),
        );
        assert!((one.share_error - many.share_error).abs() < 1e-12);
        assert!(many.design_effect.unwrap() > 4.5);
    }

    #[test]
    fn another_order_and_sparse_ids_give_the_same() {
        let (values, clusters) = sample(15, 9);
        let plain = woodruff(&values, &clusters, 0.9, 0.95, ShareVariance::default()).unwrap();
        let sparse: Vec<u32> = clusters.iter().map(|c| u32::MAX - c * 1_000_003).collect();
        assert_eq!(woodruff(&values, &sparse, 0.9, 0.95, ShareVariance::default()).unwrap().interval, plain.interval);
        let mut rows: Vec<_> = values.iter().copied().zip(clusters).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (values, clusters): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        assert_eq!(woodruff(&values, &clusters, 0.9, 0.95, ShareVariance::default()).unwrap(), plain);
    }

    #[test]
    fn says_what_is_missing() {
        let (values, clusters) = sample(11, 5);
        let missing = woodruff(&values, &clusters, 0.5, 0.95, ShareVariance::default()).unwrap_err();
        assert_eq!(missing, NotEnough { have: 11, need: 12, reason: "tooFewClusters" });
        assert_eq!(woodruff(&[], &[], 0.5, 0.95, ShareVariance::default()).unwrap_err().reason, "tooFewClusters");
        assert_eq!(woodruff(&values, &[], 0.5, 0.95, ShareVariance::default()).unwrap_err().reason, "lengthsDiffer");
        assert_eq!(
            woodruff(&values, &clusters, f64::NAN, 0.95, ShareVariance::default()).unwrap_err().reason,
            "invalidLevel"
        );
    }

    #[test]
    fn ends_outside_are_unbounded_and_ties_do_not_collapse() {
        let (values, clusters) = sample(12, 3);
        assert_eq!(woodruff(&values, &clusters, 0.97, 0.95, ShareVariance::default()).unwrap().interval.high, None);
        // A fifth of the values tie at the top: the share up to the quantile is 1, the share below it is not.
        let cap = quantile::of(&mut values.clone(), 0.8).unwrap();
        let capped: Vec<f64> = values.iter().map(|x| x.min(cap)).collect();
        let found = woodruff(&capped, &clusters, 0.85, 0.95, ShareVariance::default()).unwrap();
        assert!(found.value >= cap && found.interval.low.unwrap() < cap, "{found:?}");
        let same = woodruff(&[4.0; 36], &clusters, 0.5, 0.95, ShareVariance::default()).unwrap();
        assert_eq!((same.interval.low, same.interval.high, same.design_effect), (Some(4.0), Some(4.0), None));
    }
}
