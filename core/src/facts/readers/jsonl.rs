//! Our own vocabulary as JSON lines: one event a line, as fast as the machine reads.
//!
//! A line is an object with one key, its kind: `{"change": {"sha": "…", "committedAt": "…"}}`. Fields that are not in
//! the vocabulary are tolerated and counted; a line that cannot be taken is refused with its number and a sentence.

use super::scan::quick_entry;
use super::{Batch, Strictness, careful_record};
use crate::facts::brief::Entry;
use crate::facts::{EventTable, Origin};
use crate::ground::error::{Error, ErrorCode, Result};

/// How long a line may be, in bytes.
pub const MOST_BYTES: usize = 16 << 20;

/// Reads JSON lines piece by piece into a table.
///
/// # Example
///
/// ```
/// use truenorth::facts::{EventTable, readers::{Strictness, jsonl::JsonlReader}};
/// let mut events = EventTable::new();
/// let file = events.add_file("events.jsonl");
/// let mut reader = JsonlReader::new(file, Strictness::Lenient);
/// reader.feed(b"{\"change\": {\"sha\": \"a1\", \"committedAt\": \"2025-03-01T0", &mut events)?;
/// reader.feed(b"8:00:00Z\"}}\nnonsense\n", &mut events)?;
/// reader.finish(&mut events)?;
/// assert_eq!((events.changes().len(), events.quality().rejections[0].line), (1, 2));
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug)]
pub struct JsonlReader {
    file: u32,
    strictness: Strictness,
    /// The beginning of a line that goes on in the next piece.
    kept: Vec<u8>,
    /// Whether the current line was too long to keep.
    overlong: bool,
    /// The number of the line last begun.
    line: u32,
    /// Whether every line goes the careful way.
    careful: bool,
}

impl JsonlReader {
    /// A reader of one stream, for a file of the table (0 for none).
    pub fn new(file: u32, strictness: Strictness) -> Self {
        Self { file, strictness, kept: Vec::new(), overlong: false, line: 0, careful: false }
    }

    /// Takes no short cut: the same rows, more slowly. For tests that hold the two ways against each other.
    #[doc(hidden)]
    pub fn carefully(self) -> Self {
        Self { careful: true, ..self }
    }

    /// Takes the next piece of the stream.
    ///
    /// # Errors
    /// Strict: the first line that cannot be taken, with file and line. Lenient: none; rejected lines are in
    /// [`EventTable::quality`].
    pub fn feed(&mut self, piece: &[u8], table: &mut EventTable) -> Result<()> {
        let mut rest = piece;
        if self.overlong || !self.kept.is_empty() {
            let Some(end) = memchr::memchr(b'\n', rest) else {
                self.keep(rest);
                return Ok(());
            };
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            self.keep(line);
            self.take_kept(false, table)?;
        }
        let Some(end) = memchr::memrchr(b'\n', rest) else {
            self.keep(rest);
            return Ok(());
        };
        let (mut lines, after) = rest.split_at(end + 1);
        self.keep(after);
        let mut batch = Batch::default();
        while !lines.is_empty() {
            if !self.careful {
                lines = batch.read(lines, table);
                for entry in batch.entries() {
                    self.push(entry, table)?;
                }
                if !batch.is_cut_short() {
                    continue;
                }
            }
            if !lines.is_empty() {
                let end = memchr::memchr(b'\n', lines).unwrap_or(lines.len());
                let (line, rest) = lines.split_at(end);
                self.take_carefully(line, false, table)?;
                lines = rest.get(1..).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Says that the stream is over: a last line without a newline is taken too.
    ///
    /// # Errors
    /// As [`JsonlReader::feed`]; a stream that ends inside a record is such an error.
    pub fn finish(&mut self, table: &mut EventTable) -> Result<()> {
        if self.overlong || !self.kept.is_empty() { self.take_kept(true, table) } else { Ok(()) }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.kept.len() + part.len() > MOST_BYTES {
            self.overlong = true;
            self.kept = Vec::new();
        }
        if !self.overlong {
            self.kept.extend_from_slice(part);
        }
    }

    fn take_kept(&mut self, last: bool, table: &mut EventTable) -> Result<()> {
        if std::mem::take(&mut self.overlong) {
            self.line = self.line.saturating_add(1);
            return self.refuse(too_long(), table);
        }
        let mut kept = std::mem::take(&mut self.kept);
        let done = self.take(&kept, last, table);
        kept.clear();
        self.kept = kept;
        done
    }

    /// Takes a line, which has no newline.
    fn take(&mut self, line: &[u8], last: bool, table: &mut EventTable) -> Result<()> {
        let mut entry = Entry::default();
        if self.careful || quick_entry(line, &mut entry).is_none() {
            return self.take_carefully(line, last, table);
        }
        self.push(&entry, table)
    }

    #[cold]
    fn take_carefully(&mut self, line: &[u8], last: bool, table: &mut EventTable) -> Result<()> {
        self.line = self.line.saturating_add(1);
        self.push_carefully(line, last, table).or_else(|error| self.refuse(error, table))
    }

    fn push_carefully(&self, line: &[u8], last: bool, table: &mut EventTable) -> Result<()> {
        let line = std::str::from_utf8(line).map_err(|error| {
            let column = error.valid_up_to() + 1;
            let sentence = format!("expected UTF-8, found a byte at column {column} that is not");
            Error::new(ErrorCode::InvalidUtf8, sentence)
        })?;
        let line = if self.line == 1 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        if line.len() > MOST_BYTES {
            return Err(too_long());
        }
        if line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            return Ok(());
        }
        let record = careful_record(line, last)?;
        table.push_from(&record.event, self.origin())?;
        record.rest.count(table);
        Ok(())
    }

    #[inline]
    fn push(&mut self, entry: &Entry<'_>, table: &mut EventTable) -> Result<()> {
        self.line = self.line.saturating_add(1);
        table.push_entry(entry, self.origin()).or_else(|error| self.refuse(error, table))
    }

    #[inline]
    fn origin(&self) -> Origin {
        Origin { file: self.file, line: self.line }
    }

    #[cold]
    fn refuse(&self, error: Error, table: &mut EventTable) -> Result<()> {
        let origin = self.origin();
        match self.strictness {
            Strictness::Lenient => {
                table.reject(origin, &error);
                Ok(())
            }
            Strictness::Strict => {
                let name = table.file_name(origin);
                let name = if name.is_empty() { "input" } else { name };
                Err(error.at(format_args!("{name}:{}", self.line)))
            }
        }
    }
}

fn too_long() -> Error {
    Error::new(ErrorCode::TooLarge, format!("a line has at most {MOST_BYTES} bytes, found more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"change": {"sha": "a", "committedAt": "2025-03-01T08:00:00Z"}}"#;

    fn read(text: &[u8], strictness: Strictness, piece: usize) -> (EventTable, Result<()>) {
        let mut table = EventTable::new();
        let file = table.add_file("x.jsonl");
        let mut reader = JsonlReader::new(file, strictness);
        let done = text
            .chunks(piece)
            .try_for_each(|piece| reader.feed(piece, &mut table))
            .and_then(|()| reader.finish(&mut table));
        (table, done)
    }

    fn refusal(line: &str) -> (String, ErrorCode) {
        let error = read(format!("{GOOD}\n{line}\n").as_bytes(), Strictness::Strict, usize::MAX).1.unwrap_err();
        (error.to_string(), error.code())
    }

    #[test]
    fn lines_come_in_any_pieces() {
        let text =
            format!("\u{feff}{GOOD}\r\n\n \t\r\n{GOOD}\n{{\"incident\": {{\"id\": \"é\", \"resolvedAt\": null}}}}");
        for piece in (1..40).chain([usize::MAX]) {
            let (table, done) = read(text.as_bytes(), Strictness::Strict, piece);
            assert_eq!((done, table.changes().len(), table.incidents().len()), (Ok(()), 2, 1), "{piece}");
            let origin = table.incidents().origin.get(0);
            assert_eq!((origin.line, table.file_name(origin)), (5, "x.jsonl"));
        }
        for empty in ["", "\n", "\u{feff}", "\u{feff}\n\r\n"] {
            let (table, done) = read(empty.as_bytes(), Strictness::Strict, 1);
            assert!(done.is_ok() && table.is_empty());
        }
    }

    #[test]
    fn refusals_say_where_and_what() {
        use ErrorCode::{InvalidJson, InvalidRecord, InvalidTime, UnknownValue, WrongType};
        let kinds = "expected an object with one key, one of `deployment`, `change`, `pullRequest`, `incident`, found";
        for (line, path, sentence, code) in [
            ("nonsense", "", "not JSON: expected a value at column 2", InvalidJson),
            ("{\"change\":{}", "", "not JSON: it ends inside an object at column 12", InvalidJson),
            ("{\"change\":{\"sha\":5}}", ".change.sha", "expected text, found the number `5`", WrongType),
            ("{\"change\":5}", ".change", "expected an object, found the number `5`", WrongType),
            (
                "{\"change\":[\"a\"]}",
                "",
                "expected an object with one key, whose value is an object, found a list",
                WrongType,
            ),
            ("{\"change\":{\"sha\":\"a\",\"sha\":\"b\"}}", ".change", "duplicate field `sha`", WrongType),
            (
                "{\"deployment\":{\"finishedAt\":\"noon\"}}",
                ".deployment.finishedAt",
                "expected a time such as `2025-03-01T09:30:00Z` (RFC 3339 with an offset), found `noon`",
                InvalidTime,
            ),
            ("{\"change\":{}}", ".change", "a change needs a `sha` or a time", InvalidRecord),
            (
                "{\"incident\":{\"id\":\"i\",\"cause\":\"fate\"}}",
                ".incident.cause",
                "expected `deployment` or `other`, found `fate`",
                UnknownValue,
            ),
            ("{}", "", &format!("{kinds} an object without a key"), InvalidRecord),
            ("[1]", "", &format!("{kinds} a list"), InvalidRecord),
            (" 17 ", "", &format!("{kinds} `17`"), InvalidRecord),
            ("{\"star\":{}}", "", &format!("{kinds} the key `star`"), InvalidRecord),
            ("{\"change\":{},\"star\":1}", "", &format!("{kinds} several keys, the first `change`"), InvalidRecord),
        ] {
            assert_eq!(refusal(line), (format!("`x.jsonl:2{path}`: {sentence}"), code), "{line}");
        }
    }

    #[test]
    fn lenient_counts_and_lists() {
        let text =
            [GOOD.as_bytes(), b"\xff\xfe", b"{\"deployment\":{\"id\":", GOOD.as_bytes(), b"{\"change\":"].join(&b'\n');
        for piece in [1, 7, usize::MAX] {
            let (table, done) = read(&text, Strictness::Lenient, piece);
            assert_eq!((done, table.changes().len(), table.quality().rejected), (Ok(()), 2, 3));
            let listed: Vec<(u64, &str)> =
                table.quality().rejections.iter().map(|one| (one.line, one.reason.as_str())).collect();
            assert_eq!(listed[0], (2, "expected UTF-8, found a byte at column 1 that is not"));
            assert_eq!(listed[1].0, 3);
            assert_eq!(listed[2], (5, "the file ends inside a record"));
        }
    }

    #[test]
    fn what_is_not_in_the_vocabulary_is_counted() {
        let text = "{\"change\":{\"sha\":\"a\",\"author\":{\"name\":[1e999]},\"id\":\"x\",\"seenAt\":7}}\n\
            {\"deployment\":{\"id\":\"d\",\"finishedAt\":\"2025-03-01T08:00:00.1234567Z\",\"seenAt\":\"2025-03-01T08:00:00.1234567Z\"}}\n\
            {\"deployment\":{\"id\":\"d\",\"finishedAt\":\"2025-03-01T08:00:00.1234567Z\"}}";
        let quality = read(text.as_bytes(), Strictness::Strict, 9).0.quality().clone();
        let unknown: Vec<(&str, u64)> =
            quality.unknown_fields.iter().map(|(name, &count)| (name.as_str(), count)).collect();
        assert_eq!(unknown, [("change.author", 1), ("change.id", 1), ("change.seenAt", 1), ("deployment.seenAt", 1)]);
        assert_eq!((quality.accepted, quality.floored_times), (3, 2));
    }

    #[test]
    fn a_line_without_end_takes_no_memory_without_end() {
        let mut table = EventTable::new();
        let mut reader = JsonlReader::new(0, Strictness::Lenient);
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            reader.feed(&piece, &mut table).unwrap();
            assert!(reader.kept.capacity() <= 2 * MOST_BYTES);
        }
        reader.feed(format!("\n{GOOD}\n").as_bytes(), &mut table).unwrap();
        reader.finish(&mut table).unwrap();
        assert_eq!((table.changes().len(), table.quality().rejected), (1, 1));
        assert!(table.quality().rejections[0].reason.contains("at most 16777216 bytes"));
    }
}
