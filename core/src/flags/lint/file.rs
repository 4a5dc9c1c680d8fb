//! The file as it is written, as far as it can be read.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::compile::{Document, typed};
use super::super::context::TARGETING_KEY;
use super::super::ruleset::{Private, Problem};
use super::super::types::{Condition, FlagDefinition, FlagState, Holdout, Layer, Rule, Segment};
use crate::ground::error::Result;
use crate::ground::hash::HashAlgorithm;

/// Steps that comparing conditions with one another may take in all, and as many more as the file has bytes; what lies
/// beyond is not compared, and that is told.
const MOST_STEPS: u64 = 5_000_000;
/// Steps that one question may take.
const MOST_STEPS_OF_ONE: u64 = 20_000;

pub(super) struct File {
    pub(super) hash: HashAlgorithm,
    /// By name; those that cannot be read are left out.
    pub(super) flags: Vec<Flag>,
    pub(super) segments: BTreeMap<String, Segment>,
    pub(super) layers: BTreeMap<String, Layer>,
    pub(super) holdouts: BTreeMap<String, Holdout>,
    /// Every segment's name, those that cannot be read included.
    pub(super) segment_names: BTreeSet<String>,
    /// Whether everything could be read, so that what nothing asks for is known.
    pub(super) is_whole: bool,
    pub(super) budget: Budget,
    /// The names of attributes that nobody shall see.
    pub(super) private: Private,
}

pub(super) struct Flag {
    pub(super) name: String,
    pub(super) written: FlagDefinition,
    /// Whether it can be used.
    pub(super) is_sound: bool,
}

/// What is hashed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hashed {
    pub(super) salt: String,
    pub(super) algorithm: &'static str,
    pub(super) unit: String,
}

impl File {
    pub(super) fn read(text: &str, problems: &[Problem]) -> Result<Self> {
        let document = Document::read(text)?;
        let malformed: BTreeSet<&str> = problems.iter().filter_map(|problem| problem.flag.as_deref()).collect();
        let mut is_whole = true;
        let mut flags = Vec::with_capacity(document.flags.len());
        for (name, text) in &document.flags {
            match typed::<FlagDefinition>(text.get()) {
                Ok(written) => {
                    let is_sound = !malformed.contains(&**name);
                    flags.push(Flag { name: name.to_string(), written, is_sound });
                }
                Err(_) => is_whole = false,
            }
        }
        flags.sort_by(|a, b| a.name.cmp(&b.name));
        let segment_names = document.segments.iter().map(|(name, _)| name.to_string()).collect();
        Ok(Self {
            hash: document.hash,
            flags,
            segments: readable(&document.segments, &mut is_whole),
            layers: readable(&document.layers, &mut is_whole),
            holdouts: readable(&document.holdouts, &mut is_whole),
            segment_names,
            is_whole,
            budget: Budget::new(text),
            private: Private::new(document.private),
        })
    }

    /// Flags that can be used and are not put away.
    pub(super) fn kept(&self) -> impl Iterator<Item = &Flag> {
        self.flags.iter().filter(|flag| flag.is_sound && flag.written.state != FlagState::Archived)
    }

    /// Flags that are in use.
    pub(super) fn running(&self) -> impl Iterator<Item = &Flag> {
        self.flags.iter().filter(|flag| flag.is_sound && flag.written.state == FlagState::Enabled)
    }

    /// Every condition with its flag and path; parts of conditions are not apart.
    pub(super) fn conditions(&self) -> impl Iterator<Item = (Option<&Flag>, String, &Condition)> {
        let of_flags = self.flags.iter().flat_map(|flag| {
            flag.written.rules.iter().enumerate().filter_map(move |(index, rule)| {
                rule.when.as_ref().map(|when| (Some(flag), format!("{}.when", flag.rule(index)), when))
            })
        });
        let of_segments = self.segments.iter().filter_map(|(name, segment)| {
            segment.when.as_ref().map(|when| (None, format!("segments.{name}.when"), when))
        });
        of_flags.chain(of_segments)
    }

    pub(super) fn hashed(&self, flag: &Flag, rule: &Rule) -> Hashed {
        let FlagDefinition { salt, hash, unit, .. } = &flag.written;
        Hashed {
            salt: rule.salt.as_ref().or(salt.as_ref()).unwrap_or(&flag.name).clone(),
            algorithm: rule.hash.or(*hash).unwrap_or(self.hash).as_str(),
            unit: rule.unit.as_deref().or(unit.as_deref()).unwrap_or(TARGETING_KEY).to_owned(),
        }
    }

    pub(super) fn hashed_by_layer(&self, name: &str) -> Option<Hashed> {
        self.layers
            .get(name)
            .map(|layer| self.hashed_as(name, layer.salt.as_deref(), layer.unit.as_deref(), layer.hash))
    }

    pub(super) fn hashed_by_holdout(&self, name: &str) -> Option<Hashed> {
        self.holdouts
            .get(name)
            .map(|holdout| self.hashed_as(name, holdout.salt.as_deref(), holdout.unit.as_deref(), holdout.hash))
    }

    fn hashed_as(&self, name: &str, salt: Option<&str>, unit: Option<&str>, hash: Option<HashAlgorithm>) -> Hashed {
        Hashed {
            salt: salt.unwrap_or(name).to_owned(),
            algorithm: hash.unwrap_or(self.hash).as_str(),
            unit: unit.unwrap_or(TARGETING_KEY).to_owned(),
        }
    }
}

fn readable<T: serde::de::DeserializeOwned>(
    entries: &super::super::compile::Entries<'_>,
    is_whole: &mut bool,
) -> BTreeMap<String, T> {
    let mut found = BTreeMap::new();
    for (name, text) in entries {
        match typed(text.get()) {
            Ok(value) => drop(found.insert(name.to_string(), value)),
            Err(_) => *is_whole = false,
        }
    }
    found
}

impl Flag {
    pub(super) fn path(&self, field: &str) -> String {
        format!("flags.{}.{field}", self.name)
    }

    pub(super) fn rule(&self, index: usize) -> String {
        format!("flags.{}.rules[{index}]", self.name)
    }
}

/// Steps that are left to compare conditions with one another.
pub(super) struct Budget(Cell<u64>);

/// A small part of them, for one question.
pub(super) struct Part {
    left: Cell<u64>,
    is_short: Cell<bool>,
}

impl Budget {
    fn new(text: &str) -> Self {
        Self(Cell::new(MOST_STEPS + text.len() as u64))
    }

    /// Takes steps, if there are as many.
    pub(super) fn spend(&self, steps: usize) -> bool {
        match self.0.get().checked_sub(steps as u64) {
            Some(rest) => {
                self.0.set(rest);
                true
            }
            None => false,
        }
    }

    /// Asks one question, which has only a small part, so that hard ones leave something for the others; absent where
    /// that does not do.
    pub(super) fn ask(&self, ask: impl FnOnce(&Part) -> bool) -> Option<bool> {
        let lent = self.0.get().min(MOST_STEPS_OF_ONE);
        let part = Part { left: Cell::new(lent), is_short: Cell::new(false) };
        let answer = ask(&part);
        self.0.set(self.0.get() - (lent - part.left.get()));
        (answer || !part.is_short.get()).then_some(answer)
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

impl Part {
    /// Takes steps; where there are not as many, nothing more is asked.
    pub(super) fn spend(&self, steps: usize) -> bool {
        let rest = self.left.get().checked_sub(steps as u64);
        self.left.set(rest.unwrap_or(0));
        self.is_short.set(self.is_short.get() || rest.is_none());
        rest.is_some()
    }

    pub(super) fn left(&self) -> usize {
        self.left.get() as usize
    }
}

/// Whether a segment includes somebody whom it does not exclude again.
pub(super) fn includes_somebody(segment: &Segment) -> bool {
    let excluded: BTreeSet<&str> = segment.exclude.iter().map(String::as_str).collect();
    segment.include.iter().any(|unit| !excluded.contains(unit.as_str()))
}

/// Hands on each condition that makes up another, that itself included, with its path.
pub(super) fn each<'c>(condition: &'c Condition, path: &str, see: &mut impl FnMut(&'c Condition, &str)) {
    see(condition, path);
    for (name, parts) in [("all", &condition.all), ("any", &condition.any)] {
        for (index, part) in parts.iter().flatten().enumerate() {
            each(part, &format!("{path}.{name}[{index}]"), see);
        }
    }
    if let Some(inner) = &condition.not {
        each(inner, &format!("{path}.not"), see);
    }
}
