//! Times as people type them: a day means midnight in the zone, an instant needs its offset.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::NaiveDate;
use truenorth::ground::time::{Time, Window, Zone};
use truenorth::{Error, ErrorCode, Result};

/// The instant that this computer's clock shows; 1970 where it shows an earlier one.
pub fn clock() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::saturating(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Reads `2025-03-01`, `2025-03-01T09:00:00+01:00` or `now`.
pub(crate) fn time(text: &str, zone: Zone, flag: &str) -> Result<Time> {
    let text = text.trim();
    if text == "now" {
        return Ok(clock());
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Ok(zone.start_of(date));
    }
    Time::parse(text).map_err(|error| {
        Error::new(
            ErrorCode::InvalidTime,
            format!(
                "expected a day such as `2025-03-01` or a time with an offset such as `2025-03-01T09:30:00Z`{}",
                error.message().find(", found").map_or("", |at| error.message().get(at..).unwrap_or_default())
            ),
        )
        .at(flag)
    })
}

/// Reads `FROM..TO`.
pub(crate) fn window(text: &str, zone: Zone, flag: &str) -> Result<Window> {
    let Some((from, to)) = text.split_once("..") else {
        return Err(Error::new(
            ErrorCode::UnknownValue,
            format!(
                "expected `previous`, `none` or a window such as `2025-01-01..2025-02-01`, found `{}`",
                shown(text)
            ),
        )
        .at(flag));
    };
    Window::new(time(from, zone, flag)?, time(to, zone, flag)?).map_err(|error| error.at(flag))
}

/// A stranger's text, fit for a sentence.
pub(crate) fn shown(text: &str) -> String {
    truenorth::ground::text::excerpt(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_midnights_of_the_zone() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        assert_eq!(time("2025-03-01", berlin, "--since").unwrap().to_string(), "2025-02-28T23:00:00Z");
        assert_eq!(time("2025-07-01", berlin, "--since").unwrap().to_string(), "2025-06-30T22:00:00Z");
        assert_eq!(time("2025-03-01T09:00:00+05:00", berlin, "").unwrap().to_string(), "2025-03-01T04:00:00Z");
        let error = time("2025-03-01 09:00", berlin, "--since").unwrap_err();
        assert_eq!((error.code(), error.path()), (ErrorCode::InvalidTime, "--since"));
        assert!(error.message().ends_with("found `2025-03-01 09:00`"), "{error}");
    }

    #[test]
    fn windows_run_forward() {
        assert!(window("2025-01-01..2025-02-01", Zone::UTC, "--compare").is_ok());
        let error = window("2025-02-01..2025-01-01", Zone::UTC, "--compare").unwrap_err();
        assert_eq!(error.code(), ErrorCode::EmptyWindow);
        assert!(window("yesterday", Zone::UTC, "--compare").unwrap_err().message().contains("previous"));
    }
}
