//! Durations of which some are not over yet: Kaplan–Meier, its quantiles and restricted mean.

use super::sum::Sum;
use super::tail::{normal_critical, normal_two_sided, tail_of};
use super::{Interval, NotEnough};

/// Survival values this close to a level count as equal to it: products of fractions round.
const TOLERANCE: f64 = 1e-9;

/// Durations and whether the end of each was seen; where it was not, the duration is how long was waited so far.
#[derive(Debug, Clone, Copy)]
pub struct Durations<'a> {
    /// The durations, 0 or more.
    pub times: &'a [f64],
    /// Whether the end was seen, one for each duration.
    pub ended: &'a [bool],
}

impl Durations<'_> {
    /// The rows in order, ends before waits of the same length; an error where nothing can be computed.
    pub(super) fn in_order(&self) -> Result<Vec<(f64, bool)>, NotEnough> {
        if self.times.len() != self.ended.len() {
            return Err(NotEnough::new(self.ended.len(), self.times.len(), "lengthsDiffer"));
        }
        let mut rows: Vec<(f64, bool)> = self.times.iter().map(|t| t + 0.0).zip(self.ended.iter().copied()).collect();
        rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        Ok(rows)
    }
}

/// One step of a survival curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// When.
    pub time: f64,
    /// How many had not ended before, those whose wait breaks off at this very time included.
    pub at_risk: f64,
    /// How many end here.
    pub events: f64,
    /// The share that lasts longer.
    pub survival: f64,
    /// Greenwood's sum Σ d / (n(n − d)), the variance of ln S; absent once nothing is left.
    pub log_variance: Option<f64>,
}

/// A survival curve: 1 from time 0, falling at each step.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The steps, at the times at which something ended.
    pub steps: Vec<Step>,
    /// How many durations there are.
    pub n: u64,
    /// How many ended.
    pub events: u64,
    /// The longest time watched, ended or not.
    pub last_time: f64,
}

/// When a share of all has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arrival {
    /// At this time.
    At(f64),
    /// Not while anything was watched.
    NotReached {
        /// The share that lasts longer than anything watched.
        survival: f64,
        /// The longest time watched.
        last_time: f64,
    },
}

impl Arrival {
    /// The time, if reached.
    pub fn time(self) -> Option<f64> {
        match self {
            Self::At(time) => Some(time),
            Self::NotReached { .. } => None,
        }
    }
}

/// A mean of durations that are cut at a horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedMean {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// The horizon.
    pub horizon: f64,
}

/// The Kaplan–Meier estimate of the share that lasts longer than t.
///
/// # Definition
/// S(t) = Π over times tᵢ ≤ t of (1 − dᵢ/nᵢ): dᵢ end at tᵢ, nᵢ had not ended or broken off before. A wait that breaks
/// off at tᵢ still counts in nᵢ.
///
/// # Units
/// Times as given; S is a share.
///
/// # Errors
/// `noValues`, `lengthsDiffer`.
///
/// # Example
/// ```
/// use truenorth::stats::survival::{Durations, kaplan_meier};
/// let times = [1.0, 2.0, 3.0, 4.0];
/// let curve = kaplan_meier(Durations { times: &times, ended: &[true, false, true, true] }).unwrap();
/// assert_eq!(curve.steps[1].survival, 0.375);
/// ```
///
/// # Source
/// Kaplan, Meier, JASA 53, 1958, doi:10.1080/01621459.1958.10501452; variance: Greenwood 1926.
pub fn kaplan_meier(durations: Durations<'_>) -> Result<Curve, NotEnough> {
    let rows = durations.in_order()?;
    if rows.is_empty() {
        return Err(NotEnough::new(0, 1, "noValues"));
    }
    Ok(curve(rows.iter().map(|&(time, ended)| (time, ended, 1.0))))
}

/// The curve of rows in order, each counted as often as its weight says.
pub(super) fn curve(rows: impl Iterator<Item = (f64, bool, f64)> + Clone) -> Curve {
    let mut left: f64 = rows.clone().map(|row| row.2).sum();
    let (n, mut events, mut survival, mut last_time) = (left, 0.0, 1.0, 0.0_f64);
    let mut log_variance = Sum::default();
    let mut steps = Vec::new();
    let mut rows = rows.filter(|row| row.2 > 0.0).peekable();
    while let Some(&(time, ..)) = rows.peek() {
        let (mut ending, mut leaving) = (0.0, 0.0);
        while let Some((_, ended, weight)) = rows.next_if(|row| row.0.total_cmp(&time).is_eq()) {
            ending += if ended { weight } else { 0.0 };
            leaving += weight;
        }
        if ending > 0.0 {
            // The fraction left, not one minus a fraction, so that it ends at exactly 0.
            survival *= (left - ending) / left;
            let rest = left - ending;
            if rest > 0.0 {
                log_variance.add(ending / left / rest);
            }
            let known = (rest > 0.0).then(|| log_variance.total());
            steps.push(Step { time, at_risk: left, events: ending, survival, log_variance: known });
            events += ending;
        }
        left -= leaving;
        last_time = time;
    }
    Curve { steps, n: n as u64, events: events as u64, last_time }
}

impl Curve {
    /// The share that lasts longer than anything watched.
    pub fn lasting(&self) -> f64 {
        self.steps.last().map_or(1.0, |step| step.survival)
    }

    /// The time at which a share p has ended.
    ///
    /// # Definition
    /// The first t with S(t) ≤ 1 − p, equal within 1e-9; where S stays exactly at 1 − p for a while, the middle between
    /// the two steps (R's rule).
    ///
    /// # Units
    /// Those of the durations.
    ///
    /// # Errors
    /// None: where the share is not reached, [`Arrival::NotReached`].
    ///
    /// # Example
    /// ```
    /// use truenorth::stats::survival::{Arrival, Durations, kaplan_meier};
    /// let curve = kaplan_meier(Durations { times: &[1.0, 2.0, 6.0, 7.0], ended: &[true; 4] }).unwrap();
    /// assert_eq!(curve.quantile(0.5), Arrival::At(4.0));
    /// ```
    ///
    /// # Source
    /// Therneau: R package survival, `survfit` ("median"); Brookmeyer, Crowley, Biometrics 38, 1982, doi:10.2307/2530286.
    pub fn quantile(&self, p: f64) -> Arrival {
        let crossed = crossing(self.steps.iter().map(|step| (step.time, step.survival)), 1.0 - p);
        crossed.map_or(Arrival::NotReached { survival: self.lasting(), last_time: self.last_time }, Arrival::At)
    }

    /// The interval of the time at which a share p has ended.
    ///
    /// # Definition
    /// Where the pointwise log(−log) band of S, S^exp(± z·√V / ln S), passes 1 − p, by the rule of [`Self::quantile`]. An
    /// end where it does not is unbounded.
    ///
    /// # Units
    /// Those of the durations.
    ///
    /// # Errors
    /// None: both ends are unbounded for a level outside (0, 1).
    ///
    /// # Example
    /// ```
    /// use truenorth::stats::survival::{Durations, kaplan_meier};
    /// let times: Vec<f64> = (1..=20).map(f64::from).collect();
    /// let curve = kaplan_meier(Durations { times: &times, ended: &[true; 20] }).unwrap();
    /// assert!(curve.quantile_interval(0.5, 0.95).contains(10.5));
    /// ```
    ///
    /// # Source
    /// Kalbfleisch, Prentice: The statistical analysis of failure time data, 2nd ed., 2002, §1.4; as R's
    /// `survfit(conf.type = "log-log")`.
    pub fn quantile_interval(&self, p: f64, level: f64) -> Interval {
        let Some(z) = normal_critical(level) else { return Interval { low: None, high: None, level } };
        let band = |side: f64| {
            let ends = self.steps.iter().filter_map(move |step| {
                let log = libm::log(step.survival);
                let error = step.log_variance?.sqrt() / log;
                Some((step.time, libm::exp(log * libm::exp(side * z * error))))
            });
            crossing(ends, 1.0 - p)
        };
        // ln S is negative: the side that makes the exponent larger gives the lower band, which passes first.
        Interval { low: band(-1.0), high: band(1.0), level }
    }

    /// The mean of durations cut at a horizon.
    ///
    /// # Definition
    /// ∫₀^horizon S; variance Σ [∫ from tᵢ to the horizon of S]² · dᵢ / (nᵢ(nᵢ − dᵢ)).
    ///
    /// # Units
    /// Those of the durations.
    ///
    /// # Errors
    /// `horizonBeyondFollowUp` where the curve ends above 0 before the horizon (`have` and `need` are whole time
    /// units), `invalidHorizon` unless it is above 0 and finite.
    ///
    /// # Example
    /// ```
    /// use truenorth::stats::survival::{Durations, kaplan_meier};
    /// let curve = kaplan_meier(Durations { times: &[1.0, 3.0], ended: &[true, true] }).unwrap();
    /// assert_eq!(curve.restricted_mean(2.0).unwrap().mean, 1.5);
    /// ```
    ///
    /// # Source
    /// Irwin 1949; Klein, Moeschberger: Survival analysis, 2nd ed., 2003, §4.5; as R's `print(survfit, rmean = )`.
    pub fn restricted_mean(&self, horizon: f64) -> Result<RestrictedMean, NotEnough> {
        if !(horizon > 0.0 && horizon.is_finite()) {
            return Err(NotEnough { have: 0, need: 1, reason: "invalidHorizon" });
        }
        if horizon > self.last_time && self.lasting() > 0.0 {
            let (have, need) = (self.last_time as u64, horizon.ceil() as u64);
            return Err(NotEnough { have, need, reason: "horizonBeyondFollowUp" });
        }
        // From the horizon backwards, so that each area to the right is at hand.
        let (mut area, mut variance) = (Sum::default(), Sum::default());
        let mut right = horizon;
        for step in self.steps.iter().rev().filter(|step| step.time < horizon) {
            area.add(step.survival * (right - step.time));
            right = step.time;
            let rest = step.at_risk - step.events;
            if rest > 0.0 {
                variance.add(area.total() * area.total() * (step.events / step.at_risk / rest));
            }
        }
        area.add(right);
        Ok(RestrictedMean { mean: area.total(), error: variance.total().sqrt(), horizon })
    }
}

/// Where a falling step function passes a level.
fn crossing(mut steps: impl Iterator<Item = (f64, f64)>, level: f64) -> Option<f64> {
    let (time, value) = steps.find(|step| step.1 <= level + TOLERANCE)?;
    if (value - level).abs() > TOLERANCE {
        return Some(time);
    }
    let next = steps.find(|step| step.1 < level - TOLERANCE);
    Some(next.map_or(time, |(later, _)| time + 0.5 * (later - time)))
}

/// The difference of two restricted means, second minus first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanDifference {
    /// The difference.
    pub difference: f64,
    /// Its standard error.
    pub error: f64,
    /// Its interval.
    pub interval: Interval,
    /// The p-value of no difference, against both sides.
    pub p: f64,
}

/// The difference of the restricted means of two independent curves, second minus first.
///
/// # Definition
/// difference ± z √(se₁² + se₂²). With 5, 10, 20, 50 durations in each sample it covers .87, .92, .93, .945
/// (`core/tests/coverage`).
///
/// # Units
/// Those of the durations.
///
/// # Errors
/// As [`Curve::restricted_mean`]; `noVariance` where neither curve has a standard error, `invalidLevel`.
///
/// # Example
/// ```
/// use truenorth::stats::survival::{Durations, kaplan_meier, restricted_mean_difference};
/// let curve = |times: &[f64]| kaplan_meier(Durations { times, ended: &[true; 4] }).unwrap();
/// let found = restricted_mean_difference(&curve(&[5.0, 6.0, 8.0, 9.0]), &curve(&[1.0, 2.0, 2.0, 3.0]), 9.0, 0.95).unwrap();
/// assert_eq!(found.difference, -5.0);
/// ```
///
/// # Source
/// Royston, Parmar, BMC Medical Research Methodology 13, 2013, doi:10.1186/1471-2288-13-152.
pub fn restricted_mean_difference(
    first: &Curve,
    second: &Curve,
    horizon: f64,
    level: f64,
) -> Result<MeanDifference, NotEnough> {
    let invalid = NotEnough { have: 0, need: 1, reason: "invalidLevel" };
    let z = tail_of(level).and_then(|_| normal_critical(level)).ok_or(invalid)?;
    let (one, two) = (first.restricted_mean(horizon)?, second.restricted_mean(horizon)?);
    let (difference, error) = (two.mean - one.mean, libm::hypot(one.error, two.error));
    if error <= 0.0 {
        return Err(NotEnough { have: 0, need: 1, reason: "noVariance" });
    }
    let interval = Interval::new(difference - z * error, difference + z * error, level);
    Ok(MeanDifference { difference, error, interval, p: normal_two_sided(difference / error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: &[f64], ended: &[bool]) -> Curve {
        kaplan_meier(Durations { times, ended }).unwrap()
    }

    #[test]
    fn flat_exactly_at_the_level_gives_the_middle() {
        let four = of(&[1.0, 2.0, 6.0, 7.0], &[true; 4]);
        assert_eq!(four.quantile(0.5), Arrival::At(4.0));
        assert_eq!(of(&[1.0, 2.0, 6.0], &[true; 3]).quantile(0.5), Arrival::At(2.0));
        // Flat at the level to the end: the step itself.
        assert_eq!(of(&[1.0, 2.0, 6.0, 7.0], &[true, true, false, false]).quantile(0.5), Arrival::At(2.0));
        // Ten factors that round: (9/10)(8/9)…(5/6) is a half in truth.
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(of(&ten, &[true; 10]).quantile(0.5), Arrival::At(5.5));
    }

    #[test]
    fn not_reached_says_how_far_it_got() {
        let curve = of(&[1.0, 2.0, 3.0, 3.0], &[true, false, false, false]);
        assert_eq!(curve.quantile(0.5), Arrival::NotReached { survival: 0.75, last_time: 3.0 });
        assert_eq!(curve.quantile_interval(0.5, 0.95).high, None);
        assert_eq!(curve.restricted_mean(4.0).unwrap_err().reason, "horizonBeyondFollowUp");
        assert_eq!(curve.restricted_mean(f64::NAN).unwrap_err().reason, "invalidHorizon");
        assert_eq!(kaplan_meier(Durations { times: &[], ended: &[] }).unwrap_err().reason, "noValues");
        assert_eq!(kaplan_meier(Durations { times: &[1.0], ended: &[] }).unwrap_err().reason, "lengthsDiffer");
    }

    #[test]
    fn all_ended_is_the_plain_mean_and_median() {
        let curve = of(&[3.0, 1.0, 10.0, 6.0, 5.0], &[true; 5]);
        assert_eq!(curve.quantile(0.5), Arrival::At(5.0));
        let mean = curve.restricted_mean(20.0).unwrap();
        assert!((mean.mean - 5.0).abs() < 1e-12);
        // The variance is the plain one with denominator n², 9.2 / 5.
        assert!((mean.error * mean.error - 9.2 / 5.0).abs() < 1e-12);
        assert_eq!(curve.lasting().to_bits(), 0);
    }

    #[test]
    fn odd_values_do_not_panic() {
        let curve = of(&[f64::NAN, f64::INFINITY, -1.0, 0.0], &[true, true, false, true]);
        let _ = (curve.quantile(0.5), curve.quantile_interval(f64::NAN, 2.0), curve.restricted_mean(1.0));
        let same = of(&[2.0, 2.0], &[true, true]);
        assert_eq!(restricted_mean_difference(&same, &same, 1.0, 0.95).unwrap_err().reason, "noVariance");
    }
}
