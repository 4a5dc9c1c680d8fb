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
        let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1] = *head else {
            return None;
        };
        let mut worst = 0;
        let mut digit = |byte: u8| {
            let digit = byte.wrapping_sub(b'0');
            worst = digit.max(worst);
            u32::from(digit)
        };
        let mut two = |tens: u8, ones: u8| digit(tens) * 10 + digit(ones);
        let year = two(y0, y1) * 100 + two(y2, y3);
        let (month, day) = (two(m0, m1), two(d0, d1));
        let (hour, minute, second) = (two(h0, h1), two(n0, n1), two(s0, s1));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let longest = match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u32::from(leap),
            1..=12 => 31,
            _ => return None,
        };
        if worst > 9 || year < 1 || day < 1 || day > longest || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        // Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that start in March, from four
        // centuries before the first.
        let shifted = year + 400 - u32::from(month <= 2);
        let (era, year_of_era) = (shifted / 400, shifted % 400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = i64::from(era * 146_097 + day_of_era) - (719_468 + 146_097);
        let seconds = days * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
        Some(Self(seconds * super::SECOND + micros))
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
