//! Acme, a made-up company of 250 developers in 60 teams, and its year 2025 on a new developer platform.
//!
//! Everything is drawn from seeded streams of random numbers, with `libm` for logarithms: the files are the same on
//! every machine. `examples/acme/README.md` tells the story and what a report should say.

mod calendar;
mod catalogue;
mod changes;
mod company;
mod incidents;
mod lines;
mod plan;
mod random;
mod ship;

use std::ffi::OsStr;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use company::Company;
use lines::{Record, Writer, delivered};

/// One file of `examples/acme/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name; what ends in `.gz` or `.zst` is compressed on disk.
    pub name: String,
    /// What it says, uncompressed.
    pub text: String,
}

/// Lines that no reader can accept: each shows one thing that goes wrong in real exports.
const REJECTED: &str = include_str!("rejected.txt");

/// Makes all files of the year, always the same.
pub fn files() -> Vec<File> {
    let company = Company::new();
    let mut shipped = ship::ship(&company, &plan::plan(&company));
    let work = changes::work(&company, &mut shipped);
    let (incidents, incident_of) = incidents::incidents(&company, &mut shipped);
    let writer = Writer { company: &company, shipped: &shipped, work: &work, incident_of: &incident_of };

    // Each department exports for itself; that also keeps lines that are alike within reach of the compressor.
    let mut files = Vec::new();
    for department in company.departments() {
        let records = [
            ("deployments", writer.deployments()),
            ("changes", writer.changes()),
            ("pull-requests", writer.pull_requests()),
        ];
        for (kind, records) in records {
            let records: Vec<Record> = records.into_iter().filter(|record| record.department == department).collect();
            if !records.is_empty() {
                let name = format!("{kind}-{department}.jsonl.gz");
                files.push(File { text: delivered(records, &name), name });
            }
        }
    }
    let (mut year, mut december) = (Vec::new(), Vec::new());
    for incident in &incidents {
        let last_month = incident.started >= calendar::instant(calendar::days_of(11).start as i64, 0);
        writer.incident(incident, if last_month { &mut december } else { &mut year });
    }
    let mut add = |name: &str, text| files.push(File { name: name.to_owned(), text });
    add("incidents-2025-01-to-11.jsonl.zst", delivered(year, "incidents"));
    add("incidents-2025-12.jsonl", delivered(december, "incidents of december"));
    add("rejected-lines.jsonl", REJECTED.to_owned());
    add("ownership.csv", company.ownership());
    add("catalog-info.yaml", company.catalogue());
    files
}

/// Where the files are kept.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("acme")
}

impl File {
    /// What lies on the disk.
    ///
    /// # Errors
    /// What the compressor says; it has no reason to.
    pub fn packed(&self) -> io::Result<Vec<u8>> {
        match Path::new(&self.name).extension().and_then(OsStr::to_str) {
            // Neither name nor time in the header, so that the same text makes the same bytes.
            Some("gz") => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(self.text.as_bytes())?;
                encoder.finish()
            }
            // Its compressor knows one level, which is half as good as gzip's best: for what is small.
            Some("zst") => Ok(compress_to_vec(self.text.as_bytes(), CompressionLevel::Fastest)),
            _ => Ok(self.text.clone().into_bytes()),
        }
    }

    /// What the file in `folder` says, unpacked; the bytes of a compressed file may differ by the compressor's version.
    ///
    /// # Errors
    /// A file that cannot be read or unpacked.
    pub fn read_from(&self, folder: &Path) -> io::Result<String> {
        let bytes = std::fs::read(folder.join(&self.name))?;
        let mut text = String::new();
        match Path::new(&self.name).extension().and_then(OsStr::to_str) {
            Some("gz") => GzDecoder::new(&bytes[..]).read_to_string(&mut text)?,
            Some("zst") => StreamingDecoder::new(&bytes[..]).map_err(io::Error::other)?.read_to_string(&mut text)?,
            _ => (&bytes[..]).read_to_string(&mut text)?,
        };
        Ok(text)
    }
}
