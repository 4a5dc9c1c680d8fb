//! What is opened and how it is read, as JavaScript says it.

use std::collections::BTreeMap;
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
    git: Vec<Repository>,
    ownership: Vec<PathBuf>,
}

/// A git repository.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Repository {
    path: PathBuf,
    service: Option<String>,
    releases: Option<String>,
    environment: Option<String>,
    /// Folders by service.
    #[serde(default)]
    services: BTreeMap<String, String>,
    branch: Option<String>,
}

/// Everything that a call reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    inputs: Inputs,
    options: ReadOptions,
}

impl Reading {
    /// Reads both as JSON.
    pub(crate) fn new(inputs: Option<&str>, options: Option<&str>) -> Result<Self> {
        Ok(Self {
            inputs: inputs.map_or_else(|| Ok(Inputs::default()), door::read)?,
            options: options.map_or_else(|| Ok(ReadOptions::default()), door::read)?,
        })
    }

    /// A reader of one stream.
    pub(crate) fn reader(self) -> Result<Reader> {
        Reader::new(self.options)
    }

    /// Reads a whole document.
    pub(crate) fn take(&self, bytes: &[u8], events: &mut EventTable, context: &Context) -> Result<()> {
        const PIECE: usize = 1 << 20;
        let mut reader = Reader::new(self.options.clone())?;
        for (index, piece) in bytes.chunks(PIECE).enumerate() {
            context.check()?;
            context.tell((index * PIECE) as f64 / bytes.len() as f64);
            reader.feed(piece, events)?;
        }
        reader.finish(events)
    }

    /// Opens and reads what the inputs name.
    pub(crate) fn load_into(&self, events: &mut EventTable, context: &Context) -> Result<()> {
        open::load_into(&self.files(), events, context).map(|_| ())
    }

    fn files(&self) -> open::Inputs {
        let repository = |git: &Repository| open::GitInput {
            path: git.path.clone(),
            service: git.service.clone(),
            releases: git.releases.clone(),
            environment: git.environment.clone(),
            services: git
                .services
                .iter()
                .map(|(service, path)| open::ServicePath { service: service.clone(), path: path.clone() })
                .collect(),
            branch: git.branch.clone(),
        };
        open::Inputs {
            paths: self.inputs.events.clone(),
            options: self.options.clone(),
            git: self.inputs.git.iter().map(repository).collect(),
            ownership: self.inputs.ownership.clone(),
        }
    }
}
