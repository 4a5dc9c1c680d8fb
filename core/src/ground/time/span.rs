//! A length of time as people write it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ground::error::{Error, ErrorCode, Result};

/// A length of time: `90s`, `15m`, `24h`, `7d` or `2w`; a day is 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

const UNITS: [(&str, i64); 5] =
    [("w", 7 * super::DAY), ("d", super::DAY), ("h", super::HOUR), ("m", 60_000_000), ("s", super::SECOND)];

impl Span {
    /// So many days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self(days.saturating_mul(super::DAY))
    }

    /// So many hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours.saturating_mul(super::HOUR))
    }

    /// Its length in microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Its length in seconds.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / super::SECOND as f64
    }

    /// Reads `90s`, `15m`, `24h`, `7d` or `2w`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidDuration`] for anything else, negative and overlong ones included.
    pub fn parse(text: &str) -> Result<Self> {
        let read = || {
            let (unit, size) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
            let digits = text.strip_suffix(unit)?;
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let micros = digits.parse::<i64>().ok()?.checked_mul(*size)?;
            // Longer than all of recorded time is a slip, and would overflow when added to an instant.
            (micros <= 10_000 * 366 * super::DAY).then_some(Self(micros))
        };
        read().ok_or_else(|| {
            Error::new(
                ErrorCode::InvalidDuration,
                format!(
                    "expected a duration such as `90m`, `24h`, `7d` or `2w`, found `{}`",
                    crate::ground::text::excerpt(text)
                ),
            )
        })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The largest unit that divides it, but days rather than weeks: `14d` is how people write it.
        for (unit, size) in &UNITS[1..] {
            if self.0 % size == 0 && (self.0 != 0 || *unit == "s") {
                return write!(f, "{}{unit}", self.0 / size);
            }
        }
        write!(f, "{}s", self.0 / super::SECOND)
    }
}

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration such as `90m`, `24h`, `7d` or `2w`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<Span, E> {
                Span::parse(text).map_err(|error| crate::ground::error::carry(&error))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-9]+[smhdw]$",
            "description": "A length of time: `90s`, `15m`, `24h`, `7d` or `2w`; a day is 24 hours."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_as_people_do() {
        for (text, back) in [("24h", "1d"), ("90m", "90m"), ("2w", "14d"), ("0s", "0s"), ("3600s", "1h")] {
            assert_eq!(Span::parse(text).unwrap().to_string(), back);
        }
        for text in ["", "d", "-1d", "1.5h", "7 d", "7x", "99999999999999999999d", "4000000d"] {
            assert_eq!(Span::parse(text).unwrap_err().code(), ErrorCode::InvalidDuration, "{text}");
        }
    }
}
