//! Stratified comparisons against R's metafor, coin and glm, statsmodels and mpmath (`references/stratified.json`,
//! `stratified_shares.json`).

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

mod stats_support;

use serde_json::Value;
use stats_support::{close, close_end, numbers, reference};
use truenorth::stats::counts::pooled_dispersion;
use truenorth::stats::stratified::{RateStratum, ShareStratum, rate_ratio, share_difference, van_elteren};

/// A list, or a single number that R has unboxed.
fn list(value: &Value) -> Vec<f64> {
    value.as_f64().map_or_else(|| numbers(value), |one| vec![one])
}

#[test]
fn rates_as_metafor() {
    for case in reference("stratified.json")["rates"].as_array().unwrap() {
        let [e1, t1, e2, t2] = ["first", "firstTime", "second", "secondTime"].map(|name| list(&case[name]));
        let strata: Vec<RateStratum> = (0..e1.len())
            .map(|i| RateStratum { first: (e1[i] as u64, t1[i]), second: (e2[i] as u64, t2[i]) })
            .collect();
        let found = rate_ratio(&strata, (1.0, None), 0.95).unwrap();
        close(found.ratio, case["ratio"].as_f64().unwrap(), 1e-12, "ratio");
        close_end(found.interval.low, &case["interval"][0], 1e-10, "low end");
        close_end(found.interval.high, &case["interval"][1], 1e-10, "high end");
        close(found.p, case["p"].as_f64().unwrap(), 1e-10, "p");
    }
}

#[test]
fn ranks_as_coin() {
    for case in reference("stratified.json")["ranks"].as_array().unwrap() {
        let [y, g, s] = ["y", "g", "s"].map(|name| numbers(&case[name]));
        let pick = |group: f64, stratum: f64| -> Vec<f64> {
            (0..y.len()).filter(|&i| (g[i] - group).abs() + (s[i] - stratum).abs() < 0.1).map(|i| y[i]).collect()
        };
        let strata: Vec<[Vec<f64>; 2]> = (1..=4).map(|k| [pick(0.0, f64::from(k)), pick(1.0, f64::from(k))]).collect();
        let strata: Vec<(&[f64], &[f64])> = strata.iter().map(|[a, b]| (a.as_slice(), b.as_slice())).collect();
        let found = van_elteren(&strata).unwrap();
        close(found.z.abs(), case["z"].as_f64().unwrap(), 1e-10, "z");
        close(found.p, case["p"].as_f64().unwrap(), 1e-9, "p");
        assert!(found.share > 0.5 && found.z > 0.0);
    }
}

#[test]
fn dispersion_as_glm() {
    let case = &reference("stratified.json")["dispersion"];
    let series: Vec<Vec<u64>> =
        case["series"].as_array().unwrap().iter().map(|s| numbers(s).into_iter().map(|c| c as u64).collect()).collect();
    let series: Vec<&[u64]> = series.iter().map(Vec::as_slice).collect();
    let (value, df) = pooled_dispersion(&series).unwrap();
    close(value, case["value"].as_f64().unwrap(), 1e-7, "dispersion");
    close(df, case["df"].as_f64().unwrap(), 1e-12, "df");
    assert_eq!(pooled_dispersion(&[&[0, 0], &[3]]), None);
}

#[test]
fn shares_as_statsmodels_and_mpmath() {
    for case in reference("stratified_shares.json")["cases"].as_array().unwrap() {
        let strata: Vec<ShareStratum> = case["strata"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| {
                let at = |i: usize| s[i].as_u64().unwrap();
                ShareStratum { first: (at(0), at(1)), second: (at(2), at(3)) }
            })
            .collect();
        let found = share_difference(&strata, 0.95).unwrap();
        close(found.difference, case["difference"].as_f64().unwrap(), 1e-12, "difference");
        close(found.p, case["p"].as_f64().unwrap(), 1e-10, "p");
        close_end(found.interval.low, &case["interval"][0], 1e-8, "low end");
        close_end(found.interval.high, &case["interval"][1], 1e-8, "high end");
    }
}
