//! The delivery room: five metrics of software delivery, with intervals.

mod measure;
pub(crate) mod sentences;
mod types;
pub(crate) mod wording;

pub use measure::measure;
pub use types::*;
