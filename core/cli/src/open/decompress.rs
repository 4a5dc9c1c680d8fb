//! Plain, gzip and zstd, told by their first bytes.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use truenorth::{Error, ErrorCode, Result};

/// How much compressed data is read at once.
const BUFFER: usize = 128 << 10;

/// A source with its beginning put back before it.
type Whole<R> = BufReader<io::Chain<Cursor<Vec<u8>>, Counted<R>>>;

/// A stream of plain bytes.
pub(super) struct Input<R: Read> {
    form: Form<R>,
    consumed: Rc<Cell<u64>>,
    name: String,
}

enum Form<R: Read> {
    Plain(Whole<R>),
    Gzip(Box<flate2::bufread::MultiGzDecoder<Whole<R>>>),
    Zstd(Zstd<Whole<R>>),
}

/// Looks at the first bytes and opens what they announce.
pub(super) fn open<R: Read>(source: R, name: &str) -> Result<Input<R>> {
    let consumed = Rc::new(Cell::new(0));
    let mut source = Counted { source, count: Rc::clone(&consumed) };
    let mut first = Vec::with_capacity(4);
    let looked = source.by_ref().take(4).read_to_end(&mut first);
    looked.map_err(|error| explain(&error, name))?;
    let form = |first: Vec<u8>, source| BufReader::with_capacity(BUFFER, Cursor::new(first).chain(source));
    let form = match first[..] {
        [0x1f, 0x8b, ..] => Form::Gzip(Box::new(flate2::bufread::MultiGzDecoder::new(form(first, source)))),
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Form::Zstd(Zstd::Between(form(first, source))),
        _ => Form::Plain(form(first, source)),
    };
    Ok(Input { form, consumed, name: name.to_owned() })
}

impl<R: Read> Input<R> {
    /// Fills as much of `chunk` as there is; 0 at the end.
    pub(super) fn read(&mut self, chunk: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while let Some(rest) = chunk.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let read = match &mut self.form {
                Form::Plain(plain) => plain.read(rest),
                Form::Gzip(gzip) => gzip.read(rest),
                Form::Zstd(zstd) => zstd.read(rest),
            };
            match read {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.explain(&error)),
            }
        }
        Ok(filled)
    }

    /// How many bytes were taken from the source, before they were unpacked.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed.get()
    }

    fn explain(&self, error: &io::Error) -> Error {
        let form = match self.form {
            Form::Plain(_) => return explain(error, &self.name),
            Form::Gzip(_) => "gzip",
            Form::Zstd(_) => "zstd",
        };
        let why = if error.kind() == io::ErrorKind::UnexpectedEof || early(error) {
            format!("the {form} data ends early; copy or download the file again")
        } else {
            format!("the {form} data is damaged ({error}); copy or download the file again")
        };
        Error::new(ErrorCode::Truncated, why).at(&self.name)
    }
}

fn explain(error: &io::Error, name: &str) -> Error {
    super::unreadable(name.as_ref(), error)
}

/// Whether anything in the chain of causes is an early end.
fn early(error: &io::Error) -> bool {
    let mut cause = error.get_ref().map(|error| error as &dyn std::error::Error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// zstd, frame after frame: a file may have many, and some that hold no data.
enum Zstd<R: BufRead> {
    /// Before a frame.
    Between(R),
    /// Inside one.
    Inside(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
    /// After an error.
    Broken,
}

impl<R: BufRead> Zstd<R> {
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::Broken) {
                Self::Broken => return Err(io::Error::other("it was damaged before")),
                Self::Between(mut source) => {
                    if source.fill_buf()?.is_empty() {
                        *self = Self::Between(source);
                        return Ok(0);
                    }
                    // The decoder takes the source along even when it fails, so a frame to skip is seen first.
                    if let Some(length) = skippable(&mut source)? {
                        let skipped = io::copy(&mut source.by_ref().take(length), &mut io::sink())?;
                        if skipped < length {
                            return Err(io::ErrorKind::UnexpectedEof.into());
                        }
                        *self = Self::Between(source);
                        continue;
                    }
                    let frame = StreamingDecoder::new(source).map_err(|error| match error {
                        FrameDecoderError::ReadFrameHeaderError(
                            ReadFrameHeaderError::MagicNumberReadError(error)
                            | ReadFrameHeaderError::FrameDescriptorReadError(error)
                            | ReadFrameHeaderError::WindowDescriptorReadError(error),
                        ) => error,
                        other => io::Error::other(other),
                    })?;
                    *self = Self::Inside(Box::new(frame));
                }
                Self::Inside(mut frame) => {
                    let read = frame.read(chunk)?;
                    if read > 0 {
                        *self = Self::Inside(frame);
                        return Ok(read);
                    }
                    let said = frame.decoder.get_checksum_from_data();
                    if said.is_some() && said != frame.decoder.get_calculated_checksum() {
                        return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum does not match"));
                    }
                    *self = Self::Between(frame.into_inner());
                }
            }
        }
    }
}

/// The length of a frame that holds no data, if one comes next; its header is consumed.
fn skippable(source: &mut impl BufRead) -> io::Result<Option<u64>> {
    // Four bytes may straddle the buffer's end; then the frame is left to the decoder, which refuses it.
    if !matches!(source.fill_buf()?, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]) {
        return Ok(None);
    }
    let mut header = [0; 8];
    source.read_exact(&mut header)?;
    let [_, _, _, _, length @ ..] = header;
    Ok(Some(u64::from(u32::from_le_bytes(length))))
}

/// Counts what is taken from a source.
struct Counted<R> {
    source: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(chunk)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<u8>> {
        let mut input = open(bytes, "x")?;
        let (mut out, mut chunk) = (Vec::new(), [0; 1000]);
        loop {
            let read = input.read(&mut chunk)?;
            if read == 0 {
                assert_eq!(input.consumed(), bytes.len() as u64);
                return Ok(out);
            }
            out.extend_from_slice(&chunk[..read]);
        }
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut out = flate2::read::GzEncoder::new(plain, flate2::Compression::fast());
        let mut packed = Vec::new();
        out.read_to_end(&mut packed).unwrap();
        packed
    }

    fn zstd(plain: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(plain, ruzstd::encoding::CompressionLevel::Fastest)
    }

    #[test]
    fn members_and_frames_follow_each_other() {
        let plain: Vec<u8> = (0..20_000u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(all(&plain).unwrap(), plain);
        for pack in [gzip, zstd] {
            let (head, tail) = plain.split_at(12_345);
            assert_eq!(all(&[pack(head), pack(tail), pack(b"")].concat()).unwrap(), plain);
        }
        let skippable = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        assert_eq!(all(&[&skippable, &*zstd(b"abc"), &skippable].concat()).unwrap(), b"abc");
    }

    #[test]
    fn what_ends_early_says_so() {
        let plain: Vec<u8> = (0..20_000u32).flat_map(u32::to_le_bytes).collect();
        for (pack, form) in [(gzip as fn(&[u8]) -> Vec<u8>, "gzip"), (zstd, "zstd")] {
            let packed = pack(&plain);
            for length in [5, packed.len() / 2, packed.len() - 1] {
                let error = all(&packed[..length]).unwrap_err();
                assert_eq!(error.code(), ErrorCode::Truncated, "{form} {length}");
                assert!(error.to_string().contains(form), "{error}");
                assert!(error.to_string().contains("ends early"), "{length}: {error}");
            }
        }
    }

    #[test]
    fn damage_is_noticed() {
        for pack in [gzip, zstd] {
            let mut packed = pack(&b"truenorth ".repeat(100));
            let last = packed.len() - 3;
            packed[last] ^= 0x55;
            assert_eq!(all(&packed).unwrap_err().code(), ErrorCode::Truncated);
        }
    }
}
