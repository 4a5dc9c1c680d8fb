//! JSONLogic made ready: operations are known, names are attributes, constants are parsed.

use semver::Version;

use super::value::Val;

/// An expression; it has a value for each context.
#[derive(Debug)]
pub(in super::super) enum Logic {
    Const(Val<'static>),
    List(Vec<Logic>),
    Var(Box<Var>),
    /// The name is computed.
    Named(Vec<Logic>),
    /// One of the file's `$evaluators`.
    Evaluator(u32),
    If(Vec<Logic>),
    And(Vec<Logic>),
    Or(Vec<Logic>),
    Each(Each, Box<[Logic; 2]>),
    Reduce(Box<[Logic; 3]>),
    /// A value in a list of constants.
    OneOf(Box<(Logic, Constants)>),
    Version(Box<SemVer>),
    Fractional(Box<Fractional>),
    Call(Op, Vec<Logic>),
}

impl Logic {
    /// What never gives anything.
    pub(in super::super) fn nothing() -> Self {
        Self::Const(Val::Null)
    }

    /// Hands on what it names, about in the order in which that is looked at.
    pub(in super::super) fn each_named(&self, see: &mut impl FnMut(Named)) {
        let mut all = |parts: &[Self]| parts.iter().for_each(|part| part.each_named(see));
        match self {
            Self::Const(_) => {}
            Self::List(parts)
            | Self::Named(parts)
            | Self::If(parts)
            | Self::And(parts)
            | Self::Or(parts)
            | Self::Call(_, parts) => all(parts),
            Self::Each(_, parts) => all(&**parts),
            Self::Reduce(parts) => all(&**parts),
            Self::OneOf(one) => one.0.each_named(see),
            Self::Evaluator(index) => see(Named::Evaluator(*index)),
            Self::Var(var) => {
                match var.source {
                    Source::Whole | Source::FlagKey | Source::Timestamp => {}
                    Source::Attribute(attribute) => see(Named::Attribute(attribute)),
                    Source::InList { attribute, list, .. } => {
                        see(Named::Attribute(attribute));
                        see(Named::Attribute(list));
                    }
                }
                if let Some(default) = &var.default {
                    default.each_named(see);
                }
            }
            Self::Version(version) => {
                for side in &version.sides {
                    if let Side::Computed(logic) = side {
                        logic.each_named(see);
                    }
                }
                if let Compare::Computed(logic) = &version.compare {
                    logic.each_named(see);
                }
            }
            Self::Fractional(fractional) => {
                match &fractional.by {
                    Some(by) => by.each_named(see),
                    None => see(Named::Unit),
                }
                for share in &fractional.shares {
                    match share {
                        Share::Computed(logic) => logic.each_named(see),
                        Share::Written { variant, weight } => {
                            variant.each_named(see);
                            if let Some(weight) = weight {
                                weight.each_named(see);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What an expression names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Named {
    Attribute(u32),
    /// The flag's unit.
    Unit,
    Evaluator(u32),
}

/// What is looked up, and what stands for it where it is missing.
#[derive(Debug)]
pub(in super::super) struct Var {
    pub(super) source: Source,
    pub(super) path: Box<[Box<str>]>,
    pub(super) default: Option<Logic>,
}

/// Where a name leads outside of lists.
#[derive(Debug)]
pub(in super::super) enum Source {
    /// The whole context.
    Whole,
    FlagKey,
    Timestamp,
    Attribute(u32),
    /// An attribute, or a place in the list that a part of its path names.
    InList {
        attribute: u32,
        list: u32,
        parts: usize,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Each {
    Map,
    Filter,
    All,
    None,
    Some,
}

/// Scalars, in order.
#[derive(Debug, Default)]
pub(in super::super) struct Constants {
    pub(super) texts: Vec<Box<str>>,
    pub(super) numbers: Vec<f64>,
    pub(super) truths: [bool; 2],
    pub(super) null: bool,
}

impl Constants {
    /// Of a list that has nothing but scalars.
    pub(super) fn of(values: &[Val<'_>]) -> Option<Self> {
        let mut found = Self::default();
        for value in values {
            match value {
                Val::Text(text) => found.texts.push((**text).into()),
                Val::Number(number) => found.numbers.push(number + 0.0),
                Val::Boolean(truth) => found.truths[usize::from(*truth)] = true,
                Val::Null => found.null = true,
                _ => return None,
            }
        }
        found.texts.sort_unstable();
        found.numbers.sort_unstable_by(f64::total_cmp);
        Some(found)
    }

    pub(super) fn contain(&self, value: &Val<'_>) -> bool {
        match value {
            Val::Text(text) => self.texts.binary_search_by(|member| (**member).cmp(text)).is_ok(),
            Val::Number(number) => self.numbers.binary_search_by(|member| member.total_cmp(&(number + 0.0))).is_ok(),
            Val::Boolean(truth) => self.truths[usize::from(*truth)],
            Val::Null => self.null,
            _ => false,
        }
    }
}

/// Two versions and how they should stand to each other.
#[derive(Debug)]
pub(in super::super) struct SemVer {
    pub(super) sides: [Side; 2],
    pub(super) compare: Compare,
}

#[derive(Debug)]
pub(in super::super) enum Side {
    /// Absent where it is none.
    Known(Option<Version>),
    Computed(Logic),
}

#[derive(Debug)]
pub(in super::super) enum Compare {
    Known(Option<Relation>),
    Computed(Logic),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Relation {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    SameMajor,
    SameMinor,
}

impl Relation {
    pub(super) fn read(word: &str) -> Option<Self> {
        Some(match word {
            "=" => Self::Equal,
            "!=" => Self::Unequal,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">" => Self::More,
            ">=" => Self::AtLeast,
            "^" => Self::SameMajor,
            "~" => Self::SameMinor,
            _ => return None,
        })
    }

    pub(super) fn holds(self, a: &Version, b: &Version) -> bool {
        let order = a.cmp_precedence(b);
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::SameMajor => a.major == b.major,
            Self::SameMinor => a.major == b.major && a.minor == b.minor,
        }
    }
}

/// Shares of what is hashed.
#[derive(Debug)]
pub(in super::super) struct Fractional {
    /// Absent: the flag and the targeting key.
    pub(super) by: Option<Logic>,
    pub(super) shares: Vec<Share>,
}

#[derive(Debug)]
pub(in super::super) enum Share {
    Written {
        variant: Logic,
        weight: Option<Logic>,
    },
    /// Something that may be a list of the two, or not.
    Computed(Logic),
}

/// Operations that want the values of what they are given and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Op {
    Equal,
    Same,
    Unequal,
    Other,
    More,
    AtLeast,
    Less,
    AtMost,
    Not,
    Truth,
    In,
    StartsWith,
    EndsWith,
    Cat,
    Substr,
    Add,
    Times,
    Minus,
    Divide,
    Remainder,
    Least,
    Greatest,
    Merge,
    Missing,
    MissingSome,
    Log,
}

impl Op {
    pub(super) fn read(name: &str) -> Option<Self> {
        Some(match name {
            "==" => Self::Equal,
            "===" => Self::Same,
            "!=" => Self::Unequal,
            "!==" => Self::Other,
            ">" => Self::More,
            ">=" => Self::AtLeast,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            "!" => Self::Not,
            "!!" => Self::Truth,
            "in" => Self::In,
            "starts_with" => Self::StartsWith,
            "ends_with" => Self::EndsWith,
            "cat" => Self::Cat,
            "substr" => Self::Substr,
            "+" => Self::Add,
            "*" => Self::Times,
            "-" => Self::Minus,
            "/" => Self::Divide,
            "%" => Self::Remainder,
            "min" => Self::Least,
            "max" => Self::Greatest,
            "merge" => Self::Merge,
            "missing" => Self::Missing,
            "missing_some" => Self::MissingSome,
            "log" => Self::Log,
            _ => return None,
        })
    }
}
