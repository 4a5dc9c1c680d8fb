//! Many at once: who would get what, and whether splits fall as their ranges say.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::condition::Look;
use super::context::{Attribute, AttributeName, Attributes, Seen};
use super::evaluate::{Outcome, unit};
use super::ruleset::{Flag, Handle, Ruleset, Serve, Unit};
use super::truth::Truth;
use super::types::{
    FlagErrorCode, FlagReason, FlagsSimulateReport, FlagsSimulateRequest, SimulatedError, SimulatedFlag, SimulatedPart,
    SimulatedReason, SimulatedRule, SimulatedSplit, SimulatedVariant,
};
use super::watch::{Part, Watch};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::hash::BUCKETS;
use crate::ground::text::excerpt;
use crate::ground::time::Time;
use crate::stats::fit::goodness;
use crate::stats::multiple::{Dependence, adjust};

/// Below this adjusted chance a split does not fall as it should.
const MISMATCH: f64 = 0.001;

/// Evaluates flags of a file for many at once, and counts.
///
/// # Definition
/// The same evaluator as [`evaluate`](super::evaluate), without exposures. A split is tested by the units that its rule
/// hashed, each once: Pearson's χ² of how they fall against its ranges ([`goodness`]), the chances of all splits adjusted
/// together.
///
/// # Units
/// Counts, and shares from 0 to 1.
///
/// # Errors
/// Those of [`Ruleset::parse`], and [`ErrorCode::UnknownValue`] for a flag that is not there. What is wrong with one flag
/// or context is counted.
///
/// # Example
/// ```
/// use truenorth::flags::{FlagsSimulateRequest, simulate};
/// let request: FlagsSimulateRequest = serde_json::from_str(r#"{
///     "definitions": "{\"version\": 1, \"flags\": {\"x\": {\"variants\": {\"on\": true}, \"defaultVariant\": \"on\"}}}",
///     "contexts": [{"targetingKey": "user-1"}, {"targetingKey": "user-2"}]
/// }"#).unwrap();
/// assert_eq!(simulate(&request)?.flags[0].variants[0].count, 2);
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// Fabijan et al.: Diagnosing sample ratio mismatch in online controlled experiments, KDD 2019,
/// doi:10.1145/3292500.3330722.
pub fn simulate(request: &FlagsSimulateRequest) -> Result<FlagsSimulateReport> {
    let set = Ruleset::parse(&request.definitions).at("definitions")?;
    let mut simulation = Simulation::new(&set, &request.flags, request.now)?;
    for context in &request.contexts {
        simulation.add(&super::ask::context(context, None));
    }
    Ok(simulation.report())
}

/// A simulation that takes one context after the other, and keeps counts.
#[derive(Debug)]
pub struct Simulation<'s> {
    set: &'s Ruleset,
    now: Option<Time>,
    contexts: u64,
    flags: Vec<Tally<'s>>,
    /// The number of each unit that some rule hashed, by what names it.
    units: HashMap<(u32, Box<str>), u32>,
}

/// What one flag gave so far.
#[derive(Debug)]
struct Tally<'s> {
    index: u32,
    flag: &'s Flag,
    /// By variant; the caller's default is last.
    variants: Vec<u64>,
    reasons: BTreeMap<&'static str, (FlagReason, u64)>,
    errors: BTreeMap<(&'static str, String), (FlagErrorCode, u64)>,
    rules: Vec<RuleTally>,
}

#[derive(Debug, Default)]
struct RuleTally {
    decided: u64,
    unknown: u64,
    /// By variant; what lies outside all ranges is last.
    cells: Vec<u64>,
    /// A bit for each unit that was counted.
    seen: Vec<u64>,
}

impl RuleTally {
    fn is_new(&mut self, unit: u32) -> bool {
        let (at, bit) = (unit as usize / 64, 1 << (unit % 64));
        if self.seen.len() <= at {
            self.seen.resize(at + 1, 0);
        }
        let is_new = self.seen[at] & bit == 0;
        self.seen[at] |= bit;
        is_new
    }
}

/// Somebody's attributes at an instant.
#[derive(Clone, Copy)]
pub(super) struct At<A>(pub(super) A, pub(super) Option<Time>);

impl<A: Attributes> Attributes for At<A> {
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        self.0.look(name, see)
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        self.0.whole(name)
    }

    fn now(&self) -> Option<Time> {
        self.1
    }
}

/// Sees which rules hashed and which could not tell.
#[derive(Default)]
struct Witness {
    rule: Option<u32>,
    hashed: Vec<(u32, u32)>,
    unknown: Vec<u32>,
}

impl Watch<'_> for Witness {
    fn enter(&mut self, part: Part) {
        if let Part::Rule(index) = part {
            self.rule = Some(index);
        }
    }

    fn leave(&mut self, _: Truth) {}

    fn hashed(&mut self, bucket: u32, _: Option<(u32, u32)>) {
        self.hashed.extend(self.rule.map(|rule| (rule, bucket)));
    }

    fn undecided(&mut self) {
        self.unknown.extend(self.rule);
    }
}

impl<'s> Simulation<'s> {
    /// Of these flags, or of all where none is named.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownValue`] for a flag that is not there.
    pub fn new(set: &'s Ruleset, flags: &[String], now: Option<Time>) -> Result<Self> {
        let find = |(index, name): (usize, &String)| {
            let found = set.handle(name).map(|Handle(index)| index);
            found.ok_or_else(|| {
                let near = crate::ground::explain::nearest(name, set.names(), 1);
                let near = near.first().map(|near| format!("; the nearest is `{}`", excerpt(near)));
                let said = format!("there is no flag `{}`{}", excerpt(name), near.unwrap_or_default());
                Error::new(ErrorCode::UnknownValue, said).at(format_args!("flags[{index}]"))
            })
        };
        let indices: Vec<u32> = if flags.is_empty() {
            (0..set.len() as u32).collect()
        } else {
            flags.iter().enumerate().map(find).collect::<Result<_>>()?
        };
        let tally = |index: u32| {
            let flag = set.flag(index);
            let rules = flag
                .rules
                .iter()
                .map(|_| RuleTally { cells: vec![0; flag.variants.len() + 1], ..RuleTally::default() });
            Tally {
                index,
                flag,
                variants: vec![0; flag.variants.len() + 1],
                reasons: BTreeMap::new(),
                errors: BTreeMap::new(),
                rules: rules.collect(),
            }
        };
        let flags = indices.into_iter().map(tally).collect();
        Ok(Self { set, now, contexts: 0, flags, units: HashMap::new() })
    }

    /// Evaluates the flags for one more.
    pub fn add(&mut self, context: &impl Attributes) {
        self.contexts += 1;
        let context = At(context, self.now);
        // The units of this context: the same few are asked for by all flags.
        let mut units: Vec<(Unit, Option<u32>)> = Vec::with_capacity(2);
        for tally in &mut self.flags {
            let mut witness = Witness::default();
            let outcome = self.set.decide(tally.index, context, &mut witness);
            tally.count(self.set, outcome, &context);
            for rule in witness.unknown {
                tally.rules[rule as usize].unknown += 1;
            }
            for (rule, bucket) in witness.hashed {
                let serve = &tally.flag.rules[rule as usize].serve;
                let (Serve::Ranges(hashing, _) | Serve::Rollout(hashing, _)) = serve else { continue };
                let known = units.iter().find(|(unit, _)| *unit == hashing.unit).map(|(_, number)| *number);
                let number = known.unwrap_or_else(|| {
                    let number = number(&mut self.units, self.set, hashing.unit, &context);
                    units.push((hashing.unit, number));
                    number
                });
                let counts = &mut tally.rules[rule as usize];
                if number.is_some_and(|number| counts.is_new(number)) {
                    let cell = cell(serve, bucket, self.now).unwrap_or(counts.cells.len() - 1);
                    counts.cells[cell] += 1;
                }
            }
        }
    }

    /// What was counted.
    pub fn report(&self) -> FlagsSimulateReport {
        let mut flags: Vec<SimulatedFlag> = self.flags.iter().map(|tally| tally.report(self)).collect();
        let mut splits: Vec<(&str, &str, &mut SimulatedSplit)> = Vec::new();
        for flag in &mut flags {
            for rule in &mut flag.rules {
                if let Some(split) = rule.split.as_mut().filter(|split| split.p.is_some()) {
                    splits.push((&flag.flag, &rule.rule, split));
                }
            }
        }
        let chances: Vec<f64> = splits.iter().filter_map(|(.., split)| split.p).collect();
        let mut sentences = Vec::new();
        for ((flag, rule, split), adjusted) in splits.into_iter().zip(adjust(&chances, Dependence::Positive)) {
            split.adjusted = Some(adjusted);
            split.mismatch = adjusted < MISMATCH;
            if split.mismatch {
                sentences.push(mismatch(flag, rule, split));
            }
        }
        for flag in &flags {
            for error in &flag.errors {
                let (name, message) = (excerpt(&flag.flag), &error.message);
                sentences.push(format!("`{name}` fails for {} of {}: {message}", error.count, self.contexts));
            }
        }
        FlagsSimulateReport {
            schema: "truenorth/flags-simulate/1".to_owned(),
            now: self.now,
            contexts: self.contexts,
            flags,
            problems: self.set.problems().iter().map(Into::into).collect(),
            sentences,
        }
    }
}

/// The number of a unit, given to it when it is first seen.
fn number(
    known: &mut HashMap<(u32, Box<str>), u32>,
    set: &Ruleset,
    unit: Unit,
    context: &(impl Attributes + Copy),
) -> Option<u32> {
    let text = self::unit(unit, Look { set, attributes: context }, |unit| unit.map(Box::<str>::from)).ok()??;
    let next = u32::try_from(known.len()).ok()?;
    Some(*known.entry((unit.attribute, text)).or_insert(next))
}

/// The variant whose range holds a bucket.
fn cell(serve: &Serve, bucket: u32, now: Option<Time>) -> Option<usize> {
    let (from, to, variant) = parts(serve, now).into_iter().find(|&(from, to, _)| from <= bucket && bucket < to)?;
    debug_assert!(from < to, "a bucket lies in a range that holds something");
    Some(variant as usize)
}

/// The ranges that a rule gives at an instant, with their variants.
pub(super) fn parts(serve: &Serve, now: Option<Time>) -> Vec<(u32, u32, u32)> {
    match serve {
        Serve::Variant(variant) => vec![(0, BUCKETS, *variant)],
        Serve::Ranges(_, ranges) => ranges.iter().map(|range| (range.from, range.to, range.variant)).collect(),
        Serve::Rollout(_, rollout) => {
            now.map(|now| (0, rollout.buckets(now.micros()), rollout.variant)).into_iter().collect()
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl Tally<'_> {
    fn count(&mut self, set: &Ruleset, outcome: Outcome, context: &impl Attributes) {
        let last = self.variants.len() - 1;
        let variant = outcome.ok().and_then(|given| given.variant);
        self.variants[variant.map_or(last, |variant| variant as usize)] += 1;
        let reason = outcome.map_or(FlagReason::Error, |given| given.reason);
        self.reasons.entry(reason.as_str()).or_insert((reason, 0)).1 += 1;
        if let Some(rule) = outcome.ok().and_then(|given| given.rule) {
            self.rules[rule as usize].decided += 1;
        }
        if let Err(wrong) = outcome {
            let code = wrong.code();
            let said = set.evaluate_handle(Handle(self.index), context).message().unwrap_or_default();
            self.errors.entry((code.as_str(), said)).or_insert((code, 0)).1 += 1;
        }
    }

    fn report(&self, all: &Simulation<'_>) -> SimulatedFlag {
        let name = |index: usize| self.flag.variants.get(index).map(|variant| variant.name.to_string());
        let variants = self.variants.iter().enumerate().filter(|&(index, &count)| count > 0 || name(index).is_some());
        let rules = self.flag.rules.iter().zip(&self.rules).enumerate().map(|(index, (rule, counts))| SimulatedRule {
            rule: rule.id.as_deref().map_or_else(|| format!("rules[{index}]"), str::to_owned),
            count: counts.decided,
            share: share(counts.decided, all.contexts),
            unknown: counts.unknown,
            split: counts.split(&rule.serve, all.now, name),
        });
        SimulatedFlag {
            flag: self.flag.name.to_string(),
            variants: variants
                .map(|(index, &count)| SimulatedVariant {
                    variant: name(index),
                    count,
                    share: share(count, all.contexts),
                })
                .collect(),
            reasons: self
                .reasons
                .values()
                .map(|&(reason, count)| SimulatedReason { reason, count, share: share(count, all.contexts) })
                .collect(),
            errors: self
                .errors
                .iter()
                .map(|((_, message), &(code, count))| SimulatedError { code, message: message.clone(), count })
                .collect(),
            rules: rules.collect(),
        }
    }
}

impl RuleTally {
    fn split(
        &self,
        serve: &Serve,
        now: Option<Time>,
        name: impl Fn(usize) -> Option<String>,
    ) -> Option<SimulatedSplit> {
        if matches!(serve, Serve::Variant(_)) {
            return None;
        }
        let mut buckets = vec![0_u32; self.cells.len()];
        for (from, to, variant) in parts(serve, now) {
            buckets[variant as usize] += to - from;
        }
        let outside = BUCKETS - buckets.iter().sum::<u32>();
        if let Some(last) = buckets.last_mut() {
            *last = outside;
        }
        let units = self.cells.iter().sum();
        let shares: Vec<f64> = buckets.iter().map(|&buckets| f64::from(buckets) / f64::from(BUCKETS)).collect();
        let parts =
            self.cells.iter().zip(&shares).enumerate().filter(|(_, (count, share))| **count > 0 || **share > 0.0);
        let parts = parts.map(|(index, (&count, &expected))| SimulatedPart {
            variant: name(index),
            count,
            share: share(count, units),
            expected,
        });
        let fit = goodness(&self.cells, &shares);
        Some(SimulatedSplit {
            units,
            parts: parts.collect(),
            chi_square: fit.ok().map(|fit| fit.chi_square),
            p: fit.ok().map(|fit| fit.p),
            adjusted: None,
            mismatch: false,
            needed: fit.err().filter(|few| few.reason == "fewExpected").map(|few| few.need),
        })
    }
}

fn mismatch(flag: &str, rule: &str, split: &SimulatedSplit) -> String {
    let worst = split.parts.iter().max_by(|a, b| (a.share - a.expected).abs().total_cmp(&(b.share - b.expected).abs()));
    let said = worst.map(|part| {
        let variant =
            part.variant.as_deref().map_or_else(|| "nobody's".to_owned(), |name| format!("`{}`", excerpt(name)));
        format!(
            "{:.1} % of {} units fall into {variant} ranges, which hold {:.1} %",
            part.share * 100.0,
            split.units,
            part.expected * 100.0
        )
    });
    format!(
        "`{}` `{}`: {}; chance does not do that (sample ratio mismatch, p < 0.001): these units are a selection, or \
         something that hashes them alike has sorted them before",
        excerpt(flag),
        excerpt(rule),
        said.unwrap_or_default()
    )
}
