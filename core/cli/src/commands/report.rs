//! `truenorth report`: asks every room that has something to say about a folder.

use std::path::Path;

use serde::Deserialize;
use truenorth::desk::door;
use truenorth::desk::operations::Context;
use truenorth::desk::sources::{ReadOptions, Strictness};
use truenorth::dora::{self, DoraRequest};
use truenorth::facts::EventTable;
use truenorth::{Error, ErrorCode, Result};

use crate::args::ReportArgs;
use crate::documents::{in_file, read_text};
use crate::open::{Inputs, load_into};
use crate::output;
use crate::progress::Progress;

use super::dora::Targets;

/// The name of the file in a folder that says how it is to be reported on.
const OPTIONS: &str = "report.json";

/// What stands in `report.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Options {
    /// The version of this file's form.
    version: u32,
    /// What to ask the delivery room.
    dora: DoraRequest,
}

pub(super) fn run(args: &ReportArgs) -> Result<i32> {
    let targets = Targets::new(&args.gates)?;
    let mut request = options(&args.path)?.dora;
    targets.add_to(&mut request);
    dora::measure(&request, &EventTable::new(), &Context::default())
        .map_err(|error| in_file(&error, &args.path.join(OPTIONS)))?;
    let progress = Progress::default();
    let context = progress.context(args.output.quiet);
    let strictness = if args.strictness.strict { Strictness::Strict } else { Strictness::Lenient };
    let inputs = Inputs {
        paths: vec![args.path.clone()],
        options: ReadOptions { strictness, ..ReadOptions::default() },
        ..Inputs::default()
    };
    let mut events = EventTable::new();
    load_into(&inputs, &mut events, &context)?.tell();
    let report = dora::measure(&request, &events, &context)?;
    drop(progress);
    output::show(&report, &args.output)?;
    Ok(targets.judge(&report, &args.gates))
}

/// Reads the folder's `report.json`, if it has one.
fn options(folder: &Path) -> Result<Options> {
    let path = folder.join(OPTIONS);
    if !path.is_file() {
        return Ok(Options { version: 1, ..Options::default() });
    }
    // Keys that begin with `x-` are the user's own.
    let text = read_text(&path)?;
    let mut value: serde_json::Value = door::read(&text).map_err(|error| in_file(&error, &path))?;
    if let Some(object) = value.as_object_mut() {
        object.retain(|key, _| !key.starts_with("x-"));
    }
    let options: Options = door::read(&value.to_string()).map_err(|error| in_file(&error, &path))?;
    if options.version != 1 {
        let said = format!("expected `version` 1, found {}", options.version);
        return Err(Error::new(ErrorCode::UnknownValue, said).at(path.to_string_lossy()));
    }
    Ok(options)
}
