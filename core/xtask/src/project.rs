//! Where things lie.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository and its folders.
#[derive(Debug)]
pub(crate) struct Project {
    /// The repository's root.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Finds the repository this program was built in, and asks cargo where it builds.
    pub(crate) fn find() -> Result<Self, String> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("there is no repository above xtask")?;
        let output = Command::new("cargo")
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(root)
            .output()
            .map_err(|error| format!("cargo does not run: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let target = text.split("\"target_directory\":\"").nth(1).and_then(|rest| rest.split('"').next());
        let target = target.ok_or("cargo metadata names no target folder")?.replace("\\\\", "\\");
        Ok(Self { root: root.to_path_buf(), target: PathBuf::from(target) })
    }

    /// A command that runs in the repository's root.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        // On Windows a Python that writes into a pipe would know no letters but those of its code page.
        command.current_dir(&self.root).env("PYTHONUTF8", "1");
        command
    }

    /// cargo with these words.
    pub(crate) fn cargo(&self, words: &str) -> Command {
        let mut command = self.command("cargo");
        command.args(words.split_whitespace());
        command
    }

    /// A dynamic library of the debug build, such as `truenorth_node`, where this system puts it.
    pub(crate) fn library(&self, name: &str) -> PathBuf {
        let (start, end) = match std::env::consts::OS {
            "windows" => ("", "dll"),
            "macos" => ("lib", "dylib"),
            _ => ("lib", "so"),
        };
        self.target.join("debug").join(format!("{start}{name}.{end}"))
    }

    /// The command line of the debug build.
    pub(crate) fn program(&self) -> PathBuf {
        self.target.join("debug").join(format!("truenorth{}", std::env::consts::EXE_SUFFIX))
    }

    /// Random flags and the core's answers, which its tests leave for those of other languages.
    pub(crate) fn random_flags(&self) -> PathBuf {
        self.target.join("tmp").join("random_flags.jsonl")
    }

    /// Whether something was done before for the same inputs: files by content, and words.
    pub(crate) fn stamp(&self, name: &str, files: &[PathBuf], words: &[&str]) -> Stamp {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |bytes: &[u8]| {
            // FNV-1a, with each part's length so that parts cannot run together.
            for byte in bytes.iter().chain(&(bytes.len() as u64).to_le_bytes()) {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        for file in files {
            add(&std::fs::read(file).unwrap_or_default());
        }
        for word in words {
            add(word.as_bytes());
        }
        // The installed folder itself holds the stamp's place, so that removing it forgets what was done.
        Stamp { file: self.root.join(name), hash: format!("{hash:016x}\n") }
    }
}

/// A mark that something was done.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// Whether it was done.
    pub(crate) fn is_fresh(&self) -> bool {
        std::fs::read_to_string(&self.file).is_ok_and(|found| found == self.hash)
    }

    /// Marks it as done.
    pub(crate) fn set(&self) {
        // A mark that cannot be written only makes the next run slower.
        let _ = std::fs::write(&self.file, &self.hash);
    }
}

/// Copies a built library to where a face loads it from, if it is not the same already.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let same = |a: &Path, b: &Path| {
        let (a, b) = (a.metadata().ok()?, b.metadata().ok()?);
        Some(a.len() == b.len() && a.modified().ok()? <= b.modified().ok()?)
    };
    if same(from, to) == Some(true) {
        return Ok(());
    }
    // A loaded library must not change under a running program: write beside, then move over.
    let beside = to.with_extension("new");
    std::fs::copy(from, &beside)
        .and_then(|_| std::fs::rename(&beside, to))
        .map_err(|error| format!("{} cannot be copied to {}: {error}", from.display(), to.display()))
}
