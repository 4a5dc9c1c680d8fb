//! Seeded random numbers that are the same on every machine.

/// A stream of its own for each purpose: changing how many numbers one part draws leaves the others alone.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream named `purpose`, number `index`.
    pub(super) fn new(purpose: &str, index: usize) -> Self {
        const SEED: u64 = 20_250_101;
        // FNV-1a, then SplitMix64 scrambles what it leaves close together.
        let hash = purpose.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let mut random = Self(hash ^ SEED.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.0 = random.bits().wrapping_add((index as u64).wrapping_mul(0xd1b5_4a32_d192_ed03));
        random
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Between 0 and 1, neither reached.
    pub(super) fn unit(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Whole seconds from `low` up to, but without, `high`.
    pub(super) fn seconds(&mut self, low: i64, high: i64) -> i64 {
        low + (self.unit() * (high - low) as f64) as i64
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// Standard normal (Box and Muller 1958).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.unit()));
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit())
    }

    /// Lognormal by its median and the standard deviation of its logarithm.
    pub(super) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.unit())
    }

    /// Gamma with mean 1 and variance 1 / `shape`, for `shape` of at least 1 (Marsaglia and Tsang 2000).
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
            if v > 0.0 && libm::log(self.unit()) < 0.5 * x * x + d * (1.0 - v + libm::log(v)) {
                return d * v / shape;
            }
        }
    }

    /// Poisson by Knuth's product, for small means.
    pub(super) fn poisson(&mut self, mean: f64) -> usize {
        let limit = libm::exp(-mean);
        let (mut product, mut count) = (self.unit(), 0);
        while product > limit && count < 40 {
            product *= self.unit();
            count += 1;
        }
        count
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
