//! What stands at the end of a report: definitions, levels, and what became of the data.

use crate::desk::render::document::Block;
use crate::dora::{DoraReport, LevelAnswer, Metric};
use crate::facts::Unit;
use crate::facts::human::{self, count, counted};

/// How many rejections, and how many unlinked events, are shown one by one.
const CASES: usize = 5;

pub(super) fn notes(report: &DoraReport) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("How it was measured".to_owned())];
    let note = |label: &str, text: String| Block::Note { label: label.to_owned(), text };
    blocks.extend(mix(report).map(|text| note("Mix", text)));
    blocks.extend(waiting(report).map(|text| note("Waiting", text)));
    blocks.extend(levels(report).map(|text| note("Levels", text)));
    blocks.push(note("Definitions", definitions(report)));
    blocks.push(Block::Heading("Data".to_owned()));
    blocks.push(note("Known", known(report)));
    blocks.extend(read(report).map(|text| note("Read", text)));
    blocks.extend(cases(report));
    blocks
}

/// What part of each difference lies inside services and what part in their weights.
fn mix(report: &DoraReport) -> Option<String> {
    let all = report.overall.comparisons.as_ref()?;
    let parts: Vec<_> = Metric::ALL
        .iter()
        .filter_map(|&metric| {
            let mix = all.of(metric).mix?;
            let said = human::differences(metric.unit(), &[mix.within, mix.mix]);
            Some(format!("{} {}", metric.title().to_lowercase(), said.join(" and ")))
        })
        .collect();
    (!parts.is_empty())
        .then(|| format!("what changed inside services, and what because of their weights: {}", parts.join("; ")))
}

fn waiting(report: &DoraReport) -> Option<String> {
    let waiting = &report.overall.lead_time.waiting;
    let age = |seconds: f64| human::long(Unit::Seconds, seconds);
    let median =
        waiting.median_age.map_or_else(String::new, |seconds| format!(", half of them for {} or more", age(seconds)));
    let oldest = waiting.oldest_age.map_or_else(String::new, |seconds| format!(", the oldest for {}", age(seconds)));
    (waiting.changes > 0)
        .then(|| format!("{} merged and not deployed yet{median}{oldest}", counted(waiting.changes, "change")))
}

fn levels(report: &DoraReport) -> Option<String> {
    let levels = report.overall.levels.as_ref()?;
    let year = if levels.year == 0 { "own thresholds".to_owned() } else { format!("report year {}", levels.year) };
    let mut parts = vec![if levels.source.is_empty() { year } else { format!("{year} ({})", levels.source) }];
    for metric in Metric::ALL {
        if let LevelAnswer::NotSeparable { reason, .. } | LevelAnswer::NoLevels { reason } = levels.of(metric) {
            let said = format!("{}: {reason}", metric.title().to_lowercase());
            if !parts.contains(&said) {
                parts.push(said);
            }
        }
    }
    if !levels.archetypes.is_empty() {
        parts.push(format!("archetypes of that year: {}", human::list(&levels.archetypes)));
    }
    Some(parts.join("; "))
}

/// Every definition in force, by its name on the wire.
fn definitions(report: &DoraReport) -> String {
    let wire = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => {
            items.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join("+")
        }
        other => other.to_string(),
    };
    let mut parts = Vec::new();
    if let Ok(preset) = serde_json::to_value(report.preset) {
        parts.push(format!("preset {}", wire(&preset)));
    }
    if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(&report.definition) {
        let mut fields: Vec<_> = fields.iter().collect();
        fields.sort_by(|a, b| a.0.cmp(b.0));
        parts.extend(fields.into_iter().map(|(name, value)| format!("{name} {}", wire(value))));
    }
    parts.push(format!("confidence {}", human::level(report.confidence)));
    parts.push(format!("time zones {}", report.time_zone_database));
    parts.join(" · ")
}

fn known(report: &DoraReport) -> String {
    let data = &report.data;
    let mut parts = vec![
        counted(data.deployments, "deployment"),
        counted(data.changes, "change"),
        counted(data.pull_requests, "pull request"),
        counted(data.incidents, "incident"),
    ];
    let merged = &data.merged;
    let again = merged.changes + merged.deployments + merged.pull_requests + merged.incidents;
    if again > 0 {
        parts.push(format!("{} of these merged into them", counted(again, "further record")));
    }
    for (n, one, rest) in [
        (report.overall.change_failure_rate.immature, "deployment", "too young to judge"),
        (report.overall.change_failure_rate.late_failures, "failure", "noticed too late to count"),
        (report.overall.lead_time.baseline, "change", "of first deployments, which ship all of history"),
        (report.overall.lead_time.backwards, "change", "seemingly deployed before being made"),
        (data.deployments_without_changes, "deployment", "without known changes"),
        (data.unfinished_deployments, "deployment", "without a known end"),
        (data.after_as_of, "event", "after the instant up to which all is known"),
    ] {
        if n > 0 {
            parts.push(format!("{} {rest}", counted(n, one)));
        }
    }
    parts.join(" · ")
}

fn read(report: &DoraReport) -> Option<String> {
    let read = &report.data.read;
    let mut parts = vec![format!("{} accepted", counted(read.accepted, "record"))];
    let often = |map: &std::collections::BTreeMap<String, u64>| {
        let mut shown: Vec<_> = map.iter().take(CASES).map(|(name, n)| format!("{name} ({})", count(*n))).collect();
        if map.len() > shown.len() {
            shown.push(format!("{} more", count((map.len() - shown.len()) as u64)));
        }
        human::list(&shown)
    };
    if read.rejected > 0 {
        parts.push(format!("{} rejected", count(read.rejected)));
    }
    if read.ignored > 0 {
        parts.push(format!("{} of other kinds: {}", count(read.ignored), often(&read.ignored_kinds)));
    }
    if !read.unknown_fields.is_empty() {
        parts.push(format!("unknown fields: {}", often(&read.unknown_fields)));
    }
    if read.floored_times > 0 {
        parts.push(format!("{} finer than a microsecond, floored", counted(read.floored_times, "time")));
    }
    if !read.notes.is_empty() {
        parts.push(format!("to know: {}", often(&read.notes)));
    }
    (read.accepted + read.rejected + read.ignored > 0).then(|| parts.join(" · "))
}

fn cases(report: &DoraReport) -> Vec<Block> {
    let data = &report.data;
    let place = |file: &str, line: u64| match (file, line) {
        ("", 0) => String::new(),
        ("", line) => format!("line {line}: "),
        (file, 0) => format!("{file}: "),
        (file, line) => format!("{file}:{line}: "),
    };
    let mut blocks = Vec::new();
    let rejected = data.read.rejected.max(data.read.rejections.len() as u64);
    if rejected > 0 {
        let items: Vec<_> = data
            .read
            .rejections
            .iter()
            .take(CASES)
            .map(|case| format!("{}{}", place(&case.file, case.line), case.reason))
            .collect();
        let more = rejected.saturating_sub(items.len() as u64);
        blocks.push(Block::Cases { lead: format!("Records rejected: {}", count(rejected)), items, more });
    }
    // Deployments without changes are unlinked too, but only those that the report lists one by one.
    let unlinked = (data.unlinked_incidents + data.deployments_without_changes).max(data.unlinked.len() as u64);
    if unlinked > 0 {
        let items: Vec<_> = data
            .unlinked
            .iter()
            .take(CASES)
            .map(|case| {
                let id = if case.id.is_empty() { String::new() } else { format!(" {}", case.id) };
                format!("{}{}{id}: {}", place(&case.file, case.line), case.kind, case.reason)
            })
            .collect();
        let more = unlinked.saturating_sub(items.len() as u64);
        let lead = format!("Deployments and incidents that could not be joined: {}", count(unlinked));
        blocks.push(Block::Cases { lead, items, more });
    }
    blocks
}
