//! Change failure rate and deployment rework rate: shares of deployments watched for the whole follow-up.

use super::failures::Failures;
use super::lead_time::LeadTimes;
use super::line::LineUp;
use super::plan::Plan;
use super::scopes::Scopes;
use super::types::{Denominator, Empty, FailureCount, FailureRate, Metric, ReworkRate, Rules};
use crate::facts::{Estimate, EventTable, Symbol, Unit};
use crate::ground::time::Window;
use crate::stats::rate;

/// What is known of each deployment's failing, by place.
#[derive(Debug)]
pub(super) struct Outcomes {
    bits: Vec<u8>,
    /// Incidents inside the follow-up, where those are counted.
    incidents: Vec<u32>,
    /// When each incident began, its group and its id, where all are counted, in order of time.
    all: Option<Vec<(i64, u32, Symbol)>>,
}

const MATURE: u8 = 1;
const FAILED: u8 = 2;
const LATE: u8 = 4;
const ROLLBACK: u8 = 8;
const REWORK: u8 = 16;

/// The counts behind the two rates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) failures: u64,
    pub(super) deployments: u64,
    pub(super) rework: u64,
    pub(super) mature: u64,
    pub(super) immature: u64,
    pub(super) immature_failures: u64,
    pub(super) late: u64,
}

impl Outcomes {
    pub(super) fn new(plan: &Plan, scopes: &Scopes, line: &LineUp, failures: &Failures, events: &EventTable) -> Self {
        let follow_up = plan.rules.follow_up.micros();
        let mut bits: Vec<u8> = line
            .finished
            .iter()
            .map(|&finished| if plan.as_of.micros() - finished >= follow_up { MATURE } else { 0 })
            .collect();
        let counts_incidents = plan.rules.failure_count == FailureCount::Incidents;
        let mut incidents = vec![0; if counts_incidents { line.len() } else { 0 }];
        for failure in &failures.list {
            let place = failure.place as usize;
            if follow_up == 0 || failure.noticed - line.finished[place] <= follow_up {
                bits[place] |= FAILED;
                if let Some(count) = incidents.get_mut(place) {
                    *count += u32::from(failure.incident != super::line::NOWHERE);
                }
            } else {
                bits[place] |= LATE;
            }
        }
        for (place, bits) in bits.iter_mut().enumerate() {
            *bits |=
                if failures.rollbacks[place] { ROLLBACK } else { 0 } | if failures.rework[place] { REWORK } else { 0 };
        }
        let counts_all = plan.rules.failure_count == FailureCount::AllIncidents;
        Self { bits, incidents, all: counts_all.then(|| begun(plan, scopes, events)) }
    }

    /// Counts some deployments.
    pub(super) fn tally(&self, plan: &Plan, leads: &LeadTimes, places: &[u32]) -> Tally {
        let mut tally = Tally::default();
        for &place in places {
            let bits = self.bits[place as usize];
            let failed = bits & FAILED != 0;
            if bits & MATURE == 0 {
                tally.immature += 1;
                tally.immature_failures += u64::from(failed);
                continue;
            }
            tally.mature += 1;
            tally.rework += u64::from(bits & REWORK != 0);
            let counted = match plan.rules.failure_denominator {
                Denominator::Deployments => 1,
                Denominator::LessRollbacks => u64::from(bits & ROLLBACK == 0),
                Denominator::LessRework => u64::from(bits & REWORK == 0),
                Denominator::Changes => leads.of(place).len() as u64,
            };
            tally.deployments += counted;
            tally.failures += match self.incidents.get(place as usize) {
                Some(&incidents) => u64::from(incidents),
                None => u64::from(failed && (counted > 0 || plan.rules.failure_denominator == Denominator::Changes)),
            };
            tally.late += u64::from(bits & LATE != 0 && !failed);
        }
        tally
    }

    /// Counts the deployments of a group in a window, and where all incidents count, those that began there.
    pub(super) fn tally_in(
        &self,
        plan: &Plan,
        leads: &LeadTimes,
        places: &[u32],
        window: Window,
        group: Option<u32>,
    ) -> Tally {
        let mut tally = self.tally(plan, leads, places);
        if let Some(all) = &self.all {
            let from = all.partition_point(|(began, ..)| *began < window.from.micros());
            let inside = all[from..].iter().take_while(|(began, ..)| *began < window.to.micros());
            // One incident that struck several services is one, where they are seen together.
            let mut seen = hashbrown::HashSet::new();
            tally.failures = inside
                .filter(|(_, of, id)| group.is_none_or(|group| group == *of) && (id.is_none() || seen.insert(*id)))
                .count() as u64;
        }
        tally
    }
}

/// All incidents that had begun by `asOf`, in order of time.
fn begun(plan: &Plan, scopes: &Scopes, events: &EventTable) -> Vec<(i64, u32, Symbol)> {
    let table = events.incidents();
    let mut all: Vec<(i64, u32, Symbol)> = (0..table.len())
        .filter_map(|row| {
            let view = scopes.view(table.scope.get(row));
            let began = table.started.get(row).time().filter(|&began| began <= plan.as_of)?;
            (view.kept && view.counted).then(|| (began.micros(), view.group, table.id.get(row)))
        })
        .collect();
    all.sort_unstable_by_key(|&(began, group, _)| (began, group));
    all
}

impl Rules {
    /// Puts a zero where there is nothing to measure, if that is the rule.
    pub(super) fn say_empty(&self, metric: Metric, estimate: &mut Estimate) {
        if let (Empty::Zero, Estimate::NotEnough { have: 0, .. }) = (self.empty, &*estimate) {
            *estimate = Estimate::bare(0.0, metric.unit(), 0, "nothing to measure, said as zero")
                .noting("nothing to measure: zero by definition, not by observation");
        }
    }
}

/// A share as an estimate, with Wilson's interval.
pub(super) fn share(count: u64, of: u64, level: f64, immature: u64) -> Estimate {
    if of == 0 {
        return Estimate::not_enough(if immature > 0 { "immature" } else { "noData" }, 0, 1);
    }
    let estimate = Estimate::bare(count as f64 / of as f64, Unit::Share, of, "share, Wilson interval");
    match rate::wilson(count, of, level) {
        Some(interval) => estimate.within(interval),
        // More failures than deployments: a preset that counts incidents or changes.
        None => Estimate::bare(count as f64 / of as f64, Unit::Ratio, of, "ratio")
            .noting("counts above one for each deployment have no interval"),
    }
}

impl Tally {
    pub(super) fn failure_rate(&self, level: f64) -> FailureRate {
        FailureRate {
            rate: share(self.failures, self.deployments, level, self.immature),
            failures: self.failures,
            deployments: self.deployments,
            immature: self.immature,
            immature_failures: self.immature_failures,
            late_failures: self.late,
        }
    }

    pub(super) fn rework_rate(&self, level: f64) -> ReworkRate {
        ReworkRate {
            rate: share(self.rework, self.mature, level, self.immature),
            rework: self.rework,
            deployments: self.mature,
        }
    }
}
