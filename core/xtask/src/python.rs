//! The Python face: a virtual environment, the debug build in its place, pytest and mypy.

use std::path::PathBuf;

use crate::project::{Project, copy};
use crate::steps::Steps;

/// The folder of the face.
const FACE: &str = "bindings-python";

/// The interpreter of the virtual environment, if there is one to be had.
pub(crate) fn interpreter(project: &Project) -> PathBuf {
    let venv = project.root.join(".venv");
    if cfg!(windows) { venv.join("Scripts").join("python.exe") } else { venv.join("bin").join("python") }
}

/// Everything that `test` does in Python.
pub(crate) fn test(project: &Project, steps: &mut Steps) {
    let face = project.root.join(FACE);
    if !ready(project, steps) {
        return;
    }
    let python = interpreter(project);
    let tests = |words: &[&str]| {
        let mut command = project.command(&python);
        command.args(words).current_dir(&face).env("TRUENORTH_PROGRAM", project.program());
        command.env("TRUENORTH_RANDOM_FLAGS", project.random_flags());
        command
    };
    steps.run("pytest", &mut tests(&["-m", "pytest", "-q"]));
    steps.run("mypy", &mut tests(&["-m", "mypy"]));
}

/// Makes the environment and puts the debug build into the package; says whether that went well.
fn ready(project: &Project, steps: &mut Steps) -> bool {
    let Some((program, version)) = python(project) else {
        steps.skipped("python", "there is no Python 3.10 or later (python3, python or py)");
        return false;
    };
    let face = project.root.join(FACE);
    let requirements = face.join("requirements-test.txt");
    let stamp = project.stamp(".venv/truenorth.stamp", std::slice::from_ref(&requirements), &[&version]);
    let python = interpreter(project);
    if !stamp.is_fresh() {
        let mut venv = project.command(program);
        if !steps.run("python environment", venv.args(["-m", "venv", "--clear", ".venv"])) {
            return false;
        }
        let mut pip = project.command(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-virtualenv", "-r"]);
        if !steps.run("python packages", pip.arg(&requirements)) {
            return false;
        }
        stamp.set();
    }
    // The package is run from where it is written, with the library that cargo has just built in it.
    let package = face.join("python");
    let end = if cfg!(windows) { "pyd" } else { "abi3.so" };
    let library = package.join("truenorth").join(format!("_truenorth.{end}"));
    let path = project.command(&python).args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).output();
    let placed = copy(&project.library("_truenorth"), &library).and_then(|()| {
        let folder = path.map_err(|error| error.to_string())?;
        let folder = PathBuf::from(String::from_utf8_lossy(&folder.stdout).trim());
        std::fs::write(folder.join("truenorth.pth"), package.to_string_lossy().as_bytes())
            .map_err(|error| format!("{}: {error}", folder.display()))
    });
    placed.is_ok() || steps.failed("python", &placed.err().unwrap_or_default())
}

/// A Python of at least 3.10 and its version.
fn python(project: &Project) -> Option<(&'static str, String)> {
    ["python3", "python", "py"].into_iter().find_map(|program| {
        let asked = "import sys; assert sys.version_info >= (3, 10); print(sys.version, sys.base_prefix)";
        let output = project.command(program).args(["-c", asked]).output().ok()?;
        output.status.success().then(|| (program, String::from_utf8_lossy(&output.stdout).into_owned()))
    })
}
