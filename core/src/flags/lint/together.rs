//! Flags and rules that hash the same: their units fall together where they should fall apart.

use std::collections::{BTreeMap, BTreeSet};

use super::super::types::{Condition, LayerUse, LintCode, Rule};
use super::Notes;
use super::conditions::Conditions;
use super::file::{Budget, File, Flag, Hashed};
use super::implied::implies;
use super::served::{Reach, reach, variants};
use crate::ground::hash::BUCKETS;
use crate::ground::text::excerpt;
use crate::ground::time::Time;

pub(super) fn look<'f>(file: &'f File, conditions: &Conditions<'f>, now: Option<Time>, notes: &mut Notes) {
    layers(file, notes);
    let mut known: BTreeMap<Hashed, Alike<'_>> = BTreeMap::new();
    for flag in file.running() {
        let splits = splits(file, flag, conditions, now);
        biased(file, flag, conditions, now, notes);
        let mut told = BTreeSet::new();
        for (index, hashed) in splits {
            let alike = known.entry(hashed).or_default();
            match alike.other(flag) {
                Some((other, at)) if told.insert((other.name.as_str(), at)) => {
                    let name = excerpt(&other.name);
                    let sentence = format!("the flag `{name}` has a split with the same salt, unit and hash");
                    let (path, related) = (flag.rule(index), other.rule(at));
                    notes.add_with(LintCode::CorrelatedSplits, Some(&flag.name), path, related, sentence);
                }
                _ => {}
            }
            alike.add(flag, index);
        }
    }
}

/// Splits that hash the same, so far.
#[derive(Default)]
struct Alike<'f> {
    /// The first of each layer, and of those in none.
    firsts: BTreeMap<Option<&'f str>, (&'f Flag, usize)>,
    /// By layer and first bucket: parts that do not overlap, each with the bucket after its last.
    parts: BTreeMap<(&'f str, u32), (u32, &'f Flag, usize)>,
}

impl<'f> Alike<'f> {
    /// A split of another flag that may have units in common with this one.
    fn other(&self, flag: &Flag) -> Option<(&'f Flag, usize)> {
        let layer = flag.written.layer.as_ref();
        let name = layer.map(|layer| layer.name.as_str());
        let elsewhere = self.firsts.iter().find(|(other, _)| layer.is_none() || **other != name);
        let found = elsewhere.map(|(_, first)| *first).or_else(|| {
            let layer = layer?;
            let (_, &(to, other, at)) = self.parts.range((&*layer.name, 0)..(&*layer.name, layer.to)).next_back()?;
            (layer.from < to).then_some((other, at))
        });
        found.filter(|(other, _)| other.name != flag.name)
    }

    fn add(&mut self, flag: &'f Flag, index: usize) {
        let layer = flag.written.layer.as_ref();
        self.firsts.entry(layer.map(|layer| layer.name.as_str())).or_insert((flag, index));
        if let Some(layer) = layer
            && self.other(flag).is_none()
        {
            self.parts.entry((&layer.name, layer.from)).or_insert((layer.to, flag, index));
        }
    }
}

/// The rules of a flag that give several variants by bucket.
fn splits<'f>(file: &File, flag: &'f Flag, conditions: &Conditions<'f>, now: Option<Time>) -> Vec<(usize, Hashed)> {
    let rules = flag.written.rules.iter().enumerate();
    let live = rules.filter(|(_, rule)| variants(rule, now).len() > 1 && !is_never(rule, conditions));
    live.map(|(index, rule)| (index, file.hashed(flag, rule))).collect()
}

fn is_never<'f>(rule: &'f Rule, conditions: &Conditions<'f>) -> bool {
    rule.when.as_ref().is_some_and(|when| conditions.never(when))
}

fn overlap(a: &LayerUse, b: &LayerUse) -> bool {
    a.from < b.to && b.from < a.to
}

/// Flags in use that have the same part of a layer.
fn layers(file: &File, notes: &mut Notes) {
    let mut by_layer: BTreeMap<&str, Vec<(&LayerUse, &Flag)>> = BTreeMap::new();
    for flag in file.running() {
        if let Some(layer) = &flag.written.layer {
            by_layer.entry(&layer.name).or_default().push((layer, flag));
        }
    }
    for (name, mut uses) in by_layer {
        uses.sort_by(|a, b| (a.0.from, &a.1.name).cmp(&(b.0.from, &b.1.name)));
        // The one that reaches furthest so far.
        let mut furthest: Option<(&LayerUse, &Flag)> = None;
        for (layer, flag) in uses {
            if let Some((other, before)) = furthest
                && overlap(other, layer)
            {
                let (from, to) = (other.from.max(layer.from), other.to.min(layer.to));
                let (name, before) = (excerpt(name), &before.name);
                let sentence = format!("the flag `{}` has the buckets {from} to {to} of `{name}` too", excerpt(before));
                let related = format!("flags.{before}.layer");
                notes.add_with(LintCode::OverlappingLayer, Some(&flag.name), flag.path("layer"), related, sentence);
            }
            if furthest.is_none_or(|(other, _)| layer.to > other.to) {
                furthest = Some((layer, flag));
            }
        }
    }
}

/// Splits of which something before them has taken some buckets but not others.
fn biased<'f>(file: &File, flag: &'f Flag, conditions: &Conditions<'f>, now: Option<Time>, notes: &mut Notes) {
    let name = Some(flag.name.as_str());
    let layer = flag.written.layer.as_ref().filter(|layer| layer.to - layer.from < BUCKETS);
    let layer = layer.and_then(|layer| Some((file.hashed_by_layer(&layer.name)?, format!("layers.{}", layer.name))));
    let holdouts = flag.written.holdouts.iter();
    let holdouts = holdouts.filter_map(|name| Some((file.hashed_by_holdout(name)?, format!("holdouts.{name}"))));
    let mut gates: BTreeMap<Hashed, String> = BTreeMap::new();
    for (gate, path) in layer.into_iter().chain(holdouts) {
        gates.entry(gate).or_insert(path);
    }
    // By what they hash.
    let mut above: BTreeMap<Hashed, Takers<'_>> = BTreeMap::new();
    let mut untold: Option<usize> = None;
    for (index, rule) in flag.written.rules.iter().enumerate() {
        if rule.variant.is_some() || reach(rule, now) == Reach::Nobody || is_never(rule, conditions) {
            continue;
        }
        let hashed = file.hashed(flag, rule);
        if let Some(path) = gates.get(&hashed) {
            let sentence = format!("`{}` hashes the same, so that its units are not spread evenly here", excerpt(path));
            notes.add_with(LintCode::BiasedSplit, name, flag.rule(index), path.clone(), sentence);
        }
        let takers = above.get(&hashed).filter(|_| variants(rule, now).len() > 1);
        let (before, is_told) = takers.map_or((None, true), |takers| takers.before(rule, &file.budget));
        if !is_told {
            untold.get_or_insert(index);
        }
        if let Some(at) = before {
            let sentence = format!("`rules[{at}]` hashes the same and has taken some of the buckets of this split");
            notes.add_with(LintCode::BiasedSplit, name, flag.rule(index), flag.rule(at), sentence);
        }
        if reach(rule, now) == Reach::Some && rule.split.is_empty() {
            let takers = above.entry(hashed).or_default();
            match &rule.when {
                // What is below the first that concerns all need not be looked at.
                _ if takers.of_all.is_some() => {}
                Some(when) => takers.of_some.push((index, when)),
                None => takers.of_all = Some(index),
            }
        }
    }
    if let Some(index) = untold {
        let sentence =
            "this rule is not held against all rules above it, nor are some below: that takes too many steps";
        notes.add(LintCode::NotCompared, name, flag.rule(index), sentence);
    }
}

/// Rules that have taken some buckets.
#[derive(Default)]
struct Takers<'f> {
    of_some: Vec<(usize, &'f Condition)>,
    /// The first that concerns everybody.
    of_all: Option<usize>,
}

impl Takers<'_> {
    /// The first that concerns all whom a rule concerns, and whether that could be told.
    fn before(&self, rule: &Rule, budget: &Budget) -> (Option<usize>, bool) {
        let Some(narrow) = &rule.when else { return (self.of_all, true) };
        let mut is_told = true;
        for &(index, wide) in &self.of_some {
            match budget.ask(|part| implies(narrow, wide, part)) {
                Some(true) => return (Some(index), is_told),
                Some(false) => {}
                None => is_told = false,
            }
            if budget.is_spent() {
                return (self.of_all, false);
            }
        }
        (self.of_all, is_told)
    }
}
