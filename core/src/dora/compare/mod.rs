//! One window against another: tests that know what they test, and arrows that are drawn by them.
//!
//! Differences are taken within services, so that a change of mix is not mistaken for a change of pace; the p-values of
//! one report are adjusted together; an arrow to the side needs proof of sameness, and without proof there is none.

mod durations;
mod lead_time;
mod pace;
mod shares;

use super::frequency::{Calendar, Counts};
use super::line::LineUp;
use super::measure::{ByGroup, Room, within};
use super::rates::Tally;
use super::recovery::{self, Observation};
use super::types::{Arrow, Comparison, Comparisons, DoraGroup, FailureCount, Mix};
use crate::facts::{Estimate, Unit};
use crate::stats::{Interval, multiple};

/// One group in one window.
struct Side<'p> {
    places: &'p [u32],
    counts: Counts,
    tally: Tally,
    failed: Vec<Observation>,
    /// Changes that began in the window, where lead time is anchored there.
    begun: Option<Vec<Observation>>,
    days: f64,
}

/// What a test found.
struct Finding {
    change: Estimate,
    test: &'static str,
    p: Option<f64>,
    mix: Option<Mix>,
    restricted_mean: Option<Estimate>,
}

impl Finding {
    fn none(unit: Unit, reason: &'static str) -> Self {
        let change = Estimate::not_enough(reason, 0, 1);
        Self {
            change,
            test: if unit == Unit::Ratio { "none" } else { "no test" },
            p: None,
            mix: None,
            restricted_mean: None,
        }
    }
}

/// Compares every group, and adjusts all p-values together.
pub(super) fn compare<'g>(
    room: &Room<'_>,
    earlier: &Calendar,
    overall: &'g mut DoraGroup,
    by_group: &ByGroup,
    groups: impl Iterator<Item = (&'g u32, &'g mut DoraGroup)>,
) {
    let set = |group: &mut DoraGroup, number: Option<u32>, before: &[u32], now: &[u32]| {
        let sides = [side(room, earlier, number, before), side(room, room.calendar, number, now)];
        group.comparisons = Some(Box::new(five(room, group, earlier, &sides)));
    };
    let [before, now] = [earlier.window(), room.plan.window].map(|window| within(room.line, window));
    set(overall, None, &before, &now);
    let before = ByGroup::new(room.line, earlier.window(), by_group.len());
    let mut all = vec![overall];
    for (&number, group) in groups {
        set(group, Some(number), before.of(number), by_group.of(number));
        all.push(group);
    }
    let mut cells: Vec<&mut Comparison> =
        all.into_iter().filter_map(|group| group.comparisons.as_deref_mut()).flat_map(cells).collect();
    adjust(&mut cells, 1.0 - room.plan.confidence);
}

fn cells(comparisons: &mut Comparisons) -> [&mut Comparison; 5] {
    [
        &mut comparisons.lead_time,
        &mut comparisons.deployment_frequency,
        &mut comparisons.change_failure_rate,
        &mut comparisons.recovery_time,
        &mut comparisons.rework_rate,
    ]
}

/// Benjamini–Hochberg over all tests of the report; what is not significant then loses its arrow.
fn adjust(cells: &mut [&mut Comparison], size: f64) {
    let tested: Vec<usize> = (0..cells.len()).filter(|&index| cells[index].p.is_some()).collect();
    let adjusted = multiple::adjust(
        &tested.iter().filter_map(|&index| cells[index].p).collect::<Vec<_>>(),
        multiple::Dependence::default(),
    );
    for (index, p) in tested.into_iter().zip(adjusted) {
        let cell = &mut *cells[index];
        cell.p_adjusted = Some(p);
        if p > size && matches!(cell.arrow, Arrow::Up | Arrow::Down) {
            cell.arrow = Arrow::NotProven;
            cell.better = None;
        }
    }
}

fn side<'p>(room: &Room<'_>, calendar: &Calendar, group: Option<u32>, places: &'p [u32]) -> Side<'p> {
    Side {
        counts: calendar.count(room.line, places),
        tally: room.outcomes.tally_in(room.plan, room.leads, places, calendar.window(), group),
        failed: recovery::within(room.seen, calendar.window(), group, room.events),
        begun: room.begun.map(|begun| recovery::within(begun, calendar.window(), group, room.events)),
        days: calendar.window().days(),
        places,
    }
}

fn five(room: &Room<'_>, group: &DoraGroup, earlier: &Calendar, sides: &[Side<'_>; 2]) -> Comparisons {
    let plan = room.plan;
    let [before, now] = sides;
    let (lead, earlier_lead) = match (&before.begun, &now.begun) {
        (Some(then), Some(today)) => {
            let [median] = recovery::kaplan_meier(plan, then, [0.5]);
            (durations::compare(plan, then, today), median)
        }
        _ => (lead_time::compare(room, sides), room.leads.typical(plan, room.line, before.places)),
    };
    let level = plan.confidence;
    // Counts of incidents are no shares of deployments: there is nothing to test.
    let failure = if plan.rules.failure_count == FailureCount::Deployments {
        shares::compare(room, sides, |tally| (tally.failures, tally.deployments))
    } else {
        Finding::none(Unit::Share, "notAShare")
    };
    let rework = shares::compare(room, sides, |tally| (tally.rework, tally.mature));
    let frequency = earlier_frequency(plan, earlier, room, before);
    Comparisons {
        lead_time: verdict(plan.margin, &group.lead_time.median, earlier_lead, lead, false),
        deployment_frequency: verdict(
            plan.margin,
            &group.deployment_frequency.per_day,
            frequency,
            pace::compare(room, sides),
            true,
        ),
        change_failure_rate: verdict(
            plan.margin,
            &group.change_failure_rate.rate,
            before.tally.failure_rate(level).rate,
            failure,
            false,
        ),
        recovery_time: verdict(
            plan.margin,
            &group.recovery_time.median,
            recovery::typical(plan, &before.failed),
            durations::compare(plan, &before.failed, &now.failed),
            false,
        ),
        rework_rate: verdict(plan.margin, &group.rework_rate.rate, before.tally.rework_rate(level).rate, rework, false),
    }
}

fn earlier_frequency(plan: &super::plan::Plan, earlier: &Calendar, room: &Room<'_>, before: &Side<'_>) -> Estimate {
    before.counts.report(plan, earlier, room.line, room.events, before.places).per_day
}

/// Puts values, finding and margin together into a comparison with its arrow, as yet unadjusted.
fn verdict(margin: f64, current: &Estimate, previous: Estimate, finding: Finding, more_is_better: bool) -> Comparison {
    let (value, interval) = (finding.change.value(), finding.change.interval());
    let ratio = matches!(finding.change, Estimate::Value { unit: Unit::Ratio, .. });
    let nothing = if ratio { 1.0 } else { 0.0 };
    // Shares may move by the margin times the share they start from.
    let margins = if ratio {
        Some((1.0 / (1.0 + margin), 1.0 + margin))
    } else {
        previous.value().map(|share| (-margin * share, margin * share))
    };
    let same = interval.zip(margins).is_some_and(|(interval, margins)| multiple::inside(&interval, margins));
    let arrow = match (value, finding.p) {
        _ if same => Arrow::Same,
        (Some(value), Some(_)) if value > nothing => Arrow::Up,
        (Some(value), Some(_)) if value < nothing => Arrow::Down,
        _ => Arrow::NotProven,
    };
    let better = match arrow {
        Arrow::Up => Some(more_is_better),
        Arrow::Down => Some(!more_is_better),
        Arrow::Same | Arrow::NotProven => None,
    };
    Comparison {
        current: current.clone(),
        previous,
        change: finding.change,
        test: finding.test.into(),
        p: finding.p,
        p_adjusted: None,
        arrow,
        better,
        mix: finding.mix,
        restricted_mean: finding.restricted_mean,
    }
}

/// Runs of places of one service.
fn by_service<'a>(line: &LineUp, places: &'a [u32]) -> Vec<(u32, &'a [u32])> {
    let service = |place: u32| line.lane_of(place).index();
    places.chunk_by(|a, b| service(*a) == service(*b)).filter_map(|run| Some((service(*run.first()?), run))).collect()
}

/// Pairs what both windows have of each service; what only one has is not compared.
fn common<'a, T, U>(before: &'a [(u32, T)], now: &'a [(u32, U)]) -> impl Iterator<Item = (u32, &'a T, &'a U)> {
    before.iter().filter_map(|(service, then)| {
        let at = now.binary_search_by_key(service, |(of, _)| *of).ok()?;
        now.get(at).map(|(_, today)| (*service, then, today))
    })
}

fn ratio(log: f64, interval: Interval, n: usize, method: &'static str) -> Estimate {
    Estimate::bare(libm::exp(log), Unit::Ratio, n as u64, method).within(interval.map(libm::exp))
}
