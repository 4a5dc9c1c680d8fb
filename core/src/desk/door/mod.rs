//! The door: text in, text out, and nothing else gets through.
//!
//! Requests are strict: an unknown field is an error that names the fields there are. What serde says of a mistake is
//! rewritten without Rust's type names, with the whole path. A panic is caught here, once, for every face.

mod fields;
#[cfg(feature = "yaml")]
mod places;
#[cfg(feature = "yaml")]
mod yaml;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::operations::{Call, Context, Operation, Tables, dispatch};
use crate::facts::EventTable;
use crate::ground::error::{Error, ErrorCode, Result};
pub use crate::ground::explain::explain;
pub use fields::fields_of;
#[cfg(feature = "yaml")]
pub use places::{Place, Places, on_its_line};
#[cfg(feature = "yaml")]
pub use yaml::yaml;

/// Longer requests belong in an event table, in batches.
const LONGEST_REQUEST: usize = 64 << 20;

/// Runs an operation: JSON text in, JSON text out.
///
/// # Errors
/// Those of reading the request and of the operation; a panic becomes [`ErrorCode::Internal`].
///
/// # Example
///
/// ```
/// use truenorth::desk::{door, operations::{Context, Tables}};
/// let request = r#"{"events": [{"deployment": {"service": "checkout", "finishedAt": "2025-03-01T09:30:00Z"}}]}"#;
/// let report = door::json("dora", request, &Tables::default(), &Context::default())?;
/// assert!(report.contains(r#""deployments":1"#));
/// let mistake = door::json("dora", r#"{"bucket": "fortnight"}"#, &Tables::default(), &Context::default()).unwrap_err();
/// assert_eq!(mistake.path(), "bucket");
/// # Ok::<(), truenorth::Error>(())
/// ```
pub fn json(operation: &str, request: &str, tables: &Tables<'_>, context: &Context) -> Result<String> {
    struct Json<'a>(&'a str, &'a Tables<'a>, &'a Context);
    impl Call for Json<'_> {
        type Output = String;
        fn call<Q: DeserializeOwned + Send + Sync, R: Serialize + Send>(
            self,
            _: &'static Operation,
            run: fn(&Q, &Tables<'_>, &Context) -> Result<R>,
        ) -> Result<String> {
            let report = run(&read(self.0)?, self.1, self.2)?;
            serde_json::to_string(&report).map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))
        }
    }
    guarded(|| dispatch(operation, Json(request, tables, context)))
}

/// Says what is wrong with a request before any event is read for it: the request is asked of an empty table.
///
/// # Errors
/// As [`json`].
///
/// # Example
///
/// ```
/// use truenorth::desk::door;
/// assert_eq!(door::check("dora", r#"{"by": ["colour"]}"#).unwrap_err().path(), "by[0]");
/// # door::check("dora", r#"{"by": ["service"]}"#)?;
/// # Ok::<(), truenorth::Error>(())
/// ```
pub fn check(operation: &str, request: &str) -> Result<()> {
    struct Check<'a>(&'a str);
    impl Call for Check<'_> {
        type Output = ();
        fn call<Q: DeserializeOwned + Send + Sync, R: Serialize + Send>(
            self,
            _: &'static Operation,
            run: fn(&Q, &Tables<'_>, &Context) -> Result<R>,
        ) -> Result<()> {
            let nothing = EventTable::new();
            run(&read(self.0)?, &Tables { events: Some(&nothing) }, &Context::default()).map(drop)
        }
    }
    guarded(|| dispatch(operation, Check(request)))
}

/// Reads JSON text, strictly.
///
/// # Errors
/// [`ErrorCode::InvalidJson`] with line and column, or what the type says, with the whole path.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    if text.len() > LONGEST_REQUEST {
        return Err(Error::new(
            ErrorCode::TooLarge,
            format!("a request has at most {LONGEST_REQUEST} bytes, found {}; events belong in a table", text.len()),
        ));
    }
    crate::ground::json::read(text)
}

/// Runs something and turns a panic into an error; faces put every call through here.
///
/// # Errors
/// Those of `run`, and [`ErrorCode::Internal`] for a panic.
pub fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Err(Error::new(
            ErrorCode::Internal,
            format!("a bug in truenorth, please report it: {}", said.unwrap_or("a panic without a message")),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        let error = guarded::<()>(|| panic!("oh no")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Internal);
        assert!(error.message().ends_with("oh no"));
    }

    #[test]
    fn a_list_is_no_request() {
        let error = json("dora", " []", &Tables::default(), &Context::default()).unwrap_err();
        assert_eq!(error.to_string(), "expected an object, found a list");
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_crash() {
        let text = "[".repeat(100_000);
        assert_eq!(read::<serde_json::Value>(&text).unwrap_err().code(), ErrorCode::InvalidJson);
    }

    #[cfg(feature = "dora")]
    #[test]
    fn a_mistake_in_an_event_is_named_with_its_place() {
        let cases = [
            (
                r#"[{"deployment": {"finishedAtt": "2025-03-01T09:30:00Z"}}]"#,
                "`events[0].deployment.finishedAtt`: no such field; did you mean `finishedAt`? expected one of",
            ),
            (r#"[{"deployment": {"labels": {"any": "thing"}}}, {"release": {}}]"#, "`events[1]"),
            (
                r#"[{"change": {"committedAt": "yesterday"}}]"#,
                "`events[0].change.committedAt`: expected a time such as",
            ),
            (r"[{}]", "`events[0]`: expected an object with one key, the kind of event, found "),
            (r#"[{"change": {}, "incident": {}}]"#, "`events[0]"),
            (r#"[{"change": []}]"#, "`events[0].change`: expected an object, found a list"),
            (r#"["change"]"#, "`events[0]`: expected an object with one key, the kind of event, found "),
        ];
        for (events, expected) in cases {
            let error = read::<crate::dora::DoraRequest>(&format!("{{\"events\": {events}}}")).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }
}
