//! What the generators write from: a small neutral model of the types, read from their JSON Schemas.
//!
//! Every keyword of a schema must be understood; one that is not stops the generator.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use truenorth::desk::operations::{Operation, schemas};
use truenorth::desk::sources::ReadOptions;

/// Records of events: their types tolerate fields they do not know, as streams must; requests refuse such fields all the
/// same, when they are read.
pub(crate) const EVENTS: [&str; 4] = ["Deployment", "Change", "PullRequest", "Incident"];

/// Everything that crosses a border.
pub(crate) struct Model {
    /// Each operation with the names of its request and report.
    pub(crate) operations: Vec<&'static Operation>,
    /// What stands in requests, by name.
    pub(crate) requests: BTreeMap<String, Noun>,
    /// What stands in reports, by name.
    pub(crate) reports: BTreeMap<String, Noun>,
}

/// A type with a name.
pub(crate) struct Noun {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) form: Form,
}

/// What a noun is made of.
pub(crate) enum Form {
    /// An object; a strict one refuses fields it does not know.
    Record { fields: Vec<Field>, strict: bool },
    /// One word of a list.
    Words(Vec<Word>),
    /// A word, or an object with one key that holds something.
    Choice(Vec<Arm>),
    /// Objects told apart by the word in one of their fields.
    Kinds { tag: String, kinds: Vec<Kind> },
    /// Text of a certain form.
    Text(TextForm),
    /// Whatever JSON can say.
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextForm {
    /// An instant.
    Time,
    /// A length of time.
    Span,
}

pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) shape: Shape,
    /// In a request: must be given; in a report: is always there.
    pub(crate) required: bool,
    pub(crate) default: Option<Value>,
}

pub(crate) struct Word {
    pub(crate) word: String,
    pub(crate) doc: String,
}

pub(crate) struct Arm {
    pub(crate) key: String,
    pub(crate) doc: String,
    /// None for a bare word.
    pub(crate) holds: Option<Shape>,
}

pub(crate) struct Kind {
    pub(crate) word: String,
    pub(crate) doc: String,
    pub(crate) fields: Vec<Field>,
}

/// What stands in a place.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Truth,
    Number,
    Whole,
    /// The thing, or null.
    Optional(Box<Shape>),
    List(Box<Shape>),
    /// Text to thing.
    Map(Box<Shape>),
    Named(String),
}

impl Model {
    pub(crate) fn read() -> Self {
        let settings = SchemaSettings::draft2020_12();
        let mut requests = settings.clone().for_deserialize().into_generator();
        let mut reports = settings.for_serialize().into_generator();
        let list = schemas(&mut requests, &mut reports);
        for (operation, request, report) in &list {
            for (schema, name) in [(request, operation.request), (report, operation.report)] {
                assert_eq!(named(schema.as_value()).as_deref(), Some(name), "the list and the types differ");
            }
        }
        // What the bindings take beside requests.
        requests.subschema_for::<ReadOptions>();
        Self {
            operations: list.iter().map(|(operation, ..)| *operation).collect(),
            requests: nouns(&requests.take_definitions(true)),
            reports: nouns(&reports.take_definitions(true)),
        }
    }
}

fn nouns(definitions: &Map<String, Value>) -> BTreeMap<String, Noun> {
    definitions
        .iter()
        .map(|(name, schema)| {
            let schema = Node::new(name, schema);
            let noun = Noun { name: name.clone(), doc: schema.doc(), form: form(&schema) };
            (name.clone(), noun)
        })
        .collect()
}

/// An object of a schema, and where it stands.
struct Node<'a> {
    at: String,
    object: &'a Map<String, Value>,
}

impl<'a> Node<'a> {
    fn new(at: &str, value: &'a Value) -> Self {
        let object = value.as_object().unwrap_or_else(|| panic!("{at}: a schema must be an object, found {value}"));
        Self { at: at.to_owned(), object }
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key)
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    fn list(&self, key: &str) -> Option<&'a Vec<Value>> {
        self.get(key).and_then(Value::as_array)
    }

    fn doc(&self) -> String {
        // What follows under a heading, such as an example in Rust, is for readers of the Rust documentation.
        let text = self.text("description").unwrap_or_default();
        text.split("\n# ").next().unwrap_or_default().trim().replace("\n\n", " ").replace('\n', " ")
    }

    /// Fails on a keyword that the caller does not read.
    fn only(&self, known: &[&str]) {
        for (key, value) in self.object {
            let read = known.contains(&key.as_str()) || key == "description";
            assert!(read, "{}: the generator does not know `{key}`: {value}", self.at);
        }
    }

    fn unknown(&self) -> ! {
        panic!("{}: the generator does not know this shape: {:?}", self.at, self.object)
    }
}

fn form(node: &Node<'_>) -> Form {
    if let Some(arms) = node.list("oneOf") {
        node.only(&["oneOf"]);
        let arms: Vec<Node<'_>> = arms.iter().map(|arm| Node::new(&node.at, arm)).collect();
        return union(node, &arms);
    }
    if node.list("type").is_some_and(|words| words.len() == 6) {
        node.only(&["type"]);
        return Form::Json;
    }
    match (node.text("type"), node.text("format"), node.text("pattern")) {
        (Some("object"), ..) if node.get("properties").is_some() => {
            node.only(&["type", "properties", "required", "additionalProperties"]);
            let strict = match node.get("additionalProperties") {
                None => false,
                Some(Value::Bool(false)) => true,
                Some(_) => node.unknown(),
            };
            Form::Record { fields: fields(node), strict }
        }
        (Some("string"), Some("date-time"), None) => {
            node.only(&["type", "format"]);
            Form::Text(TextForm::Time)
        }
        (Some("string"), None, Some("^[0-9]+[smhdw]$")) => {
            node.only(&["type", "pattern"]);
            Form::Text(TextForm::Span)
        }
        (Some("string"), None, None) if node.get("enum").is_some() => {
            node.only(&["type", "enum"]);
            let words = node.list("enum").unwrap_or_else(|| node.unknown());
            let word = |word: &Value| word.as_str().unwrap_or_else(|| node.unknown()).to_owned();
            Form::Words(words.iter().map(|value| Word { word: word(value), doc: String::new() }).collect())
        }
        _ => node.unknown(),
    }
}

fn union(node: &Node<'_>, arms: &[Node<'_>]) -> Form {
    let word = |arm: &Node<'_>| {
        arm.text("const").map(|word| {
            arm.only(&["const", "type"]);
            Word { word: word.to_owned(), doc: arm.doc() }
        })
    };
    if arms.iter().all(|arm| arm.text("const").is_some()) {
        return Form::Words(arms.iter().filter_map(word).collect());
    }
    if let Some(tag) = arms.first().and_then(tag_of) {
        let kinds = arms.iter().map(|arm| {
            arm.only(&["type", "properties", "required"]);
            let fields = fields_but(arm, Some(&tag));
            let kind = arm.get("properties").and_then(|all| all.get(&tag)).and_then(|tag| tag.get("const"));
            let word = kind.and_then(Value::as_str).unwrap_or_else(|| node.unknown()).to_owned();
            Kind { word, doc: arm.doc(), fields }
        });
        return Form::Kinds { kinds: kinds.collect(), tag };
    }
    let arm = |arm: &Node<'_>| {
        if let Some(Word { word, doc }) = word(arm) {
            return Arm { key: word, doc, holds: None };
        }
        arm.only(&["type", "properties", "required", "additionalProperties"]);
        let properties = arm.get("properties").and_then(Value::as_object).unwrap_or_else(|| arm.unknown());
        let (Some((key, value)), 1) = (properties.iter().next(), properties.len()) else { arm.unknown() };
        Arm { key: key.clone(), doc: arm.doc(), holds: Some(shape(&Node::new(&format!("{}.{key}", arm.at), value))) }
    };
    Form::Choice(arms.iter().map(arm).collect())
}

/// The field whose word tells the kind of an internally tagged object.
fn tag_of(arm: &Node<'_>) -> Option<String> {
    let properties = arm.get("properties")?.as_object()?;
    properties.iter().find(|(_, value)| value.get("const").is_some()).map(|(name, _)| name.clone())
}

fn fields(node: &Node<'_>) -> Vec<Field> {
    fields_but(node, None)
}

/// Required fields in the order of the type, then the others in the order of the alphabet.
fn fields_but(node: &Node<'_>, tag: Option<&str>) -> Vec<Field> {
    let Some(properties) = node.get("properties").and_then(Value::as_object) else { node.unknown() };
    let required: Vec<&str> = node.list("required").into_iter().flatten().filter_map(Value::as_str).collect();
    let place = |name: &str| required.iter().position(|other| *other == name);
    let mut fields: Vec<Field> = properties
        .iter()
        .filter(|(name, _)| Some(name.as_str()) != tag)
        .map(|(name, value)| {
            let value = Node::new(&format!("{}.{name}", node.at), value);
            Field {
                name: name.clone(),
                doc: value.doc(),
                shape: shape(&value),
                required: place(name).is_some(),
                default: value.get("default").cloned(),
            }
        })
        .collect();
    fields.sort_by_key(|field| place(&field.name).unwrap_or(usize::MAX));
    fields
}

/// The name that a schema refers to.
fn named(schema: &Value) -> Option<String> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/").map(str::to_owned)
}

fn shape(node: &Node<'_>) -> Shape {
    if let Some(reference) = node.get("$ref") {
        node.only(&["$ref", "default"]);
        let name = reference.as_str().and_then(|text| text.strip_prefix("#/$defs/"));
        return Shape::Named(name.unwrap_or_else(|| node.unknown()).to_owned());
    }
    if let Some(arms) = node.list("anyOf") {
        node.only(&["anyOf", "default"]);
        let [thing, null] = &arms[..] else { node.unknown() };
        if null.get("type").and_then(Value::as_str) != Some("null") {
            node.unknown();
        }
        return Shape::Optional(Box::new(shape(&Node::new(&node.at, thing))));
    }
    match node.get("type") {
        Some(Value::String(word)) => plain(node, word),
        Some(Value::Array(words)) => match &words[..] {
            [Value::String(word), Value::String(null)] if null == "null" => {
                Shape::Optional(Box::new(plain(node, word)))
            }
            _ => node.unknown(),
        },
        _ => node.unknown(),
    }
}

fn plain(node: &Node<'_>, word: &str) -> Shape {
    let inner = |key: &str| {
        let inner = node.get(key).unwrap_or_else(|| node.unknown());
        Box::new(shape(&Node::new(&format!("{}[]", node.at), inner)))
    };
    let (known, shape): (&[&str], Shape) = match word {
        "string" => (&[], Shape::Text),
        "boolean" => (&[], Shape::Truth),
        "number" => (&["format", "minimum", "maximum"], Shape::Number),
        "integer" => (&["format", "minimum", "maximum"], Shape::Whole),
        "array" => (&["items"], Shape::List(inner("items"))),
        "object" => (&["additionalProperties"], Shape::Map(inner("additionalProperties"))),
        _ => node.unknown(),
    };
    node.only(&[known, &["type", "default"]].concat());
    shape
}
