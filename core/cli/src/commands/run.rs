//! `truenorth run`: any operation, JSON in (or YAML, which is easier to write), JSON out.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use truenorth::desk::door;
use truenorth::desk::operations::{Context, OPERATIONS, Tables};
use truenorth::desk::sources::ReadOptions;
use truenorth::facts::EventTable;
use truenorth::{Error, ErrorCode, Result};

use crate::args::RunArgs;
use crate::documents::as_json;
use crate::open::{Inputs, load_into, unreadable};
use crate::output;
use crate::when::shown;

pub(super) fn run(args: &RunArgs) -> Result<i32> {
    let Some(operation) = args.operation.as_deref().filter(|_| !args.list) else {
        let lines: Vec<String> =
            OPERATIONS.iter().map(|operation| format!("{:<16} {}", operation.name, operation.summary)).collect();
        output::print(&lines.join("\n"))?;
        return Ok(0);
    };
    let mut request = String::new();
    std::io::stdin().read_to_string(&mut request).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => Error::new(ErrorCode::InvalidUtf8, "the request is not UTF-8"),
        _ => unreadable(Path::new("standard input"), &error),
    })?;
    let json = as_json(&request)?;
    let is_yaml = matches!(json, Cow::Owned(_));
    let placed = |error| if is_yaml { door::on_its_line(&request, error) } else { error };
    // Before tables are opened: nobody should wait for a large file to learn of a slip.
    door::check(operation, &json).map_err(placed)?;
    let tables = tables(args)?;
    let tables = Tables { events: tables.as_ref() };
    let mut report = door::json(operation, &json, &tables, &Context::default()).map_err(placed)?;
    if args.pretty {
        let broken = |error: serde_json::Error| Error::new(ErrorCode::Internal, error.to_string());
        let value: serde_json::Value = serde_json::from_str(&report).map_err(broken)?;
        report = serde_json::to_string_pretty(&value).map_err(broken)?;
    }
    output::print(&report)?;
    Ok(0)
}

/// Reads the tables that were named, from files below the root.
fn tables(args: &RunArgs) -> Result<Option<EventTable>> {
    let mut inputs = Inputs {
        options: ReadOptions { strictness: args.strictness.strictness(), ..ReadOptions::default() },
        ..Inputs::default()
    };
    for text in &args.table {
        let (name, path) = text.split_once('=').unwrap_or(("", text));
        if name != "events" {
            let said = format!("expected a table such as `events=events.jsonl`, found `{}`", shown(text));
            return Err(Error::new(ErrorCode::UnknownValue, said).at("--table"));
        }
        inputs.paths.push(below(args.allow_files.as_deref(), Path::new(path))?);
    }
    if inputs.paths.is_empty() {
        return Ok(None);
    }
    let mut events = EventTable::new();
    load_into(&inputs, &mut events, &Context::default())?;
    Ok(Some(events))
}

/// The path, if it lies below the root once every link and `..` is followed.
fn below(root: Option<&Path>, path: &Path) -> Result<PathBuf> {
    let refused = |said: &str| Err(Error::new(ErrorCode::Unreadable, said).at(path.to_string_lossy()));
    let Some(root) = root else {
        return refused("no file may be opened; allow a folder, as in `--allow-files .`");
    };
    let root = root.canonicalize().map_err(|error| unreadable(root, &error))?;
    match path.canonicalize() {
        Ok(real) if real.starts_with(&root) => Ok(real),
        Err(error) if std::path::absolute(path).is_ok_and(|whole| whole.starts_with(&root)) => {
            Err(unreadable(path, &error))
        }
        // What lies outside looks the same whether it exists or not.
        _ => refused("it does not lie below the folder that --allow-files names"),
    }
}
