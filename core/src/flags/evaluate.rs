//! The evaluator: who gets which variant, and why.
//!
//! In this order: state, prerequisites, overrides, holdouts, layer, rules, targeting, default variant.

use super::condition::{Look, Stop, with_unit};
use super::context::Attributes;
use super::ruleset::{Flag, Gate, Hashing, Rule, Ruleset, Serve, Unit};
use super::truth::Truth;
use super::types::{FlagErrorCode, FlagReason, FlagState};
use super::watch::{Part, Watch};

/// What an evaluation says of a flag.
pub(super) type Outcome = Result<Given, Wrong>;

/// What somebody is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Given {
    /// Absent: the caller's default.
    pub(super) variant: Option<u32>,
    pub(super) reason: FlagReason,
    /// The rule that decided.
    pub(super) rule: Option<u32>,
}

/// What went wrong, in small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// There is no flag of this name.
    NoFlag,
    /// The flag's values are of another type than was asked for.
    OtherType,
    Malformed,
    /// The targeting gives something that is no variant.
    NoVariant,
    Stopped(Stop),
}

impl Wrong {
    pub(super) fn code(self) -> FlagErrorCode {
        match self {
            Self::NoFlag => FlagErrorCode::FlagNotFound,
            Self::OtherType => FlagErrorCode::TypeMismatch,
            Self::Malformed => FlagErrorCode::ParseError,
            Self::NoVariant | Self::Stopped(Stop::TooMuch) => FlagErrorCode::General,
            Self::Stopped(Stop::NoUnit(_)) => FlagErrorCode::TargetingKeyMissing,
            Self::Stopped(Stop::Unusable(_) | Stop::TooLongForPattern(_) | Stop::NoInstant) => {
                FlagErrorCode::InvalidContext
            }
        }
    }
}

impl From<Stop> for Wrong {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}

impl Given {
    pub(super) fn new(variant: Option<u32>, reason: FlagReason) -> Self {
        Self { variant, reason, rule: None }
    }
}

/// What other flags said already: where two ways lead to one flag, it is asked once.
pub(super) type Known = Vec<(u32, Outcome)>;

impl Ruleset {
    /// Decides one flag.
    #[inline]
    pub(super) fn decide<'s, A: Attributes + Copy>(
        &'s self,
        flag: u32,
        attributes: A,
        watch: &mut impl Watch<'s>,
    ) -> Outcome {
        self.decide_with(flag, Look { set: self, attributes }, watch, &mut Known::new())
    }

    pub(super) fn decide_with<'s, A: Attributes + Copy>(
        &'s self,
        index: u32,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
        known: &mut Known,
    ) -> Outcome {
        let flag = self.flag(index);
        if flag.malformed.is_some() {
            return Err(Wrong::Malformed);
        }
        if flag.state != FlagState::Enabled {
            return Ok(Given::new(None, FlagReason::Disabled));
        }
        flag.decide(look, watch, known)
    }
}

impl Flag {
    /// Whether everybody gets the default variant.
    pub(super) fn is_static(&self) -> bool {
        self.rules.is_empty()
            && self.prerequisites.is_empty()
            && self.overrides.is_empty()
            && self.holdouts.is_empty()
            && self.layer.is_none()
            && self.targeting.is_none()
    }

    fn decide<'s, A: Attributes + Copy>(
        &'s self,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
        known: &mut Known,
    ) -> Outcome {
        if let Some(given) = self.prerequisites(look, watch, known) {
            return Ok(given);
        }
        if !self.overrides.is_empty()
            && let Some(variant) = self.overridden(look, watch)?
        {
            return Ok(Given::new(Some(variant), FlagReason::TargetingMatch));
        }
        for (index, holdout) in self.holdouts.iter().enumerate() {
            if holdout.holds(Part::Holdout(index as u32), look, watch)? {
                return Ok(Given::new(self.default, FlagReason::Split));
            }
        }
        if let Some(layer) = &self.layer
            && !layer.holds(Part::Layer, look, watch)?
        {
            return Ok(Given::new(self.default, FlagReason::Split));
        }
        for (index, rule) in self.rules.iter().enumerate() {
            watch.enter(Part::Rule(index as u32));
            let served = rule.serve(look, watch)?;
            watch.leave(served.is_some().into());
            if let Some((variant, reason)) = served {
                return Ok(Given { rule: Some(index as u32), ..Given::new(Some(variant), reason) });
            }
        }
        if let Some(targeting) = &self.targeting {
            return self.targeted(targeting, look, watch);
        }
        Ok(Given::new(self.default, if self.is_static() { FlagReason::Static } else { FlagReason::Default }))
    }

    /// What to give where another flag says no.
    fn prerequisites<'s, A: Attributes + Copy>(
        &'s self,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
        known: &mut Known,
    ) -> Option<Given> {
        for (index, wanted) in self.prerequisites.iter().enumerate() {
            watch.enter(Part::Prerequisite(index as u32));
            let found = known.iter().find(|(flag, _)| *flag == wanted.flag).map(|&(_, outcome)| outcome);
            let found = found.unwrap_or_else(|| {
                let outcome = look.set.decide_with(wanted.flag, look, &mut (), known);
                known.push((wanted.flag, outcome));
                outcome
            });
            let met = found.is_ok_and(|given| given.variant.is_some_and(|variant| wanted.variants.contains(&variant)));
            watch.leave(met.into());
            if !met {
                let reason = if wanted.otherwise.is_some() { FlagReason::TargetingMatch } else { FlagReason::Default };
                return Some(Given::new(wanted.otherwise.or(self.default), reason));
            }
        }
        None
    }

    fn overridden<'s, A: Attributes + Copy>(
        &'s self,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
    ) -> Result<Option<u32>, Stop> {
        watch.enter(Part::Override);
        let found = unit(self.unit, look, |unit| unit.and_then(|unit| self.overrides.get(unit).copied()))?;
        watch.leave(found.is_some().into());
        Ok(found)
    }
}

impl Gate {
    fn holds<'s, A: Attributes + Copy>(
        &'s self,
        part: Part,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
    ) -> Result<bool, Stop> {
        watch.enter(part);
        let bucket = self.hashing.bucket(look)?;
        let inside = (self.from..self.to).contains(&bucket);
        watch.hashed(bucket, Some((self.from, self.to)));
        watch.leave(inside.into());
        Ok(inside)
    }
}

impl Hashing {
    #[inline]
    fn bucket<A: Attributes + Copy>(&self, look: Look<'_, A>) -> Result<u32, Stop> {
        let bucket = unit(self.unit, look, |unit| unit.map(|unit| self.salted.bucket(unit)))?;
        bucket.ok_or(Stop::NoUnit(self.unit.attribute))
    }
}

/// Hands on the unit, or that of the fallback where there is none.
#[inline]
pub(super) fn unit<A: Attributes + Copy, R>(
    unit: Unit,
    look: Look<'_, A>,
    see: impl Fn(Option<&str>) -> R,
) -> Result<R, Stop> {
    let ask = |attribute: u32| {
        look.attributes.look(look.set.attribute(attribute), |seen| {
            with_unit(seen, |unit| unit.map(|unit| see(Some(unit)))).map_err(|()| Stop::Unusable(attribute))
        })
    };
    if let Some(found) = ask(unit.attribute)? {
        return Ok(found);
    }
    let fallback = unit.fallback.map(ask).transpose()?.flatten();
    Ok(fallback.unwrap_or_else(|| see(None)))
}

impl Rule {
    /// The variant that it gives, if it gives one.
    #[inline]
    fn serve<'s, A: Attributes + Copy>(
        &'s self,
        look: Look<'s, A>,
        watch: &mut impl Watch<'s>,
    ) -> Result<Option<(u32, FlagReason)>, Stop> {
        if self.from.is_some() || self.until.is_some() {
            let now = now(look)?;
            if self.from.is_some_and(|from| now < from) || self.until.is_some_and(|until| now >= until) {
                watch.out_of_time();
                return Ok(None);
            }
        }
        if let Some(when) = &self.when {
            let truth = when.decide(look, watch)?;
            if truth == Truth::Unknown {
                watch.undecided();
            }
            if truth != Truth::True {
                return Ok(None);
            }
        }
        match &self.serve {
            Serve::Variant(variant) => Ok(Some((*variant, FlagReason::TargetingMatch))),
            Serve::Ranges(hashing, ranges) => {
                let bucket = hashing.bucket(look)?;
                let found = ranges.iter().find(|range| range.from <= bucket && bucket < range.to);
                watch.hashed(bucket, found.map(|range| (range.from, range.to)));
                Ok(found.map(|range| (range.variant, FlagReason::Split)))
            }
            Serve::Rollout(hashing, rollout) => {
                let (bucket, reached) = (hashing.bucket(look)?, rollout.buckets(now(look)?));
                watch.hashed(bucket, Some((0, reached)));
                Ok((bucket < reached).then_some((rollout.variant, FlagReason::Split)))
            }
        }
    }
}

fn now<A: Attributes + Copy>(look: Look<'_, A>) -> Result<i64, Stop> {
    look.attributes.now().map(crate::ground::time::Time::micros).ok_or(Stop::NoInstant)
}
