//! What targets compare: all that a table holds, and streams cut into pieces.

use truenorth::facts::{EventTable, Ownership, Rejection, Symbol};
use truenorth::ground::random::Philox;
use truenorth::{Error, ErrorCode};

/// A random stream that depends on the bytes alone.
pub fn dice(bytes: &[u8]) -> Philox {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    Philox::new(hash, 0)
}

/// Cuts a stream into pieces, some of them empty.
pub fn pieces(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut dice, mut rest, mut found) = (dice(bytes), bytes, Vec::new());
    let longest = [3, 17, 200, 5000][dice.below(4) as usize];
    while !rest.is_empty() {
        let (piece, after) = rest.split_at((dice.below(longest) as usize).min(rest.len()));
        found.push(piece);
        rest = after;
    }
    found
}

/// All that a table holds, in a form to compare.
pub fn rows(table: &EventTable) -> String {
    let names: Vec<&str> =
        (0..table.names().len() as u32).map(|at| table.names().text(Symbol::from_index(at))).collect();
    let events = (table.changes(), table.deployments(), table.pull_requests(), table.incidents());
    format!("{events:?} {:?} {:?} {:?} {names:?}", table.scopes(), table.shipped(), table.quality())
}

/// What holds of every error: it is no bug of ours, fit to print, and a sentence.
pub fn told(error: &Error, input: &[u8]) {
    assert_ne!(error.code(), ErrorCode::Internal, "{error}");
    let said = error.to_string();
    assert!(!said.chars().any(char::is_control), "{said:?}");
    assert!(!error.message().is_empty() && !error.message().ends_with('.'), "{said}");
    assert!(said.matches('`').count().is_multiple_of(2) || input.contains(&b'`'), "{said}");
    for word in ["Option<", "Vec<", "struct ", "enum ", "usize", "f64"] {
        // YAML folds lines into spaces, and escapes spell anything.
        let bare = word.trim_end().as_bytes();
        let is_theirs = input.contains(&b'\\') || input.windows(bare.len()).any(|part| part == bare);
        assert!(!said.contains(word) || is_theirs, "{said}");
    }
}

/// What was read and how that ended.
pub type Read = (EventTable, Result<(), Error>);

/// The same rows and the same end.
pub fn same(one: &Read, other: &Read) {
    let told = |read: &Read| read.1.as_ref().err().map(|error| (error.code(), error.to_string()));
    assert_eq!(told(one), told(other));
    assert_eq!(rows(&one.0), rows(&other.0));
}

/// What every table keeps to: nothing is lost between what came in and what is there.
pub fn sound(table: &EventTable) {
    let quality = table.quality();
    assert_eq!(quality.accepted, table.len() as u64, "every record that was taken is a row before settling");
    assert_eq!(quality.ignored, quality.ignored_kinds.values().sum::<u64>());
    assert_eq!(quality.rejections.len() as u64, quality.rejected.min(1000));
    for rejection in &quality.rejections {
        assert!(!rejection.reason.chars().any(char::is_control), "{rejection:?}");
    }
    let mut settled = table.clone();
    let merged = settled.settle();
    let merged = merged.changes + merged.deployments + merged.pull_requests + merged.incidents;
    assert_eq!(quality.accepted, settled.len() as u64 + merged, "settling merges rows and loses none");
    let rows = settled.len();
    settled.apply_ownership(&Ownership::default());
    assert_eq!(rows, settled.len(), "settling again merges no more");
}

/// Strict reading stops at what lenient reading counts first.
pub fn stops_where_lenient_counts(strict: &Result<(), Error>, lenient: &Read) {
    match (strict, lenient.0.quality().rejections.first(), &lenient.1) {
        (Ok(()), None, Ok(())) => {}
        (Err(error), Some(Rejection { reason, line, .. }), _) => {
            assert!(reason.ends_with(error.message()), "{error} is not {reason}");
            let place = format!("x:{line}");
            assert!(*line == 0 || error.path().starts_with(&place), "{} is not at {place}", error.path());
        }
        (Err(error), None, Err(other)) => assert_eq!(error.to_string(), other.to_string()),
        (strict, first, end) => panic!("strict: {strict:?}, lenient: {first:?} and {end:?}"),
    }
}
