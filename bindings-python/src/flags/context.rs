//! Whom a flag is evaluated for: a dictionary as it lies there, or a `FlagContext` made before.

use std::cell::Cell;
use std::collections::BTreeMap;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use truenorth::flags::{
    Attribute, AttributeName, Attributes, Context, JsonValue, Prepared, Ruleset, Seen, TARGETING_KEY,
};
use truenorth::ground::time::Time;
use truenorth::{Error, ErrorCode};
use truenorth_cli::clock;

use super::seen::{all_of, look};
use crate::patience::whole;
use crate::raise::{raise, raise_fault};
use crate::read::{Fault, Reader, kind_of};

/// Attributes of somebody, read once and asked about as often as you like, from many threads.
#[pyclass(frozen, module = "truenorth", name = "FlagContext")]
#[derive(Debug)]
pub(crate) struct FlagContext {
    kept: Kept,
    attributes: usize,
}

#[derive(Debug)]
enum Kept {
    Plain(Context),
    Prepared(Prepared),
}

impl FlagContext {
    /// What is in a dictionary; here a mistake is raised, since nobody's default stands for it.
    fn read(py: Python<'_>, attributes: Option<&Bound<'_, PyDict>>, now: Option<Time>) -> PyResult<Self> {
        let attributes: BTreeMap<String, JsonValue> = match attributes {
            Some(attributes) => {
                let read = Reader::default().read(attributes.as_any());
                read.map_err(|fault| raise_fault(py, fault.at("attributes")))?
            }
            None => BTreeMap::new(),
        };
        let count = attributes.len();
        let context: Context = attributes.into_iter().map(|(name, value)| (name, value.0)).collect();
        Ok(Self { kept: Kept::Plain(context.at(now)), attributes: count })
    }

    fn context(&self) -> &Context {
        match &self.kept {
            Kept::Plain(context) => context,
            Kept::Prepared(prepared) => prepared.context(),
        }
    }

    /// Made ready for one set.
    pub(super) fn prepared(&self, rules: &Ruleset, now: Option<Time>) -> Self {
        let context = self.context().clone().at(now);
        Self { kept: Kept::Prepared(Prepared::new(rules, context)), attributes: self.attributes }
    }

    /// Whatever may stand for a context, made ready for one set.
    pub(super) fn of(py: Python<'_>, context: &Bound<'_, PyAny>, rules: &Ruleset, now: Option<Time>) -> PyResult<Self> {
        match Whom::of(py, Some(context))? {
            Whom::Kept(kept) => Ok(kept.prepared(rules, now)),
            Whom::Dict(dict) => Ok(Self::read(py, Some(dict), None)?.prepared(rules, now)),
            Whom::Nobody => Ok(Self::read(py, None, None)?.prepared(rules, now)),
        }
    }
}

#[pymethods]
impl FlagContext {
    #[new]
    #[pyo3(signature = (targeting_key = None, attributes = None, *, now = None))]
    fn new(
        py: Python<'_>,
        targeting_key: Option<&Bound<'_, PyAny>>,
        attributes: Option<&Bound<'_, PyDict>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        whole(py, || {
            let mut made = Self::read(py, attributes, instant(py, now)?)?;
            let Some(key) = targeting_key else { return Ok(made) };
            let told = |code, sentence: String| Err(raise(py, &Error::new(code, sentence).at("targeting_key")));
            let read: Result<JsonValue, Fault> = Reader::default().read(key);
            let value = read.map_err(|fault| raise_fault(py, fault.at("targeting_key")))?.0;
            if !value.is_string() && !value.is_number() {
                return told(
                    ErrorCode::WrongType,
                    format!("expected a text or a whole number, found {}", kind_of(key)),
                );
            }
            if made.context().get(TARGETING_KEY).is_some() {
                return told(ErrorCode::Conflict, format!("`{TARGETING_KEY}` is among the attributes too"));
            }
            if let Kept::Plain(context) = &mut made.kept {
                context.set(TARGETING_KEY, value);
                made.attributes += 1;
            }
            Ok(made)
        })
    }

    fn __len__(&self) -> usize {
        self.attributes
    }

    /// Attributes may be private: none is shown.
    fn __repr__(&self) -> String {
        let prepared = if matches!(self.kept, Kept::Prepared(_)) { ", prepared" } else { "" };
        format!("<FlagContext: {} attributes{prepared}>", self.attributes)
    }

    #[expect(clippy::unused_self, reason = "Python calls it on a context")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a FlagContext cannot be pickled: send the attributes, and make one of them there"))
    }
}

/// Who is meant by what was given as a context.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whom<'a, 'py> {
    Nobody,
    Dict(&'a Bound<'py, PyDict>),
    Kept(&'a FlagContext),
}

impl<'a, 'py> Whom<'a, 'py> {
    pub(super) fn of(py: Python<'py>, context: Option<&'a Bound<'py, PyAny>>) -> PyResult<Self> {
        let Some(context) = context else { return Ok(Self::Nobody) };
        if let Ok(dict) = context.cast::<PyDict>() {
            return Ok(Self::Dict(dict));
        }
        if let Ok(kept) = context.cast::<FlagContext>() {
            return Ok(Self::Kept(kept.get()));
        }
        let sentence = format!("expected a dict or a FlagContext, found {}", kind_of(context));
        Err(raise(py, &Error::new(ErrorCode::WrongType, sentence).at("context")))
    }
}

/// One question's context: whom, and at which instant.
#[derive(Debug)]
pub(super) struct Asked<'a, 'py> {
    whom: Whom<'a, 'py>,
    given: Option<Time>,
    /// The clock is read once, and only where a flag wants to know.
    clock: Cell<Option<Time>>,
}

impl<'a, 'py> Asked<'a, 'py> {
    pub(super) fn new(
        py: Python<'py>,
        context: Option<&'a Bound<'py, PyAny>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let (whom, given) = (Whom::of(py, context)?, instant(py, now)?);
        Ok(Self { whom, given, clock: Cell::new(None) })
    }

    /// Whether it is costly to look at.
    pub(super) fn is_dict(&self) -> bool {
        matches!(self.whom, Whom::Dict(_))
    }
}

impl Attributes for Asked<'_, '_> {
    #[inline]
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        match self.whom {
            Whom::Nobody => see(Seen::Missing),
            Whom::Dict(dict) => look(dict, name, see),
            Whom::Kept(FlagContext { kept: Kept::Plain(context), .. }) => context.look(name, see),
            Whom::Kept(FlagContext { kept: Kept::Prepared(prepared), .. }) => prepared.look(name, see),
        }
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        match self.whom {
            Whom::Nobody => None,
            Whom::Dict(dict) => all_of(dict, name),
            Whom::Kept(FlagContext { kept: Kept::Plain(context), .. }) => context.whole(name),
            Whom::Kept(FlagContext { kept: Kept::Prepared(prepared), .. }) => prepared.whole(name),
        }
    }

    fn now(&self) -> Option<Time> {
        let kept = if let Whom::Kept(kept) = self.whom { kept.context().now() } else { None };
        self.given.or(kept).or_else(|| {
            let now = self.clock.get().unwrap_or_else(clock);
            self.clock.set(Some(now));
            Some(now)
        })
    }
}

/// An instant that was given: a `datetime` with a time zone, or its text.
pub(super) fn instant(py: Python<'_>, now: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Time>> {
    now.map(|now| Reader::default().read(now).map_err(|fault| raise_fault(py, fault.at("now")))).transpose()
}
