//! What code hosts have in common: commits, merged requests, their reverts and reviews, and which issues are incidents.

use std::collections::BTreeMap;

use super::messages::{copied_commit, reverted_by_branch, reverted_commit, reverted_request};
use super::out::Out;
use super::types::{DeploymentSource, HostOptions, matches};
use crate::facts::{Change, Deployment, Origin, PullRequest};
use crate::ground::error::Result;
use crate::ground::text::excerpt;
use crate::ground::time::Time;

impl HostOptions {
    /// Whether these things count as deployments.
    pub(super) fn counts(&self, source: DeploymentSource) -> bool {
        self.deployments_from.contains(&source)
    }

    /// Whether a run with one of these names counts as a deployment; if not, what would make it one.
    pub(super) fn counts_run(&self, names: &[&str], things: &str) -> Result<(), String> {
        if !self.counts(DeploymentSource::Runs) {
            return Err(DeploymentSource::Runs.asked_for(things));
        }
        let pattern = self.runs.as_deref().unwrap_or_default();
        let counts = names.iter().any(|name| matches(pattern, name));
        if counts { Ok(()) } else { Err(format!("{things} that `host.runs` does not match: `{}`", excerpt(pattern))) }
    }

    /// Whether an issue with these labels and types is an incident.
    pub(super) fn is_incident(&self, words: &[&str]) -> bool {
        let known = |word: &&str| self.incident_labels.iter().any(|label| label.eq_ignore_ascii_case(word));
        words.iter().any(known)
    }
}

impl DeploymentSource {
    /// How to say that these things are deployments, in the words of all faces.
    pub(super) fn asked_for(self, things: &str) -> String {
        let (word, more, flag) = match self {
            Self::Deployments => ("deployments", "", "deployments"),
            Self::Runs => ("runs", " and `host.runs` matches their name", "'runs=*deploy*'"),
            Self::Releases => ("releases", "", "releases"),
            Self::MergedPullRequests => ("mergedPullRequests", "", "mergedPullRequests"),
        };
        format!(
            "{things} count as deployments only where `host.deploymentsFrom` names `{word}`{more} \
             (command line: --deployments-from {flag})"
        )
    }
}

/// The first label that tells how bad an incident is: `sev1`, `severity::high`, `priority/1`, `P1`.
pub(super) fn severity<'l>(labels: &[&'l str]) -> Option<&'l str> {
    labels.iter().copied().find(|label| {
        let label = label.to_ascii_lowercase();
        let number = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
        label.starts_with("sev") || label.starts_with("priority") || label.strip_prefix('p').is_some_and(number)
    })
}

/// A commit on the branch that is deployed.
#[derive(Debug, Default)]
pub(super) struct Commit<'c> {
    pub(super) sha: &'c str,
    pub(super) message: &'c str,
    pub(super) authored: Option<Time>,
    pub(super) committed: Option<Time>,
    pub(super) merged: Option<Time>,
    pub(super) merge: bool,
}

impl Commit<'_> {
    pub(super) fn write(&self, repository: &str, out: &mut Out<'_>) -> Result<()> {
        out.change(Change {
            sha: Some(self.sha.into()),
            repository: Some(repository.into()),
            authored_at: self.authored,
            committed_at: self.committed,
            merged_at: self.merged,
            merge: self.merge.then_some(true),
            reverts: reverted_commit(self.message).map(Into::into),
            copy_of: copied_commit(self.message).map(Into::into),
            ..Change::default()
        })
    }
}

/// A pull or merge request.
#[derive(Debug, Default)]
pub(super) struct Request<'r> {
    pub(super) id: String,
    pub(super) repository: &'r str,
    /// Its address as a deployment, such as `acme/shop/pull/17`.
    pub(super) as_deployment: String,
    pub(super) author: Option<&'r str>,
    pub(super) opened: Option<Time>,
    pub(super) merged: Option<(Time, &'r str)>,
    pub(super) body: &'r str,
    pub(super) branch: &'r str,
    /// Whether it went to the branch that is deployed, as far as is known.
    pub(super) to_default: bool,
}

#[derive(Debug)]
struct Revert {
    repository: String,
    sha: String,
    of: String,
    origin: Origin,
}

#[derive(Debug)]
struct Review {
    id: String,
    repository: String,
    by: Option<String>,
    at: Time,
    approved: bool,
    origin: Origin,
}

/// What can only be told when all requests of a stream were seen.
#[derive(Debug, Default)]
pub(super) struct Requests {
    merges: BTreeMap<String, String>,
    authors: BTreeMap<String, String>,
    reverts: Vec<Revert>,
    reviews: Vec<Review>,
}

impl Requests {
    /// Writes a request; `mark` stands between repository and number in an id.
    pub(super) fn write(&mut self, request: &Request<'_>, mark: char, out: &mut Out<'_>) -> Result<()> {
        let Request { repository, body, .. } = *request;
        if let Some(author) = request.author {
            self.authors.insert(request.id.clone(), author.to_owned());
        }
        out.pull_request(PullRequest {
            id: Some(request.id.as_str().into()),
            repository: Some(repository.into()),
            opened_at: request.opened,
            merged_at: request.merged.map(|(at, _)| at),
            merge_sha: request.merged.map(|(_, sha)| sha).filter(|sha| !sha.is_empty()).map(Into::into),
            ..PullRequest::default()
        })?;
        let Some((at, sha)) = request.merged.filter(|(_, sha)| !sha.is_empty()) else { return Ok(()) };
        self.merges.insert(request.id.clone(), sha.to_owned());
        if request.to_default {
            let reverted = reverted_commit(body);
            out.change(Change {
                sha: Some(sha.into()),
                repository: Some(repository.into()),
                merged_at: Some(at),
                reverts: reverted.map(Into::into),
                ..Change::default()
            })?;
            let other = reverted_request(body)
                .map(|(named, number)| format!("{}{mark}{number}", named.unwrap_or(repository)))
                .or_else(|| reverted_by_branch(request.branch).map(|number| format!("{repository}{mark}{number}")));
            if let (None, Some(of)) = (reverted, other) {
                let (repository, sha) = (repository.to_owned(), sha.to_owned());
                self.reverts.push(Revert { repository, sha, of, origin: out.origin });
            }
        }
        if !out.options.host.counts(DeploymentSource::MergedPullRequests) {
            out.table.advise_deployments(&DeploymentSource::MergedPullRequests.asked_for("merged requests"));
        } else if request.to_default {
            out.deployment(Deployment {
                id: Some(request.as_deployment.as_str().into()),
                repository: Some(repository.into()),
                sha: Some(sha.into()),
                changes: vec![sha.into()],
                finished_at: Some(at),
                ..Deployment::default()
            })?;
        } else {
            out.note("merged into a branch that is not deployed");
        }
        Ok(())
    }

    /// Keeps a review until its request's author is known: nobody reviews themselves.
    pub(super) fn review(
        &mut self,
        id: String,
        repository: &str,
        by: Option<&str>,
        review: (Time, bool),
        out: &Out<'_>,
    ) {
        let (at, approved) = review;
        let (repository, by) = (repository.to_owned(), by.map(str::to_owned));
        self.reviews.push(Review { id, repository, by, at, approved, origin: out.origin });
    }

    pub(super) fn author(&mut self, id: &str, author: Option<&str>) {
        if let Some(author) = author {
            self.authors.insert(id.to_owned(), author.to_owned());
        }
    }

    pub(super) fn finish(&mut self, out: &mut Out<'_>) -> Result<()> {
        for revert in std::mem::take(&mut self.reverts) {
            out.origin = revert.origin;
            match self.merges.get(&revert.of) {
                Some(sha) => out.change(Change {
                    sha: Some(revert.sha.into()),
                    repository: Some(revert.repository.into()),
                    reverts: Some(sha.as_str().into()),
                    ..Change::default()
                })?,
                None => out.note("reverts a request that is not in the input"),
            }
        }
        for review in std::mem::take(&mut self.reviews) {
            out.origin = review.origin;
            if review.by.is_some() && review.by.as_ref() == self.authors.get(&review.id) {
                out.ignore("review by the author");
                continue;
            }
            out.pull_request(PullRequest {
                id: Some(review.id.into()),
                repository: Some(review.repository.into()),
                first_review_at: Some(review.at),
                approved_at: review.approved.then_some(review.at),
                ..PullRequest::default()
            })?;
        }
        *self = Self::default();
        Ok(())
    }
}
