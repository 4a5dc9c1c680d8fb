//! The flags room: who gets which variant, the same in every language, for ever.
//!
//! A file of flags is read once into a [`Ruleset`]: names are indices, operands are parsed, splits are ranges of
//! buckets. It then answers for a [`Context`] in well under a microsecond, says why, and never fails: what is wrong
//! gives the caller's default with a code.
//!
//! # Definitions
//!
//! A flag is decided in this order: its state (disabled: the caller's default); its prerequisites; an override that
//! names the unit; its holdouts; its layer; its rules, the first that gives a variant; its default variant. A bucket is
//! one of a million, found by the hash that the definition names from salt and unit
//! ([`HashAlgorithm::bucket`](crate::ground::hash::HashAlgorithm::bucket)). A condition is true, false or unknown
//! ([`Condition`]); only true lets a rule decide.
//!
//! # Sources
//!
//! OpenFeature specification 0.8, §1 and §2 (reasons and error codes); flagd's flag schema, whose header this file format
//! shares; MurmurHash3, SHA-256 and XXH3 for buckets.
//!
//! # What this does not tell you
//!
//! - Whether a flag did any good: an experiment does, from the exposures.
//! - Who somebody is: the unit is what the caller says it is.
//! - That two flags do not disturb each other: only a layer keeps their units apart.

mod ask;
mod cells;
mod changes;
mod comparison;
mod compile;
mod condition;
mod context;
mod diff;
mod evaluate;
mod evaluation;
mod explain;
mod exposures;
mod flagd;
mod lint;
mod members;
mod needs;
pub mod ofrep;
mod prepared;
mod remembered;
mod reweigh;
mod ruleset;
mod sentences;
mod simulate;
mod store;
mod taken;
mod truth;
mod types;
mod watch;

pub use ask::{evaluate, explain};
pub use context::{Attribute, AttributeName, Attributes, Context, Seen, TARGETING_KEY};
pub use diff::{Difference, diff};
pub use evaluation::Evaluation;
pub use explain::Trace;
pub use exposures::Exposures;
pub use lint::lint;
pub use prepared::Prepared;
pub use remembered::{Keyed, Remembered};
pub use reweigh::reweigh;
pub use ruleset::{Handle, Problem, Ruleset, Summary};
pub use simulate::{Simulation, simulate};
pub use store::FlagSet;
pub use types::*;
