//! `truenorth flags`.

mod diff;
mod findings;
mod lint;
mod reweigh;
mod sarif;
mod simulate;

use std::collections::BTreeMap;
use std::path::Path;

use truenorth::desk::door;
use truenorth::flags::{self, FlagExplainRequest, FlagProblem, FlagsReport, FlagsRequest, JsonValue, Ruleset};
use truenorth::ground::time::{Time, Zone};
use truenorth::{Error, ErrorCode, Result};

use crate::args::{FlagsArgs, FlagsCommand, WhomArgs};
use crate::documents::{in_file, json_of, read_text_or_stdin};
use crate::output;
use crate::when::{self, shown};

pub(super) fn run(args: &FlagsArgs) -> Result<i32> {
    match &args.command {
        FlagsCommand::List { file } => list(file),
        FlagsCommand::Eval { whom, flags } => evaluate(whom, flags),
        FlagsCommand::Explain { whom, flag } => explain(whom, flag),
        FlagsCommand::Lint(args) => lint::run(args),
        FlagsCommand::Diff(args) => diff::run(args),
        FlagsCommand::Simulate(args) => simulate::run(args),
        FlagsCommand::Reweigh(args) => reweigh::run(args),
    }
}

/// Prints each flag in a line; exits 2 where one is malformed.
fn list(file: &Path) -> Result<i32> {
    let set = read_flags(file, Ruleset::parse)?;
    let width = set.names().map(|name| shown(name).chars().count()).max().unwrap_or_default();
    let lines: Vec<String> = set
        .summaries()
        .map(|flag| {
            let about = [flag.owner, flag.description].into_iter().flatten().map(shown).collect::<Vec<_>>().join(": ");
            let line =
                format!("{:width$}  {:8}  {}  {about}", shown(flag.name), flag.value_type, flag.variants.join(" | "));
            line.trim_end().to_owned()
        })
        .collect();
    output::print(&lines.join("\n"))?;
    for problem in set.problems() {
        output::complain(&in_file(&problem.error, file));
    }
    Ok(if set.problems().is_empty() { 0 } else { 2 })
}

fn evaluate(whom: &WhomArgs, flags: &[String]) -> Result<i32> {
    let (context, now) = (context(whom)?, Some(now(whom.now.as_deref())?));
    let report = read_flags(&whom.file, |json| {
        flags::evaluate(&FlagsRequest { definitions: json.to_owned(), flags: flags.to_vec(), context, now })
    })?;
    let wrong = report.evaluations.iter().any(|found| found.error_code.is_some());
    if whom.json {
        output::print(&json(&report)?)?;
    } else {
        output::print(&lines(&report))?;
    }
    Ok(if wrong { 2 } else { 0 })
}

fn lines(report: &FlagsReport) -> String {
    let width = report.evaluations.iter().map(|found| shown(&found.flag).chars().count()).max().unwrap_or_default();
    let line = |found: &flags::FlagEvaluation| {
        let value =
            found.value.as_ref().map_or_else(|| "(the caller's default)".to_owned(), |value| value.0.to_string());
        let variant = found.variant.as_deref().map(|variant| format!(" = {}", shown(variant))).unwrap_or_default();
        let rule = found.rule.as_deref().map(|rule| format!(" by {}", shown(rule))).unwrap_or_default();
        let said = found.error_message.as_deref().map(|said| format!(": {}", shown(said))).unwrap_or_default();
        format!("{:width$}  {}{variant}  {}{rule}{said}", shown(&found.flag), shown(&value), found.reason.as_str())
    };
    report.evaluations.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn explain(whom: &WhomArgs, flag: &str) -> Result<i32> {
    let (context, now) = (context(whom)?, Some(now(whom.now.as_deref())?));
    let report = read_flags(&whom.file, |json| {
        flags::explain(&FlagExplainRequest { definitions: json.to_owned(), flag: flag.to_owned(), context, now })
    })?;
    if whom.json {
        output::print(&json(&report)?)?;
    } else {
        // What a stranger wrote is made harmless piece by piece where sentences are made.
        output::print(&format!("{}\n- {}", shown(flag), report.sentences.join("\n- ")))?;
    }
    Ok(if report.error_code.is_some() { 2 } else { 0 })
}

fn json(report: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string_pretty(report).map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))
}

fn context(whom: &WhomArgs) -> Result<BTreeMap<String, JsonValue>> {
    let mut context = BTreeMap::new();
    for text in &whom.context {
        let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
            let sentence = format!("expected an attribute such as `country=DE`, found `{}`", shown(text));
            Error::new(ErrorCode::UnknownValue, sentence).at("--context")
        })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        context.insert(name.to_owned(), JsonValue(value));
    }
    if let Some(key) = &whom.key {
        context.insert(flags::TARGETING_KEY.to_owned(), JsonValue(key.as_str().into()));
    }
    Ok(context)
}

fn now(text: Option<&str>) -> Result<Time> {
    when::time(text.unwrap_or("now"), Zone::UTC, "--now")
}

/// Reads a file of flags, or standard input, as JSON text; what is wrong is told with the file's name and the line.
fn read_flags<T>(path: &Path, read: impl FnOnce(&str) -> Result<T>) -> Result<T> {
    let (text, name) = read_text_or_stdin(path)?;
    json_of(&text, path).and_then(|json| read(&json)).map_err(|error| {
        // The faces know the text as a field of a request.
        let said = error.path();
        let fields = ["definitions", "before", "after"];
        let inside = fields
            .iter()
            .find_map(|field| said.strip_prefix(field))
            .filter(|rest| !rest.starts_with(char::is_alphanumeric));
        let placed = Error::new(error.code(), error.message()).at(inside.unwrap_or(said).trim_start_matches('.'));
        in_file(&door::on_its_line(&text, placed), Path::new(&name))
    })
}

/// Says what is wrong with single flags of a file, and with which code to exit for it.
fn complain_of(problems: &[FlagProblem], path: &Path) -> i32 {
    let name = if path.as_os_str() == "-" { Path::new("standard input") } else { path };
    for problem in problems {
        let said = Error::new(ErrorCode::Conflict, problem.message.as_str()).at(problem.path.as_str());
        output::complain(&in_file(&said, name));
    }
    if problems.is_empty() { 0 } else { 2 }
}

/// How many of how many, in per cent.
fn per_cent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn several(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
