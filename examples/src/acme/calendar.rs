//! The year 2025 in Berlin: days, holidays, the freeze at Christmas, and who works when.

use std::fmt::Write as _;

use super::random::Random;

/// Seconds of a day and of an hour.
pub(super) const DAY: i64 = 86_400;
pub(super) const HOUR: i64 = 3_600;
/// Midnight in Berlin when the year begins and when it ends, in seconds since 1970.
pub(super) const BEGIN: i64 = 1_735_689_600 - HOUR;
pub(super) const END: i64 = BEGIN + 365 * DAY;
pub(super) const MONTHS: usize = 12;
pub(super) const LENGTHS: [usize; MONTHS] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/// The reorganisation: 1 July.
pub(super) const REORGANISED: usize = 181;

/// Neujahr, Frauentag, Karfreitag, Ostermontag, Tag der Arbeit, Tag der Befreiung (2025 only), Himmelfahrt,
/// Pfingstmontag, Tag der Deutschen Einheit, two days of Christmas.
const HOLIDAYS: [(usize, usize); 11] =
    [(1, 1), (3, 8), (4, 18), (4, 21), (5, 1), (5, 8), (5, 29), (6, 9), (10, 3), (12, 25), (12, 26)];

/// Central European summer time lasts from 30 March to 26 October, 01:00 UTC both.
fn offset(time: i64) -> i64 {
    if (1_743_296_400..1_761_440_400).contains(&time) { 2 * HOUR } else { HOUR }
}

/// The day of the year, from 0, and the second of that day, on the wall in Berlin.
pub(super) fn local(time: i64) -> (i64, i64) {
    let wall = time + offset(time) - (BEGIN + HOUR);
    (wall.div_euclid(DAY), wall.rem_euclid(DAY))
}

/// The instant of a wall time; the hour that a spring night skips is read as if it had been.
pub(super) fn instant(day: i64, second: i64) -> i64 {
    let utc = BEGIN + day * DAY + second;
    utc + HOUR - offset(utc)
}

/// The day of the year of an instant, held inside the year.
pub(super) fn day_of(time: i64) -> usize {
    local(time).0.clamp(0, 364) as usize
}

/// The month, from 0, and the day of the month, from 1, of a day of the year.
pub(super) fn month_of(day: usize) -> (usize, usize) {
    let mut left = day;
    for (month, &length) in LENGTHS.iter().enumerate() {
        if left < length {
            return (month, left + 1);
        }
        left -= length;
    }
    (MONTHS - 1, 31)
}

/// The days of a month.
pub(super) fn days_of(month: usize) -> std::ops::Range<usize> {
    let first: usize = LENGTHS[..month].iter().sum();
    first..first + LENGTHS[month]
}

/// 0 is Monday; 1 January 2025 was a Wednesday.
pub(super) fn weekday(day: i64) -> i64 {
    (day + 2).rem_euclid(7)
}

fn holiday(day: usize) -> bool {
    let (month, date) = month_of(day);
    HOLIDAYS.contains(&(month + 1, date))
}

/// Next to nothing planned ships from noon on 24 December to the end of the 26th.
pub(super) fn frozen(time: i64) -> bool {
    let (day, second) = local(time);
    (358..360).contains(&day) || (day == 357 && second >= 12 * HOUR)
}

/// How much of a usual day's work a day sees.
pub(super) fn activity(day: usize) -> f64 {
    const WEEK: [f64; 7] = [0.95, 1.1, 1.12, 1.08, 0.75, 0.10, 0.07];
    let usual = WEEK[weekday(day as i64) as usize];
    let (month, date) = month_of(day);
    match (month + 1, date) {
        (12, 24) => 0.8,
        (12, _) if holiday(day) => 0.5,
        _ if holiday(day) => usual.min(0.06),
        (1, 2 | 3) => 0.35,
        (4, 17) | (5, 2 | 30) => 0.45,
        (12, 29 | 30) => 0.85,
        (12, 31) => 0.6,
        (8, _) => usual * 0.9,
        _ => usual,
    }
}

/// A second of the day to deploy at: the paved road is used all day, the old way in windows of its own.
pub(super) fn second_of_day(paved: bool, random: &mut Random) -> i64 {
    const PAVED: [f64; 24] = [
        0.03, 0.02, 0.02, 0.02, 0.02, 0.03, 0.1, 0.4, 1.1, 2.0, 2.4, 2.2, 1.4, 1.8, 2.3, 2.2, 1.8, 1.2, 0.6, 0.3, 0.25,
        0.2, 0.1, 0.05,
    ];
    const OLD: [f64; 24] = [
        0.02, 0.0, 0.0, 0.0, 0.0, 0.0, 0.05, 0.2, 0.6, 1.5, 2.5, 1.5, 0.5, 1.0, 2.5, 2.0, 0.8, 0.3, 0.2, 0.3, 0.7, 0.5,
        0.2, 0.05,
    ];
    let hours = if paved { &PAVED } else { &OLD };
    let mut left = random.unit() * hours.iter().sum::<f64>();
    for (hour, &weight) in hours.iter().enumerate() {
        if left < weight {
            return hour as i64 * HOUR + random.seconds(0, HOUR);
        }
        left -= weight;
    }
    12 * HOUR
}

/// People write code by day: an instant in the night or on a weekend moves back to the working afternoon before it.
pub(super) fn when_awake(time: i64, afternoon: f64) -> i64 {
    let (mut day, second) = local(time);
    if second < 7 * HOUR {
        day -= 1;
    } else if second < 21 * HOUR && working(day) {
        return time;
    }
    while !working(day) {
        day -= 1;
    }
    instant(day, 14 * HOUR + (afternoon * (5 * HOUR) as f64) as i64).min(time)
}

fn working(day: i64) -> bool {
    weekday(day) < 5 && !(day >= 0 && holiday((day as usize).min(364)))
}

/// RFC 3339 on the wall in Berlin, with its offset.
pub(super) fn berlin(time: i64) -> String {
    let offset = offset(time);
    let mut text = date_and_time(time + offset);
    let _ = write!(text, "+{:02}:00", offset / HOUR);
    text
}

/// RFC 3339 in UTC.
pub(super) fn utc(time: i64) -> String {
    let mut text = date_and_time(time);
    text.push('Z');
    text
}

/// Civil from days (Howard Hinnant's algorithm), good for every year that could come up here.
fn date_and_time(wall: i64) -> String {
    let (days, second) = (wall.div_euclid(DAY) + 719_468, wall.rem_euclid(DAY));
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    let (hour, minute) = (second / HOUR, second % HOUR / 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}", second % 60)
}
