//! Whom a flag is asked for, as JavaScript says it.

use std::cell::OnceCell;

use truenorth::flags::{Attribute, AttributeName, Attributes, Prepared, Seen};
use truenorth::ground::time::Time;
use truenorth_cli::clock;

use crate::border::Value;
use crate::tray::Tray;

/// Where the attributes are.
pub(crate) enum Given<'a> {
    Nowhere,
    Object(Value),
    /// Of which some attributes are read already.
    Read(Value, &'a Tray),
    Prepared(&'a Prepared),
}

/// Attributes and an instant, which is now where none was given.
pub(crate) struct Asked<'a> {
    given: Given<'a>,
    now: OnceCell<Time>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(given: Given<'a>, now: Option<Time>) -> Self {
        let now = now.or(match given {
            Given::Prepared(prepared) => prepared.now(),
            _ => None,
        });
        Self { given, now: now.map_or_else(OnceCell::new, OnceCell::from) }
    }

    /// Whether it is costly to look at.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self.given, Given::Object(_))
    }
}

impl Attributes for Asked<'_> {
    #[inline]
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        match &self.given {
            Given::Nowhere => see(Seen::Missing),
            Given::Object(object) => object.look(name, None, see),
            Given::Read(object, tray) => tray.look(*object, name, see),
            Given::Prepared(prepared) => prepared.look(name, see),
        }
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        match &self.given {
            Given::Nowhere => None,
            Given::Object(object) | Given::Read(object, _) => object.whole(name),
            Given::Prepared(prepared) => prepared.whole(name),
        }
    }

    fn now(&self) -> Option<Time> {
        Some(*self.now.get_or_init(clock))
    }
}
