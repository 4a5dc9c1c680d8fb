//! GitHub: webhook payloads and REST responses, told apart by their shape.
//!
//! Deployments and their statuses are deployments: the earliest success counts, `error` and `failure` are failures.
//! Workflow runs, published releases and merged pull requests count as deployments only when the options say so.
//! Commits come from pushes to the default branch and from lists of commits; pull requests with their reviews give the
//! stages of lead time, and each merge is a change too. Issues with an incident label are incidents, from `created_at`
//! to `closed_at`, with a commit named as `root cause: <sha>` in their text as the cause. Ids hold their repository:
//! `acme/shop#12`, `acme/shop/deployments/42`.

use serde_json::Value;

use super::detect::what;
use super::github_records::{self as records, Host};
use super::hosted::Requests;
use super::out::Out;
use super::record::Record;
use crate::ground::error::{Error, ErrorCode, Result};

/// Whether a record looks like one of GitHub's.
pub(super) fn is_one(value: &Value) -> bool {
    let record = Record(value);
    let address = |path| record.get(path).and_then(Value::as_str).is_some_and(|text| text.contains("/repos/"));
    record.has("node_id")
        || record.has("repository.full_name")
        || address("url")
        || address("repository_url")
        || address("deployment_url")
        || address("pull_request_url")
        || record.has("base.repo.full_name")
        || (record.has("repository.owner.login") && record.has("sender"))
        || (record.has("hook_id") && record.has("zen"))
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A webhook of this event.
    Hook(&'static str),
    /// An element of a REST response.
    Rest(&'static str),
    Unknown,
}

/// Fields that only the webhooks of one event have; the first that fits.
const HOOKS: &[(&[&str], &str)] = &[
    (&["deployment_status", "deployment"], "deployment_status"),
    (&["deployment", "review"], "deployment_review"),
    (&["deployment", "deployment_callback_url"], "deployment_protection_rule"),
    (&["deployment", "deployment.sha"], "deployment"),
    (&["pull_request", "review"], "pull_request_review"),
    (&["pull_request", "comment"], "pull_request_review_comment"),
    (&["pull_request", "thread"], "pull_request_review_thread"),
    (&["pull_request", "action"], "pull_request"),
    (&["workflow_job"], "workflow_job"),
    (&["workflow_run", "action"], "workflow_run"),
    (&["release", "action"], "release"),
    (&["issue", "comment"], "issue_comment"),
    (&["issue", "action"], "issues"),
    (&["ref", "before", "after"], "push"),
    (&["check_run"], "check_run"),
    (&["check_suite"], "check_suite"),
    (&["hook_id", "zen"], "ping"),
];

/// Fields that only the elements of one REST response have; the first that fits.
const RESTS: &[(&[&str], &str)] = &[
    (&["deployment_url", "state"], "status"),
    (&["pull_request_url", "state"], "review"),
    (&["sha", "task", "environment"], "deployment"),
    (&["sha", "commit"], "commit"),
    (&["workflow_id", "run_number"], "run"),
    (&["tag_name", "target_commitish"], "release"),
    (&["number", "head", "base"], "pull"),
    (&["number", "title", "state"], "issue"),
];

/// Told from the fields: a webhook has the thing under its name, a REST response is the thing.
fn shape(record: Record<'_>) -> Shape {
    let has = |names: &[&str]| names.iter().all(|name| record.has(name));
    let find = |shapes: &[(&[&str], &'static str)]| shapes.iter().find(|(names, _)| has(names)).map(|(_, name)| *name);
    match (find(HOOKS), find(RESTS)) {
        (Some(name), _) => Shape::Hook(name),
        (None, Some(name)) => Shape::Rest(name),
        (None, None) => Shape::Unknown,
    }
}

/// The state of a stream.
#[derive(Debug, Default)]
pub(super) struct Github {
    requests: Requests,
}

impl Github {
    pub(super) fn take(&mut self, value: &Value, out: &mut Out<'_>) -> Result<()> {
        let record = Record(value);
        if !value.is_object() {
            return Err(unknown(value));
        }
        let Some(event) = &out.options.host.event else {
            return match shape(record) {
                Shape::Hook(event) => self.hook(event, record, out),
                Shape::Rest(thing) => self.rest(thing, record, out),
                Shape::Unknown if is_one(value) => {
                    let action = if record.has("action") { "webhook" } else { "record" };
                    out.ignore(&format!("github {action} of another kind"));
                    Ok(())
                }
                Shape::Unknown => Err(unknown(value)),
            };
        };
        self.hook(event, record, out)
    }

    fn hook(&mut self, event: &str, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
        let part = |name: &str| {
            let missing = || Error::new(ErrorCode::MissingField, "expected an object, found none").at(name);
            record.part(name).ok_or_else(missing)
        };
        let host = || Host::of_hook(record, out.options);
        match event {
            "push" => records::push(&host()?, record, out),
            "deployment" => records::deployment(&host()?, part("deployment")?, None, out),
            "deployment_status" => {
                records::deployment(&host()?, part("deployment")?, Some(part("deployment_status")?), out)
            }
            "pull_request" => records::pull(&host()?, part("pull_request")?, &mut self.requests, out),
            "pull_request_review" => {
                let (host, pull) = (host()?, part("pull_request")?);
                records::review(&host, part("review")?, Some(pull), &mut self.requests, out)
            }
            "workflow_run" => records::run(&host()?, part("workflow_run")?, record.text("workflow.name")?, out),
            "release" => match record.text("action")? {
                Some(action @ ("deleted" | "unpublished")) => {
                    out.ignore(&format!("github release {action}"));
                    Ok(())
                }
                _ => records::release(&host()?, part("release")?, out),
            },
            "issues" => records::issue(&host()?, part("issue")?, record.text("action")?, out),
            other => {
                out.ignore(&format!("github {other}"));
                Ok(())
            }
        }
    }

    fn rest(&mut self, thing: &str, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
        let host = &Host::of_thing(record, out.options)?;
        match thing {
            "deployment" => records::deployment(host, record, None, out),
            "status" => records::status(host, record, out),
            "pull" => records::pull(host, record, &mut self.requests, out),
            "review" => records::review(host, record, None, &mut self.requests, out),
            "run" => records::run(host, record, None, out),
            "release" => records::release(host, record, out),
            "commit" => records::commit(host, record, out),
            _ => records::issue(host, record, None, out),
        }
    }

    pub(super) fn finish(&mut self, out: &mut Out<'_>) -> Result<()> {
        self.requests.finish(out)
    }
}

fn unknown(value: &Value) -> Error {
    let sentence = format!("expected a webhook payload or REST response of GitHub, found {}", what(value));
    Error::new(ErrorCode::InvalidRecord, sentence)
}

#[cfg(test)]
#[path = "github_tests.rs"]
mod tests;
