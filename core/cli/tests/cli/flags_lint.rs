//! `truenorth flags lint`.

use serde_json::json;

use super::{file, run, run_with_input, scratch};

/// acme's flags, and a day on which all of them are in their prime.
const ACME: [&str; 3] = [concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/acme/flags.yaml"), "--now", "2025-12-01"];

/// With an anchor, flow style, quoted keys and nested lists.
const YAML: &str = r#"version: 1
segments:
  beta: {include: [u1]}
flags:
  "a.b":
    expires: 2020-01-01T00:00:00Z
    variants: { "on": true, "off": false }
    defaultVariant: "off"
    rules:
      - when: &nobody
          all:
            - attribute: plan
              equals: beta
            - {attribute: plan,
               equals: gold}
        variant: "on"
  a:
    variants: { "on": true, "off": false }
    defaultVariant: "off"
    rules: [{when: {segment: beta}, variant: "on"},
            {when: *nobody, variant: "on"}]
"#;

#[test]
fn acme_is_clean() {
    let said = run(&[&["flags", "lint"][..], &ACME, &["--fail-on", "info"]].concat()).exits(0).out;
    assert_eq!(said, "1 file, 12 flags: 0 errors, 0 warnings, 0 infos\n");
}

#[test]
fn findings_stand_at_their_lines() {
    let folder = scratch("lint_lines");
    let path = file(&folder, "flags.yaml", YAML);
    let said = run(&["flags", "lint", &path]).exits(0).out;
    let lines: Vec<&str> = said.lines().map(|line| line.strip_prefix(&path).unwrap_or(line)).collect();
    assert_eq!(
        lines,
        [
            ":6:5: warning: flags.a.b.expires: the flag should have been gone by 2020-01-01T00:00:00Z [expired]",
            ":14:15: warning: flags.a.b.rules[0].when.all[1]: no value passes this and `all[0]`, unless it is a list (see flags.a.b.rules[0].when.all[0], line 12) [neverMatches]",
            ":21:20: warning: flags.a.rules[1].when.all[1]: no value passes this and `all[0]`, unless it is a list (see flags.a.rules[1].when.all[0], line 21) [neverMatches]",
            "1 file, 2 flags: 0 errors, 3 warnings, 0 infos",
        ]
    );
    let json = r#"{"version": 1, "flags": {
        "🙂": {"variants": {"on": true,
            "off": 1}}}}"#;
    let path = file(&folder, "flags.json", json);
    let found = run(&["flags", "lint", &path, "--format", "json"]).exits(1).json();
    assert_eq!(found["schema"], "truenorth/flags-lint-files/1");
    let finding = &found["files"][0]["findings"][0];
    assert_eq!(
        [&finding["code"], &finding["line"], &finding["column"]],
        [&json!("disagreeingVariants"), &json!(2), &json!(28)]
    );
}

#[test]
fn exit_codes_are_those_of_gates() {
    let folder = scratch("lint_codes");
    let warned = file(&folder, "warned.yaml", YAML);
    for (level, code) in [("error", 0), ("warning", 1), ("info", 1), ("never", 0)] {
        run(&["flags", "lint", &warned, "--fail-on", level]).exits(code);
    }
    run(&["flags", "lint", &warned, "--fail-on", "warning", "--ignore", "expired,neverMatches"]).exits(0);
    run(&["flags", "lint", &warned, "--fail-on", "warning", "--only", "shadowed"]).exits(0);
    run(&["flags", "lint", &warned, "--fail-on", "warning", "--only", "expired", "--now", "2019-12-31"]).exits(0);
    // One that cannot be read keeps nobody from hearing of the others.
    let broken = file(&folder, "broken.yaml", "version: 1\nflags: {\n");
    let later = file(&folder, "later.json", r#"{"version": 2}"#);
    let said = run(&["flags", "lint", &broken, "nowhere.yaml", &later, &warned]).exits(2);
    assert!(said.out.contains("broken.yaml:2:8: error: not YAML"), "{}", said.out);
    assert!(said.out.contains("later.json:1:2: error: version: expected 1"), "{}", said.out);
    assert!(said.out.contains("3 files, 2 flags: 2 errors, 3 warnings, 0 infos"), "{}", said.out);
    said.complains(&["nowhere.yaml: there is no such file"]);
    run(&["flags", "lint", &warned, "--only", "expird"]).exits(2).complains(&["--only", "did you mean `expired`?"]);
    run(&["flags", "lint"]).exits(2);
    assert!(run(&["flags", "lint", "--codes"]).exits(0).out.contains("\nshadowed               warning  rules above"));
}

#[test]
fn standard_input_and_annotations() {
    let said = run_with_input(&["flags", "lint", "-", "--format", "github", "--only", "expired"], YAML.as_bytes());
    assert_eq!(
        said.exits(0).out,
        "::warning file=standard input,line=6,col=5,title=expired::flags.a.b.expires: the flag should have been gone by \
         2020-01-01T00:00:00Z\n"
    );
    let nothing = run_with_input(&["flags", "lint", "-", "--format", "github", "--only", "stale"], YAML.as_bytes());
    assert_eq!(nothing.exits(0).out, "");
}

/// The whole was held against the published schema of SARIF 2.1.0 with jsonschema 4 (PyPI).
#[test]
fn sarif_names_rules_files_and_lines() {
    let folder = scratch("lint_sarif");
    let (path, out) = (file(&folder, "my flags.yaml", YAML), folder.join("out.sarif"));
    let out = out.to_string_lossy();
    run(&["flags", "lint", &path, "--format", "sarif", "-o", &out]).exits(0);
    let sarif: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&*out).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index as usize]["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.ends_with("/my%20flags.yaml"), "{uri}");
    }
    let place = &results[1]["locations"][0];
    assert_eq!(place["physicalLocation"]["region"], json!({"startLine": 14, "startColumn": 15}));
    assert_eq!(place["logicalLocations"][0]["fullyQualifiedName"], "flags.a.b.rules[0].when.all[1]");
    assert_eq!(results[1]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 12);
}

#[test]
fn the_schema_of_a_file_is_printed() {
    let schema = run(&["schema", "flags"]).exits(0).json();
    assert_eq!(schema["properties"]["version"]["const"], 1);
    run(&["schema", "flags", "--report"]).exits(2).complains(&["--report", "has no request and no report"]);
    run(&["schema", "flag"]).exits(2).complains(&["`flagsLint`", "`flags`, found `flag`"]);
}
