//! What a source could have told, had it been asked or given more: kept beside the rows, and noted only where it is
//! missed once everything has been read, in whatever order.

use std::collections::BTreeMap;

use super::table::{EventTable, Origin};

/// Sentences on what is missing, until the table is settled.
#[derive(Debug, Clone, Default)]
pub(super) struct Advice {
    /// Records that are no deployments because reading was not told that they are, by the sentence that says how.
    deployments: BTreeMap<String, u64>,
    /// How to learn when the deployments of a file ended.
    ends: BTreeMap<u32, &'static str>,
}

impl EventTable {
    /// Counts a record that would be a deployment if reading were told so: noted where no deployment is known.
    pub(crate) fn advise_deployments(&mut self, sentence: &str) {
        *self.advice.deployments.entry(sentence.to_owned()).or_default() += 1;
        self.dirty = true;
    }

    /// Says how it is learnt when the deployments of a file ended: noted where none of them has an end.
    pub(crate) fn advise_ends(&mut self, origin: Origin, sentence: &'static str) {
        self.advice.ends.insert(origin.file, sentence);
        self.dirty = true;
    }

    /// Notes what is missed now, and only that.
    pub(super) fn settle_advice(&mut self) {
        let none = self.deployments.is_empty();
        for (sentence, &count) in &self.advice.deployments {
            self.quality.notes.remove(sentence);
            if none {
                self.quality.notes.insert(sentence.clone(), count);
            }
        }
        if self.advice.ends.is_empty() {
            return;
        }
        let mut endless: BTreeMap<u32, u64> = self.advice.ends.keys().map(|&file| (file, 0)).collect();
        for row in 0..self.deployments.len() {
            let file = self.deployments.origin.get(row).file;
            if !self.deployments.finished.get(row).is_none() {
                endless.remove(&file);
            } else if let Some(count) = endless.get_mut(&file) {
                *count += 1;
            }
        }
        for &sentence in self.advice.ends.values() {
            self.quality.notes.remove(sentence);
        }
        for (file, count) in endless {
            if let Some(&sentence) = self.advice.ends.get(&file) {
                self.note_times(sentence, count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Deployment, Event};
    use crate::ground::time::Time;

    fn deployment(id: &'static str, file: u32, finished: Option<&str>) -> (Event<'static>, Origin) {
        let finished_at = finished.map(|text| Time::parse(text).unwrap());
        let event = Event::Deployment(Deployment { id: Some(id.into()), finished_at, ..Deployment::default() });
        (event, Origin { file, line: 1 })
    }

    fn notes(table: &mut EventTable) -> Vec<(String, u64)> {
        table.settle();
        table.quality().notes.clone().into_iter().collect()
    }

    #[test]
    fn it_is_noted_only_where_it_is_missed() {
        let mut table = EventTable::new();
        table.advise_deployments("ask for releases");
        table.advise_deployments("ask for releases");
        assert_eq!(notes(&mut table), [("ask for releases".to_owned(), 2)]);
        for (id, file) in [("a", 1), ("b", 1), ("c", 2)] {
            let (event, origin) = deployment(id, file, None);
            table.push_from(&event, origin).unwrap();
            table.advise_ends(origin, "ask for ends");
        }
        assert_eq!(notes(&mut table), [("ask for ends".to_owned(), 3)]);
        assert_eq!(notes(&mut table), [("ask for ends".to_owned(), 3)]);
        let (event, origin) = deployment("b", 3, Some("2025-03-01T09:30:00Z"));
        table.push_from(&event, origin).unwrap();
        assert_eq!(notes(&mut table), [("ask for ends".to_owned(), 1)]);
        let (event, origin) = deployment("c", 2, Some("2025-03-01T09:30:00Z"));
        table.push_from(&event, origin).unwrap();
        assert_eq!(notes(&mut table), []);
    }
}
