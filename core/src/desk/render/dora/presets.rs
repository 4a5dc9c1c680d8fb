//! One history under the definitions of several tools, as a document.

use super::Number;
use crate::desk::render::document::{Block, Cell, Column, Document, Row, Table};
use crate::dora::{PresetAnswer, PresetsReport};
use crate::facts::Estimate;
use crate::ground::time::Zone;

impl From<&PresetsReport> for Document {
    fn from(report: &PresetsReport) -> Self {
        let mut blocks = vec![Block::Sentences(report.sentences.clone()), Block::Table(table(report))];
        for answer in &report.presets {
            blocks.extend(reasons(answer));
        }
        let subtitle = format!("{} · known up to {}", report.window.name(Zone::UTC), report.as_of);
        Document { title: "Delivery by the definitions of several tools".to_owned(), subtitle, blocks }
    }
}

fn table(report: &PresetsReport) -> Table {
    let titles = ["Definitions of", "Lead time", "Frequency", "Failures", "Recovery"];
    let columns =
        titles.iter().enumerate().map(|(place, title)| Column { title: (*title).to_owned(), number: place > 0 });
    let rows = report.presets.iter().map(|answer| {
        let name = Cell { text: answer.tool.clone(), ..Cell::default() };
        let cells = vec![
            name,
            cell(&answer.lead_time),
            cell(&answer.deployment_frequency),
            cell(&answer.change_failure_rate),
            cell(&answer.recovery_time),
        ];
        Row { weight: 0.0, cells }
    });
    Table {
        caption: "The same history".to_owned(),
        noun: "tool".to_owned(),
        columns: columns.collect(),
        rows: rows.collect(),
        beyond: 0,
        legend: "n: how many observations stand behind a number".to_owned(),
        order: String::new(),
    }
}

fn cell(estimate: &Estimate) -> Cell {
    let number = Number::of(estimate);
    Cell { text: number.value, interval: number.ends, detail: number.brief, ..Cell::default() }
}

/// Why a tool says something else, one option at a time.
fn reasons(answer: &PresetAnswer) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(words) = &answer.frequency_words {
        blocks.push(Block::Note { label: format!("{} calls the frequency", answer.tool), text: words.clone() });
    }
    if !answer.differences.is_empty() {
        let items = answer.differences.iter().map(|difference| difference.sentence.clone()).collect();
        blocks.push(Block::Cases { lead: format!("Why {} says something else", answer.tool), items, more: 0 });
    }
    if !answer.without_effect.is_empty() {
        let label = format!("{}, without effect here", answer.tool);
        blocks.push(Block::Note { label, text: answer.without_effect.join(", ") });
    }
    if !answer.beyond.is_empty() {
        let lead = format!("What {} does that no event can tell", answer.tool);
        blocks.push(Block::Cases { lead, items: answer.beyond.clone(), more: 0 });
    }
    blocks
}
