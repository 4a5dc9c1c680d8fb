//! Reports as people and machines read them.
//!
//! A room turns its report into one neutral [`Document`]; [`text`], [`markdown`] and [`html`] write any document. For
//! monitoring, a room turns its numbers into an [`Exposition`], which [`openmetrics`] writes. Names and messages from
//! outside are escaped by the writers, for every format in its own way.

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
pub use openmetrics::Exposition;
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
pub fn openmetrics<'a, R>(report: &'a R) -> String
where
    Exposition: From<&'a R>,
{
    openmetrics::write(&Exposition::from(report))
}

#[cfg(feature = "dora")]
#[cfg(test)]
mod tests;
