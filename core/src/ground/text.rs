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
        if character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
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
