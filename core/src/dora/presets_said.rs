//! What is said of presets: the tools, what they do that no event can tell, and their own words for a frequency.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::types::Preset;
use crate::stats::quantile;

/// The tool behind a preset.
pub(super) const fn tool(preset: Preset) -> &'static str {
    match preset {
        Preset::Dora => "dora.dev",
        Preset::FourKeys => "Four Keys",
        Preset::DevLake => "Apache DevLake",
        Preset::GitLab => "GitLab",
        Preset::Middleware => "Middleware",
        Preset::Pelorus => "Pelorus",
    }
}

/// What a tool does that no event can tell.
pub(super) const fn beyond(preset: Preset) -> &'static [&'static str] {
    match preset {
        Preset::Dora => &[],
        Preset::FourKeys => &[
            "Only the commits of the push whose last commit was deployed have a lead time; events do not tell pushes.",
            "A deployment whose commit ends no push is not counted at all, nor in the frequency.",
            "Merge commits are changes there; mergeCommits: true counts them here.",
            "An open incident of PagerDuty lasts 0 hours; recoveryStatistic: medianOpenAsZero counts all open ones so.",
            "Issues of two repositories with the same number are one incident.",
        ],
        Preset::DevLake => &[
            "Lead time adds up stages, each rounded up to a minute; a negative stage is left out of the sum.",
            "The frequency looks at 400 days at most, however long the window is.",
        ],
        Preset::GitLab => &[
            "Merge requests that carry changes from one environment branch to the next count as changes.",
            "Its screens do not agree with each other: some add up days, some take medians of months.",
        ],
        Preset::Middleware => &[
            "Lead time counts pull requests merged in the window and deployed by now, not those deployed in it.",
            "Where no deployments are set up, every merged pull request is one.",
            "Pull requests that say what they revert can be incidents there, if a pattern for them is set up.",
        ],
        Preset::Pelorus => &[
            "Only deployments seen running within half an hour of their start are known to it.",
            "The failure rate averages the rates of its applications.",
        ],
    }
}

/// Days on which something was deployed, in order, and the days to look at.
pub(super) struct DaysSeen<'a> {
    pub(super) deployed: &'a [NaiveDate],
    pub(super) from: NaiveDate,
    /// The last day, included.
    pub(super) to: NaiveDate,
}

impl DaysSeen<'_> {
    /// On how many days of each week or month something was deployed; those without are there too.
    fn by(&self, start: impl Fn(NaiveDate) -> NaiveDate) -> BTreeMap<NaiveDate, u64> {
        let mut found: BTreeMap<NaiveDate, u64> = BTreeMap::new();
        for day in self.from.iter_days().take_while(|day| *day <= self.to) {
            *found.entry(start(day)).or_default() += u64::from(self.deployed.binary_search(&day).is_ok());
        }
        found
    }

    fn months(&self) -> BTreeMap<NaiveDate, u64> {
        self.by(month)
    }

    fn weeks(&self, days_from_start: impl Fn(NaiveDate) -> u32) -> BTreeMap<NaiveDate, u64> {
        self.by(|day| day.checked_sub_days(Days::new(u64::from(days_from_start(day)))).unwrap_or(day))
    }

    /// Four Keys: over the last three months, in weeks from Sunday on; months count weeks, not deployments.
    pub(super) fn four_keys(&self) -> &'static str {
        let from = self.to.checked_sub_months(Months::new(3)).unwrap_or(self.to).max(self.from);
        let weeks = Self { from, ..*self }.weeks(|day| day.weekday().num_days_from_sunday());
        let median = |values: Vec<f64>| quantile::of(&mut values.clone(), 0.5).unwrap_or_default();
        let active = |days: u64| if days > 0 { 1.0 } else { 0.0 };
        let mut months: BTreeMap<NaiveDate, f64> = BTreeMap::new();
        for (week, days) in &weeks {
            *months.entry(month(*week)).or_default() += active(*days);
        }
        if median(weeks.values().map(|&days| days as f64).collect()) >= 3.0 {
            "Daily"
        } else if median(weeks.values().map(|&days| active(days)).collect()) >= 1.0 {
            "Weekly"
        } else if median(weeks.keys().filter_map(|week| months.get(&month(*week)).copied()).collect()) >= 1.0 {
            "Monthly"
        } else {
            "Yearly"
        }
    }

    /// DevLake, report of 2023: in weeks from Monday on, over the last 400 days at most.
    pub(super) fn dev_lake(&self) -> String {
        let from = self.to.checked_sub_days(Days::new(399)).unwrap_or(self.from).max(self.from);
        let seen = Self { from, ..*self };
        let median = |found: BTreeMap<NaiveDate, u64>| {
            let mut days: Vec<i64> = found.into_values().map(|days| days as i64).collect();
            days.sort_unstable();
            quantile::by_percent_rank(&days, 0.5).unwrap_or_default()
        };
        let week = median(seen.weeks(|day| day.weekday().num_days_from_monday()));
        let month = median(seen.months());
        match (week, month) {
            (5.., _) => format!("{week} deployment days per week(elite)"),
            (1.., _) => format!("{week} deployment days per week(high)"),
            (_, 1..) => format!("{month} deployment days per month(medium)"),
            _ => format!("{month} deployment days per month(low)"),
        }
    }
}

fn month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Middleware: whole numbers per day, week and month.
pub(super) const fn middleware([day, week, month]: [u64; 3]) -> &'static str {
    match (day, week, month) {
        (1.., _, _) => "elite",
        (_, 1.., _) | (_, _, 2..) => "high",
        (_, _, 1) => "medium",
        _ => "low",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_of_four_keys_count_weeks() {
        // Two deployments in one week of each month: most weeks have none, and each month has one week.
        let deployed = [day("2025-01-07"), day("2025-01-08"), day("2025-02-04"), day("2025-03-04")];
        let seen = DaysSeen { deployed: &deployed, from: day("2024-06-01"), to: day("2025-03-31") };
        assert_eq!(seen.four_keys(), "Monthly");
        let seen = DaysSeen { deployed: &deployed[..1], ..seen };
        assert_eq!(seen.four_keys(), "Yearly");
    }

    #[test]
    fn a_median_week_of_three_days_is_daily() {
        let monday = day("2025-01-06");
        let deployed: Vec<NaiveDate> =
            (0..12).flat_map(|week| (0..3).map(move |at| monday + Days::new(7 * week + at))).collect();
        let seen = DaysSeen { deployed: &deployed, from: day("2025-01-05"), to: day("2025-03-29") };
        assert_eq!(seen.four_keys(), "Daily");
        assert_eq!(seen.dev_lake(), "3 deployment days per week(high)");
    }
}
