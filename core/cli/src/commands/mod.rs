//! One file for each verb.

mod completions;
mod dora;
mod flags;
mod presets;
mod report;
mod run;
mod schema;

use truenorth::Result;

use crate::args::{Cli, Command};

/// Does what was asked and says with which code to exit.
pub(crate) fn run(cli: &Cli) -> Result<i32> {
    match &cli.command {
        Command::Dora(args) => dora::run(args),
        Command::Flags(args) => flags::run(args),
        Command::Presets(args) => presets::run(args),
        Command::Report(args) => report::run(args),
        Command::Run(args) => run::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Completions { shell } => completions::run(*shell),
    }
}
