//! Flags made ready: names are indices, operands are parsed, splits are ranges.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use serde_json::Value;

use super::condition::Expr;
use super::context::{AttributeName, Symbol};
use super::flagd::{FractionalVersion, Logic};
use super::types::{FlagState, FlagType};
use crate::ground::error::Error;
use crate::ground::hash::Salted;

/// What is wrong with one flag, segment, layer or holdout of a file; the others are not touched by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The flag that is malformed by it; absent where none is.
    pub flag: Option<String>,
    /// What and where.
    pub error: Error,
}

/// Flags made ready, immutable; made by [`Ruleset::parse`](super::Ruleset::parse).
#[derive(Debug, Default)]
pub struct Ruleset {
    pub(super) names: HashMap<Arc<str>, u32>,
    pub(super) flags: Vec<Flag>,
    pub(super) segments: Vec<Segment>,
    pub(super) attributes: Vec<AttributeName>,
    /// By attribute: whether traces and exposures must not show it.
    pub(super) private: Vec<bool>,
    /// The names of attributes that nobody shall see.
    pub(super) private_names: Private,
    pub(super) problems: Vec<Problem>,
    /// The texts that attributes are compared with as a whole.
    pub(super) symbols: HashMap<Box<str>, Symbol>,
    /// Of a file of flagd's: what several targetings ask for.
    pub(super) evaluators: Vec<Logic>,
    /// What is known about all flags.
    pub(super) metadata: BTreeMap<String, Value>,
    pub(super) fractional: FractionalVersion,
    /// Tells prepared contexts of one set from those of another.
    pub(super) number: u64,
    /// By flag: a hash of its definition as it is written.
    pub(super) prints: Vec<u64>,
    /// The same of what flags share: segments, layers, holdouts, the hash.
    pub(super) shared_print: u64,
}

/// Names of attributes that nobody shall see, nor what lies inside them.
#[derive(Debug, Default)]
pub(super) struct Private(HashSet<String>);

impl Private {
    pub(super) fn new(names: Vec<String>) -> Self {
        Self(names.into_iter().collect())
    }

    pub(super) fn hide(&self, name: &str) -> bool {
        /// Of a longer name each part would take its time.
        const LONG: usize = 1 << 10;
        if name.len() > LONG {
            let hides =
                |own: &String| name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            return self.0.iter().any(hides);
        }
        !self.0.is_empty()
            && name.match_indices('.').map(|(end, _)| &name[..end]).chain([name]).any(|part| self.0.contains(part))
    }
}

/// One flag.
#[derive(Debug)]
pub(super) struct Flag {
    pub(super) name: Arc<str>,
    pub(super) state: FlagState,
    pub(super) value_type: FlagType,
    pub(super) variants: Vec<Variant>,
    pub(super) default: Option<u32>,
    pub(super) metadata: BTreeMap<String, Value>,
    pub(super) owner: Option<Box<str>>,
    pub(super) description: Option<Box<str>>,
    pub(super) prerequisites: Vec<Prerequisite>,
    pub(super) holdouts: Vec<Gate>,
    pub(super) layer: Option<Gate>,
    pub(super) unit: Unit,
    pub(super) overrides: HashMap<Box<str>, u32>,
    pub(super) rules: Vec<Rule>,
    /// Of a flag of flagd's: what gives the name of a variant.
    pub(super) targeting: Option<Logic>,
    /// Why it cannot be evaluated.
    pub(super) malformed: Option<Error>,
}

/// A value by name.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) name: Arc<str>,
    pub(super) value: Value,
}

/// The variant of a name; they stand in order of their names.
pub(super) fn variant_named(variants: &[Variant], name: &str) -> Option<u32> {
    variants.binary_search_by(|variant| (*variant.name).cmp(name)).ok().map(|index| index as u32)
}

#[derive(Debug)]
pub(super) struct Prerequisite {
    pub(super) flag: u32,
    pub(super) variants: Vec<u32>,
    pub(super) otherwise: Option<u32>,
}

/// What is hashed: indices of attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Unit {
    pub(super) attribute: u32,
    pub(super) fallback: Option<u32>,
}

/// How a bucket is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hashing {
    pub(super) salted: Salted,
    pub(super) unit: Unit,
}

/// A layer or a holdout as a flag uses it: a range of buckets.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) name: Box<str>,
    pub(super) hashing: Hashing,
    pub(super) from: u32,
    pub(super) to: u32,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: Option<Box<str>>,
    pub(super) when: Option<Expr>,
    /// In microseconds.
    pub(super) from: Option<i64>,
    pub(super) until: Option<i64>,
    pub(super) serve: Serve,
}

/// What a rule gives.
#[derive(Debug)]
pub(super) enum Serve {
    Variant(u32),
    Ranges(Hashing, Vec<Range>),
    Rollout(Hashing, Rollout),
}

/// The buckets of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) variant: u32,
}

#[derive(Debug)]
pub(super) struct Rollout {
    pub(super) variant: u32,
    /// From an instant on, in microseconds, so many buckets.
    pub(super) steps: Vec<(i64, u32)>,
    pub(super) linear: bool,
}

#[derive(Debug)]
pub(super) struct Segment {
    pub(super) name: Box<str>,
    pub(super) unit: u32,
    pub(super) include: hashbrown::HashSet<Box<str>>,
    pub(super) exclude: hashbrown::HashSet<Box<str>>,
    pub(super) when: Option<Expr>,
}

impl Rollout {
    /// How many buckets have it at an instant.
    pub(super) fn buckets(&self, now: i64) -> u32 {
        let next = self.steps.partition_point(|&(at, _)| at <= now);
        let Some(&(from, start)) = next.checked_sub(1).and_then(|last| self.steps.get(last)) else { return 0 };
        match self.steps.get(next) {
            Some(&(to, end)) if self.linear => {
                let part = i128::from(now - from) * (i128::from(end) - i128::from(start)) / i128::from(to - from);
                (i128::from(start) + part) as u32
            }
            _ => start,
        }
    }
}

impl Ruleset {
    /// How many flags there are, malformed ones included.
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// The flags' names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.flags.iter().map(|flag| &*flag.name)
    }

    /// The attributes that the set looks at.
    pub fn attributes(&self) -> impl Iterator<Item = &AttributeName> {
        self.attributes.iter()
    }

    /// What each flag is, in alphabetical order of names.
    pub fn summaries(&self) -> impl Iterator<Item = Summary<'_>> {
        self.flags.iter().map(|flag| Summary {
            name: &flag.name,
            value_type: if flag.malformed.is_some() { "malformed" } else { flag.value_type.as_str() },
            variants: flag.variants.iter().map(|variant| &*variant.name).collect(),
            values: flag.variants.iter().map(|variant| &variant.value).collect(),
            owner: flag.owner.as_deref(),
            description: flag.description.as_deref(),
        })
    }

    /// What is wrong with single flags; they evaluate to the caller's default, the others as if nothing were.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The number of a flag, by which it is found without its name; it holds for this set only.
    pub fn handle(&self, name: &str) -> Option<Handle> {
        self.names.get(name).map(|&index| Handle(index))
    }

    /// Whether an attribute of this name must not be shown.
    pub(super) fn hides(&self, name: &str) -> bool {
        self.private_names.hide(name)
    }

    /// Whether a unit may be one that must not be shown.
    pub(super) fn hides_unit(&self, unit: Unit) -> bool {
        let hides = |attribute: u32| self.private.get(attribute as usize).copied().unwrap_or(false);
        hides(unit.attribute) || unit.fallback.is_some_and(hides)
    }

    pub(super) fn flag(&self, index: u32) -> &Flag {
        &self.flags[index as usize]
    }

    pub(super) fn attribute(&self, index: u32) -> &AttributeName {
        &self.attributes[index as usize]
    }
}

/// What a flag is, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary<'s> {
    /// Its name.
    pub name: &'s str,
    /// The type of its values, or `malformed`.
    pub value_type: &'static str,
    /// The names of its variants.
    pub variants: Vec<&'s str>,
    /// The values of its variants.
    pub values: Vec<&'s Value>,
    /// Who answers for it.
    pub owner: Option<&'s str>,
    /// What it is for.
    pub description: Option<&'s str>,
}

/// The number of a flag in one set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Handle(pub(super) u32);
