//! Errors cross as text and are made in JavaScript, in the realm of whoever asked: `instanceof Error` then holds there.

use truenorth::Error;
use truenorth::desk::door;

/// Marks a message that is an error of ours, as JSON.
const OURS: char = '\u{1}';

/// Runs something; a panic becomes an error.
pub(crate) fn face<T>(run: impl FnOnce() -> truenorth::Result<T>) -> napi::Result<T> {
    door::guarded(run).map_err(|error| cross(&error))
}

fn cross(error: &Error) -> napi::Error {
    let text = serde_json::to_string(error).unwrap_or_default();
    napi::Error::from_reason(format!("{OURS}{text}"))
}

/// A call that panics, so that a test can see what becomes of it.
#[napi_derive::napi(js_name = "panicForTests")]
pub fn panic_for_tests() -> napi::Result<()> {
    face(planted)
}

#[expect(clippy::panic, reason = "the planted panic of a test")]
fn planted() -> truenorth::Result<()> {
    panic!("planted")
}
