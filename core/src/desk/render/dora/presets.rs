//! One history under the definitions of several tools, as a document.

use super::Number;
use crate::desk::render::document::{Block, Cell, Column, Document, Row, Table};
use crate::dora::{Metric, PresetAnswer, PresetsReport};
use crate::facts::Estimate;
use crate::facts::human::{counted, list};
use crate::ground::time::Zone;

const TITLES: [(&str, bool); 6] = [
    ("Definition", false),
    ("Lead time", true),
    ("Frequency", true),
    ("in its own words", false),
    ("Failures", true),
    ("Recovery", true),
];

impl From<&PresetsReport> for Document {
    fn from(report: &PresetsReport) -> Self {
        let zone = Zone::UTC;
        let known = zone.local(report.as_of).format("%-d %B %Y %H:%M");
        let mut blocks = vec![Block::Sentences(report.sentences.clone()), table(report)];
        for answer in report.presets.iter().skip(1) {
            blocks.push(Block::Heading(format!("Why {} says something else", answer.tool)));
            blocks.extend(reasons(answer));
        }
        Document {
            title: "Why does the dashboard say something else?".to_owned(),
            subtitle: format!("{} · known up to {known} · {}", report.window.name(zone), zone.name()),
            blocks,
        }
    }
}

fn table(report: &PresetsReport) -> Block {
    let row = |answer: &PresetAnswer| {
        let text = |text: &str| Cell { text: text.to_owned(), ..Cell::default() };
        let cells = vec![
            text(&answer.tool),
            number(&answer.lead_time),
            number(&answer.deployment_frequency),
            text(answer.frequency_words.as_deref().unwrap_or_default()),
            number(&answer.change_failure_rate),
            number(&answer.recovery_time),
        ];
        Row { weight: 0.0, cells }
    };
    Block::Table(Table {
        caption: "The same history by each definition".to_owned(),
        noun: "definition".to_owned(),
        columns: TITLES.map(|(title, number)| Column { title: title.to_owned(), number }).to_vec(),
        rows: report.presets.iter().map(row).collect(),
        beyond: 0,
        order: String::new(),
        legend: "n: how many observations the definition looks at".to_owned(),
    })
}

fn number(estimate: &Estimate) -> Cell {
    let number = Number::of(estimate);
    Cell { text: number.value, interval: number.ends, detail: number.brief, ..Cell::default() }
}

fn reasons(answer: &PresetAnswer) -> Vec<Block> {
    let mut blocks = Vec::new();
    for metric in Metric::ALL {
        let items: Vec<String> = (answer.differences.iter())
            .filter(|found| found.metric == metric)
            .map(|found| found.sentence.clone())
            .collect();
        if !items.is_empty() {
            let lead = format!("{}, in {}:", metric.title(), counted(items.len() as u64, "step"));
            blocks.push(Block::Cases { lead, items, more: 0 });
        }
    }
    if answer.differences.is_empty() {
        blocks.push(Block::Sentences(vec!["On this history it says the same.".to_owned()]));
    }
    if !answer.without_effect.is_empty() {
        let text = format!("{} (nothing in this history turns on them)", list(&answer.without_effect));
        blocks.push(Block::Note { label: "Without effect".to_owned(), text });
    }
    if !answer.beyond.is_empty() {
        let lead = "What it does that events cannot tell:".to_owned();
        blocks.push(Block::Cases { lead, items: answer.beyond.clone(), more: 0 });
    }
    blocks
}
