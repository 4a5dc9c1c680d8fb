//! Units that nobody shall see, so that nobody can tell later who was given what.

use super::super::types::LintCode;
use super::Notes;
use super::file::File;
use crate::ground::text::excerpt;

pub(super) fn look(file: &File, notes: &mut Notes) {
    for flag in file.kept() {
        let written = &flag.written;
        let own = [("unit", &written.unit), ("fallbackUnit", &written.fallback_unit)];
        let own = own.into_iter().map(|(field, unit)| (flag.path(field), unit));
        let rules = written.rules.iter().enumerate();
        let units = own.chain(rules.map(|(index, rule)| (format!("{}.unit", flag.rule(index)), &rule.unit)));
        for (path, unit) in units {
            if let Some(unit) = unit.as_deref().filter(|unit| file.private.hide(unit)) {
                let sentence = format!("`{}` is private, so that no exposures are recorded by it", excerpt(unit));
                notes.add(LintCode::PrivateUnit, Some(&flag.name), path, sentence);
            }
        }
    }
}
