//! Conditions that nobody can pass.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::super::compile::{ROOM_FOR_PATTERNS, reading};
use super::super::types::{Condition, FlagState, LintCode};
use super::Notes;
use super::clash::{Clash, clash, leaves_no_version, passes_missing, size, work};
use super::file::{File, includes_somebody};
use super::pattern;
use crate::ground::text::excerpt;

pub(super) struct Conditions<'f> {
    file: &'f File,
    /// By segment: whether nobody belongs to it. While it is looked for, somebody does.
    empty: RefCell<BTreeMap<&'f str, bool>>,
    /// By pattern: whether nothing can match it.
    patterns: RefCell<BTreeMap<&'f str, bool>>,
    /// Room that is left for reading patterns.
    room: Cell<usize>,
    /// By condition of a rule, as it lies in the file: whether nobody can pass.
    never: RefCell<BTreeMap<*const Condition, bool>>,
}

impl<'f> Conditions<'f> {
    pub(super) fn new(file: &'f File) -> Self {
        let room = Cell::new(ROOM_FOR_PATTERNS);
        Self { file, empty: RefCell::default(), patterns: RefCell::default(), room, never: RefCell::default() }
    }

    /// Says which conditions nobody can pass, each where it lies and no further out.
    pub(super) fn look(&self, notes: &mut Notes) {
        for (flag, path, when) in self.file.conditions() {
            if flag.is_none_or(|flag| flag.is_sound && flag.written.state != FlagState::Archived) {
                self.look_into(when, &path, true, &mut |code, path, related, sentence| {
                    let flag = flag.map(|flag| flag.name.as_str());
                    match related {
                        Some(related) => notes.add_with(code, flag, path, related, sentence),
                        None => notes.add(code, flag, path, sentence),
                    }
                });
            }
        }
    }

    /// Whether nobody at all can pass what a rule asks, lists included.
    pub(super) fn never(&self, condition: &'f Condition) -> bool {
        let place = std::ptr::from_ref(condition);
        let known = self.never.borrow().get(&place).copied();
        known.unwrap_or_else(|| {
            let found = self.is_never(condition);
            self.never.borrow_mut().insert(place, found);
            found
        })
    }

    fn is_never(&self, condition: &'f Condition) -> bool {
        if condition.all.is_some() {
            let mut flat = Vec::new();
            flatten(condition, None, &mut flat);
            return flat.iter().any(|(part, _)| self.is_never(part))
                || self.clashes(&flat).pairs.iter().any(|(_, _, clash)| *clash == Clash::Sure);
        }
        if let Some(parts) = &condition.any {
            return !parts.is_empty() && parts.iter().all(|part| self.is_never(part));
        }
        if let Some(name) = &condition.segment {
            return self.is_empty(name);
        }
        let is_comparison = condition.attribute.is_some() && !passes_missing(condition);
        is_comparison && self.impossible(condition).is_some()
    }

    fn is_empty(&self, name: &str) -> bool {
        let Some((name, segment)) = self.file.segments.get_key_value(name) else { return false };
        if let Some(&known) = self.empty.borrow().get(name.as_str()) {
            return known;
        }
        self.empty.borrow_mut().insert(name, false);
        let found = !includes_somebody(segment) && segment.when.as_ref().is_none_or(|when| self.is_never(when));
        self.empty.borrow_mut().insert(name, found);
        found
    }

    /// Why a comparison is never true of an attribute that is there: code, field and sentence.
    fn impossible(&self, condition: &'f Condition) -> Option<(LintCode, &'static str, String)> {
        let lists = [
            ("in", condition.one_of.as_ref().map(Vec::len)),
            ("startsWith", condition.starts_with.as_ref().map(Vec::len)),
            ("endsWith", condition.ends_with.as_ref().map(Vec::len)),
            ("contains", condition.contains.as_ref().map(Vec::len)),
            ("inNetwork", condition.in_network.as_ref().map(Vec::len)),
        ];
        if let Some((field, _)) = lists.into_iter().find(|(_, length)| *length == Some(0)) {
            return Some((LintCode::NeverMatches, field, format!("`{field}` is empty, so that nothing passes it")));
        }
        if leaves_no_version(condition) {
            let sentence = "no version lies within these bounds".to_owned();
            return Some((LintCode::NeverMatches, "version", sentence));
        }
        let pattern = condition.matches.as_deref()?;
        let known = self.patterns.borrow().get(pattern).copied();
        let is_impossible = known.unwrap_or_else(|| {
            // Those for which there is no room are malformed.
            let room = self.room.get().checked_sub(reading(pattern));
            self.room.set(room.unwrap_or_default());
            let found = room.is_some() && pattern::is_impossible(pattern);
            self.patterns.borrow_mut().insert(pattern, found);
            found
        });
        let sentence = || format!("no text has a match of `{}` in it", excerpt(pattern));
        is_impossible.then(|| (LintCode::ImpossiblePattern, "matches", sentence()))
    }

    fn look_into(
        &self,
        condition: &'f Condition,
        path: &str,
        is_outermost: bool,
        found: &mut impl FnMut(LintCode, String, Option<String>, String),
    ) {
        for (index, part) in condition.all.iter().flatten().enumerate() {
            self.look_into(part, &format!("{path}.all[{index}]"), part.all.is_none(), found);
        }
        for (index, part) in condition.any.iter().flatten().enumerate() {
            self.look_into(part, &format!("{path}.any[{index}]"), true, found);
        }
        if let Some(inner) = &condition.not {
            self.look_into(inner, &format!("{path}.not"), true, found);
        }
        if condition.all.is_some() && is_outermost {
            let mut flat = Vec::new();
            flatten(condition, Some(path), &mut flat);
            let Clashes { pairs, untold } = self.clashes(&flat);
            if let Some(untold) = untold {
                let sentence = "this is not held against all comparisons beside it, nor are some after it: that takes \
                                too many steps";
                found(LintCode::NotCompared, flat[untold].1.clone(), None, sentence.to_owned());
            }
            for (first, second, clash) in pairs {
                let ((_, first), (_, second)) = (&flat[first], &flat[second]);
                let sentence = match clash {
                    Clash::Sure => format!("nothing passes this and `{}`", below(first, path)),
                    Clash::ButForLists => {
                        format!("no value passes this and `{}`, unless it is a list", below(first, path))
                    }
                };
                found(LintCode::NeverMatches, second.clone(), Some(first.clone()), sentence);
            }
        }
        if let Some(name) = condition.segment.as_deref().filter(|name| self.is_empty(name)) {
            let sentence = format!("nobody belongs to the segment `{}`", excerpt(name));
            found(LintCode::NeverMatches, format!("{path}.segment"), Some(format!("segments.{name}")), sentence);
        }
        // An empty list with `ifMissing` is a way to ask for what is missing.
        if let Some((code, field, sentence)) = self.impossible(condition)
            && (!passes_missing(condition) || code == LintCode::ImpossiblePattern)
        {
            found(code, format!("{path}.{field}"), None, sentence);
        }
    }

    /// Pairs that nothing passes together, each second one with the first that it clashes with.
    fn clashes(&self, flat: &[(&'f Condition, String)]) -> Clashes {
        let mut clashes = Clashes { pairs: Vec::new(), untold: None };
        // With their sizes.
        let mut by_attribute: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
        // As text, with whether it is asked for or must not be.
        let mut asked: BTreeMap<(String, bool), usize> = BTreeMap::new();
        let has_not = flat.iter().any(|(condition, _)| condition.not.is_some());
        for (second, (condition, _)) in flat.iter().enumerate() {
            let opposite = has_not.then(|| {
                let (plain, is_wanted) = condition.not.as_deref().map_or((*condition, true), |inner| (inner, false));
                let text = serde_json::to_string(plain).unwrap_or_default();
                let opposite = asked.get(&(text.clone(), !is_wanted)).copied();
                asked.entry((text, is_wanted)).or_insert(second);
                opposite
            });
            let found = opposite.flatten().map(|first| (first, Clash::Sure)).or_else(|| {
                let attribute = condition.attribute.as_deref()?;
                let others = by_attribute.entry(attribute).or_default();
                let size = size(condition, usize::MAX);
                let held = others.iter().map_while(|&(first, its)| {
                    let is_held = self.file.budget.spend(work((flat[first].0, its), (condition, size)));
                    if !is_held {
                        clashes.untold.get_or_insert(second);
                    }
                    is_held.then(|| clash(flat[first].0, condition).map(|clash| (first, clash)))
                });
                let found = held.flatten().next();
                others.push((second, size));
                found
            });
            clashes.pairs.extend(found.map(|(first, clash)| (first, second, clash)));
        }
        clashes
    }
}

/// What was found out of the parts of an `all`.
struct Clashes {
    pairs: Vec<(usize, usize, Clash)>,
    /// The first that was not held against all before it.
    untold: Option<usize>,
}

/// The parts of an `all`, those of an `all` inside it too, with their paths where those are asked for.
fn flatten<'c>(condition: &'c Condition, path: Option<&str>, flat: &mut Vec<(&'c Condition, String)>) {
    match &condition.all {
        Some(parts) => {
            for (index, part) in parts.iter().enumerate() {
                let path = path.map(|path| format!("{path}.all[{index}]"));
                flatten(part, path.as_deref(), flat);
            }
        }
        None => flat.push((condition, path.unwrap_or_default().to_owned())),
    }
}

/// A path as it looks from inside another.
fn below<'p>(path: &'p str, outer: &str) -> &'p str {
    path.strip_prefix(outer).map_or(path, |rest| rest.trim_start_matches('.'))
}
