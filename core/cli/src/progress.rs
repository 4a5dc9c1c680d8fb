//! A bar on standard error, when a person is watching and has waited for a second.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use truenorth::desk::operations::Context;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that appears after a second and goes when it is dropped.
#[derive(Default)]
pub(crate) struct Progress {
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

impl Progress {
    /// A context that is told how far the work has come, and tells the bar.
    pub(crate) fn context(&self, quiet: bool) -> Context {
        let mut context = Context::default();
        if quiet || !std::io::stderr().is_terminal() {
            return context;
        }
        let (started, bar) = (Instant::now(), Arc::clone(&self.bar));
        context.progress = Some(Arc::new(move |share| {
            if started.elapsed() < PATIENCE {
                return;
            }
            let mut bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
            bar.get_or_insert_with(open).set_position((share * 1000.0) as u64);
        }));
        context
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

fn open() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(1000), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("reading {bar:40} {percent:>3} %");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
