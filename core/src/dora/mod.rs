//! The delivery room: five metrics of software delivery, with intervals.

mod types;

pub use types::*;
