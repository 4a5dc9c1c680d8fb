//! What can be asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Preset};
use super::levels::{Target, Thresholds};
use crate::facts::Event;
use crate::ground::time::{Bucket, Span, Time, Window, WorkingCalendar};

/// What to compare the window with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Compare {
    /// Nothing.
    #[default]
    None,
    /// The window of the same length just before: the month before a whole month, the quarter before a quarter.
    Previous,
    /// Any other window.
    Window(Window),
}

/// What to measure, how, and how to cut it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DoraRequest {
    /// A few events, in the request itself; many belong in an event table.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "crate::facts::owned_events")]
    pub events: Vec<Event<'static>>,
    /// The window to measure; absent: from the day of the first deployment to that of `asOf`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Instead of `window`: so long before `asOf`, such as `30d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Span>,
    /// The instant up to which everything is known; absent: the latest event, never the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Time>,
    /// What to compare with.
    pub compare: Compare,
    /// Dimensions to group by: `service`, `team`, `repository`, `environment` or `label.NAME`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Only so many groups, those that deploy most in the window; the report says how many it leaves out, and adjusts
    /// tests for those that it holds. Absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<u32>,
    /// Only rows with one of these values, by dimension.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub filter: BTreeMap<String, Vec<String>>,
    /// Buckets of the series; absent: no series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// The IANA time zone of days, weeks and months; absent: UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Count only working time; absent: all time counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<WorkingCalendar>,
    /// Whose definitions to start from.
    pub preset: Preset,
    /// Single definitions that differ from the preset's.
    pub definition: Definition,
    /// The confidence level of intervals, and one minus the error rate of arrows.
    pub confidence: f64,
    /// The report year whose levels to name; 0 for none.
    pub year: u16,
    /// Own thresholds instead of a report year's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<Thresholds>,
    /// Targets to hold the numbers against.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Target>,
    /// How far two windows may differ and still count as the same (→), as a share of the value.
    pub margin: f64,
}

impl Default for DoraRequest {
    fn default() -> Self {
        Self {
            events: Vec::new(),
            window: None,
            last: None,
            as_of: None,
            compare: Compare::None,
            by: Vec::new(),
            top: None,
            filter: BTreeMap::new(),
            bucket: None,
            time_zone: None,
            calendar: None,
            preset: Preset::default(),
            definition: Definition::default(),
            confidence: 0.95,
            year: 2024,
            thresholds: None,
            targets: Vec::new(),
            margin: 0.1,
        }
    }
}
