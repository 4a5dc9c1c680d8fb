//! The examples in three languages, each run as its reader would.

use std::path::PathBuf;

use crate::project::Project;
use crate::steps::Steps;
use crate::{node, python};

/// Runs every example.
pub(crate) fn test(project: &Project, steps: &mut Steps) {
    let folder = project.root.join("examples");
    // The main job, as the README's first command.
    if folder.join("acme").is_dir() {
        let mut report = project.command(project.program());
        steps.run("example report", report.args(["report", "examples/acme"]));
    } else {
        steps.failed("example report", "there is no examples/acme");
    }
    for path in files(&folder.join("rust"), "rs") {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        steps.run(
            &format!("example {name}.rs"),
            &mut project.cargo(&format!("run --quiet -p truenorth-examples --bin {name}")),
        );
    }
    let interpreter = python::interpreter(project);
    for path in files(&folder.join("python"), "py") {
        let name = format!("example {}", path.file_name().unwrap_or_default().to_string_lossy());
        if interpreter.is_file() {
            steps.run(&name, project.command(&interpreter).arg(path));
        } else {
            steps.skipped(&name, "there is no Python");
        }
    }
    for path in files(&folder.join("node"), "mjs") {
        let name = format!("example {}", path.file_name().unwrap_or_default().to_string_lossy());
        if node::version(project).is_some() {
            steps.run(&name, project.command("node").arg(path));
        } else {
            steps.skipped(&name, "there is no Node");
        }
    }
}

/// The files of a folder with this end, in order.
fn files(folder: &std::path::Path, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|found| found == end)).collect();
    files.sort();
    files
}
