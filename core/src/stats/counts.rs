//! Rates from counts per equal period, where the counts spread more or less than Poisson's.
//!
//! Deployment-like events come in bursts or by timetable: measured variance / mean runs from .2 to 8.4. A Poisson test
//! rejects 14 % of the time instead of 5 % at a dispersion of 2, so the dispersion is measured and used.

use super::rate::garwood;
use super::sum::sum;
use super::tail::{beta_odds_quantile, beta_tails, t_critical, t_two_sided, tail_of};
use super::{Interval, NotEnough};

/// Fewer periods than this do not tell the dispersion.
pub const MIN_PERIODS: usize = 8;

/// How a rate or a comparison was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountMethod {
    /// With the measured dispersion.
    QuasiPoisson,
    /// As if Poisson, because there are fewer than [`MIN_PERIODS`] periods: a flag belongs beside the number.
    PoissonTooFewPeriods,
    /// Without a logarithm, because no event was seen (in one sample, for a comparison); a measured dispersion above
    /// 1 is still used in a comparison.
    NoEvents,
}

/// How counts spread over their periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The number of periods.
    pub periods: u64,
    /// The number of events.
    pub events: u64,
    /// Events per period.
    pub mean: f64,
    /// Pearson's dispersion, variance / mean; absent below two periods or without events.
    pub dispersion: Option<f64>,
    /// The correlation of a period with the next; absent below three periods or where all are equal. Well above 0,
    /// the interval is too short.
    pub lag1: Option<f64>,
}

/// The spread of counts; `None` without periods.
///
/// # Definition
/// dispersion φ = Σ(c − c̄)² / c̄ / (n − 1); lag 1 = Σ(cᵢ − c̄)(cᵢ₊₁ − c̄) / Σ(c − c̄)².
///
/// # Units
/// Events per period; dispersion and correlation have none.
///
/// # Errors
/// `None` without periods.
///
/// # Example
/// ```
/// let weeks = truenorth::stats::counts::spread(&[0, 4, 0, 4]).unwrap();
/// assert_eq!((weeks.mean, weeks.lag1), (2.0, Some(-0.75)));
/// ```
///
/// # Source
/// McCullagh, Nelder: Generalized linear models, 2nd ed., 1989, §4.5.2 and §6.2.4.
pub fn spread(counts: &[u64]) -> Option<Spread> {
    let n = counts.len();
    if n == 0 {
        return None;
    }
    let total = counts.iter().fold(0_u64, |total, &count| total.saturating_add(count));
    let mean = total as f64 / n as f64;
    let squares = sum(counts.iter().map(|&c| (c as f64 - mean) * (c as f64 - mean)));
    let products = sum(counts.windows(2).map(|w| (w[0] as f64 - mean) * (w[1] as f64 - mean)));
    Some(Spread {
        periods: n as u64,
        events: total,
        mean,
        dispersion: (n > 1 && total > 0).then(|| squares / mean / (n as f64 - 1.0)),
        lag1: (n > 2 && squares > 0.0).then(|| products / squares),
    })
}

impl Spread {
    /// The dispersion that intervals use, and its degrees of freedom; absent where it is not known well enough.
    ///
    /// A dispersion below 1 is used as measured: releases by timetable are steadier than chance. But whole numbers
    /// hide a spread of up to a rounding, variance 1/12, so φ is not taken below 1 / (12 · mean): eight weeks with two
    /// events each do not prove a rate of exactly 2.
    pub fn used(&self) -> Option<(f64, f64)> {
        let known = self.periods >= MIN_PERIODS as u64;
        let measured = self.dispersion.filter(|_| known)?;
        Some((measured.max(1.0 / (12.0 * self.mean)), self.periods as f64 - 1.0))
    }

    /// The variance of the logarithm of the mean.
    fn log_variance(&self) -> Option<(f64, f64)> {
        self.used().map(|(dispersion, df)| (dispersion / self.events as f64, df))
    }
}

/// One dispersion for several series, each with a mean of its own, and its degrees of freedom; `None` where no series of
/// two periods has an event.
///
/// # Definition
/// Σ over series of Σ(c − c̄)²/c̄, divided by Σ (n − 1); series without events tell nothing and are left out. Not below
/// 1/12 over the mean of all periods, as in [`Spread::used`].
///
/// # Units
/// None.
///
/// # Errors
/// `None` where no series of two periods has an event.
///
/// # Example
/// ```
/// let (dispersion, df) = truenorth::stats::counts::pooled_dispersion(&[&[1, 3], &[2, 6]]).unwrap();
/// assert_eq!((dispersion, df), (1.5, 2.0));
/// ```
///
/// # Source
/// McCullagh, Nelder: Generalized linear models, 2nd ed., 1989, §4.5.2.
pub fn pooled_dispersion(series: &[&[u64]]) -> Option<(f64, f64)> {
    let spreads: Vec<Spread> = series.iter().filter_map(|counts| spread(counts)).filter(|s| s.events > 0).collect();
    let free = |s: &Spread| s.periods as f64 - 1.0;
    let df = sum(spreads.iter().map(free));
    let mean = sum(spreads.iter().map(|s| s.events as f64)) / sum(spreads.iter().map(|s| s.periods as f64));
    let squares = sum(spreads.iter().map(|s| s.dispersion.unwrap_or(0.0) * free(s)));
    (df > 0.0).then(|| ((squares / df).max(1.0 / (12.0 * mean)), df))
}

/// A rate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountRate {
    /// Events per period.
    pub rate: f64,
    /// Its interval.
    pub interval: Interval,
    /// How it was computed.
    pub method: CountMethod,
    /// What was measured of the counts.
    pub spread: Spread,
}

/// The rate of events per period, from the counts of equal, complete, consecutive periods.
///
/// # Definition
/// rate · exp(± t √(φ / N)): N events, Pearson's dispersion φ ([`Spread::used`]), t with periods − 1 degrees of freedom.
/// Below [`MIN_PERIODS`] periods, and without any event, Garwood's Poisson interval takes its place and the method
/// says so. With a lag-1 correlation of .3 it covers about .86 (`core/tests/coverage`): look at [`Spread::lag1`].
///
/// # Units
/// Events per period.
///
/// # Errors
/// `noPeriods`, `invalidLevel`.
///
/// # Example
/// ```
/// let weekly = truenorth::stats::counts::rate(&[3, 5, 2, 4, 4, 6, 3, 5], 0.95).unwrap();
/// assert_eq!(weekly.rate, 4.0);
/// assert!(weekly.interval.low.unwrap() > 3.0 && weekly.interval.high.unwrap() < 5.3);
/// ```
///
/// # Source
/// McCullagh, Nelder: Generalized linear models, 2nd ed., 1989, ch. 6; the interval is that of R's
/// `glm(family = quasipoisson)` with t quantiles.
pub fn rate(counts: &[u64], level: f64) -> Result<CountRate, NotEnough> {
    let invalid = NotEnough::new(counts.len(), 1, "invalidLevel");
    tail_of(level).ok_or(invalid)?;
    let spread = spread(counts).ok_or(NotEnough::new(0, 1, "noPeriods"))?;
    let (interval, method) = if let Some((variance, df)) = spread.log_variance() {
        let half = t_critical(level, df).ok_or(invalid)? * variance.sqrt();
        let ends = Interval::new(spread.mean * libm::exp(-half), spread.mean * libm::exp(half), level);
        (ends, CountMethod::QuasiPoisson)
    } else {
        let periods = spread.periods as f64;
        let exact = garwood(spread.events, level).ok_or(invalid)?.map(|events| events / periods);
        let few = counts.len() < MIN_PERIODS;
        (exact, if few { CountMethod::PoissonTooFewPeriods } else { CountMethod::NoEvents })
    };
    Ok(CountRate { rate: spread.mean, interval, method, spread })
}

/// A comparison of two rates, second over first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRatio {
    /// The second rate over the first; absent where the first is 0.
    pub ratio: Option<f64>,
    /// Its interval.
    pub interval: Interval,
    /// The p-value of equal rates, against both sides.
    pub p: f64,
    /// How it was computed.
    pub method: CountMethod,
    /// What was measured of both.
    pub spreads: [Spread; 2],
}

/// Compares the rates of two series of counts per equal period.
///
/// # Definition
/// log ratio ± t √(φ₁/N₁ + φ₂/N₂), each series with its own dispersion and t with Welch and Satterthwaite's degrees of
/// freedom. Below [`MIN_PERIODS`] periods in either series: the exact conditional test of two Poisson counts (central
/// two-sided). Where one series has no event, the same test on the other's events divided by its dispersion, if that is
/// above 1.
///
/// # Units
/// None: a ratio of rates.
///
/// # Errors
/// `noPeriods` for an empty series, `noEvents` where neither has an event, `invalidLevel`.
///
/// # Example
/// ```
/// let (before, after) = ([2, 3, 1, 2, 3, 2, 1, 2], [5, 4, 6, 5, 4, 5, 6, 5]);
/// let found = truenorth::stats::counts::compare(&before, &after, 0.95).unwrap();
/// assert!((found.ratio.unwrap() - 2.5).abs() < 1e-12 && found.p < 0.001);
/// ```
///
/// # Source
/// McCullagh, Nelder: Generalized linear models, 2nd ed., 1989, ch. 6; Przyborowski, Wilenski, Biometrika 31, 1940,
/// doi:10.1093/biomet/31.3-4.313 (conditional test).
pub fn compare(first: &[u64], second: &[u64], level: f64) -> Result<RateRatio, NotEnough> {
    let shorter = first.len().min(second.len());
    let invalid = NotEnough::new(shorter, 1, "invalidLevel");
    tail_of(level).ok_or(invalid)?;
    let none = NotEnough::new(shorter, 1, "noPeriods");
    let spreads = [spread(first).ok_or(none)?, spread(second).ok_or(none)?];
    let [one, two] = spreads;
    if one.events == 0 && two.events == 0 {
        return Err(NotEnough::new(0, 1, "noEvents"));
    }
    let ratio = (one.events > 0).then(|| two.mean / one.mean);
    let (Some((v1, df1)), Some((v2, df2)), Some(value)) = (one.log_variance(), two.log_variance(), ratio) else {
        let few = shorter < MIN_PERIODS;
        let method = if few { CountMethod::PoissonTooFewPeriods } else { CountMethod::NoEvents };
        let (interval, p) = conditional(&spreads, level).ok_or(invalid)?;
        return Ok(RateRatio { ratio, interval, p, method, spreads });
    };
    let (log, variance) = (libm::log(value), v1 + v2);
    let df = variance * variance / (v1 * v1 / df1 + v2 * v2 / df2);
    let half = t_critical(level, df).ok_or(invalid)? * variance.sqrt();
    Ok(RateRatio {
        ratio,
        interval: Interval::new(libm::exp(log - half), libm::exp(log + half), level),
        p: t_two_sided(log / variance.sqrt(), df),
        method: CountMethod::QuasiPoisson,
        spreads,
    })
}

/// Tests whether two series of counts per equal period have the same rate: the p-value against both sides.
///
/// # Definition
/// The quasi-likelihood score test, t = (c̄₂ − c̄₁) / √(s² (1/n₁ + 1/n₂)) with n₁ + n₂ − 2 degrees of freedom and s² the
/// pooled variance of the counts, at least 1/12, which is what whole numbers hide. Counts that come in a few great
/// bursts are the reason to prefer it to the logarithm's interval of [`compare`]: without a burst a series looks as
/// regular as it is not, and its own dispersion, divided by few events, makes the logarithm look certain. Here the
/// bursts of either series widen the scale for both.
///
/// # Units
/// None: a probability.
///
/// # Errors
/// `noPeriods` below two periods in either series.
///
/// # Example
/// ```
/// let p = truenorth::stats::counts::score_test(&[3, 5, 2, 4, 6, 3, 4, 5], &[7, 4, 9, 6, 5, 8, 7, 6]).unwrap();
/// assert!((p - 0.004_180_699_775_513_741).abs() < 1e-12);
/// ```
///
/// # Source
/// Breslow, Journal of the American Statistical Association 85, 1990, p. 565 (score tests where counts are overdispersed);
/// Student, Biometrika 6, 1908, doi:10.1093/biomet/6.1.1.
pub fn score_test(first: &[u64], second: &[u64]) -> Result<f64, NotEnough> {
    let shorter = first.len().min(second.len());
    if shorter < 2 {
        return Err(NotEnough::new(shorter, 2, "noPeriods"));
    }
    let mean = |counts: &[u64]| sum(counts.iter().map(|&count| count as f64)) / counts.len() as f64;
    let (one, two) = (mean(first), mean(second));
    let squares =
        |counts: &[u64], mean: f64| sum(counts.iter().map(|&count| (count as f64 - mean) * (count as f64 - mean)));
    let freedom = (first.len() + second.len()) as f64 - 2.0;
    let variance = ((squares(first, one) + squares(second, two)) / freedom).max(1.0 / 12.0);
    let error = (variance * (1.0 / first.len() as f64 + 1.0 / second.len() as f64)).sqrt();
    Ok(t_two_sided((two - one) / error, freedom))
}

/// The exact interval of the ratio and p-value given the sum of two Poisson counts, each divided by its dispersion.
fn conditional(spreads: &[Spread; 2], level: f64) -> Option<(Interval, f64)> {
    let tail = tail_of(level)?;
    let [one, two] = spreads.map(|s| s.events as f64 / s.used().map_or(1.0, |(dispersion, _)| dispersion.max(1.0)));
    let [time1, time2] = spreads.map(|s| s.periods as f64);
    // The odds that an event falls into the second series, as a ratio of rates.
    let end = |a: f64, b: f64, upper: bool| beta_odds_quantile(a, b, tail, upper) * (time1 / time2);
    let low = if two > 0.0 { end(two, one + 1.0, false) } else { 0.0 };
    let high = if one > 0.0 { end(two + 1.0, one, true) } else { f64::INFINITY };
    let even = time2 / (time1 + time2);
    let at_least = if two > 0.0 { beta_tails(two, one + 1.0, even).0 } else { 1.0 };
    let at_most = if one > 0.0 { beta_tails(two + 1.0, one, even).1 } else { 1.0 };
    Some((Interval::new(low, high, level), (2.0 * at_least.min(at_most)).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_counts_and_few_periods_fall_back_and_say_so() {
        let quiet = rate(&[0; 10], 0.95).unwrap();
        assert_eq!((quiet.rate, quiet.method), (0.0, CountMethod::NoEvents));
        assert!((quiet.interval.high.unwrap() - 0.368_887_945).abs() < 1e-8);
        let short = rate(&[1, 2, 0], 0.95).unwrap();
        assert_eq!(short.method, CountMethod::PoissonTooFewPeriods);
        assert!((short.interval.low.unwrap() - 0.206_224).abs() < 1e-6);
        assert_eq!(rate(&[], 0.95).unwrap_err().reason, "noPeriods");
        assert_eq!(rate(&[1], 0.0).unwrap_err().reason, "invalidLevel");
    }

    #[test]
    fn equal_counts_still_leave_doubt() {
        let steady = rate(&[2; 8], 0.95).unwrap();
        assert_eq!(steady.spread.dispersion, Some(0.0));
        assert_eq!(steady.spread.lag1, None);
        assert!(steady.interval.low.unwrap() < 1.85 && steady.interval.high.unwrap() > 2.15, "{steady:?}");
    }

    #[test]
    fn comparisons_without_events() {
        assert_eq!(compare(&[0; 9], &[0; 9], 0.95).unwrap_err().reason, "noEvents");
        // Ten events, all in one of two equal spans: 2 · ½¹⁰.
        let found = compare(&[0; 10], &[1; 10], 0.95).unwrap();
        assert_eq!((found.ratio, found.interval.high, found.method), (None, None, CountMethod::NoEvents));
        assert!((found.p - 2.0 / 1024.0).abs() < 1e-12);
        // In bursts of ten they are one event's worth of proof.
        let burst = compare(&[0; 10], &[0, 0, 0, 10, 0, 0, 0, 0, 0, 0], 0.95).unwrap();
        assert!(burst.p > 0.9, "{}", burst.p);
        let back = compare(&[1; 10], &[0; 10], 0.95).unwrap();
        assert_eq!((back.ratio, back.interval.low), (Some(0.0), Some(0.0)));
        assert!((back.p - found.p).abs() < 1e-12);
    }

    #[test]
    fn huge_counts_do_not_panic() {
        let found = compare(&[u64::MAX; 9], &[1, u64::MAX, 0, 3, 4, 5, 6, 7, 8], 0.95).unwrap();
        assert!(found.p.is_finite());
    }
}
