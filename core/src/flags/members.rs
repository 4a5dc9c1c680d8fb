//! Sets of texts, numbers and booleans, and whether a value is among them.

use super::comparison::decimal;
use super::context::{Seen, Symbol};
use super::ruleset::Ruleset;
use super::truth::Truth;

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

    #[inline]
    pub(super) fn hold(&self, seen: Seen<'_>, lenient: bool, set: &Ruleset) -> Truth {
        if let Seen::Known(text, symbol) = seen {
            if self.contain_known(symbol) { Truth::True } else { self.lack(text, lenient) }
        } else {
            self.hold_unknown(seen, lenient, set)
        }
    }

    /// Of anything whose number is not known; in one piece with the above, an evaluation takes some nanoseconds more.
    fn hold_unknown(&self, seen: Seen<'_>, lenient: bool, set: &Ruleset) -> Truth {
        match seen {
            Seen::Text(text) if self.contain(text, set) => Truth::True,
            Seen::Text(text) => self.lack(text, lenient),
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
