//! `truenorth flags diff`.

use truenorth::flags::{Difference, DifferenceKind, FlagChange, FlagDifference, FlagsDiffReport, JsonValue, Ruleset};
use truenorth::ground::text::visible;
use truenorth::{Error, ErrorCode, Result};

use super::{complain_of, now, per_cent, read_flags};
use crate::args::DiffArgs;
use crate::open::each_context;
use crate::output;
use crate::when::shown;

/// So many of those who move are named, unless another number is asked for.
const MOST: u32 = 20;

pub(super) fn run(args: &DiffArgs) -> Result<i32> {
    let now = now(args.how.now.as_deref())?;
    let stdin = [Some(&args.before), Some(&args.after), args.population.as_ref()];
    if stdin.into_iter().flatten().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Error::new(ErrorCode::Conflict, "standard input can be read once, found `-` several times"));
    }
    let who = args.who.then(|| args.most.unwrap_or(MOST));
    // Each file alone first, so that what is wrong is told with its name.
    let alone = |json: &str| Ruleset::parse(json).map(|_| json.to_owned());
    let (before, after) = (read_flags(&args.before, alone)?, read_flags(&args.after, alone)?);
    let mut difference = Difference::new(&before, &after, Some(now), who)?;
    if let Some(path) = &args.population {
        each_context(path, &mut |context| difference.add(&context))?;
    }
    let report = difference.report();
    if args.how.json {
        output::print(&super::json(&report)?)?;
    } else {
        output::print(&text(&report))?;
    }
    Ok(complain_of(&report.problems_before, &args.before).max(complain_of(&report.problems_after, &args.after)))
}

fn text(report: &FlagsDiffReport) -> String {
    let mut lines: Vec<String> = report.others.iter().map(|one| change("", one)).collect();
    for flag in &report.flags {
        lines.extend(of_flag(flag, report.contexts));
    }
    if lines.is_empty() {
        lines.push("no difference".to_owned());
    }
    if report.contexts > 0 {
        let share = report.moved as f64 / report.contexts as f64;
        let (moved, contexts) = (report.moved, report.contexts);
        lines.push(format!("{moved} of {contexts} get another variant of some flag, {}", per_cent(share)));
    }
    lines.extend(report.sentences.iter().map(|sentence| format!("! {sentence}")));
    lines.join("\n")
}

fn of_flag(flag: &FlagDifference, contexts: u64) -> Vec<String> {
    let share = flag.share.map(|share| format!(": {} of all units get another variant", per_cent(share)));
    let kind = match flag.kind {
        DifferenceKind::Added => "added",
        DifferenceKind::Removed => "removed",
        DifferenceKind::Same => "the same, but not what it depends on",
        _ => "changed",
    };
    let mut lines = vec![format!("{} {kind}{}", shown(&flag.flag), share.unwrap_or_default())];
    lines.extend(flag.changes.iter().map(|one| change("  ", one)));
    for split in &flag.splits {
        let path = visible(&split.path);
        lines.push(format!("  {path} moves {} of the units that it concerns", per_cent(split.share)));
        if !split.ranges.is_empty() {
            lines.push(format!("    {} would do, as", per_cent(split.least)));
            let ranges = split.ranges.iter().map(|range| {
                let variant = serde_json::Value::from(range.variant.as_str());
                format!("      - {{ variant: {variant}, from: {}, to: {} }}", range.from, range.to)
            });
            lines.push("    ranges:".to_owned());
            lines.extend(ranges);
        }
    }
    if contexts > 0 {
        for moved in &flag.moves {
            let name = |variant: Option<&str>| variant.map_or_else(|| "(the caller's default)".to_owned(), shown);
            let (from, to) = (name(moved.from.as_deref()), name(moved.to.as_deref()));
            lines.push(format!("  {from} -> {to}: {}, {}", moved.count, per_cent(moved.share)));
            lines.extend(moved.who.iter().map(|who| format!("    {}", shown(who))));
            if !moved.who.is_empty() && (moved.who.len() as u64) < moved.count {
                lines.push("    ...".to_owned());
            }
        }
    }
    lines
}

fn change(indent: &str, change: &FlagChange) -> String {
    let value = |value: Option<&JsonValue>| value.map(|JsonValue(value)| shown(&value.to_string()));
    let path = visible(&change.path);
    match (value(change.before.as_ref()), value(change.after.as_ref())) {
        (Some(before), Some(after)) => format!("{indent}{path}: {before} -> {after}"),
        (None, Some(after)) => format!("{indent}{path}: + {after}"),
        (Some(before), None) => format!("{indent}{path}: - {before}"),
        (None, None) => format!("{indent}{path}"),
    }
}
