//! What a caller asks of a set, and what is answered.

use serde_json::Value;

use super::condition::{Look, MOST_PATTERN_STEPS, Stop};
use super::context::Attributes;
use super::evaluate::{Outcome, Wrong, unit};
use super::ruleset::{Flag, Handle, Ruleset, Serve};
use super::types::{FlagErrorCode, FlagEvaluation, FlagReason, FlagType};
use super::watch::Watch;

/// A flag's value for somebody, with what is said about it; it borrows from the set.
#[derive(Debug, Clone, Copy)]
pub struct Evaluation<'s> {
    set: &'s Ruleset,
    flag: Option<&'s Flag>,
    outcome: Outcome,
}

impl<'s> Evaluation<'s> {
    /// The value; absent where the caller's default stands.
    pub fn value(&self) -> Option<&'s Value> {
        self.chosen().map(|variant| &variant.value)
    }

    /// The name of the variant; absent where the caller's default stands.
    pub fn variant(&self) -> Option<&'s str> {
        self.chosen().map(|variant| &*variant.name)
    }

    /// Where the variant stands among the flag's; absent where the caller's default stands.
    pub fn position(&self) -> Option<u32> {
        self.outcome.ok()?.variant
    }

    /// Why it is so.
    pub fn reason(&self) -> FlagReason {
        self.outcome.map_or(FlagReason::Error, |given| given.reason)
    }

    /// What is wrong, where something is.
    pub fn error(&self) -> Option<FlagErrorCode> {
        self.outcome.err().map(Wrong::code)
    }

    /// What is wrong, in a sentence.
    pub fn message(&self) -> Option<String> {
        Some(match self.outcome.err()? {
            Wrong::NoFlag => "there is no flag of this name".to_owned(),
            Wrong::OtherType => format!("the flag is {}", self.flag?.value_type.words()),
            Wrong::Malformed => self.flag?.malformed.as_ref()?.to_string(),
            Wrong::NoVariant => "the targeting gives something that is no variant of the flag".to_owned(),
            Wrong::Stopped(stop) => self.stopped(stop),
        })
    }

    fn stopped(&self, stop: Stop) -> String {
        let name = |attribute: u32| self.set.attribute(attribute).name();
        match stop {
            Stop::NoUnit(attribute) => format!("expected `{}` in the context, found none", name(attribute)),
            Stop::Unusable(attribute) => {
                format!("`{}` cannot be used: expected a text of at most 64 KiB or a whole number", name(attribute))
            }
            Stop::TooLongForPattern(attribute) => format!(
                "`{}` cannot be used: expected a text whose length times that of the pattern it is held against is at \
                 most {MOST_PATTERN_STEPS}",
                name(attribute)
            ),
            Stop::NoInstant => "expected the instant of the evaluation, found none".to_owned(),
            Stop::TooMuch => "the targeting takes too many steps, or makes something too large".to_owned(),
        }
    }

    /// The name of the rule that decided, such as `rules[0]` where it has none of its own.
    pub fn rule(&self) -> Option<String> {
        let index = self.outcome.ok()?.rule?;
        let own = self.flag?.rules.get(index as usize)?.id.as_deref();
        Some(own.map_or_else(|| format!("rules[{index}]"), str::to_owned))
    }

    /// What is known about the flag.
    pub fn metadata(&self) -> impl Iterator<Item = (&'s str, &'s Value)> {
        let own = self.flag.into_iter().flat_map(|flag| flag.metadata.iter());
        let of_all = self
            .flag
            .into_iter()
            .flat_map(|flag| self.set.metadata.iter().filter(|(name, _)| !flag.metadata.contains_key(name.as_str())));
        own.chain(of_all).map(|(name, value)| (name.as_str(), value))
    }

    /// The flag's name.
    pub fn name(&self) -> Option<&'s str> {
        self.flag.map(|flag| &*flag.name)
    }

    /// All of it, under the name that was asked for.
    pub fn report(&self, flag: &str) -> FlagEvaluation {
        FlagEvaluation {
            flag: flag.to_owned(),
            value: self.value().map(Into::into),
            variant: self.variant().map(str::to_owned),
            reason: self.reason(),
            rule: self.rule(),
            error_code: self.error(),
            error_message: self.message(),
            metadata: self.metadata().map(|(name, value)| (name.to_owned(), value.into())).collect(),
        }
    }

    /// Hands on the unit that was hashed, or that the flag hashes, where the context has one and it is not private.
    pub(super) fn with_unit(&self, context: &impl Attributes, see: impl Fn(&str)) {
        if let Some(flag) = self.flag {
            let look = Look { set: self.set, attributes: context };
            let rule = self.outcome.ok().and_then(|given| flag.rules.get(given.rule? as usize));
            let hashed = match rule.map(|rule| &rule.serve) {
                Some(Serve::Ranges(hashing, _) | Serve::Rollout(hashing, _)) => hashing.unit,
                _ => flag.unit,
            };
            if !self.set.hides_unit(hashed) {
                // An unusable unit has no exposure.
                let _ = unit(hashed, look, |unit| unit.map(&see));
            }
        }
    }

    /// The type of the flag's values.
    pub fn value_type(&self) -> Option<FlagType> {
        self.flag.map(|flag| flag.value_type)
    }

    #[inline]
    fn chosen(&self) -> Option<&'s super::ruleset::Variant> {
        let index = self.position()?;
        self.flag?.variants.get(index as usize)
    }

    /// As an error where the values are of another type; whole numbers are numbers.
    #[inline]
    fn of_type(mut self, wanted: FlagType) -> Self {
        if let (Ok(_), Some(flag)) = (self.outcome, self.flag)
            && flag.value_type != wanted
            && (flag.value_type, wanted) != (FlagType::Integer, FlagType::Number)
        {
            self.outcome = Err(Wrong::OtherType);
        }
        self
    }
}

impl Ruleset {
    /// Evaluates a flag by its name.
    #[inline]
    pub fn evaluate(&self, flag: &str, context: &impl Attributes) -> Evaluation<'_> {
        match self.names.get(flag) {
            Some(&index) => self.evaluate_handle(Handle(index), context),
            None => Evaluation { set: self, flag: None, outcome: Err(Wrong::NoFlag) },
        }
    }

    /// Evaluates a flag by its number in this set; a number of another set may be that of another flag, or of none.
    #[inline]
    pub fn evaluate_handle(&self, flag: Handle, context: &impl Attributes) -> Evaluation<'_> {
        self.evaluate_watched(flag, context, &mut ())
    }

    #[inline]
    pub(super) fn evaluate_watched<'s>(
        &'s self,
        flag: Handle,
        context: &impl Attributes,
        watch: &mut impl Watch<'s>,
    ) -> Evaluation<'s> {
        let Some(found) = self.flags.get(flag.0 as usize) else { return self.evaluate("", context) };
        Evaluation { set: self, flag: Some(found), outcome: self.decide(flag.0, context, watch) }
    }

    /// Evaluates a flag, and says where its values are of another type than is wanted.
    #[inline]
    pub fn evaluate_as(&self, flag: &str, wanted: FlagType, context: &impl Attributes) -> Evaluation<'_> {
        self.evaluate(flag, context).of_type(wanted)
    }

    /// Evaluates all flags, in alphabetical order.
    pub fn evaluate_all<'s>(&'s self, context: &'s impl Attributes) -> impl Iterator<Item = (&'s str, Evaluation<'s>)> {
        let one = |(index, flag): (usize, &'s Flag)| (&*flag.name, self.evaluate_handle(Handle(index as u32), context));
        self.flags.iter().enumerate().map(one)
    }

    /// The value of a boolean flag, or the default.
    #[inline]
    pub fn boolean(&self, flag: &str, context: &impl Attributes, default: bool) -> bool {
        self.evaluate_as(flag, FlagType::Boolean, context).value().and_then(Value::as_bool).unwrap_or(default)
    }

    /// The value of a flag of whole numbers, or the default.
    #[inline]
    pub fn integer(&self, flag: &str, context: &impl Attributes, default: i64) -> i64 {
        self.evaluate_as(flag, FlagType::Integer, context).value().and_then(Value::as_i64).unwrap_or(default)
    }

    /// The value of a flag of numbers, whole or not, or the default.
    #[inline]
    pub fn number(&self, flag: &str, context: &impl Attributes, default: f64) -> f64 {
        self.evaluate_as(flag, FlagType::Number, context).value().and_then(Value::as_f64).unwrap_or(default)
    }

    /// The value of a flag of texts, or the default.
    #[inline]
    pub fn string<'a>(&'a self, flag: &str, context: &impl Attributes, default: &'a str) -> &'a str {
        self.evaluate_as(flag, FlagType::String, context).value().and_then(Value::as_str).unwrap_or(default)
    }

    /// The value of a flag of objects or lists, or the default.
    #[inline]
    pub fn object<'a>(&'a self, flag: &str, context: &impl Attributes, default: &'a Value) -> &'a Value {
        self.evaluate_as(flag, FlagType::Object, context).value().unwrap_or(default)
    }
}
