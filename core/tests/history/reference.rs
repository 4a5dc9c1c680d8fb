//! Three real histories against the values that others computed from them.

use std::collections::BTreeMap;

use serde_json::Value;
use truenorth::desk::sources::git::{ChangeFilter, Commit, History, Options, RevertTiming, patched_within, read};

use crate::rebuild::Table;
use crate::scratch::Scratch;
use crate::{Tally, folder};

const DAY: i64 = 86_400;

#[test]
fn ripgrep_as_the_reference_has_it() {
    compare("ripgrep");
}

#[test]
fn cargo_as_the_reference_has_it() {
    compare("cargo");
}

#[test]
fn ruff_as_the_reference_has_it() {
    compare("ruff");
}

fn compare(name: &str) {
    let (Some(history), Some(reference)) = (
        folder("TRUENORTH_HISTORY", "../shared/data/git-history"),
        folder("TRUENORTH_REFERENCE", "../shared/reference"),
    ) else {
        println!("git history of {name}: skipped, no folder with histories or references");
        return;
    };
    let Some(scratch) = Scratch::new(name) else { return };
    let expected = std::fs::read_to_string(reference.join(format!("dora/{name}.json"))).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let table = Table::read(&history, name);
    let new = table.rebuild(&scratch, name, expected["head"].as_str().unwrap());

    // Their patterns are a group for each number; the default is for the rest of the world.
    let releases = expected["tag_regex"].as_str().unwrap().to_owned();
    let found = read(&scratch.path().join(name), &Options { releases, ..Options::default() }).unwrap();

    let mut tally = Tally::default();
    shape(&found, &expected, &table, &new, &mut tally);
    lead_times(&found, &expected, &mut tally);
    failures(&found, &expected, &mut tally);
    #[cfg(feature = "zones")]
    calendars(&found, &expected, &mut tally);
    if name == "cargo" {
        // One marker names a commit that ships in a later release than its revert.
        let timings: Vec<RevertTiming> = found.reverts.iter().map(|revert| found.timing(revert)).collect();
        let count = |timing| timings.iter().filter(|other| **other == timing).count();
        tally.check("cargo, after ship", &count(RevertTiming::AfterShip), &39);
        tally.check("cargo, in an earlier release", &count(RevertTiming::EarlierRelease), &1);
    }
    tally.finish(&format!("git history of {name}"));
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("expected a whole number, found {value}"))
}

fn shape(found: &History, expected: &Value, table: &Table, new: &[String], tally: &mut Tally) {
    let released: Vec<Commit<'_>> = found.commits().filter(|commit| commit.first_release.is_some()).collect();
    let edges: usize = released.iter().map(|commit| commit.parents.len()).sum();
    let with_merges = ChangeFilter { merges: true, ..ChangeFilter::default() };
    let per_release = found.new_changes(with_merges);
    let empty = per_release.iter().filter(|&&commits| commits == 0).count() as u64;
    for (what, count) in [
        ("tags_total", found.tags_total),
        ("releases", found.releases.len() as u64),
        ("commits_reachable_from_releases", released.len() as u64),
        ("edges", edges as u64),
        ("merge_commits", released.iter().filter(|commit| commit.is_merge).count() as u64),
        ("same_sha_releases", found.odd.releases_on_the_same_commit),
        ("releases_with_zero_new_commits", empty),
    ] {
        tally.check(what, &count, &number(&expected[what]));
    }
    tally.check("tags_not_matching", &(found.odd.tags_not_matching + found.releases.len() as u64), &found.tags_total);

    let old: BTreeMap<&str, &str> =
        new.iter().zip(&table.commits).map(|(new, commit)| (new.as_str(), commit.old.as_str())).collect();
    let list = expected["per_release"].as_array().unwrap();
    tally.check("per_release", &found.releases.len(), &list.len());
    for ((release, commits), row) in found.releases.iter().zip(&per_release).zip(list) {
        let told = (release.tag.as_str(), old[release.sha.to_string().as_str()], release.time, *commits);
        let row = (
            row["tag"].as_str().unwrap(),
            row["sha"].as_str().unwrap(),
            row["time_unix"].as_i64().unwrap(),
            number(&row["new_commits_incl_merges"]),
        );
        tally.check("per_release", &told, &row);
    }
    // Every commit kept its times and the number of its parents.
    let rows: BTreeMap<&str, &crate::rebuild::Commit> =
        new.iter().zip(&table.commits).map(|(new, commit)| (new.as_str(), commit)).collect();
    let same = |commit: &Commit<'_>| {
        let row = rows[commit.sha.to_string().as_str()];
        (commit.author_time, commit.committer_time) == (Some(row.author_time), Some(row.committer_time))
            && commit.parents.len() == row.parents.len()
    };
    let different = found.commits().filter(|commit| !same(commit)).count();
    tally.check("commits with other times or parents", &different, &0);
}

fn lead_times(found: &History, expected: &Value, tally: &mut Tally) {
    type Clock = fn(&Commit<'_>) -> Option<i64>;
    let clocks: [(&str, Clock); 2] =
        [("committer", |commit| commit.committer_time), ("author", |commit| commit.author_time)];
    for (clock, time) in clocks {
        for (population, merges) in [("all", true), ("no_merges", false)] {
            let filter = ChangeFilter { merges, ..ChangeFilter::default() };
            let leads = found.changes(filter).filter_map(|commit| {
                let release = commit.first_release.filter(|&release| release != 0)?;
                Some(found.releases[release as usize].time - time(&commit)?)
            });
            let key = format!("{clock}_{population}");
            distribution(&key, leads.collect(), &expected["lead_time_s"][&key], tally);
        }
    }
    // The last year: releases in (T − 365 d, T].
    let last = found.releases.last().unwrap().time;
    let window = &expected["last_365d_window"];
    let inside = |release: u32| found.releases[release as usize].time > last - 365 * DAY;
    let releases = (0..found.releases.len() as u32).filter(|&release| inside(release)).count() as u64;
    tally.check("last year, releases", &releases, &number(&window["releases"]));
    let leads = found.changes(ChangeFilter::default()).filter_map(|commit| {
        let release = commit.first_release.filter(|&release| release != 0 && inside(release))?;
        Some(found.releases[release as usize].time - commit.committer_time?)
    });
    distribution("last year", leads.collect(), &window["lead_committer_no_merges_s"], tally);
}

fn distribution(what: &str, mut values: Vec<i64>, expected: &Value, tally: &mut Tally) {
    values.sort_unstable();
    tally.check(&format!("{what} n"), &(values.len() as u64), &number(&expected["n"]));
    let count = |keep: fn(&i64) -> bool| values.iter().filter(|value| keep(value)).count() as u64;
    tally.check(&format!("{what} negative"), &count(|value| *value < 0), &number(&expected["negative"]));
    tally.check(&format!("{what} zero"), &count(|value| *value == 0), &number(&expected["zero"]));
    let levels =
        [("min", 0.0), ("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p90", 0.9), ("p95", 0.95), ("max", 1.0)];
    for (name, level) in levels {
        // To the second; the hundredths allow for another order of floating point operations.
        let difference = (type_7(&values, level) - expected[name].as_f64().unwrap()).abs();
        tally.check(&format!("{what} {name} off by {difference} s"), &(difference < 0.01), &true);
    }
}

/// The quantile of sorted values by linear interpolation (Hyndman and Fan's type 7).
fn type_7(sorted: &[i64], level: f64) -> f64 {
    let at = (sorted.len() - 1) as f64 * level;
    let below = at.floor();
    let value = |index: f64| sorted[(index as usize).min(sorted.len() - 1)] as f64;
    value(below) + (at - below) * (value(below + 1.0) - value(below))
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

fn failures(found: &History, expected: &Value, tally: &mut Tally) {
    let tag = |release: u32| found.releases[release as usize].tag.as_str();
    let time = |release: u32| found.releases[release as usize].time;

    let patched = &expected["cfr_proxyA_patch_within_7d"];
    let pairs = patched_within(&found.releases, 7 * DAY);
    let tags: Vec<&str> = pairs.iter().map(|&(release, _)| tag(release)).collect();
    tally.check("patched within 7 days", &tags, &names(&patched["failed_tags"]));
    let recoveries = pairs.iter().map(|&(release, patch)| time(patch) - time(release)).collect();
    distribution("patched within 7 days, recovery", recoveries, &patched["recovery_s"], tally);

    let reverted = &expected["cfr_proxyB_reverted_after_ship"];
    let remedied: Vec<(u32, u32)> =
        found.failures().iter().filter_map(|failure| Some((failure.release, failure.remedied_by?))).collect();
    let tags: Vec<&str> = remedied.iter().map(|&(release, _)| tag(release)).collect();
    tally.check("reverted after ship", &tags, &names(&reverted["failed_tags"]));
    tally.check("eligible", &(found.releases.len() as u64 - 1), &number(&reverted["eligible_releases"]));
    let recoveries = remedied.iter().map(|&(release, by)| time(by) - time(release)).collect();
    distribution("reverted after ship, recovery", recoveries, &reverted["recovery_s"], tally);

    // Their markers: both commits released; across when the releases differ and the target's is not the baseline.
    let baseline = |node| found.first_release(node) == Some(0);
    let (mut across, mut inside) = (0, 0);
    for revert in &found.reverts {
        match found.timing(revert) {
            RevertTiming::BeforeShip => inside += 1,
            RevertTiming::AfterShip | RevertTiming::EarlierRelease if !baseline(revert.target) => across += 1,
            _ => {}
        }
    }
    tally.check("markers across releases", &across, &number(&reverted["revert_markers_cross_release"]));
    tally.check("markers in one release", &inside, &number(&reverted["reverted_before_ship_same_release"]));
    tally.check("ids unknown", &found.odd.revert_ids_unknown, &number(&reverted["target_sha_not_resolvable"]));
    tally.check("ids ambiguous", &found.odd.revert_ids_ambiguous, &number(&reverted["ambiguous_prefix"]));
}

/// Releases by month and week, and on another day or in another month elsewhere.
#[cfg(feature = "zones")]
fn calendars(found: &History, expected: &Value, tally: &mut Tally) {
    use truenorth::ground::time::{Bucket, Time, Zone};

    let frequency = &expected["deployment_frequency"];
    let zone = |name: &str| Zone::parse(name).unwrap();
    let label = |bucket: Bucket, name: &str, seconds: i64| {
        bucket.label(bucket.start(zone(name).date(Time::from_seconds(seconds).unwrap())))
    };
    for (key, bucket) in [("by_month_utc", Bucket::Month), ("by_iso_week_utc", Bucket::Week)] {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for release in &found.releases {
            *counts.entry(label(bucket, "UTC", release.time)).or_default() += 1;
        }
        let expected: BTreeMap<String, u64> =
            frequency[key].as_object().unwrap().iter().map(|(label, count)| (label.clone(), number(count))).collect();
        tally.check(key, &counts, &expected);
    }
    for (key, bucket) in
        [("releases_changing_month_bucket_vs_utc", Bucket::Month), ("releases_changing_day_bucket_vs_utc", Bucket::Day)]
    {
        for (name, moved) in frequency[key].as_object().unwrap() {
            let moves = |time| label(bucket, name, time) != label(bucket, "UTC", time);
            let count = found.releases.iter().filter(|release| moves(release.time)).count() as u64;
            tally.check(&format!("{key} {name}"), &count, &number(moved));
        }
    }
    let mut days: Vec<String> = found.releases.iter().map(|release| label(Bucket::Day, "UTC", release.time)).collect();
    days.dedup();
    tally.check("release_days_utc", &(days.len() as u64), &number(&frequency["release_days_utc"]));
}
