//! YAML, for what people write by hand: it becomes the JSON of the same request.

use serde_saphyr::Options;

use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;

/// The JSON of a YAML document; an empty one is an empty object.
///
/// # Errors
/// [`ErrorCode::InvalidJson`] with line and column for text that is not YAML, holds several documents, a key twice, or
/// numbers that JSON has not.
///
/// # Example
///
/// ```
/// use truenorth::desk::door;
/// assert_eq!(door::yaml("by: [service]\nlast: 30d # days\n")?, r#"{"by":["service"],"last":"30d"}"#);
/// # Ok::<(), truenorth::Error>(())
/// ```
pub fn yaml(text: &str) -> Result<String> {
    match serde_saphyr::from_str_with_options::<serde_json::Value>(text, options()) {
        Ok(serde_json::Value::Null) => Ok("{}".to_owned()),
        Ok(value) => Ok(value.to_string()),
        Err(error) => Err(explained(error.without_snippet())),
    }
}

fn explained(error: &serde_saphyr::Error) -> Error {
    use serde_saphyr::Error as Yaml;
    let said = match error {
        Yaml::DuplicateMappingKey { key, .. } => {
            format!("the key `{}` is there twice", excerpt(key.as_deref().unwrap_or_default()))
        }
        Yaml::MultipleDocuments { .. } => "expected one document, found another".to_owned(),
        Yaml::NonFiniteFloat { value, .. } => format!("expected a finite number, found `{}`", excerpt(value)),
        Yaml::UnknownAnchor { .. } => "expected an anchor that was named before, found another".to_owned(),
        // What the parser says of the text; the rest is said to programmers, of their types.
        Yaml::ExternalMessage { msg, .. } => excerpt(msg).replace('`', "'").trim_end_matches('.').to_owned(),
        _ => "expected lists, objects with text as keys, text and numbers, found something else".to_owned(),
    };
    let place = error.location().map(|place| format!(" at line {} column {}", place.line(), place.column()));
    Error::new(ErrorCode::InvalidJson, format!("not YAML: {said}{}", place.unwrap_or_default()))
}

pub(super) fn options() -> Options {
    // As YAML 1.2 has it, only `true` and `false` are truth values: Norway is `no`.
    serde_saphyr::options! { with_snippet: false, strict_booleans: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_the_json_that_it_looks_like() {
        for (text, json) in [
            ("# nothing\n", "{}"),
            ("", "{}"),
            ("year: 2024\nconfidence: 0.95\n", r#"{"year":2024,"confidence":0.95}"#),
            ("by: [service, team]\n", r#"{"by":["service","team"]}"#),
            ("window:\n  from: 2025-03-01T00:00:00Z\n", r#"{"window":{"from":"2025-03-01T00:00:00Z"}}"#),
            ("a: &x {b: 1}\nc: *x\n", r#"{"a":{"b":1},"c":{"b":1}}"#),
            ("a: ~\nb: true\nc: \"2024\"\n", r#"{"a":null,"b":true,"c":"2024"}"#),
            ("a: no\nb: on\n", r#"{"a":"no","b":"on"}"#),
        ] {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::from_str::<serde_json::Value>(&yaml(text).unwrap()).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn what_is_no_yaml_says_where() {
        for (text, line) in [
            ("a: 1\nb: [1,\n", "line 2"),
            ("a: 1\n  b: 2\n", "line 2"),
            ("a: 1\na: 2\n", "line 2"),
            ("a: 1\n---\nb: 2\n", "line 3"),
            ("a: .nan\n", "line 1"),
            ("a: 1\nb: *no\n", "line 2"),
        ] {
            let error = yaml(text).unwrap_err();
            println!("{error}");
            assert_eq!(error.code(), ErrorCode::InvalidJson, "{text}");
            assert!(error.message().starts_with("not YAML: ") && error.message().contains(line), "{text}: {error}");
        }
    }

    #[test]
    fn laughs_do_not_grow_to_billions() {
        let laugh = |n: usize| {
            let of = format!("*a{}", n.saturating_sub(1));
            format!("a{n}: &a{n} [{}]\n", [of.as_str(); 10].join(", "))
        };
        let text = "a0: &a0 x\n".to_owned() + &(1..12).map(laugh).collect::<String>();
        assert!(yaml(&text).is_err());
    }
}
