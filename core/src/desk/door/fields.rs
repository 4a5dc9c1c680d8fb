//! The names of a type's fields, asked of the type itself: faces tell a request from the options beside it by them.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, Deserialize, Visitor};

/// The names of a struct's fields on the wire; none for other types.
///
/// # Example
///
/// ```
/// use truenorth::desk::{door, sources::ReadOptions};
/// assert!(door::fields_of::<ReadOptions>().contains(&"timeZone"));
/// ```
pub fn fields_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let fields = Cell::new(&[][..]);
    // It always ends in an error: it only looks.
    drop(T::deserialize(Look(&fields)));
    fields.get()
}

struct Look<'a>(&'a Cell<&'static [&'static str]>);

#[derive(Debug)]
struct Seen;

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seen")
    }
}

impl std::error::Error for Seen {}

impl de::Error for Seen {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> de::Deserializer<'de> for Look<'_> {
    type Error = Seen;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Seen> {
        Err(Seen)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Seen> {
        self.0.set(fields);
        Err(Seen)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}
