//! From the text of a file to a set of flags: names become indices, operands are parsed once, splits become ranges.
//!
//! One malformed flag never sinks the others: it becomes a [`Problem`], and evaluates to the caller's default.

mod condition;
mod cycles;
mod document;
mod flag;
mod flagd;
mod pattern;
mod reading;
mod serve;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashMap;
use serde_json::value::RawValue;
use xxhash_rust::xxh3::xxh3_64;

pub(super) use self::document::{Document, Entries, typed};
pub(super) use self::pattern::ROOM_FOR_PATTERNS;
pub(super) use self::reading::reading;
pub(super) use self::serve::{percent, sizes, sizes_of};
use super::comparison::Pattern;
use super::context::{AttributeName, TARGETING_KEY};
use super::flagd::Evaluators;
use super::ruleset::{Gate, Hashing, Private, Problem, Ruleset, Segment, Unit};
use super::types;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::hash::{BUCKETS, HashAlgorithm, Salted};
use crate::ground::text::excerpt;

/// Larger files are refused.
const LONGEST_FILE: usize = 256 << 20;
/// Longer names are refused.
const LONGEST_NAME: usize = 256;

impl Ruleset {
    /// Makes flags ready from the JSON of a file, our own or one of flagd's.
    ///
    /// # Errors
    /// Those of the file as a whole: text that is not JSON, an unknown version, a key twice. What is wrong with a single
    /// flag, segment, layer or holdout is in [`Ruleset::problems`].
    ///
    /// # Example
    /// ```
    /// use truenorth::flags::{Context, Ruleset};
    /// let flags = Ruleset::parse(r#"{"version": 1, "flags": {"dark-mode": {
    ///     "variants": {"on": true, "off": false}, "defaultVariant": "off",
    ///     "rules": [{"when": {"attribute": "plan", "equals": "beta"}, "variant": "on"}]
    /// }}}"#)?;
    /// assert!(flags.boolean("dark-mode", &Context::new("user-1").with("plan", "beta"), false));
    /// assert!(!flags.boolean("dark-mode", &Context::new("user-2"), true));
    /// # Ok::<(), truenorth::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() > LONGEST_FILE {
            let sentence = format!("a file of flags has at most {LONGEST_FILE} bytes, found {}", text.len());
            return Err(Error::new(ErrorCode::TooLarge, sentence));
        }
        Ok(Compiler::new(Document::read(text)?)?.finish())
    }
}

/// What is known while flags are made ready.
struct Compiler<'a> {
    hash: HashAlgorithm,
    flags: Entries<'a>,
    names: HashMap<Arc<str>, u32>,
    segment_names: HashMap<String, u32>,
    /// By name; malformed ones are there without a gate.
    layers: BTreeMap<String, Option<Hashing>>,
    holdouts: BTreeMap<String, Option<(Hashing, u32)>>,
    attribute_names: HashMap<Box<str>, u32>,
    /// By segment: whether it is malformed.
    malformed_segments: Vec<bool>,
    /// By segment: how many comparisons it takes.
    segment_steps: Vec<usize>,
    /// Patterns that are ready, each once.
    patterns: HashMap<Box<str>, Pattern>,
    /// How many bytes those that come may still take together.
    room_for_patterns: usize,
    /// Flag, prerequisite and the names of variants that are looked up when all flags are ready.
    wanted: Vec<(u32, usize, Vec<String>)>,
    /// Of a file of flagd's: its evaluators.
    flagd: Option<Evaluators>,
    set: Ruleset,
}

impl<'a> Compiler<'a> {
    fn new(document: Document<'a>) -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let shared_print = document.shared_print();
        let mut compiler = Self {
            hash: document.hash,
            flags: document.flags,
            names: HashMap::new(),
            segment_names: HashMap::new(),
            layers: BTreeMap::new(),
            holdouts: BTreeMap::new(),
            attribute_names: HashMap::new(),
            malformed_segments: Vec::new(),
            segment_steps: Vec::new(),
            patterns: HashMap::new(),
            room_for_patterns: pattern::ROOM_FOR_PATTERNS,
            wanted: Vec::new(),
            flagd: None,
            set: Ruleset {
                number: NEXT.fetch_add(1, Ordering::Relaxed),
                shared_print,
                private_names: Private::new(document.private),
                ..Ruleset::default()
            },
        };
        compiler.flags.sort_by(|a, b| a.0.cmp(&b.0));
        for (index, (name, _)) in compiler.flags.iter().enumerate() {
            check_name(name).at(name).at("flags")?;
            compiler.names.insert(Arc::from(&**name), index as u32);
        }
        compiler.layers(document.layers);
        compiler.holdouts(document.holdouts);
        compiler.segments(&document.segments);
        if let Some(flagd) = document.flagd {
            compiler.flagd(flagd);
        }
        Ok(compiler)
    }

    fn finish(mut self) -> Ruleset {
        for (name, text) in std::mem::take(&mut self.flags) {
            self.set.prints.push(xxh3_64(text.get().as_bytes()));
            let flag =
                if self.flagd.is_some() { self.flag_of_flagd(&name, text.get()) } else { self.flag(&name, text.get()) };
            self.take(&name, flag);
        }
        self.find_wanted();
        self.cut_cycles();
        self.set.private = self.set.attributes.iter().map(|attribute| self.set.hides(attribute.name())).collect();
        self.set.names = self.names;
        self.set
    }

    fn layers(&mut self, entries: Entries<'_>) {
        for (name, text) in entries {
            let found = crate::ground::json::read::<types::Layer>(text.get()).map(|layer| {
                self.hashing(layer.hash, layer.salt.as_deref().unwrap_or(&name), layer.unit.as_deref(), None)
            });
            let found = self.noted(found, &format!("layers.{name}"));
            self.layers.insert(name.into_owned(), found);
        }
    }

    fn holdouts(&mut self, entries: Entries<'_>) {
        for (name, text) in entries {
            let found = crate::ground::json::read::<types::Holdout>(text.get()).and_then(|holdout| {
                let hashing =
                    self.hashing(holdout.hash, holdout.salt.as_deref().unwrap_or(&name), holdout.unit.as_deref(), None);
                Ok((hashing, serve::percent(holdout.percent).at("percent")?))
            });
            let found = self.noted(found, &format!("holdouts.{name}"));
            self.holdouts.insert(name.into_owned(), found);
        }
    }

    fn segments(&mut self, entries: &[(Cow<'_, str>, &RawValue)]) {
        for (index, (name, _)) in entries.iter().enumerate() {
            self.segment_names.insert(name.as_ref().to_owned(), index as u32);
        }
        self.malformed_segments = vec![false; entries.len()];
        for (index, (name, text)) in entries.iter().enumerate() {
            let found = document::typed::<types::Segment>(text.get())
                .and_then(|segment| self.segment(name, segment))
                .at(format_args!("segments.{name}"));
            let segment = found.unwrap_or_else(|error| {
                self.set.problems.push(Problem { flag: None, error });
                self.malformed_segments[index] = true;
                Segment { name: (**name).into(), unit: 0, include: [].into(), exclude: [].into(), when: None }
            });
            self.set.segments.push(segment);
        }
        let (wrong, steps) = cycles::of_segments(&self.set.segments);
        self.segment_steps = steps;
        for (index, error) in wrong {
            let error = error.at(format_args!("segments.{}", self.set.segments[index].name));
            self.set.problems.push(Problem { flag: None, error });
            self.malformed_segments[index] = true;
            self.set.segments[index].when = None;
        }
    }

    fn segment(&mut self, name: &str, segment: types::Segment) -> Result<Segment> {
        let texts = |texts: Vec<String>| texts.into_iter().map(String::into_boxed_str).collect();
        Ok(Segment {
            name: name.into(),
            unit: self.attribute(segment.unit.as_deref().unwrap_or(TARGETING_KEY)),
            include: texts(segment.include),
            exclude: texts(segment.exclude),
            when: segment.when.map(|when| self.condition(when).at("when")).transpose()?,
        })
    }

    /// The value, or a note of what is wrong with it.
    fn noted<T>(&mut self, found: Result<T>, at: &str) -> Option<T> {
        found.at(at).map_err(|error| self.set.problems.push(Problem { flag: None, error })).ok()
    }

    fn attribute(&mut self, name: &str) -> u32 {
        if let Some(&known) = self.attribute_names.get(name) {
            return known;
        }
        let next = self.set.attributes.len() as u32;
        self.set.attributes.push(AttributeName::new(self.set.number, next, name));
        self.attribute_names.insert(name.into(), next);
        next
    }

    fn unit(&mut self, unit: Option<&str>, fallback: Option<&str>) -> Unit {
        Unit {
            attribute: self.attribute(unit.unwrap_or(TARGETING_KEY)),
            fallback: fallback.map(|fallback| self.attribute(fallback)),
        }
    }

    fn hashing(
        &mut self,
        hash: Option<HashAlgorithm>,
        salt: &str,
        unit: Option<&str>,
        fallback: Option<&str>,
    ) -> Hashing {
        Hashing { salted: Salted::new(hash.unwrap_or(self.hash), salt), unit: self.unit(unit, fallback) }
    }

    /// The part of a layer that a flag has.
    fn layer(&self, layer: &types::LayerUse) -> Result<Gate> {
        let hashing = named(&self.layers, &layer.name, "layer").at("name")?;
        serve::check_range(layer.from, layer.to)?;
        Ok(Gate { name: layer.name.as_str().into(), hashing: hashing.clone(), from: layer.from, to: layer.to })
    }

    fn holdout(&self, name: &str) -> Result<Gate> {
        let (hashing, to) = named(&self.holdouts, name, "holdout")?;
        Ok(Gate { name: name.into(), hashing: hashing.clone(), from: 0, to: *to })
    }
}

fn named<'m, T>(map: &'m BTreeMap<String, Option<T>>, name: &str, what: &str) -> Result<&'m T> {
    match map.get(name) {
        Some(Some(found)) => Ok(found),
        Some(None) => Err(Error::new(ErrorCode::Conflict, format!("the {what} `{}` is malformed", excerpt(name)))),
        None => Err(unknown(what, name, map.keys().map(String::as_str))),
    }
}

/// A name that nothing has.
fn unknown<'n>(what: &str, name: &str, names: impl ExactSizeIterator<Item = &'n str>) -> Error {
    const MOST: usize = 20;
    let found = excerpt(name);
    let sentence = match names.len() {
        0 => format!("expected the name of a {what}, of which there are none, found `{found}`"),
        // Nobody has looked at them, however often this is asked.
        many if many > MOST => return nothing_named(what, name),
        _ => {
            let mut names: Vec<String> = names.map(excerpt).collect();
            names.sort_unstable();
            format!("expected one of `{}`, found `{found}`", names.join("`, `"))
        }
    };
    Error::new(ErrorCode::UnknownValue, sentence)
}

/// The same, where those that exist are too many to list.
fn nothing_named(what: &str, name: &str) -> Error {
    let sentence = format!("expected the name of a {what}, found `{}`", excerpt(name));
    Error::new(ErrorCode::UnknownValue, sentence)
}

fn check_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::new(ErrorCode::OutOfRange, "a name must not be empty"));
    }
    if name.len() > LONGEST_NAME {
        let sentence = format!("a name has at most {LONGEST_NAME} bytes, found {}", name.len());
        return Err(Error::new(ErrorCode::TooLarge, sentence));
    }
    Ok(())
}

const _: () = assert!(BUCKETS == 1_000_000, "the documents say a million");
