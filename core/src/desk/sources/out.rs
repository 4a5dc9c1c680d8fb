//! What a source writes to: the table, with the defaults and names that the options give.

use std::cell::Cell;

use super::types::ReadOptions;
use crate::facts::brief::Entry;
use crate::facts::{Change, Deployment, Event, EventTable, Incident, Origin, PullRequest, Text};
use crate::ground::error::Result;

/// A table, where the current record stands, and how to read.
#[derive(Debug)]
pub(super) struct Out<'t> {
    pub(super) table: &'t mut EventTable,
    pub(super) origin: Origin,
    pub(super) options: &'t ReadOptions,
    /// Times of the record that were floored; counted when one of its events is taken.
    floored: Cell<u64>,
}

impl<'t> Out<'t> {
    pub(super) fn new(table: &'t mut EventTable, origin: Origin, options: &'t ReadOptions) -> Self {
        Self { table, origin, options, floored: Cell::new(0) }
    }

    /// A deployment of another tool: its environment is renamed by rule.
    pub(super) fn deployment(&mut self, mut event: Deployment<'_>) -> Result<()> {
        self.renamed(&mut event.environment);
        self.event(&Event::Deployment(event))
    }

    pub(super) fn change(&mut self, event: Change<'_>) -> Result<()> {
        self.event(&Event::Change(event))
    }

    pub(super) fn pull_request(&mut self, event: PullRequest<'_>) -> Result<()> {
        self.event(&Event::PullRequest(event))
    }

    /// An incident of another tool: its environment is renamed by rule.
    pub(super) fn incident(&mut self, mut event: Incident<'_>) -> Result<()> {
        self.renamed(&mut event.environment);
        self.event(&Event::Incident(event))
    }

    fn renamed(&self, environment: &mut Option<Text<'_>>) {
        if let Some(name) = environment {
            *name = self.options.environment_of(name).into();
        }
    }

    /// Adds an event; what it does not name comes from the options.
    pub(super) fn event(&mut self, event: &Event<'_>) -> Result<()> {
        self.entry(&Entry { floored: self.floored.get(), ..Entry::from(event) })?;
        self.floored.set(0);
        Ok(())
    }

    /// Adds an event in brief.
    #[inline]
    pub(super) fn entry(&mut self, entry: &Entry<'_>) -> Result<()> {
        if self.options.has_defaults() {
            let ReadOptions { service, repository, team, environment, .. } = self.options;
            let defaults = [service, repository, team, environment].map(Option::as_deref);
            self.table.push_entry(&entry.with_defaults(defaults), self.origin)
        } else {
            self.table.push_entry(entry, self.origin)
        }
    }

    /// Counts a record of a kind that no metric uses.
    pub(super) fn ignore(&mut self, kind: &str) {
        self.table.ignore(kind);
    }

    /// Counts a record that would be a deployment if the options said so.
    pub(super) fn ignore_deployment(&mut self, kind: &str, advice: &str) {
        self.ignore(kind);
        self.table.advise_deployments(advice);
    }

    /// Counts something that a reader of the report should know.
    pub(super) fn note(&mut self, sentence: &str) {
        self.table.note(sentence);
    }

    pub(super) fn floored(&self) {
        self.floored.set(self.floored.get() + 1);
    }
}
