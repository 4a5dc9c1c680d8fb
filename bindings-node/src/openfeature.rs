//! What OpenFeature asks of flags: its SDK one flag at a time, browsers over the remote evaluation protocol.

use std::collections::HashMap;

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use truenorth::flags::{Evaluation, ofrep};
use truenorth_cli::clock;

use crate::border::{ContextInput, HeldInput, Moment};
use crate::context::Asked;
use crate::error::face;
use crate::flags::{TYPES, json};

/// What is said of a flag that is wanted as a type, as JSON; recorded as an exposure like the getters.
#[napi]
pub fn flags_resolve(
    flags: HeldInput,
    name: String,
    wanted: u32,
    context: ContextInput,
    now: Moment,
) -> napi::Result<String> {
    face(|| {
        let asked = Asked::new(context.given()?, now.0);
        let answer = |found: &Evaluation<'_>| json(&found.report(&name));
        flags.flags()?.set.see(&name, TYPES[wanted as usize], &asked, answer)
    })
}

/// The names of flags that are otherwise than they were.
#[napi]
pub fn flags_changed(flags: HeldInput, old: HeldInput) -> napi::Result<Vec<String>> {
    face(|| {
        let [new, old] = [flags.flags()?.set.rules(), old.flags()?.set.rules()];
        Ok(new.changes_since(&old))
    })
}

/// An answer of the remote evaluation protocol.
#[napi(object)]
pub struct OfrepAnswer {
    /// The status of HTTP.
    pub status: u32,
    /// Names, in small letters, and values.
    pub headers: HashMap<String, String>,
    /// JSON, or nothing.
    pub body: String,
}

/// Answers a request of the remote evaluation protocol.
#[napi]
pub fn flags_ofrep(
    flags: HeldInput,
    method: String,
    path: String,
    if_none_match: Option<String>,
    body: Uint8Array,
    now: Moment,
) -> napi::Result<OfrepAnswer> {
    face(|| {
        let rules = flags.flags()?.set.rules();
        let request =
            ofrep::Request { method: &method, path: &path, if_none_match: if_none_match.as_deref(), body: &body };
        let ofrep::Response { status, headers, body } =
            ofrep::respond(&rules, &request, now.0.or_else(|| Some(clock())));
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(OfrepAnswer { status: status.into(), headers, body })
    })
}
