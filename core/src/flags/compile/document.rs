//! The text of a file, taken apart without looking into what it holds.

use std::borrow::Cow;
use std::fmt;

use hashbrown::HashSet;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use xxhash_rust::xxh3::Xxh3;

use crate::ground::error::{At as _, Error, ErrorCode, Result, carry};
use crate::ground::hash::HashAlgorithm;
use crate::ground::json;
use crate::ground::text::excerpt;

/// Things by name, in the order of the file; no name is there twice.
pub(in super::super) type Entries<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// The file.
#[derive(Default)]
pub(in super::super) struct Document<'a> {
    pub(in super::super) hash: HashAlgorithm,
    pub(in super::super) private: Vec<String>,
    pub(in super::super) flags: Entries<'a>,
    pub(in super::super) segments: Entries<'a>,
    pub(in super::super) layers: Entries<'a>,
    pub(in super::super) holdouts: Entries<'a>,
    /// Present where the file is one of flagd's.
    pub(in super::super) flagd: Option<super::flagd::Written<'a>>,
}

/// What stands at the top of a file; keys that begin with `x-` are anybody's own.
const KEYS: [&str; 9] =
    ["version", "flags", "segments", "layers", "holdouts", "hash", "privateAttributes", "metadata", "$schema"];

impl<'a> Document<'a> {
    pub(in super::super) fn read(text: &'a str) -> Result<Self> {
        let Unique(entries) = json::read(text)?;
        if super::flagd::is_flagd(&entries) {
            return super::flagd::document(entries);
        }
        let mut document = Self::default();
        let mut version = None;
        for (name, value) in entries {
            let text = value.get();
            match &*name {
                "version" => version = Some(json::read::<u32>(text).at("version")?),
                "flags" => document.flags = inside(text).at("flags")?,
                "segments" => document.segments = inside(text).at("segments")?,
                "layers" => document.layers = inside(text).at("layers")?,
                "holdouts" => document.holdouts = inside(text).at("holdouts")?,
                "hash" => document.hash = json::read(text).at("hash")?,
                "privateAttributes" => document.private = json::read(text).at("privateAttributes")?,
                "metadata" | "$schema" => {}
                own if own.starts_with("x-") => {}
                other => {
                    let sentence = format!("expected one of `{}`, or a name that begins with `x-`", KEYS.join("`, `"));
                    return Err(Error::new(ErrorCode::UnknownField, sentence).at(excerpt(other)));
                }
            }
        }
        match version {
            Some(1) => Ok(document),
            Some(other) => {
                let sentence = format!("expected 1, the version of the format, found `{other}`");
                Err(Error::new(ErrorCode::UnknownValue, sentence).at("version"))
            }
            None => {
                let sentence = "expected the version of the format, which is 1, found none";
                Err(Error::new(ErrorCode::MissingField, sentence).at("version"))
            }
        }
    }

    /// A hash of what stands outside of flags and decides them.
    pub(super) fn shared_print(&self) -> u64 {
        let mut hash = Xxh3::new();
        let mut add = |text: &str| {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        add(self.hash.as_str());
        for entries in [&self.segments, &self.layers, &self.holdouts] {
            add("");
            for (name, value) in entries {
                add(name);
                add(value.get());
            }
        }
        if let Some(flagd) = &self.flagd {
            flagd.each_part(&mut add);
        }
        hash.digest()
    }
}

/// Objects and lists inside a flag or a segment that lie deeper in one another are refused: each takes its part of the
/// stack to read.
const DEEPEST: usize = 48;

/// Reads a flag or a segment, unless it lies too deep in itself.
pub(in super::super) fn typed<T: DeserializeOwned>(text: &str) -> Result<T> {
    let deepest = depth(text);
    if deepest > DEEPEST {
        let sentence = format!("at most {DEEPEST} objects and lists may lie in one another, found {deepest}");
        return Err(Error::new(ErrorCode::TooLarge, sentence));
    }
    json::read(text)
}

/// How deep a JSON text is.
fn depth(text: &str) -> usize {
    // Most texts have so few brackets that it does not matter how they lie.
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() <= DEEPEST {
        return 0;
    }
    let (mut depth, mut deepest, mut is_text, mut bytes) = (0_usize, 0, false, text.bytes());
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => is_text = !is_text,
            // What is escaped ends no text.
            b'\\' if is_text => drop(bytes.next()),
            b'[' | b'{' if !is_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

pub(super) fn inside(text: &str) -> Result<Entries<'_>> {
    let Unique(entries) = json::read(text)?;
    Ok(entries)
}

/// An object of which nobody has looked at the values yet.
struct Unique<'a>(Entries<'a>);

impl<'de> Deserialize<'de> for Unique<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Unique<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Unique<'de>, A::Error> {
                let (mut entries, mut seen) = (Entries::new(), HashSet::new());
                while let Some(Name(name)) = map.next_key()? {
                    if !seen.insert(name.clone()) {
                        let sentence = format!("the key `{}` is there twice", excerpt(&name));
                        return Err(carry(&Error::new(ErrorCode::Conflict, sentence)));
                    }
                    entries.push((name, map.next_value()?));
                }
                Ok(Unique(entries))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A key, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> std::result::Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}
