//! Files, folders, standard input, gzip, zstd and git: the same events give the same report.

use std::io::Read as _;
use std::process::Command;

use super::{file, run, run_with_input, scratch, truenorth, year};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(plain, flate2::Compression::fast()).read_to_end(&mut packed).unwrap();
    packed
}

fn zstd(plain: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(plain, ruzstd::encoding::CompressionLevel::Fastest)
}

/// The report without where things were read.
fn report(arguments: &[&str]) -> serde_json::Value {
    let mut arguments = arguments.to_vec();
    arguments.extend(["--format", "json"]);
    let mut report = run(&arguments).exits(0).json();
    report["data"]["unlinked"] = serde_json::Value::Null;
    report
}

#[test]
fn packed_split_and_piped_events_give_the_same_report() {
    let folder = scratch("inputs");
    let year = year();
    let expected = report(&["dora", &file(&folder, "year.jsonl", &year)]);
    assert!(expected["overall"]["deploymentFrequency"]["deployments"].as_u64() > Some(300), "{expected:#}");
    let (head, tail) = year.split_at(year[..year.len() / 3].rfind('\n').unwrap() + 1);
    let packed = [gzip(head.as_bytes()), gzip(tail.as_bytes())].concat();
    // The first bytes tell what it is, not the name.
    assert_eq!(report(&["dora", &file(&folder, "members.gz", &packed)]), expected);
    assert_eq!(report(&["dora", &file(&folder, "plain-name.jsonl", &packed)]), expected);
    assert_eq!(report(&["dora", &file(&folder, "frames.jsonl.zst", zstd(year.as_bytes()))]), expected);
    for input in [year.as_bytes(), &packed] {
        let mut piped = run_with_input(&["dora", "-", "--format", "json"], input).exits(0).json();
        piped["data"]["unlinked"] = serde_json::Value::Null;
        assert_eq!(piped, expected);
    }
    let parts = scratch("inputs-folder");
    file(&parts, "b.jsonl.gz", gzip(head.as_bytes()));
    file(&parts, "a.jsonl", tail);
    file(&parts, "README.md", "about this folder");
    assert_eq!(report(&["dora", parts.to_str().unwrap()]), expected);
    file(&parts, "notes.txt", "not read");
    run(&["dora", parts.to_str().unwrap()]).exits(0).complains(&["notes.txt is of no kind that is read here"]);
}

#[test]
fn foreign_tables_are_read_by_a_mapping() {
    let folder = scratch("inputs-mapping");
    let csv = file(
        &folder,
        "tickets.csv",
        "Ticket;System;Phase;Ende\nT1;checkout;prod-eu;01.03.2025 10:30\nT2;checkout;test;02.03.2025 10:30\n",
    );
    let mapping = file(
        &folder,
        "mapping.json",
        r#"{"times": ["%d.%m.%Y %H:%M"], "events": [{"kind": "deployment", "when": {"Phase": ["prod*"]},
            "fields": {"id": {"from": ["Ticket"]}, "service": {"from": ["System"]}, "finishedAt": {"from": ["Ende"]}}}]}"#,
    );
    let said = |more: &[&str]| {
        let mut arguments = vec!["dora", csv.as_str(), "--mapping", mapping.as_str(), "--format", "json"];
        arguments.extend(more);
        run(&arguments)
    };
    // A time without a zone is never guessed.
    said(&[]).exits(2).complains(&["tickets.csv:2", "finishedAt"]);
    let report = said(&["--input-tz", "Europe/Berlin"]).exits(0).json();
    assert_eq!(report["data"]["deployments"], 1);
    // What people write by hand may be YAML.
    let yaml = "times: ['%d.%m.%Y %H:%M']\nevents:\n- kind: deployment\n  when: {Phase: ['prod*']}\n  fields:\n    \
                id: {from: [Ticket]}\n    service: {from: [System]}\n    finishedAt: {from: [Ende]}\n";
    let named = file(&folder, "mapping.yaml", yaml);
    let again = run(&["dora", &csv, "--mapping", &named, "--input-tz", "Europe/Berlin", "--format", "json"]);
    assert_eq!(again.exits(0).json(), report);
    let named = file(&folder, "wrong.yaml", yaml.replace("finishedAt", "finished"));
    run(&["dora", &csv, "--mapping", &named]).exits(2).complains(&["wrong.yaml: `events[0].fields", "at line 8"]);
    assert_eq!(report["asOf"], "2025-03-01T09:30:00Z");
    let incidents = file(
        &folder,
        "incidents.json",
        r#"{"incidents": [{"id": "P1", "type": "incident", "status": "resolved", "created_at": "2025-03-01T09:30:00Z",
            "resolved_at": "2025-03-01T10:30:00Z", "service": {"summary": "checkout"}}]}"#,
    );
    let report = run(&["dora", &incidents, "--mapping", "pagerduty", "--format", "json"]).exits(0).json();
    assert_eq!(report["data"]["incidents"], 1, "{report:#}");
    run(&["dora", &csv, "--mapping", "no-such.json"]).exits(2).complains(&["no-such.json"]);
    run(&["dora", &csv, "--input-format", "excel"]).exits(2).complains(&["--input-format", "expected one of"]);
}

#[test]
fn owners_are_found_in_the_folder_and_by_name() {
    let folder = scratch("inputs-owners");
    let path = file(&folder, "year.jsonl", year());
    let owners = "service,team,validFrom\ncheckout,blue,\ncheckout,green,2024-07-01\n";
    file(&folder, "ownership.csv", owners);
    let teams = |arguments: &[&str]| -> Vec<String> {
        let report = report(arguments);
        let groups = report["groups"].as_array().unwrap().iter();
        groups.map(|group| group["key"]["team"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(teams(&["dora", folder.to_str().unwrap(), "--by", "team"]), ["blue", "green"]);
    let elsewhere = scratch("inputs-owners-elsewhere");
    let catalog = "kind: Component\nmetadata:\n  name: checkout\nspec:\n  owner: red\n";
    let catalog = file(&elsewhere, "catalog-info.yaml", catalog);
    assert_eq!(teams(&["dora", &path, "--by", "team", "--ownership", &catalog]), ["red"]);
    let code_owners = file(&elsewhere, "CODEOWNERS", "* @acme/pink\n");
    run(&["dora", &path, "--ownership", &code_owners]).exits(2).complains(&["CODEOWNERS", "--repository"]);
    let nobody = file(&elsewhere, "owners.csv", "service,team\nsearch,blue\n");
    let unowned = report(&["dora", &path, "--ownership", &nobody]);
    assert!(unowned["data"]["read"]["notes"]["rows whose owner is not known"].as_u64() > Some(700), "{unowned:#}");
}

#[test]
fn compressed_data_that_ends_early_is_an_error() {
    let folder = scratch("inputs-truncated");
    for (name, packed) in [("year.jsonl.gz", gzip(year().as_bytes())), ("year.jsonl.zst", zstd(year().as_bytes()))] {
        let path = file(&folder, name, &packed[..packed.len() / 2]);
        run(&["dora", &path]).exits(2).complains(&[name, "ends early", "again"]);
        // Even where bad lines are let go: half a file is no file.
        run(&["dora", &path, "--lenient"]).exits(2);
    }
}

#[test]
fn report_reads_its_options_from_the_folder() {
    let folder = scratch("inputs-report");
    file(&folder, "year.jsonl", year());
    let path = folder.to_str().unwrap();
    let plain = run(&["report", path, "--format", "json"]).exits(0).json();
    assert_eq!(plain["by"], serde_json::json!([]));
    file(
        &folder,
        "report.json",
        r#"{"version": 1, "x-owner": "platform", "dora": {"by": ["service"], "bucket": "month"}}"#,
    );
    let asked = run(&["report", path, "--format", "json"]).exits(0).json();
    assert_eq!(asked["by"], serde_json::json!(["service"]));
    file(&folder, "report.json", r#"{"version": 1, "dora": {"bucket": "fortnight"}}"#);
    run(&["report", path]).exits(2).complains(&["report.json", "dora.bucket", "fortnight"]);
    file(&folder, "report.json", r#"{"version": 7}"#);
    run(&["report", path]).exits(2).complains(&["expected `version` 1"]);
}

/// The figures of `examples/acme/README.md`, which a program of its own made from the files.
#[test]
fn acme_is_measured_as_its_readme_says() {
    let acme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/acme");
    let report = run(&["report", acme, "--format", "json"]).exits(0).json();
    let overall = &report["overall"];
    assert_eq!(overall["deploymentFrequency"]["deployments"], 9676);
    assert_eq!(overall["changeFailureRate"]["failures"], 657);
    assert_eq!(overall["changeFailureRate"]["deployments"], 8245);
    let minutes = |metric: &str| overall[metric]["median"]["value"].as_f64().unwrap() / 60.0;
    assert!((minutes("leadTime") - 42.0).abs() < 0.05, "{}", minutes("leadTime"));
    assert!((minutes("recoveryTime") - 22.3).abs() < 0.05, "{}", minutes("recoveryTime"));
    let sentences: Vec<&str> = report["sentences"].as_array().unwrap().iter().filter_map(|s| s.as_str()).collect();
    for (metric, part) in [
        (0, "42 minutes"),
        (0, "faster than the month before"),
        (1, "5.2 times a day for each of the 60 teams"),
        (2, "8.0 % of deployments failed"),
        (3, "22 minutes"),
    ] {
        assert!(sentences[metric].contains(part), "`{part}` is not in `{}`", sentences[metric]);
    }
}

#[test]
fn run_opens_nothing_outside_the_folder_it_may_read() {
    let folder = scratch("inputs-allow");
    let (inside, outside) = (folder.join("inside"), folder.join("outside"));
    std::fs::create_dir_all(&inside).unwrap();
    std::fs::create_dir_all(&outside).unwrap();
    let good = format!("events={}", file(&inside, "events.jsonl", year()));
    let bad = format!("events={}", file(&outside, "events.jsonl", year()));
    let root = inside.to_str().unwrap();
    run_with_input(&["run", "dora", "--table", &good, "--allow-files", root], b"{}").exits(0);
    run_with_input(&["run", "dora", "--table", &good], b"{}").exits(2).complains(&["--allow-files"]);
    let around = format!("events={root}/../outside/events.jsonl");
    for table in [&bad, &around] {
        run_with_input(&["run", "dora", "--table", table, "--allow-files", root], b"{}")
            .exits(2)
            .complains(&["does not lie below"]);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.join("events.jsonl"), inside.join("link.jsonl")).unwrap();
        let link = format!("events={root}/link.jsonl");
        run_with_input(&["run", "dora", "--table", &link, "--allow-files", root], b"{}")
            .exits(2)
            .complains(&["does not lie below"]);
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    let path = file(&scratch("inputs-pipe"), "year.jsonl", year());
    for arguments in [
        &["dora", &path, "--format", "json", "--bucket", "day"][..],
        &["schema"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut child = truenorth(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        // Nobody reads a single byte.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_repository_is_read_by_its_tags() {
    let folder = scratch("inputs-git");
    let git = |words: &[&str], day: u32| {
        let date = format!("2025-03-{day:02}T10:00:00Z");
        let done = Command::new("git")
            .args(["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"])
            .args(words)
            .current_dir(&folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output();
        done.is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "-q", "-b", "main"], 1) {
        println!("skipped: there is no git");
        return;
    }
    for day in 1..=6 {
        std::fs::write(folder.join("file"), day.to_string()).unwrap();
        assert!(git(&["add", "file"], day) && git(&["commit", "-q", "-m", "change"], day));
        if day % 2 == 0 {
            assert!(git(&["tag", &format!("v1.{day}.0")], day) && git(&["tag", &format!("nightly-{day}")], day));
        }
    }
    let path = folder.to_str().unwrap();
    let report = run(&["dora", "--git", path, "--format", "json"]).exits(0).json();
    assert_eq!(report["overall"]["deploymentFrequency"]["deployments"], 3);
    // Two changes in each release, a day and no time before it; those of the first are all of history.
    assert_eq!(report["overall"]["leadTime"]["changes"], 4);
    assert_eq!(report["overall"]["leadTime"]["median"]["value"], 43_200.0);
    run(&["dora", "--git", path, "--releases", "release-.*"]).exits(2).complains(&["release-.*"]);
    run(&["dora", "--git", path, "--releases", "("]).exits(2);
}

#[test]
fn releases_that_nobody_asked_for_name_the_option() {
    let release = r#"[{"id": 1, "tag_name": "v1.0", "target_commitish": "main", "published_at": "2025-03-01T10:00:00Z",
        "url": "https://api.github.com/repos/acme/shop/releases/1"}]"#;
    let said = run_with_input(&["dora", "-", "--format", "json"], release.as_bytes()).exits(0).json();
    let sentences: Vec<&str> = said["sentences"].as_array().unwrap().iter().filter_map(|s| s.as_str()).collect();
    assert_eq!(
        sentences[0],
        "There is nothing to measure: 1 record read, of kinds that do not count (`github release`)."
    );
    assert!(sentences[1].contains("--deployments-from releases"), "{sentences:?}");
    let said = run_with_input(&["dora", "-", "--format", "json", "--deployments-from", "releases"], release.as_bytes());
    assert_eq!(said.exits(0).json()["data"]["deployments"], 1);
    let candidate = release.replace(r#""id": 1,"#, r#""id": 1, "prerelease": true,"#);
    for (more, deployments) in [(&[][..], 0), (&["--prereleases"], 1)] {
        let words = [&["dora", "-", "--format", "json", "--deployments-from", "releases"], more].concat();
        let said = run_with_input(&words, candidate.as_bytes()).exits(0).json();
        assert_eq!(said["data"]["deployments"], deployments, "{more:?}");
    }
}
