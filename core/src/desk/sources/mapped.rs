//! Records of another tool by a mapping: JSON objects and rows of CSV.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::detect::what;
use super::mapping::{Column, MappedEvent, Mapping, Times};
use super::out::Out;
use super::types::matches;
use crate::facts::Event;
use crate::facts::readers::csv::{Row, check_width};
use crate::facts::readers::{Draft, Field};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

/// A mapping made ready.
#[derive(Debug)]
pub(super) struct Mapped {
    mapping: Mapping,
    times: Times,
    /// Whether any record so far has something that the mapping looks at.
    knows: bool,
    /// Records that have nothing of it, and what the first of them is.
    strangers: Option<(u64, String)>,
}

/// Where each column of a CSV file stands; a name may come several times.
#[derive(Debug)]
pub(super) struct Header {
    places: BTreeMap<String, Vec<usize>>,
    columns: usize,
}

/// What a record has under a name: nothing, a value, or several.
trait Look<'v> {
    fn look(&self, name: &str) -> Vec<Cow<'v, str>>;
}

impl Mapped {
    pub(super) fn new(mapping: Mapping, zone: Option<&str>) -> Result<Self> {
        mapping.check().at("mapping")?;
        let times = Times::new(&mapping, zone)?;
        Ok(Self { mapping, times, knows: false, strangers: None })
    }

    /// The columns of a CSV file.
    pub(super) fn header(&self, row: Row<'_>) -> Result<Header> {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, name) in row.iter().enumerate() {
            places.entry(name.to_lowercase()).or_default().push(index);
        }
        let columns = |event: &MappedEvent| event.fields.values().flat_map(|column| column.from.clone()).collect();
        let mut named = self.mapping.events.iter().flat_map(|event| -> Vec<String> { columns(event) });
        if named.all(|name| !places.contains_key(&name.to_lowercase())) {
            let sentence = "none of the columns that the mapping names is in the header";
            return Err(Error::new(ErrorCode::UnknownFormat, sentence));
        }
        Ok(Header { places, columns: row.len() })
    }

    pub(super) fn row(&self, header: &Header, row: Row<'_>, out: &mut Out<'_>) -> Result<()> {
        check_width(&row, header.columns)?;
        let mut taken = false;
        for event in self.mapping.events.iter().filter(|event| event.each.is_empty()) {
            taken |= self.event(event, &(header, row), out)?;
        }
        self.counted(taken, &(header, row), out);
        Ok(())
    }

    pub(super) fn take(&mut self, value: &Value, out: &mut Out<'_>) -> Result<()> {
        let mut taken = false;
        for event in &self.mapping.events {
            let mut contexts = vec![vec![value]];
            for path in &event.each {
                let mut inner = Vec::new();
                for context in contexts {
                    let elements = context.last().and_then(|last| find(last, path)).and_then(Value::as_array);
                    inner.extend(elements.into_iter().flatten().map(|element| {
                        let mut context = context.clone();
                        context.push(element);
                        context
                    }));
                }
                contexts = inner;
            }
            for context in contexts {
                taken |= self.event(event, &context, out)?;
            }
        }
        self.counted(taken, &vec![value], out);
        self.knows = self.knows || taken || self.names().any(|name| !vec![value].look(name).is_empty());
        if !self.knows {
            self.strangers.get_or_insert_with(|| (0, what(value))).0 += 1;
        }
        Ok(())
    }

    /// Says so where no record at all had anything that the mapping looks at: it is one for other records.
    pub(super) fn finish(&mut self) -> Result<()> {
        let knows = std::mem::take(&mut self.knows);
        match self.strangers.take() {
            Some((count, first)) if !knows => {
                let names: Vec<String> = self.names().take(4).map(|name| format!("`{}`", excerpt(name))).collect();
                let sentence = format!(
                    "expected records with fields that the mapping names, such as {}, found {count} without any; the first is {first}",
                    names.join(", ")
                );
                Err(Error::new(ErrorCode::UnknownFormat, sentence))
            }
            _ => Ok(()),
        }
    }

    /// The columns that the rules look at in a record itself.
    fn names(&self) -> impl Iterator<Item = &str> {
        let rules = self.mapping.events.iter().filter(|event| event.each.is_empty());
        let names = rules.flat_map(|event| {
            let from = event.fields.values().chain(event.labels.values()).flat_map(|column| &column.from);
            event.when.keys().chain(event.unless.keys()).chain(from)
        });
        names.map(String::as_str)
    }

    /// A record for which no rule holds is counted under what the rules look at.
    fn counted<'v>(&self, taken: bool, record: &impl Look<'v>, out: &mut Out<'_>) {
        if !taken {
            let mut names = self.mapping.events.iter().flat_map(|event| event.when.keys().chain(event.unless.keys()));
            let word = names.find_map(|name| record.look(name).into_iter().next().map(|word| (name, word)));
            out.ignore(&word.map_or("mapped".to_owned(), |(name, word)| format!("mapped {name} {}", excerpt(&word))));
        }
    }

    /// Adds the event of a rule, if it holds; says whether it does.
    fn event<'v>(&self, rule: &MappedEvent, record: &impl Look<'v>, out: &mut Out<'_>) -> Result<bool> {
        let holds = |(name, words): (&String, &Vec<String>)| {
            record.look(name).iter().any(|found| words.iter().any(|word| matches(word, found)))
        };
        if !rule.when.iter().all(holds) || rule.unless.iter().any(holds) {
            return Ok(false);
        }
        let mut draft = Draft::new(rule.kind);
        for (&field, column) in &rule.fields {
            let Some(value) = value_of(column, field == Field::Changes, record).at(field.as_str())? else { continue };
            if field.is_time() {
                if Time::is_finer(&value) {
                    out.floored();
                }
                draft.set_time(field, self.times.parse(&value).at(field.as_str())?);
            } else {
                draft.set(field, value.into_owned().into()).at(field.as_str())?;
            }
        }
        for (name, column) in &rule.labels {
            if let Some(value) = value_of(column, false, record).at(name)? {
                draft.label(name.clone().into(), value.into_owned().into());
            }
        }
        match draft.0 {
            Event::Deployment(event) => out.deployment(event)?,
            Event::Incident(event) => out.incident(event)?,
            event => out.event(&event)?,
        }
        Ok(true)
    }
}

fn value_of<'v>(column: &Column, all: bool, record: &impl Look<'v>) -> Result<Option<Cow<'v, str>>> {
    let found = column.from.iter().map(|name| record.look(name)).find(|found| !found.is_empty()).unwrap_or_default();
    let found = if all && found.len() > 1 { Some(found.join(" ").into()) } else { found.into_iter().next() };
    let Some(found) = found else { return Ok(column.constant.clone().map(Cow::Owned)) };
    if column.words.is_empty() {
        return Ok(Some(found));
    }
    let word = column.words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&found)).map(|(_, meaning)| meaning);
    if let Some(meaning) = word.or(column.otherwise.as_ref()) {
        return Ok(Some(Cow::Owned(meaning.clone())));
    }
    let known: Vec<String> = column.words.keys().map(|word| format!("`{}`", excerpt(word))).collect();
    let sentence = format!("expected one of {}, found `{}`", known.join(", "), excerpt(&found));
    Err(Error::new(ErrorCode::UnknownValue, sentence))
}

impl<'v> Look<'v> for (&Header, Row<'v>) {
    fn look(&self, name: &str) -> Vec<Cow<'v, str>> {
        let places = self.0.places.get(&name.to_lowercase());
        places.into_iter().flatten().filter_map(|&place| self.1.get(place)).map(Cow::Borrowed).collect()
    }
}

impl<'v> Look<'v> for Vec<&'v Value> {
    fn look(&self, name: &str) -> Vec<Cow<'v, str>> {
        for value in self.iter().rev() {
            let mut found = Vec::new();
            collect(value, name, &mut found);
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}

/// One value: a whole key, a JSON pointer or a dotted path.
fn find<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.starts_with('/') {
        return value.pointer(path);
    }
    value.get(path).or_else(|| path.split('.').try_fold(value, |value, part| step(value, part)))
}

fn step<'v>(value: &'v Value, part: &str) -> Option<&'v Value> {
    match value {
        Value::Array(values) => part.parse::<usize>().ok().and_then(|index| values.get(index)),
        other => other.get(part),
    }
}

/// All texts, numbers and truth values under a path; `*` stands for all elements of a list, and a list of texts for its
/// elements.
fn collect<'v>(value: &'v Value, path: &str, found: &mut Vec<Cow<'v, str>>) {
    if let Some((before, after)) = path.split_once(".*") {
        let elements = find(value, before).and_then(Value::as_array).into_iter().flatten();
        for element in elements {
            match after.strip_prefix('.') {
                Some(rest) => collect(element, rest, found),
                None => scalar(element, found),
            }
        }
        return;
    }
    match find(value, path) {
        Some(Value::Array(values)) => values.iter().for_each(|value| scalar(value, found)),
        Some(value) => scalar(value, found),
        None => {}
    }
}

fn scalar<'v>(value: &'v Value, found: &mut Vec<Cow<'v, str>>) {
    match value {
        Value::String(text) if !text.trim().is_empty() => found.push(Cow::Borrowed(text.trim())),
        Value::Number(number) => found.push(Cow::Owned(number.to_string())),
        Value::Bool(truth) => found.push(Cow::Owned(truth.to_string())),
        _ => {}
    }
}

#[cfg(test)]
#[path = "mapped_tests.rs"]
mod tests;
