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

/// What stands side by side in the line-up: the deployments of a service, or where none is named, of a repository. Lanes
/// are numbered by name, because symbols depend on the order of arrival; the first is of what names neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Lane(u32);

impl Lane {
    /// Of what names neither service nor repository.
    pub(super) const NONE: Lane = Lane(0);

    #[inline]
    pub(super) const fn index(self) -> u32 {
        self.0
    }

    #[inline]
    pub(super) const fn is_none(self) -> bool {
        self.0 == 0
    }
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
    pub(super) lane: Lane,
}

/// All scopes of a table, seen with a request's eyes.
#[derive(Debug)]
pub(super) struct Scopes {
    pub(super) views: Vec<ScopeView>,
    pub(super) groups: Vec<GroupKey>,
    /// Values of the filter that no row has.
    pub(super) unmatched: Vec<UnmatchedFilter>,
    /// The name of each lane.
    lanes: Vec<Symbol>,
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
                return Err(Error::new(ErrorCode::Conflict, said).at(format_args!("by[{index}]")));
            }
            by.push((text, Dimension::parse(text).map_err(|error| error.at(format_args!("by[{index}]")))?));
        }
        let mut filter = Vec::new();
        for (text, values) in &request.filter {
            filter.push((Dimension::parse(text).map_err(|error| error.at(text).at("filter"))?, values, text));
        }
        let (lanes, numbers) = lanes(events);
        let view = |scope: &Scope| {
            let environment = Dimension::Environment.of(events, *scope);
            ScopeView {
                kept: filter
                    .iter()
                    .all(|(dimension, values, _)| values.iter().any(|value| value == dimension.of(events, *scope))),
                counted: environments.is_empty() || environments.iter().any(|counted| counted == environment),
                group: 0,
                lane: numbers.get(belonging(scope).index() as usize).copied().unwrap_or(Lane::NONE),
            }
        };
        let mut views: Vec<ScopeView> = events.scopes().iter().map(view).collect();
        // The values of each scope, one scope after the other; scopes with the same values are a group.
        let values: Vec<&str> = events
            .scopes()
            .iter()
            .flat_map(|scope| by.iter().map(|(_, dimension)| dimension.of(events, *scope)))
            .collect();
        let of = |&scope: &u32| &values[scope as usize * by.len()..][..by.len()];
        let mut order: Vec<u32> = if by.is_empty() { Vec::new() } else { (0..views.len() as u32).collect() };
        order.sort_unstable_by(|a, b| of(a).cmp(of(b)));
        let count = order.chunk_by(|a, b| of(a) == of(b)).count();
        if count > MOST_GROUPS {
            let said = format!("at most {MOST_GROUPS} groups fit in a report, found {count}");
            return Err(Error::new(ErrorCode::TooLarge, said).at("by"));
        }
        let mut groups = Vec::with_capacity(count);
        for members in order.chunk_by(|a, b| of(a) == of(b)) {
            for &member in members {
                views[member as usize].group = groups.len() as u32;
            }
            let values = members.first().map_or(&[][..], of);
            let key = by.iter().zip(values).map(|((text, _), value)| ((*text).clone(), (*value).to_owned())).collect();
            groups.push(GroupKey { name: values.join(" · "), key });
        }
        let unmatched = filter.iter().flat_map(|(dimension, values, text)| dimension.unmatched(text, values, events));
        let unmatched = unmatched.take(MOST_UNMATCHED).collect();
        Ok(Self { views, groups, unmatched, lanes })
    }

    /// How many lanes there are.
    pub(super) fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// The service or repository of a lane.
    pub(super) fn name(&self, lane: Lane) -> Symbol {
        self.lanes.get(lane.index() as usize).copied().unwrap_or(Symbol::NONE)
    }

    #[inline]
    pub(super) fn view(&self, scope: u32) -> ScopeView {
        let none = ScopeView { kept: false, counted: false, group: 0, lane: Lane::NONE };
        self.views.get(scope as usize).copied().unwrap_or(none)
    }
}

fn belonging(scope: &Scope) -> Symbol {
    if scope.service.is_none() { scope.repository } else { scope.service }
}

/// What anything belongs to, in order of names, and by symbol, which lane that is.
fn lanes(events: &EventTable) -> (Vec<Symbol>, Vec<Lane>) {
    let names = events.names();
    let mut lanes: Vec<Symbol> = std::iter::once(Symbol::NONE).chain(events.scopes().iter().map(belonging)).collect();
    lanes.sort_unstable();
    lanes.dedup();
    let mut numbers = vec![Lane::NONE; lanes.last().map_or(0, |last| last.index() as usize + 1)];
    // The empty name stands first in either order.
    lanes.sort_unstable_by(|&a, &b| names.text(a).cmp(names.text(b)));
    for (number, symbol) in lanes.iter().enumerate() {
        numbers[symbol.index() as usize] = Lane(number as u32);
    }
    (lanes, numbers)
}
