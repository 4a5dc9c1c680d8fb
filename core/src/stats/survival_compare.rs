//! Comparison of durations of which some are not over yet: weighted log-rank tests, and a bootstrap of medians.

use super::sum::Sum;
use super::survival::{Durations, curve};
use super::tail::{normal_two_sided, tail_of};
use super::{Interval, NotEnough};
use crate::ground::random::Philox;

/// Which differences a test looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// Peto and Peto's: each time weighs as much as the share that still lasts, so early differences count most; it
    /// speaks of about what a median shows.
    #[default]
    PetoPeto,
    /// Log-rank: every time weighs the same; it tests hazards, and late ends count as much as early ones.
    LogRank,
}

/// Two samples of one stratum.
#[derive(Debug, Clone, Copy)]
pub struct Stratum<'a> {
    /// The first sample.
    pub first: Durations<'a>,
    /// The second sample.
    pub second: Durations<'a>,
}

/// The result of a weighted log-rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalTest {
    /// Weighted ends in the first and second sample.
    pub observed: [f64; 2],
    /// As many as equal curves would give.
    pub expected: [f64; 2],
    /// (observed − expected) / √variance of the second sample: above 0 where the second ends sooner.
    pub z: f64,
    /// The p-value of z, against both sides.
    pub p: f64,
}

/// A weighted log-rank test of two samples, stratified.
///
/// # Definition
/// In each stratum and at each time tᵢ, with n₁ and n₂ at risk and d ends: O − E = w·(d₂ − d·n₂/n), variance
/// w²·d·(n₁n₂/n²)·(n − d)/(n − 1), with w = 1 (log-rank) or the Kaplan–Meier share of the stratum just before tᵢ (Peto
/// and Peto, as R's `survdiff(rho = 1)`). z sums both over times and strata.
///
/// # Units
/// None: weighted numbers of ends.
///
/// # Errors
/// `noEvents` where no time with both samples at risk has an end, `lengthsDiffer`.
///
/// # Example
/// ```
/// use truenorth::stats::survival::Durations;
/// use truenorth::stats::survival_compare::{Stratum, Weights, test};
/// let first = Durations { times: &[5.0, 6.0, 8.0, 9.0], ended: &[true; 4] };
/// let second = Durations { times: &[1.0, 2.0, 2.0, 3.0], ended: &[true; 4] };
/// let found = test(&[Stratum { first, second }], Weights::PetoPeto).unwrap();
/// assert!(found.z > 2.0);
/// ```
///
/// # Source
/// Peto, Peto, JRSS A 135, 1972, doi:10.2307/2344317; Harrington, Fleming, Biometrika 69, 1982,
/// doi:10.1093/biomet/69.3.553.
pub fn test(strata: &[Stratum<'_>], weights: Weights) -> Result<SurvivalTest, NotEnough> {
    let mut observed = [Sum::default(); 2];
    let mut expected = [Sum::default(); 2];
    let mut variance = Sum::default();
    for stratum in strata {
        let (first, second) = (stratum.first.in_order()?, stratum.second.in_order()?);
        let mut rows: Vec<(f64, bool, usize)> = Vec::with_capacity(first.len() + second.len());
        rows.extend(first.iter().map(|&(time, ended)| (time, ended, 0)));
        rows.extend(second.iter().map(|&(time, ended)| (time, ended, 1)));
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut left, mut share) = ([first.len() as f64, second.len() as f64], 1.0);
        for group in rows.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            let (mut ends, mut leaving) = ([0.0; 2], [0.0; 2]);
            for &(_, ended, side) in group {
                ends[side] += f64::from(u8::from(ended));
                leaving[side] += 1.0;
            }
            let (n, d) = (left[0] + left[1], ends[0] + ends[1]);
            if d > 0.0 {
                let weight = if weights == Weights::PetoPeto { share } else { 1.0 };
                for side in 0..2 {
                    observed[side].add(weight * ends[side]);
                    expected[side].add(weight * d * left[side] / n);
                }
                if n > 1.0 {
                    variance.add(weight * weight * d * (left[0] / n) * (left[1] / n) * (n - d) / (n - 1.0));
                }
                share *= (n - d) / n;
            }
            left = [left[0] - leaving[0], left[1] - leaving[1]];
        }
    }
    let variance = variance.total();
    if variance <= 0.0 || !variance.is_finite() {
        return Err(NotEnough { have: 0, need: 1, reason: "noEvents" });
    }
    let (observed, expected) = (observed.map(|s| s.total()), expected.map(|s| s.total()));
    let z = (observed[1] - expected[1]) / variance.sqrt();
    Ok(SurvivalTest { observed, expected, z, p: normal_two_sided(z) })
}

/// The difference of two medians, second minus first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MedianDifference {
    /// The difference; absent where a median is not reached.
    pub difference: Option<f64>,
    /// Its bootstrap percentile interval; an end is unbounded where too many resamples do not reach a median.
    pub interval: Interval,
    /// Resamples drawn.
    pub resamples: u32,
    /// Resamples in which neither sample reached its median: they count towards both ends.
    pub undecided: u32,
}

/// The difference of two Kaplan–Meier medians with a bootstrap interval.
///
/// # Definition
/// Durations with their marks are drawn anew with replacement within each sample. A median that a resample does not
/// reach is later than any; one in which neither is reached counts as −∞ for the lower and +∞ for the upper end. The ends
/// are the k-th smallest and k-th largest difference, k = ⌊(resamples + 1)(1 − level)/2⌋. Resample i of sample s draws
/// from Philox stream 2i + s of the seed.
///
/// # Units
/// Those of the durations.
///
/// # Errors
/// `noValues`, `lengthsDiffer`, `invalidLevel`, `tooFewResamples` where k would be 0.
///
/// # Example
/// ```
/// use truenorth::stats::survival::Durations;
/// use truenorth::stats::survival_compare::median_difference;
/// let first = Durations { times: &[5.0, 6.0, 8.0, 9.0, 9.5], ended: &[true; 5] };
/// let second = Durations { times: &[1.0, 2.0, 2.0, 3.0, 4.0], ended: &[true; 5] };
/// assert_eq!(median_difference(first, second, 0.9, 7, 99).unwrap().difference, Some(-6.0));
/// ```
///
/// # Source
/// Efron: Censored data and the bootstrap, JASA 76, 1981, doi:10.1080/01621459.1981.10477650.
pub fn median_difference(
    first: Durations<'_>,
    second: Durations<'_>,
    level: f64,
    seed: u64,
    resamples: u32,
) -> Result<MedianDifference, NotEnough> {
    let rows = [first.in_order()?, second.in_order()?];
    let shorter = rows[0].len().min(rows[1].len());
    if shorter == 0 {
        return Err(NotEnough::new(0, 1, "noValues"));
    }
    let tail = tail_of(level).ok_or(NotEnough::new(shorter, 1, "invalidLevel"))?;
    let rank = ((f64::from(resamples) + 1.0) * tail).floor() as usize;
    if rank == 0 {
        let need = (1.0 / tail).ceil() as usize;
        return Err(NotEnough::new(resamples as usize, need, "tooFewResamples"));
    }
    let mut weights = rows.each_ref().map(|rows| vec![1.0; rows.len()]);
    let median = |side: usize, weights: &[f64]| {
        let weighted = rows[side].iter().zip(weights).map(|(&(time, ended), &weight)| (time, ended, weight));
        curve(weighted).quantile(0.5).time()
    };
    let [one, two] = [median(0, &weights[0]), median(1, &weights[1])];
    let difference = one.zip(two).map(|(one, two)| two - one);
    let (mut lows, mut highs, mut undecided) = (Vec::new(), Vec::new(), 0);
    for resample in 0..resamples {
        let medians = [0, 1].map(|side| {
            let mut random = Philox::new(seed, 2 * u64::from(resample) + side as u64);
            let weights = &mut weights[side];
            weights.fill(0.0);
            for _ in 0..weights.len() {
                let drawn = random.below(weights.len() as u64) as usize;
                weights[drawn] += 1.0;
            }
            median(side, weights)
        });
        let (low, high) = match medians {
            [Some(one), Some(two)] => (two - one, two - one),
            [Some(_), None] => (f64::INFINITY, f64::INFINITY),
            [None, Some(_)] => (f64::NEG_INFINITY, f64::NEG_INFINITY),
            [None, None] => {
                undecided += 1;
                (f64::NEG_INFINITY, f64::INFINITY)
            }
        };
        lows.push(low);
        highs.push(high);
    }
    let (_, &mut low, _) = lows.select_nth_unstable_by(rank - 1, f64::total_cmp);
    let last = highs.len() - rank;
    let (_, &mut high, _) = highs.select_nth_unstable_by(last, f64::total_cmp);
    Ok(MedianDifference { difference, interval: Interval::new(low, high, level), resamples, undecided })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDED: [bool; 12] = [true; 12];

    fn times(from: f64) -> Vec<f64> {
        (0..12).map(|i| from + f64::from(i * i)).collect()
    }

    #[test]
    fn the_seed_fixes_the_interval_and_the_sides_mirror() {
        let (a, b) = (times(1.0), times(9.0));
        let (first, second) = (Durations { times: &a, ended: &ENDED }, Durations { times: &b, ended: &ENDED });
        let found = median_difference(first, second, 0.95, 1, 500).unwrap();
        assert_eq!(found, median_difference(first, second, 0.95, 1, 500).unwrap());
        assert_eq!(found.difference, Some(8.0));
        assert!(found.interval.contains(8.0));
        let stratum = |first, second| [Stratum { first, second }];
        let there = test(&stratum(first, second), Weights::PetoPeto).unwrap();
        let back = test(&stratum(second, first), Weights::PetoPeto).unwrap();
        assert!(there.z < 0.0 && (there.z + back.z).abs() < 1e-12);
    }

    #[test]
    fn medians_out_of_reach_leave_an_end_open() {
        let (a, b) = (times(1.0), times(2.0));
        let open = [true, true, true, false, false, false, false, false, false, false, false, false];
        let (first, second) = (Durations { times: &a, ended: &ENDED }, Durations { times: &b, ended: &open });
        let found = median_difference(first, second, 0.95, 1, 200).unwrap();
        assert_eq!((found.difference, found.interval.high, found.undecided), (None, None, 0));
        let both = median_difference(second, second, 0.95, 1, 200).unwrap();
        assert!(both.undecided > 100 && both.interval.low.is_none() && both.interval.high.is_none());
    }

    #[test]
    fn says_what_is_missing() {
        let none = Durations { times: &[], ended: &[] };
        let some = Durations { times: &[1.0], ended: &[true] };
        assert_eq!(median_difference(none, some, 0.95, 1, 99).unwrap_err().reason, "noValues");
        assert_eq!(median_difference(some, some, 0.95, 1, 9).unwrap_err().reason, "tooFewResamples");
        assert_eq!(test(&[], Weights::LogRank).unwrap_err().reason, "noEvents");
        assert_eq!(test(&[Stratum { first: none, second: some }], Weights::LogRank).unwrap_err().reason, "noEvents");
    }
}
