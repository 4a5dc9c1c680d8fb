//! Names that nothing has, things that nothing asks for, and flags that ask for those put away.

use std::collections::BTreeSet;

use super::super::types::{FlagState, LintCode};
use super::Notes;
use super::file::{File, each, includes_somebody};
use crate::ground::text::excerpt;

pub(super) fn look(file: &File, notes: &mut Notes) {
    segments(file, notes);
    unused(file, notes);
    prerequisites(file, notes);
}

fn segments(file: &File, notes: &mut Notes) {
    let mut asked = BTreeSet::new();
    for (flag, path, when) in file.conditions() {
        each(when, &path, &mut |condition, path| {
            let Some(name) = &condition.segment else { return };
            asked.insert(name.as_str());
            if !file.segment_names.contains(name) {
                let sentence = format!("there is no segment `{}`", excerpt(name));
                let flag = flag.map(|flag| flag.name.as_str());
                notes.add(LintCode::UnknownSegment, flag, format!("{path}.segment"), sentence);
            }
        });
    }
    for (name, segment) in &file.segments {
        if segment.when.is_none() && !includes_somebody(segment) {
            let sentence = if segment.include.is_empty() {
                "expected `include` or `when`: nobody belongs to the segment"
            } else {
                "everybody whom the segment includes is excluded again"
            };
            notes.add(LintCode::EmptySegment, None, format!("segments.{name}"), sentence);
        }
        if file.is_whole && !asked.contains(name.as_str()) {
            notes.add(LintCode::UnusedSegment, None, format!("segments.{name}"), "nothing asks for the segment");
        }
    }
}

fn unused(file: &File, notes: &mut Notes) {
    if !file.is_whole {
        return;
    }
    let layers: BTreeSet<&str> =
        file.flags.iter().filter_map(|flag| flag.written.layer.as_ref()).map(|layer| layer.name.as_str()).collect();
    let holdouts: BTreeSet<&str> =
        file.flags.iter().flat_map(|flag| &flag.written.holdouts).map(String::as_str).collect();
    for name in file.layers.keys().filter(|name| !layers.contains(name.as_str())) {
        notes.add(LintCode::UnusedLayer, None, format!("layers.{name}"), "no flag is in the layer");
    }
    for name in file.holdouts.keys().filter(|name| !holdouts.contains(name.as_str())) {
        notes.add(LintCode::UnusedHoldout, None, format!("holdouts.{name}"), "no flag has the holdout");
    }
}

fn prerequisites(file: &File, notes: &mut Notes) {
    for flag in &file.flags {
        if flag.written.state == FlagState::Archived {
            continue;
        }
        for (index, wanted) in flag.written.prerequisites.iter().enumerate() {
            let Ok(other) = file.flags.binary_search_by(|other| other.name.as_str().cmp(&wanted.flag)) else {
                continue;
            };
            let (code, what) = match file.flags[other].written.state {
                FlagState::Archived => (LintCode::ArchivedPrerequisite, "archived"),
                FlagState::Disabled => (LintCode::DisabledPrerequisite, "disabled"),
                FlagState::Enabled => continue,
            };
            let name = excerpt(&wanted.flag);
            let sentence = format!("the flag `{name}` is {what}, so that this prerequisite is never met");
            let path = flag.path(&format!("prerequisites[{index}].flag"));
            notes.add_with(code, Some(&flag.name), path, format!("flags.{}.state", wanted.flag), sentence);
        }
    }
}
