//! Placebo tests: real releases are dealt into two halves at random, many times, so that nothing differs but chance, and
//! every test that comparisons use may then call a difference only as often as it says it does: 5 of 100 times.
//!
//! The same deal shows why lead times are compared by deployment: over single commits a Mann–Whitney test finds a
//! "difference" in most deals, for the commits of a release wait together.
//!
//! The always-on tests are small; `cargo test --features git --test placebo -- --ignored` deals thousands of times and
//! takes minutes. Seeds are fixed, so a test that holds goes on holding.

#![cfg(all(feature = "git", feature = "dora"))]
#![expect(clippy::disallowed_methods, reason = "a test may read the environment and files")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test says what fails by panicking")]

mod history_support;

use history_support::{DAY, Real};
use truenorth::desk::sources::git::{ChangeFilter, patched_within};
use truenorth::dora::{self, Compare, DoraRequest};
use truenorth::facts::{Change, Deployment, Event, EventTable};
use truenorth::ground::context::Context;
use truenorth::ground::random::Philox;
use truenorth::ground::time::{Time, Window};
use truenorth::stats::survival::Durations;
use truenorth::stats::survival_compare::{Stratum, Weights, test};
use truenorth::stats::{counts, rank, rate, stratified};

const NAMES: [&str; 3] = ["ripgrep", "cargo", "ruff"];
const SIZE: f64 = 0.05;
/// Services that releases are relabelled with, for the tests that compare within services.
const SERVICES: u64 = 3;

/// A release, as the tests see it.
struct Release {
    time: i64,
    /// When each of its changes was committed.
    committed: Vec<i64>,
    median: Option<f64>,
    /// How long until a patch release of the same line, within seven days.
    patched: Option<i64>,
}

struct Dealt {
    name: &'static str,
    releases: Vec<Release>,
    /// Releases of each ISO week, from the first to the last, both included.
    weeks: Vec<u64>,
    /// Releases of each day, from a Monday on.
    days: Vec<u64>,
}

impl Dealt {
    fn of(name: &'static str) -> Option<Self> {
        let real = Real::of(name)?;
        let history = &real.history;
        let mut releases: Vec<Release> = (history.releases.iter())
            .map(|release| Release { time: release.time, committed: Vec::new(), median: None, patched: None })
            .collect();
        for commit in history.changes(ChangeFilter::default()) {
            if let (Some(release), Some(time)) = (commit.first_release, commit.committer_time) {
                releases[release as usize].committed.push(time);
            }
        }
        for (release, patch) in patched_within(&history.releases, 7 * DAY) {
            let took = releases[patch as usize].time - releases[release as usize].time;
            releases[release as usize].patched = Some(took);
        }
        // The first ships all of history.
        releases.remove(0);
        for release in &mut releases {
            let mut leads: Vec<f64> = release.committed.iter().map(|time| (release.time - time) as f64).collect();
            release.median = truenorth::stats::quantile::of(&mut leads, 0.5);
        }
        // 1970 began on a Thursday: Monday is the fourth day before.
        let monday = |time: i64| (time + 3 * DAY).div_euclid(7 * DAY);
        let first = monday(releases[0].time);
        let last = monday(releases.last().unwrap().time);
        let mut weeks = vec![0; (last - first + 1) as usize];
        let mut days = vec![0; weeks.len() * 7];
        for release in &releases {
            weeks[(monday(release.time) - first) as usize] += 1;
            days[((release.time + 3 * DAY).div_euclid(DAY) - first * 7) as usize] += 1;
        }
        Some(Self { name, releases, weeks, days })
    }

    /// Two halves of `0..n` in random order.
    fn halves(n: usize, random: &mut Philox) -> [Vec<usize>; 2] {
        let mut order: Vec<usize> = (0..n).collect();
        random.shuffle(&mut order);
        let second = order.split_off(n / 2);
        [order, second]
    }

    /// The p-value of each test in one deal; `None` where a half has too little for it.
    fn deal(&self, random: &mut Philox) -> Vec<(&'static str, Option<f64>)> {
        let halves = Self::halves(self.releases.len(), random);
        let service: Vec<u64> = self.releases.iter().map(|_| random.below(SERVICES)).collect();
        let pick = |half: usize, of: Option<u64>| {
            let kept = halves[half].iter().filter(|&&at| of.is_none_or(|of| of == service[at]));
            kept.map(|&at| &self.releases[at]).collect::<Vec<_>>()
        };
        // Lead time: as in a comparison, by the logarithms of the medians of deployments.
        let medians = |releases: &[&Release]| -> Vec<f64> {
            releases.iter().filter_map(|release| release.median).map(|median| median.max(1.0).ln()).collect()
        };
        let lead = rank::mann_whitney(&medians(&pick(0, None)), &medians(&pick(1, None))).ok().map(|found| found.p);
        let own: Vec<[Vec<f64>; 2]> =
            (0..SERVICES).map(|of| [medians(&pick(0, Some(of))), medians(&pick(1, Some(of)))]).collect();
        let strata: Vec<(&[f64], &[f64])> = own.iter().map(|[one, two]| (one.as_slice(), two.as_slice())).collect();
        let lead_by_service = stratified::van_elteren(&strata).ok().map(|found| found.p);
        // A share: how many were patched within a week.
        let share = |releases: &[&Release]| {
            (releases.iter().filter(|release| release.patched.is_some()).count() as u64, releases.len() as u64)
        };
        let shares = rate::miettinen_nurminen(share(&pick(0, None)), share(&pick(1, None)), 0.95).map(|found| found.p);
        let strata: Vec<stratified::ShareStratum> = (0..SERVICES)
            .map(|of| stratified::ShareStratum { first: share(&pick(0, Some(of))), second: share(&pick(1, Some(of))) })
            .collect();
        let shares_by_service = stratified::share_difference(&strata, 0.95).ok().map(|found| found.p);
        // Recovery: time to the patch, open after seven days where there was none.
        let lasted = |releases: &[&Release]| -> (Vec<f64>, Vec<bool>) {
            let seen = releases.iter().map(|one| (one.patched.unwrap_or(7 * DAY) as f64, one.patched.is_some()));
            seen.unzip()
        };
        let peto = |pairs: &[[(Vec<f64>, Vec<bool>); 2]]| {
            let strata: Vec<Stratum<'_>> = (pairs.iter())
                .map(|[one, two]| Stratum {
                    first: Durations { times: &one.0, ended: &one.1 },
                    second: Durations { times: &two.0, ended: &two.1 },
                })
                .collect();
            test(&strata, Weights::PetoPeto).ok().map(|found| found.p)
        };
        let recovery = peto(&[[lasted(&pick(0, None)), lasted(&pick(1, None))]]);
        let own: Vec<_> = (0..SERVICES).map(|of| [lasted(&pick(0, Some(of))), lasted(&pick(1, Some(of)))]).collect();
        // Frequency: weeks are dealt, not releases, for a week's count is what varies.
        let weeks = Self::halves(self.weeks.len(), random)
            .map(|half| -> Vec<u64> { half.into_iter().map(|week| self.weeks[week]).collect() });
        let pace = counts::score_test(&weeks[0], &weeks[1]).ok();
        vec![
            ("lead time, Mann–Whitney on medians of deployments", lead),
            ("lead time, van Elteren by service", lead_by_service),
            ("shares, Miettinen–Nurminen", shares),
            ("shares, Cochran–Mantel–Haenszel by service", shares_by_service),
            ("recovery, Peto–Peto", recovery),
            ("recovery, Peto–Peto by service", peto(&own)),
            ("frequency, quasi-Poisson score over ISO weeks", pace),
            ("frequency, quasi-Poisson by weekday", self.by_weekday(random)),
        ]
    }

    /// Days are dealt within their weekday, like weekdays with like.
    fn by_weekday(&self, random: &mut Philox) -> Option<f64> {
        let mut cells: Vec<[Vec<u64>; 2]> = Vec::new();
        for weekday in 0..7 {
            let own: Vec<u64> = self.days.iter().skip(weekday).step_by(7).copied().collect();
            cells.push(Self::halves(own.len(), random).map(|half| half.into_iter().map(|day| own[day]).collect()));
        }
        let series: Vec<&[u64]> = cells.iter().flatten().map(Vec::as_slice).collect();
        let (dispersion, freedom) = counts::pooled_dispersion(&series)?;
        let sum = |days: &[u64]| (days.iter().sum(), days.len() as f64);
        let strata: Vec<stratified::RateStratum> =
            cells.iter().map(|[one, two]| stratified::RateStratum { first: sum(one), second: sum(two) }).collect();
        stratified::rate_ratio(&strata, (dispersion, Some(freedom)), 0.95).ok().map(|found| found.p)
    }

    /// The test that takes each commit for an observation of its own.
    fn naive(&self, random: &mut Philox) -> f64 {
        let halves = Self::halves(self.releases.len(), random).map(|half| -> Vec<f64> {
            let of = |at: usize| {
                let release = &self.releases[at];
                release.committed.iter().map(move |time| (release.time - time) as f64)
            };
            half.into_iter().flat_map(of).collect()
        });
        rank::mann_whitney(&halves[0], &halves[1]).unwrap().p
    }

    /// Deals `deals` times and says how often each test rejected; at most three standard errors too often.
    fn hold(&self, deals: u64) {
        let mut rejected: Vec<(&'static str, u64, u64)> = Vec::new();
        for deal in 0..deals {
            for (at, (what, p)) in self.deal(&mut Philox::new(0x0091_ace0, deal)).into_iter().enumerate() {
                if at == rejected.len() {
                    rejected.push((what, 0, 0));
                }
                if let Some(p) = p {
                    rejected[at].1 += 1;
                    rejected[at].2 += u64::from(p <= SIZE);
                }
            }
        }
        let mut wrong = Vec::new();
        for (what, tested, times) in rejected {
            let (share, most) = (times as f64 / tested.max(1) as f64, most(tested));
            println!("{}: {what}: {times} of {tested} rejected, {:.1} %", self.name, 100.0 * share);
            if tested < deals / 2 || share > most {
                wrong.push(format!("{}: {what}: {times} of {tested}, at most {:.1} %", self.name, 100.0 * most));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn naive_share(&self, deals: u64) -> f64 {
        let rejected = (0..deals).filter(|deal| self.naive(&mut Philox::new(7, *deal)) <= SIZE).count();
        let share = rejected as f64 / deals as f64;
        println!("{}: the same over single commits: {rejected} of {deals} rejected, {:.0} %", self.name, 100.0 * share);
        share
    }
}

/// What a test of 5 % may reject of so many deals, three standard errors above.
fn most(deals: u64) -> f64 {
    SIZE + 3.0 * (SIZE * (1.0 - SIZE) / deals.max(1) as f64).sqrt()
}

#[test]
fn tests_hold_their_level() {
    for dealt in NAMES.into_iter().filter_map(Dealt::of) {
        dealt.hold(400);
        assert!(dealt.naive_share(60) > 0.5, "{}: over single commits most deals seem to differ", dealt.name);
    }
}

#[test]
#[ignore = "takes minutes"]
fn tests_hold_their_level_in_thousands_of_deals() {
    // As others found them by dealing the same histories; how often they dealt is not known, so a few points are
    // allowed. Three times 3000 deals of our own, with halves and with coins, gave 90.7, 79.5 and 69.5 %.
    for (name, naive) in NAMES.into_iter().zip([0.91, 0.79, 0.71]) {
        let Some(dealt) = Dealt::of(name) else { continue };
        dealt.hold(10_000);
        let share = dealt.naive_share(2000);
        assert!((share - naive).abs() < 0.05, "{name}: {share} of naive tests reject, {naive} expected");
    }
}

/// Through the whole room: releases of the second half are moved to a time after all others, with their changes, and
/// every release gets a service at random. Both halves then have the same busy and quiet weeks, so that frequencies
/// differ less than by chance, and hardly any test rejects.
fn through_the_room(dealt: &Dealt, deals: u64) {
    const METRICS: [&str; 4] = ["lead time", "frequency", "failure rate", "recovery time"];
    let first = dealt.releases[0].time;
    // A Monday, and whole weeks, so that weekdays stay what they are.
    let from = (first + 3 * DAY).div_euclid(7 * DAY) * 7 * DAY - 3 * DAY;
    let length = (dealt.weeks.len() as i64 + 1) * 7 * DAY;
    let at = |seconds: i64| Time::from_seconds(seconds).unwrap();
    let window = |half: i64| Window::new(at(from + half * length), at(from + (half + 1) * length)).unwrap();
    let request = DoraRequest {
        window: Some(window(1)),
        compare: Compare::Window(window(0)),
        as_of: Some(at(from + 2 * length + 8 * DAY)),
        ..DoraRequest::default()
    };
    let mut rejected = [(0, 0); 4];
    for deal in 0..deals {
        let mut random = Philox::new(0x0052_0023, deal);
        let mut events = EventTable::new();
        let halves = Dealt::halves(dealt.releases.len(), &mut random);
        for (half, members) in halves.iter().enumerate() {
            for &member in members {
                let release = &dealt.releases[member];
                let moved = |seconds: i64| Time::from_seconds(seconds + half as i64 * length);
                let (id, service) = (format!("r{member}"), format!("s{}", random.below(SERVICES)));
                for (nth, &committed) in release.committed.iter().enumerate() {
                    let change = Change {
                        sha: Some(format!("{id}-{nth}").into()),
                        service: Some(service.as_str().into()),
                        deployment: Some(id.as_str().into()),
                        committed_at: moved(committed),
                        ..Change::default()
                    };
                    events.push(&Event::Change(change)).unwrap();
                }
                let deployment = Deployment {
                    id: Some(id.as_str().into()),
                    version: Some(id.as_str().into()),
                    service: Some(service.as_str().into()),
                    finished_at: moved(release.time),
                    failed: Some(release.patched.is_some()),
                    failed_at: release.patched.and(moved(release.time)),
                    restored_at: release.patched.and_then(|took| moved(release.time + took)),
                    ..Deployment::default()
                };
                events.push(&Event::Deployment(deployment)).unwrap();
            }
        }
        events.settle();
        let report = dora::measure(&request, &events, &Context::default()).unwrap();
        let found = report.overall.comparisons.unwrap();
        let five = [&found.lead_time, &found.deployment_frequency, &found.change_failure_rate, &found.recovery_time];
        for ((tested, times), comparison) in rejected.iter_mut().zip(five) {
            if let Some(p) = comparison.p {
                *tested += 1;
                *times += u64::from(p <= SIZE);
            }
        }
    }
    for (metric, (tested, times)) in METRICS.into_iter().zip(rejected) {
        println!("{}, through the room: {metric}: {times} of {tested} rejected", dealt.name);
        assert!(tested >= deals / 2, "{}: {metric} was tested {tested} times of {deals}", dealt.name);
        assert!(times as f64 <= most(tested) * tested as f64, "{}: {metric}: {times} of {tested}", dealt.name);
    }
}

#[test]
fn comparisons_hold_their_level() {
    if let Some(dealt) = Dealt::of("ripgrep") {
        through_the_room(&dealt, 40);
    }
}

#[test]
#[ignore = "takes minutes"]
fn comparisons_hold_their_level_in_hundreds_of_deals() {
    for dealt in NAMES.into_iter().filter_map(Dealt::of) {
        through_the_room(&dealt, 400);
    }
}
