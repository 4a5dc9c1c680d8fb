//! truenorth measures whether an internal developer platform is getting better.
//!
//! # Example
//!
//! ```
//! use truenorth::dora::{self, DoraRequest};
//! use truenorth::facts::{Deployment, Event, EventTable};
//! use truenorth::ground::{context::Context, time::Time};
//!
//! let mut events = EventTable::new();
//! for day in 1..=20 {
//!     let finished_at = Time::parse(&format!("2025-03-{day:02}T12:00:00Z"))?;
//!     events.push(&Event::Deployment(Deployment { finished_at: Some(finished_at), ..Deployment::default() }))?;
//! }
//! let report = dora::measure(&DoraRequest::default(), &events, &Context::default())?;
//! assert_eq!(report.overall.deployment_frequency.deployments, 20);
//! # Ok::<(), truenorth::Error>(())
//! ```
//!
//! # Where things are
//!
//! - [`dora`]: the delivery room, five metrics with intervals.
//! - `flags`: feature flags, evaluated locally and explained.
//! - [`facts`]: events, the columns they are kept in, and readers.
//! - [`desk`]: the list of operations, the door that takes text, sources of events, renderers.
//! - [`stats`]: quantiles, intervals and tests, for anybody.
//! - [`ground`]: errors, time, random streams.
//!
//! # Features
//!
//! `dora` (default) is the room; `git` reads repositories with gix, the one feature with which the library opens a path;
//! `schema` adds JSON Schemas of every request and report.

#![forbid(unsafe_code)]

pub mod desk;
#[cfg(feature = "dora")]
pub mod dora;
pub mod facts;
#[cfg(feature = "flags")]
pub mod flags;
pub mod ground;
pub mod stats;

pub use ground::error::{Error, ErrorCode, Result};

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
