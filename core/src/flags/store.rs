//! A set of flags that can be exchanged while others read it.

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use serde_json::Value;

use super::context::Attributes;
use super::evaluation::Evaluation;
use super::exposures::Exposures;
use super::ruleset::Ruleset;
use super::types::FlagType;
use crate::ground::error::Result;

/// Flags that are evaluated while they are exchanged; readers never wait.
///
/// The typed getters record exposures where [`FlagSet::record_exposures`] asked for it; what is evaluated through
/// [`FlagSet::rules`] is never recorded.
///
/// # Example
/// ```
/// use truenorth::flags::{Context, FlagSet};
/// let file = |variant| format!(
///     r#"{{"version": 1, "flags": {{"x": {{"variants": {{"on": true, "off": false}}, "defaultVariant": "{variant}"}}}}}}"#
/// );
/// let flags = FlagSet::parse(&file("on"))?;
/// assert!(flags.boolean("x", &Context::new("user-1"), false));
/// flags.reload(&file("off"))?;
/// assert!(!flags.boolean("x", &Context::new("user-1"), true));
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug)]
pub struct FlagSet {
    rules: ArcSwap<Ruleset>,
    exposures: Arc<OnceLock<Exposures>>,
}

impl FlagSet {
    /// Reads the JSON of a file of flags.
    ///
    /// # Errors
    /// Those of [`Ruleset::parse`].
    pub fn parse(text: &str) -> Result<Self> {
        Ok(Ruleset::parse(text)?.into())
    }

    /// Reads another file in place of the last one; the last one stays where this one cannot be read.
    ///
    /// # Errors
    /// Those of [`Ruleset::parse`].
    pub fn reload(&self, text: &str) -> Result<()> {
        self.replace(Ruleset::parse(text)?);
        Ok(())
    }

    /// Puts other rules in place of these.
    pub fn replace(&self, rules: Ruleset) {
        self.rules.store(Arc::new(rules));
    }

    /// A set of other rules, whose exposures are recorded together with those of this one.
    pub fn followed_by(&self, rules: Ruleset) -> Self {
        Self { rules: ArcSwap::new(Arc::new(rules)), exposures: Arc::clone(&self.exposures) }
    }

    /// The rules that are in force now, to evaluate several flags by the same ones.
    pub fn rules(&self) -> Arc<Ruleset> {
        self.rules.load_full()
    }

    /// From now on, remembers who was given what: at most so many exposures that nobody has taken yet.
    pub fn record_exposures(self, most: usize) -> Self {
        self.begin_exposures(most);
        self
    }

    /// The same for a set that others use already; where exposures are recorded, how many stays as it is.
    pub fn begin_exposures(&self, most: usize) -> &Exposures {
        self.exposures.get_or_init(|| Exposures::new(most))
    }

    /// The exposures, where they are recorded.
    pub fn exposures(&self) -> Option<&Exposures> {
        self.exposures.get()
    }

    /// The value of a boolean flag, or the default.
    pub fn boolean(&self, flag: &str, context: &impl Attributes, default: bool) -> bool {
        self.get(flag, FlagType::Boolean, context, Value::as_bool).unwrap_or(default)
    }

    /// The value of a flag of whole numbers, or the default.
    pub fn integer(&self, flag: &str, context: &impl Attributes, default: i64) -> i64 {
        self.get(flag, FlagType::Integer, context, Value::as_i64).unwrap_or(default)
    }

    /// The value of a flag of numbers, whole or not, or the default.
    pub fn number(&self, flag: &str, context: &impl Attributes, default: f64) -> f64 {
        self.get(flag, FlagType::Number, context, Value::as_f64).unwrap_or(default)
    }

    /// The value of a flag of texts, or the default.
    pub fn string(&self, flag: &str, context: &impl Attributes, default: &str) -> String {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.get(flag, FlagType::String, context, text).unwrap_or_else(|| default.to_owned())
    }

    /// The value of a flag of objects or lists, or the default.
    pub fn object(&self, flag: &str, context: &impl Attributes, default: &Value) -> Value {
        let whole = |value: &Value| Some(value.clone());
        self.get(flag, FlagType::Object, context, whole).unwrap_or_else(|| default.clone())
    }

    /// Shows the evaluation of a flag that is wanted as a type, and records the exposure like the typed getters.
    #[inline]
    pub fn see<R>(
        &self,
        flag: &str,
        wanted: FlagType,
        context: &impl Attributes,
        see: impl FnOnce(&Evaluation<'_>) -> R,
    ) -> R {
        let rules = self.rules.load();
        let evaluation = rules.evaluate_as(flag, wanted, context);
        if let Some(exposures) = self.exposures.get() {
            exposures.record(&evaluation, context);
        }
        see(&evaluation)
    }

    #[inline]
    fn get<T>(
        &self,
        flag: &str,
        wanted: FlagType,
        context: &impl Attributes,
        take: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        self.see(flag, wanted, context, |evaluation| evaluation.value().and_then(take))
    }
}

impl From<Ruleset> for FlagSet {
    fn from(rules: Ruleset) -> Self {
        Arc::new(rules).into()
    }
}

impl From<Arc<Ruleset>> for FlagSet {
    fn from(rules: Arc<Ruleset>) -> Self {
        Self { rules: ArcSwap::new(rules), exposures: Arc::default() }
    }
}
