//! What lint found, with its places: as text, as JSON, and as annotations of GitHub.

use serde_json::{Value, json};
use truenorth::desk::door::Place;
use truenorth::flags::{LintCode, LintSeverity};
use truenorth::ground::text::visible;

use super::several;

/// A file that was looked over.
#[derive(Debug)]
pub(super) struct Looked {
    /// Its name, as it was typed.
    pub(super) file: String,
    /// How many flags it has; absent where it is no file of flags.
    pub(super) flags: Option<u64>,
    pub(super) findings: Vec<Finding>,
}

/// A finding and where it stands.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) place: Option<Place>,
    pub(super) path: String,
    pub(super) code: LintCode,
    pub(super) severity: LintSeverity,
    pub(super) flag: Option<String>,
    pub(super) sentence: String,
    pub(super) related: Option<String>,
    pub(super) related_place: Option<Place>,
}

/// The word for how bad something is.
pub(super) fn word(severity: LintSeverity) -> &'static str {
    match severity {
        LintSeverity::Error => "error",
        LintSeverity::Warning => "warning",
        _ => "info",
    }
}

fn count(looked: &[Looked], severity: LintSeverity) -> usize {
    looked.iter().flat_map(|file| &file.findings).filter(|found| found.severity == severity).count()
}

/// A line each, as compilers write them, so that terminals and editors find the place; a line at the end says how many.
pub(super) fn text(looked: &[Looked]) -> String {
    let mut lines = Vec::new();
    for file in looked {
        for found in &file.findings {
            let place = found.place.map(|place| format!(":{}:{}", place.line, place.column)).unwrap_or_default();
            let path = if found.path.is_empty() { String::new() } else { format!("{}: ", visible(&found.path)) };
            let related = found.related.as_deref().map(|related| {
                let line = found.related_place.map(|place| format!(", line {}", place.line)).unwrap_or_default();
                format!(" (see {}{line})", visible(related))
            });
            let (file, severity, code) = (visible(&file.file), word(found.severity), found.code.as_str());
            let (sentence, related) = (visible(&found.sentence), related.unwrap_or_default());
            lines.push(format!("{file}{place}: {severity}: {path}{sentence}{related} [{code}]"));
        }
    }
    let found = [LintSeverity::Error, LintSeverity::Warning, LintSeverity::Info]
        .map(|severity| several(count(looked, severity) as u64, word(severity)));
    let flags = looked.iter().filter_map(|file| file.flags).sum();
    let files = several(looked.len() as u64, "file");
    lines.push(format!("{}, {}: {}", files, several(flags, "flag"), found.join(", ")));
    lines.join("\n")
}

/// All of it for programs.
pub(super) fn json(looked: &[Looked]) -> Value {
    let files = looked.iter().map(|file| {
        let findings = file.findings.iter().map(|found| {
            let mut out = json!({
                "path": found.path, "code": found.code, "severity": found.severity, "sentence": found.sentence,
            });
            let more = [
                ("line", found.place.map(|place| place.line.into())),
                ("column", found.place.map(|place| place.column.into())),
                ("flag", found.flag.as_deref().map(Value::from)),
                ("related", found.related.as_deref().map(Value::from)),
                ("relatedLine", found.related_place.map(|place| place.line.into())),
            ];
            for (name, value) in more {
                if let (Some(fields), Some(value)) = (out.as_object_mut(), value) {
                    fields.insert(name.to_owned(), value);
                }
            }
            out
        });
        json!({"file": file.file, "flags": file.flags, "findings": findings.collect::<Vec<_>>()})
    });
    json!({
        "schema": "truenorth/flags-lint-files/1",
        "errors": count(looked, LintSeverity::Error),
        "warnings": count(looked, LintSeverity::Warning),
        "infos": count(looked, LintSeverity::Info),
        "files": files.collect::<Vec<_>>(),
    })
}

/// Workflow commands of GitHub Actions, which become annotations of the changed lines.
pub(super) fn github(looked: &[Looked]) -> String {
    let mut lines = Vec::new();
    for file in looked {
        for found in &file.findings {
            let level = match found.severity {
                LintSeverity::Error => "error",
                LintSeverity::Warning => "warning",
                _ => "notice",
            };
            let mut properties = vec![("file", file.file.replace('\\', "/"))];
            if let Some(place) = found.place {
                properties.extend([("line", place.line.to_string()), ("col", place.column.to_string())]);
            }
            properties.push(("title", found.code.as_str().to_owned()));
            let properties: Vec<String> =
                properties.iter().map(|(name, value)| format!("{name}={}", in_property(value))).collect();
            let path = if found.path.is_empty() { String::new() } else { format!("{}: ", found.path) };
            let said = in_message(&format!("{path}{}", found.sentence));
            lines.push(format!("::{level} {}::{said}", properties.join(",")));
        }
    }
    lines.join("\n")
}

/// As `@actions/core` escapes a message.
fn in_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As `@actions/core` escapes a property.
fn in_property(text: &str) -> String {
    in_message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_escaped() {
        // What @actions/core 1.11.1 prints for the same file, line, title and message.
        let found = Finding {
            place: Some(Place { line: 3, column: 5 }),
            path: "flags.a,b: 50%".to_owned(),
            code: LintCode::Expired,
            severity: LintSeverity::Info,
            flag: None,
            sentence: "first\r\nsecond: a, b".to_owned(),
            related: None,
            related_place: None,
        };
        let looked = Looked { file: "a,b: 50%/flags.yaml".to_owned(), flags: Some(1), findings: vec![found] };
        assert_eq!(
            github(&[looked]),
            "::notice file=a%2Cb%3A 50%25/flags.yaml,line=3,col=5,title=expired::\
             flags.a,b: 50%25: first%0D%0Asecond: a, b"
        );
    }
}
