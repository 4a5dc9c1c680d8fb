//! Steps of an evaluation in words: text is made from codes, never the other way round.

use super::evaluation::Evaluation;
use super::types::{FlagReason, FlagStep, FlagStepKind as Kind, FlagStepOutcome as Outcome, JsonValue};
use crate::ground::text::excerpt;

/// A sentence for each part of a flag that was looked at, and one for what came out.
pub(super) fn sentences(steps: &[FlagStep], evaluation: &Evaluation<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut rest = steps;
    while let Some((step, after)) = rest.split_first() {
        let is_inner = |step: &FlagStep| matches!(step.kind, Kind::Condition | Kind::Group | Kind::Segment);
        let inner = after.iter().take_while(|step| is_inner(step)).count();
        let (inside, after) = after.split_at(inner);
        sentences.push(part(step, inside));
        rest = after;
    }
    sentences.push(result(evaluation));
    sentences
}

fn part(step: &FlagStep, inside: &[FlagStep]) -> String {
    let name = step.name.as_deref().map_or_else(|| format!("`{}`", step.path), |name| format!("`{}`", excerpt(name)));
    let yes = step.outcome == Outcome::Yes;
    match step.kind {
        _ if step.outcome == Outcome::Stopped => format!("{name} cannot be decided"),
        Kind::Prerequisite if yes => format!("the prerequisite {name} is met"),
        Kind::Prerequisite => format!("the prerequisite {name} is not met"),
        Kind::Override if yes => "an override names the unit".to_owned(),
        Kind::Override => "no override names the unit".to_owned(),
        Kind::Holdout if yes => format!("the unit is held out by {name}{}", bucket(step)),
        Kind::Holdout => format!("the unit is not held out by {name}{}", bucket(step)),
        Kind::Layer if yes => format!("the unit is in the flag's part of {name}{}", bucket(step)),
        Kind::Layer => format!("the unit is outside the flag's part of {name}{}", bucket(step)),
        Kind::Rule if yes => format!("{name} gives a variant{}", bucket(step)),
        Kind::Rule if step.out_of_time => format!("{name} does not hold at this instant"),
        Kind::Rule if step.bucket.is_some() => format!("{name} leaves it out{}", bucket(step)),
        Kind::Rule => match inside.iter().rev().find(|step| step.kind == Kind::Condition) {
            Some(last) => format!("{name} does not concern it: {}", condition(last)),
            None => format!("{name} does not concern it{}", segment(inside)),
        },
        Kind::Targeting if yes => format!("the targeting gives a variant{}", bucket(step)),
        Kind::Targeting if step.outcome == Outcome::No => format!("the targeting gives nothing{}", bucket(step)),
        Kind::Targeting => format!("the targeting gives something that is no variant{}", bucket(step)),
        Kind::Segment | Kind::Group | Kind::Condition => condition(step),
    }
}

fn bucket(step: &FlagStep) -> String {
    match (step.bucket, step.from, step.to) {
        (Some(bucket), Some(from), Some(to)) => format!(": bucket {bucket}, range {from} to {to}"),
        (Some(bucket), ..) => format!(": bucket {bucket}, in no range"),
        _ => String::new(),
    }
}

fn segment(inside: &[FlagStep]) -> String {
    let found = inside.iter().find(|step| step.kind == Kind::Segment).and_then(|step| step.name.as_deref());
    found.map_or_else(String::new, |name| format!(": it depends on the segment `{}`", excerpt(name)))
}

fn condition(step: &FlagStep) -> String {
    let attribute = excerpt(step.attribute.as_deref().unwrap_or_default());
    let found = match &step.found {
        _ if step.private => "private".to_owned(),
        None => "missing".to_owned(),
        Some(JsonValue(value)) => {
            value.as_str().map_or_else(|| value.to_string(), |text| format!("`{}`", excerpt(text)))
        }
    };
    match &step.expected {
        Some(expected) => format!("`{attribute}` is {found}, {expected} is needed"),
        None => format!("`{attribute}` is {found}"),
    }
}

fn result(evaluation: &Evaluation<'_>) -> String {
    let variant = evaluation.variant().map(excerpt);
    match (evaluation.reason(), variant) {
        (FlagReason::Error, _) => {
            format!("the caller's default stands: {}", evaluation.message().unwrap_or_else(|| "an error".to_owned()))
        }
        (FlagReason::Disabled, _) => "the caller's default stands: the flag is not in use".to_owned(),
        (FlagReason::Default, Some(variant)) => {
            format!("the default variant stands: `{variant}`")
        }
        (FlagReason::Static, Some(variant)) => format!("everybody gets `{variant}`"),
        (_, Some(variant)) => format!("the variant is `{variant}`"),
        (_, None) => "no variant is given, so the caller's default stands".to_owned(),
    }
}
