//! The delivery report as a document.

mod groups;
mod metrics;
mod notes;
mod presets;

use super::document::{Badge, Block, Change, Chart, Charts, Document, Figure, Figures, Mark, Point, Tone};
use crate::dora::wording::{before, level_words, moved, zone};
use crate::dora::{Arrow, Comparison, DoraGroup, DoraReport, LevelAnswer, Metric, TargetVerdict, Verdict, sentences};
use crate::facts::Estimate;
use crate::facts::human::{self, Said, count, plural};

impl From<&DoraReport> for Document {
    fn from(report: &DoraReport) -> Self {
        let said = if report.sentences.is_empty() { sentences::sentences(report) } else { report.sentences.clone() };
        let charts = charts(report);
        let mut blocks = vec![Block::Sentences(said), Block::Figures(figures(report))];
        if !charts.items.is_empty() {
            blocks.push(Block::Charts(charts));
        }
        blocks.extend(groups::stages(report));
        blocks.extend(groups::table(report));
        blocks.extend(notes::notes(report));
        Document { title: "Software delivery".to_owned(), subtitle: subtitle(report), blocks }
    }
}

fn subtitle(report: &DoraReport) -> String {
    let zone = zone(report);
    let against =
        report.compared_with.as_ref().map_or_else(String::new, |other| format!(", compared with {}", other.name(zone)));
    let known = zone.local(report.as_of).format("%-d %B %Y %H:%M");
    format!("{}{against} · known up to {known} · {}", report.window.name(zone), report.time_zone)
}

fn interval_title(report: &DoraReport) -> String {
    format!("{} interval", human::level(report.confidence))
}

fn figures(report: &DoraReport) -> Figures {
    let since = before(report)
        .map_or_else(String::new, |before| format!("against {}", before.strip_prefix("in ").unwrap_or(&before)));
    let items = Metric::ALL.iter().map(|&metric| figure(report, metric)).collect();
    Figures { interval: interval_title(report), since, items }
}

fn figure(report: &DoraReport, metric: Metric) -> Figure {
    let group = &report.overall;
    let number = Number::of(group.estimate(metric));
    let known = !number.value.is_empty();
    let also = |name: &str, estimate: &Estimate| {
        let Number { value, ends, .. } = Number::of(estimate);
        (!value.is_empty()).then(|| [name.to_owned(), value, ends])
    };
    let also = match metric {
        Metric::LeadTime => also("nine in ten within", &group.lead_time.p90),
        Metric::RecoveryTime => also("nine in ten within", &group.recovery_time.p90),
        Metric::DeploymentFrequency => group.deployment_frequency.per_team_day.as_ref().and_then(|each| {
            let teams = group.deployment_frequency.teams;
            if teams > 1 { also(&format!("each of {} teams", count(teams)), each) } else { None }
        }),
        _ => None,
    };
    Figure {
        name: metric.title().to_owned(),
        value: number.value,
        interval: number.interval,
        ends: number.ends,
        n: number.n,
        basis: plural(number.n, metric.basis()),
        why: number.why,
        change: group.comparisons.as_ref().filter(|_| known).map(|all| change(metric, all.of(metric))),
        level: group.levels.as_ref().filter(|_| known).and_then(|levels| level_badge(levels.of(metric))),
        targets: group.targets.iter().filter(|target| target.target.metric == metric).map(target_badge).collect(),
        also: also.into_iter().collect(),
    }
}

/// An estimate in the words of a table; what is not known is empty, and `why` says why.
struct Number {
    value: String,
    interval: String,
    /// The interval without its unit.
    ends: String,
    n: u64,
    why: String,
    /// Why, in very little space.
    brief: String,
}

impl Number {
    fn of(estimate: &Estimate) -> Self {
        match estimate {
            Estimate::Value { value, unit, interval, n, note, .. } => {
                let said = Said::new(*unit, *value, *interval);
                Self {
                    value: said.short(),
                    interval: said.range().unwrap_or_default(),
                    ends: said.brief().unwrap_or_default(),
                    n: *n,
                    why: note.as_deref().unwrap_or_default().to_owned(),
                    brief: format!("n {}{}", count(*n), if note.is_some() { " *" } else { "" }),
                }
            }
            Estimate::NotEnough { reason, have, need } => Self {
                value: String::new(),
                interval: String::new(),
                ends: String::new(),
                n: *have,
                why: sentences::not_enough(reason, *have, *need),
                brief: match &**reason {
                    _ if have < need && *have > 0 => format!("n {} of {}", count(*have), count(*need)),
                    "noData" => "no data".to_owned(),
                    other => human::words(other),
                },
            },
        }
    }
}

fn change(metric: Metric, comparison: &Comparison) -> Change {
    let moved = moved(metric, comparison);
    let (mark, word, tone) = match (comparison.arrow, comparison.better) {
        (Arrow::NotProven, _) => (Mark::NotProven, "not proven", Tone::Open),
        (Arrow::Same, _) => (Mark::Same, "same", Tone::Plain),
        (arrow, better) => {
            let mark = if arrow == Arrow::Up { Mark::Up } else { Mark::Down };
            match better {
                Some(true) => (mark, "better", Tone::Good),
                Some(false) => (mark, "worse", Tone::Bad),
                None => (mark, "", Tone::Plain),
            }
        }
    };
    let size = match (mark, moved) {
        (Mark::Up | Mark::Down, Some(moved)) => {
            moved.times.map_or_else(|| moved.size.replace("points", "pt"), |times| format!("{times}×"))
        }
        (Mark::NotProven, Some(moved)) => moved.range.unwrap_or_default().replace("points", "pt"),
        _ => String::new(),
    };
    Change { mark, size, word, tone }
}

fn level_badge(answer: &LevelAnswer) -> Option<Badge> {
    let (text, short) = level_words(answer)?;
    let why = match answer {
        LevelAnswer::Span { .. } => "the interval allows all of these levels".to_owned(),
        LevelAnswer::NotSeparable { reason, .. } => reason.clone().into_owned(),
        _ => String::new(),
    };
    Some(Badge { text, short, tone: Tone::Plain, why })
}

fn target_badge(target: &TargetVerdict) -> Badge {
    let (word, tone) = match target.verdict {
        Verdict::Met => ("met", Tone::Good),
        Verdict::Breached => ("BREACHED", Tone::Bad),
        Verdict::NotProven => ("NOT PROVEN", Tone::Open),
    };
    let unit = target.target.metric.unit();
    let bounds: Vec<_> = [("≤", target.target.at_most), ("≥", target.target.at_least)]
        .into_iter()
        .filter_map(|(sign, bound)| Some(format!("{sign} {}", human::short(unit, bound?))))
        .collect();
    let text = format!("target {} {word}", bounds.join(", "));
    Badge { short: word.to_owned(), text, tone, why: String::new() }
}

fn charts(report: &DoraReport) -> Charts {
    let items = report.overall.series.as_ref().map_or_else(Vec::new, |_| {
        Metric::ALL.iter().filter_map(|&metric| chart(report, &report.overall, metric)).collect()
    });
    let by = match report.buckets.first().map(|first| first.label.as_str()) {
        Some(label) if label.contains('W') => "by week",
        Some(label) if label.contains('Q') => "by quarter",
        Some(label) if label.len() == 7 => "by month",
        _ => "by day",
    };
    Charts { by: by.to_owned(), interval: interval_title(report), items }
}

fn chart(report: &DoraReport, group: &DoraGroup, metric: Metric) -> Option<Chart> {
    let series = group.series.as_ref()?.of(metric);
    let at =
        |values: &[Option<f64>], index: usize| values.get(index).copied().flatten().filter(|value| value.is_finite());
    let points = report
        .buckets
        .iter()
        .enumerate()
        .map(|(index, bucket)| Point {
            label: bucket.label.clone(),
            partial: bucket.partial,
            value: at(&series.value, index),
            low: at(&series.low, index),
            high: at(&series.high, index),
            n: series.n.get(index).copied().unwrap_or(0),
        })
        .collect();
    let limits = group
        .targets
        .iter()
        .filter(|target| target.target.metric == metric)
        .flat_map(|target| [("at most", target.target.at_most), ("at least", target.target.at_least)])
        .filter_map(|(word, bound)| {
            let bound = bound.filter(|bound| bound.is_finite())?;
            Some((bound, format!("target {word} {}", human::short(metric.unit(), bound))))
        })
        .collect();
    let unit = metric.unit();
    Some(Chart { title: metric.title().to_owned(), unit, basis: format!("{}s", metric.basis()), points, limits })
}
