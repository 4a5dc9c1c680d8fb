//! What is wrong with a file of flags, or probably not meant, before anybody is served by it.

mod attributes;
mod clash;
mod conditions;
mod file;
mod implied;
mod lifecycle;
mod names;
mod pattern;
mod rules;
mod served;
mod shares;
mod together;
mod units;
mod values;

use std::collections::BTreeSet;

use self::conditions::Conditions;
use self::file::File;
use super::ruleset::{Problem, Ruleset};
use super::types::{FlagsLintReport, FlagsLintRequest, LintCode, LintFinding, LintSeverity};
use crate::ground::error::{At as _, ErrorCode, Result};
use crate::ground::time::Time;

/// Looks a file of flags over.
///
/// # Definition
/// Findings are of the codes that [`LintCode`] lists, by path; they are sure as far as the file alone can tell.
///
/// # Units
/// None.
///
/// # Errors
/// Those of the file as a whole, as [`Ruleset::parse`] has them. What is wrong with a single flag is a finding.
///
/// # Example
/// ```
/// use truenorth::flags::{FlagsLintRequest, LintCode, lint};
/// let definitions = r#"{"version": 1, "flags": {"dark-mode": {
///     "variants": {"on": true, "off": false}, "defaultVariant": "off",
///     "rules": [{"variant": "off"}, {"when": {"attribute": "plan", "equals": "beta"}, "variant": "on"}]
/// }}}"#;
/// let report = lint(&FlagsLintRequest { definitions: definitions.to_owned(), ..Default::default() })?;
/// assert_eq!(report.findings[0].code, LintCode::Shadowed);
/// assert_eq!(report.findings[0].path, "flags.dark-mode.rules[1]");
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// Ours; what ranges, salts and hashes mean is in `core/docs/buckets.md`.
pub fn lint(request: &FlagsLintRequest) -> Result<FlagsLintReport> {
    let text = &request.definitions;
    let ruleset = Ruleset::parse(text).at("definitions")?;
    let file = File::read(text, ruleset.problems()).at("definitions")?;
    let conditions = Conditions::new(&file);
    let mut notes = Notes::default();
    names::look(&file, &mut notes);
    notes.malformed(ruleset.problems());
    lifecycle::look(&file, &conditions, request, &mut notes);
    conditions.look(&mut notes);
    rules::look(&file, &conditions, request.now, &mut notes);
    shares::look(&file, &mut notes);
    together::look(&file, &conditions, request.now, &mut notes);
    attributes::look(&file, &mut notes);
    units::look(&file, &mut notes);
    notes.findings.retain(|found| {
        !request.ignore.contains(&found.code) && (request.only.is_empty() || request.only.contains(&found.code))
    });
    Ok(notes.report(ruleset.len(), request.now))
}

/// What was found so far.
#[derive(Default)]
struct Notes {
    findings: Vec<LintFinding>,
}

impl Notes {
    fn add(&mut self, code: LintCode, flag: Option<&str>, path: impl Into<String>, sentence: impl Into<String>) {
        let (path, sentence, flag) = (path.into(), sentence.into(), flag.map(str::to_owned));
        self.findings.push(LintFinding { path, code, severity: code.severity(), flag, sentence, related: None });
    }

    /// The same, with the other place that it has to do with.
    fn add_with(
        &mut self,
        code: LintCode,
        flag: Option<&str>,
        path: impl Into<String>,
        related: impl Into<String>,
        sentence: impl Into<String>,
    ) {
        self.add(code, flag, path, sentence);
        if let Some(last) = self.findings.last_mut() {
            last.related = Some(related.into());
        }
    }

    /// What cannot be used, unless it was found by a finer code already.
    fn malformed(&mut self, problems: &[Problem]) {
        let known: BTreeSet<(LintCode, String)> =
            self.findings.iter().map(|found| (found.code, found.path.clone())).collect();
        for Problem { flag, error } in problems {
            let path = error.path();
            let code = match error.code() {
                ErrorCode::UnknownValue if path.ends_with(".segment") => LintCode::UnknownSegment,
                ErrorCode::UnknownValue if path.contains(".prerequisites[") && path.ends_with("].flag") => {
                    LintCode::UnknownPrerequisite
                }
                ErrorCode::WrongType if error.message().contains(", as other variants are, ") => {
                    LintCode::DisagreeingVariants
                }
                _ => LintCode::Malformed,
            };
            if !known.contains(&(code, path.to_owned())) {
                self.add(code, flag.as_deref(), path, error.message());
            }
        }
    }

    fn report(mut self, flags: usize, now: Option<Time>) -> FlagsLintReport {
        self.findings.sort();
        self.findings.dedup();
        let count = |severity| self.findings.iter().filter(|found| found.severity == severity).count() as u64;
        FlagsLintReport {
            schema: "truenorth/flags-lint/1".to_owned(),
            now,
            flags: flags as u64,
            errors: count(LintSeverity::Error),
            warnings: count(LintSeverity::Warning),
            infos: count(LintSeverity::Info),
            findings: self.findings,
        }
    }
}
