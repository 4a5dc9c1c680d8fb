//! Who owns what, and since when: team and service of rows that do not name them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::columns::Stamp;
use super::intern::Symbol;
use super::readers::code_owners::CodeOwners;
use super::scopes::Scope;
use super::table::EventTable;
use crate::ground::time::Time;

/// One thing and its owner, from a moment on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owned {
    /// The repository, such as `acme/shop`.
    pub repository: Option<String>,
    /// The folder in that repository, without slashes at its ends; empty or absent for all of it.
    pub path: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// The team.
    pub team: Option<String>,
    /// The system (or product) that the service belongs to; becomes the label `system`.
    pub system: Option<String>,
    /// From when on; absent means always.
    pub valid_from: Option<Time>,
}

/// Which team goes before the other when a row names one and its owner is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Precedence {
    /// The one that the row names.
    #[default]
    Row,
    /// The owner.
    Owner,
}

/// Who owns what: see [`Ownership::read`] for where it comes from.
///
/// # Definition
/// A row that names a service belongs to the entry of that service; one that names only a repository, to the entry of
/// that repository. Of several entries for the same thing the one counts that was the latest to become valid at the
/// row's own time (when it ended, was merged, was opened or began), so that a reorganisation does not rewrite history.
/// Where an entry has no team, the repository's `CODEOWNERS` gives it for the entry's folder. Nothing is guessed: two
/// entries that contradict each other leave the row as it is and are counted.
///
/// # Example
///
/// ```
/// use truenorth::facts::{Deployment, Event, EventTable, Ownership};
/// use truenorth::ground::time::Time;
/// let mut ownership = Ownership::default();
/// ownership.read("owners.csv", b"repository,service,team,validFrom\n\
///     acme/shop,shop,blue,\nacme/shop,shop,green,2025-03-01\n", None, None)?;
/// let mut events = EventTable::new();
/// for finished_at in ["2025-02-28T12:00:00Z", "2025-03-01T12:00:00Z"] {
///     events.push(&Event::Deployment(Deployment {
///         service: Some("shop".into()),
///         finished_at: Some(Time::parse(finished_at)?),
///         ..Deployment::default()
///     }))?;
/// }
/// assert_eq!(events.apply_ownership(&ownership).owned, 2);
/// let teams: Vec<&str> = (0..2)
///     .map(|row| events.names().text(events.scope(events.deployments().scope.get(row)).team))
///     .collect();
/// assert_eq!(teams, ["blue", "green"]);
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Ownership {
    /// Which team goes before the other.
    pub precedence: Precedence,
    entries: Vec<Owned>,
    by_service: BTreeMap<String, Vec<usize>>,
    by_repository: BTreeMap<String, Vec<usize>>,
    code_owners: BTreeMap<String, Vec<(Option<Time>, CodeOwners)>>,
    /// What was read and is of no use here, with how often it came.
    pub notes: BTreeMap<String, u64>,
}

/// What [`EventTable::apply_ownership`] did; every row is counted in one of the first four.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Assigned {
    /// Rows that have a team now and agree with their owner.
    pub owned: u64,
    /// Rows without a known owner.
    pub unowned: u64,
    /// Rows that name another team than their owner.
    pub conflicts: u64,
    /// Rows whose owners contradict each other, or whose repository holds services of several teams.
    pub ambiguous: u64,
    /// The services (or repositories) without a known owner, with their rows.
    pub unowned_names: BTreeMap<String, u64>,
    /// The services (or repositories) in conflict or ambiguous, with their rows.
    pub conflict_names: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Owned,
    Unowned,
    Conflict,
    Ambiguous,
}

/// The scopes that rows of one scope get, by time.
type Plan = Vec<(Stamp, u32, State)>;

#[derive(Debug, Default)]
struct Found<'o> {
    service: Option<&'o str>,
    team: Option<&'o str>,
    system: Option<&'o str>,
    ambiguous: bool,
}

impl Ownership {
    /// Adds an entry.
    pub fn add(&mut self, entry: Owned) {
        let index = self.entries.len();
        if let Some(service) = &entry.service {
            self.by_service.entry(service.to_lowercase()).or_default().push(index);
        }
        if let Some(repository) = &entry.repository {
            self.by_repository.entry(repository.to_lowercase()).or_default().push(index);
        }
        self.entries.push(entry);
    }

    /// Adds the `CODEOWNERS` of a repository, valid from a moment on.
    pub fn add_code_owners(&mut self, repository: &str, code_owners: CodeOwners, valid_from: Option<Time>) {
        self.code_owners.entry(repository.to_lowercase()).or_default().push((valid_from, code_owners));
    }

    /// How many entries there are, `CODEOWNERS` not counted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.code_owners.is_empty()
    }

    pub(super) fn note(&mut self, sentence: &str) {
        *self.notes.entry(sentence.to_owned()).or_default() += 1;
    }

    /// The entries that a row with this service and repository may belong to.
    fn candidates(&self, service: &str, repository: &str) -> Vec<&Owned> {
        let indexes = if service.is_empty() {
            self.by_repository.get(&repository.to_lowercase())
        } else {
            self.by_service.get(&service.to_lowercase())
        };
        let entries = indexes.into_iter().flatten().filter_map(|&index| self.entries.get(index));
        // A service of the same name in another repository is another service.
        let elsewhere = |entry: &Owned| {
            let named = entry.repository.as_deref().unwrap_or_default();
            !repository.is_empty() && !named.is_empty() && !named.eq_ignore_ascii_case(repository)
        };
        entries.filter(|entry| !elsewhere(entry)).collect()
    }

    /// The moments at which the owner of such rows may change.
    fn moments(&self, service: &str, repository: &str) -> Vec<Stamp> {
        let candidates = self.candidates(service, repository);
        let mut moments = vec![Stamp::NONE];
        moments.extend(candidates.iter().map(|entry| Stamp::from(entry.valid_from)));
        let repositories = candidates.iter().filter_map(|entry| entry.repository.as_deref()).chain([repository]);
        for name in repositories {
            let files = self.code_owners.get(&name.to_lowercase());
            moments.extend(files.into_iter().flatten().map(|(from, _)| Stamp::from(*from)));
        }
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// Who owns such rows at a moment; [`Stamp::NONE`] is before all that is dated.
    fn find(&self, service: &str, repository: &str, at: Stamp) -> Found<'_> {
        let mut candidates = self.candidates(service, repository);
        candidates.retain(|entry| Stamp::from(entry.valid_from) <= at);
        // Of each thing, what became valid last.
        let thing = |entry: &Owned| {
            let lower = |text: &Option<String>| text.as_deref().unwrap_or_default().to_lowercase();
            (lower(&entry.repository), lower(&entry.path), lower(&entry.service))
        };
        let mut latest: BTreeMap<_, Vec<&Owned>> = BTreeMap::new();
        for entry in candidates {
            let known = latest.entry(thing(entry)).or_default();
            match known.first().map(|first| first.valid_from.cmp(&entry.valid_from)) {
                Some(std::cmp::Ordering::Greater) => {}
                Some(std::cmp::Ordering::Less) => *known = vec![entry],
                _ => known.push(entry),
            }
        }
        let current: Vec<&Owned> = latest.into_values().flatten().collect();
        let mut found = Found::default();
        let Some(first) = current.first() else {
            found.team = self.team_of_path(repository, "", at);
            return found;
        };
        let team = |entry: &Owned| -> Option<&str> {
            // Lives as long as the ownership, so looked up there.
            let repository = entry.repository.as_deref().unwrap_or(repository);
            self.team_of_path(repository, entry.path.as_deref().unwrap_or_default(), at)
        };
        let teams: Vec<Option<&str>> =
            current.iter().map(|entry| entry.team.as_deref().or_else(|| team(entry))).collect();
        if same(teams.iter().copied()) {
            found.team = teams.first().copied().flatten();
        } else {
            found.ambiguous = true;
        }
        if same(current.iter().map(|entry| entry.service.as_deref())) {
            found.service = first.service.as_deref();
        }
        if same(current.iter().map(|entry| entry.system.as_deref())) {
            found.system = first.system.as_deref();
        }
        found
    }

    fn team_of_path(&self, repository: &str, path: &str, at: Stamp) -> Option<&str> {
        let files = self.code_owners.get(&repository.to_lowercase())?;
        let valid = files.iter().filter(|(from, _)| Stamp::from(*from) <= at);
        valid.max_by_key(|(from, _)| Stamp::from(*from)).and_then(|(_, file)| file.team_of(path))
    }
}

impl EventTable {
    /// Gives rows the team and service of their owner at their own time, and settles the table.
    ///
    /// A row keeps the service that it names; which team goes before the other says [`Ownership::precedence`].
    pub fn apply_ownership(&mut self, ownership: &Ownership) -> Assigned {
        self.settle();
        let mut plans: Vec<Plan> = Vec::with_capacity(self.scopes.len());
        for index in 0..self.scopes.len() {
            plans.push(self.plan(self.scope(index as u32), ownership));
        }
        let mut assigned = Assigned::default();
        let mut tallies = vec![[0u64; 2]; plans.len()];
        let mut assign = |scope: u32, at: Stamp| -> u32 {
            let plan = plans.get(scope as usize).map(Vec::as_slice).unwrap_or_default();
            // A row without a time belongs to whoever owns it last.
            let at = if at.is_none() { Stamp::from(Time::saturating(i64::MAX)) } else { at };
            let next = plan.partition_point(|(from, ..)| *from <= at);
            let Some(&(_, to, state)) = next.checked_sub(1).and_then(|index| plan.get(index)) else { return scope };
            let tally = match state {
                State::Owned => &mut assigned.owned,
                State::Unowned => &mut assigned.unowned,
                State::Conflict => &mut assigned.conflicts,
                State::Ambiguous => &mut assigned.ambiguous,
            };
            *tally += 1;
            if let (Some([unowned, conflict]), true) = (tallies.get_mut(scope as usize), state != State::Owned) {
                *(if state == State::Unowned { unowned } else { conflict }) += 1;
            }
            to
        };
        for row in 0..self.changes.len() {
            let at =
                self.changes.merged.get(row).or(self.changes.committed.get(row)).or(self.changes.authored.get(row));
            self.changes.scope.set(row, assign(self.changes.scope.get(row), at));
        }
        for row in 0..self.deployments.len() {
            let at = self.deployments.finished.get(row).or(self.deployments.started.get(row));
            self.deployments.scope.set(row, assign(self.deployments.scope.get(row), at));
        }
        for row in 0..self.pull_requests.len() {
            let at = self.pull_requests.merged.get(row).or(self.pull_requests.opened.get(row));
            self.pull_requests.scope.set(row, assign(self.pull_requests.scope.get(row), at));
        }
        for row in 0..self.incidents.len() {
            let at = self.incidents.started.get(row).or(self.incidents.resolved.get(row));
            self.incidents.scope.set(row, assign(self.incidents.scope.get(row), at));
        }
        for (index, [unowned, conflict]) in tallies.into_iter().enumerate() {
            let scope = self.scope(index as u32);
            let named = self.names.given(scope.service).or(self.names.given(scope.repository)).unwrap_or("(unnamed)");
            for (count, names) in [(unowned, &mut assigned.unowned_names), (conflict, &mut assigned.conflict_names)] {
                if count > 0 {
                    *names.entry(named.to_owned()).or_default() += count;
                }
            }
        }
        // A service that is known now may show that two records are of one thing.
        self.dirty = true;
        self.settle();
        assigned
    }

    fn plan(&mut self, scope: Scope, ownership: &Ownership) -> Plan {
        let (service, repository) =
            (self.names.text(scope.service).to_owned(), self.names.text(scope.repository).to_owned());
        let mut plan = Plan::new();
        for from in ownership.moments(&service, &repository) {
            let found = ownership.find(&service, &repository, from);
            let own = self.names.given(scope.team);
            let conflict = own.is_some() && found.team.is_some_and(|team| own != Some(team));
            let state = match (found.ambiguous, conflict, own.or(found.team)) {
                (true, ..) => State::Ambiguous,
                (_, true, _) => State::Conflict,
                (.., None) => State::Unowned,
                _ => State::Owned,
            };
            let owner_first = ownership.precedence == Precedence::Owner;
            let team = found.team.filter(|_| owner_first || own.is_none()).map(str::to_owned);
            let mut to = scope;
            if let Some(team) = team {
                to.team = self.names.intern(&team);
            }
            if let (true, Some(name)) = (scope.service.is_none(), found.service) {
                to.service = self.names.intern(name);
            }
            if let Some(system) = found.system {
                to.labels = self.with_label(scope.labels, "system", system);
            }
            let to = self.intern_scope(to);
            plan.push((from, to, state));
        }
        plan
    }

    /// Labels with one more, unless it is there.
    fn with_label(&mut self, labels: Symbol, name: &str, value: &str) -> Symbol {
        let text = self.names.text(labels);
        let mut pairs: BTreeMap<&str, &str> =
            text.split('\u{1e}').filter_map(|pair| pair.split_once('\u{1f}')).collect();
        pairs.entry(name).or_insert(value);
        let joined: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}\u{1f}{value}")).collect();
        self.names.intern(&joined.join("\u{1e}"))
    }
}

/// Whether all values are the same.
fn same<'v>(mut values: impl Iterator<Item = Option<&'v str>>) -> bool {
    let first = values.next();
    values.all(|value| Some(value) == first)
}

#[cfg(test)]
#[path = "ownership_tests.rs"]
mod tests;
