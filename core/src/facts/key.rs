//! The identity of a change: twenty bytes, whether sha or any other id.

use super::intern::{Interner, Symbol};

/// A change's id in twenty bytes: the bytes of a full hexadecimal sha, or a mark and the symbol of any other text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(align(4))]
pub struct Key([u8; 20]);

/// No commit's sha begins with sixteen zero bytes.
const MARK: usize = 16;

impl Key {
    /// No id at all.
    pub const NONE: Key = Key([0; 20]);

    /// The key of a sha, in either case, or of any other text by its symbol.
    #[inline]
    pub fn of(text: &str, names: &mut Interner) -> Self {
        Self::of_plain(text.as_bytes(), names)
    }

    /// The key of a text that is known to be UTF-8.
    pub(super) fn of_plain(text: &[u8], names: &mut Interner) -> Self {
        Self::of_sha(text).unwrap_or_else(|| Self::of_symbol(names.intern_plain(text)))
    }

    /// The key of a text that was interned before; `None` when it never was.
    pub fn find(text: &str, names: &Interner) -> Option<Self> {
        Self::of_sha(text.as_bytes()).or_else(|| names.find(text).map(Self::of_symbol))
    }

    /// The key of raw sha bytes.
    pub const fn of_bytes(sha: [u8; 20]) -> Self {
        Self(sha)
    }

    /// The key of a full sha, in either case.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "twenty bytes that come back through memory are waited for")]
    pub(crate) fn of_sha(text: &[u8]) -> Option<Self> {
        let text: &[u8; 40] = text.try_into().ok()?;
        let (mut out, mut good, mut any) = ([0; 20], true, 0);
        // Eight digits at once, each in a byte of its own.
        for (at, digits) in text.as_chunks::<8>().0.iter().enumerate() {
            const EACH: u64 = 0x0101_0101_0101_0101;
            let text = u64::from_le_bytes(*digits);
            let letters = text & (0x40 * EACH);
            let values = (text & (0x0f * EACH)).wrapping_add(9 * (letters >> 6));
            let above_nine = (values.wrapping_add(6 * EACH) >> 4) & EACH;
            // Written again in lower case, a digit is what it was.
            let again = values
                .wrapping_add(u64::from(b'0') * EACH)
                .wrapping_add(u64::from(b'a' - b'0' - 10).wrapping_mul(above_nine));
            good &= again == text | (letters >> 1) && values & (0xf0 * EACH) == 0;
            let pairs = ((values << 4) | (values >> 8)) & 0x00ff_00ff_00ff_00ff;
            let pairs = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff;
            let word = (pairs | (pairs >> 16)) as u32;
            // Sixteen bytes, four at a time.
            any |= if at < MARK / 4 { word } else { 0 };
            if let Some(bytes) = out.as_chunks_mut::<4>().0.get_mut(at) {
                *bytes = word.to_le_bytes();
            }
        }
        (good && any != 0).then_some(Self(out))
    }

    /// The key of a symbol; none of [`Symbol::NONE`].
    #[inline]
    pub fn of_symbol(symbol: Symbol) -> Self {
        let mut out = [0; 20];
        out[MARK..].copy_from_slice(&symbol.index().to_be_bytes());
        Self(out)
    }

    /// Whether there is no id.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// The text it was made of; a sha comes back in lower case.
    pub fn text(self, names: &Interner) -> String {
        use std::fmt::Write as _;
        if let ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [a, b, c, d]) = self.0.split_at(MARK) {
            return names.text(Symbol::from_index(u32::from_be_bytes([*a, *b, *c, *d]))).to_owned();
        }
        self.0.iter().fold(String::with_capacity(40), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
    }

    /// Well-mixed bits to partition and hash by: a sha is random already, a symbol is not.
    #[inline]
    pub(crate) fn bits(self) -> u64 {
        let [a, b, c, d, e, f, g, h, .., w, x, y, z] = self.0;
        let head = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        let tail = u64::from(u32::from_be_bytes([w, x, y, z]));
        // Every bit must reach every other: hash tables look at the lowest and the highest.
        let mut bits = head.wrapping_add(tail.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        bits = (bits ^ (bits >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        bits = (bits ^ (bits >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        bits ^ (bits >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_symbols_differ_in_low_and_high_bits() {
        let bits: Vec<u64> = (1..=4096).map(|index| Key::of_symbol(Symbol::from_index(index)).bits()).collect();
        for part in [|bits: &u64| bits & 0xfff, |bits: &u64| bits >> 52] {
            let distinct: std::collections::BTreeSet<u64> = bits.iter().map(part).collect();
            // Of 4096 random draws out of 4096, 63 % are distinct.
            assert!(distinct.len() > 2400, "{}", distinct.len());
        }
    }

    #[test]
    fn only_forty_hexadecimal_digits_are_a_sha() {
        let sha = *b"0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
        for at in 0..40 {
            for byte in 0..=127_u8 {
                let mut text = sha;
                text[at] = byte;
                let text = std::str::from_utf8(&text).unwrap();
                let expected: Option<Vec<u8>> =
                    (0..20).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect();
                // The library reads a sign too.
                let expected = expected.filter(|_| byte != b'+');
                assert_eq!(Key::of_sha(text.as_bytes()).map(|key| key.0.to_vec()), expected, "{text}");
            }
        }
        assert_eq!(Key::of_sha("é".repeat(20).as_bytes()), None);
        assert_eq!(Key::of_sha(b"0d8e"), None);
    }

    #[test]
    fn a_sha_and_any_other_id_come_back() {
        let mut names = Interner::default();
        let sha = "0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
        for id in [sha, "CHG-17", "a", "0000000000000000000000000000000000000000"] {
            assert_eq!(Key::of(id, &mut names).text(&names), id);
        }
        assert_eq!(Key::of(&sha.to_uppercase(), &mut names), Key::of(sha, &mut names));
        assert!(!Key::of("", &mut names).is_none() || names.text(Symbol::NONE).is_empty());
    }
}
