//! Ownership from files: a CSV with dates, `CODEOWNERS`, and Backstage's `catalog-info.yaml`.

use super::code_owners::CodeOwners;
use super::csv::{Records, Row, check_width};
use crate::facts::{Owned, Ownership};
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;
use crate::ground::time::Time;

const COLUMNS: [(&str, &str); 6] = [
    ("repository", "repository"),
    ("path", "path"),
    ("service", "service"),
    ("team", "team"),
    ("system", "system"),
    ("validFrom", "valid_from"),
];

impl Ownership {
    /// Reads a file, told by its name: `*.csv`, `CODEOWNERS`, or `*.yaml` and `*.yml` (feature `yaml`).
    ///
    /// A CSV has the columns `repository`, `path`, `service`, `team`, `system` and `validFrom` (RFC 3339, or a date,
    /// which begins at midnight UTC), each of them optional but one of `team` and `service`. `CODEOWNERS` needs the
    /// `repository` it is of. A catalogue has one or more documents, of which the components are read: their name is
    /// the service, `spec.owner` the team, `spec.system` the system, and the annotations `github.com/project-slug`,
    /// `gitlab.com/project-slug` or `backstage.io/source-location` the repository and folder. What has no date of its
    /// own is valid from `valid_from` on, or always.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownFormat`] for a file of another name; [`ErrorCode::InvalidRecord`] and others with file and
    /// line for what cannot be read.
    pub fn read(&mut self, name: &str, bytes: &[u8], repository: Option<&str>, valid_from: Option<Time>) -> Result<()> {
        let text = || {
            let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            std::str::from_utf8(text).map_err(|_| Error::new(ErrorCode::InvalidUtf8, "expected UTF-8 text").at(name))
        };
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        match ending.as_str() {
            "csv" => self.read_csv(name, bytes, repository, valid_from),
            #[cfg(feature = "yaml")]
            "yaml" | "yml" => super::catalog::read(self, text()?, repository, valid_from).at(name),
            _ if file == "CODEOWNERS" => {
                let missing = "the repository of a `CODEOWNERS` file must be given";
                let repository = repository.ok_or_else(|| Error::new(ErrorCode::MissingField, missing).at(name))?;
                let code_owners = CodeOwners::parse(text()?);
                for _ in 0..code_owners.unread {
                    self.note("CODEOWNERS lines that are no rule");
                }
                self.add_code_owners(repository, code_owners, valid_from);
                Ok(())
            }
            _ => {
                let sentence = format!(
                    "expected a file named `*.csv`, `CODEOWNERS` or `*.yaml` for ownership, found `{}`",
                    excerpt(file)
                );
                Err(Error::new(ErrorCode::UnknownFormat, sentence))
            }
        }
    }

    fn read_csv(&mut self, name: &str, bytes: &[u8], repository: Option<&str>, valid_from: Option<Time>) -> Result<()> {
        let mut header: Option<Vec<Option<usize>>> = None;
        let mut sink = |line: u32, row: Result<Row<'_>>| {
            let done = row.and_then(|row| match &header {
                None => columns(row, self).map(|columns| header = Some(columns)),
                Some(columns) => entry(row, columns, repository, valid_from).map(|entry| self.add(entry)),
            });
            done.at(format_args!("{name}:{line}"))
        };
        let mut records = Records::default();
        records.feed(bytes, &mut sink)?;
        records.finish(&mut sink)
    }
}

/// Which of [`COLUMNS`] each column is.
fn columns(header: Row<'_>, ownership: &mut Ownership) -> Result<Vec<Option<usize>>> {
    let mut found = Vec::new();
    for name in header.iter() {
        let place = COLUMNS.iter().position(|(camel, snake)| name == *camel || name == *snake);
        if place.is_some() && found.contains(&place) {
            let sentence = format!("the column `{}` is there twice", excerpt(name));
            return Err(Error::new(ErrorCode::Conflict, sentence));
        }
        if place.is_none() {
            ownership.note(&format!("unknown column `{}`", excerpt(name)));
        }
        found.push(place);
    }
    if !found.contains(&Some(2)) && !found.contains(&Some(3)) {
        let sentence = "expected a header with the columns `repository` or `service`, and `team`";
        return Err(Error::new(ErrorCode::UnknownFormat, sentence));
    }
    Ok(found)
}

fn entry(row: Row<'_>, columns: &[Option<usize>], repository: Option<&str>, valid_from: Option<Time>) -> Result<Owned> {
    check_width(&row, columns.len())?;
    let get = |place: usize| columns.iter().position(|of| *of == Some(place)).and_then(|column| row.get(column));
    let owned = |place: usize| get(place).map(str::to_owned);
    let date = get(5).map(day_or_time).transpose().at("validFrom")?;
    let entry = Owned {
        repository: owned(0).or_else(|| repository.map(str::to_owned)),
        path: get(1).map(|path| path.trim_matches('/').to_owned()),
        service: owned(2),
        team: owned(3),
        system: owned(4),
        valid_from: date.or(valid_from),
    };
    if entry.service.is_none() && entry.repository.is_none() {
        return Err(Error::new(ErrorCode::MissingField, "expected a `service` or a `repository`, found neither"));
    }
    Ok(entry)
}

/// An instant, or a date for its first moment in UTC.
fn day_or_time(text: &str) -> Result<Time> {
    if text.len() == "2025-03-01".len() { Time::parse(&format!("{text}T00:00:00Z")) } else { Time::parse(text) }
}
