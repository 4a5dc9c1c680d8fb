//! Readers: bytes in, rows out.

use serde::{Deserialize, Serialize};

#[cfg(test)]
mod agree;
mod careful;
#[cfg(feature = "yaml")]
mod catalog;
pub mod code_owners;
pub mod columns;
pub mod csv;
mod cursor;
pub mod documents;
mod fields;
pub mod jsonl;
mod owners;
mod scan;

pub(crate) use careful::{KINDS, Record, careful_record};
pub(crate) use fields::Draft;
pub use fields::{Field, Kind};
pub(crate) use scan::Batch;
#[cfg(feature = "dora")]
pub(crate) use scan::fields_of;

/// What happens at a record that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Strictness {
    /// Reading stops, with file and line.
    #[default]
    Strict,
    /// It is counted and listed, and reading goes on.
    Lenient,
}

/// What comes of a text, which must be the same however it is cut in two, and byte by byte.
#[cfg(test)]
fn every_cut<T: PartialEq + std::fmt::Debug>(text: &[u8], run: impl Fn(&[&[u8]]) -> T) -> T {
    let whole = run(&[text]);
    for cut in 0..text.len() {
        assert_eq!(run(&[&text[..cut], &text[cut..]]), whole, "cut at {cut}");
    }
    assert_eq!(run(&text.chunks(1).collect::<Vec<_>>()), whole);
    whole
}
