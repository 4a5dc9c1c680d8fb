//! The words of the delivery room, shared by its sentences and its tables.

use super::{
    Arrow, Comparison, DoraGroup, DoraReport, LeadStatistic, Level, LevelAnswer, Metric, RecoveryStatistic,
    UnmatchedFilter,
};
use crate::facts::human::{self, Said};
use crate::facts::{Estimate, Unit};
use crate::ground::explain::is_near;
use crate::ground::text::excerpt;
use crate::ground::time::Zone;

impl Metric {
    /// Its name in a table.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Metric::LeadTime => "Lead time",
            Metric::DeploymentFrequency => "Deployment frequency",
            Metric::ChangeFailureRate => "Change failure rate",
            Metric::RecoveryTime => "Recovery time",
            Metric::ReworkRate => "Rework rate",
        }
    }

    /// What its observations are, one of them.
    pub(crate) const fn basis(self) -> &'static str {
        match self {
            Metric::LeadTime => "change",
            Metric::RecoveryTime => "failure",
            _ => "deployment",
        }
    }

    /// Which number stands for all, where there is a choice.
    pub(crate) fn statistic(self, report: &DoraReport) -> Option<&'static str> {
        match self {
            Metric::LeadTime => Some(match report.definition.lead_statistic {
                None | Some(LeadStatistic::Median) => "median",
                Some(LeadStatistic::Mean) => "mean",
                Some(LeadStatistic::LowerMedian) => "lower median",
                Some(LeadStatistic::MedianOfDailyMedians) => "median of daily medians",
                Some(LeadStatistic::MeanOfServiceMeans) => "mean of the means of services",
            }),
            Metric::RecoveryTime => Some(match report.definition.recovery_statistic {
                None | Some(RecoveryStatistic::KaplanMeier) => "median",
                Some(RecoveryStatistic::MedianResolved) => "median of the resolved",
                Some(RecoveryStatistic::MeanResolved) => "mean of the resolved",
                Some(RecoveryStatistic::MedianOpenAsNow) => "median, open ones counted until now",
                Some(RecoveryStatistic::MedianOfDailyMedians) => "median of daily medians",
                Some(RecoveryStatistic::LowerMedianResolved) => "lower median of the resolved",
                Some(RecoveryStatistic::MeanOfServiceMeans) => "mean of the means of services",
                Some(RecoveryStatistic::MedianOpenAsZero) => "median, open ones counted as no time",
            }),
            _ => None,
        }
    }
}

/// The zone of a report; UTC where its name is not known to this build.
pub(crate) fn zone(report: &DoraReport) -> Zone {
    Zone::parse(&report.time_zone).unwrap_or(Zone::UTC)
}

/// What the other window is called beside the measured one.
pub(crate) fn before(report: &DoraReport) -> Option<String> {
    report.compared_with.as_ref().map(|other| report.window.beside(other, zone(report)))
}

/// What one group is: `team`, `service`, `group`.
pub(crate) fn noun(report: &DoraReport) -> String {
    match report.by.as_slice() {
        [one] => excerpt(one.strip_prefix("label.").unwrap_or(one)),
        _ => "group".to_owned(),
    }
}

/// A group as a sentence names it: `team checkout`.
pub(crate) fn who(group: &DoraGroup) -> String {
    let mut key = group.key.iter();
    match (key.next(), key.next()) {
        (Some((dimension, value)), None) => {
            let noun = excerpt(dimension.strip_prefix("label.").unwrap_or(dimension));
            if value.is_empty() { format!("what has no {noun}") } else { format!("{noun} {}", excerpt(value)) }
        }
        _ => excerpt(&group.name),
    }
}

/// How far something moved, without direction: `15 %`, `2.1 points`, `2.3 ×`; and which way.
pub(crate) struct Move {
    pub(crate) size: String,
    /// Times as much, where that says it better than a share.
    pub(crate) times: Option<String>,
    pub(crate) up: bool,
    /// What else would fit: `−22 % to +12 %`.
    pub(crate) range: Option<String>,
}

/// How far a metric moved; nothing where there is nothing to compare.
pub(crate) fn moved(metric: Metric, comparison: &Comparison) -> Option<Move> {
    let Estimate::Value { value, interval, .. } = &comparison.change else { return None };
    // Ratios are about 1, differences about 0: both become a signed share.
    let difference = metric.unit() == Unit::Share;
    let centred = |value: f64| if difference { value } else { value - 1.0 };
    let said = Said::between(
        Unit::Share,
        centred(*value),
        interval.and_then(|found| found.low).map(centred),
        interval.and_then(|found| found.high).map(centred),
    );
    let unit = |text: String| if difference { text.replace(" %", " points") } else { text };
    let times = (!difference && *value >= 2.0).then(|| human::short(Unit::Ratio, *value).replace('×', ""));
    Some(Move {
        size: unit(said.short().trim_start_matches('−').to_owned()),
        times,
        up: centred(*value) > 0.0,
        range: said.range().map(unit),
    })
}

/// How a sentence goes on about a change: `, 15 % faster than the month before`.
pub(crate) fn change(metric: Metric, comparison: &Comparison, before: &str) -> String {
    let Some(moved) = moved(metric, comparison) else {
        return format!("; there is not enough {} to compare it with", in_window(before));
    };
    match comparison.arrow {
        Arrow::Up | Arrow::Down => {
            let word = match (metric.unit(), moved.up) {
                (Unit::Seconds, true) => "slower",
                (Unit::Seconds, false) => "faster",
                (Unit::PerDay, true) => "more often",
                (Unit::PerDay, false) => "less often",
                (_, true) => "higher",
                (_, false) => "lower",
            };
            match (moved.times, metric.unit()) {
                (Some(times), Unit::Seconds) => format!(", {times} times as long as {before}"),
                (Some(times), _) => format!(", {times} times as often as {before}"),
                (None, Unit::Share) => {
                    format!(", {} {word} than {before}", moved.size.replace(" points", " percentage points"))
                }
                (None, _) => format!(", {} {word} than {before}", moved.size),
            }
        }
        Arrow::Same => format!(", about the same as {before}"),
        Arrow::NotProven => {
            let range = moved.range.map_or_else(String::new, |range| format!(" ({range})"));
            format!("; a change from {} is not proven{range}", before.trim_start_matches("in "))
        }
    }
}

fn in_window(before: &str) -> String {
    if before.starts_with("in ") { before.to_owned() } else { format!("in {before}") }
}

/// A level in words.
pub(crate) const fn level(level: Level) -> &'static str {
    match level {
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High => "high",
        Level::Elite => "elite",
    }
}

/// Which level a number has, in words and as a letter; nothing where there is none to name.
pub(crate) fn level_words(answer: &LevelAnswer) -> Option<(String, String)> {
    let letter = |found: &Level| level(*found).chars().take(1).map(|first| first.to_ascii_uppercase()).collect();
    match answer {
        LevelAnswer::Level { level: found } => Some((level(*found).to_owned(), letter(found))),
        LevelAnswer::Span { lowest, highest } => {
            Some((format!("{}–{}", level(*lowest), level(*highest)), format!("{}–{}", letter(lowest), letter(highest))))
        }
        LevelAnswer::NotSeparable { levels, .. } => {
            let words: Vec<_> = levels.iter().map(|found| level(*found)).collect();
            let letters: Vec<String> = levels.iter().map(letter).collect();
            Some((words.join(" or "), letters.join("/")))
        }
        LevelAnswer::NoLevels { .. } | LevelAnswer::NoData => None,
    }
}

/// A filter that asks for what is not there, and what may have been meant.
pub(super) fn unmatched(filter: &UnmatchedFilter) -> String {
    let asked =
        format!("The filter asks for the {} `{}`, which no event has", filter.dimension, excerpt(&filter.value));
    let known: Vec<String> = filter.nearest.iter().map(|value| format!("`{}`", excerpt(value))).collect();
    match filter.nearest.first() {
        Some(first) if is_near(first, &filter.value) => format!("{asked}; did you mean `{}`?", excerpt(first)),
        Some(_) => format!("{asked}; most like it are {}.", human::list(&known)),
        None => format!("{asked}."),
    }
}
