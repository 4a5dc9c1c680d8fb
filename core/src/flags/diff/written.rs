//! What is written otherwise, place by place.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hashbrown::HashMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::super::compile::{Document, Entries, typed};
use super::super::types::{DifferenceKind, FlagChange, FlagDefinition, Holdout, JsonValue, Layer, Rule, Segment};
use crate::ground::error::{At as _, Result};
use crate::ground::number::whole;

/// What is written otherwise.
#[derive(Debug, Default)]
pub(super) struct Written {
    flags: BTreeMap<String, (DifferenceKind, Vec<FlagChange>)>,
    others: Vec<FlagChange>,
    /// By flag: rules that are the same, where they stood and where they stand.
    rules: BTreeMap<String, Vec<(usize, usize)>>,
}

impl Written {
    pub(super) fn read(before: &str, after: &str) -> Result<Self> {
        let (old, new) = (Document::read(before).at("before")?, Document::read(after).at("after")?);
        let mut found = Self::default();
        compare("hash", &old.hash.as_str().into(), &new.hash.as_str().into(), &mut found.others);
        compare("privateAttributes", &old.private.into(), &new.private.into(), &mut found.others);
        things::<Segment>("segments", &old.segments, &new.segments, &mut found.others);
        things::<Layer>("layers", &old.layers, &new.layers, &mut found.others);
        things::<Holdout>("holdouts", &old.holdouts, &new.holdouts, &mut found.others);
        let (old, new) = (by_name(&old.flags), by_name(&new.flags));
        for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
            let (kind, changes) = match (old.get(name), new.get(name)) {
                (Some(old), Some(new)) => {
                    let (changes, rules) = flag(name, old, new);
                    found.rules.insert((*name).to_owned(), rules);
                    if changes.is_empty() {
                        continue;
                    }
                    (DifferenceKind::Changed, changes)
                }
                (None, _) => (DifferenceKind::Added, Vec::new()),
                (_, None) => (DifferenceKind::Removed, Vec::new()),
            };
            found.flags.insert((*name).to_owned(), (kind, changes));
        }
        Ok(found)
    }

    pub(super) fn flags(&self) -> impl Iterator<Item = (&str, DifferenceKind, &[FlagChange])> {
        self.flags.iter().map(|(name, (kind, changes))| (name.as_str(), *kind, changes.as_slice()))
    }

    pub(super) fn others(&self) -> &[FlagChange] {
        &self.others
    }

    pub(super) fn rules(&self, flag: &str) -> &[(usize, usize)] {
        self.rules.get(flag).map_or(&[], Vec::as_slice)
    }
}

fn by_name<'d>(entries: &'d Entries<'_>) -> BTreeMap<&'d str, &'d str> {
    entries.iter().map(|(name, text)| (&**name, text.get())).collect()
}

/// As it is meant, so that what is not written is its default; as it is written, where it cannot be understood.
fn meant<T: DeserializeOwned + Serialize>(text: &str) -> Value {
    let meant = typed::<T>(text).ok().and_then(|meant| serde_json::to_value(meant).ok());
    meant.or_else(|| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn things<T: DeserializeOwned + Serialize>(
    place: &str,
    old: &Entries<'_>,
    new: &Entries<'_>,
    out: &mut Vec<FlagChange>,
) {
    let all = |entries: &Entries<'_>| -> Value {
        Value::Object(entries.iter().map(|(name, text)| (name.to_string(), meant::<T>(text.get()))).collect())
    };
    compare(place, &all(old), &all(new), out);
}

/// What differs in a flag, and which of its rules are the same.
fn flag(name: &str, old: &str, new: &str) -> (Vec<FlagChange>, Vec<(usize, usize)>) {
    let mut changes = Vec::new();
    let path = format!("flags.{name}");
    let read = |text: &str| typed::<FlagDefinition>(text).ok();
    let (mut before, mut after) = (meant::<FlagDefinition>(old), meant::<FlagDefinition>(new));
    let (Some(old), Some(new)) = (read(old), read(new)) else {
        compare(&path, &before, &after, &mut changes);
        return (changes, Vec::new());
    };
    let pairs = pairs(&old.rules, &new.rules);
    let take = |flag: &mut Value| -> Vec<Value> {
        match flag.as_object_mut().and_then(|fields| fields.remove("rules")) {
            Some(Value::Array(rules)) => rules,
            _ => Vec::new(),
        }
    };
    let (before_rules, after_rules) = (take(&mut before), take(&mut after));
    compare(&path, &before, &after, &mut changes);
    let was: BTreeMap<usize, usize> = pairs.iter().map(|&(before, after)| (after, before)).collect();
    for (index, rule) in after_rules.iter().enumerate() {
        let path = format!("{path}.rules[{index}]");
        let before = was.get(&index).and_then(|&index| before_rules.get(index));
        compare(&path, before.unwrap_or(&Value::Null), rule, &mut changes);
    }
    let stays: BTreeSet<usize> = pairs.iter().map(|(before, _)| *before).collect();
    for (index, rule) in before_rules.iter().enumerate() {
        if !stays.contains(&index) {
            compare(&format!("{path}.rules[{index}]"), rule, &Value::Null, &mut changes);
        }
    }
    let mut order = pairs.clone();
    order.sort_unstable_by_key(|(_, after)| *after);
    if !order.is_sorted_by_key(|(before, _)| *before) {
        let names = |rules: &[Rule]| -> Value {
            let name = |(index, rule): (usize, &Rule)| rule.id.clone().unwrap_or_else(|| format!("rules[{index}]"));
            rules.iter().enumerate().map(name).collect::<Vec<_>>().into()
        };
        changes.push(change(&format!("{path}.rules"), DifferenceKind::Changed, &names(&old.rules), &names(&new.rules)));
    }
    (changes, pairs)
}

/// Which rule is which: by its name, else by what it says, else by whom it concerns, else by its place.
fn pairs(old: &[Rule], new: &[Rule]) -> Vec<(usize, usize)> {
    let mut pairs = Pairs { old, new, was: vec![None; new.len()], is_taken: vec![false; old.len()] };
    pairs.find(|rule| rule.id.clone(), false);
    pairs.find(|rule| serde_json::to_string(rule).ok(), false);
    // What has two names is two things.
    pairs.find(|rule| serde_json::to_string(&rule.when).ok(), true);
    for (index, (before, rule)) in old.iter().zip(new).enumerate() {
        if (before.id.is_none() || rule.id.is_none()) && !pairs.is_taken[index] && pairs.was[index].is_none() {
            pairs.was[index] = Some(index);
        }
    }
    let was = pairs.was.into_iter().enumerate();
    let mut pairs: Vec<(usize, usize)> = was.filter_map(|(after, before)| Some((before?, after))).collect();
    pairs.sort_unstable();
    pairs
}

struct Pairs<'r> {
    old: &'r [Rule],
    new: &'r [Rule],
    /// By rule: where it stood.
    was: Vec<Option<usize>>,
    /// By old rule: whether it is known where it stands.
    is_taken: Vec<bool>,
}

impl Pairs<'_> {
    /// Pairs rules of which the same is said, the first free one with the first; if asked, only where not both have names.
    fn find(&mut self, say: impl Fn(&Rule) -> Option<String>, not_both_named: bool) {
        // By what is said, and whether only those without a name are meant.
        let mut free: HashMap<(String, bool), VecDeque<usize>> = HashMap::new();
        for (index, rule) in self.old.iter().enumerate().filter(|(index, _)| !self.is_taken[*index]) {
            let Some(said) = say(rule) else { continue };
            if not_both_named && rule.id.is_none() {
                free.entry((said.clone(), true)).or_default().push_back(index);
            }
            free.entry((said, false)).or_default().push_back(index);
        }
        for (rule, was) in self.new.iter().zip(&mut self.was).filter(|(_, was)| was.is_none()) {
            let Some(said) = say(rule) else { continue };
            let Some(queue) = free.get_mut(&(said, not_both_named && rule.id.is_some())) else { continue };
            while let Some(before) = queue.pop_front() {
                if !std::mem::replace(&mut self.is_taken[before], true) {
                    *was = Some(before);
                    break;
                }
            }
        }
    }
}

fn change(path: &str, kind: DifferenceKind, before: &Value, after: &Value) -> FlagChange {
    let some = |value: &Value| (!value.is_null()).then(|| JsonValue(said(value)));
    FlagChange { path: path.to_owned(), kind, before: some(before), after: some(after) }
}

/// Without what is only there to say that nothing is.
fn said(value: &Value) -> Value {
    let is_said = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    match value {
        Value::Object(fields) => {
            let fields =
                fields.iter().map(|(name, value)| (name.clone(), said(value))).filter(|(_, value)| is_said(value));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(said).collect(),
        // As people write it: 10, not 10.0.
        Value::Number(number) => number.as_f64().and_then(whole).map_or_else(|| value.clone(), Value::from),
        _ => value.clone(),
    }
}

/// Every place that differs; null is not there.
fn compare(path: &str, old: &Value, new: &Value, out: &mut Vec<FlagChange>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Value::Null, new) => out.push(change(path, DifferenceKind::Added, old, new)),
        (old, Value::Null) => out.push(change(path, DifferenceKind::Removed, old, new)),
        (Value::Object(before), Value::Object(after)) => {
            for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
                let (old, new) = (before.get(name), after.get(name));
                let none = &Value::Null;
                compare(&format!("{path}.{name}"), old.unwrap_or(none), new.unwrap_or(none), out);
            }
        }
        (Value::Array(before), Value::Array(after)) => lists(path, before, after, out),
        (old, new) => out.push(change(path, DifferenceKind::Changed, old, new)),
    }
}

fn item(items: &[Value], index: usize) -> &Value {
    items.get(index).unwrap_or(&Value::Null)
}

fn lists(path: &str, before: &[Value], after: &[Value], out: &mut Vec<FlagChange>) {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    if !(before.iter().all(is_plain) && after.iter().all(is_plain)) {
        for index in 0..before.len().max(after.len()) {
            compare(&format!("{path}[{index}]"), item(before, index), item(after, index), out);
        }
        return;
    }
    // Lists of values are sets nearly everywhere: what is gone and what is new.
    let words = |items: &[Value]| items.iter().map(Value::to_string).collect::<BTreeSet<_>>();
    let (old, new) = (words(before), words(after));
    let without = |items: &[Value], other: &BTreeSet<String>| -> Value {
        items.iter().filter(|item| !other.contains(&item.to_string())).cloned().collect()
    };
    let (gone, come) = (without(before, &new), without(after, &old));
    let is_empty = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
    match (is_empty(&gone), is_empty(&come)) {
        (true, true) => out.push(change(path, DifferenceKind::Changed, &before.into(), &after.into())),
        (true, false) => out.push(change(path, DifferenceKind::Added, &Value::Null, &come)),
        (false, true) => out.push(change(path, DifferenceKind::Removed, &gone, &Value::Null)),
        (false, false) => out.push(change(path, DifferenceKind::Changed, &gone, &come)),
    }
}
