//! Lists of values that others are looked for in.

use std::mem::{Discriminant, discriminant};

use hashbrown::HashSet;
use serde_json::Value;

/// A list of values, to be asked many times.
pub(super) struct Values<'v> {
    known: HashSet<Key<'v>>,
    types: Vec<Discriminant<Value>>,
}

/// A value as it is held against others: numbers are the same whether written 1 or 1.0.
#[derive(PartialEq, Eq, Hash)]
enum Key<'v> {
    Number(u64),
    Text(&'v str),
    Truth(bool),
    Other(String),
}

impl<'v> Values<'v> {
    pub(super) fn new(values: &'v [Value]) -> Self {
        let mut found = Self { known: HashSet::with_capacity(values.len()), types: Vec::new() };
        for value in values {
            let own = discriminant(value);
            if !found.types.contains(&own) {
                found.types.push(own);
            }
            found.known.insert(key(value));
        }
        found
    }

    pub(super) fn are_none(&self) -> bool {
        self.known.is_empty()
    }

    pub(super) fn contain(&self, value: &Value) -> bool {
        self.known.contains(&key(value))
    }

    /// Whether there is one of the same type.
    pub(super) fn have_one_like(&self, value: &Value) -> bool {
        self.types.contains(&discriminant(value))
    }
}

fn key(value: &Value) -> Key<'_> {
    match value {
        Value::Number(number) => Key::Number((number.as_f64().unwrap_or(f64::NAN) + 0.0).to_bits()),
        Value::String(text) => Key::Text(text),
        Value::Bool(truth) => Key::Truth(*truth),
        other => Key::Other(other.to_string()),
    }
}
