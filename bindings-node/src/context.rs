//! Whom a flag is asked for, as JavaScript says it.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use truenorth::flags::{Attribute, AttributeName, Attributes, Prepared, Seen, TARGETING_KEY};
use truenorth::ground::time::Time;

use crate::border::Value;

/// Where the attributes are.
pub(crate) enum Given<'a> {
    Nowhere,
    Object(Value),
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
}

pub(crate) fn clock() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::saturating(since.as_micros().try_into().unwrap_or(i64::MAX))
}

impl Attributes for Asked<'_> {
    #[inline]
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        match &self.given {
            Given::Nowhere => see(Seen::Missing),
            Given::Object(object) => object.look(name.name(), name.path(), see),
            Given::Prepared(prepared) => prepared.look(name, see),
        }
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        match &self.given {
            Given::Nowhere => None,
            Given::Object(object) => object.whole(name.name(), name.path()),
            Given::Prepared(prepared) => prepared.whole(name),
        }
    }

    fn now(&self) -> Option<Time> {
        Some(*self.now.get_or_init(clock))
    }
}

/// Attributes that are asked for many times, and read once.
pub(crate) struct Remembered<'a> {
    asked: Asked<'a>,
    read: RefCell<HashMap<Box<str>, Rc<Kept>>>,
}

impl<'a> Remembered<'a> {
    pub(crate) fn new(asked: Asked<'a>) -> Self {
        Self { asked, read: RefCell::default() }
    }
}

impl Attributes for Remembered<'_> {
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        let known = self.read.borrow().get(name.name()).map(Rc::clone);
        let kept = known.unwrap_or_else(|| {
            // A getter may ask for the same again: nothing is borrowed while it runs.
            let kept = Rc::new(self.asked.look(name, Kept::of));
            self.read.borrow_mut().insert(name.name().into(), Rc::clone(&kept));
            kept
        });
        see(kept.seen())
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        self.asked.whole(name)
    }

    fn now(&self) -> Option<Time> {
        self.asked.now()
    }
}

/// Attributes of one of many, who differ in who they are.
pub(crate) struct Keyed<'a> {
    pub(crate) others: &'a Remembered<'a>,
    pub(crate) key: Kept,
}

impl Attributes for Keyed<'_> {
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        if name.name() == TARGETING_KEY { see(self.key.seen()) } else { self.others.look(name, see) }
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        if name.name() == TARGETING_KEY { None } else { self.others.whole(name) }
    }

    fn now(&self) -> Option<Time> {
        self.others.now()
    }
}

/// What was seen.
pub(crate) enum Kept {
    Missing,
    Boolean(bool),
    Number(f64),
    Text(Box<str>),
    List(Vec<Attribute>),
    Object,
    Unusable,
}

impl Kept {
    fn of(seen: Seen<'_>) -> Self {
        match seen {
            Seen::Missing => Self::Missing,
            Seen::Boolean(truth) => Self::Boolean(truth),
            Seen::Number(number) => Self::Number(number),
            Seen::Text(text) | Seen::Known(text, _) => Self::Text(text.into()),
            Seen::List(values) => Self::List(values.into_owned()),
            Seen::Object => Self::Object,
            Seen::Unusable => Self::Unusable,
        }
    }

    fn seen(&self) -> Seen<'_> {
        match self {
            Self::Missing => Seen::Missing,
            Self::Boolean(truth) => Seen::Boolean(*truth),
            Self::Number(number) => Seen::Number(*number),
            Self::Text(text) => Seen::Text(text),
            Self::List(values) => Seen::List(values.into()),
            Self::Object => Seen::Object,
            Self::Unusable => Seen::Unusable,
        }
    }
}
