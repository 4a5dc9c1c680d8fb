//! Long work: the interpreter goes on, and Ctrl-C is heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;
use truenorth::desk::door;
use truenorth::desk::operations::Context;
use truenorth::{Error, ErrorCode, Result};

use crate::raise::raise;

/// How often signals are looked for.
const EVERY: Duration = Duration::from_millis(50);

/// Runs work without the interpreter, on a thread of its own, so that this one can look for signals meanwhile.
///
/// An exception from a signal handler (`KeyboardInterrupt`, mostly) stops the work and is raised.
pub(crate) fn long<T: Send>(py: Python<'_>, work: impl FnOnce(&Context) -> Result<T> + Send) -> PyResult<Result<T>> {
    let cancel = Arc::new(AtomicBool::new(false));
    let context = Context { cancel: Some(Arc::clone(&cancel)), ..Context::default() };
    py.detach(|| {
        thread::scope(|scope| {
            let (done, wait) = sync_channel(1);
            let work = move || {
                // Nobody listens only when this call is being unwound already.
                drop(done.send(door::guarded(|| work(&context))));
            };
            let worker = thread::Builder::new().name("truenorth".to_owned()).spawn_scoped(scope, work);
            if let Err(error) = worker {
                return Ok(Err(Error::new(ErrorCode::Internal, format!("no thread could be started: {error}"))));
            }
            let mut interrupted = None;
            loop {
                match wait.recv_timeout(EVERY) {
                    Ok(outcome) => return interrupted.map_or(Ok(outcome), Err),
                    Err(RecvTimeoutError::Disconnected) => {
                        return Ok(Err(Error::new(ErrorCode::Internal, "the work ended without an answer")));
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                }
                if interrupted.is_none()
                    && let Err(signal) = look_for_signals()
                {
                    cancel.store(true, Ordering::Relaxed);
                    interrupted = Some(signal);
                }
            }
        })
    })
}

fn look_for_signals() -> PyResult<()> {
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough")]
    Python::attach(|py| py.check_signals())
}

/// Runs work that is soon done, without the interpreter.
pub(crate) fn short<T: Send>(py: Python<'_>, work: impl FnOnce(&Context) -> Result<T> + Send) -> Result<T> {
    py.detach(|| door::guarded(|| work(&Context::default())))
}

/// Everything that Python calls goes through here: a panic becomes an exception of ours.
pub(crate) fn whole<T>(py: Python<'_>, run: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    given(py, door::guarded(|| Ok(run())))?
}

/// What a call gives to Python: its answer, or the exception that its error becomes.
pub(crate) fn given<T>(py: Python<'_>, outcome: Result<T>) -> PyResult<T> {
    outcome.map_err(|error| raise(py, &error))
}
