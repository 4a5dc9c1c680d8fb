//! Where events are kept: columns of 32-bit symbols and microseconds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::advice::Advice;
use super::column::Column;
use super::columns::{ChangeColumns, DeploymentColumns, IncidentColumns, PullRequestColumns, Stamp};
use super::events::Event;
use super::intern::{Interner, Symbol};
use super::key::Key;
use super::scopes::{Scope, ScopeIndex};
use super::written::Written;
use crate::ground::error::{Error, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// Where a row was read: a file of the table and a line in it, both 0 when it was given in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// Index into [`EventTable::files`], from 1.
    pub file: u32,
    /// The line, from 1.
    pub line: u32,
}

/// A line or record that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rejection {
    /// The file it stands in; empty when given in memory.
    pub file: String,
    /// The line, from 1; 0 when it is not known.
    pub line: u64,
    /// Why, in a sentence.
    pub reason: String,
}

/// What happened while events were read: nothing is dropped in silence.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Quality {
    /// Records taken, whether new or another record of something known.
    pub accepted: u64,
    /// Records not taken.
    pub rejected: u64,
    /// Records of other kinds, such as build events, that no metric uses.
    pub ignored: u64,
    /// The rejected records, the first thousand of them.
    pub rejections: Vec<Rejection>,
    /// Fields that are not in the vocabulary, with how often they came.
    pub unknown_fields: BTreeMap<String, u64>,
    /// Ignored kinds, with how often they came.
    pub ignored_kinds: BTreeMap<String, u64>,
    /// Times finer than a microsecond, which were floored.
    pub floored_times: u64,
    /// What a source is known to leave out or could not link, with how often that came.
    pub notes: BTreeMap<String, u64>,
}

/// What [`EventTable::settle`] found: records of things already known, merged into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Settled {
    /// Further records of known changes.
    pub changes: u64,
    /// Further records of known deployments.
    pub deployments: u64,
    /// Further records of known pull requests.
    pub pull_requests: u64,
    /// Further records of known incidents.
    pub incidents: u64,
}

/// How many rejections are kept word for word; all are counted.
const MOST_REJECTIONS: usize = 1000;

/// Events in columns: ten million rows take well under half a gigabyte.
///
/// # Example
///
/// ```
/// use truenorth::facts::{Deployment, Event, EventTable};
/// use truenorth::ground::time::Time;
/// let mut events = EventTable::new();
/// events.push(&Event::Deployment(Deployment {
///     service: Some("checkout".into()),
///     finished_at: Some(Time::parse("2025-03-01T09:30:00Z")?),
///     ..Deployment::default()
/// }))?;
/// assert_eq!(events.len(), 1);
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct EventTable {
    pub(super) names: Interner,
    pub(super) scopes: Vec<Scope>,
    pub(super) scope_index: ScopeIndex,
    pub(super) written: Written,
    /// Labels on their way into a scope.
    pub(super) joined: String,
    files: Vec<String>,
    pub(super) changes: ChangeColumns,
    pub(super) deployments: DeploymentColumns,
    pub(super) pull_requests: PullRequestColumns,
    pub(super) incidents: IncidentColumns,
    /// Which changes a deployment says it shipped: deployment row and change.
    pub(super) shipped: Vec<(u32, Key)>,
    pub(super) quality: Quality,
    pub(super) advice: Advice,
    pub(super) merged: Settled,
    pub(super) dirty: bool,
}

impl EventTable {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows there are, of all kinds.
    pub fn len(&self) -> usize {
        self.changes.len() + self.deployments.len() + self.pull_requests.len() + self.incidents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How much memory the columns and links hold, names left out, in bytes.
    pub fn bytes(&self) -> usize {
        self.changes.bytes()
            + self.deployments.bytes()
            + self.pull_requests.bytes()
            + self.incidents.bytes()
            + self.shipped.capacity() * size_of::<(u32, Key)>()
    }

    /// The changes.
    pub fn changes(&self) -> &ChangeColumns {
        &self.changes
    }

    /// The deployments.
    pub fn deployments(&self) -> &DeploymentColumns {
        &self.deployments
    }

    /// The pull requests.
    pub fn pull_requests(&self) -> &PullRequestColumns {
        &self.pull_requests
    }

    /// The incidents.
    pub fn incidents(&self) -> &IncidentColumns {
        &self.incidents
    }

    /// Which changes a deployment names as shipped: its row and the change, in order of rows once settled.
    pub fn shipped(&self) -> &[(u32, Key)] {
        &self.shipped
    }

    /// The strings.
    pub fn names(&self) -> &Interner {
        &self.names
    }

    /// The scope of a row.
    pub fn scope(&self, index: u32) -> Scope {
        self.scopes.get(index as usize).copied().unwrap_or_default()
    }

    /// All scopes, by index.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// What happened while reading.
    pub fn quality(&self) -> &Quality {
        &self.quality
    }

    /// What settling merged.
    pub fn merged(&self) -> Settled {
        self.merged
    }

    /// The files that rows came from.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// Adds a file's name, for the origins of rows and rejections.
    pub fn add_file(&mut self, name: &str) -> u32 {
        self.files.push(name.to_owned());
        self.files.len() as u32
    }

    /// The name of an origin's file; empty when given in memory.
    pub fn file_name(&self, origin: Origin) -> &str {
        (origin.file as usize).checked_sub(1).and_then(|index| self.files.get(index)).map_or("", String::as_str)
    }

    /// The value of a label in a scope.
    pub fn label(&self, scope: Scope, name: &str) -> Option<&str> {
        let text = self.names.given(scope.labels)?;
        text.split('\u{1e}')
            .filter_map(|pair| pair.split_once('\u{1f}'))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Adds an event.
    ///
    /// # Errors
    /// [`InvalidRecord`](crate::ErrorCode::InvalidRecord) for one that says too little to be used,
    /// [`TooLarge`](crate::ErrorCode::TooLarge) for an id or name of more than 4096 bytes.
    pub fn push(&mut self, event: &Event<'_>) -> Result<()> {
        self.push_from(event, Origin::default())
    }

    /// Adds an event that was read from a file.
    ///
    /// # Errors
    /// As [`EventTable::push`].
    pub fn push_from(&mut self, event: &Event<'_>, origin: Origin) -> Result<()> {
        self.push_entry(&event.into(), origin)
    }

    /// Counts a record that was not taken.
    pub fn reject(&mut self, origin: Origin, error: &Error) {
        self.quality.rejected += 1;
        if self.quality.rejections.len() < MOST_REJECTIONS {
            let file = self.file_name(origin).to_owned();
            self.quality.rejections.push(Rejection { file, line: u64::from(origin.line), reason: error.to_string() });
        }
    }

    /// Counts a record of a kind that no metric uses.
    pub fn ignore(&mut self, kind: &str) {
        self.quality.ignored += 1;
        count(&mut self.quality.ignored_kinds, kind);
    }

    /// Counts a field that is not in the vocabulary.
    pub fn unknown_field(&mut self, name: &str) {
        count(&mut self.quality.unknown_fields, name);
    }

    /// Counts something that a reader of the report should know, in a sentence.
    pub fn note(&mut self, sentence: &str) {
        self.note_times(sentence, 1);
    }

    /// Counts so many of what a reader of the report should know, in a sentence; none are not noted.
    pub fn note_times(&mut self, sentence: &str, count: u64) {
        if count > 0 {
            *self.quality.notes.entry(sentence.to_owned()).or_default() += count;
        }
    }

    /// Counts a time that was floored to the microsecond.
    pub fn floored_time(&mut self) {
        self.quality.floored_times += 1;
    }

    /// The symbol of `production`, where somebody said it.
    pub(crate) fn production(&self) -> Symbol {
        self.names.find("production").unwrap_or(Symbol::NONE)
    }

    /// The index of a scope, new or known.
    pub(crate) fn intern_scope(&mut self, scope: Scope) -> u32 {
        let texts = scope.texts(&self.names);
        if let Some(known) = self.scope_index.find(&texts) {
            return known;
        }
        self.scope_index.insert(scope, &mut self.scopes, &self.names)
    }

    /// The latest instant at which anything is known to have happened.
    pub fn latest(&self) -> Option<Time> {
        let mut latest = Stamp::NONE;
        let mut see = |column: &Column<Stamp>| {
            if !column.is_blank() {
                latest = column.iter().fold(latest, Stamp::latest);
            }
        };
        see(&self.changes.committed);
        see(&self.changes.merged);
        see(&self.deployments.started);
        see(&self.deployments.finished);
        see(&self.deployments.restored_at);
        see(&self.pull_requests.opened);
        see(&self.pull_requests.first_review);
        see(&self.pull_requests.approved);
        see(&self.pull_requests.merged);
        see(&self.incidents.started);
        see(&self.incidents.resolved);
        see(&self.incidents.reopened);
        latest.time()
    }
}

/// Counts under a name; hostile streams do not get to invent names without end.
fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    const MOST_NAMES: usize = 1000;
    if let Some(value) = counts.get_mut(name) {
        *value += 1;
        return;
    }
    // Under the name as it is shown, which two long ones may share.
    let shown = excerpt(name);
    let shown = if counts.len() < MOST_NAMES || counts.contains_key(&shown) { shown } else { "…".to_owned() };
    *counts.entry(shown).or_default() += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_counted_as_often_as_short_ones() {
        let mut table = EventTable::new();
        let long = "long ".repeat(20);
        for kind in [&long, "short", &long, &format!("{long}, and another"), "short", "\u{1}", "\u{1}"] {
            table.ignore(kind);
        }
        let quality = table.quality();
        assert_eq!(quality.ignored, quality.ignored_kinds.values().sum::<u64>());
        assert_eq!(quality.ignored_kinds.values().copied().collect::<Vec<_>>(), [2, 3, 2]);
        for number in 0..2000 {
            table.unknown_field(&format!("field {number} {long}"));
            table.unknown_field(&format!("field {number} {long}"));
        }
        let unknown = &table.quality().unknown_fields;
        assert_eq!((unknown.len(), unknown.values().sum::<u64>(), unknown["…"]), (1001, 4000, 2000));
    }
}
