//! The `truenorth` program.

fn main() {
    std::process::exit(truenorth_cli::main(std::env::args_os()));
}
