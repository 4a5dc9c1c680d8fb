//! Where events are kept: columns of 32-bit symbols and microseconds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::advice::Advice;
use super::column::Column;
use super::columns::{
    ChangeColumns, ChangeRow, DeploymentColumns, DeploymentRow, IncidentColumns, IncidentRow, PullRequestColumns,
    PullRequestRow, Stamp, flag,
};
use super::events::{Change, Deployment, DeploymentStatus, Event, Incident, PullRequest};
use super::intern::{Interner, Symbol};
use super::key::Key;
use super::scopes::{Scope, ScopeIndex};
use super::text::Text;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
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
/// Longer ids and names are refused: they are slips, or attacks.
const LONGEST_TEXT: usize = 4096;

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
    scope_index: ScopeIndex,
    /// Labels on their way into a scope.
    joined: String,
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
    /// [`ErrorCode::InvalidRecord`] for one that says too little to be used, [`ErrorCode::TooLarge`] for an id or name
    /// of more than 4096 bytes.
    pub fn push(&mut self, event: &Event<'_>) -> Result<()> {
        self.push_from(event, Origin::default())
    }

    /// Adds an event that was read from a file.
    ///
    /// # Errors
    /// As [`EventTable::push`].
    pub fn push_from(&mut self, event: &Event<'_>, origin: Origin) -> Result<()> {
        match event {
            Event::Deployment(deployment) => self.push_deployment(deployment, origin).at("deployment"),
            Event::Change(change) => self.push_change(change).at("change"),
            Event::PullRequest(pull_request) => self.push_pull_request(pull_request).at("pullRequest"),
            Event::Incident(incident) => self.push_incident(incident, origin).at("incident"),
        }?;
        self.quality.accepted += 1;
        self.dirty = true;
        Ok(())
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

    fn push_deployment(&mut self, event: &Deployment<'_>, origin: Origin) -> Result<()> {
        if event.finished_at.is_none() && event.id.is_none() {
            return Err(too_little("a deployment needs `finishedAt`, or an `id` under which its end will come"));
        }
        let scope =
            self.scope_of([&event.service, &event.repository, &event.team, &event.environment], &event.labels)?;
        let mut flags = match event.status.unwrap_or_default() {
            DeploymentStatus::Success => 0,
            DeploymentStatus::Failure => flag::FAILURE,
            DeploymentStatus::Cancelled => flag::CANCELLED,
        };
        for (given, bit) in [
            (event.rollback, flag::ROLLBACK),
            (event.rework, flag::REWORK),
            (event.failed, flag::FAILED),
            (event.baseline, flag::BASELINE),
        ] {
            if given == Some(true) {
                flags |= bit;
            }
        }
        let row = DeploymentRow {
            id: self.symbol_of(event.id.as_deref())?,
            scope,
            version: self.symbol_of(event.version.as_deref())?,
            sha: self.key_of(event.sha.as_deref())?,
            started: event.started_at.into(),
            finished: event.finished_at.into(),
            flags,
            remediates: self.symbol_of(event.remediates.as_deref())?,
            failed_at: event.failed_at.into(),
            restored_at: event.restored_at.into(),
            origin,
        };
        let (place, before) = (self.deployments.len() as u32, self.shipped.len());
        for change in &event.changes {
            match self.key_of(Some(change)) {
                Ok(key) => self.shipped.push((place, key)),
                Err(error) => {
                    // A refused record leaves nothing behind.
                    self.shipped.truncate(before);
                    return Err(error);
                }
            }
        }
        self.deployments.push(&row);
        Ok(())
    }

    fn push_change(&mut self, event: &Change<'_>) -> Result<()> {
        if event.sha.is_none()
            && event.committed_at.is_none()
            && event.merged_at.is_none()
            && event.authored_at.is_none()
        {
            return Err(too_little("a change needs a `sha` or a time"));
        }
        let row = ChangeRow {
            key: self.key_of(event.sha.as_deref())?,
            scope: self.scope_of([&event.service, &event.repository, &event.team, &None], &event.labels)?,
            committed: event.committed_at.into(),
            merged: event.merged_at.into(),
            authored: event.authored_at.into(),
            deployment: self.symbol_of(event.deployment.as_deref())?,
            flags: if event.merge == Some(true) { flag::MERGE } else { 0 },
            reverts: self.key_of(event.reverts.as_deref())?,
            copy_of: self.key_of(event.copy_of.as_deref())?,
        };
        self.changes.push(&row);
        Ok(())
    }

    fn push_pull_request(&mut self, event: &PullRequest<'_>) -> Result<()> {
        if event.id.is_none() && event.merge_sha.is_none() && event.merged_at.is_none() {
            return Err(too_little("a pull request needs an `id`, a `mergeSha` or `mergedAt`"));
        }
        let row = PullRequestRow {
            id: self.symbol_of(event.id.as_deref())?,
            scope: self.scope_of([&event.service, &event.repository, &event.team, &None], &event.labels)?,
            merge_sha: self.key_of(event.merge_sha.as_deref())?,
            deployment: self.symbol_of(event.deployment.as_deref())?,
            first_commit: event.first_commit_at.into(),
            opened: event.opened_at.into(),
            first_review: event.first_review_at.into(),
            approved: event.approved_at.into(),
            merged: event.merged_at.into(),
        };
        self.pull_requests.push(&row);
        Ok(())
    }

    fn push_incident(&mut self, event: &Incident<'_>, origin: Origin) -> Result<()> {
        if event.started_at.is_none() && event.id.is_none() {
            return Err(too_little("an incident needs `startedAt`, or an `id` under which its start will come"));
        }
        let flags = match event.cause.as_deref() {
            None => 0,
            Some("deployment") => flag::BY_DEPLOYMENT,
            Some("other") => flag::BY_OTHER,
            Some(cause) => {
                return Err(Error::new(
                    ErrorCode::UnknownValue,
                    format!("expected `deployment` or `other`, found `{}`", crate::ground::text::excerpt(cause)),
                )
                .at("cause"));
            }
        };
        let row = IncidentRow {
            id: self.symbol_of(event.id.as_deref())?,
            scope: self
                .scope_of([&event.service, &event.repository, &event.team, &event.environment], &event.labels)?,
            started: event.started_at.into(),
            resolved: event.resolved_at.into(),
            reopened: event.reopened_at.into(),
            deployment: self.symbol_of(event.deployment.as_deref())?,
            sha: self.key_of(event.sha.as_deref())?,
            severity: self.symbol_of(event.severity.as_deref())?,
            flags,
            origin,
        };
        self.incidents.push(&row);
        Ok(())
    }

    #[inline]
    fn symbol_of(&mut self, text: Option<&str>) -> Result<Symbol> {
        match text {
            None | Some("") => Ok(Symbol::NONE),
            Some(text) if text.len() > LONGEST_TEXT => Err(too_long(text)),
            Some(text) => Ok(self.names.intern(text)),
        }
    }

    #[inline]
    fn key_of(&mut self, text: Option<&str>) -> Result<Key> {
        match text {
            None | Some("") => Ok(Key::NONE),
            Some(text) if text.len() > LONGEST_TEXT => Err(too_long(text)),
            Some(text) => Ok(Key::of(text, &mut self.names)),
        }
    }

    /// The symbol of `production`, where somebody said it.
    pub(crate) fn production(&self) -> Symbol {
        self.names.find("production").unwrap_or(Symbol::NONE)
    }

    fn scope_of(&mut self, texts: [&Option<Text<'_>>; 4], labels: &BTreeMap<Text<'_>, Text<'_>>) -> Result<u32> {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        for (key, value) in labels {
            let separator = if joined.is_empty() { "" } else { "\u{1e}" };
            joined.extend([separator, &*plain(key), "\u{1f}", &*plain(value)]);
        }
        let [service, repository, team, environment] = texts.map(|text| text.as_deref().unwrap_or_default());
        let found = self.scope_of_texts([service, repository, team, environment, &joined]);
        self.joined = joined;
        found
    }

    fn scope_of_texts(&mut self, texts: [&str; 5]) -> Result<u32> {
        if let Some(known) = self.scope_index.find(&texts) {
            return Ok(known);
        }
        let mut symbols = [Symbol::NONE; 5];
        for (symbol, text) in symbols.iter_mut().zip(texts) {
            *symbol = self.symbol_of(Some(text))?;
        }
        let [service, repository, team, environment, labels] = symbols;
        Ok(self.intern_scope(Scope { service, repository, team, environment, labels }))
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

fn too_long(text: &str) -> Error {
    let sentence = format!("an id or name has at most {LONGEST_TEXT} bytes, found {}", text.len());
    Error::new(ErrorCode::TooLarge, sentence)
}

fn too_little(sentence: &str) -> Error {
    Error::new(ErrorCode::InvalidRecord, sentence)
}

/// Labels are joined by control characters, so they may not hold them.
fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(['\u{1e}', '\u{1f}']) {
        text.chars().filter(|c| !matches!(c, '\u{1e}' | '\u{1f}')).collect()
    } else {
        text.into()
    }
}

/// Counts under a name; hostile streams do not get to invent names without end.
fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    const MOST_NAMES: usize = 1000;
    if let Some(value) = counts.get_mut(name) {
        *value += 1;
    } else if counts.len() < MOST_NAMES {
        counts.insert(crate::ground::text::excerpt(name), 1);
    } else {
        *counts.entry("…".to_owned()).or_default() += 1;
    }
}
