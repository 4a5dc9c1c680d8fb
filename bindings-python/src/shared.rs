//! A table that many threads use and that outlives a fork.

use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;
use truenorth::desk::operations::Context;
use truenorth::facts::EventTable;
use truenorth::{Error, ErrorCode, Result};

use crate::patience::{given, long, short};
use crate::raise::raise;

/// Tables of fewer rows are worked on in the calling thread.
const FEW: usize = 20_000;
/// How long to wait at most before asking again whether a table is back.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// A table; who reads it gets what is in it now, whatever is added meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Locked for moments only, and only while attached to the interpreter: a fork, which needs the interpreter too,
    /// never finds it locked.
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Here(Arc<EventTable>),
    /// Somebody is adding to it, in this process.
    Away(u32),
}

impl Default for State {
    fn default() -> Self {
        Self::Here(Arc::default())
    }
}

impl Shared {
    pub(crate) fn new(table: Arc<EventTable>) -> Self {
        Self { state: Mutex::new(State::Here(table)) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is in it now.
    pub(crate) fn get(&self, py: Python<'_>) -> PyResult<Arc<EventTable>> {
        self.wait(py, |state| match state {
            State::Here(table) => Some(Arc::clone(table)),
            State::Away(_) => None,
        })
    }

    /// What is in it now, its records merged once for all later readers.
    pub(crate) fn settled(&self, py: Python<'_>) -> PyResult<Arc<EventTable>> {
        let table = self.get(py)?;
        if table.is_settled() {
            return Ok(table);
        }
        drop(table);
        self.change(py, false, |table, _| {
            table.settle();
            Ok(())
        })?;
        self.get(py)
    }

    /// Changes it without the interpreter; whoever is reading goes on with what was there before.
    pub(crate) fn change<T: Send>(
        &self,
        py: Python<'_>,
        much: bool,
        work: impl FnOnce(&mut EventTable, &Context) -> Result<T> + Send,
    ) -> PyResult<T> {
        let mut table = self.wait(py, |state| match state {
            State::Here(table) => {
                let table = Arc::clone(table);
                *state = State::Away(process::id());
                Some(table)
            }
            State::Away(_) => None,
        })?;
        let much = much || table.len() > FEW;
        let work = |context: &Context| work(Arc::make_mut(&mut table), context);
        let outcome = if much { long(py, work) } else { Ok(short(py, work)) };
        *self.lock() = State::Here(table);
        given(py, outcome?)
    }

    fn wait<T>(&self, py: Python<'_>, mut take: impl FnMut(&mut State) -> Option<T>) -> PyResult<T> {
        let mut pause = Duration::from_micros(50);
        loop {
            let mut state = self.lock();
            if let Some(taken) = take(&mut state) {
                return Ok(taken);
            }
            if let State::Away(process) = *state
                && process != process::id()
            {
                return Err(raise(py, &forked()));
            }
            drop(state);
            // Asked again and again, because waiting for the lock would mean to hold it without the interpreter.
            py.detach(|| thread::sleep(pause));
            pause = (pause * 2).min(LONGEST_PAUSE);
            py.check_signals()?;
        }
    }
}

fn forked() -> Error {
    Error::new(ErrorCode::Conflict, "the table was being filled in another thread when the process forked")
}
