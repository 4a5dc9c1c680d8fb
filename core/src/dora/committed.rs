//! Lead time anchored by commit: of the changes made in the window, how long until they were deployed, those that still
//! wait included. It is a survival curve, as recovery is, and is told in the same words.

use super::lead_time::Starts;
use super::line::{LineUp, NOWHERE};
use super::link::Links;
use super::plan::Plan;
use super::recovery::{self, Observation, Observations};
use super::scopes::Scopes;
use super::types::LeadTime;
use super::units::Units;
use crate::facts::EventTable;
use crate::ground::time::SECOND;

/// Every counted change: deployed, or waiting until `asOf`.
pub(super) fn observations(
    plan: &Plan,
    scopes: &Scopes,
    line: &LineUp,
    links: &Links,
    events: &EventTable,
) -> Observations {
    let changes = events.changes();
    let starts = Starts::new(plan.rules.lead_start, events);
    let units = Units::new(plan, scopes, events);
    let as_of = plan.as_of.micros();
    let mut found = Vec::new();
    for row in 0..changes.len() {
        let view = scopes.view(changes.scope.get(row));
        let begin = starts.of(row);
        if begin.is_none() || begin.micros() > as_of || !units.is_counted(events, row) {
            continue;
        }
        let place = links.places[row];
        if place == NOWHERE && !view.kept {
            continue;
        }
        let end = if place == NOWHERE { as_of } else { line.finished[place as usize] };
        let took = plan.between(begin.micros(), end);
        // Backwards ones are counted where lead time is anchored by deployment; here they took no time.
        let seconds = plan.rules.lead_rounding.apply(took.max(0)) as f64 / SECOND as f64;
        let group = if place == NOWHERE { view.group } else { line.groups[place as usize] };
        let over = place != NOWHERE;
        found.push(Observation {
            at: begin.micros(),
            also: begin.micros(),
            seconds,
            over,
            backwards: took < 0,
            group,
            stratum: view.lane.index(),
            incident: NOWHERE,
        });
    }
    found.into()
}

/// Puts the curve's numbers in place of those anchored by deployment.
pub(super) fn replace(plan: &Plan, seen: &[Observation], lead_time: &mut LeadTime) {
    let counted = recovery::counted(plan, seen);
    [lead_time.median, lead_time.p90] = recovery::kaplan_meier(plan, &counted, [0.5, 0.1]);
    lead_time.changes = seen.len() as u64;
    lead_time.design_effect = None;
}
