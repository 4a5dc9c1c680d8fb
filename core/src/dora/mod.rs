//! The delivery room: five metrics of software delivery, with intervals.

mod compare;
mod data;
mod failures;
mod frequency;
mod lead_time;
mod levels;
mod line;
mod link;
mod measure;
mod plan;
mod presets;
mod rates;
mod recovery;
mod scopes;
pub(crate) mod sentences;
mod series;
mod stages;
mod types;
pub(crate) mod wording;

pub use levels::{LevelReport, LevelRequest, level};
pub use measure::measure;
pub use types::*;
