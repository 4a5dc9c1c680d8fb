//! Readers: bytes in, rows out.

pub mod documents;
