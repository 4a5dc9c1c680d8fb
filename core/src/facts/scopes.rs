//! The dimensions of rows, kept once for all rows that share them.

use std::hash::{BuildHasher as _, Hasher as _};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::intern::{Interner, Symbol};

/// The dimensions of a row, kept once for all rows that share them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scope {
    /// The service.
    pub service: Symbol,
    /// The repository.
    pub repository: Symbol,
    /// The team.
    pub team: Symbol,
    /// The environment; none means production.
    pub environment: Symbol,
    /// All labels as one text: see [`EventTable::label`](super::EventTable::label).
    pub labels: Symbol,
}

impl Scope {
    /// The environment, but for production, which is the same said and unsaid.
    pub(crate) fn environment_but(self, production: Symbol) -> Symbol {
        if self.environment == production { Symbol::NONE } else { self.environment }
    }

    /// Service, repository, team, environment and labels; empty where not given.
    pub(crate) fn texts(self, names: &Interner) -> [&[u8]; 5] {
        [self.service, self.repository, self.team, self.environment, self.labels]
            .map(|symbol| names.text(symbol).as_bytes())
    }
}

/// Finds scopes by their texts: one look for a row, however many dimensions it names.
#[derive(Debug, Clone, Default)]
pub(super) struct ScopeIndex {
    /// Hash of each, its index, and in which block its texts begin.
    table: HashTable<(u64, u32, u32)>,
    /// The texts once more, side by side, each with [`END`] after it.
    texts: Vec<u8>,
    hasher: DefaultHashBuilder,
}

/// No byte of any text.
const END: u8 = 0xff;
/// In bytes; counted in blocks, 32 bits are enough for the texts of any table.
const BLOCK: usize = 16;

impl ScopeIndex {
    /// The index of the scope with these texts.
    #[inline]
    pub(super) fn find(&self, texts: &[&[u8]; 5]) -> Option<u32> {
        let hash = self.hash(texts);
        let same = |&(of, _, from): &(u64, u32, u32)| {
            let mut rest = self.texts.get(from as usize * BLOCK..).unwrap_or_default();
            of == hash
                && texts.iter().all(|text| match rest.split_at_checked(text.len()) {
                    Some((own, [END, after @ ..])) => {
                        rest = after;
                        same(own, text)
                    }
                    _ => false,
                })
        };
        self.table.find(hash, same).map(|&(_, index, _)| index)
    }

    /// Adds a scope that is not there yet.
    pub(super) fn insert(&mut self, scope: Scope, scopes: &mut Vec<Scope>, names: &Interner) -> u32 {
        let texts = scope.texts(names);
        let (hash, index, from) = (self.hash(&texts), scopes.len() as u32, (self.texts.len() / BLOCK) as u32);
        scopes.push(scope);
        for text in texts {
            self.texts.extend_from_slice(text);
            self.texts.push(END);
        }
        self.texts.resize(self.texts.len().next_multiple_of(BLOCK), END);
        self.table.insert_unique(hash, (hash, index, from), |&(hash, ..)| hash);
        index
    }

    #[inline]
    fn hash(&self, texts: &[&[u8]; 5]) -> u64 {
        let mut state = self.hasher.build_hasher();
        let mut given = 0_u8;
        for (text, place) in texts.iter().zip(0..) {
            if !text.is_empty() {
                state.write(text);
                given |= 1 << place;
            }
        }
        state.write_u8(given);
        state.finish()
    }
}

/// Whether two texts of the same length are the same: names are short, and a call would cost more than the look.
#[inline]
fn same(own: &[u8], text: &[u8]) -> bool {
    match (own.first_chunk::<8>(), own.last_chunk::<8>(), text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(a), Some(b), Some(c), Some(d)) if own.len() <= 16 => a == c && b == d,
        _ => own.is_empty() || own == text,
    }
}
