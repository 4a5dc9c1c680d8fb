//! Which scopes a report looks at, and into which group each falls.

use std::collections::{BTreeMap, BTreeSet};

use super::types::{DoraRequest, UnmatchedFilter};
use crate::facts::{EventTable, Scope, Symbol};
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::explain::nearest;

/// A group of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupKey {
    pub(super) name: String,
    pub(super) key: BTreeMap<String, String>,
}

/// What is known of one scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScopeView {
    /// Whether it passes the filter.
    pub(super) kept: bool,
    /// Whether its environment counts.
    pub(super) counted: bool,
    /// The group it falls into.
    pub(super) group: u32,
    /// What it belongs to: its service, else its repository, else nothing.
    pub(super) line: Symbol,
}

/// All scopes of a table, seen with a request's eyes.
#[derive(Debug)]
pub(super) struct Scopes {
    pub(super) views: Vec<ScopeView>,
    pub(super) groups: Vec<GroupKey>,
    /// Values of the filter that no row has.
    pub(super) unmatched: Vec<UnmatchedFilter>,
}

/// What stands for a value that is not given.
const NONE: &str = "(none)";
/// How many values of a filter that no row has are told, and how many known ones beside each.
const MOST_UNMATCHED: usize = 20;
const MOST_NEAREST: usize = 3;
/// A bound on what one report may hold.
const MOST_GROUPS: usize = 2_000_000;

enum Dimension<'a> {
    Service,
    Team,
    Repository,
    Environment,
    Label(&'a str),
}

impl<'a> Dimension<'a> {
    fn parse(text: &'a str) -> Result<Self> {
        Ok(match text {
            "service" => Self::Service,
            "team" => Self::Team,
            "repository" => Self::Repository,
            "environment" => Self::Environment,
            _ => match text.strip_prefix("label.") {
                Some(name) if !name.is_empty() => Self::Label(name),
                _ => {
                    return Err(Error::new(
                        ErrorCode::UnknownValue,
                        format!(
                            "expected one of `service`, `team`, `repository`, `environment`, `label.NAME`, found `{}`",
                            crate::ground::text::excerpt(text)
                        ),
                    ));
                }
            },
        })
    }

    fn of<'t>(&self, events: &'t EventTable, scope: Scope) -> &'t str {
        let names = events.names();
        let found = match self {
            Self::Service => names.given(scope.service),
            Self::Team => names.given(scope.team),
            Self::Repository => names.given(scope.repository),
            Self::Environment => Some(names.given(scope.environment).unwrap_or("production")),
            Self::Label(name) => events.label(scope, name),
        };
        found.unwrap_or(NONE)
    }

    /// The values that no row has, where there are rows, with the known ones that are most like them.
    fn unmatched(&self, text: &str, values: &[String], events: &EventTable) -> Vec<UnmatchedFilter> {
        let known: BTreeSet<&str> = events.scopes().iter().map(|scope| self.of(events, *scope)).collect();
        let unmatched = values.iter().filter(|value| !known.is_empty() && !known.contains(value.as_str()));
        let told = unmatched.take(MOST_UNMATCHED).map(|value| UnmatchedFilter {
            dimension: text.to_owned(),
            value: value.clone(),
            nearest: nearest(value, known.iter().copied(), MOST_NEAREST).into_iter().map(str::to_owned).collect(),
        });
        told.collect()
    }
}

impl Scopes {
    pub(super) fn new(request: &DoraRequest, environments: &[String], events: &EventTable) -> Result<Self> {
        let mut by = Vec::new();
        for (index, text) in request.by.iter().enumerate() {
            if request.by.iter().take(index).any(|other| other == text) {
                let said = format!("`{}` is there twice", crate::ground::text::excerpt(text));
                return Err(Error::new(ErrorCode::Conflict, said).at(format!("by[{index}]")));
            }
            by.push((text, Dimension::parse(text).map_err(|error| error.at(format!("by[{index}]")))?));
        }
        let mut filter = Vec::new();
        for (text, values) in &request.filter {
            filter.push((Dimension::parse(text).map_err(|error| error.at(text).at("filter"))?, values, text));
        }
        let view = |scope: &Scope| {
            let environment = Dimension::Environment.of(events, *scope);
            ScopeView {
                kept: filter
                    .iter()
                    .all(|(dimension, values, _)| values.iter().any(|value| value == dimension.of(events, *scope))),
                counted: environments.is_empty() || environments.iter().any(|counted| counted == environment),
                group: 0,
                line: if scope.service.is_none() { scope.repository } else { scope.service },
            }
        };
        let mut views: Vec<ScopeView> = events.scopes().iter().map(view).collect();
        let mut groups: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
        if !by.is_empty() {
            for (index, scope) in events.scopes().iter().enumerate() {
                let values = by.iter().map(|(_, dimension)| dimension.of(events, *scope)).collect();
                groups.entry(values).or_default().push(index);
            }
        }
        if groups.len() > MOST_GROUPS {
            return Err(Error::new(
                ErrorCode::TooLarge,
                format!("at most {MOST_GROUPS} groups fit in a report, found {}", groups.len()),
            )
            .at("by"));
        }
        let mut keys = Vec::with_capacity(groups.len());
        for (values, members) in groups {
            for member in members {
                views[member].group = keys.len() as u32;
            }
            let key = by.iter().zip(&values).map(|((text, _), value)| ((*text).clone(), (*value).to_owned())).collect();
            keys.push(GroupKey { name: values.join(" · "), key });
        }
        let unmatched = filter.iter().flat_map(|(dimension, values, text)| dimension.unmatched(text, values, events));
        Ok(Self { views, groups: keys, unmatched: unmatched.take(MOST_UNMATCHED).collect() })
    }

    #[inline]
    pub(super) fn view(&self, scope: u32) -> ScopeView {
        let none = ScopeView { kept: false, counted: false, group: 0, line: Symbol::NONE };
        self.views.get(scope as usize).copied().unwrap_or(none)
    }
}
