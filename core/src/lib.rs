//! truenorth measures whether an internal developer platform is getting better.

#![forbid(unsafe_code)]

pub mod desk;
#[cfg(feature = "dora")]
pub mod dora;
pub mod facts;
pub mod ground;
pub mod stats;

pub use ground::error::{Error, ErrorCode, Result};
