//! The bundled year is what its program makes, speaks the vocabulary, and tells the story that its README tells.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds what it does not expect")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;
use truenorth::facts::Event;
use truenorth::ground::time::Time;
use truenorth_examples::acme::{File, files, folder};

/// Made once for all tests.
fn year() -> &'static [File] {
    static YEAR: LazyLock<Vec<File>> = LazyLock::new(files);
    &YEAR
}

fn lines<'a>(files: &'a [File], kind: &str) -> Vec<&'a str> {
    files.iter().filter(|file| file.name.starts_with(kind)).flat_map(|file| file.text.lines()).collect()
}

#[test]
fn the_bundled_files_are_what_the_program_makes() {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        bytes += entry.unwrap().metadata().unwrap().len();
    }
    assert!(bytes < 4_000_000, "examples/acme/ has {bytes} bytes");
    for file in year() {
        let found = file.read_from(&folder()).unwrap();
        assert!(found == file.text, "`{}` is stale: cargo run -p truenorth-examples --bin make-acme", file.name);
    }
}

#[test]
fn every_line_is_an_event_and_loses_nothing() {
    let files = year();
    for kind in ["deployments", "changes", "pull-requests", "incidents"] {
        let lines = lines(files, kind);
        assert!(lines.len() > 4_000, "{kind}: {}", lines.len());
        // All of 160 000 lines would take a debug build too long.
        for line in lines.iter().step_by(7) {
            let event: Event = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            let (again, given) = (serde_json::to_value(event).unwrap(), serde_json::from_str::<Value>(line).unwrap());
            assert_eq!(fields(&again), fields(&given), "{line}");
        }
    }
    let rejected = lines(files, "rejected");
    assert_eq!(rejected.len(), 12);
    for line in rejected {
        assert!(serde_json::from_str::<Event>(line).is_err(), "{line}");
    }
}

/// The kind and the names of all fields.
fn fields(event: &Value) -> BTreeSet<String> {
    let kinds = event.as_object().unwrap();
    kinds.iter().flat_map(|(kind, it)| it.as_object().unwrap().keys().map(move |key| format!("{kind}.{key}"))).collect()
}

#[test]
fn sixty_teams_and_250_developers_own_106_services() {
    let files = year();
    let catalogue = &files.iter().find(|file| file.name == "catalog-info.yaml").unwrap().text;
    let developers: u32 = catalogue
        .lines()
        .filter_map(|line| line.trim().strip_prefix("acme.example/developers: "))
        .map(|number| number.trim_matches('"').parse::<u32>().unwrap())
        .sum();
    assert_eq!(developers, 250);
    assert_eq!(catalogue.matches("type: team").count(), 60);
    assert_eq!(catalogue.matches("paved-road-since").count(), 45);
    assert_eq!(catalogue.matches("type: department").count(), 5);
    assert_eq!(catalogue.matches("kind: Component").count(), 106);
    let ownership = &files.iter().find(|file| file.name == "ownership.csv").unwrap().text;
    assert_eq!(ownership.lines().count(), 1 + 106 + 6);
}

/// One month: deployments a day and team, and the median lead time in minutes, by the plainest reading of the files:
/// a change was shipped by the deployment that names it, or else by the next one of its service.
fn month(files: &[File], from: &str, to: &str) -> (f64, f64) {
    let time = |text: &Value| Time::parse(text.as_str().unwrap()).unwrap().micros();
    let text = |event: &Value, field: &str| event[field].as_str().unwrap_or_default().to_owned();
    let (from, to) = (Time::parse(from).unwrap().micros(), Time::parse(to).unwrap().micros());
    let mut shipped = BTreeMap::new();
    let mut services: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let mut deployed = BTreeSet::new();
    for line in lines(files, "deployments") {
        let deployment = &serde_json::from_str::<Value>(line).unwrap()["deployment"];
        let live = deployment.get("status").is_none() && deployment.get("finishedAt").is_some();
        if live && deployment["environment"] != "staging" {
            let finished = time(&deployment["finishedAt"]);
            services.entry(text(deployment, "service")).or_default().insert(finished);
            for change in deployment["changes"].as_array().into_iter().flatten() {
                shipped.insert(change.as_str().unwrap().to_owned(), finished);
            }
            if (from..to).contains(&finished) {
                deployed.insert(text(deployment, "id"));
            }
        }
    }
    let mut leads = BTreeMap::new();
    for line in lines(files, "changes") {
        let change = &serde_json::from_str::<Value>(line).unwrap()["change"];
        let committed = time(&change["committedAt"]);
        let merged = change.get("mergedAt").map_or(committed, time);
        let next = || services.get(&text(change, "service"))?.range(merged..).next().copied();
        if let Some(finished) = shipped.get(&text(change, "sha")).copied().or_else(next)
            && (from..to).contains(&finished)
            && change.get("merge").is_none()
        {
            leads.insert(text(change, "sha"), finished - committed);
        }
    }
    let mut leads: Vec<i64> = leads.into_values().collect();
    leads.sort_unstable();
    let days = (to - from) as f64 / 86_400e6;
    (deployed.len() as f64 / days / 60.0, leads[leads.len() / 2] as f64 / 60e6)
}

#[test]
fn the_year_ends_as_the_readme_says() {
    let files = year();
    let (per_team, lead) = month(files, "2025-12-01T00:00:00+01:00", "2026-01-01T00:00:00+01:00");
    assert!((5.15..5.25).contains(&per_team), "{per_team}");
    assert!((41.0..43.0).contains(&lead), "{lead}");
    let (before, slower) = month(files, "2025-11-01T00:00:00+01:00", "2025-12-01T00:00:00+01:00");
    assert!((1.29..1.31).contains(&(per_team / before)), "{before}");
    assert!((0.84..0.86).contains(&(lead / slower)), "{slower}");
}

#[test]
fn the_request_is_a_request() {
    let text = std::fs::read_to_string(folder().join("report.json")).unwrap();
    let options: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(options["version"], 1);
    let request: truenorth::dora::DoraRequest = serde_json::from_value(options["dora"].clone()).unwrap();
    assert_eq!(request.time_zone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(request.window.map(|window| window.from.to_string()).as_deref(), Some("2025-11-30T23:00:00Z"));
}
