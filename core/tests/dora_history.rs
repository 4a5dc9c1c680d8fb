//! Three real histories through the whole room, against values that others computed from the same commit graphs
//! (`dora/{ripgrep,cargo,ruff}.json` of the reference folder; how is said there under `method`).
//!
//! Releases are deployments of one service, commits are changes linked to the first release that contains them. The
//! first release is the baseline: it ships all of history, so its changes have no lead time, and what was reverted of it
//! is no failure. A revert that waits for its release leaves a failure open: the reference, which looks at shipped
//! reverts alone, does not know such failures, so they are counted apart here.

#![cfg(all(feature = "git", feature = "dora"))]
#![expect(clippy::disallowed_methods, reason = "a test may read the environment and files")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test says what fails by panicking")]

mod history_support;

use std::collections::BTreeMap;

use history_support::{Real, Tally};
use serde_json::Value;
use truenorth::dora::{
    Backwards, Definition, DoraReport, DoraRequest, LeadStart, LeadStatistic, RecoveryStart, RecoveryStatistic,
    Rounding,
};
use truenorth::ground::time::{Bucket, Span};

#[test]
fn ripgrep_through_the_room() {
    compare("ripgrep");
}

#[test]
fn cargo_through_the_room() {
    compare("cargo");
}

#[test]
fn ruff_through_the_room() {
    compare("ruff");
}

fn compare(name: &'static str) {
    let Some(real) = Real::of(name) else { return };
    let mut tally = Tally::default();
    lead_times(&real, &mut tally);
    frequency(&real, &mut tally);
    zones(&real, &mut tally);
    reverts(&real, &mut tally);
    tally.finish(&format!("the room on the history of {name}"));
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("expected a whole number, found {value}"))
}

fn whole(real: &Real, definition: Definition) -> DoraReport {
    real.measure(&DoraRequest { window: Some(real.whole()), definition, ..DoraRequest::default() })
}

/// Median, mean and p90, to the second, for both clocks and both populations.
fn lead_times(real: &Real, tally: &mut Tally) {
    for (clock, lead_start) in [("committer", LeadStart::Committed), ("author", LeadStart::Authored)] {
        for (population, merge_commits) in [("all", true), ("no_merges", false)] {
            let key = format!("{clock}_{population}");
            let expected = &real.expected["lead_time_s"][&key];
            let definition = Definition {
                lead_start: Some(lead_start),
                merge_commits: Some(merge_commits),
                backwards: Some(Backwards::Keep),
                ..Definition::default()
            };
            let found = whole(real, definition.clone()).overall.lead_time;
            let value = |name: &str| expected[name].as_f64().unwrap();
            tally.check(&format!("{key} n"), &found.changes, &number(&expected["n"]));
            tally.check(&format!("{key} negative"), &found.backwards, &number(&expected["negative"]));
            // To the second; the hundredths allow for another order of floating point operations.
            tally.near(&format!("{key} median"), found.median.value(), value("median"), 0.01);
            tally.near(&format!("{key} p90"), found.p90.value(), value("p90"), 0.01);
            for (statistic, name) in
                [(LeadStatistic::Mean, "mean"), (LeadStatistic::LowerMedian, "median_devlake_percent_rank")]
            {
                let definition = Definition { lead_statistic: Some(statistic), ..definition.clone() };
                let found = whole(real, definition).overall.lead_time.median.value();
                tally.near(&format!("{key} {name}"), found, value(name), 0.01);
            }
        }
    }
    let expected = &real.expected["lead_time_fourkeys_style_minutes"];
    let definition = Definition {
        lead_rounding: Some(Rounding::MinutesDown),
        backwards: Some(Backwards::DropZeroToo),
        ..Definition::default()
    };
    let found = whole(real, definition).overall.lead_time;
    tally.check("whole minutes n", &found.changes, &number(&expected["n"]));
    for (name, estimate) in [("median", &found.median), ("p90", &found.p90)] {
        let minutes = estimate.value().map(|seconds| seconds / 60.0);
        tally.near(&format!("whole minutes {name}"), minutes, expected[name].as_f64().unwrap(), 0.001);
    }
    // Changes of the baseline, and those that wait for a release, are counted, not lost.
    let all = whole(real, Definition { merge_commits: Some(true), ..Definition::default() }).overall.lead_time;
    let reachable = number(&real.expected["commits_reachable_from_releases"]);
    tally.check("released commits", &(all.changes + all.backwards + all.baseline), &reachable);
    let waiting = real.history.graph.len() as u64 - reachable;
    tally.check("waiting commits", &all.waiting.changes, &waiting);
}

/// Releases by month and ISO week; buckets without any are there too.
fn frequency(real: &Real, tally: &mut Tally) {
    let expected = &real.expected["deployment_frequency"];
    for (key, bucket) in [("by_month_utc", Bucket::Month), ("by_iso_week_utc", Bucket::Week)] {
        let report =
            real.measure(&DoraRequest { window: Some(real.whole()), bucket: Some(bucket), ..DoraRequest::default() });
        let series = &report.overall.series.as_ref().unwrap().deployment_frequency;
        let found: BTreeMap<&str, u64> = (report.buckets.iter().zip(&series.n))
            .filter(|(_, count)| **count > 0)
            .map(|(period, count)| (period.label.as_str(), *count))
            .collect();
        let counts: BTreeMap<&str, u64> =
            expected[key].as_object().unwrap().iter().map(|(label, count)| (label.as_str(), number(count))).collect();
        tally.check(key, &found, &counts);
    }
    let found = whole(real, Definition::default()).overall.deployment_frequency;
    tally.check("releases", &found.deployments, &number(&real.expected["releases"]));
    tally.check("release_days_utc", &found.active_days, &number(&expected["release_days_utc"]));
    // N over the span from the first release to the last; the window is a microsecond longer.
    let per_30_days = found.per_day.value().map(|per_day| per_day * 30.0);
    tally.near("releases_per_30d", per_30_days, expected["releases_per_30d"].as_f64().unwrap(), 1e-9);
}

/// Releases that fall on another day, or into another month, elsewhere.
fn zones(real: &Real, tally: &mut Tally) {
    let labels = |zone: &str, bucket: Bucket| -> Vec<String> {
        let request = DoraRequest {
            window: Some(real.whole()),
            bucket: Some(bucket),
            time_zone: Some(zone.to_owned()),
            ..DoraRequest::default()
        };
        let report = real.measure(&request);
        let series = &report.overall.series.as_ref().unwrap().deployment_frequency;
        // In order of time, so that the nth label is that of the nth release in every zone.
        (report.buckets.iter().zip(&series.n))
            .flat_map(|(period, &count)| std::iter::repeat_n(period.label.clone(), count as usize))
            .collect()
    };
    for (key, bucket) in
        [("releases_changing_day_bucket_vs_utc", Bucket::Day), ("releases_changing_month_bucket_vs_utc", Bucket::Month)]
    {
        let here = labels("UTC", bucket);
        for (zone, moved) in real.expected["deployment_frequency"][key].as_object().unwrap() {
            let there = labels(zone, bucket);
            let found = here.iter().zip(&there).filter(|(a, b)| a != b).count() as u64;
            tally.check(&format!("{key} {zone}"), &(there.len(), found), &(here.len(), number(moved)));
        }
    }
}

/// Releases of which something was reverted in a later release, with no limit to how late.
fn reverts(real: &Real, tally: &mut Tally) {
    let expected = &real.expected["cfr_proxyB_reverted_after_ship"];
    let definition = |statistic| Definition {
        follow_up: Some(Span::hours(0)),
        recovery_start: Some(RecoveryStart::Deployed),
        recovery_statistic: Some(statistic),
        ..Definition::default()
    };
    let report = whole(real, definition(RecoveryStatistic::MedianResolved));
    let (rate, recovery) = (&report.overall.change_failure_rate, &report.overall.recovery_time);
    // Releases that the reference does not know to have failed: their revert waits for a release.
    let failures = real.history.failures();
    let waiting = failures.iter().filter(|failure| failure.remedied_by.is_none()).count() as u64;
    tally.check("failed and repaired", &(rate.failures - waiting), &number(&expected["failed_releases"]));
    println!("{}: {} failed releases repaired, {waiting} with a revert that waits", real.name, rate.failures - waiting);
    tally.check("open", &recovery.open, &waiting);
    // The baseline is a deployment of the window; it is not eligible there.
    tally.check("eligible", &(rate.deployments - 1), &number(&expected["eligible_releases"]));
    let share = rate.rate.value().map(|_| (rate.failures - waiting) as f64 / (rate.deployments - 1) as f64);
    tally.near("share", share, expected["rate"].as_f64().unwrap(), 1e-12);
    for (name, statistic) in [
        ("median", RecoveryStatistic::MedianResolved),
        ("mean", RecoveryStatistic::MeanResolved),
        ("median_devlake_percent_rank", RecoveryStatistic::LowerMedianResolved),
    ] {
        let found = whole(real, definition(statistic)).overall.recovery_time;
        tally.near(
            &format!("recovery {name}"),
            found.median.value(),
            expected["recovery_s"][name].as_f64().unwrap(),
            0.01,
        );
        let p90 = expected["recovery_s"]["p90"].as_f64().unwrap();
        tally.near(&format!("recovery p90 beside {name}"), found.p90.value(), p90, 0.01);
    }
    // With a follow-up of a week, what surfaces later is late, not gone.
    let week = whole(real, Definition { follow_up: Some(Span::days(7)), ..definition(RecoveryStatistic::KaplanMeier) });
    let found = &week.overall.change_failure_rate;
    let all = found.failures + found.late_failures + found.immature_failures;
    tally.check("within a week and later", &all, &rate.failures);
}
