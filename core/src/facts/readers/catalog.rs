//! Backstage's `catalog-info.yaml`: components with their owner, system and place.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::facts::{Owned, Ownership};
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

#[derive(Debug, Deserialize)]
struct Entity {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    metadata: Option<Metadata>,
    #[serde(default)]
    spec: Option<Spec>,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, Option<String>>>,
}

#[derive(Debug, Default, Deserialize)]
struct Spec {
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    system: Option<String>,
}

/// Adds the components of a catalogue file.
pub(super) fn read(
    ownership: &mut Ownership,
    text: &str,
    repository: Option<&str>,
    valid_from: Option<Time>,
) -> Result<()> {
    let entities: Vec<Entity> = serde_saphyr::from_multiple(text).map_err(|error| {
        // What the reader of YAML says is for programmers; where it says it is for everyone.
        let place = error.location().map_or_else(String::new, |place| format!(" at line {}", place.line()));
        let sentence = format!("expected the YAML of a catalogue, found something else{place}");
        Error::new(ErrorCode::InvalidRecord, sentence)
    })?;
    for entity in entities {
        let kind = entity.kind.unwrap_or_default();
        if kind != "Component" {
            ownership.note(&format!("catalogue entities of kind `{}`", excerpt(&kind)));
            continue;
        }
        let metadata = entity.metadata.unwrap_or_default();
        let Some(service) = metadata.name else {
            return Err(Error::new(ErrorCode::MissingField, "a component has no name").at("metadata.name"));
        };
        let spec = entity.spec.unwrap_or_default();
        let annotations = metadata.annotations.unwrap_or_default();
        let annotation = |name: &str| annotations.get(name).and_then(Option::as_deref);
        let place = annotation("backstage.io/source-location").and_then(place_of);
        let slug = annotation("github.com/project-slug").or_else(|| annotation("gitlab.com/project-slug"));
        let (located, path) = place.unzip();
        let named = slug.map(str::to_owned).or(located).or_else(|| repository.map(str::to_owned));
        let owner = spec.owner.as_deref().and_then(group_of);
        if owner.is_none() && spec.owner.is_some() {
            ownership.note("components owned by a person");
        }
        ownership.add(Owned {
            repository: named,
            path: path.filter(|path| !path.is_empty()),
            service: Some(service),
            team: owner.map(str::to_owned),
            system: spec.system.as_deref().map(|name| name_of(name).to_owned()),
            valid_from,
        });
    }
    Ok(())
}

/// The group that an owner names: `team-a`, `group:team-a`, `group:default/team-a`; people are no teams.
fn group_of(owner: &str) -> Option<&str> {
    match owner.split_once(':') {
        Some((kind, name)) if kind.eq_ignore_ascii_case("group") => Some(name_of(name)),
        Some(_) => None,
        None => Some(name_of(owner)),
    }
}

/// An entity's name without its kind and namespace.
fn name_of(reference: &str) -> &str {
    let name = reference.split_once(':').map_or(reference, |(_, name)| name);
    name.split_once('/').map_or(name, |(_, name)| name)
}

/// `url:https://github.com/acme/mono/tree/main/services/shop/` → `acme/mono` and `services/shop`.
fn place_of(location: &str) -> Option<(String, String)> {
    let address = location.strip_prefix("url:").unwrap_or(location);
    let (_, rest) = address.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let mut cut = None;
    for mark in ["/-/tree/", "/-/blob/", "/tree/", "/blob/"] {
        cut = cut.or_else(|| path.split_once(mark));
    }
    let (repository, folder) = cut.map_or((path, ""), |(repository, rest)| {
        // The branch comes first; one with a slash in its name cannot be told from a folder.
        (repository, rest.split_once('/').map_or("", |(_, folder)| folder))
    });
    let folder = folder.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    // The location of a single file is its folder's.
    let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_file = ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml");
    let folder = if is_file { above } else { folder };
    let repository = repository.trim_matches('/').trim_end_matches(".git");
    repository.contains('/').then(|| (repository.to_owned(), folder.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_places() {
        for (owner, team) in [
            ("blue", Some("blue")),
            ("group:blue", Some("blue")),
            ("Group:default/blue", Some("blue")),
            ("default/blue", Some("blue")),
            ("user:ann", None),
        ] {
            assert_eq!(group_of(owner), team, "{owner}");
        }
        for (location, repository, folder) in [
            ("url:https://github.com/acme/mono/tree/main/services/shop/", "acme/mono", "services/shop"),
            ("url:https://github.com/acme/shop/", "acme/shop", ""),
            ("https://gitlab.example/a/b/c/-/blob/main/x/catalog-info.yaml", "a/b/c", "x"),
            ("url:https://github.com/acme/shop/blob/main/catalog-info.yaml", "acme/shop", ""),
        ] {
            assert_eq!(place_of(location), Some((repository.to_owned(), folder.to_owned())), "{location}");
        }
        assert_eq!(place_of("dir:./x"), None);
    }
}
