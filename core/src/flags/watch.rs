//! Watching an evaluation: the same evaluator runs with and without a witness.

use super::condition::Compare;
use super::context::Seen;
use super::truth::Truth;

/// A part of a flag that the evaluator enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Prerequisite(u32),
    Override,
    Holdout(u32),
    Layer,
    Rule(u32),
    Targeting,
    All(u32),
    Any(u32),
    Not,
    Segment(u32),
}

/// Who watches; the one that sees nothing costs nothing.
pub(super) trait Watch<'s> {
    /// A part is looked at.
    fn enter(&mut self, _part: Part) {}
    /// The part that was entered last is decided.
    fn leave(&mut self, _truth: Truth) {}
    /// An attribute was compared.
    fn compared(&mut self, _compare: &'s Compare, _seen: Seen<'_>, _truth: Truth) {}
    /// A unit was hashed, and these buckets would have let it pass.
    fn hashed(&mut self, _bucket: u32, _range: Option<(u32, u32)>) {}
    /// Nobody can tell whether a rule concerns somebody.
    fn undecided(&mut self) {}
    /// A rule does not hold at this instant.
    fn out_of_time(&mut self) {}
}

impl Watch<'_> for () {}
