//! `truenorth flags reweigh`.

use truenorth::flags::{self, FlagsReweighReport, FlagsReweighRequest, Range, Share};
use truenorth::{Error, ErrorCode, Result};

use super::read_flags;
use crate::args::ReweighArgs;
use crate::output;
use crate::when::shown;

pub(super) fn run(args: &ReweighArgs) -> Result<i32> {
    let weights = args.weights.iter().map(|text| weight(text)).collect::<Result<Vec<_>>>()?;
    let request = FlagsReweighRequest {
        flag: args.flag.clone(),
        rule: args.rule.clone(),
        weights,
        coverage: args.coverage,
        ..FlagsReweighRequest::default()
    };
    let report = read_flags(&args.file, |json| {
        let report = flags::reweigh(&FlagsReweighRequest { definitions: json.to_owned(), ..request });
        match report {
            // What is wrong with the file has a line there; what was typed has none.
            Err(error) if error.path().starts_with("definitions") => Err(error),
            report => Ok(report.map_err(typed)),
        }
    })??;
    let is_json = args.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    output::print(&if args.json { super::json(&report)? } else { text(&report, is_json) })?;
    Ok(0)
}

/// An error with the name of the option that it is about.
fn typed(error: Error) -> Error {
    let option = match error.path().split(['.', '[']).next() {
        Some("weights") => "--weights",
        Some("rule") => "--rule",
        Some("coverage") => "--coverage",
        Some("flag") => "FLAG",
        _ => return error,
    };
    Error::new(error.code(), error.message()).at(option)
}

/// `on=60`; a variant's name may hold signs of equality.
fn weight(text: &str) -> Result<Share> {
    let pair = text.rsplit_once('=').filter(|(variant, _)| !variant.is_empty());
    let read = pair.and_then(|(variant, weight)| Some((variant, weight.trim().parse::<f64>().ok()?)));
    let (variant, weight) = read.ok_or_else(|| {
        let said = format!("expected a weight such as `on=60`, found `{}`", shown(text));
        Error::new(ErrorCode::UnknownValue, said).at("--weights")
    })?;
    Ok(Share { variant: variant.trim().to_owned(), weight })
}

/// The ranges as they stand in a file: what else is in it, with its comments, stays as its writers have it.
fn text(report: &FlagsReweighReport, is_json: bool) -> String {
    let per_cent = |buckets: u32| f64::from(buckets) / 1e4;
    let mut lines = vec![format!("# {}: {} % of its units move", shown(&report.path), per_cent(report.moved))];
    if report.plain > report.moved {
        lines.push(format!("# (as a `split` of these weights: {} %)", per_cent(report.plain)));
    }
    // JSON's way to write a text is YAML's too.
    let variant = |variant: &str| serde_json::Value::from(variant);
    if is_json {
        let range = |range: &Range| {
            format!(r#"  {{ "variant": {}, "from": {}, "to": {} }}"#, variant(&range.variant), range.from, range.to)
        };
        let ranges: Vec<String> = report.ranges.iter().map(range).collect();
        lines.push(format!("\"ranges\": [\n{}\n]", ranges.join(",\n")));
    } else {
        lines.push("ranges:".to_owned());
        lines.extend(report.ranges.iter().map(|range| {
            format!("  - {{ variant: {}, from: {}, to: {} }}", variant(&range.variant), range.from, range.to)
        }));
    }
    lines.join("\n")
}
