//! YAML, for what people write by hand: it becomes the JSON of the same request, and mistakes are told with their line.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Options, Spanned};

use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;

/// The JSON of a YAML document; an empty one is an empty object.
///
/// # Errors
/// [`ErrorCode::InvalidJson`] with line and column for text that is not YAML, holds several documents, a key twice, or
/// numbers that JSON has not.
///
/// # Example
///
/// ```
/// use truenorth::desk::door;
/// assert_eq!(door::yaml("by: [service]\nlast: 30d # days\n")?, r#"{"by":["service"],"last":"30d"}"#);
/// # Ok::<(), truenorth::Error>(())
/// ```
pub fn yaml(text: &str) -> Result<String> {
    match serde_saphyr::from_str_with_options::<serde_json::Value>(text, options()) {
        Ok(serde_json::Value::Null) => Ok("{}".to_owned()),
        Ok(value) => Ok(value.to_string()),
        Err(error) => Err(explained(error.without_snippet())),
    }
}

fn explained(error: &serde_saphyr::Error) -> Error {
    use serde_saphyr::Error as Yaml;
    let said = match error {
        Yaml::DuplicateMappingKey { key, .. } => {
            format!("the key `{}` is there twice", excerpt(key.as_deref().unwrap_or_default()))
        }
        Yaml::MultipleDocuments { .. } => "expected one document, found another".to_owned(),
        Yaml::NonFiniteFloat { value, .. } => format!("expected a finite number, found `{}`", excerpt(value)),
        Yaml::UnknownAnchor { .. } => "expected an anchor that was named before, found another".to_owned(),
        // What the parser says of the text; the rest is said to programmers, of their types.
        Yaml::ExternalMessage { msg, .. } => excerpt(msg).replace('`', "'").trim_end_matches('.').to_owned(),
        _ => "expected lists, objects with text as keys, text and numbers, found something else".to_owned(),
    };
    let place = error.location().map(|place| format!(" at line {} column {}", place.line(), place.column()));
    Error::new(ErrorCode::InvalidJson, format!("not YAML: {said}{}", place.unwrap_or_default()))
}

/// An error of a request that was YAML, with the line of its place, or of what is nearest above it.
///
/// # Example
///
/// ```
/// use truenorth::desk::door;
/// use truenorth::dora::DoraRequest;
/// let text = "by: [service]\nbucket: fortnight\n";
/// let error = door::read::<DoraRequest>(&door::yaml(text)?).unwrap_err();
/// assert!(door::on_its_line(text, error).message().ends_with("found `fortnight`, at line 2"));
/// # Ok::<(), truenorth::Error>(())
/// ```
pub fn on_its_line(text: &str, error: Error) -> Error {
    let Ok(root) = serde_saphyr::from_str_with_options::<Node>(text, options()) else { return error };
    match root.line(error.path()) {
        Some(line) => Error::new(error.code(), format!("{}, at line {line}", error.message())).at(error.path()),
        None => error,
    }
}

fn options() -> Options {
    // As YAML 1.2 has it, only `true` and `false` are truth values: Norway is `no`.
    serde_saphyr::options! { with_snippet: false, strict_booleans: true }
}

/// The shape of a document, with the lines of its keys and items.
enum Node {
    Leaf,
    List(Vec<Spanned<Node>>),
    Map(Vec<(Spanned<String>, Node)>),
}

impl Node {
    /// The line of what is at a path, or of the nearest thing above it.
    fn line(&self, path: &str) -> Option<u64> {
        let path = path.trim_start_matches('.');
        match self {
            Self::Leaf => None,
            Self::List(items) => {
                let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
                let item = items.get(index.parse::<usize>().ok()?)?;
                item.value.line(rest).or(Some(item.referenced.line()))
            }
            // A key may hold dots itself.
            Self::Map(entries) => entries.iter().find_map(|(key, value)| {
                let rest = path.strip_prefix(key.value.as_str())?;
                let is_whole = rest.is_empty() || rest.starts_with(['.', '[']);
                is_whole.then(|| value.line(rest).unwrap_or(key.referenced.line()))
            }),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;
        macro_rules! leaves {
            ($($name:ident($type:ty);)+) => {$(
                fn $name<E>(self, _: $type) -> Result<Node, E> {
                    Ok(Node::Leaf)
                }
            )+};
        }
        impl<'de> Visitor<'de> for Shape {
            type Value = Node;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            leaves! {
                visit_bool(bool);
                visit_i64(i64);
                visit_i128(i128);
                visit_u64(u64);
                visit_u128(u128);
                visit_f64(f64);
                visit_str(&str);
                visit_bytes(&[u8]);
            }
            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Leaf)
            }
            fn visit_none<E>(self) -> Result<Node, E> {
                Ok(Node::Leaf)
            }
            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
                deserializer.deserialize_any(self)
            }
            fn visit_enum<A: serde::de::EnumAccess<'de>>(self, data: A) -> Result<Node, A::Error> {
                data.variant::<IgnoredAny>().map(|_| Node::Leaf)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Node::List(all))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    all.push(entry);
                }
                Ok(Node::Map(all))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_the_json_that_it_looks_like() {
        for (text, json) in [
            ("# nothing\n", "{}"),
            ("", "{}"),
            ("year: 2024\nconfidence: 0.95\n", r#"{"year":2024,"confidence":0.95}"#),
            ("by: [service, team]\n", r#"{"by":["service","team"]}"#),
            ("window:\n  from: 2025-03-01T00:00:00Z\n", r#"{"window":{"from":"2025-03-01T00:00:00Z"}}"#),
            ("a: &x {b: 1}\nc: *x\n", r#"{"a":{"b":1},"c":{"b":1}}"#),
            ("a: ~\nb: true\nc: \"2024\"\n", r#"{"a":null,"b":true,"c":"2024"}"#),
            ("a: no\nb: on\n", r#"{"a":"no","b":"on"}"#),
        ] {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::from_str::<serde_json::Value>(&yaml(text).unwrap()).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn what_is_no_yaml_says_where() {
        for (text, line) in [
            ("a: 1\nb: [1,\n", "line 2"),
            ("a: 1\n  b: 2\n", "line 2"),
            ("a: 1\na: 2\n", "line 2"),
            ("a: 1\n---\nb: 2\n", "line 3"),
            ("a: .nan\n", "line 1"),
            ("a: 1\nb: *no\n", "line 2"),
        ] {
            let error = yaml(text).unwrap_err();
            println!("{error}");
            assert_eq!(error.code(), ErrorCode::InvalidJson, "{text}");
            assert!(error.message().starts_with("not YAML: ") && error.message().contains(line), "{text}: {error}");
        }
    }

    #[test]
    fn laughs_do_not_grow_to_billions() {
        let laugh = |n: usize| {
            let of = format!("*a{}", n.saturating_sub(1));
            format!("a{n}: &a{n} [{}]\n", [of.as_str(); 10].join(", "))
        };
        let text = "a0: &a0 x\n".to_owned() + &(1..12).map(laugh).collect::<String>();
        assert!(yaml(&text).is_err());
    }

    #[test]
    fn lines_are_those_of_keys_and_items() {
        let text = "by:\n  - service\n  - colour\nfilter:\n  label.tier: [gold]\nwindow:\n  from: x\n";
        let root: Node = serde_saphyr::from_str_with_options(text, options()).unwrap();
        for (path, line) in [
            ("by", Some(1)),
            ("by[1]", Some(3)),
            ("by[7]", Some(1)),
            ("filter.label.tier", Some(5)),
            ("filter.label.tier[0]", Some(5)),
            ("window.from", Some(7)),
            ("window.to", Some(6)),
            ("windows", None),
            ("", None),
        ] {
            assert_eq!(root.line(path), line, "{path}");
        }
    }
}
