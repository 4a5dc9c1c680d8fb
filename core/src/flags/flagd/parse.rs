//! From JSON to an expression; what the schema forbids and evaluators bear is a complaint, not an error.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::logic::{Compare, Constants, Each, Fractional, Logic, Op, Relation, SemVer, Share, Side, Source, Var};
use super::operations::version;
use super::value::Val;
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;

/// Expressions that lie deeper in one another are refused, with the evaluators that they ask for.
const DEEPEST: usize = 100;
/// A targeting with more parts is refused.
const MOST_PARTS: usize = 100_000;

/// The file's `$evaluators` by name: their numbers and how deep they are, or nothing where they are malformed.
#[derive(Debug, Default)]
pub(in super::super) struct Evaluators(pub(in super::super) BTreeMap<String, Option<(u32, usize)>>);

/// A step into an expression.
#[derive(Clone, Copy)]
enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

/// Reads one targeting.
pub(in super::super) struct Reader<'r, 'v> {
    evaluators: &'r Evaluators,
    attribute: &'r mut dyn FnMut(&str) -> u32,
    path: Vec<Step<'v>>,
    depth: usize,
    pub(in super::super) deepest: usize,
    parts: usize,
    pub(in super::super) complaints: Vec<Error>,
}

impl<'r, 'v> Reader<'r, 'v> {
    pub(in super::super) fn new(evaluators: &'r Evaluators, attribute: &'r mut dyn FnMut(&str) -> u32) -> Self {
        Self { evaluators, attribute, path: Vec::new(), depth: 0, deepest: 0, parts: 0, complaints: Vec::new() }
    }

    fn error(&self, code: ErrorCode, sentence: impl Into<String>) -> Error {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.extend([".", key]),
                Step::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            }
        }
        Error::new(code, sentence).at(path)
    }

    fn complain(&mut self, code: ErrorCode, sentence: impl Into<String>) {
        const MOST: usize = 20;
        if self.complaints.len() < MOST {
            let error = self.error(code, sentence);
            self.complaints.push(error);
        }
    }

    fn too_large(&self) -> Error {
        let sentence = format!(
            "a targeting has at most {MOST_PARTS} parts, {DEEPEST} of them in one another, and texts of at most 64 KiB"
        );
        self.error(ErrorCode::TooLarge, sentence)
    }

    /// Reads something inside.
    fn inside<T>(&mut self, step: Step<'v>, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.path.push(step);
        let found = read(self);
        self.path.pop();
        found
    }

    pub(in super::super) fn logic(&mut self, value: &'v Value) -> Result<Logic> {
        self.parts += 1;
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        if self.depth > DEEPEST || self.parts > MOST_PARTS {
            return Err(self.too_large());
        }
        let found = match value {
            Value::Array(values) => constant_list(self.all(values)?).map_err(|()| self.too_large()),
            Value::Object(object) if object.len() == 1 => self.operation(object),
            other => Val::of_json(other).map(Logic::Const).map_err(|_| self.too_large()),
        };
        self.depth -= 1;
        found
    }

    fn all(&mut self, values: &'v [Value]) -> Result<Vec<Logic>> {
        let one = |(index, value)| self.inside(Step::Index(index), |reader| reader.logic(value));
        values.iter().enumerate().map(one).collect()
    }

    fn operation(&mut self, object: &'v Map<String, Value>) -> Result<Logic> {
        let Some((name, given)) = object.iter().next() else { return Ok(Logic::Const(Val::Null)) };
        self.inside(Step::Key(name), |reader| {
            let given = match given {
                Value::Array(values) => values,
                one => std::slice::from_ref(one),
            };
            reader.named(name, given)
        })
    }

    fn named(&mut self, name: &str, given: &'v [Value]) -> Result<Logic> {
        let each = match name {
            "$ref" => return self.reference(given),
            "var" => return self.var(given),
            "if" | "?:" => return self.all(given).map(Logic::If),
            "and" => return self.all(given).map(Logic::And),
            "or" => return self.all(given).map(Logic::Or),
            "fractional" => return self.fractional(given),
            "sem_ver" => return self.versions(given),
            "reduce" => {
                let [list, body, first] = self.parts(given)?;
                return Ok(Logic::Reduce(Box::new([list, body, first])));
            }
            "map" => Each::Map,
            "filter" => Each::Filter,
            "all" => Each::All,
            "none" => Each::None,
            "some" => Each::Some,
            other => return self.call(other, given),
        };
        let [list, body] = self.parts(given)?;
        Ok(Logic::Each(each, Box::new([list, body])))
    }

    /// So many parts; those that are absent are null.
    fn parts<const N: usize>(&mut self, given: &'v [Value]) -> Result<[Logic; N]> {
        let mut parts = self.all(given)?.into_iter();
        Ok(std::array::from_fn(|_| parts.next().unwrap_or_else(Logic::nothing)))
    }

    fn call(&mut self, name: &str, given: &'v [Value]) -> Result<Logic> {
        let Some(op) = Op::read(name) else {
            let sentence = format!("expected an operation of JSONLogic or flagd, found `{}`", excerpt(name));
            return Err(self.error(ErrorCode::UnknownValue, sentence));
        };
        if matches!(op, Op::StartsWith | Op::EndsWith) {
            self.check_texts(given);
        }
        let mut parts = self.all(given)?;
        if let (Op::In, [_, Logic::Const(Val::List(list))]) = (op, &parts[..])
            && let Some(constants) = Constants::of(&list.values)
        {
            return Ok(Logic::OneOf(Box::new((parts.swap_remove(0), constants))));
        }
        if op == Op::Times && parts.is_empty() {
            return Err(self.error(ErrorCode::MissingField, "expected a number to multiply, found none"));
        }
        Ok(Logic::Call(op, parts))
    }

    fn check_texts(&mut self, given: &[Value]) {
        let fits = |value: &Value| value.is_string() || value.is_object();
        if given.len() != 2 || !given.iter().all(fits) {
            self.complain(ErrorCode::WrongType, "expected two texts, or operations that give them");
        }
    }

    fn reference(&mut self, given: &[Value]) -> Result<Logic> {
        let [Value::String(name)] = given else {
            return Err(self.error(ErrorCode::WrongType, "expected the name of an evaluator"));
        };
        match self.evaluators.0.get(name) {
            Some(Some((index, height))) => {
                self.deepest = self.deepest.max(self.depth + height);
                if self.deepest > DEEPEST { Err(self.too_large()) } else { Ok(Logic::Evaluator(*index)) }
            }
            Some(None) => {
                let sentence = format!("the evaluator `{}` is malformed", excerpt(name));
                Err(self.error(ErrorCode::Conflict, sentence))
            }
            None => {
                let sentence = format!("expected the name of an evaluator, found `{}`", excerpt(name));
                Err(self.error(ErrorCode::UnknownValue, sentence))
            }
        }
    }

    fn var(&mut self, given: &'v [Value]) -> Result<Logic> {
        let name = match given.first() {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(name)) => name.clone(),
            Some(Value::Number(number)) => super::value::number_text(number.as_f64().unwrap_or_default()),
            Some(Value::Bool(truth)) => truth.to_string(),
            Some(_) => return self.all(given).map(Logic::Named),
        };
        let default = match given.get(1) {
            Some(default) => Some(self.inside(Step::Index(1), |reader| reader.logic(default))?),
            None => None,
        };
        if name.starts_with("$flagd.") && !matches!(&*name, "$flagd.flagKey" | "$flagd.timestamp") {
            let sentence = format!("expected `$flagd.flagKey` or `$flagd.timestamp`, found `{}`", excerpt(&name));
            self.complain(ErrorCode::UnknownValue, sentence);
        }
        let path: Box<[Box<str>]> = if name.is_empty() { [].into() } else { name.split('.').map(Into::into).collect() };
        let source = match &*name {
            "" | "$flagd" => Source::Whole,
            "$flagd.flagKey" => Source::FlagKey,
            "$flagd.timestamp" => Source::Timestamp,
            _ => match list_in(&path) {
                Some((list, parts)) => {
                    Source::InList { attribute: (self.attribute)(&name), list: (self.attribute)(&list), parts }
                }
                None => Source::Attribute((self.attribute)(&name)),
            },
        };
        Ok(Logic::Var(Box::new(Var { source, path, default })))
    }

    fn versions(&mut self, given: &'v [Value]) -> Result<Logic> {
        let [a, word, b] = given else {
            self.complain(ErrorCode::WrongType, "expected two versions with a comparison between them");
            return Ok(Logic::Const(Val::Null));
        };
        let a = self.inside(Step::Index(0), |reader| reader.side(a))?;
        let compare = self.inside(Step::Index(1), |reader| match reader.logic(word)? {
            Logic::Const(word) => {
                let found = word.to_text().ok().and_then(|word| Relation::read(&word));
                if found.is_none() {
                    let sentence = "expected one of `=`, `!=`, `>`, `<`, `>=`, `<=`, `~`, `^`";
                    reader.complain(ErrorCode::UnknownValue, sentence);
                }
                Ok(Compare::Known(found))
            }
            computed => Ok(Compare::Computed(computed)),
        })?;
        let b = self.inside(Step::Index(2), |reader| reader.side(b))?;
        Ok(Logic::Version(Box::new(SemVer { sides: [a, b], compare })))
    }

    fn side(&mut self, value: &'v Value) -> Result<Side> {
        match self.logic(value)? {
            Logic::Const(text) => {
                let found = version(&text).ok().flatten();
                if found.is_none() {
                    self.complain(ErrorCode::UnknownValue, "expected a semantic version, such as `1.10.0`");
                }
                Ok(Side::Known(found))
            }
            computed => Ok(Side::Computed(computed)),
        }
    }

    fn fractional(&mut self, given: &'v [Value]) -> Result<Logic> {
        let (by, from) = match given.first() {
            None => {
                self.complain(ErrorCode::MissingField, "expected shares, found none");
                return Ok(Logic::Const(Val::Null));
            }
            Some(Value::Array(_)) => (None, 0),
            Some(by) => {
                if !by.is_object() {
                    self.complain(ErrorCode::WrongType, "expected an operation that gives what is hashed, or shares");
                }
                (Some(self.inside(Step::Index(0), |reader| reader.logic(by))?), 1)
            }
        };
        let mut shares = Vec::with_capacity(given.len());
        for (index, share) in given.iter().enumerate().skip(from) {
            shares.push(self.inside(Step::Index(index), |reader| reader.share(share))?);
        }
        Ok(Logic::Fractional(Box::new(Fractional { by, shares })))
    }

    fn share(&mut self, value: &'v Value) -> Result<Share> {
        let Value::Array(parts) = value else {
            if !value.is_object() {
                self.complain(ErrorCode::WrongType, "expected a variant and its weight");
            }
            return self.logic(value).map(Share::Computed);
        };
        match &parts[..] {
            [variant] => Ok(Share::Written { variant: self.logic(variant)?, weight: None }),
            [variant, weight] => {
                let is_whole = weight.as_f64().is_some_and(|weight| weight >= 0.0 && weight.fract() == 0.0);
                if !is_whole && !weight.is_object() {
                    let sentence = format!(
                        "expected a whole number from 0 as the weight, found `{}`",
                        excerpt(&weight.to_string())
                    );
                    self.complain(ErrorCode::OutOfRange, sentence);
                }
                let variant = self.inside(Step::Index(0), |reader| reader.logic(variant))?;
                let weight = self.inside(Step::Index(1), |reader| reader.logic(weight))?;
                Ok(Share::Written { variant, weight: Some(weight) })
            }
            _ => {
                self.complain(ErrorCode::WrongType, "expected a variant and its weight");
                self.logic(value).map(Share::Computed)
            }
        }
    }
}

/// A list of constants is one constant.
fn constant_list(parts: Vec<Logic>) -> Result<Logic, ()> {
    if !parts.iter().all(|part| matches!(part, Logic::Const(_))) {
        return Ok(Logic::List(parts));
    }
    let values = parts.into_iter().filter_map(|part| if let Logic::Const(value) = part { Some(value) } else { None });
    Val::list(values.collect()).map(Logic::Const).map_err(|_| ())
}

/// The list that a path looks into by number, and how many parts of the path lead there.
pub(super) fn list_in(path: &[Box<str>]) -> Option<(String, usize)> {
    let parts = path.iter().position(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?;
    (parts > 0).then(|| (path[..parts].join("."), parts))
}

/// The names of the evaluators that an expression asks for.
pub(in super::super) fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::String(to) if name == "$ref" => found.push(to),
                    value => references(value, found),
                }
            }
        }
        _ => {}
    }
}
