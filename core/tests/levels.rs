//! The bands of every report year, against the table that others transcribed from the reports.
//!
//! It is read from the folder that `TRUENORTH_REFERENCE` names; where it is missing the test says *skipped*.

#![cfg(feature = "dora")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test stops at what it does not know")]

#[path = "stats_support/mod.rs"]
mod stats_support;

use serde_json::Value;
use stats_support::outside;

const DAY: f64 = 86_400.0;
const MONTH: f64 = 30.4375 * DAY;

/// Seconds of `hour`, `day`, `week`, `month`, `months`.
fn unit(word: &str) -> f64 {
    match word.trim_end_matches('s') {
        "hour" => 3600.0,
        "day" => DAY,
        "week" => 7.0 * DAY,
        "month" => MONTH,
        other => panic!("`{other}` is no unit of time"),
    }
}

/// `1 week`, `6 months`, or a number alone, whose unit is that of the other end.
fn length(text: &str, of: &str) -> f64 {
    let (count, word) = text.split_once(' ').unwrap_or((text, of));
    count.parse::<f64>().unwrap() * unit(word)
}

/// Bands of times: `<1 hour`, `1 day..1 week`, `1..6 months`, `>6 months`.
fn times(text: &str) -> [Option<f64>; 2] {
    if let Some(end) = text.strip_prefix('<') {
        return [None, Some(length(end, ""))];
    }
    if let Some(from) = text.strip_prefix('>') {
        return [Some(length(from, "")), None];
    }
    let (from, to) = text.split_once("..").unwrap();
    let of = to.split_once(' ').unwrap().1;
    [Some(length(from, of)), Some(length(to, of))]
}

/// Bands of deployments a day: `on demand`, `1/day..1/week` with the busier end first, `<1/6 months`.
fn rates(text: &str) -> [Option<f64>; 2] {
    let rate = |text: &str| {
        let every = text.strip_prefix("1/").unwrap();
        let every = if every.contains(' ') { length(every, "") } else { unit(every) };
        DAY / every
    };
    if text == "on demand" {
        return [Some(1.0), None];
    }
    if let Some(end) = text.strip_prefix('<') {
        return [None, Some(rate(end))];
    }
    let (most, least) = text.split_once("..").unwrap();
    [Some(rate(least)), Some(rate(most))]
}

/// Bands of shares: `0-15%`, `16-30%` (which begins where the one before ends), or the one number that was printed.
fn shares(text: &str) -> [Option<f64>; 2] {
    let percent = |text: &str| text.parse::<f64>().unwrap() / 100.0;
    match text.trim_end_matches('%').split_once('-') {
        Some(("0", to)) => [None, Some(percent(to))],
        Some((from, to)) => [Some(percent(from) - 0.01), Some(percent(to))],
        None => [None, Some(percent(text.trim_end_matches('%')))],
    }
}

#[test]
fn every_band_is_the_one_that_was_printed() {
    let Some(reference) = outside("TRUENORTH_REFERENCE", "../shared/reference", "dora/thresholds_by_year.json") else {
        return;
    };
    let ours: Value = serde_json::from_str(include_str!("../src/dora/levels.json")).unwrap();
    let (mut passed, mut failed) = (0, Vec::new());
    for (year, theirs) in reference["years"].as_object().unwrap() {
        let found = &ours["years"][year];
        assert!(found["source"].is_string(), "{year} names no source");
        // The misguided of 2018 are a cluster beside the levels: worse and better than `low`, by metric.
        let levels = theirs["levels"].as_object().into_iter().flatten().filter(|(level, _)| *level != "misguided");
        for (level, printed) in levels {
            for (metric, text) in printed.as_object().unwrap() {
                // Remarks stand in brackets or as a star.
                let text = text.as_str().unwrap().replace('*', "");
                let text = text.split(" (").next().unwrap();
                let (name, band) = match metric.as_str() {
                    "df" => ("deploymentFrequency", rates(text)),
                    "lt" => ("leadTime", times(text)),
                    "mttr" | "fdrt" => ("recoveryTime", times(text)),
                    "cfr" => ("changeFailureRate", shares(text)),
                    other => panic!("`{other}` is no metric"),
                };
                let ends = found["levels"][level][name].as_array().map(|ends| [ends[0].as_f64(), ends[1].as_f64()]);
                let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
                    (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * b.abs().max(1.0),
                    (a, b) => a == b,
                };
                if ends.is_some_and(|ends| close(ends[0], band[0]) && close(ends[1], band[1])) {
                    passed += 1;
                } else {
                    failed.push(format!("{year} {level} {name}: found {ends:?}, printed `{text}`"));
                }
            }
        }
    }
    println!("thresholds_by_year.json: {passed} passed, {} failed", failed.len());
    assert!(passed + failed.len() > 100 && failed.is_empty(), "{}", failed.join("\n"));
}
