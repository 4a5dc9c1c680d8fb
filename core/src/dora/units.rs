//! What counts as one change: a commit, or a pull request by the commit that merged it.

use hashbrown::HashSet;

use super::plan::Plan;
use super::scopes::Scopes;
use super::types::ChangeUnit;
use crate::facts::{EventTable, KeyIndex};

/// Which rows of the changes count.
#[derive(Debug)]
pub(super) struct Units {
    merge_commits: bool,
    /// By row, where pull requests decide.
    counted: Option<Vec<bool>>,
}

impl Units {
    pub(super) fn new(plan: &Plan, scopes: &Scopes, events: &EventTable) -> Self {
        let mut units = Self { merge_commits: plan.rules.merge_commits, counted: None };
        let requests = events.pull_requests();
        if plan.rules.change_unit == ChangeUnit::Commits || requests.is_empty() {
            return units;
        }
        let mut merged = KeyIndex::with_capacity(requests.len());
        let mut known = HashSet::new();
        for row in 0..requests.len() {
            let key = requests.merge_sha.get(row);
            if !key.is_none() {
                merged.insert(key, row as u32);
                known.insert(scopes.view(requests.scope.get(row)).lane);
            }
        }
        let changes = events.changes();
        let counts = |row: usize| {
            // A merge commit is a change here, when it is what merged a pull request.
            merged.get(changes.key.get(row)).next().is_some()
                || (!known.contains(&scopes.view(changes.scope.get(row)).lane) && units.is_counted(events, row))
        };
        units.counted = Some((0..changes.len()).map(counts).collect());
        units
    }

    #[inline]
    pub(super) fn is_counted(&self, events: &EventTable, row: usize) -> bool {
        match &self.counted {
            Some(counted) => counted.get(row).copied().unwrap_or_default(),
            None => self.merge_commits || !events.changes().is_merge(row),
        }
    }
}
