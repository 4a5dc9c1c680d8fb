//! JSON in which no key is there twice: of two, nobody can tell which was meant.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::{Error, ErrorCode, carry};
use super::text::excerpt;

/// A value in which no key is there twice.
pub(crate) struct Strict(pub(crate) Value);

/// Reads values by name, for a field.
pub(crate) fn unique<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<BTreeMap<String, Value>, D::Error> {
    struct Keys;
    impl<'de> Visitor<'de> for Keys {
        type Value = BTreeMap<String, Value>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Self::Value, A::Error> {
            Ok(object(map)?.into_iter().collect())
        }
    }
    deserializer.deserialize_map(Keys)
}

fn object<'de, A: MapAccess<'de>>(mut map: A) -> std::result::Result<Map<String, Value>, A::Error> {
    let mut found = Map::new();
    while let Some(key) = map.next_key::<String>()? {
        let Strict(value) = map.next_value()?;
        if found.contains_key(&key) {
            let sentence = format!("the key `{}` is there twice", excerpt(&key));
            return Err(carry(&Error::new(ErrorCode::Conflict, sentence)));
        }
        found.insert(key, value);
    }
    Ok(found)
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Strict;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }
            fn visit_bool<E>(self, truth: bool) -> std::result::Result<Strict, E> {
                Ok(Strict(truth.into()))
            }
            fn visit_i64<E>(self, number: i64) -> std::result::Result<Strict, E> {
                Ok(Strict(number.into()))
            }
            fn visit_u64<E>(self, number: u64) -> std::result::Result<Strict, E> {
                Ok(Strict(number.into()))
            }
            fn visit_f64<E>(self, number: f64) -> std::result::Result<Strict, E> {
                Ok(Strict(number.into()))
            }
            fn visit_str<E>(self, text: &str) -> std::result::Result<Strict, E> {
                Ok(Strict(text.into()))
            }
            fn visit_unit<E>(self) -> std::result::Result<Strict, E> {
                Ok(Strict(Value::Null))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Strict, A::Error> {
                let mut found = Vec::new();
                while let Some(Strict(value)) = list.next_element()? {
                    found.push(value);
                }
                Ok(Strict(found.into()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Strict, A::Error> {
                object(map).map(|map| Strict(map.into()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
