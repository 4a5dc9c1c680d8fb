//! Who owns what, from files.

use std::fs::File;
use std::path::PathBuf;

use truenorth::desk::sources::ReadOptions;
use truenorth::facts::{Assigned, EventTable, Ownership};
use truenorth::{Error, ErrorCode, Result};

use super::{CHUNK, decompress, unreadable};

/// Larger files are not about ownership.
const MOST_BYTES: usize = 64 << 20;

/// Reads the files and gives rows their owners; `None` without files.
pub(super) fn load<'a>(
    paths: impl Iterator<Item = &'a PathBuf>,
    options: &ReadOptions,
    events: &mut EventTable,
) -> Result<Option<Assigned>> {
    let mut ownership = Ownership::default();
    let mut is_any = false;
    for path in paths {
        is_any = true;
        let name = path.to_string_lossy();
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let mut input = decompress::open(file, &name)?;
        let (mut bytes, mut chunk) = (Vec::new(), vec![0; CHUNK]);
        loop {
            let read = input.read(&mut chunk)?;
            let Some(part) = chunk.get(..read).filter(|part| !part.is_empty()) else { break };
            bytes.extend_from_slice(part);
            if bytes.len() > MOST_BYTES {
                let said = format!("a file about ownership has at most {MOST_BYTES} bytes");
                return Err(Error::new(ErrorCode::TooLarge, said).at(&name));
            }
        }
        // The name tells the form, compression aside.
        let plain = [".gz", ".zst"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        ownership.read(plain, &bytes, options.repository.as_deref(), None)?;
    }
    if !is_any {
        return Ok(None);
    }
    let assigned = events.apply_ownership(&ownership);
    for (sentence, count) in [
        ("rows whose owner is not known", assigned.unowned),
        ("rows that name another team than their owner", assigned.conflicts),
        ("rows whose owners contradict each other", assigned.ambiguous),
    ] {
        events.note_times(sentence, count);
    }
    for (sentence, count) in &ownership.notes {
        events.note_times(&format!("ownership: {sentence}"), *count);
    }
    Ok(Some(assigned))
}
