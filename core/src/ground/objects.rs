//! Objects are objects: serde's derived readers would also take a list, field by field in their order, and nobody means
//! that. Around any deserializer, this refuses a list wherever an object with fields is expected.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

/// A deserializer, or a part of one, below which no list stands for an object.
pub(crate) struct Objects<T>(pub(crate) T);

/// The visitor of an object with fields.
struct Fields<V>(V);

macro_rules! forward {
    ($($name:ident($($given:ident: $type:ty),*);)+) => {$(
        fn $name<V: Visitor<'de>>(self, $($given: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$name($($given,)* Objects(visitor))
        }
    )+};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Objects<D> {
    type Error = D::Error;

    forward! {
        deserialize_any(); deserialize_bool(); deserialize_i8(); deserialize_i16(); deserialize_i32();
        deserialize_i64(); deserialize_i128(); deserialize_u8(); deserialize_u16(); deserialize_u32();
        deserialize_u64(); deserialize_u128(); deserialize_f32(); deserialize_f64(); deserialize_char();
        deserialize_str(); deserialize_string(); deserialize_bytes(); deserialize_byte_buf(); deserialize_option();
        deserialize_unit(); deserialize_seq(); deserialize_map(); deserialize_identifier(); deserialize_ignored_any();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, Fields(visitor))
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! visit {
    ($($name:ident: $type:ty,)+) => {$(
        fn $name<E: serde::de::Error>(self, value: $type) -> Result<V::Value, E> {
            self.0.$name(value)
        }
    )+};
}

/// What both visitors do alike: scalars as they are, everything inside wrapped.
macro_rules! common {
    () => {
        type Value = V::Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }

        visit! {
            visit_bool: bool, visit_i8: i8, visit_i16: i16, visit_i32: i32, visit_i64: i64, visit_i128: i128,
            visit_u8: u8, visit_u16: u16, visit_u32: u32, visit_u64: u64, visit_u128: u128, visit_f32: f32,
            visit_f64: f64, visit_char: char, visit_str: &str, visit_borrowed_str: &'de str, visit_string: String,
            visit_bytes: &[u8], visit_borrowed_bytes: &'de [u8], visit_byte_buf: Vec<u8>,
        }

        fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
            self.0.visit_none()
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
            self.0.visit_unit()
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
            self.0.visit_some(Objects(deserializer))
        }

        fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
            self.0.visit_newtype_struct(Objects(deserializer))
        }

        fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
            self.0.visit_map(Objects(access))
        }

        fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
            self.0.visit_enum(Objects(access))
        }
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Objects<V> {
    common!();

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Objects(access))
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Fields<V> {
    common!();

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<V::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Seq, &"a map"))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Objects<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Objects(deserializer))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Objects<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        self.0.next_element_seed(Objects(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Objects<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.0.next_value_seed(Objects(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Objects<A> {
    type Error = A::Error;
    type Variant = Objects<A::Variant>;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self::Variant), A::Error> {
        self.0.variant_seed(seed).map(|(word, variant)| (word, Objects(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Objects<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        self.0.newtype_variant_seed(Objects(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(length, Objects(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, Fields(visitor))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::Objects;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Pair {
        from: u8,
        to: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Choice {
        None,
        Pair(Pair),
        Fields { from: u8 },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Whole {
        own: Option<Pair>,
        list: Vec<Pair>,
        map: BTreeMap<String, Pair>,
        choice: Choice,
        tuple: (u8, u8),
    }

    #[test]
    fn no_list_stands_for_an_object() {
        let read = |text: &str| Whole::deserialize(Objects(&mut serde_json::Deserializer::from_str(text)));
        let pair = r#"{"from": 1, "to": 2}"#;
        let whole = |own: &str, list: &str, map: &str, choice: &str| {
            format!(r#"{{"own": {own}, "list": [{list}], "map": {{"a": {map}}}, "choice": {choice}, "tuple": [1, 2]}}"#)
        };
        for choice in [r#""none""#, r#"{"pair": {"from": 1, "to": 2}}"#, r#"{"fields": {"from": 1}}"#] {
            assert!(read(&whole(pair, pair, pair, choice)).is_ok(), "{choice}");
        }
        for text in [
            whole("[1, 2]", pair, pair, r#""none""#),
            whole(pair, "[1, 2]", pair, r#""none""#),
            whole(pair, pair, "[1, 2]", r#""none""#),
            whole(pair, pair, pair, r#"{"pair": [1, 2]}"#),
            whole(pair, pair, pair, r#"{"fields": [1]}"#),
        ] {
            // serde alone takes it.
            assert!(serde_json::from_str::<Whole>(&text).is_ok(), "{text}");
            let said = read(&text).unwrap_err().to_string();
            assert!(said.starts_with("invalid type: sequence, expected a map"), "{text}: {said}");
        }
        assert!(read("[]").is_err());
    }
}
