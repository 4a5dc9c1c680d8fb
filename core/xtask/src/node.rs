//! The Node face: packages, the debug build in its place, node:test, tsc and Jest.

use std::process::Command;

use crate::project::{Project, copy};
use crate::steps::Steps;

/// The folder of the face.
const FACE: &str = "bindings-node";

/// npm, which is a script on Windows.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Everything that `test` does in Node.
pub(crate) fn test(project: &Project, steps: &mut Steps) {
    let face = project.root.join(FACE);
    let Some(version) = version(project) else {
        return steps.skipped("node", "there is no Node 20 or later (node, npm)");
    };
    let npm = |words: &[&str]| {
        let mut command: Command = project.command(NPM);
        command.args(words).current_dir(&face).env("TRUENORTH_PROGRAM", project.program());
        command.env("TRUENORTH_RANDOM_FLAGS", project.random_flags());
        command
    };
    let stamp = project.stamp(
        "bindings-node/node_modules/truenorth.stamp",
        &[face.join("package.json"), face.join("package-lock.json")],
        &[&version],
    );
    if !stamp.is_fresh() {
        // Without scripts: the package's own would build for release what stands built already.
        let install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        if !steps.run("node packages", &mut npm(&install)) {
            return;
        }
        stamp.set();
    }
    if let Err(why) = copy(&project.library("truenorth_node"), &face.join("truenorth.node")) {
        steps.failed("node", &why);
        return;
    }
    steps.run("node:test", &mut npm(&["test", "--silent", "--", "--test-reporter=spec"]));
    // The declarations, by programs with and without mistakes; the calls, where a test file has globals of its own.
    steps.run("tsc", &mut npm(&["run", "--silent", "types"]));
    steps.run("Jest", &mut npm(&["run", "--silent", "jest"]));
}

/// The version of Node, if it is at least 20 and npm is there too.
pub(crate) fn version(project: &Project) -> Option<String> {
    let output = project.command("node").arg("--version").output().ok()?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major: u32 = version.strip_prefix('v')?.split('.').next()?.parse().ok()?;
    let npm = project.command(NPM).arg("--version").output().is_ok_and(|output| output.status.success());
    (major >= 20 && npm).then_some(version)
}
