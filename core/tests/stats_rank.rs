//! Rank tests against R's wilcox.test and scipy's brunnermunzel (`references/rank.json`, `clustered_rank.json`).

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

mod stats_support;

use stats_support::{close, close_end, numbers, reference};
use truenorth::stats::rank::{RankMethod, clustered, hodges_lehmann, mann_whitney};

#[test]
fn as_wilcox_test() {
    for case in reference("rank.json")["cases"].as_array().unwrap() {
        let (first, second) = (numbers(&case["first"]), numbers(&case["second"]));
        let test = mann_whitney(&first, &second).unwrap();
        close(test.u, case["u"].as_f64().unwrap(), 1e-12, "u");
        close(test.p, case["p"].as_f64().unwrap(), 1e-10, "p");
        let exact = case["exact"].as_bool().unwrap();
        assert_eq!(test.method == RankMethod::Exact, exact);
        let found = hodges_lehmann(&first, &second, 0.95).unwrap();
        close(found.shift, case["shift"].as_f64().unwrap(), 1e-12, "shift");
        if exact {
            close_end(found.interval.low, &case["interval"][0], 1e-12, "low end");
            close_end(found.interval.high, &case["interval"][1], 1e-12, "high end");
        } else {
            // R finds these where a smooth statistic crosses: within a neighbouring difference.
            for (end, expected) in [found.interval.low, found.interval.high].into_iter().zip(numbers(&case["interval"]))
            {
                assert!((end.unwrap() - expected).abs() < 0.02, "{end:?}, expected {expected}");
            }
        }
    }
}

#[test]
fn thousands_by_thousands() {
    let first: Vec<f64> = (0..20_000).map(|i| f64::from(i * 7919 % 20_011)).collect();
    let second: Vec<f64> = first.iter().map(|x| x + 250.0).collect();
    let found = hodges_lehmann(&first, &second, 0.95).unwrap();
    close(found.shift, 250.0, 1e-12, "shift");
    assert!(found.interval.contains(250.0) && !found.interval.contains(0.0));
}

#[test]
fn singletons_as_brunner_munzel() {
    for case in reference("clustered_rank.json")["cases"].as_array().unwrap() {
        let (first, second) = (numbers(&case["first"]), numbers(&case["second"]));
        let ids = |n: usize| (0..n as u32).collect::<Vec<_>>();
        let found = clustered((&first, &ids(first.len())), (&second, &ids(second.len())), 0.95).unwrap();
        close(found.share, case["share"].as_f64().unwrap(), 1e-12, "share");
        close(found.p, case["p"].as_f64().unwrap(), 1e-10, "p");
    }
}
