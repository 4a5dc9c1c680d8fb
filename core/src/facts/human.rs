//! How people say a number: `42 minutes`, `5.2 times a day`, `8 %`, never finer than its interval allows.

use std::fmt::Write as _;

use super::metric::Unit;
use crate::stats::Interval;

/// Days of an average month of the Gregorian calendar.
const MONTH: f64 = 365.2425 / 12.0;

/// The unit in which one number, its interval and its neighbours are said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    /// What the wire value is multiplied by.
    factor: f64,
    /// After a number in a table: ` min`, `/day`, ` %`.
    pub(crate) short: &'static str,
    /// After a number in a sentence; the first for exactly one.
    long: [&'static str; 2],
}

impl Scale {
    /// The scale that suits a number of this size.
    pub(crate) fn of(unit: Unit, value: f64) -> Self {
        let size = value.abs();
        let pick = |factor, short, one, many| Self { factor, short, long: [one, many] };
        match unit {
            Unit::Seconds if size < 90.0 => pick(1.0, " s", " second", " seconds"),
            Unit::Seconds if size < 90.0 * 60.0 => pick(1.0 / 60.0, " min", " minute", " minutes"),
            Unit::Seconds if size < 36.0 * 3600.0 => pick(1.0 / 3600.0, " h", " hour", " hours"),
            Unit::Seconds if size < 14.0 * 86_400.0 => pick(1.0 / 86_400.0, " d", " day", " days"),
            Unit::Seconds => pick(1.0 / 604_800.0, " wk", " week", " weeks"),
            Unit::Share => pick(100.0, " %", " %", " %"),
            Unit::PerDay if size >= 1.0 || size == 0.0 => pick(1.0, "/day", " time a day", " times a day"),
            Unit::PerDay if size >= 1.0 / 7.0 => pick(7.0, "/week", " time a week", " times a week"),
            Unit::PerDay if size >= 1.0 / MONTH => pick(MONTH, "/month", " time a month", " times a month"),
            Unit::PerDay => pick(12.0 * MONTH, "/year", " time a year", " times a year"),
            Unit::Count => pick(1.0, "", "", ""),
            Unit::Ratio => pick(1.0, "×", " times", " times"),
        }
    }

    /// The number in this scale, without its unit.
    pub(crate) fn bare(self, value: f64, decimals: usize, alike: bool) -> String {
        let text = round(value * self.factor, decimals);
        if alike { text } else { trimmed(text) }
    }

    /// The wire number of a value in this scale.
    pub(crate) fn wire(self, scaled: f64) -> f64 {
        scaled / self.factor
    }

    /// The value of a wire number in this scale.
    pub(crate) fn scaled(self, value: f64) -> f64 {
        value * self.factor
    }
}

/// A number with the decimals it deserves, ready to be said in several ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Said {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    scale: Scale,
    decimals: usize,
    /// Whether zeros at the end are kept, so that a value and its interval look alike.
    alike: bool,
}

impl Said {
    pub(crate) fn new(unit: Unit, value: f64, interval: Option<Interval>) -> Self {
        let (low, high) = interval.map_or((None, None), |found| (found.low, found.high));
        Self::between(unit, value, low, high)
    }

    pub(crate) fn between(unit: Unit, value: f64, low: Option<f64>, high: Option<f64>) -> Self {
        let scale = Scale::of(unit, value);
        let size = scale.scaled(value).abs();
        // Three digits at most, and none that its interval makes meaningless: a third of its width is fine enough.
        let mut decimals = if size >= 100.0 || size == 0.0 { 0 } else { usize::from(size < 10.0) + 1 };
        if unit == Unit::Share && size >= 1.0 {
            decimals = decimals.min(1);
        }
        let mut alike = false;
        if let (Some(low), Some(high)) = (low, high) {
            let width = scale.scaled(high - low).abs();
            if width > 0.0 {
                decimals = decimals.min((-libm::floor(libm::log10(width / 3.0) + 1e-9)).clamp(0.0, 3.0) as usize);
                alike = true;
            }
        }
        Self { value, low, high, scale, decimals, alike }
    }

    /// `42 min`
    pub(crate) fn short(&self) -> String {
        self.scale.bare(self.value, self.decimals, self.alike) + self.scale.short
    }

    /// `42 minutes`, `once a day`
    pub(crate) fn long(&self) -> String {
        let number = self.scale.bare(self.value, self.decimals, self.alike);
        let [one, many] = self.scale.long;
        match number.as_str() {
            "1" if one.starts_with(" time ") => format!("once{}", &one[" time".len()..]),
            "2" if one.starts_with(" time ") => format!("twice{}", &one[" time".len()..]),
            "1" => number + one,
            _ => number + many,
        }
    }

    /// `38–47`; `at least 38` where only one end is known; nothing where none is.
    pub(crate) fn ends(&self) -> Option<String> {
        let said = |end| self.scale.bare(end, self.decimals, self.alike);
        match (self.low, self.high) {
            (Some(low), Some(high)) => {
                let (low, high) = (said(low), said(high));
                let joint = if low.starts_with('−') || high.starts_with('−') { " to " } else { "–" };
                Some(if low == high { low } else { low + joint + &high })
            }
            (Some(low), None) => Some(format!("at least {}", said(low))),
            (None, Some(high)) => Some(format!("at most {}", said(high))),
            (None, None) => None,
        }
    }

    /// `38–47`, `≥ 38`, for a table under the value.
    pub(crate) fn brief(&self) -> Option<String> {
        Some(self.ends()?.replace("at least ", "≥ ").replace("at most ", "≤ "))
    }

    /// `38–47 min`, for a table.
    pub(crate) fn range(&self) -> Option<String> {
        Some(self.brief()? + self.scale.short)
    }
}

/// A value alone, for a table: `42 min`.
pub(crate) fn short(unit: Unit, value: f64) -> String {
    Said::between(unit, value, None, None).short()
}

/// A value alone, for a sentence: `42 minutes`.
pub(crate) fn long(unit: Unit, value: f64) -> String {
    Said::between(unit, value, None, None).long()
}

/// A number with so many decimals, a real minus and thousands apart; never 0 for what is not 0.
fn round(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    let mut text = format!("{:.decimals$}", value.abs());
    if value != 0.0 && text.bytes().all(|byte| byte == b'0' || byte == b'.') {
        let places = (-libm::floor(libm::log10(value.abs()))).clamp(0.0, 12.0) as usize;
        text = format!("{:.places$}", value.abs());
        if text.bytes().all(|byte| byte == b'0' || byte == b'.') {
            return "almost 0".to_owned();
        }
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}{rest}", thousands(whole))
}

/// Without zeros after the point.
fn trimmed(mut text: String) -> String {
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    text
}

/// Differences on one scale, with their signs: `−6 min` and `+1.5 min`.
pub(crate) fn differences(unit: Unit, values: &[f64]) -> Vec<String> {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let said = Said::between(unit, largest, None, None);
    let points = unit == Unit::Share;
    let one = |value: &f64| {
        let number = said.scale.bare(*value, said.decimals.min(2), false);
        let sign = if *value > 0.0 { "+" } else { "" };
        format!("{sign}{number}{}", if points { " points" } else { said.scale.short })
    };
    values.iter().map(one).collect()
}

fn thousands(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count: `3,120`.
pub(crate) fn count(n: u64) -> String {
    thousands(&n.to_string())
}

/// A count with its noun: `1 deployment`, `3,120 deployments`.
pub(crate) fn counted(n: u64, one: &str) -> String {
    format!("{} {}", count(n), plural(n, one))
}

/// The noun after a count.
pub(crate) fn plural(n: u64, one: &str) -> String {
    match one.strip_suffix('y') {
        _ if n == 1 => one.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{one}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A confidence level: `95 %`.
pub(crate) fn level(confidence: f64) -> String {
    format!("{} %", trimmed(round(confidence * 100.0, 2)))
}

/// A wire word as people read it: `tooFewClusters` → `too few clusters`.
pub(crate) fn words(wire: &str) -> String {
    let mut out = String::new();
    for letter in wire.chars() {
        if letter.is_uppercase() {
            out.push(' ');
            out.extend(letter.to_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

/// The first letter large.
pub(crate) fn capital(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    if let Some(first) = letters.next() {
        out.extend(first.to_uppercase());
    }
    let _ = write!(out, "{}", letters.as_str());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(unit: Unit, value: f64, low: f64, high: f64) -> (String, String) {
        let said = Said::between(unit, value, Some(low), Some(high));
        (said.short(), said.range().unwrap())
    }

    #[test]
    fn units_follow_the_size_and_digits_follow_the_interval() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(said(Unit::Seconds, 2531.0, 2300.0, 2800.0), pair("42 min", "38–47 min"));
        assert_eq!(said(Unit::Share, 0.0833, 0.061, 0.112), pair("8 %", "6–11 %"));
        assert_eq!(said(Unit::PerDay, 5.2, 4.93, 5.48), pair("5.2/day", "4.9–5.5/day"));
        assert_eq!(said(Unit::PerDay, 6.2, 5.99, 6.41), pair("6.2/day", "6.0–6.4/day"));
        assert_eq!(said(Unit::Share, 0.004, 0.0, 0.08), pair("0.4 %", "0–8 %"));
        assert_eq!(said(Unit::Seconds, 1e6, 9e5, 2e6), pair("12 d", "10–23 d"));
        assert_eq!(short(Unit::Seconds, 5.0), "5 s");
        assert_eq!(long(Unit::Seconds, 3600.0 * 2.0), "2 hours");
        assert_eq!(long(Unit::Seconds, 86_400.0 * 1.0), "24 hours");
        assert_eq!(long(Unit::Seconds, 604_800.0 * 12.345), "12.3 weeks");
        assert_eq!(long(Unit::PerDay, 1.0), "once a day");
        assert_eq!(long(Unit::PerDay, 2.0 / 7.0), "twice a week");
        assert_eq!(long(Unit::PerDay, 0.1), "3.04 times a month");
        assert_eq!(long(Unit::PerDay, 1234.5), "1,234 times a day");
        assert_eq!(short(Unit::Share, 0.00012), "0.01 %");
    }

    #[test]
    fn unknown_ends_are_said() {
        let half = Said::between(Unit::Seconds, 3600.0, Some(1800.0), None);
        assert_eq!(half.range().unwrap(), "≥ 30 min");
        assert_eq!(half.ends().unwrap(), "at least 30");
        assert_eq!(Said::between(Unit::Seconds, 3600.0, None, None).range(), None);
        assert_eq!(Said::between(Unit::Share, -0.02, Some(-0.04), Some(0.01)).range().unwrap(), "−4 to 1 %");
    }

    #[test]
    fn nothing_becomes_zero_and_odd_numbers_do_no_harm() {
        for value in [1e-300, f64::MIN_POSITIVE, 1e-13, f64::NAN, f64::INFINITY, -1e-9, 1e300, 0.0, -0.0] {
            for unit in [Unit::Seconds, Unit::Share, Unit::PerDay, Unit::Count, Unit::Ratio] {
                let text = short(unit, value);
                assert_eq!(text.starts_with('0') && !text.starts_with("0."), value == 0.0, "{value} {text}");
            }
        }
    }

    #[test]
    fn small_words() {
        assert_eq!(counted(1, "deployment"), "1 deployment");
        assert_eq!(counted(12_345, "deployment"), "12,345 deployments");
        assert_eq!(plural(2, "repository"), "repositories");
        assert_eq!(plural(2, "day"), "days");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(words("tooFewClusters"), "too few clusters");
        assert_eq!(level(0.95), "95 %");
        assert_eq!(differences(Unit::Seconds, &[-360.0, 89.0]), ["−6 min", "+1.48 min"]);
        assert_eq!(differences(Unit::Share, &[0.0008, 0.0]), ["+0.08 points", "0 points"]);
    }
}
