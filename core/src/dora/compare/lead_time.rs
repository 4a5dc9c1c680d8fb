//! Lead times of two windows: by rank, deployment by deployment, within services.

use super::{Finding, Side, by_service, common, ratio};
use crate::dora::measure::Room;
use crate::dora::types::LeadTest;
use crate::facts::Unit;
use crate::ground::time::SECOND;
use crate::stats::{quantile, rank, stratified};

/// Logarithms of the medians of each deployment.
fn log_medians(room: &Room<'_>, places: &[u32]) -> Vec<f64> {
    let mut scratch = Vec::new();
    let median = |place: &u32| {
        scratch.clear();
        scratch.extend(room.leads.of(*place).iter().map(|&micros| micros as f64 / SECOND as f64));
        // Ratios need something to divide: less than a second counts as one.
        quantile::of(&mut scratch, 0.5).map(|median| libm::log(median.max(1.0)))
    };
    places.iter().filter_map(median).collect()
}

/// Van Elteren's test on the deployments' medians, service by service; the ratio by Hodges and Lehmann, aligned by
/// service.
pub(super) fn compare(room: &Room<'_>, sides: &[Side<'_>; 2]) -> Finding {
    let logs = |side: &Side<'_>| -> Vec<(u32, Vec<f64>)> {
        let mut all: Vec<(u32, Vec<f64>)> = by_service(room.line, side.places)
            .into_iter()
            .map(|(service, run)| (service, log_medians(room, run)))
            .collect();
        all.retain(|(_, logs)| !logs.is_empty());
        all
    };
    let (before, now) = (logs(&sides[0]), logs(&sides[1]));
    let strata: Vec<(&[f64], &[f64])> =
        common(&before, &now).map(|(_, then, today)| (then.as_slice(), today.as_slice())).collect();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for (then, today) in &strata {
        let centre = quantile::of(&mut [*then, *today].concat(), 0.5).unwrap_or_default();
        first.extend(then.iter().map(|log| log - centre));
        second.extend(today.iter().map(|log| log - centre));
    }
    if first.len() < 6 || second.len() < 6 {
        return Finding::none(Unit::Ratio, "tooFewDeployments");
    }
    let Ok(shift) = rank::hodges_lehmann(&first, &second, room.plan.confidence) else {
        return Finding::none(Unit::Ratio, "noData");
    };
    let (p, test) = if room.plan.rules.lead_test == LeadTest::ClusteredChanges {
        (clustered(room, sides), "Obuchowski on all changes, clustered by deployment")
    } else if let [(then, today)] = strata.as_slice() {
        (rank::mann_whitney(then, today).ok().map(|found| found.p), "Mann–Whitney on the medians of deployments")
    } else {
        (
            stratified::van_elteren(&strata).ok().map(|found| found.p),
            "van Elteren on the medians of deployments, by service",
        )
    };
    let change = ratio(
        shift.shift,
        shift.interval,
        first.len() + second.len(),
        "Hodges–Lehmann ratio of the medians of deployments, aligned by service",
    );
    Finding { change, test, p, mix: None, restricted_mean: None }
}

/// The p-value of a rank test on all changes, with deployments as clusters.
fn clustered(room: &Room<'_>, sides: &[Side<'_>; 2]) -> Option<f64> {
    let gather = |side: &Side<'_>| {
        let (mut values, mut clusters) = (Vec::new(), Vec::new());
        room.leads.gather(side.places, &mut values, &mut clusters);
        (values, clusters)
    };
    let (before, now) = (gather(&sides[0]), gather(&sides[1]));
    rank::clustered((&before.0, &before.1), (&now.0, &now.1), room.plan.confidence).ok().map(|found| found.p)
}
