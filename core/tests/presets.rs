//! Real releases under each tool's rules, against values that others computed by re-implementing those rules
//! (`dora/peer_spread_365d.json` of the reference folder; how is said there and in each history's file under `method`).
//!
//! Rules that no preset has are options too: the head commit alone, the mean, the lower median. Three are of no option
//! and are worked out here from the same history: ranges between consecutive tags (which need the commit graph), the
//! text sort of dorametrix, and the frequency words of OpenDORA, DevOpsMetrics and liatrio.

#![cfg(all(feature = "git", feature = "dora"))]
#![expect(clippy::disallowed_methods, reason = "a test may read the environment and files")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test says what fails by panicking")]

mod history_support;

use std::collections::HashSet;

use history_support::{DAY, Real, Tally, reference};
use serde_json::Value;
use truenorth::dora::{
    self, Backwards, ChangeLink, Definition, DoraRequest, FrequencyStatistic, LeadStatistic, Preset, PresetAnswer,
    PresetsReport, PresetsRequest, Rounding, WeekStart,
};
use truenorth::facts::Estimate;
use truenorth::ground::context::Context;

#[test]
fn ripgrep_by_every_rule() {
    compare("ripgrep");
}

#[test]
fn cargo_by_every_rule() {
    compare("cargo");
}

#[test]
fn ruff_by_every_rule() {
    compare("ruff");
}

/// Days are printed with three decimals there.
const ROUNDED: f64 = 0.000_501;

fn compare(name: &'static str) {
    let (Some(real), Some(spread)) = (Real::of(name), reference("dora/peer_spread_365d.json")) else { return };
    let expected = &spread[name];
    let number = |key: &str| expected[key].as_f64().unwrap_or_else(|| panic!("{key} of {name}"));
    let mut tally = Tally::default();
    let window = real.last_days(365);
    let leads = |definition: Definition| {
        let request = DoraRequest { window: Some(window), definition, ..DoraRequest::default() };
        real.measure(&request).overall
    };
    let days = |definition: Definition| leads(definition).lead_time.median.value().map(|seconds| seconds / DAY as f64);
    let default = leads(Definition::default());

    // By single options.
    let base = Definition::default();
    tally.near("median", days(base.clone()), number("reference_first_containing_median"), ROUNDED);
    let p90 = default.lead_time.p90.value().map(|seconds| seconds / DAY as f64);
    tally.near("p90", p90, number("p90"), ROUNDED);
    let statistic = |statistic| Definition { lead_statistic: Some(statistic), ..Definition::default() };
    for (key, definition) in [
        ("devlake_percent_rank_median", statistic(LeadStatistic::LowerMedian)),
        ("mean_middleware_pelorus_devopsmetrics", statistic(LeadStatistic::Mean)),
        ("gitlab_median_of_daily_medians", statistic(LeadStatistic::MedianOfDailyMedians)),
        ("head_commit_only_median_pelorus_dorametrix_unit", head_only()),
        (
            "fourkeys_drop_le0_minutes_median",
            Definition {
                lead_rounding: Some(Rounding::MinutesDown),
                backwards: Some(Backwards::DropZeroToo),
                ..Definition::default()
            },
        ),
    ] {
        tally.near(key, days(definition), number(key), ROUNDED);
    }
    tally.check("releases", &default.deployment_frequency.deployments, &expected["releases"].as_u64().unwrap());
    tally.check("release_days", &default.deployment_frequency.active_days, &expected["release_days"].as_u64().unwrap());
    for (key, week_start) in
        [("median_days_per_week_monday", WeekStart::Monday), ("median_days_per_week_sunday", WeekStart::Sunday)]
    {
        let definition = Definition {
            frequency_statistic: Some(FrequencyStatistic::MedianDaysPerWeek),
            week_start: Some(week_start),
            ..Definition::default()
        };
        let found = leads(definition).deployment_frequency.per_day.value().map(|per_day| per_day * 7.0);
        tally.near(key, found, number(key), 1e-9);
    }

    // By presets, side by side.
    let request = PresetsRequest { window: Some(window), ..PresetsRequest::default() };
    let report = dora::presets(&request, &real.events, &Context::default()).unwrap();
    presets(&report, expected, &mut tally);
    for one in &report.presets {
        // Side by side or alone, the numbers are the same.
        let alone = DoraRequest { window: Some(window), preset: one.preset, ..DoraRequest::default() };
        let alone = real.measure(&alone).overall;
        let numbers = |lead: &Estimate, pace: &Estimate, rate: &Estimate, recovery: &Estimate| {
            [lead.clone(), pace.clone(), rate.clone(), recovery.clone()]
        };
        tally.check(
            &one.tool,
            &numbers(&one.lead_time, &one.deployment_frequency, &one.change_failure_rate, &one.recovery_time),
            &numbers(
                &alone.lead_time.median,
                &alone.deployment_frequency.per_day,
                &alone.change_failure_rate.rate,
                &alone.recovery_time.median,
            ),
        );
    }

    // By rules of no option.
    ranges(&real, expected, &mut tally);
    let mut heads = head_leads(&real, 365);
    // Milliseconds as text, in the order of text, one below the middle.
    heads.sort_by_key(|seconds| (seconds * 1000).to_string());
    let at = (heads.len() / 2).saturating_sub(1);
    let key = "dorametrix_lexicographic_lower_index";
    tally.near(key, heads.get(at).map(|&seconds| seconds as f64 / DAY as f64), number(key), ROUNDED);
    words_of_others(&real, expected, &report, &mut tally);
    tally.finish(&format!("rules of other tools on {name}"));
}

fn head_only() -> Definition {
    Definition { change_link: Some(ChangeLink::HeadOnly), merge_commits: Some(true), ..Definition::default() }
}

fn answer(report: &PresetsReport, preset: Preset) -> &PresetAnswer {
    report.presets.iter().find(|answer| answer.preset == preset).unwrap()
}

fn presets(report: &PresetsReport, expected: &Value, tally: &mut Tally) {
    let days = |preset| answer(report, preset).lead_time.value().map(|seconds| seconds / DAY as f64);
    let number = |key: &str| expected[key].as_f64().unwrap();
    tally.near("dora", days(Preset::Dora), number("reference_first_containing_median"), ROUNDED);
    tally.near("fourKeys", days(Preset::FourKeys), number("fourkeys_drop_le0_minutes_median"), ROUNDED);
    // Up to a minute later, for DevLake rounds up and the reference does not.
    let minute = 1.0 / 1440.0;
    let key = "devlake_percent_rank_median";
    tally.near("devLake", days(Preset::DevLake).map(|days| days - minute / 2.0), number(key), minute / 2.0 + ROUNDED);
    tally.near("gitLab", days(Preset::GitLab), number("gitlab_median_of_daily_medians"), ROUNDED);
    tally.near("middleware", days(Preset::Middleware), number("mean_middleware_pelorus_devopsmetrics"), ROUNDED);

    let words = |preset| answer(report, preset).frequency_words.clone().unwrap();
    let four_keys = match words(Preset::FourKeys).as_str() {
        "Monthly" | "Yearly" => "Monthly-or-Yearly".to_owned(),
        other => other.to_owned(),
    };
    tally.check("fourKeys words", &four_keys.as_str(), &expected["fourkeys_3months"].as_str().unwrap());
    let dev_lake = match words(Preset::DevLake).split(['(', ')']).nth(1).unwrap() {
        "medium" | "low" => "medium-or-low".to_owned(),
        other => other.to_owned(),
    };
    tally.check("devLake words", &dev_lake.as_str(), &expected["devlake2023"].as_str().unwrap());
    tally.check("middleware words", &words(Preset::Middleware).as_str(), &expected["middleware"].as_str().unwrap());
    let Estimate::Value { note, .. } = &answer(report, Preset::Middleware).deployment_frequency else {
        panic!("a whole number is a value");
    };
    let [day, week, month] = ["daily", "weekly", "monthly"].map(|unit| &expected[format!("middleware_floor_{unit}")]);
    let whole = format!("{day} a day, {week} a week, {month} a month, all rounded down");
    tally.check("middleware whole numbers", &note.as_deref(), &Some(whole.as_str()));

    for one in &report.presets {
        // The steps of each metric lead from the number of dora to the tool's.
        for (metric, from, to) in [
            (dora::Metric::LeadTime, &answer(report, Preset::Dora).lead_time, &one.lead_time),
            (
                dora::Metric::DeploymentFrequency,
                &answer(report, Preset::Dora).deployment_frequency,
                &one.deployment_frequency,
            ),
        ] {
            let mut now = from.value();
            for step in one.differences.iter().filter(|step| step.metric == metric) {
                tally.check("a step begins where the last one ended", &step.from, &now);
                now = step.to;
            }
            tally.check("the steps end at the tool's number", &now, &to.value());
        }
    }
}

/// Lead times of the released commits themselves, in seconds.
fn head_leads(real: &Real, days: i64) -> Vec<i64> {
    let releases = &real.history.releases;
    let last = releases.last().unwrap().time;
    let inside = releases.iter().filter(|release| release.time > last - days * DAY);
    inside.map(|release| release.time - real.history.graph.committer_time(release.node).unwrap()).collect()
}

/// `git log previous..release --no-merges`, for releases that follow each other in time.
fn ranges(real: &Real, expected: &Value, tally: &mut Tally) {
    let (graph, releases) = (&real.history.graph, &real.history.releases);
    let ancestors = |node: u32| {
        let (mut seen, mut open) = (HashSet::from([node]), vec![node]);
        while let Some(node) = open.pop() {
            open.extend(graph.parents(node).iter().filter(|&&parent| seen.insert(parent)));
        }
        seen
    };
    let last = releases.last().unwrap().time;
    let mut leads: Vec<i64> = Vec::new();
    for pair in releases.windows(2).filter(|pair| pair[1].time > last - 365 * DAY) {
        let before = ancestors(pair[0].node);
        let own = ancestors(pair[1].node).into_iter().filter(|node| !before.contains(node) && !graph.is_merge(*node));
        leads.extend(own.map(|node| pair[1].time - graph.committer_time(node).unwrap()));
    }
    leads.sort_unstable();
    let middle = |at: usize| leads[at.min(leads.len() - 1)] as f64;
    let median = f64::midpoint(middle((leads.len() - 1) / 2), middle(leads.len() / 2));
    let mean = leads.iter().sum::<i64>() as f64 / leads.len() as f64;
    for (key, found) in [("consecutive_tag_range_median", median), ("consecutive_tag_range_mean", mean)] {
        tally.near(key, Some(found / DAY as f64), expected[key].as_f64().unwrap(), ROUNDED);
    }
}

/// The words of tools without a preset, from the same releases.
fn words_of_others(real: &Real, expected: &Value, report: &PresetsReport, tally: &mut Tally) {
    let releases = &real.history.releases;
    let last = releases.last().unwrap().time;
    let inside: Vec<i64> =
        releases.iter().map(|release| release.time).filter(|time| *time > last - 365 * DAY).collect();
    let per_day = inside.len() as f64 / 365.0;
    let dev_ops_metrics = match per_day {
        rate if rate >= 1.0 => "High",
        rate if rate >= 1.0 / 30.0 => "Medium",
        _ => "Low",
    };
    tally.check("devopsmetrics", &dev_ops_metrics, &expected["devopsmetrics"].as_str().unwrap());
    // The mean gap divides by n where there are n − 1 gaps.
    let gap = (last - inside[0]) as f64 / 3600.0 / inside.len() as f64;
    tally.near("liatrio_mean_gap_h", Some(gap), expected["liatrio_mean_gap_h"].as_f64().unwrap(), 0.0501);
    let liatrio = match gap {
        hours if hours <= 24.0 => "elite",
        hours if hours <= 168.0 => "high",
        hours if hours <= 720.0 => "medium",
        _ => "low",
    };
    tally.check("liatrio", &liatrio, &expected["liatrio"].as_str().unwrap());
    // OpenDORA asks DevLake's question with a higher bar for the best.
    let words = answer(report, Preset::DevLake).frequency_words.clone().unwrap();
    let open_dora = if words.contains("per week") { "high" } else { "medium-or-low" };
    tally.check("opendora", &open_dora, &expected["opendora"].as_str().unwrap());
}
