//! Lists, dictionaries, structs and tagged choices.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};
use truenorth::ErrorCode;
use truenorth::desk::door::explain;

use super::fault::{Fault, choices};
use super::{Reader, Value, foreign, kind_of, text};
use crate::spelling::{camel, snake};

/// The items of a list or tuple.
pub(super) struct Items<'a, 'py> {
    of: Kind<'a, 'py>,
    at: usize,
    reader: &'a Reader,
}

enum Kind<'a, 'py> {
    List(&'a Bound<'py, PyList>),
    Tuple(&'a Bound<'py, PyTuple>),
}

impl<'a, 'py> Items<'a, 'py> {
    pub(super) fn list(list: &'a Bound<'py, PyList>, reader: &'a Reader) -> Self {
        Self { of: Kind::List(list), at: 0, reader }
    }

    pub(super) fn tuple(tuple: &'a Bound<'py, PyTuple>, reader: &'a Reader) -> Self {
        Self { of: Kind::Tuple(tuple), at: 0, reader }
    }

    fn len(&self) -> usize {
        match self.of {
            Kind::List(list) => list.len(),
            Kind::Tuple(tuple) => tuple.len(),
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let at = self.at;
        // Asked anew each time: reading an item may run code that shortens the list.
        if at >= self.len() {
            return Ok(None);
        }
        let item = match self.of {
            Kind::List(list) => list.get_item(at),
            Kind::Tuple(tuple) => tuple.get_item(at),
        }?;
        self.at = at + 1;
        self.reader.items.set(self.reader.items.get() + 1);
        seed.deserialize(Value { value: &item, reader: self.reader }).map(Some).map_err(|fault| fault.at_index(at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len().saturating_sub(self.at))
    }
}

/// The keys of a dictionary, taken at the start: reading a value may run code that changes it.
struct Keys<'a, 'py> {
    dict: &'a Bound<'py, PyDict>,
    all: Bound<'py, PyList>,
    at: usize,
    value: Option<Bound<'py, PyAny>>,
}

impl<'a, 'py> Keys<'a, 'py> {
    fn new(dict: &'a Bound<'py, PyDict>) -> Self {
        Self { dict, all: dict.keys(), at: 0, value: None }
    }

    /// The next key, its value put by.
    fn next(&mut self) -> Result<Option<Bound<'py, PyString>>, Fault> {
        while self.at < self.all.len() {
            let key = self.all.get_item(self.at)?;
            self.at += 1;
            self.value = self.dict.get_item(&key)?;
            if self.value.is_some() {
                return Ok(Some(string_key(key)?));
            }
        }
        Ok(None)
    }

    fn value(&mut self) -> Result<Bound<'py, PyAny>, Fault> {
        self.value.take().ok_or_else(|| Fault::custom("a value without its key"))
    }
}

/// Keys are text, or words of an enumeration.
fn string_key(key: Bound<'_, PyAny>) -> Result<Bound<'_, PyString>, Fault> {
    let key = match key.cast_into::<PyString>() {
        Ok(key) => return Ok(key),
        Err(other) => other.into_inner(),
    };
    match foreign::plain(&key)?.map(Bound::cast_into::<PyString>) {
        Some(Ok(word)) => Ok(word),
        _ => Err(Fault::invalid_type(Unexpected::Other(&kind_of(&key)), &"text as a key")),
    }
}

/// A dictionary whose keys are the user's own.
pub(super) struct Entries<'a, 'py> {
    keys: Keys<'a, 'py>,
    key: Option<Bound<'py, PyString>>,
    reader: &'a Reader,
}

impl<'a, 'py> Entries<'a, 'py> {
    pub(super) fn new(dict: &'a Bound<'py, PyDict>, reader: &'a Reader) -> Self {
        Self { keys: Keys::new(dict), key: None, reader }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(key) = self.keys.next()? else { return Ok(None) };
        let read = seed.deserialize(Key(text(&key)?))?;
        self.key = Some(key);
        Ok(Some(read))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let value = self.keys.value()?;
        seed.deserialize(Value { value: &value, reader: self.reader }).map_err(|fault| {
            let key = self.key.as_ref().and_then(|key| key.to_str().ok());
            fault.at(key.unwrap_or_default())
        })
    }
}

/// A key as the user chose it; where keys are words of the vocabulary, in either spelling.
struct Key<'a>(&'a str);

impl<'de> serde::Deserializer<'de> for Key<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let wire = camel(self.0);
        let known = variants.iter().find(|variant| **variant == wire).copied();
        visitor.visit_enum(StrDeserializer::<Fault>::new(known.unwrap_or(self.0)))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A dictionary whose keys are names of fields, in either spelling.
pub(super) struct Fields<'a, 'py> {
    keys: Keys<'a, 'py>,
    known: &'static [&'static str],
    /// The field's wire name, or the key where there is no such field.
    field: Result<&'static str, Bound<'py, PyString>>,
    reader: &'a Reader,
}

impl<'a, 'py> Fields<'a, 'py> {
    pub(super) fn new(dict: &'a Bound<'py, PyDict>, known: &'static [&'static str], reader: &'a Reader) -> Self {
        Self { keys: Keys::new(dict), known, field: Ok(""), reader }
    }
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(key) = self.keys.next()? else { return Ok(None) };
        let name = text(&key)?;
        let wire = camel(name);
        if let Some(field) = self.known.iter().find(|field| **field == wire) {
            self.field = Ok(field);
            return seed.deserialize(BorrowedStrDeserializer::<Fault>::new(field)).map(Some);
        }
        let read = seed.deserialize(StrDeserializer::<Fault>::new(name))?;
        self.field = Err(key);
        Ok(Some(read))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let value = self.keys.value()?;
        match &self.field {
            Ok(field) => {
                seed.deserialize(Value { value: &value, reader: self.reader }).map_err(|fault| fault.at(&snake(field)))
            }
            Err(key) => {
                // Streams of events tolerate fields they do not know, and count them.
                *self.reader.unknown.borrow_mut().entry(text(key)?.to_owned()).or_default() += 1;
                seed.deserialize(().into_deserializer())
            }
        }
    }
}

/// A choice: a word, or an object with one key.
pub(super) struct Variant<'a, 'py> {
    word: &'static str,
    value: Option<Bound<'py, PyAny>>,
    reader: &'a Reader,
}

impl<'a, 'py> Variant<'a, 'py> {
    pub(super) fn word(word: &str, variants: &'static [&'static str], reader: &'a Reader) -> Result<Self, Fault> {
        match variants.iter().find(|variant| **variant == word) {
            Some(word) => Ok(Self { word, value: None, reader }),
            None => Err(Fault::unknown_variant(word, variants)),
        }
    }

    pub(super) fn object(
        dict: &Bound<'py, PyDict>,
        variants: &'static [&'static str],
        reader: &'a Reader,
    ) -> Result<Self, Fault> {
        let mut keys = Keys::new(dict);
        let count = keys.all.len();
        let Some(key) = (if count == 1 { keys.next()? } else { None }) else {
            let found = if count == 1 { "1 key".to_owned() } else { format!("{count} keys") };
            return Err(Fault::new(ErrorCode::WrongType, format!("expected an object with one key, found {found}")));
        };
        let name = text(&key)?;
        let wire = camel(name);
        match variants.iter().find(|variant| **variant == wire) {
            Some(word) => Ok(Self { word, value: Some(keys.value()?), reader }),
            None => Err(Fault::Told(explain("", &format!("unknown variant `{name}`, {}", choices(variants))))),
        }
    }

    fn under<T>(self, read: impl FnOnce(Value<'_, 'py>) -> Result<T, Fault>) -> Result<T, Fault> {
        let name = snake(self.word);
        match &self.value {
            Some(value) => read(Value { value, reader: self.reader }).map_err(|fault| fault.at(&name)),
            None => Err(Fault::new(
                ErrorCode::WrongType,
                format!("expected an object with the key `{name}`, found the word `{}` alone", self.word),
            )),
        }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Fault> {
        Ok((seed.deserialize(BorrowedStrDeserializer::<Fault>::new(self.word))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match &self.value {
            Some(value) if !value.is_none() => {
                Err(Fault::new(ErrorCode::WrongType, format!("expected the word `{}` alone", self.word)))
            }
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        self.under(|value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.under(|value| serde::Deserializer::deserialize_seq(value, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.under(|value| serde::Deserializer::deserialize_struct(value, "", fields, visitor))
    }
}
