//! The Node face: text, bytes and columns in, text out. What users see is made of this in `index.js` and `lib/`.
//!
//! No function here is written for one operation: all come from the list. No panic passes: every call runs inside
//! [`error::face`].

// The classes of this crate are seen by JavaScript only.
#![expect(
    missing_debug_implementations,
    unreachable_pub,
    reason = "seen by JavaScript only, through what the macros write"
)]
// JavaScript gives away what it hands over.
#![expect(clippy::needless_pass_by_value, reason = "the macros read arguments into values of their own")]

mod border;
mod call;
mod columns;
mod context;
mod error;
mod flags;
mod open;
mod openfeature;
mod table;
mod tray;

use napi_derive::napi;
use serde::Serialize;
use serde::de::DeserializeOwned;
use truenorth::desk::door;
use truenorth::desk::operations::{Call, Context, OPERATIONS, Operation, Tables, dispatch};
use truenorth::desk::sources::ReadOptions;

/// What can be asked: a JSON list of names, the fields of their requests and the tables they read.
///
/// # Errors
/// A bug only.
#[napi]
pub fn operations() -> napi::Result<String> {
    struct Fields;
    impl Call for Fields {
        type Output = &'static [&'static str];
        fn call<Q: DeserializeOwned + Send + Sync, R: Serialize + Send>(
            self,
            _: &'static Operation,
            _: fn(&Q, &Tables<'_>, &Context) -> truenorth::Result<R>,
        ) -> truenorth::Result<Self::Output> {
            Ok(door::fields_of::<Q>())
        }
    }
    error::face(|| {
        let all = OPERATIONS.iter().map(|operation| {
            let Operation { name, tables, summary, .. } = operation;
            let fields = dispatch(name, Fields)?;
            Ok(serde_json::json!({ "name": name, "tables": tables, "summary": summary, "fields": fields }))
        });
        Ok(all.collect::<truenorth::Result<serde_json::Value>>()?.to_string())
    })
}

/// The options of reading, by name.
#[napi]
pub fn read_options() -> Vec<&'static str> {
    door::fields_of::<ReadOptions>().to_vec()
}

/// Fails with what is said of a name that is none of those known.
///
/// # Errors
/// Always.
#[napi]
pub fn refuse_field(name: String, known: Vec<String>) -> napi::Result<()> {
    let known = known.join("`, `");
    error::face(|| Err(door::explain(&name, &format!("unknown field `{name}`, expected one of `{known}`"))))
}

/// The version, the same in every face.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Runs the command line with these arguments, the program's name first, and says with which code to exit.
///
/// # Errors
/// A bug only: what is wrong with the arguments is printed.
#[napi]
pub fn command_line(arguments: Vec<String>) -> napi::Result<i32> {
    error::face(|| Ok(truenorth_cli::main(arguments)))
}
