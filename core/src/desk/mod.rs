//! Floor 4: the desk, where questions come in and answers go out.
//!
//! [`operations`] is the list of what can be asked; [`door`] turns text into questions and answers into text, for every
//! face in the same way. [`sources`] turns what stands outside, such as a git history, into facts.

pub mod door;
pub mod operations;
pub mod sources;
pub mod schemas;
