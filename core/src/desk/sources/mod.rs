//! Sources: what stands outside becomes facts.

#[cfg(feature = "git")]
pub mod git;
