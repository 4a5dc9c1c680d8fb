//! `truenorth flags simulate`.

use truenorth::Result;
use truenorth::flags::{FlagsSimulateReport, Ruleset, SimulatedFlag, SimulatedRule, Simulation};
use truenorth::ground::text::visible;

use super::{complain_of, now, per_cent, read_flags, several};
use crate::args::SimulateArgs;
use crate::open::each_context;
use crate::output;
use crate::when::shown;

pub(super) fn run(args: &SimulateArgs) -> Result<i32> {
    let now = now(args.how.now.as_deref())?;
    let set = read_flags(&args.file, Ruleset::parse)?;
    let mut simulation = Simulation::new(&set, &args.flags, Some(now))
        .map_err(|error| truenorth::Error::new(error.code(), error.message()).at("--flag"))?;
    each_context(&args.contexts, &mut |context| simulation.add(&context))?;
    let report = simulation.report();
    if args.how.json {
        output::print(&super::json(&report)?)?;
    } else {
        output::print(&text(&report))?;
    }
    Ok(complain_of(&report.problems, &args.file))
}

fn text(report: &FlagsSimulateReport) -> String {
    let mut lines: Vec<String> = report.flags.iter().flat_map(flag).collect();
    lines.push(format!("{}, {}", several(report.contexts, "context"), several(report.flags.len() as u64, "flag")));
    lines.extend(report.sentences.iter().map(|sentence| format!("! {}", visible(sentence))));
    lines.join("\n")
}

fn flag(flag: &SimulatedFlag) -> Vec<String> {
    let mut lines = vec![shown(&flag.flag)];
    let name = |variant: Option<&str>| variant.map_or_else(|| "(the caller's default)".to_owned(), shown);
    let width = flag.variants.iter().map(|one| name(one.variant.as_deref()).chars().count()).max().unwrap_or_default();
    for one in &flag.variants {
        let name = name(one.variant.as_deref());
        lines.push(format!("  {name:width$}  {:>9}  {}", one.count, per_cent(one.share)));
    }
    let reasons = flag.reasons.iter().map(|one| format!("{} {}", one.reason.as_str(), one.count));
    lines.push(format!("  reasons: {}", reasons.collect::<Vec<_>>().join(", ")));
    lines.extend(
        flag.errors.iter().map(|one| format!("  {} {}: {}", one.code.as_str(), one.count, visible(&one.message))),
    );
    lines.extend(flag.rules.iter().map(rule));
    lines
}

fn rule(rule: &SimulatedRule) -> String {
    let unknown = if rule.unknown > 0 { format!(", unknown for {}", rule.unknown) } else { String::new() };
    let split = rule.split.as_ref().map(|split| {
        let parts = split.parts.iter().map(|part| {
            let name = part.variant.as_deref().map_or_else(|| "outside".to_owned(), shown);
            format!("{name} {} of {}", per_cent(part.share), per_cent(part.expected))
        });
        let test = match (split.adjusted, split.chi_square, split.needed) {
            (Some(p), Some(statistic), _) => format!("; chi-square {statistic:.2}, p = {}", chance(p)),
            (.., Some(needed)) => format!("; too few for a test, which takes {needed}"),
            _ => String::new(),
        };
        format!("\n    {} units: {}{test}", split.units, parts.collect::<Vec<_>>().join(", "))
    });
    let (count, share) = (rule.count, per_cent(rule.share));
    format!("  by {}: {count}, {share}{unknown}{}", shown(&rule.rule), split.unwrap_or_default())
}

fn chance(p: f64) -> String {
    if p < 0.001 { format!("{p:.1e}") } else { format!("{p:.3}") }
}
