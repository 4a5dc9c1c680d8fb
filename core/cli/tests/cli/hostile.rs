//! Names from strangers, in every format.

use std::fmt::Write as _;

use super::{file, run, scratch};

/// A name that would break out of HTML, markdown, a label and a terminal.
const NAME: &str = "<script>alert(1)</script>|a\\nb\\u001b[31mred\\u0007`x`\\\"}[l](javascript:1)\\u202e";

#[test]
fn names_cannot_break_out_of_any_format() {
    let folder = scratch("hostile");
    let mut lines = String::new();
    for day in 1..=28 {
        let _ = writeln!(
            lines,
            "{{\"deployment\": {{\"service\": \"{NAME}\", \"team\": \"{NAME}\", \"finishedAt\": \"2025-02-{day:02}T09:30:00Z\"}}}}"
        );
    }
    // Windows allows no such names of files.
    let path = file(&folder, if cfg!(windows) { "b.jsonl" } else { "<b>.jsonl" }, &lines);
    let said = |format: &str| {
        run(&["dora", &path, "--by", "service,team", "--bucket", "week", "--format", format, "--color", "never"])
            .exits(0)
            .out
    };
    for format in ["text", "markdown", "html", "openmetrics"] {
        let out = said(format);
        assert!(out.contains("script"), "{format}: the name is not shown at all\n{out}");
        for bad in ['\u{1b}', '\u{7}', '\u{202e}', '\0'] {
            assert!(!out.contains(bad), "{format}: {bad:?} came through");
        }
    }
    assert!(!said("html").contains("<script"));
    assert!(!said("html").contains("javascript:1\""));
    assert!(!said("markdown").contains("<script"));
    for line in said("markdown").lines().filter(|line| line.starts_with('|')) {
        let free = line.replace("\\\\", "").replace("\\|", "");
        assert!(free.ends_with('|') && !free.contains("</script>|a"), "a cell ends inside a name: {line}");
    }
    for line in said("openmetrics").lines() {
        assert!(line.starts_with('#') || line.starts_with("truenorth"), "a name broke a line: {line}");
    }
    let json: serde_json::Value = serde_json::from_str(&said("json")).unwrap();
    let name: String = serde_json::from_str(&format!("\"{NAME}\"")).unwrap();
    assert_eq!(json["groups"][0]["key"]["service"], name.as_str());
}

#[test]
fn complaints_cannot_drive_the_terminal() {
    let said = run(&["dora", "no/\u{1b}[31mfile\u{7}"]).exits(2);
    assert!(!said.err.contains('\u{1b}') && !said.err.contains('\u{7}'), "{said:?}");
    let path = file(&scratch("hostile-error"), "e.jsonl", "{\"deployment\": {\"status\": \"\\u001b[31m\"}}\n");
    let said = run(&["dora", &path]).exits(2);
    assert!(!said.err.contains('\u{1b}'), "{said:?}");
}
