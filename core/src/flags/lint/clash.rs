//! Two comparisons of one attribute that nothing passes together.

use std::cmp::Ordering;

use semver::Version;
use serde_json::Value;

use super::super::comparison::lenient_version;
use super::super::types::{Coercion, Condition, FlagType};
use super::values::Values;
use crate::ground::time::Time;

/// Why nothing passes both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// Nothing does.
    Sure,
    /// No single value does; a list could, one of its values passing one and another the other.
    ButForLists,
}

/// Whether two comparisons of the same attribute exclude each other.
pub(super) fn clash(a: &Condition, b: &Condition) -> Option<Clash> {
    if passes_missing(a) && passes_missing(b) {
        return None;
    }
    if a.present == Some(false) || b.present == Some(false) {
        return Some(Clash::Sure);
    }
    if let Some(clash) = members_clash(a, b).or_else(|| members_clash(b, a)) {
        return Some(clash);
    }
    let apart = types_clash(a, b)
        || numbers_clash(a, b)
        || texts_clash(a.starts_with.as_deref(), b.starts_with.as_deref(), |a, b| a.starts_with(b))
        || texts_clash(a.ends_with.as_deref(), b.ends_with.as_deref(), |a, b| a.ends_with(b))
        || times_clash(a, b)
        || times_clash(b, a)
        || versions_clash(a, b);
    apart.then_some(Clash::ButForLists)
}

pub(super) fn passes_missing(condition: &Condition) -> bool {
    condition.present.map_or(condition.if_missing == Some(true), |present| !present)
}

pub(super) fn is_lenient(condition: &Condition) -> bool {
    condition.coerce == Some(Coercion::Lenient)
}

/// What it must be one of.
pub(super) fn members(condition: &Condition) -> Option<&[Value]> {
    condition.one_of.as_deref().or(condition.equals.as_ref().map(std::slice::from_ref))
}

/// How large it is: its parts, and what they are compared with; of one that is larger than `most`, no more is counted.
pub(super) fn size(condition: &Condition, most: usize) -> usize {
    let texts = [&condition.starts_with, &condition.ends_with, &condition.contains];
    let own = 1
        + members(condition).map_or(0, <[_]>::len)
        + condition.not_in.as_ref().map_or(0, Vec::len)
        + texts.into_iter().flatten().map(Vec::len).sum::<usize>();
    let parts = [&condition.all, &condition.any].into_iter().flatten().flatten().chain(condition.not.as_deref());
    let mut found = own;
    for part in parts {
        if found >= most {
            break;
        }
        found += size(part, most - found);
    }
    found
}

/// The steps that it takes to hold one against the other.
pub(super) fn work(a: (&Condition, usize), b: (&Condition, usize)) -> usize {
    let is_list = |condition| members(condition).is_some() || condition.not_in.is_some();
    if is_list(a.0) && is_list(b.0) { a.1.saturating_add(b.1) } else { a.1.saturating_mul(b.1) }
}

fn members_clash(a: &Condition, b: &Condition) -> Option<Clash> {
    let values = members(a).filter(|_| !is_lenient(a) && !is_lenient(b))?;
    let known = members(b).or(b.not_in.as_deref()).map(Values::new);
    if values.is_empty() || values.iter().any(|value| passes(value, b, known.as_ref())) {
        return None;
    }
    // `notIn` wants every value of a list to pass.
    Some(if b.not_in.is_some() { Clash::Sure } else { Clash::ButForLists })
}

/// Whether a single value passes a comparison, whose list of values is known; true where it is not looked into.
fn passes(value: &Value, condition: &Condition, known: Option<&Values<'_>>) -> bool {
    match known {
        // With nothing of its type among others, nobody can tell.
        Some(known) if condition.not_in.is_some() && members(condition).is_none() => {
            return (known.are_none() || known.have_one_like(value)) && !known.contain(value);
        }
        Some(known) => return known.contain(value),
        None => {}
    }
    if let Some(bounds) = bounds(condition) {
        return value.as_f64().is_some_and(|number| bounds.hold(number));
    }
    let is_text = |texts: &[String], holds: fn(&str, &str) -> bool| {
        value.as_str().is_some_and(|text| texts.iter().any(|part| holds(text, part)))
    };
    if let Some(texts) = &condition.starts_with {
        return is_text(texts, |text, part| text.starts_with(part));
    }
    if let Some(texts) = &condition.ends_with {
        return is_text(texts, |text, part| text.ends_with(part));
    }
    if let Some(texts) = &condition.contains {
        return is_text(texts, |text, part| text.contains(part));
    }
    let time = || value.as_str().and_then(|text| Time::parse(text).ok());
    if let Some(before) = condition.before {
        return time().is_some_and(|time| time < before);
    }
    if let Some(since) = condition.since {
        return time().is_some_and(|time| time >= since);
    }
    if condition.matches.is_some() || condition.version.is_some() || condition.in_network.is_some() {
        return value.is_string();
    }
    true
}

/// The types that a comparison can be true of; absent where those are not told apart.
pub(super) fn types(condition: &Condition) -> Option<Vec<FlagType>> {
    if is_lenient(condition) {
        return None;
    }
    if bounds(condition).is_some() {
        return Some(vec![FlagType::Number]);
    }
    if let Some(values) = members(condition).or(condition.not_in.as_deref()) {
        let mut types = Vec::new();
        for value in values {
            let found = match value {
                Value::String(_) => FlagType::String,
                Value::Number(_) => FlagType::Number,
                Value::Bool(_) => FlagType::Boolean,
                _ => FlagType::Object,
            };
            if !types.contains(&found) {
                types.push(found);
            }
        }
        return Some(types);
    }
    let is_text = condition.starts_with.is_some()
        || condition.ends_with.is_some()
        || condition.contains.is_some()
        || condition.matches.is_some()
        || condition.before.is_some()
        || condition.since.is_some()
        || condition.version.is_some()
        || condition.in_network.is_some();
    is_text.then(|| vec![FlagType::String])
}

fn types_clash(a: &Condition, b: &Condition) -> bool {
    let (Some(a), Some(b)) = (types(a), types(b)) else { return false };
    !a.is_empty() && !b.is_empty() && !a.iter().any(|found| b.contains(found))
}

/// Bounds of something that has an order, each with whether it is itself inside.
struct Bounds<T> {
    low: Option<(T, bool)>,
    high: Option<(T, bool)>,
}

impl Bounds<f64> {
    fn hold(&self, number: f64) -> bool {
        let holds = |bound: Option<(f64, bool)>, side: Ordering| {
            bound.is_none_or(|(bound, inside)| match (number + 0.0).total_cmp(&(bound + 0.0)) {
                Ordering::Equal => inside,
                order => order == side,
            })
        };
        holds(self.low, Ordering::Greater) && holds(self.high, Ordering::Less)
    }
}

fn bounds(condition: &Condition) -> Option<Bounds<f64>> {
    let low = condition.at_least.map(|bound| (bound, true)).or(condition.more_than.map(|bound| (bound, false)));
    let high = condition.at_most.map(|bound| (bound, true)).or(condition.less_than.map(|bound| (bound, false)));
    (low.is_some() || high.is_some()).then_some(Bounds { low, high })
}

/// Whether nothing lies above the low and below the high.
fn is_empty<T>(low: Option<&(T, bool)>, high: Option<&(T, bool)>, order: impl Fn(&T, &T) -> Ordering) -> bool {
    let (Some((low, low_inside)), Some((high, high_inside))) = (low, high) else { return false };
    match order(low, high) {
        Ordering::Less => false,
        Ordering::Equal => !(*low_inside && *high_inside),
        Ordering::Greater => true,
    }
}

fn numbers_clash(a: &Condition, b: &Condition) -> bool {
    let (Some(a), Some(b)) = (bounds(a), bounds(b)) else { return false };
    let order = |a: &f64, b: &f64| (a + 0.0).total_cmp(&(b + 0.0));
    is_empty(a.low.as_ref(), b.high.as_ref(), order) || is_empty(b.low.as_ref(), a.high.as_ref(), order)
}

fn texts_clash(a: Option<&[String]>, b: Option<&[String]>, holds: fn(&str, &str) -> bool) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    !a.iter().any(|a| b.iter().any(|b| holds(a, b) || holds(b, a)))
}

fn times_clash(a: &Condition, b: &Condition) -> bool {
    matches!((a.since, b.before), (Some(since), Some(before)) if before <= since)
}

fn versions_clash(a: &Condition, b: &Condition) -> bool {
    let (Some(a), Some(b)) = (versions(a), versions(b)) else { return false };
    a.iter().any(|a| {
        b.iter().any(|b| {
            is_empty(a.low.as_ref(), b.high.as_ref(), compare) || is_empty(b.low.as_ref(), a.high.as_ref(), compare)
        })
    })
}

/// Whether the bounds of a version leave no version.
pub(super) fn leaves_no_version(condition: &Condition) -> bool {
    versions_clash(condition, condition)
}

fn compare(a: &Version, b: &Version) -> Ordering {
    a.cmp_precedence(b)
}

fn versions(condition: &Condition) -> Option<Vec<Bounds<Version>>> {
    let written = condition.version.as_ref()?;
    let lenient = is_lenient(condition);
    let read = |text: &Option<String>, inside: bool| {
        let version = text.as_deref().and_then(|text| if lenient { lenient_version(text) } else { text.parse().ok() });
        version.map(|version| (version, inside))
    };
    Some(vec![
        Bounds { low: read(&written.equals, true), high: read(&written.equals, true) },
        Bounds { low: read(&written.at_least, true), high: read(&written.at_most, true) },
        Bounds { low: read(&written.more_than, false), high: read(&written.less_than, false) },
    ])
}
