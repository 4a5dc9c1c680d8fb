//! Bundled examples for truenorth, and the program that makes them.

pub mod acme;
