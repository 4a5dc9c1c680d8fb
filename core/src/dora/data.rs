//! What became of the data: counted, and where something could not be joined, listed.

use std::cmp::Ordering;

use super::failures::{Failures, Loose};
use super::line::{LineUp, NOWHERE};
use super::link::Links;
use super::plan::Plan;
use super::scopes::Scopes;
use super::types::{Data, Unlinked};
use crate::facts::{EventTable, Origin, Symbol};

/// How many unlinked things are listed; all are counted.
const MOST: usize = 1000;

pub(super) fn data(
    plan: &Plan,
    scopes: &Scopes,
    line: &LineUp,
    links: &Links,
    failures: &Failures,
    events: &EventTable,
) -> Data {
    let mut data = Data {
        deployments: events.deployments().len() as u64,
        changes: events.changes().len() as u64,
        pull_requests: events.pull_requests().len() as u64,
        incidents: events.incidents().len() as u64,
        merged: events.merged(),
        read: events.quality().clone(),
        unfinished_deployments: line.unfinished,
        after_as_of: line.after + failures.after,
        unmatched_filters: scopes.unmatched.clone(),
        ..Data::default()
    };
    let names = events.names();
    let mut list = |kind: &str, id: Symbol, scope: u32, origin: Origin, reason: &str| {
        if data.unlinked.len() < MOST {
            data.unlinked.push(Unlinked {
                kind: kind.to_owned(),
                id: names.text(id).to_owned(),
                service: names.text(events.scope(scope).service).to_owned(),
                file: events.file_name(origin).to_owned(),
                line: u64::from(origin.line),
                reason: reason.to_owned(),
            });
        }
    };
    let incidents = events.incidents();
    // Without a start it belongs to no window, and is said in every one.
    let concerns = |loose: &&Loose| {
        let started = incidents.started.get(loose.row as usize).time();
        !loose.reason.is_empty() && started.is_none_or(|time| plan.window.contains(time))
    };
    let mut loose: Vec<&Loose> = failures.loose.iter().filter(concerns).collect();
    loose.sort_by(|a, b| order_of_incidents(events, a.row as usize, b.row as usize));
    data.unlinked_incidents = loose.len() as u64;
    for loose in loose {
        let row = loose.row as usize;
        list("incident", incidents.id.get(row), incidents.scope.get(row), incidents.origin.get(row), &loose.reason);
    }
    let deployments = events.deployments();
    let mut ships = vec![false; line.len()];
    for &place in links.places.iter().filter(|&&place| place != NOWHERE) {
        ships[place as usize] = true;
    }
    for (place, &row) in line.rows.iter().enumerate() {
        let inside =
            plan.window.from.micros() <= line.finished[place] && line.finished[place] < plan.window.to.micros();
        if inside && !ships[place] && scopes.view(deployments.scope.get(row as usize)).kept {
            data.deployments_without_changes += 1;
            // Where no change is known at all, a list of all deployments would tell nothing.
            if events.changes().is_empty() {
                continue;
            }
            let row = row as usize;
            list(
                "deployment",
                deployments.id.get(row),
                deployments.scope.get(row),
                deployments.origin.get(row),
                "it ships no known change",
            );
        }
    }
    data
}

/// By time, then by all that may tell two apart: rows depend on the order of arrival.
fn order_of_incidents(events: &EventTable, a: usize, b: usize) -> Ordering {
    let (table, names) = (events.incidents(), events.names());
    let text = |row: usize| {
        let service = events.scope(table.scope.get(row)).service;
        [service, table.id.get(row), table.deployment.get(row)].map(|symbol| names.text(symbol))
    };
    table.started.get(a).cmp(&table.started.get(b)).then_with(|| text(a).cmp(&text(b)))
}
