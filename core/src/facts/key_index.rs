//! Finding numbers by key: few keys that hit among many that miss.

use hashbrown::HashTable;

use super::key::Key;

/// Numbers by key, several a key; a miss costs one bit.
#[derive(Debug, Default)]
pub struct KeyIndex {
    filter: Vec<u64>,
    table: HashTable<u32>,
    keys: Vec<Key>,
    values: Vec<u32>,
    /// The next entry with the same key, from 1; 0 at the end.
    next: Vec<u32>,
}

impl KeyIndex {
    /// An index for about so many entries.
    pub fn with_capacity(entries: usize) -> Self {
        // Eight bits an entry let one miss in eight through to the table.
        let words = (entries / 8).next_power_of_two();
        Self { filter: vec![0; words], table: HashTable::with_capacity(entries), ..Self::default() }
    }

    /// Adds a number under a key; no key, no entry.
    pub fn insert(&mut self, key: Key, value: u32) {
        if key.is_none() {
            return;
        }
        if self.filter.is_empty() {
            self.filter = vec![0; 1024];
        }
        let (word, bit) = self.slot(key);
        self.filter[word] |= bit;
        let entry = self.keys.len() as u32;
        let keys = &self.keys;
        let next = if let Some(head) = self.table.find_mut(key.bits(), |&other| keys[other as usize] == key) {
            std::mem::replace(head, entry) + 1
        } else {
            self.table.insert_unique(key.bits(), entry, |&other| keys[other as usize].bits());
            0
        };
        self.keys.push(key);
        self.values.push(value);
        self.next.push(next);
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The numbers under a key, the last added first.
    #[inline]
    pub fn get(&self, key: Key) -> impl Iterator<Item = u32> + Clone + '_ {
        let mut at = if self.may_hold(key) { self.find(key) } else { 0 };
        std::iter::from_fn(move || {
            let entry = at.checked_sub(1)? as usize;
            at = self.next[entry];
            Some(self.values[entry])
        })
    }

    #[inline]
    fn may_hold(&self, key: Key) -> bool {
        if self.keys.is_empty() || key.is_none() {
            return false;
        }
        let (word, bit) = self.slot(key);
        self.filter[word] & bit != 0
    }

    fn find(&self, key: Key) -> u32 {
        self.table.find(key.bits(), |&other| self.keys[other as usize] == key).map_or(0, |&entry| entry + 1)
    }

    #[inline]
    fn slot(&self, key: Key) -> (usize, u64) {
        let bits = key.bits();
        ((bits >> 6) as usize & (self.filter.len() - 1), 1 << (bits & 63))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Interner;

    #[test]
    fn finds_all_numbers_of_a_key_and_none_of_another() {
        let mut names = Interner::default();
        let mut index = KeyIndex::with_capacity(10);
        for value in 0..1000 {
            index.insert(Key::of(&format!("change-{}", value % 500), &mut names), value);
        }
        for change in 0..500 {
            let key = Key::of(&format!("change-{change}"), &mut names);
            assert_eq!(index.get(key).collect::<Vec<_>>(), [change + 500, change]);
        }
        assert_eq!(index.get(Key::of("other", &mut names)).count(), 0);
        assert_eq!(index.get(Key::NONE).count(), 0);
    }
}
