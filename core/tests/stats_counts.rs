//! Rates of counts against R (`references/counts.json` says which version and calls).

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

mod stats_support;

use serde_json::Value;
use stats_support::{close, close_end, numbers, reference};
use truenorth::stats::counts::{CountMethod, compare, rate};

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
