//! The nouns of reading: formats, options and what a source writes to.

pub use crate::facts::readers::Strictness;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::mapping::Mapping;
use crate::facts::readers::Kind;
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;

macro_rules! formats {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal,)+) => {
        /// What a stream of bytes holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub enum Format { #[default] $($(#[doc = $doc])+ #[serde(rename = $word)] $name,)+ }

        impl Format {
            /// All formats.
            pub const ALL: &'static [Format] = &[$(Format::$name,)+];

            /// Its word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Format::$name => $word,)+ }
            }
        }
    };
}

formats! {
    /// Told from the first byte and then from each record.
    Auto = "auto",
    /// Our own vocabulary as JSON: lines, documents or arrays.
    Events = "events",
    /// Our own vocabulary as CSV.
    Csv = "csv",
    /// CDEvents, bare or in a CloudEvents envelope.
    Cdevents = "cdevents",
    /// GitHub webhooks and REST responses.
    Github = "github",
    /// GitLab webhooks and REST responses.
    Gitlab = "gitlab",
    /// Incidents of PagerDuty: REST responses and webhooks.
    PagerDuty = "pagerDuty",
    /// Issues of Jira: searches and CSV exports.
    Jira = "jira",
    /// Incidents of ServiceNow: the table interface, JSON and CSV exports.
    ServiceNow = "serviceNow",
    /// Any other JSON or CSV, by the mapping given.
    Mapped = "mapped",
}

impl Format {
    /// Reads its word.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownFormat`] with the words there are.
    pub fn parse(word: &str) -> Result<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == word).ok_or_else(|| {
            let words: Vec<String> = Self::ALL.iter().map(|format| format!("`{}`", format.as_str())).collect();
            let sentence = format!("expected one of {}, found `{}`", words.join(", "), excerpt(word));
            Error::new(ErrorCode::UnknownFormat, sentence)
        })
    }
}

/// What counts as a deployment, where a source has several things that may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DeploymentSource {
    /// Deployments and their statuses.
    Deployments,
    /// Workflow runs (GitHub) or pipelines (GitLab) whose name matches `runs`.
    Runs,
    /// Published releases.
    Releases,
    /// Merged pull or merge requests.
    MergedPullRequests,
}

/// What the records of a code host mean; the same options for GitHub and GitLab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HostOptions {
    /// The name of the webhook's event, as its header says; without it, it is told from the payload's shape.
    pub event: Option<String>,
    /// What counts as a deployment.
    pub deployments_from: Vec<DeploymentSource>,
    /// Which runs count, as a pattern of their name or file with `*` for anything, in any case: `*deploy*`.
    pub runs: Option<String>,
    /// Whether pre-releases count as releases.
    pub prereleases: bool,
    /// Issues with one of these labels or types, in any case, are incidents.
    pub incident_labels: Vec<String>,
}

impl Default for HostOptions {
    fn default() -> Self {
        Self {
            event: None,
            deployments_from: vec![DeploymentSource::Deployments],
            runs: None,
            prereleases: false,
            incident_labels: vec!["incident".to_owned()],
        }
    }
}

/// How to read a stream.
///
/// # Example
///
/// ```
/// use truenorth::desk::sources::{Format, ReadOptions};
/// let options = ReadOptions { name: "events.jsonl".into(), format: Format::Events, ..ReadOptions::default() };
/// assert_eq!(options.environments, None);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReadOptions {
    /// The name of the file, for errors and origins.
    pub name: String,
    /// What it holds.
    pub format: Format,
    /// What its columns mean, for the format `mapped`.
    pub mapping: Option<Mapping>,
    /// What happens at a record that cannot be taken.
    pub strictness: Strictness,
    /// The kind of all rows of a CSV file that has no column `kind`.
    pub kind: Option<Kind>,
    /// The service of records that name none.
    pub service: Option<String>,
    /// The repository of records that name none.
    pub repository: Option<String>,
    /// The team of records that name none.
    pub team: Option<String>,
    /// The environment of records that name none.
    pub environment: Option<String>,
    /// What other tools' names of environments mean: patterns with `*` for anything, in any case, and the name to use;
    /// an exact name goes before a pattern, a longer pattern before a shorter one.
    ///
    /// Absent, `production`, `prod`, `prd` and `live` mean `production`, alone or followed by something other than a
    /// letter (`prod1`, `prod-eu`, `production_blue`); empty, every name stays as it is. Our own vocabulary is never
    /// renamed.
    pub environments: Option<BTreeMap<String, String>>,
    /// The zone of times that carry none, such as `Europe/Berlin` or `+02:00`; without it they are refused.
    pub time_zone: Option<String>,
    /// What the records of GitHub or GitLab mean.
    pub host: HostOptions,
}

impl ReadOptions {
    /// Whether records are given what they do not name.
    pub(super) fn has_defaults(&self) -> bool {
        [&self.service, &self.repository, &self.team, &self.environment].iter().any(|default| default.is_some())
    }

    /// The name to use for another tool's environment.
    pub(super) fn environment_of(&self, name: &str) -> String {
        match &self.environments {
            None if is_production(name) => "production".to_owned(),
            None => name.to_owned(),
            Some(rules) => {
                let exact = rules.iter().find(|(pattern, _)| pattern.eq_ignore_ascii_case(name));
                let matching = rules.iter().filter(|(pattern, _)| matches(pattern, name));
                let rule = exact.or_else(|| matching.max_by_key(|(pattern, _)| pattern.len()));
                rule.map_or_else(|| name.to_owned(), |(_, to)| to.clone())
            }
        }
    }
}

fn is_production(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["production", "prod", "prd", "live"]
        .into_iter()
        .any(|word| name.strip_prefix(word).is_some_and(|rest| !rest.chars().next().is_some_and(char::is_alphabetic)))
}

/// Whether a name matches a pattern with `*` for anything, in any case; in time linear in both for each star.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, expected) in [
            ("*deploy*", "Deploy to production", true),
            ("deploy", "deploy-docs", false),
            ("deploy*", "deploy-docs", true),
            ("*.yml", "deploy.yml", true),
            ("a*a", "a", false),
            ("*", "", true),
            ("", "x", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn environments_are_renamed_by_rule() {
        let mut options = ReadOptions::default();
        for name in ["production", "Prod", "prod1", "prod-eu", "PRD", "live_2"] {
            assert_eq!(options.environment_of(name), "production", "{name}");
        }
        for name in ["product-docs", "preprod", "staging", "liveness", "github-pages"] {
            assert_eq!(options.environment_of(name), name);
        }
        options.environments = Some(BTreeMap::from(
            [("eu-*", "production"), ("eu-test*", "test"), ("eu-test-live", "production")]
                .map(|(from, to)| (from.to_owned(), to.to_owned())),
        ));
        assert_eq!(options.environment_of("EU-1"), "production");
        assert_eq!(options.environment_of("eu-test1"), "test");
        assert_eq!(options.environment_of("eu-test-live"), "production");
        assert_eq!(options.environment_of("prod"), "prod");
    }

    #[test]
    fn the_words_of_formats_are_stable() {
        for &format in Format::ALL {
            assert_eq!(serde_json::to_value(format).unwrap(), format.as_str());
            assert_eq!(Format::parse(format.as_str()).unwrap(), format);
        }
        assert!(Format::parse("xml").unwrap_err().message().contains("`pagerDuty`"));
    }
}
