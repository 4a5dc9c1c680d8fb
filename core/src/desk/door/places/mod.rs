//! Where the parts of a document stand, so that what is wrong with one is told with its line.

mod json;

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::yaml::options;
use crate::ground::error::Error;

/// A place in a text; both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The character in the line.
    pub column: u64,
}

/// Where the parts of a document stand, JSON or YAML.
///
/// # Example
///
/// ```
/// use truenorth::desk::door::Places;
/// let places = Places::read("by:\n  - service\n  - colour\n").unwrap();
/// assert_eq!(places.find("by[1]").map(|place| (place.line, place.column)), Some((3, 5)));
/// ```
#[derive(Debug)]
pub struct Places(Node);

impl Places {
    /// Reads a document; `None` where it is none.
    pub fn read(text: &str) -> Option<Self> {
        // JSON is YAML in all but its finer points: how it writes what lies beyond the basic plane, and tabs.
        let json = text.trim_start().starts_with(['{', '[']).then(|| json::read(text)).flatten();
        json.or_else(|| serde_saphyr::from_str_with_options(text, options()).ok()).map(Self)
    }

    /// The place of what is at a path such as `flags.x.rules[0]`, or of the nearest thing above it.
    pub fn find(&self, path: &str) -> Option<Place> {
        self.0.find(path).map(|(place, _)| place)
    }
}

fn place(location: Location) -> Place {
    Place { line: location.line(), column: location.column() }
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
    match Places::read(text).and_then(|places| places.find(error.path())) {
        Some(Place { line, .. }) => {
            Error::new(error.code(), format!("{}, at line {line}", error.message())).at(error.path())
        }
        None => error,
    }
}

/// The shape of a document, with the lines of its keys and items.
#[derive(Debug, PartialEq)]
enum Node {
    Leaf,
    List(Vec<(Place, Node)>),
    Map(Vec<(String, Place, Node)>),
}

impl Node {
    /// The place of what is at a path, or of the nearest thing above it, and how much of the path is left then.
    fn find(&self, path: &str) -> Option<(Place, usize)> {
        let path = path.trim_start_matches('.');
        match self {
            Self::Leaf => None,
            Self::List(items) => {
                let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
                let (place, item) = items.get(index.parse::<usize>().ok()?)?;
                item.find(rest).or(Some((*place, rest.len())))
            }
            // A key may hold dots itself, and be the beginning of another.
            Self::Map(entries) => {
                let found = entries.iter().filter_map(|(key, place, value)| {
                    let rest = path.strip_prefix(key.as_str())?;
                    let is_whole = rest.is_empty() || rest.starts_with(['.', '[']);
                    is_whole.then(|| value.find(rest).unwrap_or((*place, rest.len())))
                });
                found.min_by_key(|(_, left)| *left)
            }
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
                while let Some(item) = items.next_element::<Spanned<Node>>()? {
                    all.push((place(item.referenced), item.value));
                }
                Ok(Node::List(all))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
                let mut all = Vec::new();
                while let Some((key, value)) = entries.next_entry::<Spanned<String>, Node>()? {
                    all.push((key.value, place(key.referenced), value));
                }
                Ok(Node::Map(all))
            }
        }
        deserializer.deserialize_any(Shape)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str, cases: &[(&str, Option<u64>)]) {
        let places = Places::read(text).unwrap();
        for (path, line) in cases {
            assert_eq!(places.find(path).map(|place| place.line), *line, "{path}");
        }
    }

    #[test]
    fn lines_are_those_of_keys_and_items() {
        lines(
            "by:\n  - service\n  - colour\nfilter:\n  label.tier: [gold]\nwindow:\n  from: x\n",
            &[
                ("by", Some(1)),
                ("by[1]", Some(3)),
                ("by[7]", Some(1)),
                ("filter.label.tier", Some(5)),
                ("filter.label.tier[0]", Some(5)),
                ("window.from", Some(7)),
                ("window.to", Some(6)),
                ("windows", None),
                ("", None),
            ],
        );
    }

    #[test]
    fn names_may_begin_alike_and_hold_signs() {
        lines(
            "flags:\n  a:\n    rules: []\n  a.b:\n    rules:\n      - when: x\n  \"q: \\\"x\\\"\":\n    rules: [1,\n      2]\n",
            &[
                ("flags.a.b.rules[0].when", Some(6)),
                ("flags.a.rules", Some(3)),
                ("flags.a.b", Some(4)),
                ("flags.q: \"x\".rules[1]", Some(9)),
            ],
        );
    }

    #[test]
    fn anchors_are_told_where_they_are_used() {
        let text = "on: &on\n  all:\n    - a: 1\n    - b: 2\nx:\n  when: *on\ny:\n  - {when: *on,\n     then: 1}\nz:\n  <<: *on\n  any: 1\n";
        lines(
            text,
            &[
                ("on.all[1].b", Some(4)),
                ("x.when.all[1].b", Some(6)),
                ("y[0].when.all[0]", Some(8)),
                ("y[0].then", Some(9)),
                ("z.any", Some(12)),
            ],
        );
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let text = || "[a-z.\\[\\]\"\\\\\n\u{e9}\u{1f642} ]{0,6}";
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i32>().prop_map(Into::into),
            text().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                prop::collection::btree_map(text(), inner, 0..5)
                    .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// Every place of a document is where its key or item is written.
    fn check(node: &Node, value: &serde_json::Value, text: &str) {
        let at = |place: &Place| -> String {
            let line = text.lines().nth(place.line as usize - 1).unwrap();
            line.chars().skip(place.column as usize - 1).collect()
        };
        match (node, value) {
            (Node::Map(entries), serde_json::Value::Object(fields)) => {
                assert_eq!(entries.len(), fields.len());
                for ((key, place, node), (name, value)) in entries.iter().zip(fields) {
                    assert_eq!(key, name);
                    assert!(
                        at(place).starts_with(&serde_json::Value::from(name.as_str()).to_string()),
                        "{place:?} {text}"
                    );
                    check(node, value, text);
                }
            }
            (Node::List(nodes), serde_json::Value::Array(items)) => {
                assert_eq!(nodes.len(), items.len());
                for ((place, node), value) in nodes.iter().zip(items) {
                    let first = value.to_string().chars().next().unwrap();
                    assert!(at(place).starts_with(first), "{place:?} {text}");
                    check(node, value, text);
                }
            }
            (node, value) => assert!(*node == Node::Leaf && !value.is_object() && !value.is_array()),
        }
    }

    proptest! {
        #[test]
        fn places_in_json_are_where_things_are_written(value in value()) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                let node = json::read(&text);
                check(&node.unwrap(), &value, &text);
            }
        }

        #[test]
        fn text_that_is_no_json_ends_too(text in "[\\[\\]{}:,\"\\\\a1 \n\u{e9}]{0,40}") {
            drop(json::read(&text));
            drop(Places::read(&text));
        }
    }

    #[test]
    fn json_has_places_too() {
        lines(
            "{\n\t\"a\": {\"b\":1,\n\t\t\"c\" : [\n1, {\"\\ud83d\\ude42\": \"\\/\", \"d\":\n null}]}, \"e\": 1e400,\n\"f\": 0.10}",
            &[("a.b", Some(2)), ("a.c[1].d", Some(4)), ("a.c[1].🙂", Some(4)), ("e", Some(5)), ("f", Some(6))],
        );
    }
}
