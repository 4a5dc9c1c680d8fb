//! Buckets and to whom they belong: what moves from one sharing out to another, and how little can.

use std::collections::{BTreeMap, BTreeSet};

use super::types::Range;
use crate::ground::hash::BUCKETS;

/// All buckets in ranges side by side, in order; `None` is outside all variants' ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cells<'v>(Vec<(u32, u32, Option<&'v str>)>);

impl<'v> Cells<'v> {
    /// Of ranges that do not overlap; what they leave out is outside.
    pub(super) fn new(ranges: impl IntoIterator<Item = (u32, u32, &'v str)>) -> Self {
        let mut ranges: Vec<_> = ranges.into_iter().filter(|(from, to, _)| from < to).collect();
        ranges.sort_unstable();
        let (mut cells, mut end) = (Self(Vec::with_capacity(ranges.len() * 2 + 1)), 0);
        for (from, to, variant) in ranges {
            cells.push(end, from, None);
            cells.push(from, to, Some(variant));
            end = to;
        }
        cells.push(end, BUCKETS, None);
        cells
    }

    /// All side by side in this order.
    pub(super) fn side_by_side(sizes: &[(&'v str, u32)]) -> Self {
        let mut end = 0;
        Self::new(sizes.iter().map(|&(variant, size)| {
            end += size;
            (end - size, end, variant)
        }))
    }

    /// Adds a range; one of the same variant before it grows.
    fn push(&mut self, from: u32, to: u32, variant: Option<&'v str>) {
        match self.0.last_mut() {
            _ if from >= to => {}
            Some((_, end, last)) if *last == variant && *end == from => *end = to,
            _ => self.0.push((from, to, variant)),
        }
    }

    /// How many buckets each has.
    pub(super) fn sizes(&self) -> BTreeMap<Option<&'v str>, u32> {
        let mut sizes = BTreeMap::new();
        for (from, to, variant) in &self.0 {
            *sizes.entry(*variant).or_insert(0) += to - from;
        }
        sizes
    }

    /// How many buckets belong to somebody else there.
    pub(super) fn moved(&self, other: &Cells<'_>) -> u32 {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let (mut at, mut moved) = (0, 0);
        while let (Some(first), Some(second)) = (a.peek(), b.peek()) {
            let end = first.1.min(second.1);
            if first.2 != second.2 {
                moved += end - at;
            }
            at = end;
            a.next_if(|cell| cell.1 == end);
            b.next_if(|cell| cell.1 == end);
        }
        moved
    }

    /// How many buckets must change hands at least: what those gain together who gain.
    pub(super) fn least(&self, sizes: &BTreeMap<Option<&str>, u32>) -> u32 {
        let own = self.sizes();
        sizes.iter().map(|(variant, size)| size.saturating_sub(own.get(variant).copied().unwrap_or(0))).sum()
    }

    /// The ranges of the variants.
    pub(super) fn ranges(&self) -> Vec<Range> {
        let inside = self.0.iter().filter_map(|&(from, to, variant)| variant.map(|variant| (from, to, variant)));
        inside.map(|(from, to, variant)| Range { variant: variant.to_owned(), from, to }).collect()
    }

    /// The same buckets shared out in these sizes, which together are all buckets, so that as few as possible change
    /// hands: only those who lose give, and only those who gain take.
    ///
    /// Where a loser and a gainer are neighbours the border between them moves, so that ranges stay few.
    pub(super) fn resized(&self, sizes: &BTreeMap<Option<&'v str>, u32>) -> Self {
        let mut to_gain: BTreeMap<Option<&'v str>, i64> =
            sizes.iter().map(|(variant, size)| (*variant, i64::from(*size))).collect();
        for (variant, size) in self.sizes() {
            *to_gain.entry(variant).or_insert(0) -= i64::from(size);
        }
        let mut deal = Deal {
            cells: self.0.iter().map(|&(from, to, variant)| (from, (to, variant))).collect(),
            borders: self.0.iter().map(|&(from, ..)| from).collect(),
            to_gain,
        };
        deal.move_borders();
        // Nobody who gains is beside one who loses: the ends of the last ranges of those who lose are given away.
        let gainers: Vec<Option<&'v str>> =
            deal.to_gain.iter().filter(|(_, gain)| **gain > 0).map(|(variant, _)| *variant).collect();
        let mut last = BUCKETS;
        for given in gainers {
            while deal.gain(given) > 0 {
                let loser = deal.cells.range(..last).rev().find(|(_, (_, owner))| deal.gain(*owner) < 0);
                let Some((&from, &(to, loser))) = loser else { return deal.done() };
                let size = deal.gain(given).min(-deal.gain(loser)).min(i64::from(to - from)) as u32;
                deal.give(from, to - size, to, given);
                // Those further up do not lose, and will not.
                last = to;
                deal.move_borders();
            }
        }
        deal.done()
    }
}

/// Buckets that change hands.
struct Deal<'v> {
    /// By their first bucket: the bucket after their last, and whose they are; side by side.
    cells: BTreeMap<u32, (u32, Option<&'v str>)>,
    /// Where one who gains and one who loses may be neighbours: the first buckets of the cells above.
    borders: BTreeSet<u32>,
    /// How many buckets each still wants; those who lose want less than none.
    to_gain: BTreeMap<Option<&'v str>, i64>,
}

impl<'v> Deal<'v> {
    fn gain(&self, variant: Option<&'v str>) -> i64 {
        self.to_gain.get(&variant).copied().unwrap_or(0)
    }

    /// Moves the borders between those who gain and those who lose, the first one first, until none is left.
    ///
    /// Nobody who loses ever gains, so a border that is not in question once never is, unless a cell beside it goes.
    fn move_borders(&mut self) {
        while let Some(at) = self.borders.pop_first() {
            let (Some(&right), Some((&first, &left))) = (self.cells.get(&at), self.cells.range(..at).next_back())
            else {
                continue;
            };
            let (on_left, on_right) = (self.gain(left.1), self.gain(right.1));
            if on_left.signum() * on_right.signum() >= 0 {
                continue;
            }
            let wanted = on_left.abs().min(on_right.abs());
            if on_left < 0 {
                let size = wanted.min(i64::from(at - first)) as u32;
                self.give(first, at - size, at, right.1);
            } else {
                let size = wanted.min(i64::from(right.0 - at)) as u32;
                self.give(at, at, at + size, left.1);
            }
        }
    }

    /// Gives a part of a cell to somebody; cells of one owner that come to lie side by side become one.
    fn give(&mut self, cell: u32, mut from: u32, mut to: u32, given: Option<&'v str>) {
        let Some((end, loser)) = self.cells.remove(&cell) else { return };
        let size = i64::from(to - from);
        *self.to_gain.entry(loser).or_insert(0) += size;
        *self.to_gain.entry(given).or_insert(0) -= size;
        if cell < from {
            self.cells.insert(cell, (from, loser));
        }
        if to < end {
            self.cells.insert(to, (end, loser));
        }
        if let Some((&first, &(_, owner))) = self.cells.range(..from).next_back()
            && owner == given
        {
            from = first;
        }
        if let Some(&(last, owner)) = self.cells.get(&to)
            && owner == given
        {
            self.cells.remove(&to);
            to = last;
        }
        self.cells.insert(from, (to, given));
        self.borders.extend([from, to]);
    }

    fn done(self) -> Cells<'v> {
        Cells(self.cells.into_iter().map(|(from, (to, variant))| (from, to, variant)).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 4] = ["a", "b", "c", "d"];

    /// Ranges between some borders, each a variant's or nobody's.
    fn cells() -> impl Strategy<Value = Cells<'static>> {
        let borders = prop::collection::vec((0..=BUCKETS, 0..5_usize), 0..12);
        borders.prop_map(|mut borders| {
            borders.sort_unstable();
            let pairs = borders.windows(2).map(|pair| (pair[0].0, pair[1].0, pair[0].1));
            Cells::new(pairs.filter_map(|(from, to, name)| NAMES.get(name).map(|name| (from, to, *name))))
        })
    }

    /// The same, of more and smaller ranges: those that take part in deals meet oftener.
    fn many() -> impl Strategy<Value = Cells<'static>> {
        prop::collection::vec((1..60_000_u32, 0..5_usize), 0..60).prop_map(|sizes| {
            let mut end = 0;
            let ranges = sizes.into_iter().filter_map(|(size, name)| {
                let from = end;
                end = (end + size).min(BUCKETS);
                NAMES.get(name).map(|name| (from, end, *name))
            });
            Cells::new(ranges.collect::<Vec<_>>())
        })
    }

    fn shared_out() -> impl Strategy<Value = BTreeMap<Option<&'static str>, u32>> {
        prop::collection::vec(0..=BUCKETS, 4).prop_map(|mut cuts| {
            cuts.sort_unstable();
            let mut sizes = BTreeMap::new();
            for (index, pair) in [&[0], &cuts[..], &[BUCKETS]].concat().windows(2).enumerate() {
                sizes.insert(NAMES.get(index).copied(), pair[1] - pair[0]);
            }
            sizes
        })
    }

    /// The same as [`Cells::resized`], a step at a time over all cells: plain, and slow.
    fn plainly_resized<'v>(old: &Cells<'v>, sizes: &BTreeMap<Option<&'v str>, u32>) -> Cells<'v> {
        let mut to_gain: BTreeMap<Option<&'v str>, i64> =
            sizes.iter().map(|(variant, size)| (*variant, i64::from(*size))).collect();
        for (variant, size) in old.sizes() {
            *to_gain.entry(variant).or_insert(0) -= i64::from(size);
        }
        let mut cells = old.0.clone();
        loop {
            let gain = |variant: Option<&'v str>| to_gain.get(&variant).copied().unwrap_or(0);
            let border = cells.windows(2).position(|pair| gain(pair[0].2).signum() * gain(pair[1].2).signum() < 0);
            let (at, given, size) = if let Some(at) = border {
                let (left, right) = (gain(cells[at].2), gain(cells[at + 1].2));
                let (loser, from_left) = if left < 0 { (cells[at], true) } else { (cells[at + 1], false) };
                let size = left.abs().min(right.abs()).min(i64::from(loser.1 - loser.0)) as u32;
                let given = if from_left { cells[at + 1].2 } else { cells[at].2 };
                let place = if from_left { loser.1 - size } else { loser.0 };
                (place, given, size)
            } else {
                // Nobody who gains is beside one who loses: the end of the last range of one who loses is given away.
                let Some((_, given)) =
                    to_gain.iter().find(|(_, gain)| **gain > 0).map(|(variant, gain)| (*gain, *variant))
                else {
                    return Cells(cells);
                };
                let Some(&(from, to, loser)) = cells.iter().rev().find(|cell| gain(cell.2) < 0) else {
                    return Cells(cells);
                };
                let size = gain(given).min(-gain(loser)).min(i64::from(to - from)) as u32;
                (to - size, given, size)
            };
            let mut next = Cells(Vec::with_capacity(cells.len() + 2));
            for (from, to, variant) in cells {
                if from <= at && at + size <= to {
                    *to_gain.entry(variant).or_insert(0) += i64::from(size);
                    *to_gain.entry(given).or_insert(0) -= i64::from(size);
                    next.push(from, at, variant);
                    next.push(at, at + size, given);
                    next.push(at + size, to, variant);
                } else {
                    next.push(from, to, variant);
                }
            }
            cells = next.0;
        }
    }

    proptest! {
        #[test]
        fn it_is_done_as_it_is_plainly(old in many(), sizes in shared_out()) {
            prop_assert_eq!(old.resized(&sizes), plainly_resized(&old, &sizes));
        }
    }

    proptest! {
        // A million buckets each.
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn only_as_many_move_as_must(old in cells(), sizes in shared_out()) {
            let new = old.resized(&sizes);
            let found = new.sizes();
            for (variant, size) in &sizes {
                prop_assert_eq!(found.get(variant).copied().unwrap_or(0), *size);
            }
            // Counted bucket by bucket, not by ranges.
            let owner = |cells: &Cells<'static>| -> Vec<Option<&'static str>> {
                cells.0.iter().flat_map(|&(from, to, variant)| (from..to).map(move |_| variant)).collect()
            };
            let (before, after) = (owner(&old), owner(&new));
            prop_assert_eq!(before.len(), BUCKETS as usize);
            prop_assert_eq!(after.len(), BUCKETS as usize);
            let moved = before.iter().zip(&after).filter(|(before, after)| before != after).count();
            let count = |owners: &[Option<&str>], name| owners.iter().filter(|owner| **owner == name).count();
            let gained: usize = sizes.keys().map(|name| count(&after, *name).saturating_sub(count(&before, *name))).sum();
            prop_assert_eq!(moved, gained);
            prop_assert_eq!(old.moved(&new) as usize, moved);
            prop_assert_eq!(old.least(&sizes) as usize, moved);
            // Ranges stay few: every step adds two at most, and there is a step for each who loses or gains, or is used up.
            prop_assert!(new.0.len() <= old.0.len() + 2 * sizes.len());
        }
    }

    #[test]
    fn borders_move_where_they_can() {
        let half = Cells::side_by_side(&[("on", 500_000), ("off", 500_000)]);
        let sizes = BTreeMap::from([(Some("on"), 600_000), (Some("off"), 400_000)]);
        assert_eq!(half.resized(&sizes), Cells::side_by_side(&[("on", 600_000), ("off", 400_000)]));
        // Three variants: nothing lies beside the first that grows but the second, which must not move.
        let thirds = Cells::side_by_side(&[("a", 300_000), ("b", 300_000), ("c", 400_000)]);
        let sizes = BTreeMap::from([(Some("a"), 400_000), (Some("b"), 300_000), (Some("c"), 300_000)]);
        let new = thirds.resized(&sizes);
        assert_eq!(
            new.0,
            [
                (0, 300_000, Some("a")),
                (300_000, 600_000, Some("b")),
                (600_000, 900_000, Some("c")),
                (900_000, 1_000_000, Some("a"))
            ]
        );
        assert_eq!(thirds.moved(&new), 100_000);
        assert_eq!(thirds.moved(&Cells::side_by_side(&[("a", 400_000), ("b", 300_000), ("c", 300_000)])), 200_000);
    }
}
