//! Mappings: the ready ones with records written from the tools' documentation, and one of a user's own.

use serde_json::{Value, json};

use super::super::testing::{error, events, options, read, read_text, table, table_with};
use super::super::types::{Format, ReadOptions};
use super::*;

fn incident(events: &[Value]) -> &Value {
    assert_eq!(events.len(), 1, "{events:?}");
    &events[0]["incident"]
}

#[test]
fn pagerduty_incidents_of_lists_and_webhooks() {
    let listed = json!({"incidents": [{
        "id": "PT4KHLK", "type": "incident", "incident_number": 1234, "status": "resolved", "urgency": "high",
        "created_at": "2025-03-01T10:00:00Z", "resolved_at": null, "last_status_change_at": "2025-03-01T11:00:00Z",
        "priority": {"summary": "P1"}, "teams": [{"id": "T1", "summary": "Checkout"}],
        "service": {"id": "S1", "type": "service_reference", "summary": "shop"}}], "more": false});
    let expected = json!({"id": "PT4KHLK", "service": "shop", "team": "Checkout", "severity": "P1",
                          "startedAt": "2025-03-01T10:00:00Z", "resolvedAt": "2025-03-01T11:00:00Z"});
    for format in ["auto", "pagerDuty"] {
        assert_eq!(incident(&read_text(&options(format), &format!("{listed:#}"))), &expected);
    }

    let hook = |event: &str, at: &str| {
        json!({"event": {"id": format!("E-{event}"), "event_type": format!("incident.{event}"), "occurred_at": at,
            "resource_type": "incident", "data": {"id": "PT4KHLK", "type": "incident", "status": "x", "urgency": "low",
                "created_at": "2025-03-01T10:00:00Z", "priority": {"summary": "P1"},
                "teams": [{"summary": "Checkout"}], "service": {"id": "S1", "summary": "shop"}}}})
    };
    let mut note = hook("annotated", "2025-03-01T10:30:00Z");
    note["event"]["data"] = json!({"incident": {"id": "PT4KHLK"}, "id": "N1", "type": "incident_note"});
    let mut hooks = vec![
        hook("triggered", "2025-03-01T10:00:01Z"),
        hook("acknowledged", "2025-03-01T10:05:00Z"),
        hook("resolved", "2025-03-01T11:00:00Z"),
        note,
    ];
    let found = table("auto", &hooks);
    assert_eq!(incident(&events(&found)), &expected);
    assert_eq!(found.quality().ignored, 1);
    hooks.push(hook("reopened", "2025-03-01T12:00:00Z"));
    hooks.reverse();
    assert_eq!(incident(&read("auto", &hooks))["reopenedAt"], "2025-03-01T12:00:00Z");
}

fn jira(kind: &str) -> Value {
    json!({"expand": "schema", "startAt": 0, "total": 1, "issues": [{
        "id": "10001", "key": "OPS-12", "fields": {
            "summary": "Down", "issuetype": {"name": kind}, "project": {"key": "OPS"}, "priority": {"name": "Highest"},
            "status": {"name": "In Progress"}, "components": [{"name": "shop"}],
            "created": "2025-03-01T10:00:00.000+0100", "resolutiondate": null},
        "changelog": {"histories": [
            {"id": "3", "created": "2025-03-01T13:00:00.000+0100",
             "items": [{"field": "status", "fromString": "Done", "toString": "In Progress"}]},
            {"id": "2", "created": "2025-03-01T12:00:00.000+0100",
             "items": [{"field": "resolution", "fromString": null, "toString": "Done"},
                       {"field": "status", "fromString": "In Progress", "toString": "Done"}]},
            {"id": "1", "created": "2025-03-01T11:00:00.000+0100",
             "items": [{"field": "status", "fromString": "Open", "toString": "In Progress"}]}]}}]})
}

#[test]
fn jira_issues_with_their_changelog() {
    let expected = json!({"id": "OPS-12", "service": "shop", "severity": "Highest", "labels": {"project": "OPS"},
        "startedAt": "2025-03-01T09:00:00Z", "resolvedAt": "2025-03-01T11:00:00Z", "reopenedAt": "2025-03-01T12:00:00Z"});
    for format in ["auto", "jira"] {
        assert_eq!(incident(&read_text(&options(format), &jira("[System] Incident").to_string())), &expected);
    }
    let task = table("jira", &[jira("Task")]);
    assert_eq!((task.len(), task.quality().ignored), (0, 1));
    assert_eq!(task.quality().ignored_kinds["mapped fields.issuetype.name Task"], 1);
}

#[test]
fn jira_exports_need_a_zone() {
    // Exports repeat the columns of fields with several values.
    let csv = "Summary,Issue key,Issue Type,Project key,Priority,Created,Resolved,Component/s,Component/s\n\
               Down,OPS-12,Incident,OPS,Highest,01/Mar/25 10:00 AM,01/Mar/25 12:30 PM,shop,cart\n\
               Late,OPS-13,Task,OPS,Low,01/Mar/25 10:00 AM,,,\n";
    let zoned = ReadOptions { time_zone: Some("+01:00".into()), ..options("auto") };
    assert_eq!(
        incident(&read_text(&zoned, csv)),
        &json!({"id": "OPS-12", "service": "shop", "severity": "Highest", "labels": {"project": "OPS"},
                "startedAt": "2025-03-01T09:00:00Z", "resolvedAt": "2025-03-01T11:30:00Z"})
    );
    let mut table = crate::facts::EventTable::new();
    let mut reader = super::super::Reader::new(options("jira")).unwrap();
    let error = reader.feed(csv.as_bytes(), &mut table).and_then(|()| reader.finish(&mut table)).unwrap_err();
    assert_eq!(error.path(), "test:2.startedAt");
    assert!(error.message().contains("has no offset, and reading was told no time zone"), "{error}");
}

#[test]
fn servicenow_tables_and_exports() {
    let expected = json!({"id": "INC0010001", "service": "shop", "team": "Checkout", "severity": "1",
                          "startedAt": "2025-03-01T10:00:00Z", "resolvedAt": "2025-03-01T11:00:00Z"});
    let plain = json!({"result": [{"number": "INC0010001", "sys_id": "a1", "state": "6", "priority": "1",
        "opened_at": "2025-03-01 10:00:00", "resolved_at": "2025-03-01 11:00:00", "closed_at": "",
        "business_service": "shop", "assignment_group": "Checkout", "reopened_time": ""}]});
    let both = |text: &str| json!({"display_value": text, "value": text});
    let all = json!({"result": [{"number": both("INC0010001"), "sys_id": both("a1"), "state": both("6"),
        "priority": both("1"), "resolved_at": both("2025-03-01 11:00:00"),
        "opened_at": {"display_value": "2025-03-01 02:00:00", "value": "2025-03-01 10:00:00"},
        "business_service": {"display_value": "shop", "value": "b1"},
        "assignment_group": {"display_value": "Checkout", "value": "g1"}}]});
    let csv = "number,opened_at,resolved_at,state,priority,business_service,assignment_group\n\
               INC0010001,2025-03-01 10:00:00,2025-03-01 11:00:00,Resolved,1,shop,Checkout\n\
               INC0010002,2025-03-01 10:00:00,,Canceled,1,shop,Checkout\n";
    for text in [plain.to_string(), all.to_string(), plain.to_string().replace("result", "records"), csv.to_owned()] {
        assert_eq!(incident(&read_text(&options("auto"), &text)), &expected, "{text}");
        assert_eq!(incident(&read_text(&options("serviceNow"), &text)), &expected);
    }
    // An export in the exporting user's zone.
    let zoned = ReadOptions { time_zone: Some("-08:00".into()), ..options("serviceNow") };
    assert_eq!(incident(&read_text(&zoned, csv))["startedAt"], "2025-03-01T18:00:00Z");
}

fn own() -> ReadOptions {
    let mapping = Mapping::from_json(
        r#"{"list": "rows", "times": ["epochSeconds"], "events": [
            {"kind": "deployment", "when": {"phase": ["PROD*"]}, "fields": {
                "id": {"from": ["/meta/id", "id"]}, "service": {"from": ["app.name", "app"]},
                "environment": {"constant": "prod"}, "finishedAt": {"from": ["end"]},
                "status": {"from": ["result"], "words": {"ok": "success", "bad": "failure"}, "otherwise": "cancelled"},
                "rollback": {"from": ["undo"]}, "changes": {"from": ["commits.*.sha"]}},
             "labels": {"region": {"from": ["region"]}}},
            {"kind": "change", "each": ["commits"], "fields": {
                "sha": {"from": ["sha"]}, "committedAt": {"from": ["at"]}, "repository": {"from": ["repo"]}}}
        ]}"#,
    )
    .unwrap();
    ReadOptions { mapping: Some(mapping), ..options("mapped") }
}

#[test]
fn a_mapping_of_ones_own() {
    let record = |result: &str| {
        json!({"rows": [{"meta": {"id": 7}, "app": {"name": "shop"}, "phase": "prod-2", "end": 1_740_823_200,
            "result": result, "undo": true, "region": "eu", "repo": "acme/shop",
            "commits": [{"sha": "a", "at": 1_740_819_600}, {"sha": "b", "at": "1740819601"}]}]})
    };
    let expected = json!({"deployment": {"id": "7", "service": "shop", "environment": "production",
        "finishedAt": "2025-03-01T10:00:00Z", "rollback": true, "changes": ["a", "b"], "labels": {"region": "eu"}}});
    let found = read_text(&own(), &record("OK").to_string());
    assert_eq!((found.len(), &found[0]), (3, &expected));
    assert_eq!(found[2]["change"]["committedAt"], "2025-03-01T09:00:01Z");
    assert_eq!(read_text(&own(), &record("?").to_string())[0]["deployment"]["status"], "cancelled");

    let csv = "ID;App;Phase;End;Result\n1;shop;prod;1740823200;bad\n2;shop;test;1740823200;ok\n";
    let found = table_with(own(), &[]);
    assert!(found.is_empty());
    let found = read_text(&own(), csv);
    assert_eq!((found.len(), &found[0]["deployment"]["status"]), (1, &json!("failure")));

    let mut wrong = own();
    wrong.mapping.as_mut().unwrap().events[0].fields.get_mut(&Field::Status).unwrap().otherwise = None;
    let mut table = crate::facts::EventTable::new();
    let mut reader = super::super::Reader::new(wrong).unwrap();
    let error = reader.feed(record("?").to_string().as_bytes(), &mut table).unwrap_err();
    assert_eq!(error.to_string(), "`test:1.status`: expected one of `bad`, `ok`, found `?`");
    let mut reader = super::super::Reader::new(own()).unwrap();
    let error = reader.feed(b"a,b\n1,2\n", &mut table).unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::UnknownFormat, "test:1"));
}

#[test]
fn ready_mappings_are_right_and_others_are_named() {
    for format in [Format::PagerDuty, Format::Jira, Format::ServiceNow] {
        let mapping = Mapping::ready(format).unwrap();
        let text = serde_json::to_string(&mapping).unwrap();
        assert_eq!(Mapping::from_json(&text).unwrap(), mapping);
    }
    assert_eq!(Mapping::ready(Format::Github).unwrap_err().code(), ErrorCode::UnknownFormat);
    assert!(error("pagerDuty", &[json!({"type": "incident"})]).contains("an incident needs `startedAt`"));
}

#[test]
fn paths_find_what_they_name() {
    let value = json!({"x.y": 1, "a": {"b": [{"c": "x"}, {"c": null}, {"c": "y"}], "d": ["p", {"q": 1}, true]}});
    let look = |path: &str| vec![&value].look(path).join(",");
    for (path, expected) in [
        ("x.y", "1"),
        ("/a/b/0/c", "x"),
        ("a.b.2.c", "y"),
        ("a.b.*.c", "x,y"),
        ("a.d", "p,true"),
        ("a.d.*", "p,true"),
        ("a", ""),
        ("a.z.*.c", ""),
        ("", ""),
    ] {
        assert_eq!(look(path), expected, "{path}");
    }
}

#[test]
fn a_mapping_that_fits_no_record_says_so_once_all_are_read() {
    let issue = json!({"key": "A-1", "fields": {"created": "2025-03-01T09:30:00Z", "issuetype": {"name": "Bug"}}});
    let other = json!({"build": 7});
    let said = error("jira", &[other.clone(), other.clone()]);
    assert!(
        said.starts_with("`test`: expected records with fields that the mapping names, such as `fields."),
        "{said}"
    );
    assert!(said.ends_with("found 2 without any; the first is an object with the keys `build`"), "{said}");
    for records in [[issue.clone(), other.clone()], [other.clone(), issue]] {
        assert_eq!(table("jira", &records).quality().ignored, 2);
    }
    // Beside records of a known format, a mapping may well be for none of them.
    let own = json!({"deployment": {"finishedAt": "2025-03-01T09:30:00Z"}});
    let mapping = Mapping::ready(Format::Jira).unwrap();
    let options = ReadOptions { mapping: Some(mapping), ..options("auto") };
    assert_eq!(table_with(options, &[other, own]).len(), 1);
}
