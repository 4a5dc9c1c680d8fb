//! The things of GitLab, in webhooks and REST responses, as events.

use super::hosted::{Commit, Request, Requests, severity};
use super::messages::{is_merge, is_null_sha, is_sha, is_version, root_cause};
use super::out::Out;
use super::record::Record;
use super::types::{DeploymentSource, ReadOptions};
use crate::facts::{Deployment, DeploymentStatus, Incident, PullRequest};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;

/// How many commits a push webhook carries at most.
const MOST_COMMITS: u64 = 20;

/// Where a thing is: its project, and the branch that is deployed where that is told.
#[derive(Debug, Clone)]
pub(super) struct Project<'r> {
    path: String,
    default_branch: Option<&'r str>,
}

impl<'r> Project<'r> {
    pub(super) fn of_hook(record: Record<'r>, options: &ReadOptions) -> Result<Self> {
        let named = record.text("project.path_with_namespace")?.map(str::to_owned);
        let path = named.or_else(|| options.repository.clone()).ok_or_else(without_project)?;
        Ok(Self { path, default_branch: record.text("project.default_branch")? })
    }

    /// A REST response tells its project in an address or in `references`.
    pub(super) fn of_thing(record: Record<'r>, options: &ReadOptions) -> Result<Self> {
        let mut path =
            record.text("references.full")?.and_then(|text| text.split(['#', '!']).next()).map(str::to_owned);
        for address in ["web_url", "deployable.pipeline.web_url", "deployable.web_url", "_links.self", "commit.web_url"]
        {
            path = path.or(record.text(address)?.and_then(project_in));
        }
        let path = path.filter(|path| !path.is_empty()).or_else(|| options.repository.clone());
        Ok(Self { path: path.ok_or_else(without_project)?, default_branch: None })
    }
}

/// What follows a project in addresses without `/-/`.
const PARTS: [&str; 5] = ["/pipelines/", "/issues/", "/merge_requests/", "/commit/", "/releases/"];

/// `https://gitlab.example/acme/team/shop/-/issues/1` → `acme/team/shop`; older addresses have no `/-/`.
fn project_in(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let end = path.find("/-/").or_else(|| PARTS.iter().find_map(|part| path.find(part)))?;
    path.get(..end).filter(|path| path.contains('/') && !path.starts_with("api/")).map(str::to_owned)
}

fn without_project() -> Error {
    let sentence = "the record does not say which project it is of, and no default repository is given";
    Error::new(ErrorCode::MissingField, sentence).at("project")
}

/// Commits pushed to the branch that is deployed.
pub(super) fn push(project: &Project<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let reference = record.needed("ref")?;
    if record.text("after")?.is_some_and(is_null_sha) {
        out.ignore("gitlab push that deletes");
        return Ok(());
    }
    let branch = reference.strip_prefix("refs/heads/").unwrap_or(reference);
    if project.default_branch.is_some_and(|default| default != branch) {
        out.ignore("gitlab push to another branch");
        return Ok(());
    }
    let commits = record.list("commits")?;
    let total = record.get("total_commits_count").and_then(serde_json::Value::as_u64).unwrap_or_default();
    if total > MOST_COMMITS && commits.len() as u64 <= MOST_COMMITS {
        out.note("gitlab pushes of more than 20 commits, of which the webhook carries the newest 20");
    }
    if commits.is_empty() {
        out.ignore("gitlab push without commits");
    }
    for (index, commit) in commits.iter().enumerate() {
        let commit = Record(commit);
        let write = |out: &mut Out<'_>| {
            let message = commit.text("message")?.unwrap_or_default();
            let committed = commit.time("timestamp", out)?;
            let sha = commit.needed("id")?;
            let commit = Commit { sha, message, committed, merge: is_merge(message), ..Commit::default() };
            commit.write(&project.path, out)
        };
        write(out).at(format_args!("commits[{index}]"))?;
    }
    Ok(())
}

pub(super) fn commit(project: &Project<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let commit = Commit {
        sha: record.needed("id")?,
        message: record.text("message")?.unwrap_or_default(),
        authored: record.time("authored_date", out)?,
        committed: record.time("committed_date", out)?,
        merged: None,
        merge: record.list("parent_ids")?.len() > 1,
    };
    commit.write(&project.path, out)
}

/// The environment to write: the production tier is production.
fn environment<'r>(name: Option<&'r str>, tier: Option<&str>) -> Option<&'r str> {
    if tier == Some("production") { Some("production") } else { name }
}

/// How a deployment or pipeline ended; `None` while it runs.
fn ended(status: &str) -> Result<Option<DeploymentStatus>> {
    match status {
        "success" => Ok(Some(DeploymentStatus::Success)),
        "failed" => Ok(Some(DeploymentStatus::Failure)),
        "canceled" | "skipped" | "canceling" => Ok(Some(DeploymentStatus::Cancelled)),
        "created"
        | "running"
        | "blocked"
        | "pending"
        | "preparing"
        | "waiting_for_resource"
        | "waiting_for_callback"
        | "manual"
        | "scheduled" => Ok(None),
        other => {
            let sentence = format!("expected a status of a deployment or pipeline, found `{}`", excerpt(other));
            Err(Error::new(ErrorCode::UnknownValue, sentence).at("status"))
        }
    }
}

pub(super) fn deployment_hook(project: &Project<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let id = record.needed_id("deployment_id")?;
    if !out.options.host.counts(DeploymentSource::Deployments) {
        let advice = DeploymentSource::Deployments.asked_for("deployments of GitLab");
        out.ignore_deployment("gitlab deployment", &advice);
        return Ok(());
    }
    let status = ended(record.needed("status")?)?;
    let changed = record.time("status_changed_at", out)?;
    let sha = record.text("commit_url")?.and_then(|address| address.rsplit('/').next()).filter(|sha| is_sha(sha));
    let running = record.text("status")? == Some("running");
    out.deployment(Deployment {
        id: Some(format!("{}/-/deployments/{id}", project.path).into()),
        environment: environment(record.text("environment")?, record.text("environment_tier")?).map(Into::into),
        version: record.text("ref")?.filter(|name| is_version(name)).map(Into::into),
        sha: sha.map(Into::into),
        started_at: changed.filter(|_| running),
        finished_at: status.and(changed),
        status,
        repository: Some(project.path.as_str().into()),
        ..Deployment::default()
    })
}

/// A deployment as the REST interface lists it.
pub(super) fn deployment(project: &Project<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let id = record.needed_id("id")?;
    if !out.options.host.counts(DeploymentSource::Deployments) {
        let advice = DeploymentSource::Deployments.asked_for("deployments of GitLab");
        out.ignore_deployment("gitlab deployment", &advice);
        return Ok(());
    }
    let status = ended(record.needed("status")?)?;
    let own_end = record.time("finished_at", out)?;
    let job_end = record.time("deployable.finished_at", out)?;
    let end = own_end.or(job_end).or(record.time("updated_at", out)?);
    let tag = record.truth("deployable.tag")?;
    out.deployment(Deployment {
        id: Some(format!("{}/-/deployments/{id}", project.path).into()),
        environment: environment(record.text("environment.name")?, record.text("environment.tier")?).map(Into::into),
        version: record.text("ref")?.filter(|name| tag || is_version(name)).map(Into::into),
        sha: record.text("sha")?.map(Into::into),
        started_at: record.time("created_at", out)?,
        finished_at: status.and(end),
        status,
        repository: Some(project.path.as_str().into()),
        ..Deployment::default()
    })
}

/// A merge request: the whole thing in a REST response, its attributes in a webhook.
pub(super) fn request(
    project: &Project<'_>,
    record: Record<'_>,
    hook: Option<Record<'_>>,
    requests: &mut Requests,
    out: &mut Out<'_>,
) -> Result<()> {
    let number = record.needed_id("iid")?;
    let id = format!("{}!{number}", project.path);
    let action = record.text("action")?;
    let updated = record.time("updated_at", out)?;
    // A webhook has no time of the merge of its own: it is sent at that moment.
    let at_merge = updated.filter(|_| hook.is_some() && action == Some("merge"));
    let merged =
        record.time("merged_at", out)?.or(at_merge).filter(|_| record.text("state").ok().flatten() == Some("merged"));
    let mut sha = record.text("merge_commit_sha")?.or(record.text("squash_commit_sha")?);
    if sha.is_none() && merged.is_some() {
        // A fast-forward merge makes no commit: the last one of the branch is on the target then.
        sha = record.text("sha")?.or(record.text("last_commit.id")?);
    }
    let target = record.text("target_branch")?;
    let request = Request {
        id: id.clone(),
        as_deployment: format!("{}/-/merge_requests/{number}", project.path),
        repository: &project.path,
        author: record.text("author.username")?,
        opened: record.time("created_at", out)?,
        merged: merged.map(|at| (at, sha.unwrap_or_default())),
        body: record.text("description")?.unwrap_or_default(),
        branch: record.text("source_branch")?.unwrap_or_default(),
        to_default: project.default_branch.is_none() || target.is_none() || target == project.default_branch,
    };
    requests.write(&request, '!', out)?;
    if let (Some("approved" | "approval"), Some(at)) = (action, updated) {
        out.pull_request(PullRequest {
            id: Some(id.into()),
            repository: Some(project.path.as_str().into()),
            first_review_at: Some(at),
            // `approval` is one of several that are needed, `approved` the last of them.
            approved_at: Some(at).filter(|_| action == Some("approved")),
            ..PullRequest::default()
        })?;
    }
    Ok(())
}

/// A pipeline that matches the pattern is a deployment.
pub(super) fn pipeline(project: &Project<'_>, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
    let id = record.needed_id("id")?;
    let names = [record.text("name")?.unwrap_or_default(), record.text("ref")?.unwrap_or_default()];
    if let Err(advice) = out.options.host.counts_run(&names, "pipelines of GitLab") {
        out.ignore_deployment("gitlab pipeline", &advice);
        return Ok(());
    }
    if record.text("source")? == Some("merge_request_event") {
        out.ignore("gitlab pipeline of a merge request");
        return Ok(());
    }
    let status = ended(record.needed("status")?)?;
    let finished = record.time("finished_at", out)?;
    let end = finished.or(record.time("updated_at", out)?);
    let started = record.time("started_at", out)?;
    let tag = record.truth("tag")?;
    out.deployment(Deployment {
        id: Some(format!("{}/-/pipelines/{id}", project.path).into()),
        version: record.text("ref")?.filter(|name| tag || is_version(name)).map(Into::into),
        sha: record.text("sha")?.map(Into::into),
        started_at: started.or(record.time("created_at", out)?),
        finished_at: status.and(end),
        status,
        repository: Some(project.path.as_str().into()),
        ..Deployment::default()
    })
}

pub(super) fn release(project: &Project<'_>, record: Record<'_>, tag: &str, out: &mut Out<'_>) -> Result<()> {
    let tag = record.needed(tag)?;
    if !out.options.host.counts(DeploymentSource::Releases) {
        let advice = DeploymentSource::Releases.asked_for("releases of GitLab");
        out.ignore_deployment("gitlab release", &advice);
        return Ok(());
    }
    if record.truth("upcoming_release")? {
        out.ignore("gitlab upcoming release");
        return Ok(());
    }
    out.deployment(Deployment {
        id: Some(format!("{}/-/releases/{tag}", project.path).into()),
        version: Some(tag.into()),
        sha: record.text("commit.id")?.map(Into::into),
        finished_at: record.time("released_at", out)?,
        repository: Some(project.path.as_str().into()),
        ..Deployment::default()
    })
}

/// An issue that is an incident, by its type or labels.
pub(super) fn issue(
    project: &Project<'_>,
    record: Record<'_>,
    hook: Option<Record<'_>>,
    out: &mut Out<'_>,
) -> Result<()> {
    let number = record.needed_id("iid")?;
    let labels = record.labels("labels")?;
    let mut words = labels.clone();
    for path in ["type", "issue_type"] {
        words.extend(record.text(path)?);
    }
    let typed = words.iter().any(|word| word.eq_ignore_ascii_case("incident"));
    if !typed && !out.options.host.is_incident(&words) {
        out.ignore("gitlab issue that is no incident");
        return Ok(());
    }
    let action = hook.and(record.text("action")?);
    let updated = record.time("updated_at", out)?;
    let closed = record.text("state")? == Some("closed");
    // A webhook may have no `closed_at`: it is sent at that moment.
    let at_close = updated.filter(|_| action == Some("close"));
    let reopened = updated.filter(|_| action == Some("reopen"));
    let told = record.text("severity")?.filter(|word| !word.eq_ignore_ascii_case("unknown"));
    let body = record.text("description")?.unwrap_or_default();
    out.incident(Incident {
        id: Some(format!("{}#{number}", project.path).into()),
        started_at: record.time("created_at", out)?,
        resolved_at: if closed { record.time("closed_at", out)?.or(at_close) } else { None },
        reopened_at: reopened,
        sha: root_cause(body).map(Into::into),
        severity: told.or(severity(&labels)).map(Into::into),
        repository: Some(project.path.as_str().into()),
        ..Incident::default()
    })
}
