//! Which deployment shipped each change.

use std::cmp::Ordering;
use std::ops::Range;

use hashbrown::{HashMap, HashSet};

use super::by_service;
use super::line::{LineUp, NOWHERE};
use super::plan::Plan;
use super::scopes::{Lane, Scopes};
use super::types::{ChangeLink, Copies};
use crate::facts::{EventTable, Key, KeyIndex, Symbol};

/// The place, in the line-up, of the deployment that shipped each change.
#[derive(Debug)]
pub(super) struct Links {
    /// By row of the changes: a place, or [`NOWHERE`].
    pub(super) places: Vec<u32>,
    /// By row: whether somebody said so, rather than time telling it.
    explicit: Option<Vec<bool>>,
}

impl Links {
    /// Whether a source named the deployment of a change.
    pub(super) fn is_explicit(&self, row: usize) -> bool {
        self.explicit.as_ref().is_some_and(|explicit| explicit.get(row).copied().unwrap_or_default())
    }

    pub(super) fn new(plan: &Plan, scopes: &Scopes, line: &LineUp, events: &EventTable) -> Self {
        let changes = events.changes();
        let rule = plan.rules.change_link;
        let named = Named::new(line, events, rule);
        let only_named = matches!(rule, ChangeLink::Explicit | ChangeLink::HeadOnly);
        let repositories = repositories(line, events, scopes);
        let telling = telling(scopes, line, events, rule);
        let first_copies = plan.rules.copies == Copies::First;
        let mut links = Self { places: vec![NOWHERE; changes.len()], explicit: None };
        let (mut everything, mut copied) = (None, Vec::new());
        by_service::changes(scopes, line, events, |scope, rows| {
            let view = scopes.view(scope);
            let own = line.at_hand(view.lane, rows.len(), &mut copied);
            // Where the source tells what each deployment ships, a change it does not tell of is still waiting.
            let waits = only_named || telling.contains(&view.lane);
            let scope = events.scope(scope);
            let others: Option<&[u32]> = if waits {
                None
            } else if view.lane.is_none() {
                // It names neither service nor repository: whatever is deployed next ships it.
                Some(everything.get_or_insert_with(|| line.by_time()))
            } else if own.range.is_empty() && scope.service.is_none() {
                // A change that names only its repository ships with the next deployment of any service in it.
                repositories.get(&scope.repository).map(Vec::as_slice)
            } else {
                None
            };
            for &row in rows {
                let row = row as usize;
                if rule != ChangeLink::NextDeployment
                    && !named.is_empty()
                    && let Some(place) = named.place(events, row, &own.range, line)
                {
                    links.places[row] = place;
                    links.explicit.get_or_insert_with(|| vec![false; changes.len()])[row] = true;
                    continue;
                }
                let merged = changes.merged.get(row).or(changes.committed.get(row)).or(changes.authored.get(row));
                if waits || merged.is_none() {
                    continue;
                }
                let found = match others {
                    Some(others) => first_of(others, line, merged.micros()),
                    None => own.next(merged.micros()),
                };
                if let Some(place) = found {
                    links.places[row] = place;
                }
            }
        });
        if first_copies {
            links.keep_first_copies(line, events);
        }
        links
    }

    /// Of a change and its copies, only the first to ship keeps its deployment.
    fn keep_first_copies(&mut self, line: &LineUp, events: &EventTable) {
        let changes = events.changes();
        if changes.copy_of.values().is_none() {
            return;
        }
        let original = |row: usize| {
            let of = changes.copy_of.get(row);
            if of.is_none() { changes.key.get(row) } else { of }
        };
        let mut first: HashMap<Key, (i64, usize)> = HashMap::new();
        for row in 0..changes.len() {
            let place = self.places[row];
            if place != NOWHERE && !original(row).is_none() {
                let time = line.finished[place as usize];
                let entry = first.entry(original(row)).or_insert((time, row));
                let earlier = || order_of_copies(events, &self.places, row, entry.1).is_lt();
                if time < entry.0 || (time == entry.0 && row != entry.1 && earlier()) {
                    *entry = (time, row);
                }
            }
        }
        for row in 0..changes.len() {
            if self.places[row] != NOWHERE && first.get(&original(row)).is_some_and(|&(_, kept)| kept != row) {
                self.places[row] = NOWHERE;
            }
        }
    }
}

/// The order of a change and its copies that ship at one instant: the change itself before its copies, then whatever may
/// tell them apart.
fn order_of_copies(events: &EventTable, places: &[u32], a: usize, b: usize) -> Ordering {
    let (changes, names) = (events.changes(), events.names());
    let first = |row: usize| {
        let times = [&changes.committed, &changes.merged, &changes.authored].map(|column| column.get(row));
        (!changes.copy_of.get(row).is_none(), places[row], times, changes.flags.get(row))
    };
    let texts = |row: usize| {
        let keys = [changes.key.get(row), changes.reverts.get(row)].map(|key| key.text(names));
        (keys, names.text(changes.deployment.get(row)), events.scope(changes.scope.get(row)).texts(names))
    };
    first(a).cmp(&first(b)).then_with(|| texts(a).cmp(&texts(b)))
}

/// Deployments that say which changes they ship, and changes that say which deployment shipped them.
struct Named {
    /// By change: places that ship it, as said by deployments.
    shipped: KeyIndex,
    /// By deployment id.
    ids: KeyIndex,
}

impl Named {
    fn new(line: &LineUp, events: &EventTable, rule: ChangeLink) -> Self {
        let table = events.deployments();
        let mut named = Self { shipped: KeyIndex::default(), ids: KeyIndex::default() };
        if rule == ChangeLink::NextDeployment {
            return named;
        }
        if table.sha.values().is_some() {
            named.shipped = KeyIndex::with_capacity(line.len());
        }
        let wants_ids = rule != ChangeLink::HeadOnly && events.changes().deployment.values().is_some();
        let wants_rows = rule != ChangeLink::HeadOnly && !events.shipped().is_empty();
        let mut place_of_row = vec![NOWHERE; if wants_rows { table.len() } else { 0 }];
        for (place, &row) in line.rows.iter().enumerate() {
            named.shipped.insert(table.sha.get(row as usize), place as u32);
            if wants_ids {
                named.ids.insert(Key::of_symbol(table.id.get(row as usize)), place as u32);
            }
            if wants_rows {
                place_of_row[row as usize] = place as u32;
            }
        }
        if wants_rows {
            for (row, key) in events.shipped() {
                match place_of_row.get(*row as usize) {
                    Some(&place) if place != NOWHERE => named.shipped.insert(*key, place),
                    _ => {}
                }
            }
        }
        named
    }

    fn is_empty(&self) -> bool {
        self.shipped.is_empty() && self.ids.is_empty()
    }

    /// The first deployment that ships a change, of its own service where one does.
    fn place(&self, events: &EventTable, row: usize, own: &Range<usize>, line: &LineUp) -> Option<u32> {
        let changes = events.changes();
        let by_id = self.ids.get(Key::of_symbol(changes.deployment.get(row)));
        line.first(own, by_id).or_else(|| line.first(own, self.shipped.get(changes.key.get(row))))
    }
}

/// The services whose sources tell which deployment ships which change.
fn telling(scopes: &Scopes, line: &LineUp, events: &EventTable, rule: ChangeLink) -> HashSet<Lane> {
    let mut found = HashSet::new();
    if rule == ChangeLink::Auto {
        let changes = events.changes();
        for (row, deployment) in changes.deployment.values().unwrap_or_default().iter().enumerate() {
            if !deployment.is_none() {
                found.insert(scopes.view(changes.scope.get(row)).lane);
            }
        }
        for (row, _) in events.shipped() {
            found.insert(scopes.view(events.deployments().scope.get(*row as usize)).lane);
        }
        // A mark on a service nobody deploys would hide nothing and cost a look-up.
        found.retain(|lane| !line.range(*lane).is_empty());
    }
    found
}

/// The first of some places, in order of time, that began at or after an instant.
fn first_of(places: &[u32], line: &LineUp, time: i64) -> Option<u32> {
    let from = places.partition_point(|&place| line.finished[place as usize] < time);
    places[from..].iter().find(|&&place| line.began(place as usize) >= time).copied()
}

/// The places of each repository's deployments, in order of time.
fn repositories(line: &LineUp, events: &EventTable, scopes: &Scopes) -> HashMap<Symbol, Vec<u32>> {
    let mut found: HashMap<Symbol, Vec<u32>> = HashMap::new();
    // Only where some change names a repository but no service.
    let wanted =
        events.scopes().iter().zip(&scopes.views).any(|(scope, view)| scope.service.is_none() && !view.lane.is_none());
    if wanted {
        for place in line.by_time() {
            let scope = events.scope(events.deployments().scope.get(line.rows[place as usize] as usize));
            if !scope.repository.is_none() {
                found.entry(scope.repository).or_default().push(place);
            }
        }
    }
    found
}
