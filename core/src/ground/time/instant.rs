//! An instant and a half-open window of instants.

use std::fmt;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Deserialize, Serialize};

use crate::ground::error::{Error, ErrorCode, Result};

/// An instant: microseconds since 1970-01-01T00:00:00Z, in the years 1 to 9999.
///
/// On the wire it is RFC 3339 text with an offset; finer fractions are floored.
///
/// # Example
///
/// ```
/// use truenorth::ground::time::Time;
/// let time = Time::parse("2025-03-01T09:30:00+01:00").unwrap();
/// assert_eq!(time.to_string(), "2025-03-01T08:30:00Z");
/// assert!(Time::parse("2025-03-01T09:30:00").is_err()); // no offset: nothing is guessed
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

const FIRST: i64 = -62_135_596_800_000_000;
const LAST: i64 = 253_402_300_799_999_999;

impl Time {
    /// The instant at these microseconds since 1970, if it lies in the years 1 to 9999.
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if micros >= FIRST && micros <= LAST { Some(Self(micros)) } else { None }
    }

    /// The instant at these seconds since 1970, if it lies in the years 1 to 9999.
    pub const fn from_seconds(seconds: i64) -> Option<Self> {
        match seconds.checked_mul(super::SECOND) {
            Some(micros) => Self::from_micros(micros),
            None => None,
        }
    }

    /// The nearest instant in the years 1 to 9999.
    pub fn saturating(micros: i64) -> Self {
        Self(micros.clamp(FIRST, LAST))
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 text with an offset; finer than microseconds is floored.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for anything else, a time without an offset included.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_fast(text.as_bytes()).or_else(|| Self::parse_slow(text)).ok_or_else(|| {
            Error::new(
                ErrorCode::InvalidTime,
                format!(
                    "expected a time such as `2025-03-01T09:30:00Z` (RFC 3339 with an offset), found `{}`",
                    crate::ground::text::excerpt(text)
                ),
            )
        })
    }

    fn parse_slow(text: &str) -> Option<Self> {
        // RFC 3339 §5.6 allows a space instead of the T; a leap second counts as the second after it.
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Self::from_micros(time.timestamp_micros())
    }

    /// `YYYY-MM-DDTHH:MM:SS[.f{1,6}]Z`, the form that nearly every line of a large file has.
    #[inline]
    fn parse_fast(text: &[u8]) -> Option<Self> {
        let (head, rest) = text.split_first_chunk::<19>()?;
        let micros = match rest {
            [b'Z'] => 0,
            [b'.', digits @ .., b'Z'] if (1..=6).contains(&digits.len()) => fraction(digits)?,
            _ => return None,
        };
        Some(Self(seconds(head)? * super::SECOND + micros))
    }

    /// `YYYY-MM-DDTHH:MM:SSZ` alone, for readers that know how long their text is.
    #[inline]
    pub(crate) fn parse_whole_second(text: &[u8; 20]) -> Option<Self> {
        let [head @ .., b'Z'] = text else { return None };
        Some(Self(seconds(head)? * super::SECOND))
    }

    /// Whether the text carries digits finer than a microsecond, which [`Time::parse`] floors.
    pub fn is_finer(text: &str) -> bool {
        text.split_once('.').is_some_and(|(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count() > 6)
    }

    /// Seconds from `earlier` to `self`; negative when it lies after.
    pub fn seconds_since(self, earlier: Time) -> f64 {
        (self.0 - earlier.0) as f64 / super::SECOND as f64
    }

    /// The instant this many microseconds later, held inside the years 1 to 9999.
    pub fn plus(self, micros: i64) -> Self {
        Self::saturating(self.0.saturating_add(micros))
    }

    pub(crate) fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

/// Seconds since 1970 of `YYYY-MM-DDTHH:MM:SS`, eight bytes at a time.
#[inline]
fn seconds(text: &[u8; 19]) -> Option<i64> {
    let [y0, y1, y2, y3, d0, m0, m1, d1, a0, a1, t, h0, h1, c0, n0, n1, c1, s0, s1] = *text;
    let date = Digits::of([y0, y1, y2, y3, d0, m0, m1, d1], *b"0000-00-");
    let middle = Digits::of([a0, a1, t, h0, h1, c0, n0, n1], *b"00T00:00");
    let end = Digits::of([c1, s0, s1, b'0', b'0', b'0', b'0', b'0'], *b":0000000");
    if (date.wrong | middle.wrong | end.wrong) & TOPS != 0 {
        return None;
    }
    let [century, _, year, _, _, month, ..] = date.pairs.to_le_bytes();
    let [day, _, _, hour, _, _, minute, _] = middle.pairs.to_le_bytes();
    let [_, second, ..] = end.pairs.to_le_bytes();
    let leap = year % 4 == 0 && (year != 0 || century % 4 == 0);
    // There are no days in month 0, nor in month 13.
    let (before, length) = *MONTHS.get(usize::from(leap))?.get(usize::from(month))?;
    let year = u32::from(century) * 100 + u32::from(year);
    if year < 1 || day < 1 || day > length || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since the first of January of year 1, in the proleptic Gregorian calendar.
    let past = year - 1;
    let centuries = past / 100;
    let days = past * 365 + past / 4 + centuries / 4 + u32::from(before) + u32::from(day) - centuries;
    let clock = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second);
    Some((i64::from(days) - 719_163) * 86_400 + i64::from(clock))
}

/// Each month's days before it and its own, in a year and in a leap year; January is the second.
const MONTHS: [[(u16, u8); 13]; 2] = [months(28), months(29)];

const fn months(february: u8) -> [(u16, u8); 13] {
    let lengths = [0, 31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut months = [(0, 0); 13];
    let mut month = 1;
    while month < 13 {
        let (before, length) = months[month - 1];
        months[month] = (before + length as u16, lengths[month]);
        month += 1;
    }
    months
}

const TOPS: u64 = 0x8080_8080_8080_8080;

/// Eight bytes as digits.
struct Digits {
    /// Has one of the [`TOPS`] where there is no digit but `0` in the pattern, or something else than the pattern has.
    wrong: u64,
    /// The number that each digit makes with the one after it, in the place of the first.
    pairs: u64,
}

impl Digits {
    #[inline]
    fn of(text: [u8; 8], pattern: [u8; 8]) -> Self {
        // What may be added to a byte before its highest bit is set.
        let room = pattern.map(|byte| if byte == b'0' { 0x80 - 10 } else { 0x80 - 1 });
        let values = u64::from_le_bytes(text) ^ u64::from_le_bytes(pattern);
        let wrong = values.wrapping_add(u64::from_le_bytes(room)) | values;
        Self { wrong, pairs: values.wrapping_mul(10).wrapping_add(values >> 8) }
    }
}

/// One to six digits after the point, as microseconds.
fn fraction(digits: &[u8]) -> Option<i64> {
    let mut value = 0;
    for at in 0..6 {
        let digit = digits.get(at).map_or(0, |byte| byte.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(value)
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.to_utc();
        let (year, month, day) = (t.year(), t.month(), t.day());
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())?;
        let micros = t.nanosecond() / 1000;
        if micros != 0 {
            let digits = format!("{micros:06}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Time;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as `2025-03-01T09:30:00Z`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<Time, E> {
                Time::parse(text).map_err(|error| crate::ground::error::carry(&error))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Time {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "A time: RFC 3339 text with an offset, such as `2025-03-01T09:30:00Z`."
        })
    }
}

/// A half-open window of time: `from` is inside, `to` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Window {
    /// The first instant inside.
    pub from: Time,
    /// The first instant after.
    pub to: Time,
}

impl Window {
    /// A window that holds something.
    ///
    /// # Errors
    /// [`ErrorCode::EmptyWindow`] when it ends at or before its start.
    pub fn new(from: Time, to: Time) -> Result<Self> {
        if from < to {
            Ok(Self { from, to })
        } else {
            Err(Error::new(ErrorCode::EmptyWindow, format!("must end after it starts, but runs from {from} to {to}")))
        }
    }

    /// Whether the instant lies inside.
    pub fn contains(&self, time: Time) -> bool {
        self.from <= time && time < self.to
    }

    /// How long it is, in days of 24 hours.
    pub fn days(&self) -> f64 {
        (self.to.0 - self.from.0) as f64 / super::DAY as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_reader_agrees_with_chrono() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2024-02-29T23:59:59.5Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999Z",
            "1900-03-01T00:00:00.000001Z",
            "2000-02-29T12:00:00Z",
        ] {
            assert_eq!(Time::parse_fast(text.as_bytes()), Time::parse_slow(text), "{text}");
            assert!(Time::parse_fast(text.as_bytes()).is_some(), "{text}");
        }
        for text in ["2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01", "", "Z"] {
            assert!(Time::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_fast_reader_knows_every_day() {
        for year in [0, 1, 4, 100, 399, 400, 1582, 1900, 1969, 1970, 1999, 2000, 2001, 2024, 2025, 2100, 9999] {
            for (month, day) in (0..=19).flat_map(|month| (0..=39).map(move |day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}T12:34:56Z");
                let whole = text.as_bytes().try_into().unwrap();
                assert_eq!(Time::parse_whole_second(whole), Time::parse_slow(&text), "{text}");
            }
        }
    }

    #[test]
    fn the_fast_reader_looks_at_every_byte() {
        let good = *b"2025-03-01T08:09:10Z";
        for (at, byte) in (0..good.len()).flat_map(|at| (0..=255).map(move |byte| (at, byte))) {
            let mut text = good;
            text[at] = byte;
            // Small letters, a space and a leap second are left to the slow reader.
            let unusual = b"tz ".contains(&byte) || text.ends_with(b":60Z");
            let expected = std::str::from_utf8(&text).ok().filter(|_| !unusual);
            assert_eq!(Time::parse_whole_second(&text), expected.and_then(Time::parse_slow), "{text:?}");
        }
    }

    #[test]
    fn an_offset_is_required_and_finer_input_is_floored() {
        assert!(Time::parse("2025-01-01T00:00:00").is_err());
        assert_eq!(Time::parse("2025-01-01T00:00:00.1234569Z").unwrap().to_string(), "2025-01-01T00:00:00.123456Z");
        assert!(Time::is_finer("2025-01-01T00:00:00.1234569Z"));
        assert_eq!(Time::parse("1969-12-31T23:59:59.9999999Z").unwrap().micros(), -1);
    }

    proptest::proptest! {
        #[test]
        fn the_fast_reader_takes_nothing_else(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,6})?Z", at in 0..27_usize, byte in 0..128_u8) {
            let mut other = text.clone().into_bytes();
            if let Some(slot) = other.get_mut(at) {
                *slot = byte;
            }
            for text in [text, String::from_utf8(other).unwrap()] {
                if let Some(time) = Time::parse_fast(text.as_bytes()) {
                    proptest::prop_assert_eq!(Time::parse_slow(&text), Some(time), "{}", text);
                }
            }
        }

        #[test]
        fn writing_and_reading_gives_the_same_instant(micros in FIRST..=LAST) {
            let time = Time::from_micros(micros).unwrap();
            proptest::prop_assert_eq!(Time::parse(&time.to_string()).unwrap(), time);
        }
    }
}
