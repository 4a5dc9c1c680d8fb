//! Field names: `time_zone` in Python, `timeZone` on the wire.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, IntoDeserializer as _, Visitor};
use truenorth::Error;

/// `timeZone` → `time_zone`.
pub(crate) fn snake(wire: &str) -> Cow<'_, str> {
    if !wire.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(wire);
    }
    let mut out = String::with_capacity(wire.len() + 4);
    for letter in wire.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    Cow::Owned(out)
}

/// `time_zone` → `timeZone`; a name without underscores stays as it is.
pub(crate) fn camel(name: &str) -> Cow<'_, str> {
    if !name.as_bytes().contains(&b'_') || name.starts_with('_') {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        if letter == '_' {
            upper = true;
        } else if upper {
            out.push(letter.to_ascii_uppercase());
            upper = false;
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// Writes the path of an error the way Python spells it: names of fields change, keys that users chose do not.
///
/// Which is which only the type `Q` of the request knows, so the path is walked through its own reader.
pub(crate) fn respell<'de, Q: Deserialize<'de>>(error: &Error) -> Error {
    let path = error.path();
    if !path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return error.clone();
    }
    let steps = steps(path);
    let out = RefCell::new(Vec::new());
    // The walk always ends in an error: it only looks.
    drop(Q::deserialize(Walk { steps: &steps, out: &out }));
    let mut out = out.into_inner();
    let walked = out.len();
    out.extend(steps.iter().skip(walked).map(|step| match step {
        Step::Name(name) => (*name).to_owned(),
        Step::Index(text) => (*text).to_owned(),
    }));
    let same = Error::new(error.code(), error.message());
    out.iter().rev().fold(same, Error::at)
}

enum Step<'a> {
    Name(&'a str),
    /// With its brackets.
    Index(&'a str),
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        if !name.is_empty() {
            steps.push(Step::Name(name));
        }
        while let Some(end) = rest.find(']') {
            let (index, after) = rest.split_at(end + 1);
            steps.push(Step::Index(index));
            rest = after;
        }
    }
    steps
}

/// Follows one path through a type.
#[derive(Clone, Copy)]
struct Walk<'a> {
    steps: &'a [Step<'a>],
    out: &'a RefCell<Vec<String>>,
}

impl<'a> Walk<'a> {
    fn step(self) -> Result<(&'a Step<'a>, Self), Arrived> {
        let (step, steps) = self.steps.split_first().ok_or(Arrived)?;
        Ok((step, Self { steps, ..self }))
    }

    fn say(self, word: &str) {
        self.out.borrow_mut().push(word.to_owned());
    }
}

/// The end of a walk.
#[derive(Debug)]
struct Arrived;

impl fmt::Display for Arrived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("arrived")
    }
}

impl std::error::Error for Arrived {}

impl de::Error for Arrived {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> de::Deserializer<'de> for Walk<'_> {
    type Error = Arrived;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Arrived> {
        Err(Arrived)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Arrived> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Arrived> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Arrived> {
        match self.step()? {
            (Step::Index(index), rest) => {
                self.say(index);
                visitor.visit_seq(rest)
            }
            _ => Err(Arrived),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Arrived> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Arrived> {
        match self.step()? {
            (Step::Name(name), rest) => {
                self.say(name);
                visitor.visit_map(One(name, rest))
            }
            _ => Err(Arrived),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Arrived> {
        match self.step()? {
            (Step::Name(name), rest) if fields.contains(name) => {
                self.say(&snake(name));
                visitor.visit_map(One(name, rest))
            }
            _ => Err(Arrived),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Arrived> {
        match self.step()? {
            (Step::Name(name), rest) if variants.contains(name) => {
                self.say(&snake(name));
                visitor.visit_enum(One(name, rest))
            }
            _ => Err(Arrived),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct tuple_struct
        identifier ignored_any
    }
}

impl<'de> de::SeqAccess<'de> for Walk<'_> {
    type Error = Arrived;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Arrived> {
        seed.deserialize(*self).map(Some)
    }
}

/// A single key and what lies under it.
struct One<'a>(&'a str, Walk<'a>);

impl<'de> de::MapAccess<'de> for One<'_> {
    type Error = Arrived;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Arrived> {
        seed.deserialize(self.0.into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Arrived> {
        seed.deserialize(self.1).and(Err(Arrived))
    }
}

impl<'de> de::EnumAccess<'de> for One<'_> {
    type Error = Arrived;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Arrived> {
        Ok((seed.deserialize(self.0.into_deserializer())?, self))
    }
}

impl<'de> de::VariantAccess<'de> for One<'_> {
    type Error = Arrived;

    fn unit_variant(self) -> Result<(), Arrived> {
        Err(Arrived)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Arrived> {
        seed.deserialize(self.1)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Arrived> {
        de::Deserializer::deserialize_seq(self.1, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Arrived> {
        de::Deserializer::deserialize_struct(self.1, "", fields, visitor)
    }
}
