//! What a manager would say about a report: a sentence each, in the order in which one would say them.
//!
//! First the five metrics of the whole, then targets, then at most three groups that strike, then what the data lack.
//! What is not known is said to be not known, and what is not proven to be not proven.

use super::wording::{before, change, noun, unmatched, who, zone};
use super::{Denominator, DoraGroup, DoraReport, FailureCount, LeadStart, Metric, RecoveryStart, Verdict};
use crate::facts::human::{self, Said, capital, count, counted};
use crate::facts::{Estimate, Unit};
use crate::ground::text::{excerpt, visible};
use crate::stats::Interval;

/// Fewer observations than this are worth a warning beside the number.
const FEW: u64 = 20;
/// How many kinds and notes are named.
const NOTES: usize = 3;
/// A group stands apart when its interval lies this many times beyond that of the whole.
const APART: f64 = 1.5;

/// What a manager would say.
pub(crate) fn sentences(report: &DoraReport) -> Vec<String> {
    let mut out = Vec::new();
    let frequency = &report.overall.deployment_frequency;
    if frequency.deployments == 0 {
        let also = if frequency.per_day.value().is_none() && report.data.deployments == 0 {
            ": no deployment is known at all"
        } else {
            ""
        };
        let data = &report.data;
        if data.deployments + data.changes + data.pull_requests + data.incidents == 0 {
            out.push(format!("There is nothing to measure: {}.", nothing(report)));
        } else {
            let window = report.window.name(zone(report));
            out.push(format!("Nothing was deployed in {window}{also}, so none of the five metrics is known."));
        }
        out.extend(to_know(report));
    } else {
        let mut voice = Voice { report, before: before(report), said_level: false };
        out.extend([voice.lead_time(), voice.frequency(), voice.failure_rate(), voice.recovery(), voice.rework()]);
        out.extend(targets(report));
        out.extend(proven(report));
        out.extend(striking(report));
    }
    out.extend(report.data.unmatched_filters.iter().take(NOTES).map(unmatched));
    out.extend(lacking(report));
    out
}

/// Says the confidence level once, and what the window is compared with.
struct Voice<'a> {
    report: &'a DoraReport,
    before: Option<String>,
    said_level: bool,
}

impl Voice<'_> {
    fn lead_time(&mut self) -> String {
        let lead = &self.report.overall.lead_time;
        match self.value(Metric::LeadTime) {
            Ok((value, remark, change)) => {
                let from = match self.report.definition.lead_start {
                    Some(LeadStart::Merged) => " after their merge",
                    Some(LeadStart::Opened) => " after their pull request is opened",
                    Some(LeadStart::Authored) => " after they are written",
                    _ => "",
                };
                format!("Changes reach production in {value}{from}{remark}{change}.")
            }
            Err(_) if lead.changes == 0 => {
                "No known change was deployed, so the lead time of changes is not known.".to_owned()
            }
            Err(why) => format!("The lead time of changes is not known: {why}."),
        }
    }

    fn frequency(&mut self) -> String {
        let frequency = &self.report.overall.deployment_frequency;
        let who = match frequency.teams {
            0 => "Production is deployed to",
            1 => "The team deploys",
            _ => "Teams deploy",
        };
        match self.value(Metric::DeploymentFrequency) {
            Ok((value, remark, change)) => {
                let each = match &frequency.per_team_day {
                    Some(Estimate::Value { value, interval, unit, .. }) if frequency.teams > 1 => {
                        let said = Said::new(*unit, *value, *interval).long();
                        format!("; that is {said} for each of the {} teams", count(frequency.teams))
                    }
                    _ => String::new(),
                };
                format!("{who} {value}{remark}{change}{each}.")
            }
            Err(why) => format!("How often is deployed is not known: {why}."),
        }
    }

    fn failure_rate(&mut self) -> String {
        let rate = &self.report.overall.change_failure_rate;
        let definition = &self.report.definition;
        let of = match definition.failure_denominator {
            None | Some(Denominator::Deployments) => "deployments",
            Some(Denominator::LessRollbacks) => "deployments that are not rollbacks",
            Some(Denominator::LessRework) => "deployments that are not repairs",
            Some(Denominator::Changes) => "changes",
        };
        let incidents = definition.failure_count == Some(FailureCount::Incidents);
        let counts = tally(rate.failures, rate.deployments);
        match self.value_with(Metric::ChangeFailureRate, if incidents { None } else { Some(counts) }) {
            Ok((_, remark, change)) if rate.failures == 0 && !incidents => {
                if rate.deployments == 1 {
                    format!("The one deployment that was watched did not fail{remark}{change}.")
                } else {
                    format!("None of the {} {of} failed{remark}{change}.", count(rate.deployments))
                }
            }
            Ok((value, remark, change)) if incidents => {
                let value = value.replace(" %", "");
                format!("Every hundred {of} caused {value} incidents{remark}{change}.")
            }
            Ok((value, remark, change)) => format!("{value} of {of} failed{remark}{change}."),
            Err(_) if rate.deployments == 0 && rate.immature > 0 => {
                let watched = definition
                    .follow_up
                    .map_or_else(String::new, |span| format!(" for {}", human::long(Unit::Seconds, span.seconds())));
                format!("No deployment could be watched{watched} yet, so the failure rate is not known.")
            }
            Err(why) => format!("The change failure rate is not known: {why}."),
        }
    }

    fn recovery(&mut self) -> String {
        let recovery = &self.report.overall.recovery_time;
        let subject = if self.report.definition.all_incidents == Some(true) { "Incidents" } else { "Failures" };
        let from = match self.report.definition.recovery_start {
            Some(RecoveryStart::Deployed) => " after the deployment",
            _ => "",
        };
        let open = match recovery.open {
            0 => String::new(),
            1 if recovery.failures == 1 => "; the only one is still open".to_owned(),
            all if all == recovery.failures => format!("; all {} are still open", count(all)),
            1 => format!("; one of {} is still open", count(recovery.failures)),
            open => format!("; {} of {} are still open", count(open), count(recovery.failures)),
        };
        match self.value(Metric::RecoveryTime) {
            Ok((value, remark, change)) => format!("{subject} are over in {value}{from}{remark}{change}{open}."),
            Err(_) if recovery.failures == 0 => "No failure began, so there is no recovery time to tell.".to_owned(),
            Err(why) => format!("The time to recover is not known: {why}{open}."),
        }
    }

    fn rework(&mut self) -> String {
        let rework = &self.report.overall.rework_rate;
        let counts = tally(rework.rework, rework.deployments);
        match self.value_with(Metric::ReworkRate, Some(counts)) {
            Ok((_, remark, change)) if rework.rework == 0 => {
                let none = match rework.deployments {
                    1 => "The only deployment was not".to_owned(),
                    all => format!("None of the {} deployments was", count(all)),
                };
                format!("{none} an unplanned repair{remark}{change}.")
            }
            Ok((value, remark, change)) => {
                format!("{value} of deployments were unplanned repairs{remark}{change}.")
            }
            Err(why) => format!("The rework rate is not known: {why}."),
        }
    }

    fn value(&mut self, metric: Metric) -> Result<(String, String, String), String> {
        self.value_with(metric, None)
    }

    /// The value, the remark in brackets and the change of a metric; or why there is none.
    fn value_with(&mut self, metric: Metric, counts: Option<String>) -> Result<(String, String, String), String> {
        let group = &self.report.overall;
        let (value, unit, interval, n, note) = match group.estimate(metric) {
            Estimate::Value { value, unit, interval, n, note, .. } => (*value, *unit, *interval, *n, note.as_deref()),
            Estimate::NotEnough { reason, have, need } => return Err(not_enough(reason, *have, *need)),
        };
        let said = Said::new(unit, value, interval);
        let tallied = counts.is_some();
        let few = n < FEW && !tallied;
        let basis = few.then(|| format!("from only {}", counted(n, metric.basis())));
        let first: Vec<_> =
            [metric.statistic(self.report).map(str::to_owned), counts, basis].into_iter().flatten().collect();
        let mut parts = vec![first.join(" ")];
        // Far from its value, the interval of a share needs its own unit.
        let ends = if tallied { said.range() } else { said.ends() };
        match (ends, interval) {
            (Some(ends), Some(Interval { level, .. })) => {
                parts.push(if self.said_level {
                    ends
                } else {
                    self.said_level = true;
                    format!("{ends} with {} confidence", human::level(level))
                });
                parts.extend(note.map(excerpt));
            }
            _ => parts.push(note.map_or_else(|| "no interval can be given".to_owned(), excerpt)),
        }
        parts.retain(|part| !part.is_empty());
        let change = match (&group.comparisons, &self.before) {
            (Some(all), Some(before)) => change(metric, all.of(metric), before),
            _ => String::new(),
        };
        Ok((said.long(), format!(" ({})", parts.join("; ")), change))
    }
}

/// `3 of 20`; nothing for none, which the sentence says in words.
fn tally(some: u64, all: u64) -> String {
    if some == 0 { String::new() } else { format!("{} of {}", count(some), count(all)) }
}

/// Why there is no number, from the stable word and the counts.
pub(crate) fn not_enough(reason: &str, have: u64, need: u64) -> String {
    let why = match reason {
        "noData" => "there are no data".to_owned(),
        "noFailures" => "nothing failed".to_owned(),
        "noneResolved" => "none is over yet".to_owned(),
        "notReached" => "too few are over yet".to_owned(),
        "immature" => "all deployments are too young to judge".to_owned(),
        "noCompleteWeek" => "there is no complete week".to_owned(),
        "windowTooShort" => "the window is shorter than a day".to_owned(),
        other => human::words(&excerpt(other)),
    };
    if need > have && have > 0 { format!("{why} ({} of the {} it takes)", count(have), count(need)) } else { why }
}

fn targets(report: &DoraReport) -> Option<String> {
    let targets = &report.overall.targets;
    let named = |verdict: Verdict| {
        let names: Vec<_> = targets
            .iter()
            .filter(|target| target.verdict == verdict)
            .map(|target| target.target.metric.title().to_lowercase())
            .collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let word = match verdict {
            Verdict::Met => "met",
            Verdict::Breached => "breached",
            Verdict::NotProven => "not proven",
        };
        (!names.is_empty()).then(|| format!("{} {verb} {word} ({})", names.len(), human::list(&names)))
    };
    let parts: Vec<_> = [Verdict::Met, Verdict::Breached, Verdict::NotProven].into_iter().filter_map(named).collect();
    let all = targets.len() as u64;
    if let ([one], true) = (parts.as_slice(), all > 1) {
        let one = one.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        return Some(format!("All {} {one}.", counted(all, "target")));
    }
    (!parts.is_empty()).then(|| format!("Of {}, {}.", counted(all, "target"), human::list(&parts)))
}

/// How many groups are proven better or worse.
fn proven(report: &DoraReport) -> Option<String> {
    let moved = |group: &DoraGroup, better: bool| {
        let all = group.comparisons.as_ref();
        all.is_some_and(|all| Metric::ALL.iter().any(|&metric| all.of(metric).better == Some(better)))
    };
    let count_of = |better| report.groups.iter().filter(|group| moved(group, better)).count() as u64;
    report.groups.iter().any(|group| group.comparisons.is_some()).then(|| {
        let said = |n| match n {
            0 => "none is".to_owned(),
            1 => "1 is".to_owned(),
            more => format!("{} are", count(more)),
        };
        format!(
            "Of {}, {} proven better in at least one metric, and {} proven worse.",
            groups(report),
            said(count_of(true)),
            said(count_of(false)),
        )
    })
}

/// `12 teams`, or where the request names a number, `the 12 teams that deploy most`.
fn groups(report: &DoraReport) -> String {
    let said = counted(report.groups.len() as u64, &noun(report));
    if report.groups_left_out > 0 { format!("the {said} that deploy most") } else { said }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Worse,
    Apart,
    Better,
}

struct Finding<'a> {
    kind: Kind,
    size: f64,
    group: &'a DoraGroup,
    metric: Metric,
}

/// At most three groups: the one that lost most, the one furthest from the rest, the one that gained most.
fn striking(report: &DoraReport) -> Vec<String> {
    let mut found: Vec<Finding<'_>> = Vec::new();
    for group in &report.groups {
        for metric in Metric::ALL {
            let proven = group.comparisons.as_ref().map(|all| all.of(metric));
            if let Some((better, size)) = proven.and_then(|one| Some((one.better?, effect(metric, one)?))) {
                found.push(Finding { kind: if better { Kind::Better } else { Kind::Worse }, size, group, metric });
            }
            if let Some(size) = apart(metric, group, &report.overall) {
                found.push(Finding { kind: Kind::Apart, size, group, metric });
            }
        }
    }
    found.sort_by(|a, b| b.size.total_cmp(&a.size).then_with(|| a.group.name.cmp(&b.group.name)));
    let mut chosen: Vec<&Finding<'_>> = Vec::new();
    for kind in [Kind::Worse, Kind::Apart, Kind::Better] {
        let fresh =
            |one: &&Finding<'_>| one.kind == kind && chosen.iter().all(|other| other.group.key != one.group.key);
        if let Some(one) = found.iter().find(fresh) {
            chosen.push(one);
        }
    }
    let before = before(report).unwrap_or_default();
    chosen.into_iter().filter_map(|finding| finding.say(&report.overall, &before)).collect()
}

/// How large a proven change is, on one scale for all metrics: the logarithm of a ratio.
fn effect(metric: Metric, one: &super::Comparison) -> Option<f64> {
    let ratio = if metric.unit() == Unit::Share {
        // A share of zero has no ratio: half a case in n stands for it.
        let half = |estimate: &Estimate| match estimate {
            Estimate::Value { value, n, .. } => Some(value.max(0.5 / (*n).max(1) as f64)),
            Estimate::NotEnough { .. } => None,
        };
        half(&one.current)? / half(&one.previous)?
    } else {
        one.change.value()?
    };
    (ratio > 0.0 && ratio.is_finite()).then(|| libm::log(ratio).abs())
}

/// How far the interval of a group lies on the bad side of that of the whole; none when they are near or touch.
fn apart(metric: Metric, group: &DoraGroup, overall: &DoraGroup) -> Option<f64> {
    if metric == Metric::DeploymentFrequency {
        return None; // the whole is a sum of its groups, not their middle
    }
    let best = group.estimate(metric).interval()?.low?;
    let worst = overall.estimate(metric).interval()?.high?;
    let ratio = best / worst;
    (worst > 0.0 && ratio.is_finite() && ratio >= APART).then(|| libm::log(ratio))
}

impl Finding<'_> {
    fn say(&self, overall: &DoraGroup, before: &str) -> Option<String> {
        let Estimate::Value { value, unit, interval, .. } = self.group.estimate(self.metric) else { return None };
        let said = Said::new(*unit, *value, *interval);
        let value = said.long() + &said.ends().map_or_else(String::new, |ends| format!(" ({ends})"));
        let start = match self.kind {
            Kind::Worse => "Worse",
            Kind::Apart => "Far from the rest",
            Kind::Better => "Better",
        };
        let rest = match (self.kind, &self.group.comparisons) {
            (Kind::Apart, _) => {
                let whole = overall.estimate(self.metric);
                format!(", against {} overall", Said::new(*unit, whole.value()?, whole.interval()).long())
            }
            (_, Some(all)) => change(self.metric, all.of(self.metric), before),
            (_, None) => return None,
        };
        let metric = self.metric.title().to_lowercase();
        Some(format!("{start}: {}, where the {metric} is {value}{rest}.", who(self.group)))
    }
}

/// Why there is nothing to measure, though something may have been read.
fn nothing(report: &DoraReport) -> String {
    let read = &report.data.read;
    if read.ignored == 0 {
        return "no event is known".to_owned();
    }
    let kinds: Vec<String> = read.ignored_kinds.keys().take(NOTES).map(|kind| format!("`{}`", excerpt(kind))).collect();
    let more = if read.ignored_kinds.len() > NOTES { " and others" } else { "" };
    format!("{} read, of kinds that do not count ({}{more})", counted(read.ignored, "record"), kinds.join(", "))
}

/// What reading noted, where it may explain that no deployment, or no end of one, is known.
fn to_know(report: &DoraReport) -> Vec<String> {
    let data = &report.data;
    let ended = data.deployments > data.unfinished_deployments;
    let notes = data.read.notes.iter().take(if ended { 0 } else { NOTES });
    notes.map(|(note, n)| format!("To know: {} ({}).", visible(note), count(*n))).collect()
}

/// What the data lack, in one sentence.
fn lacking(report: &DoraReport) -> Option<String> {
    let data = &report.data;
    let rate = &report.overall.change_failure_rate;
    let mut parts = Vec::new();
    let mut add = |n: u64, one: &str, rest: &str| {
        if n > 0 {
            parts.push(format!("{}{rest}", counted(n, one)));
        }
    };
    add(data.read.rejected, "record", " could not be read");
    add(data.unlinked_incidents, "incident", " could not be laid to a deployment");
    add(data.deployments_without_changes, "deployment", " shipped no known change");
    add(rate.immature, "deployment", " too young to judge");
    add(data.unfinished_deployments, "deployment", " without a known end");
    add(report.overall.lead_time.backwards, "change", " seemingly deployed before being made");
    add(data.after_as_of, "event", " after the instant up to which all is known");
    (!parts.is_empty()).then(|| capital(&format!("what the data lack: {}.", human::list(&parts))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dora::Definition;

    fn report() -> DoraReport {
        serde_json::from_str(include_str!("../../tests/fixtures/dora_report.json")).unwrap()
    }

    #[test]
    fn a_report_begins_with_what_a_manager_would_say() {
        let said = sentences(&report());
        for (index, sentence) in said.iter().enumerate() {
            println!("{index}: {sentence}");
            assert!(sentence.ends_with('.') && !sentence.contains("  ") && !sentence.contains("NaN"), "{sentence}");
        }
        assert_eq!(
            said[0],
            "Changes reach production in 42 minutes (median; 38–47 with 95 % confidence), 15 % faster than the \
             quarter before."
        );
    }

    #[test]
    fn what_is_not_known_is_said_and_never_zero() {
        let mut report = report();
        report.groups.clear();
        report.overall.change_failure_rate.rate = Estimate::not_enough("noData", 0, 1);
        report.overall.change_failure_rate.deployments = 0;
        report.overall.recovery_time.median = Estimate::not_enough("notReached", 4, 6);
        report.overall.lead_time.median = Estimate::not_enough("tooFewClusters", 3, 12);
        let said = sentences(&report).join("\n");
        for expected in [
            "No deployment could be watched for 7 days yet, so the failure rate is not known.",
            "The time to recover is not known: too few are over yet (4 of the 6 it takes)",
            "The lead time of changes is not known: too few clusters (3 of the 12 it takes).",
        ] {
            assert!(said.contains(expected), "{said}");
        }
        report.overall.deployment_frequency.deployments = 0;
        let said = sentences(&report);
        assert_eq!(said[0], "Nothing was deployed in Q3 2025, so none of the five metrics is known.");
        assert!(said.len() == 2 && !said[0].contains("0 %"), "{said:?}");
    }

    #[test]
    fn one_deployment_and_other_definitions_read_well() {
        let mut report = report();
        report.groups.clear();
        report.compared_with = None;
        report.overall.targets.clear();
        report.definition = Definition {
            failure_count: Some(FailureCount::Incidents),
            failure_denominator: Some(Denominator::Changes),
            lead_start: Some(LeadStart::Merged),
            ..Definition::default()
        };
        report.overall.lead_time.median =
            Estimate::bare(3600.0, Unit::Seconds, 1, "median").noting("fewer than 12 deployments: too few");
        report.overall.recovery_time.failures = 0;
        report.overall.recovery_time.median = Estimate::not_enough("noData", 0, 1);
        let said = sentences(&report);
        assert_eq!(
            said[0],
            "Changes reach production in 60 minutes after their merge (median from only 1 change; fewer than 12 \
             deployments: too few)."
        );
        assert!(said[2].starts_with("Every hundred changes caused 8.7 incidents ("), "{}", said[2]);
        assert_eq!(said[3], "No failure began, so there is no recovery time to tell.");
        report.definition = Definition::default();
        (report.overall.change_failure_rate.failures, report.overall.rework_rate.rework) = (0, 0);
        (report.overall.change_failure_rate.deployments, report.overall.rework_rate.deployments) = (42, 1);
        let said = sentences(&report);
        assert!(said[2].starts_with("None of the 42 deployments failed (7.7–9.8 %)"), "{}", said[2]);
        assert!(said[4].starts_with("The only deployment was not an unplanned repair ("), "{}", said[4]);
    }

    #[test]
    fn strangers_cannot_break_a_sentence() {
        let mut report = report();
        for group in &mut report.groups {
            group.name = "a\u{1b}[31m\nb\u{202e}".to_owned();
            group.key.insert("team".to_owned(), format!("{}\u{1b}[31m\nb\u{202e}", group.name));
        }
        for sentence in sentences(&report) {
            assert!(!sentence.contains(['\n', '\u{1b}', '\u{202e}']), "{sentence:?}");
        }
    }
}
