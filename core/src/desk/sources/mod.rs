//! Sources: bytes of any format that is read here, in pieces, become facts.
//!
//! All faces read through one [`Reader`]: it tells the format from the first byte and then from each record, hands each
//! record to its source, and counts what is not taken. A source only knows one record at a time and writes partial
//! facts (an incident that only has its end); the table puts them together by id, in any order.

mod cdevents;
mod detect;
#[cfg(feature = "git")]
pub mod git;
mod github;
mod github_records;
mod gitlab;
mod gitlab_records;
mod hosted;
mod mapped;
mod mapping;
mod messages;
mod out;
mod own;
mod record;
#[cfg(test)]
mod testing;
mod types;

use serde_json::Value;

pub use mapping::{Column, MappedEvent, Mapping};
pub use types::{DeploymentSource, Format, HostOptions, ReadOptions, Strictness};

use crate::facts::readers::csv::{Columns, Records, Row};
use crate::facts::readers::documents::{Documents, Lists};
use crate::facts::{EventTable, Origin};
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use out::Out;

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
                let head = std::mem::take(head);
                let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
                let Some(first) = text.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) else {
                    // A part of a byte order mark is nothing yet; so is space, of which there may be no end.
                    self.stream =
                        if head.len() < MOST_SPACE { Stream::Start(head) } else { Stream::Json(router.json()) };
                    return Ok(());
                };
                if head.len() < 3 && *first == 0xef {
                    self.stream = Stream::Start(head);
                    return Ok(());
                }
                refuse_binary(&head).map_err(|error| router.placed(error, 0))?;
                let json = match router.options.format {
                    Format::Csv => false,
                    Format::Events | Format::Cdevents | Format::Github | Format::Gitlab => true,
                    _ => matches!(first, b'{' | b'[' | 0x1e),
                };
                self.stream = if json { Stream::Json(router.json()) } else { Stream::Csv(Box::default(), None) };
                self.feed(&head, table)
            }
            Stream::Json(documents) => documents.feed(piece, &mut |line, text| router.json_record(line, text, table)),
            Stream::Csv(records, header) => {
                records.feed(piece, &mut |line, row| router.csv_record(line, row, header, table))
            }
            Stream::Over => Err(Error::new(ErrorCode::Conflict, "a reader that was finished takes no more bytes")),
        }
    }

    /// Says that the stream is over: what was left open is resolved, counted or reported.
    ///
    /// # Errors
    /// As [`Reader::feed`]; a stream that ends inside a record is such an error.
    pub fn finish(&mut self, table: &mut EventTable) -> Result<()> {
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

    /// Says where: the file and, where it is known, the line.
    fn placed(&self, error: Error, line: u32) -> Error {
        let name = if self.options.name.is_empty() { "input" } else { &self.options.name };
        if line == 0 { error.at(name) } else { error.at(format!("{name}:{line}")) }
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
        let done = text.and_then(parse).and_then(|value| self.take(&value, origin, table));
        self.judged(done, line, table)
    }

    fn take(&mut self, value: &Value, origin: Origin, table: &mut EventTable) -> Result<()> {
        let format = match self.options.format {
            Format::Auto | Format::Csv => detect::record(value, self.options.mapping.is_some())?,
            format => format,
        };
        if matches!(format, Format::PagerDuty | Format::Jira | Format::ServiceNow) {
            self.ready(format)?;
        }
        let out = &mut Out::new(table, origin, &self.options);
        match format {
            Format::Cdevents => self.cdevents.take(value, out),
            Format::Github => self.github.take(value, out),
            Format::Gitlab => self.gitlab.take(value, out),
            Format::Events | Format::Auto | Format::Csv => own::take(value, out),
            Format::PagerDuty | Format::Jira | Format::ServiceNow | Format::Mapped => {
                find(&self.mapped, format).and_then(|mapped| mapped.take(value, out))
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
            Table::Own(columns) => columns.event(row, out.table).and_then(|event| out.event(event)),
            Table::Mapped(format, header) => {
                find(&self.mapped, *format).and_then(|mapped| mapped.row(header, row, out))
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
        find(&self.mapped, format).and_then(|mapped| mapped.header(row)).map(|header| Table::Mapped(format, header))
    }

    fn finish(&mut self, table: &mut EventTable) -> Result<()> {
        let out = &mut Out::new(table, Origin { file: self.file, line: 0 }, &self.options);
        let done =
            self.cdevents.finish(out).and_then(|()| self.github.finish(out)).and_then(|()| self.gitlab.finish(out));
        self.judged(done, 0, table)
    }
}

fn find(mapped: &[(Format, mapped::Mapped)], format: Format) -> Result<&mapped::Mapped> {
    let found = mapped.iter().find(|(of, _)| *of == format).map(|(_, mapped)| mapped);
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
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_assert, prop_oneof, proptest};
    use proptest::sample::select;
    use serde_json::json;

    use super::testing::{options, read_text};
    use super::*;

    fn lenient(text: &[u8]) -> (EventTable, Result<()>) {
        let mut table = EventTable::new();
        let options = ReadOptions { name: "x".into(), strictness: Strictness::Lenient, ..ReadOptions::default() };
        let mut reader = Reader::new(options).unwrap();
        let done = reader.feed(text, &mut table).and_then(|()| reader.finish(&mut table));
        (table, done)
    }

    #[test]
    fn our_own_events_in_every_wrapping() {
        let expected = [
            json!({"deployment": {"id": "1", "service": "a", "finishedAt": "2025-03-01T10:00:00Z"}}),
            json!({"incident": {"id": "i", "startedAt": "2025-03-01T10:00:00Z"}}),
        ];
        let (a, b) = (&expected[0], &expected[1]);
        for text in [
            format!("{a}\n{b}\n"),
            format!("[{a},{b}]"),
            format!("{a:#}\n\n{b:#}"),
            format!("{{\"version\": 1, \"events\": [{a},{b}]}}"),
            "kind,id,service,finishedAt,started_at\ndeployment,1,a,2025-03-01T10:00:00Z,\n\
             incident,i,,,2025-03-01T10:00:00Z\n"
                .to_owned(),
        ] {
            assert_eq!(read_text(&options("auto"), &text), expected, "{text}");
        }
    }

    #[test]
    fn defaults_fill_what_records_do_not_name() {
        let options = ReadOptions {
            service: Some("shop".into()),
            team: Some("a".into()),
            environment: Some("staging".into()),
            ..options("auto")
        };
        assert_eq!(
            read_text(&options, "{\"deployment\": {\"team\": \"b\", \"finishedAt\": \"2025-03-01T10:00:00Z\"}}"),
            [json!({"deployment": {"service": "shop", "team": "b", "environment": "staging",
                                   "finishedAt": "2025-03-01T10:00:00Z"}})]
        );
        let csv = "finished_at\n2025-03-01T10:00:00Z\n";
        assert_eq!(read_text(&options, csv)[0]["deployment"]["service"], "shop");
    }

    #[test]
    fn strict_stops_and_lenient_lists() {
        let text = "{\"deployment\": {\"id\": \"1\"}}\n{\"deployment\": {\"id\": 1}}\nnonsense\n{\"star\": {}}\n\
                    {\"deployment\": {\"finishedAt\": \"noon\"}}\n{\"deployment\": {\"id\": \"2\", \"colour\": 1}}\n";
        let mut table = EventTable::new();
        let mut reader = Reader::new(options("auto")).unwrap();
        let error = reader.feed(text.as_bytes(), &mut table).unwrap_err();
        assert_eq!(error.path(), "test:2.deployment.id");
        let (table, done) = lenient(text.as_bytes());
        assert!(done.is_ok());
        assert_eq!((table.deployments().len(), table.quality().rejected), (2, 4));
        assert_eq!(table.quality().unknown_fields["deployment.colour"], 1);
        let lines: Vec<u64> = table.quality().rejections.iter().map(|rejection| rejection.line).collect();
        assert_eq!(lines, [2, 3, 4, 5]);
        let reasons: Vec<&str> = table.quality().rejections.iter().map(|r| r.reason.as_str()).collect();
        assert!(reasons[1].starts_with("expected JSON, found `nonsense`"), "{reasons:?}");
        assert!(reasons[2].contains("found an object with the keys `star`"), "{reasons:?}");
        assert!(reasons[3].starts_with("`deployment.finishedAt`: expected a time"), "{reasons:?}");
    }

    #[test]
    fn nothing_is_no_error_and_what_is_no_text_is_named() {
        for text in ["", " \n\n", "\u{feff}", "[]", "{\"items\": []}"] {
            let (table, done) = lenient(text.as_bytes());
            assert!(done.is_ok() && table.is_empty() && table.quality().rejected == 0, "{text}");
        }
        for (bytes, word) in [(&b"\x1f\x8b\x08\x00"[..], "gzip"), (b"\xff\xfea\0", "UTF-16"), (b"(\xb5/\xfd", "zstd")] {
            let error = lenient(bytes).1.unwrap_err();
            assert!(error.message().contains(word), "{error}");
        }
        let error = lenient(b"colour,size\nred,1\n").1.unwrap_err();
        assert_eq!((error.code(), error.path()), (ErrorCode::UnknownFormat, "x:1"));
    }

    #[test]
    fn options_that_contradict_each_other_are_errors() {
        assert_eq!(Reader::new(options("mapped")).unwrap_err().path(), "mapping");
        let mapping = Mapping::ready(Format::Jira).unwrap();
        let wrong = ReadOptions { mapping: Some(mapping), ..options("github") };
        assert_eq!(Reader::new(wrong).unwrap_err().code(), ErrorCode::Conflict);
        let mut reader = Reader::new(options("auto")).unwrap();
        let mut table = EventTable::new();
        reader.finish(&mut table).unwrap();
        assert!(reader.feed(b"{}", &mut table).is_err());
    }

    const WORDS: &[&str] = &[
        "action",
        "after",
        "artifactId",
        "base",
        "before",
        "change",
        "changelog",
        "commit",
        "commits",
        "components",
        "content",
        "context",
        "created_at",
        "data",
        "deployable",
        "deployment",
        "deployment_id",
        "deployment_status",
        "deployment_url",
        "environment",
        "event",
        "event_type",
        "fields",
        "finished_at",
        "full_name",
        "head",
        "histories",
        "id",
        "iid",
        "incident",
        "incidents",
        "issue",
        "items",
        "key",
        "labels",
        "merge_commit_sha",
        "merged_at",
        "message",
        "name",
        "node_id",
        "number",
        "object_attributes",
        "object_kind",
        "opened_at",
        "parents",
        "path_with_namespace",
        "project",
        "pull_request",
        "ref",
        "release",
        "repository",
        "resource_type",
        "review",
        "sha",
        "short_id",
        "source",
        "state",
        "status",
        "subject",
        "sys_id",
        "tag_name",
        "timestamp",
        "title",
        "type",
        "updated_at",
        "url",
        "user",
        "workflow_run",
    ];

    const TEXTS: &[&str] = &[
        "",
        "2025-03-01T10:00:00Z",
        "2025-03-01 10:00:00 UTC",
        "closed",
        "created",
        "deployment",
        "incident",
        "dev.cdevents.incident.detected.0.3.0",
        "dev.cdevents.service.deployed.0.3.0",
        "failed",
        "issue",
        "merged",
        "https://x.example/repos/a/b/deployments/1",
        "https://x.example/a/b/-/issues/1",
        "incident.resolved",
        "merge_request",
        "pipeline",
        "pkg:oci/a@%",
        "push",
        "refs/heads/main",
        "success",
        "Reverts #1",
        "000",
        "root cause: 1234567",
        "release",
        "This reverts commit 1234567",
        "cdevents:v0:::::pr:1",
        "é😀",
    ];

    /// Objects of the words that the sources look for, with anything in them.
    fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            select(TEXTS).prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..3).prop_map(Value::from),
                vec((select(WORDS), inner), 0..8)
                    .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
            let _ = lenient(&bytes);
        }

        #[test]
        fn any_record_is_taken_counted_or_refused(value in anything(), format in select(Format::ALL)) {
            let host = HostOptions {
                deployments_from: vec![
                    DeploymentSource::Deployments,
                    DeploymentSource::Runs,
                    DeploymentSource::Releases,
                    DeploymentSource::MergedPullRequests,
                ],
                runs: Some("*".into()),
                ..HostOptions::default()
            };
            let format = if format == Format::Mapped { Format::Auto } else { format };
            let options = ReadOptions {
                format,
                host,
                repository: Some("a/b".into()),
                strictness: Strictness::Lenient,
                ..ReadOptions::default()
            };
            let mut table = EventTable::new();
            let mut reader = Reader::new(options).unwrap();
            // As an element of a list, so that no list inside is opened.
            let done = reader.feed(format!("{{\"items\": [{value}]}}").as_bytes(), &mut table);
            if done.and_then(|()| reader.finish(&mut table)).is_ok() && value.is_object() && format != Format::Csv {
                let quality = table.quality();
                prop_assert!(quality.accepted + quality.rejected + quality.ignored > 0, "{value}");
            }
        }
    }
}
