//! Days, ISO weeks, months and quarters on somebody's wall calendar.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Time, Window, Zone};
use crate::ground::error::{Error, ErrorCode, Result};

/// How a window is cut into buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Bucket {
    /// Calendar days.
    Day,
    /// ISO 8601 weeks: Monday to Sunday.
    Week,
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
}

/// One bucket of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Period {
    /// Its name: `2025-03-01`, `2025-W09`, `2025-03` or `2025-Q1`.
    pub label: String,
    /// The first instant inside the bucket and the window.
    pub from: Time,
    /// The first instant after the bucket, or after the window.
    pub to: Time,
    /// Whether the window's edge cuts the bucket short.
    pub partial: bool,
}

/// The instants at which buckets begin, for finding the bucket of an instant.
#[derive(Debug, Clone)]
pub struct BucketEdges {
    starts: Vec<i64>,
    periods: Vec<Period>,
}

/// A bound on how many buckets one report may have: a century of days.
const MOST: usize = 36_600;

impl Bucket {
    /// The calendar date on which the bucket that holds `date` begins.
    pub fn start(self, date: NaiveDate) -> NaiveDate {
        let first_of = |year, month| NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(date);
        match self {
            Bucket::Day => date,
            Bucket::Week => {
                date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))).unwrap_or(date)
            }
            Bucket::Month => first_of(date.year(), date.month()),
            Bucket::Quarter => first_of(date.year(), (date.month0() / 3) * 3 + 1),
        }
    }

    fn next(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Bucket::Day => start.succ_opt(),
            Bucket::Week => start.checked_add_days(Days::new(7)),
            Bucket::Month => start.checked_add_months(Months::new(1)),
            Bucket::Quarter => start.checked_add_months(Months::new(3)),
        }
    }

    /// The name of the bucket that begins on `start`.
    pub fn label(self, start: NaiveDate) -> String {
        match self {
            Bucket::Day => start.format("%Y-%m-%d").to_string(),
            Bucket::Week => {
                let week = start.iso_week();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Bucket::Month => start.format("%Y-%m").to_string(),
            Bucket::Quarter => format!("{:04}-Q{}", start.year(), start.month0() / 3 + 1),
        }
    }

    /// Cuts a window into buckets on the wall calendar of `zone`; empty ones are there, cut ones are marked.
    ///
    /// # Errors
    /// [`ErrorCode::TooLarge`] when there would be more than 36,600.
    pub fn cut(self, window: Window, zone: Zone) -> Result<BucketEdges> {
        self.cut_and_name(window, zone, |date| self.label(date))
    }

    /// The same, without names: those of a century of days take longer than the days.
    ///
    /// # Errors
    /// As [`Bucket::cut`].
    pub(crate) fn cut_nameless(self, window: Window, zone: Zone) -> Result<BucketEdges> {
        self.cut_and_name(window, zone, |_| String::new())
    }

    /// At most so many days long.
    const fn longest(self) -> usize {
        match self {
            Bucket::Day => 1,
            Bucket::Week => 7,
            Bucket::Month => 31,
            Bucket::Quarter => 92,
        }
    }

    fn cut_and_name(self, window: Window, zone: Zone, label: impl Fn(NaiveDate) -> String) -> Result<BucketEdges> {
        let too_large = || {
            let said = format!("at most {MOST} buckets fit in a report; choose a longer bucket or a shorter window");
            Error::new(ErrorCode::TooLarge, said)
        };
        // Clocks skip or repeat a day or two in a zone's whole history.
        if window.days() > ((MOST + 10) * self.longest()) as f64 {
            return Err(too_large());
        }
        let mut edges = BucketEdges { starts: Vec::new(), periods: Vec::new() };
        let mut date = self.start(zone.date(window.from));
        let mut begins = zone.start_of(date);
        while begins < window.to {
            let Some(next) = self.next(date) else { break };
            let ends = zone.start_of(next);
            // A day that the zone's clocks skipped altogether has no length and is no bucket.
            if ends > begins && ends > window.from {
                if edges.periods.len() == MOST {
                    return Err(too_large());
                }
                edges.starts.push(begins.max(window.from).micros());
                edges.periods.push(Period {
                    label: label(date),
                    from: begins.max(window.from),
                    to: ends.min(window.to),
                    partial: begins < window.from || ends > window.to,
                });
            }
            (date, begins) = (next, ends);
        }
        Ok(edges)
    }
}

impl BucketEdges {
    /// The buckets, in order.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// Which bucket holds an instant inside the window.
    #[inline]
    pub fn index(&self, time: Time) -> usize {
        self.starts.partition_point(|&start| start <= time.micros()).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(bucket: Bucket, from: &str, to: &str, zone: &str) -> Vec<(String, bool)> {
        let window = Window::new(Time::parse(from).unwrap(), Time::parse(to).unwrap()).unwrap();
        let edges = bucket.cut(window, Zone::parse(zone).unwrap()).unwrap();
        edges.periods().iter().map(|p| (p.label.clone(), p.partial)).collect()
    }

    #[test]
    fn iso_week_53_and_partial_edges() {
        let weeks = cut(Bucket::Week, "2020-12-30T00:00:00Z", "2021-01-11T00:00:00Z", "UTC");
        assert_eq!(weeks, [("2020-W53".into(), true), ("2021-W01".into(), false)]);
    }

    #[test]
    fn a_day_of_25_hours_is_one_bucket() {
        let days = cut(Bucket::Day, "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z", "Europe/Berlin");
        assert_eq!(days, [("2025-10-26".into(), false)]);
    }

    #[test]
    fn a_day_that_never_was_is_no_bucket() {
        let days = cut(Bucket::Day, "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", "Pacific/Apia");
        assert_eq!(days, [("2011-12-29".into(), false), ("2011-12-31".into(), false)]);
    }

    #[test]
    fn a_century_of_days_is_cut_and_more_is_refused() {
        let from = Time::parse("1950-01-01T00:00:00Z").unwrap();
        let day = super::super::DAY;
        for zone in ["UTC", "Pacific/Apia", "Pacific/Kwajalein"] {
            let zone = Zone::parse(zone).unwrap();
            let from = zone.start_of(zone.date(from));
            let cut = |days: i64| Bucket::Day.cut(Window::new(from, from.plus(days * day)).unwrap(), zone);
            // However many days a zone skipped, repeated or cut.
            assert!(cut(36_590).unwrap().periods().len().abs_diff(36_590) < 3);
            for days in [36_605, 36_610, 36_611, 1_000_000] {
                assert_eq!(cut(days).unwrap_err().code(), ErrorCode::TooLarge);
            }
        }
        let [first, last] = ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"].map(|text| Time::parse(text).unwrap());
        let always = Window::new(first, last).unwrap();
        assert!(Bucket::Week.cut(always, Zone::UTC).is_err() && Bucket::Month.cut(always, Zone::UTC).is_err());
    }

    #[test]
    fn every_instant_falls_into_the_bucket_that_holds_it() {
        let window =
            Window::new(Time::parse("2025-01-01T00:00:00Z").unwrap(), Time::parse("2026-01-01T00:00:00Z").unwrap())
                .unwrap();
        let edges = Bucket::Week.cut(window, Zone::parse("Pacific/Kiritimati").unwrap()).unwrap();
        for hour in 0..8760 {
            let time = window.from.plus(hour * super::super::HOUR);
            let period = &edges.periods()[edges.index(time)];
            assert!(period.from <= time && time < period.to);
        }
    }
}
