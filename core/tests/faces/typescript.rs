//! TypeScript: `index.d.ts`, and the names that an ES module exports.
//!
//! Requests take a `Date` wherever a time stands, and null for what is absent; a noun that therefore differs between
//! requests and reports is called `…Input` in requests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};
use truenorth::ErrorCode;

use super::model::{Field, Form, Model, Noun, Shape, TextForm};

/// Which way a type crosses the border.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

struct Writer<'a> {
    /// Nouns that stand in requests and reports and differ there.
    inputs: BTreeSet<&'a str>,
}

pub(crate) fn declarations(model: &Model) -> String {
    let writer = Writer { inputs: inputs(model) };
    let mut out = String::from(
        "// Generated from the Rust types by core/tests/faces; do not edit.\n\
         import type { CallOptions, CallOptionsSync, EventOptions, EventOptionsSync } from \"./handles.js\";\n\n\
         export * from \"./handles.js\";\n",
    );
    for operation in &model.operations {
        let optional = match &model.requests[operation.request].form {
            Form::Record { fields, .. } if fields.iter().all(|field| !field.required) => "?",
            _ => "",
        };
        let options = match operation.tables {
            [] => "CallOptions",
            ["events"] => "EventOptions",
            tables => panic!("the generator does not know the tables {tables:?}"),
        };
        let (name, request, report) = (operation.name, writer.name(operation.request, Way::In), operation.report);
        let _ = write!(
            out,
            "\n/** {summary} */\n\
             export declare function {name}(request{optional}: {request}, options?: {options}): Promise<{report}>;\n\
             /** {summary} Blocks until it is done. */\n\
             export declare function {name}Sync(request{optional}: {request}, options?: {options}Sync): {report};\n",
            summary = operation.summary,
        );
    }
    out.push_str("\n/** The stable word for a kind of error. */\nexport type ErrorCode =");
    for code in ErrorCode::ALL {
        let _ = write!(out, "\n  | \"{}\"", code.as_str());
    }
    out.push_str(";\n");
    for (nouns, way) in [(&model.requests, Way::In), (&model.reports, Way::Out)] {
        for noun in nouns.values() {
            let shared =
                way == Way::In && model.reports.contains_key(&noun.name) && !writer.inputs.contains(&*noun.name);
            if !shared {
                writer.noun(&mut out, noun, way);
            }
        }
    }
    out
}

pub(crate) fn module(model: &Model) -> String {
    let names =
        model.operations.iter().flat_map(|operation| [operation.name.to_owned(), format!("{}Sync", operation.name)]);
    let names: Vec<String> = names.collect();
    format!(
        "// Generated from the list of operations by core/tests/faces; do not edit.\n\
         import truenorth from \"./index.js\";\n\n\
         export const {{ EventTable, EventReader, FlagContext, FlagSet, TruenorthError, version }} = truenorth;\n\
         export const {{ {} }} = truenorth;\n\
         export default truenorth;\n",
        names.join(", ")
    )
}

/// A noun differs where it is a time, may be null, or holds one that differs.
fn inputs(model: &Model) -> BTreeSet<&str> {
    let mut differ: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = differ.len();
        for (name, noun) in &model.requests {
            let Some(report) = model.reports.get(name) else { continue };
            if !same(noun, report, &differ) {
                differ.insert(name);
            }
        }
        if differ.len() == before {
            return differ;
        }
    }
}

fn same(request: &Noun, report: &Noun, differ: &BTreeSet<&str>) -> bool {
    fn holds(shape: &Shape, differ: &BTreeSet<&str>) -> bool {
        match shape {
            Shape::Named(name) => differ.contains(name.as_str()),
            Shape::Optional(inner) | Shape::List(inner) | Shape::Map(inner) => holds(inner, differ),
            Shape::Text | Shape::Truth | Shape::Number | Shape::Whole => false,
        }
    }
    match (&request.form, &report.form) {
        (Form::Json, Form::Json) => true,
        (Form::Text(a), Form::Text(b)) => a == b && *a != TextForm::Time,
        (Form::Words(a), Form::Words(b)) => a.iter().map(|w| &w.word).eq(b.iter().map(|w| &w.word)),
        (Form::Choice(a), Form::Choice(b)) => {
            a.iter().map(|arm| (&arm.key, &arm.holds)).eq(b.iter().map(|arm| (&arm.key, &arm.holds)))
                && !a.iter().filter_map(|arm| arm.holds.as_ref()).any(|shape| holds(shape, differ))
        }
        (Form::Record { fields: a, .. }, Form::Record { fields: b, .. }) => {
            let line = |way| move |field: &Field| (field.name.clone(), presence(field, way));
            a.iter().map(line(Way::In)).collect::<BTreeMap<_, _>>() == b.iter().map(line(Way::Out)).collect()
                && !a.iter().any(|field| holds(&field.shape, differ))
        }
        _ => false,
    }
}

/// Whether a field may be left out, and what then stands there: reports leave out what is absent, requests take null.
fn presence(field: &Field, way: Way) -> (bool, Shape) {
    match (&field.shape, field.required, way) {
        (Shape::Optional(inner), false, Way::Out) => (true, (**inner).clone()),
        (shape, required, _) => (!required, shape.clone()),
    }
}

impl Writer<'_> {
    fn name(&self, name: &str, way: Way) -> String {
        if way == Way::In && self.inputs.contains(name) { format!("{name}Input") } else { name.to_owned() }
    }

    fn shape(&self, shape: &Shape, way: Way) -> String {
        match shape {
            Shape::Text => "string".to_owned(),
            Shape::Truth => "boolean".to_owned(),
            Shape::Number | Shape::Whole => "number".to_owned(),
            Shape::Optional(inner) => format!("{} | null", self.shape(inner, way)),
            Shape::List(inner) => {
                let inside = self.shape(inner, way);
                let inside = if inside.contains(' ') { format!("({inside})") } else { inside };
                // A request is only read, so it may be frozen.
                if way == Way::In { format!("readonly {inside}[]") } else { format!("{inside}[]") }
            }
            Shape::Map(inner) => format!("Record<string, {}>", self.shape(inner, way)),
            Shape::Named(name) => self.name(name, way),
        }
    }

    fn field(&self, out: &mut String, field: &Field, way: Way, indent: &str) {
        let (optional, shape) = presence(field, way);
        let default = match &field.default {
            // That nothing is given by default goes without saying.
            Some(Value::Null) | None => String::new(),
            Some(value) if [json!({}), json!([]), json!("")].contains(value) => String::new(),
            Some(value) => format!(" @default {value}"),
        };
        let mark = if optional { "?" } else { "" };
        let _ = writeln!(out, "{indent}/** {}{default} */", comment(&field.doc));
        let _ = writeln!(out, "{indent}{}{mark}: {};", field.name, self.shape(&shape, way));
    }

    fn noun(&self, out: &mut String, noun: &Noun, way: Way) {
        let name = self.name(&noun.name, way);
        let _ = writeln!(out, "\n/** {} */", comment(&noun.doc));
        match &noun.form {
            Form::Text(TextForm::Time) if way == Way::In => {
                let _ = writeln!(out, "export type {name} = Date | string;");
            }
            Form::Json => {
                let any = format!("{name}[] | {{ [name: string]: {name} }}");
                let _ = writeln!(out, "export type {name} = string | number | boolean | null | {any};");
            }
            Form::Text(_) => {
                let _ = writeln!(out, "export type {name} = string;");
            }
            Form::Words(words) => {
                let _ = write!(out, "export type {name} =");
                for word in words {
                    if !word.doc.is_empty() {
                        let _ = write!(out, "\n  /** {} */", comment(&word.doc));
                    }
                    let _ = write!(out, "\n  | \"{}\"", word.word);
                }
                out.push_str(";\n");
            }
            Form::Choice(arms) => {
                let _ = write!(out, "export type {name} =");
                for arm in arms {
                    let _ = write!(out, "\n  /** {} */", comment(&arm.doc));
                    let _ = match &arm.holds {
                        None => write!(out, "\n  | \"{}\"", arm.key),
                        Some(shape) => write!(out, "\n  | {{ {}: {} }}", arm.key, self.shape(shape, way)),
                    };
                }
                out.push_str(";\n");
            }
            Form::Kinds { tag, kinds } => {
                let _ = write!(out, "export type {name} =");
                for kind in kinds {
                    let _ = write!(out, "\n  /** {} */\n  | {{\n      {tag}: \"{}\";\n", comment(&kind.doc), kind.word);
                    for field in &kind.fields {
                        self.field(out, field, way, "      ");
                    }
                    out.push_str("    }");
                }
                out.push_str(";\n");
            }
            Form::Record { fields, .. } => {
                let _ = writeln!(out, "export interface {name} {{");
                for field in fields {
                    self.field(out, field, way, "  ");
                }
                out.push_str("}\n");
            }
        }
    }
}

/// Text that does not end its comment early.
fn comment(doc: &str) -> String {
    doc.replace("*/", "*\u{200b}/")
}
