//! Names and messages come from strangers: what each format must not take at its word.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::ground::text::visible;

/// Text for HTML, in an element or in a quoted attribute.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            other => out.push(other),
        }
    }
    // A number and its percent sign stay on one line.
    out.replace(" %", "\u{a0}%")
}

/// Text for one line of GitHub-flavoured markdown, inside a table or not: it stays text, and mentions nobody.
pub(crate) fn markdown(text: &str) -> String {
    let text = visible(text);
    let text = text.trim();
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let after = text.get(at + character.len_utf8()..).unwrap_or_default();
        let start = at == 0;
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                out.push('\\');
                out.push(character);
            }
            // Not a heading, and not a reference to an issue.
            '#' => out.push_str("&#35;"),
            // Not a mention: GitHub looks for those after the markdown is gone, but not across a comment.
            '@' => out.push_str("@<!-- -->"),
            // Not a formula.
            '$' => out.push_str("<span>$</span>"),
            // Not a link that writes itself.
            ':' if after.starts_with("//") => out.push_str("&#58;"),
            '.' if text.get(..at).is_some_and(|before| before.to_ascii_lowercase().ends_with("www")) => {
                out.push_str("&#46;");
            }
            // Not a list, a rule or an underline of a heading.
            '-' | '+' | '=' if start => {
                let _ = write!(out, "&#{};", character as u32);
            }
            '.' | ')'
                if !start
                    && (after.is_empty() || after.starts_with(' '))
                    && text.get(..at).is_some_and(|before| before.bytes().all(|b| b.is_ascii_digit())) =>
            {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}

/// The value of an OpenMetrics label, without its quotes; also the text after `# HELP`.
pub(crate) fn label(text: &str) -> Cow<'_, str> {
    // Most are plain, and there may be millions.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'\\' && byte != b'"') {
        return text.into();
    }
    visible(text).replace('\\', "\\\\").replace('"', "\\\"").into()
}

/// The name of an OpenMetrics label: letters, digits and underscores.
pub(crate) fn label_name(text: &str) -> String {
    let mut out: String =
        text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).take(100).collect();
    // Names that begin with two underscores are reserved.
    out = format!("{}{}", if out.starts_with("__") { "x" } else { "" }, out);
    if out.is_empty() || out.starts_with(|first: char| first.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stays_text() {
        assert_eq!(html("<script>'\"&`"), "&lt;script&gt;&#39;&quot;&amp;&#96;");
        assert_eq!(html("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        assert_eq!(markdown("a|b\nc`d`"), "a\\|b\\\\u{a}c\\`d\\`");
        assert_eq!(markdown("- x"), "&#45; x");
        assert_eq!(markdown("1. x 2. y"), "1\\. x 2. y");
        assert_eq!(markdown("@here #12 <b>"), "@<!-- -->here &#35;12 &lt;b&gt;");
        assert_eq!(markdown("https://e.vil www.e.vil"), "https&#58;//e.vil www&#46;e.vil");
        assert_eq!(label("a\"b\\c\nd"), "a\\\"b\\\\c\\\\u{a}d");
        assert_eq!(label_name("label.tier-1"), "label_tier_1");
        assert_eq!(label_name("__name__"), "x__name__");
        assert_eq!(label_name("検"), "_");
    }
}
