//! flagd's `fractional`: from what is hashed to one of some shares, in each of its three generations.

use super::FractionalVersion;
use super::value::Val;
use crate::ground::hash::murmur3;
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
        let mut bytes = Vec::with_capacity(64);
        match (self, key) {
            (_, Val::Text(key)) if key.is_empty() => return None,
            (Self::V3, Val::Text(key)) => {
                head(4, 2, &mut bytes);
                text(flag, &mut bytes);
                text(key, &mut bytes);
            }
            (Self::V3, _) => return None,
            (_, Val::Text(key)) => {
                bytes.extend_from_slice(flag.as_bytes());
                bytes.extend_from_slice(key.as_bytes());
            }
            _ => return None,
        }
        Some(murmur3(&bytes))
    }

    /// The hash of a value.
    pub(super) fn hash_of(self, value: &Val<'_>) -> Option<u32> {
        match (self, value) {
            (Self::V3, value) => {
                let mut bytes = Vec::with_capacity(64);
                // A list is shares, and what is missing is nothing to hash.
                let is_unit = !value.is_missing() && !matches!(value, Val::List(_));
                (is_unit && cbor(value, &mut bytes)).then(|| murmur3(&bytes))
            }
            (_, Val::Text(text)) => Some(murmur3(text.as_bytes())),
            _ => None,
        }
    }
}

/// A weight, where it can be one: what is computed may fall below nothing, which is nothing.
pub(super) fn weight(value: &Val<'_>) -> Option<u32> {
    let Val::Number(number) = value else { return None };
    Some(whole(*number)?.clamp(0, i64::from(u32::MAX)) as u32)
}

/// Writes a value as deterministic CBOR; false where there is none.
fn cbor(value: &Val<'_>, bytes: &mut Vec<u8>) -> bool {
    match value {
        Val::Boolean(truth) => bytes.push(if *truth { 0xf5 } else { 0xf4 }),
        Val::Number(value) => return number(*value, bytes),
        Val::Text(value) => text(value, bytes),
        Val::Undefined | Val::Null => bytes.push(0xf6),
        Val::List(list) => {
            head(4, list.values.len() as u64, bytes);
            return list.values.iter().all(|value| cbor(value, bytes));
        }
        Val::Object(object) => {
            // Shorter keys come first, as their heads do.
            let mut entries: Vec<_> = object.values.iter().collect();
            entries.sort_unstable_by_key(|(name, _)| (name.len(), name.as_bytes()));
            head(5, entries.len() as u64, bytes);
            return entries.into_iter().all(|(name, value)| {
                text(name, bytes);
                cbor(value, bytes)
            });
        }
        Val::Closed => return false,
    }
    true
}

/// Whole numbers of 64 bits are integers, others the shortest float that says them.
fn number(value: f64, bytes: &mut Vec<u8>) -> bool {
    const LEAST: f64 = -9_223_372_036_854_775_808.0;
    const END: f64 = 18_446_744_073_709_551_616.0;
    if value.fract() == 0.0 && (LEAST..END).contains(&value) {
        if value >= 0.0 {
            head(0, value as u64, bytes);
        } else {
            head(1, (-1 - value as i64) as u64, bytes);
        }
    } else if !value.is_finite() {
        return false;
    } else if let Some(half) = half(value) {
        bytes.push(0xf9);
        bytes.extend_from_slice(&half.to_be_bytes());
    } else if f64::from(value as f32).to_bits() == value.to_bits() {
        bytes.push(0xfa);
        bytes.extend_from_slice(&(value as f32).to_be_bytes());
    } else {
        bytes.push(0xfb);
        bytes.extend_from_slice(&value.to_be_bytes());
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

fn text(text: &str, bytes: &mut Vec<u8>) {
    head(3, text.len() as u64, bytes);
    bytes.extend_from_slice(text.as_bytes());
}

/// The head of a CBOR item: its kind and a number, as short as can be.
fn head(kind: u8, number: u64, bytes: &mut Vec<u8>) {
    let kind = kind << 5;
    match number {
        0..=23 => bytes.push(kind | number as u8),
        24..=0xff => bytes.extend_from_slice(&[kind | 0x18, number as u8]),
        0x100..=0xffff => {
            bytes.push(kind | 0x19);
            bytes.extend_from_slice(&(number as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            bytes.push(kind | 0x1a);
            bytes.extend_from_slice(&(number as u32).to_be_bytes());
        }
        _ => {
            bytes.push(kind | 0x1b);
            bytes.extend_from_slice(&number.to_be_bytes());
        }
    }
}
