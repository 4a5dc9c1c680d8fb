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

mod call;
mod columns;
mod error;
mod open;
mod table;

use napi_derive::napi;
use truenorth::desk::operations::OPERATIONS;

/// What can be asked: a JSON list of names and the tables they read.
///
/// # Errors
/// A bug only.
#[napi]
pub fn operations() -> napi::Result<String> {
    error::face(|| {
        let all = OPERATIONS.iter().map(|operation| {
            serde_json::json!({ "name": operation.name, "tables": operation.tables, "summary": operation.summary })
        });
        Ok(all.collect::<serde_json::Value>().to_string())
    })
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
