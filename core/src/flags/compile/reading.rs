//! What it costs to read a pattern, before it is read.
//!
//! Classes of Unicode are long lists, and without regard to case all that is in them is looked up, one by one: of a set
//! that has most of Unicode in it that takes milliseconds, and a pattern has room for hundreds.

use regex_syntax::ast::{
    Ast, ClassPerlKind, ClassSetBinaryOp, ClassSetItem, Flag, Flags, Visitor, parse::Parser, visit,
};

/// A range of more characters is wide.
const WIDE: u32 = 1 << 12;

/// The cost, as room. A pattern that is none is soon refused.
pub(in super::super) fn reading(pattern: &str) -> usize {
    let parts = Parser::new().parse(pattern).map(|ast| {
        let Ok(parts) = visit(&ast, Parts::default());
        parts
    });
    pattern.len() * 32 + parts.map_or(0, |parts| parts.room())
}

/// What a pattern is made of, as far as that takes time to read.
#[derive(Default)]
struct Parts {
    /// Somewhere it goes without regard to case.
    is_blind: bool,
    /// Some set may have most of Unicode in it.
    is_wide: bool,
    sets: usize,
    /// Classes such as `\w`.
    short_names: usize,
    /// Classes such as `\p{Greek}`.
    long_names: usize,
}

impl Parts {
    fn room(&self) -> usize {
        let (set, short, long) = match (self.is_blind, self.is_wide) {
            (true, true) => (512 << 10, 8 << 10, 512 << 10),
            (true, false) => (1 << 10, 8 << 10, 512 << 10),
            (false, _) => (1 << 10, 1 << 10, 1 << 10),
        };
        self.sets * set + self.short_names * short + self.long_names * long
    }

    fn flags(&mut self, flags: &Flags) {
        self.is_blind |= flags.flag_state(Flag::CaseInsensitive) == Some(true);
    }
}

impl Visitor for Parts {
    type Output = Self;
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<Self, Self::Err> {
        Ok(self)
    }

    fn visit_pre(&mut self, part: &Ast) -> Result<(), Self::Err> {
        match part {
            Ast::Flags(set) => self.flags(&set.flags),
            Ast::Group(group) => group.flags().into_iter().for_each(|flags| self.flags(flags)),
            Ast::ClassUnicode(_) => self.long_names += 1,
            Ast::ClassPerl(_) => self.short_names += 1,
            Ast::ClassBracketed(_) => self.sets += 1,
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Self::Err> {
        match item {
            ClassSetItem::Unicode(_) => {
                self.long_names += 1;
                self.is_wide = true;
            }
            ClassSetItem::Perl(class) => {
                self.short_names += 1;
                // What is no word goes quickly.
                self.is_wide |= class.negated && class.kind != ClassPerlKind::Word;
            }
            ClassSetItem::Ascii(class) => self.is_wide |= class.negated,
            ClassSetItem::Bracketed(set) => {
                self.sets += 1;
                self.is_wide |= set.negated;
            }
            ClassSetItem::Range(range) => {
                self.is_wide |= u32::from(range.end.c).saturating_sub(range.start.c.into()) > WIDE;
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_binary_op_pre(&mut self, _: &ClassSetBinaryOp) -> Result<(), Self::Err> {
        self.sets += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_up_one_by_one_is_dear() {
        let dear = 512 << 10;
        for pattern in [
            r"(?i)[\S]",
            r"(?i)[^\S]",
            r"(?i)[\D]",
            r"(?i)[[^a]b]",
            r"(?i)[[:^alpha:]b]",
            r"(?i)[\x80-\x{10ff00}]",
            r"(?i)\p{Any}",
            r"(?i:[\p{Any}])",
            r"(?Ui)[\S]",
            r"(?Ri)[\S]",
            r"(?x)( ?i)[\S]",
        ] {
            assert!(regex_syntax::parse(pattern).is_ok() && reading(pattern) > dear, "{pattern}");
        }
        for pattern in [
            r"[\S]",
            r"(?i)\S",
            r"(?i)^[\w.-]+@[a-z]+$",
            r"(?i)[^a]",
            r"(?i)[äöü]",
            r"(?i)[а-яё]",
            r"\p{Any}",
            "(",
            "i?",
        ] {
            assert!(reading(pattern) < dear, "{pattern}");
        }
    }
}
