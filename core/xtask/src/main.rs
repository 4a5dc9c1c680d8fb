//! What `make` calls, written so that it also runs where make is missing: `cargo xtask test`.
//!
//! Everything is built in the repository's own folders (`target`, `.venv`, `node_modules`), without root. A second run
//! installs nothing that has not changed.

mod examples;
mod node;
mod project;
mod python;
mod rust;
mod steps;
mod tools;

use std::process::ExitCode;

use project::Project;
use steps::Steps;

const USAGE: &str = "\
cargo xtask test [PART…]     everything, or only: rust, python, node, examples
cargo xtask ci               the same, where nothing may be skipped, with licences, bans and documentation
cargo xtask fuzz [SECONDS]   every fuzz target for so long (default 30 s)
cargo xtask bench            the benchmarks of the README's table
cargo xtask bless            write golden cases, generated types and schemas anew";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let project = match Project::find() {
        Ok(project) => project,
        Err(error) => return complain(&error),
    };
    let mut steps = Steps::default();
    match words[..] {
        ["test", ref parts @ ..] => {
            if let Some(unknown) = parts.iter().find(|part| !["rust", "python", "node", "examples"].contains(part)) {
                return complain(&format!("no part `{unknown}`\n{USAGE}"));
            }
            test(&project, &mut steps, &|part| parts.is_empty() || parts.contains(&part));
        }
        ["ci"] => {
            steps.skipping_fails = true;
            test(&project, &mut steps, &|_| true);
            rust::more(&project, &mut steps);
        }
        ["fuzz"] => tools::fuzz(&project, &mut steps, 30),
        ["fuzz", seconds] => match seconds.parse() {
            Ok(seconds) => tools::fuzz(&project, &mut steps, seconds),
            Err(_) => return complain(&format!("expected a number of seconds, found `{seconds}`")),
        },
        ["bench", ref rest @ ..] => tools::bench(&project, &mut steps, rest),
        ["bless"] => tools::bless(&project, &mut steps),
        _ => return complain(USAGE),
    }
    steps.close()
}

fn test(project: &Project, steps: &mut Steps, wanted: &dyn Fn(&str) -> bool) {
    if wanted("rust") {
        rust::test(project, steps);
    }
    let faces = [wanted("python"), wanted("node"), wanted("examples")];
    if faces.contains(&true) && !rust::build(project, steps) {
        return;
    }
    if wanted("python") {
        python::test(project, steps);
    }
    if wanted("node") {
        node::test(project, steps);
    }
    if wanted("examples") {
        examples::test(project, steps);
    }
}

fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(2)
}
