//! What is opened and how it is read, as JavaScript says it.

use std::path::PathBuf;

use serde::Deserialize;
use truenorth::Result;
use truenorth::desk::door;
use truenorth::desk::operations::Context;
use truenorth::desk::sources::{ReadOptions, Reader};
use truenorth::facts::EventTable;
use truenorth_cli::open;

/// Files and repositories.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Inputs {
    events: Vec<PathBuf>,
    git: Vec<open::GitInput>,
    ownership: Vec<PathBuf>,
}

/// Everything that a call reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading(open::Inputs);

impl Reading {
    /// Reads both as JSON.
    pub(crate) fn new(inputs: Option<&str>, options: Option<&str>) -> Result<Self> {
        let Inputs { events, git, ownership } = inputs.map_or_else(|| Ok(Inputs::default()), door::read)?;
        let options: ReadOptions = options.map_or_else(|| Ok(ReadOptions::default()), door::read)?;
        // Told now, not only when a file is there to be read.
        Reader::new(options.clone())?;
        Ok(Self(open::Inputs { paths: events, git, ownership, options }))
    }

    /// A reader of one stream.
    pub(crate) fn reader(self) -> Result<Reader> {
        Reader::new(self.0.options)
    }

    /// Reads a whole document, compressed or not.
    pub(crate) fn take(&self, bytes: &[u8], events: &mut EventTable, context: &Context) -> Result<()> {
        open::load_bytes(bytes, &self.0.options.name, &self.0, events, context)
    }

    /// Opens and reads what the inputs name.
    pub(crate) fn load_into(&self, events: &mut EventTable, context: &Context) -> Result<()> {
        open::load_into(&self.0, events, context).map(|_| ())
    }
}
