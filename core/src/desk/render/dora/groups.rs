//! Each group in a row, and where lead time goes.

use super::{Number, change, level_badge};
use crate::desk::render::document::{Block, Cell, Column, Row, Table, heaviest};
use crate::dora::wording::noun;
use crate::dora::{DoraGroup, DoraReport, Metric};
use crate::facts::human::{capital, count, counted};
use crate::facts::{Estimate, Unit};

/// No page shows more groups than this; a platform may have a million services.
const MOST: usize = 2000;

/// The whole and its groups, five metrics each.
pub(super) fn table(report: &DoraReport) -> Option<Block> {
    if report.groups.is_empty() {
        return None;
    }
    let noun = noun(report);
    let scales = Metric::ALL.map(|metric| {
        let all = std::iter::once(&report.overall).chain(&report.groups);
        Scale::over(metric.unit(), all.map(|group| group.estimate(metric)))
    });
    let mut columns = vec![Column { title: capital(&noun), number: false }];
    columns.extend(Metric::ALL.iter().map(|metric| Column { title: short_title(*metric).to_owned(), number: true }));
    let row = |group: &DoraGroup, name: &str, weight: f64| {
        let mut cells = vec![Cell { text: name.to_owned(), ..Cell::default() }];
        cells.extend(Metric::ALL.iter().zip(&scales).map(|(&metric, scale)| cell(group, metric, *scale)));
        Row { weight, cells }
    };
    let mut rows = vec![row(&report.overall, "all together", f64::INFINITY)];
    let shown = heaviest(&report.groups, MOST, |group| group.deployment_frequency.deployments as f64);
    let beyond = report.groups.len() - shown.len();
    rows.extend(shown.into_iter().map(|group| {
        let name = if group.name.is_empty() { "(none)" } else { &group.name };
        row(group, name, group.deployment_frequency.deployments as f64)
    }));
    let (number, left_out) = (report.groups.len() as u64, report.groups_left_out);
    let caption = if left_out == 0 {
        counted(number, &noun)
    } else {
        format!("{} of {}, those that deploy most", count(number), counted(number + left_out, &noun))
    };
    let mut legend = Vec::new();
    if report.groups.iter().any(|group| group.comparisons.is_some()) {
        legend.push("↑ ↓ a proven change, → proven the same, ? NOT PROVEN");
    }
    if report.groups.iter().any(|group| group.levels.is_some()) {
        legend.push("E elite, H high, M medium, L low, as far as the interval allows");
    }
    if rows.iter().flat_map(|row| &row.cells).any(|cell| cell.detail.ends_with('*')) {
        legend.push("*: with a reservation, which the JSON says");
    }
    legend.push("n: how many changes, deployments or failures stand behind a number");
    Some(Block::Table(Table {
        caption,
        noun,
        columns,
        rows,
        beyond,
        legend: legend.join("; "),
        order: "those that deploy most".to_owned(),
    }))
}

/// Where the time of a change goes.
pub(super) fn stages(report: &DoraReport) -> Option<Block> {
    let stages = &report.overall.lead_time.stages;
    if stages.is_empty() {
        return None;
    }
    let scales = [
        Scale::over(Unit::Seconds, stages.iter().map(|stage| &stage.median)),
        Scale::over(Unit::Seconds, stages.iter().map(|stage| &stage.p90)),
    ];
    let titles = ["Stage", "Median", "Nine in ten within"];
    let columns = titles.map(|title| Column { title: title.to_owned(), number: title != "Stage" }).to_vec();
    let rows = stages
        .iter()
        .map(|stage| Row {
            weight: 0.0,
            cells: vec![
                Cell { text: stage.name.clone(), ..Cell::default() },
                estimated(&stage.median, scales[0]),
                estimated(&stage.p90, scales[1]),
            ],
        })
        .collect();
    Some(Block::Table(Table {
        caption: "Where lead time goes".to_owned(),
        noun: "stage".to_owned(),
        columns,
        rows,
        beyond: 0,
        legend: "Of the pull requests deployed in the window; medians of stages do not add up".to_owned(),
        order: String::new(),
    }))
}

const fn short_title(metric: Metric) -> &'static str {
    match metric {
        Metric::LeadTime => "Lead time",
        Metric::DeploymentFrequency => "Frequency",
        Metric::ChangeFailureRate => "Failures",
        Metric::RecoveryTime => "Recovery",
        Metric::ReworkRate => "Rework",
    }
}

fn cell(group: &DoraGroup, metric: Metric, scale: Scale) -> Cell {
    let estimate = group.estimate(metric);
    let mut cell = estimated(estimate, scale);
    if estimate.value().is_some() {
        cell.change = group.comparisons.as_ref().map(|all| change(metric, all.of(metric)));
        cell.level = group.levels.as_ref().and_then(|levels| level_badge(levels.of(metric)));
    }
    cell
}

fn estimated(estimate: &Estimate, scale: Scale) -> Cell {
    let number = Number::of(estimate);
    Cell {
        text: number.value,
        interval: number.ends,
        detail: number.brief,
        span: scale.place(estimate),
        ..Cell::default()
    }
}

/// The common scale of a column: logarithmic for times and frequency, from zero for shares.
#[derive(Debug, Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    fn over<'a>(unit: Unit, estimates: impl Iterator<Item = &'a Estimate>) -> Self {
        let logarithmic = unit != Unit::Share;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for estimate in estimates {
            let ends = estimate.interval().map_or([None, None], |found| [found.low, found.high]);
            for value in [estimate.value(), ends[0], ends[1]].into_iter().flatten() {
                let value = if logarithmic { if value > 0.0 { libm::log(value) } else { continue } } else { value };
                low = low.min(value);
                high = high.max(value);
            }
        }
        Self { low: if logarithmic { low } else { 0.0 }, high, logarithmic }
    }

    fn place(&self, estimate: &Estimate) -> Option<[f64; 3]> {
        let value = estimate.value()?;
        let found = estimate.interval();
        let at = |value: f64| {
            let value = if self.logarithmic { libm::log(value.max(f64::MIN_POSITIVE)) } else { value };
            ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
        };
        let end = |end: Option<f64>, open: f64| if found.is_some() { end.map_or(open, at) } else { at(value) };
        let span = [end(found.and_then(|f| f.low), 0.0), at(value), end(found.and_then(|f| f.high), 1.0)];
        span.iter().all(|place| place.is_finite()).then_some(span)
    }
}
