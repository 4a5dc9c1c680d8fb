//! `truenorth flags`.

mod findings;
mod lint;
mod sarif;

use std::collections::BTreeMap;
use std::path::Path;

use truenorth::flags::{self, FlagExplainRequest, FlagsReport, FlagsRequest, JsonValue, Ruleset};
use truenorth::ground::time::{Time, Zone};
use truenorth::{Error, ErrorCode, Result};

use crate::args::{FlagsArgs, FlagsCommand, WhomArgs};
use crate::documents::read_document;
use crate::output;
use crate::when::{self, shown};

pub(super) fn run(args: &FlagsArgs) -> Result<i32> {
    match &args.command {
        FlagsCommand::List { file } => list(file),
        FlagsCommand::Eval { whom, flags } => evaluate(whom, flags),
        FlagsCommand::Explain { whom, flag } => explain(whom, flag),
        FlagsCommand::Lint(args) => lint::run(args),
    }
}

/// Prints each flag in a line; exits 2 where one is malformed.
fn list(file: &Path) -> Result<i32> {
    let set = read_document(file, Ruleset::parse)?;
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
        output::complain(&crate::documents::in_file(&problem.error, file));
    }
    Ok(if set.problems().is_empty() { 0 } else { 2 })
}

fn evaluate(whom: &WhomArgs, flags: &[String]) -> Result<i32> {
    let (context, now) = (context(whom)?, Some(now(whom)?));
    let report = read_document(&whom.file, |json| {
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
    let (context, now) = (context(whom)?, Some(now(whom)?));
    let report = read_document(&whom.file, |json| {
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

fn now(whom: &WhomArgs) -> Result<Time> {
    when::time(whom.now.as_deref().unwrap_or("now"), Zone::UTC, "--now")
}
