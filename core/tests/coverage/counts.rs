//! Rates of counts: dispersion .3 / 1 / 2 / 4, independent and AR(1), 8 to 52 periods.

use truenorth::ground::random::Philox;
use truenorth::stats::counts::{compare, rate};
use truenorth::stats::tail;

use crate::{Share, covers, normal};

/// Counts of a mean and dispersion, made from a chain of normal numbers with a lag-1 correlation.
pub(crate) struct Counts {
    cumulative: Vec<f64>,
    pub(crate) mean: f64,
    chain: f64,
}

impl Counts {
    /// Binomial below a dispersion of 1, Poisson at 1, negative binomial above.
    pub(crate) fn new(mean: f64, dispersion: f64, chain: f64) -> Self {
        let mut cumulative = Vec::new();
        let mut total = 0.0;
        let trials = (mean / (1.0 - dispersion)).round();
        for k in 0..10_000_u32 {
            let k = f64::from(k);
            let log = if dispersion < 1.0 {
                if k > trials {
                    break;
                }
                libm::lgamma(trials + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(trials - k + 1.0)
                    + k * libm::log(1.0 - dispersion)
                    + (trials - k) * libm::log(dispersion)
            } else if dispersion > 1.0 {
                let size = mean / (dispersion - 1.0);
                libm::lgamma(size + k) - libm::lgamma(size) - libm::lgamma(k + 1.0)
                    + k * libm::log(1.0 - 1.0 / dispersion)
                    - size * libm::log(dispersion)
            } else {
                k * libm::log(mean) - mean - libm::lgamma(k + 1.0)
            };
            total += libm::exp(log);
            cumulative.push(total);
            if total > 1.0 - 1e-13 {
                break;
            }
        }
        let mean = if dispersion < 1.0 { trials * (1.0 - dispersion) } else { mean };
        Self { cumulative, mean, chain }
    }

    pub(crate) fn draw(&self, random: &mut Philox, n: usize) -> Vec<u64> {
        let mut z = normal(random);
        (0..n)
            .map(|_| {
                let u = tail::normal_cdf(z);
                z = self.chain * z + (1.0 - self.chain * self.chain).sqrt() * normal(random);
                self.cumulative.partition_point(|&c| c < u).min(self.cumulative.len() - 1) as u64
            })
            .collect()
    }
}

/// Coverage of the rate, and rejections at 5 % of two equal rates, over `n` and `other` periods.
pub(crate) fn row(mean: f64, dispersion: f64, chain: f64, n: usize, other: usize, repetitions: u64) -> (f64, f64) {
    let counts = Counts::new(mean, dispersion, chain);
    let (mut covered, mut rejected) = (Share::default(), Share::default());
    for repetition in 0..repetitions {
        let mut random = Philox::new(17, repetition);
        let (first, second) = (counts.draw(&mut random, n), counts.draw(&mut random, other));
        covered.count(covers(&rate(&first, 0.95).unwrap().interval, counts.mean));
        rejected.count(compare(&first, &second, 0.95).is_ok_and(|r| r.p <= 0.05));
    }
    (covered.get(), rejected.get())
}

#[test]
fn levels_hold_loosely() {
    for (mean, dispersion, n) in [(4.0, 0.3, 26), (4.0, 1.0, 12), (4.0, 2.0, 26), (4.0, 4.0, 52), (0.5, 1.0, 52)] {
        let (covered, rejected) = row(mean, dispersion, 0.0, n, n, 400);
        assert!(covered > 0.90 && rejected < 0.085, "{mean} {dispersion} {n}: {covered} {rejected}");
    }
}

#[test]
#[ignore = "the whole table"]
fn table() {
    println!("rate of counts, 95 %: coverage | rejections at 5 % against as many periods | against 52");
    for chain in [0.0, 0.3] {
        for mean in [0.5, 2.0, 10.0] {
            for dispersion in [0.3, 1.0, 2.0, 4.0] {
                for n in [8, 12, 26, 52] {
                    let (covered, even) = row(mean, dispersion, chain, n, n, 4000);
                    let (_, uneven) = row(mean, dispersion, chain, n, 52, 4000);
                    println!(
                        "AR(1) {chain:.1} mean {mean:>4} dispersion {dispersion:.1} periods {n:>2}: \
                         {covered:.3} | {even:.3} | {uneven:.3}"
                    );
                }
            }
        }
    }
}
