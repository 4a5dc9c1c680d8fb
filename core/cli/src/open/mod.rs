//! Opens what people name (files, folders, standard input) and streams it into an event table.
//!
//! Every face comes through here: the command line, the wheel and the npm package. Files are read in chunks of a
//! megabyte, never whole; gzip and zstd are told by their first bytes, not by their names.

mod contexts;
mod decompress;
mod folder;
mod git;
mod owners;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use truenorth::desk::operations::Context;
use truenorth::desk::sources::{ReadOptions, Reader};
use truenorth::facts::{Assigned, EventTable};
use truenorth::{Error, ErrorCode, Result};

pub(crate) use contexts::each_context;
pub use folder::{Kind, kind_of};

/// How much is read at once.
const CHUNK: usize = 1 << 20;

/// What to open, and how to read it.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// How to read every file; the name is the file's own. Service, repository, team and environment hold for git
    /// repositories too, where those say nothing else.
    pub options: ReadOptions,
    /// Git repositories.
    pub git: Vec<GitInput>,
    /// Files that say who owns what: `catalog-info.yaml`, `CODEOWNERS` (of the repository that the options name) or a
    /// CSV. Those in a folder of `paths` are read too.
    pub ownership: Vec<PathBuf>,
}

/// A git repository and how to read it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GitInput {
    /// Where it lies.
    pub path: PathBuf,
    /// The service that its releases deploy; absent: the folder's name.
    pub service: Option<String>,
    /// What the whole name of a tag must match to be a release; absent: `v1.2.3` and `1.2.3`.
    pub releases: Option<String>,
    /// The environment that a release reaches; absent: production.
    pub environment: Option<String>,
    /// The services of a monorepo, each with the folder it lives in; empty: the repository is one service. Read as an
    /// object of folders by service.
    #[serde(default, deserialize_with = "by_service")]
    pub services: Vec<ServicePath>,
    /// The branch whose unreleased commits are waiting; absent: the one checked out.
    pub branch: Option<String>,
}

/// One service of a monorepo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePath {
    /// Its name.
    pub service: String,
    /// The folder it lives in, such as `services/checkout`.
    pub path: String,
}

fn by_service<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<ServicePath>, D::Error> {
    let folders = BTreeMap::<String, String>::deserialize(deserializer)?;
    Ok(folders.into_iter().map(|(service, path)| ServicePath { service, path }).collect())
}

/// What was opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// How many files were read.
    pub files: usize,
    /// How many bytes they had, as they lie on disk.
    pub bytes: u64,
    /// What lay in a folder and is of no kind that is read here.
    pub skipped: Vec<PathBuf>,
    /// Which rows got their owner, where files say who owns what.
    pub assigned: Option<Assigned>,
}

impl Loaded {
    /// Says on standard error what was not read.
    pub(crate) fn tell(&self) {
        for path in &self.skipped {
            let name = path.display().to_string();
            crate::output::say(&format!(
                "truenorth: note: {} is of no kind that is read here",
                crate::when::shown(&name)
            ));
        }
    }
}

/// Streams everything that `inputs` names into `events`.
///
/// Progress is told as a share of all bytes; cancellation is checked at every chunk.
///
/// # Errors
/// [`ErrorCode::Unreadable`] for what cannot be opened, [`ErrorCode::Truncated`] for compressed data that ends early,
/// and those of reading, whose path is `file:line`.
///
/// # Example
///
/// ```no_run
/// use truenorth::desk::operations::Context;
/// use truenorth::facts::EventTable;
/// use truenorth_cli::open::{Inputs, load_into};
/// let mut events = EventTable::new();
/// load_into(&Inputs { paths: vec!["events.jsonl.gz".into()], ..Default::default() }, &mut events, &Context::default())?;
/// # Ok::<(), truenorth::Error>(())
/// ```
pub fn load_into(inputs: &Inputs, events: &mut EventTable, context: &Context) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut files = Vec::new();
    for path in &inputs.paths {
        if path.as_os_str() == "-" {
            files.push((Place::Stdin, Kind::Events));
        } else {
            let meta = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
            if meta.is_dir() {
                let found = folder::list(path)?;
                files.extend(found.files.into_iter().map(|(path, kind)| (Place::File(path), kind)));
                loaded.skipped.extend(found.skipped);
            } else {
                files.push((Place::File(path.clone()), kind_of(path).unwrap_or(Kind::Events)));
            }
        }
    }
    let mut meter = Meter::new(&files, context);
    for (place, _) in files.iter().filter(|(_, kind)| *kind == Kind::Events) {
        match place {
            Place::Stdin => load_from(std::io::stdin(), "standard input", inputs, events, &mut meter)?,
            Place::File(path) => {
                let file = File::open(path).map_err(|error| unreadable(path, &error))?;
                load_from(file, &path.to_string_lossy(), inputs, events, &mut meter)?;
            }
        }
        loaded.files += 1;
    }
    for repository in &inputs.git {
        git::load(repository, &inputs.options, events, context)?;
    }
    let owners = files.iter().filter_map(|(place, kind)| match place {
        Place::File(path) if *kind == Kind::Ownership => Some(path),
        _ => None,
    });
    loaded.assigned = owners::load(owners.chain(&inputs.ownership), &inputs.options, events)?;
    loaded.bytes = meter.done;
    Ok(loaded)
}

/// Streams the content of a file, compressed or not, into `events`.
///
/// # Errors
/// As [`load_into`].
pub fn load_bytes(bytes: &[u8], name: &str, inputs: &Inputs, events: &mut EventTable, context: &Context) -> Result<()> {
    load_from(bytes, name, inputs, events, &mut Meter { context, total: bytes.len() as u64, done: 0 })
}

/// Where bytes come from.
#[derive(Debug)]
enum Place {
    Stdin,
    File(PathBuf),
}

/// Reads one stream to its end.
fn load_from(
    source: impl Read,
    name: &str,
    inputs: &Inputs,
    events: &mut EventTable,
    meter: &mut Meter<'_>,
) -> Result<()> {
    let mut reader = Reader::new(ReadOptions { name: name.to_owned(), ..inputs.options.clone() })?;
    let mut input = decompress::open(source, name)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = input.read(&mut chunk)?;
        meter.at(input.consumed())?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        reader.feed(bytes, events)?;
    }
    reader.finish(events)?;
    meter.end(input.consumed());
    Ok(())
}

/// How far the reading has come.
struct Meter<'a> {
    context: &'a Context,
    /// Bytes of all files; 0 when not known.
    total: u64,
    /// Bytes of the files that are done.
    done: u64,
}

impl<'a> Meter<'a> {
    fn new(files: &[(Place, Kind)], context: &'a Context) -> Self {
        let size = |place: &Place| match place {
            Place::Stdin => None,
            Place::File(path) => std::fs::metadata(path).ok().map(|meta| meta.len()),
        };
        let total = files.iter().map(|(place, _)| size(place)).sum::<Option<u64>>().unwrap_or_default();
        Self { context, total, done: 0 }
    }

    fn at(&self, consumed: u64) -> Result<()> {
        self.context.check()?;
        if self.total > 0 {
            self.context.tell(((self.done + consumed) as f64 / self.total as f64).min(1.0));
        }
        Ok(())
    }

    fn end(&mut self, consumed: u64) {
        self.done += consumed;
    }
}

/// Says plainly why something cannot be opened.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission to open it was refused".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => format!("it cannot be read: {error}"),
    };
    Error::new(ErrorCode::Unreadable, why).at(path.to_string_lossy())
}
