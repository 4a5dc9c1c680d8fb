//! Rust code as words: enough to see what is imported, without comments, texts and lifetimes.

/// The words and signs of a file; `::` is one sign.
pub(crate) fn of(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_text(rest) {
            length
        } else if first == '"' {
            text(rest, 1)
        } else if rest.starts_with("b\"") || rest.starts_with("c\"") {
            text(rest, 2)
        } else if first == '\'' {
            letter_or_lifetime(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            words.push(rest[..end].to_owned());
            end
        } else if rest.starts_with("::") {
            words.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                words.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[skip..];
    }
    words
}

fn block_comment(code: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < code.len() {
        if code[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if code[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += code[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    code.len()
}

/// The length of `r"…"`, `r#"…"#`, `br"…"`, if that is what comes.
fn raw_text(code: &str) -> Option<usize> {
    let after = code.strip_prefix("br").or_else(|| code.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let inside = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(code.len() - inside.len() + length)
}

fn text(code: &str, start: usize) -> usize {
    let mut escaped = false;
    for (at, letter) in code.char_indices().skip(start) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    code.len()
}

fn letter_or_lifetime(code: &str) -> usize {
    let mut letters = code.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((after, _))) => {
            // The letter after the backslash may itself be a quote.
            let from = after + code[after..].chars().next().map_or(1, char::len_utf8);
            code[from..].find('\'').map_or(code.len(), |at| from + at + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[test]
fn words_leave_out_what_is_no_code() {
    let code = r##"use a::b; // use c::d
        /* e /* f */ g */ let x: &'a str = "h \" i"; let y = 'j'; let z = '\''; let w = r#"k"#; b"l"; m"##;
    let expected = "use a :: b ; let x : & a str = ; let y = ; let z = ; let w = ; ; m";
    assert_eq!(of(code).join(" "), expected);
}
