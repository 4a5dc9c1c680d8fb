//! GitHub: payloads written from its documentation, and the events they give.

use serde_json::{Value, json};

use super::super::testing::{error, options, read, read_text, read_with, table, table_with};
use super::super::types::{DeploymentSource, HostOptions, ReadOptions};

const SHA: &str = "0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
const OTHER: &str = "1d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
const API: &str = "https://api.github.com/repos/acme/shop";

fn repository() -> Value {
    json!({"full_name": "acme/shop", "default_branch": "main", "pushed_at": 1_740_823_200})
}

fn with(host: HostOptions) -> ReadOptions {
    ReadOptions { host, ..options("auto") }
}

fn counting(source: DeploymentSource) -> HostOptions {
    HostOptions { deployments_from: vec![source], ..HostOptions::default() }
}

#[test]
fn the_earliest_success_of_a_deployment_counts() {
    let deployment = json!({"id": 42, "sha": SHA, "ref": "v1.2", "task": "deploy", "environment": "prod-eu",
                            "created_at": "2025-03-01T10:00:00Z"});
    let status = |state: &str, at: &str| {
        json!({"action": "created", "deployment": deployment, "repository": repository(),
               "deployment_status": {"id": 1, "state": state, "environment": "prod-eu", "created_at": at}})
    };
    let mut records = [
        json!({"action": "created", "deployment": deployment, "repository": repository(), "workflow_run": null}),
        status("in_progress", "2025-03-01T10:01:00Z"),
        status("failure", "2025-03-01T10:02:00Z"),
        status("success", "2025-03-01T10:05:00Z"),
        status("success", "2025-03-01T10:09:00Z"),
        status("inactive", "2025-03-02T10:00:00Z"),
    ];
    let expected = [json!({"deployment": {
        "id": "acme/shop/deployments/42", "repository": "acme/shop", "environment": "production", "version": "v1.2",
        "sha": SHA, "startedAt": "2025-03-01T10:00:00Z", "finishedAt": "2025-03-01T10:05:00Z"}})];
    assert_eq!(read("auto", &records), expected);
    records.reverse();
    assert_eq!(read("auto", &records), expected);
    assert_eq!(read("auto", &records[3..4])[0]["deployment"]["status"], "failure");
}

#[test]
fn lists_of_deployments_and_statuses_give_the_same_in_pages() {
    let deployment = json!({"url": format!("{API}/deployments/42"), "id": 42, "sha": SHA, "ref": "main",
        "task": "deploy:rollback", "environment": "production", "created_at": "2025-03-01T10:00:00Z",
        "repository_url": API});
    let status = json!({"url": format!("{API}/deployments/42/statuses/1"), "id": 1, "state": "success",
        "environment": "production", "created_at": "2025-03-01T10:05:00Z",
        "deployment_url": format!("{API}/deployments/42"), "repository_url": API});
    let expected = [json!({"deployment": {
        "id": "acme/shop/deployments/42", "repository": "acme/shop", "environment": "production", "sha": SHA,
        "startedAt": "2025-03-01T10:00:00Z", "finishedAt": "2025-03-01T10:05:00Z", "rollback": true}})];
    for text in [
        format!("[{status}][{deployment}]"),
        format!("[[{deployment}],[{status}]]"),
        format!("[{deployment:#},{status:#}]"),
    ] {
        assert_eq!(read_text(&options("github"), &text), expected);
        assert_eq!(read_text(&options("auto"), &text), expected);
    }
    let bad = json!({"state": "success", "deployment_url": API, "id": 1});
    assert!(error("github", &[bad]).contains("`test:1.deployment_url`: expected an address that ends with an id"));
}

#[test]
fn pushes_to_the_default_branch_are_changes() {
    let commit = json!({"id": SHA, "message": format!("Revert \"x\"\n\nThis reverts commit {OTHER}."),
                        "timestamp": "2025-03-01T10:00:00+01:00", "distinct": true});
    let push = |reference: &str, commits: Value| {
        json!({"ref": reference, "before": OTHER, "after": SHA, "deleted": false, "commits": commits,
               "head_commit": null, "repository": repository()})
    };
    let mut removed = push("refs/tags/v1", json!([]));
    removed["after"] = json!("0".repeat(40));
    removed["deleted"] = json!(true);
    let records = [
        push("refs/heads/main", json!([commit])),
        push("refs/heads/feature", json!([commit])),
        push("refs/tags/v1", json!([])),
        push("refs/heads/main", json!([])),
        removed,
    ];
    let table = table("auto", &records);
    assert_eq!(
        super::super::testing::events(&table),
        [json!({"change": {"sha": SHA, "repository": "acme/shop", "committedAt": "2025-03-01T09:00:00Z",
                           "mergedAt": "2025-03-01T10:00:00Z", "reverts": OTHER}})]
    );
    let ignored: Vec<&str> = table.quality().ignored_kinds.keys().map(String::as_str).collect();
    let pushes = ["of a tag", "that deletes", "to another branch", "without commits"];
    assert_eq!(ignored, pushes.map(|which| format!("github push {which}")));
    let mut bad = push("refs/heads/main", json!([{"message": "x"}]));
    assert_eq!(error("auto", std::slice::from_ref(&bad)), "`test:1.commits[0].id`: expected a value, found none");
    bad["repository"]["pushed_at"] = json!("2025-03-01T10:00:00Z");
    bad["commits"] = json!([commit]);
    assert_eq!(read("auto", &[bad])[0]["change"]["mergedAt"], "2025-03-01T10:00:00Z");
}

fn pull(number: u64, sha: Option<&str>, body: &str, branch: &str) -> Value {
    let merged = sha.map(|_| "2025-03-01T12:00:00Z");
    json!({"number": number, "state": if sha.is_some() { "closed" } else { "open" }, "title": "x", "body": body,
           "created_at": "2025-03-01T09:00:00Z", "merged_at": merged, "closed_at": merged,
           // Before a merge this is only a trial of one.
           "merge_commit_sha": sha.unwrap_or(OTHER), "user": {"login": "ann"},
           "head": {"ref": branch}, "base": {"ref": "main", "repo": {"full_name": "acme/shop", "default_branch": "main"}}})
}

#[test]
fn pull_requests_reviews_and_merges() {
    let review = |login: &str, state: &str, at: &str| {
        json!({"id": 1, "user": {"login": login}, "state": state, "submitted_at": at, "node_id": "x",
               "pull_request_url": format!("{API}/pulls/17")})
    };
    let mut closed = pull(18, None, "", "other");
    closed["state"] = json!("closed");
    let records = [
        review("bob", "APPROVED", "2025-03-01T11:00:00Z"),
        review("ann", "COMMENTED", "2025-03-01T09:01:00Z"),
        review("bob", "CHANGES_REQUESTED", "2025-03-01T10:00:00Z"),
        json!({"action": "submitted", "repository": repository(), "pull_request": pull(17, None, "", "fix"),
               "review": {"id": 2, "user": {"login": "cy"}, "state": "approved",
                          "submitted_at": "2025-03-01T11:30:00Z"}}),
        pull(17, Some(SHA), "", "fix"),
        json!({"action": "closed", "number": 18, "repository": repository(), "pull_request": closed}),
    ];
    let table = table("auto", &records);
    assert_eq!(
        super::super::testing::events(&table),
        [
            json!({"change": {"sha": SHA, "repository": "acme/shop", "mergedAt": "2025-03-01T12:00:00Z"}}),
            json!({"pullRequest": {"id": "acme/shop#17", "repository": "acme/shop", "mergeSha": SHA,
                "openedAt": "2025-03-01T09:00:00Z", "firstReviewAt": "2025-03-01T10:00:00Z",
                "approvedAt": "2025-03-01T11:00:00Z", "mergedAt": "2025-03-01T12:00:00Z"}}),
            json!({"pullRequest": {"id": "acme/shop#18", "repository": "acme/shop",
                "openedAt": "2025-03-01T09:00:00Z"}}),
        ]
    );
    assert_eq!(table.quality().ignored_kinds["review by the author"], 1);
}

#[test]
fn a_reverting_request_names_the_change_it_takes_back() {
    let original = pull(12, Some(OTHER), "", "feature");
    for revert in [
        pull(13, Some(SHA), "Reverts #12", "x"),
        pull(13, Some(SHA), "Reverts acme/shop#12", "x"),
        pull(13, Some(SHA), "", "revert-12-feature"),
        pull(13, Some(SHA), &format!("This reverts commit {OTHER}."), "x"),
    ] {
        // In either order.
        for records in [[original.clone(), revert.clone()], [revert.clone(), original.clone()]] {
            let events = read("auto", &records);
            let change = events.iter().find(|event| event["change"]["sha"] == SHA).unwrap();
            assert_eq!(change["change"]["reverts"], OTHER);
        }
    }
    let alone = table("auto", &[pull(13, Some(SHA), "Reverts #12", "x")]);
    assert_eq!(alone.quality().notes["reverts a request that is not in the input"], 1);
}

#[test]
fn commits_of_a_list() {
    let commit = json!({"sha": SHA, "node_id": "x", "url": format!("{API}/commits/{SHA}"),
        "commit": {"author": {"date": "2025-03-01T08:00:00Z"}, "committer": {"date": "2025-03-01T09:00:00Z"},
                   "message": format!("Fix\n\n(cherry picked from commit {OTHER})")},
        "parents": [{"sha": OTHER}, {"sha": SHA}]});
    assert_eq!(
        read("auto", &[commit]),
        [json!({"change": {"sha": SHA, "repository": "acme/shop", "authoredAt": "2025-03-01T08:00:00Z",
                           "committedAt": "2025-03-01T09:00:00Z", "merge": true, "copyOf": OTHER}})]
    );
}

#[test]
fn only_what_the_options_name_is_a_deployment() {
    let run = |conclusion: Value, event: &str| {
        json!({"total_count": 1, "workflow_runs": [{"id": 7, "name": "Deploy shop", "run_number": 3, "workflow_id": 5,
            "path": ".github/workflows/release.yml@main", "event": event, "head_sha": SHA, "status": "completed",
            "conclusion": conclusion, "created_at": "2025-03-01T10:00:00Z", "run_started_at": "2025-03-01T10:00:05Z",
            "updated_at": "2025-03-01T10:09:00Z", "repository": {"full_name": "acme/shop"}}]})
    };
    let runs = |pattern: &str| HostOptions { runs: Some(pattern.into()), ..counting(DeploymentSource::Runs) };
    let expected = [json!({"deployment": {"id": "acme/shop/actions/runs/7", "repository": "acme/shop", "sha": SHA,
        "startedAt": "2025-03-01T10:00:05Z", "finishedAt": "2025-03-01T10:09:00Z"}})];
    for pattern in ["deploy*", "release.yml"] {
        assert_eq!(read_with(with(runs(pattern)), &[run(json!("success"), "push")]), expected);
    }
    let failed = read_with(with(runs("*")), &[run(json!("timed_out"), "push")]);
    assert_eq!(failed[0]["deployment"]["status"], "failure");
    for (options, record) in [
        (HostOptions::default(), run(json!("success"), "push")),
        (runs("test*"), run(json!("success"), "push")),
        (runs("*"), run(json!("success"), "pull_request")),
        (runs("*"), run(json!("skipped"), "push")),
    ] {
        let table = table_with(with(options), &[record]);
        assert_eq!((table.len(), table.quality().ignored), (0, 1));
    }
    let unnamed = with(counting(DeploymentSource::Runs));
    assert_eq!(super::super::Reader::new(unnamed).unwrap_err().path(), "host.runs");

    let merged = read_with(with(counting(DeploymentSource::MergedPullRequests)), &[pull(17, Some(SHA), "", "x")]);
    assert_eq!(
        merged[0],
        json!({"deployment": {"id": "acme/shop/pull/17", "repository": "acme/shop", "sha": SHA, "changes": [SHA],
                              "finishedAt": "2025-03-01T12:00:00Z"}})
    );
    let deployment = json!({"id": 42, "sha": SHA, "task": "deploy", "environment": "production", "repository_url": API,
                            "created_at": "2025-03-01T10:00:00Z"});
    assert_eq!(table_with(with(counting(DeploymentSource::Releases)), &[deployment]).quality().ignored, 1);
}

#[test]
fn releases_are_deployments_when_published() {
    let release = |draft: bool, pre: bool| {
        json!({"url": format!("{API}/releases/1"), "id": 1, "tag_name": "v1.0", "target_commitish": "main",
               "draft": draft, "prerelease": pre, "created_at": "2025-02-01T10:00:00Z",
               "published_at": "2025-03-01T10:00:00Z", "assets": []})
    };
    let releases = counting(DeploymentSource::Releases);
    let hook = json!({"action": "published", "release": release(false, false), "repository": repository()});
    let expected = [json!({"deployment": {"id": "acme/shop/releases/1", "repository": "acme/shop", "version": "v1.0",
                                          "finishedAt": "2025-03-01T10:00:00Z"}})];
    assert_eq!(read_with(with(releases.clone()), &[release(false, false), hook]), expected);
    let others = [
        release(true, false),
        release(false, true),
        json!({"action": "deleted", "release": release(false, false), "repository": repository()}),
    ];
    let table = table_with(with(releases.clone()), &others);
    assert_eq!((table.len(), table.quality().ignored), (0, 3));
    let pre = HostOptions { prereleases: true, ..releases };
    assert_eq!(read_with(with(pre), &[release(false, true)]).len(), 1);
}

#[test]
fn what_could_be_deployments_is_said_where_none_is_known() {
    let address = |part: &str| format!("{API}/{part}");
    let release = json!({"id": 1, "tag_name": "v1.0", "target_commitish": "main", "published_at": "2025-03-01T10:00:00Z",
        "url": address("releases/1")});
    let run = json!({"id": 5, "name": "Deploy", "workflow_id": 7, "run_number": 3, "url": address("actions/runs/5")});
    let deployment = json!({"id": 42, "sha": SHA, "task": "deploy", "environment": "production",
        "created_at": "2025-03-01T10:00:00Z", "url": address("deployments/42")});
    let status = json!({"id": 1, "state": "success", "environment": "production", "created_at": "2025-03-01T10:05:00Z",
        "deployment_url": address("deployments/42")});
    let notes = |options: ReadOptions, records: &[Value]| -> Vec<String> {
        table_with(options, records).quality().notes.keys().cloned().collect()
    };
    let all = [release.clone(), run.clone()];
    let said = notes(options("auto"), &all);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("releases of GitHub") && said[0].contains("--deployments-from releases"), "{said:?}");
    assert!(said[1].starts_with("workflow runs of GitHub") && said[1].contains("`host.runs`"), "{said:?}");
    let runs = HostOptions { runs: Some("*ship*".into()), ..counting(DeploymentSource::Runs) };
    let said = notes(with(runs), &[run]);
    assert_eq!(said, ["workflow runs of GitHub that `host.runs` does not match: `*ship*`"]);

    // Whatever comes first, what is not missed is not said.
    let said = notes(options("auto"), std::slice::from_ref(&deployment));
    assert!(said.len() == 1 && said[0].contains("deployments/ID/statuses --paginate"), "{said:?}");
    for records in [[deployment.clone(), status.clone(), release.clone()], [release, status, deployment]] {
        assert_eq!(notes(options("auto"), &records), [""; 0]);
    }
}

fn issue(state: &str, labels: &Value) -> Value {
    json!({"number": 12, "title": "Down", "state": state, "labels": labels, "repository_url": API,
           "created_at": "2025-03-01T10:00:00Z", "updated_at": "2025-03-01T13:00:00Z",
           "closed_at": if state == "closed" { json!("2025-03-01T12:00:00Z") } else { Value::Null },
           "body": format!("Root cause: {SHA}")})
}

#[test]
fn issues_with_a_label_are_incidents_of_their_repository() {
    let labels = json!([{"name": "Incident"}, {"name": "sev1"}]);
    let closed = issue("closed", &labels);
    let expected = json!({"incident": {"id": "acme/shop#12", "repository": "acme/shop", "sha": SHA, "severity": "sev1",
        "startedAt": "2025-03-01T10:00:00Z", "resolvedAt": "2025-03-01T12:00:00Z"}});
    assert_eq!(read("auto", std::slice::from_ref(&closed)), [expected]);

    let mut reopened = issue("open", &labels);
    reopened["closed_at"] = json!("2025-03-01T12:00:00Z");
    let hook = json!({"action": "reopened", "issue": reopened, "repository": repository()});
    for records in [[closed.clone(), hook.clone()], [hook, closed]] {
        let incident = &read("auto", &records)[0]["incident"];
        assert_eq!(
            (&incident["resolvedAt"], &incident["reopenedAt"]),
            (&json!("2025-03-01T12:00:00Z"), &json!("2025-03-01T13:00:00Z"))
        );
    }

    let mut request = issue("open", &labels);
    request["pull_request"] = json!({"url": "x"});
    let mut typed = issue("open", &json!([]));
    typed["type"] = json!({"name": "Incident"});
    let table = table("auto", &[issue("open", &json!(["bug"])), request, typed]);
    assert_eq!((table.incidents().len(), table.quality().ignored), (1, 2));
    let outage = HostOptions { incident_labels: vec!["outage".into()], ..HostOptions::default() };
    assert_eq!(read_with(with(outage), &[issue("open", &json!(["OUTAGE"]))]).len(), 1);

    let mut elsewhere = issue("open", &labels);
    elsewhere["repository_url"] = json!("https://git.acme.example/api/v3/repos/acme/search");
    assert_eq!(read("github", &[elsewhere])[0]["incident"]["id"], "acme/search#12");
}

#[test]
fn other_kinds_are_counted_and_other_records_refused() {
    let records = [
        json!({"action": "created", "issue": {}, "comment": {}, "repository": repository()}),
        json!({"action": "starred", "repository": repository(), "sender": {}}),
        json!({"zen": "x", "hook_id": 1}),
    ];
    let table = table("github", &records);
    assert_eq!((table.len(), table.quality().ignored), (0, 3));
    assert!(error("github", &[json!({"a": 1})]).contains("found an object with the keys `a`"));
    assert!(error("github", &[json!(5)]).contains("found `5`"));
    let named = HostOptions { event: Some("watch".into()), ..HostOptions::default() };
    assert_eq!(table_with(with(named.clone()), &[]).len(), 0);
    let options = ReadOptions { host: named, ..options("github") };
    assert_eq!(table_with(options, &[json!({"a": 1})]).quality().ignored_kinds["github watch"], 1);
}
