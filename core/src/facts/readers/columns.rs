//! Rows of one kind given as columns in memory, as notebooks and services hold them.

use crate::facts::{EventTable, Origin, Text};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

use super::fields::{Draft, Field, Kind};

/// The cells of a column.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Cells<'a> {
    /// Text: for each row an index into `names`.
    Texts {
        /// The indexes.
        codes: &'a [u32],
        /// What they stand for.
        names: &'a [&'a str],
    },
    /// Times, in microseconds since 1970.
    Micros(&'a [i64]),
    /// Times, in milliseconds since 1970; the nearest microsecond counts, for a float's own grain is a quarter of one.
    Millis(&'a [f64]),
    /// Truths, as 1 or 0.
    Truths(&'a [u8]),
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// The field, in camelCase or snake_case; `label.NAME` is the label `NAME`.
    pub name: &'a str,
    /// What stands in it.
    pub cells: Cells<'a>,
    /// Which rows have a value, as 1 or 0; absent: all of them.
    pub present: Option<&'a [u8]>,
}

enum Target<'a> {
    Field(Field),
    Label(&'a str),
}

/// Adds rows of one kind.
///
/// All columns are checked before the first row is added; a cell that cannot be read stops there, with its place, and
/// the rows before it stay.
///
/// # Errors
/// [`ErrorCode::UnknownValue`] for the kind, [`ErrorCode::UnknownField`] for a field that the kind does not have,
/// [`ErrorCode::WrongType`] for columns of another length or sort, and what the cells and rows say: their path is
/// `finishedAt[3]`.
///
/// # Example
///
/// ```
/// use truenorth::facts::EventTable;
/// use truenorth::facts::readers::columns::{Cells, Column, extend};
/// let service = Column { name: "service", cells: Cells::Texts { codes: &[0, 0], names: &["checkout"] }, present: None };
/// let finished = Column { name: "finishedAt", cells: Cells::Micros(&[0, 60_000_000]), present: None };
/// let mut events = EventTable::new();
/// extend(&mut events, "deployment", 2, &[service, finished])?;
/// assert_eq!(events.deployments().len(), 2);
/// # Ok::<(), truenorth::Error>(())
/// ```
pub fn extend(events: &mut EventTable, kind: &str, rows: usize, columns: &[Column<'_>]) -> Result<()> {
    let kind = Kind::parse(kind).at("kind")?;
    let mut targets = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let target = target(column, kind).and_then(|target| check(column, &target, rows).map(|()| target));
        targets.push(target.at(column.name)?);
        if columns.iter().take(index).any(|other| same(other.name, column.name)) {
            return Err(Error::new(ErrorCode::Conflict, "the column is there twice").at(column.name));
        }
    }
    for row in 0..rows {
        let mut draft = Draft::new(kind);
        for (column, target) in columns.iter().zip(&targets) {
            if column.present.is_none_or(|present| present.get(row).is_some_and(|&present| present != 0)) {
                fill(&mut draft, column, target, row, events).at(format_args!("{}[{row}]", column.name))?;
            }
        }
        events.push_from(&draft.0, Origin::default()).at(format_args!("[{row}]"))?;
    }
    Ok(())
}

/// Two spellings of one field are one column.
fn same(a: &str, b: &str) -> bool {
    a == b || Field::parse(a).is_some_and(|field| Field::parse(b) == Some(field))
}

fn target<'a>(column: &Column<'a>, kind: Kind) -> Result<Target<'a>> {
    if let Some(label) = column.name.strip_prefix("label.").filter(|label| !label.is_empty()) {
        return Ok(Target::Label(label));
    }
    match Field::parse(column.name) {
        Some(field) if field.is_of(kind) => Ok(Target::Field(field)),
        _ => {
            let fields = Field::ALL.iter().filter(|field| field.is_of(kind)).map(|field| field.as_str());
            let fields: Vec<&str> = fields.collect();
            Err(Error::new(
                ErrorCode::UnknownField,
                format!("no such field of a `{}`; expected one of `{}`", kind.as_str(), fields.join("`, `")),
            ))
        }
    }
}

/// Whether the column is as long as it must be, and of a sort that its field takes.
fn check(column: &Column<'_>, target: &Target<'_>, rows: usize) -> Result<()> {
    let (length, sort) = match column.cells {
        Cells::Texts { codes, .. } => (codes.len(), "text"),
        Cells::Micros(micros) => (micros.len(), "times"),
        Cells::Millis(millis) => (millis.len(), "times"),
        Cells::Truths(truths) => (truths.len(), "truths"),
    };
    let lengths = [Some(length), column.present.map(<[u8]>::len)];
    if let Some(found) = lengths.into_iter().flatten().find(|&found| found != rows) {
        return Err(Error::new(ErrorCode::WrongType, format!("expected {rows} rows, found {found}")));
    }
    let expected = match target {
        Target::Field(field) if field.is_time() => "times",
        Target::Field(Field::Rollback | Field::Rework | Field::Failed | Field::Baseline | Field::Merge) => "truths",
        Target::Field(_) | Target::Label(_) => "text",
    };
    // Text is read as what it should be: times and truths come as text from many databases.
    if sort == expected || sort == "text" {
        Ok(())
    } else {
        Err(Error::new(ErrorCode::WrongType, format!("expected a column of {expected}, found {sort}")))
    }
}

fn fill<'a>(
    draft: &mut Draft<'a>,
    column: &Column<'a>,
    target: &Target<'a>,
    row: usize,
    events: &mut EventTable,
) -> Result<()> {
    let text: &str = match column.cells {
        Cells::Texts { codes, names } => {
            let code = codes.get(row).copied().unwrap_or_default();
            names.get(code as usize).copied().ok_or_else(|| {
                let sentence = format!("expected a code below {}, found `{code}`", names.len());
                Error::new(ErrorCode::OutOfRange, sentence)
            })?
        }
        Cells::Truths(truths) => match truths.get(row) {
            Some(0) => "false",
            Some(1) => "true",
            other => {
                let sentence = format!("expected 1 or 0, found `{}`", other.copied().unwrap_or_default());
                return Err(Error::new(ErrorCode::OutOfRange, sentence));
            }
        },
        Cells::Micros(micros) => {
            let micros = micros.get(row).copied().unwrap_or_default();
            let time = Time::from_micros(micros).ok_or_else(|| outside(micros))?;
            set_time(draft, target, time);
            return Ok(());
        }
        Cells::Millis(millis) => {
            let given = millis.get(row).copied().unwrap_or_default();
            let micros = (given * 1000.0).round();
            // NaN lies in no range.
            if !(-9e18..=9e18).contains(&micros) {
                return Err(outside(given));
            }
            let time = Time::from_micros(micros as i64).ok_or_else(|| outside(given))?;
            set_time(draft, target, time);
            return Ok(());
        }
    };
    match target {
        Target::Label(name) => draft.label(Text::from(*name), text.into()),
        Target::Field(field) if field.is_time() => {
            let time = Time::parse(text)?;
            if Time::is_finer(text) {
                events.floored_time();
            }
            draft.set_time(*field, time);
        }
        Target::Field(field) => {
            draft.set(*field, text.into())?;
        }
    }
    Ok(())
}

fn set_time(draft: &mut Draft<'_>, target: &Target<'_>, time: Time) {
    if let Target::Field(field) = target {
        draft.set_time(*field, time);
    }
}

fn outside(found: impl std::fmt::Display) -> Error {
    let found = excerpt(&found.to_string());
    Error::new(ErrorCode::InvalidTime, format!("expected a time in the years 1 to 9999, found `{found}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINISHED: Column<'static> = Column { name: "finishedAt", cells: Cells::Micros(&[0, 1]), present: None };

    fn texts<'a>(name: &'a str, codes: &'a [u32], names: &'a [&'a str]) -> Column<'a> {
        Column { name, cells: Cells::Texts { codes, names }, present: None }
    }

    #[test]
    fn columns_say_what_events_say() {
        let columns = [
            texts("service", &[0, 1], &["checkout", "search"]),
            texts("label.tier", &[0, 0], &["gold"]),
            texts("started_at", &[0, 0], &["1970-01-01T00:00:00Z"]),
            Column { name: "rollback", cells: Cells::Truths(&[1, 7]), present: Some(&[1, 0]) },
            Column { name: "finishedAt", cells: Cells::Millis(&[1_700_000_000_000.123, 0.001]), present: None },
        ];
        let mut table = EventTable::new();
        extend(&mut table, "deployment", 2, &columns).unwrap();
        let mut events = EventTable::new();
        for text in [
            r#"{"deployment": {"service": "checkout", "labels": {"tier": "gold"}, "startedAt": "1970-01-01T00:00:00Z",
                "rollback": true, "finishedAt": "2023-11-14T22:13:20.000123Z"}}"#,
            r#"{"deployment": {"service": "search", "labels": {"tier": "gold"}, "startedAt": "1970-01-01T00:00:00Z",
                "finishedAt": "1970-01-01T00:00:00.000001Z"}}"#,
        ] {
            events.push(&serde_json::from_str(text).unwrap()).unwrap();
        }
        assert_eq!(format!("{:?}", table.deployments()), format!("{:?}", events.deployments()));
        assert_eq!(format!("{:?}", table.scopes()), format!("{:?}", events.scopes()));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let cases: [(&str, &[Column<'_>], ErrorCode, &str); 10] = [
            ("release", &[FINISHED], ErrorCode::UnknownValue, "kind"),
            ("change", &[FINISHED], ErrorCode::UnknownField, "finishedAt"),
            ("deployment", &[texts("label.", &[0, 0], &["a"])], ErrorCode::UnknownField, "label."),
            ("deployment", &[texts("service", &[0], &["a"])], ErrorCode::WrongType, "service"),
            ("deployment", &[FINISHED, texts("service", &[0, 3], &["a"])], ErrorCode::OutOfRange, "service[1]"),
            ("deployment", &[FINISHED, texts("status", &[0, 0], &["done"])], ErrorCode::UnknownValue, "status[0]"),
            ("deployment", &[FINISHED, texts("finished_at", &[0, 0], &[""])], ErrorCode::Conflict, "finished_at"),
            ("deployment", &[texts("service", &[0, 0], &["a"])], ErrorCode::InvalidRecord, "[0].deployment"),
            (
                "deployment",
                &[Column { name: "finishedAt", cells: Cells::Millis(&[0.0, f64::NAN]), present: None }],
                ErrorCode::InvalidTime,
                "finishedAt[1]",
            ),
            (
                "deployment",
                &[Column { name: "service", cells: Cells::Micros(&[0, 0]), present: None }],
                ErrorCode::WrongType,
                "service",
            ),
        ];
        for (kind, columns, code, path) in cases {
            let error = extend(&mut EventTable::new(), kind, 2, columns).unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path), "{error}");
        }
    }
}
