//! Conditions made ready, and how they are decided: true, false or unknown.

use super::comparison::Test;
use super::context::{Attribute, Attributes, Seen};
use super::ruleset::Ruleset;
use super::truth::Truth;
use super::watch::{Part, Watch};
use crate::ground::number::whole;

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
