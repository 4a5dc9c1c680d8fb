//! A history as facts: a deployment for each release, a change for each commit, with explicit links.

use super::graph::NodeId;
use super::types::{Commit, Failure, History, Revert, RevertTiming};
use crate::Result;
use crate::facts::{Change, Deployment, Event, EventTable, Origin, Text};
use crate::ground::time::Time;

/// What the facts of a history are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// The service that the repository is; where [`Options::services`](super::Options::services) were given, those
    /// are the services instead.
    pub service: String,
    /// The repository, such as `acme/checkout`.
    pub repository: Option<String>,
    /// Where releases go to.
    pub environment: String,
    /// What to call the source in messages about rows; its path, say.
    pub source: String,
}

impl Naming {
    /// A repository that is one service, released to production.
    pub fn of(service: impl Into<String>) -> Self {
        let (environment, source) = ("production".to_owned(), "git".to_owned());
        Self { service: service.into(), repository: None, environment, source }
    }
}

/// What [`History::append_to`] added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// Deployments: releases, or with services pairs of a release and a service that it changes.
    pub deployments: u64,
    /// Changes: commits, or with services pairs of a commit and a service that it touches.
    pub changes: u64,
    /// Reverted commits beyond the one that a change can name; the failures among them are marked at the deployment.
    pub further_reverts: u64,
}

impl History {
    /// Adds the history to a table.
    ///
    /// # Definition
    /// Each release is a deployment with the tag as id and version, its commit and time, and the changes that it was
    /// the first to contain; the first release is the baseline. Each commit is a change, merges marked, with its
    /// release where it has one, what it reverts and what it is a copy of: how merges, copies and reverts count
    /// stays a question to the room. A commit without a release waits; it must not be laid to a deployment by its
    /// time, for the next release in time may be of another line. Of a commit that reverts several, the change names
    /// the one that matters most, a shipped one first, and failures by the others are marked at the deployment.
    ///
    /// With services, a release is a deployment of each service that something new in it touches, and a commit is a
    /// change of each service that it touches.
    ///
    /// # Errors
    /// Those of [`EventTable::push`], for a name of more than 4096 bytes.
    pub fn append_to(&self, events: &mut EventTable, naming: &Naming) -> Result<Appended> {
        let origin = Origin { file: events.add_file(&naming.source), line: 0 };
        let mut appended = Appended { deployments: 0, changes: 0, further_reverts: 0 };
        let (named, further) = self.named_reverts();
        appended.further_reverts = further.len() as u64;
        let failed = self.failed_otherwise(&further);
        let services: Vec<(Option<u32>, &str)> = if self.services.is_empty() {
            vec![(None, naming.service.as_str())]
        } else {
            (0..).zip(&self.services).map(|(at, service)| (Some(at), service.service.as_str())).collect()
        };
        let by_release = self.by_release();
        for (service, name) in services {
            let scope = Scope { naming, name, origin };
            let ours = |commit: &Commit<'_>| service.is_none_or(|service| commit.services.contains(&service));
            for (release, nodes) in (0_u32..).zip(&by_release) {
                let commits = nodes.iter().map(|&node| self.commit(node)).filter(ours);
                let changes: Vec<Text<'_>> = commits.map(|commit| commit.sha.to_string().into()).collect();
                if service.is_none() || !changes.is_empty() {
                    let target = |failure: &Failure| self.commit(self.reverts[failure.revert as usize].target);
                    let here = |failure: &&Failure| failure.release == release && ours(&target(failure));
                    let failure = failed.iter().find(here);
                    self.push_release(release, changes, failure, scope, events)?;
                    appended.deployments += 1;
                }
            }
            for commit in self.commits().filter(ours) {
                let reverted = named.binary_search_by_key(&commit.node, |revert| revert.commit);
                let reverted = reverted.ok().map(|at| named[at].target);
                self.push_commit(&commit, reverted, scope, events)?;
                appended.changes += 1;
            }
        }
        Ok(appended)
    }

    fn by_release(&self) -> Vec<Vec<NodeId>> {
        let mut nodes = vec![Vec::new(); self.releases.len()];
        for commit in self.commits() {
            if let Some(release) = commit.first_release.and_then(|release| nodes.get_mut(release as usize)) {
                release.push(commit.node);
            }
        }
        nodes
    }

    /// One revert for each reverting commit, by commit; and the others.
    fn named_reverts(&self) -> (Vec<Revert>, Vec<Revert>) {
        let rank = |revert: &Revert| match self.timing(revert) {
            RevertTiming::AfterShip => 0,
            RevertTiming::Waiting => 1,
            _ => 2,
        };
        let (mut named, mut further) = (Vec::new(), Vec::new());
        for reverts in self.reverts.chunk_by(|a, b| a.commit == b.commit) {
            let best = reverts.iter().enumerate().min_by_key(|(at, revert)| (rank(revert), *at)).map(|(at, _)| at);
            for (at, revert) in reverts.iter().enumerate() {
                if Some(at) == best { named.push(*revert) } else { further.push(*revert) }
            }
        }
        (named, further)
    }

    /// Failures that the named reverts do not show.
    fn failed_otherwise(&self, further: &[Revert]) -> Vec<Failure> {
        let only = |failure: &Failure| further.contains(&self.reverts[failure.revert as usize]);
        self.failures().into_iter().filter(only).collect()
    }

    fn push_release(
        &self,
        at: u32,
        changes: Vec<Text<'_>>,
        failure: Option<&Failure>,
        scope: Scope<'_>,
        events: &mut EventTable,
    ) -> Result<()> {
        let release = &self.releases[at as usize];
        let finished_at = Time::from_seconds(release.time);
        let remedy = failure.and_then(|failure| self.releases.get(failure.remedied_by? as usize));
        let deployment = Deployment {
            id: Some(release.tag.as_str().into()),
            service: Some(scope.name.into()),
            repository: scope.naming.repository.as_deref().map(Text::from),
            environment: Some(scope.naming.environment.as_str().into()),
            version: Some(release.tag.as_str().into()),
            sha: Some(release.sha.to_string().into()),
            changes,
            finished_at,
            failed: failure.map(|_| true),
            failed_at: failure.and(finished_at),
            restored_at: remedy.and_then(|release| Time::from_seconds(release.time)),
            baseline: (at == 0).then_some(true),
            ..Deployment::default()
        };
        events.push_from(&Event::Deployment(deployment), scope.origin)
    }

    fn push_commit(
        &self,
        commit: &Commit<'_>,
        reverted: Option<NodeId>,
        scope: Scope<'_>,
        events: &mut EventTable,
    ) -> Result<()> {
        let sha = |node: NodeId| Text::from(self.graph.sha(node).to_string());
        let release = commit.first_release.and_then(|release| self.releases.get(release as usize));
        let change = Change {
            sha: Some(sha(commit.node)),
            service: Some(scope.name.into()),
            repository: scope.naming.repository.as_deref().map(Text::from),
            authored_at: commit.author_time.and_then(Time::from_seconds),
            committed_at: commit.committer_time.and_then(Time::from_seconds),
            deployment: release.map(|release| release.tag.as_str().into()),
            merge: commit.is_merge.then_some(true),
            reverts: reverted.map(sha),
            copy_of: commit.copy_of.map(sha),
            ..Change::default()
        };
        events.push_from(&Event::Change(change), scope.origin)
    }
}

#[derive(Clone, Copy)]
struct Scope<'a> {
    naming: &'a Naming,
    name: &'a str,
    origin: Origin,
}
