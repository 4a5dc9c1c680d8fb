//! One history under the definitions of several tools.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Preset};
use super::levels::Metric;
use crate::facts::{Estimate, Event};
use crate::ground::time::{Span, Time, Window};

/// What to measure under every preset. Days, weeks and months are those of UTC, as in all five tools.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PresetsRequest {
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
    /// Only rows with one of these values, by dimension.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub filter: BTreeMap<String, Vec<String>>,
    /// Single definitions that hold under every preset, such as the environments that count.
    pub definition: Definition,
    /// The presets to hold against `dora`; empty: all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub presets: Vec<Preset>,
}

/// Why a dashboard says something else: one history under the definitions of several tools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PresetsReport {
    /// The schema of this report.
    pub schema: String,
    /// What a manager would say, a sentence each.
    pub sentences: Vec<String>,
    /// The window that was measured.
    pub window: Window,
    /// The instant up to which everything is known.
    pub as_of: Time,
    /// What each preset says; the first is `dora`, which the others are held against.
    pub presets: Vec<PresetAnswer>,
}

/// What one tool says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PresetAnswer {
    /// The preset.
    pub preset: Preset,
    /// The tool, in words.
    pub tool: String,
    /// Change lead time.
    pub lead_time: Estimate,
    /// Deployment frequency, per day.
    pub deployment_frequency: Estimate,
    /// The tool's own words for the frequency, such as `Weekly`, where it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_words: Option<String>,
    /// Change failure rate.
    pub change_failure_rate: Estimate,
    /// Recovery time.
    pub recovery_time: Estimate,
    /// The definitions that differ from `dora`.
    pub definition: Definition,
    /// Why the numbers differ, one option at a time: each is measured with the ones before it changed already, so that
    /// the steps of a metric lead from the number of `dora` to the tool's.
    pub differences: Vec<Difference>,
    /// Options that differ but change no number of this history.
    pub without_effect: Vec<String>,
    /// What the tool does that no event can tell, a sentence each.
    pub beyond: Vec<String>,
}

/// What one option does to one number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Difference {
    /// The metric.
    pub metric: Metric,
    /// The option.
    pub option: String,
    /// The number before; absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// The number after; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// The same in a sentence.
    pub sentence: String,
}
