//! Shares and rates against scipy, statsmodels and mpmath (`references/rates.json` says which and how), and against
//! the golden score intervals and the proportions of the reference folder.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

mod stats_support;

use serde_json::Value;
use stats_support::{close, close_end, numbers, outside, reference};
use truenorth::stats::Interval;
use truenorth::stats::rate::{clopper_pearson, garwood, miettinen_nurminen, newcombe, wilson};

fn pair(value: &Value) -> (u64, u64) {
    (value[0].as_u64().unwrap(), value[1].as_u64().unwrap())
}

#[track_caller]
fn ends(found: Interval, expected: &Value, tolerance: f64, what: &str) {
    close_end(found.low, &expected[0], tolerance, what);
    close_end(found.high, &expected[1], tolerance, what);
}

#[test]
fn one_share() {
    for case in reference("rates.json")["shares"].as_array().unwrap() {
        let (k, n) = (case["k"].as_u64().unwrap(), case["n"].as_u64().unwrap());
        ends(wilson(k, n, 0.95).unwrap(), &case["wilson"], 1e-11, "wilson");
        ends(clopper_pearson(k, n, 0.95).unwrap(), &case["clopperPearson"], 1e-10, "clopper-pearson");
    }
    assert_eq!(wilson(1, 0, 0.95), None);
    assert_eq!(wilson(2, 1, 0.95), None);
    assert_eq!(clopper_pearson(1, 2, 1.5), None);
}

#[test]
fn shares_of_the_reference_folder() {
    let Some(file) = outside("TRUENORTH_REFERENCE", "../shared/reference", "dora/incidents_km_ci.json") else { return };
    let cases = file["proportion_ci"].as_array().unwrap();
    for case in cases {
        let (k, n) = (case["failures"].as_u64().unwrap(), case["n"].as_u64().unwrap());
        ends(wilson(k, n, 0.95).unwrap(), &case["wilson"], 1e-11, "wilson");
        ends(clopper_pearson(k, n, 0.95).unwrap(), &case["beta"], 1e-10, "clopper-pearson");
    }
    println!("incidents_km_ci.json: {} passed, 0 failed", cases.len());
}

#[test]
fn differences_of_shares() {
    for case in reference("rates.json")["differences"].as_array().unwrap() {
        let (first, second) = (pair(&case["first"]), pair(&case["second"]));
        let found = miettinen_nurminen(first, second, 0.95).unwrap();
        let what = format!("{first:?} {second:?}");
        for (end, expected) in
            [found.interval.low, found.interval.high].into_iter().zip(numbers(&case["miettinenNurminen"]))
        {
            assert!((end.unwrap() - expected).abs() < 1e-10, "{what}: {end:?}, expected {expected}");
        }
        close(found.p, case["p"].as_f64().unwrap(), 1e-9, &what);
        let interval = newcombe(first, second, 0.95).unwrap();
        ends(interval, &case["newcombe"], 1e-9, &what);
        // Seen from the other side everything is mirrored.
        let back = miettinen_nurminen(second, first, 0.95).unwrap();
        assert!((back.interval.low.unwrap() + found.interval.high.unwrap()).abs() < 1e-9, "{what}");
    }
    assert!(miettinen_nurminen((0, 0), (1, 2), 0.95).is_none());
}

#[test]
fn golden_score_intervals() {
    let Some(file) = outside("TRUENORTH_REFERENCE", "../shared/reference", "experiments/golden.json") else { return };
    let cases = file["risk_difference_ci_95"].as_array().unwrap();
    for case in cases {
        let at = |name: &str| case[name].as_u64().unwrap();
        // The file says first minus second.
        let found = miettinen_nurminen((at("x2"), at("n2")), (at("x1"), at("n1")), 0.95).unwrap().interval;
        for (end, expected) in [found.low, found.high].into_iter().zip(numbers(&case["miettinen_nurminen"])) {
            assert!((end.unwrap() - expected).abs() < 1e-9, "{case}: {end:?}");
        }
    }
    println!("golden.json risk_difference_ci_95: {} passed, 0 failed", cases.len());
}

#[test]
fn poisson_counts() {
    for case in reference("rates.json")["poisson"].as_array().unwrap() {
        ends(garwood(case["k"].as_u64().unwrap(), 0.95).unwrap(), &case["garwood"], 1e-9, "garwood");
    }
    // The three of spec: 0 → [0, 3.688879], 3 → [.618672, 8.767273], 10 → [4.795389, 18.390356].
    for (k, low, high) in [(0, 0.0, 3.688_879), (3, 0.618_672, 8.767_273), (10, 4.795_389, 18.390_356)] {
        let found = garwood(k, 0.95).unwrap();
        assert!((found.low.unwrap() - low).abs() < 1e-6 && (found.high.unwrap() - high).abs() < 1e-6, "{found:?}");
    }
}
