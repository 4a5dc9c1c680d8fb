//! Other weights for a split: ranges by which only those move who must.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::compile::{percent, sizes_of};
use super::ruleset::{Flag, Range, Rule, Ruleset, Serve};
use super::types::{FlagsReweighReport, FlagsReweighRequest};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::hash::BUCKETS;
use crate::ground::text::excerpt;

/// Turns new weights of a split into ranges by which only those move who must.
///
/// # Definition
/// Weights become sizes by largest remainder, the first of equal ones first. Then variants that lose give buckets to those
/// that gain, and nothing else changes hands: Σ max(0, new − old) buckets move, and no ranges of these sizes move fewer.
///
/// # Units
/// Buckets of a million; shares from 0 to 1; coverage in per cent.
///
/// # Errors
/// Those of [`Ruleset::parse`] and of the flag where it is malformed; [`ErrorCode::UnknownValue`] for a flag, rule or
/// variant that is not there; [`ErrorCode::MissingField`] for a variant that has buckets and gets no weight;
/// [`ErrorCode::Conflict`] for one that gets two, or where several rules have a split.
///
/// # Example
/// ```
/// use truenorth::flags::{FlagsReweighRequest, reweigh};
/// let request: FlagsReweighRequest = serde_json::from_value(serde_json::json!({
///     "definitions": r#"{"version": 1, "flags": {"x": {"variants": {"a": 1, "b": 2, "c": 3}, "rules": [{"split":
///         [{"variant": "a", "weight": 1}, {"variant": "b", "weight": 1}, {"variant": "c", "weight": 2}]}]}}}"#,
///     "flag": "x",
///     "weights": [{"variant": "a", "weight": 2}, {"variant": "b", "weight": 1}, {"variant": "c", "weight": 1}],
/// })).unwrap();
/// let report = reweigh(&request)?;
/// assert_eq!((report.moved, report.plain), (250_000, 500_000));
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// Ours; what a range is, and how weights become sizes, is in `core/docs/buckets.md`.
pub fn reweigh(request: &FlagsReweighRequest) -> Result<FlagsReweighReport> {
    let set = Ruleset::parse(&request.definitions).at("definitions")?;
    let Some(handle) = set.handle(&request.flag) else {
        let said = format!("there is no flag `{}`", excerpt(&request.flag));
        return Err(Error::new(ErrorCode::UnknownValue, said).at("flag"));
    };
    let flag = set.flag(handle.0);
    if let Some(error) = &flag.malformed {
        return Err(error.clone().at("definitions"));
    }
    let (index, ranges) = split(flag, request.rule.as_deref())?;
    let old = Cells::new(ranges.iter().map(|range| (range.from, range.to, name(flag, range.variant))));
    let own = old.sizes();
    check(flag, request, &own)?;
    let total = match request.coverage.map(percent).transpose().at("coverage")? {
        Some(0) => {
            return Err(Error::new(ErrorCode::OutOfRange, "expected a number above 0, found fewer than a bucket")
                .at("coverage"));
        }
        Some(total) => total,
        None => BUCKETS - own.get(&None).copied().unwrap_or(0),
    };
    let weights: Vec<f64> = request.weights.iter().map(|share| share.weight).collect();
    let sizes = sizes_of(&weights, total).at("weights")?;
    let named: Vec<(&str, u32)> = request.weights.iter().map(|share| &*share.variant).zip(sizes).collect();
    let mut all: BTreeMap<Option<&str>, u32> = named.iter().map(|&(name, size)| (Some(name), size)).collect();
    all.insert(None, BUCKETS - total);
    let new = old.resized(&all);
    let moved = old.moved(&new);
    Ok(FlagsReweighReport {
        schema: "truenorth/flags-reweigh/1".to_owned(),
        flag: request.flag.clone(),
        path: format!("flags.{}.rules[{index}]", request.flag),
        before: old.ranges(),
        ranges: new.ranges(),
        moved,
        share: f64::from(moved) / f64::from(BUCKETS),
        plain: old.moved(&Cells::side_by_side(&named)),
    })
}

fn name(flag: &Flag, variant: u32) -> &str {
    &flag.variants[variant as usize].name
}

/// The rule that has the split, and its ranges.
fn split<'f>(flag: &'f Flag, wanted: Option<&str>) -> Result<(usize, &'f [Range])> {
    let ranges = |rule: &'f Rule| match &rule.serve {
        Serve::Ranges(_, ranges) => Some(&**ranges),
        _ => None,
    };
    let own = |index: usize, rule: &Rule| rule.id.as_deref().map_or_else(|| format!("rules[{index}]"), str::to_owned);
    let splits: Vec<(usize, &Rule, &[Range])> =
        flag.rules.iter().enumerate().filter_map(|(index, rule)| Some((index, rule, ranges(rule)?))).collect();
    let is_wanted = |index: usize, rule: &Rule| {
        wanted.is_none_or(|wanted| rule.id.as_deref() == Some(wanted) || format!("rules[{index}]") == wanted)
    };
    let found: Vec<_> = splits.iter().filter(|(index, rule, _)| is_wanted(*index, rule)).collect();
    let names: Vec<String> = splits.iter().map(|(index, rule, _)| excerpt(&own(*index, rule))).collect();
    let one_of = format!("expected one of `{}`", names.join("`, `"));
    match (&found[..], wanted) {
        ([(index, _, ranges)], _) => Ok((*index, ranges)),
        _ if splits.is_empty() => {
            Err(Error::new(ErrorCode::UnknownValue, "expected a flag with a `split` or `ranges`, found none")
                .at("flag"))
        }
        ([], wanted) => {
            let said = format!("{one_of}, found `{}`", excerpt(wanted.unwrap_or_default()));
            Err(Error::new(ErrorCode::UnknownValue, said).at("rule"))
        }
        _ => Err(Error::new(ErrorCode::Conflict, format!("{one_of}, as several rules have a split")).at("rule")),
    }
}

/// Holds the weights against the variants.
fn check(flag: &Flag, request: &FlagsReweighRequest, own: &BTreeMap<Option<&str>, u32>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for (index, share) in request.weights.iter().enumerate() {
        let at = |error: Error| error.at(format_args!("weights[{index}].variant"));
        if !flag.variants.iter().any(|variant| *variant.name == *share.variant) {
            let names: Vec<String> = flag.variants.iter().map(|variant| excerpt(&variant.name)).collect();
            let said = format!("expected one of `{}`, found `{}`", names.join("`, `"), excerpt(&share.variant));
            return Err(at(Error::new(ErrorCode::UnknownValue, said)));
        }
        if !seen.insert(share.variant.as_str()) {
            let said = format!("the variant `{}` is there twice", excerpt(&share.variant));
            return Err(at(Error::new(ErrorCode::Conflict, said)));
        }
    }
    match own.keys().flatten().find(|variant| !seen.contains(**variant)) {
        Some(variant) => {
            let said = format!("expected a weight for `{}`, which has buckets, found none", excerpt(variant));
            Err(Error::new(ErrorCode::MissingField, said).at("weights"))
        }
        None => Ok(()),
    }
}
