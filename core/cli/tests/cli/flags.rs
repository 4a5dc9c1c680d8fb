//! `truenorth flags`.

use super::run;

/// acme's flags.
const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/acme/flags.yaml");

#[test]
fn acme_has_a_dozen_flags_and_none_is_malformed() {
    let listed = run(&["flags", "list", ACME]).exits(0).out;
    assert_eq!(listed.lines().count(), 12, "{listed}");
    let whom = ["--key", "user-42", "--context", "plan=enterprise", "--context", "seats=25", "--now", "2025-12-05"];
    let said = run(&[&["flags", "eval", ACME][..], &whom].concat()).exits(0).out;
    assert!(said.contains("new-portal-navigation  true = on  TARGETING_MATCH by beta"), "{said}");
    assert!(said.contains("seats-limit            1000 = large"), "{said}");
    let said = run(&[&["flags", "explain", ACME, "saved-searches"][..], &whom].concat()).exits(0).out;
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        ["saved-searches", "- the prerequisite `new-search-backend` is not met", "- the default variant stands: `off`",]
    );
    let report = run(&[&["flags", "eval", ACME, "seats-limit", "--json"][..], &whom].concat()).exits(0).json();
    assert_eq!(report["evaluations"][0]["value"], 1000);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    assert!(run(&["flags", "eval", ACME, "no-such-flag"]).exits(2).out.contains("there is no flag of this name"));
    let said = run(&["flags", "eval", ACME, "--context", "plan"]).exits(2);
    assert!(said.err.contains("--context: expected an attribute"), "{}", said.err);
    assert!(run(&["flags", "list", "no-such-file.yaml"]).exits(2).err.contains("no-such-file.yaml"));
}
