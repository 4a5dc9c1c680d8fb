//! A request made definite: windows, zone, buckets, rules.

use chrono::{Datelike as _, Months, NaiveDate};

use super::types::{Compare, DoraRequest, Rules};
use crate::facts::{EventTable, Stamp};
use crate::ground::context::Context;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::number;
use crate::ground::time::{BucketEdges, Time, Window, WorkingClock, Zone};

/// A request made definite.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) as_of: Time,
    pub(super) window: Window,
    pub(super) previous: Option<Window>,
    pub(super) zone: Zone,
    pub(super) edges: Option<BucketEdges>,
    pub(super) rules: Rules,
    pub(super) clock: Option<WorkingClock>,
    pub(super) confidence: f64,
    pub(super) margin: f64,
}

impl Plan {
    pub(super) fn new(request: &DoraRequest, events: &EventTable, context: &Context) -> Result<Self> {
        let confidence = number::open_share(request.confidence).at("confidence")?;
        let margin = number::open_share(request.margin).at("margin")?;
        let zone = request.time_zone.as_deref().map_or(Ok(Zone::UTC), Zone::parse).at("timeZone")?;
        let rules = super::presets::rules(request.preset).but(&request.definition);
        let as_of = request.as_of.or(context.as_of).or(events.latest()).unwrap_or_default();
        let window = window(request, events, &rules, zone, as_of)?;
        let previous = match request.compare {
            Compare::None => None,
            Compare::Previous => Some(before(window, zone)),
            Compare::Window(other) => Some(Window::new(other.from, other.to).at("compare.window")?),
        };
        let edges = request.bucket.map(|bucket| bucket.cut(window, zone)).transpose().at("bucket")?;
        let clock = match &request.calendar {
            None => None,
            Some(calendar) => {
                let first = earliest(events)
                    .unwrap_or(window.from)
                    .min(window.from)
                    .min(previous.map_or(window.from, |p| p.from));
                let span = Window { from: first, to: as_of.max(window.to) };
                Some(calendar.ready(span, zone).at("calendar")?)
            }
        };
        Ok(Self { as_of, window, previous, zone, edges, rules, clock, confidence, margin })
    }

    /// Microseconds from one instant to another, of working time where a calendar is given.
    #[inline]
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        match &self.clock {
            None => to - from,
            Some(clock) => clock.between(Time::saturating(from), Time::saturating(to)),
        }
    }

    /// Whether an instant lies in the window or in the one it is compared with.
    #[inline]
    pub(super) fn concerns(&self, time: i64) -> bool {
        let inside = |window: &Window| window.from.micros() <= time && time < window.to.micros();
        inside(&self.window) || self.previous.as_ref().is_some_and(inside)
    }
}

/// The window that a request means that names none: whole days, from the first deployment that counts to `asOf`.
///
/// Faces take an end from here where somebody names only the other one.
///
/// # Errors
/// [`ErrorCode::UnknownTimeZone`](crate::ErrorCode::UnknownTimeZone).
pub fn whole_window(request: &DoraRequest, events: &EventTable, context: &Context) -> Result<Window> {
    let zone = request.time_zone.as_deref().map_or(Ok(Zone::UTC), Zone::parse).at("timeZone")?;
    let rules = super::presets::rules(request.preset).but(&request.definition);
    let as_of = request.as_of.or(context.as_of).or(events.latest()).unwrap_or_default();
    Ok(whole_days(events, &rules, zone, as_of))
}

fn whole_days(events: &EventTable, rules: &Rules, zone: Zone, as_of: Time) -> Window {
    // A window that begins with its first deployment would make one a minute out of two.
    let first = first_counted(events, &rules.environments).unwrap_or(as_of).min(as_of);
    let last = zone.date(as_of);
    let from = zone.start_of(zone.date(first));
    let to = last.succ_opt().map_or(as_of, |next| zone.start_of(next)).max(as_of);
    Window { from, to: if to > from { to } else { from.plus(1) } }
}

fn window(request: &DoraRequest, events: &EventTable, rules: &Rules, zone: Zone, as_of: Time) -> Result<Window> {
    match (request.window, request.last) {
        (Some(_), Some(_)) => {
            Err(Error::new(ErrorCode::Conflict, "give either `window` or `last`, not both").at("last"))
        }
        (Some(window), None) => Window::new(window.from, window.to).at("window"),
        (None, Some(last)) if last.micros() == 0 => {
            Err(Error::new(ErrorCode::EmptyWindow, "expected a duration such as `30d`, found one of no length")
                .at("last"))
        }
        // The end lies just after `asOf`, so that the latest event is inside: (asOf − last, asOf].
        (None, Some(last)) => Window::new(as_of.plus(1 - last.micros()), as_of.plus(1)).at("last"),
        (None, None) => Ok(whole_days(events, rules, zone, as_of)),
    }
}

/// When the first deployment that counts went live; where none did, when the first began, so that all are told of.
fn first_counted(events: &EventTable, environments: &[String]) -> Option<Time> {
    let table = events.deployments();
    let counted: Vec<bool> = events
        .scopes()
        .iter()
        .map(|scope| {
            let environment = events.names().given(scope.environment).unwrap_or("production");
            environments.is_empty() || environments.iter().any(|counted| counted == environment)
        })
        .collect();
    let counts = |row: &usize| table.succeeded(*row) && counted.get(table.scope.get(*row) as usize) == Some(&true);
    let live = (0..table.len()).filter(counts).filter_map(|row| table.finished.get(row).time()).min();
    live.or_else(|| (0..table.len()).filter(counts).filter_map(|row| table.started.get(row).time()).min())
}

/// The window just before: as many whole months earlier for one of whole months, else of the same length.
fn before(window: Window, zone: Zone) -> Window {
    let (first, last) = (zone.date(window.from), zone.date(window.to));
    let whole = |date: NaiveDate, time: Time| date.day() == 1 && zone.start_of(date) == time;
    if whole(first, window.from) && whole(last, window.to) {
        let months = (last.year() - first.year()) * 12 + last.month() as i32 - first.month() as i32;
        if let Some(earlier) =
            u32::try_from(months).ok().and_then(|months| first.checked_sub_months(Months::new(months)))
        {
            return Window { from: zone.start_of(earlier), to: window.from };
        }
    }
    Window { from: window.from.plus(window.from.micros() - window.to.micros()), to: window.from }
}

/// The first instant that any event tells of.
pub(super) fn earliest(events: &EventTable) -> Option<Time> {
    let changes = events.changes();
    let incidents = events.incidents();
    let requests = events.pull_requests();
    [
        &changes.authored,
        &changes.committed,
        &changes.merged,
        &incidents.started,
        &requests.first_commit,
        &requests.opened,
        &events.deployments().finished,
    ]
    .into_iter()
    .filter_map(|column| column.iter().filter_map(Stamp::time).min())
    .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_before_a_month_is_a_month() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let window = |from, to| Window::new(Time::parse(from).unwrap(), Time::parse(to).unwrap()).unwrap();
        let march = window("2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z");
        assert_eq!(before(march, zone), window("2025-01-31T23:00:00Z", "2025-02-28T23:00:00Z"));
        let week = window("2025-03-08T00:00:00Z", "2025-03-15T00:00:00Z");
        assert_eq!(before(week, zone), window("2025-03-01T00:00:00Z", "2025-03-08T00:00:00Z"));
    }
}
