//! Writes events from a seed: `generate ROWS FILE`.

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [rows, path] = &words[..] else { return said("usage: generate ROWS FILE") };
    let Ok(rows) = rows.parse() else { return said("ROWS is a whole number up to 4 billion") };
    let written = std::fs::File::create(path).and_then(|file| {
        let mut out = std::io::BufWriter::with_capacity(1 << 20, file);
        let lines = truenorth_benches::generate::write(rows, &mut out)?;
        out.flush()?;
        Ok(lines)
    });
    match written {
        Ok(lines) => {
            eprintln!("{lines} lines in {path}");
            ExitCode::SUCCESS
        }
        Err(error) => said(&format!("{path}: {error}")),
    }
}

fn said(sentence: &str) -> ExitCode {
    eprintln!("{sentence}");
    ExitCode::from(2)
}
