//! The trace of an evaluation: the same evaluator, with a witness.

use serde_json::Value;

use super::comparison::{Order, Test};
use super::condition::Compare;
use super::context::{Attributes, Seen};
use super::evaluation::Evaluation;
use super::members::Members;
use super::ruleset::{Flag, Handle, Ruleset};
use super::truth::Truth;
use super::types::{FlagEvaluation, FlagExplanation, FlagStep, FlagStepKind, FlagStepOutcome, JsonValue};
use super::watch::{Part, Watch};
use crate::ground::number::whole;
use crate::ground::text::excerpt;

/// A value for somebody and the steps to it; [`Trace::report`] puts them in words.
#[derive(Debug)]
pub struct Trace<'s> {
    set: &'s Ruleset,
    flag: Option<&'s Flag>,
    name: String,
    evaluation: Evaluation<'s>,
    steps: Vec<Step<'s>>,
}

/// A step, in small.
#[derive(Debug)]
struct Step<'s> {
    /// How many parts it stands inside.
    depth: u16,
    what: What<'s>,
    /// Absent where the evaluation ended inside it.
    truth: Option<Truth>,
    bucket: Option<(u32, Option<(u32, u32)>)>,
    out_of_time: bool,
}

#[derive(Debug)]
enum What<'s> {
    Part(Part),
    Compared(&'s Compare, Found),
}

/// An attribute's value, as much of it as is shown.
#[derive(Debug)]
enum Found {
    Missing,
    Private,
    Boolean(bool),
    Number(f64),
    Text(Box<str>),
    Other(&'static str),
}

struct Recorder<'s> {
    set: &'s Ruleset,
    steps: Vec<Step<'s>>,
    /// The steps that are open.
    open: Vec<usize>,
}

impl<'s> Recorder<'s> {
    fn push(&mut self, what: What<'s>, truth: Option<Truth>) {
        let depth = self.open.len() as u16;
        self.steps.push(Step { depth, what, truth, bucket: None, out_of_time: false });
    }

    fn innermost(&mut self) -> Option<&mut Step<'s>> {
        self.open.last().and_then(|&index| self.steps.get_mut(index))
    }
}

impl<'s> Watch<'s> for Recorder<'s> {
    fn enter(&mut self, part: Part) {
        self.push(What::Part(part), None);
        self.open.push(self.steps.len() - 1);
    }

    fn leave(&mut self, truth: Truth) {
        if let Some(step) = self.innermost() {
            step.truth = Some(truth);
        }
        self.open.pop();
    }

    fn compared(&mut self, compare: &'s Compare, seen: Seen<'_>, truth: Truth) {
        const LONGEST: usize = 200;
        let found = match seen {
            _ if self.set.private[compare.attribute as usize] => Found::Private,
            Seen::Missing => Found::Missing,
            Seen::Boolean(truth) => Found::Boolean(truth),
            Seen::Number(number) => Found::Number(number),
            Seen::Text(text) | Seen::Known(text, _) => {
                let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
                Found::Text(text[..end].into())
            }
            Seen::List(_) => Found::Other("a list"),
            Seen::Object => Found::Other("an object"),
            Seen::Unusable => Found::Other("something that cannot be used"),
        };
        self.push(What::Compared(compare, found), Some(truth));
    }

    fn hashed(&mut self, bucket: u32, range: Option<(u32, u32)>) {
        if let Some(step) = self.innermost() {
            step.bucket = Some((bucket, range));
        }
    }

    fn out_of_time(&mut self) {
        if let Some(step) = self.innermost() {
            step.out_of_time = true;
        }
    }
}

impl Ruleset {
    /// Evaluates a flag and records why.
    ///
    /// # Example
    /// ```
    /// use truenorth::flags::{Context, Ruleset};
    /// let flags = Ruleset::parse(r#"{"version": 1, "flags": {"x": {
    ///     "variants": {"on": true, "off": false}, "defaultVariant": "off",
    ///     "rules": [{"when": {"attribute": "seats", "atLeast": 10}, "variant": "on"}]
    /// }}}"#)?;
    /// let report = flags.explain("x", &Context::new("user-1").with("seats", 3)).report();
    /// assert_eq!(report.steps[1].path, "rules[0].when");
    /// assert_eq!(report.sentences[0], "`rules[0]` does not concern it: `seats` is 3, at least 10 is needed");
    /// # Ok::<(), truenorth::Error>(())
    /// ```
    pub fn explain(&self, flag: &str, context: &impl Attributes) -> Trace<'_> {
        let index = self.names.get(flag).copied();
        let mut recorder = Recorder { set: self, steps: Vec::with_capacity(8), open: Vec::with_capacity(4) };
        let evaluation = match index {
            Some(index) => self.evaluate_watched(Handle(index), context, &mut recorder),
            None => self.evaluate(flag, context),
        };
        let flag_found = index.map(|index| self.flag(index));
        Trace { set: self, flag: flag_found, name: flag.to_owned(), evaluation, steps: recorder.steps }
    }
}

impl<'s> Trace<'s> {
    /// What came out.
    pub fn evaluation(&self) -> &Evaluation<'s> {
        &self.evaluation
    }

    /// Everything as data and in words.
    pub fn report(&self) -> FlagExplanation {
        let steps: Vec<FlagStep> = self.steps();
        let FlagEvaluation { flag, value, variant, reason, rule, error_code, error_message, .. } =
            self.evaluation.report(&self.name);
        let sentences = super::sentences::sentences(&steps, &self.evaluation);
        FlagExplanation { flag, value, variant, reason, rule, error_code, error_message, steps, sentences }
    }

    fn steps(&self) -> Vec<FlagStep> {
        let (mut out, mut path) = (Vec::with_capacity(self.steps.len()), Vec::<String>::new());
        for (index, step) in self.steps.iter().enumerate() {
            path.truncate(step.depth as usize);
            // What a segment asks stands in the segment, wherever that is named.
            let from = path.iter().rposition(|part| part.starts_with("segments.")).unwrap_or_default();
            let place = path[from..].concat();
            let What::Part(part) = step.what else {
                out.push(FlagStep { path: place, ..self.step(step) });
                continue;
            };
            let own = words(part);
            // What a part of a group asks says the same as the part, unless it is turned round or has parts itself.
            let says_more = match part {
                Part::Not => false,
                Part::All(_) | Part::Any(_) => self
                    .steps
                    .get(index + 1)
                    .is_some_and(|next| matches!(next.what, What::Part(Part::Not | Part::All(_) | Part::Any(_)))),
                _ => true,
            };
            if says_more {
                out.push(FlagStep { path: format!("{place}{own}"), ..self.step(step) });
            }
            path.push(match part {
                Part::Rule(_) => format!("{own}.when"),
                Part::Segment(index) => format!("segments.{}.when", self.set.segments[index as usize].name),
                _ => own,
            });
        }
        out
    }

    fn step(&self, step: &Step<'_>) -> FlagStep {
        let (kind, name) = match step.what {
            What::Compared(..) => (FlagStepKind::Condition, None),
            What::Part(part) => self.kind(part),
        };
        let mut out = FlagStep {
            path: String::new(),
            kind,
            outcome: match step.truth {
                Some(Truth::True) => FlagStepOutcome::Yes,
                Some(Truth::False) => FlagStepOutcome::No,
                Some(Truth::Unknown) => FlagStepOutcome::Unknown,
                None => FlagStepOutcome::Stopped,
            },
            name,
            attribute: None,
            found: None,
            private: false,
            expected: None,
            bucket: step.bucket.map(|(bucket, _)| bucket),
            from: step.bucket.and_then(|(_, range)| range.map(|range| range.0)),
            to: step.bucket.and_then(|(_, range)| range.map(|range| range.1)),
            out_of_time: step.out_of_time,
        };
        if let What::Compared(compare, found) = &step.what {
            out.attribute = Some(self.set.attribute(compare.attribute).name().to_owned());
            out.private = matches!(found, Found::Private);
            // What a private value was found to be is as private as the value.
            let told = if matches!(compare.test, Test::NotIn(_)) { Truth::False } else { Truth::True };
            out.expected = (!out.private || step.truth != Some(told)).then(|| compare.test.to_string());
            out.found = match found {
                Found::Missing | Found::Private => None,
                Found::Boolean(truth) => Some(JsonValue((*truth).into())),
                Found::Number(number) => Some(JsonValue(whole_or_not(*number))),
                Found::Text(text) => Some(JsonValue((**text).into())),
                Found::Other(what) => Some(JsonValue((*what).into())),
            };
        }
        out
    }

    fn kind(&self, part: Part) -> (FlagStepKind, Option<String>) {
        let of_flag = |name: fn(&Flag, usize) -> Option<String>, index: u32| {
            self.flag.and_then(|flag| name(flag, index as usize))
        };
        match part {
            Part::Prerequisite(index) => {
                let wanted = self.flag.and_then(|flag| flag.prerequisites.get(index as usize));
                let name = wanted.map(|wanted| self.set.flag(wanted.flag).name.to_string());
                (FlagStepKind::Prerequisite, name)
            }
            Part::Override => (FlagStepKind::Override, None),
            Part::Holdout(index) => {
                (FlagStepKind::Holdout, of_flag(|flag, index| Some(flag.holdouts.get(index)?.name.to_string()), index))
            }
            Part::Layer => (FlagStepKind::Layer, of_flag(|flag, _| Some(flag.layer.as_ref()?.name.to_string()), 0)),
            Part::Rule(index) => (
                FlagStepKind::Rule,
                of_flag(|flag, index| Some(flag.rules.get(index)?.id.as_ref()?.to_string()), index),
            ),
            Part::Targeting => (FlagStepKind::Targeting, None),
            Part::Segment(index) => (FlagStepKind::Segment, Some(self.set.segments[index as usize].name.to_string())),
            Part::All(_) | Part::Any(_) | Part::Not => (FlagStepKind::Group, None),
        }
    }
}

/// How a part is written in a path.
fn words(part: Part) -> String {
    match part {
        Part::Prerequisite(index) => format!("prerequisites[{index}]"),
        Part::Override => "overrides".to_owned(),
        Part::Holdout(index) => format!("holdouts[{index}]"),
        Part::Layer => "layer".to_owned(),
        Part::Rule(index) => format!("rules[{index}]"),
        Part::Targeting => "targeting".to_owned(),
        Part::All(index) => format!(".all[{index}]"),
        Part::Any(index) => format!(".any[{index}]"),
        Part::Not => ".not".to_owned(),
        Part::Segment(_) => ".segment".to_owned(),
    }
}

fn whole_or_not(number: f64) -> Value {
    whole(number).map_or_else(|| number.into(), Value::from)
}

impl std::fmt::Display for Test {
    /// What is needed, in words that stand before "is needed".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let any = |texts: &[Box<str>]| listed(texts.iter().map(|text| excerpt(text)));
        match self {
            Self::In(members) => write!(f, "{members}"),
            Self::NotIn(members) => write!(f, "none of {members}"),
            Self::StartsWith(texts) => write!(f, "a beginning with {}", any(texts)),
            Self::EndsWith(texts) => write!(f, "an end with {}", any(texts)),
            Self::Contains(texts) => write!(f, "{} in it", any(texts)),
            Self::Matches(pattern) => write!(f, "a match of `{}`", excerpt(pattern.regex.as_str())),
            Self::Number(order, number) => write!(f, "{}{number}", order.words()),
            Self::Before(time) => write!(f, "a time before {time}"),
            Self::Since(time) => write!(f, "a time since {time}"),
            Self::Version(bounds) => {
                let bounds = bounds.iter().map(|(order, version)| format!("{}{version}", order.words()));
                write!(f, "a version of {}", bounds.collect::<Vec<_>>().join(" and "))
            }
            Self::InNetwork(networks) => {
                write!(f, "an address in {}", listed(networks.iter().map(ToString::to_string)))
            }
            Self::Present(true) => f.write_str("any value"),
            Self::Present(false) => f.write_str("no value"),
        }
    }
}

impl std::fmt::Display for Members {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts = self.texts.iter().map(|(_, text)| excerpt(text));
        let numbers = self.numbers.iter().map(ToString::to_string);
        let truths = self.truths.iter().map(ToString::to_string);
        f.write_str(&listed(texts.chain(numbers).chain(truths)))
    }
}

impl Order {
    fn words(self) -> &'static str {
        match self {
            Self::Equal => "",
            Self::Less => "less than ",
            Self::AtMost => "at most ",
            Self::More => "more than ",
            Self::AtLeast => "at least ",
        }
    }
}

/// The first few of some things, each in backticks.
fn listed(things: impl Iterator<Item = String>) -> String {
    const MOST: usize = 5;
    let things: Vec<String> = things.take(MOST + 1).map(|thing| format!("`{thing}`")).collect();
    let more = if things.len() > MOST { " or another" } else { "" };
    format!("{}{more}", things[..things.len().min(MOST)].join(", "))
}
