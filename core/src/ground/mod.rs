//! Floor 0: what everything stands on, with no word of any domain.
//!
//! [`error`] is the one error, [`number`] the guards that NaN cannot pass, [`random`] repeatable streams of chance,
//! [`text`] makes strangers' text printable, [`time`] instants, zones, buckets and working calendars.

pub mod error;
pub mod number;
pub mod random;
pub mod text;
pub mod time;
