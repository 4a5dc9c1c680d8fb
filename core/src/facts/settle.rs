//! Several records of one thing become one row, whatever order they came in.
//!
//! Every rule takes the earlier, the later or the union of two records, so that merging is the same in any order and
//! a record that comes twice changes nothing.

use std::hash::{BuildHasher as _, Hash};

use hashbrown::DefaultHashBuilder;

use super::columns::{ChangeRow, DeploymentRow, IncidentRow, PullRequestRow, flag};
use super::duplicates;
use super::intern::{Interner, Symbol};
use super::key::Key;
use super::table::{EventTable, Settled};

impl EventTable {
    /// Merges the records of each thing into one row: duplicates, updates and late arrivals change no number.
    ///
    /// Calls are cheap when nothing was added since the last. A room that is handed an unsettled table settles a copy.
    pub fn settle(&mut self) -> Settled {
        if self.dirty {
            self.settle_changes();
            self.settle_deployments();
            self.settle_pull_requests();
            self.settle_incidents();
            self.settle_advice();
            self.dirty = false;
        }
        self.merged
    }

    /// Whether [`EventTable::settle`] has nothing to do.
    pub fn is_settled(&self) -> bool {
        !self.dirty
    }

    fn settle_changes(&mut self) {
        let Some(keys) = self.changes.key.values() else { return };
        let service = |row: usize| self.scope(self.changes.scope.get(row)).service;
        let hash = |row: usize| keys.get(row).filter(|key| !key.is_none()).map(|key| key.bits());
        let same = |a: usize, b: usize| keys.get(a) == keys.get(b) && service(a) == service(b);
        let pairs = duplicates::find(self.changes.len(), hash, same);
        for &(first, again) in &pairs {
            let (a, b) = (self.changes.row(first as usize), self.changes.row(again as usize));
            let merged = merge_change(&self.names, &self.scopes, &a, &b);
            self.changes.set(first as usize, &merged);
        }
        if !pairs.is_empty() {
            self.merged.changes += pairs.len() as u64;
            self.changes.retain(&kept(self.changes.len(), &pairs));
        }
    }

    fn settle_deployments(&mut self) {
        let production = self.production();
        let pairs = self.pairs(self.deployments.len(), |table, row| {
            let row = table.deployments.row(row);
            let scope = table.scope(row.scope);
            let place = (scope.service, scope.repository_without_service(), scope.environment_but(production));
            Some(if row.id.is_none() {
                (place, Symbol::NONE, row.version, row.sha, row.finished.micros())
            } else {
                (place, row.id, Symbol::NONE, Key::NONE, 0)
            })
        });
        for &(first, again) in &pairs {
            let (a, b) = (self.deployments.row(first as usize), self.deployments.row(again as usize));
            let merged = merge_deployment(&self.names, &self.scopes, &a, &b);
            self.deployments.set(first as usize, &merged);
        }
        if !pairs.is_empty() {
            self.merged.deployments += pairs.len() as u64;
            let keep = kept(self.deployments.len(), &pairs);
            if !self.shipped.is_empty() {
                let targets = targets(&keep, &pairs);
                for (row, _) in &mut self.shipped {
                    *row = targets[*row as usize];
                }
            }
            self.deployments.retain(&keep);
        }
        self.shipped.sort_unstable();
        self.shipped.dedup();
    }

    fn settle_pull_requests(&mut self) {
        let pairs = self.pairs(self.pull_requests.len(), |table, row| {
            let row = table.pull_requests.row(row);
            let merge_sha = if row.id.is_none() { row.merge_sha } else { Key::NONE };
            let named = !row.id.is_none() || !row.merge_sha.is_none();
            named.then(|| (row.id, merge_sha, table.scope(row.scope).repository))
        });
        for &(first, again) in &pairs {
            let (a, b) = (self.pull_requests.row(first as usize), self.pull_requests.row(again as usize));
            let merged = merge_pull_request(&self.names, &self.scopes, &a, &b);
            self.pull_requests.set(first as usize, &merged);
        }
        if !pairs.is_empty() {
            self.merged.pull_requests += pairs.len() as u64;
            self.pull_requests.retain(&kept(self.pull_requests.len(), &pairs));
        }
    }

    fn settle_incidents(&mut self) {
        let pairs = self.pairs(self.incidents.len(), |table, row| {
            let row = table.incidents.row(row);
            let started = if row.id.is_none() { row.started.micros() } else { 0 };
            Some((row.id, table.scope(row.scope).service, started, row.deployment_if_unnamed()))
        });
        for &(first, again) in &pairs {
            let (a, b) = (self.incidents.row(first as usize), self.incidents.row(again as usize));
            let merged = merge_incident(&self.names, &self.scopes, &a, &b);
            self.incidents.set(first as usize, &merged);
        }
        if !pairs.is_empty() {
            self.merged.incidents += pairs.len() as u64;
            self.incidents.retain(&kept(self.incidents.len(), &pairs));
        }
    }

    /// Rows with the same identity: the first, and one that is the same again. Merging may change what an identity is
    /// made of, so it waits until all are found.
    fn pairs<I: Hash + PartialEq>(&self, rows: usize, identity: impl Fn(&Self, usize) -> Option<I>) -> Vec<(u32, u32)> {
        let hasher = DefaultHashBuilder::default();
        let hash = |row: usize| identity(self, row).map(|identity| hasher.hash_one(identity));
        duplicates::find(rows, hash, |a, b| identity(self, a) == identity(self, b))
    }
}

/// Which rows stay: not those that are another again.
fn kept(rows: usize, pairs: &[(u32, u32)]) -> Vec<bool> {
    let mut keep = vec![true; rows];
    for &(_, again) in pairs {
        keep[again as usize] = false;
    }
    keep
}

/// Where each row stands once those that are another again are gone.
fn targets(keep: &[bool], pairs: &[(u32, u32)]) -> Vec<u32> {
    let mut target: Vec<u32> = keep
        .iter()
        .scan(0, |place, &keep| {
            let here = *place;
            *place += u32::from(keep);
            Some(here)
        })
        .collect();
    for &(first, again) in pairs {
        target[again as usize] = target[first as usize];
    }
    target
}

impl super::scopes::Scope {
    /// Without a service, the repository tells deployments apart.
    fn repository_without_service(self) -> Symbol {
        if self.service.is_none() { self.repository } else { Symbol::NONE }
    }
}

impl IncidentRow {
    fn deployment_if_unnamed(&self) -> Symbol {
        if self.id.is_none() { self.deployment } else { Symbol::NONE }
    }
}

/// The given one of two texts; of two given, the first in the alphabet, because symbols depend on arrival.
fn pick(names: &Interner, a: Symbol, b: Symbol) -> Symbol {
    match (a.is_none(), b.is_none()) {
        (true, _) => b,
        (_, true) => a,
        _ if names.text(b) < names.text(a) => b,
        _ => a,
    }
}

fn pick_key(names: &Interner, a: Key, b: Key) -> Key {
    match (a.is_none(), b.is_none()) {
        (true, _) => b,
        (_, true) => a,
        _ if a != b && b.text(names) < a.text(names) => b,
        _ => a,
    }
}

/// The scope that says more; of two that say as much, the first in the alphabet.
fn pick_scope(names: &Interner, scopes: &[super::scopes::Scope], a: u32, b: u32) -> u32 {
    if a == b {
        return a;
    }
    let rank = |index: u32| {
        let scope = scopes.get(index as usize).copied().unwrap_or_default();
        let parts = [scope.team, scope.repository, scope.labels, scope.environment, scope.service];
        (parts.iter().filter(|part| part.is_none()).count(), parts.map(|part| names.text(part)))
    };
    if rank(b) < rank(a) { b } else { a }
}

fn merge_change(names: &Interner, scopes: &[super::scopes::Scope], a: &ChangeRow, b: &ChangeRow) -> ChangeRow {
    ChangeRow {
        key: a.key,
        scope: pick_scope(names, scopes, a.scope, b.scope),
        committed: a.committed.earliest(b.committed),
        merged: a.merged.earliest(b.merged),
        authored: a.authored.earliest(b.authored),
        deployment: pick(names, a.deployment, b.deployment),
        flags: a.flags | b.flags,
        reverts: pick_key(names, a.reverts, b.reverts),
        copy_of: pick_key(names, a.copy_of, b.copy_of),
    }
}

/// A success at any time makes it a success, at the earliest of them; otherwise its last end counts.
fn merge_deployment(
    names: &Interner,
    scopes: &[super::scopes::Scope],
    a: &DeploymentRow,
    b: &DeploymentRow,
) -> DeploymentRow {
    const ENDED_BADLY: u8 = flag::FAILURE | flag::CANCELLED;
    let ends = |row: &DeploymentRow| !row.finished.is_none();
    let good = |row: &DeploymentRow| ends(row) && row.flags & ENDED_BADLY == 0;
    let (finished, status) = match (good(a), good(b)) {
        (true, true) => (a.finished.earliest(b.finished), 0),
        (true, false) => (a.finished, 0),
        (false, true) => (b.finished, 0),
        (false, false) => {
            let last = if b.finished > a.finished { b } else { a };
            let tied = a.finished == b.finished;
            (last.finished, if tied { (a.flags | b.flags) & ENDED_BADLY } else { last.flags & ENDED_BADLY })
        }
    };
    DeploymentRow {
        id: a.id,
        scope: pick_scope(names, scopes, a.scope, b.scope),
        version: pick(names, a.version, b.version),
        sha: pick_key(names, a.sha, b.sha),
        started: a.started.earliest(b.started),
        finished,
        flags: (a.flags | b.flags) & !ENDED_BADLY | status,
        remediates: pick(names, a.remediates, b.remediates),
        failed_at: a.failed_at.earliest(b.failed_at),
        restored_at: a.restored_at.earliest(b.restored_at),
        origin: a.origin,
    }
}

fn merge_pull_request(
    names: &Interner,
    scopes: &[super::scopes::Scope],
    a: &PullRequestRow,
    b: &PullRequestRow,
) -> PullRequestRow {
    PullRequestRow {
        id: a.id,
        scope: pick_scope(names, scopes, a.scope, b.scope),
        merge_sha: pick_key(names, a.merge_sha, b.merge_sha),
        deployment: pick(names, a.deployment, b.deployment),
        first_commit: a.first_commit.earliest(b.first_commit),
        opened: a.opened.earliest(b.opened),
        first_review: a.first_review.earliest(b.first_review),
        approved: a.approved.earliest(b.approved),
        merged: a.merged.earliest(b.merged),
    }
}

fn merge_incident(names: &Interner, scopes: &[super::scopes::Scope], a: &IncidentRow, b: &IncidentRow) -> IncidentRow {
    IncidentRow {
        id: a.id,
        scope: pick_scope(names, scopes, a.scope, b.scope),
        started: a.started.earliest(b.started),
        resolved: a.resolved.latest(b.resolved),
        reopened: a.reopened.latest(b.reopened),
        deployment: pick(names, a.deployment, b.deployment),
        sha: pick_key(names, a.sha, b.sha),
        severity: pick(names, a.severity, b.severity),
        flags: a.flags | b.flags,
        origin: a.origin,
    }
}
