//! Small helpers for text that comes from strangers.

/// The beginning of a text, safe to print in a sentence: control characters shown as escapes, long texts cut.
pub fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == MOST {
            out.push('…');
            break;
        }
        push_visible(&mut out, character);
    }
    out
}

/// The whole text, with everything shown that a reader would not see or that would move what is around it.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        push_visible(&mut out, character);
    }
    out
}

/// Control characters, line ends, zero-width characters and changes of direction become escapes.
fn push_visible(out: &mut String, character: char) {
    let hidden = matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    if hidden || character.is_control() {
        out.extend(character.escape_unicode());
    } else {
        out.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn long_and_odd_text_is_tamed() {
        assert_eq!(excerpt("a\nb"), "a\\u{a}b");
        assert_eq!(excerpt(&"x".repeat(100)).chars().count(), 61);
    }
}
