//! Differences that compare like with like: within strata, then put together; and what a change of mix alone does.

use super::rank::Pair;
use super::rate::{ShareDifference, Table, root, standardised};
use super::sum::sum;
use super::tail::{normal_critical, normal_two_sided, t_critical, t_two_sided};
use super::{Interval, NotEnough};

/// Successes of two samples in one stratum: (successes, all).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareStratum {
    /// The first sample.
    pub first: (u64, u64),
    /// The second sample.
    pub second: (u64, u64),
}

/// The difference of shares within strata, second minus first, by the score method.
///
/// # Definition
/// Stratum h weighs w = n₁n₂/(n₁ + n₂). The difference is Σ w·d_h / Σ w (Mantel and Haenszel). The interval holds every
/// δ with (Σ w(d_h − δ))² ≤ z² Σ w² V_h(δ), V_h as in [`super::rate::miettinen_nurminen`]; at δ = 0 the test is that of
/// Cochran, Mantel and Haenszel without continuity correction. A stratum with an empty sample has no weight.
///
/// # Units
/// Shares: −1 to 1.
///
/// # Errors
/// `noCommonStrata` where no stratum has both samples, `invalidShare` where successes exceed their sample,
/// `invalidLevel`.
///
/// # Example
/// ```
/// use truenorth::stats::stratified::{ShareStratum, share_difference};
/// let calm = ShareStratum { first: (2, 90), second: (1, 10) };
/// let wild = ShareStratum { first: (4, 10), second: (36, 90) };
/// // Together 6 % and 37 %; like with like they hardly differ.
/// assert!(share_difference(&[calm, wild], 0.95).unwrap().difference < 0.05);
/// ```
///
/// # Source
/// Miettinen, Nurminen, Statistics in Medicine 4, 1985, doi:10.1002/sim.4780040211; Mantel, Haenszel, JNCI 22, 1959,
/// doi:10.1093/jnci/22.4.719.
pub fn share_difference(strata: &[ShareStratum], level: f64) -> Result<ShareDifference, NotEnough> {
    let missing = |have: usize, reason| NotEnough::new(have, 1, reason);
    let z_level = normal_critical(level).ok_or(missing(strata.len(), "invalidLevel"))?;
    if strata.iter().any(|s| s.first.0 > s.first.1 || s.second.0 > s.second.1) {
        return Err(missing(strata.len(), "invalidShare"));
    }
    let tables: Vec<(Table, f64)> = strata
        .iter()
        .filter(|s| s.first.1 > 0 && s.second.1 > 0)
        .map(|s| {
            let (n1, n2) = (s.first.1 as f64, s.second.1 as f64);
            (Table { k1: s.first.0 as f64, n1, k2: s.second.0 as f64, n2 }, n1 / (n1 + n2) * n2)
        })
        .collect();
    let weights = sum(tables.iter().map(|t| t.1));
    if weights <= 0.0 {
        return Err(missing(0, "noCommonStrata"));
    }
    let difference = sum(tables.iter().map(|(t, w)| w * (t.k2 / t.n2 - t.k1 / t.n1))) / weights;
    let score = |delta: f64| {
        let variance = sum(tables.iter().map(|(t, w)| w * w * t.variance(delta)));
        standardised(weights * (difference - delta), variance)
    };
    let z = score(0.0);
    let interval = Interval::new(
        root(-1.0, difference, |delta| score(delta) > z_level),
        root(difference, 1.0, |delta| score(delta) > -z_level),
        level,
    );
    Ok(ShareDifference { difference, interval, z, p: normal_two_sided(z) })
}

/// Events and the time (or number of periods) in which they were counted, of two samples in one stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateStratum {
    /// Events and time of the first sample.
    pub first: (u64, f64),
    /// Events and time of the second sample.
    pub second: (u64, f64),
}

/// A ratio of rates within strata.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StratifiedRatio {
    /// The second rate over the first.
    pub ratio: f64,
    /// Its interval.
    pub interval: Interval,
    /// The p-value of equal rates, against both sides.
    pub p: f64,
}

/// The ratio of rates within strata, second over first.
///
/// # Definition
/// R = Σ e₂T₁/T / Σ e₁T₂/T with events e, times T and T = T₁ + T₂; the variance of ln R is
/// φ · Σ (e₁ + e₂)T₁T₂/T² / (Σ e₂T₁/T · Σ e₁T₂/T). The dispersion φ (1 for Poisson) comes with its degrees of freedom,
/// such as from [`super::counts::pooled_dispersion`]; without them the normal distribution is used.
///
/// # Units
/// None: a ratio of rates.
///
/// # Errors
/// `noEvents` where a sample has no event in the strata with both, `invalidTime` where a time is not finite or below 0,
/// `invalidLevel`.
///
/// # Example
/// ```
/// use truenorth::stats::stratified::{RateStratum, rate_ratio};
/// let one = RateStratum { first: (10, 20.0), second: (20, 20.0) };
/// let two = RateStratum { first: (3, 10.0), second: (6, 10.0) };
/// assert!((rate_ratio(&[one, two], (1.0, None), 0.95).unwrap().ratio - 2.0).abs() < 1e-12);
/// ```
///
/// # Source
/// Greenland, Robins, Biometrics 41, 1985, doi:10.2307/2530643.
pub fn rate_ratio(
    strata: &[RateStratum],
    dispersion: (f64, Option<f64>),
    level: f64,
) -> Result<StratifiedRatio, NotEnough> {
    let missing = |have: usize, reason| NotEnough::new(have, 1, reason);
    if strata.iter().any(|s| ![s.first.1, s.second.1].iter().all(|t| (0.0..f64::INFINITY).contains(t))) {
        return Err(missing(strata.len(), "invalidTime"));
    }
    let (spread, df) = dispersion;
    let critical = df.map_or_else(|| normal_critical(level), |df| t_critical(level, df));
    let critical = critical.filter(|_| spread > 0.0).ok_or(missing(strata.len(), "invalidLevel"))?;
    let common = || {
        let both = strata.iter().filter(|s| s.first.1 > 0.0 && s.second.1 > 0.0);
        both.map(|s| (s.first.0 as f64, s.second.0 as f64, s.first.1 / (s.first.1 + s.second.1)))
    };
    // With q the first sample's part of the time, T₁/T = q and T₂/T = 1 − q.
    let up = sum(common().map(|(_, e2, q)| e2 * q));
    let down = sum(common().map(|(e1, _, q)| e1 * (1.0 - q)));
    if up <= 0.0 || down <= 0.0 {
        return Err(missing(0, "noEvents"));
    }
    let error = (spread * sum(common().map(|(e1, e2, q)| (e1 + e2) * q * (1.0 - q))) / (up * down)).sqrt();
    let log = libm::log(up / down);
    let half = critical * error;
    Ok(StratifiedRatio {
        ratio: up / down,
        interval: Interval::new(libm::exp(log - half), libm::exp(log + half), level),
        p: df.map_or_else(|| normal_two_sided(log / error), |df| t_two_sided(log / error, df)),
    })
}

/// The result of van Elteren's test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StratifiedRank {
    /// The share of pairs within strata in which the second value is larger, ties counted half, strata weighted as in
    /// the test.
    pub share: f64,
    /// The statistic: above 0 where second values are larger.
    pub z: f64,
    /// Its p-value against both sides.
    pub p: f64,
    /// Strata with values of both samples.
    pub strata: u64,
}

/// Van Elteren's test: Mann–Whitney within strata, each weighing 1 / (N + 1).
///
/// # Definition
/// z = Σ (U_h − m_h n_h/2)/(N_h + 1) / √Σ σ_h²/(N_h + 1)², U and σ (with ties, without continuity correction) as in
/// [`super::rank::mann_whitney`]. Values within a stratum must be independent.
///
/// # Units
/// None: a share of pairs.
///
/// # Errors
/// `noCommonStrata` where no stratum has values of both, `noVariance` where within each all values are equal.
///
/// # Example
/// ```
/// let found = truenorth::stats::stratified::van_elteren(&[(&[1.0, 2.0], &[3.0, 4.0]), (&[7.0], &[9.0])]).unwrap();
/// assert_eq!(found.share, 1.0);
/// ```
///
/// # Source
/// van Elteren, Bulletin of the International Statistical Institute 37, 1960; Lehmann: Nonparametrics, 1975, §3.3.
pub fn van_elteren(strata: &[(&[f64], &[f64])]) -> Result<StratifiedRank, NotEnough> {
    let pairs: Vec<Pair> = strata.iter().filter_map(|(first, second)| Pair::new(first, second).ok()).collect();
    if pairs.is_empty() {
        return Err(NotEnough::new(0, 1, "noCommonStrata"));
    }
    let weight = |pair: &Pair| 1.0 / (pair.size() + 1.0);
    let gap = sum(pairs.iter().map(|pair| (pair.u() - 0.5 * pair.pairs()) * weight(pair)));
    let variance = sum(pairs.iter().map(|pair| {
        let part = pair.deviation() * weight(pair);
        part * part
    }));
    if variance <= 0.0 {
        return Err(NotEnough::new(0, 1, "noVariance"));
    }
    let z = gap / variance.sqrt();
    let all = sum(pairs.iter().map(|pair| pair.pairs() * weight(pair)));
    Ok(StratifiedRank { share: 0.5 + gap / all, z, p: normal_two_sided(z), strata: pairs.len() as u64 })
}

/// A stratum in two periods: its value (a rate or mean, absent where the weight is 0) and its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixStratum {
    /// The value in the first period.
    pub first: Option<f64>,
    /// How much the stratum counts in the first period, such as its number of cases.
    pub first_weight: f64,
    /// The value in the second period.
    pub second: Option<f64>,
    /// How much the stratum counts in the second period.
    pub second_weight: f64,
}

/// What one stratum, or all, contributed to a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixEffect {
    /// From values that changed inside strata.
    pub within: f64,
    /// From strata that count more or less than before.
    pub mix: f64,
}

/// A change of a weighted mean, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct MixChange {
    /// The weighted mean in the first and second period.
    pub means: [f64; 2],
    /// The change, exactly `effect.within + effect.mix`.
    pub change: f64,
    /// All strata together.
    pub effect: MixEffect,
    /// Each stratum, in the order given; they sum to `effect`.
    pub strata: Vec<MixEffect>,
}

/// Takes the change of a weighted mean apart into change within strata and change of their mix.
///
/// # Definition
/// With weights as shares p of their period's total and values r: within = Σ ½(p₁ + p₂)(r₂ − r₁), mix =
/// Σ (½(r₁ + r₂) − R̄)(p₂ − p₁), R̄ the middle of the two overall means. A stratum missing in one period has no within
/// part: its value there is taken to be that of the other. For means and shares; medians do not come apart.
///
/// # Units
/// Those of the values.
///
/// # Errors
/// `noWeight` where a period has no weight, `invalidWeight` where a weight is negative or not finite or stands without a
/// finite value.
///
/// # Example
/// ```
/// use truenorth::stats::stratified::{MixStratum, mix_change};
/// let stratum = |value, first_weight, second_weight| MixStratum {
///     first: Some(value),
///     first_weight,
///     second: Some(value),
///     second_weight,
/// };
/// let found = mix_change(&[stratum(0.1, 9.0, 1.0), stratum(0.4, 1.0, 9.0)]).unwrap();
/// assert!(found.effect.within == 0.0 && (found.effect.mix - 0.24).abs() < 1e-12);
/// ```
///
/// # Source
/// Kitagawa, JASA 50, 1955, doi:10.1080/01621459.1955.10501299.
pub fn mix_change(strata: &[MixStratum]) -> Result<MixChange, NotEnough> {
    let sound = |value: Option<f64>, weight: f64| {
        (0.0..f64::INFINITY).contains(&weight) && (weight <= 0.0 || value.is_some_and(f64::is_finite))
    };
    if !strata.iter().all(|s| sound(s.first, s.first_weight) && sound(s.second, s.second_weight)) {
        return Err(NotEnough::new(strata.len(), 1, "invalidWeight"));
    }
    let totals = [sum(strata.iter().map(|s| s.first_weight)), sum(strata.iter().map(|s| s.second_weight))];
    if !totals.iter().all(|&total| total > 0.0 && total.is_finite()) {
        return Err(NotEnough::new(0, 1, "noWeight"));
    }
    // (p₁, r₁, p₂, r₂); a value without weight says nothing.
    let rows = || {
        strata.iter().map(|s| {
            let first = s.first.filter(|_| s.first_weight > 0.0);
            let second = s.second.filter(|_| s.second_weight > 0.0);
            let (r1, r2) = (first.or(second).unwrap_or(0.0), second.or(first).unwrap_or(0.0));
            (s.first_weight / totals[0], r1, s.second_weight / totals[1], r2)
        })
    };
    let means = [sum(rows().map(|(p1, r1, ..)| p1 * r1)), sum(rows().map(|(_, _, p2, r2)| p2 * r2))];
    let middle = 0.5 * means[0] + 0.5 * means[1];
    let parts: Vec<MixEffect> = rows()
        .map(|(p1, r1, p2, r2)| MixEffect {
            within: 0.5 * (p1 + p2) * (r2 - r1),
            mix: (0.5 * r1 + 0.5 * r2 - middle) * (p2 - p1),
        })
        .collect();
    let effect = MixEffect { within: sum(parts.iter().map(|e| e.within)), mix: sum(parts.iter().map(|e| e.mix)) };
    Ok(MixChange { means, change: effect.within + effect.mix, effect, strata: parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(first: f64, first_weight: f64, second: f64, second_weight: f64) -> MixStratum {
        MixStratum { first: Some(first), first_weight, second: Some(second), second_weight }
    }

    #[test]
    fn a_change_of_mix_alone_is_not_a_change_within() {
        // Simpson: both strata get better (lower), the whole gets worse.
        let found = mix_change(&[stratum(0.10, 90.0, 0.09, 10.0), stratum(0.40, 10.0, 0.38, 90.0)]).unwrap();
        assert!(found.effect.within < 0.0 && found.change > 0.2);
        assert!((found.change - (found.means[1] - found.means[0])).abs() < 1e-15);
        assert!((found.change - (0.1 * 0.09 + 0.9 * 0.38 - 0.13)).abs() < 1e-15);
        assert_eq!(found.change.to_bits(), (found.effect.within + found.effect.mix).to_bits());
    }

    #[test]
    fn new_and_gone_strata_are_mix() {
        let new = MixStratum { first: None, first_weight: 0.0, second: Some(0.5), second_weight: 5.0 };
        let found = mix_change(&[stratum(0.2, 10.0, 0.2, 5.0), new]).unwrap();
        assert!(found.effect.within.abs() < 1e-15 && (found.effect.mix - 0.15).abs() < 1e-15);
        assert_eq!(mix_change(&[]).unwrap_err().reason, "noWeight");
        let bad = MixStratum { first: None, first_weight: 1.0, second: None, second_weight: 0.0 };
        assert_eq!(mix_change(&[bad]).unwrap_err().reason, "invalidWeight");
    }

    #[test]
    fn one_stratum_is_the_plain_method() {
        let plain = super::super::rate::miettinen_nurminen((9, 40), (20, 50), 0.95).unwrap();
        let found = share_difference(&[ShareStratum { first: (9, 40), second: (20, 50) }], 0.95).unwrap();
        assert!((found.z - plain.z).abs() < 1e-12);
        assert!((found.interval.low.unwrap() - plain.interval.low.unwrap()).abs() < 1e-12);
        let empty = ShareStratum { first: (0, 0), second: (3, 5) };
        assert_eq!(share_difference(&[empty], 0.95).unwrap_err().reason, "noCommonStrata");
        let wrong = ShareStratum { first: (2, 1), second: (3, 5) };
        assert_eq!(share_difference(&[wrong], 0.95).unwrap_err().reason, "invalidShare");
    }

    #[test]
    fn says_what_is_missing() {
        assert_eq!(van_elteren(&[(&[], &[1.0])]).unwrap_err().reason, "noCommonStrata");
        assert_eq!(van_elteren(&[(&[1.0], &[1.0])]).unwrap_err().reason, "noVariance");
        let quiet = RateStratum { first: (0, 5.0), second: (3, 5.0) };
        assert_eq!(rate_ratio(&[quiet], (1.0, None), 0.95).unwrap_err().reason, "noEvents");
        let odd = RateStratum { first: (1, f64::NAN), second: (3, 5.0) };
        assert_eq!(rate_ratio(&[odd], (1.0, None), 0.95).unwrap_err().reason, "invalidTime");
    }
}
