//! The seeds of every fuzz target, and what once broke it, replayed without libFuzzer.

#![cfg(feature = "dora")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests fail loudly and read files"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};

#[path = "../../fuzz/src/lib.rs"]
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::pedantic,
    clippy::restriction,
    reason = "another crate's file: it is held to what helps there"
)]
mod bodies;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// The names of what lies in a folder, endings left off.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_seed_passes() {
    let folder = fuzz().join("corpus");
    for (name, body) in bodies::TARGETS {
        let mut seeds: Vec<PathBuf> =
            std::fs::read_dir(folder.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        seeds.sort();
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for seed in &seeds {
            let bytes = std::fs::read(seed).unwrap();
            let replayed = std::panic::catch_unwind(|| body(&bytes));
            assert!(replayed.is_ok(), "{}", seed.display());
        }
        println!("{name}: {} inputs passed", seeds.len());
    }
}

#[test]
fn every_target_has_a_program_and_seeds() {
    let known: BTreeSet<String> = bodies::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut there = names(&fuzz().join("fuzz_targets"));
    let mut seeded = names(&fuzz().join("corpus"));
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    let mut listed: BTreeSet<String> =
        manifest.split("[[bin]]").skip(1).map(|part| part.split('"').nth(1).unwrap().to_owned()).collect();
    for names in [&mut there, &mut seeded, &mut listed] {
        let needs = [
            (cfg!(feature = "git"), "git"),
            (cfg!(feature = "yaml"), "yaml"),
            (cfg!(feature = "flags"), "compile"),
            (cfg!(feature = "flags"), "evaluate"),
            (cfg!(feature = "flags"), "flagd"),
        ];
        for (feature, name) in needs {
            if !feature {
                names.remove(name);
            }
        }
        assert_eq!(*names, known);
    }
}

/// Bytes in pieces, of which each makes one thing.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    vec(vec(any::<u8>(), 40), 1..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens at one instant, a report does not depend on what is told first or twice.
    #[test]
    fn the_order_of_what_happens_at_once_changes_nothing(bytes in pieces()) {
        bodies::run("ties", &bytes);
    }
}
