//! Shares: exact coverage by adding up every outcome, n = 3 to 50.

use truenorth::stats::rate::{clopper_pearson, miettinen_nurminen, newcombe, wilson};
use truenorth::stats::tail;

use crate::covers;

/// P(k of n) at chance p.
fn chance(k: u64, n: u64, p: f64) -> f64 {
    let (x, m) = (k as f64, n as f64);
    let ways = libm::lgamma(m + 1.0) - libm::lgamma(x + 1.0) - libm::lgamma(m - x + 1.0);
    libm::exp(ways + x * libm::log(p) + (m - x) * libm::log1p(-p))
}

/// Least and mean coverage over chances .01 … .99: Wilson, Clopper–Pearson.
pub(crate) fn one(n: u64) -> [(f64, f64); 2] {
    let all: Vec<_> = (0..=n).map(|k| [wilson(k, n, 0.95).unwrap(), clopper_pearson(k, n, 0.95).unwrap()]).collect();
    [0, 1].map(|kind| {
        let coverage = (1..100).map(|i| {
            let p = f64::from(i) / 100.0;
            (0..=n).filter(|&k| covers(&all[k as usize][kind], p)).map(|k| chance(k, n, p)).sum::<f64>()
        });
        let (least, sum) = coverage.fold((1.0_f64, 0.0), |(least, sum), c| (least.min(c), sum + c));
        (least, sum / 99.0)
    })
}

/// Most and mean rejections at 5 % of equal shares, and least coverage of 0 by Newcombe, over chances .02 … .98.
pub(crate) fn two(n1: u64, n2: u64) -> (f64, f64, f64) {
    let mut cells = Vec::new();
    for k1 in 0..=n1 {
        for k2 in 0..=n2 {
            let reject = miettinen_nurminen((k1, n1), (k2, n2), 0.95).unwrap().p <= 0.05;
            cells.push((k1, k2, reject, covers(&newcombe((k1, n1), (k2, n2), 0.95).unwrap(), 0.0)));
        }
    }
    let (mut most, mut sum, mut least) = (0.0_f64, 0.0, 1.0_f64);
    for i in 1..50 {
        let p = f64::from(i) / 50.0;
        let (one, two): (Vec<f64>, Vec<f64>) =
            ((0..=n1).map(|k| chance(k, n1, p)).collect(), (0..=n2).map(|k| chance(k, n2, p)).collect());
        let (mut rejected, mut covered) = (0.0, 0.0);
        for &(k1, k2, reject, cover) in &cells {
            let weight = one[k1 as usize] * two[k2 as usize];
            rejected += if reject { weight } else { 0.0 };
            covered += if cover { weight } else { 0.0 };
        }
        most = most.max(rejected);
        sum += rejected;
        least = least.min(covered);
    }
    (most, sum / 49.0, least)
}

#[test]
fn levels_hold_loosely() {
    let [wilson, exact] = one(20);
    assert!(wilson.1 > 0.945 && wilson.0 > 0.82 && exact.0 > 0.95, "{wilson:?} {exact:?}");
    let (most, mean, _) = two(12, 20);
    assert!(most < 0.085 && mean < 0.055, "{most} {mean}");
    assert!((tail::binomial_cdf(3, 20, 0.2) - (0..=3).map(|k| chance(k, 20, 0.2)).sum::<f64>()).abs() < 1e-13);
}

#[test]
#[ignore = "the whole table"]
fn table() {
    println!("one share, 95 %, by enumeration: least, mean coverage of Wilson | of Clopper–Pearson");
    for n in [3, 5, 8, 12, 20, 30, 50] {
        let [wilson, exact] = one(n);
        println!("n {n:>2}: {:.3}, {:.3} | {:.3}, {:.3}", wilson.0, wilson.1, exact.0, exact.1);
    }
    println!(
        "two equal shares, by enumeration: most, mean rejections at 5 % by Miettinen–Nurminen | least coverage by Newcombe"
    );
    for (n1, n2) in [(3, 3), (5, 5), (5, 20), (12, 12), (12, 50), (20, 20), (50, 50)] {
        let (most, mean, least) = two(n1, n2);
        println!("n {n1:>2} and {n2:>2}: {most:.3}, {mean:.3} | {least:.3}");
    }
}
