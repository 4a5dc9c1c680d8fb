//! Instants, durations, zones, buckets and working calendars.
//!
//! An instant is UTC microseconds in the years 1 to 9999; windows are half-open; an offset is required, never guessed.

#[cfg(feature = "zones")]
mod buckets;
#[cfg(feature = "zones")]
mod calendar;
mod instant;
#[cfg(feature = "reports")]
mod naming;
mod span;
#[cfg(feature = "zones")]
mod zone;

#[cfg(feature = "zones")]
pub use buckets::{Bucket, BucketEdges, Period};
#[cfg(feature = "zones")]
pub use calendar::{WorkingCalendar, WorkingClock, WorkingHours};
pub use instant::{Time, Window};
pub use span::Span;
#[cfg(feature = "zones")]
pub use zone::Zone;

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in an hour.
pub const HOUR: i64 = 3600 * SECOND;
/// Microseconds in a day of 24 hours.
pub const DAY: i64 = 24 * HOUR;
