//! Git repositories: tags become deployments, commits become changes.

use truenorth::Result;
use truenorth::desk::operations::Context;
use truenorth::desk::sources::ReadOptions;
use truenorth::desk::sources::git::{self, Naming, Options};
use truenorth::facts::EventTable;

use super::GitInput;

/// Reads a repository's history into the table.
pub(super) fn load(input: &GitInput, defaults: &ReadOptions, events: &mut EventTable, context: &Context) -> Result<()> {
    let given = Options::default();
    let options = Options {
        releases: input.releases.clone().unwrap_or(given.releases),
        branch: input.branch.clone(),
        services: input
            .services
            .iter()
            .map(|service| git::ServicePath { service: service.service.clone(), path: service.path.clone() })
            .collect(),
    };
    let history = git::read_watched(&input.path, &options, &mut |_| context.check().is_ok())?;
    let service = input.service.as_ref().or(defaults.service.as_ref()).cloned();
    let mut naming = Naming::of(service.unwrap_or_else(|| folder_name(input)));
    naming.repository.clone_from(&defaults.repository);
    naming.source = input.path.to_string_lossy().into_owned();
    if let Some(environment) = input.environment.as_ref().or(defaults.environment.as_ref()) {
        naming.environment.clone_from(environment);
    }
    history.append_to(events, &naming)?;
    Ok(())
}

/// The folder's own name, also for `.` and `..`; a bare repository's without its `.git`.
fn folder_name(input: &GitInput) -> String {
    let whole = input.path.canonicalize().unwrap_or_else(|_| input.path.clone());
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.strip_suffix(".git").filter(|short| !short.is_empty()).map(str::to_owned).unwrap_or(name)
}
