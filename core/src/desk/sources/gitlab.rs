//! GitLab: webhook payloads and REST responses, told apart by their shape.
//!
//! Deployments are deployments; pipelines whose name, ref or source matches a pattern, releases and merged requests
//! count only when the options say so. A deployment to the `production` tier is one to `production`, whatever the
//! environment is called; without a tier the rule for names holds. Incidents are issues of that type or with an incident
//! label. Ids hold their project: `acme/shop#12`, `acme/shop!7`, `acme/shop/-/deployments/15`.
//!
//! A push webhook carries its newest 20 commits only, and a push of more than three branches or tags sends none at all:
//! the first is counted in a note, the second cannot be seen.

use serde_json::Value;

use super::detect::what;
use super::gitlab_records::{self as records, Project};
use super::hosted::Requests;
use super::out::Out;
use super::record::Record;
use crate::ground::error::{Error, ErrorCode, Result};

/// Whether a record looks like one of GitLab's.
pub(super) fn is_one(value: &Value) -> bool {
    let record = Record(value);
    let word = |path| record.get(path).is_some_and(Value::is_string);
    word("object_kind")
        || (word("event_name") && (record.has("project_id") || record.has("group_id")))
        || record.has("project.path_with_namespace")
        || (record.has("iid") && (record.has("web_url") || record.has("deployable") || record.has("environment")))
        || (record.has("short_id") && record.has("committed_date"))
        || (record.has("tag_name") && record.has("released_at"))
}

/// What a REST response is, by its fields.
fn thing(record: Record<'_>) -> Option<&'static str> {
    const THINGS: &[(&[&str], &str)] = &[
        (&["iid", "environment", "sha", "status"], "deployment"),
        (&["iid", "target_branch", "source_branch"], "merge request"),
        (&["short_id", "committed_date"], "commit"),
        (&["tag_name", "released_at"], "release"),
        (&["iid", "title", "state"], "issue"),
        (&["sha", "ref", "status", "web_url"], "pipeline"),
    ];
    let found = THINGS.iter().find(|(names, _)| names.iter().all(|name| record.has(name)));
    found.map(|(_, thing)| *thing)
}

/// The state of a stream.
#[derive(Debug, Default)]
pub(super) struct Gitlab {
    requests: Requests,
}

impl Gitlab {
    pub(super) fn take(&mut self, value: &Value, out: &mut Out<'_>) -> Result<()> {
        let record = Record(value);
        if let Some(kind) = record.text("object_kind").ok().flatten().or(record.text("event_name").ok().flatten()) {
            return self.hook(kind, record, out);
        }
        let Some(thing) = thing(record) else {
            if is_one(value) {
                out.ignore("gitlab record of another kind");
                return Ok(());
            }
            let sentence = format!("expected a webhook payload or REST response of GitLab, found {}", what(value));
            return Err(Error::new(ErrorCode::InvalidRecord, sentence));
        };
        let project = Project::of_thing(record, out.options)?;
        match thing {
            "deployment" => records::deployment(&project, record, out),
            "merge request" => records::request(&project, record, None, &mut self.requests, out),
            "commit" => records::commit(&project, record, out),
            "release" => records::release(&project, record, "tag_name", out),
            "issue" => records::issue(&project, record, None, out),
            _ => records::pipeline(&project, record, out),
        }
    }

    fn hook(&mut self, kind: &str, record: Record<'_>, out: &mut Out<'_>) -> Result<()> {
        let attributes = || {
            let missing =
                || Error::new(ErrorCode::MissingField, "expected an object, found none").at("object_attributes");
            record.part("object_attributes").ok_or_else(missing)
        };
        let project = || Project::of_hook(record, out.options);
        match kind {
            "push" => records::push(&project()?, record, out),
            "deployment" => records::deployment_hook(&project()?, record, out),
            "merge_request" => {
                let (project, attributes) = (project()?, attributes()?);
                records::request(&project, attributes, Some(record), &mut self.requests, out)
            }
            "pipeline" => records::pipeline(&project()?, attributes()?, out),
            "release" if record.text("action")? == Some("delete") => {
                out.ignore("gitlab release delete");
                Ok(())
            }
            "release" => records::release(&project()?, record, "tag", out),
            "issue" | "work_item" => records::issue(&project()?, attributes()?, Some(record), out),
            other => {
                out.ignore(&format!("gitlab {other}"));
                Ok(())
            }
        }
    }

    pub(super) fn finish(&mut self, out: &mut Out<'_>) -> Result<()> {
        self.requests.finish(out)
    }
}

#[cfg(test)]
#[path = "gitlab_tests.rs"]
mod tests;
