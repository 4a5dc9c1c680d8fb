//! What serde says of a mistake, said for people.

use super::error::{Error, ErrorCode, from_carried};
use super::text::excerpt;

/// Rewrites a deserializer's sentence: a stable code, no type names, the whole path.
pub fn explain(path: &str, said: &str) -> Error {
    // serde_path_to_error writes `.` for the root and `?` where it does not know.
    let path = if path == "." || path == "?" { "" } else { path };
    let (path, is_key) = path.strip_suffix(".?").map_or((path, false), |outer| (outer, true));
    if let Some(error) = from_carried(said) {
        return error.at(path);
    }
    let said = said.rsplit_once(" at line ").map_or(said, |(before, _)| before);
    if let Some(rest) = said.strip_prefix("missing field `") {
        let field = rest.split('`').next().unwrap_or_default();
        return Error::new(ErrorCode::MissingField, "must be given").at(field).at(path);
    }
    if let Some(rest) = said.strip_prefix("unknown field `") {
        let (field, known) = quoted(rest);
        // The path ends with the field itself when the deserializer got that far.
        let path = path.strip_suffix(field).map_or(path, |outer| outer.trim_end_matches('.'));
        return Error::new(ErrorCode::UnknownField, format!("no such field; {}", choices(known, field)))
            .at(field)
            .at(path);
    }
    if let Some(rest) = said.strip_prefix("unknown variant `") {
        let (found, known) = quoted(rest);
        let said = format!("{}, found `{}`", choices(known, found), excerpt(found));
        // A word that is a key of an object is where it stands.
        return Error::new(ErrorCode::UnknownValue, said).at(if is_key { found } else { "" }).at(path);
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

/// What stands before the closing backtick, and what serde says after it; the first may hold anything, backticks too.
fn quoted(rest: &str) -> (&str, &str) {
    let ends = ["`, expected ", "`, there are no "].iter().filter_map(|end| rest.rfind(end));
    let end = ends.max().or_else(|| rest.find('`')).unwrap_or(rest.len());
    (rest.get(..end).unwrap_or(rest), rest.get(end + 1..).unwrap_or_default())
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
    let near = nearest(found, names.iter().copied(), 1).into_iter().find(|name| is_near(name, found));
    let list = if names.is_empty() {
        "there are none".to_owned()
    } else {
        format!("expected one of `{}`", names.join("`, `"))
    };
    near.map_or(list.clone(), |near| format!("did you mean `{near}`? {list}"))
}

/// The words that are most like another, the nearest first.
pub(crate) fn nearest<'a>(found: &str, words: impl Iterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let mut all: Vec<(usize, &str)> = words.map(|word| (distance(word, found), word)).collect();
    all.sort_by_key(|(distance, _)| *distance);
    all.into_iter().take(most).map(|(_, word)| word).collect()
}

/// Whether a word may be what somebody meant who wrote another.
pub(crate) fn is_near(word: &str, found: &str) -> bool {
    distance(word, found) <= 2.max(found.len() / 4)
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
            // A long text is cut, and still has its closing backtick.
            let inside = rest.strip_suffix(['`', '"']);
            return match (inside, instead.strip_suffix(['`', '"'])) {
                (Some(inside), Some(lead)) => format!("{lead}`{}`", excerpt(inside)),
                _ => format!("{instead}{}", excerpt(rest)),
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
                "events[0].fields.?",
                "unknown variant `x`, expected one of `id`, `sha` at line 1 column 5",
                "`events[0].fields.x`: did you mean `id`? expected one of `id`, `sha`, found `x`",
            ),
        ];
        for (path, said, expected) in cases {
            assert_eq!(explain(path, said).to_string(), expected);
        }
    }
}
