//! CDEvents, bare or in a CloudEvents envelope (structured mode).
//!
//! Used are `service.{deployed,upgraded,rolledback}` as deployments, `change.{created,reviewed,merged}` as pull requests
//! and changes, `incident.{detected,reported,resolved}` as incidents, tickets whose type or label says that they are
//! incidents, and `artifact.packaged` to know which change an artifact holds. All other events are counted by kind.
//!
//! Ids are unique within their source only, so they become `source#id`; the ids of changes stay as they are, because a
//! change is known by its sha. `context.version` (up to 0.4) and `context.specversion` (since 0.5) are the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::messages::is_sha;
use super::out::Out;
use super::record::Record;
use crate::facts::{Change, Deployment, Incident, PullRequest};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

const PREFIX: &str = "dev.cdevents.";

/// Whether a record is a CDEvent, bare or enveloped.
pub(super) fn is_one(value: &Value) -> bool {
    let record = Record(value);
    let kind = |path| record.get(path).and_then(Value::as_str).is_some_and(|kind| kind.starts_with("dev.cdevents"));
    kind("context.type") || (kind("type") && record.has("specversion"))
}

/// The state of a stream: which artifact holds which change, and which deployment shipped which artifact.
#[derive(Debug, Default)]
pub(super) struct Cdevents {
    packaged: BTreeMap<String, Vec<String>>,
    shipped: Vec<(String, Deployment<'static>)>,
}

impl Cdevents {
    pub(super) fn take(&mut self, value: &Value, out: &mut Out<'_>) -> Result<()> {
        let mut event = Record(value);
        if !event.has("context") {
            if event.has("data_base64") {
                let sentence = "expected the event as JSON in `data`, found `data_base64`";
                return Err(Error::new(ErrorCode::InvalidRecord, sentence));
            }
            let data = event.part("data");
            event =
                data.ok_or_else(|| Error::new(ErrorCode::MissingField, "expected an event, found none").at("data"))?;
        }
        let kind = event.needed("context.type")?;
        let Some(name) = kind.strip_prefix(PREFIX) else {
            if kind.starts_with("dev.cdeventsx.") {
                out.ignore("cdevents custom");
                return Ok(());
            }
            let sentence = format!("expected a type that begins with `{PREFIX}`, found `{}`", excerpt(kind));
            return Err(Error::new(ErrorCode::InvalidRecord, sentence).at("context.type"));
        };
        let mut words = name.split('.');
        let (subject, predicate) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let when = event.time("context.timestamp", out)?;
        let when = when.ok_or_else(|| {
            Error::new(ErrorCode::MissingField, "expected a time, found none").at("context.timestamp")
        })?;
        match (subject, predicate) {
            ("service", "deployed" | "upgraded" | "rolledback") => self.service(event, when, predicate, out),
            ("change", "created" | "reviewed" | "merged") => change(event, when, predicate, out),
            ("incident", "detected" | "reported" | "resolved") => incident(event, when, predicate, out),
            ("ticket", "created" | "closed") if is_incident(event, out)? => ticket(event, when, predicate, out),
            ("artifact", "packaged") if event.has("subject.content.change.id") => self.packaged(event),
            _ => {
                out.ignore(&format!("cdevents {subject}.{predicate}"));
                Ok(())
            }
        }
    }

    fn service(&mut self, event: Record<'_>, when: Time, predicate: &str, out: &mut Out<'_>) -> Result<()> {
        let artifact = event.text("subject.content.artifactId")?;
        let package = artifact.and_then(Package::parse).unwrap_or_default();
        let deployment = Deployment {
            id: Some(scoped(event, "context")?.into()),
            service: Some(event.needed("subject.id")?.to_owned().into()),
            environment: event.id("subject.content.environment.id")?.map(Into::into),
            ..Deployment::default()
        };
        if let Some(artifact) = artifact {
            self.shipped.push((artifact.to_owned(), deployment.clone()));
        }
        out.deployment(Deployment {
            repository: package.repository.map(Into::into),
            version: package.version.map(Into::into),
            sha: package.sha.map(Into::into),
            finished_at: Some(when),
            rollback: (predicate == "rolledback").then_some(true),
            ..deployment
        })
    }

    fn packaged(&mut self, event: Record<'_>) -> Result<()> {
        let artifact = event.needed("subject.id")?.to_owned();
        let changes = self.packaged.entry(artifact).or_default();
        changes.push(event.needed_id("subject.content.change.id")?);
        Ok(())
    }

    /// Tells the deployments which changes their artifacts hold, in whatever order that was said.
    pub(super) fn finish(&mut self, out: &mut Out<'_>) -> Result<()> {
        let mut deployed = BTreeSet::new();
        for (artifact, deployment) in std::mem::take(&mut self.shipped) {
            if let Some(changes) = self.packaged.get(&artifact) {
                let changes = changes.iter().map(|change| change.clone().into()).collect();
                out.deployment(Deployment { changes, ..deployment })?;
                deployed.insert(artifact);
            }
        }
        for (artifact, changes) in std::mem::take(&mut self.packaged) {
            if !deployed.contains(&artifact) {
                for _ in changes {
                    out.ignore("cdevents artifact.packaged that was not deployed");
                }
            }
        }
        Ok(())
    }
}

fn change(event: Record<'_>, when: Time, predicate: &str, out: &mut Out<'_>) -> Result<()> {
    let id = event.needed("subject.id")?;
    let named = DomainId::parse(id);
    let from_id = named.as_ref().map(DomainId::repository).filter(|name| !name.is_empty());
    let repository = event.id("subject.content.repository.id")?.or(from_id);
    let number = named.as_ref().map_or(id, |named| named.resource);
    let pull_request = PullRequest {
        id: Some(repository.as_ref().map_or_else(|| number.to_owned(), |name| format!("{name}#{number}")).into()),
        repository: repository.clone().map(Into::into),
        ..PullRequest::default()
    };
    match predicate {
        "created" => out.pull_request(PullRequest { opened_at: Some(when), ..pull_request }),
        "reviewed" => out.pull_request(PullRequest { first_review_at: Some(when), ..pull_request }),
        _ => {
            out.pull_request(PullRequest { merged_at: Some(when), merge_sha: Some(id.into()), ..pull_request })?;
            out.change(Change {
                sha: Some(id.into()),
                repository: repository.map(Into::into),
                merged_at: Some(when),
                ..Change::default()
            })
        }
    }
}

fn incident(event: Record<'_>, when: Time, predicate: &str, out: &mut Out<'_>) -> Result<()> {
    let package = event.text("subject.content.artifactId")?.and_then(Package::parse).unwrap_or_default();
    let resolved = predicate == "resolved";
    out.incident(Incident {
        id: Some(scoped(event, "subject")?.into()),
        service: event.id("subject.content.service.id")?.map(Into::into),
        environment: event.id("subject.content.environment.id")?.map(Into::into),
        started_at: (!resolved).then_some(when),
        resolved_at: resolved.then_some(when),
        // The artifact in a resolution is the one that runs now, not the one that broke.
        sha: package.sha.filter(|_| !resolved).map(Into::into),
        severity: event.id("customData.severity").unwrap_or_default().map(Into::into),
        ..Incident::default()
    })
}

fn is_incident(event: Record<'_>, out: &Out<'_>) -> Result<bool> {
    let mut words = event.labels("subject.content.labels")?;
    words.extend(event.text("subject.content.ticketType")?);
    let known = &out.options.host.incident_labels;
    Ok(words.iter().any(|word| known.iter().any(|label| label.eq_ignore_ascii_case(word))))
}

fn ticket(event: Record<'_>, when: Time, predicate: &str, out: &mut Out<'_>) -> Result<()> {
    let closed = predicate == "closed";
    out.incident(Incident {
        id: Some(scoped(event, "subject")?.into()),
        started_at: (!closed).then_some(when),
        resolved_at: closed.then_some(when),
        severity: event.text("subject.content.priority")?.map(Into::into),
        ..Incident::default()
    })
}

/// The id of the event (`context`) or of what it is about (`subject`), with its source.
fn scoped(event: Record<'_>, part: &str) -> Result<String> {
    let part_of = event.part(part).ok_or_else(|| Error::new(ErrorCode::MissingField, "expected an object").at(part))?;
    let id = part_of.needed("id").at(part)?;
    // A subject without a source has that of its event.
    let source = part_of.text("source").at(part)?.or(event.text("context.source")?);
    Ok(source.map_or_else(|| id.to_owned(), |source| format!("{source}#{id}")))
}

/// What a package URL (purl) says about an artifact.
#[derive(Debug, Default, PartialEq)]
struct Package {
    version: Option<String>,
    sha: Option<String>,
    repository: Option<String>,
}

impl Package {
    fn parse(purl: &str) -> Option<Self> {
        let rest = purl.strip_prefix("pkg:")?;
        let rest = rest.split('#').next().unwrap_or(rest);
        let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (name, version) =
            path.rsplit_once('@').map_or((path, None), |(name, version)| (name, Some(decode(version))));
        let mut package = Self { sha: version.clone().filter(|text| is_sha(text)), version, repository: None };
        if let Some(repository) = name.strip_prefix("github/").or_else(|| name.strip_prefix("gitlab/")) {
            package.repository = Some(decode(repository));
        }
        let url = qualifiers.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == "vcs_url");
        if let Some((_, url)) = url {
            // git+https://host/owner/name.git@commit
            let url = decode(url);
            let (place, commit) = url.rsplit_once('@').unwrap_or((&url, ""));
            package.sha = Some(commit.to_owned()).filter(|text| is_sha(text)).or(package.sha);
            let path = place.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
            package.repository = path.map(|path| path.trim_end_matches(".git").to_owned()).or(package.repository);
        }
        Some(package)
    }
}

/// Undoes percent-encoding; what is not encoded right stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |ahead| bytes.get(at + ahead).and_then(|&digit| char::from(digit).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, digit(1), digit(2)) {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// An id that carries its origin: `cdevents:v0:provider:providerId:namespace:groups:type:resource`.
struct DomainId<'t> {
    namespace: &'t str,
    groups: &'t str,
    resource: &'t str,
}

impl<'t> DomainId<'t> {
    /// `None` for an id of another form, which is taken as it is.
    fn parse(text: &'t str) -> Option<Self> {
        let mut parts = text.split(':');
        let mut next = || parts.next();
        let start = (next()?, next()?);
        let (_provider, _provider_id) = (next()?, next()?);
        let (namespace, groups, kind, resource) = (next()?, next()?, next()?, next()?);
        let right = start == ("cdevents", "v0") && next().is_none() && !kind.is_empty() && !resource.is_empty();
        let clean = !groups.starts_with('/') && !groups.ends_with('/');
        (right && clean).then_some(Self { namespace, groups, resource })
    }

    /// Namespace and groups: `acme/shop`.
    fn repository(&self) -> String {
        [self.namespace, self.groups].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{read, table};
    use super::*;

    fn event(kind: &str, at: &str, subject: &Value) -> Value {
        json!({
            "context": {"specversion": "0.5.1", "id": format!("e-{kind}-{at}"), "source": "/ci",
                        "type": format!("dev.cdevents.{kind}.0.3.0"), "timestamp": at},
            "subject": subject
        })
    }

    #[test]
    fn services_become_deployments() {
        let sha = "0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
        let purl = format!("pkg:oci/shop@sha256%3Aabc?vcs_url=git%2Bhttps://git.example/acme/shop.git%40{sha}");
        let events = [
            event(
                "service.deployed",
                "2025-03-01T10:00:00Z",
                &json!({"id": "shop", "content": {
                "environment": {"id": "prod1"}, "artifactId": purl}}),
            ),
            event(
                "service.rolledback",
                "2025-03-01T11:00:00Z",
                &json!({"id": "shop", "content": {
                "environment": {"id": "staging"}, "artifactId": "pkg:oci/shop@1.0"}}),
            ),
            event("service.removed", "2025-03-01T12:00:00Z", &json!({"id": "shop", "content": {}})),
        ];
        assert_eq!(
            read("cdevents", &events),
            [
                json!({"deployment": {"id": "/ci#e-service.deployed-2025-03-01T10:00:00Z", "service": "shop",
                    "repository": "acme/shop", "environment": "production", "version": "sha256:abc", "sha": sha,
                    "finishedAt": "2025-03-01T10:00:00Z"}}),
                json!({"deployment": {"id": "/ci#e-service.rolledback-2025-03-01T11:00:00Z", "service": "shop",
                    "environment": "staging", "version": "1.0", "finishedAt": "2025-03-01T11:00:00Z",
                    "rollback": true}}),
            ]
        );
        assert_eq!(table("cdevents", &events).quality().ignored_kinds["cdevents service.removed"], 1);
    }

    #[test]
    fn an_envelope_and_old_contexts_are_the_same() {
        let subject = json!({"id": "shop", "source": "", "content": {"environment": {"id": "prod"}}});
        let bare = event("service.upgraded", "2025-03-01T10:00:00Z", &subject);
        let mut old = bare.clone();
        old["context"]["version"] = json!("0.3.0");
        old["context"].as_object_mut().unwrap().remove("specversion");
        let envelope = json!({"specversion": "1.0", "id": "x", "source": "/ci", "datacontenttype": "application/json",
                              "type": "dev.cdevents.service.upgraded.0.3.0", "data": bare.clone()});
        for other in [old, envelope] {
            assert!(is_one(&other));
            assert_eq!(read("auto", &[other]), read("cdevents", std::slice::from_ref(&bare)));
        }
    }

    #[test]
    fn changes_are_linked_by_the_artifact_that_holds_them() {
        let change = json!({"id": "abc", "content": {"repository": {"id": "acme/shop"}}});
        let artifact = "pkg:oci/shop@2";
        let mut events = vec![
            event("change.created", "2025-03-01T08:00:00Z", &change),
            event("change.reviewed", "2025-03-01T08:30:00Z", &change),
            event("change.merged", "2025-03-01T09:00:00Z", &change),
            event(
                "artifact.packaged",
                "2025-03-01T09:30:00Z",
                &json!({"id": artifact, "content": {
                "change": {"id": "abc"}}}),
            ),
            event(
                "service.deployed",
                "2025-03-01T10:00:00Z",
                &json!({"id": "shop", "content": {
                "environment": {"id": "production"}, "artifactId": artifact}}),
            ),
        ];
        for _ in 0..2 {
            let table = table("cdevents", &events);
            assert_eq!((table.pull_requests().len(), table.changes().len(), table.shipped().len()), (1, 1, 1));
            assert_eq!(table.shipped()[0].1, table.changes().key.get(0));
            let opened = table.pull_requests().opened.get(0).time().unwrap();
            assert_eq!(opened.to_string(), "2025-03-01T08:00:00Z");
            events.reverse();
        }
    }

    #[test]
    fn incidents_and_incident_tickets() {
        let subject = json!({"id": "i1", "source": "/mon", "content": {
            "environment": {"id": "prod1"}, "service": {"id": "shop"}}});
        let mut reported = event("incident.reported", "2025-03-01T10:00:00Z", &subject);
        reported["customData"] = json!({"severity": "high"});
        let ticket = json!({"id": "t1", "content": {"ticketType": "Incident", "priority": "p1"}});
        let task = json!({"id": "t2", "content": {"ticketType": "task"}});
        let events = [
            event("incident.detected", "2025-03-01T09:55:00Z", &subject),
            reported,
            event("incident.resolved", "2025-03-01T11:00:00Z", &subject),
            event("ticket.created", "2025-03-01T12:00:00Z", &ticket),
            event("ticket.closed", "2025-03-01T13:00:00Z", &ticket),
            event("ticket.created", "2025-03-01T12:00:00Z", &task),
        ];
        let table = table("cdevents", &events);
        let incidents = table.incidents();
        assert_eq!((incidents.len(), table.quality().ignored), (2, 1));
        assert_eq!(incidents.started.get(0).time().unwrap().to_string(), "2025-03-01T09:55:00Z");
        assert_eq!(incidents.resolved.get(0).time().unwrap().to_string(), "2025-03-01T11:00:00Z");
        assert_eq!(table.names().text(incidents.id.get(1)), "/ci#t1");
    }

    #[test]
    fn package_urls() {
        let sha = "0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
        let package = Package::parse(&format!("pkg:github/acme/shop@{sha}#sub")).unwrap();
        assert_eq!((package.sha.as_deref(), package.repository.as_deref()), (Some(sha), Some("acme/shop")));
        assert_eq!(Package::parse("shop:1.0"), None);
        assert_eq!(Package::parse("pkg:").unwrap(), Package::default());
        assert_eq!((decode("a%3Ab%"), decode("%zz%ff")), ("a:b%".to_owned(), "%zz%ff".to_owned()));
    }

    #[test]
    fn a_bad_event_says_where() {
        let mut bad = event("service.deployed", "2025-03-01T10:00:00", &json!({"id": "shop"}));
        let error = super::super::testing::error("cdevents", std::slice::from_ref(&bad));
        assert!(error.starts_with("`test:1.context.timestamp`: expected a time"), "{error}");
        bad["context"]["timestamp"] = Value::Null;
        assert!(super::super::testing::error("cdevents", &[bad]).contains("context.timestamp"));
    }
}
