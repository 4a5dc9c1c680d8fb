//! Questions to a file of flags that nobody keeps.

use std::collections::BTreeMap;

use super::context::Context;
use super::ruleset::Ruleset;
use super::types::{FlagExplainRequest, FlagExplanation, FlagsReport, FlagsRequest, JsonValue};
use crate::ground::error::{At as _, Result};
use crate::ground::time::Time;

/// Evaluates flags of a file for somebody.
///
/// # Definition
/// As the room has it: state, prerequisites, overrides, holdouts, layer, rules, default variant.
///
/// # Units
/// None.
///
/// # Errors
/// Those of [`Ruleset::parse`]. What is wrong with one flag is in its evaluation.
///
/// # Example
/// ```
/// use truenorth::flags::{FlagsRequest, evaluate};
/// let definitions = r#"{"version": 1, "flags": {"x": {"variants": {"on": true}, "defaultVariant": "on"}}}"#;
/// let report = evaluate(&FlagsRequest { definitions: definitions.to_owned(), ..FlagsRequest::default() })?;
/// assert_eq!(report.evaluations[0].variant.as_deref(), Some("on"));
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// OpenFeature specification 0.8, §1.4 (flag evaluation).
pub fn evaluate(request: &FlagsRequest) -> Result<FlagsReport> {
    let set = Ruleset::parse(&request.definitions).at("definitions")?;
    let context = context(&request.context, request.now);
    let evaluations = if request.flags.is_empty() {
        set.evaluate_all(&context).map(|(flag, found)| found.report(flag)).collect()
    } else {
        request.flags.iter().map(|flag| set.evaluate(flag, &context).report(flag)).collect()
    };
    Ok(FlagsReport {
        schema: "truenorth/flags/1".to_owned(),
        evaluations,
        problems: set.problems().iter().map(Into::into).collect(),
    })
}

/// Evaluates one flag of a file for somebody, and says why.
///
/// # Definition
/// The same evaluator as [`evaluate`], with a witness.
///
/// # Units
/// Buckets are whole numbers from 0 to 999 999.
///
/// # Errors
/// Those of [`Ruleset::parse`].
///
/// # Example
/// ```
/// use truenorth::flags::{FlagExplainRequest, explain};
/// let definitions = r#"{"version": 1, "flags": {"x": {"variants": {"on": true}, "defaultVariant": "on"}}}"#;
/// let request = FlagExplainRequest { definitions: definitions.to_owned(), flag: "x".to_owned(), ..Default::default() };
/// assert_eq!(explain(&request)?.sentences, ["everybody gets `on`"]);
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// OpenFeature specification 0.8, §1.4 (reasons).
pub fn explain(request: &FlagExplainRequest) -> Result<FlagExplanation> {
    let set = Ruleset::parse(&request.definitions).at("definitions")?;
    Ok(set.explain(&request.flag, &context(&request.context, request.now)).report())
}

pub(super) fn context(attributes: &BTreeMap<String, JsonValue>, now: Option<Time>) -> Context {
    attributes.iter().map(|(name, value)| (name.clone(), value.0.clone())).collect::<Context>().at(now)
}
