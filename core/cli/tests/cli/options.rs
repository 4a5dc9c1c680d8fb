//! What can be asked, and what is printed to help.

use super::{file, run, run_with_input, scratch, year};

#[test]
fn days_are_days_of_the_zone() {
    let path = file(&scratch("options-zone"), "year.jsonl", year());
    let arguments =
        ["dora", &path, "--since", "2024-03-01", "--until", "2024-04-01", "--tz", "Europe/Berlin", "--format", "json"];
    let report = run(&arguments).exits(0).json();
    assert_eq!(report["window"], serde_json::json!({"from": "2024-02-29T23:00:00Z", "to": "2024-03-31T22:00:00Z"}));
    assert_eq!(report["timeZone"], "Europe/Berlin");
}

#[test]
fn an_open_end_is_the_one_that_no_window_has() {
    let path = file(&scratch("options-open"), "year.jsonl", year());
    let window = |more: &[&str]| {
        let mut arguments = vec!["dora", path.as_str(), "--tz", "Asia/Tokyo", "--format", "json"];
        arguments.extend(more);
        run(&arguments).exits(0).json()["window"].clone()
    };
    let whole = window(&[]);
    assert_eq!(window(&["--since", "2024-06-01"])["to"], whole["to"]);
    assert_eq!(window(&["--until", "2024-06-01"])["from"], whole["from"]);
    assert_eq!(window(&["--since", "2024-06-01"])["from"], "2024-05-31T15:00:00Z");
}

#[test]
fn options_become_the_request() {
    let path = file(&scratch("options-request"), "year.jsonl", year());
    let mut arguments =
        vec!["dora", &path, "--format", "json", "--last", "90d", "--compare", "previous", "--by", "service,team"];
    arguments.extend([
        "--bucket",
        "month",
        "--preset",
        "devLake",
        "--define",
        "lead-start=merged",
        "--define",
        "environments=production,eu",
    ]);
    arguments.extend(["--confidence", "90%", "--year", "2023", "--filter", "service=checkout"]);
    let report = run(&arguments).exits(0).json();
    assert_eq!(report["by"], serde_json::json!(["service", "team"]));
    assert_eq!(report["preset"], "devLake");
    assert_eq!(report["definition"]["leadStart"], "merged");
    assert_eq!(report["definition"]["environments"], serde_json::json!(["production", "eu"]));
    assert_eq!(report["confidence"], 0.9);
    assert_eq!(report["overall"]["levels"]["year"], 2023);
    assert!(report["comparedWith"]["from"].is_string());
    assert!(report["buckets"].as_array().unwrap().len() >= 3);
}

#[test]
fn only_those_that_deploy_most() {
    let deployment = |service: u32, day: u32| {
        format!(r#"{{"deployment": {{"service": "s{service}", "finishedAt": "2025-03-{day:02}T12:00:00Z"}}}}"#)
    };
    let lines: Vec<String> =
        (1..9).flat_map(|service| (1..=service).map(move |day| deployment(service, day))).collect();
    let path = file(&scratch("options-top"), "events.jsonl", lines.join("\n"));
    let report = run(&["dora", &path, "--by", "service", "--top", "3", "--format", "json"]).exits(0).json();
    let names: Vec<&str> =
        report["groups"].as_array().unwrap().iter().filter_map(|group| group["name"].as_str()).collect();
    assert_eq!((names, report["groupsLeftOut"].as_u64()), (vec!["s6", "s7", "s8"], Some(5)));
    assert_eq!(report["overall"]["deploymentFrequency"]["deployments"], 36);
    run(&["dora", &path, "--by", "service", "--top", "0"]).exits(2).complains(&["--top", "0"]);
}

#[test]
fn a_request_file_is_the_start_and_options_change_it() {
    let folder = scratch("options-file");
    let path = file(&folder, "year.jsonl", year());
    let request = file(&folder, "request.json", r#"{"by": ["service"], "bucket": "month", "year": 2021}"#);
    let report = run(&["dora", &path, "--request", &request, "--year", "2019", "--format", "json"]).exits(0).json();
    assert_eq!((report["by"][0].as_str(), report["overall"]["levels"]["year"].as_u64()), (Some("service"), Some(2019)));
    let wrong = file(&folder, "wrong.json", r#"{"bucket": "fortnight"}"#);
    run(&["dora", &path, "--request", &wrong]).exits(2).complains(&["wrong.json", "bucket", "fortnight"]);
}

#[test]
fn a_request_may_be_yaml_and_its_mistakes_have_lines() {
    let folder = scratch("options-yaml");
    let path = file(&folder, "year.jsonl", year());
    let yaml = "# by month\nby: [service]\nbucket: month\nlast: 90d\nyear: 2021\n";
    let json = r#"{"by": ["service"], "bucket": "month", "last": "90d", "year": 2021}"#;
    let asked = |request: &str| run(&["dora", &path, "--request", request, "--format", "json"]).exits(0).json();
    let expected = asked(&file(&folder, "request.json", json));
    assert_eq!(expected["by"], serde_json::json!(["service"]));
    // Told by its name, and by what it begins with.
    for name in ["request.yaml", "request.yml", "request"] {
        assert_eq!(asked(&file(&folder, name, yaml)), expected, "{name}");
    }
    assert_eq!(asked(&file(&folder, "flow.yaml", "{by: [service], bucket: month, last: 90d, year: 2021}")), expected);
    for (name, text, parts) in [
        ("wrong.yaml", "by: [service]\nbucket: fortnight\n", &["`bucket`: expected one of", "at line 2"][..]),
        ("late.yaml", "by:\n  - service\n  - colour\n", &["`by[1]`: expected one of", "`colour`, at line 3"]),
        ("field.yaml", "window:\n  since: 2025-03-01\n", &["`window.since`: no such field", "at line 2"]),
        ("list.yaml", "by: []\nwindow: [a, b]\n", &["`window`: expected an object, found a list, at line 2"]),
        ("zone.yaml", "by: []\ntimeZone: Berlin\n", &["`timeZone`: expected an IANA", "at line 2"]),
        ("syntax.yaml", "by: [service\n", &["not YAML: ", "line 1"]),
        ("wrong.json", "{\"by\": [],\n\"bucket\": \"days\"}", &["`bucket`", "did you mean `day`?", "at line 2"]),
    ] {
        let request = file(&folder, name, text);
        // No file of events: what is wrong is said before one is looked for.
        let said = run(&["dora", "no-such.jsonl", "--request", &request]).exits(2);
        said.complains(&[name]).complains(parts);
    }
    let piped = run_with_input(&["run", "dora"], yaml.as_bytes()).exits(0).json();
    assert_eq!(piped, run_with_input(&["run", "dora"], json.as_bytes()).exits(0).json());
    let said = run_with_input(&["run", "dora", "--table", "events=no-such.jsonl"], b"by: []\nbucket: fortnight\n");
    let error: serde_json::Value = serde_json::from_str(&said.exits(2).err).unwrap();
    assert_eq!((error["code"].as_str(), error["path"].as_str()), (Some("unknownValue"), Some("bucket")));
    assert!(error["message"].as_str().unwrap().ends_with("found `fortnight`, at line 2"), "{error}");
}

#[test]
fn what_was_typed_is_checked_before_anything_is_read() {
    for (more, parts) in [
        (&["--by", "service", "--by", "service"][..], &["--by: `service` is there twice"][..]),
        (&["--by", "colour"], &["--by: expected one of `service`"]),
        (&["--last", "0d"], &["--last: expected a duration such as `30d`"]),
        (&["--confidence", "2"], &["--confidence: must be above 0"]),
        (&["--year", "1999"], &["--year: expected one of the report years"]),
        (&["--filter", "colour=red"], &["--filter: expected one of `service`"]),
        (&["--since", "1.3.2025"], &["--since: expected a day"]),
        (&["--since", "2025-03-01", "--until", "2025-02-01"], &["--until: must end after it starts"]),
        (&["--bucket", "day", "--since", "1500-01-01", "--until", "2025-01-01"], &["--bucket: at most"]),
        (&["--deployments-from", "runs"], &["--deployments-from: expected a pattern", "`runs=*deploy*`"]),
        (&["--deployments-from", "workflowRuns"], &["--deployments-from: expected one of `deployments`, `runs`"]),
        (&["--input-tz", "Mars"], &["--input-tz: expected an IANA time zone"]),
        (&["--input-format", "mapped"], &["--input-format: ", "needs a mapping"]),
    ] {
        let mut arguments = vec!["dora", "no-such.jsonl"];
        arguments.extend(more);
        run(&arguments).exits(2).complains(parts);
    }
    run(&["presets", "no-such.jsonl", "--last", "0d"]).exits(2).complains(&["--last: expected a duration"]);
}

#[test]
fn a_filter_that_no_event_passes_says_what_may_be_meant() {
    let path = file(&scratch("options-filter"), "year.jsonl", year());
    for verb in ["dora", "presets"] {
        let said = run(&[verb, &path, "--filter", "service=chekout", "--format", "json"]).exits(0).json();
        let sentences: Vec<&str> = said["sentences"].as_array().unwrap().iter().filter_map(|s| s.as_str()).collect();
        let hint = "The filter asks for the service `chekout`, which no event has; did you mean `checkout`?";
        assert!(sentences.contains(&hint), "{sentences:?}");
    }
}

#[test]
fn every_format_is_written_and_told_by_the_file_name() {
    let folder = scratch("options-formats");
    let path = file(&folder, "year.jsonl", year());
    for (name, format, start) in [
        ("out.html", "html", "<!DOCTYPE html>"),
        ("out.md", "markdown", "#"),
        ("out.json", "json", "{"),
        ("out.prom", "openmetrics", "#"),
    ] {
        let out = folder.join(name);
        let said = run(&["dora", &path, "-o", out.to_str().unwrap()]).exits(0);
        assert_eq!(said.out, "");
        let written = std::fs::read_to_string(&out).unwrap();
        assert!(written.to_lowercase().starts_with(&start.to_lowercase()), "{name}: {}", &written[..40]);
        let printed = run(&["dora", &path, "--format", format]).exits(0).out;
        assert_eq!(printed.trim_end(), written.trim_end(), "{name}");
    }
    run(&["dora", &path, "-o", "/no/such/folder/out.md"]).exits(2).complains(&["/no/such/folder/out.md"]);
}

#[test]
fn colour_only_where_it_is_wanted() {
    let path = file(&scratch("options-colour"), "year.jsonl", year());
    assert!(!run(&["dora", &path]).out.contains('\u{1b}'));
    assert!(run(&["dora", &path, "--color", "always"]).out.contains('\u{1b}'));
}

#[test]
fn help_has_examples_and_codes() {
    let help = run(&["--help"]).exits(0).out;
    for part in ["Examples:", "truenorth report examples/acme", "Exit codes:", "--fail-if"] {
        assert!(help.contains(part), "{help}");
    }
    let help = run(&["dora", "--help"]).exits(0).out;
    for part in ["changeFailureRate > 15%", "--git", "leadTime, deploymentFrequency", "NOT"] {
        assert!(help.to_uppercase().contains(&part.to_uppercase()), "{help}");
    }
    run(&["dora", "--colour"]).exits(2).complains(&["--color"]);
    run(&["--version"]).exits(0);
}

#[test]
fn presets_stand_side_by_side() {
    let path = file(&scratch("options-presets"), "year.jsonl", year());
    let report = run(&["presets", &path, "--format", "json", "--preset", "devLake,gitLab"]).exits(0).json();
    let tools: Vec<&str> =
        report["presets"].as_array().unwrap().iter().map(|answer| answer["preset"].as_str().unwrap()).collect();
    assert_eq!(tools, ["dora", "devLake", "gitLab"]);
    for format in ["text", "markdown", "html"] {
        let out = run(&["presets", &path, "--format", format]).exits(0).out;
        for part in ["dora.dev", "GitLab", "DevLake", "Middleware"] {
            assert!(out.contains(part), "{format}: {out}");
        }
    }
    run(&["presets", &path, "--format", "openmetrics"]).exits(2).complains(&["--format", "no OpenMetrics form"]);
    run(&["presets", &path, "--preset", "sonar"]).exits(2).complains(&["--preset", "sonar"]);
}

#[test]
fn schemas_operations_and_completions_are_printed() {
    let list = run(&["run", "--list"]).exits(0).out;
    for line in list.lines() {
        let operation = line.split_whitespace().next().unwrap();
        let schema = run(&["schema", operation]).exits(0).json();
        assert!(schema["request"]["$schema"].is_string() && schema["report"]["$schema"].is_string(), "{operation}");
        assert_eq!(run(&["schema", operation, "--request"]).exits(0).json(), schema["request"]);
    }
    assert!(run(&["schema"]).exits(0).json()["dora"]["report"].is_object());
    run(&["schema", "delivery"]).exits(2).complains(&["expected one of `dora`", "--list"]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).exits(0).out.contains("fail-if"), "{shell}");
    }
}
