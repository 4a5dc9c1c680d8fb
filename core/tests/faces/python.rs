//! Python: the operations as functions, requests as typed dictionaries, reports as views.
//!
//! The files are both what runs and what type checkers read, so that the two cannot differ. Fields are spelled in
//! snake case; a word that Python keeps for itself gets an underscore where it stands as an attribute.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;
use truenorth::ErrorCode;
use truenorth::desk::operations::Operation;

use super::model::{Field, Form, Model, Noun, Shape, TextForm};

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// `timeZone` → `time_zone`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

fn attribute(name: &str) -> String {
    let name = snake(name);
    if KEYWORDS.contains(&&*name) { format!("{name}_") } else { name }
}

/// Names of fields in sentences, in Python's spelling; words that are also values stay as they are.
fn spelled(model: &Model, text: &str) -> String {
    let mut fields: BTreeSet<&str> = BTreeSet::new();
    let mut words: BTreeSet<&str> = BTreeSet::new();
    for noun in model.requests.values().chain(model.reports.values()) {
        match &noun.form {
            Form::Record { fields: own, .. } => fields.extend(own.iter().map(|field| field.name.as_str())),
            Form::Words(own) => words.extend(own.iter().map(|word| word.word.as_str())),
            Form::Choice(arms) => words.extend(arms.iter().map(|arm| arm.key.as_str())),
            Form::Kinds { kinds, .. } => {
                words.extend(kinds.iter().map(|kind| kind.word.as_str()));
                fields.extend(kinds.iter().flat_map(|kind| &kind.fields).map(|field| field.name.as_str()));
            }
            Form::Text(_) | Form::Json => {}
        }
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, after) = rest.split_at(start + 1);
        out.push_str(before);
        let name = &after[..after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len())];
        let whole = after[name.len()..].starts_with('`') && fields.contains(name) && !words.contains(name);
        out.push_str(&if whole { snake(name) } else { name.to_owned() });
        rest = &after[name.len()..];
    }
    out + rest
}

/// Text that does not end its docstring early, in lines of a readable length.
fn doc(text: &str, indent: &str) -> String {
    let text = text.replace('\\', "\\\\").replace("\"\"\"", "'''");
    let width = 110 - indent.len();
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let room =
            lines.last().is_none_or(|line| line.is_empty() || line.chars().count() + word.chars().count() < width);
        if !room {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    // A quotation mark or backslash before the closing quotes would join them.
    let end = if lines.len() > 1 { format!("\n{indent}") } else { String::new() };
    let text = lines.join(&format!("\n{indent}"));
    let pad = if end.is_empty() && text.ends_with('"') { " " } else { "" };
    format!("\"\"\"{text}{pad}{end}\"\"\"")
}

/// The same as lines of comment.
fn comment(text: &str, indent: &str) -> String {
    doc(text, indent).trim_matches('"').trim_end().lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{indent}# {}", line.trim());
        out
    })
}

fn literal<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    let line = words.join(", ");
    if line.len() < 90 { format!("Literal[{line}]") } else { format!("Literal[\n    {},\n]", words.join(",\n    ")) }
}

/// A default as Python writes it.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(truth) => if *truth { "True" } else { "False" }.to_owned(),
        other => other.to_string(),
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Requests: typed dictionaries.

/// What may stand in a place of a request.
fn taken(shape: &Shape) -> String {
    match shape {
        Shape::Text => "str".to_owned(),
        Shape::Truth => "bool".to_owned(),
        Shape::Number => "float".to_owned(),
        Shape::Whole => "int".to_owned(),
        Shape::Optional(inner) => format!("{} | None", taken(inner)),
        Shape::List(inner) => format!("_Sequence[{}]", taken(inner)),
        Shape::Map(inner) => format!("_Mapping[str, {}]", taken(inner)),
        Shape::Named(name) => name.clone(),
    }
}

fn key_line(field: &Field, quoted: bool) -> String {
    let name = snake(&field.name);
    let about = match &field.default {
        Some(default) if !empty(default) => format!("{} Default: `{}`.", field.doc, value(default)),
        _ => field.doc.clone(),
    };
    if quoted {
        format!("{}        \"{name}\": \"{}\",\n", comment(&about, "        "), taken(&field.shape))
    } else {
        format!("    {name}: {}\n    {}\n", taken(&field.shape), doc(&about, "    "))
    }
}

/// Defaults that say nothing: null, an empty list, an empty object.
fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(empty),
        _ => false,
    }
}

fn dictionary(out: &mut String, name: &str, about: &str, fields: &[Field]) {
    // A field named by a keyword can only stand in the functional form.
    if fields.iter().any(|field| attribute(&field.name) != snake(&field.name)) {
        let required = fields.iter().filter(|field| field.required).count();
        assert!(required == 0 || required == fields.len(), "{name}: the generator cannot mix these");
        let total = if required == 0 { "    total=False,\n" } else { "" };
        let lines: String = fields.iter().map(|field| key_line(field, true)).collect();
        let _ = write!(
            out,
            "\n\n{}{name} = TypedDict(\n    \"{name}\",\n    {{\n{lines}    }},\n{total})\n",
            comment(about, "")
        );
        return;
    }
    let (required, optional): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.required);
    let base = if required.is_empty() || optional.is_empty() {
        "TypedDict".to_owned()
    } else {
        let _ = writeln!(out, "\n\nclass _{name}(TypedDict):");
        for field in &required {
            out.push_str(&key_line(field, false));
        }
        format!("_{name}")
    };
    let total = if optional.is_empty() { "" } else { ", total=False" };
    let _ = writeln!(out, "\n\nclass {name}({base}{total}):\n    {}\n", doc(about, "    "));
    let rest = if base == "TypedDict" && optional.is_empty() { required } else { optional };
    for field in rest {
        out.push_str(&key_line(field, false));
    }
}

/// The options of reading that a function takes beside its request: those that could be taken for a filter, and what
/// opens files, are for `read` alone; the zone has a name of its own.
fn reading(model: &Model) -> Vec<Field> {
    let Form::Record { fields, .. } = &model.requests["ReadOptions"].form else { panic!("ReadOptions: not a record") };
    let taken = fields.iter().filter(|f| !["service", "repository", "team", "environment"].contains(&&*f.name));
    let named = taken.map(|field| Field {
        name: if field.name == "timeZone" { "inputTimeZone".to_owned() } else { field.name.clone() },
        doc: field.doc.clone(),
        shape: field.shape.clone(),
        required: false,
        default: field.default.clone(),
    });
    let mut named: Vec<Field> = named.collect();
    named.sort_by(|a, b| a.name.cmp(&b.name));
    named
}

/// The type of a function's keywords.
fn keywords(operation: &Operation) -> String {
    match operation.tables {
        [] => operation.request.to_owned(),
        _ => format!("{}Call", operation.request.trim_end_matches("Request")),
    }
}

/// `requests.py`.
pub(crate) fn requests(model: &Model) -> String {
    let mut out = String::from(
        "# Generated from the Rust types by core/tests/faces; do not edit.\n\
         \"\"\"What operations take: typed dictionaries, for those who check types.\n\n\
         Names are accepted in the wire's spelling too (`timeZone`). Times are `datetime` with a `tzinfo`, or text with an\n\
         offset; spans are `timedelta` of whole seconds, or text such as `7d`.\n\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from collections.abc import Mapping as _Mapping\n\
         from collections.abc import Sequence as _Sequence\n\
         from datetime import datetime, timedelta\n\
         from typing import Literal, TypedDict, Union\n\n\
         from ._json import JsonValue\n",
    );
    let mut names: BTreeSet<String> = model.requests.keys().cloned().collect();
    names.insert("Reading".to_owned());
    names.extend(model.operations.iter().map(|operation| keywords(operation)));
    let _ = write!(out, "\n__all__ = [\n");
    for name in &names {
        let _ = writeln!(out, "    \"{name}\",");
    }
    out.push_str("]\n");
    // Aliases are evaluated when the module is, so what they name comes first: words, then records, then choices.
    for noun in model.requests.values() {
        match &noun.form {
            Form::Words(words) => {
                let words = literal(words.iter().map(|word| word.word.as_str()));
                let _ = write!(out, "\n{}{} = {words}\n", comment(&noun.doc, ""), noun.name);
            }
            Form::Text(TextForm::Time) => {
                let _ = write!(out, "\n{}{} = Union[datetime, str]\n", comment(&noun.doc, ""), noun.name);
            }
            Form::Text(TextForm::Span) => {
                let _ = write!(out, "\n{}{} = Union[timedelta, str]\n", comment(&noun.doc, ""), noun.name);
            }
            _ => {}
        }
    }
    for noun in model.requests.values() {
        match &noun.form {
            Form::Record { fields, .. } => dictionary(&mut out, &noun.name, &noun.doc, fields),
            Form::Kinds { .. } => panic!("{}: requests have no tagged kinds", noun.name),
            _ => {}
        }
    }
    let about = "How what a function is asked of is read; all other options are those of `read`.";
    dictionary(&mut out, "Reading", about, &reading(model));
    for operation in model.operations.iter().filter(|operation| !operation.tables.is_empty()) {
        let _ = write!(
            out,
            "\n\nclass {}({}, Reading, total=False):\n    {}\n",
            keywords(operation),
            operation.request,
            doc(&format!("The keywords of `{}`.", snake(operation.name)), "    ")
        );
    }
    for noun in model.requests.values() {
        let Form::Choice(arms) = &noun.form else { continue };
        let mut parts = Vec::new();
        let words: Vec<&str> = arms.iter().filter(|arm| arm.holds.is_none()).map(|arm| arm.key.as_str()).collect();
        if !words.is_empty() {
            parts.push(literal(words.into_iter()));
        }
        for arm in arms {
            let Some(shape) = &arm.holds else { continue };
            let name = format!("_{}{}", noun.name, upper(&arm.key));
            let _ = write!(
                out,
                "\n\nclass {name}(TypedDict):\n    {}\n\n    {}: {}\n",
                doc(&arm.doc, "    "),
                attribute(&arm.key),
                taken(shape)
            );
            parts.push(name);
        }
        let _ = write!(out, "\n\n{}{} = Union[{}]\n", comment(&noun.doc, ""), noun.name, parts.join(", "));
    }
    spelled(model, &out)
}

fn upper(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

// ---------------------------------------------------------------------------------------------------------------------
// Reports: views.

/// What stands in a place of a report.
fn given(model: &Model, shape: &Shape) -> String {
    match shape {
        Shape::Text => "str".to_owned(),
        Shape::Truth => "bool".to_owned(),
        Shape::Number => "float".to_owned(),
        Shape::Whole => "int".to_owned(),
        Shape::Optional(inner) => format!("{} | None", given(model, inner)),
        Shape::List(inner) if is_view(model, inner) => format!("Rows[{}]", given(model, inner)),
        Shape::List(inner) => format!("list[{}]", given(model, inner)),
        Shape::Map(inner) => format!("dict[str, {}]", given(model, inner)),
        Shape::Named(name) => match &model.reports[name].form {
            Form::Text(TextForm::Time) => "datetime".to_owned(),
            Form::Text(TextForm::Span) => "timedelta".to_owned(),
            _ => name.clone(),
        },
    }
}

fn is_view(model: &Model, shape: &Shape) -> bool {
    matches!(shape, Shape::Named(name) if matches!(model.reports[name].form, Form::Record { .. } | Form::Kinds { .. }))
}

fn attribute_line(model: &Model, field: &Field) -> String {
    // What is absent is None; an absent list or object is empty.
    let shape = match (&field.shape, field.required) {
        (shape @ (Shape::Optional(_) | Shape::List(_) | Shape::Map(_)), _) | (shape, true) => given(model, shape),
        (shape, false) => format!("{} | None", given(model, shape)),
    };
    format!("    {}: {shape}\n    {}\n", attribute(&field.name), doc(&field.doc, "    "))
}

/// `reports.py`.
pub(crate) fn reports(model: &Model) -> String {
    let mut out = String::from(
        "# Generated from the Rust types by core/tests/faces; do not edit.\n\
         \"\"\"What operations answer: views, whose fields are read as attributes.\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from datetime import datetime, timedelta\n\
         from typing import Literal\n\n\
         from ._json import JsonValue\n\
         from ._views import Report, Rows, View\n\n\
         __all__ = [\n",
    );
    for (name, noun) in &model.reports {
        if !matches!(noun.form, Form::Text(_) | Form::Json) {
            let _ = writeln!(out, "    \"{name}\",");
        }
    }
    out.push_str("]\n");
    for noun in model.reports.values() {
        if let Form::Words(words) = &noun.form {
            let words = literal(words.iter().map(|word| word.word.as_str()));
            let _ = write!(out, "\n{}{} = {words}\n", comment(&noun.doc, ""), noun.name);
        }
    }
    let tops: BTreeSet<&str> = model.operations.iter().map(|operation| operation.report).collect();
    for noun in model.reports.values() {
        let base = if tops.contains(&*noun.name) { "Report" } else { "View" };
        match &noun.form {
            Form::Record { fields, .. } => {
                let lines: String = fields.iter().map(|field| attribute_line(model, field)).collect();
                let _ = write!(
                    out,
                    "\n\nclass {}({base}):\n    {}\n\n    __slots__ = ()\n\n{lines}",
                    noun.name,
                    doc(&noun.doc, "    ")
                );
            }
            Form::Kinds { tag, kinds } => view_of_kinds(&mut out, model, noun, tag, kinds),
            Form::Words(_) | Form::Text(_) | Form::Json => {}
            Form::Choice(_) => panic!("{}: the generator does not know choices in reports", noun.name),
        }
    }
    spelled(model, &out)
}

/// One view for all kinds: reading a field that this kind does not have says so.
fn view_of_kinds(out: &mut String, model: &Model, noun: &Noun, tag: &str, kinds: &[super::model::Kind]) {
    let tag = attribute(tag);
    let words = literal(kinds.iter().map(|kind| kind.word.as_str()));
    let about: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}", kind.word, kind.doc)).collect();
    let _ = write!(
        out,
        "\n\nclass {}(View):\n    {}\n\n    __slots__ = ()\n    _tag = \"{tag}\"\n    _kinds = {{\n",
        noun.name,
        doc(&noun.doc, "    "),
    );
    for kind in kinds {
        let fields: Vec<String> = kind.fields.iter().map(|field| format!("\"{}\"", attribute(&field.name))).collect();
        let comma = if fields.len() == 1 { "," } else { "" };
        let _ = writeln!(out, "        \"{}\": ({}{comma}),", kind.word, fields.join(", "));
    }
    let _ = write!(out, "    }}\n\n    {tag}: {words}\n    {}\n", doc(&about.join(" "), "    "));
    let mut seen: Vec<&Field> = Vec::new();
    for kind in kinds {
        for field in &kind.fields {
            if let Some(other) = seen.iter().find(|other| other.name == field.name) {
                assert!(other.shape == field.shape, "{}.{}: two shapes", noun.name, field.name);
            } else {
                seen.push(field);
                let only = Field {
                    name: field.name.clone(),
                    doc: format!("Of a `{}`: {}", kind.word, field.doc),
                    shape: field.shape.clone(),
                    required: field.required,
                    default: None,
                };
                out.push_str(&attribute_line(model, &only));
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Operations: functions.

/// `_operations.py`.
pub(crate) fn operations(model: &Model) -> String {
    let mut out = String::from(
        "# Generated from the list of operations by core/tests/faces; do not edit.\n\
         \"\"\"Every operation as a function.\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from collections.abc import Mapping\n\
         from typing import TYPE_CHECKING, Any, Literal, overload\n\n\
         from . import reports\n\
         from ._truenorth import ask, call\n\
         from ._views import Report\n\n\
         if TYPE_CHECKING:\n    \
         from typing_extensions import Unpack\n\n    \
         from . import requests\n    \
         from ._views import EventSource\n\n\
         __all__ = [\n",
    );
    let mut names: Vec<String> = model.operations.iter().map(|operation| snake(operation.name)).collect();
    names.extend(["ErrorCode".to_owned(), "run".to_owned()]);
    names.sort();
    for name in &names {
        let _ = writeln!(out, "    \"{name}\",");
    }
    let codes = literal(ErrorCode::ALL.iter().map(|code| code.as_str()));
    let _ = write!(out, "]\n\n# The stable word for a kind of error.\nErrorCode = {codes}\n");
    for operation in &model.operations {
        function(&mut out, model, operation);
    }
    for operation in &model.operations {
        let _ = write!(
            out,
            "\n\n@overload\ndef run(\n    operation: Literal[\"{}\"], request: requests.{} = ..., /, *sources: EventSource\n) -> \
             reports.{}: ...",
            operation.name, operation.request, operation.report
        );
    }
    out.push_str(
        "\n\n@overload\ndef run(operation: str, request: Mapping[str, object] = ..., /, *sources: EventSource) -> Report: ...\n\n\n\
         def run(operation: str, request: Any = {}, /, *sources: Any) -> Report:\n    \
         \"\"\"Runs any operation by its name in the list; for requests that come from elsewhere, such as parsed JSON.\n\n    \
         Nothing in the request is ever opened as a file.\n    \"\"\"\n    \
         data = call(operation, sources, request)\n    \
         return _REPORTS[operation](data)\n\n\n\
         _REPORTS: dict[str, type[Report]] = {\n",
    );
    for operation in &model.operations {
        let _ = writeln!(out, "    \"{}\": reports.{},", operation.name, operation.report);
    }
    out.push_str("}\n");
    spelled(model, &out)
}

fn function(out: &mut String, model: &Model, operation: &Operation) {
    let (name, request, report) = (snake(operation.name), operation.request, operation.report);
    let (sources, pass) = match operation.tables {
        [] => ("", "()"),
        ["events"] => ("*sources: EventSource, ", "sources"),
        tables => panic!("the generator does not know the tables {tables:?}"),
    };
    let _ = write!(
        out,
        "\n\ndef {name}({sources}**keywords: Unpack[requests.{}]) -> reports.{report}:\n    {}\n",
        keywords(operation),
        doc(operation.summary, "    ").trim_end_matches(['"', '\n', ' ']),
    );
    out.push_str("\n    Args:\n");
    if !sources.is_empty() {
        out.push_str(
            "        *sources: A table, paths of files and folders, bytes, rows or data frames. A few events may stand in the\n            \
             request instead.\n",
        );
    }
    let Form::Record { fields, .. } = &model.requests[request].form else { panic!("{request}: not a record") };
    let read = if operation.tables.is_empty() { Vec::new() } else { reading(model) };
    for (index, field) in fields.iter().chain(&read).enumerate() {
        if index == fields.len() {
            out.push_str("\n    How what is asked of is read (`read` has these and more):\n");
        }
        let default = match &field.default {
            Some(default) if !empty(default) => format!(" Default: `{}`.", value(default)),
            _ => String::new(),
        };
        let about = doc(&format!("{}: {}{default}", attribute(&field.name), field.doc), "            ");
        let _ = writeln!(out, "        {}", about.trim_matches('"').trim_end());
    }
    let _ = write!(
        out,
        "\n    Raises:\n        TruenorthError: With `code`, `path` and `message`.\n    \"\"\"\n    \
         return reports.{report}(ask(\"{}\", {pass}, keywords))\n",
        operation.name
    );
}
