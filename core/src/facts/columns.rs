//! The columns of an event table: one array a field, and none for a field that no row has.

use super::column::{Cell, Column};
use super::intern::Symbol;
use super::key::Key;
use crate::ground::time::Time;

/// An instant, or none, in eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(i64);

impl Stamp {
    /// No instant.
    pub const NONE: Stamp = Stamp(i64::MIN);

    /// The instant, where there is one.
    #[inline]
    pub fn time(self) -> Option<Time> {
        if self.0 == i64::MIN { None } else { Time::from_micros(self.0) }
    }

    /// Microseconds since 1970; `i64::MIN` where there is none.
    #[inline]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whether there is no instant.
    #[inline]
    pub const fn is_none(self) -> bool {
        self.0 == i64::MIN
    }

    /// The instant, or another where there is none.
    #[inline]
    pub const fn or(self, other: Stamp) -> Stamp {
        if self.is_none() { other } else { self }
    }

    /// The earlier of two; one that is there beats none.
    #[inline]
    pub fn earliest(self, other: Stamp) -> Stamp {
        if self.is_none() || (!other.is_none() && other < self) { other } else { self }
    }

    /// The later of two; one that is there beats none.
    #[inline]
    pub fn latest(self, other: Stamp) -> Stamp {
        self.max(other)
    }
}

impl Cell for Stamp {
    const PACKS: bool = true;

    /// Whole seconds since 1970, which most times are, from 1.
    #[inline]
    fn pack(self) -> Option<u32> {
        const SECOND: u64 = crate::ground::time::SECOND as u64;
        // No instant, and those before 1970, are far above all that can be packed.
        let micros = self.0 as u64;
        let seconds = micros / SECOND;
        if seconds < u64::from(u32::MAX) && seconds * SECOND == micros {
            return Some(seconds as u32 + 1);
        }
        self.is_none().then_some(0)
    }

    #[inline]
    fn unpack(packed: u32) -> Self {
        packed.checked_sub(1).map_or(Self::NONE, |seconds| Self(i64::from(seconds) * crate::ground::time::SECOND))
    }
}

impl Default for Stamp {
    fn default() -> Self {
        Self::NONE
    }
}

impl From<Option<Time>> for Stamp {
    fn from(time: Option<Time>) -> Self {
        time.map_or(Self::NONE, |time| Self(time.micros()))
    }
}

impl From<Time> for Stamp {
    fn from(time: Time) -> Self {
        Self(time.micros())
    }
}

macro_rules! columns {
    ($(#[doc = $doc:literal])+ $name:ident, $row:ident { $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default)]
        pub struct $name { $($(#[doc = $field_doc])+ pub $field: Column<$type>,)+ }

        #[derive(Debug, Clone, Copy, Default, PartialEq)]
        pub(crate) struct $row { $(pub(crate) $field: $type,)+ }

        impl $name {
            /// How many rows there are.
            pub fn len(&self) -> usize { self.scope.len() }

            /// Whether there are none.
            pub fn is_empty(&self) -> bool { self.len() == 0 }

            /// How much memory the columns hold, in bytes.
            pub fn bytes(&self) -> usize { 0 $(+ self.$field.bytes())+ }

            #[inline]
            pub(crate) fn push(&mut self, row: &$row) { $(self.$field.push(row.$field);)+ }

            #[inline]
            pub(crate) fn row(&self, row: usize) -> $row { $row { $($field: self.$field.get(row),)+ } }

            pub(crate) fn set(&mut self, row: usize, value: &$row) { $(self.$field.set(row, value.$field);)+ }

            pub(crate) fn retain(&mut self, keep: &[bool]) { $(self.$field.retain(keep);)+ }
        }
    };
}

/// The bits of a row's `flags`.
pub(crate) mod flag {
    /// A change that is a merge commit.
    pub(crate) const MERGE: u8 = 1;
    /// A deployment that ended in failure.
    pub(crate) const FAILURE: u8 = 1;
    /// A deployment that somebody stopped.
    pub(crate) const CANCELLED: u8 = 2;
    /// A deployment that put an earlier version back.
    pub(crate) const ROLLBACK: u8 = 4;
    /// An unplanned deployment that fixes a user-facing problem.
    pub(crate) const REWORK: u8 = 8;
    /// A deployment that somebody marked as failed in production.
    pub(crate) const FAILED: u8 = 16;
    /// The first known deployment.
    pub(crate) const BASELINE: u8 = 32;
    /// An incident that a deployment caused.
    pub(crate) const BY_DEPLOYMENT: u8 = 1;
    /// An incident that no deployment caused.
    pub(crate) const BY_OTHER: u8 = 2;
}

columns! {
    /// Changes, a row each.
    ChangeColumns, ChangeRow {
        /// The sha or other id.
        key: Key,
        /// Index into the table's scopes.
        scope: u32,
        /// When it was committed.
        committed: Stamp,
        /// When it was merged.
        merged: Stamp,
        /// When it was written.
        authored: Stamp,
        /// The deployment that shipped it.
        deployment: Symbol,
        /// Merge commit or not.
        flags: u8,
        /// What it reverts.
        reverts: Key,
        /// What it is a copy of.
        copy_of: Key,
    }
}

columns! {
    /// Deployments, a row each.
    DeploymentColumns, DeploymentRow {
        /// The id.
        id: Symbol,
        /// Index into the table's scopes.
        scope: u32,
        /// The version.
        version: Symbol,
        /// The commit.
        sha: Key,
        /// When it began.
        started: Stamp,
        /// When it ended.
        finished: Stamp,
        /// Status, rollback, rework, failed, baseline.
        flags: u8,
        /// What it repairs.
        remediates: Symbol,
        /// When its failure was noticed.
        failed_at: Stamp,
        /// When its failure was repaired.
        restored_at: Stamp,
        /// File and line it was read from.
        origin: super::table::Origin,
    }
}

columns! {
    /// Pull requests, a row each.
    PullRequestColumns, PullRequestRow {
        /// The id.
        id: Symbol,
        /// Index into the table's scopes.
        scope: u32,
        /// The commit that merged it.
        merge_sha: Key,
        /// The deployment that shipped it.
        deployment: Symbol,
        /// When its first commit was written.
        first_commit: Stamp,
        /// When it was opened.
        opened: Stamp,
        /// When it was first reviewed.
        first_review: Stamp,
        /// When it was approved.
        approved: Stamp,
        /// When it was merged.
        merged: Stamp,
    }
}

columns! {
    /// Incidents, a row each.
    IncidentColumns, IncidentRow {
        /// The id.
        id: Symbol,
        /// Index into the table's scopes.
        scope: u32,
        /// When it began.
        started: Stamp,
        /// When it was resolved last.
        resolved: Stamp,
        /// When it was reopened last.
        reopened: Stamp,
        /// The deployment that caused it.
        deployment: Symbol,
        /// The commit that caused it.
        sha: Key,
        /// How bad.
        severity: Symbol,
        /// Whether a deployment caused it.
        flags: u8,
        /// File and line it was read from.
        origin: super::table::Origin,
    }
}

impl ChangeColumns {
    /// Whether a change is a merge commit.
    #[inline]
    pub fn is_merge(&self, row: usize) -> bool {
        self.flags.get(row) & flag::MERGE != 0
    }
}

impl DeploymentColumns {
    /// Whether a deployment ended well, as far as is known.
    pub fn succeeded(&self, row: usize) -> bool {
        self.flags.get(row) & (flag::FAILURE | flag::CANCELLED) == 0
    }

    /// Whether a deployment put an earlier version back, by its own word.
    pub fn is_rollback(&self, row: usize) -> bool {
        self.flags.get(row) & flag::ROLLBACK != 0
    }

    /// Whether a deployment was unplanned and made to fix a user-facing problem.
    pub fn is_rework(&self, row: usize) -> bool {
        self.flags.get(row) & flag::REWORK != 0
    }

    /// Whether somebody marked a deployment as failed in production.
    pub fn is_failed(&self, row: usize) -> bool {
        self.flags.get(row) & flag::FAILED != 0
    }

    /// Whether a deployment is the first known one, by its own word.
    pub fn is_baseline(&self, row: usize) -> bool {
        self.flags.get(row) & flag::BASELINE != 0
    }
}

impl IncidentColumns {
    /// Whether an incident is said to have another cause than a deployment.
    pub fn has_other_cause(&self, row: usize) -> bool {
        self.flags.get(row) & flag::BY_OTHER != 0
    }

    /// When an incident was resolved for good; none while it is open, reopened included.
    pub fn closed(&self, row: usize) -> Stamp {
        let (resolved, reopened) = (self.resolved.get(row), self.reopened.get(row));
        if !reopened.is_none() && reopened >= resolved { Stamp::NONE } else { resolved }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_merge_in_any_order() {
        let (a, b) = (Stamp::from(Time::from_seconds(1)), Stamp::from(Time::from_seconds(2)));
        for (x, y) in [(a, b), (b, a)] {
            assert_eq!((x.earliest(y), x.latest(y)), (a, b));
        }
        assert_eq!((a.earliest(Stamp::NONE), Stamp::NONE.earliest(a), Stamp::NONE.latest(a)), (a, a, a));
    }
}
