//! What the tests of all sources share: records in, events out.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Format, ReadOptions, Reader, Strictness};
use crate::facts::{Change, Deployment, DeploymentStatus, Event, EventTable, Incident, PullRequest};

pub(super) fn options(format: &str) -> ReadOptions {
    ReadOptions { name: "test".into(), format: Format::parse(format).unwrap(), ..ReadOptions::default() }
}

/// Reads records, one a line, and settles the table.
pub(super) fn table_with(options: ReadOptions, records: &[Value]) -> EventTable {
    let mut table = EventTable::new();
    let mut reader = Reader::new(options).unwrap();
    for record in records {
        reader.feed(format!("{record}\n").as_bytes(), &mut table).unwrap();
    }
    reader.finish(&mut table).unwrap();
    table.settle();
    table
}

pub(super) fn table(format: &str, records: &[Value]) -> EventTable {
    table_with(options(format), records)
}

pub(super) fn read(format: &str, records: &[Value]) -> Vec<Value> {
    events(&table(format, records))
}

pub(super) fn read_with(options: ReadOptions, records: &[Value]) -> Vec<Value> {
    events(&table_with(options, records))
}

/// Reads a text whole, then byte by byte, and gives the events of both, which are the same.
pub(super) fn read_text(options: &ReadOptions, text: &str) -> Vec<Value> {
    let run = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut table = EventTable::new();
        let mut reader = Reader::new(options.clone()).unwrap();
        for piece in pieces {
            reader.feed(piece, &mut table).unwrap();
        }
        reader.finish(&mut table).unwrap();
        table.settle();
        events(&table)
    };
    let whole = run(&mut std::iter::once(text.as_bytes()));
    assert_eq!(run(&mut text.as_bytes().chunks(1)), whole);
    whole
}

/// The sentence with which reading stops.
pub(super) fn error(format: &str, records: &[Value]) -> String {
    let mut table = EventTable::new();
    let mut reader = Reader::new(options(format)).unwrap();
    let text = records.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let done = reader.feed(text.as_bytes(), &mut table).and_then(|()| reader.finish(&mut table));
    // Lenient reading must count what strict reading stops at.
    let mut lenient = Reader::new(ReadOptions { strictness: Strictness::Lenient, ..options(format) }).unwrap();
    lenient.feed(text.as_bytes(), &mut table).unwrap();
    lenient.finish(&mut table).unwrap();
    assert!(table.quality().rejected > 0);
    done.unwrap_err().to_string()
}

/// The settled table as events on the wire.
pub(super) fn events(table: &EventTable) -> Vec<Value> {
    let names = table.names();
    let text = |symbol| names.given(symbol).map(Into::into);
    let key = |key: crate::facts::Key| (!key.is_none()).then(|| key.text(names).into());
    let mut out = Vec::new();
    macro_rules! scoped {
        ($kind:ident, $scope:expr, $($field:ident: $value:expr,)+ $(..$rest:expr)?) => {{
            let scope = table.scope($scope);
            $kind {
                service: text(scope.service),
                repository: text(scope.repository),
                team: text(scope.team),
                labels: names.text(scope.labels).split('\u{1e}').filter_map(|pair| pair.split_once('\u{1f}'))
                    .map(|(name, value)| (name.into(), value.into())).collect::<BTreeMap<_, _>>(),
                $($field: $value,)+
                $(..$rest)?
            }
        }};
    }
    let deployments = table.deployments();
    for row in 0..deployments.len() {
        let flags = deployments.flags.get(row);
        let flag = |bit: u8| (flags & bit != 0).then_some(true);
        let changes = table.shipped().iter().filter(|(of, _)| *of as usize == row);
        out.push(Event::Deployment(scoped!(
            Deployment, deployments.scope.get(row),
            id: text(deployments.id.get(row)),
            environment: text(table.scope(deployments.scope.get(row)).environment),
            version: text(deployments.version.get(row)),
            sha: key(deployments.sha.get(row)),
            changes: changes.filter_map(|(_, change)| key(*change)).collect(),
            started_at: deployments.started.get(row).time(),
            finished_at: deployments.finished.get(row).time(),
            status: match flags & 3 {
                1 => Some(DeploymentStatus::Failure),
                2 => Some(DeploymentStatus::Cancelled),
                _ => None,
            },
            rollback: flag(4),
            ..Deployment::default()
        )));
    }
    let changes = table.changes();
    for row in 0..changes.len() {
        out.push(Event::Change(scoped!(
            Change, changes.scope.get(row),
            sha: key(changes.key.get(row)),
            authored_at: changes.authored.get(row).time(),
            committed_at: changes.committed.get(row).time(),
            merged_at: changes.merged.get(row).time(),
            merge: (changes.flags.get(row) & 1 != 0).then_some(true),
            reverts: key(changes.reverts.get(row)),
            copy_of: key(changes.copy_of.get(row)),
            ..Change::default()
        )));
    }
    let requests = table.pull_requests();
    for row in 0..requests.len() {
        out.push(Event::PullRequest(scoped!(
            PullRequest, requests.scope.get(row),
            id: text(requests.id.get(row)),
            merge_sha: key(requests.merge_sha.get(row)),
            opened_at: requests.opened.get(row).time(),
            first_review_at: requests.first_review.get(row).time(),
            approved_at: requests.approved.get(row).time(),
            merged_at: requests.merged.get(row).time(),
            ..PullRequest::default()
        )));
    }
    let incidents = table.incidents();
    for row in 0..incidents.len() {
        out.push(Event::Incident(scoped!(
            Incident, incidents.scope.get(row),
            id: text(incidents.id.get(row)),
            environment: text(table.scope(incidents.scope.get(row)).environment),
            started_at: incidents.started.get(row).time(),
            resolved_at: incidents.resolved.get(row).time(),
            reopened_at: incidents.reopened.get(row).time(),
            deployment: text(incidents.deployment.get(row)),
            sha: key(incidents.sha.get(row)),
            severity: text(incidents.severity.get(row)),
            cause: match incidents.flags.get(row) {
                1 => Some("deployment".into()),
                2 => Some("other".into()),
                _ => None,
            },
        )));
    }
    out.iter().map(|event| serde_json::to_value(event).unwrap()).collect()
}
