//! Writes `examples/acme/` anew: the same files on every machine.

use std::io;

use truenorth_examples::acme;

fn main() -> io::Result<()> {
    for file in acme::files() {
        std::fs::write(acme::folder().join(&file.name), file.packed()?)?;
    }
    Ok(())
}
