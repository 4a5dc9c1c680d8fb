//! The nouns of the delivery room.

mod access;
mod compare;
mod definition;
mod levels;
mod presets;
mod report;
mod request;

pub use compare::{Arrow, Comparison, Comparisons, Mix};
pub(crate) use definition::Rules;
pub use definition::{
    Backwards, Blame, ChangeLink, ChangeUnit, Copies, Definition, Denominator, Empty, FailureCount, FrequencyInterval,
    FrequencyStatistic, IncidentScope, LeadAnchor, LeadStart, LeadStatistic, LeadTest, Preset, RecoveryStart,
    RecoveryStatistic, RecoveryTest, RecoveryWindow, Redeploys, Rounding, WeekStart,
};
pub use levels::{Band, Level, LevelAnswer, Levels, Metric, Target, TargetVerdict, Thresholds, Verdict};
pub use presets::{Difference, PresetAnswer, PresetsReport, PresetsRequest};
pub use report::{
    Data, DoraGroup, DoraReport, FailureRate, Frequency, LeadTime, Recovery, ReworkRate, Series, SeriesValues, Stage,
    Unlinked, UnmatchedFilter, Waiting,
};
pub use request::{Compare, DoraRequest};
