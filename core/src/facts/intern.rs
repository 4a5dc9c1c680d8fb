//! Strings kept once, known by 32-bit symbols.

use hashbrown::DefaultHashBuilder;
use std::hash::{BuildHasher as _, Hasher as _};

use super::slots::Slots;

/// A string of an [`Interner`]; [`Symbol::NONE`] is the empty one and stands for "not given".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Symbol(u32);

impl Symbol {
    /// The empty string: not given.
    pub const NONE: Symbol = Symbol(0);

    /// Its number, dense from 0.
    #[inline]
    pub const fn index(self) -> u32 {
        self.0
    }

    /// The symbol of a number that [`Symbol::index`] gave.
    #[inline]
    pub const fn from_index(index: u32) -> Self {
        Self(index)
    }

    /// Whether nothing was given.
    #[inline]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// Strings kept once in one piece of memory; a string costs its bytes and about fifteen more.
#[derive(Debug, Clone)]
pub struct Interner {
    bytes: String,
    /// Where each string ends; a string begins where the one before it ends.
    ends: Vec<u32>,
    /// Beyond 4 GiB of text the offsets continue in these: the index at which each further 4 GiB begins.
    wraps: Vec<u32>,
    slots: Slots,
    hasher: DefaultHashBuilder,
}

impl Default for Interner {
    fn default() -> Self {
        let mut names = Self {
            bytes: String::new(),
            ends: Vec::new(),
            wraps: Vec::new(),
            slots: Slots::default(),
            hasher: DefaultHashBuilder::default(),
        };
        names.intern("");
        names
    }
}

impl Interner {
    /// The symbol of a text, new or known.
    pub fn intern(&mut self, text: &str) -> Symbol {
        self.intern_plain(text.as_bytes())
    }

    /// The symbol of a text that is known to be UTF-8; only what is new is looked at again.
    #[inline]
    pub(super) fn intern_plain(&mut self, text: &[u8]) -> Symbol {
        self.intern_hashed(text, self.hash(text))
    }

    /// The symbol of a text that is known to be UTF-8, with its hash.
    #[inline]
    pub(super) fn intern_hashed(&mut self, text: &[u8], hash: u64) -> Symbol {
        self.slots.make_room();
        match self.place_of(text, hash) {
            Ok(index) => Symbol(index),
            Err(place) => self.add(text, hash, place),
        }
    }

    /// Brings near what will be asked for.
    #[inline]
    pub(super) fn look_ahead(&self, hashes: &[u64]) {
        self.slots.look_ahead(hashes);
    }

    fn add(&mut self, text: &[u8], hash: u64, place: usize) -> Symbol {
        let Ok(text) = std::str::from_utf8(text) else { return Symbol::NONE };
        let index = self.ends.len() as u32;
        let before = self.bytes.len() >> 32;
        self.bytes.push_str(text);
        for _ in before..(self.bytes.len() >> 32) {
            self.wraps.push(index);
        }
        self.ends.push(self.bytes.len() as u32);
        self.slots.insert(place, hash, index);
        Symbol(index)
    }

    #[inline]
    pub(super) fn hash(&self, text: &[u8]) -> u64 {
        let mut state = self.hasher.build_hasher();
        state.write(text);
        state.finish()
    }

    /// The index of a text, or where it would stand.
    #[inline]
    fn place_of(&self, text: &[u8], hash: u64) -> Result<u32, usize> {
        self.slots.find(hash, |index| self.bytes(Symbol(index)) == text)
    }

    /// The symbol of a text that was interned before.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.place_of(text.as_bytes(), self.hash(text.as_bytes())).ok().map(Symbol)
    }

    /// The text of a symbol.
    #[inline]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.bytes.get(self.place(symbol)).unwrap_or_default()
    }

    #[inline]
    fn bytes(&self, symbol: Symbol) -> &[u8] {
        self.bytes.as_bytes().get(self.place(symbol)).unwrap_or_default()
    }

    /// Where its text stands.
    #[inline]
    fn place(&self, symbol: Symbol) -> std::ops::Range<usize> {
        let end = |index: u32| -> usize {
            let end = self.ends.get(index as usize).copied().unwrap_or_default() as usize;
            let wraps = &self.wraps;
            if wraps.is_empty() { end } else { (wraps.iter().filter(|&&from| from <= index).count() << 32) | end }
        };
        symbol.0.checked_sub(1).map_or(0, end)..end(symbol.0)
    }

    /// The text of a symbol, or `None` for [`Symbol::NONE`].
    pub fn given(&self, symbol: Symbol) -> Option<&str> {
        (!symbol.is_none()).then(|| self.text(symbol))
    }

    /// How many strings there are, the empty one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never: the empty string is always there.
    pub fn is_empty(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_symbol() {
        let mut names = Interner::default();
        let (a, b) = (names.intern("checkout"), names.intern("search"));
        assert_ne!(a, b);
        assert_eq!(names.intern("checkout"), a);
        assert_eq!((names.text(a), names.text(b), names.text(Symbol::NONE)), ("checkout", "search", ""));
        assert_eq!(names.find("search"), Some(b));
        assert_eq!(names.find("other"), None);
    }

    #[test]
    fn many_texts_keep_their_symbols_as_the_table_grows() {
        let mut names = Interner::default();
        for round in 0..2 {
            for index in 0..100_000_u32 {
                assert_eq!(names.intern(&format!("name-{index}")).index(), index + 1, "{round}");
            }
        }
        assert_eq!(names.len(), 100_001);
    }
}
