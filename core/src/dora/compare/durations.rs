//! Durations of two windows of which some are not over yet: recoveries, and lead times anchored by commit.

use super::{Finding, common, ratio};
use crate::dora::plan::Plan;
use crate::dora::recovery::{self, Observation};
use crate::dora::types::RecoveryTest;
use crate::facts::{Estimate, Unit};
use crate::ground::time::{DAY, SECOND, Span};
use crate::stats::{survival, survival_compare};

/// The tests' own seed: the same data always give the same interval.
const SEED: u64 = 0x7275_656e_6f72_7468;
const RESAMPLES: u32 = 2000;

/// Durations and whether each is over, as columns.
type Columns = (Vec<f64>, Vec<bool>);

/// Peto and Peto's test, service by service; the ratio of medians by bootstrap; the difference of restricted means.
pub(super) fn compare(plan: &Plan, before: &[Observation], now: &[Observation]) -> Finding {
    let (before, now) = (&*recovery::counted(plan, before), &*recovery::counted(plan, now));
    if before.len() < 2 || now.len() < 2 {
        return Finding::none(Unit::Ratio, "tooFewFailures");
    }
    let (then, today) = (by_stratum(before), by_stratum(now));
    let strata: Vec<survival_compare::Stratum<'_>> = common(&then, &today)
        .map(|(_, first, second)| survival_compare::Stratum { first: durations(first), second: durations(second) })
        .collect();
    let several = then.len().max(today.len()) > 1;
    let (weights, test) = match (plan.rules.recovery_test, several) {
        (RecoveryTest::PetoPeto, true) => (survival_compare::Weights::PetoPeto, "Peto–Peto, by service"),
        (RecoveryTest::PetoPeto, false) => (survival_compare::Weights::PetoPeto, "Peto–Peto"),
        (RecoveryTest::LogRank, true) => (survival_compare::Weights::LogRank, "log-rank, by service"),
        (RecoveryTest::LogRank, false) => (survival_compare::Weights::LogRank, "log-rank"),
    };
    Finding {
        change: medians(plan, before, now),
        test,
        p: survival_compare::test(&strata, weights).ok().map(|found| found.p),
        mix: None,
        restricted_mean: restricted(plan, before, now),
    }
}

fn durations((times, ended): &Columns) -> survival::Durations<'_> {
    survival::Durations { times, ended }
}

fn columns(seen: &[Observation], value: impl Fn(f64) -> f64) -> Columns {
    seen.iter().map(|one| (value(one.seconds), one.over)).unzip()
}

fn by_stratum(seen: &[Observation]) -> Vec<(u32, Columns)> {
    let mut sorted = seen.to_vec();
    sorted.sort_by_key(|one| one.stratum);
    sorted
        .chunk_by(|a, b| a.stratum == b.stratum)
        .filter_map(|run| Some((run.first()?.stratum, columns(run, |s| s))))
        .collect()
}

/// The ratio of Kaplan–Meier medians, with a bootstrap interval.
fn medians(plan: &Plan, before: &[Observation], now: &[Observation]) -> Estimate {
    // Ratios need something to divide: less than a second counts as one.
    let log = |seconds: f64| libm::log(seconds.max(1.0));
    let (first, second) = (columns(before, log), columns(now, log));
    let n = before.len() + now.len();
    match survival_compare::median_difference(durations(&first), durations(&second), plan.confidence, SEED, RESAMPLES) {
        Ok(found) => match found.difference {
            Some(log) => ratio(log, found.interval, n, "ratio of Kaplan–Meier medians, bootstrap interval"),
            None => Estimate::not_enough("notReached", n as u64, n as u64),
        },
        Err(missing) => Estimate::not_enough(missing.reason, missing.have, missing.need),
    }
}

/// The difference of means, each duration cut at a horizon that both windows were watched for: whole days, at most a
/// week, or whole hours below a day.
fn restricted(plan: &Plan, before: &[Observation], now: &[Observation]) -> Option<Estimate> {
    let (first, second) = (columns(before, |s| s), columns(now, |s| s));
    let (first, second) =
        (survival::kaplan_meier(durations(&first)).ok()?, survival::kaplan_meier(durations(&second)).ok()?);
    let watched = |curve: &survival::Curve| if curve.lasting() > 0.0 { curve.last_time } else { f64::INFINITY };
    let day = (DAY / SECOND) as f64;
    let longest = watched(&first).min(watched(&second)).min(7.0 * day);
    let horizon = if longest >= day { (longest / day).floor() * day } else { (longest / 3600.0).floor() * 3600.0 };
    let found = survival::restricted_mean_difference(&first, &second, horizon, plan.confidence).ok()?;
    let method = format!("difference of means up to {}", Span::parse(&format!("{horizon}s")).ok()?);
    let n = (before.len() + now.len()) as u64;
    Some(Estimate::bare(found.difference, Unit::Seconds, n, method).within(found.interval))
}
