//! Conditions as people type them, and what becomes of the exit code.

use truenorth::dora::{Metric, Target, TargetVerdict, Verdict};
use truenorth::ground::time::Span;
use truenorth::{Error, ErrorCode, Result};

use crate::args::Unproven;
use crate::when::shown;

/// The five metrics by name.
const METRICS: [(&str, Metric); 5] = [
    ("leadTime", Metric::LeadTime),
    ("deploymentFrequency", Metric::DeploymentFrequency),
    ("changeFailureRate", Metric::ChangeFailureRate),
    ("recoveryTime", Metric::RecoveryTime),
    ("reworkRate", Metric::ReworkRate),
];

/// Days of 24 hours in a unit of "how often"; a month is a twelfth of 365.25 days.
const PER: [(&str, f64); 5] = [("hour", 1.0 / 24.0), ("day", 1.0), ("week", 7.0), ("month", 30.4375), ("year", 365.25)];

/// Which way a condition is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// `--target`: this shall be so.
    Wanted,
    /// `--fail-if`: this shall not be so.
    Unwanted,
}

/// Reads `changeFailureRate > 15%`.
pub(crate) fn parse(text: &str, meaning: Meaning) -> Result<Target> {
    let flag = if meaning == Meaning::Wanted { "--target" } else { "--fail-if" };
    read(text, meaning).map_err(|error| error.at(flag))
}

fn read(text: &str, meaning: Meaning) -> Result<Target> {
    let example = if meaning == Meaning::Wanted { "changeFailureRate <= 15%" } else { "changeFailureRate > 15%" };
    let wrong = |what: String| Error::new(ErrorCode::UnknownValue, what);
    let Some(at) = text.find(['<', '>', '=']) else {
        return Err(wrong(format!("expected a condition such as `{example}`, found `{}`", shown(text))));
    };
    let (name, rest) = text.split_at(at);
    let sign_ends = rest.find(|c| !matches!(c, '<' | '>' | '=')).unwrap_or(rest.len());
    let (sign, limit) = rest.split_at(sign_ends);
    let name = name.trim();
    let plain = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let Some((_, metric)) = METRICS.iter().find(|(known, _)| plain(known) == plain(name)) else {
        let names: Vec<&str> = METRICS.iter().map(|(name, _)| *name).collect();
        return Err(wrong(format!("expected one of `{}`, found `{}`", names.join("`, `"), shown(name))));
    };
    let value = limit_of(*metric, limit.trim())?;
    // A value exactly at the limit meets a target and breaches no gate, so each has its own pair of signs.
    let at_most = match (meaning, sign) {
        (Meaning::Wanted, "<=") | (Meaning::Unwanted, ">") => true,
        (Meaning::Wanted, ">=") | (Meaning::Unwanted, "<") => false,
        (Meaning::Wanted, _) => {
            return Err(wrong(format!("expected `<=` or `>=` in a target, found `{}`", shown(sign))));
        }
        (Meaning::Unwanted, _) => {
            return Err(wrong(format!("expected `>` or `<` in a gate, found `{}`", shown(sign))));
        }
    };
    Ok(Target { metric: *metric, at_most: at_most.then_some(value), at_least: (!at_most).then_some(value) })
}

/// Reads a limit in the words of its metric, into the metric's unit.
fn limit_of(metric: Metric, text: &str) -> Result<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
    let (value, expected) = match metric {
        Metric::LeadTime | Metric::RecoveryTime => {
            return Span::parse(text).map(Span::seconds);
        }
        Metric::DeploymentFrequency => (
            text.split_once('/').or_else(|| text.split_once(" per ")).and_then(|(count, unit)| {
                let unit = unit.trim();
                let (_, days) = PER.iter().find(|(word, _)| *word == unit)?;
                Some(number(count)? / days)
            }),
            "how often, such as `3/day`, `1/week` or `2/month`",
        ),
        _ => (
            match text.strip_suffix('%') {
                Some(percent) => number(percent).map(|percent| percent / 100.0),
                None => number(text),
            },
            "a share such as `15%` or `0.15`",
        ),
    };
    let share = !matches!(metric, Metric::DeploymentFrequency);
    match value {
        Some(value) if share && value > 1.0 && !text.contains('%') => Err(Error::new(
            ErrorCode::OutOfRange,
            format!("expected {expected}, found `{}`; did you mean `{}%`?", shown(text), shown(text)),
        )),
        Some(value) => Ok(value),
        None => Err(Error::new(ErrorCode::WrongType, format!("expected {expected}, found `{}`", shown(text)))),
    }
}

/// A gate as it was typed, and how it stands.
#[derive(Debug)]
pub(crate) struct Gate<'a> {
    /// What was typed after `--fail-if`.
    pub(crate) text: &'a str,
    /// How it stands.
    pub(crate) verdict: &'a TargetVerdict,
}

impl Gate<'_> {
    /// One line for people.
    pub(crate) fn line(&self, unproven: Unproven) -> String {
        let word = match self.verdict.verdict {
            Verdict::Met => "met",
            Verdict::Breached => "BREACHED",
            _ => "NOT PROVEN",
        };
        let after = match (self.verdict.verdict, unproven) {
            (Verdict::Met | Verdict::Breached, _) => "",
            (_, Unproven::Pass) => "; passed, as --unproven fail was not given",
            (_, Unproven::Fail) => "; failed, by --unproven fail",
        };
        format!("gate `{}`: {word}: {}{after}", shown(self.text), self.verdict.reason)
    }
}

/// The exit code of all gates together: a breach outweighs what is not proven.
pub(crate) fn exit_code(gates: &[Gate<'_>], unproven: Unproven) -> i32 {
    let any = |wanted: fn(Verdict) -> bool| gates.iter().any(|gate| wanted(gate.verdict.verdict));
    if any(|verdict| verdict == Verdict::Breached) {
        1
    } else if unproven == Unproven::Fail && any(|verdict| verdict != Verdict::Met) {
        3
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_in_the_words_of_their_metric() {
        for (text, at_most, at_least) in [
            ("changeFailureRate > 15%", Some(0.15), None),
            ("change-failure-rate>0.15", Some(0.15), None),
            ("leadTime > 2d", Some(172_800.0), None),
            ("recovery_time > 90m", Some(5400.0), None),
            ("deploymentFrequency < 1/week", None, Some(1.0 / 7.0)),
            ("deploymentFrequency < 3 per day", None, Some(3.0)),
        ] {
            let target = parse(text, Meaning::Unwanted).unwrap();
            assert_eq!((target.at_most, target.at_least), (at_most, at_least), "{text}");
        }
        let target = parse("reworkRate <= 5 %", Meaning::Wanted).unwrap();
        assert_eq!((target.metric, target.at_most), (Metric::ReworkRate, Some(0.05)));
    }

    #[test]
    fn mistakes_are_explained() {
        for (text, part) in [
            ("changeFailureRate", "expected a condition such as"),
            ("cfr > 15%", "expected one of `leadTime`"),
            ("changeFailureRate > 15", "did you mean `15%`?"),
            ("changeFailureRate >= 15%", "expected `>` or `<` in a gate"),
            ("leadTime > 2 days", "expected a duration"),
            ("deploymentFrequency < 3", "how often"),
            ("changeFailureRate > NaN", "a share"),
            ("changeFailureRate > -1%", "a share"),
        ] {
            let error = parse(text, Meaning::Unwanted).unwrap_err();
            assert!(error.message().contains(part), "{text}: {error}");
            assert_eq!(error.path(), "--fail-if");
        }
    }
}
