//! The program as people and pipelines run it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod bad_input;
mod flags;
mod flags_lint;
mod flags_many;
mod gates;
mod golden;
mod hostile;
mod inputs;
mod loading;
mod options;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program with these arguments.
fn truenorth(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_truenorth"));
    command.args(arguments).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

/// What a run said.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Said {
    /// Holds the exit code.
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Holds that standard error names each of these.
    fn complains(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.err.contains(part), "`{part}` is not in\n{}", self.err);
        }
        self
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

fn run(arguments: &[&str]) -> Said {
    truenorth(arguments).output().unwrap().into()
}

fn run_with_input(arguments: &[&str], input: &[u8]) -> Said {
    let mut child =
        truenorth(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // The program may stop before it has read everything.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap()
    });
    output.into()
}

/// A folder of its own for a test, empty.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file with this content in a folder, as an argument.
fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_string_lossy().into_owned()
}

/// A year of one service: a deployment a day with a change of two hours before, every tenth of them
/// failed for one to five hours.
fn year() -> String {
    let mut out = String::new();
    for day in 0..360 {
        let (month, date) = (day / 30 + 1, day % 28 + 1);
        let at = |hour: u32| format!("2024-{month:02}-{date:02}T{hour:02}:{:02}:00Z", day / 28 % 60);
        let _ = writeln!(
            out,
            "{{\"change\":{{\"sha\":\"{day:040x}\",\"service\":\"checkout\",\"committedAt\":\"{}\"}}}}\n\
             {{\"deployment\":{{\"id\":\"d{day}\",\"service\":\"checkout\",\"sha\":\"{day:040x}\",\"finishedAt\":\"{}\"}}}}",
            at(9),
            at(11)
        );
        if day % 10 == 0 {
            let _ = writeln!(
                out,
                "{{\"incident\":{{\"id\":\"i{day}\",\"service\":\"checkout\",\"deployment\":\"d{day}\",\
                 \"startedAt\":\"{}\",\"resolvedAt\":\"{}\"}}}}",
                at(12),
                at(13 + day / 10 % 5)
            );
        }
    }
    out
}
