//! A document as one HTML file: no script, no network, light and dark.

use std::fmt::Write as _;

use super::document::{Badge, Block, Cell, Change, Chart, Charts, Document, Figure, Figures, Mark, Table, Tone};
use super::escape::html as safe;
use super::svg;
use crate::facts::human::{capital, count, plural};

/// Browsers tire of longer tables; JSON has every row.
const MOST_ROWS: usize = 2001;

pub(super) fn write(document: &Document) -> String {
    let charts = document.blocks.iter().find_map(|block| match block {
        Block::Charts(charts) => Some(charts),
        _ => None,
    });
    let mut page = Page { out: String::new(), charts, drawn: 0 };
    page.head(document);
    for block in &document.blocks {
        page.block(block, document);
    }
    page.out.push_str("<footer><p>Written by truenorth. No script, nothing loaded from elsewhere.</p></footer></main></body></html>\n");
    page.out
}

struct Page<'a> {
    out: String,
    charts: Option<&'a Charts>,
    drawn: usize,
}

impl Page<'_> {
    fn add(&mut self, args: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(args);
    }

    fn head(&mut self, document: &Document) {
        let title = safe(&document.title);
        self.add(format_args!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <title>{title} · {}</title>\n<style>{}</style></head>\n<body><main>\
             <header><h1>{title}</h1><p class=\"sub\">{}</p></header>\n",
            safe(document.subtitle.split(" · ").next().unwrap_or_default()),
            include_str!("html.css"),
            safe(&document.subtitle),
        ));
    }

    fn block(&mut self, block: &Block, document: &Document) {
        match block {
            Block::Heading(text) => self.add(format_args!("<h2>{}</h2>\n", safe(text))),
            Block::Sentences(sentences) => self.sentences(sentences),
            Block::Figures(figures) => self.figures(figures),
            Block::Charts(charts) => self.charts(charts, document),
            Block::Table(table) => self.table(table),
            Block::Note { label, text } => {
                self.add(format_args!("<p class=\"note\"><b>{}</b> {}</p>\n", safe(label), safe(text)));
            }
            Block::Cases { lead, items, more } => {
                self.add(format_args!("<div class=\"cases\"><p><b>{}</b></p><ul>", safe(lead)));
                for item in items {
                    self.add(format_args!("<li>{}</li>", safe(item)));
                }
                if *more > 0 && !items.is_empty() {
                    self.add(format_args!("<li class=\"muted\">… and {} more</li>", count(*more)));
                }
                self.out.push_str("</ul></div>\n");
            }
        }
    }

    fn sentences(&mut self, sentences: &[String]) {
        self.out.push_str("<section class=\"say\" aria-label=\"Summary\">");
        for (index, sentence) in sentences.iter().enumerate() {
            match index {
                0 => self.add(format_args!("<p class=\"lead\">{}</p><ul>", safe(sentence))),
                _ => self.add(format_args!("<li>{}</li>", safe(sentence))),
            }
        }
        self.out.push_str(if sentences.is_empty() { "</section>\n" } else { "</ul></section>\n" });
    }

    fn figures(&mut self, figures: &Figures) {
        self.out.push_str(if figures.items.len() == 5 {
            "<section class=\"cards five\" aria-label=\"Figures\">"
        } else {
            "<section class=\"cards\" aria-label=\"Figures\">"
        });
        for figure in &figures.items {
            self.figure(figure, figures);
        }
        self.out.push_str("</section>\n");
    }

    fn figure(&mut self, figure: &Figure, figures: &Figures) {
        self.add(format_args!("<article class=\"card\"><h3>{}", safe(&figure.name)));
        if let Some(level) = &figure.level {
            self.add(format_args!(" {}", badge(level)));
        }
        self.out.push_str("</h3>");
        if figure.value.is_empty() {
            self.add(format_args!("<p class=\"value open\">not known</p><p class=\"range\">{}</p>", safe(&figure.why)));
        } else {
            let range = if figure.interval.is_empty() {
                format!("no interval: {}", safe(&figure.why))
            } else {
                format!("<b>{}</b> {}", safe(&figure.interval), safe(&figures.interval))
            };
            self.add(format_args!("<p class=\"value\">{}</p><p class=\"range\">{range}</p>", safe(&figure.value)));
        }
        if let Some(change) = &figure.change {
            self.add(format_args!(
                "<p class=\"change\">{} <span class=\"muted\">{}</span></p>",
                said(change),
                safe(&figures.since)
            ));
        }
        for [name, value, interval] in &figure.also {
            let interval = if interval.is_empty() { String::new() } else { format!(" ({})", safe(interval)) };
            self.add(format_args!("<p class=\"also\">{} <b>{}</b>{interval}</p>", safe(&capital(name)), safe(value)));
        }
        self.add(format_args!("<p class=\"also\">From {} {}</p>", count(figure.n), safe(&figure.basis)));
        if !figure.value.is_empty() && !figure.interval.is_empty() && !figure.why.is_empty() {
            self.add(format_args!("<p class=\"also open\">{}</p>", safe(&capital(&figure.why))));
        }
        if !figure.targets.is_empty() {
            let badges: Vec<_> = figure.targets.iter().map(badge).collect();
            self.add(format_args!("<p class=\"badges\">{}</p>", badges.join(" ")));
        }
        if let Some(charts) = self.charts
            && let Some(chart) = charts.items.iter().find(|chart| chart.title == figure.name)
        {
            self.chart(chart, charts);
        }
        self.out.push_str("</article>");
    }

    /// Charts that no figure has shown already.
    fn charts(&mut self, charts: &Charts, document: &Document) {
        let figured = |title: &str| {
            document.blocks.iter().any(|block| match block {
                Block::Figures(figures) => figures.items.iter().any(|figure| figure.name == title),
                _ => false,
            })
        };
        let rest: Vec<_> = charts.items.iter().filter(|chart| !figured(&chart.title)).collect();
        if rest.is_empty() {
            return;
        }
        self.out.push_str("<section class=\"cards\">");
        for chart in rest {
            self.add(format_args!("<article class=\"card\"><h3>{}</h3>", safe(&chart.title)));
            self.chart(chart, charts);
            self.out.push_str("</article>");
        }
        self.out.push_str("</section>\n");
    }

    fn chart(&mut self, chart: &Chart, charts: &Charts) {
        self.drawn += 1;
        let drawn = svg::chart(chart, &charts.by, self.drawn);
        self.out.push_str(&drawn);
        self.add(format_args!(
            "<details><summary>{} as a table</summary><div class=\"scroll\"><table><caption>{} {}</caption>\
             <thead><tr><th scope=\"col\">bucket</th><th scope=\"col\" class=\"num\">value</th>\
             <th scope=\"col\" class=\"num\">{}</th><th scope=\"col\" class=\"num\">{}</th></tr></thead><tbody>",
            safe(&capital(&charts.by)),
            safe(&chart.title),
            safe(&charts.by),
            safe(&charts.interval),
            safe(&chart.basis),
        ));
        let hidden = chart.points.len().saturating_sub(MOST_ROWS);
        for point in chart.points.iter().skip(hidden) {
            let cut = if point.partial { " <span class=\"muted\">cut short</span>" } else { "" };
            self.add(format_args!(
                "<tr><th scope=\"row\">{}{cut}</th><td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>",
                safe(&point.label),
                safe(&point.said(chart.unit).unwrap_or_else(|| "not known".to_owned())),
                safe(&point.range(chart.unit).unwrap_or_default()),
                count(point.n),
            ));
        }
        self.out.push_str("</tbody></table></div>");
        if hidden > 0 {
            self.add(format_args!("<p class=\"muted\">{} earlier buckets are not shown.</p>", count(hidden as u64)));
        }
        self.out.push_str("</details>");
    }

    fn table(&mut self, table: &Table) {
        let (rows, left) = table.fitting(MOST_ROWS);
        self.add(format_args!("<section class=\"block\"><h2>{}</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table class=\"{}\"><thead><tr>", 
            safe(&table.caption),
            safe(&table.caption),
            if table.columns.len() <= 3 { "wide slim" } else { "wide" },
));
        for column in &table.columns {
            let class = if column.number { " class=\"num\"" } else { "" };
            self.add(format_args!("<th scope=\"col\"{class}>{}</th>", safe(&column.title)));
        }
        self.out.push_str("</tr></thead><tbody>");
        for row in rows {
            self.out.push_str(if row.weight == f64::INFINITY { "<tr class=\"whole\">" } else { "<tr>" });
            for (index, (cell, column)) in row.cells.iter().zip(&table.columns).enumerate() {
                if index == 0 {
                    self.add(format_args!("<th scope=\"row\">{}</th>", safe(&cell.text)));
                } else {
                    self.add(format_args!(
                        "<td{}>{}</td>",
                        if column.number { " class=\"num\"" } else { "" },
                        content(cell)
                    ));
                }
            }
            self.out.push_str("</tr>");
        }
        self.out.push_str("</tbody></table></div>");
        if left > 0 {
            let left = left as u64;
            self.add(format_args!(
                "<p class=\"muted\">… and {} more {}: all are in the JSON.</p>",
                count(left),
                safe(&plural(left, &table.noun))
            ));
        }
        self.add(format_args!("<p class=\"muted legend\">{}.</p></section>\n", safe(&table.legend)));
    }
}

fn content(cell: &Cell) -> String {
    let mut out = if cell.text.is_empty() {
        format!("<span class=\"open\">not known</span><br><small>{}</small>", safe(&cell.detail))
    } else {
        format!("<b>{}</b>", safe(&cell.text))
    };
    if cell.text.is_empty() {
        return out;
    }
    if let Some(change) = &cell.change {
        let _ = write!(out, " {}", sign(change));
    }
    if let Some(span) = cell.span {
        out.push_str(&svg::whisker(span));
    }
    let level = cell.level.as_ref().map(badge).unwrap_or_default();
    let _ = write!(out, "<small>{}</small><small>{} {level}</small>", safe(&cell.interval), safe(&cell.detail));
    out
}

const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Open => "open",
    }
}

/// A change in full: `↓ 15 % better`.
fn said(change: &Change) -> String {
    let range = if change.mark == Mark::NotProven && !change.size.is_empty() {
        format!(" <span class=\"muted\">({})</span>", safe(&change.size))
    } else {
        String::new()
    };
    format!("<b class=\"{}\">{}</b>{range}", tone(change.tone), safe(&change.said()))
}

/// A change in a cell: a sign, and words for those who hear or point at it.
fn sign(change: &Change) -> String {
    let words = if change.mark == Mark::NotProven {
        format!("NOT PROVEN {}", change.size)
    } else {
        [change.size.as_str(), change.word].join(" ")
    };
    let size = if matches!(change.mark, Mark::Up | Mark::Down) { format!(" {}", change.size) } else { String::new() };
    format!(
        "<span class=\"sign {}\" title=\"{}\"><span aria-hidden=\"true\">{}{}</span><span class=\"heard\">{}</span></span>",
        tone(change.tone),
        safe(words.trim()),
        change.mark.glyph(),
        safe(&size),
        safe(words.trim()),
    )
}

fn badge(badge: &Badge) -> String {
    let why = if badge.why.is_empty() { String::new() } else { format!(" title=\"{}\"", safe(&badge.why)) };
    format!("<span class=\"badge {}\"{why}>{}</span>", tone(badge.tone), safe(&badge.text))
}
