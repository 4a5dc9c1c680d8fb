//! What lint found as SARIF 2.1.0, for code scanning and editors.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use truenorth::desk::door::Place;
use truenorth::flags::{LintCode, LintSeverity};

use super::findings::Looked;

pub(super) fn sarif(looked: &[Looked]) -> Value {
    let rules = LintCode::ALL.iter().map(|code| {
        let text = json!({"text": code.sentence()});
        json!({
            "id": code.as_str(),
            "shortDescription": text,
            "fullDescription": text,
            "help": text,
            "defaultConfiguration": {"level": level(code.severity())},
        })
    });
    let results = looked.iter().flat_map(|file| {
        let uri = uri(&file.file);
        file.findings.iter().map(move |found| {
            let message = match found.path.as_str() {
                "" => found.sentence.clone(),
                path => format!("{path}: {}", found.sentence),
            };
            let mut result = json!({
                "ruleId": found.code.as_str(),
                "ruleIndex": LintCode::ALL.iter().position(|code| *code == found.code),
                "level": level(found.severity),
                "message": {"text": message},
                "locations": [location(&uri, &found.path, found.place)],
                // The same finding in a file that has grown above it.
                "partialFingerprints": {"codeAndPath/v1": format!("{}:{}", found.code.as_str(), found.path)},
            });
            if let (Some(related), Some(fields)) = (&found.related, result.as_object_mut()) {
                let mut other = location(&uri, related, found.related_place);
                other["message"] = json!({"text": related});
                fields.insert("relatedLocations".to_owned(), json!([other]));
            }
            result
        })
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "truenorth",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn level(severity: LintSeverity) -> &'static str {
    match severity {
        LintSeverity::Error => "error",
        LintSeverity::Warning => "warning",
        _ => "note",
    }
}

fn location(uri: &str, path: &str, place: Option<Place>) -> Value {
    // Code scanning shows nothing that has no line.
    let Place { line, column } = place.unwrap_or(Place { line: 1, column: 1 });
    let mut out = json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": line, "startColumn": column},
        },
    });
    if !path.is_empty() {
        out["logicalLocations"] = json!([{"fullyQualifiedName": path}]);
    }
    out
}

/// A file's name as a URI: relative to where the program runs, which for code scanning is the repository.
fn uri(file: &str) -> String {
    let path = Path::new(file);
    let inside = std::env::current_dir().ok().and_then(|folder| path.strip_prefix(folder).ok());
    let relative = inside.unwrap_or(path);
    let mut out = String::new();
    if relative.is_absolute() {
        out.push_str(if file.starts_with('/') { "file://" } else { "file:///" });
    }
    let text = relative.to_string_lossy();
    let text = if std::path::MAIN_SEPARATOR == '\\' { text.replace('\\', "/") } else { text.into_owned() };
    let is_drive = |at: usize| relative.is_absolute() && at == 1;
    for (at, byte) in text.trim_start_matches("./").bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
            b':' if is_drive(at) => out.push(':'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    #[cfg(unix)]
    fn names_of_files_are_uris() {
        let here = std::env::current_dir().unwrap();
        for (file, expected) in [
            ("flags.yaml".to_owned(), "flags.yaml"),
            ("./a b/50%.yaml".to_owned(), "a%20b/50%25.yaml"),
            ("a:b/ü.yaml".to_owned(), "a%3Ab/%C3%BC.yaml"),
            ("/etc/flags.yaml".to_owned(), "file:///etc/flags.yaml"),
            (here.join("x/flags.yaml").to_string_lossy().into_owned(), "x/flags.yaml"),
            ("standard input".to_owned(), "standard%20input"),
        ] {
            assert_eq!(uri(&file), expected);
        }
    }
}
