//! The one error of the house: a stable code for machines, a path into the input, a sentence for people.
//!
//! The sentence is lowercase, has no period, puts input in backticks, names no Rust type, and says what was expected
//! and what was found.

use std::fmt;

/// What every fallible call returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal,)+) => {
        /// The stable word for a kind of error; matches on it need a wildcard arm.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $($(#[doc = $doc])+ $name,)+ }

        impl ErrorCode {
            /// Every code there is, so that a test can ask for a case of each.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)+];

            /// The word as it stands in JSON, in `error.code` and in `TruenorthError.code`.
            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$name => $word,)+ }
            }
        }
    };
}

codes! {
    /// The text is not JSON.
    InvalidJson = "invalidJson",
    /// A field that does not exist; the message lists those that do.
    UnknownField = "unknownField",
    /// A word that is not one of the choices; the message lists them.
    UnknownValue = "unknownValue",
    /// A field that must be there is not.
    MissingField = "missingField",
    /// Another type was expected here.
    WrongType = "wrongType",
    /// A number outside its range, NaN and infinity included.
    OutOfRange = "outOfRange",
    /// Not an RFC 3339 time with an offset, or outside the years 1 to 9999.
    InvalidTime = "invalidTime",
    /// Not a duration such as `90m`, `24h`, `7d` or `2w`.
    InvalidDuration = "invalidDuration",
    /// Not the name of a zone in the IANA time zone database.
    UnknownTimeZone = "unknownTimeZone",
    /// Not a regular expression of linear time, or too large a one.
    InvalidPattern = "invalidPattern",
    /// A window that ends before it starts, or holds nothing.
    EmptyWindow = "emptyWindow",
    /// The options contradict each other.
    Conflict = "conflict",
    /// The operation's name is not in the list.
    UnknownOperation = "unknownOperation",
    /// The operation reads a table that was not given.
    MissingTable = "missingTable",
    /// Deeper, longer or larger than the bound that the message names.
    TooLarge = "tooLarge",
    /// A line, record or file that cannot be read as what it says it is.
    InvalidRecord = "invalidRecord",
    /// The text is not UTF-8.
    InvalidUtf8 = "invalidUtf8",
    /// Compressed data that ends early or does not check.
    Truncated = "truncated",
    /// A file, folder or repository that cannot be opened.
    Unreadable = "unreadable",
    /// The format cannot be told, or is not one that is read here.
    UnknownFormat = "unknownFormat",
    /// A git repository whose history would give wrong numbers; the message names the command to run.
    IncompleteHistory = "incompleteHistory",
    /// Fewer than k people stand behind the answer.
    Disclosure = "disclosure",
    /// The caller asked to stop.
    Cancelled = "cancelled",
    /// A bug in truenorth: please report it.
    Internal = "internal",
}

/// An error: [`code`](Error::code) for machines, [`path`](Error::path) for where, `Display` for people.
///
/// # Example
///
/// ```
/// use truenorth::{Error, ErrorCode};
/// let error = Error::new(ErrorCode::OutOfRange, "must be between 0 and 1, was `1.5`").at("confidence");
/// assert_eq!(error.code(), ErrorCode::OutOfRange);
/// assert_eq!(error.path(), "confidence");
/// assert_eq!(error.to_string(), "`confidence`: must be between 0 and 1, was `1.5`");
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    code: ErrorCode,
    path: String,
    message: String,
}

impl Error {
    /// An error at no particular place.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { code, path: String::new(), message: message.into() }))
    }

    /// Says where: `outer` is put before the path the error already has (`events[3]` + `deployment.id`).
    pub fn at(mut self, outer: impl fmt::Display) -> Self {
        let outer = outer.to_string();
        let inner = &self.0.path;
        self.0.path = match (outer.is_empty(), inner.is_empty()) {
            (true, _) => return self,
            (_, true) => outer,
            _ if inner.starts_with('[') => format!("{outer}{inner}"),
            _ => format!("{outer}.{inner}"),
        };
        self
    }

    /// The stable word for machines.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Where in the input, in the wire's spelling: `events[3].deployment.finishedAt`; empty when nowhere in particular.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The sentence without the path.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path().is_empty() {
            f.write_str(self.message())
        } else {
            // Names of fields that do not exist stand in the path as they came.
            write!(f, "`{}`: {}", super::text::visible(self.path()), self.message())
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({}: {self})", self.code().as_str())
    }
}

impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut out = serializer.serialize_struct("Error", 3)?;
        out.serialize_field("code", self.code().as_str())?;
        out.serialize_field("path", self.path())?;
        out.serialize_field("message", self.message())?;
        out.end()
    }
}

/// Says where a failure happened, on the way up.
pub trait At<T> {
    /// Puts `outer` before the error's path: see [`Error::at`].
    ///
    /// # Errors
    /// The same error, at its place.
    fn at(self, outer: impl fmt::Display) -> Result<T>;
}

impl<T> At<T> for Result<T> {
    fn at(self, outer: impl fmt::Display) -> Result<T> {
        self.map_err(|error| error.at(outer))
    }
}

/// Marks an [`Error`] on its way through serde, whose errors are only text; [`from_carried`] takes it back.
const CARRIED: char = '\u{1}';

/// Puts an error into the text of a serde error, code first.
pub(crate) fn carry<E: serde::de::Error>(error: &Error) -> E {
    E::custom(format_args!("{CARRIED}{}{CARRIED}{}", error.code().as_str(), error.message()))
}

/// Takes an error back out of a serde error's text, if [`carry`] put one there.
pub(crate) fn from_carried(text: &str) -> Option<Error> {
    let (word, message) = text.strip_prefix(CARRIED)?.split_once(CARRIED)?;
    let code = ErrorCode::ALL.iter().find(|code| code.as_str() == word)?;
    // serde_json appends ` at line 1 column 5` to every message.
    let message = message.rsplit_once(" at line ").map_or(message, |(before, _)| before);
    Some(Error::new(*code, message))
}
