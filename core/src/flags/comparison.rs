//! What a value is held against, and whether it passes.

use std::net::IpAddr;

use ipnet::IpNet;
use regex::Regex;
use semver::Version;

use super::context::Seen;
use super::members::Members;
use super::ruleset::Ruleset;
use super::truth::Truth;
use crate::ground::time::Time;

#[derive(Debug)]
pub(super) enum Test {
    In(Members),
    NotIn(Members),
    StartsWith(Vec<Box<str>>),
    EndsWith(Vec<Box<str>>),
    Contains(Vec<Box<str>>),
    Matches(Pattern),
    Number(Order, f64),
    Before(Time),
    Since(Time),
    Version(Vec<(Order, Version)>),
    InNetwork(Vec<IpNet>),
    Present(bool),
}

/// A regular expression.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) regex: Regex,
    /// How many places it has when its repetitions are written out: a text takes so many steps for each byte at most.
    pub(super) places: usize,
}

/// How two things that have an order stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Order {
    pub(super) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

impl Test {
    /// How many things a value is held against at most.
    pub(super) fn steps(&self) -> usize {
        let things = match self {
            // Texts are found by their numbers.
            Self::In(members) | Self::NotIn(members) => members.numbers.len(),
            Self::StartsWith(texts) | Self::EndsWith(texts) | Self::Contains(texts) => texts.len(),
            Self::InNetwork(networks) => networks.len(),
            // Most of a pattern's places are seldom looked at together; a long text makes the smallest one dear.
            Self::Matches(pattern) => (pattern.places / 16).max(100),
            _ => 1,
        };
        things.max(1)
    }

    #[inline]
    pub(super) fn holds(&self, seen: Seen<'_>, lenient: bool, set: &Ruleset) -> Truth {
        match self {
            Self::In(members) => members.hold(seen, lenient, set),
            Self::NotIn(members) => !members.hold(seen, lenient, set),
            Self::Number(order, operand) => known(number(seen, lenient), |number| {
                number.partial_cmp(operand).is_some_and(|found| order.holds(found))
            }),
            _ => self.holds_rarer(seen, lenient),
        }
    }

    /// The others; among the common ones they would cost those some nanoseconds.
    fn holds_rarer(&self, seen: Seen<'_>, lenient: bool) -> Truth {
        match self {
            Self::StartsWith(texts) => text(seen, lenient, |seen| texts.iter().any(|text| seen.starts_with(&**text))),
            Self::EndsWith(texts) => text(seen, lenient, |seen| texts.iter().any(|text| seen.ends_with(&**text))),
            Self::Contains(texts) => text(seen, lenient, |seen| texts.iter().any(|text| seen.contains(&**text))),
            Self::Matches(pattern) => text(seen, lenient, |seen| pattern.regex.is_match(seen)),
            Self::Before(instant) => known(time(seen, lenient), |time| time < *instant),
            Self::Since(instant) => known(time(seen, lenient), |time| time >= *instant),
            Self::Version(bounds) => known(version(seen, lenient), |version| {
                bounds.iter().all(|(order, bound)| order.holds(version.cmp_precedence(bound)))
            }),
            Self::InNetwork(networks) => {
                known(address(seen), |address| networks.iter().any(|network| network.contains(&address)))
            }
            Self::In(_) | Self::NotIn(_) | Self::Number(..) | Self::Present(_) => Truth::Unknown,
        }
    }
}

fn known<T>(value: Option<T>, holds: impl FnOnce(T) -> bool) -> Truth {
    value.map_or(Truth::Unknown, |value| holds(value).into())
}

fn text(seen: Seen<'_>, lenient: bool, holds: impl FnOnce(&str) -> bool) -> Truth {
    match seen {
        Seen::Text(text) | Seen::Known(text, _) => holds(text).into(),
        Seen::Number(number) if lenient && number.is_finite() => holds(&number.to_string()).into(),
        Seen::Boolean(truth) if lenient => holds(if truth { "true" } else { "false" }).into(),
        _ => Truth::Unknown,
    }
}

pub(super) fn number(seen: Seen<'_>, lenient: bool) -> Option<f64> {
    match seen {
        Seen::Number(number) => Some(number),
        Seen::Text(text) | Seen::Known(text, _) if lenient => decimal(text),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// A number as JSON writes one: no `inf`, no `+1`, no hexadecimal.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|_| plain && !text.starts_with('+'))
}

fn time(seen: Seen<'_>, lenient: bool) -> Option<Time> {
    match seen {
        Seen::Text(text) | Seen::Known(text, _) => Time::parse(text).ok(),
        Seen::Number(seconds) if lenient && seconds.is_finite() => Time::from_micros((seconds * 1e6) as i64),
        _ => None,
    }
}

fn version(seen: Seen<'_>, lenient: bool) -> Option<Version> {
    let (Seen::Text(text) | Seen::Known(text, _)) = seen else { return None };
    if lenient { lenient_version(text) } else { Version::parse(text).ok() }
}

/// A version that may begin with `v` and lack its last parts.
pub(super) fn lenient_version(text: &str) -> Option<Version> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at(end);
    let padding = match core.split('.').count() {
        1 => ".0.0",
        2 => ".0",
        _ => "",
    };
    Version::parse(&format!("{core}{padding}{rest}")).ok()
}

fn address(seen: Seen<'_>) -> Option<IpAddr> {
    let (Seen::Text(text) | Seen::Known(text, _)) = seen else { return None };
    // What reaches an IPv6 socket over IPv4 is the IPv4 address that networks are written for.
    text.parse().ok().map(|address: IpAddr| address.to_canonical())
}
