//! Quantiles of clustered values against R's survey package (`references/cluster.json` says which versions and calls).

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

mod stats_support;

use stats_support::{close, close_end, numbers, reference};
use truenorth::stats::cluster::{ShareVariance, woodruff};

#[test]
fn woodruff_as_r_survey() {
    let file = reference("cluster.json");
    let mut same = 0;
    for case in file["cases"].as_array().unwrap() {
        let clusters: Vec<u32> = numbers(&case["clusters"]).into_iter().map(|c| c as u32).collect();
        let values = numbers(&case["values"]);
        let (p, level) = (case["p"].as_f64().unwrap(), case["level"].as_f64().unwrap());
        let found = woodruff(&values, &clusters, p, level, ShareVariance::Linearised).unwrap();
        close(found.value, case["quantile"].as_f64().unwrap(), 1e-12, "quantile");
        close(found.share_error, case["shareError"].as_f64().unwrap(), 1e-10, "share error");
        let jackknife = woodruff(&values, &clusters, p, level, ShareVariance::Jackknife).unwrap();
        close(jackknife.share_error, case["jackknifeError"].as_f64().unwrap(), 1e-10, "jackknife error");
        close(found.design_effect.unwrap(), case["designEffect"].as_f64().unwrap(), 1e-10, "design effect");
        close_end(found.interval.low, &case["interval"][0], 1e-9, "low end");
        close_end(found.interval.high, &case["interval"][1], 1e-9, "high end");
        // Where the share up to the quantile is p itself, svyquantile's own interval is the same.
        if (case["shareUpTo"].as_f64().unwrap() - p).abs() < 1e-12 {
            same += 1;
            close_end(found.interval.low, &case["svyquantile"][0], 1e-9, "svyquantile's low end");
            close_end(found.interval.high, &case["svyquantile"][1], 1e-9, "svyquantile's high end");
        }
    }
    assert_eq!(same, 3);
}
