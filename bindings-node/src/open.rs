//! What is opened, as JavaScript names it.

use std::path::PathBuf;

use serde::Deserialize;
use truenorth::desk::door;
use truenorth::desk::operations::Context;
use truenorth::facts::{Event, EventTable, Origin};
use truenorth::{Error, ErrorCode, Result};

/// Files, repositories and how to read them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Inputs {
    /// Files and folders.
    pub(crate) events: Vec<PathBuf>,
}

impl Inputs {
    pub(crate) fn read(text: Option<&str>) -> Result<Self> {
        text.map_or_else(|| Ok(Self::default()), door::read)
    }

    /// Reads everything into a table.
    pub(crate) fn load_into(&self, events: &mut EventTable, context: &Context) -> Result<()> {
        for path in &self.events {
            let name = path.to_string_lossy();
            let bytes =
                std::fs::read(path).map_err(|error| Error::new(ErrorCode::Unreadable, error.to_string()).at(&name))?;
            let mut reader = Reader::new(events, &name);
            for piece in bytes.chunks(1 << 20) {
                context.check()?;
                reader.feed(piece, events)?;
            }
            reader.finish(events)?;
        }
        Ok(())
    }
}

/// Reads a stream of bytes piece by piece.
pub(crate) struct Reader {
    held: Vec<u8>,
    origin: Origin,
}

impl Reader {
    pub(crate) fn new(events: &mut EventTable, name: &str) -> Self {
        let file = if name.is_empty() { 0 } else { events.add_file(name) };
        Self { held: Vec::new(), origin: Origin { file, line: 0 } }
    }

    pub(crate) fn feed(&mut self, mut piece: &[u8], events: &mut EventTable) -> Result<()> {
        while let Some(end) = piece.iter().position(|&byte| byte == b'\n') {
            let (line, rest) = piece.split_at(end);
            piece = rest.get(1..).unwrap_or_default();
            self.held.extend_from_slice(line);
            self.line(events)?;
        }
        self.held.extend_from_slice(piece);
        Ok(())
    }

    pub(crate) fn finish(&mut self, events: &mut EventTable) -> Result<()> {
        self.line(events)
    }

    fn line(&mut self, events: &mut EventTable) -> Result<()> {
        self.origin.line += 1;
        let line = std::mem::take(&mut self.held);
        let place = |error: Error| error.at(format!("{}:{}", events.file_name(self.origin), self.origin.line));
        let text = std::str::from_utf8(&line)
            .map_err(|_| place(Error::new(ErrorCode::InvalidUtf8, "the line is not UTF-8")))?;
        if text.trim().is_empty() {
            return Ok(());
        }
        let event = read_event(text).map_err(place)?;
        events.push_from(&event, self.origin)
    }
}

/// Reads one event.
pub(crate) fn read_event(text: &str) -> Result<Event<'_>> {
    serde_json::from_str(text).or_else(|_| door::read::<Owned>(text).map(|event| event.0))
}

/// An event that outlives its line, for the explanation of what is wrong with it.
struct Owned(Event<'static>);

impl<'de> Deserialize<'de> for Owned {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Event::deserialize(deserializer).map(|event| Self(event.into_owned()))
    }
}
