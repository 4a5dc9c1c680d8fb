//! Buckets that are taken.

use std::collections::BTreeMap;

/// Ranges of buckets by their first; those that touch are one, so that however many are added, each is passed over once.
#[derive(Debug, Default)]
pub(super) struct Taken(BTreeMap<u32, u32>);

impl Taken {
    /// Takes a range, and hands on the parts of it that were free.
    pub(super) fn take(&mut self, from: u32, to: u32, mut free: impl FnMut(u32, u32)) {
        if from >= to {
            return;
        }
        let (mut first, mut at) = (from, from);
        if let Some((&before, &end)) = self.0.range(..=from).next_back()
            && end >= from
        {
            (first, at) = (before, end);
        }
        while let Some((&next, &end)) = self.0.range(at..=to.max(at)).next() {
            if at < next {
                free(at, next);
            }
            self.0.remove(&next);
            at = end;
        }
        if at < to {
            free(at, to);
        }
        self.0.insert(first, at.max(to));
    }

    /// Whether all of a range is taken.
    pub(super) fn has(&self, from: u32, to: u32) -> bool {
        self.0.range(..=from).next_back().is_some_and(|(_, &end)| to <= end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_to_ask_has_it(
            asked in prop::collection::vec((0..30_u32, 0..30_u32), 0..12),
            (low, high) in (0..29_u32, 1..30_u32),
        ) {
            let (mut taken, mut owners) = (Taken::default(), vec![None; 30]);
            let mut found = owners.clone();
            for (index, (from, to)) in asked.into_iter().enumerate() {
                taken.take(from, to, |from, to| {
                    for owner in &mut found[from as usize..to as usize] {
                        assert_eq!(owner.replace(index), None);
                    }
                });
                for owner in owners.iter_mut().take(to as usize).skip(from as usize) {
                    *owner = owner.or(Some(index));
                }
            }
            prop_assert_eq!(&found, &owners);
            if low < high {
                let all = owners[low as usize..high as usize].iter().all(Option::is_some);
                prop_assert_eq!(taken.has(low, high), all);
            }
        }
    }
}
