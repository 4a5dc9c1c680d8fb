//! Floor 2: the vocabulary of a platform, its columns and the readers that fill them.
//!
//! [`Event`]s are what people write down; an [`EventTable`] is where they are kept, columnar and interned; an
//! [`Estimate`] is what a room says about them.

mod advice;
pub(crate) mod brief;
mod column;
mod columns;
mod duplicates;
mod events;
mod exposure;
#[cfg(feature = "reports")]
pub(crate) mod human;
mod intern;
mod key;
mod key_index;
mod metric;
mod ownership;
pub(crate) mod push;
pub mod readers;
mod scopes;
mod settle;
mod slots;
#[cfg(feature = "dora")]
mod strict;
mod table;
mod text;
mod written;

pub use column::{Cell, Column, Plain};
pub use columns::{ChangeColumns, DeploymentColumns, IncidentColumns, PullRequestColumns, Stamp};
pub use events::{Change, Deployment, DeploymentStatus, Event, Incident, PullRequest};
pub use exposure::Exposure;
pub use intern::{Interner, Symbol};
pub use key::Key;
pub use key_index::KeyIndex;
pub use metric::{Estimate, Unit};
pub use ownership::{Assigned, Owned, Ownership, Precedence};
pub use scopes::Scope;
#[cfg(feature = "dora")]
pub(crate) use strict::owned_events;
pub use table::{EventTable, Origin, Quality, Rejection, Settled};
pub use text::Text;
