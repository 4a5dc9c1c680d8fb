//! Quantiles of many whole numbers that stand in pieces, without sorting them or holding them twice.

use super::quantile::{Ordered as _, neighbours, place};

/// Up to so many numbers are copied and put in order as far as needed; of more, only those near a quantile are.
const FEW: usize = 1 << 16;
/// Into so many stretches the range of many numbers is cut.
const STRETCHES: u64 = 1 << 16;

/// Whole numbers in pieces, of which quantiles are asked.
#[derive(Debug)]
pub(crate) struct Picker<I> {
    pieces: I,
    count: usize,
    /// All numbers where they are few; else those of one stretch.
    near: Vec<i64>,
    /// Where each stretch ends, in ranks; none where numbers are few.
    ends: Vec<u32>,
    least: i64,
    shift: u32,
}

impl<'a, I: Iterator<Item = &'a [i64]> + Clone> Picker<I> {
    /// Of the numbers in some pieces.
    pub(crate) fn new(pieces: I) -> Self {
        let count = pieces.clone().map(<[i64]>::len).sum();
        let mut picker = Self { pieces, count, near: Vec::new(), ends: Vec::new(), least: 0, shift: 0 };
        if count <= FEW {
            picker.near.reserve_exact(count);
            picker.pieces.clone().for_each(|piece| picker.near.extend_from_slice(piece));
            return picker;
        }
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for &number in picker.pieces.clone().flatten() {
            (least, most) = (least.min(number), most.max(number));
        }
        let mut shift = 0;
        while most.abs_diff(least) >> shift >= STRETCHES {
            shift += 1;
        }
        let mut ends = vec![0_u32; (most.abs_diff(least) >> shift) as usize + 1];
        for &number in picker.pieces.clone().flatten() {
            ends[(number.abs_diff(least) >> shift) as usize] += 1;
        }
        let mut end = 0;
        for stretch in &mut ends {
            end += *stretch;
            *stretch = end;
        }
        Self { ends, least, shift, ..picker }
    }

    /// How many numbers there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// How many numbers are at most as large as one.
    pub(crate) fn up_to(&self, last: i64) -> u64 {
        let count = |piece: &[i64]| piece.iter().map(|&number| u64::from(number <= last)).sum::<u64>();
        if self.ends.is_empty() { count(&self.near) } else { self.pieces.clone().map(count).sum() }
    }

    /// The type-7 quantile, of the numbers in a unit that keeps their order; `None` without numbers or for p outside
    /// [0, 1].
    pub(crate) fn quantile(&mut self, p: f64, unit: impl Fn(i64) -> f64) -> Option<f64> {
        let (below, part) = place(self.count, p)?;
        let (low, next) = self.neighbours(below, part > 0.0)?;
        Some(unit(low).between(unit(next), part))
    }

    fn neighbours(&mut self, rank: usize, both: bool) -> Option<(i64, i64)> {
        if self.ends.is_empty() {
            return neighbours(&mut self.near, rank, both);
        }
        let stretch = self.ends.partition_point(|&end| end as usize <= rank);
        let first = stretch.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let inside = (*self.ends.get(stretch)? as usize) > rank + 1;
        self.draw_near(stretch);
        let (low, next) = neighbours(&mut self.near, rank - first, both && inside)?;
        if !both || inside {
            return Some((low, next));
        }
        // The next one is the least of the next stretch that holds any.
        self.draw_near(self.ends.partition_point(|&end| end as usize <= rank + 1));
        Some((low, self.near.iter().copied().min()?))
    }

    fn draw_near(&mut self, stretch: usize) {
        let (least, shift) = (self.least, self.shift);
        self.near.clear();
        for piece in self.pieces.clone() {
            let inside = |&&number: &&i64| (number.abs_diff(least) >> shift) as usize == stretch;
            self.near.extend(piece.iter().filter(inside).copied());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::random::Philox;
    use crate::stats::quantile;

    #[test]
    fn many_numbers_have_the_quantiles_of_their_copies() {
        let mut random = Philox::new(5, 0);
        for (size, range) in [(5, 10), (1000, 1 << 40), (70_000, 3), (90_000, u64::MAX), (200_000, 1 << 33)] {
            let draw = |_| (random.below(range) as i64).wrapping_add(i64::MIN / 2 * i64::from(range == u64::MAX));
            let mut numbers: Vec<i64> = (0..size).map(draw).collect();
            let pieces = numbers.clone();
            let mut picker = Picker::new(pieces.chunks(7));
            for p in [0.0, 0.001, 0.1, 0.25, 0.5, 0.500_001, 0.9, 0.999_99, 1.0, 1.1, f64::NAN] {
                let expected = quantile::of(&mut numbers.iter().map(|&x| x as f64).collect::<Vec<_>>(), p);
                assert_eq!(picker.quantile(p, |x| x as f64), expected, "{size} {range} {p}");
            }
            for last in [numbers[0], numbers[size - 1], i64::MIN, i64::MAX] {
                let expected = numbers.iter().filter(|&&number| number <= last).count();
                assert_eq!(picker.up_to(last), expected as u64, "{size} {range} {last}");
            }
            numbers.clear();
        }
        assert_eq!(Picker::new(std::iter::empty()).quantile(0.5, |x| x as f64), None);
    }
}
