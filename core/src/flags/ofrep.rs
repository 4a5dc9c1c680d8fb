//! The OpenFeature Remote Evaluation Protocol: browsers are served from the same flags.
//!
//! One function from a request to a response, for any web server; it opens no socket and knows no clock. Who may ask,
//! how often, and from which other sites (a browser reads the `ETag` only where it is exposed to it) is the server's.
//!
//! # Sources
//!
//! OFREP 0.2 (open-feature/protocol, `service/openapi.yaml`; a flag without a value is its ADR 0006); RFC 9110, §13.1.2
//! (`If-None-Match`).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::context::Context;
use super::evaluation::Evaluation;
use super::ruleset::Ruleset;
use super::types::FlagErrorCode;
use crate::ground::explain::syntax;
use crate::ground::time::Time;

/// Larger bodies are refused.
pub const LONGEST_BODY: usize = 1 << 20;

const FLAGS: &str = "/ofrep/v1/evaluate/flags";

/// What a client asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// Such as `POST`.
    pub method: &'a str,
    /// From the first slash on, as it came: `/ofrep/v1/evaluate/flags/new%20checkout`.
    pub path: &'a str,
    /// The header `If-None-Match`, where there is one.
    pub if_none_match: Option<&'a str>,
    /// The body, JSON such as `{"context": {"targetingKey": "user-1"}}`.
    pub body: &'a [u8],
}

/// What it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status of HTTP: 200, 304, 400, 404 or 405.
    pub status: u16,
    /// Names, in small letters, and values.
    pub headers: Vec<(&'static str, String)>,
    /// JSON; empty where nothing has changed.
    pub body: String,
}

/// Answers a request of the protocol: one flag, or all of them for a browser that keeps them.
///
/// Nothing is recorded as an exposure: the getter that asks for a value is on the other side.
///
/// # Definition
/// The evaluation of [`Ruleset::evaluate`]. A flag whose value is the caller's default has none in the answer. The `ETag`
/// is a hash of the body and of nothing else: it is the same in every process, changes when an answer does (by the rules,
/// the context or the time), and tells nothing of a context that the values do not.
///
/// # Errors
/// None: what is wrong is in the response, by OpenFeature's codes. No error holds a value of the context.
///
/// # Example
/// ```
/// use truenorth::flags::{Ruleset, ofrep};
/// let flags = Ruleset::parse(r#"{"version": 1, "flags": {"x": {"variants": {"on": true}, "defaultVariant": "on"}}}"#)?;
/// let request = ofrep::Request {
///     method: "POST",
///     path: "/ofrep/v1/evaluate/flags/x",
///     body: br#"{"context": {"targetingKey": "user-1"}}"#,
///     ..Default::default()
/// };
/// let response = ofrep::respond(&flags, &request, None);
/// assert_eq!(response.status, 200);
/// assert_eq!(response.body, r#"{"key":"x","value":true,"reason":"STATIC","variant":"on"}"#);
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// OFREP 0.2, `service/openapi.yaml`.
pub fn respond(flags: &Ruleset, request: &Request<'_>, now: Option<Time>) -> Response {
    let path = request.path.split('?').next().unwrap_or_default();
    let key = match path.strip_prefix(FLAGS) {
        Some("") => None,
        Some(rest) if rest.starts_with('/') => Some(&rest[1..]),
        _ => {
            return Response::json(
                404,
                &Problem::new("there is nothing here; flags are below `/ofrep/v1/evaluate/flags`"),
            );
        }
    };
    if request.method != "POST" {
        let mut response = Response::json(405, &Problem::new("expected the method `POST`"));
        response.headers.push(("allow", "POST".to_owned()));
        return response;
    }
    match key {
        Some(key) => one(flags, key, request.body, now),
        None => all(flags, request, now),
    }
}

fn one(flags: &Ruleset, written: &str, body: &[u8], now: Option<Time>) -> Response {
    let Some(key) = decoded(written) else {
        let wrong = Problem::new("the key is not UTF-8 as a path has it");
        return Response::json(400, &wrong.coded(FlagErrorCode::ParseError).of(written));
    };
    match posted(body, now) {
        Ok(context) => {
            let answer = Answer::new(&key, &flags.evaluate(&key, &context));
            Response::json(answer.status(), &answer)
        }
        Err(wrong) => Response::json(400, &wrong.of(&key)),
    }
}

fn all(flags: &Ruleset, request: &Request<'_>, now: Option<Time>) -> Response {
    let context = match posted(request.body, now) {
        Ok(context) => context,
        Err(wrong) => return Response::json(400, &wrong),
    };
    let flags = flags.evaluate_all(&context).map(|(key, found)| Answer::new(key, &found)).collect();
    let mut response = Response::json(200, &All { flags });
    let tag = etag(&response.body);
    if request.if_none_match.is_some_and(|known| matches(known, &tag)) {
        response = Response { status: 304, headers: Vec::new(), body: String::new() };
    }
    response.headers.push(("etag", tag));
    response
}

/// A strong validator of a body.
fn etag(body: &str) -> String {
    use std::fmt::Write as _;
    let hash = Sha256::digest(body.as_bytes());
    let mut tag = String::from("\"");
    for byte in hash.iter().take(16) {
        // Writing to a text cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether `If-None-Match` names a tag; `W/` before a tag does not matter here.
fn matches(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// A part of a path with its `%2F` and the like as what they stand for.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The context of a request.
fn posted(body: &[u8], now: Option<Time>) -> Result<Context, Problem> {
    let wrong = |code, sentence: String| Err(Problem::new(sentence).coded(code));
    if body.len() > LONGEST_BODY {
        let sentence = format!("a body has at most {LONGEST_BODY} bytes, found {}", body.len());
        return wrong(FlagErrorCode::InvalidContext, sentence);
    }
    let nobody = || Ok(Context::default().at(now));
    if body.trim_ascii().is_empty() {
        return nobody();
    }
    let context = match serde_json::from_slice(body) {
        Ok(Value::Object(mut body)) => body.remove("context"),
        Ok(other) => {
            let sentence = format!("expected an object, found {}", kind(&other));
            return wrong(FlagErrorCode::ParseError, sentence);
        }
        // Where, not what: the text may hold private attributes.
        Err(error) => return wrong(FlagErrorCode::ParseError, syntax(&error).message().to_owned()),
    };
    match context {
        None | Some(Value::Null) => nobody(),
        Some(Value::Object(context)) => Ok(context.into_iter().collect::<Context>().at(now)),
        Some(other) => {
            let sentence = format!("expected an object at `context`, found {}", kind(&other));
            wrong(FlagErrorCode::InvalidContext, sentence)
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[derive(Serialize)]
struct All<'a> {
    flags: Vec<Answer<'a>>,
}

/// What is said of a flag.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    Found(Found<'a>),
    Wrong(Problem),
}

#[derive(Serialize)]
struct Found<'a> {
    key: String,
    /// Absent: the caller's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Answer<'a> {
    fn new(key: &str, found: &Evaluation<'a>) -> Self {
        let Some(code) = found.error() else {
            return Self::Found(Found {
                key: key.to_owned(),
                value: found.value(),
                reason: found.reason().as_str(),
                variant: found.variant(),
                metadata: found.metadata().collect(),
            });
        };
        let sentence = match code {
            // What exactly is wrong in a definition is nobody's business out there.
            FlagErrorCode::ParseError => "the definition of the flag is malformed".to_owned(),
            _ => found.message().unwrap_or_default(),
        };
        Self::Wrong(Problem::new(sentence).coded(code).of(key))
    }

    fn status(&self) -> u16 {
        match self {
            Self::Found(_) => 200,
            Self::Wrong(wrong) if wrong.error_code == Some(FlagErrorCode::FlagNotFound) => 404,
            Self::Wrong(_) => 400,
        }
    }
}

/// What is wrong.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<FlagErrorCode>,
    error_details: String,
}

impl Problem {
    fn new(sentence: impl Into<String>) -> Self {
        Self { key: None, error_code: None, error_details: sentence.into() }
    }

    fn coded(self, code: FlagErrorCode) -> Self {
        Self { error_code: Some(code), ..self }
    }

    fn of(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }
}

impl Response {
    fn json(status: u16, body: &impl Serialize) -> Self {
        // Neither maps nor numbers here can fail to be written.
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status, headers: vec![("content-type", "application/json; charset=utf-8".to_owned())], body }
    }
}
