//! Rates of counts against R (`references/counts.json` says which version and calls).

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

mod stats_support;

use serde_json::Value;
use stats_support::{close, close_end, numbers, reference};
use truenorth::stats::counts::{CountMethod, compare, rate, score_test};

fn counts(value: &Value) -> Vec<u64> {
    numbers(value).into_iter().map(|c| c as u64).collect()
}

#[test]
fn rates_as_quasi_poisson_glm() {
    for case in reference("counts.json")["rates"].as_array().unwrap() {
        let found = rate(&counts(&case["counts"]), 0.95).unwrap();
        assert_eq!(found.method, CountMethod::QuasiPoisson);
        close(found.rate, case["rate"].as_f64().unwrap(), 1e-9, "rate");
        close(found.spread.dispersion.unwrap(), case["dispersion"].as_f64().unwrap(), 1e-8, "dispersion");
        close(found.spread.lag1.unwrap(), case["lag1"].as_f64().unwrap(), 1e-9, "lag 1");
        close_end(found.interval.low, &case["interval"][0], 1e-8, "low end");
        close_end(found.interval.high, &case["interval"][1], 1e-8, "high end");
    }
}

#[test]
fn comparisons() {
    let file = reference("counts.json");
    for (name, method) in [("pairs", CountMethod::QuasiPoisson), ("exact", CountMethod::PoissonTooFewPeriods)] {
        for case in file[name].as_array().unwrap() {
            let found = compare(&counts(&case["first"]), &counts(&case["second"]), 0.95).unwrap();
            assert_eq!(found.method, method);
            close_end(found.interval.low, &case["interval"][0], 1e-7, "low end");
            close_end(found.interval.high, &case["interval"][1], 1e-7, "high end");
            close(found.p, case["p"].as_f64().unwrap(), 1e-7, "p");
        }
    }
}

#[test]
fn scores() {
    // scipy 1.17.1, stats.ttest_ind(first, second, equal_var=True).pvalue
    let cases: [(&[u64], &[u64], f64); 2] = [
        (&[3, 5, 2, 4, 6, 3, 4, 5], &[7, 4, 9, 6, 5, 8, 7, 6], 0.004_180_699_775_513_741),
        (&[18, 6, 13, 3, 0, 2, 0, 2, 3, 1], &[1, 1, 0, 1, 0, 0, 0, 1, 0, 2], 0.041_654_318_091_621_07),
    ];
    for (first, second, p) in cases {
        close(score_test(first, second).unwrap(), p, 1e-10, "p");
        close(score_test(second, first).unwrap(), p, 1e-10, "p the other way round");
    }
    // As regular as can be: rounding may hide a spread of 1/12.
    close(score_test(&[7; 9], &[7; 9]).unwrap(), 1.0, 1e-12, "p of the same");
    assert!(score_test(&[7; 9], &[8; 9]).unwrap() < 1e-4);
    assert!((score_test(&[0; 9], &[0; 9]).unwrap() - 1.0).abs() < 1e-15);
    assert_eq!(score_test(&[1], &[1, 2]).unwrap_err().reason, "noPeriods");
    assert!((0.0..=1.0).contains(&score_test(&[u64::MAX; 9], &[1, u64::MAX, 0, 3, 4, 5, 6, 7, 8]).unwrap()));
}
