//! Floor 0: what everything stands on, with no word of any domain.
//!
//! [`context`] is what surrounds a call, [`error`] the one error, [`explain`] says serde's mistakes for people, `json` reads
//! text with them, [`number`] the guards that NaN cannot pass, [`random`] seeded streams, [`text`] makes strangers' text printable, [`time`]
//! instants, zones, buckets and working calendars, `unique` JSON in which no key is there twice.

pub mod context;
pub mod error;
pub mod explain;
#[cfg(feature = "flags")]
pub mod hash;
pub(crate) mod json;
pub mod number;
mod objects;
pub mod random;
pub mod text;
pub mod time;
#[cfg(feature = "flags")]
pub(crate) mod unique;
