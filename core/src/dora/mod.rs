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
mod sentences;
mod series;
mod stages;
mod types;

pub use levels::{LevelReport, LevelRequest, level};
pub use measure::measure;
pub use types::*;
