//! One column of a table, in as little memory as its values allow.

use super::intern::Symbol;
use super::key::Key;
use super::table::Origin;

/// A value that a column keeps; some fit into half their size.
pub trait Cell: Copy + Default + PartialEq {
    /// Whether values of this kind may be packed.
    const PACKS: bool = false;

    /// The value in 32 bits, where it fits; 0 stands for the default alone.
    #[inline]
    fn pack(self) -> Option<u32> {
        None
    }

    /// The value that was packed.
    #[inline]
    fn unpack(_packed: u32) -> Self {
        Self::default()
    }
}

/// A value that is never packed, so that all of a column stand as they are.
pub trait Plain: Cell {}

macro_rules! plain {
    ($($type:ty)+) => { $(impl Cell for $type {} impl Plain for $type {})+ };
}

plain! { u8 u32 Symbol Key Origin }

/// One column; it takes no memory until a row has something to put in it.
#[derive(Debug, Clone)]
pub struct Column<T> {
    rows: usize,
    /// The values of all rows as long as every one can be packed, unless all are the default.
    packed: Vec<u32>,
    /// The values of all rows, where they are not packed, unless all are the default.
    values: Vec<T>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { rows: 0, packed: Vec::new(), values: Vec::new() }
    }
}

impl<T: Plain> Column<T> {
    /// All values, where any row has one.
    pub fn values(&self) -> Option<&[T]> {
        (!self.values.is_empty()).then_some(&self.values[..])
    }
}

impl<T: Cell> Column<T> {
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        // A list that is longer than nothing is as long as there are rows.
        if T::PACKS && !self.packed.is_empty() {
            match value.pack() {
                Some(packed) => self.packed.push(packed),
                None => self.push_unpacked(value),
            }
        } else if !self.values.is_empty() {
            self.values.push(value);
        } else if value != T::default() {
            self.push_first(value);
        }
        self.rows += 1;
    }

    /// The first value that is not the default.
    #[cold]
    fn push_first(&mut self, value: T) {
        if T::PACKS
            && let Some(packed) = value.pack()
        {
            self.packed.resize(self.rows, 0);
            self.packed.push(packed);
        } else {
            self.values.resize(self.rows, T::default());
            self.values.push(value);
        }
    }

    #[cold]
    fn push_unpacked(&mut self, value: T) {
        self.unpack();
        self.values.push(value);
    }

    /// The value in a row; the default where none was given.
    #[inline]
    pub fn get(&self, row: usize) -> T {
        if T::PACKS
            && let Some(&packed) = self.packed.get(row)
        {
            return T::unpack(packed);
        }
        self.values.get(row).copied().unwrap_or_default()
    }

    /// The values of all rows.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.rows).map(|row| self.get(row))
    }

    /// Whether no row has a value.
    pub fn is_blank(&self) -> bool {
        self.packed.is_empty() && self.values.is_empty()
    }

    pub(crate) fn set(&mut self, row: usize, value: T) {
        if row >= self.rows || self.get(row) == value {
            return;
        }
        if T::PACKS
            && self.values.is_empty()
            && let Some(packed) = value.pack()
        {
            self.packed.resize(self.rows, 0);
            self.packed[row] = packed;
        } else {
            self.unpack();
            self.values[row] = value;
        }
    }

    /// Puts all rows as they are into `values`.
    #[cold]
    fn unpack(&mut self) {
        let packed = std::mem::take(&mut self.packed);
        self.values.extend(packed.into_iter().map(T::unpack));
        self.values.resize(self.rows, T::default());
    }

    pub(crate) fn retain(&mut self, keep: &[bool]) {
        retain(&mut self.packed, keep);
        retain(&mut self.values, keep);
        self.rows = keep.iter().filter(|&&keep| keep).count();
    }

    pub(super) fn bytes(&self) -> usize {
        self.packed.capacity() * size_of::<u32>() + self.values.capacity() * size_of::<T>()
    }
}

fn retain<T>(values: &mut Vec<T>, keep: &[bool]) {
    let mut flags = keep.iter();
    values.retain(|_| flags.next().copied().unwrap_or(true));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::Stamp;
    use crate::ground::time::Time;

    #[test]
    fn a_column_is_empty_until_needed() {
        let mut column = Column::<u8>::default();
        for value in [0, 0, 7, 0] {
            column.push(value);
        }
        assert_eq!(column.values(), Some(&[0, 0, 7, 0][..]));
        column.retain(&[true, false, true, true]);
        assert_eq!((column.get(0), column.get(1), column.get(2), column.rows), (0, 7, 0, 3));
        let mut empty = Column::<u8>::default();
        empty.push(0);
        assert_eq!((empty.values(), empty.is_blank(), empty.bytes()), (None, true, 0));
        empty.set(0, 3);
        assert_eq!(empty.get(0), 3);
    }

    #[test]
    fn whole_seconds_take_half_the_room() {
        let mut column = Column::<Stamp>::default();
        (0..1000).for_each(|second| column.push(Time::from_seconds(second).into()));
        assert!(column.bytes() < 1100 * 4);
        column.push(Time::from_micros(1).into());
        assert!(column.bytes() >= 1001 * 8);
    }

    fn stamp() -> impl Strategy<Value = Stamp> {
        let whole = (0..=i64::from(u32::MAX)).prop_map(Time::from_seconds);
        let any = (-62_135_596_800_000_000_i64..253_402_300_800_000_000).prop_map(Time::from_micros);
        prop_oneof![20 => whole, 1 => any, 4 => Just(None)].prop_map(Stamp::from)
    }

    proptest! {
        /// Whatever is packed or not, a column is a list.
        #[test]
        fn a_column_is_a_list(
            values in prop::collection::vec(stamp(), 0..40),
            changes in prop::collection::vec((any::<prop::sample::Index>(), stamp()), 0..6),
            keep in prop::collection::vec(any::<bool>(), 40),
        ) {
            let (mut column, mut list) = (Column::default(), values.clone());
            for &value in &values {
                column.push(value);
            }
            for (at, value) in changes {
                if !list.is_empty() {
                    let at = at.index(list.len());
                    list[at] = value;
                    column.set(at, value);
                }
            }
            prop_assert_eq!(column.iter().collect::<Vec<_>>(), list.clone());
            column.retain(&keep[..list.len()]);
            let kept: Vec<Stamp> = list.into_iter().zip(&keep).filter(|(_, keep)| **keep).map(|(value, _)| value).collect();
            prop_assert_eq!(column.len(), kept.len());
            prop_assert_eq!(column.iter().collect::<Vec<_>>(), kept);
        }
    }
}
