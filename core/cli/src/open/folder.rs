//! What lies in a folder, and what its files are by their names.

use std::path::{Path, PathBuf};

use truenorth::{Error, ErrorCode, Result};

/// What a file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Events, in any format.
    Events,
    /// Who owns what.
    Ownership,
}

/// Formats that hold events, by the end of a name, compression aside.
const EVENTS: [&str; 5] = [".jsonl", ".ndjson", ".json", ".csv", ".tsv"];
/// Files that say who owns what.
const OWNERSHIP: [&str; 5] = ["catalog-info.yaml", "catalog-info.yml", "codeowners", "ownership.csv", "owners.csv"];

/// What a file is by its name, if that tells anything.
pub fn kind_of(path: &Path) -> Option<Kind> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let name = [".gz", ".zst"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    if OWNERSHIP.contains(&name) || name.ends_with(".ownership.csv") {
        Some(Kind::Ownership)
    } else if EVENTS.iter().any(|end| name.ends_with(end)) {
        Some(Kind::Events)
    } else {
        None
    }
}

/// Whether a file explains or configures a folder, and so holds no events.
fn is_about(name: &str) -> bool {
    let name = name.to_lowercase();
    let written = [".json", ".yaml", ".yml"].iter().find_map(|end| name.strip_suffix(end));
    let is = |what: &str| {
        written.is_some_and(|name| name.strip_suffix(what).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    };
    name.starts_with('.')
        || name.starts_with("readme")
        || name == "report.json"
        || is("request")
        || is("flags")
        || name.ends_with(".schema.json")
}

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Files to read, in the order of their names.
    pub(super) files: Vec<(PathBuf, Kind)>,
    /// Files and folders of no known kind.
    pub(super) skipped: Vec<PathBuf>,
}

/// Lists a folder, not what lies in folders inside it.
pub(super) fn list(folder: &Path) -> Result<Found> {
    let failed = |error: std::io::Error| super::unreadable(folder, &error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    // The order in which a file system lists is its own affair.
    paths.sort();
    let mut found = Found::default();
    for path in paths {
        if path.file_name().is_none_or(|name| is_about(&name.to_string_lossy())) {
            continue;
        }
        match kind_of(&path).filter(|_| path.is_file()) {
            Some(kind) => found.files.push((path, kind)),
            None => found.skipped.push(path),
        }
    }
    if found.files.iter().all(|(_, kind)| *kind != Kind::Events) {
        return Err(Error::new(
            ErrorCode::Unreadable,
            "the folder holds no events: expected files such as `events.jsonl`, `deployments.csv.gz` or `issues.json`",
        )
        .at(folder.to_string_lossy()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_inside() {
        for (name, kind) in [
            ("a/deployments.jsonl.zst", Some(Kind::Events)),
            ("issues.JSON", Some(Kind::Events)),
            ("a.csv.gz", Some(Kind::Events)),
            ("CODEOWNERS", Some(Kind::Ownership)),
            ("catalog-info.yaml", Some(Kind::Ownership)),
            ("ownership.csv", Some(Kind::Ownership)),
            ("notes.txt", None),
            ("a.gz", None),
        ] {
            assert_eq!(kind_of(Path::new(name)), kind, "{name}");
        }
        assert!(is_about("README.md") && is_about("report.json") && !is_about("reports.json"));
        assert!(
            is_about("request.yaml")
                && is_about("weekly.request.yml")
                && !is_about("requests.json")
                && is_about("flags.yaml")
                && is_about("shop.flags.json")
                && !is_about("features.yaml")
        );
    }
}
