//! A place in a line, and the steps from there.
//!
//! A line is read as one chain of steps, each from where the one before ended. So a cursor is kept in registers: what
//! stands in memory between two steps is waited for.

use crate::facts::Stamp;
use crate::facts::brief::{Id, Labels, Listed, Said};
use crate::facts::columns::flag;
use crate::facts::key::Key;
use crate::ground::time::Time;

/// A place in a line.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    /// What stands from here on.
    pub(super) rest: &'a [u8],
    /// How many times were finer than is kept.
    pub(super) floored: u64,
    /// How much was left where the last field began.
    began: usize,
    /// How much was left where the fields that say where the record belongs began, and where they ended.
    place: (usize, usize),
}

#[expect(clippy::inline_always, reason = "so that a cursor is kept in registers")]
impl<'a> Cursor<'a> {
    #[inline(always)]
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { rest: text, floored: 0, began: text.len(), place: (usize::MAX, 0) }
    }

    /// Goes on by so many bytes, which are there.
    #[inline(always)]
    fn pass(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Notes the last field as one of those that say where the record belongs.
    #[inline(always)]
    pub(super) fn place(&mut self) {
        let (first, end) = self.place;
        self.place = match first {
            usize::MAX => (self.began, self.rest.len()),
            // Right after the one before, but for a comma and a space.
            _ if end.wrapping_sub(self.began) <= 2 => (first, self.rest.len()),
            _ => (0, usize::MAX),
        };
    }

    /// The fields that say where the record belongs, where they stand side by side.
    #[inline(always)]
    pub(super) fn place_in(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        match self.place {
            (usize::MAX, _) => Some(&[]),
            (first, end) => text.get(text.len().checked_sub(first)?..text.len().checked_sub(end)?),
        }
    }

    /// At an object: whether it ends where it begins; if not, its first field begins here.
    #[inline(always)]
    pub(super) fn is_empty_object(&mut self) -> Option<bool> {
        self.token(b'{')?;
        let is_empty = self.next() == b'}';
        if is_empty {
            self.pass(1);
        }
        self.began = self.rest.len();
        Some(is_empty)
    }

    /// The next byte that is no space; 0 at the end, which is no byte of a line worth taking.
    #[inline(always)]
    pub(super) fn next(&mut self) -> u8 {
        match self.rest {
            [byte, ..] if *byte > b' ' => *byte,
            _ => {
                self.rest = after_space(self.rest);
                self.rest.first().copied().unwrap_or(0)
            }
        }
    }

    #[inline(always)]
    pub(super) fn token(&mut self, byte: u8) -> Option<()> {
        if self.next() != byte {
            return None;
        }
        self.pass(1);
        Some(())
    }

    /// A key and its colon.
    #[inline(always)]
    pub(super) fn key(&mut self) -> Option<&'a [u8]> {
        self.next();
        let key = self.string()?;
        self.token(b':')?;
        Some(key)
    }

    /// After a field: whether the object ends here; if not, the next field begins here.
    #[inline(always)]
    pub(super) fn is_last(&mut self) -> Option<bool> {
        let byte = self.next();
        self.pass(1);
        if byte == b',' {
            self.next();
            self.began = self.rest.len();
            return Some(false);
        }
        (byte == b'}').then_some(true)
    }

    /// A string without escapes and control characters.
    #[inline(always)]
    fn string(&mut self) -> Option<&'a [u8]> {
        let [b'"', inside @ ..] = self.rest else { return None };
        let (text, [_, rest @ ..]) = inside.split_at_checked(plain(inside)?)? else { return None };
        self.rest = rest;
        Some(text)
    }

    /// Whether this text stands here, which is then passed.
    #[inline(always)]
    pub(super) fn pass_text(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text.as_bytes()) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// What a value is where `null` stands for it: nothing said.
    #[inline(always)]
    fn null<T: Default>(&mut self) -> Option<T> {
        self.pass_text("null").then(T::default)
    }

    #[inline(always)]
    pub(super) fn text(&mut self) -> Option<Said<'a>> {
        if let [b'"', ..] = self.rest { self.string().map(Some) } else { self.null() }
    }

    #[inline(always)]
    pub(super) fn id(&mut self) -> Option<Id<'a>> {
        // Digits are no quotes: a sha that ends where it should needs no search for its end.
        if let Some(([b'"', sha @ .., b'"'], rest)) = self.rest.split_first_chunk::<42>()
            && let Some(key) = Key::of_sha(sha)
        {
            self.rest = rest;
            return Some(Id::Sha(key));
        }
        Some(self.text()?.map_or(Id::None, Id::Text))
    }

    #[inline(always)]
    pub(super) fn time(&mut self) -> Option<Stamp> {
        if let Some(([b'"', text @ .., b'"'], rest)) = self.rest.split_first_chunk::<22>()
            && let Some(time) = Time::parse_whole_second(text)
        {
            self.rest = rest;
            return Some(time.into());
        }
        let Some(text) = self.text()? else { return Some(Stamp::NONE) };
        let (time, finer) = unusual_time(text)?;
        self.floored += u64::from(finer);
        Some(time)
    }

    #[inline(always)]
    pub(super) fn truth(&mut self) -> Option<bool> {
        if self.pass_text("true") {
            Some(true)
        } else if self.pass_text("false") {
            Some(false)
        } else {
            self.null()
        }
    }

    #[inline(always)]
    pub(super) fn status(&mut self) -> Option<u8> {
        if self.pass_text("\"success\"") {
            Some(0)
        } else if self.pass_text("\"failure\"") {
            Some(flag::FAILURE)
        } else if self.pass_text("\"cancelled\"") {
            Some(flag::CANCELLED)
        } else {
            self.null()
        }
    }

    #[inline(always)]
    pub(super) fn texts(&mut self) -> Option<Listed<'a>> {
        let (all, rest) = list(self.rest)?;
        self.rest = rest;
        Some(all)
    }

    #[inline(always)]
    pub(super) fn labels(&mut self) -> Option<Labels<'a>> {
        let (all, rest) = labels(self.rest)?;
        self.rest = rest;
        Some(all)
    }
}

/// What stands after spaces.
#[cold]
fn after_space(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', rest @ ..] = text {
        text = rest;
    }
    text
}

/// A time with an offset or parts of seconds, and whether it is finer than is kept.
fn unusual_time(text: &[u8]) -> Option<(Stamp, bool)> {
    let text = std::str::from_utf8(text).ok()?;
    Some((Time::parse(text).ok()?.into(), Time::is_finer(text)))
}

/// A list of strings, and what stands after it.
fn list(from: &[u8]) -> Option<(Listed<'_>, &[u8])> {
    let mut at = Cursor::new(from);
    at.token(b'[')?;
    if at.next() == b']' {
        at.pass(1);
        return Some((Listed::None, at.rest));
    }
    loop {
        at.next();
        at.string()?;
        let byte = at.next();
        at.pass(1);
        match byte {
            b',' => {}
            b']' => return Some((Listed::Json(from.get(..from.len() - at.rest.len())?), at.rest)),
            _ => return None,
        }
    }
}

/// An object of strings, and what stands after it.
fn labels(from: &[u8]) -> Option<(Labels<'_>, &[u8])> {
    let mut at = Cursor::new(from);
    if at.is_empty_object()? {
        return Some((Labels::None, at.rest));
    }
    loop {
        at.key()?;
        at.next();
        at.string()?;
        if at.is_last()? {
            return Some((Labels::Json(from.get(..from.len() - at.rest.len())?), at.rest));
        }
    }
}

/// How long a text is that ends with a quote; `None` where a backslash, a control character or what is no UTF-8 stands
/// before it.
#[inline(never)]
fn plain(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    // The lowest set bit of each is exact: borrows only run upwards, from a byte that was found.
    let below = |word: u64, bound: u8| word.wrapping_sub(ONES * u64::from(bound)) & !word;
    let (mut rest, mut all) = (bytes, 0);
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        all |= word;
        // Turning one bit over puts the quote next to the control characters, and the space where the quote was.
        let found = (below(word ^ (ONES * 2), b'!') | below(word ^ (ONES * u64::from(b'\\')), 1)) & TOPS;
        if found != 0 {
            let end = (bytes.len() - rest.len()).wrapping_add((found.trailing_zeros() / 8) as usize);
            return if all & TOPS == 0 { (bytes.get(end) == Some(&b'"')).then_some(end) } else { checked(bytes, end) };
        }
        rest = after;
    }
    let end = rest.iter().position(|&byte| byte < b' ' || byte == b'"' || byte == b'\\')?;
    checked(bytes, bytes.len() - rest.len() + end)
}

#[cold]
fn checked(bytes: &[u8], end: usize) -> Option<usize> {
    let (text, [b'"', ..]) = bytes.split_at_checked(end)? else { return None };
    std::str::from_utf8(text).is_ok().then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_with_its_quote() {
        for before in 0..20 {
            for word in ["é", "a", " ", "!", "#", "~", "\u{7f}"] {
                let text = word.repeat(before);
                for tail in ["", "é\"\\ tail", "tail\u{1}"] {
                    assert_eq!(plain(format!("{text}\"{tail}").as_bytes()), Some(text.len()), "{text:?}");
                }
                for special in ["\\", "\u{1f}", "\0", ""] {
                    assert_eq!(plain(format!("{text}{special}").as_bytes()), None, "{text:?}");
                    let more = format!("{text}{special}\" and a tail");
                    assert_eq!(plain(more.as_bytes()), special.is_empty().then_some(text.len()), "{text:?}");
                }
                let broken = [text.as_bytes(), b"\xc3\" and a tail"].concat();
                assert_eq!(plain(&broken), None);
            }
        }
    }
}
