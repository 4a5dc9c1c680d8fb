//! `truenorth flags lint`.

use std::path::Path;

use truenorth::desk::door::{Place, Places};
use truenorth::flags::{self, FlagsLintRequest, LintCode, LintSeverity};
use truenorth::ground::time::Span;
use truenorth::{Error, ErrorCode, Result};

use super::findings::{Finding, Looked, github, json, text};
use super::sarif::sarif;
use crate::args::{LintArgs, LintFormat, Severity};
use crate::ask::word;
use crate::documents::{json_of, read_text_or_stdin};
use crate::output;

pub(super) fn run(args: &LintArgs) -> Result<i32> {
    if args.codes {
        let line = |code: &LintCode| {
            format!("{:<22} {:<8} {}", code.as_str(), super::findings::word(code.severity()), code.sentence())
        };
        output::print(&LintCode::ALL.iter().map(line).collect::<Vec<_>>().join("\n"))?;
        return Ok(0);
    }
    let request = request(args)?;
    let mut unreadable = false;
    let mut looked = Vec::with_capacity(args.files.len());
    for path in &args.files {
        match look(path, &request) {
            Ok(found) => looked.push(found),
            // One file that is not there keeps nobody from hearing of the others.
            Err(error) => {
                unreadable = true;
                output::complain(&error);
            }
        }
    }
    let said = match args.format {
        LintFormat::Text => text(&looked),
        LintFormat::Json => super::json(&json(&looked))?,
        LintFormat::Sarif => super::json(&sarif(&looked))?,
        LintFormat::Github => github(&looked),
    };
    output::put(args.output.as_deref(), &said)?;
    let fails = |severity: LintSeverity| match args.fail_on {
        Severity::Error => severity <= LintSeverity::Error,
        Severity::Warning => severity <= LintSeverity::Warning,
        Severity::Info => true,
        Severity::Never => false,
    };
    if unreadable || looked.iter().any(|file| file.flags.is_none()) {
        return Ok(2);
    }
    Ok(looked.iter().flat_map(|file| &file.findings).any(|found| fails(found.severity)).into())
}

fn request(args: &LintArgs) -> Result<FlagsLintRequest> {
    let codes = |texts: &[String], flag: &str| -> Result<Vec<LintCode>> {
        texts.iter().map(|text| word(text.trim()).map_err(|error| error.at(flag))).collect()
    };
    let stale_after = args.stale_after.as_deref().map(Span::parse).transpose();
    Ok(FlagsLintRequest {
        now: Some(super::now(args.now.as_deref())?),
        stale_after: stale_after.map_err(|error| error.at("--stale-after"))?,
        require_owner: args.require_owner,
        require_expiry: args.require_expiry,
        only: codes(&args.only, "--only")?,
        ignore: codes(&args.ignore, "--ignore")?,
        ..FlagsLintRequest::default()
    })
}

/// Looks one file over; a text that is no file of flags is a finding too.
fn look(path: &Path, request: &FlagsLintRequest) -> Result<Looked> {
    let (text, file) = read_text_or_stdin(path)?;
    let report = json_of(&text, path)
        .and_then(|json| flags::lint(&FlagsLintRequest { definitions: json.into_owned(), ..request.clone() }));
    let places = Places::read(&text);
    let find = |path: &str| places.as_ref().and_then(|places| places.find(path));
    match report {
        Ok(report) => {
            let findings = report.findings.into_iter().map(|found| Finding {
                place: find(&found.path),
                related_place: found.related.as_deref().and_then(find),
                path: found.path,
                code: found.code,
                severity: found.severity,
                flag: found.flag,
                sentence: found.sentence,
                related: found.related,
            });
            let mut findings: Vec<Finding> = findings.collect();
            // As somebody reads who goes through the file from the top.
            findings.sort_by_key(|found| found.place.map(|place| (place.line, place.column)));
            Ok(Looked { file, flags: Some(report.flags), findings })
        }
        Err(error) if error.code() == ErrorCode::Internal => Err(error),
        Err(error) => Ok(Looked { file, flags: None, findings: vec![whole(&error, find)] }),
    }
}

/// What is wrong with a file as a whole.
fn whole(error: &Error, find: impl Fn(&str) -> Option<Place>) -> Finding {
    let path = error.path().strip_prefix("definitions").unwrap_or(error.path()).trim_start_matches('.').to_owned();
    Finding {
        place: said_place(error.message()).or_else(|| find(&path)),
        related_place: None,
        path,
        code: LintCode::Malformed,
        severity: LintSeverity::Error,
        flag: None,
        sentence: error.message().to_owned(),
        related: None,
    }
}

/// The place that a sentence about text that cannot be read ends with: `… at line 3 column 5`.
fn said_place(sentence: &str) -> Option<Place> {
    let (_, said) = sentence.rsplit_once(" at line ")?;
    let (line, column) = said.split_once(" column ")?;
    Some(Place { line: line.parse().ok()?, column: column.parse().ok()? })
}
