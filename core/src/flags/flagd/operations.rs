//! The operations that want the values of what they are given and nothing else.

use semver::Version;

use super::super::comparison::lenient_version;
use super::super::condition::Stop;
use super::super::context::Attributes;
use super::logic::{Compare, Logic, Op, Relation, SemVer, Side};
use super::machine::{Machine, Scope};
use super::value::{Val, push};

impl<'s, A: Attributes + Copy> Machine<'s, A> {
    pub(super) fn call(&self, op: Op, parts: &'s [Logic], scope: Scope<'_>) -> Result<Val<'s>, Stop> {
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
            Op::Least => self.fold(parts, scope, f64::INFINITY, |least, value| pick(least, value, f64::min)),
            Op::Greatest => self.fold(parts, scope, f64::NEG_INFINITY, |most, value| pick(most, value, f64::max)),
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

    pub(super) fn versions(&self, versions: &'s SemVer, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
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
