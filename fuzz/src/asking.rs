//! Questions and their answers.

use serde::Serialize;
use serde_json::Value;
use truenorth::desk::operations::{Context, OPERATIONS, Tables};
use truenorth::desk::render::{self, TextOptions};
use truenorth::desk::{door, render::Document};
use truenorth::dora::{self, DoraReport, DoraRequest, PresetsRequest};
use truenorth::facts::readers::{Strictness, jsonl::JsonlReader};
use truenorth::facts::{Event, EventTable};
use truenorth::ground::random::Philox;

use super::made::{self, Bytes};
use super::tables::{dice, told};

/// The door: the first line is a request, the others are events; every operation is asked, twice.
pub fn door(bytes: &[u8]) {
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    let (Ok(request), true) = (std::str::from_utf8(&bytes[..end]), bytes.len() <= 8192) else { return };
    let mut events = EventTable::new();
    let mut reader = JsonlReader::new(0, Strictness::Lenient);
    reader.feed(bytes.get(end + 1..).unwrap_or_default(), &mut events).unwrap();
    reader.finish(&mut events).unwrap();
    let tables = Tables { events: Some(&events) };
    for operation in OPERATIONS {
        let answer = door::json(operation.name, request, &tables, &Context::default());
        match &answer {
            Ok(text) => {
                let value: Value = serde_json::from_str(text).unwrap();
                bounded(&value);
                if operation.name == "dora" {
                    let report: DoraReport = serde_json::from_str(text).unwrap();
                    assert_eq!(serde_json::to_value(&report).unwrap(), value);
                    rendered(&report);
                    exposed(&report);
                }
            }
            Err(error) => told(error, bytes),
        }
        let again = door::json(operation.name, request, &tables, &Context::default());
        assert_eq!(answer.map_err(|error| error.to_string()), again.map_err(|error| error.to_string()));
    }
}

/// YAML: what becomes of it is JSON, and a mistake in it keeps its code and place when it is given its line.
#[cfg(feature = "yaml")]
pub fn yaml(bytes: &[u8]) {
    let (Ok(text), true) = (std::str::from_utf8(bytes), bytes.len() <= 8192) else { return };
    let json = match door::yaml(text) {
        Ok(json) => json,
        Err(error) => return told(&error, bytes),
    };
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value.to_string(), json);
    if let Err(error) = door::read::<DoraRequest>(&json) {
        let placed = door::on_its_line(text, error.clone());
        assert_eq!((placed.code(), placed.path()), (error.code(), error.path()));
        assert!(placed.message().starts_with(error.message()));
        told(&placed, bytes);
    }
}

fn some(bytes: &mut Bytes<'_>) -> Vec<Event<'static>> {
    let mut found = Vec::new();
    while !bytes.rest.is_empty() && found.len() < 200 {
        found.push(made::event(bytes));
    }
    found
}

fn table(events: &[Event<'_>]) -> EventTable {
    let mut table = EventTable::new();
    for event in events {
        // What says too little is refused, which is right too.
        let _ = table.push(event);
    }
    table.settle();
    table
}

/// Any history under any definitions: a report or a sentence, and every way to show it.
pub fn measure(bytes: &[u8]) {
    let mut bytes = Bytes { rest: bytes, tied: false };
    let request = made::request(&mut bytes);
    let events = table(&some(&mut bytes));
    match dora::measure(&request, &events, &Context::default()) {
        Ok(report) => {
            let value = written(&report);
            assert_eq!(serde_json::from_value::<DoraReport>(value.clone()).unwrap(), report);
            bounded(&value);
            rendered(&report);
            exposed(&report);
        }
        Err(error) => told(&error, &[]),
    }
    let request = PresetsRequest { window: request.window, as_of: request.as_of, ..PresetsRequest::default() };
    if let Ok(report) = dora::presets(&request, &events, &Context::default()) {
        bounded(&written(&report));
        rendered(&report);
    }
}

/// The same events in any order, some of them several times, give the same report.
pub fn settle(bytes: &[u8]) {
    let mut rest = Bytes { rest: bytes, tied: false };
    let request = made::request(&mut rest);
    in_any_order(&request, some(&mut rest), &mut dice(bytes));
}

/// The same of histories in which much happens at one instant, and many events are nearly the same. Every so many bytes
/// are an event, the first of them the request, so that one can be taken out and the others stay what they are.
pub fn ties(bytes: &[u8]) {
    const EVENT: usize = 40;
    let mut pieces = bytes.chunks(EVENT);
    let Some(first) = pieces.next() else { return };
    let request = made::request(&mut Bytes { rest: first, tied: true });
    let (mut events, mut before) = (Vec::new(), Vec::new());
    for piece in pieces.take(200) {
        if let [0..160, rest @ ..] = piece
            && !before.is_empty()
        {
            // The one before again, but for a byte or three.
            for pair in rest.chunks_exact(2).take(3) {
                let at = usize::from(pair[0]) % before.len();
                before[at] = pair[1];
            }
        } else {
            before = piece.to_vec();
        }
        events.push(made::event(&mut Bytes { rest: &before, tied: true }));
    }
    in_any_order(&request, events, &mut dice(bytes));
}

fn in_any_order(request: &DoraRequest, mut events: Vec<Event<'static>>, dice: &mut Philox) {
    let presets = PresetsRequest { window: request.window, as_of: request.as_of, ..PresetsRequest::default() };
    // That takes as long as seven reports.
    let asks_presets = dice.below(8) == 0;
    let answers = |events: &[Event<'_>]| {
        let table = table(events);
        let mut answers = vec![dora::measure(request, &table, &Context::default()).map(|report| written(&report))];
        if asks_presets {
            answers.push(dora::presets(&presets, &table, &Context::default()).map(|report| written(&report)));
        }
        answers.into_iter().map(|answer| answer.map(without_reading).map_err(|error| error.to_string()))
    };
    let clean: Vec<_> = answers(&events).collect();
    for at in 0..events.len() {
        if dice.below(4) == 0 && is_known_again(&events[at]) {
            events.push(events[at].clone());
        }
    }
    dice.shuffle(&mut events);
    for (clean, other) in clean.into_iter().zip(answers(&events)) {
        match (clean, other) {
            (Ok(clean), Ok(other)) => same("", &clean, &other),
            (clean, other) => assert_eq!(clean, other),
        }
    }
}

/// A report but for how many records were read and how many of them were known already.
fn without_reading(mut report: Value) -> Value {
    if let Some(data) = report.get_mut("data").and_then(Value::as_object_mut) {
        data.remove("read");
        data.remove("merged");
    }
    report
}

/// Whether a second record of the same thing can be told from another thing that is like it.
fn is_known_again(event: &Event<'_>) -> bool {
    match event {
        Event::Change(change) => change.sha.is_some(),
        Event::PullRequest(request) => request.id.is_some() || request.merge_sha.is_some(),
        _ => true,
    }
}

/// The same report, or where it differs.
fn same(path: &str, one: &Value, other: &Value) {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            a.iter().zip(b.values()).for_each(|((name, a), b)| same(&format!("{path}/{name}"), a, b));
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(at, (a, b))| same(&format!("{path}/{at}"), a, b));
        }
        // As text, in which zero is not minus zero.
        _ => assert_eq!(one.to_string(), other.to_string(), "{path}"),
    }
}

fn written(report: &impl Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(report).unwrap()).unwrap()
}

/// Intervals are the right way round.
fn bounded(value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(bounded),
        Value::Object(fields) => {
            let number = |name: &str| fields.get(name).and_then(Value::as_f64);
            if let (Some(low), Some(high)) = (number("low"), number("high")) {
                assert!(low <= high, "{value}");
            }
            fields.values().for_each(bounded);
        }
        _ => {}
    }
}

/// Every way to show a report; strangers' text stays text.
fn rendered<'r, R>(report: &'r R)
where
    Document: From<&'r R>,
{
    for (width, color, unicode, rows) in [(80, false, true, 20), (0, true, false, 0)] {
        let text = render::text(report, TextOptions { color, width, unicode, rows });
        let harmless = |letter: char| letter == '\n' || (color && letter == '\u{1b}') || !letter.is_control();
        assert!(text.chars().all(harmless), "{text:?}");
    }
    let markdown = render::markdown(report);
    assert!(!markdown.contains("<script") && plain(&markdown), "{markdown}");
    let html = render::html(report);
    assert!(!html.contains("<script") && plain(&html));
}

/// Numbers for monitoring end as they must.
fn exposed(report: &DoraReport) {
    let text = render::openmetrics(report);
    assert!(text.ends_with("# EOF\n") && plain(&text));
}

/// No control character gets through.
fn plain(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_control() && letter != '\n')
}
