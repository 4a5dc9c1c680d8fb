//! Events in brief: what the table takes of a record, as pieces of wherever it stands, so that nothing is copied twice.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::columns::{Stamp, flag};
use super::events::{Change, Deployment, DeploymentStatus, Event, Incident, PullRequest};
use super::key::Key;
use super::push::Ahead;
use super::text::Text;

/// Text that is UTF-8, where it was given.
pub(crate) type Said<'a> = Option<&'a [u8]>;

/// The id of a change.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Id<'a> {
    #[default]
    None,
    /// A full sha that was read as one.
    Sha(Key),
    /// Any other, or one that nobody looked at yet.
    Text(&'a [u8]),
}

impl<'a> Id<'a> {
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// What is no sha, or not known to be one.
    #[inline]
    pub(super) fn text(self) -> Said<'a> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// The labels of a record.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Labels<'a> {
    #[default]
    None,
    Map(&'a BTreeMap<Text<'a>, Text<'a>>),
    /// An object of JSON, of texts without escapes.
    Json(&'a [u8]),
}

/// The changes that a deployment names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Listed<'a> {
    #[default]
    None,
    List(&'a [Text<'a>]),
    /// A list of JSON, of texts without escapes.
    Json(&'a [u8]),
}

impl<'a> Listed<'a> {
    /// The changes, one after the other.
    pub(super) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        let (list, json) = match self {
            Self::None => (&[][..], &b""[..]),
            Self::List(list) => (list, &b""[..]),
            Self::Json(json) => (&[][..], json),
        };
        list.iter().map(|text| text.as_bytes()).chain(texts(json))
    }
}

impl Labels<'_> {
    /// Joins the labels, in order of their names; of those that come twice, the last counts.
    pub(super) fn join(self, joined: &mut String) {
        let mut each = |name: &str, value: &str| {
            let separator = if joined.is_empty() { "" } else { "\u{1e}" };
            joined.extend([separator, &*plain(name), "\u{1f}", &*plain(value)]);
        };
        match self {
            Self::None => {}
            Self::Map(map) => map.iter().for_each(|(name, value)| each(name, value)),
            Self::Json(json) => {
                let mut texts = texts(json).map(|text| std::str::from_utf8(text).unwrap_or_default());
                let pairs = std::iter::from_fn(|| texts.next().zip(texts.next()));
                pairs.collect::<BTreeMap<_, _>>().into_iter().for_each(|(name, value)| each(name, value));
            }
        }
    }
}

/// The texts of a piece of JSON that has no escapes.
fn texts(json: &[u8]) -> impl Iterator<Item = &[u8]> {
    json.split(|&byte| byte == b'"').skip(1).step_by(2)
}

/// Labels are joined by control characters, so they may not hold them.
fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(['\u{1e}', '\u{1f}']) {
        text.chars().filter(|c| !matches!(c, '\u{1e}' | '\u{1f}')).collect()
    } else {
        text.into()
    }
}

/// What a record says of where it belongs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place<'a> {
    pub(crate) service: Said<'a>,
    pub(crate) repository: Said<'a>,
    pub(crate) team: Said<'a>,
    pub(crate) environment: Said<'a>,
    pub(crate) labels: Labels<'a>,
    /// All of these as the line has them, where they stand side by side.
    pub(crate) written: Said<'a>,
}

impl<'a> Place<'a> {
    /// Its texts, with the labels as one.
    #[inline]
    pub(super) fn texts(&self, labels: &'a [u8]) -> [&'a [u8]; 5] {
        let given = Option::unwrap_or_default;
        [given(self.service), given(self.repository), given(self.team), given(self.environment), labels]
    }
}

/// An event in brief on its way into the table.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entry<'a> {
    pub(crate) brief: Brief<'a>,
    /// How many of its times were finer than is kept.
    pub(crate) floored: u64,
    pub(crate) ahead: Ahead,
}

impl<'a> Entry<'a> {
    /// How many are read at a time: enough to ask for all that they name before the first answer is needed, and few
    /// enough to stay in the cache.
    pub(crate) const AT_ONCE: usize = 32;

    /// The same with the service, repository, team and environment that it does not name.
    pub(crate) fn with_defaults(mut self, defaults: [Option<&'a str>; 4]) -> Self {
        let (place, has_environment) = self.brief.place_mut();
        let own = [&mut place.service, &mut place.repository, &mut place.team, &mut place.environment];
        let settable = if has_environment { 4 } else { 3 };
        for (own, default) in own.into_iter().zip(defaults).take(settable) {
            *own = own.or(default.map(str::as_bytes));
        }
        // The line does not say all any more.
        place.written = None;
        self.ahead = Ahead::default();
        self
    }
}

impl<'a> From<&'a Event<'a>> for Entry<'a> {
    fn from(event: &'a Event<'a>) -> Self {
        Self { brief: event.into(), floored: 0, ahead: Ahead::default() }
    }
}

/// One event in brief.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Brief<'a> {
    Deployment(DeploymentBrief<'a>),
    Change(ChangeBrief<'a>),
    PullRequest(PullRequestBrief<'a>),
    Incident(IncidentBrief<'a>),
}

impl Default for Brief<'_> {
    fn default() -> Self {
        Self::Change(ChangeBrief::default())
    }
}

impl<'a> Brief<'a> {
    /// Where it belongs, and whether it may have an environment.
    fn place_mut(&mut self) -> (&mut Place<'a>, bool) {
        match self {
            Self::Deployment(brief) => (&mut brief.place, true),
            Self::Change(brief) => (&mut brief.place, false),
            Self::PullRequest(brief) => (&mut brief.place, false),
            Self::Incident(brief) => (&mut brief.place, true),
        }
    }
}

impl<'a> From<&'a Event<'a>> for Brief<'a> {
    fn from(event: &'a Event<'a>) -> Self {
        match event {
            Event::Deployment(event) => Self::Deployment(event.into()),
            Event::Change(event) => Self::Change(event.into()),
            Event::PullRequest(event) => Self::PullRequest(event.into()),
            Event::Incident(event) => Self::Incident(event.into()),
        }
    }
}

macro_rules! briefs {
    ($($brief:ident of $event:ident {
        place: $($place:ident)+; said: $($said:ident)*; ids: $($id:ident)*; times: $($time:ident)*;
        truths: $($truth:ident)*; lists: $($list:ident)*; states: $($state:ident)*;
    })+) => {$(
        #[derive(Debug, Clone, Copy, Default)]
        #[allow(clippy::struct_excessive_bools, reason = "as many as there are in the vocabulary")]
        pub(crate) struct $brief<'a> {
            pub(crate) place: Place<'a>,
            $(pub(crate) $said: Said<'a>,)*
            $(pub(crate) $id: Id<'a>,)*
            $(pub(crate) $time: Stamp,)*
            $(pub(crate) $truth: bool,)*
            $(pub(crate) $list: Listed<'a>,)*
            $(
                /// As [`flag`] has it.
                pub(crate) $state: u8,
            )*
        }

        impl<'a> From<&'a $event<'a>> for $brief<'a> {
            fn from(event: &'a $event<'a>) -> Self {
                Self {
                    place: Place {
                        labels: if event.labels.is_empty() { Labels::None } else { Labels::Map(&event.labels) },
                        $($place: event.$place.as_deref().map(str::as_bytes),)+
                        ..Place::default()
                    },
                    $($said: event.$said.as_deref().map(str::as_bytes),)*
                    $($id: event.$id.as_deref().map_or(Id::None, |text| Id::Text(text.as_bytes())),)*
                    $($time: event.$time.into(),)*
                    $($truth: event.$truth == Some(true),)*
                    $($list: Listed::List(&event.$list),)*
                    $($state: match event.$state.unwrap_or_default() {
                        DeploymentStatus::Success => 0,
                        DeploymentStatus::Failure => flag::FAILURE,
                        DeploymentStatus::Cancelled => flag::CANCELLED,
                    },)*
                }
            }
        }
    )+};
}

briefs! {
    DeploymentBrief of Deployment {
        place: service repository team environment; said: id version remediates; ids: sha;
        times: started_at finished_at failed_at restored_at; truths: rollback rework failed baseline;
        lists: changes; states: status;
    }
    ChangeBrief of Change {
        place: service repository team; said: deployment; ids: sha reverts copy_of;
        times: authored_at committed_at merged_at; truths: merge; lists: ; states: ;
    }
    PullRequestBrief of PullRequest {
        place: service repository team; said: id deployment; ids: merge_sha;
        times: first_commit_at opened_at first_review_at approved_at merged_at; truths: ; lists: ; states: ;
    }
    IncidentBrief of Incident {
        place: service repository team environment; said: id deployment severity cause; ids: sha;
        times: started_at resolved_at reopened_at; truths: ; lists: ; states: ;
    }
}
