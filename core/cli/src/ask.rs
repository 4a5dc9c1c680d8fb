//! From what was typed to what is asked.

use std::collections::BTreeMap;
use std::path::Path;

use truenorth::desk::door;
use truenorth::desk::operations::Context;
use truenorth::desk::sources::{Format, HostOptions, Mapping, ReadOptions, Strictness};
use truenorth::dora::{self, Compare, DoraRequest, PresetsRequest};
use truenorth::facts::EventTable;
use truenorth::ground::time::{Bucket, Span, Time, Window, Zone};
use truenorth::{Error, ErrorCode, Result};

use crate::args::{BucketArg, InputArgs, MeasureArgs, PresetsArgs, StrictnessArgs, WindowArgs};
use crate::open::{GitInput, Inputs, ServicePath, unreadable};
use crate::when::{self, shown};

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
        let path = Path::new(text);
        let mapping = Mapping::from_json(&read_text(path)?).map_err(|error| in_file(&error, path))?;
        Ok((format, Some(mapping)))
    }

    /// What the records of GitHub or GitLab mean.
    fn host(&self) -> Result<HostOptions> {
        let mut host = HostOptions::default();
        if !self.deployments_from.is_empty() {
            host.deployments_from.clear();
        }
        for text in &self.deployments_from {
            let (what, pattern) = text.split_once('=').map_or((&**text, None), |(what, pattern)| (what, Some(pattern)));
            host.deployments_from.push(word(what).map_err(|error| error.at("--deployments-from"))?);
            host.runs = host.runs.or_else(|| pattern.map(str::to_owned));
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

/// A small file as text.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    String::from_utf8(bytes)
        .map_err(|_| Error::new(ErrorCode::InvalidUtf8, "the file is not UTF-8").at(path.to_string_lossy()))
}

/// A request from a JSON file, its mistakes told with the file's name.
pub(crate) fn read_request(path: &Path) -> Result<DoraRequest> {
    door::read(&read_text(path)?).map_err(|error| in_file(&error, path))
}

/// Puts a file's name before an error's place.
pub(crate) fn in_file(error: &Error, path: &Path) -> Error {
    Error::new(error.code(), error.to_string()).at(path.to_string_lossy())
}

impl WindowArgs {
    /// The zone of days, where a request does not name another.
    fn zone(&self, given: Option<&str>) -> Result<Zone> {
        let name = self.tz.as_deref().or(given);
        name.map_or(Ok(Zone::UTC), Zone::parse).map_err(|error| error.at("--tz"))
    }

    fn as_of(&self, zone: Zone) -> Result<Option<Time>> {
        self.as_of.as_ref().map(|text| when::time(text, zone, "--as-of")).transpose()
    }

    /// The window, once the events are known: an open end of it is the one that the request means without any.
    fn window(&self, zone: Zone, request: &DoraRequest, events: &EventTable) -> Result<Option<Window>> {
        if self.since.is_none() && self.until.is_none() {
            return Ok(None);
        }
        let at = |text: &Option<String>, flag| text.as_ref().map(|text| when::time(text, zone, flag)).transpose();
        let whole = dora::whole_window(request, events, &Context::default())?;
        let from = at(&self.since, "--since")?.unwrap_or(whole.from);
        let to = at(&self.until, "--until")?.unwrap_or(whole.to);
        let flag = if self.until.is_some() { "--until" } else { "--since" };
        Window::new(from, to).map(Some).map_err(|error| error.at(flag))
    }

    fn last(&self) -> Result<Option<Span>> {
        self.last.as_deref().map(Span::parse).transpose().map_err(|error| error.at("--last"))
    }

    fn filter(&self, filter: &mut BTreeMap<String, Vec<String>>) -> Result<()> {
        for text in &self.filter {
            let (dimension, values) = pair(text, "--filter", "service=checkout,search")?;
            let values = values.split(',').map(|value| value.trim().to_owned());
            filter.entry(dimension.to_owned()).or_default().extend(values);
        }
        Ok(())
    }
}

impl PresetsArgs {
    /// The request, once the events are known.
    pub(crate) fn request(&self, events: &EventTable) -> Result<PresetsRequest> {
        let window = &self.window;
        let zone = window.zone(None)?;
        let mut request = PresetsRequest { as_of: window.as_of(zone)?, last: window.last()?, ..Default::default() };
        window.filter(&mut request.filter)?;
        request.definition = define(&request.definition, &window.define)?;
        let (as_of, definition) = (request.as_of, request.definition.clone());
        request.window = window.window(zone, &DoraRequest { as_of, definition, ..DoraRequest::default() }, events)?;
        for name in &self.preset {
            request.presets.push(word(name).map_err(|error| error.at("--preset"))?);
        }
        Ok(request)
    }
}

impl MeasureArgs {
    /// The request, once the events are known.
    pub(crate) fn request(&self, events: &EventTable) -> Result<DoraRequest> {
        let mut request = self.request.as_deref().map(read_request).transpose()?.unwrap_or_default();
        let window = &self.window;
        let zone = window.zone(request.time_zone.as_deref())?;
        if window.tz.is_some() {
            request.time_zone.clone_from(&window.tz);
        }
        request.as_of = window.as_of(zone)?.or(request.as_of);
        if let Some(name) = &self.preset {
            request.preset = word(name).map_err(|error| error.at("--preset"))?;
        }
        request.definition = define(&request.definition, &window.define)?;
        if let Some(window) = window.window(zone, &request, events)? {
            (request.window, request.last) = (Some(window), None);
        }
        if let Some(last) = window.last()? {
            (request.window, request.last) = (None, Some(last));
        }
        match self.compare.as_deref() {
            None => {}
            Some("previous") => request.compare = Compare::Previous,
            Some("none") => request.compare = Compare::None,
            Some(text) => request.compare = Compare::Window(when::window(text, zone, "--compare")?),
        }
        if !self.by.is_empty() {
            request.by.clone_from(&self.by);
        }
        request.top = self.top.or(request.top);
        window.filter(&mut request.filter)?;
        if let Some(bucket) = self.bucket {
            request.bucket = Some(match bucket {
                BucketArg::Day => Bucket::Day,
                BucketArg::Week => Bucket::Week,
                BucketArg::Month => Bucket::Month,
                BucketArg::Quarter => Bucket::Quarter,
            });
        }
        if let Some(text) = &self.confidence {
            request.confidence = confidence(text)?;
        }
        if let Some(year) = self.year {
            request.year = year;
        }
        Ok(request)
    }
}

fn confidence(text: &str) -> Result<f64> {
    let value = match text.trim().strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => text.trim().parse(),
    };
    value.map_err(|_| {
        let said = format!("expected a share such as `0.95` or `95%`, found `{}`", shown(text));
        Error::new(ErrorCode::WrongType, said).at("--confidence")
    })
}

/// A word that stands for itself in JSON.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    door::read(&serde_json::Value::from(text).to_string())
}

fn pair<'a>(text: &'a str, flag: &str, example: &str) -> Result<(&'a str, &'a str)> {
    text.split_once('=').map(|(key, value)| (key.trim(), value.trim())).filter(|(key, _)| !key.is_empty()).ok_or_else(
        || {
            let said = format!("expected something like `{example}`, found `{}`", shown(text));
            Error::new(ErrorCode::UnknownValue, said).at(flag)
        },
    )
}

/// Changes single definitions, each given as `key=value`.
fn define(given: &truenorth::dora::Definition, changes: &[String]) -> Result<truenorth::dora::Definition> {
    let broken = |error: serde_json::Error| Error::new(ErrorCode::Internal, error.to_string());
    if changes.is_empty() {
        return Ok(given.clone());
    }
    let mut all = serde_json::to_value(given).map_err(broken)?;
    for text in changes {
        let (key, value) = pair(text, "--define", "backwards=keep")?;
        let key = camel(key);
        let value = match value {
            "true" | "yes" => true.into(),
            "false" | "no" => false.into(),
            _ if key == "environments" => {
                // `environments=` alone is the empty list: all of them.
                let named = value.split(',').map(str::trim).filter(|one| !one.is_empty());
                named.map(Into::into).collect::<Vec<serde_json::Value>>().into()
            }
            _ => serde_json::Value::from(value),
        };
        if let Some(all) = all.as_object_mut() {
            all.insert(key, value);
        }
    }
    door::read(&all.to_string()).map_err(|error| error.at("--define"))
}

/// `lead-start` and `lead_start` as `leadStart`.
fn camel(text: &str) -> String {
    let mut upper = false;
    let mut out = String::new();
    for letter in text.chars() {
        if matches!(letter, '-' | '_') {
            upper = true;
        } else if std::mem::take(&mut upper) {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
    }
    out
}
