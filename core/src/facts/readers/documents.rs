//! Splits a stream into its JSON values, whatever way they are strung together.

use crate::ground::error::{Error, ErrorCode, Result};

/// How deep a value may nest.
pub const MOST_DEPTH: u32 = 128;
/// How long a value may be, in bytes.
pub const MOST_BYTES: usize = 16 << 20;

/// Names under which list responses and exports put their records.
const LISTS: &[&str] = &[
    "data",
    "deployments",
    "events",
    "incidents",
    "issues",
    "items",
    "log_entries",
    "messages",
    "pull_requests",
    "records",
    "releases",
    "result",
    "results",
    "values",
    "workflow_runs",
];

/// Which lists inside an object are opened, so that their elements are the values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Lists {
    /// Those under well-known names, such as `items`, `incidents` or `workflow_runs`, when they hold objects.
    #[default]
    Known,
    /// None: an object is a value.
    Closed,
    /// Only the one under this name.
    Named(String),
}

/// An incremental splitter: bytes in, the JSON values of a stream out, each with the line it begins on.
///
/// Yields one document, documents one after another (JSONL, JSON text sequences or pretty-printed), the elements of
/// top-level arrays, of pages of them (`[…][…]` and `[[…],[…]]`) and of a list wrapped in an object. Values are only
/// told apart here, not checked; a broken one is reported once, and reading goes on at the next line or value.
///
/// # Example
///
/// ```
/// use truenorth::facts::readers::documents::Documents;
/// let mut documents = Documents::default();
/// let mut found = Vec::new();
/// documents.feed(b"[{\"a\": 1},\n {\"a\"", &mut |line, value| Ok(found.push((line, value?.to_owned()))))?;
/// documents.feed(b": 2}][{\"a\": 3}]", &mut |line, value| Ok(found.push((line, value?.to_owned()))))?;
/// documents.finish(&mut |line, value| Ok(found.push((line, value?.to_owned()))))?;
/// assert_eq!(found, [(1, "{\"a\": 1}".into()), (2, "{\"a\": 2}".into()), (2, "{\"a\": 3}".into())]);
/// # Ok::<(), truenorth::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a state machine over bytes: each is one thing it remembers")]
pub struct Documents {
    lists: Lists,
    state: State,
    /// The part of the current value that came in earlier pieces.
    kept: Vec<u8>,
    /// Arrays whose elements are values, the outermost first; whether each stands inside an object.
    frames: Vec<bool>,
    /// Newlines seen so far.
    newlines: u32,
    /// How many of the three bytes of a byte order mark were seen; 3 once that is settled.
    mark: u8,
    /// Where the current value begins.
    began: u32,
    depth: u32,
    /// A bit for each level: whether it is an array.
    arrays: u128,
    in_string: bool,
    escaped: bool,
    /// The last byte that was neither space nor inside a string.
    last: u8,
    /// The latest key of the outermost object.
    key: Vec<u8>,
    in_key: bool,
    /// Whether the last byte began a list that may be opened.
    may_open: bool,
    /// Whether a list of this object was opened, so that the object itself is no value.
    opened: bool,
    failed: Option<Error>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Between,
    /// A value that is neither object nor array, or no JSON at all.
    Bare,
    Value,
    /// After something broken: until the line ends.
    Rest,
}

enum Step {
    Inside,
    Ends,
    /// This byte cannot go on with the value; it begins another.
    Begins,
    /// This byte cannot go on with the value; what follows on the line is lost.
    Breaks,
    /// This byte begins the first element of a wrapped list.
    Opens,
}

impl Documents {
    /// A splitter that opens these lists.
    pub fn new(lists: Lists) -> Self {
        Self { lists, ..Self::default() }
    }

    /// Takes the next piece of the stream and hands every value that ends in it to the sink.
    ///
    /// The sink gets the line a value begins on, from 1, and its text, or why there is none:
    /// [`ErrorCode::InvalidJson`], [`ErrorCode::InvalidUtf8`], [`ErrorCode::TooLarge`].
    ///
    /// # Errors
    /// Only those that the sink returns; it then stands where it was and should not be fed again.
    pub fn feed(&mut self, piece: &[u8], sink: &mut impl FnMut(u32, Result<&str>) -> Result<()>) -> Result<()> {
        let mut start = 0;
        let mut next = 0;
        loop {
            if self.state == State::Value && self.in_string && !self.escaped && !self.in_key {
                // Most bytes stand in strings, where only these three mean something.
                let rest = piece.get(next..).unwrap_or_default();
                next += memchr::memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
            }
            let Some(&byte) = piece.get(next) else { break };
            let at = next;
            next += 1;
            if self.mark < 3 && self.is_mark(byte) {
                start = at + 1;
                continue;
            }
            match self.state {
                State::Value => match self.step(byte) {
                    Step::Inside => {}
                    Step::Ends => self.end(piece.get(start..=at).unwrap_or_default(), sink)?,
                    Step::Begins => {
                        self.broken(sink)?;
                        self.begin(byte, sink)?;
                        start = at;
                    }
                    Step::Breaks => {
                        self.broken(sink)?;
                        self.state = if byte == b'\n' { State::Between } else { State::Rest };
                    }
                    Step::Opens => {
                        self.kept.clear();
                        self.frames.push(true);
                        self.begin(byte, sink)?;
                        start = at;
                    }
                },
                State::Bare => {
                    let over = match byte {
                        b'\n' => true,
                        b',' | b']' => !self.in_string && !self.frames.is_empty(),
                        _ => {
                            self.in_string ^= byte == b'"' && !self.escaped;
                            self.escaped = byte == b'\\' && !self.escaped;
                            false
                        }
                    };
                    if over {
                        self.end(piece.get(start..at).unwrap_or_default(), sink)?;
                        self.begin(byte, sink)?;
                        start = at;
                    }
                }
                State::Rest if byte == b'\n' => self.state = State::Between,
                State::Rest => {}
                State::Between => {
                    self.begin(byte, sink)?;
                    start = at;
                }
            }
            if byte == b'\n' {
                self.newlines = self.newlines.saturating_add(1);
            }
        }
        if matches!(self.state, State::Value | State::Bare) && !self.opened && self.failed.is_none() {
            let rest = piece.get(start..).unwrap_or_default();
            if self.kept.len() + rest.len() > MOST_BYTES {
                self.fail(too_long());
            } else {
                self.kept.extend_from_slice(rest);
            }
        }
        Ok(())
    }

    /// Says that the stream is over.
    ///
    /// # Errors
    /// Only those that the sink returns; it is told [`ErrorCode::Truncated`] when the stream ends inside a value or an
    /// array.
    pub fn finish(&mut self, sink: &mut impl FnMut(u32, Result<&str>) -> Result<()>) -> Result<()> {
        match self.state {
            State::Bare => self.end(&[], sink)?,
            State::Value => {
                let sentence = "the input ends inside the value that begins here";
                let failed = self.failed.take();
                sink(self.began, Err(failed.unwrap_or_else(|| Error::new(ErrorCode::Truncated, sentence))))?;
            }
            State::Between | State::Rest if !self.frames.is_empty() => {
                let sentence = "the input ends inside an array";
                sink(self.line(), Err(Error::new(ErrorCode::Truncated, sentence)))?;
            }
            State::Between | State::Rest => {}
        }
        *self = Self::new(std::mem::take(&mut self.lists));
        Ok(())
    }

    fn line(&self) -> u32 {
        self.newlines.saturating_add(1)
    }

    /// The line that begins here, when nothing is open: a caller that can read whole lines by itself may do so, and
    /// must then say so by [`Documents::skip_line`].
    pub(crate) fn idle_at(&self) -> Option<u32> {
        (self.state == State::Between && self.frames.is_empty()).then(|| self.line())
    }

    /// Passes over a line that was read elsewhere, its newline included.
    pub(crate) fn skip_line(&mut self) {
        self.mark = 3;
        self.newlines = self.newlines.saturating_add(1);
    }

    /// Passes over a byte order mark at the start of the stream.
    fn is_mark(&mut self, byte: u8) -> bool {
        if [0xef, 0xbb, 0xbf].get(usize::from(self.mark)) == Some(&byte) {
            self.mark += 1;
            true
        } else {
            self.mark = 3;
            false
        }
    }

    /// A byte between values.
    fn begin(&mut self, byte: u8, sink: &mut impl FnMut(u32, Result<&str>) -> Result<()>) -> Result<()> {
        self.kept.clear();
        (self.in_string, self.escaped, self.in_key, self.may_open, self.opened) = (false, false, false, false, false);
        self.failed = None;
        self.state = State::Between;
        match byte {
            // The record separator of JSON text sequences (RFC 7464) counts as space.
            b' ' | b'\t' | b'\r' | b'\n' | 0x1e => {}
            b',' if !self.frames.is_empty() => {}
            b'[' => {
                if self.frames.len() < MOST_DEPTH as usize {
                    self.frames.push(false);
                } else {
                    self.state = State::Rest;
                    sink(self.line(), Err(too_deep()))?;
                }
            }
            b']' if !self.frames.is_empty() => {
                if self.frames.pop() == Some(true) {
                    (self.state, self.depth, self.arrays, self.last, self.opened) = (State::Value, 1, 0, b']', true);
                }
            }
            b'{' => {
                (self.state, self.began, self.depth, self.arrays, self.last) = (State::Value, self.line(), 1, 0, b'{');
            }
            _ => {
                (self.state, self.began, self.in_string) = (State::Bare, self.line(), byte == b'"');
            }
        }
        Ok(())
    }

    /// A byte inside an object.
    fn step(&mut self, byte: u8) -> Step {
        if self.in_string {
            match byte {
                // JSON has no raw newline inside a string, so this line was cut off.
                b'\n' => return Step::Breaks,
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => (self.in_string, self.in_key, self.last) = (false, false, b'"'),
                _ if self.in_key && self.key.len() < 64 => self.key.push(byte),
                _ => {}
            }
            return Step::Inside;
        }
        let may_open = self.may_open;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => return Step::Inside,
            b'"' => {
                self.in_string = true;
                self.in_key = self.depth == 1 && matches!(self.last, b'{' | b',');
                if self.in_key {
                    self.key.clear();
                }
            }
            b'{' if may_open => return Step::Opens,
            b'{' | b'[' => {
                if !matches!(self.last, b':' | b',' | b'[') {
                    return Step::Begins;
                }
                let array = byte == b'[';
                self.may_open = array && self.depth == 1 && self.last == b':' && self.is_list();
                self.depth = self.depth.saturating_add(1);
                if self.depth > MOST_DEPTH {
                    self.fail(too_deep());
                } else {
                    let bit = 1 << (self.depth - 1);
                    self.arrays = if array { self.arrays | bit } else { self.arrays & !bit };
                }
                self.last = byte;
                return Step::Inside;
            }
            b'}' | b']' => {
                let array = byte == b']';
                if self.depth <= MOST_DEPTH && (self.arrays >> (self.depth - 1) & 1 == 1) != array {
                    return Step::Breaks;
                }
                self.opened |= may_open;
                self.depth -= 1;
                self.last = byte;
                if self.depth == 0 {
                    return Step::Ends;
                }
            }
            _ => self.last = byte,
        }
        self.may_open = false;
        Step::Inside
    }

    /// Whether the list under the current key is one to open: never a list inside an opened list.
    fn is_list(&self) -> bool {
        !self.frames.contains(&true)
            && match &self.lists {
                Lists::Known => LISTS.iter().any(|name| name.as_bytes() == self.key),
                Lists::Closed => false,
                Lists::Named(name) => name.as_bytes() == self.key,
            }
    }

    fn fail(&mut self, error: Error) {
        self.failed.get_or_insert(error);
        self.kept.clear();
    }

    /// A value ends with these bytes.
    fn end(&mut self, tail: &[u8], sink: &mut impl FnMut(u32, Result<&str>) -> Result<()>) -> Result<()> {
        self.state = State::Between;
        if let Some(error) = self.failed.take() {
            return sink(self.began, Err(error));
        }
        if self.opened {
            return Ok(());
        }
        if self.kept.len() + tail.len() > MOST_BYTES {
            return sink(self.began, Err(too_long()));
        }
        let whole = if self.kept.is_empty() {
            tail
        } else {
            self.kept.extend_from_slice(tail);
            &self.kept
        };
        match std::str::from_utf8(whole) {
            Ok(text) => sink(self.began, Ok(text)),
            Err(_) => sink(self.began, Err(Error::new(ErrorCode::InvalidUtf8, "expected UTF-8 text"))),
        }
    }

    fn broken(&mut self, sink: &mut impl FnMut(u32, Result<&str>) -> Result<()>) -> Result<()> {
        self.kept.clear();
        let sentence = format!("expected JSON, found a value that breaks off in line {}", self.line());
        sink(self.began, Err(self.failed.take().unwrap_or_else(|| Error::new(ErrorCode::InvalidJson, sentence))))
    }
}

fn too_deep() -> Error {
    Error::new(ErrorCode::TooLarge, format!("a value nests at most {MOST_DEPTH} levels, found more"))
}

fn too_long() -> Error {
    Error::new(ErrorCode::TooLarge, format!("a value has at most {MOST_BYTES} bytes, found more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way to cut the text in two, and byte by byte, must give the same values.
    fn split(text: &[u8], lists: &Lists) -> Vec<(u32, Result<String, ErrorCode>)> {
        let run = |pieces: &[&[u8]]| {
            let mut out = Vec::new();
            let mut sink = |line: u32, value: Result<&str>| {
                out.push((line, value.map(str::to_owned).map_err(|error| error.code())));
                Ok(())
            };
            let mut documents = Documents::new(lists.clone());
            for piece in pieces {
                documents.feed(piece, &mut sink).unwrap();
            }
            documents.finish(&mut sink).unwrap();
            out
        };
        super::super::every_cut(text, run)
    }

    fn values(text: &str) -> Vec<String> {
        split(text.as_bytes(), &Lists::Known).into_iter().map(|(_, value)| value.unwrap()).collect()
    }

    #[test]
    fn values_are_found_however_they_are_strung_together() {
        let two = ["{\"a\":1}", "{\"b\":[{}]}"];
        for text in [
            "{\"a\":1}\n{\"b\":[{}]}\n",
            "{\"a\":1}{\"b\":[{}]}",
            "\u{feff}[{\"a\":1},{\"b\":[{}]}]",
            "[{\"a\":1}][{\"b\":[{}]}]",
            "[[{\"a\":1}],[{\"b\":[{}]}],[]]",
            "\u{1e}{\"a\":1}\n\u{1e}{\"b\":[{}]}\n",
            "{\"items\":[{\"a\":1},{\"b\":[{}]}],\"next\":null}",
            "{\"total_count\":2,\"workflow_runs\":[{\"a\":1}]} {\"total_count\":2,\"workflow_runs\":[{\"b\":[{}]}]}",
            "[{\"more\":{\"items\":[1]},\"incidents\":[{\"a\":1}]},{\"incidents\":[{\"b\":[{}]}]}]",
        ] {
            assert_eq!(values(text), two, "{text}");
        }
        assert_eq!(values("{\n  \"a\": \"}{][\\\"\",\n  \"b\": 1\n}\n").len(), 1);
    }

    #[test]
    fn only_lists_of_objects_are_opened_and_only_once() {
        assert_eq!(values("{\"data\":[1,2]}"), ["{\"data\":[1,2]}"]);
        assert_eq!(values("{\"data\":{\"items\":[{}]}}"), ["{\"data\":{\"items\":[{}]}}"]);
        assert_eq!(values("{\"items\":[{\"events\":[{}]}]}"), ["{\"events\":[{}]}"]);
        assert_eq!(values("{\"items\":[],\"events\":[{\"a\":1}]}"), ["{\"a\":1}"]);
        assert!(values("{\"items\": [ ]}").is_empty());
        assert_eq!(values("{\"commits\":[{}]}"), ["{\"commits\":[{}]}"]);
        let closed = split(b"{\"items\":[{}]}", &Lists::Closed);
        assert_eq!(closed, [(1, Ok("{\"items\":[{}]}".into()))]);
        let named = split(b"{\"items\":[{}],\"rows\":[{\"a\":1}]}", &Lists::Named("rows".into()));
        assert_eq!(named, [(1, Ok("{\"a\":1}".into()))]);
    }

    #[test]
    fn what_is_broken_is_reported_once_and_reading_goes_on() {
        use ErrorCode::{InvalidJson, InvalidUtf8, TooLarge, Truncated};
        let good = |line| (line, Ok("{\"b\":2}".to_owned()));
        let cases: [(&[u8], Vec<_>); 9] = [
            (b"{\"a\":1\n{\"b\":2}\n", vec![(1, Err(InvalidJson)), good(2)]),
            (b"{\"a\":\"cut off\n{\"b\":2}\n", vec![(1, Err(InvalidJson)), good(2)]),
            (b"{\"a\":[1}\n{\"b\":2}\n", vec![(1, Err(InvalidJson)), good(2)]),
            (b"{\"a\":\"\xff\"}{\"b\":2}", vec![(1, Err(InvalidUtf8)), good(1)]),
            (b"{\"b\":2}\n{\"a\":", vec![good(1), (2, Err(Truncated))]),
            (b"[{\"b\":2},\n", vec![good(1), (2, Err(Truncated))]),
            (b"{\"items\":[{\"b\":2}]", vec![good(1), (1, Err(Truncated))]),
            (b"no json\n{\"b\":2}", vec![(1, Ok("no json".into())), good(2)]),
            (b"[1,\"a,]\",{\"b\":2}]", vec![(1, Ok("1".into())), (1, Ok("\"a,]\"".into())), good(1)]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text, &Lists::Known), expected, "{}", String::from_utf8_lossy(text));
        }
        let deep = format!("{{\"a\":{}{}}}\n{{\"b\":2}}", "[".repeat(200), "]".repeat(200));
        assert_eq!(split(deep.as_bytes(), &Lists::Known), [(1, Err(TooLarge)), good(2)]);
    }

    #[test]
    fn no_value_takes_more_memory_than_its_bound() {
        let mut documents = Documents::default();
        let mut found = Vec::new();
        let mut sink = |line: u32, value: Result<&str>| {
            found.push((line, value.map(str::len).map_err(|error| error.code())));
            Ok(())
        };
        documents.feed(b"{\"a\":\"", &mut sink).unwrap();
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..40 {
            documents.feed(&piece, &mut sink).unwrap();
            assert!(documents.kept.len() <= MOST_BYTES);
        }
        documents.feed(b"\"}\n{}", &mut sink).unwrap();
        // Brackets without end are counted, not kept.
        documents.feed(&vec![b'['; 1 << 20], &mut sink).unwrap();
        documents.finish(&mut sink).unwrap();
        assert_eq!(found[..2], [(1, Err(ErrorCode::TooLarge)), (2, Ok(2))]);
        assert!(found[2..].iter().all(|(_, value)| value.is_err()));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_in_any_pieces(bytes in proptest::collection::vec(
            proptest::sample::select(b"{}[]\",:\\\n 1a\xff\x1e".to_vec()), 0..60,
        )) {
            split(&bytes, &Lists::Known);
        }
    }
}
