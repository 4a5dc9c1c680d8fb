//! A document as text for a terminal or a log.

use super::document::{Badge, Block, Cell, Change, Chart, Charts, Document, Figure, Figures, Table, Tone};
use super::spark::spark;
use super::table::{Piece, Style, align, fit, width, wrap};
use crate::facts::human::{capital, count, plural};
use crate::ground::text::visible;

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextOptions {
    /// Whether to colour, as a terminal can.
    pub color: bool,
    /// How many columns there are.
    pub width: usize,
    /// Whether characters beyond ASCII can be shown.
    pub unicode: bool,
    /// How many rows of a long table to show: those that weigh most; 0 shows all.
    pub rows: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { color: false, width: 80, unicode: true, rows: 20 }
    }
}

pub(super) fn write(document: &Document, options: TextOptions) -> String {
    let mut page = Page { out: String::new(), options: TextOptions { width: options.width.max(40), ..options } };
    page.line(&page.say(&document.title), Style::Strong);
    page.wrapped(&document.subtitle, 0, Style::Faint);
    for block in &document.blocks {
        page.block(block);
    }
    page.out
}

struct Page {
    out: String,
    options: TextOptions,
}

/// Our own signs for terminals without Unicode.
const PLAIN: [(char, &str); 13] = [
    ('–', "-"),
    ('−', "-"),
    ('·', "-"),
    ('…', "..."),
    ('→', "="),
    ('↑', "^"),
    ('↓', "v"),
    ('≤', "<="),
    ('≥', ">="),
    ('×', "x"),
    ('’', "'"),
    ('“', "\""),
    ('”', "\""),
];

impl Page {
    /// A text as this terminal can show it: nothing hidden, and ASCII where nothing else is shown.
    fn say(&self, text: &str) -> String {
        let text = visible(text);
        if self.options.unicode {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        for letter in text.chars() {
            match PLAIN.iter().find(|(ours, _)| *ours == letter) {
                Some((_, plain)) => out.push_str(plain),
                None if letter.is_ascii() => out.push(letter),
                None => out.extend(letter.escape_unicode()),
            }
        }
        out
    }

    fn more(&self) -> &'static str {
        if self.options.unicode { "…" } else { "..." }
    }

    fn line(&mut self, said: &str, style: Style) {
        self.out.push_str(&style.paint(said, self.options.color));
        self.out.push('\n');
    }

    fn wrapped(&mut self, text: &str, hang: usize, style: Style) {
        self.indented(text, 0, hang, style);
    }

    fn indented(&mut self, text: &str, first: usize, hang: usize, style: Style) {
        for line in wrap(&self.say(text), self.options.width, first, hang) {
            self.line(&line, style);
        }
    }

    fn gap(&mut self) {
        self.out.push('\n');
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => {
                self.gap();
                self.line(&self.say(text), Style::Strong);
            }
            Block::Sentences(sentences) => {
                self.gap();
                for sentence in sentences {
                    self.wrapped(sentence, 2, Style::Plain);
                }
            }
            Block::Figures(figures) => self.figures(figures),
            Block::Charts(charts) => self.charts(charts),
            Block::Table(table) => self.table(table),
            Block::Note { label, text } => self.wrapped(&format!("{label}: {text}"), 2, Style::Faint),
            Block::Cases { lead, items, more } => {
                self.wrapped(lead, 2, Style::Plain);
                for item in items {
                    self.indented(item, 2, 4, Style::Plain);
                }
                if *more > 0 && !items.is_empty() {
                    self.indented(&format!("{} and {} more", self.more(), count(*more)), 2, 4, Style::Faint);
                }
            }
        }
    }

    fn piece(&self, text: &str, style: Style, right: bool) -> Piece {
        Piece { text: self.say(text), short: None, style, right }
    }

    fn aligned(&mut self, rows: &[Vec<Piece>]) {
        for line in align(rows, self.options.width, self.more(), self.options.color) {
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    fn figures(&mut self, figures: &Figures) {
        self.gap();
        let levels = figures.items.iter().any(|figure| figure.level.is_some());
        let changes = figures.items.iter().any(|figure| figure.change.is_some());
        let head = |text: &str, right| self.piece(text, Style::Faint, right);
        let mut first = vec![head("", false), head("value", true), head(&figures.interval, true), head("n", true)];
        if changes {
            first.push(head("change", false));
        }
        if levels {
            first.push(head("level", false));
        }
        let mut rows = vec![first];
        for figure in &figures.items {
            rows.push(self.figure(figure, changes, levels));
            for [name, value, interval] in &figure.also {
                rows.push(vec![
                    self.piece(&format!("  {name}"), Style::Faint, false),
                    self.piece(value, Style::Plain, true),
                    self.piece(interval, Style::Faint, true),
                ]);
            }
        }
        self.aligned(&rows);
        for figure in &figures.items {
            for target in &figure.targets {
                let said = format!("{}: {}", figure.name, target.text);
                self.wrapped(&said, 2, style(target.tone));
            }
            if !figure.why.is_empty() {
                self.wrapped(&format!("{}: {}", figure.name, figure.why), 2, Style::Open);
            }
        }
    }

    fn figure(&self, figure: &Figure, changes: bool, levels: bool) -> Vec<Piece> {
        let known = !figure.value.is_empty();
        let mut row = vec![
            self.piece(&figure.name, Style::Plain, false),
            self.piece(
                if known { &figure.value } else { "not known" },
                if known { Style::Strong } else { Style::Open },
                true,
            ),
            self.piece(&figure.ends, Style::Faint, true),
            self.piece(&count(figure.n), Style::Faint, true),
        ];
        if changes {
            row.push(figure.change.as_ref().map_or_else(Piece::default, |change| self.change(change)));
        }
        if levels {
            row.push(figure.level.as_ref().map_or_else(Piece::default, |level| self.badge(level)));
        }
        row
    }

    fn change(&self, change: &Change) -> Piece {
        self.piece(&change.said(), style(change.tone), false)
    }

    fn badge(&self, badge: &Badge) -> Piece {
        Piece { short: Some(self.say(&badge.short)), ..self.piece(&badge.text, style(badge.tone), false) }
    }

    fn charts(&mut self, charts: &Charts) {
        let Some(first) = charts.items.first() else { return };
        self.gap();
        let name = charts.items.iter().map(|chart| width(&chart.title)).max().unwrap_or(0).min(24);
        let ends = 20;
        let room = self.options.width.saturating_sub(name + ends + 6).max(8);
        let hidden = first.points.len().saturating_sub(room);
        let labels: Vec<_> = first.points.iter().skip(hidden).map(|point| point.label.as_str()).collect();
        let edges = match (first.points.first(), first.points.last()) {
            (Some(a), Some(b)) if a.partial && b.partial => "; the first and the last are cut short by the window",
            (Some(a), _) if a.partial => "; the first is cut short by the window",
            (_, Some(b)) if b.partial => "; the last is cut short by the window",
            _ => "",
        };
        let left =
            if hidden > 0 { format!("; {} earlier ones not shown", count(hidden as u64)) } else { String::new() };
        let span = format!("{} to {}", labels.first().unwrap_or(&""), labels.last().unwrap_or(&""));
        self.wrapped(&format!("{}, {span}{edges}{left}", capital(&charts.by)), 0, Style::Faint);
        let rows: Vec<_> = charts.items.iter().map(|chart| self.chart(chart, hidden)).collect();
        self.aligned(&rows);
    }

    fn chart(&self, chart: &Chart, hidden: usize) -> Vec<Piece> {
        let shown = chart.points.iter().skip(hidden);
        // What a cut bucket says is drawn, but the ends that are named are whole ones.
        let mut whole = shown.clone().filter(|point| !point.partial).filter_map(|point| point.said(chart.unit));
        let said = match (whole.next(), whole.next_back()) {
            (Some(first), Some(last)) => format!("{first} … {last}"),
            (Some(only), None) => only,
            _ => "not known".to_owned(),
        };
        vec![
            self.piece(&chart.title, Style::Plain, false),
            Piece { text: spark(shown.map(|point| point.value), self.options.unicode), ..Piece::default() },
            self.piece(&said, Style::Faint, false),
        ]
    }

    fn table(&mut self, table: &Table) {
        self.gap();
        let most = if self.options.rows == 0 { usize::MAX } else { self.options.rows.saturating_add(1) };
        let (shown, left) = table.fitting(most);
        self.line(&fit(&self.say(&table.caption), self.options.width, self.more()), Style::Strong);
        let mut rows = vec![
            table
                .columns
                .iter()
                .map(|column| self.piece(&column.title, Style::Faint, column.number))
                .collect::<Vec<_>>(),
        ];
        for row in shown {
            let numbers = table.columns.iter().map(|column| column.number);
            let each = |line: &dyn Fn(&Cell, bool) -> Piece| -> Vec<Piece> {
                row.cells.iter().zip(numbers.clone()).map(|(cell, number)| line(cell, number)).collect()
            };
            if table.columns.len() <= 3 {
                rows.push(each(&|cell, number| self.whole_cell(cell, number)));
                continue;
            }
            rows.push(each(&|cell, number| self.cell(cell, number)));
            let second = each(&|cell, number| self.piece(&cell.interval, Style::Faint, number));
            let third = each(&|cell, number| {
                let level = cell.level.as_ref().map_or_else(String::new, |level| format!(" {}", level.short));
                self.piece(&format!("{}{level}", cell.detail), Style::Faint, number)
            });
            for line in [second, third] {
                if line.iter().any(|piece| !piece.text.is_empty()) {
                    rows.push(line);
                }
            }
        }
        self.aligned(&rows);
        if left > 0 {
            let left = left as u64;
            let order = if table.order.is_empty() { "the first" } else { &table.order };
            let said = format!(
                "{} and {} more {}: shown are {order}, all are in the JSON",
                self.more(),
                count(left),
                plural(left, &table.noun),
            );
            self.wrapped(&said, 2, Style::Faint);
        }
        self.wrapped(&table.legend, 2, Style::Faint);
    }

    /// A cell in one line, where there is room.
    fn whole_cell(&self, cell: &Cell, number: bool) -> Piece {
        let mut piece = self.cell(cell, number);
        if !cell.interval.is_empty() {
            piece.text.push_str(&self.say(&format!(" ({})", cell.interval)));
        }
        if !cell.detail.is_empty() {
            piece.text.push_str(&self.say(&format!(" {}", cell.detail)));
        }
        piece
    }

    fn cell(&self, cell: &Cell, number: bool) -> Piece {
        if number && cell.text.is_empty() {
            return self.piece("not known", Style::Open, true);
        }
        let Some(change) = &cell.change else { return self.piece(&cell.text, Style::Plain, number) };
        self.piece(&format!("{} {}", cell.text, change.mark.glyph()), style(change.tone), number)
    }
}

const fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::Plain,
        Tone::Good => Style::Good,
        Tone::Bad => Style::Bad,
        Tone::Open => Style::Open,
    }
}
