//! Regular expressions made ready, and what they may cost.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::super::comparison::Pattern;
use super::super::condition::MOST_PLACES;
use super::Compiler;
use super::reading::reading;
use crate::ground::error::{Error, ErrorCode, Result};
use crate::ground::text::excerpt;

/// A longer regular expression is refused.
const LONGEST_PATTERN: usize = 4 << 10;
/// A regular expression that takes more room than this is refused.
const LARGEST_PATTERN: usize = 1 << 18;
/// What a regular expression may take is counted in these steps: nobody tells how much it takes just so.
const ROOMS: [usize; 4] = [1 << 12, 1 << 14, 1 << 16, LARGEST_PATTERN];
/// All regular expressions of a file may take so much room together.
pub(in super::super) const ROOM_FOR_PATTERNS: usize = 1 << 26;

impl Compiler<'_> {
    /// A pattern made ready, once for all that have the same.
    pub(super) fn pattern(&mut self, pattern: String) -> Result<Pattern> {
        if let Some(known) = self.patterns.get(pattern.as_str()) {
            return Ok(known.clone());
        }
        check_length(&pattern)?;
        // To read one takes time, whatever comes of it.
        self.room_for_patterns = self.room_for_patterns.checked_sub(reading(&pattern)).ok_or_else(no_room)?;
        let hir =
            regex_syntax::parse(&pattern).map_err(|error| invalid_pattern(&regex::Error::Syntax(error.to_string())))?;
        let Spelt { places, ranges } = spelt(&hir);
        if places > MOST_PLACES {
            let sentence = format!(
                "a pattern stands for at most {MOST_PLACES} characters when its repetitions are written out, found {places}"
            );
            return Err(Error::new(ErrorCode::InvalidPattern, sentence));
        }
        // The least that these take.
        let least = places.max(ranges).saturating_mul(8);
        for room in ROOMS.into_iter().filter(|room| least <= *room) {
            if room > self.room_for_patterns {
                return Err(no_room());
            }
            match RegexBuilder::new(&pattern).size_limit(room).build() {
                Err(regex::Error::CompiledTooBig(_)) if room < LARGEST_PATTERN => {}
                // One that is refused took its time too.
                built => {
                    self.room_for_patterns -= room;
                    let regex: Regex = built.map_err(|error| invalid_pattern(&error))?;
                    let ready = Pattern { regex, places };
                    self.patterns.insert(pattern.into_boxed_str(), ready.clone());
                    return Ok(ready);
                }
            }
        }
        Err(invalid_pattern(&regex::Error::CompiledTooBig(LARGEST_PATTERN)))
    }
}

fn check_length(pattern: &str) -> Result<()> {
    if pattern.len() > LONGEST_PATTERN {
        let sentence = format!("a pattern has at most {LONGEST_PATTERN} bytes, found {}", pattern.len());
        return Err(Error::new(ErrorCode::InvalidPattern, sentence));
    }
    Ok(())
}

/// What a pattern is when its repetitions are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Spelt {
    /// Places where a match may stand while a text is read: what a byte of the text costs at most.
    places: usize,
    /// Ranges of characters in its classes.
    ranges: usize,
}

fn spelt(hir: &Hir) -> Spelt {
    let own = |places: usize, ranges: usize| Spelt { places, ranges };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => own(1, 0),
        HirKind::Literal(literal) => own(literal.0.len(), 0),
        HirKind::Class(Class::Unicode(class)) => own(1, class.ranges().len()),
        HirKind::Class(Class::Bytes(class)) => own(1, class.ranges().len()),
        HirKind::Capture(capture) => sum(&[&capture.sub]),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1) as usize;
            let Spelt { places, ranges } = sum(&[&repetition.sub]);
            own(places.saturating_mul(times), ranges.saturating_mul(times))
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(&parts.iter().collect::<Vec<_>>()),
    }
}

/// Of all parts together, and one place for what holds them.
fn sum(parts: &[&Hir]) -> Spelt {
    parts.iter().fold(Spelt { places: 1, ranges: 0 }, |sum, part| {
        let Spelt { places, ranges } = spelt(part);
        Spelt { places: sum.places.saturating_add(places), ranges: sum.ranges.saturating_add(ranges) }
    })
}

fn no_room() -> Error {
    let sentence =
        format!("the patterns of a file take at most {ROOM_FOR_PATTERNS} bytes together when they are made ready");
    Error::new(ErrorCode::TooLarge, sentence)
}

fn invalid_pattern(error: &regex::Error) -> Error {
    let sentence = match error {
        regex::Error::CompiledTooBig(limit) => format!("a pattern takes at most {limit} bytes when it is made ready"),
        // The last line says what is wrong; those before it draw where.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("expected a regular expression of linear time: {}", excerpt(&last))
        }
    };
    Error::new(ErrorCode::InvalidPattern, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_written_out() {
        let places = |pattern: &str| spelt(&regex_syntax::parse(pattern).unwrap()).places;
        assert_eq!(places("abc"), 3);
        assert_eq!(places(r"\w"), 1);
        assert!((1_000..3_000).contains(&places("(?:a{0,50}){0,20}b")));
        assert!((40..100).contains(&places("a{20,40}")));
        assert!(places("(?:(?:(?:a{1000}){1000}){1000}){1000}") > MOST_PLACES);
    }
}
