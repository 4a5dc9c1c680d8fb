//! Random streams that anyone can repeat: Philox4x32-10, counted by seed and stream.

/// A repeatable stream of random numbers, chosen by seed and stream number.
///
/// # Definition
/// Philox4x32 with ten rounds. The seed is the 64-bit key; the 128-bit counter holds the stream number in its upper
/// and the block number in its lower half, so streams of one seed never overlap and can be drawn in any order.
///
/// # Source
/// Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC11, 2011, doi:10.1145/2063384.2063405.
///
/// # Example
/// ```
/// use truenorth::ground::random::Philox;
/// let mut a = Philox::new(7, 0);
/// let mut b = Philox::new(7, 0);
/// assert_eq!(a.next_u64(), b.next_u64());
/// assert_ne!(Philox::new(7, 1).next_u64(), Philox::new(7, 0).next_u64());
/// ```
#[derive(Debug, Clone)]
pub struct Philox {
    key: [u32; 2],
    stream: u64,
    block: u64,
    words: [u32; 4],
    used: usize,
}

impl Philox {
    /// The stream at its beginning.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self { key: split(seed), stream, block: 0, words: [0; 4], used: 4 }
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.used >= 4 {
            let [low, high] = split(self.block);
            let [stream_low, stream_high] = split(self.stream);
            self.words = philox4x32_10([low, high, stream_low, stream_high], self.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        let word = self.words[self.used];
        self.used += 1;
        word
    }

    /// The next 64 random bits, the earlier word below.
    pub fn next_u64(&mut self) -> u64 {
        let low = u64::from(self.next_u32());
        low | (u64::from(self.next_u32()) << 32)
    }

    /// The next number in [0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / 9_007_199_254_740_992.0;
        (self.next_u64() >> 11) as f64 * STEP
    }

    /// The next integer in [0, bound), every one equally likely; 0 for a bound of 0.
    ///
    /// # Source
    /// Lemire: Fast random integer generation in an interval, ACM TOMACS 29, 2019, doi:10.1145/3230636.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let mut product = u128::from(self.next_u64()) * u128::from(bound);
        if (product as u64) < bound {
            // The lowest 2⁶⁴ mod `bound` products would be drawn once too often. A fresh draw is refused with a chance
            // below one half, so the loop ends.
            let refused = bound.wrapping_neg() % bound;
            while (product as u64) < refused {
                product = u128::from(self.next_u64()) * u128::from(bound);
            }
        }
        (product >> 64) as u64
    }

    /// Puts the items in random order.
    ///
    /// # Source
    /// Durstenfeld: Algorithm 235, random permutation, CACM 7, 1964, doi:10.1145/364520.364540.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(i as u64 + 1) as usize;
            items.swap(i, j);
        }
    }
}

fn split(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

/// The bijection itself: ten rounds over a 128-bit counter.
fn philox4x32_10(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let [low_0, high_0] = split(MULTIPLIERS[0] * u64::from(counter[0]));
        let [low_1, high_1] = split(MULTIPLIERS[1] * u64::from(counter[2]));
        counter = [high_1 ^ counter[1] ^ key[0], low_1, high_0 ^ counter[3] ^ key[1], low_0];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three `philox4x32 10` lines of `kat_vectors` in the Random123 distribution, version 1.14.
    #[test]
    fn published_vectors() {
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox4x32_10(counter, key), expected);
        }
    }

    #[test]
    fn bounded_integers_are_fair_and_inside() {
        let mut random = Philox::new(1, 2);
        let mut seen = [0_u32; 6];
        for _ in 0..60_000 {
            seen[random.below(6) as usize] += 1;
        }
        // Five standard deviations of a fair die's count are 456.
        assert!(seen.iter().all(|&n| n.abs_diff(10_000) < 456), "{seen:?}");
        assert_eq!(random.below(0), 0);
        assert_eq!(random.below(1), 0);
        // Two thirds of the range: without the refusal, the lower half would be drawn twice as often as the upper.
        let bound = u64::MAX / 3 * 2;
        let low = (0..10_000).filter(|_| random.below(bound) < bound / 2).count();
        assert!((4_750..5_250).contains(&low), "{low}");
    }

    #[test]
    fn uniform_stays_below_one_and_fills_the_range() {
        let mut random = Philox::new(3, u64::MAX);
        let values: Vec<f64> = (0..10_000).map(|_| random.uniform()).collect();
        assert!(values.iter().all(|v| (0.0..1.0).contains(v)));
        let mean = values.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.015, "{mean}");
    }

    #[test]
    fn shuffle_keeps_every_item() {
        let mut items: Vec<u32> = (0..100).collect();
        Philox::new(5, 5).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
