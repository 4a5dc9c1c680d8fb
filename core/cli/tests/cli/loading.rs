//! What the other faces rely on: `open` says what is wrong by a stable code.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use truenorth::desk::operations::Context;
use truenorth::facts::EventTable;
use truenorth::{Error, ErrorCode};
use truenorth_cli::open::{GitInput, Inputs, load_into};

use super::{file, scratch, year};

fn failure(inputs: &Inputs, context: &Context) -> Error {
    load_into(inputs, &mut EventTable::new(), context).unwrap_err()
}

fn of_path(path: &str) -> Inputs {
    Inputs { paths: vec![path.into()], ..Inputs::default() }
}

#[test]
fn what_only_files_can_cause_has_its_code() {
    let folder = scratch("loading");
    let git = |path: &str, releases: &str| Inputs {
        git: vec![GitInput { path: path.into(), releases: Some(releases.into()), ..GitInput::default() }],
        ..Inputs::default()
    };
    let here = env!("CARGO_MANIFEST_DIR");
    // A repository without tags, as many pipelines check one out.
    let untagged = folder.join("untagged");
    for words in [
        &["init", "-q"][..],
        &["-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "--allow-empty", "-m", "x"],
    ] {
        std::fs::create_dir_all(&untagged).unwrap();
        assert!(std::process::Command::new("git").args(words).current_dir(&untagged).status().unwrap().success());
    }
    for (inputs, code) in [
        (of_path("no/such/file"), ErrorCode::Unreadable),
        (of_path(&file(&folder, "half.gz", [0x1f, 0x8b, 8, 0, 0])), ErrorCode::Truncated),
        (of_path(&file(&folder, "bad.jsonl", b"{\"deployment\": {\"id\": \"\xff\"}}")), ErrorCode::InvalidUtf8),
        (of_path(&file(&folder, "broken.jsonl", "{\"deployment\": }\n")), ErrorCode::InvalidJson),
        (of_path(&file(&folder, "sheet.csv", b"PK\x03\x04rest")), ErrorCode::UnknownFormat),
        (git(here, "("), ErrorCode::InvalidPattern),
        (git(untagged.to_str().unwrap(), "v.*"), ErrorCode::IncompleteHistory),
        (git(folder.join("nothing").to_str().unwrap(), "v.*"), ErrorCode::Unreadable),
    ] {
        let error = failure(&inputs, &Context::default());
        assert_eq!(error.code(), code, "{error}");
    }
}

#[test]
fn reading_stops_when_asked_and_tells_how_far_it_is() {
    let path = file(&scratch("loading-stop"), "year.jsonl", year());
    let context = Context { cancel: Some(Arc::new(AtomicBool::new(true))), ..Context::default() };
    assert_eq!(failure(&of_path(&path), &context).code(), ErrorCode::Cancelled);
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let context =
        Context { progress: Some(Arc::new(move |share| listener.lock().unwrap().push(share))), ..Context::default() };
    let loaded = load_into(&of_path(&path), &mut EventTable::new(), &context).unwrap();
    assert_eq!(loaded.bytes, year().len() as u64);
    assert_eq!(told.lock().unwrap().last(), Some(&1.0));
}
