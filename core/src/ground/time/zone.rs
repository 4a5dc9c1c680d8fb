//! An IANA time zone.

use chrono::{DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};
use chrono_tz::Tz;

use super::Time;
use crate::ground::error::{Error, ErrorCode, Result};

/// An IANA time zone, such as `Europe/Berlin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(Tz::UTC);

    /// The release of the IANA database that this build knows.
    pub const DATABASE: &'static str = chrono_tz::IANA_TZDB_VERSION;

    /// Finds a zone by its IANA name.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownTimeZone`] with the nearest name when there is one.
    pub fn parse(name: &str) -> Result<Self> {
        name.parse::<Tz>().map(Self).map_err(|_| {
            let nearest = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).find(|known| {
                known.eq_ignore_ascii_case(name)
                    || known.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name))
            });
            let hint = nearest.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Error::new(
                ErrorCode::UnknownTimeZone,
                format!(
                    "expected an IANA time zone such as `Europe/Berlin`, found `{}`{hint}",
                    crate::ground::text::excerpt(name)
                ),
            )
        })
    }

    /// Its IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub(crate) fn local(self, time: Time) -> DateTime<Tz> {
        time.to_utc().with_timezone(&self.0)
    }

    /// The calendar date on the wall at this instant.
    pub fn date(self, time: Time) -> NaiveDate {
        self.local(time).date_naive()
    }

    /// The instant at which a calendar day begins: its first valid moment, where clocks skip midnight.
    pub fn start_of(self, date: NaiveDate) -> Time {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// The instant of a local time: the earlier one where it occurs twice, the first after the gap where it never does.
    pub(crate) fn instant(self, local: NaiveDateTime) -> Time {
        let mut local = local;
        // The longest gap on record is a whole day (Samoa, 2011), found in steps of a quarter of an hour.
        for _ in 0..=200 {
            match self.0.from_local_datetime(&local) {
                LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => {
                    return Time::saturating(time.timestamp_micros());
                }
                LocalResult::None => local += Duration::minutes(15),
            }
        }
        Time::saturating(local.and_utc().timestamp_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_their_first_valid_moment() {
        // Clocks in São Paulo skipped 00:00–01:00 on 2018-11-04.
        let zone = Zone::parse("America/Sao_Paulo").unwrap();
        let day = NaiveDate::from_ymd_opt(2018, 11, 4).unwrap();
        assert_eq!(zone.start_of(day).to_string(), "2018-11-04T03:00:00Z");
        // Samoa skipped 2011-12-30 altogether.
        let zone = Zone::parse("Pacific/Apia").unwrap();
        let gone = NaiveDate::from_ymd_opt(2011, 12, 30).unwrap();
        assert_eq!(zone.start_of(gone), zone.start_of(gone.succ_opt().unwrap()));
    }

    #[test]
    fn an_unknown_zone_names_the_nearest() {
        let error = Zone::parse("berlin").unwrap_err();
        assert!(error.to_string().contains("did you mean `Europe/Berlin`?"), "{error}");
    }
}
