//! Scopes by the words of a line: lines that say the same in the same words need not be taken apart again.

use std::hash::{BuildHasher as _, Hasher as _};

use hashbrown::{DefaultHashBuilder, HashTable};

/// Which scopes lines have named, word for word.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    table: HashTable<Words>,
    /// The words, one after the other, the length of each in two bytes before it.
    words: Vec<u8>,
    hasher: DefaultHashBuilder,
}

/// The words for a scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    scope: u32,
    /// Where they begin.
    from: u32,
}

/// How many bytes of words are remembered.
const MOST_BYTES: usize = 4 << 20;

impl Written {
    #[inline]
    pub(super) fn hash(&self, words: &[u8]) -> u64 {
        let mut state = self.hasher.build_hasher();
        state.write(words);
        state.finish()
    }

    /// What these words may be, by their hash alone.
    #[inline]
    pub(super) fn guess(&self, hash: u64) -> Option<Words> {
        self.table.find(hash, |_| true).copied()
    }

    /// The scope that these words name, where that is remembered.
    #[inline]
    pub(super) fn find(&self, words: &[u8], hash: u64, guess: Option<Words>) -> Option<u32> {
        let guess = guess?;
        if self.words(guess) == words {
            return Some(guess.scope);
        }
        self.table.find(hash, |&other| self.words(other) == words).map(|other| other.scope)
    }

    /// Remembers which scope these words name, as long as there is room.
    #[cold]
    pub(super) fn remember(&mut self, words: &[u8], scope: u32) {
        let Ok(length) = u16::try_from(words.len()) else { return };
        let hash = self.hash(words);
        if self.words.len() + words.len() > MOST_BYTES || self.find(words, hash, self.guess(hash)).is_some() {
            return;
        }
        let new = Words { scope, from: self.words.len() as u32 };
        self.words.extend_from_slice(&length.to_le_bytes());
        self.words.extend_from_slice(words);
        let mut table = std::mem::take(&mut self.table);
        table.insert_unique(hash, new, |&other| self.hash(self.words(other)));
        self.table = table;
    }

    #[inline]
    fn words(&self, at: Words) -> &[u8] {
        let from = self.words.get(at.from as usize..).unwrap_or_default();
        let Some((length, words)) = from.split_first_chunk::<2>() else { return &[] };
        words.get(..u16::from_le_bytes(*length).into()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_words_as_long_as_there_is_room() {
        let mut written = Written::default();
        let words = |scope: u32| format!("\"service\":\"{scope:0>100}\"");
        let find = |written: &Written, words: &str| {
            let hash = written.hash(words.as_bytes());
            written.find(words.as_bytes(), hash, written.guess(hash))
        };
        for scope in 0..50_000 {
            written.remember(words(scope).as_bytes(), scope);
            written.remember(words(scope).as_bytes(), scope);
        }
        let known = (0..50_000).take_while(|&scope| find(&written, &words(scope)) == Some(scope)).count();
        assert!((30_000..40_000).contains(&known) && written.words.len() <= MOST_BYTES + 2, "{known}");
        assert!((known as u32..50_000).all(|scope| find(&written, &words(scope)).is_none()));
        assert_eq!(find(&written, ""), None);
        written.remember("x".repeat(70_000).as_bytes(), 1);
        assert_eq!(find(&written, &"x".repeat(70_000)), None);
    }
}
