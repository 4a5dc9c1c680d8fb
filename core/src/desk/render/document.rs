//! A report as its readers see it: headings, sentences, figures, tables, charts, notes.
//!
//! Rooms fill it, writers write it; neither knows the other. Its texts are as they came, strangers' names included:
//! each writer escapes every text for its own format.

use crate::facts::Unit;
use crate::facts::human::Said;

/// A report made ready to be read, in any format.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// What it is about.
    pub(crate) title: String,
    /// Of which time, compared with what, known up to when.
    pub(crate) subtitle: String,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Heading(String),
    /// What a manager would say.
    Sentences(Vec<String>),
    /// The few numbers that matter, each with all that is known of it.
    Figures(Figures),
    Table(Table),
    Charts(Charts),
    /// A label and one line.
    Note {
        label: String,
        text: String,
    },
    /// A line and single cases under it; `more` cases are not shown.
    Cases {
        lead: String,
        items: Vec<String>,
        more: u64,
    },
}

/// Whether something is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Good,
    Bad,
    /// Unknown or unproven.
    Open,
}

/// Where a number went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Up,
    Down,
    Same,
    NotProven,
}

/// A mark, how far, and whether that is good.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) mark: Mark,
    /// How far: `15 %`; empty when that is not known.
    pub(crate) size: String,
    /// `better`, `worse`, `not proven`, `same`.
    pub(crate) word: &'static str,
    pub(crate) tone: Tone,
}

/// A word about a number, such as its level or the state of its target.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Badge {
    pub(crate) text: String,
    /// The same in very little space.
    pub(crate) short: String,
    pub(crate) tone: Tone,
    /// Why, in a sentence.
    pub(crate) why: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figures {
    /// What the intervals are: `95 % interval`.
    pub(crate) interval: String,
    /// What the changes are since: `since the month before`.
    pub(crate) since: String,
    pub(crate) items: Vec<Figure>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    pub(crate) name: String,
    /// Empty when it is not known; then `why` says why. A chart of the same name shows it over time.
    pub(crate) value: String,
    pub(crate) interval: String,
    /// The interval without its unit, where the value stands beside it.
    pub(crate) ends: String,
    pub(crate) n: u64,
    /// What is counted by `n`: `changes`.
    pub(crate) basis: String,
    pub(crate) why: String,
    pub(crate) change: Option<Change>,
    pub(crate) level: Option<Badge>,
    pub(crate) targets: Vec<Badge>,
    /// Further numbers of the same kind: name, value, interval.
    pub(crate) also: Vec<[String; 3]>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) caption: String,
    /// One row is one of these: `team`.
    pub(crate) noun: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// How many rows there are beyond those, too light to be worth making.
    pub(crate) beyond: usize,
    /// How to read it.
    pub(crate) legend: String,
    /// Which rows weigh most: `those that deploy most`.
    pub(crate) order: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) number: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Where not all rows fit, those with the greatest weight stay.
    pub(crate) weight: f64,
    pub(crate) cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Cell {
    /// The value or name; empty when it is not known.
    pub(crate) text: String,
    pub(crate) change: Option<Change>,
    pub(crate) interval: String,
    /// Behind the number: `n 840`, or why there is none.
    pub(crate) detail: String,
    pub(crate) level: Option<Badge>,
    /// Low, value and high as places from 0 to 1 on the scale of the column.
    pub(crate) span: Option<[f64; 3]>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Charts {
    /// What the points are: `by week`.
    pub(crate) by: String,
    pub(crate) interval: String,
    pub(crate) items: Vec<Chart>,
}

/// One metric over time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) unit: Unit,
    pub(crate) basis: String,
    pub(crate) points: Vec<Point>,
    /// A line to stay under, or above.
    pub(crate) limits: Vec<(f64, String)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub(crate) label: String,
    /// Whether the bucket is cut short by the window.
    pub(crate) partial: bool,
    pub(crate) value: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) n: u64,
}

impl Mark {
    pub(crate) const fn glyph(self) -> &'static str {
        match self {
            Mark::Up => "↑",
            Mark::Down => "↓",
            Mark::Same => "→",
            Mark::NotProven => "?",
        }
    }
}

impl Change {
    /// `↓ 15 % better`, `→ same`, `NOT PROVEN`.
    pub(crate) fn said(&self) -> String {
        match self.mark {
            Mark::NotProven => "NOT PROVEN".to_owned(),
            _ => [self.mark.glyph(), self.size.as_str(), self.word]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        }
    }
}

impl Point {
    /// Its value in words; nothing where it is not known.
    pub(crate) fn said(&self, unit: Unit) -> Option<String> {
        Some(Said::between(unit, self.value?, self.low, self.high).short())
    }

    /// Its interval in words.
    pub(crate) fn range(&self, unit: Unit) -> Option<String> {
        Said::between(unit, self.value?, self.low, self.high).range()
    }
}

impl Table {
    /// The rows that fit, in their order: those with the greatest weight; and how many are left out.
    pub(crate) fn fitting(&self, most: usize) -> (Vec<&Row>, usize) {
        let rows: Vec<_> = heaviest(&self.rows, most, |row| row.weight);
        let left = self.rows.len() - rows.len() + self.beyond;
        (rows, left)
    }
}

/// The `most` items of the greatest weight, in the order in which they came.
pub(crate) fn heaviest<T>(items: &[T], most: usize, weight: impl Fn(&T) -> f64) -> Vec<&T> {
    let mut order: Vec<(usize, &T)> = items.iter().enumerate().collect();
    if order.len() > most {
        order.sort_by(|a, b| weight(b.1).total_cmp(&weight(a.1)).then(a.0.cmp(&b.0)));
        order.truncate(most);
        order.sort_unstable_by_key(|(index, _)| *index);
    }
    order.into_iter().map(|(_, item)| item).collect()
}
