//! The rows of the README's table: each in a process of its own, so that memory and processor seconds are its own.
//!
//! `cargo bench -p truenorth-benches --bench rows` makes ten million events in `benches/data` (1.7 GB) unless a file is
//! given: `-- --events FILE`. `-- --rows whole,git` runs only those. With `--test` everything runs small.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    clippy::format_push_string,
    reason = "a program that prints what it measures, and may fail loudly"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use serde_json::{Value, json};
use truenorth::desk::operations::Context;
use truenorth::desk::sources::git::{Graph, first_releases};
use truenorth::dora;
use truenorth::facts::EventTable;
use truenorth_benches::{generate, history::History, usage, work};

type Outcome = Result<Value, String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1)).cloned();
    let quick = words.iter().any(|word| word == "--test");
    let done = match after("--one") {
        Some(row) => one(&row, &after("--events").unwrap_or_default(), quick).map(|found| println!("{found}")),
        None => all(quick, after("--events"), after("--rows")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// One row, in this process.
fn one(row: &str, events: &str, quick: bool) -> Outcome {
    match row {
        "whole" => whole(events),
        "read" => read(events, work::read),
        "open" => read(events, open),
        "columns" => columns(events),
        "walk" => walk(quick),
        "git" => git(Path::new(events)),
        _ => Err(format!("there is no row `{row}`")),
    }
}

/// Reading, settling and measuring; then, untimed, the sums by which others show that they did the same.
fn whole(path: &str) -> Outcome {
    let clock = Instant::now();
    let begun = usage::now().cpu;
    let mut events = work::read(path)?;
    let read = usage::now().cpu;
    events.settle();
    let settled = usage::now().cpu;
    let report = dora::measure(&work::weekly(), &events, &Context::default()).map_err(|error| error.to_string())?;
    let done = usage::now();
    let wall = clock.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    let cells: usize = report.groups.len() * report.buckets.len();
    drop(report);
    let simply = work::weekly_simply().map_err(|error| error.to_string())?;
    let report = dora::measure(&simply, &events, &Context::default()).map_err(|error| error.to_string())?;
    Ok(json!({
        "cpu": done.cpu - begun,
        "readCpu": read - begun,
        "settleCpu": settled - read,
        "measureCpu": done.cpu - settled,
        "wall": wall,
        "peakMb": done.peak,
        "readMbPerSecond": bytes as f64 / 1e6 / (read - begun),
        "rows": events.len(),
        "columnsMb": events.bytes() as f64 / 1e6,
        "cells": cells,
        "sums": work::sums(&report),
    }))
}

/// Reading alone.
fn read(path: &str, by: fn(&str) -> Result<EventTable, String>) -> Outcome {
    let begun = usage::now().cpu;
    let events = by(path)?;
    let done = usage::now();
    let bytes = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    Ok(json!({
        "cpu": done.cpu - begun, "mbPerSecond": bytes as f64 / 1e6 / (done.cpu - begun), "peakMb": done.peak,
        "rows": events.len(), "columnsMb": events.bytes() as f64 / 1e6,
    }))
}

/// As faces read a file, whatever its format.
fn open(path: &str) -> Result<EventTable, String> {
    let inputs = truenorth_cli::open::Inputs { paths: vec![path.into()], ..Default::default() };
    let mut events = EventTable::new();
    truenorth_cli::open::load_into(&inputs, &mut events, &Context::default()).map_err(|error| error.to_string())?;
    Ok(events)
}

/// From a filled table: settling and measuring.
fn columns(path: &str) -> Outcome {
    let mut events: EventTable = work::read(path)?;
    let begun = usage::now();
    events.settle();
    let settled = usage::now();
    let report = dora::measure(&work::weekly(), &events, &Context::default()).map_err(|error| error.to_string())?;
    let done = usage::now();
    Ok(json!({
        "cpu": done.cpu - begun.cpu, "settleCpu": settled.cpu - begun.cpu, "peakMb": done.peak,
        "readPeakMb": begun.peak, "settlePeakMb": settled.peak, "groups": report.groups.len(),
    }))
}

/// From the rows of a log to the first release of each commit.
fn walk(quick: bool) -> Outcome {
    let folder = std::env::var_os("TRUENORTH_HISTORY").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/git-history")),
        PathBuf::from,
    );
    let history = History::any(&folder);
    let (mut whole, mut only) = (f64::INFINITY, f64::INFINITY);
    let mut taken = 0;
    for _ in 0..if quick { 1 } else { 20 } {
        let clock = Instant::now();
        let graph = Graph::from_rows(&history.rows).map_err(|error| error.to_string())?;
        let middle = clock.elapsed();
        let first = first_releases(&graph, &history.tips);
        let end = clock.elapsed();
        taken = first.iter().filter(|&&release| release != u32::MAX).count();
        whole = whole.min(end.as_secs_f64() * 1e3);
        only = only.min(end.checked_sub(middle).unwrap().as_secs_f64() * 1e3);
    }
    Ok(json!({
        "history": history.name, "commits": history.rows.len(), "releases": history.tips.len(), "released": taken,
        "graphAndWalkMs": whole, "walkMs": only,
    }))
}

/// The whole command on a repository.
fn git(repository: &Path) -> Outcome {
    let inputs = truenorth_cli::open::Inputs {
        git: vec![truenorth_cli::open::GitInput { path: repository.to_owned(), ..Default::default() }],
        ..Default::default()
    };
    let clock = Instant::now();
    let mut events = EventTable::new();
    let context = Context::default();
    truenorth_cli::open::load_into(&inputs, &mut events, &context).map_err(|error| error.to_string())?;
    events.settle();
    let report = dora::measure(&dora::DoraRequest::default(), &events, &context).map_err(|error| error.to_string())?;
    let used = usage::now();
    Ok(json!({
        "cpu": used.cpu, "wall": clock.elapsed().as_secs_f64(), "peakMb": used.peak,
        "deployments": report.overall.deployment_frequency.deployments, "changes": report.overall.lead_time.changes,
    }))
}

/// All rows, each in its own process, and the peers where they are installed.
fn all(quick: bool, events: Option<String>, rows: Option<String>) -> Result<(), String> {
    let events = match events {
        Some(path) => PathBuf::from(path),
        None => made(if quick { 20_000 } else { 10_000_000 })?,
    };
    let wanted = |row: &str| rows.as_ref().is_none_or(|rows| rows.split(',').any(|name| name == row));
    let mut ours = Vec::new();
    for row in ["whole", "columns"].into_iter().filter(|row| wanted(row)) {
        let found = child(row, &events, quick)?;
        println!("{row:8} {found}");
        ours.push(found);
    }
    if let [whole, columns] = &ours[..]
        && wanted("peers")
    {
        for peer in ["duckdb", "polars"] {
            peers(peer, &events, whole, columns)?;
        }
    }
    if wanted("walk") {
        println!("{:8} {}", "walk", child("walk", &events, quick)?);
    }
    if wanted("git") {
        beside_git(quick)?;
    }
    Ok(())
}

fn child(row: &str, events: &Path, quick: bool) -> Outcome {
    let me = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(me);
    command.args(["--one", row, "--events"]).arg(events);
    if quick {
        command.arg("--test");
    }
    answer(command)
}

fn answer(mut command: Command) -> Outcome {
    let out = command.output().map_err(|error| error.to_string())?;
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into_owned());
    }
    serde_json::from_slice(&out.stdout).map_err(|error| error.to_string())
}

/// The events of a seed, made once.
fn made(rows: u32) -> Result<PathBuf, String> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data"));
    let path = folder.join(format!("events-{rows}.jsonl"));
    if !path.exists() {
        let write = || {
            std::fs::create_dir_all(&folder)?;
            let part = path.with_extension("part");
            let mut out = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(&part)?);
            generate::write(rows, &mut out)?;
            std::io::Write::flush(&mut out)?;
            std::fs::rename(part, &path)
        };
        write().map_err(|error: std::io::Error| format!("{}: {error}", path.display()))?;
    }
    Ok(path)
}

/// A peer on the same file, held against our sums.
fn peers(peer: &str, events: &Path, ours: &Value, columns: &Value) -> Result<(), String> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/peers"));
    let python = folder.join(".venv/bin/python");
    if !python.exists() {
        println!("{peer:8} skipped: run benches/peers/install.sh first");
        return Ok(());
    }
    let mut command = Command::new(python);
    command.arg(folder.join(format!("run_{peer}.py"))).arg(events);
    let found = answer(command)?;
    println!("{peer:8} {found}");
    let number = |value: &Value, name: &str| value.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    for name in ["cpu", "peakMb", "wall"] {
        println!("{:8} {name}: {:.2} times ours", "", number(&found, name) / number(ours, name));
    }
    // Ours merges duplicates here, which the peers do while they read.
    let computing = number(&found, "cpu") - number(&found, "readCpu");
    println!("{:8} from its memory: {computing:.2} s, {:.2} times ours", "", computing / number(columns, "cpu"));
    let same = agree(found.get("sums"), ours.get("sums"));
    println!("{:8} sums {}", "", if same { "agree" } else { "DIFFER" });
    if same { Ok(()) } else { Err(format!("{peer} and truenorth do not compute the same")) }
}

/// Counts to the last unit, sums of floats to nine digits.
fn agree(theirs: Option<&Value>, ours: Option<&Value>) -> bool {
    match (theirs, ours) {
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(Some(a), Some(b)))
        }
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            a.len() == b.len() && a.iter().all(|(name, a)| agree(Some(a), b.get(name)))
        }
        (Some(a), Some(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
            _ => false,
        },
        _ => false,
    }
}

/// The whole command beside `git log` on the same repository.
fn beside_git(quick: bool) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("truenorth-rows-{}", std::process::id()));
    let done = repository(&folder, if quick { 200 } else { 17_000 }, if quick { 20 } else { 425 }).and_then(|()| {
        let ours = child("git", &folder, quick)?;
        let clock = Instant::now();
        let before = usage::children().cpu;
        let log =
            Command::new("git").arg("-C").arg(&folder).args(["log", "--all", "--format=%H %P %at %ct %s"]).output();
        let cpu = usage::children().cpu - before;
        let wall = clock.elapsed().as_secs_f64();
        let bytes = log.map_err(|error| error.to_string())?.stdout.len();
        println!("{:8} {ours}", "git");
        println!("{:8} {}", "git log", json!({ "cpu": cpu, "wall": wall, "bytes": bytes }));
        let number = |name: &str| ours.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        println!("{:8} {:.2} times git log (cpu), {:.2} times (wall)", "", number("cpu") / cpu, number("wall") / wall);
        Ok(())
    });
    let _ = std::fs::remove_dir_all(&folder);
    done
}

/// A repository with the shape of a made history.
fn repository(folder: &Path, commits: u32, releases: u32) -> Result<(), String> {
    let history = History::made(commits, releases);
    let mut text = String::new();
    let at: std::collections::HashMap<_, _> = history.rows.iter().zip(1..).map(|(row, mark)| (row.sha, mark)).collect();
    for (index, row) in history.rows.iter().enumerate() {
        let time = row.committer_time.unwrap_or_default();
        let message = format!("Change number {index}\n\nWhy it was made, in a line or two that nobody reads again.\n");
        text += &format!("commit refs/heads/main\nmark :{}\n", index + 1);
        text += &format!("author A <a@example.org> {} +0000\ncommitter A <a@example.org> {time} +0000\n", time - 600);
        text += &format!("data {}\n{message}", message.len());
        for (order, parent) in row.parents.iter().enumerate() {
            let mark: i32 = at.get(parent).copied().unwrap_or(1);
            text += &format!("{} :{mark}\n", if order == 0 { "from" } else { "merge" });
        }
        text += "\n";
    }
    for (release, tip) in history.tips.iter().enumerate() {
        text += &format!("reset refs/tags/v1.{release}.0\nfrom :{}\n\n", tip + 1);
    }
    let run = |words: &[&str], input: &str| -> Result<(), String> {
        use std::io::Write as _;
        let said = |error: std::io::Error| format!("git: {error}");
        let mut git = Command::new("git");
        git.args(words).current_dir(folder).stdin(std::process::Stdio::piped());
        let mut git =
            git.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().map_err(said)?;
        if let Some(mut stdin) = git.stdin.take() {
            stdin.write_all(input.as_bytes()).map_err(said)?;
        }
        git.wait().map_err(said)?.success().then_some(()).ok_or_else(|| format!("git {} failed", words.join(" ")))
    };
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    run(&["init", "-q", "--initial-branch", "main", "."], "")?;
    run(&["fast-import", "--quiet"], &text)?;
    run(&["gc", "-q"], "")
}
