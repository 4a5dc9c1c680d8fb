//! The delivery room: five metrics of software delivery, with intervals.

mod measure;
mod types;

pub use measure::measure;
pub use types::*;
