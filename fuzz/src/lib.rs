//! What each fuzz target does with its bytes, as plain functions: libFuzzer calls them, and so does a test on stable.
//!
//! Seeds are text that people can read wherever that is possible: where a stream is cut into pieces, how events are
//! shuffled and the like follow from a hash of the bytes. Each body asserts what must hold, not only that nothing
//! panics.

mod asking;
#[cfg(feature = "flags")]
mod flags;
mod made;
mod reading;
mod tables;
mod words;

/// What a target does with its bytes.
pub type Body = fn(&[u8]);

/// Every target.
pub const TARGETS: &[(&str, Body)] = &[
    ("agree", reading::agree),
    ("cdevents", reading::cdevents),
    #[cfg(feature = "flags")]
    ("compile", flags::compile),
    ("csv", reading::csv),
    ("documents", reading::documents),
    #[cfg(feature = "dora")]
    ("door", asking::door),
    #[cfg(feature = "flags")]
    ("evaluate", flags::evaluate),
    #[cfg(feature = "flags")]
    ("flagd", flags::flagd),
    #[cfg(feature = "git")]
    ("git", reading::git),
    ("github", reading::github),
    ("gitlab", reading::gitlab),
    ("jsonl", reading::jsonl),
    ("mapped", reading::mapped),
    #[cfg(feature = "dora")]
    ("measure", asking::measure),
    ("ownership", reading::ownership),
    #[cfg(feature = "dora")]
    ("settle", asking::settle),
    ("sources", reading::sources),
    #[cfg(feature = "dora")]
    ("ties", asking::ties),
    #[cfg(feature = "zones")]
    ("words", words::words),
    #[cfg(all(feature = "dora", feature = "yaml"))]
    ("yaml", asking::yaml),
];

/// Runs the target of this name.
///
/// # Panics
/// When there is none, and when the target finds a mistake.
pub fn run(name: &str, bytes: &[u8]) {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    let (_, body) = found.unwrap_or_else(|| panic!("there is no target `{name}`"));
    body(bytes);
}
