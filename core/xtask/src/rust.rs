//! Formatting, lints, tests and doctests of the Rust code.

use crate::project::Project;
use crate::steps::Steps;

/// Everything that `test` does in Rust.
///
/// The generator of types and schemas is a test that needs the feature `schema`; all steps have it, so that core is
/// built once.
pub(crate) fn test(project: &Project, steps: &mut Steps) {
    steps.run("fmt", &mut project.cargo("fmt --all --check"));
    steps.run(
        "clippy",
        &mut project.cargo("clippy --workspace --all-targets --features truenorth/schema -- -D warnings"),
    );
    // Alone, because another crate of the workspace may switch on what core must not have, such as chrono's clock.
    steps.run("clippy core alone", &mut project.cargo("clippy -p truenorth --lib -- -D warnings"));
    steps.run(
        "clippy core without rooms",
        &mut project.cargo("clippy -p truenorth --lib --no-default-features -- -D warnings"),
    );
    let nextest = project.cargo("nextest --version").output().is_ok_and(|output| output.status.success());
    let tests = if nextest {
        "nextest run --workspace --features truenorth/schema --no-fail-fast"
    } else {
        // What passes speaks too: tests of other people's data say how much they compared. nextest has it in its settings.
        "test --workspace --features truenorth/schema --no-fail-fast --lib --bins --tests -- --show-output"
    };
    steps.run("tests", &mut project.cargo(tests));
    steps.run("doctests", &mut project.cargo("test --workspace --features truenorth/schema --doc"));
}

/// Builds the command line and the libraries of both bindings, for those who load them.
pub(crate) fn build(project: &Project, steps: &mut Steps) -> bool {
    steps.run("build", &mut project.cargo("build --workspace --features truenorth/schema"))
}

/// What only `ci` does.
pub(crate) fn more(project: &Project, steps: &mut Steps) {
    steps.run("documentation", project.cargo("doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings"));
    let deny = project.cargo("deny --version").output().is_ok_and(|output| output.status.success());
    if deny {
        steps.run("licences, bans, sources", &mut project.cargo("deny --all-features check licenses bans sources"));
    } else {
        steps.skipped("licences, bans, sources", "cargo-deny is missing: cargo install --locked cargo-deny");
    }
}
