//! CSV: any table as records, and our own vocabulary from its columns.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::fields::{Draft, Field, Kind};
use crate::facts::{Event, EventTable};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// How long a record may be, in bytes.
pub const MOST_BYTES: usize = 16 << 20;
/// How many columns there may be.
pub const MOST_COLUMNS: usize = 4096;

/// A record of a CSV file.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Row<'a> {
    /// How many fields it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A field, without the spaces around it; `None` where there is none or nothing in it.
    pub fn get(&self, index: usize) -> Option<&'a str> {
        let end = *self.ends.get(index)?;
        let from = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(from..end).map(str::trim).filter(|text| !text.is_empty())
    }

    /// All fields, empty ones as empty text.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(move |index| self.get(index).unwrap_or_default())
    }
}

/// An incremental splitter: bytes in, records out, each with the line it begins on; the header is the first.
///
/// The delimiter (comma, semicolon, tab or bar) is the one that the first line has most of. Lines end with `\n`, `\r\n` or
/// a bare `\r`; they are counted by the one that ends the first. Empty lines are skipped.
#[derive(Debug, Default)]
pub struct Records {
    /// The first line, until it is whole and tells the delimiter.
    head: Option<Vec<u8>>,
    reader: Option<Box<Reader>>,
    out: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    ended: usize,
    /// Whether lines end with a bare `\r`.
    bare: bool,
    newlines: u32,
    began: u32,
    inside: bool,
    too_large: bool,
}

type Sink<'s> = dyn FnMut(u32, Result<Row<'_>>) -> Result<()> + 's;

impl Records {
    /// Takes the next piece of the file and hands every record that ends in it to the sink.
    ///
    /// # Errors
    /// Only those that the sink returns.
    pub fn feed(&mut self, piece: &[u8], sink: &mut Sink<'_>) -> Result<()> {
        if self.reader.is_some() {
            return self.read(piece, sink);
        }
        let head = self.head.get_or_insert_default();
        head.extend_from_slice(piece);
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        if first_line(text).1.is_some() || head.len() > MOST_BYTES { self.start(sink) } else { Ok(()) }
    }

    /// Says that the file is over.
    ///
    /// # Errors
    /// Only those that the sink returns.
    pub fn finish(&mut self, sink: &mut Sink<'_>) -> Result<()> {
        if self.reader.is_none() {
            self.start(sink)?;
        }
        // The reader is told of the end by empty input.
        self.read_on(&[], sink)?;
        *self = Self::default();
        Ok(())
    }

    fn start(&mut self, sink: &mut Sink<'_>) -> Result<()> {
        let head = self.head.take().unwrap_or_default();
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        let (mut line, bare) = first_line(text);
        self.bare = bare == Some(true);
        // What stands in quotes is no delimiter.
        let mut counts = [0; 4];
        while let Some((&byte, rest)) = line.split_first() {
            line = rest;
            if byte == b'"' {
                let quoted = line.iter().take_while(|&&byte| byte != b'"').count();
                line = line.get(quoted + 1..).unwrap_or_default();
            }
            for (count, delimiter) in counts.iter_mut().zip(b",;\t|") {
                *count += u32::from(byte == *delimiter);
            }
        }
        let mut delimiter = (b',', 0);
        for (&count, &candidate) in counts.iter().zip(b",;\t|") {
            if count > delimiter.1 {
                delimiter = (candidate, count);
            }
        }
        self.reader = Some(Box::new(ReaderBuilder::new().delimiter(delimiter.0).build()));
        self.read(text, sink)
    }

    fn read(&mut self, mut piece: &[u8], sink: &mut Sink<'_>) -> Result<()> {
        while !piece.is_empty() {
            if !self.inside {
                // Blank lines are passed over here, so that the line a record begins on is known.
                let blank = piece.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                let (skipped, rest) = piece.split_at(blank);
                self.count(skipped);
                piece = rest;
                if piece.is_empty() {
                    return Ok(());
                }
                (self.inside, self.began) = (true, self.newlines.saturating_add(1));
            }
            let taken = self.read_on(piece, sink)?;
            piece = piece.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    fn count(&mut self, bytes: &[u8]) {
        let newlines = memchr::memchr_iter(if self.bare { b'\r' } else { b'\n' }, bytes).count();
        self.newlines = self.newlines.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
    }

    /// Reads to the end of a record or of the piece; says how many bytes that took.
    fn read_on(&mut self, piece: &[u8], sink: &mut Sink<'_>) -> Result<usize> {
        let mut taken = 0;
        loop {
            let Some(reader) = self.reader.as_mut() else { return Ok(piece.len()) };
            let input = piece.get(taken..).unwrap_or_default();
            let (out, ends) = (self.out.get_mut(self.written..), self.ends.get_mut(self.ended..));
            let (result, read, written, ended) =
                reader.read_record(input, out.unwrap_or_default(), ends.unwrap_or_default());
            self.count(input.get(..read).unwrap_or_default());
            taken += read;
            self.written += written;
            self.ended += ended;
            match result {
                ReadRecordResult::OutputFull if self.out.len() >= MOST_BYTES => {
                    (self.too_large, self.written) = (true, 0);
                }
                ReadRecordResult::OutputFull => self.out.resize((self.out.len() * 2).max(4096), 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() >= MOST_COLUMNS => {
                    (self.too_large, self.ended) = (true, 0);
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize((self.ends.len() * 2).max(64), 0),
                ReadRecordResult::Record => {
                    self.record(sink)?;
                    return Ok(taken);
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Ok(taken),
            }
        }
    }

    fn record(&mut self, sink: &mut Sink<'_>) -> Result<()> {
        let (written, ended) = (std::mem::take(&mut self.written), std::mem::take(&mut self.ended));
        self.inside = false;
        if std::mem::take(&mut self.too_large) {
            let sentence = format!("a record has at most {MOST_BYTES} bytes and {MOST_COLUMNS} fields, found more");
            return sink(self.began, Err(Error::new(ErrorCode::TooLarge, sentence)));
        }
        let (bytes, ends) = (self.out.get(..written).unwrap_or_default(), self.ends.get(..ended).unwrap_or_default());
        let row = std::str::from_utf8(bytes).ok().filter(|text| ends.iter().all(|&end| text.is_char_boundary(end)));
        match row {
            Some(text) => sink(self.began, Ok(Row { text, ends })),
            None => sink(self.began, Err(Error::new(ErrorCode::InvalidUtf8, "expected UTF-8 text"))),
        }
    }
}

/// The first line that holds something, and whether it ends with a bare `\r`; `None` while its end is not there.
fn first_line(text: &[u8]) -> (&[u8], Option<bool>) {
    let blank = text.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let rest = text.get(blank..).unwrap_or_default();
    let mut quoted = false;
    let end = rest.iter().position(|&byte| {
        quoted ^= byte == b'"';
        !quoted && matches!(byte, b'\r' | b'\n')
    });
    let Some(end) = end else { return (rest, None) };
    let line = rest.get(..end).unwrap_or_default();
    match (rest.get(end), rest.get(end + 1)) {
        (Some(b'\r'), None) => (line, None),
        (Some(b'\r'), Some(after)) => (line, Some(*after != b'\n')),
        _ => (line, Some(false)),
    }
}

/// What a record without the header's number of fields is: cut off, or wrongly quoted.
pub(crate) fn check_width(row: &Row<'_>, columns: usize) -> Result<()> {
    let extra = (columns..row.len()).any(|index| row.get(index).is_some());
    if row.len() < columns || extra {
        let sentence = format!("expected {columns} fields as in the header, found {}", row.len());
        return Err(Error::new(ErrorCode::InvalidRecord, sentence));
    }
    Ok(())
}

#[derive(Debug, Clone)]
enum Target {
    Kind,
    Field(Field),
    Label(String),
    Unknown(String),
}

/// The columns of our own vocabulary.
///
/// Header names are those of the vocabulary, in camelCase or snake_case; `label.NAME` is the label `NAME`; `kind` is
/// `deployment`, `change`, `pullRequest` or `incident`. Without a `kind` column all rows are of one kind: the one
/// given, or the one whose fields most columns are.
#[derive(Debug, Clone)]
pub struct Columns {
    targets: Vec<Target>,
    kind: Option<Kind>,
}

impl Columns {
    /// Reads a header.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`] for a column that is there twice; [`ErrorCode::UnknownFormat`] when the kind of the rows
    /// cannot be told.
    pub fn new(header: Row<'_>, kind: Option<Kind>) -> Result<Self> {
        let mut targets: Vec<Target> = Vec::with_capacity(header.len());
        let mut seen = std::collections::BTreeSet::new();
        for name in header.iter() {
            let target = match (name, Field::parse(name), name.strip_prefix("label.")) {
                ("kind", ..) => Target::Kind,
                (_, Some(field), _) => Target::Field(field),
                (_, _, Some(label)) if !label.is_empty() => Target::Label(label.to_owned()),
                _ => Target::Unknown(name.to_owned()),
            };
            let canonical = match &target {
                Target::Field(field) => field.as_str(),
                Target::Kind | Target::Label(_) => name,
                Target::Unknown(_) => "",
            };
            if !canonical.is_empty() && !seen.insert(canonical.to_owned()) {
                let sentence = format!("the column `{}` is there twice", excerpt(name));
                return Err(Error::new(ErrorCode::Conflict, sentence));
            }
            targets.push(target);
        }
        let by_column = targets.iter().any(|target| matches!(target, Target::Kind));
        let kind = if by_column { None } else { Some(kind.map_or_else(|| told_by(&targets), Ok)?) };
        Ok(Self { targets, kind })
    }

    /// Reads the event of a row; the table counts unknown columns and floored times.
    ///
    /// # Errors
    /// For a row with another number of fields than the header, or a field that cannot be read; the path is the column.
    pub fn event<'a>(&'a self, row: Row<'a>, table: &mut EventTable) -> Result<Event<'a>> {
        check_width(&row, self.targets.len())?;
        let kind = self.kind.map_or_else(|| self.kind_of(row), Ok).at("kind")?;
        let mut draft = Draft::new(kind);
        for (index, target) in self.targets.iter().enumerate() {
            let Some(value) = row.get(index) else { continue };
            match target {
                Target::Kind => {}
                Target::Label(name) => draft.label(name.as_str().into(), value.into()),
                Target::Unknown(name) => table.unknown_field(name),
                Target::Field(field) => {
                    let known = if field.is_time() {
                        let time = Time::parse(value).at(field.as_str())?;
                        if Time::is_finer(value) {
                            table.floored_time();
                        }
                        draft.set_time(*field, time)
                    } else {
                        draft.set(*field, value.into()).at(field.as_str())?
                    };
                    if !known {
                        table.unknown_field(&format!("{}.{}", kind.as_str(), field.as_str()));
                    }
                }
            }
        }
        Ok(draft.0)
    }

    fn kind_of(&self, row: Row<'_>) -> Result<Kind> {
        let column = self.targets.iter().position(|target| matches!(target, Target::Kind));
        let missing = || Error::new(ErrorCode::MissingField, "expected a kind of event, found nothing");
        column.and_then(|column| row.get(column)).ok_or_else(missing).and_then(Kind::parse)
    }

    /// How many columns of the header the vocabulary knows.
    pub(crate) fn known(header: Row<'_>) -> usize {
        header.iter().filter(|name| *name == "kind" || Field::parse(name).is_some()).count()
    }
}

fn told_by(targets: &[Target]) -> Result<Kind> {
    let score = |kind: Kind| {
        let of_kind = |target: &&Target| matches!(target, Target::Field(field) if field.is_of(kind));
        targets.iter().filter(of_kind).count()
    };
    let best = Kind::ALL.map(score).into_iter().max().unwrap_or_default();
    let mut kinds = Kind::ALL.into_iter().filter(|kind| score(*kind) == best);
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Ok(kind),
        _ => Err(Error::new(
            ErrorCode::UnknownFormat,
            "the columns do not tell which kind of event the rows are; add a column `kind`, or name the kind",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<(u32, Result<Vec<String>, ErrorCode>)> {
        let run = |pieces: &[&[u8]]| {
            let mut out = Vec::new();
            let mut sink = |line: u32, row: Result<Row<'_>>| {
                out.push((line, row.map(|row| row.iter().map(str::to_owned).collect()).map_err(|e| e.code())));
                Ok(())
            };
            let mut records = Records::default();
            for piece in pieces {
                records.feed(piece, &mut sink).unwrap();
            }
            records.finish(&mut sink).unwrap();
            out
        };
        super::super::every_cut(text, run)
    }

    fn read(text: &str, kind: Option<Kind>) -> (EventTable, Vec<String>) {
        let (mut table, mut columns, mut errors) = (EventTable::new(), None::<Columns>, Vec::new());
        let mut records = Records::default();
        let mut sink = |line: u32, row: Result<Row<'_>>| {
            let done = row.and_then(|row| match &columns {
                None => Columns::new(row, kind).map(|new| columns = Some(new)),
                Some(columns) => columns.event(row, &mut table).and_then(|event| table.push(&event)),
            });
            errors.extend(done.err().map(|error| format!("{line}: {error}")));
            Ok(())
        };
        records.feed(text.as_bytes(), &mut sink).unwrap();
        records.finish(&mut sink).unwrap();
        (table, errors)
    }

    #[test]
    fn lines_quotes_and_delimiters() {
        let some = |line, fields: &[&str]| (line, Ok(fields.iter().map(|&field| field.to_owned()).collect()));
        assert_eq!(
            rows(b"\xef\xbb\xbfa,b\r\n\r\n1,\"two\nlines\"\r\n3,\"say \"\"x\"\"\"\r\n"),
            [some(1, &["a", "b"]), some(3, &["1", "two\nlines"]), some(5, &["3", "say \"x\""])]
        );
        assert_eq!(rows(b"\"a,b,c\";d\n1;2"), [some(1, &["a,b,c", "d"]), some(2, &["1", "2"])]);
        assert_eq!(rows(b"a\tb\n1\t2\n"), [some(1, &["a", "b"]), some(2, &["1", "2"])]);
        assert_eq!(rows(b"a,b\n\xc3,\xa9\n"), [some(1, &["a", "b"]), (2, Err(ErrorCode::InvalidUtf8))]);
        assert_eq!(
            rows(b"a;b\r1;\"two\rlines\"\r\r3;\xff\r4;5"),
            [
                some(1, &["a", "b"]),
                some(2, &["1", "two\rlines"]),
                (5, Err(ErrorCode::InvalidUtf8)),
                some(6, &["4", "5"])
            ]
        );
        assert_eq!(rows(b"\"a\rb\",c\n1,2\n"), [some(1, &["a\rb", "c"]), some(2, &["1", "2"])]);
        assert_eq!(rows(b" \na;b\n"), [some(1, &[""]), some(2, &["a;b"])]);
        assert_eq!(rows(b"a,b\r"), [some(1, &["a", "b"])]);
        assert!(rows(b"").is_empty());
        assert!(rows(b"\n\r\n").is_empty());
    }

    #[test]
    fn a_record_without_end_takes_no_memory_without_end() {
        let mut records = Records::default();
        let mut codes = Vec::new();
        let mut sink = |_: u32, row: Result<Row<'_>>| {
            codes.push(row.map(|row| row.len()).map_err(|error| error.code()));
            Ok(())
        };
        records.feed(b"a,b\n\"", &mut sink).unwrap();
        for _ in 0..40 {
            records.feed(&vec![b'x'; 1 << 20], &mut sink).unwrap();
            assert!(records.out.len() <= 2 * MOST_BYTES);
        }
        records.feed(b"\",1\n1,2\n", &mut sink).unwrap();
        records.feed(&vec![b','; 1 << 20], &mut sink).unwrap();
        records.finish(&mut sink).unwrap();
        assert_eq!(codes, [Ok(2), Err(ErrorCode::TooLarge), Ok(2), Err(ErrorCode::TooLarge)]);
    }

    #[test]
    fn rows_of_all_kinds_become_events() {
        let (mut table, errors) = read(
            "kind,id,sha,service,finished_at,committedAt,status,rollback,changes,label.region,color,resolved_at\n\
             deployment,d1,,shop,2025-03-01T10:00:00Z,,success,yes,a b;c,eu,red,\n\
             change,,a,shop,,2025-03-01T09:00:00+01:00,,,,,,\n\
             incident,i1,,shop,,,,,,,,2025-03-01T11:00:00Z\n\
             build,i1,,shop,,,,,,,,\n\
             deployment,d2,,shop,2025-03-01T10:00:00,,,,,,,\n\
             deployment,d3,,shop,2025-03-01T10:00:00Z,,done,,,,,\n\
             deployment,d4,,shop\n\
             change,,b,,2025-03-01T10:00:00Z,,,,,,,\n",
            None,
        );
        table.settle();
        assert_eq!((table.deployments().len(), table.changes().len(), table.incidents().len()), (1, 2, 1));
        assert_eq!(table.shipped().len(), 3);
        let scope = table.scope(table.deployments().scope.get(0));
        assert_eq!((table.names().text(scope.service), table.label(scope, "region")), ("shop", Some("eu")));
        assert_eq!(table.changes().committed.get(0).time().unwrap().to_string(), "2025-03-01T08:00:00Z");
        let unknown: Vec<_> = table.quality().unknown_fields.iter().collect();
        assert_eq!(unknown, [(&"change.finishedAt".to_owned(), &1), (&"color".to_owned(), &1)]);
        assert_eq!(errors.len(), 4, "{errors:?}");
        assert!(errors[0].starts_with("5: `kind`: expected one of"), "{errors:?}");
        assert!(errors[1].starts_with("6: `finishedAt`: expected a time"), "{errors:?}");
        assert!(errors[2].starts_with("7: `status`: expected `success`"), "{errors:?}");
        assert_eq!(errors[3], "8: expected 12 fields as in the header, found 4");
    }

    #[test]
    fn one_kind_a_file_is_told_by_its_columns() {
        let (table, errors) = read("service,started_at,resolved_at,severity\nshop,2025-03-01T10:00:00Z,,high\n", None);
        assert_eq!((table.incidents().len(), errors.len()), (1, 0));
        let (table, errors) = read("service,finishedAt\nshop,2025-03-01T10:00:00Z\n", None);
        assert_eq!((table.deployments().len(), errors.len()), (1, 0));
        let (_, errors) = read("service,team\nshop,a\n", None);
        assert!(errors[0].contains("add a column `kind`"), "{errors:?}");
        let (table, _) = read("id,service\nx,shop\n", Some(Kind::Incident));
        assert_eq!(table.incidents().len(), 1);
        let (_, errors) = read("finishedAt,finished_at\n,\n", None);
        assert!(errors[0].contains("is there twice"), "{errors:?}");
    }
}
