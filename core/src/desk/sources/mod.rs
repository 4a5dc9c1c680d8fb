//! Sources: bytes of any format that is read here, in pieces, become facts.
//!
//! All faces read through one [`Reader`]: it tells the format from the first byte and then from each record, hands each
//! record to its source, and counts what is not taken. A source only knows one record at a time and writes partial
//! facts (an incident that only has its end); the table puts them together by id, in any order.

mod cdevents;
mod detect;
#[cfg(feature = "git")]
pub mod git;
mod github;
mod github_records;
mod gitlab;
mod gitlab_records;
mod hosted;
mod mapped;
mod mapping;
mod messages;
mod out;
mod own;
mod reader;
mod record;
#[cfg(test)]
mod testing;
mod types;

pub use mapping::{Column, MappedEvent, Mapping};
pub use reader::Reader;
pub use types::{DeploymentSource, Format, HostOptions, ReadOptions, Strictness};
