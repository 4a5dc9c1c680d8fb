//! The quick way and the careful way through a line give the same rows and the same errors.

use proptest::prelude::*;
use proptest::sample::select;

use super::Strictness;
use super::jsonl::JsonlReader;
use super::scan;
use crate::facts::EventTable;
use crate::facts::brief::{Brief, Entry};
use crate::facts::intern::Symbol;

/// All that a table holds, in a form to compare.
fn rows(text: &[u8], careful: bool, strictness: Strictness, piece: usize) -> (String, Option<String>) {
    let mut table = EventTable::new();
    let mut reader = JsonlReader::new(0, strictness);
    if careful {
        reader = reader.carefully();
    }
    let done = text
        .chunks(piece)
        .try_for_each(|piece| reader.feed(piece, &mut table))
        .and_then(|()| reader.finish(&mut table));
    let names: Vec<&str> =
        (0..table.names().len() as u32).map(|at| table.names().text(Symbol::from_index(at))).collect();
    let events = (table.changes(), table.deployments(), table.pull_requests(), table.incidents());
    let rest = (table.scopes(), table.shipped(), table.quality(), names);
    (format!("{events:?} {rest:?}"), done.err().map(|error| format!("{:?} {error}", error.code())))
}

fn both(line: &str) -> [(String, Option<String>); 2] {
    [false, true].map(|careful| rows(line.as_bytes(), careful, Strictness::Strict, usize::MAX))
}

const KINDS: [&str; 5] = ["change", "deployment", "incident", "pullRequest", "star"];

const TEXTS: [&str; 12] = [
    "\"\"",
    "\"checkout\"",
    "\"naïve ✓ 名\"",
    "\"0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f\"",
    "\"a\\nb\"",
    "\"\\u00e9\\\"\"",
    "\"\\ud800\"",
    "\"a\u{1}b\"",
    "\"\u{7f}\"",
    "null",
    "5",
    "\"a long enough text to fill several words, with a tail\"",
];

const TIMES: [&str; 11] = [
    "\"2025-03-01T08:00:00Z\"",
    "\"2024-02-29T23:59:59.123456Z\"",
    "\"2024-02-29T23:59:59.1234567Z\"",
    "\"2025-03-01T08:00:00+01:00\"",
    "\"2025-03-01 08:00:00.5-23:59\"",
    "\"2025-03-01T23:59:60Z\"",
    "\"2025-02-29T00:00:00Z\"",
    "\"2025-03-01T08:00:00\"",
    "\"2025-03-01T08:00:00\\u005a\"",
    "\"noon\"",
    "null",
];

const OTHERS: [&str; 22] = [
    "true",
    "false",
    "null",
    "0",
    "-1.5e3",
    "1e999",
    "tru",
    "\"true\"",
    "[]",
    "[\"a\"]",
    "[\"a\", \"b\\t\" ]",
    "[\"a\",]",
    "[null]",
    "{}",
    "{\"k\":\"v\"}",
    "{\"k\" : \"v\" , \"k\":\"w\",\"l\":\"x\"}",
    "{\"k\":1}",
    "{\"k\":\"v\",}",
    "\"success\"",
    "\"failure\"",
    "\"cancelled\"",
    "{\"success\":null}",
];

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just(""), 2 => Just(" "), 1 => Just("\t\r ")]
}

fn field() -> impl Strategy<Value = String> {
    let names: Vec<&str> = [scan::CHANGE, scan::DEPLOYMENT, scan::INCIDENT, scan::PULL_REQUEST].concat();
    let name = prop_oneof![20 => select(names), 1 => select(vec!["author", "shA", "", "s\\u0068a", "seenAt"])];
    let any = prop_oneof![select(TEXTS.to_vec()), select(TIMES.to_vec()), select(OTHERS.to_vec())];
    (name, any, select(TEXTS.to_vec()), select(TIMES.to_vec()), 0..10_u8, space(), space()).prop_map(
        |(name, any, text, time, usual, before, after)| {
            // Mostly what the field is for, so that whole records get through.
            let value = match (name, usual) {
                (_, 0) => any,
                ("labels", _) => "{\"tier\":\"1\", \"region\":\"eu\"}",
                ("changes", _) => "[\"a1\",\"b2\"]",
                ("status", _) => "\"failure\"",
                ("merge" | "rollback" | "rework" | "failed" | "baseline", _) => "true",
                (name, _) if name.ends_with("At") => time,
                _ => text,
            };
            format!("{before}\"{name}\"{after}:{before}{value}{after}")
        },
    )
}

fn line() -> impl Strategy<Value = String> {
    let kind = prop_oneof![30 => select(KINDS[..4].to_vec()), 1 => Just(KINDS[4])];
    let fields = prop::collection::vec(field(), 0..7);
    (kind, fields, space(), select(vec!["", "", "", "", "", "}", "{}", ",", " x", "\u{feff}"])).prop_map(
        |(kind, fields, space, tail)| {
            let fields = fields.join(",");
            format!("{space}{{{space}\"{kind}\"{space}:{space}{{{fields}}}{space}}}{space}{tail}")
        },
    )
}

/// Changes a few characters anywhere.
fn mutated() -> impl Strategy<Value = String> {
    let edit =
        (any::<prop::sample::Index>(), 0..3_u8, select("{}[]\",:\\ \t\r\0\u{1f}0aé-tn".chars().collect::<Vec<_>>()));
    (line(), prop::collection::vec(edit, 1..4)).prop_map(|(line, edits)| {
        let mut text: Vec<char> = line.chars().collect();
        for (at, action, new) in edits {
            let at = at.index(text.len());
            match action {
                0 => text.insert(at, new),
                1 => text[at] = new,
                _ if text.len() > 1 => drop(text.remove(at)),
                _ => {}
            }
        }
        text.into_iter().collect()
    })
}

/// Many lines, many of them more than once and some of them broken, so that what was remembered of one is used for
/// another.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let odd =
        select(vec![&b""[..], b" \t", b"\xff", b"{\"change\":{\"sha\":\"\xc3\",\"mergedAt\":null}}", b"nonsense"]);
    let line = prop_oneof![20 => line().prop_map(String::into_bytes), 4 => mutated().prop_map(String::into_bytes), 1 => odd.prop_map(<[u8]>::to_vec)];
    let order =
        prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![6 => Just("\n"), 1 => Just("\r\n")]), 1..120);
    (prop::collection::vec(line, 1..12), order, any::<bool>()).prop_map(|(lines, order, marked)| {
        let mut text = if marked { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        for (at, end) in order {
            text.extend_from_slice(&lines[at.index(lines.len())]);
            text.extend_from_slice(end.as_bytes());
        }
        text.truncate(text.len() - usize::from(marked));
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn on_generated_lines(line in line()) {
        let [quick, careful] = both(&line);
        prop_assert_eq!(quick, careful);
    }

    #[test]
    fn on_mutated_lines(line in mutated()) {
        let [quick, careful] = both(&line);
        prop_assert_eq!(quick, careful);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn on_many_lines(text in text(), piece in prop_oneof![1..200_usize, Just(usize::MAX)], strict in any::<bool>()) {
        let strictness = if strict { Strictness::Strict } else { Strictness::Lenient };
        let expected = rows(&text, true, strictness, usize::MAX);
        prop_assert_eq!(rows(&text, false, strictness, piece), expected);
    }
}

#[test]
fn usual_lines_go_the_quick_way() {
    for line in [
        r#"{"change":{"sha":"0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f","service":"é","committedAt":"2025-03-01T08:00:00Z"}}"#,
        r#" { "deployment" : { "id": "d", "labels": {"tier": "1"}, "changes": ["a", "b"], "status": "success", "rollback": false, "startedAt": null } } "#,
        r#"{"pullRequest":{"id":"p","mergeSha":"a","openedAt":"2025-03-01T08:00:00.5+01:00"}}"#,
        r#"{"incident":{"id":"i","cause":"deployment"}}"#,
        r#"{"incident":{}}"#,
    ] {
        assert!(scan::quick_entry(line.as_bytes(), &mut Entry::default()).is_some(), "{line}");
    }
}

#[test]
fn where_a_record_belongs_is_remembered_word_for_word() {
    for (fields, written) in [
        (r#""sha":"a","service":"s","team":null,"mergedAt":null"#, Some(r#""service":"s","team":null"#)),
        (r#""team": "t", "labels": {"k": "v"}, "sha": "a""#, Some(r#""team": "t", "labels": {"k": "v"}"#)),
        (r#""service":"s","sha":"a","team":"t""#, None),
        (r#""service":"s",  "team":"t""#, None),
        (r#""sha":"a""#, Some("")),
    ] {
        let mut entry = Entry::default();
        let line = format!("{{\"change\":{{{fields}}}}}");
        assert!(scan::quick_entry(line.as_bytes(), &mut entry).is_some(), "{line}");
        let Brief::Change(brief) = entry.brief else { panic!("{line}") };
        assert_eq!(brief.place.written, written.map(str::as_bytes), "{line}");
    }
}
