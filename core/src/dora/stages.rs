//! The stages of lead time: coding, pickup, review, merge, deploy, of the pull requests that were deployed.

use super::lead_time::clustered;
use super::line::{LineUp, NOWHERE};
use super::link::Links;
use super::plan::Plan;
use super::scopes::Scopes;
use super::types::Stage;
use crate::facts::{EventTable, Key, KeyIndex, Stamp};
use crate::ground::time::SECOND;

/// In the order in which they happen.
const NAMES: [&str; 5] = ["coding", "pickup", "review", "merge", "deploy"];

/// The stages of each deployed pull request, in order of deployments.
#[derive(Debug, Default)]
pub(super) struct Stages {
    /// Place of the deployment, and seconds in each stage where both ends are known.
    requests: Vec<(u32, [Option<f64>; 5])>,
}

impl Stages {
    pub(super) fn new(plan: &Plan, scopes: &Scopes, line: &LineUp, links: &Links, events: &EventTable) -> Self {
        let table = events.pull_requests();
        let mut stages = Self::default();
        if table.is_empty() {
            return stages;
        }
        let by_merge = places_by_merge(line, links, events);
        let mut ids = KeyIndex::default();
        if table.deployment.values().is_some() {
            for (place, &row) in line.rows.iter().enumerate() {
                ids.insert(Key::of_symbol(events.deployments().id.get(row as usize)), place as u32);
            }
        }
        for row in 0..table.len() {
            let view = scopes.view(table.scope.get(row));
            let merged = table.merged.get(row);
            let own = line.range(view.lane);
            let place = line
                .first(&own, ids.get(Key::of_symbol(table.deployment.get(row))))
                .or_else(|| line.first(&own, by_merge.get(table.merge_sha.get(row))))
                .or_else(|| merged.time().and_then(|time| line.next(own.clone(), time.micros())));
            let Some(place) = place else { continue };
            if !plan.concerns(line.finished[place as usize]) {
                continue;
            }
            let deployed = Stamp::from(crate::ground::time::Time::from_micros(line.finished[place as usize]));
            let opened = table.opened.get(row);
            let review = table.first_review.get(row);
            let approved = table.approved.get(row);
            let took = |from: Stamp, to: Stamp| {
                let (from, to) = (from.time()?, to.time()?);
                Some(plan.between(from.micros(), to.micros()).max(0) as f64 / SECOND as f64)
            };
            // Who merges without review or approval skips that stage; its time goes to the stage before.
            let last_review = approved.or(review).or(opened);
            stages.requests.push((
                place,
                [
                    took(table.first_commit.get(row), opened),
                    took(opened, review),
                    took(review, approved),
                    took(last_review, merged),
                    took(merged, deployed),
                ],
            ));
        }
        stages.requests.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| order(&a.1).total_cmp(&order(&b.1))));
        stages
    }

    /// The stages of a group's deployments, places in order.
    pub(super) fn report(&self, plan: &Plan, places: &[u32]) -> Vec<Stage> {
        if self.requests.is_empty() {
            return Vec::new();
        }
        let shipped_by = |&place: &u32| {
            let from = self.requests.partition_point(|request| request.0 < place);
            self.requests[from..].iter().take_while(move |request| request.0 == place)
        };
        let inside: Vec<&(u32, [Option<f64>; 5])> = places.iter().flat_map(shipped_by).collect();
        if inside.is_empty() {
            return Vec::new();
        }
        let stage = |(index, name): (usize, &&str)| {
            let (mut values, mut clusters, mut last, mut cluster) = (Vec::new(), Vec::new(), NOWHERE, 0);
            for (place, took) in &inside {
                if let Some(seconds) = took[index] {
                    if last != NOWHERE && last != *place {
                        cluster += 1;
                    }
                    last = *place;
                    values.push(seconds);
                    clusters.push(cluster);
                }
            }
            let quantile = |p| clustered(&values, &clusters, p, plan.confidence).0;
            Stage { name: (*name).to_owned(), median: quantile(0.5), p90: quantile(0.9) }
        };
        NAMES.iter().enumerate().map(stage).collect()
    }
}

fn order(took: &[Option<f64>; 5]) -> f64 {
    took.iter().flatten().sum()
}

/// Where the changes that merged pull requests were shipped.
fn places_by_merge(line: &LineUp, links: &Links, events: &EventTable) -> KeyIndex {
    let requests = events.pull_requests();
    let mut wanted = KeyIndex::with_capacity(requests.len());
    for row in 0..requests.len() {
        wanted.insert(requests.merge_sha.get(row), row as u32);
    }
    let mut found = KeyIndex::default();
    let changes = events.changes();
    if !wanted.is_empty() {
        found = KeyIndex::with_capacity(requests.len());
        for (row, &place) in links.places.iter().enumerate() {
            let key = changes.key.get(row);
            if place != NOWHERE && (place as usize) < line.len() && wanted.get(key).next().is_some() {
                found.insert(key, place);
            }
        }
    }
    found
}
