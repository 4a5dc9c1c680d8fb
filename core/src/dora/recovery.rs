//! Failed deployment recovery time: how long failures last, those still open included.

use std::borrow::Cow;

use super::failures::{Failure, Failures, OPEN};
use super::line::{LineUp, NOWHERE};
use super::plan::Plan;
use super::scopes::Scopes;
use super::types::{Backwards, Recovery, RecoveryStart, RecoveryStatistic, RecoveryWindow};
use crate::facts::{Estimate, EventTable, Unit};
use crate::ground::time::{SECOND, Window};
use crate::stats::{quantile, sum, survival};

/// One failure as recovery sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Observation {
    /// When it began, by the rule in force, or ended, where ends decide; [`OPEN`] while it has not.
    pub(super) at: i64,
    /// What must lie in a window as well; mostly the same.
    pub(super) also: i64,
    /// How long it lasted, or has lasted so far, in seconds.
    pub(super) seconds: f64,
    /// Whether it is over.
    pub(super) over: bool,
    /// Whether it seems repaired before it began: some clock is wrong.
    pub(super) backwards: bool,
    /// The group it falls into.
    pub(super) group: u32,
    /// Its lane's number, as a stratum.
    pub(super) stratum: u32,
    /// The incident's row, so that one that struck several services is counted once over all.
    pub(super) incident: u32,
}

/// The failures that recovery counts.
pub(super) fn observations(
    plan: &Plan,
    scopes: &Scopes,
    line: &LineUp,
    failures: &Failures,
    events: &EventTable,
) -> Observations {
    let mut found = Vec::new();
    let mut observe = |begin: i64, restored: i64, group: u32, stratum: u32, incident: u32| {
        let over = restored <= plan.as_of.micros();
        let end = if over { restored } else { plan.as_of.micros() };
        let backwards = end < begin;
        // Lasting less than nothing cannot be put in a survival curve: kept ones count as lasting no time at all.
        let seconds = plan.rules.recovery_rounding.apply(plan.between(begin, end).max(0)) as f64 / SECOND as f64;
        let end = if over { restored } else { OPEN };
        let (at, also) = match plan.rules.recovery_window {
            RecoveryWindow::Began => (begin, begin),
            RecoveryWindow::Resolved => (end, end),
            RecoveryWindow::BeganAndResolved => (begin, end),
        };
        found.push(Observation { at, also, seconds, over, backwards, group, stratum, incident });
    };
    for of_one in failures.list.chunk_by(|a, b| a.place == b.place) {
        let Some(&Failure { place, .. }) = of_one.first() else { continue };
        let deployed = line.finished[place as usize];
        let begin = |noticed: i64| match plan.rules.recovery_start {
            RecoveryStart::Detected => noticed.max(deployed),
            RecoveryStart::Deployed => deployed,
            RecoveryStart::Earliest => noticed.min(deployed),
        };
        let (group, stratum) = (line.groups[place as usize], line.lane_of(place).index());
        let mut has_incident = false;
        for failure in of_one.iter().filter(|failure| failure.incident != NOWHERE) {
            has_incident = true;
            observe(begin(failure.noticed), failure.restored, group, stratum, failure.incident);
        }
        // Marks, rollbacks, reverts and repairs of a failure without an incident all speak of the same one.
        if !has_incident {
            // Where only a repair shows a failure, nobody knows how long it went unnoticed: it began when it went live.
            let detected = of_one.iter().filter(|failure| failure.detected).map(|failure| failure.noticed).min();
            let noticed = detected.unwrap_or(deployed);
            let restored = of_one.iter().map(|failure| failure.restored).min().unwrap_or(OPEN);
            observe(begin(noticed), restored, group, stratum, NOWHERE);
        }
    }
    if plan.rules.all_incidents {
        let table = events.incidents();
        for loose in &failures.loose {
            let row = loose.row as usize;
            if let Some(started) = table.started.get(row).time() {
                let closed = table.closed(row);
                let view = scopes.view(table.scope.get(row));
                observe(
                    started.micros(),
                    if closed.is_none() { OPEN } else { closed.micros() },
                    view.group,
                    view.lane.index(),
                    loose.row,
                );
            }
        }
    }
    found.into()
}

/// Observations in order of time, to be looked up by group.
#[derive(Debug)]
pub(super) struct Observations {
    all: Vec<Observation>,
    /// Indices, group by group.
    by_group: Vec<u32>,
}

impl From<Vec<Observation>> for Observations {
    fn from(mut all: Vec<Observation>) -> Self {
        // By all but the row, which depends on the order of arrival.
        let rest = |one: &Observation| (one.stratum, one.also, one.over, one.backwards, one.group);
        all.sort_by(|a, b| a.at.cmp(&b.at).then(a.seconds.total_cmp(&b.seconds)).then_with(|| rest(a).cmp(&rest(b))));
        let mut by_group: Vec<u32> = (0..all.len() as u32).collect();
        by_group.sort_by_key(|&index| all[index as usize].group);
        Self { all, by_group }
    }
}

impl Observations {
    /// The groups that any is of.
    pub(super) fn groups(&self) -> impl Iterator<Item = u32> + '_ {
        self.by_group.chunk_by(|&a, &b| self.group(a) == self.group(b)).map(|run| self.group(run[0]))
    }

    fn group(&self, index: u32) -> u32 {
        self.all[index as usize].group
    }

    fn of(&self, group: u32) -> &[u32] {
        let from = self.by_group.partition_point(|&index| self.group(index) < group);
        let to = self.by_group.partition_point(|&index| self.group(index) <= group);
        &self.by_group[from..to]
    }
}

/// Those that a window counts, of one group or of all.
pub(super) fn within(seen: &Observations, window: Window, group: Option<u32>, events: &EventTable) -> Vec<Observation> {
    let counts = |seen: &&Observation| {
        [seen.at, seen.also].iter().all(|&at| window.from.micros() <= at && at < window.to.micros())
    };
    let mut kept: Vec<Observation> = match group {
        None => seen.all.iter().filter(counts).copied().collect(),
        Some(group) => seen.of(group).iter().map(|&index| &seen.all[index as usize]).filter(counts).copied().collect(),
    };
    // One incident that struck several services is one, where they are seen together.
    let ids = &events.incidents().id;
    let mut seen = hashbrown::HashSet::new();
    kept.retain(|one| {
        one.incident == NOWHERE
            || ids.get(one.incident as usize).is_none()
            || seen.insert(ids.get(one.incident as usize))
    });
    kept
}

/// The metric of some failures.
pub(super) fn report(plan: &Plan, seen: &[Observation]) -> Recovery {
    let (median, p90) = quantiles(plan, seen);
    let count = |which: fn(&Observation) -> bool| seen.iter().filter(|one| which(one)).count() as u64;
    Recovery {
        median,
        p90,
        failures: seen.len() as u64,
        open: count(|one| !one.over),
        backwards: count(|one| one.backwards),
    }
}

/// Without those that seem repaired before they began, where the rules drop what runs backwards.
pub(super) fn counted<'a>(plan: &Plan, seen: &'a [Observation]) -> Cow<'a, [Observation]> {
    let drops = matches!(plan.rules.backwards, Backwards::Drop | Backwards::DropZeroToo);
    if drops && seen.iter().any(|one| one.backwards) {
        seen.iter().filter(|one| !one.backwards).copied().collect()
    } else {
        Cow::Borrowed(seen)
    }
}

/// The number that stands for all, and the ninth decile.
fn quantiles(plan: &Plan, seen: &[Observation]) -> (Estimate, Estimate) {
    let seen = &*counted(plan, seen);
    if plan.rules.recovery_statistic == RecoveryStatistic::KaplanMeier {
        kaplan_meier(plan, seen, [0.5, 0.1]).into()
    } else {
        (other_typical(plan, seen), other_ninth(plan, seen))
    }
}

/// The number that stands for all.
pub(super) fn typical(plan: &Plan, seen: &[Observation]) -> Estimate {
    let seen = &*counted(plan, seen);
    if plan.rules.recovery_statistic == RecoveryStatistic::KaplanMeier {
        let [median] = kaplan_meier(plan, seen, [0.5]);
        median
    } else {
        other_typical(plan, seen)
    }
}

/// A number without an interval, as other tools say it.
fn bare(value: Option<f64>, n: usize, method: &'static str) -> Estimate {
    value.map_or_else(
        || Estimate::not_enough("noneResolved", 0, 1),
        |value| Estimate::bare(value, Unit::Seconds, n as u64, method),
    )
}

fn closed(seen: &[Observation]) -> Vec<f64> {
    seen.iter().filter(|one| one.over).map(|one| one.seconds).collect()
}

/// Those still open as if they ended now, or had not lasted at all.
fn all(seen: &[Observation], open_as_now: bool) -> Vec<f64> {
    seen.iter().map(|one| if one.over || open_as_now { one.seconds } else { 0.0 }).collect()
}

/// The number that other tools let stand for all.
fn other_typical(plan: &Plan, seen: &[Observation]) -> Estimate {
    if seen.is_empty() {
        return Estimate::not_enough("noFailures", 0, 1);
    }
    let mut closed = closed(seen);
    let n = closed.len();
    match plan.rules.recovery_statistic {
        RecoveryStatistic::KaplanMeier | RecoveryStatistic::MedianResolved => {
            bare(quantile::of(&mut closed, 0.5), n, "median of resolved")
        }
        RecoveryStatistic::MeanResolved => bare(sum::mean(&closed), n, "mean of resolved"),
        RecoveryStatistic::MedianOpenAsNow => {
            bare(quantile::of(&mut all(seen, true), 0.5), seen.len(), "median, open ones until now")
        }
        RecoveryStatistic::MedianOpenAsZero => {
            bare(quantile::of(&mut all(seen, false), 0.5), seen.len(), "median, open ones as no time at all")
        }
        RecoveryStatistic::LowerMedianResolved => {
            closed.sort_unstable_by(f64::total_cmp);
            let method = "largest of the resolved with a percent rank of at most one half";
            bare(quantile::by_percent_rank(&closed, 0.5), n, method)
        }
        RecoveryStatistic::MeanOfServiceMeans => {
            let mean = |values: &[f64]| sum::mean(values);
            let means = by_class(seen, |one| i64::from(one.stratum), mean);
            bare(sum::mean(&means), means.len(), "mean of the means of services, of resolved")
        }
        RecoveryStatistic::MedianOfDailyMedians => {
            let day = |one: &Observation| i64::from(super::lead_time::day(plan, one.at));
            let mut medians = by_class(seen, day, |values| quantile::of(&mut values.to_vec(), 0.5));
            bare(quantile::of(&mut medians, 0.5), medians.len(), "median of daily medians of resolved")
        }
    }
}

/// The ninth decile beside it.
fn other_ninth(plan: &Plan, seen: &[Observation]) -> Estimate {
    let ninth = |mut values: Vec<f64>, method| bare(quantile::of(&mut values, 0.9), values.len(), method);
    match plan.rules.recovery_statistic {
        _ if seen.is_empty() => Estimate::not_enough("noFailures", 0, 1),
        RecoveryStatistic::MedianOpenAsNow => ninth(all(seen, true), "quantile, open ones until now"),
        RecoveryStatistic::MedianOpenAsZero => ninth(all(seen, false), "quantile, open ones as no time at all"),
        _ => ninth(closed(seen), "quantile of resolved"),
    }
}

/// One number for each class of those that are over, in order of classes.
fn by_class(
    seen: &[Observation],
    class: impl Fn(&Observation) -> i64,
    number: impl Fn(&[f64]) -> Option<f64>,
) -> Vec<f64> {
    let mut over: Vec<(i64, f64)> = seen.iter().filter(|one| one.over).map(|one| (class(one), one.seconds)).collect();
    over.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    over.chunk_by(|a, b| a.0 == b.0)
        .filter_map(|run| number(&run.iter().map(|&(_, seconds)| seconds).collect::<Vec<_>>()))
        .collect()
}

/// The times at which all but some shares have ended, by Kaplan–Meier, as estimates.
pub(super) fn kaplan_meier<const N: usize>(plan: &Plan, seen: &[Observation], left: [f64; N]) -> [Estimate; N] {
    let times: Vec<f64> = seen.iter().map(|one| one.seconds).collect();
    let ended: Vec<bool> = seen.iter().map(|one| one.over).collect();
    let n = seen.len() as u64;
    let Ok(curve) = survival::kaplan_meier(survival::Durations { times: &times, ended: &ended }) else {
        return left.map(|_| Estimate::not_enough("noFailures", 0, 1));
    };
    left.map(|left| match curve.quantile(1.0 - left) {
        survival::Arrival::At(value) => Estimate::bare(value, Unit::Seconds, n, "Kaplan–Meier, log-log interval")
            .within(curve.quantile_interval(1.0 - left, plan.confidence)),
        // Too many are still open to say when so many will have ended.
        survival::Arrival::NotReached { .. } => {
            Estimate::not_enough("notReached", curve.events, n - (left * n as f64) as u64)
        }
    })
}
