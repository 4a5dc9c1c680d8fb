//! From what was typed to what is asked.

use std::collections::BTreeMap;

use truenorth::desk::door;
use truenorth::desk::operations::Context;
use truenorth::dora::{self, Compare, DoraRequest, PresetsRequest};
use truenorth::facts::EventTable;
use truenorth::ground::time::{Bucket, Span, Time, Window, Zone};
use truenorth::{Error, ErrorCode, Result};

use crate::args::{BucketArg, MeasureArgs, PresetsArgs, WindowArgs};
use crate::documents::{in_file, read_document, read_text};
use crate::when::{self, shown};

impl WindowArgs {
    /// The zone of days, where a request does not name another.
    fn zone(&self, given: Option<&str>) -> Result<Zone> {
        let name = self.tz.as_deref().or(given);
        name.map_or(Ok(Zone::UTC), Zone::parse).map_err(|error| error.at("timeZone"))
    }

    fn as_of(&self, zone: Zone) -> Result<Option<Time>> {
        self.as_of.as_ref().map(|text| when::time(text, zone, "--as-of")).transpose()
    }

    /// The ends that were named.
    fn ends(&self, zone: Zone) -> Result<(Option<Time>, Option<Time>)> {
        let at = |text: &Option<String>, flag| text.as_ref().map(|text| when::time(text, zone, flag)).transpose();
        Ok((at(&self.since, "--since")?, at(&self.until, "--until")?))
    }

    /// The window, where both of its ends were named.
    fn window(&self, zone: Zone) -> Result<Option<Window>> {
        match self.ends(zone)? {
            (Some(from), Some(to)) => Window::new(from, to).map(Some).map_err(|error| error.at("--until")),
            _ => Ok(None),
        }
    }

    /// The window where one end was named: the other is the one that the request means without any.
    fn open_window(&self, zone: Zone, request: &DoraRequest, events: &EventTable) -> Result<Option<Window>> {
        let (from, to, flag) = match self.ends(zone)? {
            (Some(from), None) => (from, dora::whole_window(request, events, &Context::default())?.to, "--since"),
            (None, Some(to)) => (dora::whole_window(request, events, &Context::default())?.from, to, "--until"),
            _ => return Ok(None),
        };
        Window::new(from, to).map(Some).map_err(|error| error.at(flag))
    }

    /// The option with which a part of the request was given, if it was.
    fn flag_of(&self, part: &str) -> Option<&'static str> {
        let (flag, given) = match part {
            "window" if self.until.is_some() => ("--until", true),
            "window" => ("--since", self.since.is_some()),
            "last" => ("--last", self.last.is_some()),
            "asOf" => ("--as-of", self.as_of.is_some()),
            "filter" => ("--filter", !self.filter.is_empty()),
            "timeZone" => ("--tz", self.tz.is_some()),
            "definition" => ("--define", !self.define.is_empty()),
            _ => return None,
        };
        given.then_some(flag)
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
    /// The request, as far as it can be told before events are read.
    pub(crate) fn request(&self) -> Result<PresetsRequest> {
        let window = &self.window;
        let zone = window.zone(None).map_err(|error| self.blamed(error))?;
        let (as_of, last, asked) = (window.as_of(zone)?, window.last()?, window.window(zone)?);
        let mut request = PresetsRequest { as_of, last, window: asked, ..Default::default() };
        window.filter(&mut request.filter)?;
        request.definition = define(&request.definition, &window.define)?;
        for name in &self.preset {
            request.presets.push(word(name).map_err(|error| error.at("--preset"))?);
        }
        Ok(request)
    }

    /// Closes the window of the request, once the events are known.
    pub(crate) fn close_window(&self, request: &mut PresetsRequest, events: &EventTable) -> Result<()> {
        let zone = self.window.zone(None)?;
        let (as_of, definition) = (request.as_of, request.definition.clone());
        let whole = DoraRequest { as_of, definition, ..DoraRequest::default() };
        request.window = self.window.open_window(zone, &whole, events)?.or(request.window);
        Ok(())
    }

    /// An error of the request, at the option that caused it.
    pub(crate) fn blamed(&self, error: Error) -> Error {
        at_flag(error, |part| self.window.flag_of(part)).unwrap_or_else(|error| error)
    }
}

/// Puts an error at the option with which its part of the request was given, or hands it back.
pub(crate) fn at_flag(error: Error, flag_of: impl Fn(&str) -> Option<&'static str>) -> Result<Error, Error> {
    let part = error.path().split(['.', '[']).next().unwrap_or_default();
    match flag_of(part) {
        Some(flag) => Ok(Error::new(error.code(), error.message()).at(flag)),
        None => Err(error),
    }
}

impl MeasureArgs {
    /// The request, as far as it can be told before events are read.
    pub(crate) fn request(&self) -> Result<DoraRequest> {
        let request = self.request.as_deref().map(|path| read_document(path, door::read)).transpose()?;
        let mut request: DoraRequest = request.unwrap_or_default();
        let window = &self.window;
        let zone = window.zone(request.time_zone.as_deref()).map_err(|error| self.blamed(error))?;
        if window.tz.is_some() {
            request.time_zone.clone_from(&window.tz);
        }
        request.as_of = window.as_of(zone)?.or(request.as_of);
        if let Some(name) = &self.preset {
            request.preset = word(name).map_err(|error| error.at("--preset"))?;
        }
        request.definition = define(&request.definition, &window.define)?;
        if let Some(window) = window.window(zone)? {
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

    /// Closes the window of the request, once the events are known.
    pub(crate) fn close_window(&self, request: &mut DoraRequest, events: &EventTable) -> Result<()> {
        let zone = self.window.zone(request.time_zone.as_deref())?;
        if let Some(window) = self.window.open_window(zone, request, events)? {
            (request.window, request.last) = (Some(window), None);
        }
        Ok(())
    }

    /// An error of the request, at the option that caused it, or in the file that did.
    pub(crate) fn blamed(&self, error: Error) -> Error {
        let flag_of = |part: &str| match part {
            "by" => Some("--by").filter(|_| !self.by.is_empty()),
            "bucket" => Some("--bucket").filter(|_| self.bucket.is_some()),
            "compare" => Some("--compare").filter(|_| self.compare.is_some()),
            "confidence" => Some("--confidence").filter(|_| self.confidence.is_some()),
            "year" => Some("--year").filter(|_| self.year.is_some()),
            _ => self.window.flag_of(part),
        };
        at_flag(error, flag_of).unwrap_or_else(|error| match &self.request {
            None => error,
            Some(path) => in_file(&door::on_its_line(&read_text(path).unwrap_or_default(), error), path),
        })
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
pub(crate) fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
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
