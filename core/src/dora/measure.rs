//! The verb of the room.

use super::types::*;
use crate::facts::{Estimate, EventTable};
use crate::ground::context::Context;
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::time::{Window, Zone};

/// Measures.
///
/// # Errors
/// Those of the request.
pub fn measure(request: &DoraRequest, events: &EventTable, context: &Context) -> Result<DoraReport> {
    context.check()?;
    let mut own;
    let events = if request.events.is_empty() {
        events
    } else if events.is_empty() {
        own = EventTable::new();
        for (index, event) in request.events.iter().enumerate() {
            own.push(event).map_err(|error| error.at(format!("events[{index}]")))?;
        }
        &own
    } else {
        return Err(Error::new(ErrorCode::Conflict, "events are given in the request and in a table").at("events"));
    };
    let settled;
    let events = if events.is_settled() {
        events
    } else {
        let mut copy = events.clone();
        copy.settle();
        settled = copy;
        &settled
    };
    let zone = request.time_zone.as_deref().map_or(Ok(Zone::UTC), Zone::parse).map_err(|e| e.at("timeZone"))?;
    let as_of = request.as_of.or(context.as_of).or(events.latest()).unwrap_or_default();
    let window = request.window.unwrap_or(Window { from: as_of, to: as_of });
    let none = || Estimate::not_enough("noData", 0, 1);
    let overall = DoraGroup {
        name: "all".into(),
        key: Default::default(),
        lead_time: LeadTime {
            median: none(),
            p90: none(),
            changes: 0,
            deployments: 0,
            design_effect: None,
            waiting: Waiting { changes: 0, median_age: None, oldest_age: None },
            backwards: 0,
            baseline: 0,
            stages: Vec::new(),
        },
        deployment_frequency: Frequency {
            per_day: none(),
            per_team_day: None,
            deployments: events.deployments().len() as u64,
            teams: 0,
            services: 0,
            days: window.days(),
            active_days: 0,
            dispersion: None,
            lag_one: None,
        },
        change_failure_rate: FailureRate {
            rate: none(),
            failures: 0,
            deployments: 0,
            immature: 0,
            immature_failures: 0,
            late_failures: 0,
        },
        recovery_time: Recovery { median: none(), p90: none(), failures: 0, open: 0 },
        rework_rate: ReworkRate { rate: none(), rework: 0, deployments: 0 },
        comparisons: None,
        levels: None,
        targets: Vec::new(),
        series: None,
    };
    Ok(DoraReport {
        schema: "dora/1".into(),
        sentences: Vec::new(),
        window,
        compared_with: None,
        as_of,
        time_zone: zone.name().into(),
        time_zone_database: Zone::DATABASE.into(),
        confidence: request.confidence,
        preset: request.preset,
        definition: request.definition.clone(),
        by: request.by.clone(),
        buckets: Vec::new(),
        overall,
        groups: Vec::new(),
        data: Data {
            deployments: events.deployments().len() as u64,
            read: events.quality().clone(),
            ..Default::default()
        },
    })
}
