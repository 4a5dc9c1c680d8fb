//! Conditions made ready, and how they are decided: true, false or unknown.

use std::net::IpAddr;

use ipnet::IpNet;
use regex::Regex;
use semver::Version;

use super::context::{Attribute, Attributes, Seen, Symbol};
use super::ruleset::Ruleset;
use super::watch::{Part, Watch};
use crate::ground::number::whole;
use crate::ground::time::Time;

/// Longer texts are refused: what they are compared with is short.
pub(super) const LONGEST_TEXT: usize = 64 << 10;
/// A regular expression that spells out to more places than this is refused.
pub(super) const MOST_PLACES: usize = 8 << 10;
/// A text that takes a pattern more steps than this, a step for each of its bytes and each place in the pattern, is refused.
pub(super) const MOST_PATTERN_STEPS: usize = 2 << 20;
/// A text that every pattern may be held against.
const SHORT_TEXT: usize = MOST_PATTERN_STEPS / MOST_PLACES;
/// Longer lists are refused.
const LONGEST_LIST: usize = 10_000;

/// What a condition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    Unknown,
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// Why an evaluation ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// There is no unit to hash, by the attribute that was looked for.
    NoUnit(u32),
    /// An attribute cannot be used.
    Unusable(u32),
    /// The text of an attribute is too long for the pattern that it is held against.
    TooLongForPattern(u32),
    /// A rule begins or ends, and nobody said what time it is.
    NoInstant,
    /// A targeting takes too many steps, or makes something too large.
    TooMuch,
}

/// A condition.
#[derive(Debug)]
pub(super) enum Expr {
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Not(Box<Expr>),
    Segment(u32),
    Compare(Compare),
}

/// One attribute against something.
#[derive(Debug)]
pub(super) struct Compare {
    pub(super) attribute: u32,
    pub(super) test: Test,
    pub(super) if_missing: Option<bool>,
    pub(super) lenient: bool,
}

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
    fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

/// A set of texts, numbers and booleans.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// With their numbers, in order of those.
    pub(super) texts: Vec<(Symbol, Box<str>)>,
    pub(super) numbers: Vec<f64>,
    pub(super) truths: Vec<bool>,
}

/// More texts than this are not compared one by one.
const FEW: usize = 8;

impl Members {
    /// What is said of something that is no member: where only members of other types are there, nobody can tell; where
    /// there are none at all, it is none of them.
    fn of_other(&self, none_alike: bool) -> Truth {
        let are_none = self.texts.is_empty() && self.numbers.is_empty() && self.truths.is_empty();
        if none_alike && !are_none { Truth::Unknown } else { Truth::False }
    }

    /// Whether a text is a member.
    fn contain(&self, text: &str, set: &Ruleset) -> bool {
        if self.texts.len() <= FEW {
            self.texts.iter().any(|(_, member)| **member == *text)
        } else {
            set.symbols.get(text).is_some_and(|symbol| self.contain_known(*symbol))
        }
    }

    /// The same of one whose number is known.
    #[inline]
    fn contain_known(&self, symbol: Symbol) -> bool {
        if self.texts.len() <= FEW {
            self.texts.iter().any(|(member, _)| *member == symbol)
        } else {
            self.texts.binary_search_by_key(&symbol, |(member, _)| *member).is_ok()
        }
    }
}

/// Somebody's attributes, and the set that asks for them.
#[derive(Clone, Copy)]
pub(super) struct Look<'s, A> {
    pub(super) set: &'s Ruleset,
    pub(super) attributes: A,
}

impl Expr {
    #[inline]
    pub(super) fn decide<'s, A: Attributes + Copy>(
        &'s self,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
    ) -> Result<Truth, Stop> {
        // Most are this, and it needs no call.
        if let Self::Compare(compare) = self { compare.decide(look, watch) } else { self.decide_whole(look, watch) }
    }

    fn decide_whole<'s, A: Attributes + Copy>(
        &'s self,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
    ) -> Result<Truth, Stop> {
        match self {
            Self::Compare(compare) => compare.decide(look, watch),
            Self::All(parts) => several(parts, Part::All, Truth::False, look, watch),
            Self::Any(parts) => several(parts, Part::Any, Truth::True, look, watch),
            Self::Not(inner) => {
                watch.enter(Part::Not);
                let truth = !inner.decide(look, watch)?;
                watch.leave(truth);
                Ok(truth)
            }
            Self::Segment(index) => segment(*index, look, watch),
        }
    }
}

/// All or any: one part that says `decisive` decides, else an unknown one leaves it unknown.
fn several<'s, A: Attributes + Copy>(
    parts: &'s [Expr],
    part: fn(u32) -> Part,
    decisive: Truth,
    look: Look<'s, A>,
    watch: &mut impl Watch<'s>,
) -> Result<Truth, Stop> {
    let mut truth = !decisive;
    for (index, inner) in parts.iter().enumerate() {
        watch.enter(part(index as u32));
        let found = inner.decide(look, watch)?;
        watch.leave(found);
        if found == decisive {
            return Ok(decisive);
        }
        if found == Truth::Unknown {
            truth = Truth::Unknown;
        }
    }
    Ok(truth)
}

fn segment<'s, A: Attributes + Copy>(index: u32, look: Look<'s, A>, watch: &mut impl Watch<'s>) -> Result<Truth, Stop> {
    let segment = &look.set.segments[index as usize];
    watch.enter(Part::Segment(index));
    let listed = look.attributes.look(look.set.attribute(segment.unit), |seen| {
        with_unit(seen, |unit| match unit {
            Some(unit) if segment.exclude.contains(unit) => Some(Truth::False),
            Some(unit) if segment.include.contains(unit) => Some(Truth::True),
            _ => None,
        })
        .map_err(|()| Stop::Unusable(segment.unit))
    })?;
    let truth = match (listed, &segment.when) {
        (Some(truth), _) => truth,
        (None, None) => Truth::False,
        (None, Some(when)) => when.decide(look, watch)?,
    };
    watch.leave(truth);
    Ok(truth)
}

/// Hands on a unit as text: a text as it is, a whole number in decimal; anything else is wrong.
pub(super) fn with_unit<R>(seen: Seen<'_>, see: impl FnOnce(Option<&str>) -> R) -> Result<R, ()> {
    match seen {
        Seen::Missing => Ok(see(None)),
        Seen::Text(text) | Seen::Known(text, _) if text.len() <= LONGEST_TEXT => Ok(see(Some(text))),
        Seen::Number(number) => Ok(see(Some(&whole(number).ok_or(())?.to_string()))),
        _ => Err(()),
    }
}

impl Compare {
    // Most of an evaluation is here; it stays one function, wherever it is called from.
    #[inline(never)]
    fn decide<'s, A: Attributes + Copy>(
        &'s self,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
    ) -> Result<Truth, Stop> {
        let name = look.set.attribute(self.attribute);
        look.attributes.look(name, |seen| {
            let truth = self.holds(seen, look.set)?;
            watch.compared(self, seen, truth);
            Ok(truth)
        })
    }

    // Where this is a call, what was seen goes through memory, which costs more than looking at it.
    #[expect(clippy::inline_always, reason = "measured: 15 ns of 55")]
    #[inline(always)]
    fn holds(&self, seen: Seen<'_>, set: &Ruleset) -> Result<Truth, Stop> {
        if let Test::Present(wanted) = self.test {
            return Ok((wanted == !matches!(seen, Seen::Missing)).into());
        }
        match seen {
            Seen::Missing => Ok(self.if_missing.map_or(Truth::Unknown, Truth::from)),
            Seen::Text(text) | Seen::Known(text, _) if text.len() > SHORT_TEXT => self.holds_of_long(text, seen, set),
            Seen::Unusable => Err(Stop::Unusable(self.attribute)),
            Seen::List(values) => self.holds_of_any(values, set),
            Seen::Object => Ok(Truth::Unknown),
            scalar => Ok(self.test.holds(scalar, self.lenient, set)),
        }
    }

    /// Of a text that may be too long.
    fn holds_of_long(&self, text: &str, seen: Seen<'_>, set: &Ruleset) -> Result<Truth, Stop> {
        if text.len() > LONGEST_TEXT {
            return Err(Stop::Unusable(self.attribute));
        }
        match &self.test {
            Test::Matches(pattern) if pattern.places * text.len() > MOST_PATTERN_STEPS => {
                Err(Stop::TooLongForPattern(self.attribute))
            }
            test => Ok(test.holds(seen, self.lenient, set)),
        }
    }

    /// Of a list: whether one of its values passes; of `notIn`, whether all do.
    fn holds_of_any(&self, values: &[Attribute], set: &Ruleset) -> Result<Truth, Stop> {
        if values.len() > LONGEST_LIST {
            return Err(Stop::Unusable(self.attribute));
        }
        let decisive = if matches!(self.test, Test::NotIn(_)) { Truth::False } else { Truth::True };
        let mut truth = !decisive;
        for value in values {
            let found = match value.seen() {
                Seen::Missing | Seen::List(_) | Seen::Object | Seen::Unusable => Truth::Unknown,
                scalar => self.holds(scalar, set)?,
            };
            if found == decisive {
                return Ok(decisive);
            }
            if found == Truth::Unknown {
                truth = Truth::Unknown;
            }
        }
        Ok(truth)
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
    fn holds(&self, seen: Seen<'_>, lenient: bool, set: &Ruleset) -> Truth {
        match self {
            Self::In(members) => members.hold(seen, lenient, set),
            Self::NotIn(members) => !members.hold(seen, lenient, set),
            Self::Number(order, operand) => known(number(seen, lenient), |number| {
                number.partial_cmp(operand).is_some_and(|found| order.holds(found))
            }),
            _ => self.holds_rarer(seen, lenient),
        }
    }

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
fn decimal(text: &str) -> Option<f64> {
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

impl Members {
    #[inline]
    fn hold(&self, seen: Seen<'_>, lenient: bool, set: &Ruleset) -> Truth {
        if let Seen::Known(text, symbol) = seen {
            if self.contain_known(symbol) { Truth::True } else { self.lack(text, lenient) }
        } else {
            self.hold_unknown(seen, lenient, set)
        }
    }

    fn hold_unknown(&self, seen: Seen<'_>, lenient: bool, set: &Ruleset) -> Truth {
        match seen {
            Seen::Text(text) | Seen::Known(text, _) => {
                if self.contain(text, set) {
                    Truth::True
                } else {
                    self.lack(text, lenient)
                }
            }
            Seen::Number(number) if number.is_finite() => {
                if self.numbers.iter().any(|member| member.total_cmp(&(number + 0.0)).is_eq()) {
                    return Truth::True;
                }
                if lenient {
                    return self.contain(&number.to_string(), set).into();
                }
                self.of_other(self.numbers.is_empty())
            }
            Seen::Boolean(truth) => {
                if self.truths.contains(&truth) {
                    return Truth::True;
                }
                if lenient {
                    return self.contain(if truth { "true" } else { "false" }, set).into();
                }
                self.of_other(self.truths.is_empty())
            }
            _ => Truth::Unknown,
        }
    }

    /// What is said of a text that is no member.
    fn lack(&self, text: &str, lenient: bool) -> Truth {
        if lenient { self.hold_what_it_says(text).into() } else { self.of_other(self.texts.is_empty()) }
    }

    /// Whether the number or truth that a text says is a member.
    fn hold_what_it_says(&self, text: &str) -> bool {
        let truth = match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        truth.is_some_and(|truth| self.truths.contains(&truth))
            || decimal(text).is_some_and(|number| self.numbers.contains(&number))
    }
}
