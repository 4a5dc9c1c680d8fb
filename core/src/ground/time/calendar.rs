//! Working time: hours of the week, less holidays and freezes.

use chrono::{Datelike as _, Duration, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{Time, Window, Zone};
use crate::ground::error::{At as _, Error, ErrorCode, Result};

/// Working hours of one weekday, on the wall clock of the report's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkingHours {
    /// `monday` to `sunday`.
    pub day: String,
    /// When work begins, such as `09:00`.
    pub from: String,
    /// When work ends, such as `17:30`; `24:00` is the end of the day.
    pub to: String,
}

/// A working calendar: time outside it does not count towards durations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct WorkingCalendar {
    /// Working hours; none given means all hours of Monday to Friday.
    pub hours: Vec<WorkingHours>,
    /// Dates on which nobody works, such as `2025-12-25`.
    pub holidays: Vec<String>,
    /// Stretches in which nothing may be deployed.
    pub freezes: Vec<Window>,
}

/// A calendar made ready: how much working time lies between two instants.
#[derive(Debug, Clone)]
pub struct WorkingClock {
    /// Working stretches, in order and apart: begin, end, working microseconds before the begin.
    stretches: Vec<(i64, i64, i64)>,
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Sixty years of days: a bound on the table, not on what can be asked.
const MOST_DAYS: i64 = 22_000;

impl WorkingCalendar {
    /// Makes the calendar ready for instants of `span`.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownValue`] for a weekday, [`ErrorCode::InvalidTime`] for an hour or a date,
    /// [`ErrorCode::EmptyWindow`] for hours that end before they begin, [`ErrorCode::TooLarge`] beyond sixty years.
    pub fn ready(&self, span: Window, zone: Zone) -> Result<WorkingClock> {
        let hours = self.week()?;
        let mut holidays = Vec::new();
        for (index, text) in self.holidays.iter().enumerate() {
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| {
                Error::new(
                    ErrorCode::InvalidTime,
                    format!("expected a date such as `2025-12-25`, found `{}`", crate::ground::text::excerpt(text)),
                )
                .at(format_args!("holidays[{index}]"))
            })?;
            holidays.push(date);
        }
        holidays.sort_unstable();
        let mut freezes: Vec<(i64, i64)> = Vec::new();
        for (index, freeze) in self.freezes.iter().enumerate() {
            let freeze = Window::new(freeze.from, freeze.to).at(format_args!("freezes[{index}]"))?;
            freezes.push((freeze.from.micros(), freeze.to.micros()));
        }
        freezes.sort_unstable();

        let (first, last) = (zone.date(span.from), zone.date(span.to));
        if (last - first).num_days() > MOST_DAYS {
            return Err(Error::new(ErrorCode::TooLarge, "a working calendar covers at most sixty years of events"));
        }
        let mut clock = WorkingClock { stretches: Vec::new() };
        let mut date = first;
        while date <= last {
            if holidays.binary_search(&date).is_err() {
                for &(from, to) in &hours[date.weekday().num_days_from_monday() as usize] {
                    let begin = zone.instant(date.and_time(NaiveTime::MIN) + Duration::minutes(from));
                    let end = zone.instant(date.and_time(NaiveTime::MIN) + Duration::minutes(to));
                    clock.add(begin.micros(), end.micros(), &freezes);
                }
            }
            let Some(next) = date.succ_opt() else { break };
            date = next;
        }
        Ok(clock)
    }

    /// Minutes of the day at which work begins and ends, by weekday, in order and apart.
    fn week(&self) -> Result<[Vec<(i64, i64)>; 7]> {
        let mut week: [Vec<(i64, i64)>; 7] = Default::default();
        if self.hours.is_empty() {
            week[..5].fill(vec![(0, 24 * 60)]);
            return Ok(week);
        }
        for (index, hours) in self.hours.iter().enumerate() {
            let at = format!("hours[{index}]");
            let day = DAYS.iter().position(|day| *day == hours.day).ok_or_else(|| {
                Error::new(
                    ErrorCode::UnknownValue,
                    format!(
                        "expected one of `{}`, found `{}`",
                        DAYS.join("`, `"),
                        crate::ground::text::excerpt(&hours.day)
                    ),
                )
                .at(format_args!("{at}.day"))
            })?;
            let from = minutes(&hours.from).at(format_args!("{at}.from"))?;
            let to = minutes(&hours.to).at(format_args!("{at}.to"))?;
            if from >= to {
                return Err(Error::new(ErrorCode::EmptyWindow, "working hours must end after they begin").at(at));
            }
            week[day].push((from, to));
        }
        for day in &mut week {
            day.sort_unstable();
            let mut merged: Vec<(i64, i64)> = Vec::new();
            for &(from, to) in day.iter() {
                match merged.last_mut() {
                    Some(last) if from <= last.1 => last.1 = last.1.max(to),
                    _ => merged.push((from, to)),
                }
            }
            *day = merged;
        }
        Ok(week)
    }
}

fn minutes(text: &str) -> Result<i64> {
    let read = || {
        let (hours, minutes) = text.split_once(':')?;
        let digits =
            |t: &str| (t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<i64>().ok())?;
        let total = digits(hours)? * 60 + digits(minutes)?;
        (digits(minutes)? < 60 && total <= 24 * 60).then_some(total)
    };
    read().ok_or_else(|| {
        Error::new(
            ErrorCode::InvalidTime,
            format!("expected an hour such as `09:00`, found `{}`", crate::ground::text::excerpt(text)),
        )
    })
}

impl WorkingClock {
    fn add(&mut self, begin: i64, end: i64, freezes: &[(i64, i64)]) {
        let mut begin = begin;
        for &(from, to) in freezes {
            if to <= begin {
                continue;
            }
            if from >= end {
                break;
            }
            self.push(begin, from);
            begin = begin.max(to);
        }
        self.push(begin, end);
    }

    fn push(&mut self, begin: i64, end: i64) {
        if begin < end {
            let before = self.stretches.last().map_or(0, |&(from, to, before)| before + (to - from));
            self.stretches.push((begin, end, before));
        }
    }

    /// Working microseconds before an instant, counted from the calendar's beginning.
    fn before(&self, time: i64) -> i64 {
        let after = self.stretches.partition_point(|&(begin, _, _)| begin <= time);
        match after.checked_sub(1).and_then(|index| self.stretches.get(index)) {
            Some(&(begin, end, before)) => before + (time.min(end) - begin),
            None => 0,
        }
    }

    /// Working microseconds from one instant to another; negative when they run backwards.
    pub fn between(&self, from: Time, to: Time) -> i64 {
        self.before(to.micros()) - self.before(from.micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(calendar: &WorkingCalendar, zone: &str) -> WorkingClock {
        let window =
            Window::new(Time::parse("2024-12-01T00:00:00Z").unwrap(), Time::parse("2025-12-31T00:00:00Z").unwrap())
                .unwrap();
        calendar.ready(window, Zone::parse(zone).unwrap()).unwrap()
    }
    fn hours(clock: &WorkingClock, from: &str, to: &str) -> f64 {
        clock.between(Time::parse(from).unwrap(), Time::parse(to).unwrap()) as f64 / super::super::HOUR as f64
    }

    #[test]
    fn a_weekend_does_not_count() {
        let clock = clock(&WorkingCalendar::default(), "UTC");
        // Friday 18:00 to Monday 06:00: six hours on each side.
        assert!((hours(&clock, "2025-03-07T18:00:00Z", "2025-03-10T06:00:00Z") - 12.0).abs() < 1e-12);
    }

    #[test]
    fn hours_holidays_and_freezes() {
        let day = |day: &str| WorkingHours { day: day.into(), from: "09:00".into(), to: "17:00".into() };
        let calendar = WorkingCalendar {
            hours: ["monday", "tuesday", "wednesday", "thursday", "friday"].map(day).to_vec(),
            holidays: vec!["2025-03-11".into()],
            freezes: vec![
                Window::new(
                    Time::parse("2025-03-12T12:00:00+01:00").unwrap(),
                    Time::parse("2025-03-13T00:00:00+01:00").unwrap(),
                )
                .unwrap(),
            ],
        };
        let clock = clock(&calendar, "Europe/Berlin");
        // Monday 8 h, Tuesday a holiday, Wednesday frozen from noon: 3 h, Thursday 8 h.
        assert!((hours(&clock, "2025-03-10T00:00:00+01:00", "2025-03-14T00:00:00+01:00") - 19.0).abs() < 1e-12);
        assert!((hours(&clock, "2025-03-14T00:00:00+01:00", "2025-03-10T00:00:00+01:00") + 19.0).abs() < 1e-12);
    }

    #[test]
    fn mistakes_are_named() {
        let bad = WorkingCalendar { holidays: vec!["25.12.2025".into()], ..Default::default() };
        let window =
            Window::new(Time::parse("2025-01-01T00:00:00Z").unwrap(), Time::parse("2025-02-01T00:00:00Z").unwrap())
                .unwrap();
        assert_eq!(bad.ready(window, Zone::UTC).unwrap_err().path(), "holidays[0]");
        let bad = WorkingCalendar {
            hours: vec![WorkingHours { day: "mon".into(), from: "09:00".into(), to: "17:00".into() }],
            ..Default::default()
        };
        assert_eq!(bad.ready(window, Zone::UTC).unwrap_err().path(), "hours[0].day");
    }
}
