//! What rules give: weights become ranges, per cents become buckets.

use std::collections::BTreeMap;

use super::super::ruleset::{Range, Rollout, Rule, Serve, Variant, variant_named};
use super::super::types;
use super::Compiler;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::hash::BUCKETS;

/// What a flag's rules fall back on.
pub(super) struct Defaults<'a> {
    pub(super) salt: &'a str,
    pub(super) unit: Option<&'a str>,
    pub(super) fallback: Option<&'a str>,
    pub(super) hash: Option<crate::ground::hash::HashAlgorithm>,
    pub(super) variants: &'a [Variant],
}

impl Defaults<'_> {
    pub(super) fn variant(&self, name: &str) -> Result<u32> {
        let names = || self.variants.iter().map(|variant| &*variant.name);
        variant_named(self.variants, name).ok_or_else(|| super::unknown("variant", name, names()))
    }
}

impl Compiler<'_> {
    pub(super) fn rule(&mut self, rule: types::Rule, flag: &Defaults<'_>) -> Result<Rule> {
        if let (Some(from), Some(until)) = (rule.from, rule.until)
            && until <= from
        {
            let sentence = format!("expected an instant after `from`, {from}, found {until}");
            return Err(Error::new(ErrorCode::EmptyWindow, sentence).at("until"));
        }
        let serve = self.serve(&rule, flag)?;
        Ok(Rule {
            serve,
            id: rule.id.map(String::into_boxed_str),
            when: rule.when.map(|when| self.condition(when).at("when")).transpose()?,
            from: rule.from.map(crate::ground::time::Time::micros),
            until: rule.until.map(crate::ground::time::Time::micros),
        })
    }

    fn serve(&mut self, rule: &types::Rule, flag: &Defaults<'_>) -> Result<Serve> {
        let given = [
            ("variant", rule.variant.is_some()),
            ("split", !rule.split.is_empty()),
            ("ranges", !rule.ranges.is_empty()),
            ("rollout", rule.rollout.is_some()),
        ];
        let given: Vec<&str> = given.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        if given.len() != 1 {
            let found = if given.is_empty() { "none".to_owned() } else { format!("`{}`", given.join("` and `")) };
            let code = if given.is_empty() { ErrorCode::MissingField } else { ErrorCode::Conflict };
            let sentence = format!("expected one of `variant`, `split`, `ranges` and `rollout`, found {found}");
            return Err(Error::new(code, sentence));
        }
        if let Some(variant) = &rule.variant {
            return Ok(Serve::Variant(flag.variant(variant).at("variant")?));
        }
        let hashing = self.hashing(
            rule.hash.or(flag.hash),
            rule.salt.as_deref().unwrap_or(flag.salt),
            rule.unit.as_deref().or(flag.unit),
            flag.fallback,
        );
        if let Some(rollout) = &rule.rollout {
            return Ok(Serve::Rollout(hashing, steps(rollout, flag).at("rollout")?));
        }
        let ranges = if rule.split.is_empty() { ranges(&rule.ranges, flag)? } else { split(&rule.split, flag)? };
        Ok(Serve::Ranges(hashing, ranges))
    }
}

/// Weights as ranges, side by side in their order.
fn split(shares: &[types::Share], flag: &Defaults<'_>) -> Result<Vec<Range>> {
    let weights: Vec<f64> = shares.iter().map(|share| share.weight).collect();
    let sizes = sizes(&weights).at("split")?;
    let mut end = 0;
    let mut ranges = Vec::with_capacity(shares.len());
    for (index, (share, size)) in shares.iter().zip(sizes).enumerate() {
        let variant = flag.variant(&share.variant).at("variant").at(format_args!("split[{index}]"))?;
        let from = end;
        end += size;
        if size > 0 {
            ranges.push(Range { from, to: end, variant });
        }
    }
    Ok(ranges)
}

/// How many buckets each weight gets: all of them together, by largest remainder, the first of equal ones first.
pub(crate) fn sizes(weights: &[f64]) -> Result<Vec<u32>> {
    sizes_of(weights, BUCKETS)
}

/// The same of so many buckets.
pub(in super::super) fn sizes_of(weights: &[f64], whole: u32) -> Result<Vec<u32>> {
    for (index, weight) in weights.iter().enumerate() {
        if !(weight.is_finite() && *weight >= 0.0) {
            let sentence = format!("expected a finite number of at least 0, found `{weight}`");
            return Err(Error::new(ErrorCode::OutOfRange, sentence).at("weight").at(format_args!("[{index}]")));
        }
    }
    let total: f64 = weights.iter().sum();
    if !(total > 0.0 && total.is_finite()) {
        let sentence = format!("expected weights whose sum is positive and finite, found `{total}`");
        return Err(Error::new(ErrorCode::OutOfRange, sentence));
    }
    let exact: Vec<f64> = weights.iter().map(|weight| weight / total * f64::from(whole)).collect();
    let mut sizes: Vec<u32> = exact.iter().map(|exact| *exact as u32).collect();
    let mut order: Vec<usize> = (0..weights.len()).filter(|&index| weights[index] > 0.0).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let given: u32 = sizes.iter().sum();
    for &index in order.iter().cycle().take(whole.saturating_sub(given) as usize) {
        sizes[index] += 1;
    }
    Ok(sizes)
}

fn ranges(written: &[types::Range], flag: &Defaults<'_>) -> Result<Vec<Range>> {
    let mut ranges = Vec::with_capacity(written.len());
    // By where they begin: where they end, and their place.
    let mut taken: BTreeMap<u32, (u32, usize)> = BTreeMap::new();
    for (index, range) in written.iter().enumerate() {
        let place = || format!("ranges[{index}]");
        check_range(range.from, range.to).at(place())?;
        let variant = flag.variant(&range.variant).at("variant").at(place())?;
        let before = taken.range(..range.to).next_back().filter(|(_, (to, _))| range.from < *to);
        if let Some((_, (_, other))) = before {
            let sentence = format!("expected ranges that do not overlap, found one that overlaps `ranges[{other}]`");
            return Err(Error::new(ErrorCode::Conflict, sentence).at(place()));
        }
        taken.insert(range.from, (range.to, index));
        ranges.push(Range { from: range.from, to: range.to, variant });
    }
    Ok(ranges)
}

pub(super) fn check_range(from: u32, to: u32) -> Result<()> {
    if to > BUCKETS {
        return Err(Error::new(ErrorCode::OutOfRange, format!("expected at most {BUCKETS}, found `{to}`")).at("to"));
    }
    if from >= to {
        let sentence = format!("expected more than `from`, `{from}`, found `{to}`");
        return Err(Error::new(ErrorCode::OutOfRange, sentence).at("to"));
    }
    Ok(())
}

/// Per cents as buckets, to the nearest.
pub(in super::super) fn percent(percent: f64) -> Result<u32> {
    if !(0.0..=100.0).contains(&percent) {
        return Err(Error::new(ErrorCode::OutOfRange, format!("expected a number from 0 to 100, found `{percent}`")));
    }
    Ok((percent * f64::from(BUCKETS / 100)).round() as u32)
}

fn steps(rollout: &types::Rollout, flag: &Defaults<'_>) -> Result<Rollout> {
    let mut steps: Vec<(i64, u32)> = Vec::with_capacity(rollout.steps.len());
    for (index, step) in rollout.steps.iter().enumerate() {
        let place = || format!("steps[{index}]");
        if let Some(&(last, _)) = steps.last()
            && step.at.micros() <= last
        {
            let sentence = format!("expected an instant after the step before it, found {}", step.at);
            return Err(Error::new(ErrorCode::Conflict, sentence).at("at").at(place()));
        }
        steps.push((step.at.micros(), percent(step.percent).at("percent").at(place())?));
    }
    if steps.is_empty() {
        return Err(Error::new(ErrorCode::MissingField, "expected at least one step, found none").at("steps"));
    }
    Ok(Rollout {
        variant: flag.variant(&rollout.variant).at("variant")?,
        steps,
        linear: rollout.growth == types::Growth::Linear,
    })
}
