//! Which flags are otherwise than they were.

use super::ruleset::Ruleset;

impl Ruleset {
    /// The names of flags that are new, gone or defined otherwise than in older rules, in alphabetical order.
    ///
    /// Definitions are compared as they are written. Where what flags share is otherwise (segments, layers, holdouts),
    /// all are named; where a prerequisite is, those that ask for it too.
    pub fn changes_since(&self, old: &Self) -> Vec<String> {
        if self.number == old.number {
            return Vec::new();
        }
        let is_same = |index: usize, name: &str| {
            let before = old.names.get(name).and_then(|&index| old.prints.get(index as usize));
            self.shared_print == old.shared_print && before.is_some() && before == self.prints.get(index)
        };
        let mut changed: Vec<bool> = self.names().enumerate().map(|(index, name)| !is_same(index, name)).collect();
        loop {
            let asks = |index: &usize| self.flags[*index].prerequisites.iter().any(|one| changed[one.flag as usize]);
            let more: Vec<usize> = (0..changed.len()).filter(|&index| !changed[index]).filter(asks).collect();
            if more.is_empty() {
                break;
            }
            for index in more {
                changed[index] = true;
            }
        }
        let here = self.names().zip(&changed).filter(|(_, changed)| **changed).map(|(name, _)| name);
        let gone = old.names().filter(|name| !self.names.contains_key(*name));
        let mut names: Vec<String> = here.chain(gone).map(str::to_owned).collect();
        names.sort_unstable();
        names
    }
}
