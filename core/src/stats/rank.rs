//! Comparison of two samples by ranks: Mann–Whitney, the Hodges–Lehmann shift, and a rank test for clusters.

use super::sum::sum;
use super::tail::{normal_critical, normal_two_sided, t_critical, t_two_sided, tail_of};
use super::{Interval, NotEnough};

/// Below this size of both samples, and without ties, the distribution is enumerated; R's rule.
const EXACT_BELOW: usize = 50;
/// Fewer clusters than this in a sample give no clustered test.
pub const MIN_CLUSTERS: usize = super::cluster::MIN_CLUSTERS;

/// Where the distribution of ranks came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankMethod {
    /// Every order of the values counted; no ties and both samples below 50.
    Exact,
    /// The normal distribution, with a continuity correction and the variance corrected for ties.
    Normal,
}

/// The result of Mann and Whitney's test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// Pairs in which the second value is larger, ties counted half.
    pub u: f64,
    /// The share of such pairs: ½ where neither sample tends to be larger.
    pub share: f64,
    /// The p-value against both sides.
    pub p: f64,
    /// Where it came from.
    pub method: RankMethod,
}

/// Two samples in order, their ties, and what the distribution of U needs.
pub(super) struct Pair {
    first: Vec<f64>,
    second: Vec<f64>,
    /// Σ(t³ − t) over groups of t equal values in both samples together.
    ties: f64,
}

impl Pair {
    pub(super) fn new(first: &[f64], second: &[f64]) -> Result<Self, NotEnough> {
        let shorter = first.len().min(second.len());
        if shorter == 0 {
            return Err(NotEnough::new(shorter, 1, "noValues"));
        }
        let (first, second) = (in_order(first), in_order(second));
        let mut all = [first.as_slice(), second.as_slice()].concat();
        all.sort_unstable_by(f64::total_cmp);
        let ties = sum(all.chunk_by(|a, b| a.total_cmp(b).is_eq()).map(|group| {
            let t = group.len() as f64;
            t * t * t - t
        }));
        Ok(Self { first, second, ties })
    }

    /// Pairs of a first and a second value.
    pub(super) fn pairs(&self) -> f64 {
        self.first.len() as f64 * self.second.len() as f64
    }

    /// Values in both samples.
    pub(super) fn size(&self) -> f64 {
        (self.first.len() + self.second.len()) as f64
    }

    /// Pairs in which the second value is larger, ties counted half.
    pub(super) fn u(&self) -> f64 {
        sum(below(&self.second, &self.first))
    }

    fn exact(&self) -> bool {
        self.ties <= 0.0 && self.first.len() < EXACT_BELOW && self.second.len() < EXACT_BELOW
    }

    /// The standard deviation of U where both samples have the same distribution.
    pub(super) fn deviation(&self) -> f64 {
        let n = self.size();
        let ties = if self.ties > 0.0 { self.ties / (n * (n - 1.0)) } else { 0.0 };
        (self.pairs() / 12.0 * (n + 1.0 - ties)).max(0.0).sqrt()
    }
}

/// The values sorted, with one zero instead of two.
fn in_order(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().map(|x| x + 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// For each value of `of`, the number of sorted `among` below it, ties counted half.
fn below(of: &[f64], among: &[f64]) -> Vec<f64> {
    let count = |x: &f64| {
        let less = among.partition_point(|y| y.total_cmp(x).is_lt());
        let up_to = among.partition_point(|y| y.total_cmp(x).is_le());
        0.5 * (less + up_to) as f64
    };
    of.iter().map(count).collect()
}

/// P(U ≤ u) for u = 0 … m·n/2, by counting the orders of m and n distinct values.
fn exact_cdf(m: usize, n: usize) -> Vec<f64> {
    let half = m * n / 2;
    // ways[i][u] for i values of the first sample and the j of the second counted so far; sums only, no cancellation.
    let mut ways = vec![vec![0.0_f64; half + 1]; m + 1];
    for row in &mut ways {
        row[0] = 1.0;
    }
    for j in 1..=n {
        for i in 1..=m {
            let (done, rest) = ways.split_at_mut(i);
            for (now, before) in rest[0].iter_mut().skip(j).zip(&done[i - 1]) {
                *now += before;
            }
        }
    }
    let all = (1..=m).fold(1.0, |all, i| all * (n + i) as f64 / i as f64);
    let mut total = 0.0;
    ways.pop()
        .unwrap_or_default()
        .iter()
        .map(|count| {
            total += count;
            total / all
        })
        .collect()
}

/// Mann and Whitney's test of two independent samples, against both sides.
///
/// # Definition
/// U = pairs with the second value larger + ½ equal pairs. Without ties and below 50 values in each sample p is
/// 2·min P(U ≤ u), P(U ≥ u), by enumeration; else 2·P(Z > (|U − mn/2| − ½) / σ) with
/// σ² = mn/12 · (N + 1 − Σ(t³ − t) / (N(N − 1))). The values must be independent: for clustered values give one number
/// for each cluster, or use [`clustered`].
///
/// # Units
/// None: pairs, a share and a chance.
///
/// # Errors
/// `noValues` where a sample is empty.
///
/// # Example
/// ```
/// let found = truenorth::stats::rank::mann_whitney(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]).unwrap();
/// assert_eq!((found.u, found.p), (9.0, 0.1));
/// ```
///
/// # Source
/// Mann, Whitney, Annals of Mathematical Statistics 18, 1947, doi:10.1214/aoms/1177730491.
pub fn mann_whitney(first: &[f64], second: &[f64]) -> Result<MannWhitney, NotEnough> {
    let pair = Pair::new(first, second)?;
    let pairs = pair.pairs();
    let u = pair.u();
    let smaller = u.min(pairs - u);
    let (p, method) = if pair.exact() {
        let cdf = exact_cdf(pair.first.len(), pair.second.len());
        (2.0 * cdf.get(smaller as usize).copied().unwrap_or(0.5), RankMethod::Exact)
    } else {
        let gap = (0.5 * pairs - smaller - 0.5).max(0.0);
        (normal_two_sided(if gap > 0.0 { gap / pair.deviation() } else { 0.0 }), RankMethod::Normal)
    };
    Ok(MannWhitney { u, share: u / pairs, p: p.min(1.0), method })
}

/// By how much the second sample lies above the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// The median of all differences, second minus first.
    pub shift: f64,
    /// Its interval; unbounded where the samples are too small for the level.
    pub interval: Interval,
    /// Where the ranks of its ends came from.
    pub method: RankMethod,
}

/// The shift of Hodges and Lehmann between two independent samples, with the interval that goes with
/// [`mann_whitney`].
///
/// # Definition
/// The median of the m·n differences yⱼ − xᵢ. The interval runs from the l-th smallest to the l-th largest difference
/// with the largest l for which P(U < l) ≤ (1 − level) / 2; with ties or from 50 values on l = ⌊mn/2 + ½ − zσ⌋. The
/// differences are never written down: each is found by halving in O((m + n) · 64).
///
/// # Units
/// Those of the values, which must be finite.
///
/// # Errors
/// `noValues`, `invalidLevel`.
///
/// # Example
/// ```
/// let found = truenorth::stats::rank::hodges_lehmann(&[1.0, 2.0, 9.0], &[4.0, 5.0, 6.0], 0.9).unwrap();
/// assert_eq!(found.shift, 3.0);
/// ```
///
/// # Source
/// Hodges, Lehmann, Annals of Mathematical Statistics 34, 1963, doi:10.1214/aoms/1177704172; interval: Hollander,
/// Wolfe, Chicken: Nonparametric statistical methods, 3rd ed., 2014, §4.3.
pub fn hodges_lehmann(first: &[f64], second: &[f64], level: f64) -> Result<Shift, NotEnough> {
    let pair = Pair::new(first, second)?;
    let invalid = NotEnough::new(first.len(), 1, "invalidLevel");
    let tail = tail_of(level).ok_or(invalid)?;
    let count = (pair.first.len() as u64).saturating_mul(pair.second.len() as u64);
    let (rank, method) = if pair.exact() {
        let cdf = exact_cdf(pair.first.len(), pair.second.len());
        // P(U < l) = cdf[l − 1].
        (cdf.partition_point(|&p| p <= tail) as u64, RankMethod::Exact)
    } else {
        let z = normal_critical(level).ok_or(invalid)?;
        let rank = (0.5 * pair.pairs() + 0.5 - z * pair.deviation()).floor();
        (rank.max(0.0) as u64, RankMethod::Normal)
    };
    // The k-th smallest difference, counted from 1.
    let at = |k: u64| difference(&pair.first, &pair.second, k);
    let (lower, upper) = (at(count.div_ceil(2)), at(count / 2 + 1));
    Ok(Shift {
        shift: lower + 0.5 * (upper - lower),
        interval: if rank == 0 {
            Interval { low: None, high: None, level }
        } else {
            Interval::new(at(rank), at(count + 1 - rank), level)
        },
        method,
    })
}

/// The k-th smallest of all differences second − first of sorted samples: halving over the doubles themselves.
fn difference(first: &[f64], second: &[f64], k: u64) -> f64 {
    let up_to = |d: f64| {
        let mut j = 0;
        first.iter().fold(0_u64, |count, x| {
            // A larger x only lets more y in, rounding or not.
            while j < second.len() && second[j] - x <= d {
                j += 1;
            }
            count + j as u64
        })
    };
    // Doubles in order as integers.
    let value = |key: u64| f64::from_bits(if key >> 63 == 1 { key ^ (1 << 63) } else { !key });
    let (mut low, mut high) = (!f64::NEG_INFINITY.to_bits(), f64::INFINITY.to_bits() | (1 << 63));
    while low < high {
        let middle = low + (high - low) / 2;
        if up_to(value(middle)) >= k {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    value(low) + 0.0
}

/// The result of the clustered rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusteredRank {
    /// The share of pairs in which the second value is larger, ties counted half.
    pub share: f64,
    /// Its interval.
    pub interval: Interval,
    /// The p-value of a share of ½, against both sides.
    pub p: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Clusters in the first and second sample.
    pub clusters: [u64; 2],
}

/// A rank test of two samples whose values come in clusters; no cluster reaches into both samples.
///
/// # Definition
/// θ = share of pairs with the second value larger + ½ equal. Each value's placement is the share of the other sample on
/// the far side of it; se² is the sum over the samples of (m − 1)/m · Σ_c [Σ(placement − θ) / (n − n_c)]², each cluster
/// left out once. t = (θ − ½) / se with Satterthwaite's degrees of freedom. With clusters of one value it is the
/// Brunner–Munzel test.
///
/// # Units
/// None: a share of pairs.
///
/// # Errors
/// `tooFewClusters` below [`MIN_CLUSTERS`] in a sample, `noOverlap` where every pair goes the same way, `lengthsDiffer`
/// unless each value has a cluster, `invalidLevel`.
///
/// # Example
/// ```
/// let ids: Vec<u32> = (0..20).collect();
/// let first: Vec<f64> = (0..20).map(f64::from).collect();
/// let second: Vec<f64> = first.iter().map(|x| x + 8.5).collect();
/// let found = truenorth::stats::rank::clustered((&first, &ids), (&second, &ids), 0.95).unwrap();
/// assert!(found.share > 0.8 && found.p < 0.001);
/// ```
///
/// # Source
/// Obuchowski, Biometrics 53, 1997, doi:10.2307/2533958; Brunner, Munzel, Biometrical Journal 42, 2000,
/// doi:10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U.
pub fn clustered(first: (&[f64], &[u32]), second: (&[f64], &[u32]), level: f64) -> Result<ClusteredRank, NotEnough> {
    tail_of(level).ok_or(NotEnough::new(first.0.len(), MIN_CLUSTERS, "invalidLevel"))?;
    for (values, clusters) in [first, second] {
        if values.len() != clusters.len() {
            return Err(NotEnough::new(clusters.len(), values.len(), "lengthsDiffer"));
        }
    }
    let [sorted_first, sorted_second] = [first.0, second.0].map(in_order);
    let plain = |values: &[f64]| values.iter().map(|x| x + 0.0).collect::<Vec<_>>();
    let above = |count: f64| sorted_second.len() as f64 - count;
    let one: Vec<f64> = below(&plain(first.0), &sorted_second).into_iter().map(above).collect();
    let two = below(&plain(second.0), &sorted_first);
    let share = sum(two.iter().copied()) / (first.0.len() as f64 * second.0.len() as f64).max(1.0);
    let (v1, m1) = placement_variance(&one, first.1, sorted_second.len(), share)?;
    let (v2, m2) = placement_variance(&two, second.1, sorted_first.len(), share)?;
    let variance = v1 + v2;
    if variance <= 0.0 {
        return Err(NotEnough::new(0, 1, "noOverlap"));
    }
    let df = variance * variance / (v1 * v1 / (m1 - 1.0) + v2 * v2 / (m2 - 1.0));
    let error = variance.sqrt();
    let half = t_critical(level, df).map_or(f64::INFINITY, |t| t * error);
    Ok(ClusteredRank {
        share,
        interval: Interval::new((share - half).max(0.0), (share + half).min(1.0), level),
        p: t_two_sided((share - 0.5) / error, df),
        df,
        clusters: [m1 as u64, m2 as u64],
    })
}

/// The variance of the mean placement by leaving out each cluster, and the number of clusters.
fn placement_variance(counts: &[f64], clusters: &[u32], others: usize, share: f64) -> Result<(f64, f64), NotEnough> {
    let mut rows: Vec<(u32, f64)> =
        clusters.iter().copied().zip(counts.iter().map(|c| c / others as f64 - share)).collect();
    rows.sort_by_key(|row| row.0);
    let n = rows.len() as f64;
    let parts: Vec<f64> = rows
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| sum(group.iter().map(|row| row.1)) / (n - group.len() as f64))
        .collect();
    if parts.len() < MIN_CLUSTERS {
        return Err(NotEnough::new(parts.len(), MIN_CLUSTERS, "tooFewClusters"));
    }
    let m = parts.len() as f64;
    Ok(((m - 1.0) / m * sum(parts.iter().map(|part| part * part)), m))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::random::Philox;

    #[test]
    fn k_th_difference_by_writing_them_all_down() {
        let mut random = Philox::new(4, 0);
        for (m, n) in [(1, 1), (1, 7), (6, 4), (13, 13)] {
            let mut draw = |n: usize| in_order(&(0..n).map(|_| random.below(9) as f64 - 4.5).collect::<Vec<_>>());
            let (first, second) = (draw(m), draw(n));
            let mut all: Vec<f64> = second.iter().flat_map(|y| first.iter().map(move |x| y - x)).collect();
            all.sort_by(f64::total_cmp);
            for (k, expected) in all.iter().enumerate() {
                assert_eq!(
                    difference(&first, &second, k as u64 + 1).total_cmp(&(expected + 0.0)),
                    std::cmp::Ordering::Equal
                );
            }
        }
    }

    #[test]
    fn every_order_counted() {
        // All 10 orders of 3 and 2 distinct values: U = 0, 1, 2, 2, 3, 3, 4, 4, 5, 6.
        let expected = [0.1, 0.2, 0.4, 0.6];
        for (found, expected) in exact_cdf(3, 2).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn samples_too_small_or_the_same() {
        assert_eq!(mann_whitney(&[], &[1.0]).unwrap_err().reason, "noValues");
        let same = mann_whitney(&[2.0; 5], &[2.0; 9]).unwrap();
        assert_eq!((same.p, same.share), (1.0, 0.5));
        let small = hodges_lehmann(&[1.0, 2.0], &[3.0, 5.0], 0.95).unwrap();
        assert_eq!((small.shift, small.interval.low, small.interval.high), (2.5, None, None));
        assert_eq!(hodges_lehmann(&[1.0], &[2.0], f64::NAN).unwrap_err().reason, "invalidLevel");
        assert!(mann_whitney(&[-0.0], &[0.0]).unwrap().share.total_cmp(&0.5).is_eq());
        // What a caller should have kept out still ends.
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0];
        hodges_lehmann(&odd, &odd, 0.9).unwrap();
        mann_whitney(&odd, &odd).unwrap();
    }

    #[test]
    fn copies_of_values_are_no_evidence() {
        let mut random = Philox::new(9, 1);
        let mut draw = |n: u32| (0..n).map(|_| random.uniform()).collect::<Vec<_>>();
        let (first, second) = (draw(15), draw(20));
        let ids = |n: usize, copies: usize| (0..n as u32).flat_map(|id| vec![id; copies]).collect::<Vec<_>>();
        let repeat = |v: &[f64]| v.iter().flat_map(|&x| vec![x; 8]).collect::<Vec<_>>();
        let one = clustered((&first, &ids(15, 1)), (&second, &ids(20, 1)), 0.95).unwrap();
        let many = clustered((&repeat(&first), &ids(15, 8)), (&repeat(&second), &ids(20, 8)), 0.95).unwrap();
        assert!((one.p - many.p).abs() < 1e-12 && (one.df - many.df).abs() < 1e-9);
        let apart: Vec<f64> = second.iter().map(|x| x + 9.0).collect();
        assert_eq!(clustered((&first, &ids(15, 1)), (&apart, &ids(20, 1)), 0.95).unwrap_err().reason, "noOverlap");
        assert_eq!(clustered((&first, &ids(15, 1)), (&[], &[]), 0.95).unwrap_err().reason, "tooFewClusters");
    }
}
