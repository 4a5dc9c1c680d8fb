//! Readers: bytes in, rows out.
