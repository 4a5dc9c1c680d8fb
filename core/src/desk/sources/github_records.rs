//! The things of GitHub, the same in webhooks and REST responses, as events.

use super::hosted::{Commit, Request, Requests, severity};
use super::messages::{is_merge, is_null_sha, is_sha, is_version, root_cause};
use super::out::Out;
use super::record::Record;
use super::types::{DeploymentSource, ReadOptions};
use crate::facts::{Deployment, DeploymentStatus, Incident};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;

/// Where a thing is: its repository, and the branch that is deployed where that is told.
#[derive(Debug, Clone)]
pub(super) struct Host<'r> {
    repository: String,
    default_branch: Option<&'r str>,
}

impl<'r> Host<'r> {
    pub(super) fn of_hook(record: Record<'r>, options: &ReadOptions) -> Result<Self> {
        let named = record.text("repository.full_name")?.map(str::to_owned);
        let repository = named.or_else(|| options.repository.clone()).ok_or_else(without_repository)?;
        let branch = record.text("repository.default_branch")?;
        Ok(Self { repository, default_branch: branch.or(record.text("repository.master_branch")?) })
    }

    /// A REST response tells its repository in an object or in an address.
    pub(super) fn of_thing(record: Record<'r>, options: &ReadOptions) -> Result<Self> {
        let mut repository = None;
        for path in ["base.repo.full_name", "repository.full_name"] {
            repository = repository.or(record.text(path)?.map(str::to_owned));
        }
        for path in ["repository_url", "deployment_url", "pull_request_url", "url"] {
            repository = repository.or(record.text(path)?.and_then(repository_in));
        }
        let repository = repository.or_else(|| options.repository.clone()).ok_or_else(without_repository)?;
        Ok(Self { repository, default_branch: record.text("base.repo.default_branch")? })
    }
}

/// `https://api.github.com/repos/acme/shop/deployments/1` → `acme/shop`, at any host.
fn repository_in(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("/repos/")?;
    let mut parts = rest.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    (!owner.is_empty() && !name.is_empty()).then(|| format!("{owner}/{name}"))
}

fn without_repository() -> Error {
    let sentence = "the record does not say which repository it is of, and no default is given";
    Error::new(ErrorCode::MissingField, sentence).at("repository")
}

/// Commits pushed to the branch that is deployed; the time of the push is when they were merged.
pub(super) fn push(host: &Host<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let reference = record.needed("ref")?;
    if record.truth("deleted")? || record.text("after")?.is_some_and(is_null_sha) {
        out.ignore("github push that deletes");
        return Ok(());
    }
    let Some(branch) = reference.strip_prefix("refs/heads/") else {
        out.ignore("github push of a tag");
        return Ok(());
    };
    if host.default_branch.is_some_and(|default| default != branch) {
        out.ignore("github push to another branch");
        return Ok(());
    }
    let merged = record.time("repository.pushed_at", out)?;
    let commits = record.list("commits")?;
    if commits.is_empty() {
        out.ignore("github push without commits");
    }
    for (index, commit) in commits.iter().enumerate() {
        let commit = Record(commit);
        let write = |out: &mut Out<'_>| {
            let message = commit.text("message")?.unwrap_or_default();
            let committed = commit.time("timestamp", out)?;
            let sha = commit.needed("id")?;
            Commit { sha, message, committed, merged, merge: is_merge(message), authored: None }
                .write(&host.repository, out)
        };
        write(out).at(format_args!("commits[{index}]"))?;
    }
    Ok(())
}

pub(super) fn commit(host: &Host<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let commit = Commit {
        sha: record.needed("sha")?,
        message: record.text("commit.message")?.unwrap_or_default(),
        authored: record.time("commit.author.date", out)?,
        committed: record.time("commit.committer.date", out)?,
        merged: None,
        merge: record.list("parents")?.len() > 1,
    };
    commit.write(&host.repository, out)
}

/// What to ask GitHub for where deployments came alone.
const STATUSES: &str = "deployments of GitHub without their statuses, which alone say when and how one ended: the webhook \
    `deployment_status`, or `gh api repos/OWNER/NAME/deployments/ID/statuses --paginate`";

/// A deployment, with one of its statuses where a webhook brings both.
pub(super) fn deployment(
    host: &Host<'_>,
    record: Record<'_>,
    status: Option<Record<'_>>,
    out: &mut Out<'_>,
) -> Result<()> {
    let id = record.needed_id("id").at("deployment")?;
    if !out.options.host.counts(DeploymentSource::Deployments) {
        let advice = DeploymentSource::Deployments.asked_for("deployments of GitHub");
        out.ignore_deployment("github deployment", &advice);
        return Ok(());
    }
    let reference = record.text("ref")?.map(|name| name.strip_prefix("refs/tags/").unwrap_or(name));
    let (finished_at, state) = if let Some(status) = status {
        ended(status, out).at("deployment_status")?
    } else {
        out.table.advise_ends(out.origin, STATUSES);
        (None, None)
    };
    out.deployment(Deployment {
        id: Some(format!("{}/deployments/{id}", host.repository).into()),
        environment: record.text("environment")?.map(Into::into),
        version: reference.filter(|name| is_version(name)).map(Into::into),
        sha: record.text("sha")?.map(Into::into),
        started_at: record.time("created_at", out)?,
        finished_at,
        status: state,
        rollback: record
            .text("task")?
            .is_some_and(|task| task.to_ascii_lowercase().contains("rollback"))
            .then_some(true),
        repository: Some(host.repository.as_str().into()),
        ..Deployment::default()
    })
}

/// A status as the REST interface lists it: it names its deployment by address.
pub(super) fn status(host: &Host<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let address = record.needed("deployment_url")?;
    let id = address.rsplit('/').next().filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
    let id = id.ok_or_else(|| {
        let sentence = format!("expected an address that ends with an id, found `{}`", excerpt(address));
        Error::new(ErrorCode::InvalidRecord, sentence).at("deployment_url")
    })?;
    if !out.options.host.counts(DeploymentSource::Deployments) {
        let advice = DeploymentSource::Deployments.asked_for("deployments of GitHub");
        out.ignore_deployment("github deployment", &advice);
        return Ok(());
    }
    let (finished_at, status) = ended(record, out)?;
    out.deployment(Deployment {
        id: Some(format!("{}/deployments/{id}", host.repository).into()),
        environment: record.text("environment")?.map(Into::into),
        finished_at,
        status,
        repository: Some(host.repository.as_str().into()),
        ..Deployment::default()
    })
}

type Ended = (Option<crate::ground::time::Time>, Option<DeploymentStatus>);

fn ended(status: Record<'_>, out: &Out<'_>) -> Result<Ended> {
    let state = match status.needed("state")? {
        "success" => DeploymentStatus::Success,
        "failure" | "error" => DeploymentStatus::Failure,
        // `inactive` says that a later deployment took its place.
        "inactive" | "pending" | "queued" | "in_progress" | "waiting" => return Ok((None, None)),
        other => {
            let sentence = format!("expected a state of a deployment, found `{}`", excerpt(other));
            return Err(Error::new(ErrorCode::UnknownValue, sentence).at("state"));
        }
    };
    let at = status.time("created_at", out)?;
    let missing = || Error::new(ErrorCode::MissingField, "expected a time, found none").at("created_at");
    Ok((Some(at.ok_or_else(missing)?), Some(state)))
}

pub(super) fn pull(host: &Host<'_>, record: Record<'_>, requests: &mut Requests, out: &mut Out<'_>) -> Result<()> {
    let number = record.needed_id("number")?;
    let merged = record.time("merged_at", out)?;
    let branch = record.text("base.ref")?;
    let default = host.default_branch.or(record.text("base.repo.default_branch")?);
    let request = Request {
        id: format!("{}#{number}", host.repository),
        as_deployment: format!("{}/pull/{number}", host.repository),
        repository: &host.repository,
        author: record.text("user.login")?,
        opened: record.time("created_at", out)?,
        merged: merged
            .map(|at| record.text("merge_commit_sha").map(|sha| (at, sha.unwrap_or_default())))
            .transpose()?,
        body: record.text("body")?.unwrap_or_default(),
        branch: record.text("head.ref")?.unwrap_or_default(),
        to_default: default.is_none() || branch.is_none() || branch == default,
    };
    requests.write(&request, '#', out)
}

pub(super) fn review(
    host: &Host<'_>,
    record: Record<'_>,
    pull: Option<Record<'_>>,
    requests: &mut Requests,
    out: &mut Out<'_>,
) -> Result<()> {
    let number = match pull {
        Some(pull) => pull.needed_id("number").at("pull_request")?,
        None => record.needed("pull_request_url")?.rsplit('/').next().unwrap_or_default().to_owned(),
    };
    let id = format!("{}#{number}", host.repository);
    if let Some(pull) = pull {
        requests.author(&id, pull.text("user.login").at("pull_request")?);
    }
    let Some(at) = record.time("submitted_at", out)? else {
        out.ignore("github review that is not submitted");
        return Ok(());
    };
    let approved = record.text("state")?.is_some_and(|state| state.eq_ignore_ascii_case("approved"));
    requests.review(id, &host.repository, record.text("user.login")?, (at, approved), out);
    Ok(())
}

/// A workflow run that matches the pattern of names is a deployment.
pub(super) fn run(host: &Host<'_>, record: Record<'_>, workflow: Option<&str>, out: &mut Out<'_>) -> Result<()> {
    let id = record.needed_id("id")?;
    let path = record.text("path")?.unwrap_or_default();
    // A path may carry the ref it was read from: `.github/workflows/deploy.yml@main`.
    let file = path.rsplit('/').next().unwrap_or_default().split('@').next().unwrap_or_default();
    let names = [record.text("name")?.unwrap_or_default(), workflow.unwrap_or_default(), file];
    if let Err(advice) = out.options.host.counts_run(&names, "workflow runs of GitHub") {
        out.ignore_deployment("github workflow run", &advice);
        return Ok(());
    }
    if record.text("event")?.is_some_and(|event| event.starts_with("pull_request")) {
        out.ignore("github workflow run of a pull request");
        return Ok(());
    }
    let completed = record.text("status")? == Some("completed");
    let status = match record.text("conclusion")?.filter(|_| completed) {
        None => None,
        Some("success") => Some(DeploymentStatus::Success),
        Some("failure" | "timed_out" | "startup_failure") => Some(DeploymentStatus::Failure),
        Some("cancelled") => Some(DeploymentStatus::Cancelled),
        Some(other) => {
            out.ignore(&format!("github workflow run {}", excerpt(other)));
            return Ok(());
        }
    };
    let ended = record.time("updated_at", out)?;
    let started = record.time("run_started_at", out)?;
    out.deployment(Deployment {
        id: Some(format!("{}/actions/runs/{id}", host.repository).into()),
        sha: record.text("head_sha")?.map(Into::into),
        started_at: started.or(record.time("created_at", out)?),
        finished_at: status.and(ended),
        status,
        repository: Some(host.repository.as_str().into()),
        ..Deployment::default()
    })
}

pub(super) fn release(host: &Host<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let id = record.needed_id("id")?;
    let kind = if record.truth("draft")? {
        "github draft release"
    } else if record.truth("prerelease")? && !out.options.host.prereleases {
        "github pre-release"
    } else if out.options.host.counts(DeploymentSource::Releases) {
        let target = record.text("target_commitish")?.filter(|target| is_sha(target));
        // When it was created is when its commit was.
        return out.deployment(Deployment {
            id: Some(format!("{}/releases/{id}", host.repository).into()),
            version: Some(record.needed("tag_name")?.into()),
            sha: target.map(Into::into),
            finished_at: record.time("published_at", out)?,
            repository: Some(host.repository.as_str().into()),
            ..Deployment::default()
        });
    } else {
        let advice = DeploymentSource::Releases.asked_for("releases of GitHub");
        out.ignore_deployment("github release", &advice);
        return Ok(());
    };
    out.ignore(kind);
    Ok(())
}

/// An issue that is an incident, by its labels or type.
pub(super) fn issue(host: &Host<'_>, record: Record<'_>, action: Option<&str>, out: &mut Out<'_>) -> Result<()> {
    let number = record.needed_id("number")?;
    if record.has("pull_request") {
        // The list of issues holds pull requests too.
        out.ignore("github issue that is a pull request");
        return Ok(());
    }
    let labels = record.labels("labels")?;
    let mut words = labels.clone();
    words.extend(record.part("type").map(|kind| kind.text("name")).transpose()?.flatten());
    if !out.options.host.is_incident(&words) {
        out.ignore("github issue that is no incident");
        return Ok(());
    }
    if let Some(action @ ("deleted" | "transferred")) = action {
        out.ignore(&format!("github issue {action}"));
        return Ok(());
    }
    let reopened = action == Some("reopened");
    let closed = record.text("state")? == Some("closed") || reopened;
    let body = record.text("body")?.unwrap_or_default();
    out.incident(Incident {
        id: Some(format!("{}#{number}", host.repository).into()),
        started_at: record.time("created_at", out)?,
        resolved_at: if closed { record.time("closed_at", out)? } else { None },
        reopened_at: if reopened { record.time("updated_at", out)? } else { None },
        sha: root_cause(body).map(Into::into),
        severity: severity(&labels).map(Into::into),
        repository: Some(host.repository.as_str().into()),
        ..Incident::default()
    })
}
