//! The `truenorth` program.

fn main() {}
