//! Buckets: which of a million places a unit falls into, the same in every language, for ever.
//!
//! `core/docs/buckets.md` has the vectors and the pseudo-code by which anybody can recompute one.

use serde::{Deserialize, Serialize};

/// How many places there are; one is a ten-thousandth of a per cent.
pub const BUCKETS: u32 = 1_000_000;

/// The hash behind a bucket. It is written in the definition and never changed in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// MurmurHash3 for 32 bits with seed 0: fast, and twenty lines in any language.
    #[default]
    #[serde(rename = "murmur3_x86_32")]
    Murmur3,
    /// The first four bytes of SHA-256, big-endian: slower, and built into every data warehouse.
    #[serde(rename = "sha256")]
    Sha256,
    /// The upper half of XXH3 for 64 bits with seed 0: the fastest.
    #[serde(rename = "xxh3_64")]
    Xxh3,
}

impl HashAlgorithm {
    /// Every one there is.
    pub const ALL: [Self; 3] = [Self::Murmur3, Self::Sha256, Self::Xxh3];

    /// Its name in a definition.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Murmur3 => "murmur3_x86_32",
            Self::Sha256 => "sha256",
            Self::Xxh3 => "xxh3_64",
        }
    }

    /// The bucket of a unit under a salt.
    ///
    /// # Definition
    /// (h · 1 000 000) >> 32, h the 32-bit hash of the UTF-8 bytes `salt`, one zero byte, `unit`.
    ///
    /// # Units
    /// A whole number from 0 to 999 999.
    ///
    /// # Errors
    /// None.
    ///
    /// # Example
    /// ```
    /// use truenorth::ground::hash::HashAlgorithm;
    /// assert_eq!(HashAlgorithm::Murmur3.bucket("new-checkout", "user-1"), 5_359);
    /// ```
    ///
    /// # Source
    /// Appleby: MurmurHash3, `MurmurHash3_x86_32`; NIST FIPS 180-4 (SHA-256); Collet: XXH3, xxHash 0.8.
    pub fn bucket(self, salt: &str, unit: &str) -> u32 {
        Salted::new(self, salt).bucket(unit)
    }
}

/// A salt that was hashed as far as that goes before a unit is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Salted {
    Murmur3(Murmur3),
    /// The salt and its zero byte, of which these two keep nothing for less.
    Sha256(Box<[u8]>),
    Xxh3(Box<[u8]>),
}

impl Salted {
    pub(crate) fn new(algorithm: HashAlgorithm, salt: &str) -> Self {
        let bytes = || [salt.as_bytes(), &[0]].concat().into_boxed_slice();
        match algorithm {
            HashAlgorithm::Murmur3 => Self::Murmur3(Murmur3::default().with(salt.as_bytes()).with(&[0])),
            HashAlgorithm::Sha256 => Self::Sha256(bytes()),
            HashAlgorithm::Xxh3 => Self::Xxh3(bytes()),
        }
    }

    /// The bucket of a unit.
    #[inline]
    pub(crate) fn bucket(&self, unit: &str) -> u32 {
        let unit = unit.as_bytes();
        let hash = match self {
            Self::Murmur3(begun) => begun.with(unit).finish(),
            Self::Sha256(salt) => sha256(salt, unit),
            Self::Xxh3(salt) => xxh3(salt, unit),
        };
        ((u64::from(hash) * u64::from(BUCKETS)) >> 32) as u32
    }
}

fn sha256(salt: &[u8], unit: &[u8]) -> u32 {
    use sha2::Digest as _;
    let whole: [u8; 32] = sha2::Sha256::new().chain_update(salt).chain_update(unit).finalize().into();
    let [a, b, c, d, ..] = whole;
    u32::from_be_bytes([a, b, c, d])
}

fn xxh3(salt: &[u8], unit: &[u8]) -> u32 {
    // In one piece it is faster; most are short, and need no allocation.
    const SHORT: usize = 128;
    let size = salt.len() + unit.len();
    let mut short = [0; SHORT];
    let long;
    let whole = if size > SHORT {
        long = [salt, unit].concat();
        &long[..]
    } else {
        short[..salt.len()].copy_from_slice(salt);
        short[salt.len()..size].copy_from_slice(unit);
        &short[..size]
    };
    (xxhash_rust::xxh3::xxh3_64(whole) >> 32) as u32
}

/// `MurmurHash3_x86_32` with seed 0, of bytes that come in pieces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Murmur3 {
    /// Of all whole blocks of four bytes.
    hash: u32,
    length: u32,
    /// The bytes after the last block, the first one lowest.
    rest: u32,
}

impl Murmur3 {
    /// With these bytes after those before.
    #[inline]
    pub(crate) fn with(self, bytes: &[u8]) -> Self {
        let Self { mut hash, length, rest } = self;
        let mut shift = (length % 4) * 8;
        let mut rest = u64::from(rest);
        let (blocks, tail) = bytes.as_chunks::<4>();
        for block in blocks {
            rest |= u64::from(u32::from_le_bytes(*block)) << shift;
            hash = mixed(hash, rest as u32);
            rest >>= 32;
        }
        for &byte in tail {
            rest |= u64::from(byte) << shift;
            shift += 8;
        }
        if shift >= 32 {
            hash = mixed(hash, rest as u32);
            rest >>= 32;
        }
        Self { hash, length: length.wrapping_add(bytes.len() as u32), rest: rest as u32 }
    }

    #[inline]
    pub(crate) fn finish(self) -> u32 {
        let mut hash = self.hash ^ scrambled(self.rest) ^ self.length;
        hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
        hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
        hash ^ (hash >> 16)
    }
}

#[inline]
fn scrambled(block: u32) -> u32 {
    block.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593)
}

#[inline]
fn mixed(hash: u32, block: u32) -> u32 {
    (hash ^ scrambled(block)).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mmh3 5 and xxhash 3 (PyPI), hashlib: over `salt + b"\0" + unit`.
    #[test]
    fn buckets_as_other_programs_have_them() {
        let long = ("s".repeat(100), "u".repeat(100));
        let cases = [
            ("new-checkout", "user-1", [5_359, 901_160, 644_040]),
            ("new-checkout", "user-2", [247_466, 956_265, 208_002]),
            ("", "", [317_598, 430_481, 766_782]),
            ("a", "", [434_720, 999_659, 52_623]),
            ("", "a", [452_810, 8_459, 535_820]),
            ("salt", "9007199254740991", [300_158, 702_314, 88_187]),
            ("sälz", "Ünit 🙂", [38_891, 251_221, 344_757]),
            (&long.0, &long.1, [83_607, 771_225, 226_753]),
        ];
        for (salt, unit, expected) in cases {
            assert_eq!(HashAlgorithm::ALL.map(|hash| hash.bucket(salt, unit)), expected, "{salt} {unit}");
        }
    }

    #[test]
    fn murmur3_as_mmh3() {
        let cases = [
            ("", 0),
            ("a", 0x3c25_69b2),
            ("aa", 0x3710_91a9),
            ("abc", 0xb3dd_93fa),
            ("abcd", 0x43ed_676a),
            ("hello", 0x248b_fa47),
            ("Hello, world!", 0xc036_3e43),
            ("The quick brown fox jumps over the lazy dog", 0x2e4f_f723),
        ];
        for (text, expected) in cases {
            assert_eq!(Murmur3::default().with(text.as_bytes()).finish(), expected, "{text}");
            // In any two pieces, and byte by byte.
            for middle in 0..=text.len() {
                let (first, second) = text.as_bytes().split_at(middle);
                assert_eq!(Murmur3::default().with(first).with(second).finish(), expected, "{text} {middle}");
            }
            let single = text.bytes().fold(Murmur3::default(), |hash, byte| hash.with(&[byte]));
            assert_eq!(single.finish(), expected, "{text}");
        }
    }

    #[test]
    fn names_are_those_of_definitions() {
        for hash in HashAlgorithm::ALL {
            assert_eq!(serde_json::to_value(hash).unwrap(), hash.as_str());
        }
    }
}
