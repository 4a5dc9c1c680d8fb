//! The work that is timed, and the sums by which others show that they did the same.

use std::io::Read;

use serde_json::{Value, json};
use truenorth::Result;
use truenorth::dora::{Definition, DoraReport, DoraRequest, RecoveryStatistic, SeriesValues};
use truenorth::facts::EventTable;
use truenorth::facts::readers::{Strictness, jsonl::JsonlReader};
use truenorth::ground::time::{Bucket, Span};

/// Reads JSON lines into a table, a megabyte at a time.
///
/// # Errors
/// Those of the file, as text, and of reading.
pub fn read(path: &str) -> std::result::Result<EventTable, String> {
    let mut file = std::fs::File::open(path).map_err(|error| format!("{path}: {error}"))?;
    let mut events = EventTable::new();
    let name = events.add_file(path);
    let mut reader = JsonlReader::new(name, Strictness::Strict);
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece).map_err(|error| format!("{path}: {error}"))? {
            0 => break,
            size => {
                reader.feed(piece.get(..size).unwrap_or_default(), &mut events).map_err(|error| error.to_string())?;
            }
        }
    }
    reader.finish(&mut events).map_err(|error| error.to_string())?;
    Ok(events)
}

/// Weekly, by service: the five metrics by their default definitions.
pub fn weekly() -> DoraRequest {
    DoraRequest { by: vec!["service".to_owned()], bucket: Some(Bucket::Week), ..DoraRequest::default() }
}

/// The same by definitions that a few lines of SQL can follow: all deployments count at once, no repair marks another
/// deployment as failed, recovery is the median of what is over.
///
/// # Errors
/// None, in truth.
pub fn weekly_simply() -> Result<DoraRequest> {
    let definition = Definition {
        first_deployment: Some(true),
        hotfixes: Some(false),
        follow_up: Some(Span::parse("0s")?),
        recovery_statistic: Some(RecoveryStatistic::MedianResolved),
        ..Definition::default()
    };
    Ok(DoraRequest { definition, ..weekly() })
}

/// Sums over services and weeks.
pub fn sums(report: &DoraReport) -> Value {
    let mut cells = [(0_u64, 0_u64, 0.0_f64); 5];
    let (mut days, mut medians, mut ninths) = (0, 0.0, 0.0);
    for group in &report.groups {
        days += group.deployment_frequency.active_days;
        medians += group.lead_time.median.value().unwrap_or_default();
        ninths += group.lead_time.p90.value().unwrap_or_default();
        let Some(series) = &group.series else { continue };
        let five = [
            &series.deployment_frequency,
            &series.lead_time,
            &series.change_failure_rate,
            &series.recovery_time,
            &series.rework_rate,
        ];
        for (cell, values) in cells.iter_mut().zip(five) {
            add(cell, values);
        }
    }
    let [frequency, lead, failures, recovery, rework] = cells;
    json!({
        "frequency": [frequency.0, frequency.1, days],
        "lead": [lead.0, lead.1, lead.2],
        "leadByService": [medians, ninths],
        "failures": [failures.0, failures.1, failures.2],
        "recovery": [recovery.0, recovery.1, recovery.2],
        "rework": [rework.0, rework.1, rework.2],
    })
}

/// Weeks that hold anything, how much they hold, and the sum of their values.
fn add(cell: &mut (u64, u64, f64), values: &SeriesValues) {
    for (value, &n) in values.value.iter().zip(&values.n) {
        if n > 0 {
            *cell = (cell.0 + 1, cell.1 + n, cell.2 + value.unwrap_or_default());
        }
    }
}
