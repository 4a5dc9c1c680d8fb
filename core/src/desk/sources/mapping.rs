//! What the columns of another tool's table mean, as data.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use super::types::Format;
use crate::facts::readers::{Field, Kind};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::json;
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// How records of another tool, JSON or CSV, become events.
///
/// # Example
///
/// ```
/// use truenorth::desk::sources::Mapping;
/// let mapping = Mapping::from_json(r#"{
///     "times": ["%d.%m.%Y %H:%M"],
///     "timeZone": "Europe/Berlin",
///     "events": [{
///         "kind": "deployment",
///         "when": {"Phase": ["prod*"]},
///         "fields": {
///             "id": {"from": ["Ticket"]},
///             "service": {"from": ["System"]},
///             "finishedAt": {"from": ["Ende"]},
///             "status": {"from": ["Ergebnis"], "words": {"ok": "success", "fehler": "failure"}}
///         }
///     }]
/// }"#)?;
/// assert_eq!(mapping.events.len(), 1);
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Mapping {
    /// What it is for, for people.
    pub description: Option<String>,
    /// The name of the list that holds the records, in JSON that wraps them under an unusual name.
    pub list: Option<String>,
    /// How times are written, tried in order: `rfc3339`, `epochSeconds`, `epochMilliseconds`, or a pattern such as
    /// `%Y-%m-%d %H:%M:%S`; empty means `rfc3339`.
    pub times: Vec<String>,
    /// The zone of times written without an offset: an IANA name, `UTC` or an offset such as `+02:00`. It is never
    /// guessed; `timeZone` among the options of reading goes before it. A time that occurs twice is the earlier one.
    pub time_zone: Option<String>,
    /// What each record gives; every rule that holds gives an event, and a record for which none holds is counted.
    pub events: Vec<MappedEvent>,
}

/// One event that a record gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MappedEvent {
    /// Its kind.
    pub kind: Kind,
    /// Only records in which each of these columns has one of its words, in any case, `*` for anything.
    #[serde(default)]
    pub when: BTreeMap<String, Vec<String>>,
    /// Only records in which none of these columns has one of its words.
    #[serde(default)]
    pub unless: BTreeMap<String, Vec<String>>,
    /// Lists inside each other: one event for each element of the last, such as `["changelog.histories", "items"]`.
    /// Columns are then looked up in the innermost element first and in the record last.
    #[serde(default)]
    pub each: Vec<String>,
    /// Where its fields come from.
    pub fields: BTreeMap<Field, Column>,
    /// Where its labels come from.
    #[serde(default)]
    pub labels: BTreeMap<String, Column>,
}

/// Where a field comes from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Column {
    /// The first of these that holds something: columns of CSV, and in JSON dotted paths (`service.name`, `teams.0.id`,
    /// `*` for all elements) or JSON pointers (`/service/name`).
    pub from: Vec<String>,
    /// The value where none does.
    pub constant: Option<String>,
    /// What words mean, in any case: `{"Erledigt": "success"}`.
    pub words: BTreeMap<String, String>,
    /// What any other word means; without it, another word is an error.
    pub otherwise: Option<String>,
}

impl Mapping {
    /// Reads a mapping and checks it.
    ///
    /// # Errors
    /// With the path of what is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let mapping: Self = json::read(text)?;
        mapping.check()?;
        Ok(mapping)
    }

    /// The ready mapping for a format that has one: `pagerDuty`, `jira`, `serviceNow`.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownFormat`] for other formats.
    pub fn ready(format: Format) -> Result<Self> {
        Self::from_json(match format {
            Format::PagerDuty => include_str!("mappings/pagerDuty.json"),
            Format::Jira => include_str!("mappings/jira.json"),
            Format::ServiceNow => include_str!("mappings/serviceNow.json"),
            _ => {
                let sentence = format!("there is no ready mapping for `{}`", format.as_str());
                return Err(Error::new(ErrorCode::UnknownFormat, sentence));
            }
        })
    }

    /// Says what is wrong with it, if anything.
    pub(super) fn check(&self) -> Result<()> {
        if self.events.is_empty() {
            return Err(Error::new(ErrorCode::MissingField, "expected at least one event, found none").at("events"));
        }
        for (index, event) in self.events.iter().enumerate() {
            let place = |name: &str| format!("events[{index}].fields.{name}");
            for (&field, column) in &event.fields {
                if !field.is_of(event.kind) {
                    let sentence = format!("a `{}` has no such field", event.kind.as_str());
                    return Err(Error::new(ErrorCode::UnknownField, sentence).at(place(field.as_str())));
                }
                if column.from.is_empty() && column.constant.is_none() {
                    let sentence = "expected `from` or `constant`, found neither";
                    return Err(Error::new(ErrorCode::MissingField, sentence).at(place(field.as_str())));
                }
            }
        }
        Times::new(self, None).map(|_| ())
    }
}

#[derive(Debug)]
enum Style {
    Rfc3339,
    Seconds,
    Milliseconds,
    Pattern(String),
}

#[derive(Debug)]
enum Place {
    Fixed(FixedOffset),
    #[cfg(feature = "zones")]
    Zone(crate::ground::time::Zone),
}

/// How a mapping reads times.
#[derive(Debug)]
pub(super) struct Times {
    styles: Vec<Style>,
    place: Option<Place>,
}

impl Times {
    pub(super) fn new(mapping: &Mapping, zone: Option<&str>) -> Result<Self> {
        let mut styles = Vec::new();
        for (index, word) in mapping.times.iter().enumerate() {
            styles.push(match word.as_str() {
                "rfc3339" => Style::Rfc3339,
                "epochSeconds" => Style::Seconds,
                "epochMilliseconds" => Style::Milliseconds,
                pattern if pattern.contains('%') => Style::Pattern(pattern.to_owned()),
                other => {
                    let known = "`rfc3339`, `epochSeconds`, `epochMilliseconds` or a pattern such as `%Y-%m-%d %H:%M`";
                    let sentence = format!("expected {known}, found `{}`", excerpt(other));
                    return Err(Error::new(ErrorCode::UnknownValue, sentence).at(format_args!("times[{index}]")));
                }
            });
        }
        if styles.is_empty() {
            styles.push(Style::Rfc3339);
        }
        let place = zone.or(mapping.time_zone.as_deref()).map(place).transpose().at("timeZone")?;
        Ok(Self { styles, place })
    }

    /// Reads a time in the first style that it is written in.
    pub(super) fn parse(&self, text: &str) -> Result<Time> {
        let mut without_zone = false;
        for style in &self.styles {
            let time = match style {
                Style::Rfc3339 => Time::parse(text).ok(),
                Style::Seconds => text.parse().ok().and_then(Time::from_seconds),
                Style::Milliseconds => {
                    text.parse().ok().and_then(|millis: i64| millis.checked_mul(1000)).and_then(Time::from_micros)
                }
                Style::Pattern(pattern) => match (DateTime::parse_from_str(text, pattern), local(text, pattern)) {
                    (Ok(time), _) => Time::from_micros(time.timestamp_micros()),
                    (_, Some(local)) => {
                        without_zone |= self.place.is_none();
                        self.place.as_ref().and_then(|place| place.time(local))
                    }
                    _ => None,
                },
            };
            if let Some(time) = time {
                return Ok(time);
            }
        }
        let sentence = if without_zone {
            format!(
                "the time `{}` has no offset, and reading was told no time zone (`timeZone`, command line: --input-tz)",
                excerpt(text)
            )
        } else {
            let styles: Vec<String> = self.styles.iter().map(Style::name).collect();
            format!("expected a time written as {}, found `{}`", styles.join(" or "), excerpt(text))
        };
        Err(Error::new(ErrorCode::InvalidTime, sentence))
    }
}

impl Style {
    fn name(&self) -> String {
        match self {
            Style::Rfc3339 => "`rfc3339`".to_owned(),
            Style::Seconds => "`epochSeconds`".to_owned(),
            Style::Milliseconds => "`epochMilliseconds`".to_owned(),
            Style::Pattern(pattern) => format!("`{}`", excerpt(pattern)),
        }
    }
}

impl Place {
    fn time(&self, local: NaiveDateTime) -> Option<Time> {
        match self {
            Place::Fixed(offset) => {
                let micros = local.and_utc().timestamp_micros() - i64::from(offset.local_minus_utc()) * 1_000_000;
                Time::from_micros(micros)
            }
            #[cfg(feature = "zones")]
            Place::Zone(zone) => Some(zone.instant(local)),
        }
    }
}

/// A time without an offset; a pattern of a date alone means its first moment.
fn local(text: &str, pattern: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, pattern)
        .or_else(|_| NaiveDate::parse_from_str(text, pattern).map(|date| date.and_time(NaiveTime::MIN)))
        .ok()
}

/// Says whether a zone is one, also where no mapping would ask for it.
pub(super) fn check_zone(name: &str) -> Result<()> {
    place(name).map(drop)
}

fn place(name: &str) -> Result<Place> {
    if name == "UTC" || name == "Z" {
        return FixedOffset::east_opt(0).map(Place::Fixed).ok_or_else(|| unknown_zone(name));
    }
    if name.starts_with(['+', '-']) {
        return name.parse().map(Place::Fixed).map_err(|_| unknown_zone(name));
    }
    #[cfg(feature = "zones")]
    return crate::ground::time::Zone::parse(name).map(Place::Zone);
    #[cfg(not(feature = "zones"))]
    Err(unknown_zone(name))
}

fn unknown_zone(name: &str) -> Error {
    let sentence = format!("expected `UTC`, an offset such as `+02:00` or an IANA name, found `{}`", excerpt(name));
    Error::new(ErrorCode::UnknownTimeZone, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(styles: &[&str], zone: Option<&str>) -> Times {
        let mapping = Mapping { times: styles.iter().map(|&style| style.into()).collect(), ..Mapping::default() };
        Times::new(&mapping, zone).unwrap()
    }

    #[test]
    fn times_in_every_style() {
        let expected = "2025-03-01T08:30:00Z";
        for (style, zone, text) in [
            ("rfc3339", None, "2025-03-01T09:30:00+01:00"),
            ("epochSeconds", None, "1740817800"),
            ("epochMilliseconds", None, "1740817800000"),
            ("%Y-%m-%dT%H:%M:%S%.3f%z", None, "2025-03-01T09:30:00.000+0100"),
            ("%Y-%m-%d %H:%M:%S", Some("UTC"), "2025-03-01 08:30:00"),
            ("%d/%b/%y %I:%M %p", Some("+01:00"), "01/Mar/25 9:30 AM"),
        ] {
            assert_eq!(times(&[style], zone).parse(text).unwrap().to_string(), expected, "{style}");
        }
        #[cfg(feature = "zones")]
        assert_eq!(
            times(&["%d.%m.%Y %H:%M"], Some("Europe/Berlin")).parse("01.03.2025 09:30").unwrap().to_string(),
            expected
        );
        assert_eq!(times(&["%Y-%m-%d"], Some("UTC")).parse("2025-03-01").unwrap().to_string(), "2025-03-01T00:00:00Z");
    }

    #[test]
    fn an_offset_is_never_guessed() {
        let error = times(&["%Y-%m-%d %H:%M"], None).parse("2025-03-01 09:30").unwrap_err();
        assert!(error.message().contains("has no offset"), "{error}");
        let error = times(&["rfc3339", "epochSeconds"], None).parse("yesterday").unwrap_err();
        assert_eq!(error.message(), "expected a time written as `rfc3339` or `epochSeconds`, found `yesterday`");
        assert!(times(&["epochMilliseconds"], None).parse("9223372036854775807").is_err());
    }

    #[test]
    fn a_wrong_mapping_says_where() {
        for (text, path) in [
            ("{}", "events"),
            (
                r#"{"events": [{"kind": "incident", "fields": {"version": {"constant": "x"}}}]}"#,
                "events[0].fields.version",
            ),
            (r#"{"events": [{"kind": "incident", "fields": {"id": {}}}]}"#, "events[0].fields.id"),
            (r#"{"events": [{"kind": "incident", "fields": {}}], "times": ["noon"]}"#, "times[0]"),
            (r#"{"events": [{"kind": "incident", "fields": {}}], "timeZone": "Mars"}"#, "timeZone"),
            (r#"{"events": [{"kind": "incident", "fields": {}, "wen": {}}]}"#, "events[0].wen"),
        ] {
            assert_eq!(Mapping::from_json(text).unwrap_err().path(), path, "{text}");
        }
        assert_eq!(Mapping::from_json("{").unwrap_err().code(), ErrorCode::InvalidJson);
    }
}
