//! Where reports and complaints go.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::Path;

use serde::Serialize;
use truenorth::desk::render::{self, Document, TextOptions};
use truenorth::dora::DoraReport;
use truenorth::{Error, ErrorCode, Result};

use crate::args::{Color, Format, OutputArgs};
use crate::open::unreadable;

/// Lines longer than this are hard to read on any terminal.
const WIDEST: usize = 120;

impl OutputArgs {
    /// The format: asked for, else told by the file's name, else text.
    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or_else(|| {
            let name = self.output.as_ref().and_then(|path| path.extension()).map(|end| end.to_string_lossy());
            match name.as_deref() {
                Some("html" | "htm") => Format::Html,
                Some("md" | "markdown") => Format::Markdown,
                Some("json") => Format::Json,
                Some("prom" | "om" | "openmetrics") => Format::Openmetrics,
                _ => Format::Text,
            }
        })
    }

    /// Whether text is coloured: on a terminal, unless asked otherwise here or by `NO_COLOR`.
    fn is_coloured(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                self.output.is_none() && io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
            }
        }
    }

    /// How text is laid out: as wide as the terminal, where there is one.
    fn layout(&self) -> TextOptions {
        let default = TextOptions::default();
        let width = if self.output.is_none() && io::stdout().is_terminal() {
            usize::from(console::Term::stdout().size().1).clamp(40, WIDEST)
        } else {
            default.width
        };
        TextOptions { color: self.is_coloured(), width, ..default }
    }

    /// Writes the report to its file or to standard output, as it is made.
    fn write(&self, report: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<()> {
        to(self.output.as_deref(), report)
    }
}

/// Writes to a file, or to standard output where there is none, as it is made.
fn to(file: Option<&Path>, report: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<()> {
    let Some(path) = file else { return to_stdout(report) };
    let written = std::fs::File::create(path).and_then(|file| {
        let mut out = BufWriter::with_capacity(BUFFER, file);
        report(&mut out)?;
        out.flush()
    });
    written.map_err(|error| {
        let said = unreadable(path, &error);
        Error::new(said.code(), said.message().replace("cannot be read", "cannot be written")).at(said.path())
    })
}

/// Writes whole lines to a file, or to standard output where there is none.
pub(crate) fn put(file: Option<&Path>, text: &str) -> Result<()> {
    to(file, |out| {
        out.write_all(text.as_bytes()).and_then(|()| out.write_all(if text.is_empty() { b"" } else { b"\n" }))
    })
}

/// Reports go out in pieces of this size.
const BUFFER: usize = 1 << 16;

/// Prints to standard output; a reader that has gone away is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    to_stdout(|out| out.write_all(text.as_bytes()))
}

/// The same, as it is made, with a line end after it.
fn to_stdout(report: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<()> {
    let mut out = Ended { out: BufWriter::with_capacity(BUFFER, io::stdout().lock()), last: b'\n' };
    let newline = |out: &mut Ended<_>| if out.last == b'\n' { Ok(()) } else { out.write_all(b"\n") };
    match report(&mut out).and_then(|()| newline(&mut out)).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorCode::Unreadable, format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// A writer that knows its last byte.
struct Ended<W> {
    out: W,
    last: u8,
}

impl<W: io::Write> io::Write for Ended<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.last = written.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(self.last);
        Ok(written)
    }

    /// Directly, because JSON comes in pieces of a few bytes.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.last = bytes.last().copied().unwrap_or(self.last);
        self.out.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Text for a writer of bytes, whose error it keeps.
struct Bytes<'w> {
    out: &'w mut dyn io::Write,
    error: io::Result<()>,
}

impl fmt::Write for Bytes<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.error = self.out.write_all(text.as_bytes());
        self.error.as_ref().map_err(|_| fmt::Error).copied()
    }
}

/// Says something on standard error, which may be closed.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says what is wrong, in one sentence, and what to do next.
pub(crate) fn complain(error: &Error) {
    let (file, inside) = split(error.path());
    let place = [file, inside].map(|part| if part.is_empty() { String::new() } else { format!("{}: ", shown(part)) });
    say(&format!("truenorth: {}{}", place.concat(), shown(error.message())));
    let next = match file {
        "" if error.path().ends_with("CODEOWNERS") => {
            Some("say of which repository it is, as in --repository acme/shop")
        }
        "" => next_step(error.code()),
        _ => Some(MEND),
    };
    if let Some(next) = next {
        say(&format!("  {next}"));
    }
}

/// What to do about a line that cannot be read.
const MEND: &str = "mend the line, or count and list such lines with --lenient";

/// Tells `events.jsonl:2` from the place inside that line: editors and terminals open the first.
fn split(path: &str) -> (&str, &str) {
    for (at, _) in path.match_indices(':') {
        let rest = path.get(at + 1..).unwrap_or_default();
        let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        match rest.get(digits..) {
            Some("") if digits > 0 => return (path, ""),
            Some(inside) if digits > 0 && inside.starts_with(['.', '[']) => {
                let file = path.get(..at + 1 + digits).unwrap_or(path);
                return (file, inside.trim_start_matches('.'));
            }
            _ => {}
        }
    }
    ("", path)
}

/// A path or place as the user wrote it, control characters aside.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn next_step(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::UnknownFormat => "name the format with --input-format, or map its columns with --mapping",
        ErrorCode::MissingTable => {
            "give the table, as in `truenorth run dora --table events=events.jsonl --allow-files .`"
        }
        ErrorCode::UnknownOperation => "`truenorth run --list` lists the operations",
        ErrorCode::Internal => "the same command and input, sent to the developers, is all they need",
        _ => return None,
    })
}

/// More groups than a reader of all of them expects.
const MANY: usize = 10_000;

/// Writes a report in the format asked for.
pub(crate) fn show(report: &DoraReport, output: &OutputArgs) -> Result<()> {
    let whole = matches!(output.format(), Format::Json | Format::Openmetrics);
    if whole && !output.quiet && report.groups.len() > MANY {
        say(&format!("{} groups follow; --top 1000 keeps those that deploy most", report.groups.len()));
    }
    if output.format() != Format::Openmetrics {
        return page(report, output);
    }
    output.write(|out| {
        let mut out = Bytes { out, error: Ok(()) };
        // It has no error but that of the writer.
        let _ = render::write_openmetrics(report, &mut out);
        out.error
    })
}

/// Writes a report in a format for readers, or as JSON.
pub(crate) fn page<'a, R>(report: &'a R, output: &OutputArgs) -> Result<()>
where
    R: Serialize,
    Document: From<&'a R>,
{
    let text = match output.format() {
        Format::Json => return output.write(|out| Ok(serde_json::to_writer_pretty(out, report)?)),
        Format::Text => render::text(report, output.layout()),
        Format::Markdown => render::markdown(report),
        Format::Html => render::html(report),
        Format::Openmetrics => {
            let said = "this report has no OpenMetrics form: expected `text`, `markdown`, `html` or `json`";
            return Err(Error::new(ErrorCode::UnknownFormat, said).at("--format"));
        }
    };
    output.write(|out| out.write_all(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_lines_are_told_from_what_is_inside() {
        for (path, parts) in [
            ("a/events.jsonl:2.deployment.finishedAt", ("a/events.jsonl:2", "deployment.finishedAt")),
            ("events.jsonl:12", ("events.jsonl:12", "")),
            ("standard input:2[3].id", ("standard input:2", "[3].id")),
            ("--since", ("", "--since")),
            ("events.jsonl", ("", "events.jsonl")),
        ] {
            assert_eq!(split(path), parts, "{path}");
        }
    }
}
