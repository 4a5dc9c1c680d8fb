//! Repositories in the temporary folder, gone when the test is.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of its own for one test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// `None` when there is no git to make repositories with.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("truenorth-history-{}-{name}", std::process::id()));
        let scratch = Self(folder);
        std::fs::create_dir_all(&scratch.0).unwrap();
        if Command::new("git").arg("--version").output().is_err() {
            println!("{name}: skipped, git is not installed");
            return None;
        }
        Some(scratch)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Runs git in a folder of the scratch, with `input`, away from everybody's configuration.
    pub(crate) fn git_with(&self, folder: &str, arguments: &[&str], input: &[u8]) -> Result<String, String> {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.0.join(folder)).args(arguments);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GIT_")) {
            git.env_remove(name);
        }
        git.env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.0.join("no-configuration"))
            .env("LC_ALL", "C");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.com");
            git.env(format!("GIT_{who}_DATE"), "1700000000 +0000");
        }
        let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            // Git may stop reading early; what it says then is the error.
            scope.spawn(move || stdin.write_all(input).is_ok());
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.success() { Ok(String::from_utf8_lossy(&output.stdout).into_owned()) } else { Err(said) }
        })
    }

    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> String {
        self.git_with(folder, arguments, b"").unwrap_or_else(|said| panic!("git {arguments:?}: {said}"))
    }

    /// A new repository in `folder`, without a work tree.
    pub(crate) fn init(&self, folder: &str) -> PathBuf {
        std::fs::create_dir_all(self.0.join(folder)).unwrap();
        self.git(folder, &["init", "-q", "--bare", "-b", "main"]);
        self.0.join(folder)
    }

    /// Fills a repository with what `git fast-import` reads.
    pub(crate) fn import(&self, folder: &str, stream: &[u8]) {
        self.git_with(folder, &["fast-import", "--quiet"], stream).unwrap();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
