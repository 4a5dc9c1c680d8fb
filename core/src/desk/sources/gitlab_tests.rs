//! GitLab: payloads written from its documentation, and the events they give.

use serde_json::{Value, json};

use super::super::testing::{error, events, options, read, read_text, read_with, table, table_with};
use super::super::types::{DeploymentSource, HostOptions, ReadOptions};

const SHA: &str = "0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
const OTHER: &str = "1d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
const WEB: &str = "https://gitlab.example/acme/team/shop";

fn project() -> Value {
    json!({"id": 30, "path_with_namespace": "acme/team/shop", "default_branch": "main", "web_url": WEB})
}

fn counting(source: DeploymentSource, runs: Option<&str>) -> ReadOptions {
    let host = HostOptions { deployments_from: vec![source], runs: runs.map(str::to_owned), ..HostOptions::default() };
    ReadOptions { host, ..options("auto") }
}

#[test]
fn deployments_of_webhooks_and_lists_are_the_same() {
    let hook = |status: &str, at: &str| {
        json!({"object_kind": "deployment", "status": status, "status_changed_at": at, "deployment_id": 15,
               "environment": "eu-1", "environment_tier": "production", "project": project(), "ref": "main",
               "commit_url": format!("{WEB}/-/commit/{SHA}")})
    };
    let listed = json!({"id": 15, "iid": 3, "ref": "main", "sha": SHA, "status": "success",
        "created_at": "2025-03-01T08:59:00.000Z", "updated_at": "2025-03-01T09:30:00.000Z",
        "environment": {"id": 9, "name": "eu-1", "tier": "production"},
        "deployable": {"id": 7, "status": "success", "tag": false, "finished_at": "2025-03-01T09:05:00.000Z",
                       "pipeline": {"id": 36, "web_url": "https://gitlab.example/acme/team/shop/pipelines/36"}}});
    let mut records =
        [hook("running", "2025-03-01 10:00:00 +0100"), hook("success", "2025-03-01 10:05:00 +0100"), listed];
    for _ in 0..2 {
        assert_eq!(
            read("auto", &records),
            [json!({"deployment": {"id": "acme/team/shop/-/deployments/15", "repository": "acme/team/shop",
                "environment": "production", "sha": SHA, "startedAt": "2025-03-01T08:59:00Z",
                "finishedAt": "2025-03-01T09:05:00Z"}})]
        );
        records.reverse();
    }
    let failed = &read("auto", &[hook("failed", "2025-03-01 10:05:00 UTC")])[0]["deployment"];
    assert_eq!((&failed["status"], &failed["finishedAt"]), (&json!("failure"), &json!("2025-03-01T10:05:00Z")));
    let unknown = error("gitlab", &[hook("exploded", "2025-03-01 10:05:00 UTC")]);
    assert!(unknown.starts_with("`test:1.status`: expected a status"), "{unknown}");
}

#[test]
fn a_list_without_its_project_needs_a_default() {
    let listed = json!({"id": 15, "iid": 3, "ref": "v1.2", "sha": SHA, "status": "success", "deployable": null,
        "created_at": "2025-03-01T08:59:00Z", "updated_at": "2025-03-01T09:30:00Z",
        "environment": {"name": "prod"}});
    assert!(error("gitlab", std::slice::from_ref(&listed)).contains("no default repository is given"));
    let options = ReadOptions { repository: Some("acme/shop".into()), ..options("gitlab") };
    let deployment = &read_text(&options, &format!("[{listed}]"))[0]["deployment"];
    assert_eq!(deployment["id"], "acme/shop/-/deployments/15");
    assert_eq!((&deployment["version"], &deployment["environment"]), (&json!("v1.2"), &json!("production")));
}

#[test]
fn pushes_say_when_commits_are_missing() {
    let commit = json!({"id": SHA, "message": "x", "timestamp": "2025-03-01T10:00:00+01:00"});
    let push = |reference: &str, after: &str, total: u64| {
        json!({"object_kind": "push", "event_name": "push", "ref": reference, "before": OTHER, "after": after,
               "project": project(), "commits": [commit], "total_commits_count": total})
    };
    let zeroes = "0".repeat(40);
    let records = [
        push("refs/heads/main", SHA, 21),
        push("refs/heads/main", SHA, 1),
        push("refs/heads/x", SHA, 1),
        push("refs/heads/main", &zeroes, 0),
        json!({"object_kind": "tag_push", "event_name": "tag_push", "ref": "refs/tags/v1", "project": project()}),
    ];
    let table = table("auto", &records);
    let change = json!({"sha": SHA, "repository": "acme/team/shop", "committedAt": "2025-03-01T09:00:00Z"});
    assert_eq!(events(&table), [json!({"change": change})]);
    assert_eq!(table.quality().notes.values().sum::<u64>(), 1);
    let ignored: Vec<&str> = table.quality().ignored_kinds.keys().map(String::as_str).collect();
    assert_eq!(ignored, ["gitlab push that deletes", "gitlab push to another branch", "gitlab tag_push"]);
}

#[test]
fn commits_of_a_list() {
    let commit = json!({"id": SHA, "short_id": "0d8e4bd6", "authored_date": "2025-03-01T08:00:00.000+00:00",
        "committed_date": "2025-03-01T09:00:00.000+00:00", "parent_ids": [OTHER],
        "message": format!("Revert\n\nThis reverts commit {OTHER}"), "web_url": format!("{WEB}/-/commit/{SHA}")});
    assert_eq!(
        read("auto", &[commit]),
        [json!({"change": {"sha": SHA, "repository": "acme/team/shop", "authoredAt": "2025-03-01T08:00:00Z",
                           "committedAt": "2025-03-01T09:00:00Z", "reverts": OTHER}})]
    );
}

#[test]
fn merge_requests_with_their_stages() {
    let hook = |action: &str, state: &str, updated: &str, sha: Value| {
        json!({"object_kind": "merge_request", "project": project(), "object_attributes": {
            "iid": 7, "action": action, "state": state, "created_at": "2025-03-01 09:00:00 UTC", "updated_at": updated,
            "target_branch": "main", "source_branch": "fix", "merge_commit_sha": sha, "description": "",
            "last_commit": {"id": OTHER}}})
    };
    let hooks = [
        hook("open", "opened", "2025-03-01 09:00:00 UTC", Value::Null),
        hook("approval", "opened", "2025-03-01 09:30:00 UTC", Value::Null),
        hook("approved", "opened", "2025-03-01 10:00:00 UTC", Value::Null),
        hook("merge", "merged", "2025-03-01 11:00:00 UTC", json!(SHA)),
        hook("update", "merged", "2025-03-05 11:00:00 UTC", json!(SHA)),
    ];
    let request = json!({"id": "acme/team/shop!7", "repository": "acme/team/shop", "mergeSha": SHA,
        "openedAt": "2025-03-01T09:00:00Z", "firstReviewAt": "2025-03-01T09:30:00Z",
        "approvedAt": "2025-03-01T10:00:00Z", "mergedAt": "2025-03-01T11:00:00Z"});
    let change = json!({"sha": SHA, "repository": "acme/team/shop", "mergedAt": "2025-03-01T11:00:00Z"});
    assert_eq!(read("auto", &hooks), [json!({"change": change}), json!({"pullRequest": request})]);
    let forwarded = read("auto", &[hook("merge", "merged", "2025-03-01 11:00:00 UTC", Value::Null)]);
    assert_eq!(forwarded[1]["pullRequest"]["mergeSha"], OTHER);
}

#[test]
fn a_reverting_merge_request_names_the_change() {
    let listed = |number: u64, sha: &str, body: &str| {
        json!({"iid": number, "title": "x", "state": "merged", "description": body, "author": {"username": "ann"},
               "created_at": "2025-03-01T09:00:00Z", "merged_at": "2025-03-01T11:00:00Z", "target_branch": "main",
               "source_branch": "x", "merge_commit_sha": sha, "references": {"full": format!("acme/team/shop!{number}")},
               "web_url": format!("{WEB}/-/merge_requests/{number}")})
    };
    let records = [listed(8, SHA, "This reverts merge request !7"), listed(7, OTHER, "")];
    let events = read("auto", &records);
    let change = events.iter().find(|event| event["change"]["sha"] == SHA).unwrap();
    assert_eq!(change["change"]["reverts"], OTHER);
    let merged = read_with(counting(DeploymentSource::MergedPullRequests, None), &records[1..]);
    assert_eq!(merged[0]["deployment"]["id"], "acme/team/shop/-/merge_requests/7");
}

#[test]
fn pipelines_and_releases_count_when_named() {
    let pipeline = |source: &str, status: &str| {
        json!({"object_kind": "pipeline", "project": project(), "object_attributes": {
            "id": 31, "iid": 3, "name": "Deploy shop", "ref": "main", "tag": false, "sha": SHA, "source": source,
            "status": status, "created_at": "2025-03-01 10:00:00 UTC", "finished_at": "2025-03-01 10:09:00 UTC"}})
    };
    let listed = json!({"id": 31, "iid": 3, "name": "Deploy shop", "ref": "main", "sha": SHA, "source": "push",
        "status": "success", "created_at": "2025-03-01T10:00:00Z", "updated_at": "2025-03-01T10:09:00Z",
        "web_url": format!("{WEB}/-/pipelines/31")});
    let expected = json!({"deployment": {"id": "acme/team/shop/-/pipelines/31", "repository": "acme/team/shop",
        "sha": SHA, "startedAt": "2025-03-01T10:00:00Z", "finishedAt": "2025-03-01T10:09:00Z"}});
    let runs = counting(DeploymentSource::Runs, Some("deploy*"));
    assert_eq!(read_with(runs.clone(), &[pipeline("push", "success"), listed]), [expected]);
    assert_eq!(read_with(runs.clone(), &[pipeline("push", "canceled")])[0]["deployment"]["status"], "cancelled");
    assert!(read_with(runs, &[pipeline("merge_request_event", "success")]).is_empty());
    let not_asked = table("auto", &[pipeline("push", "success")]);
    assert_eq!(not_asked.quality().ignored_kinds["gitlab pipeline"], 1);
    let note = not_asked.quality().notes.keys().next().unwrap();
    assert!(note.starts_with("pipelines of GitLab") && note.contains("--deployments-from 'runs="), "{note}");

    let release = |action: &str| {
        json!({"object_kind": "release", "action": action, "tag": "v1.1", "released_at": "2025-03-01 12:00:00 UTC",
               "project": project(), "commit": {"id": SHA}})
    };
    let listed = json!({"tag_name": "v1.1", "released_at": "2025-03-01T12:00:00.000Z", "commit": {"id": SHA},
                        "_links": {"self": format!("{WEB}/-/releases/v1.1")}});
    let releases = counting(DeploymentSource::Releases, None);
    assert_eq!(
        read_with(releases.clone(), &[release("create"), listed]),
        [json!({"deployment": {"id": "acme/team/shop/-/releases/v1.1", "repository": "acme/team/shop",
            "version": "v1.1", "sha": SHA, "finishedAt": "2025-03-01T12:00:00Z"}})]
    );
    assert_eq!(table_with(releases, &[release("delete")]).quality().ignored, 1);
}

#[test]
fn incidents_are_issues_of_that_type() {
    let hook = |kind: &str, action: &str, state: &str, updated: &str| {
        json!({"object_kind": kind, "project": project(), "object_attributes": {
            "iid": 12, "type": "Incident", "action": action, "state": state, "severity": "high", "labels": [],
            "created_at": "2025-03-01 10:00:00 UTC", "updated_at": updated, "description": format!("Root cause: {SHA}")}})
    };
    let records = [
        hook("work_item", "open", "opened", "2025-03-01 10:00:00 UTC"),
        hook("work_item", "close", "closed", "2025-03-01 11:00:00 UTC"),
        hook("work_item", "reopen", "opened", "2025-03-01 12:00:00 UTC"),
    ];
    assert_eq!(
        read("auto", &records),
        [
            json!({"incident": {"id": "acme/team/shop#12", "repository": "acme/team/shop", "sha": SHA, "severity": "high",
            "startedAt": "2025-03-01T10:00:00Z", "resolvedAt": "2025-03-01T11:00:00Z",
            "reopenedAt": "2025-03-01T12:00:00Z"}})
        ]
    );
    let listed = json!({"iid": 13, "title": "x", "state": "closed", "issue_type": "issue", "labels": ["Incident", "p1"],
        "created_at": "2025-03-01T10:00:00Z", "closed_at": "2025-03-01T11:00:00Z", "updated_at": "2025-03-09T11:00:00Z",
        "web_url": format!("{WEB}/-/issues/13")});
    let incident = &read("auto", std::slice::from_ref(&listed))[0]["incident"];
    assert_eq!((&incident["severity"], &incident["resolvedAt"]), (&json!("p1"), &json!("2025-03-01T11:00:00Z")));
    let mut plain = listed;
    plain["labels"] = json!([]);
    assert_eq!(table("auto", &[plain]).quality().ignored_kinds["gitlab issue that is no incident"], 1);
    assert!(error("gitlab", &[json!({"a": 1})]).contains("of GitLab, found an object with the keys `a`"));
}
