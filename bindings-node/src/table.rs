//! The table as JavaScript holds it.

use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};

use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Task};
use napi_derive::napi;
use truenorth::desk::operations::Context;
use truenorth::desk::sources::Reader;
use truenorth::facts::EventTable;
use truenorth::facts::readers::Strictness;
use truenorth::facts::readers::jsonl::JsonlReader;
use truenorth::{Error, ErrorCode, Result};

use crate::call::busy;
use crate::columns::{ColumnInput, extend};
use crate::error::face;
use crate::open::Reading;

/// A table that a call on another thread may hold.
#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<RwLock<EventTable>>);

impl Shared {
    /// For the event loop, which must never wait.
    fn now(&self) -> Result<RwLockReadGuard<'_, EventTable>> {
        self.0.try_read().map_err(|error| refused(&error))
    }

    fn now_mut(&self) -> Result<RwLockWriteGuard<'_, EventTable>> {
        self.0.try_write().map_err(|error| refused(&error))
    }

    /// For other threads, which may wait their turn.
    fn wait_mut(&self) -> Result<RwLockWriteGuard<'_, EventTable>> {
        self.0.write().map_err(|_| broken())
    }

    /// Shows the table with the records of each thing merged.
    pub(crate) fn settled<T>(&self, mut show: impl FnMut(&EventTable) -> Result<T>) -> Result<T> {
        loop {
            {
                let events = self.0.read().map_err(|_| broken())?;
                if events.is_settled() {
                    return show(&events);
                }
            }
            // Somebody may add to it before it is read again: then it is merged again.
            self.wait_mut()?.settle();
        }
    }
}

fn refused<T>(error: &TryLockError<T>) -> Error {
    match error {
        TryLockError::WouldBlock => busy(),
        TryLockError::Poisoned(_) => broken(),
    }
}

fn broken() -> Error {
    Error::new(ErrorCode::Internal, "a bug interrupted an earlier call on this table; make a new one")
}

/// Events in columns.
#[napi]
#[derive(Default)]
pub struct NativeTable {
    shared: Shared,
}

#[napi]
impl NativeTable {
    /// An empty table.
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn shared(&self) -> Shared {
        self.shared.clone()
    }

    /// How many rows there are.
    #[napi(getter)]
    pub fn length(&self) -> napi::Result<f64> {
        face(|| Ok(self.shared.now()?.len() as f64))
    }

    /// What happened while reading, as JSON.
    #[napi(getter)]
    pub fn quality(&self) -> napi::Result<String> {
        face(|| json(self.shared.now()?.quality()))
    }

    /// Merges the records of each thing, and says how many, as JSON.
    #[napi]
    pub fn settle(&self) -> napi::Result<String> {
        face(|| json(&self.shared.now_mut()?.settle()))
    }

    /// Adds rows: one JSON object a line, the first of them the row `first` of what the user gave.
    #[napi]
    pub fn rows(&self, text: String, first: f64) -> napi::Result<()> {
        face(|| rows(&mut *self.shared.now_mut()?, &text, first as usize))
    }

    /// Adds rows of one kind, given as columns.
    #[napi]
    pub fn columns(&self, kind: String, length: f64, columns: Vec<ColumnInput>) -> napi::Result<()> {
        face(|| extend(&mut *self.shared.now_mut()?, &kind, length as usize, &columns))
    }

    /// Adds a whole document, read as the options say, which are JSON.
    #[napi]
    pub fn extend(&self, bytes: &[u8], options: Option<String>) -> napi::Result<()> {
        face(|| {
            let reading = Reading::new(None, options.as_deref())?;
            reading.take(bytes, &mut *self.shared.now_mut()?, &Context::default())
        })
    }

    /// Adds a whole document, on a thread of the pool.
    #[napi]
    pub fn extend_async(&self, bytes: &[u8], options: Option<String>) -> napi::Result<AsyncTask<Extending>> {
        let reading = face(|| Reading::new(None, options.as_deref()))?;
        Ok(AsyncTask::new(Extending { shared: self.shared(), bytes: bytes.to_vec(), reading }))
    }

    /// Reads a stream piece by piece.
    #[napi]
    pub fn reader(&self, options: Option<String>) -> napi::Result<NativeReader> {
        face(|| {
            let reader = Reading::new(None, options.as_deref())?.reader()?;
            Ok(NativeReader { shared: self.shared(), reader })
        })
    }
}

/// Reads rows as the lines they are written as, and names them in errors as the rows they were.
fn rows(events: &mut EventTable, text: &str, first: usize) -> Result<()> {
    let mut reader = JsonlReader::new(0, Strictness::Strict);
    reader.feed(text.as_bytes(), events).and_then(|()| reader.finish(events)).map_err(|error| {
        let place = error.path().strip_prefix("input:").unwrap_or_default();
        let (line, inside) = place.split_once('.').unwrap_or((place, ""));
        let row = line.parse::<usize>().map_or(first, |line| first + line - 1);
        Error::new(error.code(), error.message()).at(inside).at(format_args!("[{row}]"))
    })
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))
}

/// A document on its way into a table.
pub struct Extending {
    shared: Shared,
    bytes: Vec<u8>,
    reading: Reading,
}

impl Task for Extending {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> napi::Result<()> {
        face(|| self.reading.take(&self.bytes, &mut *self.shared.wait_mut()?, &Context::default()))
    }

    fn resolve(&mut self, _: Env, (): ()) -> napi::Result<()> {
        Ok(())
    }
}

/// A stream on its way into a table: it keeps what a piece leaves unfinished.
#[napi]
pub struct NativeReader {
    shared: Shared,
    reader: Reader,
}

#[napi]
impl NativeReader {
    /// Takes the next piece.
    #[napi]
    pub fn feed(&mut self, bytes: &[u8]) -> napi::Result<()> {
        face(|| self.reader.feed(bytes, &mut *self.shared.now_mut()?))
    }

    /// Takes what the last piece left.
    #[napi]
    pub fn finish(&mut self) -> napi::Result<()> {
        face(|| self.reader.finish(&mut *self.shared.now_mut()?))
    }
}
