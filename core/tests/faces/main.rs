//! The faces are generated from the Rust types: TypeScript, Python, JSON Schema.
//!
//! A test here fails when a generated file is stale; with `TRUENORTH_BLESS=1` it writes the file instead. A shape that
//! the model does not know stops it: nothing is ever written as `any`.
//!
//! ```sh
//! TRUENORTH_BLESS=1 cargo test -p truenorth --features schema --test faces
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a generator that runs as a test: it stops at what it does not know, and writes files"
)]

mod json_schema;
mod model;
mod python;
mod typescript;
mod vocabulary;

use std::path::{Path, PathBuf};

use model::{Form, Model};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Fails when the file differs from what it should be, or writes it when asked to.
fn hold(path: &str, expected: &str) {
    let file = root().join(path);
    let found = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    if found == expected {
        return;
    }
    if std::env::var_os("TRUENORTH_BLESS").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, expected).unwrap();
        return;
    }
    let line = found.lines().zip(expected.lines()).position(|(a, b)| a != b).unwrap_or(found.lines().count());
    panic!(
        "{path} is stale from line {} on: run `TRUENORTH_BLESS=1 cargo test -p truenorth --features schema --test faces`",
        line + 1
    );
}

#[test]
fn typescript_is_fresh() {
    let model = Model::read();
    hold("bindings-node/index.d.ts", &typescript::declarations(&model));
    hold("bindings-node/index.mjs", &typescript::module(&model));
}

#[test]
fn python_is_fresh() {
    let model = Model::read();
    hold("bindings-python/python/truenorth/_operations.py", &python::operations(&model));
    hold("bindings-python/python/truenorth/requests.py", &python::requests(&model));
    hold("bindings-python/python/truenorth/reports.py", &python::reports(&model));
}

#[test]
fn json_schemas_are_fresh() {
    for (path, text) in json_schema::files() {
        hold(&path, &text);
    }
}

#[test]
fn the_vocabulary_is_fresh() {
    hold("core/docs/events.md", &vocabulary::page(&Model::read()));
}

#[test]
fn requests_are_strict_and_their_paths_are_whole() {
    for noun in Model::read().requests.values() {
        match &noun.form {
            Form::Record { strict, .. } => {
                let event = model::EVENTS.contains(&noun.name.as_str());
                assert!(*strict || event, "`{}` must deny unknown fields, and flatten nothing", noun.name);
            }
            Form::Kinds { .. } => panic!("`{}` is internally tagged: paths into it would end at its border", noun.name),
            Form::Words(_) | Form::Choice(_) | Form::Text(_) | Form::Json => {}
        }
    }
}

#[test]
fn everything_is_documented() {
    let model = Model::read();
    for noun in model.requests.values().chain(model.reports.values()) {
        assert!(!noun.doc.is_empty(), "`{}` says nothing about itself", noun.name);
        let Form::Record { fields, .. } = &noun.form else { continue };
        for field in fields {
            assert!(!field.doc.is_empty(), "`{}.{}` says nothing about itself", noun.name, field.name);
        }
    }
}
