//! A document as GitHub-flavoured markdown.

use std::fmt::Write as _;

use super::document::{Block, Cell, Charts, Document, Figure, Figures, Table};
use super::escape::markdown as safe;
use super::spark::spark;
use crate::facts::human::{capital, count, plural};

/// GitHub cuts summaries at a mebibyte; more rows than this are for other formats.
const MOST_ROWS: usize = 500;

pub(super) fn write(document: &Document) -> String {
    let mut out = format!("## {}\n\n", safe(&document.title));
    line(&mut out, &format!("<sub>{}</sub>", safe(&document.subtitle)));
    for block in &document.blocks {
        match block {
            Block::Heading(text) => line(&mut out, &format!("### {}", safe(text))),
            Block::Sentences(sentences) => {
                for sentence in sentences {
                    let _ = writeln!(out, "- {}", safe(sentence));
                }
                out.push('\n');
            }
            Block::Figures(figures) => self::figures(&mut out, figures),
            Block::Charts(charts) => self::charts(&mut out, charts),
            Block::Table(table) => self::table(&mut out, table),
            Block::Note { label, text } => line(&mut out, &format!("**{}:** {}", safe(label), safe(text))),
            Block::Cases { lead, items, more } => {
                line(&mut out, &safe(lead));
                for item in items {
                    let _ = writeln!(out, "- {}", safe(item));
                }
                if *more > 0 && !items.is_empty() {
                    let _ = writeln!(out, "- … and {} more", count(*more));
                }
                out.push('\n');
            }
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push_str("\n\n");
}

fn row(out: &mut String, cells: &[String]) {
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

fn rule(out: &mut String, right: &[bool]) {
    let _ = writeln!(
        out,
        "|{}|",
        right.iter().map(|&right| if right { "--:" } else { ":--" }).collect::<Vec<_>>().join("|")
    );
}

fn figures(out: &mut String, figures: &Figures) {
    let since = if figures.since.is_empty() { "change" } else { &figures.since };
    let heads = ["metric", "value", &figures.interval, "n", since, "level", "target"];
    row(out, &heads.map(safe));
    rule(out, &[false, true, true, true, false, false, false]);
    for figure in &figures.items {
        row(out, &self::figure(figure));
        for [name, value, interval] in &figure.also {
            let blank = String::new;
            row(out, &[safe(name), safe(value), safe(interval), blank(), blank(), blank(), blank()]);
        }
    }
    out.push('\n');
}

fn figure(figure: &Figure) -> [String; 7] {
    let value = if figure.value.is_empty() {
        format!("not known<br><sub>{}</sub>", safe(&figure.why))
    } else if figure.why.is_empty() {
        format!("**{}**", safe(&figure.value))
    } else {
        format!("**{}**<br><sub>{}</sub>", safe(&figure.value), safe(&figure.why))
    };
    let targets: Vec<_> = figure.targets.iter().map(|target| safe(&target.text)).collect();
    [
        safe(&figure.name),
        value,
        safe(&figure.interval),
        format!("{} {}", count(figure.n), safe(&figure.basis)),
        figure.change.as_ref().map_or_else(String::new, |change| safe(&change.said())),
        figure.level.as_ref().map_or_else(String::new, |level| safe(&level.text)),
        targets.join("<br>"),
    ]
}

fn charts(out: &mut String, charts: &Charts) {
    let Some(points) = charts.items.first().map(|chart| &chart.points) else { return };
    let label = |point: Option<&super::document::Point>| {
        point.map_or_else(String::new, |point| {
            format!("{}{}", safe(&point.label), if point.partial { " (cut short)" } else { "" })
        })
    };
    row(out, &[capital(&charts.by), "series".to_owned(), label(points.first()), label(points.last())]);
    rule(out, &[false, false, true, true]);
    for chart in &charts.items {
        let end = |point: Option<&super::document::Point>| {
            point.and_then(|point| point.said(chart.unit)).map_or_else(|| "not known".to_owned(), |said| safe(&said))
        };
        // Spaces at the edges and in a row are kept by a code span only when they are not plain spaces.
        let line = spark(chart.points.iter().map(|point| point.value), true).replace(' ', "\u{2007}");
        row(out, &[safe(&chart.title), format!("`{line}`"), end(chart.points.first()), end(chart.points.last())]);
    }
    out.push('\n');
}

fn table(out: &mut String, table: &Table) {
    let (rows, left) = table.fitting(MOST_ROWS);
    // Inside a tag on a line of its own markdown is not read.
    line(out, &format!("<details><summary>{}</summary>", super::escape::html(&table.caption)));
    let titles: Vec<_> = table.columns.iter().map(|column| safe(&column.title)).collect();
    row(out, &titles);
    rule(out, &table.columns.iter().map(|column| column.number).collect::<Vec<_>>());
    for one in rows {
        let cells: Vec<_> =
            one.cells.iter().zip(&table.columns).map(|(cell, column)| self::cell(cell, column.number)).collect();
        row(out, &cells);
    }
    out.push('\n');
    if left > 0 {
        let left = left as u64;
        line(out, &format!("… and {} {}: all are in the JSON", count(left), safe(&plural(left, &table.noun))));
    }
    line(out, &format!("<sub>{}</sub>", safe(&table.legend)));
    line(out, "</details>");
}

fn cell(cell: &Cell, number: bool) -> String {
    let mut first = if number && cell.text.is_empty() { "not known".to_owned() } else { safe(&cell.text) };
    if let Some(change) = &cell.change {
        let _ = write!(first, " {}", change.mark.glyph());
    }
    let level = cell.level.as_ref().map_or("", |level| level.short.as_str());
    let below: Vec<_> = [cell.interval.as_str(), cell.detail.as_str(), level]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(safe)
        .collect();
    if below.is_empty() { first } else { format!("{first}<br><sub>{}</sub>", below.join(" · ")) }
}
