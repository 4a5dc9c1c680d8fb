//! What `make test` does, written so that it also runs where make is missing: `cargo xtask test`.

fn main() {}
