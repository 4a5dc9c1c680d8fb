//! One window against another: tests that know what they test, and arrows that are drawn by them.
//!
//! Differences are taken within services, so that a change of mix is not mistaken for a change of pace; the p-values of
//! one report are adjusted together; an arrow to the side needs proof of sameness, and without proof there is none.

use super::frequency::{Calendar, Counts};
use super::line::LineUp;
use super::measure::{Room, within};
use super::rates::Tally;
use super::recovery::{self, Observation};
use super::types::{Arrow, Comparison, Comparisons, DoraGroup, FailureCount, Mix};
use crate::facts::{Estimate, Unit};
use crate::ground::time::SECOND;
use crate::stats::{Interval, counts, multiple, quantile, rank, rate, stratified, survival, survival_compare};

/// The tests' own seed: the same data always give the same interval.
const SEED: u64 = 0x7275_656e_6f72_7468;
const RESAMPLES: u32 = 2000;
/// Fewer complete days than this are not compared weekday by weekday.
const MIN_DAYS: usize = 14;

/// One group in one window.
struct Side {
    places: Vec<u32>,
    counts: Counts,
    tally: Tally,
    failed: Vec<Observation>,
    days: f64,
}

/// What a test found.
struct Finding {
    change: Estimate,
    test: &'static str,
    p: Option<f64>,
    mix: Option<Mix>,
}

impl Finding {
    fn none(unit: Unit, reason: &str) -> Self {
        let change = Estimate::not_enough(reason, 0, 1);
        Self { change, test: if unit == Unit::Ratio { "none" } else { "no test" }, p: None, mix: None }
    }
}

/// Compares every group, and adjusts all p-values together.
pub(super) fn compare(room: &Room<'_>, earlier: &Calendar, overall: &mut DoraGroup, groups: &mut [(u32, DoraGroup)]) {
    let places = [within(room.line, earlier.window()), within(room.line, room.plan.window)];
    let mut by_group: Vec<[Vec<u32>; 2]> = Vec::new();
    let most = groups.iter().map(|(index, _)| *index as usize + 1).max().unwrap_or(0);
    by_group.resize_with(most, Default::default);
    for (side, places) in places.iter().enumerate() {
        for &place in places {
            if let Some(sides) = by_group.get_mut(room.line.groups[place as usize] as usize) {
                sides[side].push(place);
            }
        }
    }
    let mut all: Vec<&mut DoraGroup> = vec![overall];
    let mut work: Vec<(Option<u32>, [Vec<u32>; 2])> = vec![(None, places)];
    for (index, group) in groups {
        work.push((Some(*index), std::mem::take(&mut by_group[*index as usize])));
        all.push(group);
    }
    for (group, (index, [before, now])) in all.iter_mut().zip(work) {
        let sides = [side(room, earlier, index, before), side(room, room.calendar, index, now)];
        group.comparisons = Some(five(room, group, earlier, &sides));
    }
    let mut cells: Vec<&mut Comparison> =
        all.into_iter().filter_map(|group| group.comparisons.as_mut()).flat_map(cells).collect();
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

fn side(room: &Room<'_>, calendar: &Calendar, group: Option<u32>, places: Vec<u32>) -> Side {
    Side {
        counts: calendar.count(room.plan, room.line, &places),
        tally: room.outcomes.tally_in(room.plan, room.leads, &places, calendar.window(), group),
        failed: recovery::within(room.seen, calendar.window(), group, room.events),
        days: calendar.window().days(),
        places,
    }
}

fn five(room: &Room<'_>, group: &DoraGroup, earlier: &Calendar, sides: &[Side; 2]) -> Comparisons {
    let plan = room.plan;
    let before = &sides[0];
    let level = plan.confidence;
    // Counts of incidents are no shares of deployments: there is nothing to test.
    let failure = if plan.rules.failure_count == FailureCount::Deployments {
        shares(room, sides, |tally| (tally.failures, tally.deployments))
    } else {
        Finding::none(Unit::Share, "notAShare")
    };
    let rework = shares(room, sides, |tally| (tally.rework, tally.mature));
    let frequency = earlier_frequency(plan, earlier, room, before);
    Comparisons {
        lead_time: verdict(
            plan.margin,
            &group.lead_time.median,
            room.leads.report(plan, room.line, &before.places, None).median,
            lead_time(room, sides),
            false,
        ),
        deployment_frequency: verdict(
            plan.margin,
            &group.deployment_frequency.per_day,
            frequency,
            pace(sides, level),
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
            recovery::quantiles(plan, &before.failed).0,
            recoveries(sides, level),
            false,
        ),
        rework_rate: verdict(plan.margin, &group.rework_rate.rate, before.tally.rework_rate(level).rate, rework, false),
    }
}

fn earlier_frequency(plan: &super::plan::Plan, earlier: &Calendar, room: &Room<'_>, before: &Side) -> Estimate {
    before.counts.report(plan, earlier, room.line, room.events, &before.places).per_day
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
        test: finding.test.to_owned(),
        p: finding.p,
        p_adjusted: None,
        arrow,
        better,
        mix: finding.mix,
    }
}

/// Runs of places of one service.
fn by_service<'a>(line: &LineUp, places: &'a [u32]) -> Vec<(u32, &'a [u32])> {
    let service = |place: u32| line.service_of(place).index();
    places.chunk_by(|a, b| service(*a) == service(*b)).filter_map(|run| Some((service(*run.first()?), run))).collect()
}

/// Pairs what both windows have of each service; what only one has is not compared.
fn common<'a, T, U>(before: &'a [(u32, T)], now: &'a [(u32, U)]) -> impl Iterator<Item = (u32, &'a T, &'a U)> {
    before.iter().filter_map(|(service, then)| {
        let at = now.binary_search_by_key(service, |(of, _)| *of).ok()?;
        now.get(at).map(|(_, today)| (*service, then, today))
    })
}

/// Logarithms of the medians of each deployment.
fn log_medians(room: &Room<'_>, places: &[u32]) -> Vec<f64> {
    let mut scratch = Vec::new();
    let median = |place: &u32| {
        scratch.clear();
        scratch.extend(room.leads.of(*place).iter().map(|&micros| micros as f64 / SECOND as f64));
        // Ratios need something to divide: less than a second counts as one.
        quantile::of(&mut scratch, 0.5).map(|median| libm::log(median.max(1.0)))
    };
    places.iter().filter_map(median).collect()
}

fn ratio(log: f64, interval: Interval, n: usize, method: &str) -> Estimate {
    Estimate::bare(libm::exp(log), Unit::Ratio, n as u64, method).within(interval.map(libm::exp))
}

/// Van Elteren's test on the deployments' medians, service by service; the ratio by Hodges and Lehmann, aligned by
/// service.
fn lead_time(room: &Room<'_>, sides: &[Side; 2]) -> Finding {
    let logs = |side: &Side| -> Vec<(u32, Vec<f64>)> {
        let mut all: Vec<(u32, Vec<f64>)> = by_service(room.line, &side.places)
            .into_iter()
            .map(|(service, run)| (service, log_medians(room, run)))
            .collect();
        all.retain(|(_, logs)| !logs.is_empty());
        all
    };
    let (before, now) = (logs(&sides[0]), logs(&sides[1]));
    let strata: Vec<(&[f64], &[f64])> =
        common(&before, &now).map(|(_, then, today)| (then.as_slice(), today.as_slice())).collect();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for (then, today) in &strata {
        let centre = quantile::of(&mut [*then, *today].concat(), 0.5).unwrap_or_default();
        first.extend(then.iter().map(|log| log - centre));
        second.extend(today.iter().map(|log| log - centre));
    }
    if first.len() < 6 || second.len() < 6 {
        return Finding::none(Unit::Ratio, "tooFewDeployments");
    }
    let Ok(shift) = rank::hodges_lehmann(&first, &second, room.plan.confidence) else {
        return Finding::none(Unit::Ratio, "noData");
    };
    let (p, test) = if let [(then, today)] = strata.as_slice() {
        (rank::mann_whitney(then, today).ok().map(|found| found.p), "Mann–Whitney on the medians of deployments")
    } else {
        (
            stratified::van_elteren(&strata).ok().map(|found| found.p),
            "van Elteren on the medians of deployments, by service",
        )
    };
    let change = ratio(
        shift.shift,
        shift.interval,
        first.len() + second.len(),
        "Hodges–Lehmann ratio of the medians of deployments, aligned by service",
    );
    Finding { change, test, p, mix: None }
}

/// Quasi-Poisson over ISO weeks, or over days, like weekdays with like.
fn pace(sides: &[Side; 2], level: f64) -> Finding {
    let [before, now] = sides;
    let n = before.counts.total + now.counts.total;
    if n == 0 {
        return Finding::none(Unit::Ratio, "noData");
    }
    let enough = |side: &Side| side.counts.weeks.len() >= counts::MIN_PERIODS;
    if enough(before)
        && enough(now)
        && let Ok(found) = counts::compare(&before.counts.weeks, &now.counts.weeks, level)
        && let Some(value) = found.ratio
    {
        let change = Estimate::bare(value, Unit::Ratio, n, "ratio of rates over ISO weeks, quasi-Poisson")
            .within(found.interval);
        return Finding { change, test: "quasi-Poisson over ISO weeks", p: Some(found.p), mix: None };
    }
    let weekday = |side: &Side, day: u8| -> Vec<u64> {
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
    }
}

/// Miettinen and Nurminen's test of a share, service by service, and what the mix of services did.
fn shares(room: &Room<'_>, sides: &[Side; 2], count: impl Fn(&Tally) -> (u64, u64)) -> Finding {
    let tallies = |side: &Side| -> Vec<(u32, (u64, u64))> {
        by_service(room.line, &side.places)
            .into_iter()
            .map(|(service, run)| (service, count(&room.outcomes.tally(room.plan, room.leads, run))))
            .collect()
    };
    let (before, now) = (tallies(&sides[0]), tallies(&sides[1]));
    let (then, today) = (count(&sides[0].tally), count(&sides[1].tally));
    let level = room.plan.confidence;
    let n = then.1 + today.1;
    if then.1 == 0 || today.1 == 0 {
        return Finding::none(Unit::Share, "noData");
    }
    let several = before.len().max(now.len()) > 1;
    let (found, test, method) = if several {
        let strata: Vec<_> = common(&before, &now)
            .map(|(_, first, second)| stratified::ShareStratum { first: *first, second: *second })
            .collect();
        (
            stratified::share_difference(&strata, level).ok(),
            "Cochran–Mantel–Haenszel, by service",
            "difference of shares by service, Miettinen–Nurminen interval",
        )
    } else {
        (
            rate::miettinen_nurminen(then, today, level),
            "Miettinen–Nurminen",
            "difference of shares, Miettinen–Nurminen interval",
        )
    };
    let mix = several.then(|| mix(&before, &now)).flatten();
    match found {
        Some(found) => Finding {
            change: Estimate::bare(found.difference, Unit::Share, n, method).within(found.interval),
            test,
            p: Some(found.p),
            mix,
        },
        None => Finding::none(Unit::Share, "noCommonServices"),
    }
}

fn mix(before: &[(u32, (u64, u64))], now: &[(u32, (u64, u64))]) -> Option<Mix> {
    let mut services: Vec<u32> = before.iter().chain(now).map(|(service, _)| *service).collect();
    services.sort_unstable();
    services.dedup();
    let of = |side: &[(u32, (u64, u64))], service: u32| {
        let at = side.binary_search_by_key(&service, |(of, _)| *of).ok();
        let (count, all) = at.and_then(|at| side.get(at)).map_or((0, 0), |(_, tally)| *tally);
        ((all > 0).then(|| count as f64 / all as f64), all as f64)
    };
    let strata: Vec<stratified::MixStratum> = services
        .into_iter()
        .map(|service| {
            let ((first, first_weight), (second, second_weight)) = (of(before, service), of(now, service));
            stratified::MixStratum { first, first_weight, second, second_weight }
        })
        .collect();
    let found = stratified::mix_change(&strata).ok()?;
    Some(Mix { within: found.effect.within, mix: found.effect.mix })
}

/// Peto and Peto's test, service by service; the ratio of medians by bootstrap.
fn recoveries(sides: &[Side; 2], level: f64) -> Finding {
    let [before, now] = sides;
    if before.failed.len() < 2 || now.failed.len() < 2 {
        return Finding::none(Unit::Ratio, "tooFewFailures");
    }
    let columns =
        |seen: &[Observation]| -> (Vec<f64>, Vec<bool>) { seen.iter().map(|one| (one.seconds, one.over)).unzip() };
    let by_stratum = |side: &Side| {
        let mut strata: Vec<u32> = side.failed.iter().map(|one| one.stratum).collect();
        strata.sort_unstable();
        strata.dedup();
        strata
            .into_iter()
            .map(|stratum| {
                (
                    stratum,
                    columns(&side.failed.iter().filter(|one| one.stratum == stratum).copied().collect::<Vec<_>>()),
                )
            })
            .collect::<Vec<_>>()
    };
    let (then, today) = (by_stratum(before), by_stratum(now));
    let strata: Vec<survival_compare::Stratum<'_>> = common(&then, &today)
        .map(|(_, first, second)| survival_compare::Stratum {
            first: survival::Durations { times: &first.0, ended: &first.1 },
            second: survival::Durations { times: &second.0, ended: &second.1 },
        })
        .collect();
    let several = then.len().max(today.len()) > 1;
    let p = survival_compare::test(&strata, survival_compare::Weights::PetoPeto).ok().map(|found| found.p);
    let logs = |side: &Side| -> (Vec<f64>, Vec<bool>) {
        side.failed.iter().map(|one| (libm::log(one.seconds.max(1.0)), one.over)).unzip()
    };
    let (first, second) = (logs(before), logs(now));
    let difference = survival_compare::median_difference(
        survival::Durations { times: &first.0, ended: &first.1 },
        survival::Durations { times: &second.0, ended: &second.1 },
        level,
        SEED,
        RESAMPLES,
    );
    let n = before.failed.len() + now.failed.len();
    let change = match difference {
        Ok(found) => match found.difference {
            Some(log) => ratio(log, found.interval, n, "ratio of Kaplan–Meier medians, bootstrap interval"),
            None => Estimate::not_enough("notReached", n as u64, n as u64),
        },
        Err(missing) => Estimate::not_enough(missing.reason, missing.have, missing.need),
    };
    Finding { change, test: if several { "Peto–Peto, by service" } else { "Peto–Peto" }, p, mix: None }
}
