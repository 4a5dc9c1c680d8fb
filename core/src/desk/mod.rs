//! Floor 4: the desk, where questions come in and answers go out.
//!
//! [`operations`] is the list of what can be asked; [`door`] turns text into questions and answers into text, for every
//! face in the same way; [`schemas`] describes both; [`sources`] turns other people's bytes into facts; `render` turns
//! reports into what people read.

pub mod door;
pub mod operations;
#[cfg(feature = "reports")]
pub mod render;
pub mod schemas;
pub mod sources;
