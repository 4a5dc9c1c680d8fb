//! What serde says of a mistake, said for people.

use super::error::{Error, ErrorCode, from_carried};
use super::text::excerpt;

/// Rewrites a deserializer's sentence: a stable code, no type names, the whole path.
pub fn explain(path: &str, said: &str) -> Error {
    // serde_path_to_error writes `.` for the root and `?` where it does not know.
    let path = if path == "." || path == "?" { "" } else { path };
    if let Some(error) = from_carried(said) {
        return error.at(path);
    }
    let said = said.rsplit_once(" at line ").map_or(said, |(before, _)| before);
    if let Some(rest) = said.strip_prefix("missing field `") {
        let field = rest.split('`').next().unwrap_or_default();
        return Error::new(ErrorCode::MissingField, "must be given").at(field).at(path);
    }
    if let Some(rest) = said.strip_prefix("unknown field `") {
        let (field, known) = refused(rest);
        // The path ends with the field itself when the deserializer got that far.
        let path = path.strip_suffix(field).map_or(path, |outer| outer.trim_end_matches('.'));
        return Error::new(ErrorCode::UnknownField, format!("no such field; {}", choices(known, field)))
            .at(field)
            .at(path);
    }
    if let Some(rest) = said.strip_prefix("unknown variant `") {
        let (found, known) = refused(rest);
        return Error::new(ErrorCode::UnknownValue, format!("{}, found `{}`", choices(known, found), excerpt(found)))
            .at(path);
    }
    for (start, code) in [
        ("invalid type: ", ErrorCode::WrongType),
        ("invalid value: ", ErrorCode::OutOfRange),
        ("invalid length ", ErrorCode::WrongType),
    ] {
        if let Some(rest) = said.strip_prefix(start) {
            let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
            return Error::new(code, format!("expected {}, found {}", plain(expected), plain(found))).at(path);
        }
    }
    Error::new(ErrorCode::WrongType, plain(said)).at(path)
}

/// The word that was refused and the sentence about those that are known; the word may hold anything, backticks too.
fn refused(rest: &str) -> (&str, &str) {
    let end = rest.rfind("`, expected ").or_else(|| rest.rfind("`, there are no "));
    end.map_or((rest, ""), |end| (&rest[..end], &rest[end + 1..]))
}

/// A JSON syntax error, with line and column.
pub(crate) fn syntax(error: &serde_json::Error) -> Error {
    syntax_at(error, &format!("line {} column {}", error.line(), error.column()))
}

/// A JSON syntax error in one line of a file, with the column.
pub(crate) fn syntax_in_line(error: &serde_json::Error) -> Error {
    syntax_at(error, &format!("column {}", error.column()))
}

fn syntax_at(error: &serde_json::Error, place: &str) -> Error {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(&*said, |(before, _)| before);
    let said = plain(said).replace("expected ident", "expected a value").replace("EOF while parsing", "it ends inside");
    Error::new(ErrorCode::InvalidJson, format!("not JSON: {} at {place}", said.trim_end_matches(':')))
}

/// `, expected one of `a`, `b`` with the nearest first, if one is near.
fn choices(known: &str, found: &str) -> String {
    let known = known.trim_start_matches(", ");
    let names: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let near = names
        .iter()
        .filter(|name| distance(name, found) <= 2.max(found.len() / 4))
        .min_by_key(|name| distance(name, found));
    let list = if names.is_empty() {
        "there are none".to_owned()
    } else {
        format!("expected one of `{}`", names.join("`, `"))
    };
    near.map_or(list.clone(), |near| format!("did you mean `{near}`? {list}"))
}

/// How many letters to add, drop or change to get from one word to the other, whatever their case.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let best = (corner + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Words of Rust and serde, said plainly.
fn plain(said: &str) -> String {
    const WORDS: [(&str, &str); 18] = [
        ("floating point `", "the number `"),
        ("integer `", "the number `"),
        ("boolean `", "the truth value `"),
        ("string \"", "the text \""),
        ("borrowed string", "text"),
        ("a string", "text"),
        ("sequence", "a list"),
        ("a sequence", "a list"),
        ("a map", "an object"),
        ("map", "an object"),
        ("null", "null"),
        ("unit value", "null"),
        ("unit", "null"),
        ("a boolean", "true or false"),
        ("string or map", "a word or an object"),
        ("option", "a value or null"),
        ("newtype variant", "an object with one key"),
        ("unit variant", "a word"),
    ];
    for number in ["f64", "f32"] {
        if said == number {
            return "a number".to_owned();
        }
    }
    for number in ["u8", "u16", "u32", "u64", "usize", "i64", "i32"] {
        if said == number {
            return "a whole number".to_owned();
        }
    }
    if said.starts_with("struct ")
        || said.starts_with("enum ")
        || said.starts_with("variant ")
        || said.starts_with("internally tagged")
    {
        return if said.starts_with("enum ") { "a word".to_owned() } else { "an object".to_owned() };
    }
    for (word, instead) in WORDS {
        if said == word || (word.ends_with(['`', '"']) && said.starts_with(word)) {
            let rest = &said[word.len()..];
            return if rest.is_empty() {
                instead.to_owned()
            } else {
                excerpt(&format!("{instead}{rest}")).replace('"', "`")
            };
        }
    }
    excerpt(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_name_no_rust_types() {
        let cases = [
            (
                "confidence",
                "invalid type: string \"x\", expected f64 at line 1 column 5",
                "`confidence`: expected a number, found the text `x`",
            ),
            ("", "missing field `from`", "`from`: must be given"),
            (
                "buckett",
                "unknown field `buckett`, expected one of `bucket`, `by`",
                "`buckett`: no such field; did you mean `bucket`? expected one of `bucket`, `by`",
            ),
            ("by", "invalid type: map, expected a sequence", "`by`: expected a list, found an object"),
            (
                "year",
                "invalid type: floating point `1.5`, expected u16",
                "`year`: expected a whole number, found the number `1.5`",
            ),
            (
                "preset",
                "unknown variant `sonar`, expected one of `dora`, `gitLab`",
                "`preset`: expected one of `dora`, `gitLab`, found `sonar`",
            ),
            (
                "preset",
                "unknown variant `a`, expected one of `b`c`, expected one of `dora`, `gitLab`",
                "`preset`: expected one of `dora`, `gitLab`, found `a`, expected one of `b`c`",
            ),
        ];
        for (path, said, expected) in cases {
            assert_eq!(explain(path, said).to_string(), expected);
        }
    }
}
