//! Flags that have outlived their time, and what nothing gives any more.

use std::collections::{BTreeMap, BTreeSet};

use super::super::types::{FlagState, FlagsLintRequest, LintCode};
use super::Notes;
use super::conditions::Conditions;
use super::file::{File, Flag};
use super::served;
use crate::ground::text::excerpt;
use crate::ground::time::Span;

/// How old a flag that gives everybody the same may be.
const STALE_AFTER: Span = Span::days(90);

pub(super) fn look<'f>(file: &'f File, conditions: &Conditions<'f>, options: &FlagsLintRequest, notes: &mut Notes) {
    let mut served = BTreeMap::new();
    for flag in file.kept() {
        let (written, name) = (&flag.written, Some(flag.name.as_str()));
        if let (Some(expires), Some(now)) = (written.expires, options.now)
            && expires < now
        {
            let sentence = format!("the flag should have been gone by {expires}");
            notes.add(LintCode::Expired, name, flag.path("expires"), sentence);
        }
        let path = || format!("flags.{}", flag.name);
        if options.require_owner && written.owner.as_deref().is_none_or(|owner| owner.trim().is_empty()) {
            notes.add(LintCode::NoOwner, name, path(), "expected an `owner`, who answers for the flag");
        }
        if options.require_expiry && written.expires.is_none() {
            notes.add(LintCode::NoExpiry, name, path(), "expected `expires`, when the flag should be gone");
        }
        stale(flag, conditions, options, notes);
        unused_variants(flag, notes);
        prerequisites(file, flag, notes, |other, wanted| {
            let found = || served::of_flag(other, conditions, options.now);
            let served = served.entry(other.name.as_str()).or_insert_with(found);
            wanted.iter().any(|variant| served.contains(&Some(variant.as_str())))
        });
    }
}

fn stale<'f>(flag: &'f Flag, conditions: &Conditions<'f>, options: &FlagsLintRequest, notes: &mut Notes) {
    let (Some(created), Some(now)) = (flag.written.created, options.now) else { return };
    let stale_after = options.stale_after.unwrap_or(STALE_AFTER);
    // One that is not in use may have been made for the day when it is.
    if flag.written.state != FlagState::Enabled || created.micros().saturating_add(stale_after.micros()) >= now.micros()
    {
        return;
    }
    let served: Vec<_> = served::of_flag(flag, conditions, Some(now)).into_iter().collect();
    let [only] = served[..] else { return };
    let what = only.map_or_else(|| "the caller's default".to_owned(), |variant| format!("`{}`", excerpt(variant)));
    let sentence = format!("the flag was made at {created} and gives everybody {what}");
    notes.add(LintCode::Stale, Some(&flag.name), format!("flags.{}", flag.name), sentence);
}

fn unused_variants(flag: &Flag, notes: &mut Notes) {
    let written = &flag.written;
    // A flag without rules is a switch: the other variants wait for somebody to turn it.
    if written.rules.is_empty() && written.overrides.is_empty() {
        return;
    }
    let mut named: BTreeSet<&str> = written.default_variant.as_deref().into_iter().collect();
    named.extend(written.prerequisites.iter().filter_map(|wanted| wanted.otherwise.as_deref()));
    named.extend(written.overrides.iter().map(|one| one.variant.as_str()));
    for rule in &written.rules {
        named.extend(rule.variant.as_deref());
        named.extend(rule.split.iter().filter(|share| share.weight > 0.0).map(|share| share.variant.as_str()));
        named.extend(rule.ranges.iter().map(|range| range.variant.as_str()));
        named.extend(rule.rollout.as_ref().map(|rollout| rollout.variant.as_str()));
    }
    for variant in written.variants.keys().filter(|variant| !named.contains(variant.as_str())) {
        let path = flag.path(&format!("variants.{variant}"));
        notes.add(LintCode::UnusedVariant, Some(&flag.name), path, "nothing gives this variant");
    }
}

/// Variants that are asked of another flag in use, which never has them.
fn prerequisites<'f>(
    file: &'f File,
    flag: &Flag,
    notes: &mut Notes,
    mut is_served: impl FnMut(&'f Flag, &[String]) -> bool,
) {
    for (index, wanted) in flag.written.prerequisites.iter().enumerate() {
        let found = file.flags.binary_search_by(|other| other.name.as_str().cmp(&wanted.flag));
        let Some(other) = found.ok().map(|index| &file.flags[index]) else { continue };
        if !other.is_sound || other.written.state != FlagState::Enabled {
            continue;
        }
        if is_served(other, &wanted.variants) {
            continue;
        }
        let sentence = if wanted.variants.is_empty() {
            "`variants` is empty, so that this prerequisite is never met".to_owned()
        } else {
            format!("the flag `{}` never has one of these variants", excerpt(&wanted.flag))
        };
        let path = flag.path(&format!("prerequisites[{index}].variants"));
        let related = format!("flags.{}", wanted.flag);
        notes.add_with(LintCode::ImpossiblePrerequisite, Some(&flag.name), path, related, sentence);
    }
}
