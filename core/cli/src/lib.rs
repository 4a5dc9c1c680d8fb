//! The command line of truenorth, as a library that the wheel and the npm package call too.
//!
//! [`main`] is the whole program; [`open`], [`read_document`] and [`Watched`] are how every face opens files,
//! [`clock`] how each knows what time it is.

#![forbid(unsafe_code)]

mod args;
mod ask;
mod commands;
mod documents;
mod gate;
mod inputs;
pub mod open;
mod output;
mod progress;
mod watch;
mod when;

use std::ffi::OsString;

use clap::Parser as _;

pub use documents::read_document;
pub use watch::Watched;
pub use when::clock;

/// Runs the command line with these arguments, the program's name first, and says with which code to exit.
///
/// 0: done, and every gate met; 1: a gate breached; 2: bad input; 3: a gate not proven, with `--unproven fail`.
pub fn main<I, T>(arguments: I) -> i32
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let cli = match args::Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, with code 0; a closed pipe is no news.
            let _ = error.print();
            return error.exit_code();
        }
    };
    truenorth::desk::door::guarded(|| commands::run(&cli)).unwrap_or_else(|error| {
        // `run` speaks JSON, also of what went wrong.
        match cli.command {
            args::Command::Run(_) => output::say(&serde_json::to_string(&error).unwrap_or_default()),
            _ => output::complain(&error),
        }
        2
    })
}
