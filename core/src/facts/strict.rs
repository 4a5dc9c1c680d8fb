//! The events of a request are strict, as all of a request is: a field that does not exist is an error with the names
//! that do. Streams tolerate such fields and count them.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, Visitor};

use super::events::Event;
use super::readers::{KINDS, fields_of};
use super::text::Text;

/// Reads the events of a request, which outlive the text they were read from.
///
/// # Errors
/// Those of the deserializer.
pub(crate) fn owned_events<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Event<'static>>, D::Error> {
    Ok(Vec::<Strict<'de>>::deserialize(deserializer)?.into_iter().map(|event| event.0.into_owned()).collect())
}

struct Strict<'a>(Event<'a>);

impl<'de> Deserialize<'de> for Strict<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Kind;
        impl<'de> Visitor<'de> for Kind {
            type Value = Strict<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one key, the kind of event")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict<'de>, A::Error> {
                let Some(kind) = map.next_key::<Text<'de>>()? else {
                    return Err(A::Error::invalid_length(0, &self));
                };
                let event = match &*kind {
                    "deployment" => Event::Deployment(map.next_value_seed(Fields::of("deployment"))?),
                    "change" => Event::Change(map.next_value_seed(Fields::of("change"))?),
                    "pullRequest" => Event::PullRequest(map.next_value_seed(Fields::of("pullRequest"))?),
                    "incident" => Event::Incident(map.next_value_seed(Fields::of("incident"))?),
                    other => return Err(A::Error::unknown_variant(other, &KINDS)),
                };
                match map.next_key::<Text<'de>>()? {
                    None => Ok(Strict(event)),
                    Some(_) => Err(A::Error::invalid_length(2, &self)),
                }
            }
        }
        // As a struct, not a map: faces spell names of fields their own way, but leave a user's keys alone.
        deserializer.deserialize_struct("Event", &KINDS, Kind)
    }
}

/// Reads a record of one kind.
struct Fields<T> {
    known: &'static [&'static str],
    record: PhantomData<T>,
}

impl<T> Fields<T> {
    fn of(kind: &str) -> Self {
        Self { known: fields_of(kind), record: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Fields<T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_struct("Record", self.known, self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(Watched { map, known: self.known }))
    }
}

/// Looks at each name before the record does.
struct Watched<A> {
    map: A,
    known: &'static [&'static str],
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Watched<A> {
    type Error = A::Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.map.next_key::<Text<'de>>()? {
            None => Ok(None),
            Some(name) if !self.known.contains(&&*name) => Err(A::Error::unknown_field(&name, self.known)),
            Some(name) => seed.deserialize((&*name).into_deserializer()).map(Some),
        }
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
