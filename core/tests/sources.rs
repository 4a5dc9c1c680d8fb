//! Other projects' payloads, read as they are: every file is taken or counted, none is dropped in silence.
//!
//! The files are read from the folder that `TRUENORTH_CONFORMANCE` names; where it is missing the test says *skipped*.

#![expect(clippy::disallowed_methods, reason = "a test may read the environment and files")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what fails by panicking")]

#[path = "shared/conformance.rs"]
mod conformance;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use conformance::suite;
use truenorth::desk::sources::{DeploymentSource, Format, HostOptions, ReadOptions, Reader};
use truenorth::facts::EventTable;

/// The JSON files under a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(options: &ReadOptions, paths: &[PathBuf]) -> (EventTable, Vec<String>) {
    let (mut table, mut failed) = (EventTable::new(), Vec::new());
    for path in paths {
        let name = path.display().to_string();
        let mut reader = Reader::new(ReadOptions { name, ..options.clone() }).unwrap();
        let done = reader.feed(&std::fs::read(path).unwrap(), &mut table).and_then(|()| reader.finish(&mut table));
        failed.extend(done.err().map(|error| error.to_string()));
    }
    table.settle();
    (table, failed)
}

fn ignored(table: &EventTable) -> BTreeMap<&str, u64> {
    table.quality().ignored_kinds.iter().map(|(kind, count)| (kind.as_str(), *count)).collect()
}

#[test]
fn cdevents_of_the_specification() {
    let Some(folder) = suite("cdevents") else { return };
    let paths: Vec<PathBuf> = files(&folder).into_iter().filter(|path| !path.ends_with("domainid.json")).collect();
    for format in [Format::Auto, Format::Cdevents] {
        let (table, failed) = read(&ReadOptions { format, ..ReadOptions::default() }, &paths);
        println!("cdevents ({}): {} passed, {} failed", format.as_str(), paths.len() - failed.len(), failed.len());
        assert!(failed.is_empty(), "{failed:?}");
        // All services share one id in these files, so they are one deployment in each environment.
        let deployments = table.deployments();
        assert_eq!((deployments.len(), table.changes().len(), table.pull_requests().len()), (1, 1, 1));
        assert!(deployments.is_rollback(0));
        assert_eq!(deployments.finished.get(0).time().unwrap().to_string(), "2023-03-20T14:27:05.315384Z");
        let scope = table.scope(deployments.scope.get(0));
        assert_eq!(table.names().text(scope.service), "mySubject123");
        assert_eq!(
            table.names().text(deployments.version.get(0)),
            "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427"
        );
        let scope = table.scope(table.pull_requests().scope.get(0));
        assert_eq!(table.names().text(scope.repository), "TestRepo/TestOrg");
        let incidents = table.incidents();
        assert_eq!((incidents.len(), incidents.resolved.get(0)), (1, incidents.started.get(0)));
        let scope = table.scope(incidents.scope.get(0));
        assert_eq!((table.names().text(scope.service), table.names().text(scope.environment)), ("myApp", "production"));
        assert_eq!(table.names().text(incidents.id.get(0)), "/monitoring/prod1#incident-123");
        // Used are three services, three changes and three incidents.
        let used = table.quality().accepted;
        println!("  {used} events, {} others: {:?}", table.quality().ignored, ignored(&table));
        assert_eq!(table.quality().ignored as usize, paths.len() - 9);
        assert_eq!(ignored(&table)["cdevents service.removed"], 1);
    }
}

#[test]
fn cdevents_domain_ids() {
    let Some(folder) = suite("cdevents") else { return };
    let text = std::fs::read_to_string(folder.join("formats/domainid.json")).unwrap();
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let repository = |id: &serde_json::Value| {
        let event = serde_json::json!({
            "context": {"id": "1", "source": "x", "type": "dev.cdevents.change.created.0.4.0",
                        "timestamp": "2025-03-01T10:00:00Z"},
            "subject": {"id": id, "content": {}}
        });
        let mut table = EventTable::new();
        let mut reader = Reader::new(ReadOptions::default()).unwrap();
        reader.feed(event.to_string().as_bytes(), &mut table).unwrap();
        reader.finish(&mut table).unwrap();
        let requests = table.pull_requests();
        let scope = table.scope(requests.scope.get(0));
        (table.names().text(requests.id.get(0)).to_owned(), table.names().text(scope.repository).to_owned())
    };
    let (mut valid, mut invalid) = (0, 0);
    for vector in vectors["valid"].as_array().unwrap() {
        let part = |name: &str| vector["segments"][name].as_str().unwrap();
        let place = [part("namespace"), part("groups")].into_iter().filter(|part| !part.is_empty());
        let place = place.collect::<Vec<_>>().join("/");
        let id =
            if place.is_empty() { part("resourceId").to_owned() } else { format!("{place}#{}", part("resourceId")) };
        assert_eq!(repository(&vector["expected"]), (id, place), "{vector}");
        valid += 1;
    }
    for vector in vectors["invalid"].as_array().unwrap() {
        // An id of another form is taken as it is.
        assert_eq!(repository(&vector["input"]), (vector["input"].as_str().unwrap().to_owned(), String::new()));
        invalid += 1;
    }
    println!("cdevents domain ids: {valid} valid and {invalid} invalid passed, 0 failed");
    assert!(valid > 0 && invalid > 0);
}

#[test]
fn github_webhooks() {
    let Some(folder) = suite("github-webhooks") else { return };
    let paths = files(&folder);
    let (table, failed) = read(&ReadOptions::default(), &paths);
    println!("github webhooks: {} passed, {} failed", paths.len() - failed.len(), failed.len());
    assert!(failed.is_empty(), "{failed:?}");
    println!("  {} events, ignored: {:?}", table.quality().accepted, ignored(&table));
    // One deployment to production and one to pages, both with id 145988746.
    let deployments = table.deployments();
    let production = (0..deployments.len())
        .find(|&row| table.names().text(table.scope(deployments.scope.get(row)).environment) == "production")
        .unwrap();
    assert_eq!(deployments.len(), 2);
    assert_eq!(table.names().text(deployments.id.get(production)), "Codertocat/Hello-World/deployments/145988746");
    assert_eq!(deployments.started.get(production).time().unwrap().to_string(), "2019-05-15T15:20:53Z");
    assert_eq!(deployments.finished.get(production).time().unwrap().to_string(), "2019-05-15T15:20:55Z");
    assert!(deployments.sha.get(production).text(table.names()).starts_with("f95f852b"));
    // Its status was in progress only.
    assert!(deployments.finished.get(1 - production).is_none());
    // Two pushes of the same commit, four deletions of a tag; a pull request that was closed, not merged.
    assert_eq!((table.changes().len(), ignored(&table)["github push that deletes"]), (1, 4));
    assert_eq!(table.changes().committed.get(0).time().unwrap().to_string(), "2019-05-15T15:19:25Z");
    assert_eq!(table.changes().merged.get(0).time().unwrap().to_string(), "2019-05-15T15:20:57Z");
    let requests = table.pull_requests();
    assert_eq!((requests.len(), requests.merged.get(0).is_none()), (1, true));
    assert_eq!(table.names().text(requests.id.get(0)), "Codertocat/Hello-World#2");
    assert_eq!((table.incidents().len(), ignored(&table)["github issue that is no incident"]), (0, 4));
    assert_eq!(ignored(&table)["github workflow run"], 4);
}

#[test]
fn github_webhooks_with_other_options() {
    let Some(folder) = suite("github-webhooks") else { return };
    let paths = files(&folder);
    let host = HostOptions {
        deployments_from: vec![DeploymentSource::Releases, DeploymentSource::Runs],
        runs: Some("test".into()),
        incident_labels: vec!["bug".into()],
        ..HostOptions::default()
    };
    let (table, failed) = read(&ReadOptions { host, ..ReadOptions::default() }, &paths);
    assert!(failed.is_empty(), "{failed:?}");
    let ids: Vec<&str> =
        (0..table.deployments().len()).map(|row| table.names().text(table.deployments().id.get(row))).collect();
    assert_eq!(ids, ["Codertocat/Hello-World/releases/17372790", "octo-org/octo-repo/actions/runs/289782451"]);
    let finished: Vec<String> =
        (0..2).map(|row| table.deployments().finished.get(row).time().unwrap().to_string()).collect();
    assert_eq!(finished, ["2019-05-15T15:20:53Z", "2020-10-05T16:33:49Z"]);
    assert_eq!(ignored(&table)["github pre-release"], 1);
    assert_eq!(ignored(&table)["github deployment"], 4);
    let incidents = table.incidents();
    assert_eq!((incidents.len(), table.names().text(incidents.id.get(0))), (1, "Codertocat/Hello-World#1"));
    assert_eq!(incidents.reopened.get(0).time().unwrap().to_string(), "2021-10-11T16:40:56Z");
}

/// Truncated and mangled payloads are refused with a sentence; nothing panics.
#[test]
fn mangled_payloads_never_panic() {
    let Some(cdevents) = suite("cdevents") else { return };
    let mut paths = files(&cdevents);
    paths.extend(suite("github-webhooks").iter().flat_map(|folder| files(folder)));
    let mut tried = 0;
    for (index, path) in paths.iter().enumerate() {
        let bytes = std::fs::read(path).unwrap();
        // A small linear congruential generator: the same cuts in every run.
        let mut state = index as u64 + 1;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below.max(1)
        };
        for round in 0..60 {
            let mut mangled = bytes.clone();
            match round % 3 {
                0 => mangled.truncate(next(bytes.len())),
                1 => {
                    for _ in 0..=next(8) {
                        let at = next(mangled.len());
                        mangled[at] = b"{}[]\",:0x\\\xff\n"[next(12)];
                    }
                }
                _ => {
                    // Another type where a text stood.
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let values = ["null", "7", "[]", "{}", "true"];
                    let quotes: Vec<usize> = text.match_indices(": \"").map(|(at, _)| at + 2).collect();
                    let from = quotes.get(next(quotes.len())).copied().unwrap_or_default();
                    let to = text[from..].find(['\n', '}']).map_or(text.len(), |at| from + at);
                    mangled = format!("{}{}{}", &text[..from], values[next(5)], &text[to..]).into_bytes();
                }
            }
            for strictness in
                [truenorth::desk::sources::Strictness::Strict, truenorth::desk::sources::Strictness::Lenient]
            {
                let mut table = EventTable::new();
                let mut reader = Reader::new(ReadOptions { strictness, ..ReadOptions::default() }).unwrap();
                let _ = reader.feed(&mangled, &mut table).and_then(|()| reader.finish(&mut table));
                table.settle();
            }
            tried += 1;
        }
    }
    println!("mangled payloads: {tried} read or refused");
    assert!(tried > 1000);
}
