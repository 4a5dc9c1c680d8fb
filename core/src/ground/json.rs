//! JSON text as any type, strictly: an object is an object, and a mistake has its whole path.

use serde::Deserialize;

use super::error::Result;
use super::explain::{explain, syntax};
use super::objects::Objects;

/// Reads JSON text.
///
/// # Errors
/// [`InvalidJson`](super::error::ErrorCode::InvalidJson) with line and column, or what the type says, with the path.
pub(crate) fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // Paths cost time, so they are only sought when something is wrong.
    T::deserialize(Objects(&mut reader)).and_then(|value| reader.end().map(|()| value)).or_else(|error| {
        if matches!(error.classify(), serde_json::error::Category::Syntax | serde_json::error::Category::Eof) {
            return Err(syntax(&error));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize::<_, T>(Objects(&mut reader))
            .map_err(|error| explain(&error.path().to_string(), &error.inner().to_string()))
    })
}
