//! Quantiles of clustered values: cluster sizes equal and heavy-tailed, correlation inside clusters 0 and .5.

use truenorth::ground::random::Philox;
use truenorth::stats::cluster::{ShareVariance, woodruff};
use truenorth::stats::quantile::{of, order_interval};
use truenorth::stats::tail;

use crate::{Share, covers, normal};

/// How many values a cluster holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    /// Always five.
    Five,
    /// Pareto with exponent 1.2, at most 300.
    Heavy,
    /// The same, and larger clusters hold larger values.
    HeavyAndTelling,
}

/// m clusters of log-normal values (σ = 2: heavy tails) with the correlation `inside` of their logarithms.
pub(crate) fn draw(random: &mut Philox, m: u32, size: Size, inside: f64) -> (Vec<f64>, Vec<u32>) {
    let (mut values, mut clusters) = (Vec::new(), Vec::new());
    for cluster in 0..m {
        let count = match size {
            Size::Five => 5.0,
            _ => libm::pow(1.0 - random.uniform(), -1.0 / 1.2).min(300.0).floor(),
        };
        let shared = inside.sqrt() * normal(random);
        let telling = if matches!(size, Size::HeavyAndTelling) { 0.3 * libm::log(count) } else { 0.0 };
        for _ in 0..count as u32 {
            let own = (1.0 - inside).sqrt() * normal(random);
            values.push(libm::exp(2.0 * (shared + own + telling)));
            clusters.push(cluster);
        }
    }
    (values, clusters)
}

/// The quantile of infinitely many clusters.
fn truth(size: Size, inside: f64, p: f64) -> f64 {
    if matches!(size, Size::HeavyAndTelling) {
        of(&mut draw(&mut Philox::new(1, 1), 200_000, size, inside).0, p).unwrap()
    } else {
        libm::exp(2.0 * tail::normal_quantile(p).unwrap())
    }
}

/// Coverage by Woodruff with clusters (jackknife, linearised), and by order statistics as if values were independent.
pub(crate) fn row(m: u32, size: Size, inside: f64, p: f64, repetitions: u64) -> [f64; 3] {
    let truth = truth(size, inside, p);
    let [mut clustered, mut linearised, mut independent] = [Share::default(), Share::default(), Share::default()];
    for repetition in 0..repetitions {
        let (mut values, clusters) = draw(&mut Philox::new(23, repetition), m, size, inside);
        clustered
            .count(covers(&woodruff(&values, &clusters, p, 0.95, ShareVariance::Jackknife).unwrap().interval, truth));
        let linear = woodruff(&values, &clusters, p, 0.95, ShareVariance::Linearised).unwrap();
        linearised.count(covers(&linear.interval, truth));
        values.sort_by(f64::total_cmp);
        independent.count(covers(&order_interval(&values, p, 0.95).unwrap().interval, truth));
    }
    [clustered.get(), linearised.get(), independent.get()]
}

#[test]
fn levels_hold_loosely() {
    let [clustered, linearised, independent] = row(30, Size::Five, 0.5, 0.5, 400);
    assert!(clustered > 0.90 && linearised > 0.90 && independent < 0.88, "{clustered} {linearised} {independent}");
    let [clustered, linearised, _] = row(20, Size::Heavy, 0.5, 0.5, 400);
    assert!(clustered > 0.87 && clustered > linearised + 0.04, "{clustered} {linearised}");
    let [clustered, ..] = row(20, Size::Five, 0.0, 0.5, 400);
    assert!(clustered > 0.90, "{clustered}");
}

#[test]
#[ignore = "the whole table"]
fn table() {
    println!(
        "quantile of clustered values, 95 %: coverage by Woodruff, jackknife | linearised | by order statistics as if independent"
    );
    for size in [Size::Five, Size::Heavy, Size::HeavyAndTelling] {
        for inside in [0.0, 0.5] {
            for p in [0.5, 0.9] {
                for m in [12, 20, 50] {
                    let [clustered, linearised, independent] = row(m, size, inside, p, 2000);
                    println!(
                        "{size:?} correlation {inside:.1} quantile {p:.1} clusters {m:>2}: \
                         {clustered:.3} | {linearised:.3} | {independent:.3}"
                    );
                }
            }
        }
    }
}
