//! Files of flagd, read as they are: JSONLogic as a machine of its own beside the rules of our own format.
//!
//! JSON becomes [`Logic`] once ([`parse`]); [`machine`] gives it a value for a context in bounded steps, by
//! [`operations`] with the values and JavaScript's conversions of [`value`]; [`fractional`] has the three generations of
//! flagd's hashing, [`shares`] what they choose from.
//!
//! # Sources
//!
//! jsonlogic.com (operations, truth) and json-logic-js 2 where it says nothing; flagd's flag definitions, its schema
//! (`flagd.dev/schema/v0`) and its decisions on `fractional`; RFC 8949 §4.2 (deterministic CBOR).

mod fractional;
mod logic;
mod machine;
mod operations;
mod parse;
mod shares;
mod value;

use super::condition::{Look, Stop};
use super::context::Attributes;
use super::evaluate::{Given, Outcome, Wrong};
use super::ruleset::{Flag, variant_named};
use super::truth::Truth;
use super::types::FlagReason;
use super::watch::{Part, Watch};

pub(super) use self::logic::{Logic, Named};
use self::machine::{Machine, Scope};
pub(super) use self::parse::{Evaluators, Reader, references};
use self::value::Val;

/// The generation of flagd's `fractional` that a file means, by `fractionalVersion` at its top.
///
/// They put the same unit into different shares. Absent it is the second: that of the flagd daemon and of the JavaScript
/// packages, whose formula is the one that flagd's schema was last changed for; the third is so far only in the Python
/// package 2.0 and the Rust crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum FractionalVersion {
    /// A hundred percentages: |h| / (2³¹ − 1) · 100 of the signed hash of the text.
    V1,
    /// (h · Σ weights) >> 32 of the hash of the text.
    #[default]
    V2,
    /// The same of the hash of the value as CBOR, so that numbers and booleans can be hashed.
    V3,
}

impl Flag {
    /// What the targeting says: the name of a variant, or nothing.
    pub(super) fn targeted<'s, A: Attributes + Copy>(
        &'s self,
        targeting: &'s Logic,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
    ) -> Outcome {
        watch.enter(Part::Targeting);
        let machine = Machine::new(look, &self.name, self.unit.attribute);
        let value = machine.value(targeting, Scope::Context)?;
        if let Some(place) = machine.place.get() {
            watch.hashed(place.bucket, Some((place.from, place.to)));
        }
        if value.is_missing() {
            watch.leave(Truth::False);
            return Ok(Given::new(self.default, FlagReason::Default));
        }
        let found = self.variant_of(&value)?;
        watch.leave(if found.is_some() { Truth::True } else { Truth::Unknown });
        let variant = found.ok_or(Wrong::NoVariant)?;
        Ok(Given::new(Some(variant), FlagReason::TargetingMatch))
    }

    /// The variant that a value names; booleans and numbers name the one that is written as they are.
    fn variant_of(&self, value: &Val<'_>) -> Result<Option<u32>, Stop> {
        let name = match value {
            Val::Text(_) | Val::Boolean(_) | Val::Number(_) => value.to_text()?,
            _ => return Ok(None),
        };
        Ok(variant_named(&self.variants, &name))
    }
}
