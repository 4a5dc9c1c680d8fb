//! A context whose attributes stand where a set looks for them.

use super::context::{Attribute, AttributeName, Attributes, Context, Seen, Symbol};
use super::ruleset::Ruleset;
use crate::ground::time::Time;

/// A context made ready for one set; it still answers another, by names.
///
/// # Example
/// ```
/// use truenorth::flags::{Context, Prepared, Ruleset};
/// let flags = Ruleset::parse(r#"{"version": 1, "flags": {"x": {"variants": {"on": true}, "defaultVariant": "on"}}}"#)?;
/// let somebody = Prepared::new(&flags, Context::new("user-1"));
/// assert!(flags.boolean("x", &somebody, false));
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Prepared {
    context: Context,
    /// The set that the slots are of.
    set: u64,
    slots: Vec<Slot>,
}

/// A value, and where it is text that the set compares with, its number.
#[derive(Debug, Clone)]
struct Slot(Attribute, Symbol);

impl Prepared {
    /// Puts the attributes where the set looks for them.
    pub fn new(set: &Ruleset, context: Context) -> Self {
        let slot = |name| {
            let value = context.find(name).cloned().unwrap_or(Attribute::Null);
            let symbol = if let Attribute::Text(text) = &value { set.symbols.get(text).copied() } else { None };
            Slot(value, symbol.unwrap_or(Symbol::OTHER))
        };
        let slots = set.attributes.iter().map(slot).collect();
        Self { context, set: set.number, slots }
    }

    /// Whether it was made for just this set, which is faster.
    pub fn is_for(&self, set: &Ruleset) -> bool {
        self.set == set.number
    }

    /// At another instant.
    pub fn at(mut self, now: Time) -> Self {
        self.context = self.context.at(now);
        self
    }

    /// The context that it was made of.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

impl Attributes for Prepared {
    #[inline]
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        see(match self.slots.get(name.slot as usize) {
            Some(Slot(Attribute::Text(text), symbol)) if name.set == self.set => Seen::Known(text, *symbol),
            Some(Slot(value, _)) if name.set == self.set => value.seen(),
            _ => self.context.seen(name),
        })
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        self.context.whole(name)
    }

    #[inline]
    fn now(&self) -> Option<Time> {
        self.context.now()
    }
}
