//! What is written otherwise, place by place.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::super::compile::{Document, Entries};
use super::super::types::{DifferenceKind, FlagChange, FlagDefinition, Holdout, JsonValue, Layer, Rule, Segment};
use crate::ground::error::{At as _, Result};
use crate::ground::json;
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
    let meant = json::read::<T>(text).ok().and_then(|meant| serde_json::to_value(meant).ok());
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
    let typed = |text: &str| json::read::<FlagDefinition>(text).ok();
    let (mut before, mut after) = (meant::<FlagDefinition>(old), meant::<FlagDefinition>(new));
    let (Some(old), Some(new)) = (typed(old), typed(new)) else {
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
    for (index, rule) in before_rules.iter().enumerate() {
        if !pairs.iter().any(|(before, _)| *before == index) {
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

/// Whether a rule at one place is the one at another.
type IsSame = fn(usize, &Rule, usize, &Rule) -> bool;

/// Which rule is which: by its name, else by what it says, else by whom it concerns, else by its place.
fn pairs(old: &[Rule], new: &[Rule]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let ways: [IsSame; 4] = [
        |_, old, _, new| old.id.is_some() && old.id == new.id,
        |_, old, _, new| old == new,
        |_, old, _, new| (old.id.is_none() || new.id.is_none()) && old.when == new.when,
        |before, old, after, new| (old.id.is_none() || new.id.is_none()) && before == after,
    ];
    for is_same in ways {
        for (after, rule) in new.iter().enumerate() {
            let is_free = |index: usize, pairs: &[(usize, usize)]| !pairs.iter().any(|(before, _)| *before == index);
            if pairs.iter().any(|(_, known)| *known == after) {
                continue;
            }
            let found =
                (0..old.len()).find(|&before| is_free(before, &pairs) && is_same(before, &old[before], after, rule));
            pairs.extend(found.map(|before| (before, after)));
        }
    }
    pairs.sort_unstable();
    pairs
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
                let field = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                compare(&format!("{path}.{name}"), &field(before), &field(after), out);
            }
        }
        (Value::Array(before), Value::Array(after)) => lists(path, before, after, out),
        (old, new) => out.push(change(path, DifferenceKind::Changed, old, new)),
    }
}

fn lists(path: &str, before: &[Value], after: &[Value], out: &mut Vec<FlagChange>) {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    if !(before.iter().all(is_plain) && after.iter().all(is_plain)) {
        for index in 0..before.len().max(after.len()) {
            let item = |items: &[Value]| items.get(index).cloned().unwrap_or_default();
            compare(&format!("{path}[{index}]"), &item(before), &item(after), out);
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
