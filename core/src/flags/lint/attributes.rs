//! Attributes that are of one type here and of another elsewhere.

use std::collections::BTreeMap;

use super::super::types::{Condition, FlagType, LintCode};
use super::Notes;
use super::clash::types;
use super::file::{File, each};
use crate::ground::text::excerpt;

pub(super) fn look(file: &File, notes: &mut Notes) {
    let mut known: BTreeMap<&str, (FlagType, String)> = BTreeMap::new();
    for (flag, path, when) in file.conditions() {
        each(when, &path, &mut |condition, path| {
            let (Some(attribute), Some(found)) = (&condition.attribute, type_of(condition)) else { return };
            let (first, place) = known.entry(attribute).or_insert_with(|| (found, path.to_owned()));
            if *first != found {
                let sentence = format!(
                    "the attribute `{}` is {} here and {} elsewhere",
                    excerpt(attribute),
                    found.words(),
                    first.words()
                );
                let flag = flag.map(|flag| flag.name.as_str());
                notes.add_with(LintCode::DisagreeingTypes, flag, path, place.as_str(), sentence);
            }
        });
    }
}

/// What an attribute must be for a comparison; absent where that may be several things.
fn type_of(condition: &Condition) -> Option<FlagType> {
    let types = types(condition)?;
    let first = *types.first()?;
    types.iter().all(|other| *other == first).then_some(first)
}
