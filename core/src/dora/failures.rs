//! Which deployments failed, how that was noticed, and when it was repaired.

use hashbrown::HashMap;

use super::line::{LineUp, NOWHERE, content};
use super::link::Links;
use super::plan::Plan;
use super::scopes::{Lane, Scopes};
use super::types::{Blame, IncidentScope};
use crate::facts::{EventTable, Key, KeyIndex, Symbol};

/// One failure of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Failure {
    /// The deployment's place in the line-up.
    pub(super) place: u32,
    /// When it was noticed, or where only its repair shows it, when that began.
    pub(super) noticed: i64,
    /// Whether somebody noticed it then, rather than its repair showing it.
    pub(super) detected: bool,
    /// When it was repaired; `i64::MAX` while it is not.
    pub(super) restored: i64,
    /// The incident's row, or [`NOWHERE`] for a failure that only its repair shows.
    pub(super) incident: u32,
}

/// An incident that no deployment is known to have caused.
#[derive(Debug, Clone)]
pub(super) struct Loose {
    pub(super) row: u32,
    /// Why; empty when the incident itself says that it has another cause.
    pub(super) reason: String,
}

/// The failures of the line-up.
#[derive(Debug, Default)]
pub(super) struct Failures {
    /// In order of place and time.
    pub(super) list: Vec<Failure>,
    pub(super) loose: Vec<Loose>,
    /// Incidents that began after `asOf`.
    pub(super) after: u64,
    /// By place: whether it is a rollback.
    pub(super) rollbacks: Vec<bool>,
    /// By place: whether it was made to repair something.
    pub(super) rework: Vec<bool>,
}

/// Not repaired yet.
pub(super) const OPEN: i64 = i64::MAX;

struct Finder<'a> {
    plan: &'a Plan,
    scopes: &'a Scopes,
    line: &'a LineUp,
    links: &'a Links,
    events: &'a EventTable,
    ids: KeyIndex,
    found: Failures,
}

impl Failures {
    pub(super) fn new(plan: &Plan, scopes: &Scopes, line: &LineUp, links: &Links, events: &EventTable) -> Self {
        let table = events.deployments();
        let mut ids = KeyIndex::default();
        if events.incidents().deployment.values().is_some() || table.remediates.values().is_some() {
            ids = KeyIndex::with_capacity(line.len());
            for (place, &row) in line.rows.iter().enumerate() {
                ids.insert(Key::of_symbol(table.id.get(row as usize)), place as u32);
            }
        }
        let mut finder = Finder { plan, scopes, line, links, events, ids, found: Self::default() };
        finder.found.rework = line
            .rows
            .iter()
            .map(|&row| table.is_rework(row as usize) || !table.remediates.get(row as usize).is_none())
            .collect();
        finder.incidents();
        if plan.rules.marks {
            finder.marks();
        }
        finder.rollbacks();
        if plan.rules.reverts {
            finder.reverts();
        }
        if plan.rules.hotfixes {
            finder.hotfixes();
        }
        let mut found = finder.found;
        found.list.retain(|failure| failure.noticed <= plan.as_of.micros());
        found.list.sort_unstable();
        found.list.dedup();
        found
    }
}

impl Finder<'_> {
    fn push(&mut self, place: u32, noticed: i64, restored: i64, incident: u32) {
        let detected = incident != NOWHERE;
        self.found.list.push(Failure { place, noticed, detected, restored, incident });
    }

    /// Incidents that name their deployment or commit, or began soon after a deployment of their service.
    fn incidents(&mut self) {
        let table = self.events.incidents();
        let by_commit = self.places_of((0..table.len()).map(|row| table.sha.get(row)));
        let everywhere = (self.plan.rules.incident_scope == IncidentScope::Everywhere).then(|| self.line.by_time());
        for row in 0..table.len() {
            let view = self.scopes.view(table.scope.get(row));
            if !view.kept || !view.counted {
                continue;
            }
            let Some(started) = table.started.get(row).time() else {
                self.loose(row, "its start is not known".into());
                continue;
            };
            if started > self.plan.as_of {
                self.found.after += 1;
                continue;
            }
            if table.has_other_cause(row) {
                self.loose(row, String::new());
                continue;
            }
            match self.cause(row, view.lane, started.micros(), &by_commit, everywhere.as_deref()) {
                Ok(place) => {
                    let closed = table.closed(row);
                    let restored = if closed.is_none() { OPEN } else { closed.micros() };
                    self.push(place, started.micros(), restored, row as u32);
                }
                Err(reason) => self.loose(row, reason),
            }
        }
    }

    fn loose(&mut self, row: usize, reason: String) {
        self.found.loose.push(Loose { row: row as u32, reason });
    }

    /// The deployment that caused an incident, or why there is none.
    fn cause(
        &self,
        row: usize,
        lane: Lane,
        started: i64,
        by_commit: &HashMap<Key, Vec<u32>>,
        everywhere: Option<&[u32]>,
    ) -> Result<u32, String> {
        let table = self.events.incidents();
        let names = self.events.names();
        let text = |symbol| crate::ground::text::excerpt(names.text(symbol));
        let named = table.deployment.get(row);
        let own = self.line.range(lane);
        if !named.is_none() {
            return self
                .line
                .first(&own, self.ids.get(Key::of_symbol(named)))
                .ok_or_else(|| format!("the deployment `{}` that it names is not among those counted", text(named)));
        }
        let sha = table.sha.get(row);
        if !sha.is_none() {
            return by_commit.get(&sha).and_then(|places| self.line.first(&own, places.iter().copied())).ok_or_else(
                || {
                    format!(
                        "the commit `{}` that it names was not deployed",
                        crate::ground::text::excerpt(&sha.text(names))
                    )
                },
            );
        }
        let last = match everywhere {
            Some(places) => {
                let after = places.partition_point(|&place| self.line.finished[place as usize] <= started);
                after.checked_sub(1).map(|index| places[index])
            }
            None if self.plan.rules.incident_scope == IncidentScope::Nowhere => {
                return Err("it names no deployment".into());
            }
            None if lane.is_none() => return Err("it names neither service nor deployment".into()),
            None if own.is_empty() => {
                return Err(format!("no deployment of `{}` is known", text(self.scopes.name(lane))));
            }
            None => self.line.last(lane, started),
        };
        let place = last.ok_or_else(|| "it began before the first deployment".to_owned())?;
        let limit = self.plan.rules.incident_limit;
        if limit.micros() > 0 && started - self.line.finished[place as usize] > limit.micros() {
            return Err(format!("the last deployment before it is more than {limit} old"));
        }
        Ok(place)
    }

    /// Deployments that somebody marked as failed.
    fn marks(&mut self) {
        let table = self.events.deployments();
        for place in 0..self.line.len() {
            let row = self.line.rows[place] as usize;
            if table.is_failed(row) {
                let finished = self.line.finished[place];
                let noticed = table.failed_at.get(row);
                let restored = table.restored_at.get(row);
                self.found.list.push(Failure {
                    place: place as u32,
                    noticed: if noticed.is_none() { finished } else { noticed.micros() },
                    detected: !noticed.is_none(),
                    restored: if restored.is_none() { OPEN } else { restored.micros() },
                    incident: NOWHERE,
                });
            }
        }
    }

    /// Deployments of a version that was live before: what came between has failed.
    fn rollbacks(&mut self) {
        self.found.rollbacks = vec![false; self.line.len()];
        let lanes: Vec<_> = self.line.ranges().collect();
        let production = self.events.production();
        for range in lanes {
            // An environment that lags behind another is not rolled back.
            let environment = |place: &u32| {
                let row = self.line.rows[*place as usize] as usize;
                self.events.scope(self.events.deployments().scope.get(row)).environment_but(production)
            };
            let mut places: Vec<u32> = (range.start as u32..range.end as u32).collect();
            places.sort_by_key(environment);
            for run in places.chunk_by(|a, b| environment(a) == environment(b)).map(<[u32]>::to_vec).collect::<Vec<_>>()
            {
                self.rollbacks_in(&run);
            }
        }
    }

    /// The rollbacks among the deployments of one service to one environment.
    fn rollbacks_in(&mut self, places: &[u32]) {
        let table = self.events.deployments();
        let contents: Vec<_> = places.iter().map(|&place| content(table, self.line.rows[place as usize])).collect();
        let mut last_of: HashMap<(Symbol, Key), usize> = HashMap::new();
        for (at, &place) in places.iter().enumerate() {
            let what = contents[at];
            let known = what != (Symbol::NONE, Key::NONE);
            let target = if known { last_of.insert(what, at) } else { None };
            let back = target.filter(|&target| contents[target + 1..at].iter().any(|between| *between != what));
            if back.is_none() && !table.is_rollback(self.line.rows[place as usize] as usize) {
                continue;
            }
            self.found.rollbacks[place as usize] = true;
            if !self.plan.rules.rollbacks || at == 0 {
                continue;
            }
            let blamed = match (self.plan.rules.blame, back) {
                (Blame::FirstAfterTarget, Some(target)) => target + 1,
                _ => at - 1,
            };
            self.push(places[blamed], self.line.began(place as usize), self.line.finished[place as usize], NOWHERE);
        }
    }

    /// Changes taken back after they shipped: the deployment that shipped them has failed.
    fn reverts(&mut self) {
        let changes = self.events.changes();
        let Some(reverts) = changes.reverts.values() else { return };
        let targets = self.places_of(reverts.iter().copied());
        for (row, key) in reverts.iter().enumerate() {
            let Some(shipped) = targets.get(key).filter(|_| !key.is_none()) else { continue };
            let own = self.line.range(self.scopes.view(changes.scope.get(row)).lane);
            let Some(failed) = self.line.first(&own, shipped.iter().copied()) else { continue };
            if self.events.deployments().is_baseline(self.line.rows[failed as usize] as usize) {
                continue;
            }
            let live = self.line.finished[failed as usize];
            let fixed = self.links.places[row];
            // A revert that waits for its deployment leaves the failure open.
            let restored = if fixed == NOWHERE { OPEN } else { self.line.finished[fixed as usize] };
            // Shipped together with its revert, it never reached anybody.
            if live < restored {
                let noticed = changes.committed.get(row).or(changes.merged.get(row));
                let noticed = if noticed.is_none() { restored } else { noticed.micros().max(live).min(restored) };
                self.push(failed, noticed, restored, NOWHERE);
            }
        }
    }

    /// Unplanned repairs: what they repair has failed; where they do not say what, the deployment before them has,
    /// unless a failure of the service was open anyway.
    fn hotfixes(&mut self) {
        let table = self.events.deployments();
        self.found.list.sort_unstable();
        let known = self.found.list.clone();
        for place in 0..self.line.len() {
            if !self.found.rework[place] {
                continue;
            }
            let row = self.line.rows[place] as usize;
            let (began, finished) = (self.line.began(place), self.line.finished[place]);
            let target = table.remediates.get(row);
            if !target.is_none() {
                let own = self.line.range(self.line.lane_of(place as u32));
                let before =
                    |&failed: &u32| self.line.finished[failed as usize] <= finished && failed as usize != place;
                // Otherwise it names an incident, which speaks for itself.
                if let Some(failed) = self.line.first(&own, self.ids.get(Key::of_symbol(target)).filter(before)) {
                    self.push(failed, began.max(self.line.finished[failed as usize]), finished, NOWHERE);
                }
                continue;
            }
            let range = self.line.range(self.line.lane_of(place as u32));
            if place == range.start {
                continue;
            }
            let from = known.partition_point(|failure| (failure.place as usize) < range.start);
            let open = known[from..]
                .iter()
                .take_while(|failure| (failure.place as usize) < place)
                .any(|failure| failure.noticed <= finished && failure.restored >= self.line.finished[place - 1]);
            if !open {
                self.push(place as u32 - 1, began, finished, NOWHERE);
            }
        }
    }

    /// Where the changes with these keys were shipped: one pass over all changes.
    fn places_of(&self, keys: impl Iterator<Item = Key>) -> HashMap<Key, Vec<u32>> {
        let mut wanted: HashMap<Key, Vec<u32>> =
            keys.filter(|key| !key.is_none()).map(|key| (key, Vec::new())).collect();
        if wanted.is_empty() {
            return wanted;
        }
        let changes = self.events.changes();
        for row in 0..changes.len() {
            let place = self.links.places[row];
            if place != NOWHERE
                && let Some(places) = wanted.get_mut(&changes.key.get(row))
            {
                places.push(place);
            }
        }
        wanted
    }
}
