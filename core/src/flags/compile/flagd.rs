//! A file of flagd's: its flags, its `$evaluators` and what is known about all of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::flagd::{Evaluators, FractionalVersion, Logic, Reader, references};
use super::super::ruleset::{Flag, Problem, Unit, variant_named};
use super::super::types::FlagState;
use super::cycles::Graph;
use super::document::{Document, Entries, inside};
use super::flag::{type_of, variants};
use super::{Compiler, check_name, unknown};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::json;
use crate::ground::text::excerpt;
use crate::ground::unique::{Strict, unique};

/// Longer chains of evaluators are refused.
const DEEPEST: usize = 64;

/// What else a file of flagd's holds.
#[derive(Default)]
pub(in super::super) struct Written<'a> {
    evaluators: Entries<'a>,
    metadata: BTreeMap<String, Value>,
    fractional: FractionalVersion,
    problems: Vec<Problem>,
}

impl Written<'_> {
    /// Hands on all that decides flags or is handed out with them.
    pub(super) fn each_part(&self, see: &mut impl FnMut(&str)) {
        see(&format!("{:?} {:?}", self.fractional, self.metadata));
        for (name, value) in &self.evaluators {
            see(name);
            see(value.get());
        }
    }
}

/// Whether a file is one of flagd's: it has flags, and neither a version nor anything else that only ours has.
pub(super) fn is_flagd(entries: &Entries<'_>) -> bool {
    const OURS: [&str; 5] = ["version", "segments", "layers", "holdouts", "hash"];
    entries.iter().any(|(name, _)| name == "flags") && !entries.iter().any(|(name, _)| OURS.contains(&&**name))
}

pub(super) fn document(entries: Entries<'_>) -> Result<Document<'_>> {
    let (mut document, mut flagd) = (Document::default(), Written::default());
    for (name, value) in entries {
        let text = value.get();
        match &*name {
            "flags" => document.flags = flags(text, &mut flagd.problems).at("flags")?,
            "$evaluators" => flagd.evaluators = inside(text).at("$evaluators")?,
            "metadata" => flagd.metadata = metadata(text, &mut flagd.problems),
            "privateAttributes" => document.private = json::read(text).at("privateAttributes")?,
            "fractionalVersion" => {
                flagd.fractional = match json::read::<u32>(text).at("fractionalVersion")? {
                    1 => FractionalVersion::V1,
                    2 => FractionalVersion::V2,
                    3 => FractionalVersion::V3,
                    other => {
                        let sentence = format!("expected 1, 2 or 3, found `{other}`");
                        return Err(Error::new(ErrorCode::UnknownValue, sentence).at("fractionalVersion"));
                    }
                }
            }
            // flagd lets anything else stand there.
            _ => {}
        }
    }
    document.flagd = Some(flagd);
    Ok(document)
}

/// The flags by name, written as an object or as a list; those that cannot be named are left out.
fn flags<'a>(text: &'a str, problems: &mut Vec<Problem>) -> Result<Entries<'a>> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        key: Cow<'a, str>,
    }
    let mut entries = Entries::new();
    if text.starts_with('[') {
        for (index, text) in json::read::<Vec<&RawValue>>(text)?.into_iter().enumerate() {
            match json::read::<Named<'_>>(text.get()) {
                Ok(named) => entries.push((named.key, text)),
                Err(error) => problems.push(Problem { flag: None, error: error.at(format_args!("flags[{index}]")) }),
            }
        }
    } else {
        entries = inside(text)?;
    }
    let mut seen = HashSet::new();
    entries.retain(|(name, _)| {
        let is_first = seen.insert(name.to_string());
        let twice = || Error::new(ErrorCode::Conflict, format!("the flag `{}` is there twice", excerpt(name)));
        let checked = check_name(name).and_then(|()| if is_first { Ok(()) } else { Err(twice()) });
        checked.map_err(|error| problems.push(Problem { flag: None, error: error.at("flags") })).is_ok()
    });
    Ok(entries)
}

/// What is known: texts, numbers and booleans; anything else is left out and told.
fn metadata(text: &str, problems: &mut Vec<Problem>) -> BTreeMap<String, Value> {
    let mut tell = |error: Error| problems.push(Problem { flag: None, error: error.at("metadata") });
    let mut found = json::read::<BTreeMap<String, Value>>(text).map_err(&mut tell).unwrap_or_default();
    found.retain(|name, value| check_scalar(name, value).map_err(&mut tell).is_ok());
    found
}

fn check_scalar(name: &str, value: &Value) -> Result<()> {
    if value.is_string() || value.is_number() || value.is_boolean() {
        return Ok(());
    }
    Err(Error::new(ErrorCode::WrongType, "expected text, a number or a boolean").at(name))
}

impl Compiler<'_> {
    pub(super) fn flagd(&mut self, written: Written<'_>) {
        self.set.metadata = written.metadata;
        self.set.fractional = written.fractional;
        self.set.problems.extend(written.problems);
        let mut evaluators = Evaluators::default();
        let values: Vec<(Cow<'_, str>, Result<Value>)> = written
            .evaluators
            .into_iter()
            .map(|(name, text)| (name, json::read::<Strict>(text.get()).map(|Strict(value)| value)))
            .collect();
        let numbers: HashMap<&str, u32> =
            values.iter().enumerate().map(|(at, (name, _))| (&**name, at as u32)).collect();
        let edges: Vec<Vec<u32>> = values
            .iter()
            .map(|(_, value)| {
                let mut names = Vec::new();
                if let Ok(value) = value {
                    references(value, &mut names);
                }
                names.iter().filter_map(|name| numbers.get(name).copied()).collect()
            })
            .collect();
        let graph = Graph::new(&edges);
        self.set.evaluators = values.iter().map(|_| Logic::nothing()).collect();
        for &index in &graph.order {
            let (name, value) = &values[index as usize];
            let named = |index: u32| values[index as usize].0.to_string();
            let circle = graph.error(index, DEEPEST, "evaluators", named);
            let read = circle.map_or_else(|| value.as_ref().map_err(Clone::clone), Err);
            let path = format!("$evaluators.{name}");
            let found = read.and_then(|value| self.logic(value, &evaluators, &path)).map_err(|error| {
                self.set.problems.push(Problem { flag: None, error: error.at(&path) });
            });
            let found = found.ok().map(|(logic, height)| {
                self.set.evaluators[index as usize] = logic;
                (index, height)
            });
            evaluators.0.insert(name.to_string(), found);
        }
        // What leads to a circle is not in order, and is malformed as well.
        for (name, _) in &values {
            evaluators.0.entry(name.to_string()).or_insert(None);
        }
        self.flagd = Some(evaluators);
    }

    /// An expression and how deep it is; what the schema forbids is told.
    fn logic(&mut self, value: &Value, evaluators: &Evaluators, path: &str) -> Result<(Logic, usize)> {
        let mut attribute = |name: &str| self.attribute(name);
        let mut reader = Reader::new(evaluators, &mut attribute);
        let logic = reader.logic(value);
        let (height, complaints) = (reader.deepest, std::mem::take(&mut reader.complaints));
        for error in complaints {
            self.set.problems.push(Problem { flag: None, error: error.at(path) });
        }
        Ok((logic?, height))
    }

    pub(super) fn flag_of_flagd(&mut self, name: &str, text: &str) -> Result<Flag> {
        let written: FlagOfFlagd = json::read(text)?;
        let state = match written.state.as_deref() {
            Some("ENABLED") => FlagState::Enabled,
            Some("DISABLED") => FlagState::Disabled,
            found => {
                let found = found.map_or_else(|| "none".to_owned(), |found| format!("`{}`", excerpt(found)));
                let sentence = format!("expected one of `ENABLED`, `DISABLED`, found {found}");
                return Err(Error::new(ErrorCode::UnknownValue, sentence).at("state"));
            }
        };
        if let Some(ours) = written.ours() {
            let sentence = format!("`{ours}` needs a file that says `version` 1");
            return Err(Error::new(ErrorCode::UnknownField, sentence).at(ours));
        }
        let value_type = type_of(&written.variants)?;
        let variants = variants(value_type, &written.variants)?;
        for (key, value) in &written.metadata {
            check_scalar(key, value).at("metadata")?;
        }
        let find = |name: &str| {
            let names = || variants.iter().map(|variant| &*variant.name);
            variant_named(&variants, name).ok_or_else(|| unknown("variant", name, names()).at("defaultVariant"))
        };
        let default = written.default_variant.filter(|name| !name.is_empty()).map(|name| find(&name)).transpose()?;
        let targeting = match written.targeting {
            Some(Strict(Value::Object(empty))) if empty.is_empty() => None,
            Some(Strict(Value::Null)) | None => None,
            Some(Strict(value @ Value::Object(_))) => {
                let evaluators = self.flagd.take().unwrap_or_default();
                let found = self.logic(&value, &evaluators, &format!("flags.{name}.targeting")).at("targeting");
                self.flagd = Some(evaluators);
                Some(found?.0)
            }
            Some(_) => return Err(Error::new(ErrorCode::WrongType, "expected an object").at("targeting")),
        };
        let attribute = self.unit(None, None).attribute;
        Ok(Flag {
            name: self.name(name),
            state,
            value_type,
            // Nobody's default is no reason to keep what was given.
            targeting: targeting.or_else(|| default.is_none().then(Logic::nothing)),
            default,
            metadata: written.metadata,
            owner: None,
            description: None,
            prerequisites: Vec::new(),
            holdouts: Vec::new(),
            layer: None,
            unit: Unit { attribute, fallback: None },
            overrides: HashMap::new(),
            rules: Vec::new(),
            variants,
            malformed: None,
        })
    }
}

/// A flag as flagd has it; it may hold other things, which mean nothing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlagOfFlagd {
    state: Option<String>,
    #[serde(default, deserialize_with = "unique")]
    variants: BTreeMap<String, Value>,
    default_variant: Option<String>,
    #[serde(default, deserialize_with = "unique")]
    metadata: BTreeMap<String, Value>,
    targeting: Option<Strict>,
    rules: Option<Value>,
    overrides: Option<Value>,
    prerequisites: Option<Value>,
    holdouts: Option<Value>,
    layer: Option<Value>,
}

impl FlagOfFlagd {
    /// A part of our own format, which would mean nothing here.
    fn ours(&self) -> Option<&'static str> {
        let parts = [
            ("rules", &self.rules),
            ("overrides", &self.overrides),
            ("prerequisites", &self.prerequisites),
            ("holdouts", &self.holdouts),
            ("layer", &self.layer),
        ];
        parts.into_iter().find(|(_, part)| part.is_some()).map(|(name, _)| name)
    }
}
