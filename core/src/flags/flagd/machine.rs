//! The machine that gives an expression its value for a context, in bounded steps.

use std::cell::Cell;

use semver::Version;

use super::super::condition::{Look, Stop, lenient_version};
use super::super::context::{AttributeName, Attributes};
use super::FractionalVersion;
use super::fractional::{Place, weight};
use super::logic::{Compare, Each, Fractional, Logic, Op, Relation, SemVer, Share, Side, Source, Var};
use super::value::{Val, push};

/// An evaluation that takes more steps is given up.
const MOST_STEPS: u32 = 100_000;
/// So many bytes of text that is made are a step.
const BYTES_OF_A_STEP: usize = 16;

/// What `var` looks into.
#[derive(Clone, Copy)]
pub(super) enum Scope<'x> {
    Context,
    Element(&'x Val<'x>),
    Reduction { current: &'x Val<'x>, accumulator: &'x Val<'x> },
}

pub(super) struct Machine<'s, A> {
    look: Look<'s, A>,
    flag: &'s str,
    /// The attribute that is hashed where nothing else is named.
    key: u32,
    version: FractionalVersion,
    /// Steps that are left.
    steps: Cell<u32>,
    /// Where the last hash fell.
    pub(super) place: Cell<Option<Place>>,
}

impl<'s, A: Attributes + Copy> Machine<'s, A> {
    pub(super) fn new(look: Look<'s, A>, flag: &'s str, key: u32) -> Self {
        let version = look.set.fractional;
        Self { look, flag, key, version, steps: Cell::new(MOST_STEPS), place: Cell::new(None) }
    }

    fn spend(&self, steps: usize) -> Result<(), Stop> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps.get().checked_sub(steps));
        self.steps.set(left.ok_or(Stop::TooMuch)?);
        Ok(())
    }

    /// A copy, which takes steps where it is long.
    fn copy<'v>(&self, value: &Val<'v>) -> Result<Val<'v>, Stop> {
        if let Val::Text(text) = value {
            self.spend(text.len() / BYTES_OF_A_STEP)?;
        }
        Ok(value.clone())
    }

    /// The same of a value that ends sooner.
    fn keep(&self, value: &Val<'_>) -> Result<Val<'s>, Stop> {
        self.spend(size(value))?;
        Ok(value.keep())
    }

    fn text(&self, text: String) -> Result<Val<'s>, Stop> {
        self.spend(text.len() / BYTES_OF_A_STEP)?;
        Val::text(text)
    }

    pub(super) fn value(&self, logic: &'s Logic, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        self.spend(1)?;
        match logic {
            Logic::Const(value) => Ok(value.lend()),
            Logic::List(parts) => Val::list(self.values(parts, scope)?),
            Logic::Var(var) => self.var(var, scope),
            Logic::Named(parts) => self.named(parts, scope),
            Logic::Evaluator(index) => self.value(&self.look.set.evaluators[*index as usize], scope),
            Logic::If(parts) => {
                for pair in parts.chunks(2) {
                    match pair {
                        [when, then] if self.holds(when, scope)? => return self.value(then, scope),
                        [otherwise] => return self.value(otherwise, scope),
                        _ => {}
                    }
                }
                Ok(Val::Null)
            }
            Logic::And(parts) => self.first(parts, false, scope),
            Logic::Or(parts) => self.first(parts, true, scope),
            Logic::Each(each, parts) => self.each(*each, parts, scope),
            Logic::Reduce(parts) => self.reduce(parts, scope),
            Logic::OneOf(parts) => {
                let (needle, constants) = &**parts;
                self.with(needle, scope, |needle| Ok(constants.contain(needle).into()))
            }
            Logic::Version(versions) => self.versions(versions, scope),
            Logic::Fractional(fractional) => self.fractional(fractional, scope),
            Logic::Call(op, parts) => self.call(*op, parts, scope),
        }
    }

    fn values(&self, parts: &'s [Logic], scope: Scope<'_>) -> Result<Vec<Val<'s>>, Stop> {
        parts.iter().map(|part| self.value(part, scope)).collect()
    }

    fn holds(&self, logic: &'s Logic, scope: Scope<'_>) -> Result<bool, Stop> {
        self.with(logic, scope, |value| Ok(value.truthy()))
    }

    fn number(&self, logic: &'s Logic, scope: Scope<'_>) -> Result<f64, Stop> {
        self.with(logic, scope, |value| value.to_number())
    }

    /// Shows the value of an expression; that of an attribute is not copied.
    fn with<R>(
        &self,
        logic: &'s Logic,
        scope: Scope<'_>,
        see: impl FnOnce(&Val<'_>) -> Result<R, Stop>,
    ) -> Result<R, Stop> {
        match logic {
            Logic::Var(var) if matches!(scope, Scope::Context) && var.default.is_none() => {
                self.spend(1)?;
                self.source(var, see)
            }
            other => see(&self.value(other, scope)?),
        }
    }

    /// The first value that is true, or is not; else the last.
    fn first(&self, parts: &'s [Logic], wanted: bool, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let mut last = Val::Undefined;
        for part in parts {
            last = self.value(part, scope)?;
            if last.truthy() == wanted {
                break;
            }
        }
        Ok(last)
    }

    fn var(&self, var: &'s Var, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let found = match scope {
            Scope::Context => self.source(var, |value| self.keep(value))?,
            inner => self.inside(inner, &var.path)?,
        };
        match &var.default {
            Some(default) if found.is_missing() => self.value(default, scope),
            _ => Ok(found),
        }
    }

    /// What lies at the end of a path, in an element or a reduction.
    fn inside(&self, scope: Scope<'_>, path: &[Box<str>]) -> Result<Val<'s>, Stop> {
        let found = match (scope, path.split_first()) {
            (Scope::Context, _) => None,
            (Scope::Element(value), _) => value.inside(path),
            (Scope::Reduction { .. }, None) => return Ok(Val::Closed),
            (Scope::Reduction { current, .. }, Some((name, rest))) if **name == *"current" => current.inside(rest),
            (Scope::Reduction { accumulator, .. }, Some((name, rest))) if **name == *"accumulator" => {
                accumulator.inside(rest)
            }
            (Scope::Reduction { .. }, Some(_)) => None,
        };
        found.map_or(Ok(Val::Null), |found| self.keep(found))
    }

    /// Shows what a name means in the context.
    fn source<R>(&self, var: &'s Var, see: impl FnOnce(&Val<'_>) -> Result<R, Stop>) -> Result<R, Stop> {
        match &var.source {
            Source::Whole => see(&Val::Closed),
            Source::FlagKey => see(&Val::Text(self.flag.into())),
            Source::Timestamp => see(&Val::Number(self.timestamp()?)),
            Source::Attribute(attribute) => self.attribute(*attribute, see),
            Source::InList { attribute, list, parts } => {
                let mut see = Some(see);
                let found = self.attribute(*attribute, |value| {
                    if value.is_missing() { Ok(None) } else { see.take().map(|see| see(value)).transpose() }
                })?;
                let (Some(see), None) = (see, found.as_ref()) else { return found.ok_or(Stop::TooMuch) };
                let rest = &var.path[*parts..];
                self.attribute(*list, |value| see(value.inside(rest).unwrap_or(&Val::Null)))
            }
        }
    }

    fn attribute<R>(&self, attribute: u32, see: impl FnOnce(&Val<'_>) -> Result<R, Stop>) -> Result<R, Stop> {
        self.seen(self.look.set.attribute(attribute), Stop::Unusable(attribute), see)
    }

    fn seen<R>(
        &self,
        name: &AttributeName,
        unusable: Stop,
        see: impl FnOnce(&Val<'_>) -> Result<R, Stop>,
    ) -> Result<R, Stop> {
        let mut see = Some(see);
        let mut show = |value: &Val<'_>| {
            self.spend(size(value))?;
            see.take().map(|see| see(value)).transpose()
        };
        let found = self.look.attributes.look(name, |seen| match Val::of(&seen).map_err(|_| unusable)? {
            Val::Closed => Ok(None),
            value => show(&value),
        })?;
        if let Some(found) = found {
            return Ok(found);
        }
        let whole = self.look.attributes.whole(name);
        let value = whole.as_ref().map_or(Ok(Val::Closed), Val::of_whole).map_err(|_| unusable)?;
        show(&value)?.ok_or(Stop::TooMuch)
    }

    fn timestamp(&self) -> Result<f64, Stop> {
        let now = self.look.attributes.now().ok_or(Stop::NoInstant)?;
        Ok(now.micros().div_euclid(1_000_000) as f64)
    }

    fn named(&self, parts: &'s [Logic], scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let mut parts = parts.iter();
        let name = parts.next().map_or(Ok(Val::Null), |part| self.value(part, scope))?;
        let found = self.by_name(&name, scope)?;
        match parts.next() {
            Some(default) if found.is_missing() => self.value(default, scope),
            _ => Ok(found),
        }
    }

    /// What a name means that is known only now.
    fn by_name(&self, name: &Val<'_>, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let name = if name.is_missing() { "".into() } else { name.to_text()? };
        self.spend(1 + name.len() / BYTES_OF_A_STEP)?;
        let path: Vec<Box<str>> = if name.is_empty() { Vec::new() } else { name.split('.').map(Into::into).collect() };
        if !matches!(scope, Scope::Context) {
            return self.inside(scope, &path);
        }
        match &*name {
            "" | "$flagd" => return Ok(Val::Closed),
            "$flagd.flagKey" => return Ok(Val::Text(self.flag.into())),
            "$flagd.timestamp" => return Ok(Val::Number(self.timestamp()?)),
            reserved if reserved.starts_with("$flagd.") => return Ok(Val::Null),
            _ => {}
        }
        let look = |name: &str, rest: &[Box<str>]| {
            self.seen(&AttributeName::new(0, u32::MAX, name), Stop::TooMuch, |value| {
                self.keep(value.inside(rest).unwrap_or(&Val::Null))
            })
        };
        let found = look(&name, &[])?;
        match super::parse::list_in(&path) {
            Some((list, parts)) if found.is_missing() => look(&list, &path[parts..]),
            _ => Ok(found),
        }
    }

    fn each(&self, each: Each, parts: &'s [Logic; 2], scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let [list, body] = parts;
        let list = self.value(list, scope)?;
        let Val::List(list) = &list else {
            return match each {
                Each::Map | Each::Filter => Val::list(Vec::new()),
                Each::All | Each::Some => Ok(false.into()),
                Each::None => Ok(true.into()),
            };
        };
        let mut kept = Vec::new();
        for element in &list.values {
            let value = self.value(body, Scope::Element(element))?;
            match each {
                Each::Map => kept.push(value),
                Each::Filter if value.truthy() => kept.push(self.copy(element)?),
                Each::All if !value.truthy() => return Ok(false.into()),
                Each::None if value.truthy() => return Ok(false.into()),
                Each::Some if value.truthy() => return Ok(true.into()),
                _ => {}
            }
        }
        match each {
            Each::Map | Each::Filter => Val::list(kept),
            // All of nothing is false.
            Each::All => Ok((!list.values.is_empty()).into()),
            Each::None => Ok(true.into()),
            Each::Some => Ok(false.into()),
        }
    }

    fn reduce(&self, parts: &'s [Logic; 3], scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let [list, body, first] = parts;
        let list = self.value(list, scope)?;
        let mut accumulator = self.value(first, scope)?;
        if let Val::List(list) = &list {
            for current in &list.values {
                accumulator = self.value(body, Scope::Reduction { current, accumulator: &accumulator })?;
            }
        }
        Ok(accumulator)
    }

    fn call(&self, op: Op, parts: &'s [Logic], scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        const ABSENT: &Logic = &Logic::Const(Val::Undefined);
        let part = |index: usize| parts.get(index).unwrap_or(ABSENT);
        let two = |see: &dyn Fn(&Val<'_>, &Val<'_>) -> Result<Val<'s>, Stop>| {
            self.with(part(0), scope, |a| self.with(part(1), scope, |b| see(a, b)))
        };
        let compare = |holds: fn(std::cmp::Ordering) -> bool| {
            let middle = two(&|a, b| Ok(a.order(b)?.is_some_and(holds).into()))?;
            if parts.len() < 3 || !middle.truthy() || !matches!(op, Op::Less | Op::AtMost) {
                return Ok(middle);
            }
            self.with(part(1), scope, |b| self.with(part(2), scope, |c| Ok(b.order(c)?.is_some_and(holds).into())))
        };
        match op {
            Op::Equal => two(&|a, b| Ok(a.equals(b)?.into())),
            Op::Unequal => two(&|a, b| Ok((!a.equals(b)?).into())),
            Op::Same => two(&|a, b| Ok(a.same(b).into())),
            Op::Other => two(&|a, b| Ok((!a.same(b)).into())),
            Op::More => compare(std::cmp::Ordering::is_gt),
            Op::AtLeast => compare(std::cmp::Ordering::is_ge),
            Op::Less => compare(std::cmp::Ordering::is_lt),
            Op::AtMost => compare(std::cmp::Ordering::is_le),
            Op::Not => Ok((!self.holds(part(0), scope)?).into()),
            Op::Truth => Ok(self.holds(part(0), scope)?.into()),
            Op::In => two(&|a, b| {
                Ok(match b {
                    Val::Text(text) if !text.is_empty() => text.contains(&*a.to_text()?).into(),
                    Val::List(list) => {
                        self.spend(list.values.len())?;
                        list.values.iter().any(|value| value.same(a)).into()
                    }
                    _ => false.into(),
                })
            }),
            Op::StartsWith | Op::EndsWith if parts.len() != 2 => Ok(Val::Null),
            Op::StartsWith => two(&|a, b| Ok(both_texts(a, b, |a, b| a.starts_with(b)))),
            Op::EndsWith => two(&|a, b| Ok(both_texts(a, b, |a, b| a.ends_with(b)))),
            Op::Cat => {
                let mut text = String::new();
                for part in parts {
                    self.with(part, scope, |value| push(value, &mut text))?;
                }
                self.text(text)
            }
            Op::Substr => self.substr([part(0), part(1), part(2)], scope),
            Op::Add => self.fold(parts, scope, 0.0, |sum, value| Ok(sum + value.parse_float()?)),
            Op::Times if parts.len() == 1 => self.value(part(0), scope),
            Op::Times => self.fold(parts, scope, 1.0, |product, value| Ok(product * value.parse_float()?)),
            Op::Minus if parts.len() < 2 => self.with(part(0), scope, |a| Ok(Val::Number(-a.to_number()?))),
            Op::Minus => two(&|a, b| Ok(Val::Number(a.to_number()? - b.to_number()?))),
            Op::Divide => two(&|a, b| Ok(Val::Number(a.to_number()? / b.to_number()?))),
            Op::Remainder => two(&|a, b| Ok(Val::Number(a.to_number()? % b.to_number()?))),
            Op::Least => self.fold(parts, scope, f64::INFINITY, |least, value| Ok(pick(least, value, f64::min)?)),
            Op::Greatest => self.fold(parts, scope, f64::NEG_INFINITY, |most, value| Ok(pick(most, value, f64::max)?)),
            Op::Merge => {
                let mut merged = Vec::new();
                for value in self.values(parts, scope)? {
                    match &value {
                        Val::List(list) => {
                            self.spend(list.values.len())?;
                            for value in &list.values {
                                merged.push(self.copy(value)?);
                            }
                        }
                        _ => merged.push(value),
                    }
                }
                Val::list(merged)
            }
            Op::Missing => Val::list(self.missing(self.values(parts, scope)?, scope)?),
            Op::MissingSome => self.missing_some(part(0), part(1), scope),
            Op::Log => self.value(part(0), scope),
        }
    }

    fn fold(
        &self,
        parts: &'s [Logic],
        scope: Scope<'_>,
        first: f64,
        step: impl Fn(f64, &Val<'_>) -> Result<f64, Stop>,
    ) -> Result<Val<'s>, Stop> {
        let mut sum = first;
        for part in parts {
            sum = self.with(part, scope, |value| step(sum, value))?;
        }
        Ok(Val::Number(sum))
    }

    /// The names of which the context has nothing; the names may be one list.
    fn missing(&self, names: Vec<Val<'s>>, scope: Scope<'_>) -> Result<Vec<Val<'s>>, Stop> {
        let names = match names.first() {
            Some(Val::List(list)) => list.values.clone(),
            _ => names,
        };
        let mut missing = Vec::new();
        for name in names {
            let value = self.by_name(&name, scope)?;
            if value.is_missing() || matches!(&value, Val::Text(text) if text.is_empty()) {
                missing.push(name);
            }
        }
        Ok(missing)
    }

    fn missing_some(&self, wanted: &'s Logic, names: &'s Logic, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let wanted = self.number(wanted, scope)?;
        let names = self.value(names, scope)?;
        let count = if let Val::List(list) = &names { list.values.len() } else { 1 };
        let missing = self.missing(vec![names], scope)?;
        let enough = (count - missing.len().min(count)) as f64 >= wanted;
        Val::list(if enough { Vec::new() } else { missing })
    }

    /// In UTF-16, as JavaScript counts; a length below nothing leaves so much off the end.
    fn substr(&self, [source, start, length]: [&'s Logic; 3], scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let text: Vec<u16> = self.with(source, scope, |value| Ok(value.to_text()?.encode_utf16().collect()))?;
        let start = whole_part(self.number(start, scope)?);
        let from = if start < 0.0 { (text.len() as f64 + start).max(0.0) } else { start.min(text.len() as f64) };
        let rest = &text[from as usize..];
        let length = self.with(length, scope, |value| {
            Ok(if matches!(value, Val::Undefined) { f64::INFINITY } else { whole_part(value.to_number()?) })
        })?;
        let length = if length < 0.0 { rest.len() as f64 + length } else { length };
        let taken = length.clamp(0.0, rest.len() as f64) as usize;
        self.text(String::from_utf16_lossy(&rest[..taken]))
    }

    fn versions(&self, versions: &'s SemVer, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let relation = match &versions.compare {
            Compare::Known(relation) => *relation,
            Compare::Computed(logic) => self.with(logic, scope, |value| Ok(Relation::read(&value.to_text()?)))?,
        };
        let side = |side: &'s Side| match side {
            Side::Known(version) => Ok(version.clone()),
            Side::Computed(logic) => self.with(logic, scope, version),
        };
        let [a, b] = &versions.sides;
        Ok(match (side(a)?, relation, side(b)?) {
            (Some(a), Some(relation), Some(b)) => relation.holds(&a, &b).into(),
            _ => Val::Null,
        })
    }

    fn fractional(&self, fractional: &'s Fractional, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let shares = &fractional.shares[..];
        let hash = match &fractional.by {
            None => self.attribute(self.key, |key| Ok(self.version.hash_of_key(self.flag, key)))?,
            Some(by) => self.with(by, scope, |value| Ok(self.version.hash_of(value)))?,
        };
        let Some(hash) = hash else { return Ok(Val::Null) };
        let mut weights = Vec::with_capacity(shares.len());
        let mut computed = Vec::new();
        for share in shares {
            let found = match share {
                Share::Written { weight: None, .. } => Some(1),
                Share::Written { weight: Some(logic), .. } => self.with(logic, scope, |value| Ok(weight(value)))?,
                Share::Computed(logic) => {
                    let value = self.value(logic, scope)?;
                    let found = match &value {
                        Val::List(list) => match &list.values[..] {
                            [_] => Some(1),
                            [_, value] => weight(value),
                            _ => None,
                        },
                        _ => None,
                    };
                    computed.push(value);
                    found
                }
            };
            let Some(found) = found else { return Ok(Val::Null) };
            weights.push(found);
        }
        let Some(place) = self.version.place(hash, &weights) else { return Ok(Val::Null) };
        self.place.set(Some(place));
        let before = shares[..place.share].iter().filter(|share| matches!(share, Share::Computed(_))).count();
        let value = match &shares[place.share] {
            Share::Written { variant, .. } => self.value(variant, scope)?,
            Share::Computed(_) => match computed.get(before) {
                Some(Val::List(list)) => list.values.first().map_or(Ok(Val::Null), |value| self.copy(value))?,
                _ => Val::Null,
            },
        };
        let is_scalar = !matches!(value, Val::List(_) | Val::Object(_) | Val::Closed);
        Ok(if is_scalar { value } else { Val::Null })
    }
}

/// A version, where it is one: it may begin with `v` and lack its last parts.
pub(super) fn version(value: &Val<'_>) -> Result<Option<Version>, Stop> {
    Ok(lenient_version(&value.to_text()?))
}

fn both_texts<'s>(a: &Val<'_>, b: &Val<'_>, holds: fn(&str, &str) -> bool) -> Val<'s> {
    match (a, b) {
        (Val::Text(a), Val::Text(b)) => holds(a, b).into(),
        _ => Val::Null,
    }
}

fn pick(known: f64, value: &Val<'_>, of: fn(f64, f64) -> f64) -> Result<f64, Stop> {
    let value = value.to_number()?;
    Ok(if known.is_nan() || value.is_nan() { f64::NAN } else { of(known, value) })
}

fn whole_part(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.trunc() }
}

/// The steps that a copy takes.
fn size(value: &Val<'_>) -> usize {
    match value {
        Val::Text(text) => 1 + text.len() / BYTES_OF_A_STEP,
        Val::List(list) => 1 + list.values.iter().map(size).sum::<usize>(),
        Val::Object(object) => 1 + object.values.values().map(size).sum::<usize>(),
        _ => 1,
    }
}
