//! Readers: bytes in, rows out.

pub mod columns;
pub mod csv;
pub mod documents;
mod fields;

pub(crate) use fields::Draft;
pub use fields::{Field, Kind};
