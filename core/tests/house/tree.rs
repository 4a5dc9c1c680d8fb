//! Who links one room gets one room: no gix, arrow or command line behind it.

use std::collections::BTreeSet;
use std::process::Command;

use crate::root;

/// What the library pulls in with these features, on this machine.
fn crates(features: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            "truenorth",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--no-default-features",
            "--offline",
        ])
        .args(["--features", &features.join(",")])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn a_room_pulls_nothing_heavy() {
    let found = crates(&["dora"]);
    for heavy in ["gix", "arrow", "arrow-array", "clap", "schemars", "regex", "indicatif", "flate2", "statrs"] {
        assert!(!found.contains(heavy), "`dora` pulls `{heavy}`: {found:?}");
    }
    assert!(found.contains("chrono-tz"), "cargo tree is not understood any more: {found:?}");
    assert!(found.len() <= 50, "{} crates: {found:?}", found.len());
}

#[test]
fn flags_alone_pull_at_most_40_crates() {
    let found = crates(&["flags"]);
    for heavy in ["gix", "arrow", "arrow-array", "clap", "schemars", "chrono-tz", "indicatif", "flate2", "statrs"] {
        assert!(!found.contains(heavy), "`flags` pulls `{heavy}`: {found:?}");
    }
    assert!(found.contains("regex"), "cargo tree is not understood any more: {found:?}");
    assert!(found.len() <= 40, "{} crates: {found:?}", found.len());
}

#[test]
fn floors_without_rooms_pull_at_most_40_crates_and_no_time_zones() {
    let found = crates(&[]);
    assert!(!found.contains("chrono-tz"), "{found:?}");
    assert!(found.contains("serde_json"), "cargo tree is not understood any more: {found:?}");
    assert!(found.len() <= 40, "{} crates: {found:?}", found.len());
}
