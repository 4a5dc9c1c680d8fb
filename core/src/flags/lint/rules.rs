//! Rules that have ended, and rules for which those above leave nobody.

use std::collections::BTreeMap;

use super::super::taken::Taken;
use super::super::types::{Condition, LintCode, Rule};
use super::Notes;
use super::conditions::Conditions;
use super::file::{Budget, File, Flag, Hashed};
use super::implied::implies;
use super::served::{Reach, has_ended, parts, reach, taken};
use crate::ground::hash::BUCKETS;
use crate::ground::time::Time;

pub(super) fn look<'f>(file: &'f File, conditions: &Conditions<'f>, now: Option<Time>, notes: &mut Notes) {
    for flag in file.kept() {
        ended(flag, now, notes);
        shadowed(file, flag, conditions, now, notes);
    }
}

fn ended(flag: &Flag, now: Option<Time>, notes: &mut Notes) {
    for (index, rule) in flag.written.rules.iter().enumerate() {
        if let Some(until) = rule.until.filter(|_| has_ended(rule, now)) {
            let path = format!("{}.until", flag.rule(index));
            notes.add(LintCode::NeverMatches, Some(&flag.name), path, format!("the rule ended at {until}"));
        }
    }
}

fn shadowed<'f>(file: &File, flag: &'f Flag, conditions: &Conditions<'f>, now: Option<Time>, notes: &mut Notes) {
    let rules = &flag.written.rules;
    let mut whole = Whole::default();
    // Buckets of everybody that are gone.
    let mut gone: BTreeMap<Hashed, Taken> = BTreeMap::new();
    let mut everybody: Option<usize> = None;
    let mut untold: Option<usize> = None;
    for (index, rule) in rules.iter().enumerate() {
        let path = flag.rule(index);
        let name = Some(flag.name.as_str());
        if let Some(above) = everybody {
            let sentence = format!("`rules[{above}]` leaves nobody for this rule");
            notes.add_with(LintCode::Shadowed, name, path, flag.rule(above), sentence);
            continue;
        }
        if has_ended(rule, now) || rule.when.as_ref().is_some_and(|when| conditions.never(when)) {
            continue;
        }
        let covering = rule.when.as_ref().map_or(Covering::None, |when| whole.covering(when, &file.budget));
        if matches!(covering, Covering::Untold) {
            untold.get_or_insert(index);
        }
        if let Covering::By(above, is_same) = covering {
            let related = flag.rule(above);
            if is_same {
                let sentence = format!("`rules[{above}]` has the same `when` and gives all of them a variant");
                notes.add_with(LintCode::SameAsAbove, name, format!("{path}.when"), related, sentence);
            } else {
                let sentence = format!("`rules[{above}]` gives all whom this rule concerns a variant");
                notes.add_with(LintCode::Shadowed, name, path, related, sentence);
            }
            continue;
        }
        let hashed = rule.variant.is_none().then(|| file.hashed(flag, rule));
        if let Some(hashed) = &hashed
            && gone.get(hashed).is_some_and(|gone| is_gone(rule, gone))
        {
            notes.add(LintCode::Shadowed, name, path, "rules above have taken all buckets of this rule");
            continue;
        }
        let is_whole = reach(rule, now) == Reach::Everybody;
        if let Some(when) = &rule.when {
            if is_whole {
                whole.add(index, when);
            }
        } else if is_whole {
            everybody = Some(index);
        } else if let Some(hashed) = hashed {
            let gone = gone.entry(hashed).or_default();
            for (from, to) in taken(rule, now) {
                gone.take(from, to, |_, _| {});
            }
            if gone.has(0, BUCKETS) {
                everybody = Some(index);
            }
        }
    }
    if let Some(index) = untold {
        let sentence =
            "this rule is not held against all rules above it, nor are some below: that takes too many steps";
        notes.add(LintCode::NotCompared, Some(&flag.name), flag.rule(index), sentence);
    }
}

/// Rules with a `when` that leave nobody of those whom they concern.
#[derive(Default)]
struct Whole<'f> {
    /// By the text of their `when`.
    same: BTreeMap<String, usize>,
    all: Vec<(usize, &'f Condition)>,
}

/// Whether a rule above leaves nobody for one.
enum Covering {
    None,
    /// The first that does, and whether it asks the same.
    By(usize, bool),
    /// That takes too many steps.
    Untold,
}

impl<'f> Whole<'f> {
    fn add(&mut self, index: usize, when: &'f Condition) {
        self.same.entry(serde_json::to_string(when).unwrap_or_default()).or_insert(index);
        self.all.push((index, when));
    }

    fn covering(&self, when: &Condition, budget: &Budget) -> Covering {
        if self.all.is_empty() {
            return Covering::None;
        }
        if let Some(&same) = self.same.get(&serde_json::to_string(when).unwrap_or_default()) {
            return Covering::By(same, true);
        }
        let mut found = Covering::None;
        for (index, wide) in &self.all {
            match budget.ask(|part| implies(when, wide, part)) {
                Some(true) => return Covering::By(*index, false),
                Some(false) => {}
                None => found = Covering::Untold,
            }
            if budget.is_spent() {
                return Covering::Untold;
            }
        }
        found
    }
}

/// Whether all buckets that a rule can give are among those that are gone.
fn is_gone(rule: &Rule, gone: &Taken) -> bool {
    let mut wanted: Vec<(u32, u32)> = parts(rule).into_iter().map(|(from, to, _)| (from, to)).collect();
    if let Some(rollout) = &rule.rollout {
        let most = rollout.steps.iter().filter_map(|step| super::super::compile::percent(step.percent).ok()).max();
        wanted = vec![(0, most.unwrap_or_default())];
    }
    wanted.retain(|(from, to)| from < to);
    !wanted.is_empty() && wanted.iter().all(|&(from, to)| gone.has(from, to))
}
