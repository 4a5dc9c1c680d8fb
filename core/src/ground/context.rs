//! What surrounds a call and must never be ambient.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{Error, ErrorCode, Result};
use super::time::Time;

/// What must never be ambient: the time, a way to stop, somebody to tell.
#[derive(Clone, Default)]
pub struct Context {
    /// The instant up to which everything is known, where the request names none.
    pub as_of: Option<Time>,
    /// Set it, from any thread, to stop the operation with [`ErrorCode::Cancelled`].
    pub cancel: Option<Arc<AtomicBool>>,
    /// Is told how far the work has come, as a share.
    pub progress: Option<Arc<dyn Fn(f64) + Send + Sync>>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("as_of", &self.as_of).finish_non_exhaustive()
    }
}

impl Context {
    /// Stops here if the caller asked to.
    ///
    /// # Errors
    /// [`ErrorCode::Cancelled`].
    pub fn check(&self) -> Result<()> {
        match &self.cancel {
            Some(cancel) if cancel.load(Ordering::Relaxed) => {
                Err(Error::new(ErrorCode::Cancelled, "stopped at the caller's request"))
            }
            _ => Ok(()),
        }
    }

    /// Tells how far the work has come.
    pub fn tell(&self, share: f64) {
        if let Some(progress) = &self.progress {
            progress(share);
        }
    }
}
