//! Change lead time: from commit to production, clustered by deployment.

use super::line::{LineUp, NOWHERE};
use super::link::Links;
use super::plan::Plan;
use super::scopes::Scopes;
use super::types::{Backwards, LeadStart, LeadStatistic, LeadTime, Waiting};
use super::units::Units;
use crate::facts::{Estimate, EventTable, KeyIndex, Unit};
use crate::ground::time::{SECOND, Time};
use crate::stats::{NotEnough, cluster, quantile, sum};

/// The lead times of all deployments that concern a report, deployment by deployment.
#[derive(Debug)]
pub(super) struct LeadTimes {
    /// Where each place's lead times begin; one more at the end.
    offsets: Vec<u32>,
    /// In microseconds.
    micros: Vec<i64>,
    /// By place: changes that seem deployed before they were made.
    backwards: Vec<u32>,
    /// By place: changes left out because a first deployment ships all of history.
    baseline: Vec<u32>,
    /// Ages of changes not deployed at `asOf`, in seconds, with their group.
    waiting: Vec<(u32, f64)>,
}

impl LeadTimes {
    pub(super) fn new(plan: &Plan, scopes: &Scopes, line: &LineUp, links: &Links, events: &EventTable) -> Self {
        let changes = events.changes();
        let starts = Starts::new(plan.rules.lead_start, events);
        let units = Units::new(plan, scopes, events);
        let mut found = Self {
            offsets: vec![0; line.len() + 1],
            micros: Vec::new(),
            backwards: Vec::new(),
            baseline: Vec::new(),
            waiting: Vec::new(),
        };
        let first = first_places(plan, line, events);
        // Once to count, once to place: lead times of one deployment then stand side by side.
        let lead = |row: usize, found: &mut Self, count: bool| -> Option<(usize, i64)> {
            let place = *links.places.get(row)?;
            if !units.is_counted(events, row) {
                return None;
            }
            let view = scopes.view(changes.scope.get(row));
            let begin = starts.of(row);
            if place == NOWHERE {
                let waits = changes.merged.get(row).or(begin);
                if count && view.kept && !waits.is_none() && waits.micros() <= plan.as_of.micros() {
                    found
                        .waiting
                        .push((view.group, plan.between(waits.micros(), plan.as_of.micros()) as f64 / SECOND as f64));
                }
                return None;
            }
            let place = place as usize;
            if begin.is_none() || !plan.concerns(line.finished[place]) {
                return None;
            }
            if !first.is_empty()
                && first[place]
                && (!links.is_explicit(row) || events.deployments().is_baseline(line.rows[place] as usize))
            {
                if count {
                    bump(&mut found.baseline, place, line.len());
                }
                return None;
            }
            let took = plan.rules.lead_rounding.apply(plan.between(begin.micros(), line.finished[place]));
            let odd = took < 0 || (took == 0 && plan.rules.backwards == Backwards::DropZeroToo);
            if odd && count {
                bump(&mut found.backwards, place, line.len());
            }
            match plan.rules.backwards {
                Backwards::Keep => Some((place, took)),
                Backwards::Clamp => Some((place, took.max(0))),
                Backwards::Drop | Backwards::DropZeroToo => (!odd).then_some((place, took)),
            }
        };
        for row in 0..changes.len() {
            if let Some((place, _)) = lead(row, &mut found, true) {
                found.offsets[place + 1] += 1;
            }
        }
        for place in 0..line.len() {
            found.offsets[place + 1] += found.offsets[place];
        }
        found.micros = vec![0; found.offsets.last().copied().unwrap_or_default() as usize];
        let mut next = found.offsets.clone();
        for row in 0..changes.len() {
            if let Some((place, took)) = lead(row, &mut found, false) {
                found.micros[next[place] as usize] = took;
                next[place] += 1;
            }
        }
        found
    }

    /// The lead times of one deployment, in microseconds.
    #[inline]
    pub(super) fn of(&self, place: u32) -> &[i64] {
        let place = place as usize;
        &self.micros[self.offsets[place] as usize..self.offsets[place + 1] as usize]
    }

    /// The lead times of some deployments in seconds, with their deployments numbered from 0.
    pub(super) fn gather(&self, places: &[u32], values: &mut Vec<f64>, clusters: &mut Vec<u32>) {
        values.clear();
        clusters.clear();
        let mut cluster = 0;
        for &place in places {
            let own = self.of(place);
            if own.is_empty() {
                continue;
            }
            for &micros in own {
                values.push(micros as f64 / SECOND as f64);
                clusters.push(cluster);
            }
            cluster += 1;
        }
    }

    /// The metric of a group's deployments.
    pub(super) fn report(&self, plan: &Plan, line: &LineUp, places: &[u32], group: Option<u32>) -> LeadTime {
        let (mut values, mut clusters) = (Vec::new(), Vec::new());
        self.gather(places, &mut values, &mut clusters);
        let deployments = u64::from(clusters.last().map_or(0, |last| last + 1));
        let changes = values.len() as u64;
        let (median, design_effect) = match plan.rules.lead_statistic {
            LeadStatistic::Median => clustered(&values, &clusters, 0.5, plan.confidence),
            LeadStatistic::Mean => (mean(&values), None),
            LeadStatistic::LowerMedian => (lower_median(&mut values.clone()), None),
            LeadStatistic::MedianOfDailyMedians => (self.daily(plan, line, places), None),
            LeadStatistic::MeanOfServiceMeans => (self.mean_of_services(line, places), None),
        };
        let (p90, _) = clustered(&values, &clusters, 0.9, plan.confidence);
        let mut ages: Vec<f64> =
            self.waiting.iter().filter(|(of, _)| group.is_none_or(|group| *of == group)).map(|&(_, age)| age).collect();
        LeadTime {
            median,
            p90,
            changes,
            deployments,
            design_effect,
            waiting: Waiting {
                changes: ages.len() as u64,
                oldest_age: ages.iter().copied().max_by(f64::total_cmp),
                median_age: quantile::of(&mut ages, 0.5),
            },
            backwards: total(&self.backwards, places),
            baseline: total(&self.baseline, places),
            stages: Vec::new(),
        }
    }

    /// The mean of the means of each service.
    fn mean_of_services(&self, line: &LineUp, places: &[u32]) -> Estimate {
        let mut means = Vec::new();
        // Places stand service by service.
        for run in places.chunk_by(|a, b| line.service_of(*a) == line.service_of(*b)) {
            let values: Vec<f64> =
                run.iter().flat_map(|&place| self.of(place)).map(|&micros| micros as f64 / SECOND as f64).collect();
            means.extend(sum::mean(&values));
        }
        let n = means.len() as u64;
        sum::mean(&means).map_or_else(
            || Estimate::not_enough("noData", 0, 1),
            |value| Estimate::bare(value, Unit::Seconds, n, "mean of the means of services"),
        )
    }

    /// The median of the medians of each day.
    fn daily(&self, plan: &Plan, line: &LineUp, places: &[u32]) -> Estimate {
        let mut days: Vec<(i32, u32)> = places
            .iter()
            .filter(|&&place| !self.of(place).is_empty())
            .map(|&place| (day(plan, line.finished[place as usize]), place))
            .collect();
        days.sort_unstable();
        let mut medians = Vec::new();
        for chunk in days.chunk_by(|a, b| a.0 == b.0) {
            let mut values: Vec<f64> = chunk
                .iter()
                .flat_map(|&(_, place)| self.of(place))
                .map(|&micros| micros as f64 / SECOND as f64)
                .collect();
            medians.extend(quantile::of(&mut values, 0.5));
        }
        let n = medians.len() as u64;
        quantile::of(&mut medians, 0.5).map_or_else(
            || Estimate::not_enough("noData", 0, 1),
            |value| Estimate::bare(value, Unit::Seconds, n, "median of daily medians"),
        )
    }
}

/// The calendar day of an instant, as a number.
pub(super) fn day(plan: &Plan, micros: i64) -> i32 {
    use chrono::Datelike as _;
    plan.zone.date(Time::saturating(micros)).num_days_from_ce()
}

/// A quantile with Woodruff's interval, as an estimate, and its design effect.
pub(super) fn clustered(values: &[f64], clusters: &[u32], p: f64, level: f64) -> (Estimate, Option<f64>) {
    let method = if (p - 0.5).abs() < 1e-9 {
        "median, Woodruff interval clustered by deployment"
    } else {
        "quantile, Woodruff interval clustered by deployment"
    };
    match cluster::woodruff(values, clusters, p, level, cluster::ShareVariance::default()) {
        Ok(found) => {
            (Estimate::bare(found.value, Unit::Seconds, found.n, method).within(found.interval), found.design_effect)
        }
        Err(NotEnough { have, need, .. }) => match quantile::of(&mut values.to_vec(), p) {
            Some(value) => {
                let note = format!("too few deployments for an interval: {have}, of {need} needed");
                (Estimate::bare(value, Unit::Seconds, values.len() as u64, "median").noting(note), None)
            }
            None => (Estimate::not_enough("noData", 0, 1), None),
        },
    }
}

fn mean(values: &[f64]) -> Estimate {
    sum::mean(values).map_or_else(
        || Estimate::not_enough("noData", 0, 1),
        |value| Estimate::bare(value, Unit::Seconds, values.len() as u64, "mean"),
    )
}

fn lower_median(values: &mut [f64]) -> Estimate {
    values.sort_unstable_by(f64::total_cmp);
    quantile::by_percent_rank(values, 0.5).map_or_else(
        || Estimate::not_enough("noData", 0, 1),
        |value| {
            Estimate::bare(
                value,
                Unit::Seconds,
                values.len() as u64,
                "largest value with a percent rank of at most one half",
            )
        },
    )
}

fn bump(counts: &mut Vec<u32>, place: usize, len: usize) {
    if counts.is_empty() {
        counts.resize(len, 0);
    }
    counts[place] += 1;
}

fn total(counts: &[u32], places: &[u32]) -> u64 {
    places.iter().filter_map(|&place| counts.get(place as usize)).map(|&count| u64::from(count)).sum()
}

/// By place: whether it is a first deployment, which ships all of history; empty where that does not matter.
fn first_places(plan: &Plan, line: &LineUp, events: &EventTable) -> Vec<bool> {
    if plan.rules.first_deployment {
        return Vec::new();
    }
    let mut first = vec![false; line.len()];
    for (_, range) in line.services() {
        if let Some(flag) = first.get_mut(range.start) {
            *flag = true;
        }
    }
    for (place, &row) in line.rows.iter().enumerate() {
        first[place] |= events.deployments().is_baseline(row as usize);
    }
    first
}

/// When each change began.
pub(super) struct Starts<'a> {
    events: &'a EventTable,
    rule: LeadStart,
    opened: KeyIndex,
}

impl<'a> Starts<'a> {
    pub(super) fn new(rule: LeadStart, events: &'a EventTable) -> Self {
        let mut opened = KeyIndex::default();
        if matches!(rule, LeadStart::Opened | LeadStart::FirstCommit) {
            let requests = events.pull_requests();
            for row in 0..requests.len() {
                opened.insert(requests.merge_sha.get(row), row as u32);
            }
        }
        Self { events, rule, opened }
    }

    #[inline]
    pub(super) fn of(&self, row: usize) -> crate::facts::Stamp {
        let changes = self.events.changes();
        let (committed, merged, authored) =
            (changes.committed.get(row), changes.merged.get(row), changes.authored.get(row));
        match self.rule {
            LeadStart::Committed => committed.or(authored).or(merged),
            LeadStart::Authored => authored.or(committed).or(merged),
            LeadStart::Merged => merged.or(committed).or(authored),
            LeadStart::Opened | LeadStart::FirstCommit => {
                let requests = self.events.pull_requests();
                let column = if self.rule == LeadStart::Opened { &requests.opened } else { &requests.first_commit };
                // One commit may have merged several; the earliest, whichever of them was read first.
                let requests = self.opened.get(changes.key.get(row)).map(|row| column.get(row as usize));
                requests
                    .fold(crate::facts::Stamp::NONE, crate::facts::Stamp::earliest)
                    .or(committed)
                    .or(authored)
                    .or(merged)
            }
        }
    }
}
