//! The delivery room: how fast changes reach production, and how well.
//!
//! [`measure`] answers with the five metrics of dora.dev: change lead time, deployment frequency, failed deployment
//! recovery time (throughput), change failure rate and deployment rework rate (instability); each with an interval, its
//! number of observations and its method, overall, by group, by bucket and against another window. [`level`] places one
//! number among the levels of a report year. On what the field disagrees is a named option of [`Definition`].
//!
//! # Definitions
//!
//! Change lead time, deployment frequency, change failure rate, failed deployment recovery time and deployment rework
//! rate, as [`measure`] defines them. Where the field disagrees the choice is an option of [`Definition`], and every
//! report says which was in force; [`Preset`] names the choices of other tools.
//!
//! # Sources
//!
//! dora.dev, "DORA's software delivery performance metrics", and the reports of each year; Forsgren, Humble, Kim,
//! *Accelerate*, 2018; `stats` names the source of each interval and test.
//!
//! # What this does not tell you
//!
//! - Why: a failure rate of 8 % over three deployments, or over three thousand, looks alike until you read the interval.
//! - Causes: an incident is laid to the last deployment of its service within a day unless its source says better.
//! - Anything after `asOf`: deployments younger than the follow-up are neither good nor bad yet.
//! - Whether the platform helped: delivery may get better or worse for reasons that no event records.
//! - Which team is better: services differ in risk, size and age. Compare a service with itself over time.
//! - Anything about people. Lead time is waiting far more than work.
//! - Much about a few deployments: three of them allow any failure rate from 6 to 79 % when one failed.
//! - What was never written down: an incident nobody filed is no failure, a deployment nobody recorded never happened.

mod by_service;
mod committed;
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
mod presets_said;
mod presets_why;
mod rates;
mod recovery;
mod scopes;
pub(crate) mod sentences;
mod series;
mod side_by_side;
mod stages;
mod types;
mod units;
pub(crate) mod wording;

pub use levels::{LevelReport, LevelRequest, level};
pub use measure::measure;
pub use plan::whole_window;
pub use side_by_side::presets;
pub use types::*;
