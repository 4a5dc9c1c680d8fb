//! Survival curves and tests against R's survival package (`references/survival.json`) and the censored incidents of
//! the reference folder (lifelines 0.30.3).

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

mod stats_support;

use serde_json::Value;
use stats_support::{close, close_end, numbers, outside, reference};
use truenorth::stats::survival::{Durations, kaplan_meier, restricted_mean_difference};
use truenorth::stats::survival_compare::{Stratum, Weights, median_difference, test};

fn flags(value: &Value) -> Vec<bool> {
    value.as_array().unwrap().iter().map(|v| v.as_bool().unwrap_or_else(|| v.as_f64().unwrap() > 0.5)).collect()
}

#[test]
fn curves_as_survfit() {
    for case in reference("survival.json")["curves"].as_array().unwrap() {
        let (times, ended) = (numbers(&case["times"]), flags(&case["ended"]));
        let curve = kaplan_meier(Durations { times: &times, ended: &ended }).unwrap();
        assert_eq!(curve.steps.len(), case["stepTimes"].as_array().unwrap().len());
        for (i, step) in curve.steps.iter().enumerate() {
            close(step.time, case["stepTimes"][i].as_f64().unwrap(), 1e-12, "time");
            close(step.survival, case["survival"][i].as_f64().unwrap(), 1e-12, "survival");
            close_end(step.log_variance, &case["greenwood"][i], 1e-10, "greenwood");
        }
        close_end(curve.quantile(0.5).time(), &case["median"], 1e-12, "median");
        let interval = curve.quantile_interval(0.5, 0.95);
        close_end(interval.low, &case["interval"][0], 1e-12, "low end");
        close_end(interval.high, &case["interval"][1], 1e-12, "high end");
        let mean = curve.restricted_mean(case["horizon"].as_f64().unwrap()).unwrap();
        close(mean.mean, case["restricted"].as_f64().unwrap(), 1e-12, "restricted mean");
        close(mean.error, case["restrictedError"].as_f64().unwrap(), 1e-10, "its error");
    }
}

#[test]
fn tests_as_survdiff() {
    for case in reference("survival.json")["tests"].as_array().unwrap() {
        let rows = &case["rows"];
        let (times, ended) = (numbers(&rows["t"]), flags(&rows["e"]));
        let (groups, strata) = (numbers(&rows["g"]), numbers(&rows["s"]));
        let pick = |group: f64, stratum: f64| -> (Vec<f64>, Vec<bool>) {
            let here = |&i: &usize| (groups[i] - group).abs() + (strata[i] - stratum).abs() < 0.1;
            (0..times.len()).filter(here).map(|i| (times[i], ended[i])).unzip()
        };
        let highest = strata.iter().fold(1.0, |a: f64, &b| a.max(b)) as u32;
        let parts: Vec<_> = (1..=highest).map(|s| [pick(0.0, f64::from(s)), pick(1.0, f64::from(s))]).collect();
        let strata: Vec<Stratum<'_>> = parts
            .iter()
            .map(|[a, b]| Stratum {
                first: Durations { times: &a.0, ended: &a.1 },
                second: Durations { times: &b.0, ended: &b.1 },
            })
            .collect();
        for (name, weights) in [("petoPeto", Weights::PetoPeto), ("logRank", Weights::LogRank)] {
            let found = test(&strata, weights).unwrap();
            close(found.z * found.z, case[name]["chisq"].as_f64().unwrap(), 1e-10, name);
            close(found.p, case[name]["p"].as_f64().unwrap(), 1e-10, name);
            for side in 0..2 {
                close(found.observed[side], case[name]["observed"][side].as_f64().unwrap(), 1e-10, "observed");
                close(found.expected[side], case[name]["expected"][side].as_f64().unwrap(), 1e-10, "expected");
            }
        }
    }
}

#[test]
fn incidents_of_the_reference_folder() {
    let Some(file) = outside("TRUENORTH_REFERENCE", "../shared/reference", "dora/incidents_km_ci.json") else { return };
    let cases = file["experiments"].as_array().unwrap();
    let mut all = Vec::new();
    for case in cases {
        let (times, ended) = (numbers(&case["durations_s"]), flags(&case["observed"]));
        let durations = Durations { times: &times, ended: &ended };
        let curve = kaplan_meier(durations).unwrap();
        // At the 24 h cut S is exactly a half on a flat step: the file's 29040 is lifelines' rounding, 29160 the middle of
        // 29040 and 29280. In the uniform case S is .490 at 29040 (checked in fractions), so the file is right.
        let median = curve.quantile(0.5).time();
        let expected = if case["name"] == "fixed 24h" { Some(29_160.0) } else { case["km_median_s"].as_f64() };
        assert_eq!(median, expected, "{}", case["name"]);
        let interval = curve.quantile_interval(0.5, 0.95);
        close_end(interval.low, &case["km_ci95_loglog"][0], 1e-12, "low end");
        close_end(interval.high, &case["km_ci95_loglog"][1], 1e-12, "high end");
        all.push((times, ended));
    }
    println!("incidents_km_ci.json experiments: {} passed, 0 failed", cases.len());
    // The same incidents cut in two ways do not differ.
    let [a, b] = [&all[1], &all[2]].map(|(times, ended)| Durations { times, ended });
    let found = median_difference(a, b, 0.95, 3, 200).unwrap();
    assert_eq!(found.difference, Some(29_040.0 - 29_160.0));
    assert!(found.interval.contains(0.0));
    let (a, b) = (kaplan_meier(a).unwrap(), kaplan_meier(b).unwrap());
    assert!(restricted_mean_difference(&a, &b, 20_000.0, 0.95).unwrap().interval.contains(0.0));
}
