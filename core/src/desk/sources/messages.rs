//! What people write into commit messages and descriptions, in words that tools agree on.

/// The commit that a message says it takes back: `This reverts commit 1234567.`
pub(super) fn reverted_commit(message: &str) -> Option<&str> {
    sha_after(message, "this reverts commit")
}

/// The commit that a message says it is a copy of: `(cherry picked from commit 1234567)`.
pub(super) fn copied_commit(message: &str) -> Option<&str> {
    sha_after(message, "cherry picked from commit")
}

/// The commit that a description names as the cause: `root cause: 1234567`.
pub(super) fn root_cause(body: &str) -> Option<&str> {
    sha_after(body, "root cause:")
}

/// The request that a description says it takes back: `Reverts #12`, `Reverts acme/shop#12`, or for GitLab
/// `This reverts merge request !12`; the repository where it is named, and the number.
pub(super) fn reverted_request(body: &str) -> Option<(Option<&str>, u64)> {
    let lower = body.to_ascii_lowercase();
    for (at, word) in lower.match_indices("reverts") {
        let rest = body.get(at + word.len()..).unwrap_or_default().trim_start();
        let rest = rest.strip_prefix("merge request").unwrap_or(rest).trim_start();
        let reference = rest.split(|c: char| c.is_whitespace() || matches!(c, ')' | ',')).next().unwrap_or_default();
        if let Some((repository, number)) = reference.split_once(['#', '!'])
            && let Some(number) = leading_number(number)
        {
            return Some((Some(repository).filter(|name| name.contains('/')), number));
        }
    }
    None
}

/// The request that a branch says it takes back: `revert-12-some-branch`.
pub(super) fn reverted_by_branch(branch: &str) -> Option<u64> {
    let (number, _) = branch.strip_prefix("revert-")?.split_once('-')?;
    number.parse().ok()
}

/// Whether a message is that of a merge commit, where the parents are not told.
pub(super) fn is_merge(message: &str) -> bool {
    ["Merge pull request #", "Merge branch '", "Merge remote-tracking branch '", "Merge tag '"]
        .into_iter()
        .any(|start| message.starts_with(start))
}

/// Whether a name looks like a version, so that it is no branch: `1.2`, `v1.2.3-rc.1`.
pub(super) fn is_version(name: &str) -> bool {
    let name = name.strip_prefix('v').unwrap_or(name);
    let numbers = name.split(['-', '+']).next().unwrap_or_default();
    numbers.contains('.')
        && numbers.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a text is a whole commit sha.
pub(super) fn is_sha(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Only zeroes: the sha that stands for none.
pub(super) fn is_null_sha(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'0')
}

fn sha_after<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let lower = text.to_ascii_lowercase();
    lower.match_indices(words).find_map(|(at, _)| {
        let rest = text.get(at + words.len()..)?;
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '*' | '[' | ':'));
        let length = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let ended = !rest.get(length..)?.starts_with(|c: char| c.is_alphanumeric());
        ((7..=64).contains(&length) && ended).then(|| rest.get(..length)).flatten()
    })
}

fn leading_number(text: &str) -> Option<u64> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    text.get(..length)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reverts_copies_and_causes_are_found() {
        let sha = "0d8e4bd6e9580a2484fa68c45cb3569e0815ac3f";
        assert_eq!(reverted_commit(&format!("Revert \"x\"\n\nThis reverts commit {sha}.")), Some(sha));
        assert_eq!(reverted_commit("This reverts commit abc"), None);
        assert_eq!(reverted_commit("this reverts commit 1234567, reversing"), Some("1234567"));
        assert_eq!(copied_commit(&format!("x\n(cherry picked from commit {sha})")), Some(sha));
        assert_eq!(root_cause("…\n**Root cause:** `0d8e4bd6e9`\n"), Some("0d8e4bd6e9"));
        assert_eq!(root_cause("root cause: unknown; root cause: deadbeef1"), Some("deadbeef1"));
        assert_eq!(root_cause("root cause: deadbeefs all over"), None);
    }

    #[test]
    fn reverted_requests_are_found() {
        assert_eq!(reverted_request("Reverts #12"), Some((None, 12)));
        assert_eq!(reverted_request("Reverts acme/shop#7."), Some((Some("acme/shop"), 7)));
        assert_eq!(reverted_request("This reverts merge request !3"), Some((None, 3)));
        assert_eq!(reverted_request("It reverts what #12 did"), None);
        assert_eq!(reverted_request("reverts #99999999999999999999999"), None);
        assert_eq!((reverted_by_branch("revert-12-fix"), reverted_by_branch("revert-fix-1")), (Some(12), None));
    }

    #[test]
    fn versions_are_no_branches() {
        for name in ["1.2", "v1.2.3", "v1.2.3-rc.1", "2025.03.01"] {
            assert!(is_version(name), "{name}");
        }
        for name in ["main", "release-1.2", "v1", "1", "", "1.x", "1..2"] {
            assert!(!is_version(name), "{name}");
        }
    }
}
