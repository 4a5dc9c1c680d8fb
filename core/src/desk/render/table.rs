//! Tables of a terminal: aligned by what is seen, cut to the width there is.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A piece of text and how it is coloured; `short` is taken where the table is too wide.
#[derive(Debug, Clone, Default)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) short: Option<String>,
    pub(crate) style: Style,
    pub(crate) right: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Style {
    #[default]
    Plain,
    Strong,
    Faint,
    Good,
    Bad,
    Open,
}

impl Style {
    /// The text with the colours of a terminal around it.
    pub(crate) fn paint(self, text: &str, color: bool) -> String {
        let code = match self {
            Style::Plain => return text.to_owned(),
            _ if !color || text.trim().is_empty() => return text.to_owned(),
            Style::Strong => "1",
            Style::Faint => "2",
            Style::Good => "32",
            Style::Bad => "31",
            Style::Open => "33",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// How many columns of a terminal the text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text, or as much of it as fits with a mark that there was more.
pub(crate) fn fit(text: &str, most: usize, more: &str) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(width(more));
    let mut taken = 0;
    let mut out = String::new();
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if taken + wide > room {
            break;
        }
        taken += wide;
        out.push(character);
    }
    if most >= width(more) { out + more } else { out }
}

/// Lines of pieces, aligned: first short forms, then shorter names, until the width is kept.
pub(crate) fn align(rows: &[Vec<Piece>], most: usize, more: &str, color: bool) -> Vec<String> {
    const GAP: usize = 2;
    const NARROWEST: usize = 6;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut short = vec![false; columns];
    let text = |piece: &Piece, short: bool| match &piece.short {
        Some(brief) if short => brief.clone(),
        _ => piece.text.clone(),
    };
    let measure = |short: &[bool]| -> Vec<usize> {
        let column = |index: usize| {
            let wide = |row: &Vec<Piece>| {
                row.get(index).map_or(0, |piece| width(&text(piece, short.get(index).copied().unwrap_or(false))))
            };
            rows.iter().map(wide).max().unwrap_or(0)
        };
        (0..columns).map(column).collect()
    };
    let total = |widths: &[usize]| widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1);
    let mut widths = measure(&short);
    for index in (0..columns).rev() {
        if total(&widths) <= most {
            break;
        }
        if let Some(flag) = short.get_mut(index) {
            *flag = true;
        }
        widths = measure(&short);
    }
    // Names first, then whatever is widest; numbers are cut last, and with a mark.
    while total(&widths) > most {
        let first = widths.first().copied().unwrap_or(0);
        let cut = if first > 2 * NARROWEST {
            0
        } else {
            let widest = widths.iter().enumerate().max_by_key(|(_, wide)| **wide).map_or(0, |(index, _)| index);
            if widths.get(widest).copied().unwrap_or(0) <= NARROWEST {
                break;
            }
            widest
        };
        if let Some(wide) = widths.get_mut(cut) {
            *wide -= 1;
        }
    }
    let line = |row: &Vec<Piece>| {
        let mut out = String::new();
        for (index, piece) in row.iter().enumerate() {
            let room = widths.get(index).copied().unwrap_or(0);
            let said = fit(&text(piece, short.get(index).copied().unwrap_or(false)), room, more);
            let blank = " ".repeat(room.saturating_sub(width(&said)));
            let painted = piece.style.paint(&said, color);
            if index > 0 {
                out.push_str(&" ".repeat(GAP));
            }
            if piece.right {
                out.push_str(&blank);
                out.push_str(&painted);
            } else {
                out.push_str(&painted);
                out.push_str(&blank);
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out
    };
    rows.iter().map(line).collect()
}

/// The text in lines of at most this width, the first set in by `first`, later ones by `hang`. Percent signs stay at
/// their numbers.
pub(crate) fn wrap(text: &str, most: usize, first: usize, hang: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = " ".repeat(first);
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match words.last_mut() {
            Some(last) if word.starts_with('%') => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    let room = most.max(hang.max(first) + 10);
    for word in &words {
        let mut word = word.as_str();
        if !line.trim().is_empty() && width(&line) + 1 + width(word) > room {
            lines.push(std::mem::take(&mut line));
            line = " ".repeat(hang);
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        // A word longer than a line is broken anywhere.
        while width(&line) + width(word) > room {
            let part = fit(word, room - width(&line), "");
            if part.is_empty() {
                break;
            }
            line.push_str(&part);
            word = word.get(part.len()..).unwrap_or_default();
            lines.push(std::mem::replace(&mut line, " ".repeat(hang)));
        }
        line.push_str(word);
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_what_is_seen() {
        assert_eq!(fit("検索プラットフォーム", 9, "…"), "検索プラ…");
        assert_eq!(fit("abc", 3, "…"), "abc");
        assert_eq!(fit("abcd", 3, "…"), "ab…");
        let piece = |text: &str, right| Piece { text: text.to_owned(), right, ..Piece::default() };
        let rows = vec![vec![piece("検索", false), piece("5", true)], vec![piece("abc", false), piece("10", true)]];
        assert_eq!(align(&rows, 80, "…", false), ["検索   5", "abc   10"]);
        for most in 0..30 {
            for line in align(&rows, most, "…", true) {
                assert!(line.len() < 60);
            }
        }
    }

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(wrap("aa bb cc dd", 12, 1, 2), [" aa bb cc dd"]);
        assert_eq!(wrap("aaaa bbbb 15 % cccc", 12, 0, 2), ["aaaa bbbb", "  15 % cccc"]);
        for line in wrap(&"x".repeat(95), 40, 0, 4) {
            assert!(width(&line) <= 40, "{line}");
        }
        assert_eq!(wrap("", 40, 0, 0), Vec::<String>::new());
    }
}
