//! What is known of whom a flag is evaluated for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::ground::time::Time;

/// The attribute that stands for whom a flag is evaluated for.
pub const TARGETING_KEY: &str = "targetingKey";

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// Known to be nothing; the same as missing.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(Box<str>),
    /// Several values.
    List(Vec<Attribute>),
    /// Values by name, reached by a path such as `organisation.plan`.
    Object(BTreeMap<Box<str>, Attribute>),
}

impl Attribute {
    /// The value as the evaluator looks at it.
    pub fn seen(&self) -> Seen<'_> {
        match self {
            Self::Null => Seen::Missing,
            Self::Boolean(truth) => Seen::Boolean(*truth),
            Self::Number(number) => Seen::Number(*number),
            Self::Text(text) => Seen::Text(text),
            Self::List(values) => Seen::List(values),
            Self::Object(_) => Seen::Object,
        }
    }

    /// What stands at the end of a path, itself where the path is empty.
    pub fn inside(&self, path: &[Box<str>]) -> Option<&Attribute> {
        path.iter().try_fold(self, |value, name| match value {
            Self::Object(values) => values.get(name),
            _ => None,
        })
    }
}

impl From<bool> for Attribute {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<f64> for Attribute {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Attribute {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Attribute {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<T: Into<Attribute>> From<Vec<T>> for Attribute {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl From<serde_json::Value> for Attribute {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Boolean(truth),
            Value::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Value::String(text) => text.into(),
            Value::Array(values) => values.into(),
            Value::Object(values) => {
                Self::Object(values.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
            }
        }
    }
}

/// An attribute as the evaluator looks at it, wherever it is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen<'a> {
    /// It is not there, or null.
    Missing,
    /// True or false.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(&'a str),
    /// Text of which a prepared context knows its number among the texts that the set compares with.
    Known(&'a str, Symbol),
    /// Several values.
    List(&'a [Attribute]),
    /// An object, which no comparison takes.
    Object,
    /// Something that no attribute can be; the evaluation ends with an error.
    Unusable,
}

/// The number of a text that a set compares with; only contexts that are kept for a set have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol(pub(super) u32);

impl Symbol {
    /// No text that the set compares with.
    pub(super) const OTHER: Self = Self(u32::MAX);
}

/// An attribute that some definition names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeName {
    /// The set that names it, and where it stands in a context prepared for that set.
    pub(super) set: u64,
    pub(super) slot: u32,
    /// Its name, as it is written.
    pub(super) name: Box<str>,
    /// Its name taken apart, where it is a path.
    pub(super) path: Box<[Box<str>]>,
}

impl AttributeName {
    pub(super) fn new(set: u64, slot: u32, name: &str) -> Self {
        let path = if name.contains('.') { name.split('.').map(Into::into).collect() } else { Box::default() };
        Self { set, slot, name: name.into(), path }
    }

    /// Its name, as it is written in the definition.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it stands among [`Ruleset::attributes`](super::Ruleset::attributes) of its set.
    pub fn slot(&self) -> u32 {
        self.slot
    }

    /// The names along the path, where its name is one; else empty.
    pub fn path(&self) -> &[Box<str>] {
        &self.path
    }
}

/// Somewhere that attributes are kept; only those that a flag needs are looked at.
pub trait Attributes {
    /// Looks at one attribute.
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R;

    /// All of an attribute that was seen as an object, where that can be had; only flagd's operations ask.
    fn whole(&self, _name: &AttributeName) -> Option<Attribute> {
        None
    }

    /// The instant of the evaluation, where one is given.
    fn now(&self) -> Option<Time>;
}

impl<T: Attributes> Attributes for &T {
    #[inline]
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        (**self).look(name, see)
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        (**self).whole(name)
    }

    #[inline]
    fn now(&self) -> Option<Time> {
        (**self).now()
    }
}

/// Attributes by name, and the instant of the evaluation.
///
/// # Example
/// ```
/// use truenorth::flags::Context;
/// let context = Context::new("user-1").with("country", "DE").with("seats", 25);
/// # assert!(format!("{context:?}").contains("country"));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    attributes: Named,
    now: Option<Time>,
}

/// Names are mostly written in the program, and then they are not copied.
type Name = Cow<'static, str>;

/// So many are found quicker by looking at one after the other.
const FEW: usize = 16;
/// Most have no more than this, and then there is one piece of memory to ask for.
const MOSTLY: usize = 8;

#[derive(Debug, Clone, PartialEq)]
enum Named {
    Few(Vec<(Name, Attribute)>),
    Many(BTreeMap<Name, Attribute>),
}

impl Default for Named {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Named {
    /// Sets one where there are many, or will be.
    #[cold]
    fn set(&mut self, name: Name, value: Attribute) {
        if let Self::Few(few) = self {
            *self = Self::Many(std::mem::take(few).into_iter().collect());
        }
        if let Self::Many(many) = self {
            many.insert(name, value);
        }
    }
}

impl Context {
    /// Of somebody with a targeting key.
    pub fn new(targeting_key: impl Into<Attribute>) -> Self {
        Self::default().with(TARGETING_KEY, targeting_key)
    }

    /// With an attribute; one of the same name is replaced.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Attribute>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Attribute>) {
        let name = name.into();
        let Named::Few(few) = &mut self.attributes else { return self.attributes.set(name, value.into()) };
        if let Some((_, old)) = few.iter_mut().find(|(known, _)| *known == name) {
            *old = value.into();
        } else if few.len() == FEW {
            self.attributes.set(name, value.into());
        } else {
            if few.capacity() == 0 {
                *few = Vec::with_capacity(MOSTLY);
            }
            few.push((name, value.into()));
        }
    }

    /// At an instant, for rules and rollouts that begin or end; none leaves it as it is.
    pub fn at(mut self, now: impl Into<Option<Time>>) -> Self {
        self.now = now.into().or(self.now);
        self
    }

    /// The attribute of a name.
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        match &self.attributes {
            Named::Few(few) => few.iter().find(|(known, _)| **known == *name).map(|(_, value)| value),
            Named::Many(many) => many.get(name),
        }
    }

    /// The attribute that a definition means: one of just this name, else the one along the path.
    pub(super) fn find(&self, name: &AttributeName) -> Option<&Attribute> {
        self.get(&name.name).or_else(|| {
            let (first, rest) = name.path.split_first()?;
            self.get(first)?.inside(rest)
        })
    }

    /// The same, as the evaluator looks at it.
    pub(super) fn seen(&self, name: &AttributeName) -> Seen<'_> {
        self.find(name).map_or(Seen::Missing, Attribute::seen)
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Attribute>> FromIterator<(N, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(attributes: I) -> Self {
        let mut context = Self::default();
        attributes.into_iter().for_each(|(name, value)| context.set(name, value));
        context
    }
}

impl Attributes for Context {
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        see(self.seen(name))
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        self.find(name).cloned()
    }

    fn now(&self) -> Option<Time> {
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_attributes_are_found_like_few() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 100_000] {
            let named = |at: usize| (format!("a{at}"), at as f64);
            let context: Context = (0..count).rev().map(named).chain((0..count.min(3)).map(named)).collect();
            assert!((0..count).all(|at| context.get(&format!("a{at}")) == Some(&Attribute::Number(at as f64))));
            assert_eq!(context.get("b"), None);
            let context = context.with("a0", true).with("b", "x");
            assert_eq!((context.get("a0"), context.get("b")), (Some(&true.into()), Some(&"x".into())));
        }
    }
}
