//! Reports as people and machines read them.
//!
//! A room turns its report into one neutral [`Document`]; [`text`], [`markdown`] and [`html`] write any document. For
//! monitoring, a room hands its numbers to an [`Exposition`], which writes them as they come. Names and messages from
//! outside are escaped by the writers, for every format in its own way.

use std::fmt::{self, Write};

mod document;
#[cfg(feature = "dora")]
mod dora;
mod escape;
mod html;
mod markdown;
mod openmetrics;
mod spark;
mod svg;
mod table;
mod text;

pub use document::Document;
pub use openmetrics::{Exposed, Exposition};
pub use text::TextOptions;

/// A report as text for a terminal or a log: sentences first, then tables that fit the width.
pub fn text<'a, R>(report: &'a R, options: TextOptions) -> String
where
    Document: From<&'a R>,
{
    text::write(&Document::from(report), options)
}

/// A report as GitHub-flavoured markdown, for the summary of a CI run.
pub fn markdown<'a, R>(report: &'a R) -> String
where
    Document: From<&'a R>,
{
    markdown::write(&Document::from(report))
}

/// A report as one HTML file: no script, nothing loaded from anywhere, light and dark, fit to print.
pub fn html<'a, R>(report: &'a R) -> String
where
    Document: From<&'a R>,
{
    html::write(&Document::from(report))
}

/// The numbers of a report as OpenMetrics 1.0 text, in base units; what is not known is left out.
pub fn openmetrics(report: &impl Exposed) -> String {
    let mut out = String::new();
    // A text takes whatever is written.
    let _ = openmetrics::write(report, &mut out);
    out
}

/// The same, written as it is made: of a million groups it has gigabytes.
///
/// # Errors
/// Those of the writer.
pub fn write_openmetrics(report: &impl Exposed, out: &mut impl Write) -> fmt::Result {
    openmetrics::write(report, out)
}

#[cfg(feature = "dora")]
#[cfg(test)]
mod tests;
