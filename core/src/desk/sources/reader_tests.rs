//! Reading as a whole: wrappings, defaults, strictness, and anything at all.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use serde_json::json;

use super::super::testing::{options, read_text};
use super::super::types::HostOptions;
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
fn what_is_no_text_is_told_however_it_is_cut() {
    for text in [&b"\xff\xfes\0e\0"[..], b"\x1f\x8b\x08\0", b"(\xb5/\xfd", b"PAR1", b"PK\x03\x04"] {
        for piece in 1..=text.len() {
            let mut reader = Reader::new(ReadOptions::default()).unwrap();
            let mut table = EventTable::new();
            let done = text.chunks(piece).try_for_each(|piece| reader.feed(piece, &mut table));
            let error = done.and_then(|()| reader.finish(&mut table)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::UnknownFormat, "{error}");
        }
    }
    // Too short to be anything else.
    let mut reader = Reader::new(options("auto")).unwrap();
    let mut table = EventTable::new();
    reader.feed(b"{}", &mut table).unwrap();
    assert_eq!(reader.finish(&mut table).unwrap_err().code(), ErrorCode::UnknownFormat);
}

#[test]
fn quick_lines_and_others_mix_and_keep_their_numbers() {
    let quick = r#"{"change":{"sha":"a","committedAt":"2025-03-01T10:00:00.1234567Z"}}"#;
    let text = format!(
        "{quick}\n{{\n  \"change\": {{\"sha\": \"b\"}}\n}}\n{}\n[{quick},\n{quick}\n]\n{quick}\n\n{{\"change\":{{}}}}\n{quick}",
        r#"{"context":{"type":"dev.cdevents.build.started.0.3.0","timestamp":"2025-03-01T10:00:00Z"},"subject":{}}"#
    );
    for size in [1, 7, 64, 10_000] {
        let mut table = EventTable::new();
        let options = ReadOptions { strictness: Strictness::Lenient, ..options("auto") };
        let mut reader = Reader::new(options).unwrap();
        for piece in text.as_bytes().chunks(size) {
            reader.feed(piece, &mut table).unwrap();
        }
        reader.finish(&mut table).unwrap();
        table.settle();
        let quality = table.quality();
        assert_eq!((table.changes().len(), quality.accepted, quality.ignored, quality.rejected), (2, 6, 1, 1));
        assert_eq!((quality.floored_times, quality.rejections[0].line), (5, 11));
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

/// Lines are read many at a time and their words remembered; the elements of a list are not.
#[test]
fn lines_and_a_list_of_them_are_the_same() {
    let lines = [
        r#"{"change": {"sha": "a1", "team": "a", "committedAt": "2025-03-01T08:00:00Z"}}"#,
        r#"{"change":{"sha":"0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f","service":"s","committedAt":"2025-03-01T08:00:00.1234567Z"}}"#,
        r#"{"deployment":{"id":"1","service":"s","team":"t","environment":"staging","labels":{"k":"v"},"changes":["a1"]}}"#,
        r#"{"deployment":{"id":"2","team":"t","version":"","finishedAt":"2025-03-01T10:00:00+01:00"}}"#,
        r#"{"deployment":{"service":"","finishedAt":"2025-03-01T10:00:00Z","labels":{"k":"v"}}}"#,
        r#"{"incident":{"id":"1","team":"t","environment":"staging","startedAt":"2025-03-01T10:00:00Z"}}"#,
        r#"{"pullRequest":{"id":"1","repository":"r"}}"#,
        r#"{"change":{}}"#,
        r#"{"incident":{"id":"\u0031"}}"#,
    ];
    let lines: Vec<&str> = (0..200).map(|at| lines[at * at % 23 % lines.len()]).collect();
    let read = |text: String, environment: Option<&str>| {
        let mut table = EventTable::new();
        let mut reader = Reader::new(ReadOptions {
            strictness: Strictness::Lenient,
            service: environment.map(|_| "default".to_owned()),
            environment: environment.map(str::to_owned),
            ..ReadOptions::default()
        })
        .unwrap();
        reader.feed(text.as_bytes(), &mut table).unwrap();
        reader.finish(&mut table).unwrap();
        let rows = (table.changes(), table.deployments(), table.pull_requests(), table.incidents());
        format!("{rows:?} {:?} {:?} {:?}", table.scopes(), table.shipped(), table.quality())
    };
    for environment in [None, Some("test")] {
        let list = read(format!("[{}]\n", lines.join(",\n")), environment);
        assert_eq!(read(lines.join("\n") + "\n", environment), list);
        assert!(list.contains("floored_times: ") && !list.contains("floored_times: 0"));
    }
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

const LINES: &[&[u8]] = &[
    b"{\"change\":{\"sha\":\"a\",\"service\":\"s\"}}",
    b"{\"change\": {\"sha\": \"\xc3\xa9\", \"committedAt\": \"2025-03-01T10:00:00.1234567Z\"}}",
    b"{\"deployment\":{\"id\":\"d\",\"finishedAt\":\"2025-03-01T10:00:00Z\"}}",
    b"{\"deployment\":{\"id\":\"d\",\"labels\":{\"tier\":\"1\"},\"colour\":[1,{}]}}",
    b"{\"change\":{}}",
    b"{\"change\":{\"sha\":\"\xff\"}}",
    b"{\"change\":{\"sha\":\"a\",\"sha\":\"b\"}}",
    b"{\n \"change\": {\n \"sha\": \"b\"\n}\n}",
    b"[{\"change\":{\"sha\":\"c\"}},",
    b"]",
    b"{\"change\":{\"sha\":\"cut off",
    b"nonsense",
    b"\xef\xbb\xbf",
    b"",
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

    /// Byte by byte, no line is there as a whole, and every record goes the long way.
    #[test]
    fn lines_taken_quickly_are_the_same_lines(parts in vec((select(LINES), select(&["\n", "\n", "\r\n", "\n\n", "", " "][..])), 0..12), piece in 1_usize..400) {
        let text: Vec<u8> = parts.iter().flat_map(|(line, end)| [*line, end.as_bytes()].concat()).collect();
        let read = |piece: usize| {
            let mut table = EventTable::new();
            let strictness = Strictness::Lenient;
            let mut reader = Reader::new(ReadOptions { strictness, format: Format::Events, team: Some("t".into()), ..ReadOptions::default() }).unwrap();
            let done = text.chunks(piece).try_for_each(|piece| reader.feed(piece, &mut table));
            let done = done.and_then(|()| reader.finish(&mut table));
            format!("{done:?} {:?} {:?} {:?}", table.changes(), table.deployments(), table.quality())
        };
        prop_assert_eq!(read(piece), read(1));
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
