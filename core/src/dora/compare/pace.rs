//! Frequencies of two windows, with the dispersion that was measured.

use super::{Finding, Side};
use crate::dora::measure::Room;
use crate::dora::types::FrequencyInterval;
use crate::facts::{Estimate, Unit};
use crate::stats::{counts, stratified};

/// Fewer complete days than this are not compared weekday by weekday.
const MIN_DAYS: usize = 14;

/// Quasi-Poisson over ISO weeks, or over days, like weekdays with like.
pub(super) fn compare(room: &Room<'_>, sides: &[Side<'_>; 2]) -> Finding {
    let level = room.plan.confidence;
    let [before, now] = sides;
    let n = before.counts.total + now.counts.total;
    if n == 0 {
        return Finding::none(Unit::Ratio, "noData");
    }
    if room.plan.rules.frequency_interval == FrequencyInterval::Poisson {
        return poisson(sides, n, level);
    }
    let enough = |side: &Side<'_>| side.counts.weeks.len() >= counts::MIN_PERIODS;
    if enough(before)
        && enough(now)
        && let Ok(found) = counts::compare(&before.counts.weeks, &now.counts.weeks, level)
        && let Some(value) = found.ratio
        && let Ok(p) = counts::score_test(&before.counts.weeks, &now.counts.weeks)
    {
        let change = Estimate::bare(value, Unit::Ratio, n, "ratio of rates over ISO weeks, quasi-Poisson")
            .within(found.interval);
        return Finding {
            change,
            // The interval's own test rejects one in six deals of a history that came in bursts, instead of one in twenty.
            test: "quasi-Poisson score over ISO weeks",
            p: Some(p),
            mix: None,
            restricted_mean: None,
        };
    }
    let weekday = |side: &Side<'_>, day: u8| -> Vec<u64> {
        side.counts.days.iter().filter(|(of, _)| *of == day).map(|&(_, count)| count).collect()
    };
    let cells: Vec<[Vec<u64>; 2]> = (0..7).map(|day| [weekday(before, day), weekday(now, day)]).collect();
    let series: Vec<&[u64]> = cells.iter().flatten().map(Vec::as_slice).filter(|counts| counts.len() > 1).collect();
    let whole = before.counts.days.len() >= MIN_DAYS && now.counts.days.len() >= MIN_DAYS;
    let strata: Vec<stratified::RateStratum> = cells
        .iter()
        .map(|[then, today]| stratified::RateStratum {
            first: (then.iter().sum(), then.len() as f64),
            second: (today.iter().sum(), today.len() as f64),
        })
        .collect();
    if let Some((dispersion, freedom)) = counts::pooled_dispersion(&series).filter(|_| whole)
        && let Ok(found) = stratified::rate_ratio(&strata, (dispersion, Some(freedom)), level)
    {
        let change = Estimate::bare(found.ratio, Unit::Ratio, n, "ratio of rates by weekday, quasi-Poisson")
            .within(found.interval);
        return Finding {
            change,
            test: "quasi-Poisson over days, like weekdays with like",
            p: Some(found.p),
            mix: None,
            restricted_mean: None,
        };
    }
    // Too short to measure how counts scatter: a ratio, but no test.
    let value = (now.counts.total as f64 / now.days) / (before.counts.total as f64 / before.days);
    Finding {
        change: Estimate::bare(value, Unit::Ratio, n, "ratio of rates")
            .noting("too few weeks to measure the dispersion, so there is no test"),
        test: "none",
        p: None,
        mix: None,
        restricted_mean: None,
    }
}

/// As if deployments were independent of each other: asked for by name.
fn poisson(sides: &[Side<'_>; 2], n: u64, level: f64) -> Finding {
    let [before, now] = sides;
    let all =
        stratified::RateStratum { first: (before.counts.total, before.days), second: (now.counts.total, now.days) };
    match stratified::rate_ratio(&[all], (1.0, None), level) {
        Ok(found) => Finding {
            change: Estimate::bare(found.ratio, Unit::Ratio, n, "ratio of rates, Poisson").within(found.interval),
            test: "Poisson",
            p: Some(found.p),
            mix: None,
            restricted_mean: None,
        },
        Err(missing) => Finding::none(Unit::Ratio, missing.reason),
    }
}
