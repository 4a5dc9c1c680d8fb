//! The line-up: counted deployments, service by service in order of names, each in order of time.
//!
//! Everything else speaks of deployments by their place in the line-up, so that one service's deployments in one stretch
//! of time stand side by side.

use std::cmp::Ordering;
use std::ops::Range;

use hashbrown::HashMap;

use super::plan::Plan;
use super::scopes::{Lane, Scopes};
use super::types::Redeploys;
use crate::facts::{DeploymentColumns, EventTable, Key, Symbol};

/// No place in the line-up.
pub(super) const NOWHERE: u32 = u32::MAX;

/// The counted deployments in order, as columns.
#[derive(Debug, Default)]
pub(super) struct LineUp {
    /// The table's row of each.
    pub(super) rows: Vec<u32>,
    /// When each went live.
    pub(super) finished: Vec<i64>,
    /// When each began, or went live where that is not known; empty where that is so of all.
    began: Vec<i64>,
    /// The group of each.
    pub(super) groups: Vec<u32>,
    /// Which lane's deployments stand where, first place and place after the last; lanes without any left out.
    lanes: Vec<(Lane, u32, u32)>,
    /// By lane: index into `lanes`, or [`NOWHERE`].
    slots: Vec<u32>,
    /// Deployments after `asOf`.
    pub(super) after: u64,
    /// Deployments that never ended.
    pub(super) unfinished: u64,
}

impl LineUp {
    pub(super) fn new(plan: &Plan, scopes: &Scopes, events: &EventTable) -> Self {
        let table = events.deployments();
        let production = events.production();
        let mut line = Self::default();
        let mut rows: Vec<(Lane, i64, u32)> = Vec::new();
        for row in 0..table.len() {
            let view = scopes.view(table.scope.get(row));
            if !view.kept || !view.counted || !table.succeeded(row) {
                continue;
            }
            match table.finished.get(row).time() {
                None => {
                    line.unfinished +=
                        u64::from(table.started.get(row).time().is_some_and(|time| plan.concerns(time.micros())));
                }
                Some(time) if time > plan.as_of => line.after += 1,
                Some(time) => rows.push((view.lane, time.micros(), row as u32)),
            }
        }
        rows.sort_unstable_by(|a, b| {
            // Of two at the same instant, names decide, because rows depend on the order of arrival.
            (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| order_of_ties(events, production, a.2, b.2))
        });
        if plan.rules.redeploys == Redeploys::Drop {
            drop_redeploys(events, &mut rows);
        }
        line.rows.reserve_exact(rows.len());
        for (place, &(lane, finished, row)) in rows.iter().enumerate() {
            match line.lanes.last_mut() {
                Some((last, _, end)) if *last == lane => *end = place as u32 + 1,
                _ => line.lanes.push((lane, place as u32, place as u32 + 1)),
            }
            line.rows.push(row);
            line.finished.push(finished);
            let started = table.started.get(row as usize);
            let began = if started.is_none() { finished } else { started.micros().min(finished) };
            if line.began.is_empty() && began < finished {
                line.began.extend_from_slice(&line.finished[..place]);
            }
            if !line.began.is_empty() || began < finished {
                line.began.push(began);
            }
            line.groups.push(scopes.view(table.scope.get(row as usize)).group);
        }
        line.slots = vec![NOWHERE; scopes.lanes()];
        for (index, (lane, ..)) in line.lanes.iter().enumerate() {
            line.slots[lane.index() as usize] = index as u32;
        }
        line
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Where a lane's deployments stand.
    #[inline]
    pub(super) fn range(&self, lane: Lane) -> Range<usize> {
        match self.slots.get(lane.index() as usize) {
            Some(&slot) if slot != NOWHERE => {
                let (_, from, to) = self.lanes[slot as usize];
                from as usize..to as usize
            }
            _ => 0..0,
        }
    }

    /// Where the deployments of each lane stand that has any.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.lanes.iter().map(|&(_, from, to)| from as usize..to as usize)
    }

    /// When a deployment began, or went live where that is not known.
    #[inline]
    pub(super) fn began(&self, place: usize) -> i64 {
        if self.began.is_empty() { self.finished[place] } else { self.began[place] }
    }

    /// The first deployment in a service's range that began at or after an instant.
    pub(super) fn next(&self, range: Range<usize>, time: i64) -> Option<u32> {
        AtHand { line: self, own: &self.finished[range.clone()], range }.next(time)
    }

    /// When the deployments of a lane went live, in a copy at hand where there are many questions for few of them.
    #[inline]
    pub(super) fn at_hand<'a>(&'a self, lane: Lane, questions: usize, copied: &'a mut Vec<i64>) -> AtHand<'a> {
        let range = self.range(lane);
        let mut own = &self.finished[range.clone()];
        if own.len() / 16 < questions {
            copied.clear();
            copied.extend_from_slice(own);
            own = copied;
        }
        AtHand { line: self, range, own }
    }

    /// The last deployment of a lane that was live at an instant.
    pub(super) fn last(&self, lane: Lane, time: i64) -> Option<u32> {
        let range = self.range(lane);
        let after = self.finished[range.clone()].partition_point(|&finished| finished <= time);
        (after > 0).then(|| (range.start + after - 1) as u32)
    }

    /// The lane of a place.
    pub(super) fn lane_of(&self, place: u32) -> Lane {
        let index = self.lanes.partition_point(|&(_, _, end)| end <= place);
        self.lanes.get(index).map_or(Lane::NONE, |&(lane, ..)| lane)
    }

    /// Of some places, the first that went live, one of the own range where there is any.
    pub(super) fn first(&self, own: &Range<usize>, places: impl Iterator<Item = u32>) -> Option<u32> {
        places.min_by_key(|&place| (!own.contains(&(place as usize)), self.finished[place as usize], place))
    }

    /// All places, in order of time.
    pub(super) fn by_time(&self) -> Vec<u32> {
        let mut places: Vec<u32> = (0..self.len() as u32).collect();
        places.sort_by_key(|&place| (self.finished[place as usize], place));
        places
    }
}

/// One lane's deployments.
pub(super) struct AtHand<'a> {
    line: &'a LineUp,
    pub(super) range: Range<usize>,
    /// When each went live.
    own: &'a [i64],
}

impl AtHand<'_> {
    /// The first that began at or after an instant.
    #[inline]
    pub(super) fn next(&self, time: i64) -> Option<u32> {
        let first = self.range.start + self.own.partition_point(|&finished| finished < time);
        let began = &self.line.began;
        (first..self.range.end).find(|&place| began.is_empty() || began[place] >= time).map(|place| place as u32)
    }

    /// When the deployment at a place went live, of this lane or another.
    #[inline]
    pub(super) fn finished(&self, place: usize) -> i64 {
        let own = self.own.get(place.wrapping_sub(self.range.start));
        own.copied().unwrap_or_else(|| self.line.finished[place])
    }
}

/// The order of two rows of one lane at one instant, by all that may tell them apart.
fn order_of_ties(events: &EventTable, production: Symbol, a: u32, b: u32) -> Ordering {
    let (table, names) = (events.deployments(), events.names());
    let by = |text: &dyn Fn(usize) -> Symbol| names.text(text(a as usize)).cmp(names.text(text(b as usize)));
    let scope = |row: usize| events.scope(table.scope.get(row));
    let sha = |row: u32| table.sha.get(row as usize);
    if a == b {
        return Ordering::Equal;
    }
    by(&|row| table.id.get(row))
        .then_with(|| by(&|row| table.version.get(row)))
        .then_with(|| if sha(a) == sha(b) { Ordering::Equal } else { sha(a).text(names).cmp(&sha(b).text(names)) })
        .then_with(|| by(&|row| scope(row).environment_but(production)))
        // A service and a repository may have the same name.
        .then_with(|| by(&|row| scope(row).service))
}

/// What was deployed: version, else commit.
pub(super) fn content(table: &DeploymentColumns, row: u32) -> (Symbol, Key) {
    let row = row as usize;
    let version = table.version.get(row);
    if version.is_none() { (version, table.sha.get(row)) } else { (version, Key::NONE) }
}

/// Leaves out deployments of what is live already, in the same environment.
fn drop_redeploys(events: &EventTable, rows: &mut Vec<(Lane, i64, u32)>) {
    let table = events.deployments();
    let production = events.production();
    let mut live: HashMap<(Lane, Symbol), (Symbol, Key)> = HashMap::new();
    rows.retain(|&(lane, _, row)| {
        let what = content(table, row);
        let environment = events.scope(table.scope.get(row as usize)).environment_but(production);
        let before = live.insert((lane, environment), what);
        what == (Symbol::NONE, Key::NONE) || before != Some(what)
    });
}
