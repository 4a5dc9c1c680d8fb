//! Deployment frequency: a rate with the dispersion that was measured.

use chrono::Datelike as _;

use super::line::LineUp;
use super::plan::Plan;
use super::types::{Frequency, FrequencyInterval, FrequencyStatistic, WeekStart};
use crate::facts::{Estimate, EventTable, Unit};
use crate::ground::error::{Error, Result};
use crate::ground::time::{Bucket, BucketEdges, Period, Time, Window};
use crate::stats::{Interval, counts, quantile, rate, sum, tail};

/// Calendar days and complete ISO weeks of a window.
#[derive(Debug)]
pub(super) struct Calendar {
    window: Window,
    days: BucketEdges,
    /// By day: its weekday, Monday 0, and the week that it lies in.
    of_days: Vec<(u8, u32)>,
    weeks: BucketEdges,
    /// How many calendar months it touches.
    months: usize,
}

/// How many deployments fell on each complete day and week.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) total: u64,
    /// Days of the window on which something was deployed, cut ones included.
    pub(super) active_days: u64,
    /// Complete ISO weeks.
    pub(super) weeks: Vec<u64>,
    /// On how many days of each week something was deployed, cut weeks included.
    pub(super) active_by_week: Vec<u64>,
    /// Complete days with their weekday, Monday 0.
    pub(super) days: Vec<(u8, u64)>,
}

/// Fewer complete days than this tell no dispersion.
const MIN_DAYS: usize = 21;

impl Calendar {
    pub(super) fn new(plan: &Plan, window: Window) -> Result<Self> {
        let cut = |bucket: Bucket| {
            // Nobody asked for these buckets: it is the window that is too long, often by one event with a wrong year.
            let too_long =
                format!("at most a century can be measured, this runs from {} to {}", window.from, window.to);
            bucket.cut_nameless(window, plan.zone).map_err(|error| Error::new(error.code(), too_long).at("window"))
        };
        let months = cut(Bucket::Month)?.periods().len();
        let (days, weeks) = (cut(Bucket::Day)?, cut(Bucket::Week)?);
        let of_day = |day: &Period| {
            let weekday = plan.zone.date(day.from).weekday().num_days_from_monday();
            (weekday as u8, weeks.index(day.from) as u32)
        };
        let of_days = days.periods().iter().map(of_day).collect();
        Ok(Self { window, days, of_days, weeks, months })
    }

    pub(super) fn window(&self) -> Window {
        self.window
    }

    pub(super) fn count(&self, line: &LineUp, places: &[u32]) -> Counts {
        let mut days = vec![0u64; self.days.periods().len()];
        let mut weeks = vec![0u64; self.weeks.periods().len()];
        for &place in places {
            let time = Time::saturating(line.finished[place as usize]);
            if let Some(day) = days.get_mut(self.days.index(time)) {
                *day += 1;
            }
            if let Some(week) = weeks.get_mut(self.weeks.index(time)) {
                *week += 1;
            }
        }
        let mut active_by_week = vec![0; weeks.len()];
        for (&(_, week), _) in self.of_days.iter().zip(&days).filter(|(_, count)| **count > 0) {
            if let Some(active) = active_by_week.get_mut(week as usize) {
                *active += 1;
            }
        }
        Counts {
            total: places.len() as u64,
            active_days: days.iter().filter(|&&count| count > 0).count() as u64,
            active_by_week,
            weeks: self
                .weeks
                .periods()
                .iter()
                .zip(&weeks)
                .filter(|(period, _)| !period.partial)
                .map(|(_, &count)| count)
                .collect(),
            days: self
                .days
                .periods()
                .iter()
                .zip(self.of_days.iter().zip(&days))
                .filter(|(period, _)| !period.partial)
                .map(|(_, (&(weekday, _), &count))| (weekday, count))
                .collect(),
        }
    }
}

/// Dispersion of daily counts around the mean of their weekday, and its degrees of freedom.
///
/// # Definition
/// φ = Σ (c − m)² / m / (D − w), over D days with m the mean count of their weekday, w weekdays with any deployment.
pub(super) fn daily_dispersion(days: &[(u8, u64)]) -> Option<(f64, f64)> {
    if days.len() < MIN_DAYS {
        return None;
    }
    let (mut squares, mut used, mut weekdays) = (sum::Sum::default(), 0usize, 0usize);
    for weekday in 0..7 {
        let counts: Vec<f64> = days.iter().filter(|(day, _)| *day == weekday).map(|&(_, count)| count as f64).collect();
        let mean = sum::mean(&counts).unwrap_or_default();
        if mean > 0.0 {
            weekdays += 1;
            used += counts.len();
            for count in counts {
                squares.add((count - mean) * (count - mean) / mean);
            }
        }
    }
    let freedom = used.checked_sub(weekdays).filter(|&freedom| freedom >= 7)? as f64;
    let total: u64 = days.iter().map(|&(_, count)| count).sum();
    // Whole numbers hide a spread of up to a rounding, variance 1/12.
    let least = used as f64 / (12.0 * total as f64);
    Some(((squares.total() / freedom).max(least), freedom))
}

impl Counts {
    /// Deployments per day, with its interval.
    pub(super) fn per_day(&self, days: f64, level: f64, interval: FrequencyInterval) -> Estimate {
        // From a few minutes nobody can tell how often a day: one deployment would make billions.
        if days < 1.0 && self.days.is_empty() {
            return Estimate::not_enough("windowTooShort", 0, 1);
        }
        let value = self.total as f64 / days;
        let bare = |method: &'static str| Estimate::bare(value, Unit::PerDay, self.total, method);
        let scaled = |low: f64, high: f64| Interval::new(value * low, value * high, level);
        let poisson = || rate::garwood(self.total, level).map(|interval| interval.map(|end| end / days));
        if interval == FrequencyInterval::Poisson
            && let Some(interval) = poisson()
        {
            return bare("rate, Poisson interval (Garwood)").within(interval);
        }
        if self.weeks.len() >= counts::MIN_PERIODS
            && self.total > 0
            && let Ok(weekly) = counts::rate(&self.weeks, level)
            && weekly.method == counts::CountMethod::QuasiPoisson
        {
            let ratio = weekly.interval.map(|end| end / weekly.rate);
            if let (Some(low), Some(high)) = (ratio.low, ratio.high) {
                return bare("rate, quasi-Poisson interval over ISO weeks").within(scaled(low, high));
            }
        }
        if let Some((dispersion, freedom)) = daily_dispersion(&self.days).filter(|_| self.total > 0)
            && let Some(t) = tail::t_critical(level, freedom)
        {
            let half = t * (dispersion / self.total as f64).sqrt();
            return bare("rate, quasi-Poisson interval over days, like weekdays with like")
                .within(scaled(libm::exp(-half), libm::exp(half)));
        }
        match poisson() {
            Some(interval) => bare("rate, Poisson interval (Garwood)")
                .within(interval)
                .noting("few complete weeks: the interval may be too short"),
            None => bare("rate"),
        }
    }

    pub(super) fn report(
        &self,
        plan: &Plan,
        calendar: &Calendar,
        line: &LineUp,
        events: &EventTable,
        places: &[u32],
    ) -> Frequency {
        let days = calendar.window.days();
        let per_day = match plan.rules.frequency_statistic {
            // Where no deployment is known at all, nobody wrote them down: that is not the same as none.
            FrequencyStatistic::Rate if line.len() == 0 => Estimate::not_enough("noData", 0, 1),
            FrequencyStatistic::Rate => self.per_day(days, plan.confidence, plan.rules.frequency_interval),
            FrequencyStatistic::MedianDaysPerWeek => self.median_days_per_week(plan.rules.week_start),
            FrequencyStatistic::LowerMedianDaysPerWeek => self.lower_median_days_per_week(),
            FrequencyStatistic::WholeNumbers => self.whole_numbers(calendar),
        };
        // Deployments of one scope stand together: most are like the one before.
        let mut scopes: Vec<u32> =
            places.iter().map(|&place| events.deployments().scope.get(line.rows[place as usize] as usize)).collect();
        scopes.dedup();
        let distinct = |of: &dyn Fn(u32) -> crate::facts::Symbol| {
            let mut symbols: Vec<_> =
                scopes.iter().map(|&scope| of(scope)).filter(|symbol| !symbol.is_none()).collect();
            symbols.sort_unstable();
            symbols.dedup();
            symbols.len() as u64
        };
        let teams = distinct(&|scope| events.scope(scope).team);
        let services = distinct(&|scope| events.scope(scope).service);
        let spread = counts::spread(&self.weeks).filter(|_| self.weeks.len() >= counts::MIN_PERIODS);
        Frequency {
            per_team_day: (teams > 0).then(|| divided(&per_day, teams as f64)),
            per_day,
            deployments: self.total,
            teams,
            services,
            days,
            active_days: self.active_days,
            dispersion: spread.and_then(|spread| spread.dispersion),
            lag_one: spread.and_then(|spread| spread.lag1),
        }
    }

    /// The median over complete weeks of days with a deployment, per day.
    fn median_days_per_week(&self, start: WeekStart) -> Estimate {
        let mut active = Vec::new();
        let first = if start == WeekStart::Monday { 0 } else { 6 };
        // Complete days run on without gaps.
        for week in self.days.chunk_by(|_, next| next.0 != first) {
            if week.len() == 7 {
                active.push(week.iter().filter(|(_, count)| *count > 0).count() as f64);
            }
        }
        let weeks = active.len();
        let median = quantile::of(&mut active, 0.5);
        days_per_week(median, weeks, "median over weeks of days with a deployment, per day")
    }

    /// The largest number of days with a deployment in a week whose percent rank is at most one half, per day.
    fn lower_median_days_per_week(&self) -> Estimate {
        let mut active: Vec<f64> = self.active_by_week.iter().map(|&days| days as f64).collect();
        active.sort_unstable_by(f64::total_cmp);
        let median = quantile::by_percent_rank(&active, 0.5);
        days_per_week(median, active.len(), "lower median over weeks of days with a deployment, per day")
    }
}

fn days_per_week(days: Option<f64>, weeks: usize, method: &'static str) -> Estimate {
    days.map_or_else(
        || Estimate::not_enough("noCompleteWeek", 0, 1),
        |days| Estimate::bare(days / 7.0, Unit::PerDay, weeks as u64, method),
    )
}

/// Days of an average month of the Gregorian calendar.
const MONTH: f64 = 365.2425 / 12.0;

impl Counts {
    /// The first whole number of deployments per calendar day, week or month that is not zero, per day.
    fn whole_numbers(&self, calendar: &Calendar) -> Estimate {
        let [day, week, month] = calendar.whole_numbers(self.total);
        let value = match (day, week) {
            (0, 0) => month as f64 / MONTH,
            (0, _) => week as f64 / 7.0,
            _ => day as f64,
        };
        Estimate::bare(value, Unit::PerDay, self.total, "whole number per day, week or month, rounded down")
            .noting(format!("{day} a day, {week} a week, {month} a month, all rounded down"))
    }
}

impl Calendar {
    /// So many deployments per calendar day, week and month that the window touches, rounded down; a week has at least
    /// what seven such days have, as their code has it.
    pub(super) fn whole_numbers(&self, total: u64) -> [u64; 3] {
        let per = |periods: usize| total.checked_div(periods as u64).unwrap_or(0);
        let day = per(self.days.periods().len());
        let week = per(self.weeks.periods().len()).max(7 * day);
        [day, week, per(self.months)]
    }
}

fn divided(estimate: &Estimate, by: f64) -> Estimate {
    let mut out = estimate.clone();
    if let Estimate::Value { value, interval, .. } = &mut out {
        *value /= by;
        *interval = interval.map(|interval| interval.map(|end| end / by));
    }
    out
}
