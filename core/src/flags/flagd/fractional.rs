//! flagd's `fractional`: from what is hashed to one of some shares, in each of its three generations.

use super::FractionalVersion;
use super::value::Val;
use crate::ground::hash::Murmur3;
use crate::ground::number::whole;

/// The sum of weights must not pass it.
const MOST_WEIGHT: u64 = i32::MAX as u64;

/// Where a hash falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Of the sum of weights.
    pub(super) bucket: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    /// Which of the shares.
    pub(super) share: usize,
}

impl FractionalVersion {
    /// Which of the shares a hash falls into.
    pub(super) fn place(self, hash: u32, weights: &[u32]) -> Option<Place> {
        let sum: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        if sum == 0 || sum > MOST_WEIGHT {
            return None;
        }
        let ratio = f64::from((hash as i32).unsigned_abs()) / f64::from(i32::MAX);
        let bucket = match self {
            Self::V1 => ((ratio * sum as f64) as u64).min(sum - 1),
            Self::V2 | Self::V3 => (u64::from(hash) * sum) >> 32,
        };
        let (mut from, mut end) = (0_u64, 0.0);
        for (share, &weight) in weights.iter().enumerate() {
            let to = from + u64::from(weight);
            end += 100.0 * f64::from(weight) / sum as f64;
            // The first generation adds up percentages, and its roundings are part of it.
            let inside = if self == Self::V1 { ratio * 100.0 < end } else { bucket < to };
            if inside {
                return Some(Place { bucket: bucket as u32, from: from as u32, to: to as u32, share });
            }
            from = to;
        }
        None
    }

    /// The hash of a flag and a targeting key, where nothing else is named.
    pub(super) fn hash_of_key(self, flag: &str, key: &Val<'_>) -> Option<u32> {
        let Val::Text(key) = key else { return None };
        if key.is_empty() {
            return None;
        }
        let mut hash = Murmur3::default();
        if self == Self::V3 {
            head(4, 2, &mut hash);
            text(flag, &mut hash);
            text(key, &mut hash);
        } else {
            hash = hash.with(flag.as_bytes()).with(key.as_bytes());
        }
        Some(hash.finish())
    }

    /// The hash of a value; a list is shares, and what is missing is nothing to hash.
    pub(super) fn hash_of(self, value: &Val<'_>) -> Option<u32> {
        let mut hash = Murmur3::default();
        match (self, value) {
            (_, Val::Undefined | Val::Null | Val::List(_)) => return None,
            (Self::V3, value) => return cbor(value, &mut hash).then(|| hash.finish()),
            (_, Val::Text(text)) => hash = hash.with(text.as_bytes()),
            _ => return None,
        }
        Some(hash.finish())
    }
}

/// A weight, where it can be one: what is computed may fall below nothing, which is nothing.
pub(super) fn weight(value: &Val<'_>) -> Option<u32> {
    let Val::Number(number) = value else { return None };
    Some(whole(*number)?.clamp(0, i64::from(u32::MAX)) as u32)
}

/// Hashes a value as deterministic CBOR; false where there is none.
fn cbor(value: &Val<'_>, hash: &mut Murmur3) -> bool {
    match value {
        Val::Boolean(truth) => put(&[if *truth { 0xf5 } else { 0xf4 }], hash),
        Val::Number(value) => return number(*value, hash),
        Val::Text(value) => text(value, hash),
        Val::Undefined | Val::Null => put(&[0xf6], hash),
        Val::List(list) => {
            head(4, list.values.len() as u64, hash);
            return list.values.iter().all(|value| cbor(value, hash));
        }
        Val::Object(object) => {
            // Shorter keys come first, as their heads do.
            let mut entries: Vec<_> = object.values.iter().collect();
            entries.sort_unstable_by_key(|(name, _)| (name.len(), name.as_bytes()));
            head(5, entries.len() as u64, hash);
            return entries.into_iter().all(|(name, value)| {
                text(name, hash);
                cbor(value, hash)
            });
        }
        Val::Closed => return false,
    }
    true
}

/// Whole numbers of 64 bits are integers, others the shortest float that says them.
fn number(value: f64, hash: &mut Murmur3) -> bool {
    const LEAST: f64 = -9_223_372_036_854_775_808.0;
    const END: f64 = 18_446_744_073_709_551_616.0;
    if value.fract() == 0.0 && (LEAST..END).contains(&value) {
        if value >= 0.0 {
            head(0, value as u64, hash);
        } else {
            head(1, (-1 - value as i64) as u64, hash);
        }
    } else if !value.is_finite() {
        return false;
    } else if let Some(half) = half(value) {
        put(&[0xf9], hash);
        put(&half.to_be_bytes(), hash);
    } else if f64::from(value as f32).to_bits() == value.to_bits() {
        put(&[0xfa], hash);
        put(&(value as f32).to_be_bytes(), hash);
    } else {
        put(&[0xfb], hash);
        put(&value.to_be_bytes(), hash);
    }
    true
}

/// The 16 bits of a number that is exactly one of them.
fn half(value: f64) -> Option<u16> {
    let bits = value.to_bits();
    let sign = ((bits >> 48) & 0x8000) as u16;
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let fraction = bits & ((1 << 52) - 1);
    if (-14..=15).contains(&exponent) {
        let is_exact = fraction.trailing_zeros() >= 42;
        is_exact.then(|| sign | (((exponent + 15) as u16) << 10) | (fraction >> 42) as u16)
    } else if (-24..-14).contains(&exponent) {
        // Below the normal ones the leading one is written out.
        let whole = fraction | (1 << 52);
        let shift = 42 + (-14 - exponent);
        (whole.trailing_zeros() as i32 >= shift).then(|| sign | (whole >> shift) as u16)
    } else {
        None
    }
}

fn text(text: &str, hash: &mut Murmur3) {
    head(3, text.len() as u64, hash);
    put(text.as_bytes(), hash);
}

/// The head of a CBOR item: its kind and a number, as short as can be.
fn head(kind: u8, number: u64, hash: &mut Murmur3) {
    let kind = kind << 5;
    match number {
        0..=23 => put(&[kind | number as u8], hash),
        24..=0xff => put(&[kind | 0x18, number as u8], hash),
        0x100..=0xffff => {
            put(&[kind | 0x19], hash);
            put(&(number as u16).to_be_bytes(), hash);
        }
        0x1_0000..=0xffff_ffff => {
            put(&[kind | 0x1a], hash);
            put(&(number as u32).to_be_bytes(), hash);
        }
        _ => {
            put(&[kind | 0x1b], hash);
            put(&number.to_be_bytes(), hash);
        }
    }
}

fn put(bytes: &[u8], hash: &mut Murmur3) {
    *hash = hash.with(bytes);
}
