//! The machine that gives an expression its value for a context, in bounded steps.

use std::cell::Cell;

use super::super::condition::{Look, Stop};
use super::super::context::{AttributeName, Attributes};
use super::FractionalVersion;
use super::fractional::Place;
use super::logic::{Each, Logic, Source, Var};
use super::value::Val;

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
    pub(super) flag: &'s str,
    /// The attribute that is hashed where nothing else is named.
    pub(super) key: u32,
    pub(super) version: FractionalVersion,
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

    pub(super) fn spend(&self, steps: usize) -> Result<(), Stop> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps.get().checked_sub(steps));
        self.steps.set(left.ok_or(Stop::TooMuch)?);
        Ok(())
    }

    /// A copy, which takes steps where it is long.
    pub(super) fn copy<'v>(&self, value: &Val<'v>) -> Result<Val<'v>, Stop> {
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

    pub(super) fn text(&self, text: String) -> Result<Val<'s>, Stop> {
        self.spend(text.len() / BYTES_OF_A_STEP)?;
        Val::text(text)
    }

    pub(super) fn value(&self, logic: &'s Logic, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        self.spend(1)?;
        match logic {
            // What is made of it takes as long as it is.
            Logic::Const(value) => {
                self.spend(size(value) - 1)?;
                Ok(value.lend())
            }
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

    pub(super) fn values(&self, parts: &'s [Logic], scope: Scope<'_>) -> Result<Vec<Val<'s>>, Stop> {
        parts.iter().map(|part| self.value(part, scope)).collect()
    }

    pub(super) fn holds(&self, logic: &'s Logic, scope: Scope<'_>) -> Result<bool, Stop> {
        self.with(logic, scope, |value| Ok(value.truthy()))
    }

    pub(super) fn number(&self, logic: &'s Logic, scope: Scope<'_>) -> Result<f64, Stop> {
        let see = |value: &Val<'_>| value.to_number();
        self.with(logic, scope, see)
    }

    /// Shows the value of an expression; that of an attribute is not copied.
    pub(super) fn with<R>(
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
            (Scope::Element(value), _) => value.inside(path),
            (Scope::Reduction { .. }, None) => return Ok(Val::Closed),
            (Scope::Reduction { current, .. }, Some((name, rest))) if **name == *"current" => current.inside(rest),
            (Scope::Reduction { accumulator, .. }, Some((name, rest))) if **name == *"accumulator" => {
                accumulator.inside(rest)
            }
            (Scope::Context, _) | (Scope::Reduction { .. }, Some(_)) => None,
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

    pub(super) fn attribute<R>(
        &self,
        attribute: u32,
        see: impl FnOnce(&Val<'_>) -> Result<R, Stop>,
    ) -> Result<R, Stop> {
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
        let found = self.look.attributes.look(name, |seen| match Val::of(seen).map_err(|_| unusable)? {
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
    pub(super) fn by_name(&self, name: &Val<'_>, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
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
