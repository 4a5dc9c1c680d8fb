//! What the benchmarks share: events made from a seed, the resources a process used, and the sums that show that
//! everybody did the same work.

pub mod flags;
pub mod generate;
pub mod history;
pub mod usage;
pub mod work;
