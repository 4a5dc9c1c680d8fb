//! Remembering who was given what, once for each unit and flag, in bounded memory.

use std::sync::Mutex;

use hashbrown::HashSet;
use xxhash_rust::xxh3::Xxh3;

use super::context::Attributes;
use super::evaluation::Evaluation;
use crate::facts::Exposure;

/// So many locks, that threads seldom meet.
const SHARDS: usize = 16;

/// Exposures that nobody has taken yet.
///
/// One is recorded for each flag, variant and unit. What was recorded is remembered until about as many others were as
/// there is room for; after that it may be recorded again. Where there is no room it is counted, not kept.
#[derive(Debug)]
pub struct Exposures {
    shards: Vec<Mutex<Shard>>,
    most: usize,
}

#[derive(Debug, Default)]
struct Shard {
    waiting: Vec<Exposure>,
    /// What was recorded lately, and before that.
    seen: [HashSet<u128>; 2],
    lost: u64,
}

impl Exposures {
    pub(super) fn new(most: usize) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, most: most.div_ceil(SHARDS).max(1) }
    }

    /// Hands out what was recorded since the last time.
    pub fn take(&self) -> Vec<Exposure> {
        self.shards.iter().flat_map(|shard| std::mem::take(&mut lock(shard).waiting)).collect()
    }

    /// How many found no room, since there are exposures.
    pub fn lost(&self) -> u64 {
        self.shards.iter().map(|shard| lock(shard).lost).sum()
    }

    pub(super) fn record(&self, evaluation: &Evaluation<'_>, context: &impl Attributes) {
        let (Some(flag), Some(variant)) = (evaluation.name(), evaluation.variant()) else { return };
        evaluation.with_unit(context, |unit| {
            let mut hash = Xxh3::new();
            for part in [flag, variant, unit] {
                hash.update(&(part.len() as u64).to_le_bytes());
                hash.update(part.as_bytes());
            }
            let hash = hash.digest128();
            let mut shard = lock(&self.shards[(hash as usize) % SHARDS]);
            if shard.seen.iter().any(|seen| seen.contains(&hash)) {
                return;
            }
            if shard.waiting.len() >= self.most {
                shard.lost += 1;
                return;
            }
            if shard.seen[0].len() >= self.most {
                shard.seen[1] = std::mem::take(&mut shard.seen[0]);
            }
            shard.seen[0].insert(hash);
            shard.waiting.push(Exposure {
                unit: unit.to_owned(),
                flag: flag.to_owned(),
                variant: variant.to_owned(),
                rule: evaluation.rule(),
                reason: Some(evaluation.reason().as_str().to_owned()),
                at: context.now(),
            });
        });
    }
}

/// A thread that panicked left nothing half done.
fn lock(shard: &Mutex<Shard>) -> std::sync::MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
