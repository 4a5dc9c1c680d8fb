//! Bad input: a clear error or a correct report, never a panic, never a silent drop.

use super::{Said, file, run, run_with_input, scratch};

const GOOD: &str = r#"{"deployment": {"service": "checkout", "finishedAt": "2025-03-01T09:30:00Z"}}"#;

fn dora(name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Said {
    let path = file(&scratch(&format!("bad-{name}")), "events.jsonl", content);
    let mut arguments = vec!["dora", path.as_str(), "--format", "json"];
    arguments.extend(more);
    run(&arguments)
}

#[test]
fn empty_input_is_no_data_and_never_zero() {
    let said = dora("empty", "", &[]).exits(0);
    let overall = &said.json()["overall"];
    for (metric, number) in [("changeFailureRate", "rate"), ("leadTime", "median"), ("recoveryTime", "median")] {
        assert_eq!(overall[metric][number]["kind"], "notEnough", "{metric}");
    }
}

#[test]
fn a_bad_line_is_named_or_counted() {
    let content = format!("{GOOD}\n{{\"deployment\": {{\"finishedAt\": \"yesterday\"}}}}\n{GOOD}\n");
    let said = dora("line", &content, &[]).exits(2);
    said.complains(&["events.jsonl:2: deployment.finishedAt: expected a time", "found `yesterday`", "--lenient"]);
    let report = dora("line", &content, &["--lenient"]).exits(0).json();
    assert_eq!(report["data"]["read"]["rejected"], 1);
    assert_eq!(report["data"]["read"]["rejections"][0]["line"], 2);
}

#[test]
fn broken_json_utf8_and_nul_bytes_are_named_with_their_line() {
    for (name, line) in
        [("json", &b"{\"deployment\""[..]), ("utf8", b"{\"deployment\": {\"service\": \"\xff\"}}"), ("nul", b"\0\0\0")]
    {
        let content = [GOOD.as_bytes(), b"\n", line, b"\n"].concat();
        dora(name, &content, &[]).exits(2).complains(&["events.jsonl:2"]);
        let report = dora(name, &content, &["--lenient"]).exits(0).json();
        assert_eq!(report["data"]["read"]["rejected"], 1, "{name}");
        assert_eq!(report["data"]["read"]["accepted"], 1, "{name}");
    }
}

#[test]
fn a_format_that_fits_no_record_is_no_empty_report() {
    let more = |format: &'static str| dora("format", format!("{GOOD}\n{GOOD}\n"), &["--input-format", format]);
    for format in ["jira", "pagerDuty"] {
        more(format).exits(2).complains(&["found 2 without any; the first is an object with the keys `deployment`"]);
    }
    for format in ["cdevents", "github", "gitlab", "csv", "serviceNow"] {
        more(format).exits(2).complains(&["events.jsonl:1"]);
    }
    // One that fits, and says something else, is a record like any other.
    let bug = r#"[{"key": "A-1", "fields": {"created": "2025-03-01T09:30:00Z", "issuetype": {"name": "Bug"}}}]"#;
    let report = dora("format-jira", bug, &["--input-format", "jira"]).exits(0).json();
    assert_eq!(report["data"]["read"]["ignored"], 1);
}

#[test]
fn files_that_are_not_there_say_so() {
    run(&["dora", "no/such/file.jsonl"]).exits(2).complains(&["no/such/file.jsonl", "there is no such file"]);
    let folder = scratch("bad-empty-folder");
    run(&["dora", folder.to_str().unwrap()]).exits(2).complains(&["holds no events"]);
    run(&["report", "no/such/folder"]).exits(2).complains(&["no/such/folder"]);
    run(&["dora"]).exits(2).complains(&["nothing to read"]);
    run(&["dora", "--git", folder.to_str().unwrap()]).exits(2);
}

#[test]
fn impossible_windows_and_zones_are_explained() {
    for (more, part) in [
        (&["--tz", "Berlin"][..], "did you mean `Europe/Berlin`?"),
        (&["--since", "2025-03-02", "--until", "2025-03-01"], "must end after it starts"),
        (&["--since", "01.03.2025"], "expected a day such as `2025-03-01`"),
        (&["--last", "a month"], "expected a duration"),
        (&["--compare", "yesterday"], "expected `previous`, `none` or a window"),
        (&["--define", "backwards=sometimes"], "expected one of `drop`"),
        (&["--define", "backward=drop"], "did you mean `backwards`?"),
        (&["--preset", "sonar"], "expected one of `dora`"),
        (&["--confidence", "2"], "confidence"),
        (&["--by", "colour"], "by"),
        (&["--filter", "service"], "--filter"),
    ] {
        dora("options", GOOD, more).exits(2).complains(&["truenorth: ", part]);
    }
}

#[test]
fn events_that_contradict_each_other_are_counted() {
    let content = r#"
        {"incident": {"id": "i0", "service": "checkout", "startedAt": "2025-01-01T00:00:00Z"}}
        {"change": {"sha": "a1", "service": "checkout", "committedAt": "2025-03-01T10:00:00Z"}}
        {"deployment": {"id": "d1", "service": "checkout", "sha": "a1", "finishedAt": "2025-03-01T09:30:00Z"}}
        {"deployment": {"id": "d2", "service": "checkout", "finishedAt": "2025-03-02T09:30:00Z"}}
        {"incident": {"id": "i1", "service": "checkout", "deployment": "d2", "startedAt": "2025-03-02T10:00:00Z",
          "resolvedAt": "2025-03-02T11:00:00Z", "reopenedAt": "2025-03-02T12:00:00Z"}}"#;
    let content: String = content.replace("\n          ", " ");
    let report =
        dora("contradict", content.trim_start(), &["--since", "2025-01-01", "--define", "firstDeployment=yes"])
            .exits(0)
            .json();
    assert_eq!(report["overall"]["leadTime"]["backwards"], 1, "{report:#}");
    assert_eq!(report["overall"]["recoveryTime"]["open"], 1, "{report:#}");
    assert_eq!(report["data"]["unlinkedIncidents"], 1, "{report:#}");
}

#[test]
fn tens_of_thousands_of_services_are_a_report_like_any_other() {
    let content: String = (0..30_000).map(|i| GOOD.replace("checkout", &format!("service-{i}")) + "\n").collect();
    let path = file(&scratch("bad-services"), "events.jsonl", content);
    let said = run(&["dora", &path, "--by", "service"]).exits(0);
    assert!(said.out.len() < 100_000, "text of {} bytes is for nobody", said.out.len());
}

/// Linux can hold a program to so much memory.
#[cfg(target_os = "linux")]
#[test]
fn a_line_of_100_megabytes_needs_no_100_megabytes() {
    let mut content = format!("{GOOD}\n{{\"deployment\": {{\"service\": \"").into_bytes();
    content.resize(content.len() + 100_000_000, b'x');
    content.extend_from_slice(format!("\"}}}}\n{GOOD}\n").as_bytes());
    let held = |more: &str| {
        let program = env!("CARGO_BIN_EXE_truenorth");
        let mut child = std::process::Command::new("sh")
            .args(["-c", &format!("ulimit -v 98304; exec {program} dora - --format json {more}")])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(|| drop(std::io::Write::write_all(&mut stdin, &content).map(|()| drop(stdin))));
            child.wait_with_output().unwrap()
        });
        Said::from(output)
    };
    held("").exits(2).complains(&["standard input:2", "at most"]);
    let report = held("--lenient").exits(0).json();
    assert_eq!(report["data"]["read"]["rejections"][0]["line"], 2);
    assert_eq!(report["data"]["read"]["accepted"], 2);
}

#[test]
fn run_tells_what_is_wrong_as_json() {
    let said = run_with_input(&["run", "dora"], b"{\"bucket\": }").exits(2);
    let error: serde_json::Value = serde_json::from_str(&said.err).unwrap();
    assert_eq!(error["code"], "invalidJson");
    run_with_input(&["run", "dora"], b"\xff").exits(2).complains(&["invalidUtf8"]);
}
