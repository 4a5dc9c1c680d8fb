//! Gates and their exit codes: 0 met, 1 breached, 3 not proven, 2 bad input.

use super::{file, run, scratch, year};

/// Runs a gate on a year in which one deployment in ten fails.
fn gate(name: &str, more: &[&str]) -> super::Said {
    let path = file(&scratch(&format!("gates-{name}")), "year.jsonl", year());
    let mut arguments = vec!["dora", path.as_str(), "--format", "json"];
    arguments.extend(more);
    run(&arguments)
}

#[test]
fn a_gate_that_is_met_exits_0() {
    let said = gate("met", &["--fail-if", "changeFailureRate > 50%"]).exits(0);
    said.complains(&["gate `changeFailureRate > 50%`: met"]);
}

#[test]
fn a_gate_that_is_breached_exits_1() {
    let said = gate("breached", &["--fail-if", "changeFailureRate > 2%"]).exits(1);
    let said = said.complains(&["gate `changeFailureRate > 2%`: BREACHED"]);
    // The report is written all the same.
    assert_eq!(said.json()["overall"]["targets"][0]["verdict"], "breached");
}

#[test]
fn what_is_not_proven_passes_unless_asked_otherwise_and_says_so() {
    let condition = "changeFailureRate > 10.1%";
    let said = gate("unproven", &["--fail-if", condition]).exits(0);
    said.complains(&["NOT PROVEN", "n = ", "passed"]);
    gate("unproven-fail", &["--fail-if", condition, "--unproven", "fail"])
        .exits(3)
        .complains(&["NOT PROVEN", "failed"]);
    // A breach outweighs what is not proven.
    let both = ["--fail-if", condition, "--fail-if", "changeFailureRate > 2%", "--unproven", "fail"];
    gate("unproven-both", &both).exits(1);
}

#[test]
fn no_data_is_never_a_pass_in_silence() {
    let path = file(&scratch("gates-none"), "none.jsonl", "");
    let arguments = ["dora", path.as_str(), "--fail-if", "changeFailureRate > 15%", "--unproven", "fail"];
    run(&arguments).exits(3).complains(&["NOT PROVEN"]);
}

#[test]
fn every_metric_can_be_a_gate() {
    for (condition, code) in [
        ("leadTime > 3h", 0),
        ("leadTime > 30m", 1),
        ("deploymentFrequency < 1/month", 0),
        ("deploymentFrequency < 20/day", 1),
        ("recoveryTime > 2d", 0),
        ("recoveryTime > 10m", 1),
        ("reworkRate > 50%", 0),
    ] {
        gate("metrics", &["--fail-if", condition]).exits(code);
    }
}

#[test]
fn a_condition_that_cannot_be_read_exits_2_before_anything_is_opened() {
    for condition in ["changeFailureRate", "cfr > 1", "leadTime > soon", "changeFailureRate > 15", "reworkRate => 5%"] {
        run(&["dora", "no/such/file", "--fail-if", condition]).exits(2).complains(&["--fail-if: expected"]);
    }
}

#[test]
fn a_target_is_judged_but_fails_nothing() {
    let said = gate("target", &["--target", "changeFailureRate <= 2%"]).exits(0);
    assert_eq!(said.json()["overall"]["targets"][0]["verdict"], "breached");
    assert_eq!(said.err, "");
}
