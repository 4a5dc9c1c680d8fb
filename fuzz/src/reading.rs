//! Readers of bytes.

use std::collections::BTreeMap;

use serde_json::Value;
use truenorth::desk::sources::{DeploymentSource, Format, HostOptions, Mapping, ReadOptions, Reader};
use truenorth::facts::readers::csv::Records;
use truenorth::facts::readers::documents::{Documents, Lists};
use truenorth::facts::readers::{Strictness, jsonl::JsonlReader};
use truenorth::facts::{Deployment, Event, EventTable, Incident, Ownership, Precedence};
use truenorth::ground::time::Time;

use super::tables::{Read, pieces, rows, same, sound, stops_where_lenient_counts, told};

fn lines(pieces: &[&[u8]], strictness: Strictness, carefully: bool) -> Read {
    let mut table = EventTable::new();
    let mut reader = JsonlReader::new(table.add_file("x"), strictness);
    if carefully {
        reader = reader.carefully();
    }
    let done = pieces.iter().try_for_each(|piece| reader.feed(piece, &mut table));
    let done = done.and_then(|()| reader.finish(&mut table));
    (table, done)
}

/// Our own lines: in pieces as whole, every line that says something counted once, strict as lenient.
pub fn jsonl(bytes: &[u8]) {
    let whole = lines(&[bytes], Strictness::Lenient, false);
    assert!(whole.1.is_ok());
    same(&whole, &lines(&pieces(bytes), Strictness::Lenient, false));
    sound(&whole.0);
    let blank = |line: &[u8]| line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let said = text.split(|&byte| byte == b'\n').filter(|line| !blank(line)).count() as u64;
    let quality = whole.0.quality();
    assert_eq!(quality.accepted + quality.rejected, said);
    let strict = lines(&[bytes], Strictness::Strict, false);
    strict.1.as_ref().err().into_iter().for_each(|error| told(error, bytes));
    stops_where_lenient_counts(&strict.1, &whole);
}

/// The quick way through our own lines and the careful way: the same rows, the same errors.
pub fn agree(bytes: &[u8]) {
    for strictness in [Strictness::Strict, Strictness::Lenient] {
        same(&lines(&[bytes], strictness, false), &lines(&[bytes], strictness, true));
    }
}

fn through(options: &ReadOptions, pieces: &[&[u8]]) -> Read {
    let mut table = EventTable::new();
    let Ok(mut reader) = Reader::new(options.clone()) else { return (table, Ok(())) };
    let done = pieces.iter().try_for_each(|piece| reader.feed(piece, &mut table));
    let done = done.and_then(|()| reader.finish(&mut table));
    (table, done)
}

/// In pieces as whole, strict as lenient, nothing lost.
fn any(options: ReadOptions, bytes: &[u8]) -> EventTable {
    let strict = ReadOptions { name: "x".into(), ..options };
    let lenient = ReadOptions { strictness: Strictness::Lenient, ..strict.clone() };
    let pieces = pieces(bytes);
    let (once, whole) = (through(&strict, &[bytes]), through(&lenient, &[bytes]));
    [&once.1, &whole.1].into_iter().flat_map(|done| done.as_ref().err()).for_each(|error| told(error, bytes));
    same(&once, &through(&strict, &pieces));
    same(&whole, &through(&lenient, &pieces));
    sound(&once.0);
    sound(&whole.0);
    stops_where_lenient_counts(&once.1, &whole);
    whole.0
}

fn of(format: Format) -> ReadOptions {
    ReadOptions { format, ..ReadOptions::default() }
}

/// Everything that a code host may be asked for.
fn hosted(format: Format) -> ReadOptions {
    use DeploymentSource::{Deployments, MergedPullRequests, Releases, Runs};
    let host = HostOptions {
        deployments_from: vec![Deployments, Runs, Releases, MergedPullRequests],
        runs: Some("*deploy*".into()),
        prereleases: true,
        ..HostOptions::default()
    };
    ReadOptions { host, ..of(format) }
}

/// CDEvents, bare and in envelopes.
pub fn cdevents(bytes: &[u8]) {
    any(of(Format::Cdevents), bytes);
}

/// GitHub's webhooks and lists.
pub fn github(bytes: &[u8]) {
    any(of(Format::Github), bytes);
    any(hosted(Format::Github), bytes);
}

/// GitLab's webhooks and lists.
pub fn gitlab(bytes: &[u8]) {
    any(of(Format::Gitlab), bytes);
    any(hosted(Format::Gitlab), bytes);
}

/// Anything, its format told from the bytes.
pub fn sources(bytes: &[u8]) {
    any(ReadOptions::default(), bytes);
    let environments = BTreeMap::from([("p*d".to_owned(), "production".to_owned())]);
    let options = ReadOptions {
        service: Some("checkout".into()),
        repository: Some("acme/checkout".into()),
        team: Some("blue".into()),
        environment: Some("prod".into()),
        environments: Some(environments),
        time_zone: Some("Europe/Berlin".into()),
        ..hosted(Format::Auto)
    };
    any(options, bytes);
}

/// Our own tables as CSV: every record but the header is taken or refused.
pub fn csv(bytes: &[u8]) {
    type Seen = Vec<(u32, Result<Vec<String>, String>)>;
    let records = |pieces: &[&[u8]]| -> Seen {
        let (mut seen, mut records) = (Seen::new(), Records::default());
        let mut sink = |line, row: truenorth::Result<truenorth::facts::readers::csv::Row<'_>>| {
            let row = row.map(|row| row.iter().map(str::to_owned).collect()).map_err(|error| error.to_string());
            seen.push((line, row));
            Ok(())
        };
        pieces.iter().try_for_each(|piece| records.feed(piece, &mut sink)).unwrap();
        records.finish(&mut sink).unwrap();
        seen
    };
    let whole = records(&[bytes]);
    assert_eq!(whole, records(&pieces(bytes)));
    assert!(whole.windows(2).all(|pair| pair[0].0 <= pair[1].0), "lines only go up");
    let options = ReadOptions { name: "x".into(), strictness: Strictness::Lenient, ..of(Format::Csv) };
    let read = through(&options, &[bytes]);
    if read.1.is_ok() {
        let quality = read.0.quality();
        // Space before the first byte is passed over before anything is a record.
        let body = bytes.trim_ascii_start().len() == bytes.len();
        assert!(!body || quality.accepted + quality.rejected == whole.len().saturating_sub(1) as u64);
    }
    any(of(Format::Csv), bytes);
}

/// JSON values strung together: the same as serde finds, where it finds nothing wrong.
pub fn documents(bytes: &[u8]) {
    type Seen = Vec<(u32, Result<String, String>)>;
    let values = |lists: &Lists, pieces: &[&[u8]]| -> Seen {
        let (mut seen, mut documents) = (Seen::new(), Documents::new(lists.clone()));
        let mut sink = |line, text: truenorth::Result<&str>| {
            seen.push((line, text.map(str::to_owned).map_err(|error| error.to_string())));
            Ok(())
        };
        pieces.iter().try_for_each(|piece| documents.feed(piece, &mut sink)).unwrap();
        documents.finish(&mut sink).unwrap();
        seen
    };
    let pieces = pieces(bytes);
    for lists in [Lists::Known, Lists::Closed, Lists::Named("rows".into())] {
        let whole = values(&lists, &[bytes]);
        assert_eq!(whole, values(&lists, &pieces));
        assert!(whole.windows(2).all(|pair| pair[0].0 <= pair[1].0), "lines only go up");
    }
    let found: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(bytes).into_iter().collect();
    let Ok(found) = found else { return };
    let mut flat = Vec::new();
    found.into_iter().for_each(|value| flatten(value, &mut flat));
    // Bare words are told apart line by line, which serde does not need.
    if flat.iter().all(Value::is_object) {
        let told: Vec<Value> = values(&Lists::Closed, &[bytes])
            .into_iter()
            .map(|(_, text)| serde_json::from_str(&text.unwrap()).unwrap())
            .collect();
        assert_eq!(told, flat);
    }
}

fn flatten(value: Value, into: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| flatten(item, into)),
        other => into.push(other),
    }
}

/// Other tools' tables: the first line is a mapping where it is one, the rest is what it maps.
pub fn mapped(bytes: &[u8]) {
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    let (first, rest) = (&bytes[..end], bytes.get(end + 1..).unwrap_or_default());
    if let Some(mapping) = std::str::from_utf8(first).ok().and_then(|text| Mapping::from_json(text).ok()) {
        let again = Mapping::from_json(&serde_json::to_string(&mapping).unwrap()).unwrap();
        assert_eq!(mapping, again);
        any(ReadOptions { mapping: Some(mapping.clone()), ..of(Format::Mapped) }, rest);
        any(ReadOptions { mapping: Some(mapping), ..of(Format::Auto) }, rest);
    }
    for format in [Format::PagerDuty, Format::Jira, Format::ServiceNow] {
        any(ReadOptions { time_zone: Some("+02:00".into()), ..of(format) }, bytes);
    }
}

/// Ownership from each of its formats: every row is counted once.
pub fn ownership(bytes: &[u8]) {
    let mut table = EventTable::new();
    for (at, day) in ["2024-12-31T23:59:59Z", "2025-03-01T12:00:00Z", "2025-03-01T00:00:00Z"].iter().enumerate() {
        let at = at as u32;
        let deployment = Deployment {
            service: (at != 1).then(|| "shop".into()),
            repository: (at != 2).then(|| "acme/shop".into()),
            team: (at == 0).then(|| "blue".into()),
            finished_at: Time::parse(day).ok(),
            ..Deployment::default()
        };
        table.push(&Event::Deployment(deployment)).unwrap();
    }
    let incident = Incident { id: Some("i".into()), service: Some("Pay".into()), ..Incident::default() };
    table.push(&Event::Incident(incident)).unwrap();
    table.settle();
    for name in ["owners.csv", "CODEOWNERS", "catalog-info.yaml"] {
        for precedence in [Precedence::Row, Precedence::Owner] {
            let mut ownership = Ownership::default();
            ownership.precedence = precedence;
            let read = ownership.read(name, bytes, Some("acme/shop"), None);
            read.err().iter().for_each(|error| told(error, bytes));
            let mut owned = table.clone();
            let found = owned.apply_ownership(&ownership);
            assert_eq!(found.owned + found.unowned + found.conflicts + found.ambiguous, table.len() as u64);
            assert_eq!(found.unowned_names.values().sum::<u64>(), found.unowned);
            assert_eq!(found.conflict_names.values().sum::<u64>(), found.conflicts + found.ambiguous);
            let mut again = table.clone();
            again.apply_ownership(&ownership);
            assert_eq!(rows(&owned), rows(&again));
        }
    }
}

/// What an object of a git repository says, and patterns of release tags.
#[cfg(feature = "git")]
pub fn git(bytes: &[u8]) {
    use truenorth::desk::sources::git::{ReleasePattern, object_told};
    let found = object_told(bytes);
    assert!(found <= bytes.len(), "each mention takes a word of the message");
    let mut lines = bytes.split(|&byte| byte == b'\n').map(String::from_utf8_lossy);
    if let Some(pattern) = lines.next().and_then(|line| ReleasePattern::new(&line).ok()) {
        for tag in lines {
            assert_eq!(pattern.version(&tag), pattern.version(&tag));
        }
    }
}
