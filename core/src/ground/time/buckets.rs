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
        let mut edges = BucketEdges { starts: Vec::new(), periods: Vec::new() };
        let mut date = self.start(zone.date(window.from));
        loop {
            let begins = zone.start_of(date);
            if begins >= window.to {
                break;
            }
            let Some(next) = self.next(date) else { break };
            let ends = zone.start_of(next);
            // A day that the zone's clocks skipped altogether has no length and is no bucket.
            if ends > begins && ends > window.from {
                if edges.periods.len() == MOST {
                    return Err(Error::new(
                        ErrorCode::TooLarge,
                        format!("at most {MOST} buckets fit in a report; choose a longer bucket or a shorter window"),
                    ));
                }
                edges.starts.push(begins.max(window.from).micros());
                edges.periods.push(Period {
                    label: self.label(date),
                    from: begins.max(window.from),
                    to: ends.min(window.to),
                    partial: begins < window.from || ends > window.to,
                });
            }
            date = next;
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
