//! How many move by the definitions alone: hashes spread units evenly, so shares of buckets are shares of units.

use super::super::cells::Cells;
use super::super::ruleset::{Flag, Hashing, Rule, Ruleset, Serve};
use super::super::simulate::parts;
use super::super::taken::Taken;
use super::super::types::{FlagState, SplitDifference};
use crate::ground::hash::BUCKETS;
use crate::ground::time::Time;

/// What decides a flag, where that is one hash at most.
struct Spread<'f> {
    hashing: Option<&'f Hashing>,
    /// Who has what; those outside have the caller's default.
    cells: Cells<'f>,
}

/// The share of all units that get another variant, where nothing but hashes decides.
pub(super) fn share(before: (&Ruleset, &Flag), after: (&Ruleset, &Flag), now: Option<Time>) -> Option<f64> {
    let (old, new) = (spread(before.0, before.1, now)?, spread(after.0, after.1, now)?);
    let is_alike = match (old.hashing, new.hashing) {
        (Some(old), Some(new)) => hashes_alike(before.0, old, after.0, new),
        _ => true,
    };
    if is_alike {
        return Some(f64::from(old.cells.moved(&new.cells)) / f64::from(BUCKETS));
    }
    // Another hash deals anew: who had what says nothing of what they get.
    let (old, new) = (old.cells.sizes(), new.cells.sizes());
    let part = |size: u32| f64::from(size) / f64::from(BUCKETS);
    let stay = old.iter().map(|(variant, size)| part(*size) * part(new.get(variant).copied().unwrap_or(0)));
    Some(1.0 - stay.sum::<f64>())
}

fn spread<'f>(set: &'f Ruleset, flag: &'f Flag, now: Option<Time>) -> Option<Spread<'f>> {
    let decides_more = !flag.prerequisites.is_empty()
        || !flag.overrides.is_empty()
        || !flag.holdouts.is_empty()
        || flag.layer.is_some();
    if flag.malformed.is_some() || flag.state != FlagState::Enabled {
        return Some(Spread { hashing: None, cells: Cells::new([]) });
    }
    if decides_more {
        return None;
    }
    let name = |variant: u32| &*flag.variants[variant as usize].name;
    let mut hashing: Option<&Hashing> = None;
    let (mut taken, mut ranges) = (Taken::default(), Vec::new());
    for rule in &flag.rules {
        if !holds(rule, now)? {
            continue;
        }
        if rule.when.is_some() {
            return None;
        }
        if let Serve::Ranges(own, _) | Serve::Rollout(own, _) = &rule.serve {
            if hashing.is_some_and(|known| !hashes_alike(set, known, set, own)) {
                return None;
            }
            hashing = Some(own);
        }
        if matches!(rule.serve, Serve::Rollout(..)) && now.is_none() {
            return None;
        }
        for (from, to, variant) in parts(&rule.serve, now) {
            taken.take(from, to, |from, to| ranges.push((from, to, name(variant))));
        }
    }
    if let Some(default) = flag.default {
        taken.take(0, BUCKETS, |from, to| ranges.push((from, to, name(default))));
    }
    Some(Spread { hashing, cells: Cells::new(ranges) })
}

/// Whether a rule holds at an instant, where that can be told.
fn holds(rule: &Rule, now: Option<Time>) -> Option<bool> {
    if rule.from.is_none() && rule.until.is_none() {
        return Some(true);
    }
    let now = now?.micros();
    Some(rule.from.is_none_or(|from| from <= now) && rule.until.is_none_or(|until| now < until))
}

/// Whether both find the same bucket for everybody.
fn hashes_alike(first: &Ruleset, a: &Hashing, second: &Ruleset, b: &Hashing) -> bool {
    let name = |set: &Ruleset, attribute: u32| set.attribute(attribute).name().to_owned();
    let fallback = |set: &Ruleset, unit: Option<u32>| unit.map(|unit| name(set, unit));
    a.salted == b.salted
        && name(first, a.unit.attribute) == name(second, b.unit.attribute)
        && fallback(first, a.unit.fallback) == fallback(second, b.unit.fallback)
}

/// How the ranges of a rule differ; `None` where they do not, or hash otherwise.
pub(super) fn split(
    path: String,
    (first, old_flag, old): (&Ruleset, &Flag, &Rule),
    (second, new_flag, new): (&Ruleset, &Flag, &Rule),
    now: Option<Time>,
) -> Option<SplitDifference> {
    let (Serve::Ranges(before, _) | Serve::Rollout(before, _)) = &old.serve else { return None };
    let (Serve::Ranges(after, _) | Serve::Rollout(after, _)) = &new.serve else { return None };
    let is_open = |rule: &Rule| matches!(rule.serve, Serve::Rollout(..)) && now.is_none();
    if !hashes_alike(first, before, second, after) || is_open(old) || is_open(new) {
        return None;
    }
    let old = cells(old_flag, old, now);
    let after = cells(new_flag, new, now);
    let sizes = after.sizes();
    let (moved, least) = (old.moved(&after), old.least(&sizes));
    if moved == 0 {
        return None;
    }
    let part = |buckets: u32| f64::from(buckets) / f64::from(BUCKETS);
    // A rollout has the buckets from 0 up: that is its promise.
    let could_do_better = moved > least && matches!(new.serve, Serve::Ranges(..));
    let ranges = if could_do_better { old.resized(&sizes).ranges() } else { Vec::new() };
    Some(SplitDifference { path, share: part(moved), least: part(least), ranges })
}

fn cells<'f>(flag: &'f Flag, rule: &Rule, now: Option<Time>) -> Cells<'f> {
    let parts = parts(&rule.serve, now).into_iter();
    Cells::new(parts.map(|(from, to, variant)| (from, to, &*flag.variants[variant as usize].name)))
}
