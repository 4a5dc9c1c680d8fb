//! People by the line: ids in a text, objects in JSONL, rows of a CSV.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use truenorth::facts::readers::csv::{Records, Row};
use truenorth::flags::{Attribute, Context, TARGETING_KEY};
use truenorth::ground::text::excerpt;
use truenorth::{Error, ErrorCode, Result};

use super::{CHUNK, decompress, unreadable};

/// Longer lines are refused.
const LONGEST_LINE: usize = 16 << 20;

/// How people are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A unit in each line.
    Ids,
    /// An object of attributes, or a unit, in each line.
    Lines,
    /// A header of attributes, and a row for each.
    Table,
}

/// Hands on each context of a file or of standard input (`-`), compressed or not.
///
/// # Errors
/// [`ErrorCode::Unreadable`] for what cannot be opened, those of decompressing, of lines that are no contexts, with
/// `file:line`, and of `see`.
pub(crate) fn each_context(path: &Path, see: &mut dyn FnMut(Context)) -> Result<()> {
    if path.as_os_str() == "-" {
        return read(std::io::stdin(), "standard input", see);
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    read(file, &path.to_string_lossy(), see)
}

fn read(source: impl Read, name: &str, see: &mut dyn FnMut(Context)) -> Result<()> {
    let mut input = decompress::open(source, name)?;
    let mut chunk = vec![0; CHUNK];
    let mut people =
        People { name, form: None, rest: Vec::new(), line: 0, records: Records::default(), header: None, see };
    loop {
        let read = input.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        people.feed(bytes)?;
    }
    people.finish()
}

struct People<'a> {
    name: &'a str,
    form: Option<Form>,
    /// What no line end has come after yet.
    rest: Vec<u8>,
    line: u32,
    records: Records,
    header: Option<Vec<String>>,
    see: &'a mut dyn FnMut(Context),
}

impl People<'_> {
    fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        if self.form == Some(Form::Table) {
            return self.table(bytes, false);
        }
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if self.rest.len() - whole > LONGEST_LINE {
            let said = format!("a line has at most {LONGEST_LINE} bytes, found more");
            return Err(self.at(u64::from(self.line) + 1, &Error::new(ErrorCode::TooLarge, said)));
        }
        let rest = self.rest.split_off(whole);
        let lines = std::mem::replace(&mut self.rest, rest);
        self.lines(&lines)
    }

    fn finish(&mut self) -> Result<()> {
        if self.form == Some(Form::Table) {
            return self.table(&[], true);
        }
        let last = std::mem::take(&mut self.rest);
        self.lines(&last)?;
        if self.form == Some(Form::Table) { self.table(&[], true) } else { Ok(()) }
    }

    fn lines(&mut self, bytes: &[u8]) -> Result<()> {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line = self.line.saturating_add(1);
            let line = if self.line == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
            let number = u64::from(self.line);
            let text = str::from_utf8(line)
                .map_err(|_| self.at(number, &Error::new(ErrorCode::InvalidUtf8, "expected UTF-8 text")))?;
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let form = *self.form.get_or_insert_with(|| form_of(self.name, text));
            match form {
                Form::Ids => (self.see)(Context::new(text)),
                Form::Lines => {
                    let context = context(text).map_err(|error| self.at(number, &error))?;
                    (self.see)(context);
                }
                Form::Table => {
                    // The header is read again, and all that comes after it.
                    let start = line.as_ptr() as usize - bytes.as_ptr() as usize;
                    return self.table(bytes.get(start..).unwrap_or_default(), false);
                }
            }
        }
        Ok(())
    }

    fn table(&mut self, bytes: &[u8], ends: bool) -> Result<()> {
        let (name, header, see) = (self.name, &mut self.header, &mut self.see);
        let mut sink = |line: u32, row: Result<Row<'_>>| {
            let placed = |error: &Error| Error::new(error.code(), error.message()).at(format_args!("{name}:{line}"));
            let row = row.map_err(|error| placed(&error))?;
            match header {
                None => *header = Some(columns(row).map_err(|error| placed(&error))?),
                Some(names) => see(of_row(names, row)),
            }
            Ok(())
        };
        if ends { self.records.finish(&mut sink) } else { self.records.feed(bytes, &mut sink) }
    }

    fn at(&self, line: u64, error: &Error) -> Error {
        Error::new(error.code(), error.to_string()).at(format_args!("{}:{line}", self.name))
    }
}

/// Told by the file's name, else by its first line.
fn form_of(name: &str, first: &str) -> Form {
    let name = name.to_ascii_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let is_table = || first.split([',', ';', '\t', '|']).any(|cell| cell.trim().trim_matches('"') == TARGETING_KEY);
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("csv" | "tsv") => Form::Table,
        Some("jsonl" | "ndjson" | "json") => Form::Lines,
        _ if first.starts_with('{') => Form::Lines,
        _ if is_table() => Form::Table,
        _ => Form::Ids,
    }
}

fn context(text: &str) -> Result<Context> {
    let value: Value = truenorth::desk::door::read(text)?;
    match value {
        Value::Object(fields) => Ok(fields.into_iter().collect()),
        Value::String(_) | Value::Number(_) => Ok(Context::default().with(TARGETING_KEY, value)),
        other => {
            let said = format!("expected an object of attributes or a unit, found `{}`", excerpt(&other.to_string()));
            Err(Error::new(ErrorCode::WrongType, said))
        }
    }
}

fn columns(row: Row<'_>) -> Result<Vec<String>> {
    let names: Vec<String> = row.iter().map(str::to_owned).collect();
    let twice = names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|other| other == *name));
    match twice {
        Some((_, name)) => {
            Err(Error::new(ErrorCode::Conflict, format!("the column `{}` is there twice", excerpt(name))))
        }
        None => Ok(names),
    }
}

/// Cells that are numbers or truths are those, except of units; empty ones are missing.
fn of_row(names: &[String], row: Row<'_>) -> Context {
    let mut context = Context::default();
    for (index, name) in names.iter().enumerate() {
        let Some(cell) = row.get(index) else { continue };
        let value = match serde_json::from_str::<Value>(cell) {
            _ if name == TARGETING_KEY => cell.into(),
            Ok(value @ Value::Bool(_)) => Attribute::from(value),
            // Long ids are no numbers: they would lose digits.
            Ok(Value::Number(number)) if is_exact(&number) => Attribute::from(Value::Number(number)),
            _ => cell.into(),
        };
        context.set(name.clone(), value);
    }
    context
}

fn is_exact(number: &serde_json::Number) -> bool {
    const MOST: f64 = 9_007_199_254_740_991.0;
    number.as_f64().is_some_and(|number| number.abs() <= MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(name: &str, text: &str) -> Result<Vec<Context>> {
        let mut found = Vec::new();
        read(text.as_bytes(), name, &mut |context| found.push(context))?;
        Ok(found)
    }

    #[test]
    fn ids_lines_and_tables_are_the_same_people() {
        let people = vec![Context::new("u1"), Context::new("007")];
        for (name, text) in [
            ("ids.txt", "u1\n\n 007 \r\n"),
            ("people", "u1\n007"),
            ("people.jsonl", "{\"targetingKey\": \"u1\"}\n\"007\"\n"),
            ("standard input", "{\"targetingKey\": \"u1\"}\n{\"targetingKey\": \"007\"}"),
            ("people.csv", "targetingKey\nu1\n007\n"),
            ("standard input", "\u{feff}\n\"targetingKey\";plan\nu1;\n007;\n"),
        ] {
            assert_eq!(all(name, text).unwrap(), people, "{name}: {text}");
        }
        assert_eq!(all("ids.txt", "").unwrap(), []);
    }

    #[test]
    fn cells_are_what_they_look_like() {
        let found =
            all("a.csv", "targetingKey,seats,beta,zip,id,note\n7,25,true,01234,12345678901234567890,\"a,\nb\"\n")
                .unwrap();
        let expected = Context::new("7").with("seats", 25).with("beta", true).with("zip", "01234");
        assert_eq!(found, [expected.with("id", "12345678901234567890").with("note", "a,\nb")]);
    }

    #[test]
    fn what_is_nobody_says_where() {
        for (name, text, place) in [
            ("a.jsonl", "{}\n{\"a\": \n", "a.jsonl:2"),
            ("a.jsonl", "\n\n[1]\n", "a.jsonl:3"),
            ("a.csv", "a,a\n", "a.csv:1"),
        ] {
            assert_eq!(all(name, text).unwrap_err().path(), place);
        }
    }
}
