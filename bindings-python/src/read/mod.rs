//! Reads Python objects as requests and events: no JSON text in between, no silent null, the whole path in errors.

mod access;
mod fault;
mod foreign;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde::de::{Deserialize, Deserializer, Error as _, Unexpected, Visitor};
use truenorth::ErrorCode;

use access::{Entries, Fields, Items, Variant};
pub(crate) use fault::Fault;
pub(crate) use foreign::{kind_of, plain};

/// Lists in lists in lists: beyond this somebody made a loop.
const DEEPEST: u32 = 128;
/// Larger whole numbers are not the same in every face.
const LARGEST: i64 = (1 << 53) - 1;

/// What one reading keeps in mind.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    depth: Cell<u32>,
    /// How many items of lists were read.
    items: Cell<usize>,
    /// Fields that were left out because the vocabulary does not have them.
    unknown: RefCell<BTreeMap<String, u64>>,
}

impl Reader {
    /// Reads a value.
    pub(crate) fn read<'de, T: Deserialize<'de>>(&self, value: &Bound<'_, PyAny>) -> Result<T, Fault> {
        T::deserialize(Value { value, reader: self })
    }

    /// The fields that were left out so far, with how often they came.
    pub(crate) fn take_unknown(&self) -> BTreeMap<String, u64> {
        self.unknown.take()
    }

    /// How many items of lists there were: how much work this may be.
    pub(crate) fn items(&self) -> usize {
        self.items.get()
    }

    fn deeper<T>(&self, read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return Err(Fault::new(ErrorCode::TooLarge, format!("nested deeper than {DEEPEST} levels")));
        }
        self.depth.set(depth + 1);
        let read = read();
        self.depth.set(depth);
        read
    }
}

/// A Python object to be read.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a, 'py> {
    value: &'a Bound<'py, PyAny>,
    reader: &'a Reader,
}

impl<'py> Value<'_, 'py> {
    fn list<'de, V: Visitor<'de>>(self, list: &Bound<'py, PyList>, visitor: V) -> Result<V::Value, Fault> {
        self.reader.deeper(|| visitor.visit_seq(Items::list(list, self.reader)))
    }

    fn tuple<'de, V: Visitor<'de>>(self, tuple: &Bound<'py, PyTuple>, visitor: V) -> Result<V::Value, Fault> {
        self.reader.deeper(|| visitor.visit_seq(Items::tuple(tuple, self.reader)))
    }

    /// What is none of the plain types: turned into one, or refused by name.
    fn foreign<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        fields: Option<&'static [&'static str]>,
    ) -> Result<V::Value, Fault> {
        match foreign::plain(self.value)? {
            Some(plain) => self.reader.deeper(|| {
                let value = Value { value: &plain, reader: self.reader };
                match fields {
                    Some(fields) => value.deserialize_struct("", fields, visitor),
                    None => value.deserialize_any(visitor),
                }
            }),
            None => Err(Fault::invalid_type(Unexpected::Other(&kind_of(self.value)), &visitor)),
        }
    }
}

/// The text of a string; lone surrogates are not text.
fn text<'a>(value: &'a Bound<'_, PyString>) -> Result<&'a str, Fault> {
    value.to_str().map_err(|_| Fault::new(ErrorCode::InvalidUtf8, "expected text, found a lone surrogate in it"))
}

impl<'de> Deserializer<'de> for Value<'_, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = self.value;
        if let Ok(string) = value.cast::<PyString>() {
            visitor.visit_str(text(string)?)
        } else if let Ok(truth) = value.cast::<PyBool>() {
            visitor.visit_bool(truth.is_true())
        } else if let Ok(whole) = value.cast::<PyInt>() {
            match whole.extract::<i64>() {
                Ok(number) if (0..=LARGEST).contains(&number) => visitor.visit_u64(number.unsigned_abs()),
                Ok(number) if (-LARGEST..0).contains(&number) => visitor.visit_i64(number),
                _ => Err(Fault::new(
                    ErrorCode::OutOfRange,
                    format!("whole numbers lie between -{LARGEST} and {LARGEST}, found one beyond"),
                )),
            }
        } else if let Ok(number) = value.cast::<PyFloat>() {
            match number.value() {
                number if number.is_finite() => visitor.visit_f64(number),
                number => Err(Fault::new(ErrorCode::OutOfRange, format!("must be a finite number, was `{number}`"))),
            }
        } else if value.is_none() {
            visitor.visit_unit()
        } else if let Ok(dict) = value.cast::<PyDict>() {
            self.reader.deeper(|| visitor.visit_map(Entries::new(dict, self.reader)))
        } else if let Ok(list) = value.cast::<PyList>() {
            self.list(list, visitor)
        } else if let Ok(tuple) = value.cast::<PyTuple>() {
            self.tuple(tuple, visitor)
        } else {
            self.foreign(visitor, None)
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value.is_none() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Ok(dict) = self.value.cast::<PyDict>() {
            return self.reader.deeper(|| visitor.visit_map(Fields::new(dict, fields, self.reader)));
        }
        if self.value.is_instance_of::<PyList>() || self.value.is_instance_of::<PyTuple>() {
            // serde would take a list as the fields in order; nobody means that.
            return Err(Fault::invalid_type(Unexpected::Seq, &visitor));
        }
        if is_plain(self.value) {
            return self.deserialize_any(visitor);
        }
        self.foreign(visitor, Some(fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Ok(word) = self.value.cast::<PyString>() {
            return visitor.visit_enum(Variant::word(text(word)?, variants, self.reader)?);
        }
        if let Ok(dict) = self.value.cast::<PyDict>() {
            return self.reader.deeper(|| visitor.visit_enum(Variant::object(dict, variants, self.reader)?));
        }
        if is_plain(self.value) {
            return self.deserialize_any(visitor);
        }
        match foreign::plain(self.value)? {
            Some(plain) => self
                .reader
                .deeper(|| Value { value: &plain, reader: self.reader }.deserialize_enum(name, variants, visitor)),
            None => Err(Fault::invalid_type(Unexpected::Other(&kind_of(self.value)), &visitor)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// Whether it is one of the types that JSON has, so that nothing is left to try.
fn is_plain(value: &Bound<'_, PyAny>) -> bool {
    value.is_none()
        || value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyInt>()
        || value.is_instance_of::<PyFloat>()
        || value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyTuple>()
        || value.is_instance_of::<PyDict>()
}
