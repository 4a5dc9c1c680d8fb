//! Change lead time: from commit to production, clustered by deployment.

use std::cmp::Ordering;

use super::by_service;
use super::line::{LineUp, NOWHERE};
use super::link::Links;
use super::plan::Plan;
use super::scopes::Scopes;
use super::types::{Backwards, LeadStart, LeadStatistic, LeadTime, Waiting};
use super::units::Units;
use crate::facts::{Estimate, EventTable, KeyIndex, Unit};
use crate::ground::time::{SECOND, Time};
use crate::stats::cluster::{self, ClusterQuantile, Clustered, ShareVariance, Tally};
use crate::stats::critical::CriticalT;
use crate::stats::pick::Picker;
use crate::stats::{NotEnough, quantile, sum};

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
    /// Ages of changes not deployed at `asOf`, in seconds, with their group, in order of groups.
    waiting: Vec<(u32, f64)>,
    t: CriticalT,
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
            t: CriticalT::new(plan.confidence),
        };
        let first = first_places(plan, line, events);
        // As much room as there may be lead times of each place; what is left over is closed up afterwards.
        for &place in links.places.iter().filter(|&&place| place != NOWHERE) {
            found.offsets[place as usize + 1] += 1;
        }
        for place in 0..line.len() {
            found.offsets[place + 1] += found.offsets[place];
        }
        found.micros = vec![0; found.offsets.last().copied().unwrap_or_default() as usize];
        let mut next = found.offsets.clone();
        let mut copied = Vec::new();
        by_service::changes(scopes, line, events, |scope, rows| {
            let view = scopes.view(scope);
            let own = line.at_hand(view.lane, rows.len(), &mut copied);
            for row in rows.iter().map(|&row| row as usize) {
                if !units.is_counted(events, row) {
                    continue;
                }
                let (place, begin) = (links.places[row], starts.of(row));
                if place == NOWHERE {
                    let waits = changes.merged.get(row).or(begin);
                    if view.kept && !waits.is_none() && waits.micros() <= plan.as_of.micros() {
                        let age = plan.between(waits.micros(), plan.as_of.micros()) as f64 / SECOND as f64;
                        found.waiting.push((view.group, age));
                    }
                    continue;
                }
                let place = place as usize;
                let deployed = own.finished(place);
                if begin.is_none() || !plan.concerns(deployed) {
                    continue;
                }
                if !first.is_empty()
                    && first[place]
                    && (!links.is_explicit(row) || events.deployments().is_baseline(line.rows[place] as usize))
                {
                    bump(&mut found.baseline, place, line.len());
                    continue;
                }
                let took = plan.rules.lead_rounding.apply(plan.between(begin.micros(), deployed));
                let odd = took < 0 || (took == 0 && plan.rules.backwards == Backwards::DropZeroToo);
                if odd {
                    bump(&mut found.backwards, place, line.len());
                }
                let took = match plan.rules.backwards {
                    Backwards::Drop | Backwards::DropZeroToo if odd => continue,
                    Backwards::Clamp => took.max(0),
                    Backwards::Keep | Backwards::Drop | Backwards::DropZeroToo => took,
                };
                found.micros[next[place] as usize] = took;
                next[place] += 1;
            }
        });
        found.close_up(&next);
        found.waiting.sort_by_key(|&(group, _)| group);
        found
    }

    /// Takes out the room that no lead time needed; `ends` says where those of each place end.
    fn close_up(&mut self, ends: &[u32]) {
        let mut end = 0;
        for (offset, &stop) in self.offsets.iter_mut().zip(ends) {
            let own = *offset as usize..stop as usize;
            *offset = end as u32;
            let size = own.len();
            self.micros.copy_within(own, end);
            // In an order of their own, so that sums do not depend on which change came first.
            self.micros[end..end + size].sort_unstable();
            end += size;
        }
        if let Some(last) = self.offsets.last_mut() {
            *last = end as u32;
        }
        self.micros.truncate(end);
    }

    /// The lead times of one deployment, in microseconds.
    #[inline]
    pub(super) fn of(&self, place: u32) -> &[i64] {
        self.between(place, place)
    }

    /// Those of the deployments from one place to another.
    #[inline]
    fn between(&self, first: u32, last: u32) -> &[i64] {
        &self.micros[self.offsets[first as usize] as usize..self.offsets[last as usize + 1] as usize]
    }

    /// The lead times of some deployments in seconds, with their deployments numbered from 0.
    pub(super) fn gather(&self, places: &[u32], values: &mut Vec<f64>, clusters: &mut Vec<u32>) {
        values.clear();
        clusters.clear();
        for (cluster, own) in places.iter().map(|&place| self.of(place)).filter(|own| !own.is_empty()).enumerate() {
            values.extend(own.iter().map(|&micros| seconds(micros)));
            clusters.resize(values.len(), cluster as u32);
        }
    }

    /// The lead times of some deployments in seconds.
    fn seconds(&self, places: &[u32]) -> Vec<f64> {
        places.iter().flat_map(|&place| self.of(place)).map(|&micros| seconds(micros)).collect()
    }

    /// The median with Woodruff's interval of some deployments' lead times, and their number.
    pub(super) fn median(&self, places: &[u32]) -> (Estimate, u64) {
        let mut held = self.held(places);
        (held.estimate(0.5).0, held.picked.count() as u64)
    }

    fn held<'a>(&'a self, places: &'a [u32]) -> Held<'a, impl Iterator<Item = &'a [i64]> + Clone> {
        // Places that follow each other hold their lead times in one piece.
        let runs = places.chunk_by(|&a, &b| a + 1 == b);
        let picked = Picker::new(runs.map(|run| self.between(run[0], run[run.len() - 1])));
        let deployments = places.iter().filter(|&&place| !self.of(place).is_empty()).count();
        Held { leads: self, places, deployments, picked }
    }

    /// The metric of a group's deployments.
    pub(super) fn report(&self, plan: &Plan, line: &LineUp, places: &[u32], group: Option<u32>) -> LeadTime {
        let mut held = self.held(places);
        let (median, design_effect) = self.middle(plan, line, &mut held);
        let (p90, _) = held.estimate(0.9);
        let mut ages: Vec<f64> = self.waiting_in(group).iter().map(|&(_, age)| age).collect();
        LeadTime {
            median,
            p90,
            changes: held.picked.count() as u64,
            deployments: held.deployments as u64,
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

    /// The number that stands for all, and its design effect.
    fn middle<'a>(
        &self,
        plan: &Plan,
        line: &LineUp,
        held: &mut Held<'a, impl Iterator<Item = &'a [i64]> + Clone>,
    ) -> (Estimate, Option<f64>) {
        let places = held.places;
        match plan.rules.lead_statistic {
            LeadStatistic::Median => held.estimate(0.5),
            LeadStatistic::Mean => (mean(&self.seconds(places)), None),
            LeadStatistic::LowerMedian => (lower_median(&mut self.seconds(places)), None),
            LeadStatistic::MedianOfDailyMedians => (self.daily(plan, line, places), None),
            LeadStatistic::MeanOfServiceMeans => (self.mean_of_services(line, places), None),
        }
    }

    /// The number that stands for all changes of some deployments.
    pub(super) fn typical(&self, plan: &Plan, line: &LineUp, places: &[u32]) -> Estimate {
        self.middle(plan, line, &mut self.held(places)).0
    }

    /// The ages of changes that wait, of one group or of all.
    fn waiting_in(&self, group: Option<u32>) -> &[(u32, f64)] {
        let Some(group) = group else { return &self.waiting };
        let from = self.waiting.partition_point(|&(of, _)| of < group);
        let to = self.waiting.partition_point(|&(of, _)| of <= group);
        &self.waiting[from..to]
    }

    /// The mean of the means of each service.
    fn mean_of_services(&self, line: &LineUp, places: &[u32]) -> Estimate {
        let mut means = Vec::new();
        // Places stand service by service.
        for run in places.chunk_by(|a, b| line.lane_of(*a) == line.lane_of(*b)) {
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

/// The lead times of some deployments, where they stand.
struct Held<'a, I> {
    leads: &'a LeadTimes,
    places: &'a [u32],
    /// How many of them have any.
    deployments: usize,
    picked: Picker<I>,
}

impl<'a, I: Iterator<Item = &'a [i64]> + Clone> Held<'a, I> {
    /// A quantile with Woodruff's interval, and its design effect.
    fn estimate(&mut self, p: f64) -> (Estimate, Option<f64>) {
        let t = &self.leads.t;
        let found = cluster::woodruff_of(self, (p, t.level(), ShareVariance::default()), |df| t.of(df));
        told(found, p, self.picked.count(), || self.quantile(p))
    }
}

/// The last microsecond up to so many seconds, and the last one below: seconds rise with microseconds.
fn last_micros(value: f64) -> [i64; 2] {
    let last = |is_inside: fn(Ordering) -> bool| {
        let is_inside = |micros| is_inside(seconds(micros).total_cmp(&value));
        let mut micros = (value * SECOND as f64) as i64;
        while is_inside(micros) && micros < i64::MAX {
            micros += 1;
        }
        while !is_inside(micros) && micros > i64::MIN {
            micros -= 1;
        }
        micros
    };
    [last(Ordering::is_le), last(Ordering::is_lt)]
}

impl<'a, I: Iterator<Item = &'a [i64]> + Clone> Clustered for Held<'a, I> {
    fn sizes(&self) -> (usize, usize) {
        (self.picked.count(), self.deployments)
    }

    fn quantile(&mut self, p: f64) -> Option<f64> {
        self.picked.quantile(p, seconds)
    }

    fn counts(&self, value: f64) -> [u64; 2] {
        last_micros(value).map(|last| self.picked.up_to(last))
    }

    fn tallies(&self, value: f64) -> impl Iterator<Item = Tally> {
        let [up_to, below] = last_micros(value);
        let count = |own: &[i64], last: i64| own.iter().map(|&micros| u32::from(micros <= last)).sum();
        let own = self.places.iter().map(|&place| self.leads.of(place));
        own.map(move |own| Tally { all: own.len() as u32, up_to: count(own, up_to), below: count(own, below) })
    }
}

/// The calendar day of an instant, as a number.
pub(super) fn day(plan: &Plan, micros: i64) -> i32 {
    use chrono::Datelike as _;
    plan.zone.date(Time::saturating(micros)).num_days_from_ce()
}

/// A quantile with Woodruff's interval, as an estimate, and its design effect.
pub(super) fn clustered(values: &[f64], clusters: &[u32], p: f64, level: f64) -> (Estimate, Option<f64>) {
    let found = cluster::woodruff(values, clusters, p, level, ShareVariance::default());
    told(found, p, values.len(), || quantile::of(&mut values.to_vec(), p))
}

/// A quantile as an estimate, with its interval where there are deployments enough for one; else the plain one.
fn told(
    found: Result<ClusterQuantile, NotEnough>,
    p: f64,
    n: usize,
    plain: impl FnOnce() -> Option<f64>,
) -> (Estimate, Option<f64>) {
    let method = if (p - 0.5).abs() < 1e-9 {
        "median, Woodruff interval clustered by deployment"
    } else {
        "quantile, Woodruff interval clustered by deployment"
    };
    match found {
        Ok(found) => {
            (Estimate::bare(found.value, Unit::Seconds, found.n, method).within(found.interval), found.design_effect)
        }
        Err(NotEnough { have, need, .. }) => match plain() {
            Some(value) => {
                let note = format!("too few deployments for an interval: {have}, of {need} needed");
                (Estimate::bare(value, Unit::Seconds, n as u64, "median").noting(note), None)
            }
            None => (Estimate::not_enough("noData", 0, 1), None),
        },
    }
}

fn seconds(micros: i64) -> f64 {
    micros as f64 / SECOND as f64
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
    for range in line.ranges() {
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
