//! Runs one command after the other, shows what they say, and remembers how each ended.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Skipped,
    Failed,
}

/// All steps so far.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    /// Whether what cannot be run counts as failed.
    pub(crate) skipping_fails: bool,
    done: Vec<(String, End, String)>,
    /// What tests said of other people's data: counts of a source, or that it is not there.
    sources: BTreeSet<String>,
}

impl Steps {
    /// Runs a command and shows its output as it comes; says whether it went well.
    pub(crate) fn run(&mut self, name: &str, command: &mut Command) -> bool {
        let shown: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        eprintln!("\n== {name}: {} {}", command.get_program().to_string_lossy(), shown.join(" "));
        let started = Instant::now();
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = match spawned {
            Ok(child) => child,
            Err(error) => {
                let said = format!("{} does not run: {error}", command.get_program().to_string_lossy());
                return self.failed(name, &said);
            }
        };
        std::thread::scope(|scope| {
            if let Some(out) = child.stdout.take() {
                scope.spawn(|| pass_on(out, std::io::stdout(), &lines));
            }
            if let Some(err) = child.stderr.take() {
                scope.spawn(|| pass_on(err, std::io::stderr(), &lines));
            }
        });
        let passed = child.wait().is_ok_and(|status| status.success());
        let lines = std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner));
        self.sources.extend(lines.iter().filter_map(|line| source(line)));
        let said = format!("{:.1} s  {}", started.elapsed().as_secs_f64(), closing(&lines));
        self.done.push((name.to_owned(), if passed { End::Passed } else { End::Failed }, said));
        passed
    }

    /// Remembers that a step could not be run here.
    pub(crate) fn skipped(&mut self, name: &str, why: &str) {
        let end = if self.skipping_fails { End::Failed } else { End::Skipped };
        eprintln!("\n== {name}: SKIPPED: {why}");
        self.done.push((name.to_owned(), end, why.to_owned()));
    }

    /// Remembers that a step failed.
    pub(crate) fn failed(&mut self, name: &str, why: &str) -> bool {
        eprintln!("\n== {name}: FAILED: {why}");
        self.done.push((name.to_owned(), End::Failed, why.to_owned()));
        false
    }

    /// Prints how each step ended, and whether all is well.
    pub(crate) fn close(&self) -> ExitCode {
        let mut out = String::new();
        if !self.sources.is_empty() {
            out.push_str("\n== Data that is not ours\n");
            for said in &self.sources {
                let _ = writeln!(out, "{said}");
            }
        }
        out.push_str("\n== Summary\n");
        for (name, end, said) in &self.done {
            let end = match end {
                End::Passed => "ok     ",
                End::Skipped => "SKIPPED",
                End::Failed => "FAILED ",
            };
            let _ = writeln!(out, "{end}  {name:<24} {said}");
        }
        let count = |wanted| self.done.iter().filter(|(_, end, _)| *end == wanted).count();
        let failed = count(End::Failed);
        let _ = writeln!(out, "{} ok, {} skipped, {failed} failed", count(End::Passed), count(End::Skipped));
        // A closed pipe must not hide how it ended.
        let _ = std::io::stdout().write_all(out.as_bytes());
        if failed == 0 && !self.done.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Shows each line and keeps it.
fn pass_on(from: impl Read, mut to: impl Write, lines: &Mutex<Vec<String>>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let _ = to.write_all(&line);
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        lines.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        line.clear();
    }
}

/// What a test says of other people's data: `NAME: 3 passed, 0 failed`, or `NAME: skipped, …` where it is not there.
fn source(line: &str) -> Option<String> {
    let line = without_colour(line);
    // Node puts a sign before what a test has to say.
    let line = line.trim().trim_start_matches("ℹ ");
    let (name, said) = line.split_once(": ")?;
    let counted =
        said.contains(" passed, ") && said.contains(" failed") && said.starts_with(|c: char| c.is_ascii_digit());
    let is_missing = said.starts_with("skipped, ") || name == "skipped";
    (name != "test result" && (counted || is_missing)).then(|| line.to_owned())
}

/// What a runner said at its end: its own count of tests, or nothing.
fn closing(lines: &[String]) -> String {
    let plain: Vec<String> = lines.iter().map(|line| without_colour(line)).collect();
    // Several test binaries, each with its count: add them up.
    let mut totals = [0_u64; 3];
    let results: Vec<&String> = plain.iter().filter(|line| line.starts_with("test result:")).collect();
    for line in &results {
        let words: Vec<&str> = line.split_whitespace().collect();
        for (total, word) in totals.iter_mut().zip(["passed;", "failed;", "ignored;"]) {
            let number =
                words.windows(2).find_map(|pair| if pair[1] == word { pair[0].parse::<u64>().ok() } else { None });
            *total += number.unwrap_or_default();
        }
    }
    if !results.is_empty() {
        let [passed, failed, ignored] = totals;
        return format!("{passed} passed, {failed} failed, {ignored} ignored in {} binaries", results.len());
    }
    // node:test writes its counts one below the other.
    let counts: Vec<&str> = plain
        .iter()
        .filter_map(|line| line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")))
        .filter(|rest| ["tests ", "pass ", "fail ", "skipped "].iter().any(|word| rest.starts_with(word)))
        .collect();
    if !counts.is_empty() {
        return counts.join(", ");
    }
    let is_closing = |line: &&String| {
        let line = line.trim().trim_matches('=').trim();
        line.starts_with("Summary [")
            || line.starts_with("Success: no issues")
            || line.starts_with("Tests:")
            || (line.contains(" in ") && (line.contains(" passed") || line.contains(" failed")))
            || (line.starts_with("Found ") && line.contains(" error"))
            || (line.starts_with("Done ") && line.contains(" runs in "))
    };
    plain.iter().rev().find(is_closing).map_or_else(String::new, |line| line.trim().trim_matches('=').trim().to_owned())
}

/// A line without its colours.
fn without_colour(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_sources_is_kept() {
        for said in [
            "git history of ruff: 520 passed, 0 failed",
            "flagd-testbed x: 3 passed, 0 failed, 1 skipped",
            "cdevents: skipped, ../shared/conformance/cdevents is missing",
            "skipped: no dora/incidents_km_ci.json under ../shared/reference",
        ] {
            assert_eq!(source(&format!("    {said}")).as_deref(), Some(said));
            assert_eq!(source(&format!("ℹ {said}")).as_deref(), Some(said));
        }
        for other in [
            "test result: ok. 2 passed; 0 failed; 1 ignored",
            "     Summary [   0.1s] 3 tests run: 3 passed, 0 skipped",
            "===== 7 passed, 1 failed in 0.31s =====",
            "Tests:       4 passed, 4 total",
            "warning: skipped lines",
        ] {
            assert_eq!(source(other), None, "{other}");
        }
    }

    #[test]
    fn closing_lines_are_found() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        for (said, expected) in [
            (
                "x\n     Summary [   0.1s] 3 tests run: 3 passed, 0 skipped\n",
                "Summary [   0.1s] 3 tests run: 3 passed, 0 skipped",
            ),
            (
                "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\ntest result: ok. 3 passed; 0 failed; 0 ignored;",
                "5 passed, 0 failed, 1 ignored in 2 binaries",
            ),
            ("\u{1b}[32m===== 7 passed in 0.31s =====\u{1b}[0m", "7 passed in 0.31s"),
            ("# tests 4\n# suites 0\n# pass 4\n# fail 0", "tests 4, pass 4, fail 0"),
            ("nothing of note", ""),
        ] {
            assert_eq!(closing(&lines(said)), expected);
        }
    }
}
