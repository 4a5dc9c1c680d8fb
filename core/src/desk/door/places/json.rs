//! Places in JSON.

use super::{Node, Place};

/// Deeper text has no places: its readers refuse it.
const DEEPEST: u32 = 128;

/// Reads text that is JSON; of other text it may say anything, but it ends.
pub(super) fn read(text: &str) -> Option<Node> {
    let mut scan = Scan { text, at: 0, seen: 0, line: 1, line_start: 0 };
    let node = scan.value(DEEPEST)?;
    scan.blank();
    scan.rest().is_empty().then_some(node)
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// How far lines were counted.
    seen: usize,
    line: u64,
    /// Where the line begins.
    line_start: usize,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    /// Goes over a sign, if it is what comes next.
    fn take(&mut self, sign: char) -> bool {
        self.blank();
        let is_next = self.rest().starts_with(sign);
        self.at += if is_next { sign.len_utf8() } else { 0 };
        is_next
    }

    fn place(&mut self) -> Place {
        self.blank();
        let passed = self.text.get(self.seen..self.at).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
        if let Some(end) = passed.rfind('\n') {
            self.line_start = self.seen + end + 1;
        }
        self.seen = self.at;
        let before = self.text.get(self.line_start..self.at).unwrap_or_default();
        Place { line: self.line, column: before.chars().count() as u64 + 1 }
    }

    fn value(&mut self, deepest: u32) -> Option<Node> {
        let inside = deepest.checked_sub(1)?;
        if self.take('{') {
            let mut entries = Vec::new();
            if self.take('}') {
                return Some(Node::Map(entries));
            }
            loop {
                let place = self.place();
                let key = serde_json::from_str(self.string()?).ok()?;
                if !self.take(':') {
                    return None;
                }
                entries.push((key, place, self.value(inside)?));
                if !self.take(',') {
                    return self.take('}').then_some(Node::Map(entries));
                }
            }
        }
        if self.take('[') {
            let mut items = Vec::new();
            if self.take(']') {
                return Some(Node::List(items));
            }
            loop {
                let place = self.place();
                items.push((place, self.value(inside)?));
                if !self.take(',') {
                    return self.take(']').then_some(Node::List(items));
                }
            }
        }
        self.leaf()
    }

    fn leaf(&mut self) -> Option<Node> {
        self.blank();
        if self.rest().starts_with('"') {
            return self.string().map(|_| Node::Leaf);
        }
        let rest = self.rest();
        let length = rest.find([',', ']', '}', ':', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then_some(Node::Leaf)
    }

    /// A text in its quotes.
    fn string(&mut self) -> Option<&'t str> {
        self.blank();
        let rest = self.rest();
        let mut bytes = rest.bytes().enumerate().skip(1);
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' if rest.starts_with('"') => {
                    self.at += at + 1;
                    return rest.get(..=at);
                }
                b'\\' => drop(bytes.next()),
                _ => {}
            }
        }
        None
    }
}
