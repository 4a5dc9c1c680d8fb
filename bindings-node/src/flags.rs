//! Flags as JavaScript holds them. A flag is named by its index: what names are, the JavaScript side knows.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi::{Env, Task};
use napi_derive::napi;
use serde::Serialize;
use truenorth::desk::door;
use truenorth::flags::{
    Attributes, Context, Evaluation, FlagProblem, FlagSet, FlagType, JsonValue, Keyed, Prepared, Remembered, Ruleset,
};
use truenorth::{Error, ErrorCode, Result};
use truenorth_cli::Watched;

use crate::border::{Answer, ContextInput, Held, HeldInput, Keys, Moment, Names, Room};
use crate::context::Asked;
use crate::error::face;

/// The types of values, by the numbers that the JavaScript side knows them by.
pub(crate) const TYPES: [FlagType; 5] =
    [FlagType::Boolean, FlagType::String, FlagType::Integer, FlagType::Number, FlagType::Object];

/// Flags, and their names in the order of their indices.
pub(crate) struct Flags {
    pub(crate) set: FlagSet,
    names: RefCell<Rc<[Box<str>]>>,
    /// The file that is watched.
    file: Option<Arc<Mutex<Watched<Ruleset>>>>,
}

impl Flags {
    pub(crate) fn held(rules: impl Into<Arc<Ruleset>>, file: Option<Watched<Ruleset>>) -> Held {
        let rules = rules.into();
        let names = RefCell::new(names(&rules));
        Held::Flags(Self { set: rules.into(), names, file: file.map(|file| Arc::new(Mutex::new(file))) })
    }

    fn replace(&self, rules: Ruleset) {
        self.names.replace(names(&rules));
        self.set.replace(rules);
    }

    fn name(&self, index: u32) -> Result<(Rc<[Box<str>]>, usize)> {
        let names = Rc::clone(&self.names.borrow());
        let index = index as usize;
        if index < names.len() {
            Ok((names, index))
        } else {
            Err(Error::new(ErrorCode::Internal, "no flag of this index"))
        }
    }
}

fn names(rules: &Ruleset) -> Rc<[Box<str>]> {
    rules.names().map(Into::into).collect()
}

pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))
}

/// Reads the JSON of a file of flags.
#[napi]
pub fn flags_parse(text: String) -> napi::Result<Held> {
    face(|| Ok(Flags::held(Ruleset::parse(&text)?, None)))
}

/// Reads a file of flags, JSON or YAML.
#[napi]
pub fn flags_from_file(path: String) -> napi::Result<Held> {
    face(|| Ok(Flags::held(truenorth_cli::read_document(Path::new(&path), Ruleset::parse)?, None)))
}

/// Reads a file of flags to be looked at again.
#[napi]
pub fn flags_watch(path: String) -> napi::Result<Held> {
    face(|| {
        let (file, rules) = Watched::open(Path::new(&path), Ruleset::parse)?;
        Ok(Flags::held(rules, Some(file)))
    })
}

/// Looks at the file on a thread of the pool: undefined, where there is nothing new; else flags to adopt.
#[napi]
pub fn flags_look(flags: HeldInput) -> napi::Result<AsyncTask<Looking>> {
    face(|| {
        let file = flags.flags()?.file.as_ref().map(Arc::clone);
        Ok(AsyncTask::new(Looking(file.ok_or_else(|| Error::new(ErrorCode::Internal, "no file is watched"))?)))
    })
}

/// A look at a file.
pub struct Looking(Arc<Mutex<Watched<Ruleset>>>);

impl Task for Looking {
    type Output = Option<Ruleset>;
    type JsValue = Option<Held>;

    fn compute(&mut self) -> napi::Result<Option<Ruleset>> {
        face(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).look().transpose())
    }

    fn resolve(&mut self, _: Env, rules: Option<Ruleset>) -> napi::Result<Option<Held>> {
        Ok(rules.map(|rules| Held::Rules(RefCell::new(Some(Box::new(rules))))))
    }
}

/// Takes flags that a look found.
#[napi]
pub fn flags_adopt(flags: HeldInput, found: HeldInput) -> napi::Result<()> {
    face(|| {
        let rules = found.rules()?;
        flags.flags()?.replace(*rules);
        Ok(())
    })
}

/// Reads the JSON of another file in place of the last.
#[napi]
pub fn flags_reload(flags: HeldInput, text: String) -> napi::Result<()> {
    face(|| {
        flags.flags()?.replace(Ruleset::parse(&text)?);
        Ok(())
    })
}

/// The names, each at its index.
#[napi]
pub fn flags_names(flags: HeldInput) -> napi::Result<Vec<String>> {
    face(|| Ok(flags.flags()?.names.borrow().iter().map(ToString::to_string).collect()))
}

/// The names of the attributes that flags look at, each at its place.
#[napi]
pub fn flags_attributes(flags: HeldInput) -> napi::Result<Vec<String>> {
    face(|| Ok(flags.flags()?.set.rules().attributes().map(|attribute| attribute.name().to_owned()).collect()))
}

/// The values of all flags' variants, as JSON; objects and lists as a list of their own JSON.
#[napi]
pub fn flags_values(flags: HeldInput) -> napi::Result<String> {
    face(|| {
        let rules = flags.flags()?.set.rules();
        let one = |value: &serde_json::Value| match value {
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => serde_json::json!([value.to_string()]),
            plain => plain.clone(),
        };
        let values = rules.summaries().map(|flag| flag.values.into_iter().map(one).collect());
        json(&values.collect::<Vec<Vec<_>>>())
    })
}

/// What is wrong with single flags, as JSON.
#[napi]
pub fn flags_problems(flags: HeldInput) -> napi::Result<String> {
    face(|| {
        let rules = flags.flags()?.set.rules();
        json(&rules.problems().iter().map(FlagProblem::from).collect::<Vec<_>>())
    })
}

/// The value of a flag: of the type `what % 8`, the flag at `what / 8`; undefined where the default stands. Objects are
/// JSON.
#[napi]
pub fn flags_get(
    flags: HeldInput,
    what: u32,
    context: ContextInput,
    now: Moment,
    attributes: Names,
) -> napi::Result<Answer> {
    face(|| {
        let flags = flags.flags()?;
        let (names, index) = flags.name(what / 8)?;
        let wanted = TYPES[(what % 8) as usize];
        let asked = Asked::new(context.given(Some(attributes.0))?, now.0);
        let answer = |evaluation: &Evaluation<'_>| match (evaluation.value(), wanted) {
            (None, _) => Answer::Default,
            (Some(value), FlagType::Object) => Answer::Text(value.to_string()),
            (Some(serde_json::Value::Bool(truth)), _) => Answer::Truth(*truth),
            (Some(serde_json::Value::String(text)), _) => Answer::Text(text.clone()),
            (Some(value), _) => value.as_f64().map_or(Answer::Default, Answer::Number),
        };
        Ok(flags.set.see(&names[index], wanted, &asked, answer))
    })
}

/// A flag's truth for many: 1, 0, or 2 where the default stands.
#[napi]
pub fn flags_booleans(
    flags: HeldInput,
    index: u32,
    keys: Keys,
    context: ContextInput,
    now: Moment,
) -> napi::Result<Uint8Array> {
    face(|| {
        let flags = flags.flags()?;
        let (names, index) = flags.name(index)?;
        let (asked, rules) = (Asked::new(context.given(None)?, now.0), flags.set.rules());
        let truths = if asked.is_object() {
            truths(&flags.set, &names[index], &keys, &Remembered::new(&rules, asked))
        } else {
            truths(&flags.set, &names[index], &keys, &asked)
        };
        Ok(truths?.into())
    })
}

fn truths(set: &FlagSet, name: &str, keys: &Keys, others: &impl Attributes) -> Result<Vec<u8>> {
    keys.each(|key| {
        let truth = |evaluation: &Evaluation<'_>| evaluation.value().and_then(serde_json::Value::as_bool);
        set.see(name, FlagType::Boolean, &Keyed { others, key }, truth).map_or(2, u8::from)
    })
}

/// Evaluates a flag, as JSON.
#[napi]
pub fn flags_evaluate(flags: HeldInput, name: String, context: ContextInput, now: Moment) -> napi::Result<String> {
    face(|| {
        let rules = flags.flags()?.set.rules();
        json(&rules.evaluate(&name, &Asked::new(context.given(None)?, now.0)).report(&name))
    })
}

/// The places of all flags' variants among their own; 2^32 - 1 where the default stands.
#[napi]
pub fn flags_evaluate_all(flags: HeldInput, context: ContextInput, now: Moment, room: Room) -> napi::Result<()> {
    face(|| {
        let rules = flags.flags()?.set.rules();
        let asked = Asked::new(context.given(None)?, now.0);
        // A getter may ask for all flags itself: nothing is written before all are known.
        let places =
            if asked.is_object() { places(&rules, &Remembered::new(&rules, asked)) } else { places(&rules, &asked) };
        room.fill(&places)
    })
}

fn places(rules: &Ruleset, asked: &impl Attributes) -> Vec<u32> {
    rules.evaluate_all(asked).map(|(_, found)| found.position().unwrap_or(u32::MAX)).collect()
}

/// Evaluates a flag and says why, as JSON.
#[napi]
pub fn flags_explain(flags: HeldInput, name: String, context: ContextInput, now: Moment) -> napi::Result<String> {
    face(|| {
        let rules = flags.flags()?.set.rules();
        json(&rules.explain(&name, &Asked::new(context.given(None)?, now.0)).report())
    })
}

/// A context made ready, of JSON.
#[napi]
pub fn flags_prepare(flags: HeldInput, context: String, now: Moment) -> napi::Result<Held> {
    face(|| {
        let rules = flags.flags()?.set.rules();
        let attributes = door::read::<BTreeMap<String, JsonValue>>(&context)?;
        let made: Context = attributes.into_iter().map(|(name, value)| (name, value.0)).collect();
        Ok(Held::Prepared(Prepared::new(&rules, made.at(now.0))))
    })
}

/// From now on, remembers who was given what.
#[napi]
pub fn flags_record(flags: HeldInput, most: u32) -> napi::Result<()> {
    face(|| {
        flags.flags()?.set.begin_exposures(most as usize);
        Ok(())
    })
}

/// The exposures since the last time, as JSON.
#[napi]
pub fn flags_take(flags: HeldInput) -> napi::Result<String> {
    face(|| {
        let set = &flags.flags()?.set;
        let exposures = set.exposures().ok_or_else(|| {
            Error::new(ErrorCode::Conflict, "exposures are not recorded; call `recordExposures` first")
        })?;
        json(&exposures.take())
    })
}

/// How many exposures found no room.
#[napi]
pub fn flags_lost(flags: HeldInput) -> napi::Result<f64> {
    face(|| Ok(flags.flags()?.set.exposures().map_or(0.0, |exposures| exposures.lost() as f64)))
}
