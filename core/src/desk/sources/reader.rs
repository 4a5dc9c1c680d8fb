//! The one entry point: bytes in pieces, records to their sources, what is not taken counted.

use serde_json::Value;

use super::out::Out;
use super::types::{DeploymentSource, Format, ReadOptions, Strictness};
use super::{Mapping, cdevents, detect, github, gitlab, mapped, mapping, own};
use crate::facts::readers::csv::{Columns, Records, Row};
use crate::facts::readers::documents::{Documents, Lists};
use crate::facts::readers::{Batch, careful_record};
use crate::facts::{EventTable, Origin};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;

/// Reads a stream of any format, piece by piece, into a table.
///
/// # Example
///
/// ```
/// use truenorth::desk::sources::{ReadOptions, Reader};
/// use truenorth::facts::EventTable;
/// let mut events = EventTable::new();
/// let mut reader = Reader::new(ReadOptions { name: "deploys.csv".into(), ..ReadOptions::default() })?;
/// reader.feed(b"service,finished_at\ncheckout,2025-03-", &mut events)?;
/// reader.feed(b"01T09:30:00Z\n", &mut events)?;
/// reader.finish(&mut events)?;
/// assert_eq!(events.deployments().len(), 1);
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader {
    stream: Stream,
    router: Router,
}

#[derive(Debug)]
enum Stream {
    /// Until the first byte that is no space.
    Start(Vec<u8>),
    Json(Documents),
    Csv(Box<Records>, Option<Table>),
    Over,
}

/// What the header of a CSV file says.
#[derive(Debug)]
enum Table {
    Own(Columns),
    Mapped(Format, mapped::Header),
}

/// Hands records to their sources.
#[derive(Debug)]
struct Router {
    options: ReadOptions,
    file: u32,
    cdevents: cdevents::Cdevents,
    github: github::Github,
    gitlab: gitlab::Gitlab,
    /// The mappings in use, by format.
    mapped: Vec<(Format, mapped::Mapped)>,
    /// Whether any record was one that needs no mapping.
    unmapped: bool,
}

impl Reader {
    /// A reader of one stream.
    ///
    /// # Errors
    /// For options that contradict each other, and a mapping that is wrong.
    pub fn new(options: ReadOptions) -> Result<Self> {
        let mut mapped = Vec::new();
        match (options.format, &options.mapping) {
            (Format::Mapped | Format::Auto, Some(mapping)) => {
                mapped.push((Format::Mapped, mapped::Mapped::new(mapping.clone(), options.time_zone.as_deref())?));
            }
            (Format::Mapped, None) => {
                let sentence = "the format `mapped` needs a mapping";
                return Err(Error::new(ErrorCode::MissingField, sentence).at("mapping"));
            }
            (format, Some(_)) => {
                let sentence = format!("the format `{}` takes no mapping", format.as_str());
                return Err(Error::new(ErrorCode::Conflict, sentence).at("mapping"));
            }
            (_, None) => {}
        }
        if let Some(zone) = &options.time_zone {
            mapping::check_zone(zone).at("timeZone")?;
        }
        if options.host.deployments_from.contains(&DeploymentSource::Runs) && options.host.runs.is_none() {
            let sentence = "runs count as deployments only by a pattern of their names, such as `*deploy*`";
            return Err(Error::new(ErrorCode::MissingField, sentence).at("host.runs"));
        }
        let router = Router {
            options,
            file: 0,
            cdevents: cdevents::Cdevents::default(),
            github: github::Github::default(),
            gitlab: gitlab::Gitlab::default(),
            mapped,
            unmapped: false,
        };
        Ok(Self { stream: Stream::Start(Vec::new()), router })
    }

    /// Takes the next piece of the stream.
    ///
    /// # Errors
    /// Strict: the first record that cannot be taken, with file and line. Lenient: only what makes the whole stream
    /// unreadable, such as a header that says nothing; rejected records are in [`EventTable::quality`].
    pub fn feed(&mut self, piece: &[u8], table: &mut EventTable) -> Result<()> {
        let router = &mut self.router;
        if router.file == 0 && !router.options.name.is_empty() {
            router.file = table.add_file(&router.options.name);
        }
        match &mut self.stream {
            Stream::Start(head) => {
                head.extend_from_slice(piece);
                // Four bytes tell a byte order mark, and what is no text.
                if head.len() < 4 {
                    return Ok(());
                }
                let head = std::mem::take(head);
                self.begin(head, false, table)
            }
            Stream::Json(documents) => router.json_piece(documents, piece, table),
            Stream::Csv(records, header) => {
                records.feed(piece, &mut |line, row| router.csv_record(line, row, header, table))
            }
            Stream::Over => Err(Error::new(ErrorCode::Conflict, "a reader that was finished takes no more bytes")),
        }
    }

    /// Looks at the beginning of the stream, and reads it.
    fn begin(&mut self, head: Vec<u8>, is_all: bool, table: &mut EventTable) -> Result<()> {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        let first = text.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        if first.is_none() && !is_all && head.len() < MOST_SPACE {
            self.stream = Stream::Start(head);
            return Ok(());
        }
        let router = &mut self.router;
        refuse_binary(&head).map_err(|error| router.placed(error, 0))?;
        let json = match router.options.format {
            Format::Csv => false,
            Format::Events | Format::Cdevents | Format::Github | Format::Gitlab => true,
            _ => matches!(first, None | Some(b'{' | b'[' | 0x1e)),
        };
        self.stream = if json { Stream::Json(router.json()) } else { Stream::Csv(Box::default(), None) };
        self.feed(&head, table)
    }

    /// Says that the stream is over: what was left open is resolved, counted or reported.
    ///
    /// # Errors
    /// As [`Reader::feed`]; a stream that ends inside a record is such an error.
    pub fn finish(&mut self, table: &mut EventTable) -> Result<()> {
        if let Stream::Start(head) = &mut self.stream
            && !head.is_empty()
        {
            let head = std::mem::take(head);
            self.begin(head, true, table)?;
        }
        let router = &mut self.router;
        match std::mem::replace(&mut self.stream, Stream::Over) {
            Stream::Start(_) | Stream::Over => {}
            Stream::Json(mut documents) => documents.finish(&mut |line, text| router.json_record(line, text, table))?,
            Stream::Csv(mut records, mut header) => {
                records.finish(&mut |line, row| router.csv_record(line, row, &mut header, table))?;
            }
        }
        router.finish(table)
    }
}

/// How much space may stand before the first record.
const MOST_SPACE: usize = 1 << 20;

fn refuse_binary(head: &[u8]) -> Result<()> {
    let found = match head {
        [0x1f, 0x8b, ..] => "gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        [b'P', b'K', 3, 4, ..] => "a zip archive or spreadsheet",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16 text",
        [b'P', b'A', b'R', b'1', ..] => "Parquet",
        _ => return Ok(()),
    };
    Err(Error::new(ErrorCode::UnknownFormat, format!("expected JSON or CSV in UTF-8, found {found}")))
}

impl Router {
    fn json(&self) -> Documents {
        let list = self.options.mapping.as_ref().and_then(|mapping| mapping.list.clone());
        Documents::new(list.map_or(Lists::Known, Lists::Named))
    }

    /// Lines that are events of ours, as programs write them, go the quick way; all else goes through the splitter.
    fn json_piece(&mut self, documents: &mut Documents, piece: &[u8], table: &mut EventTable) -> Result<()> {
        let own = matches!(self.options.format, Format::Events | Format::Auto);
        let Some(end) = memchr::memrchr(b'\n', piece).filter(|_| own) else {
            return documents.feed(piece, &mut |line, text| self.json_record(line, text, table));
        };
        let (mut lines, last) = piece.split_at(end + 1);
        let mut batch = Batch::default();
        while !lines.is_empty() {
            if documents.idle_at().is_some() {
                lines = batch.read(lines, table);
                for entry in batch.entries() {
                    let line = documents.idle_at().unwrap_or_default();
                    documents.skip_line();
                    self.unmapped = true;
                    let out = &mut Out::new(table, Origin { file: self.file, line }, &self.options);
                    let done = out.entry(entry);
                    self.judged(done, line, table)?;
                }
                if !batch.is_cut_short() {
                    continue;
                }
            }
            let end = memchr::memchr(b'\n', lines).map_or(lines.len(), |end| end + 1);
            let (bytes, rest) = lines.split_at(end);
            documents.feed(bytes, &mut |line, text| self.json_record(line, text, table))?;
            lines = rest;
        }
        documents.feed(last, &mut |line, text| self.json_record(line, text, table))
    }

    /// Says where: the file and, where it is known, the line.
    fn placed(&self, error: Error, line: u32) -> Error {
        let name = if self.options.name.is_empty() { "input" } else { &self.options.name };
        if line == 0 { error.at(name) } else { error.at(format_args!("{name}:{line}")) }
    }

    /// Strict: the error. Lenient: it is counted, and reading goes on.
    fn judged(&self, done: Result<()>, line: u32, table: &mut EventTable) -> Result<()> {
        match (done, self.options.strictness) {
            (Ok(()), _) => Ok(()),
            (Err(error), Strictness::Strict) => Err(self.placed(error, line)),
            (Err(error), Strictness::Lenient) => {
                table.reject(Origin { file: self.file, line }, &error);
                Ok(())
            }
        }
    }

    fn json_record(&mut self, line: u32, text: Result<&str>, table: &mut EventTable) -> Result<()> {
        let origin = Origin { file: self.file, line };
        let done = text.and_then(|text| self.take(text, &parse(text)?, origin, table));
        self.judged(done, line, table)
    }

    fn take(&mut self, text: &str, value: &Value, origin: Origin, table: &mut EventTable) -> Result<()> {
        let format = match self.options.format {
            Format::Auto | Format::Csv => detect::record(value, self.options.mapping.is_some())?,
            format => format,
        };
        if matches!(format, Format::PagerDuty | Format::Jira | Format::ServiceNow) {
            self.ready(format)?;
        }
        self.unmapped |= !matches!(format, Format::PagerDuty | Format::Jira | Format::ServiceNow | Format::Mapped);
        let out = &mut Out::new(table, origin, &self.options);
        match format {
            Format::Cdevents => self.cdevents.take(value, out),
            Format::Github => self.github.take(value, out),
            Format::Gitlab => self.gitlab.take(value, out),
            Format::Events | Format::Auto | Format::Csv => {
                careful_record(text, false).and_then(|record| own::take(&record, out))
            }
            Format::PagerDuty | Format::Jira | Format::ServiceNow | Format::Mapped => {
                find(&mut self.mapped, format).and_then(|mapped| mapped.take(value, out))
            }
        }
    }

    /// Makes the ready mapping of a format, when it is needed first.
    fn ready(&mut self, format: Format) -> Result<()> {
        if !self.mapped.iter().any(|(of, _)| *of == format) {
            let mapping = Mapping::ready(format)?;
            self.mapped.push((format, mapped::Mapped::new(mapping, self.options.time_zone.as_deref())?));
        }
        Ok(())
    }

    fn csv_record(
        &mut self,
        line: u32,
        row: Result<Row<'_>>,
        header: &mut Option<Table>,
        table: &mut EventTable,
    ) -> Result<()> {
        let Some(known) = header else {
            // Without a header nothing can be read, so this is an error for the lenient too.
            let found = row.and_then(|row| self.header(row)).map_err(|error| self.placed(error, line))?;
            *header = Some(found);
            return Ok(());
        };
        let origin = Origin { file: self.file, line };
        let out = &mut Out::new(table, origin, &self.options);
        let done = row.and_then(|row| match known {
            Table::Own(columns) => columns.event(row, out.table).and_then(|event| out.event(&event)),
            Table::Mapped(format, header) => {
                find(&mut self.mapped, *format).and_then(|mapped| mapped.row(header, row, out))
            }
        });
        self.judged(done, line, table)
    }

    fn header(&mut self, row: Row<'_>) -> Result<Table> {
        let format = match self.options.format {
            Format::Auto => detect::header(row, self.options.mapping.is_some())?,
            format => format,
        };
        match format {
            Format::PagerDuty | Format::Jira | Format::ServiceNow => self.ready(format)?,
            Format::Mapped => {}
            _ => return Columns::new(row, self.options.kind).map(Table::Own),
        }
        find(&mut self.mapped, format).and_then(|mapped| mapped.header(row)).map(|header| Table::Mapped(format, header))
    }

    fn finish(&mut self, table: &mut EventTable) -> Result<()> {
        let out = &mut Out::new(table, Origin { file: self.file, line: 0 }, &self.options);
        let done =
            self.cdevents.finish(out).and_then(|()| self.github.finish(out)).and_then(|()| self.gitlab.finish(out));
        let known = self.mapped.iter_mut().filter(|_| !self.unmapped).try_for_each(|(_, mapped)| mapped.finish());
        self.judged(done.and(known), 0, table)
    }
}

fn find(mapped: &mut [(Format, mapped::Mapped)], format: Format) -> Result<&mut mapped::Mapped> {
    let found = mapped.iter_mut().find(|(of, _)| *of == format).map(|(_, mapped)| mapped);
    found.ok_or_else(|| {
        Error::new(ErrorCode::MissingField, format!("the format `{}` needs a mapping", format.as_str())).at("mapping")
    })
}

fn parse(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| {
        let sentence = error.to_string();
        let sentence = sentence.rsplit_once(" at line ").map_or(sentence.as_str(), |(before, _)| before);
        Error::new(ErrorCode::InvalidJson, format!("expected JSON, found `{}`: {sentence}", excerpt(text)))
    })
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
