//! What a process has used so far.

/// Processor seconds of all threads, user and system, and the largest memory held, in megabytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Processor seconds.
    pub cpu: f64,
    /// The peak of resident memory, in MB of 10⁶ bytes.
    pub peak: f64,
}

/// What this process has used so far; zeros where the system does not tell.
pub fn now() -> Usage {
    of(false)
}

/// What the processes that it started and waited for have used.
pub fn children() -> Usage {
    of(true)
}

#[cfg_attr(not(unix), expect(unused_variables, reason = "nothing is known of anybody"))]
fn of(children: bool) -> Usage {
    #[cfg(unix)]
    if let Ok(used) = nix::sys::resource::getrusage(if children {
        nix::sys::resource::UsageWho::RUSAGE_CHILDREN
    } else {
        nix::sys::resource::UsageWho::RUSAGE_SELF
    }) {
        use nix::sys::time::TimeValLike as _;
        let micros = used.user_time().num_microseconds() + used.system_time().num_microseconds();
        // Kilobytes on Linux, bytes on macOS.
        let unit = if cfg!(target_os = "macos") { 1.0 } else { 1024.0 };
        return Usage { cpu: micros as f64 / 1e6, peak: used.max_rss() as f64 * unit / 1e6 };
    }
    Usage::default()
}
