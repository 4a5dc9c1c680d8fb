//! Numbers found by hash, in one row of memory that is sorted by it.
//!
//! Where to look is where the hash would stand if hashes were spread evenly, and from there on. So a look costs one
//! wait for memory, whether something is found or not, and the row grows from one end to the other, not all over.

/// Numbers by hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    /// A hash and its number each, sorted, with gaps; nothing stands before its home, and no gap between.
    row: Vec<u64>,
    /// How many homes there are; behind the last stands what did not fit.
    homes: usize,
    length: usize,
}

/// A gap, after everything else.
const FREE: u64 = u64::MAX;
/// Of sixteen homes, so many may be taken.
const TAKEN: usize = 13;

/// The part of a hash that is kept; that of a gap is no hash's.
#[inline]
fn kept(hash: u64) -> u64 {
    hash.min(FREE - (1 << 32)) >> 32
}

impl Slots {
    /// The number with this hash that is the right one, or where it would stand.
    #[inline]
    pub(super) fn find(&self, hash: u64, mut is_right: impl FnMut(u32) -> bool) -> Result<u32, usize> {
        let hash = kept(hash);
        let mut at = home(hash, self.homes);
        while let Some(&slot) = self.row.get(at)
            && slot >> 32 <= hash
        {
            if slot >> 32 == hash && is_right(slot as u32) {
                return Ok(slot as u32);
            }
            at += 1;
        }
        Err(at)
    }

    /// Makes room for one more; places found before count no more.
    #[inline]
    pub(super) fn make_room(&mut self) {
        if self.length * 16 >= self.homes * TAKEN {
            self.grow();
        }
    }

    /// Adds a number where it was not found.
    #[inline]
    pub(super) fn insert(&mut self, place: usize, hash: u64, number: u32) {
        let mut moved = kept(hash) << 32 | u64::from(number);
        for slot in self.row.get_mut(place..).unwrap_or_default() {
            std::mem::swap(slot, &mut moved);
            if moved == FREE {
                break;
            }
        }
        if moved != FREE {
            self.row.push(moved);
        }
        self.length += 1;
    }

    /// Asks memory for where hashes are to be found, all at once.
    #[inline]
    pub(super) fn look_ahead(&self, hashes: &[u64]) {
        let slot = |&hash: &u64| self.row.get(home(kept(hash), self.homes)).copied().unwrap_or(FREE);
        // Nobody needs the sum; but only what is used is loaded.
        std::hint::black_box(hashes.iter().map(slot).fold(0, u64::wrapping_add));
    }

    /// Twice as many homes, of many a quarter more, without a second row beside the first.
    #[cold]
    fn grow(&mut self) {
        self.homes += if self.homes < 1 << 20 { self.homes.max(64) } else { self.homes / 4 };
        let mut end = 0;
        for &slot in self.row.iter().filter(|&&slot| slot != FREE) {
            end = end.max(home(slot >> 32, self.homes)) + 1;
        }
        let before = self.row.len();
        self.row.resize(end.max(self.homes), FREE);
        // All to the end, then each to its new place, which is never behind those that wait.
        let mut to = self.row.len();
        for from in (0..before).rev() {
            let slot = std::mem::replace(&mut self.row[from], FREE);
            if slot != FREE {
                to -= 1;
                self.row[to] = slot;
            }
        }
        let mut end = 0;
        for from in to..self.row.len() {
            let slot = std::mem::replace(&mut self.row[from], FREE);
            end = end.max(home(slot >> 32, self.homes));
            self.row[end] = slot;
            end += 1;
        }
    }
}

/// Where a hash would stand among evenly spread ones.
#[inline]
fn home(hash: u64, homes: usize) -> usize {
    ((hash * homes as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn finds_what_a_list_finds(things in proptest::collection::vec((0_usize..4, 0_u64..3), 0..300), shift in 0_u32..64) {
            // Few hashes, in corners and all over, each of several things: most numbers stand far from home.
            let hash = |thing: (usize, u64)| [0, 7, 200, u64::MAX >> shift][thing.0] << shift;
            let (mut slots, mut list) = (Slots::default(), Vec::new());
            for thing in things {
                slots.make_room();
                let found = slots.find(hash(thing), |number| list[number as usize] == thing);
                let expected = list.iter().position(|&other| other == thing);
                proptest::prop_assert_eq!(found.ok(), expected.map(|at| at as u32));
                if let Err(place) = found {
                    slots.insert(place, hash(thing), list.len() as u32);
                    list.push(thing);
                }
            }
        }
    }

    /// Every slot is in order, behind its home, and reached from there without a gap.
    fn check(slots: &Slots) {
        let mut last = (0, usize::MAX);
        let mut seen = 0;
        for (at, &slot) in slots.row.iter().enumerate().filter(|(_, slot)| **slot != FREE) {
            let home = home(slot >> 32, slots.homes);
            assert!(slot >> 32 >= last.0 && home <= at);
            assert!(at == home || last.1 == at - 1);
            last = (slot >> 32, at);
            seen += 1;
        }
        assert_eq!(seen, slots.length);
    }

    #[test]
    fn stays_in_order_as_it_grows_and_takes_little_more_room_than_it_needs() {
        let hash = |number: u32| u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut slots = Slots::default();
        for number in 0..1_500_000_u32 {
            slots.make_room();
            let place = slots.find(hash(number), |other| other == number).unwrap_err();
            slots.insert(place, hash(number), number);
            if (number + 1).is_power_of_two() || number == 1_400_000 {
                check(&slots);
            }
        }
        assert!(slots.row.len() < 1_500_000 * 16 / 13 * 5 / 4 + 100);
        assert!((0..1_500_000).all(|number| slots.find(hash(number), |other| other == number) == Ok(number)));
    }
}
