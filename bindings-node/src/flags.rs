//! Flags as JavaScript holds them. A flag is named by its index: what names are, the JavaScript side knows.

use std::collections::BTreeMap;
use std::path::Path;
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

use crate::border::{Answer, ContextInput, Held, HeldInput, Keys, Moment, Room, Value};
use crate::context::{Asked, Given};
use crate::error::face;
use crate::tray::{PLACES, Tray};

/// The types of values, by the numbers that the JavaScript side knows them by.
pub(crate) const TYPES: [FlagType; 5] =
    [FlagType::Boolean, FlagType::String, FlagType::Integer, FlagType::Number, FlagType::Object];

/// Flags, and their names in the order of their indices. They never change: whoever was asked before a reload, by a getter
/// of the context say, answers as it was.
pub struct Flags {
    pub(crate) set: FlagSet,
    names: Vec<Box<str>>,
    /// The file that is watched.
    file: Option<Arc<Mutex<Watched<Ruleset>>>>,
}

impl Flags {
    fn held(set: FlagSet, file: Option<Arc<Mutex<Watched<Ruleset>>>>) -> Held {
        let names = set.rules().names().map(Into::into).collect();
        Held::Flags(Arc::new(Self { set, names, file }))
    }

    /// The same with other rules.
    fn with(&self, rules: Ruleset) -> Held {
        Self::held(self.set.followed_by(rules), self.file.clone())
    }

    fn name(&self, index: u32) -> Result<&str> {
        let name = self.names.get(index as usize);
        name.map(|name| &**name).ok_or_else(|| Error::new(ErrorCode::Internal, "no flag of this index"))
    }
}

pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))
}

/// Reads the JSON of a file of flags.
#[napi]
pub fn flags_parse(text: String) -> napi::Result<Held> {
    face(|| Ok(Flags::held(FlagSet::parse(&text)?, None)))
}

/// Reads a file of flags, JSON or YAML.
#[napi]
pub fn flags_from_file(path: String) -> napi::Result<Held> {
    face(|| Ok(Flags::held(truenorth_cli::read_document(Path::new(&path), FlagSet::parse)?, None)))
}

/// Reads a file of flags to be looked at again.
#[napi]
pub fn flags_watch(path: String) -> napi::Result<Held> {
    face(|| {
        let (file, rules) = Watched::open(Path::new(&path), Ruleset::parse)?;
        Ok(Flags::held(rules.into(), Some(Arc::new(Mutex::new(file)))))
    })
}

/// Looks at the file on a thread of the pool: undefined, where there is nothing new; else flags in place of these.
#[napi]
pub fn flags_look(flags: HeldInput) -> napi::Result<AsyncTask<Looking>> {
    face(|| Ok(AsyncTask::new(Looking(Arc::clone(flags.flags()?)))))
}

/// A look at a file.
pub struct Looking(Arc<Flags>);

impl Task for Looking {
    type Output = Option<Ruleset>;
    type JsValue = Option<Held>;

    fn compute(&mut self) -> napi::Result<Option<Ruleset>> {
        face(|| {
            let file = self.0.file.as_ref().ok_or_else(|| Error::new(ErrorCode::Internal, "no file is watched"))?;
            file.lock().unwrap_or_else(PoisonError::into_inner).look().transpose()
        })
    }

    fn resolve(&mut self, _: Env, rules: Option<Ruleset>) -> napi::Result<Option<Held>> {
        Ok(rules.map(|rules| self.0.with(rules)))
    }
}

/// Reads the JSON of another file: flags in place of these.
#[napi]
pub fn flags_reload(flags: HeldInput, text: String) -> napi::Result<Held> {
    face(|| Ok(flags.flags()?.with(Ruleset::parse(&text)?)))
}

/// The names, each at its index.
#[napi]
pub fn flags_names(flags: HeldInput) -> napi::Result<Vec<String>> {
    face(|| Ok(flags.flags()?.names.iter().map(ToString::to_string).collect()))
}

/// What of an object is worth being read on a tray for a flag: names and slots, as JSON. Paths are not.
#[napi]
pub fn flags_needs(flags: HeldInput, index: u32) -> napi::Result<String> {
    face(|| {
        let flags = flags.flags()?;
        let rules = flags.set.rules();
        let flag = rules.handle(flags.name(index)?);
        let needs = flag.map(|flag| rules.needs(flag, PLACES)).unwrap_or_default();
        let plain = needs.into_iter().filter(|name| name.path().is_empty());
        json(&plain.map(|name| (name.name(), name.slot())).collect::<Vec<_>>())
    })
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
pub fn flags_get(flags: HeldInput, what: u32, context: ContextInput, now: Moment) -> napi::Result<Answer> {
    face(|| get(flags.flags()?, what, Asked::new(context.given()?, now.0)))
}

/// The same for an object that was read onto a tray.
#[napi]
pub fn flags_get_read(
    flags: HeldInput,
    what: u32,
    object: Value,
    now: Moment,
    tray: Room,
    values: Value,
) -> napi::Result<Answer> {
    face(|| {
        let tray = Tray::new(&tray, values)?;
        get(flags.flags()?, what, Asked::new(Given::Read(object, &tray), now.0))
    })
}

fn get(flags: &Flags, what: u32, asked: Asked<'_>) -> Result<Answer> {
    let (name, wanted) = (flags.name(what / 8)?, TYPES[(what % 8) as usize]);
    let answer = |evaluation: &Evaluation<'_>| match (evaluation.value(), wanted) {
        (None, _) => Answer::Default,
        (Some(value), FlagType::Object) => Answer::Text(value.to_string()),
        (Some(serde_json::Value::Bool(truth)), _) => Answer::Truth(*truth),
        (Some(serde_json::Value::String(text)), _) => Answer::Text(text.clone()),
        (Some(value), _) => value.as_f64().map_or(Answer::Default, Answer::Number),
    };
    Ok(flags.set.see(name, wanted, &asked, answer))
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
        let name = flags.name(index)?;
        let (asked, rules) = (Asked::new(context.given()?, now.0), flags.set.rules());
        let truths = if asked.is_object() {
            truths(&flags.set, name, &keys, &Remembered::new(&rules, asked))
        } else {
            truths(&flags.set, name, &keys, &asked)
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
        json(&rules.evaluate(&name, &Asked::new(context.given()?, now.0)).report(&name))
    })
}

/// The places of all flags' variants among their own; 2^32 - 1 where the default stands.
#[napi]
pub fn flags_evaluate_all(flags: HeldInput, context: ContextInput, now: Moment, room: Room) -> napi::Result<()> {
    face(|| {
        let rules = flags.flags()?.set.rules();
        let asked = Asked::new(context.given()?, now.0);
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
        json(&rules.explain(&name, &Asked::new(context.given()?, now.0)).report())
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
