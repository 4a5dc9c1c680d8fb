//! Several records of one thing become one row, whatever order they came in.
//!
//! Every rule takes the earlier, the later or the union of two records, so that merging is the same in any order and
//! a record that comes twice changes nothing.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::columns::{ChangeRow, DeploymentRow, IncidentRow, PullRequestRow, flag};
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
            self.dirty = false;
        }
        self.merged
    }

    /// Whether [`EventTable::settle`] has nothing to do.
    pub fn is_settled(&self) -> bool {
        !self.dirty
    }

    /// Changes are many: they are cut into parts by key, each small enough for the processor's cache.
    fn settle_changes(&mut self) {
        const ROWS_A_PART: usize = 16_384;
        let rows = self.changes.len();
        let Some(keys) = self.changes.key.values() else { return };
        let parts = (rows / ROWS_A_PART + 1).next_power_of_two();
        let shift = 64 - parts.trailing_zeros();
        let part = |key: Key| if parts == 1 { 0 } else { (key.bits() >> shift) as usize };
        let mut starts = vec![0u32; parts + 1];
        for &key in keys {
            starts[part(key) + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut order = vec![0u32; rows];
        let mut next = starts.clone();
        for (row, &key) in keys.iter().enumerate() {
            let slot = &mut next[part(key)];
            order[*slot as usize] = row as u32;
            *slot += 1;
        }
        drop(next);

        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut seen: HashTable<u32> = HashTable::new();
        for bounds in starts.windows(2) {
            seen.clear();
            for &row in &order[bounds[0] as usize..bounds[1] as usize] {
                let key = keys[row as usize];
                if key.is_none() {
                    continue;
                }
                let service = self.scope(self.changes.scope.get(row as usize)).service;
                let same = |&other: &u32| {
                    keys[other as usize] == key && self.scope(self.changes.scope.get(other as usize)).service == service
                };
                match seen.find(key.bits(), same) {
                    Some(&first) => pairs.push((first, row)),
                    None => {
                        seen.insert_unique(key.bits(), row, |&row| keys[row as usize].bits());
                    }
                }
            }
        }
        drop(order);
        if pairs.is_empty() {
            return;
        }
        let mut keep = vec![true; rows];
        for (first, again) in pairs {
            let (a, b) = (self.changes.row(first as usize), self.changes.row(again as usize));
            let merged = merge_change(&self.names, &self.scopes, &a, &b);
            self.changes.set(first as usize, &merged);
            keep[again as usize] = false;
            self.merged.changes += 1;
        }
        self.changes.retain(&keep);
    }

    fn settle_deployments(&mut self) {
        let rows = self.deployments.len();
        let identity = |table: &Self, row: usize| {
            let row = table.deployments.row(row);
            let scope = table.scope(row.scope);
            let place = (scope.service, scope.repository_without_service(), scope.environment);
            if row.id.is_none() {
                (place, Symbol::NONE, row.version, row.sha, row.finished.micros())
            } else {
                (place, row.id, Symbol::NONE, Key::NONE, 0)
            }
        };
        let (keep, target) = self.group(
            rows,
            identity,
            |_, _| true,
            |table, first, again| {
                let (a, b) = (table.deployments.row(first), table.deployments.row(again));
                let merged = merge_deployment(&table.names, &table.scopes, &a, &b);
                table.deployments.set(first, &merged);
                table.merged.deployments += 1;
            },
        );
        for (row, _) in &mut self.shipped {
            *row = target.get(*row as usize).copied().unwrap_or_default();
        }
        self.shipped.sort_unstable();
        self.shipped.dedup();
        self.deployments.retain(&keep);
    }

    fn settle_pull_requests(&mut self) {
        let identity = |table: &Self, row: usize| {
            let row = table.pull_requests.row(row);
            let scope = table.scope(row.scope);
            (row.id, if row.id.is_none() { row.merge_sha } else { Key::NONE }, scope.repository)
        };
        let named = |table: &Self, row: usize| {
            let row = table.pull_requests.row(row);
            !row.id.is_none() || !row.merge_sha.is_none()
        };
        let (keep, _) = self.group(self.pull_requests.len(), identity, named, |table, first, again| {
            let (a, b) = (table.pull_requests.row(first), table.pull_requests.row(again));
            let merged = merge_pull_request(&table.names, &table.scopes, &a, &b);
            table.pull_requests.set(first, &merged);
            table.merged.pull_requests += 1;
        });
        self.pull_requests.retain(&keep);
    }

    fn settle_incidents(&mut self) {
        let identity = |table: &Self, row: usize| {
            let row = table.incidents.row(row);
            let scope = table.scope(row.scope);
            (
                row.id,
                scope.service,
                if row.id.is_none() { row.started.micros() } else { 0 },
                row.deployment_if_unnamed(),
            )
        };
        let (keep, _) = self.group(
            self.incidents.len(),
            identity,
            |_, _| true,
            |table, first, again| {
                let (a, b) = (table.incidents.row(first), table.incidents.row(again));
                let merged = merge_incident(&table.names, &table.scopes, &a, &b);
                table.incidents.set(first, &merged);
                table.merged.incidents += 1;
            },
        );
        self.incidents.retain(&keep);
    }

    /// Finds rows with the same identity, merges each into the first, and says which rows stay and where each went.
    fn group<I: std::hash::Hash + PartialEq>(
        &mut self,
        rows: usize,
        identity: impl Fn(&Self, usize) -> I,
        named: impl Fn(&Self, usize) -> bool,
        mut merge: impl FnMut(&mut Self, usize, usize),
    ) -> (Vec<bool>, Vec<u32>) {
        let hasher = DefaultHashBuilder::default();
        let mut seen: HashTable<u32> = HashTable::new();
        let mut keep = vec![true; rows];
        let mut first_of: Vec<u32> = (0..rows as u32).collect();
        for row in 0..rows {
            if !named(self, row) {
                continue;
            }
            let id = identity(self, row);
            let hash = hasher.hash_one(&id);
            match seen.find(hash, |&other| identity(self, other as usize) == id) {
                Some(&first) => {
                    keep[row] = false;
                    first_of[row] = first;
                }
                None => {
                    seen.insert_unique(hash, row as u32, |&row| hasher.hash_one(identity(self, row as usize)));
                }
            }
        }
        // Merging may change what an identity is made of, so it waits until all are found.
        for row in 0..rows {
            if !keep[row] {
                merge(self, first_of[row] as usize, row);
            }
        }
        let mut place = 0;
        let mut target = vec![0u32; rows];
        for row in 0..rows {
            if keep[row] {
                target[row] = place;
                place += 1;
            } else {
                target[row] = target[first_of[row] as usize];
            }
        }
        (keep, target)
    }
}

impl super::table::Scope {
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
fn pick_scope(names: &Interner, scopes: &[super::table::Scope], a: u32, b: u32) -> u32 {
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

fn merge_change(names: &Interner, scopes: &[super::table::Scope], a: &ChangeRow, b: &ChangeRow) -> ChangeRow {
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
    scopes: &[super::table::Scope],
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
    scopes: &[super::table::Scope],
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

fn merge_incident(names: &Interner, scopes: &[super::table::Scope], a: &IncidentRow, b: &IncidentRow) -> IncidentRow {
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
