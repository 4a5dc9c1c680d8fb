//! Our own vocabulary, one JSON object a line.

use truenorth::desk::door;
use truenorth::facts::{Event, EventTable, Origin};
use truenorth::{Error, ErrorCode, Result};

use super::Strictness;

/// Longer lines are refused, and never kept whole.
const LONGEST_LINE: usize = 16 << 20;

/// Splits a stream into lines and reads each.
pub(super) struct Lines {
    file: u32,
    strictness: Strictness,
    /// The beginning of a line whose end has not come yet.
    held: Vec<u8>,
    /// How much of a line that is too long has been thrown away.
    thrown: usize,
    line: u32,
}

impl Lines {
    pub(super) fn new(file: u32, strictness: Strictness) -> Self {
        Self { file, strictness, held: Vec::new(), thrown: 0, line: 0 }
    }

    pub(super) fn feed(&mut self, bytes: &[u8], events: &mut EventTable) -> Result<()> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            self.hold(line);
            self.end(events)?;
        }
        self.hold(rest);
        Ok(())
    }

    pub(super) fn finish(&mut self, events: &mut EventTable) -> Result<()> {
        if self.held.is_empty() && self.thrown == 0 { Ok(()) } else { self.end(events) }
    }

    fn hold(&mut self, part: &[u8]) {
        if self.thrown > 0 || self.held.len() + part.len() > LONGEST_LINE {
            self.thrown += self.held.len() + part.len();
            self.held = Vec::new();
        } else {
            self.held.extend_from_slice(part);
        }
    }

    fn end(&mut self, events: &mut EventTable) -> Result<()> {
        self.line += 1;
        let origin = Origin { file: self.file, line: self.line };
        let line = std::mem::take(&mut self.held);
        let thrown = std::mem::take(&mut self.thrown);
        let taken = if thrown > 0 {
            Err(Error::new(ErrorCode::TooLarge, format!("a line has at most {LONGEST_LINE} bytes, found {thrown}")))
        } else {
            take(&line, origin, events)
        };
        match taken {
            Err(error) if self.strictness == Strictness::Strict => {
                let place = format!("{}:{}", events.file_name(origin), self.line);
                let message = if error.path().is_empty() {
                    error.message().to_owned()
                } else {
                    format!("`{}`: {}", error.path(), error.message())
                };
                Err(Error::new(error.code(), message).at(place))
            }
            Err(error) => {
                events.reject(origin, &error);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

fn take(line: &[u8], origin: Origin, events: &mut EventTable) -> Result<()> {
    let text = std::str::from_utf8(line)
        .map_err(|_| Error::new(ErrorCode::InvalidUtf8, "the line is not UTF-8; save the file as UTF-8"))?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(());
    }
    let event: Event<'static> = door::read::<Owned>(text)?.0;
    events.push_from(&event, origin)
}

/// An event that outlives its line.
struct Owned(Event<'static>);

impl<'de> serde::Deserialize<'de> for Owned {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Event::deserialize(deserializer).map(|event| Self(event.into_owned()))
    }
}
