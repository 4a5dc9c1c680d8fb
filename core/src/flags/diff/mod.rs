//! Two files of flags held against each other: what differs, and whom it moves.

mod exact;
mod written;

use std::collections::BTreeMap;

use self::written::Written;
use super::condition::Look;
use super::context::Attributes;
use super::evaluate::unit;
use super::ruleset::{Flag, Ruleset};
use super::simulate::At;
use super::types::{DifferenceKind, FlagDifference, FlagMove, FlagsDiffReport, FlagsDiffRequest, SplitDifference};
use crate::ground::error::{At as _, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// Says what sets two files of flags apart, and whom it moves.
///
/// # Definition
/// Flags are compared as they are meant: a field that is not written is its default. Rules of the same `id` are the same
/// rule, else those that say the same, else those that concern the same, else those in the same place. Somebody moves who
/// gets another variant, by name, of a flag that both files have.
///
/// # Units
/// Counts, and shares from 0 to 1.
///
/// # Errors
/// Those of [`Ruleset::parse`], of either file.
///
/// # Example
/// ```
/// use truenorth::flags::{FlagsDiffRequest, diff};
/// let file = |on: u32| format!(
///     r#"{{"version": 1, "flags": {{"x": {{"variants": {{"on": true, "off": false}}, "rules": [{{"split":
///         [{{"variant": "on", "weight": {on}}}, {{"variant": "off", "weight": {}}}]}}]}}}}}}"#, 100 - on
/// );
/// let report = diff(&FlagsDiffRequest { before: file(50), after: file(60), ..FlagsDiffRequest::default() })?;
/// assert_eq!(report.flags[0].share, Some(0.1));
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// Ours; the threads it answers: growthbook/growthbook#6730 and #4918, growthbook-js#22.
pub fn diff(request: &FlagsDiffRequest) -> Result<FlagsDiffReport> {
    let mut difference = Difference::new(&request.before, &request.after, request.now, request.who)?;
    for context in &request.contexts {
        difference.add(&super::ask::context(context, None));
    }
    Ok(difference.report())
}

/// Two files held against each other, by one context after the other.
#[derive(Debug)]
pub struct Difference {
    before: Ruleset,
    after: Ruleset,
    now: Option<Time>,
    who: Option<u32>,
    written: Written,
    contexts: u64,
    moved: u64,
    /// Flags that both files have, by their numbers, and who went where.
    both: Vec<Both>,
}

#[derive(Debug)]
struct Both {
    before: u32,
    after: u32,
    moves: BTreeMap<(Option<u32>, Option<u32>), Moved>,
}

#[derive(Debug, Default)]
struct Moved {
    count: u64,
    who: Vec<String>,
}

impl Difference {
    /// Of two files, as JSON text; `who` says how many of those who move are named for each way they go.
    ///
    /// # Errors
    /// Those of [`Ruleset::parse`], at `before` or `after`.
    pub fn new(before: &str, after: &str, now: Option<Time>, who: Option<u32>) -> Result<Self> {
        let written = Written::read(before, after)?;
        let (before, after) = (Ruleset::parse(before).at("before")?, Ruleset::parse(after).at("after")?);
        let both = after.names().enumerate().filter_map(|(index, name)| {
            let known = before.handle(name)?;
            Some(Both { before: known.0, after: index as u32, moves: BTreeMap::new() })
        });
        let both = both.collect();
        Ok(Self { before, after, now, who, written, contexts: 0, moved: 0, both })
    }

    /// Evaluates both files for one more.
    pub fn add(&mut self, context: &impl Attributes) {
        self.contexts += 1;
        let context = At(context, self.now);
        let mut is_moved = false;
        for both in &mut self.both {
            let (old, new) = (self.before.flag(both.before), self.after.flag(both.after));
            let variant = |set: &Ruleset, flag| set.decide(flag, context, &mut ()).ok().and_then(|given| given.variant);
            let (from, to) = (variant(&self.before, both.before), variant(&self.after, both.after));
            if name(old, from) == name(new, to) {
                continue;
            }
            is_moved = true;
            let moved = both.moves.entry((from, to)).or_default();
            moved.count += 1;
            if self.who.is_some_and(|most| moved.who.len() < most as usize)
                && let Some(somebody) = shown_unit((&self.before, old), (&self.after, new), &context)
                && !moved.who.contains(&somebody)
            {
                moved.who.push(somebody);
            }
        }
        self.moved += u64::from(is_moved);
    }

    /// What differs, and who moved so far.
    pub fn report(&self) -> FlagsDiffReport {
        let mut flags: BTreeMap<&str, FlagDifference> = BTreeMap::new();
        for (name, kind, changes) in self.written.flags() {
            let changes = if kind == DifferenceKind::Changed { changes.to_vec() } else { Vec::new() };
            flags.insert(name, FlagDifference { changes, ..same(name, kind) });
        }
        let mut sentences = Vec::new();
        for both in &self.both {
            let (old, new) = (self.before.flag(both.before), self.after.flag(both.after));
            let moved = both.moves.values().map(|moved| moved.count).sum();
            if moved == 0 && !flags.contains_key(&*new.name) {
                continue;
            }
            let entry = flags.entry(&new.name).or_insert_with(|| same(&new.name, DifferenceKind::Same));
            entry.share = exact::share((&self.before, old), (&self.after, new), self.now);
            entry.splits = self.splits(old, new);
            entry.moved = moved;
            let moves = both.moves.iter().map(|(&(from, to), moved)| FlagMove {
                from: name(old, from).map(str::to_owned),
                to: name(new, to).map(str::to_owned),
                count: moved.count,
                share: moved.count as f64 / self.contexts as f64,
                who: moved.who.clone(),
            });
            entry.moves = moves.collect();
            entry.moves.sort_by(|a, b| (b.count, &a.from, &a.to).cmp(&(a.count, &b.from, &b.to)));
            sentences.extend(entry.splits.iter().filter(|split| !split.ranges.is_empty()).map(sentence));
        }
        FlagsDiffReport {
            schema: "truenorth/flags-diff/1".to_owned(),
            now: self.now,
            contexts: self.contexts,
            moved: self.moved,
            flags: flags.into_values().collect(),
            others: self.written.others().to_vec(),
            problems_before: self.before.problems().iter().map(Into::into).collect(),
            problems_after: self.after.problems().iter().map(Into::into).collect(),
            sentences,
        }
    }

    /// The rules whose ranges differ.
    fn splits(&self, old: &Flag, new: &Flag) -> Vec<SplitDifference> {
        let pairs = self.written.rules(&new.name).iter();
        let found = pairs.filter_map(|&(before, after)| {
            let (before, rule) = (old.rules.get(before)?, new.rules.get(after)?);
            let path = format!("flags.{}.rules[{after}]", new.name);
            exact::split(path, (&self.before, old, before), (&self.after, new, rule), self.now)
        });
        found.collect()
    }
}

fn same(name: &str, kind: DifferenceKind) -> FlagDifference {
    FlagDifference {
        flag: name.to_owned(),
        kind,
        changes: Vec::new(),
        share: None,
        splits: Vec::new(),
        moved: 0,
        moves: Vec::new(),
    }
}

fn name(flag: &Flag, variant: Option<u32>) -> Option<&str> {
    flag.variants.get(variant? as usize).map(|variant| &*variant.name)
}

/// The unit that the flag hashes, unless either file says that nobody shall see it.
fn shown_unit(
    before: (&Ruleset, &Flag),
    after: (&Ruleset, &Flag),
    context: &(impl Attributes + Copy),
) -> Option<String> {
    // A malformed flag has none of its own.
    let [(set, flag), (other, _)] = if after.1.malformed.is_none() { [after, before] } else { [before, after] };
    let is_private = |attribute: u32| {
        let name = set.attribute(attribute).name();
        set.hides(name) || other.hides(name)
    };
    if flag.malformed.is_some() || is_private(flag.unit.attribute) || flag.unit.fallback.is_some_and(is_private) {
        return None;
    }
    unit(flag.unit, Look { set, attributes: context }, |unit| unit.map(str::to_owned)).ok()?
}

fn sentence(split: &SplitDifference) -> String {
    let per_cent = |share: f64| format!("{}", (share * 1e6).round() / 1e4);
    format!(
        "`{}` moves {} % of the units that it concerns where {} % would do; write its `ranges` as they are told",
        excerpt(&split.path),
        per_cent(split.share),
        per_cent(split.least)
    )
}
