//! The folder of other people's suites, which is not part of this repository.

use std::path::{Path, PathBuf};

/// A folder of the suites that `TRUENORTH_CONFORMANCE` names; where it is missing the test says *skipped*.
pub(crate) fn suite(name: &str) -> Option<PathBuf> {
    // The folder of whichever crate the test is of lies inside the repository.
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = own.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).unwrap_or(own);
    let named = std::env::var_os("TRUENORTH_CONFORMANCE").unwrap_or_else(|| "../shared/conformance".into());
    let folder = root.join(named).join(name);
    if !folder.is_dir() {
        println!("{name}: skipped, {} is missing", folder.display());
        return None;
    }
    Some(folder)
}
