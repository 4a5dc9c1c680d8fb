//! A file that is read again when it changes: what every face watches files of flags with.

use std::fs::Metadata;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use truenorth::Result;

use crate::documents::{read_in, read_text};

/// File systems keep times no finer than this; a file so young may change again without showing it.
const YOUNG: Duration = Duration::from_secs(3);

/// A file, and what it said when it was last read.
///
/// It is looked at, not listened to: that works on network drives, in containers and with links that are turned round
/// (`ConfigMap`s), where notices of changes do not arrive, and one look costs a microsecond.
///
/// # Example
/// ```
/// # let path = std::env::temp_dir().join(format!("watched-{}.json", std::process::id()));
/// # std::fs::write(&path, r#"{"version": 1, "flags": {}}"#)?;
/// use truenorth::flags::Ruleset;
/// let (mut file, rules) = truenorth_cli::Watched::open(&path, Ruleset::parse)?;
/// assert!(file.look().is_none(), "nothing new");
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Watched<T> {
    path: PathBuf,
    read: fn(&str) -> Result<T>,
    /// As it was at the last look.
    seen: Option<Stamp>,
    /// As it was when it was last read.
    known: Option<Stamp>,
    text: Option<u64>,
    /// What was wrong with it, so that it is told once.
    wrong: Option<String>,
}

impl<T> Watched<T> {
    /// Reads the file for the first time: JSON, or YAML where its name ends so.
    ///
    /// # Errors
    /// Those of [`read_document`](crate::read_document).
    pub fn open(path: &Path, read: fn(&str) -> Result<T>) -> Result<(Self, T)> {
        let stamp = Stamp::of(path);
        let text = read_text(path)?;
        let found = read_in(path, &text, read)?;
        Ok((Self { seen: stamp, known: stamp, text: Some(hash(&text)), ..Self::unread(path, read) }, found))
    }

    /// A file that was not read yet: the next look brings what it says.
    pub fn unread(path: &Path, read: fn(&str) -> Result<T>) -> Self {
        Self { path: path.to_owned(), read, seen: Stamp::of(path), known: None, text: None, wrong: None }
    }

    /// What the file says now, where that is new: a version to go on with, or why it cannot be read, which is told once.
    ///
    /// A change counts from the second look that finds the file the same, so that one that is being written is not read.
    pub fn look(&mut self) -> Option<Result<T>> {
        let stamp = Stamp::of(&self.path);
        if std::mem::replace(&mut self.seen, stamp) != stamp {
            return None;
        }
        if stamp == self.known && stamp.is_some_and(|stamp| stamp.settled) {
            return None;
        }
        let found = read_text(&self.path).map(|text| (hash(&text), text));
        // Written to while it was being read: the next look finds it so again.
        if Stamp::of(&self.path) != stamp {
            return None;
        }
        self.known = stamp;
        let same = found.as_ref().is_ok_and(|&(hash, _)| Some(hash) == self.text);
        if same && self.wrong.is_none() {
            return None;
        }
        let read = found.and_then(|(hash, text)| {
            self.text = Some(hash);
            read_in(&self.path, &text, self.read)
        });
        let wrong = read.as_ref().err().map(ToString::to_string);
        let told = wrong.is_some() && wrong == self.wrong;
        self.wrong = wrong;
        (!told).then_some(read)
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// By what a file that changed is known, without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    changed: Option<SystemTime>,
    length: u64,
    /// Another file of the same name, or times set by hand.
    identity: [i64; 4],
    /// Old enough that any change since would show.
    settled: bool,
}

impl Stamp {
    /// None where there is no such file.
    fn of(path: &Path) -> Option<Self> {
        let found = std::fs::metadata(path).ok()?;
        let changed = found.modified().ok();
        // A time to come is that of another clock: it says nothing of how old the file is.
        let age = changed.and_then(|changed| SystemTime::now().duration_since(changed).ok());
        let settled = age.is_none_or(|age| age > YOUNG);
        Some(Self { changed, length: found.len(), identity: identity(&found), settled })
    }
}

#[cfg(unix)]
fn identity(found: &Metadata) -> [i64; 4] {
    use std::os::unix::fs::MetadataExt as _;
    [found.dev().cast_signed(), found.ino().cast_signed(), found.ctime(), found.ctime_nsec()]
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> [i64; 4] {
    [0; 4]
}

#[cfg(test)]
mod tests {
    use std::fs;

    use truenorth::ErrorCode;
    use truenorth::flags::Ruleset;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("truenorth-watched-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.join(name);
            fs::write(&path, text).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn flags(name: &str) -> String {
        format!(r#"{{"version": 1, "flags": {{"{name}": {{"variants": {{"on": true}}, "defaultVariant": "on"}}}}}}"#)
    }

    /// What the next looks bring: names of flags, or the code of an error.
    fn news(file: &mut Watched<Ruleset>) -> Option<Result<Vec<String>, ErrorCode>> {
        let found = (0..3).find_map(|_| file.look())?;
        Some(found.map(|rules| rules.names().map(str::to_owned).collect()).map_err(|error| error.code()))
    }

    #[test]
    fn what_changes_is_read_and_what_is_wrong_is_told_once() {
        let folder = Folder::new("changes");
        let path = folder.write("flags.json", &flags("a"));
        let (mut file, rules) = Watched::open(&path, Ruleset::parse).unwrap();
        assert_eq!(rules.len(), 1);
        assert_eq!(news(&mut file), None);
        // As long as before, and within the same moment.
        folder.write("flags.json", &flags("b"));
        assert_eq!(news(&mut file), Some(Ok(vec!["b".to_owned()])));
        assert_eq!(news(&mut file), None);
        folder.write("flags.json", "{\"version\": 1,");
        assert_eq!(news(&mut file), Some(Err(ErrorCode::InvalidJson)));
        assert_eq!(news(&mut file), None);
        // Back to what it said last: somebody waits to hear that it is well again.
        folder.write("flags.json", &flags("b"));
        assert_eq!(news(&mut file), Some(Ok(vec!["b".to_owned()])));
        fs::remove_file(&path).unwrap();
        assert_eq!(news(&mut file), Some(Err(ErrorCode::Unreadable)));
        assert_eq!(news(&mut file), None);
        folder.write("flags.json", &flags("c"));
        assert_eq!(news(&mut file), Some(Ok(vec!["c".to_owned()])));
        // Written anew with the same words: no news.
        folder.write("flags.json", &flags("c"));
        assert_eq!(news(&mut file), None);
    }

    #[test]
    fn a_file_that_is_being_written_is_left_alone() {
        let folder = Folder::new("written");
        let path = folder.write("flags.json", &flags("a"));
        let (mut file, _) = Watched::open(&path, Ruleset::parse).unwrap();
        let text = flags("other");
        for end in [10, 20, 30] {
            folder.write("flags.json", &text[..end]);
            assert!(file.look().is_none(), "it was read in the middle");
        }
        folder.write("flags.json", &text);
        assert_eq!(news(&mut file), Some(Ok(vec!["other".to_owned()])));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_that_is_turned_round_is_followed() {
        use std::os::unix::fs::symlink;

        let folder = Folder::new("links");
        let (old, new) = (folder.write("1.json", &flags("a")), folder.write("2.json", &flags("b")));
        // Two of one age and length.
        let when = SystemTime::now() - Duration::from_secs(3600);
        for path in [&old, &new] {
            fs::File::options().append(true).open(path).unwrap().set_modified(when).unwrap();
        }
        let path = folder.0.join("flags.json");
        symlink(&old, &path).unwrap();
        let (mut file, _) = Watched::open(&path, Ruleset::parse).unwrap();
        assert_eq!(news(&mut file), None);
        let turned = folder.0.join("next");
        symlink(&new, &turned).unwrap();
        fs::rename(&turned, &path).unwrap();
        assert_eq!(news(&mut file), Some(Ok(vec!["b".to_owned()])));
    }

    #[test]
    fn a_file_that_was_not_read_yet_is_news() {
        let folder = Folder::new("unread");
        let path = folder.write("flags.json", &flags("a"));
        let mut file = Watched::unread(&path, Ruleset::parse);
        assert_eq!(file.look().unwrap().unwrap().len(), 1);
        assert_eq!(news(&mut file), None);
    }

    #[test]
    fn lines_are_told_in_yaml() {
        let folder = Folder::new("yaml");
        let path = folder.write("flags.yaml", "version: 1\nflags: {}\n");
        let (mut file, _) = Watched::open(&path, Ruleset::parse).unwrap();
        folder.write("flags.yaml", "version: 1\nflags:\n  a: 1\n  a: 2\n");
        let error = (0..3).find_map(|_| file.look()).unwrap().unwrap_err();
        assert!(error.to_string().contains("line 4") && error.to_string().contains("flags.yaml"), "{error}");
    }
}
