//! Regular expressions that no text has a match of.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Whether no text can have a match. What it says is sure; what it does not say may still be so.
pub(super) fn is_impossible(pattern: &str) -> bool {
    regex_syntax::parse(pattern).is_ok_and(|hir| !is_possible(&hir, false, false))
}

/// Whether there may be a match where something was surely read before it, and something surely is after it.
fn is_possible(hir: &Hir, before: bool, after: bool) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => !class.ranges().is_empty(),
        HirKind::Class(Class::Bytes(class)) => !class.ranges().is_empty(),
        HirKind::Look(Look::Start) => !before,
        HirKind::Look(Look::End) => !after,
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => true,
        HirKind::Repetition(repetition) if repetition.min == 0 => true,
        HirKind::Repetition(repetition) => {
            let sub = &repetition.sub;
            let again = repetition.min > 1 && reads(sub);
            is_possible(sub, before, after || again) && is_possible(sub, before || again, after)
        }
        HirKind::Capture(capture) => is_possible(&capture.sub, before, after),
        HirKind::Concat(parts) => (0..parts.len()).all(|index| {
            let (first, rest) = parts.split_at(index);
            let Some((part, last)) = rest.split_first() else { return true };
            is_possible(part, before || first.iter().any(reads), after || last.iter().any(reads))
        }),
        HirKind::Alternation(parts) => parts.iter().any(|part| is_possible(part, before, after)),
    }
}

/// Whether every match is at least one byte long.
fn reads(hir: &Hir) -> bool {
    hir.properties().minimum_len().is_some_and(|length| length > 0)
}

#[cfg(test)]
mod tests {
    use super::is_impossible;

    #[test]
    fn what_nothing_can_match() {
        let impossible = [
            "a^",
            "$a",
            "[^\\x00-\\x{10FFFF}]",
            "x[a&&b]y",
            "(^a){2}",
            "(a|b)^",
            "a(^b|c^)",
            "\\z.",
            "(?:$a|b^)",
            "a+^",
        ];
        for pattern in impossible {
            assert!(is_impossible(pattern), "{pattern}");
        }
        let possible = [
            "^a",
            "a$",
            "",
            "^$",
            "$^",
            "a*^",
            "$a?",
            "(?m)a$\n^b",
            "(^a)+",
            "(^a){1,3}",
            "(^|x)a",
            "a|b^",
            "x*$",
            "(^a)*",
            "[a&&b]?",
            "(?m)a\n^",
        ];
        for pattern in possible {
            assert!(!is_impossible(pattern), "{pattern}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_has_a_match_is_possible(pattern in r"([ab^$|*?]|\[a&&b\]){0,6}", text in "[ab]{0,4}") {
            if regex::Regex::new(&pattern).is_ok_and(|regex| regex.is_match(&text)) {
                proptest::prop_assert!(!is_impossible(&pattern), "{} {}", pattern, text);
            }
        }
    }
}
