//! `truenorth completions`.

use clap::CommandFactory as _;
use truenorth::Result;

use crate::args::Cli;
use crate::output;

pub(super) fn run(shell: clap_complete::Shell) -> Result<i32> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "truenorth", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
