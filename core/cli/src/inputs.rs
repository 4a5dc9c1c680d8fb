//! From what was typed to what is opened, and how it is read.

use std::path::Path;

use truenorth::desk::sources::{DeploymentSource, Format, HostOptions, Mapping, ReadOptions, Reader, Strictness};
use truenorth::{Error, ErrorCode, Result};

use crate::args::{InputArgs, StrictnessArgs};
use crate::ask::{at_flag, word};
use crate::documents::read_document;
use crate::open::{GitInput, Inputs, ServicePath};
use crate::when::shown;

impl StrictnessArgs {
    pub(crate) fn strictness(&self) -> Strictness {
        if self.lenient { Strictness::Lenient } else { Strictness::Strict }
    }
}

impl InputArgs {
    /// What to open.
    pub(crate) fn inputs(&self) -> Result<Inputs> {
        if self.files.is_empty() && self.git.is_empty() {
            return Err(Error::new(
                ErrorCode::MissingField,
                "nothing to read: name a file or folder of events, `-` for standard input, or a repository as in `--git .`",
            ));
        }
        if self.git.len() > 1 && !self.path.is_empty() {
            return Err(
                Error::new(ErrorCode::Conflict, "a folder needs one repository to lie in, found several").at("--path")
            );
        }
        let services: Vec<ServicePath> = self.path.iter().map(|text| service_path(text)).collect::<Result<_>>()?;
        let git = self.git.iter().map(|path| GitInput {
            path: path.clone(),
            service: self.service.clone(),
            releases: self.releases.clone(),
            environment: self.environment.clone(),
            branch: self.branch.clone(),
            services: services.clone(),
        });
        let (format, mapping) = self.format()?;
        let options = ReadOptions {
            format,
            mapping,
            strictness: self.strictness.strictness(),
            kind: self.input_kind.as_deref().map(word).transpose().map_err(|error| error.at("--input-kind"))?,
            service: self.service.clone(),
            repository: self.repository.clone(),
            team: self.team.clone(),
            environment: self.environment.clone(),
            time_zone: self.input_tz.clone(),
            host: self.host()?,
            ..ReadOptions::default()
        };
        let flag_of = |part: &str| match part {
            "timeZone" => Some("--input-tz"),
            "mapping" => Some(if self.mapping.is_some() { "--mapping" } else { "--input-format" }),
            _ => None,
        };
        Reader::new(options.clone()).map_err(|error| at_flag(error, flag_of).unwrap_or_else(|error| error))?;
        Ok(Inputs { paths: self.files.clone(), options, git: git.collect(), ownership: self.ownership.clone() })
    }

    /// The format, and the mapping where it is not one that comes along.
    fn format(&self) -> Result<(Format, Option<Mapping>)> {
        let format = self.input_format.as_deref().map_or(Ok(Format::Auto), Format::parse);
        let format = format.map_err(|error| error.at("--input-format"))?;
        let Some(text) = &self.mapping else { return Ok((format, None)) };
        // A mapping that comes along is a format.
        let ready = [Format::PagerDuty, Format::Jira, Format::ServiceNow];
        if let Some(ready) = ready.into_iter().find(|format| format.as_str().eq_ignore_ascii_case(text)) {
            return Ok((ready, None));
        }
        let mapping = read_document(Path::new(text), Mapping::from_json)?;
        Ok((format, Some(mapping)))
    }

    /// What the records of GitHub or GitLab mean.
    fn host(&self) -> Result<HostOptions> {
        let mut host = HostOptions { prereleases: self.prereleases, ..HostOptions::default() };
        if !self.deployments_from.is_empty() {
            host.deployments_from.clear();
        }
        for text in &self.deployments_from {
            let (what, pattern) = text.split_once('=').map_or((&**text, None), |(what, pattern)| (what, Some(pattern)));
            host.deployments_from.push(word(what).map_err(|error| error.at("--deployments-from"))?);
            host.runs = host.runs.or_else(|| pattern.map(str::to_owned));
        }
        if host.deployments_from.contains(&DeploymentSource::Runs) && host.runs.is_none() {
            let said = "expected a pattern of their names, such as `runs=*deploy*`, found none";
            return Err(Error::new(ErrorCode::MissingField, said).at("--deployments-from"));
        }
        if !self.incident_label.is_empty() {
            host.incident_labels.clone_from(&self.incident_label);
        }
        Ok(host)
    }
}

/// `services/checkout`, or `pay=services/checkout`.
fn service_path(text: &str) -> Result<ServicePath> {
    let (name, path) = text.split_once('=').map_or((None, text), |(name, path)| (Some(name), path));
    let path = path.trim_matches('/');
    let service = name.or_else(|| path.rsplit('/').next()).unwrap_or_default();
    if service.is_empty() || path.is_empty() {
        return Err(Error::new(
            ErrorCode::UnknownValue,
            format!("expected a folder such as `services/checkout`, or `name=folder`, found `{}`", shown(text)),
        )
        .at("--path"));
    }
    Ok(ServicePath { service: service.to_owned(), path: path.to_owned() })
}
