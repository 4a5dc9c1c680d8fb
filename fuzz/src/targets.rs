//! What is fuzzed, as plain functions: libFuzzer calls them with bytes of its own, `core/tests/corpora.rs` with those
//! that were kept. None may panic, and each holds what must be true of any input.

use truenorth::desk::operations::{Context, OPERATIONS, Tables};
use truenorth::desk::sources::{Format, Mapping, ReadOptions, Reader, Strictness};
use truenorth::desk::{door, render};
use truenorth::dora::{self, DoraRequest, Preset};
use truenorth::facts::readers::jsonl::JsonlReader;
use truenorth::facts::{
    Change, Deployment, DeploymentStatus, Event, EventTable, Incident, Ownership, PullRequest, Text,
};
use truenorth::ground::time::{Bucket, Span, Time, Window, Zone};
use truenorth::{Error, ErrorCode};

/// Bytes taken one after the other; zero at the end.
struct Dice<'a>(&'a [u8]);

impl Dice<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn among(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count.max(1)
    }

    fn is(&mut self) -> bool {
        self.byte() & 1 == 1
    }
}

/// What holds of every error: it is no bug, fit to print, and speaks to people.
fn hold(error: &Error, input: &[u8]) {
    assert!(error.code() != ErrorCode::Internal, "{error}");
    let said = error.to_string();
    assert!(!said.chars().any(char::is_control), "{said:?}");
    assert!(said.matches('`').count() % 2 == 0 || input.contains(&b'`'), "{said}");
    for word in ["Option<", "Vec<", "struct ", "enum ", "usize", "f64"] {
        let is_theirs = input.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(!said.contains(word) || is_theirs, "{said}");
    }
}

/// A request to any operation: an error or a report, the same twice.
pub(crate) fn door(data: &[u8]) {
    let mut dice = Dice(data);
    let operation = &OPERATIONS[dice.among(OPERATIONS.len())];
    let Ok(request) = std::str::from_utf8(dice.0) else { return };
    let ask = || door::json(operation.name, request, &Tables::default(), &Context::default());
    match ask() {
        Err(error) => hold(&error, data),
        Ok(report) => {
            serde_json::from_str::<serde_json::Value>(&report).expect("a report is JSON");
            assert_eq!(ask().as_deref(), Ok(report.as_str()));
        }
    }
}

/// What came of a stream, to compare.
fn outcome(done: Result<(), Error>, events: &EventTable, data: &[u8]) -> String {
    if let Err(error) = &done {
        hold(error, data);
    }
    let said = done.err().map(|error| error.to_string());
    format!("{said:?} {} {:?}", events.len(), events.quality())
}

/// A stream in any format: the same whole and in pieces.
pub(crate) fn sources(data: &[u8]) {
    let mut dice = Dice(data);
    let formats: Vec<Format> = Format::ALL.iter().copied().filter(|format| *format != Format::Mapped).collect();
    let options = ReadOptions {
        name: "input".to_owned(),
        format: formats[dice.among(formats.len())],
        strictness: if dice.is() { Strictness::Lenient } else { Strictness::Strict },
        time_zone: dice.is().then(|| "Europe/Berlin".to_owned()),
        service: dice.is().then(|| "checkout".to_owned()),
        ..ReadOptions::default()
    };
    let piece = 1 + dice.among(64);
    let read = |piece: usize| {
        let mut events = EventTable::new();
        let mut reader = Reader::new(options.clone()).expect("the options are good");
        let fed = dice.0.chunks(piece).try_for_each(|piece| reader.feed(piece, &mut events));
        let done = fed.and_then(|()| reader.finish(&mut events));
        events.settle();
        (outcome(done, &events, data), events)
    };
    let (whole, events) = read(data.len().max(1));
    assert_eq!(read(piece).0, whole);
    match dora::measure(&DoraRequest::default(), &events, &Context::default()) {
        Ok(report) => shown(&report),
        Err(error) => hold(&error, data),
    }
}

/// Our own events as lines: the quick way and the careful one agree.
pub(crate) fn jsonl(data: &[u8]) {
    let mut dice = Dice(data);
    let strictness = if dice.is() { Strictness::Lenient } else { Strictness::Strict };
    let piece = 1 + dice.among(64);
    let read = |careful: bool, piece: usize| {
        let mut events = EventTable::new();
        let file = events.add_file("input");
        let mut reader = JsonlReader::new(file, strictness);
        if careful {
            reader = reader.carefully();
        }
        let fed = dice.0.chunks(piece).try_for_each(|piece| reader.feed(piece, &mut events));
        let done = fed.and_then(|()| reader.finish(&mut events));
        outcome(done, &events, data)
    };
    let whole = read(false, data.len().max(1));
    assert_eq!(read(true, data.len().max(1)), whole);
    assert_eq!(read(false, piece), whole);
}

/// Files about ownership.
pub(crate) fn ownership(data: &[u8]) {
    let mut dice = Dice(data);
    let name = ["owners.csv", "CODEOWNERS", "catalog-info.yaml"][dice.among(3)];
    let mut ownership = Ownership::default();
    if let Err(error) = ownership.read(name, dice.0, Some("acme/shop"), None) {
        hold(&error, data);
    }
    let mut events = EventTable::new();
    for (service, repository) in [(Some("shop"), None), (None, Some("acme/shop")), (None, None)] {
        let deployment = Deployment {
            service: service.map(Text::from),
            repository: repository.map(Text::from),
            finished_at: Time::from_seconds(1_700_000_000),
            ..Deployment::default()
        };
        events.push(&Event::Deployment(deployment)).expect("the deployment is good");
    }
    let assigned = events.apply_ownership(&ownership);
    assert_eq!(assigned.owned + assigned.unowned + assigned.conflicts + assigned.ambiguous, 3);
}

/// Words with a form: times, lengths, zones, formats, mappings. What is read is written and read again the same.
pub(crate) fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Time::parse(text) {
        Ok(time) => assert_eq!(Time::parse(&time.to_string()), Ok(time)),
        Err(error) => hold(&error, data),
    }
    match Span::parse(text) {
        Ok(span) => assert_eq!(Span::parse(&span.to_string()), Ok(span)),
        Err(error) => hold(&error, data),
    }
    match Zone::parse(text) {
        Ok(zone) => assert_eq!(zone.name(), text),
        Err(error) => hold(&error, data),
    }
    if let Err(error) = Format::parse(text) {
        hold(&error, data);
    }
    if let Err(error) = Mapping::from_json(text) {
        hold(&error, data);
    }
}

/// Whatever happened, under whatever definitions: a report without NaN, in every format.
pub(crate) fn measure(data: &[u8]) {
    let mut dice = Dice(data);
    let mut request = DoraRequest {
        preset: [Preset::Dora, Preset::FourKeys, Preset::DevLake, Preset::GitLab, Preset::Middleware, Preset::Pelorus]
            [dice.among(6)],
        bucket: [None, Some(Bucket::Day), Some(Bucket::Week), Some(Bucket::Month)][dice.among(4)],
        time_zone: dice.is().then(|| "Pacific/Apia".to_owned()),
        year: [0, 2016, 2024, 2025][dice.among(4)],
        ..DoraRequest::default()
    };
    if dice.is() {
        request.compare = dora::Compare::Previous;
    }
    if dice.is() {
        request.by = vec!["service".to_owned(), "team".to_owned()];
    }
    if dice.is() {
        let time = |dice: &mut Dice<'_>| day(dice).unwrap_or_default();
        request.window = Some(Window { from: time(&mut dice), to: time(&mut dice) });
    }
    let mut events = EventTable::new();
    while !dice.0.is_empty() {
        // What says too little is refused, which is no fault of the table's.
        let _ = events.push(&event(&mut dice));
    }
    match dora::measure(&request, &events, &Context::default()) {
        Ok(report) => {
            let text = serde_json::to_string(&report).expect("a report can be written");
            assert_eq!(serde_json::from_str::<dora::DoraReport>(&text).ok().as_ref(), Some(&report));
            shown(&report);
        }
        Err(error) => hold(&error, data),
    }
}

/// No format lets a control character through.
fn shown(report: &dora::DoraReport) {
    let options = render::TextOptions::default();
    for out in
        [render::text(report, options), render::markdown(report), render::html(report), render::openmetrics(report)]
    {
        assert!(!out.chars().any(|letter| letter.is_control() && letter != '\n'), "{out:?}");
    }
}

/// A few names, so that they meet.
fn name(dice: &mut Dice<'_>) -> Option<Text<'static>> {
    const NAMES: [&str; 6] =
        ["a", "b", "checkout", "<b>|\n", "0123456789abcdef0123456789abcdef01234567", "\u{202e}\u{1b}"];
    let place = dice.among(NAMES.len() + 2);
    NAMES.get(place).map(|name| (*name).into())
}

/// An instant in a few months of 2025, some far away.
fn day(dice: &mut Dice<'_>) -> Option<Time> {
    match dice.byte() {
        0..=31 => None,
        32 => Time::from_micros(i64::MIN).or(Time::from_seconds(-62_135_596_800)),
        33 => Time::from_seconds(253_402_300_799),
        days => Time::from_seconds(1_735_689_600 + i64::from(days) * 43_200 + i64::from(dice.byte()) * 337),
    }
}

fn event(dice: &mut Dice<'_>) -> Event<'static> {
    match dice.among(4) {
        0 => Event::Deployment(Deployment {
            id: name(dice),
            service: name(dice),
            team: name(dice),
            version: name(dice),
            sha: name(dice),
            changes: name(dice).into_iter().collect(),
            started_at: day(dice),
            finished_at: day(dice),
            status: [None, Some(DeploymentStatus::Failure), Some(DeploymentStatus::Cancelled), None][dice.among(4)],
            rollback: dice.is().then_some(true),
            rework: dice.is().then_some(true),
            remediates: name(dice),
            failed: dice.is().then_some(true),
            failed_at: day(dice),
            restored_at: day(dice),
            ..Deployment::default()
        }),
        1 => Event::Change(Change {
            sha: name(dice),
            service: name(dice),
            authored_at: day(dice),
            committed_at: day(dice),
            merged_at: day(dice),
            deployment: name(dice),
            merge: dice.is().then_some(true),
            reverts: name(dice),
            copy_of: name(dice),
            ..Change::default()
        }),
        2 => Event::PullRequest(PullRequest {
            id: name(dice),
            service: name(dice),
            merge_sha: name(dice),
            deployment: name(dice),
            first_commit_at: day(dice),
            opened_at: day(dice),
            first_review_at: day(dice),
            approved_at: day(dice),
            merged_at: day(dice),
            ..PullRequest::default()
        }),
        _ => Event::Incident(Incident {
            id: name(dice),
            service: name(dice),
            started_at: day(dice),
            resolved_at: day(dice),
            reopened_at: day(dice),
            deployment: name(dice),
            sha: name(dice),
            cause: [None, Some("deployment".into()), Some("other".into())][dice.among(3)].clone(),
            ..Incident::default()
        }),
    }
}
