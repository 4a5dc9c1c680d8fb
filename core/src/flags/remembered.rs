//! Attributes of somebody of whom much is asked: each is looked at once.

use std::cell::OnceCell;

use super::context::{Attribute, AttributeName, Attributes, Seen, Symbol, TARGETING_KEY};
use super::ruleset::Ruleset;
use crate::ground::time::Time;

/// Attributes that one set looks at many times, and that are costly to look at; where nobody asks, nobody looks.
///
/// # Example
/// ```
/// use truenorth::flags::{Context, Keyed, Remembered, Ruleset, Seen};
/// let flags = Ruleset::parse(r#"{"version": 1, "flags": {"x": {"variants": {"on": true}, "defaultVariant": "on"}}}"#)?;
/// let others = Remembered::new(&flags, Context::default().with("country", "DE"));
/// for key in ["user-1", "user-2"] {
///     assert!(flags.boolean("x", &Keyed { others: &others, key: Seen::Text(key) }, false));
/// }
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug)]
pub struct Remembered<'s, A> {
    set: &'s Ruleset,
    asked: A,
    slots: Vec<OnceCell<Kept>>,
}

impl<'s, A: Attributes> Remembered<'s, A> {
    /// Nothing is looked at yet.
    pub fn new(set: &'s Ruleset, asked: A) -> Self {
        Self { set, asked, slots: set.attributes.iter().map(|_| OnceCell::new()).collect() }
    }
}

impl<A: Attributes> Attributes for Remembered<'_, A> {
    #[inline]
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        match self.slots.get(name.slot as usize) {
            Some(slot) if name.set == self.set.number => {
                let kept = slot.get_or_init(|| self.asked.look(name, |seen| Kept::of(seen, self.set)));
                see(kept.seen())
            }
            _ => self.asked.look(name, see),
        }
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        self.asked.whole(name)
    }

    fn now(&self) -> Option<Time> {
        self.asked.now()
    }
}

/// Attributes of one of many, who differ in nothing but their targeting key.
#[derive(Debug)]
pub struct Keyed<'a, A> {
    /// What is the same for all.
    pub others: &'a A,
    /// The targeting key.
    pub key: Seen<'a>,
}

impl<A: Attributes> Attributes for Keyed<'_, A> {
    #[inline]
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        if name.name() == TARGETING_KEY { see(self.key) } else { self.others.look(name, see) }
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        if name.name() == TARGETING_KEY { None } else { self.others.whole(name) }
    }

    fn now(&self) -> Option<Time> {
        self.others.now()
    }
}

/// What was seen.
#[derive(Debug, Clone)]
enum Kept {
    Missing,
    Boolean(bool),
    Number(f64),
    /// With its number, where the set compares with it.
    Text(Box<str>, Option<Symbol>),
    List(Vec<Attribute>),
    Object,
    Unusable,
}

impl Kept {
    fn of(seen: Seen<'_>, set: &Ruleset) -> Self {
        match seen {
            Seen::Missing => Self::Missing,
            Seen::Boolean(truth) => Self::Boolean(truth),
            Seen::Number(number) => Self::Number(number),
            Seen::Text(text) | Seen::Known(text, _) => Self::Text(text.into(), set.symbols.get(text).copied()),
            Seen::List(values) => Self::List(values.to_vec()),
            Seen::Object => Self::Object,
            Seen::Unusable => Self::Unusable,
        }
    }

    #[inline]
    fn seen(&self) -> Seen<'_> {
        match self {
            Self::Missing => Seen::Missing,
            Self::Boolean(truth) => Seen::Boolean(*truth),
            Self::Number(number) => Seen::Number(*number),
            Self::Text(text, symbol) => Seen::Known(text, symbol.unwrap_or(Symbol::OTHER)),
            Self::List(values) => Seen::List(values),
            Self::Object => Seen::Object,
            Self::Unusable => Seen::Unusable,
        }
    }
}
