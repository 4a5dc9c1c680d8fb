//! Levels of performance, as each year's report prints them, and targets.
//!
//! The reports print medians and answer buckets of clusters, not cut-offs. Levels whose printed bands coincide or run
//! backwards (in 2024 the high cluster fails more often than the medium one) cannot be told apart by that metric; a
//! value between two printed bands belongs to neither.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::types::{Band, Level, LevelAnswer, Levels, Metric, Target, TargetVerdict, Thresholds, Verdict};
use crate::facts::Estimate;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::number;

/// Which level a value has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LevelRequest {
    /// The metric.
    pub metric: Metric,
    /// Its value: seconds, deployments a day, or a share.
    pub value: f64,
    /// The lower end of its interval; absent: the value itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper end of its interval; absent: the value itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// The report year; absent: 2024.
    #[serde(default = "year", skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// Own bands instead of a report year's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants a default of the field's own type")]
fn year() -> Option<u16> {
    Some(2024)
}

/// A level, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LevelReport {
    /// The level, where it can be told.
    pub answer: LevelAnswer,
    /// Where the year's table was read; empty for own bands.
    pub source: String,
}

/// Places one value among the levels of a report year.
///
/// # Definition
/// The levels of a year are ordered from best to worst by their printed bound. Neighbours whose bounds coincide or run
/// backwards are pooled. The answer is the level of the whole interval, the span of levels it touches, or "not
/// separable" where it falls into pooled levels or between two printed bands.
///
/// # Units
/// Seconds for times, deployments a day for frequency, shares for rates.
///
/// # Errors
/// [`ErrorCode::OutOfRange`] for a value or interval that is not finite or below zero, or a year without a report.
///
/// # Example
/// ```
/// use truenorth::dora::{LevelAnswer, LevelRequest, Metric, level};
/// let ask = |value| level(&LevelRequest { metric: Metric::ChangeFailureRate, value, low: None, high: None, year: Some(2024), bands: vec![] });
/// // In 2024 the high cluster (20 %) failed more often than the medium one (10 %).
/// assert!(matches!(ask(0.08)?.answer, LevelAnswer::NotSeparable { .. }));
/// assert!(matches!(ask(0.04)?.answer, LevelAnswer::Level { .. }));
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// The Accelerate State of DevOps reports, 2014 to 2025; the pages are named in each year's `source`.
pub fn level(request: &LevelRequest) -> Result<LevelReport> {
    let checked = |value: f64, name: &str| {
        number::finite(value)
            .and_then(|value| {
                if value < 0.0 {
                    Err(Error::new(ErrorCode::OutOfRange, format!("must be 0 or more, was `{value}`")))
                } else {
                    Ok(value)
                }
            })
            .at(name)
    };
    let value = checked(request.value, "value")?;
    let low = request.low.map_or(Ok(value), |low| checked(low, "low"))?;
    let high = request.high.map_or(Ok(value), |high| checked(high, "high"))?;
    if low > high {
        return Err(
            Error::new(ErrorCode::EmptyWindow, format!("`low` is `{low}`, above `high`, which is `{high}`")).at("low")
        );
    }
    if !request.bands.is_empty() {
        let steps = own_steps(request.metric, &request.bands).at("bands")?;
        return Ok(LevelReport { answer: place(&steps, request.metric, low, high), source: String::new() });
    }
    let year = request.year.unwrap_or(2024);
    let table = table(year).at("year")?;
    Ok(LevelReport { answer: table.answer(year, request.metric, Some((low, high))), source: table.source.clone() })
}

#[derive(Debug, Deserialize)]
struct File {
    years: BTreeMap<u16, Year>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Year {
    source: String,
    #[serde(default)]
    levels: BTreeMap<Level, Row>,
    #[serde(default)]
    archetypes: Vec<String>,
    /// The levels of each metric in steps, made once.
    #[serde(skip)]
    steps: OnceLock<[Vec<Step>; 4]>,
}

type Bounds = [Option<f64>; 2];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    deployment_frequency: Option<Bounds>,
    lead_time: Option<Bounds>,
    recovery_time: Option<Bounds>,
    change_failure_rate: Option<Bounds>,
}

/// Levels that a metric cannot tell apart, and the values that have them: better-side end and worse-side end, both
/// counted so that larger is worse.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    levels: Vec<Level>,
    from: f64,
    to: f64,
}

const METRICS: [Metric; 4] =
    [Metric::LeadTime, Metric::DeploymentFrequency, Metric::ChangeFailureRate, Metric::RecoveryTime];

fn years() -> &'static BTreeMap<u16, Year> {
    static YEARS: OnceLock<BTreeMap<u16, Year>> = OnceLock::new();
    YEARS.get_or_init(|| {
        serde_json::from_str::<File>(include_str!("levels.json")).map(|file| file.years).unwrap_or_default()
    })
}

fn table(year: u16) -> Result<&'static Year> {
    years().get(&year).ok_or_else(|| {
        let known: Vec<String> = years().keys().map(ToString::to_string).collect();
        Error::new(
            ErrorCode::OutOfRange,
            format!("expected one of the report years {}, was `{year}`", known.join(", ")),
        )
    })
}

/// Larger is worse: frequency is turned around.
fn badness(metric: Metric, value: f64) -> f64 {
    if metric == Metric::DeploymentFrequency { -value } else { value }
}

impl Year {
    fn answer(&self, year: u16, metric: Metric, interval: Option<(f64, f64)>) -> LevelAnswer {
        let no_levels = |reason: String| LevelAnswer::NoLevels { reason: reason.into() };
        if self.levels.is_empty() {
            return no_levels(match self.archetypes.len() {
                0 => format!("the {year} report has no table of levels"),
                n => format!("the {year} report has {n} team archetypes in place of levels"),
            });
        }
        let all = self.steps.get_or_init(|| METRICS.map(|metric| self.steps_of(metric)));
        let steps = METRICS.iter().position(|known| *known == metric).map_or(&[][..], |index| all[index].as_slice());
        if steps.is_empty() {
            return no_levels(format!("the {year} report has no levels for this metric"));
        }
        interval.map_or(LevelAnswer::NoData, |(low, high)| place(steps, metric, low, high))
    }

    fn steps_of(&self, metric: Metric) -> Vec<Step> {
        let rows = self.levels.iter().rev().filter_map(|(level, row)| {
            let [from, to] = match metric {
                Metric::LeadTime => row.lead_time,
                Metric::DeploymentFrequency => row.deployment_frequency,
                Metric::ChangeFailureRate => row.change_failure_rate,
                Metric::RecoveryTime => row.recovery_time,
                Metric::ReworkRate => None,
            }?;
            let (better, worse) = if metric == Metric::DeploymentFrequency { (to, from) } else { (from, to) };
            Some(Step {
                levels: vec![*level],
                from: better.map_or(f64::NEG_INFINITY, |value| badness(metric, value)),
                to: worse.map_or(f64::INFINITY, |value| badness(metric, value)),
            })
        });
        pool(rows)
    }
}

/// Neighbours whose worse ends coincide or run backwards become one step.
fn pool(rows: impl Iterator<Item = Step>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for row in rows {
        let mut row = row;
        while let Some(better) = steps.last() {
            if better.to < row.to {
                break;
            }
            let better = steps.pop().unwrap_or_else(|| row.clone());
            let mut levels = better.levels;
            levels.append(&mut row.levels);
            row = Step { levels, from: better.from.min(row.from), to: better.to.max(row.to) };
        }
        // `< 1 day` says where a level ends; it begins where the better one ends.
        if let Some(better) = steps.last() {
            row.from = row.from.max(better.to);
        }
        steps.push(row);
    }
    steps
}

fn own_steps(metric: Metric, bands: &[Band]) -> Result<Vec<Step>> {
    let mut rows: Vec<Step> = Vec::new();
    for (index, band) in bands.iter().enumerate() {
        let bound = number::finite(band.bound).at(format_args!("[{index}].bound"))?;
        if rows.iter().any(|step| step.levels == [band.level]) {
            return Err(Error::new(ErrorCode::Conflict, "the level has two bands").at(format_args!("[{index}]")));
        }
        rows.push(Step { levels: vec![band.level], from: f64::NEG_INFINITY, to: badness(metric, bound) });
    }
    rows.sort_by(|a, b| b.levels.cmp(&a.levels));
    if let Some(pair) = rows.windows(2).find(|pair| pair[0].to >= pair[1].to) {
        return Err(Error::new(
            ErrorCode::Conflict,
            format!("the bound of {:?} is not better than that of {:?}", pair[0].levels[0], pair[1].levels[0])
                .to_lowercase(),
        ));
    }
    if !rows.iter().any(|step| step.levels == [Level::Low]) {
        rows.push(Step { levels: vec![Level::Low], from: f64::NEG_INFINITY, to: f64::INFINITY });
    }
    Ok(pool(rows.into_iter()))
}

/// The levels that one value may have.
fn levels_at(steps: &[Step], bad: f64) -> (Vec<Level>, Option<&'static str>) {
    for (index, step) in steps.iter().enumerate() {
        if bad <= step.to {
            let better = index.checked_sub(1).and_then(|index| steps.get(index));
            // A band begins just above its better end, unless the better band ends there.
            if let Some(better) = better.filter(|better| bad < step.from || (bad <= step.from && better.to < step.from))
            {
                let levels = better.levels.iter().chain(&step.levels).copied().collect();
                return (levels, Some("it lies between the bands that the report prints"));
            }
            let pooled =
                (step.levels.len() > 1).then_some("the report's own bands for these levels coincide or run backwards");
            return (step.levels.clone(), pooled);
        }
    }
    // Worse than the worst printed band.
    (steps.last().and_then(|step| step.levels.last()).copied().into_iter().collect(), None)
}

fn place(steps: &[Step], metric: Metric, low: f64, high: f64) -> LevelAnswer {
    let (good, bad) =
        if metric == Metric::DeploymentFrequency { (badness(metric, high), badness(metric, low)) } else { (low, high) };
    let (best, why) = levels_at(steps, good);
    let (worst, _) = levels_at(steps, bad);
    match (best.as_slice(), worst.as_slice()) {
        ([level], [same]) if level == same => LevelAnswer::Level { level: *level },
        (one, other) if one == other => {
            LevelAnswer::NotSeparable { levels: best, reason: why.unwrap_or_default().into() }
        }
        _ => {
            let all = || best.iter().chain(&worst).copied();
            LevelAnswer::Span {
                lowest: all().min().unwrap_or(Level::Low),
                highest: all().max().unwrap_or(Level::Elite),
            }
        }
    }
}

/// What the levels of a whole report are made of.
#[derive(Debug)]
pub(super) enum Ruler {
    /// No levels were asked for.
    None,
    /// A report year's.
    Year(u16, &'static Year),
    /// Own ones, by metric.
    Own(Box<[(Metric, Vec<Step>); 5]>),
}

impl Ruler {
    pub(super) fn new(year: u16, own: Option<&Thresholds>) -> Result<Self> {
        let Some(own) = own else {
            return if year == 0 { Ok(Self::None) } else { Ok(Self::Year(year, table(year).at("year")?)) };
        };
        let steps = |metric, bands: &[Band], name: &str| -> Result<(Metric, Vec<Step>)> {
            let steps =
                if bands.is_empty() { Vec::new() } else { own_steps(metric, bands).at(name).at("thresholds")? };
            Ok((metric, steps))
        };
        Ok(Self::Own(Box::new([
            steps(Metric::LeadTime, &own.lead_time, "leadTime")?,
            steps(Metric::DeploymentFrequency, &own.deployment_frequency, "deploymentFrequency")?,
            steps(Metric::ChangeFailureRate, &own.change_failure_rate, "changeFailureRate")?,
            steps(Metric::RecoveryTime, &own.recovery_time, "recoveryTime")?,
            steps(Metric::ReworkRate, &own.rework_rate, "reworkRate")?,
        ])))
    }

    fn answer(&self, metric: Metric, estimate: &Estimate) -> LevelAnswer {
        // Without an interval a number proves no level: it may lie anywhere.
        let interval = estimate.value().map(|_| {
            estimate.interval().map_or((0.0, f64::INFINITY), |interval| {
                (interval.low.unwrap_or(0.0), interval.high.unwrap_or(f64::INFINITY))
            })
        });
        match self {
            Self::None => LevelAnswer::NoData,
            Self::Year(year, table) => table.answer(*year, metric, interval),
            Self::Own(own) => match own.iter().find(|(of, _)| *of == metric) {
                Some((_, steps)) if !steps.is_empty() => {
                    interval.map_or(LevelAnswer::NoData, |(low, high)| place(steps, metric, low, high))
                }
                _ => LevelAnswer::NoLevels { reason: "no thresholds are given for this metric".into() },
            },
        }
    }

    /// The levels of five estimates: lead time, frequency, failure rate, recovery, rework.
    pub(super) fn levels(&self, estimates: [&Estimate; 5]) -> Option<Levels> {
        let [lead_time, frequency, failure, recovery, rework] = estimates;
        let (year, source, archetypes) = match self {
            Self::None => return None,
            Self::Year(year, table) => (*year, table.source.as_str(), table.archetypes.clone()),
            Self::Own(_) => (0, "own thresholds", Vec::new()),
        };
        Some(Levels {
            year,
            source: source.into(),
            lead_time: self.answer(Metric::LeadTime, lead_time),
            deployment_frequency: self.answer(Metric::DeploymentFrequency, frequency),
            change_failure_rate: self.answer(Metric::ChangeFailureRate, failure),
            recovery_time: self.answer(Metric::RecoveryTime, recovery),
            rework_rate: self.answer(Metric::ReworkRate, rework),
            archetypes,
        })
    }
}

/// Holds an estimate against a target.
pub(super) fn judge(target: &Target, estimate: &Estimate) -> TargetVerdict {
    let (low, high) = match (estimate.value(), estimate.interval()) {
        (None, _) => (None, None),
        (Some(_), Some(interval)) => {
            (Some(interval.low.unwrap_or(f64::NEG_INFINITY)), Some(interval.high.unwrap_or(f64::INFINITY)))
        }
        (Some(_), None) => (Some(f64::NEG_INFINITY), Some(f64::INFINITY)),
    };
    let verdict = match (low, high) {
        (Some(low), Some(high)) => {
            let met =
                target.at_most.is_none_or(|most| high <= most) && target.at_least.is_none_or(|least| low >= least);
            let breached =
                target.at_most.is_some_and(|most| low > most) || target.at_least.is_some_and(|least| high < least);
            if met {
                Verdict::Met
            } else if breached {
                Verdict::Breached
            } else {
                Verdict::NotProven
            }
        }
        _ => Verdict::NotProven,
    };
    TargetVerdict { target: target.clone(), verdict, reason: stand(estimate) }
}

/// How an estimate stands, for a verdict.
fn stand(estimate: &Estimate) -> String {
    match estimate {
        Estimate::Value { value, interval: Some(interval), n, .. } => {
            let end = |end: Option<f64>| end.map_or_else(|| "unbounded".to_owned(), |end| format!("{end:.4}"));
            format!(
                "{value:.4}, interval {} to {} at {} % confidence, n = {n}",
                end(interval.low),
                end(interval.high),
                interval.level * 100.0
            )
        }
        Estimate::Value { value, n, .. } => format!("{value:.4}, no interval, n = {n}"),
        Estimate::NotEnough { reason, have, need } => {
            format!("no value: {}", super::sentences::not_enough(reason, *have, *need))
        }
    }
}
