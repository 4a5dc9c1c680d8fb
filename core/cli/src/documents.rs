//! Small files that people write: requests and mappings, JSON or YAML.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::Path;

use truenorth::desk::door;
use truenorth::{Error, ErrorCode, Result};

use crate::open::unreadable;

/// A small file as text.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    as_text(&std::fs::read(path).map_err(|error| unreadable(path, &error))?, &path.to_string_lossy())
}

/// The same of standard input where the path is `-`, with the name that it is told by.
pub(crate) fn read_text_or_stdin(path: &Path) -> Result<(String, String)> {
    const NAME: &str = "standard input";
    if path.as_os_str() != "-" {
        return Ok((read_text(path)?, path.to_string_lossy().into_owned()));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| unreadable(Path::new(NAME), &error))?;
    Ok((as_text(&bytes, NAME)?, NAME.to_owned()))
}

fn as_text(bytes: &[u8], name: &str) -> Result<String> {
    // Some editors put a byte order mark before what people write.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).to_vec();
    String::from_utf8(text).map_err(|_| Error::new(ErrorCode::InvalidUtf8, "the file is not UTF-8").at(name))
}

/// What a file says, in JSON or YAML; mistakes are told with the file's name and the line.
///
/// # Errors
/// [`ErrorCode::Unreadable`] for what cannot be opened, [`ErrorCode::InvalidUtf8`], those of [`door::yaml`] and of
/// `read`.
pub fn read_document<T>(path: &Path, read: impl FnOnce(&str) -> Result<T>) -> Result<T> {
    read_in(path, &read_text(path)?, read)
}

/// The same, once the file's text is here.
pub(crate) fn read_in<T>(path: &Path, text: &str, read: impl FnOnce(&str) -> Result<T>) -> Result<T> {
    let json = json_of(text, path);
    json.and_then(|json| read(&json)).map_err(|error| in_file(&door::on_its_line(text, error), path))
}

/// The JSON of a file's text: YAML where the name or the content says so.
pub(crate) fn json_of<'t>(text: &'t str, path: &Path) -> Result<Cow<'t, str>> {
    let is_yaml = path.extension().is_some_and(|end| ["yaml", "yml"].iter().any(|yaml| end.eq_ignore_ascii_case(yaml)));
    if is_yaml { door::yaml(text).map(Cow::Owned) } else { as_json(text) }
}

/// JSON as it is; all else, which is YAML, as the JSON that it stands for.
pub(crate) fn as_json(text: &str) -> Result<Cow<'_, str>> {
    match text.trim_start().chars().next() {
        None => Ok(Cow::Borrowed("{}")),
        Some('{' | '[') => Ok(Cow::Borrowed(text)),
        Some(_) => door::yaml(text).map(Cow::Owned),
    }
}

/// Puts a file's name before an error's place.
pub(crate) fn in_file(error: &Error, path: &Path) -> Error {
    Error::new(error.code(), error.to_string()).at(path.to_string_lossy())
}
