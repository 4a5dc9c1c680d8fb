//! The five metrics by bucket.

use super::frequency::{Counts, daily_dispersion};
use super::measure::Room;
use super::recovery::{self, Observation};
use super::types::{Series, SeriesValues};
use crate::facts::Estimate;
use crate::ground::time::{BucketEdges, Time, Window};
use crate::stats::{Interval, counts, tail};

impl SeriesValues {
    /// Empty, with just as much room as there are buckets: there may be a million such series.
    fn of(buckets: usize) -> Self {
        let room = || Vec::with_capacity(buckets);
        Self { value: room(), low: room(), high: room(), n: Vec::with_capacity(buckets) }
    }

    fn push(&mut self, estimate: &Estimate, n: u64) {
        self.value.push(estimate.value());
        let interval = estimate.interval();
        self.low.push(interval.and_then(|interval| interval.low));
        self.high.push(interval.and_then(|interval| interval.high));
        self.n.push(n);
    }
}

/// The series of a group: its deployments in the window, and the failures that count there.
pub(super) fn series(
    room: &Room<'_>,
    edges: &BucketEdges,
    group: Option<u32>,
    places: &[u32],
    counts: &Counts,
    failures: &[Observation],
) -> Series {
    let Room { plan, line, leads, outcomes, .. } = room;
    let periods = edges.periods();
    let mut by_bucket: Vec<(u32, u32)> = places
        .iter()
        .map(|&place| (edges.index(Time::saturating(line.finished[place as usize])) as u32, place))
        .collect();
    by_bucket.sort_unstable();
    let mut seen: Vec<Vec<Observation>> = vec![Vec::new(); if failures.is_empty() { 0 } else { periods.len() }];
    for failure in failures {
        if let Some(bucket) = seen.get_mut(edges.index(Time::saturating(failure.at))) {
            bucket.push(*failure);
        }
    }
    let spread = spread(counts, plan.confidence);
    let mut series = Series {
        lead_time: SeriesValues::of(periods.len()),
        deployment_frequency: SeriesValues::of(periods.len()),
        change_failure_rate: SeriesValues::of(periods.len()),
        recovery_time: SeriesValues::of(periods.len()),
        rework_rate: SeriesValues::of(periods.len()),
    };
    let mut here = Vec::new();
    let mut rest = by_bucket.as_slice();
    for (bucket, period) in periods.iter().enumerate() {
        let size = rest.partition_point(|&(of, _)| of as usize <= bucket);
        let (own, after) = rest.split_at(size);
        rest = after;
        here.clear();
        here.extend(own.iter().map(|&(_, place)| place));

        let (median, changes) = leads.median(&here);
        series.lead_time.push(&median, changes);

        let days = (period.to.micros() - period.from.micros()) as f64 / crate::ground::time::DAY as f64;
        series.deployment_frequency.push(
            &if line.len() == 0 {
                Estimate::not_enough("noData", 0, 1)
            } else {
                frequency(here.len() as u64, days, spread, plan.confidence)
            },
            here.len() as u64,
        );

        let within = Window { from: period.from, to: period.to };
        let tally = outcomes.tally_in(plan, leads, &here, within, group);
        series.change_failure_rate.push(&tally.failure_rate(plan.confidence).rate, tally.deployments);
        series.rework_rate.push(&tally.rework_rate(plan.confidence).rate, tally.mature);

        let failed = seen.get(bucket).map_or(&[][..], Vec::as_slice);
        series.recovery_time.push(&recovery::typical(plan, failed), failed.len() as u64);
    }
    series
}

/// The dispersion of the whole window, because one bucket does not tell its own, and t for its degrees of freedom.
fn spread(counts: &Counts, level: f64) -> Option<(f64, f64)> {
    let weekly = counts::spread(&counts.weeks).and_then(|spread| spread.used());
    let (dispersion, freedom) = weekly.or_else(|| daily_dispersion(&counts.days))?;
    Some((dispersion, tail::t_critical(level, freedom)?))
}

fn frequency(count: u64, days: f64, spread: Option<(f64, f64)>, level: f64) -> Estimate {
    let value = count as f64 / days;
    let estimate = Estimate::bare(value, crate::facts::Unit::PerDay, count, "rate");
    let half = spread.filter(|_| count > 0).map(|(dispersion, t)| t * (dispersion / count as f64).sqrt());
    match half {
        Some(half) => estimate.within(Interval::new(value * libm::exp(-half), value * libm::exp(half), level)),
        None => estimate,
    }
}
