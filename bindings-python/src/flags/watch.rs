//! A set that goes with its file: a thread looks at it, and those who want to know are called.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread::{self, Thread};
use std::time::Duration;

use pyo3::prelude::*;
use truenorth::flags::{FlagSet, Ruleset};
use truenorth::{Error, ErrorCode, Result};
use truenorth_cli::Watched;

use crate::raise::raise;

/// What a set shares with the thread that keeps it fresh.
///
/// Its locks are taken by threads that hold the interpreter only, so that none is ever held while the process forks.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) set: FlagSet,
    listeners: Mutex<Vec<Py<PyAny>>>,
    watch: Mutex<Option<Watch>>,
}

/// A file that is being looked at.
#[derive(Debug, Clone)]
struct Watch {
    path: PathBuf,
    every: Duration,
    ended: Arc<AtomicBool>,
    /// Of this process; a child that is forked has none until [`after_fork`].
    thread: Thread,
}

fn open<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kept {
    pub(super) fn new(set: FlagSet) -> Arc<Self> {
        Arc::new(Self { set, listeners: Mutex::default(), watch: Mutex::default() })
    }

    /// A set of the file's flags that goes with it.
    pub(super) fn watching(path: PathBuf, every: f64) -> Result<Arc<Self>> {
        let every = seconds(every)?;
        let (file, rules) = Watched::open(&path, Ruleset::parse)?;
        let kept = Self::new(rules.into());
        kept.begin(file, path, every)?;
        let mut all = open(watched());
        all.retain(|kept| kept.strong_count() > 0);
        all.push(Arc::downgrade(&kept));
        Ok(kept)
    }

    fn begin(self: &Arc<Self>, mut file: Watched<Ruleset>, path: PathBuf, every: Duration) -> Result<()> {
        let ended = Arc::new(AtomicBool::new(false));
        let (kept, stop) = (Arc::downgrade(self), Arc::clone(&ended));
        let look = move || loop {
            thread::park_timeout(every);
            if stop.load(Ordering::Relaxed) || kept.strong_count() == 0 {
                return;
            }
            let Some(found) = file.look() else { continue };
            let Some(kept) = kept.upgrade() else { return };
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let wrong = found.map(|rules| kept.set.replace(rules)).err();
            // None while Python is going down: nobody listens any more.
            Python::try_attach(|py| kept.tell(py, wrong.as_ref()));
        };
        let spawned = thread::Builder::new().name("truenorth-flags".to_owned()).spawn(look);
        let thread = match spawned {
            Ok(handle) => handle.thread().clone(),
            Err(error) => return Err(Error::new(ErrorCode::Internal, format!("no thread could be started: {error}"))),
        };
        *open(&self.watch) = Some(Watch { path, every, ended, thread });
        Ok(())
    }

    pub(super) fn is_watching(&self) -> bool {
        open(&self.watch).is_some()
    }

    /// The set stays as it is from now on.
    pub(super) fn unwatch(&self) {
        if let Some(watch) = open(&self.watch).take() {
            watch.ended.store(true, Ordering::Relaxed);
            watch.thread.unpark();
        }
    }

    pub(super) fn listen(&self, listener: Py<PyAny>) {
        open(&self.listeners).push(listener);
    }

    /// Tells somebody no more.
    pub(super) fn forget(&self, py: Python<'_>, listener: &Bound<'_, PyAny>) -> PyResult<()> {
        let known: Vec<_> = self.listeners().iter().map(|known| known.clone_ref(py)).collect();
        for known in known {
            if known.bind(py).eq(listener)? {
                // To compare runs Python's code, and others may have come and gone.
                let mut listeners = self.listeners();
                let at = listeners.iter().position(|other| other.is(&known));
                let gone = at.map(|at| listeners.remove(at));
                drop(listeners);
                drop(gone);
                break;
            }
        }
        Ok(())
    }

    pub(super) fn listeners(&self) -> std::sync::MutexGuard<'_, Vec<Py<PyAny>>> {
        open(&self.listeners)
    }

    /// Calls everybody who wants to know; what one of them raises is nobody's to catch, and keeps no other from hearing.
    pub(super) fn tell(&self, py: Python<'_>, wrong: Option<&Error>) {
        let listeners: Vec<_> = self.listeners().iter().map(|listener| listener.clone_ref(py)).collect();
        let error = wrong.map(|error| raise(py, error).into_value(py));
        for listener in listeners {
            if let Err(raised) = listener.call1(py, (&error,)) {
                raised.write_unraisable(py, Some(listener.bind(py)));
            }
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.unwatch();
    }
}

/// A pause that was given in seconds.
fn seconds(every: f64) -> Result<Duration> {
    if !(0.01..=86_400.0).contains(&every) {
        let sentence = format!("expected 0.01 to 86400 seconds, found `{every}`");
        return Err(Error::new(ErrorCode::OutOfRange, sentence).at("every"));
    }
    Ok(Duration::from_secs_f64(every))
}

/// Those that are watched in this process.
fn watched() -> &'static Mutex<Vec<Weak<Kept>>> {
    static WATCHED: OnceLock<Mutex<Vec<Weak<Kept>>>> = OnceLock::new();
    WATCHED.get_or_init(Mutex::default)
}

/// A child that was forked has the sets and none of the threads: they begin again.
#[pyfunction]
pub(crate) fn after_fork() {
    let all: Vec<_> = open(watched()).iter().filter_map(Weak::upgrade).collect();
    for kept in all {
        let Some(Watch { path, every, .. }) = open(&kept.watch).take() else { continue };
        // The thread of the parent may have been about to exchange the flags: the file is read anew.
        let _ = kept.begin(Watched::unread(&path, Ruleset::parse), path, every);
    }
}
