//! `CODEOWNERS` of GitHub and GitLab: which team owns a folder; the last pattern that matches wins.

/// The rules of one `CODEOWNERS` file.
///
/// # Definition
/// A folder belongs to the team that owns a file directly in it, of a name that only `*` matches. The team is the first
/// owner written as `@organisation/team`; people and addresses are no teams. In GitLab's sections the first section that
/// names a team for the folder counts.
///
/// # Example
///
/// ```
/// use truenorth::facts::readers::code_owners::CodeOwners;
/// let owners = CodeOwners::parse("* @acme/core\n/services/shop/ @acme/blue @ann\n*.md @acme/docs\n");
/// assert_eq!(owners.team_of("services/shop"), Some("blue"));
/// assert_eq!(owners.team_of("services/search"), Some("core"));
/// assert_eq!(owners.team_of(""), Some("core"));
/// ```
///
/// # Source
/// <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>,
/// <https://docs.gitlab.com/user/project/codeowners/reference/>
#[derive(Debug, Clone, Default)]
pub struct CodeOwners {
    sections: Vec<Vec<Rule>>,
    /// Whether relative patterns match at any depth, as in GitLab.
    gitlab: bool,
    /// Lines that are no rule, such as patterns that the format does not have.
    pub unread: u64,
}

#[derive(Debug, Clone)]
struct Rule {
    parts: Vec<String>,
    team: Option<String>,
}

/// How many parts a pattern or path may have; longer ones match nothing.
const MOST_PARTS: usize = 256;

impl CodeOwners {
    /// Reads a file; a file with sections is one of GitLab's.
    pub fn parse(text: &str) -> Self {
        let section = |line: &str| line.starts_with('[') || line.starts_with("^[");
        let gitlab = text.lines().any(|line| section(line.trim_start()) && line.contains(']'));
        let mut owners = Self { sections: vec![Vec::new()], gitlab, unread: 0 };
        let mut default = None;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if gitlab && section(line) {
                // [Name][2] @organisation/team
                default = team_in(line.rsplit(']').next().unwrap_or_default());
                owners.sections.push(Vec::new());
                continue;
            }
            let (pattern, rest) = pattern_of(line);
            let (excluded, pattern) = match pattern.strip_prefix('!') {
                Some(pattern) if gitlab => (true, pattern),
                Some(_) => {
                    owners.unread += 1;
                    continue;
                }
                None => (false, pattern.as_str()),
            };
            let rest = rest.split(" #").next().unwrap_or_default();
            let named = team_in(rest);
            // In a section a pattern without owners has those of the section.
            let team = if excluded {
                None
            } else if rest.trim().is_empty() {
                default.clone()
            } else {
                named
            };
            let rule = Rule { parts: owners.parts(pattern), team };
            if let Some(section) = owners.sections.last_mut() {
                section.push(rule);
            }
        }
        owners
    }

    /// The team that owns a folder; `None` when nobody does, or only people.
    pub fn team_of(&self, path: &str) -> Option<&str> {
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        // A name that no pattern but `*` has.
        parts.push("\u{1}");
        if parts.len() > MOST_PARTS {
            return None;
        }
        self.sections.iter().find_map(|rules| {
            let last = rules.iter().rev().find(|rule| covers(&rule.parts, &parts));
            last.and_then(|rule| rule.team.as_deref())
        })
    }

    /// The parts of a pattern from the top: `**` stands for any folders.
    fn parts(&self, pattern: &str) -> Vec<String> {
        let inner = pattern.trim_end_matches('/');
        // A slash other than the last ties a pattern to the top, in GitLab only the first does.
        let tied = pattern.starts_with('/') || (!self.gitlab && inner.contains('/'));
        let mut parts: Vec<String> = Vec::new();
        if !tied {
            parts.push("**".to_owned());
        }
        parts.extend(inner.split('/').filter(|part| !part.is_empty()).map(str::to_owned));
        if pattern.ends_with('/') {
            parts.push("**".to_owned());
        }
        parts
    }
}

/// The pattern at the start of a line, with `\ ` for a space in it, and the rest.
fn pattern_of(line: &str) -> (String, &str) {
    let mut pattern = String::new();
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => pattern.extend(letters.next().map(|(_, next)| next)),
            _ if letter.is_whitespace() => return (pattern, line.get(at..).unwrap_or_default()),
            _ => pattern.push(letter),
        }
    }
    (pattern, "")
}

/// The first owner that is a team: `@acme/blue` is `blue`, `@acme/platform/blue` too.
fn team_in(owners: &str) -> Option<String> {
    let mut words = owners.split_whitespace().filter_map(|word| word.strip_prefix('@'));
    words.find_map(|word| word.rsplit_once('/')).map(|(_, team)| team.to_owned()).filter(|team| !team.is_empty())
}

/// Whether a pattern matches a path, or a folder above it.
fn covers(pattern: &[String], path: &[&str]) -> bool {
    if pattern.len() > MOST_PARTS {
        return false;
    }
    // `reached[n]`: the pattern so far matches the first n parts of the path.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for part in pattern {
        if part == "**" {
            if let Some(first) = reached.iter().position(|&yes| yes) {
                reached.iter_mut().skip(first).for_each(|yes| *yes = true);
            }
            continue;
        }
        for length in (1..reached.len()).rev() {
            reached[length] = reached[length - 1] && glob(part, path[length - 1]);
        }
        reached[0] = false;
    }
    // `docs/*` is the files in docs, not those in folders below it.
    let whole = pattern.last().is_some_and(|part| part == "*");
    if whole { reached[path.len()] } else { reached.iter().skip(1).any(|&yes| yes) }
}

/// Whether a name matches a part with `*` for any letters and `?` for one.
fn glob(part: &str, name: &str) -> bool {
    let (part, name): (Vec<char>, Vec<char>) = (part.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut back) = (0, 0, None);
    while n < name.len() {
        if part.get(p) == Some(&'*') {
            back = Some((p, n));
            p += 1;
        } else if part.get(p).is_some_and(|&letter| letter == '?' || Some(&letter) == name.get(n)) {
            p += 1;
            n += 1;
        } else if let Some((star, from)) = back {
            back = Some((star, from + 1));
            p = star + 1;
            n = from + 1;
        } else {
            return false;
        }
    }
    part.iter().skip(p).all(|&letter| letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_matches_wins() {
        let owners = CodeOwners::parse(
            "# all\n* @acme/core @ann\n*.js @acme/js # inline\n/build/logs/ @acme/ops\ndocs/* docs@example.com\n\
             apps/ @acme/apps\n/apps/github\n**/logs @acme/logs\n/scripts/my\\ tools/ @acme/tools\n!x @acme/no\n",
        );
        for (path, team) in [
            ("", Some("core")),
            ("src/x", Some("core")),
            ("build/logs", Some("logs")),
            ("docs", None),
            ("docs/deep", Some("core")),
            ("apps/shop", Some("apps")),
            ("x/apps/shop/src", Some("apps")),
            ("apps/github", None),
            ("apps/github/x", None),
            ("a/b/logs", Some("logs")),
            ("scripts/my tools", Some("tools")),
        ] {
            assert_eq!(owners.team_of(path), team, "{path}");
        }
        assert_eq!(owners.unread, 1);
    }

    #[test]
    fn sections_have_owners_of_their_own() {
        let owners = CodeOwners::parse(
            "[Docs][2] @acme/group/docs\ndocs/\nREADME.md\n^[Services] @acme/core\nservices/ \n\
             /services/shop/ @acme/blue\n!/services/old/\n",
        );
        assert_eq!(owners.team_of("docs"), Some("docs"));
        assert_eq!(owners.team_of("x/docs"), Some("docs"));
        assert_eq!(owners.team_of("services/shop"), Some("blue"));
        assert_eq!(owners.team_of("services/search"), Some("core"));
        assert_eq!((owners.team_of("services/old"), owners.team_of("")), (None, None));
    }

    #[test]
    fn parts_match_with_stars() {
        for (part, name, expected) in [
            ("*", "\u{1}", true),
            ("a*c", "abbc", true),
            ("a?c", "ac", false),
            ("*.js", "\u{1}", false),
            ("", "a", false),
        ] {
            assert_eq!(glob(part, name), expected, "{part} {name}");
        }
        // Time grows with the product of the lengths, never faster.
        assert!(!glob(&"*a".repeat(500), &"a".repeat(499)));
        let deep = CodeOwners::parse(&format!("/{} @acme/x", "**/a/".repeat(120)));
        assert_eq!(deep.team_of(&"a/".repeat(119)), None);
        assert_eq!(deep.team_of(&"a/".repeat(300)), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[\\[\\]^!#*?/@a \\\\\n]{0,60}", path in "[a/*]{0,20}") {
            let _ = CodeOwners::parse(&text).team_of(&path);
        }
    }
}
