//! Whom a rule can reach, and what it can give.

use std::collections::BTreeSet;

use super::super::compile::{percent, sizes};
use super::super::types::{Rollout, Rule};
use super::conditions::Conditions;
use super::file::Flag;
use crate::ground::hash::BUCKETS;
use crate::ground::time::Time;

/// How many of those whom a rule concerns it gives a variant, from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Nobody,
    Some,
    Everybody,
}

/// Whether it has ended.
pub(super) fn has_ended(rule: &Rule, now: Option<Time>) -> bool {
    matches!((rule.until, now), (Some(until), Some(now)) if until <= now)
}

pub(super) fn reach(rule: &Rule, now: Option<Time>) -> Reach {
    if has_ended(rule, now) {
        return Reach::Nobody;
    }
    let buckets: u32 = match &rule.rollout {
        Some(rollout) if is_over(rollout, now) => last(rollout),
        Some(rollout) if rollout.steps.iter().all(|step| percent(step.percent) == Ok(0)) => 0,
        Some(_) => 1,
        None => parts(rule).iter().map(|part| part.1 - part.0).sum(),
    };
    let has_begun = match (rule.from, now) {
        (None, _) => true,
        (Some(from), Some(now)) => from <= now,
        (Some(_), None) => false,
    };
    match buckets {
        0 => Reach::Nobody,
        BUCKETS if has_begun && rule.until.is_none() => Reach::Everybody,
        _ => Reach::Some,
    }
}

/// Whether a rollout has come to its last step.
fn is_over(rollout: &Rollout, now: Option<Time>) -> bool {
    matches!((rollout.steps.last(), now), (Some(last), Some(now)) if last.at <= now)
}

fn last(rollout: &Rollout) -> u32 {
    rollout.steps.last().and_then(|step| percent(step.percent).ok()).unwrap_or_default()
}

/// The ranges of buckets that a rule gives, with their variants; a rollout that is not over gives none yet.
pub(super) fn parts(rule: &Rule) -> Vec<(u32, u32, &str)> {
    if let Some(variant) = &rule.variant {
        return vec![(0, BUCKETS, variant)];
    }
    if !rule.ranges.is_empty() {
        return rule.ranges.iter().map(|range| (range.from, range.to, range.variant.as_str())).collect();
    }
    let weights: Vec<f64> = rule.split.iter().map(|share| share.weight).collect();
    let mut end = 0;
    let sizes = sizes(&weights).unwrap_or_default();
    let shares = rule.split.iter().zip(sizes).map(|(share, size)| {
        let from = end;
        end += size;
        (from, end, share.variant.as_str())
    });
    shares.filter(|(from, to, _)| from < to).collect()
}

/// The buckets that a rule has taken for ever from those whom it concerns, as ranges.
pub(super) fn taken(rule: &Rule, now: Option<Time>) -> Vec<(u32, u32)> {
    let has_begun = rule.from.is_none_or(|from| now.is_some_and(|now| from <= now));
    match &rule.rollout {
        _ if !has_begun || rule.until.is_some() => Vec::new(),
        Some(rollout) if is_over(rollout, now) => vec![(0, last(rollout))],
        Some(_) => Vec::new(),
        None => parts(rule).into_iter().map(|(from, to, _)| (from, to)).collect(),
    }
}

/// The variants that a rule can give, from now on.
pub(super) fn variants(rule: &Rule, now: Option<Time>) -> BTreeSet<&str> {
    if reach(rule, now) == Reach::Nobody {
        return BTreeSet::new();
    }
    match &rule.rollout {
        Some(rollout) => BTreeSet::from([rollout.variant.as_str()]),
        None => parts(rule).into_iter().map(|(_, _, variant)| variant).collect(),
    }
}

/// The variants that a flag in use can give, from now on; `None` is the caller's default.
pub(super) fn of_flag<'f>(flag: &'f Flag, conditions: &Conditions<'f>, now: Option<Time>) -> BTreeSet<Option<&'f str>> {
    let written = &flag.written;
    let default = written.default_variant.as_deref();
    let mut found: BTreeSet<Option<&str>> =
        written.prerequisites.iter().map(|wanted| wanted.otherwise.as_deref().or(default)).collect();
    let named = written.overrides.iter().filter(|one| !one.units.is_empty());
    found.extend(named.map(|one| Some(one.variant.as_str())));
    if !written.holdouts.is_empty() || written.layer.as_ref().is_some_and(|layer| layer.to - layer.from < BUCKETS) {
        found.insert(default);
    }
    for rule in &written.rules {
        if rule.when.as_ref().is_some_and(|when| conditions.never(when)) {
            continue;
        }
        found.extend(variants(rule, now).into_iter().map(Some));
        if rule.when.is_none() && reach(rule, now) == Reach::Everybody {
            return found;
        }
    }
    found.insert(default);
    found
}
