//! Incidents: those that a deployment caused, and those that none did.

use super::calendar::{BEGIN, DAY, END, HOUR};
use super::company::Company;
use super::plan::Form;
use super::random::Random;
use super::ship::Shipped;

#[derive(Debug, Clone)]
pub(super) struct Incident {
    pub(super) number: usize,
    pub(super) service: &'static str,
    pub(super) started: i64,
    pub(super) resolved: Option<i64>,
    /// Resolved, and back again: these two before the last `resolved`.
    pub(super) reopened: Option<(i64, i64)>,
    /// The deployment that it names.
    pub(super) deployment: Option<usize>,
    pub(super) cause: Option<&'static str>,
    pub(super) severity: &'static str,
}

/// Services that are in no catalogue.
const UNKNOWN: [&str; 5] = ["legacy-ftp", "mainframe-batch", "legacy-ftp", "old-intranet", "fax-bridge"];

/// All incidents by their beginning, and the number of the one of each failure that has one.
pub(super) fn incidents(company: &Company, shipped: &mut Shipped) -> (Vec<Incident>, Vec<Option<usize>>) {
    let mut random = Random::new("incidents", 0);
    let mut all: Vec<(Option<usize>, Incident)> = Vec::new();
    let mut left_open = 0;
    for (index, failure) in shipped.failures.iter_mut().enumerate() {
        if !failure.form.has_incident() {
            continue;
        }
        let near = matches!(failure.form, Form::Near | Form::NearHotfix);
        // A few of the last days are still being worked on, and three of the autumn were forgotten.
        let young = failure.noticed > END - 3 * DAY && random.chance(0.25);
        let forgotten = left_open < 3 && failure.noticed > BEGIN + 265 * DAY && random.chance(0.012);
        if failure.form == Form::Incident && (young || forgotten) {
            failure.restored = None;
            left_open += usize::from(forgotten);
        }
        let repaired = failure.repair.map(|repair| shipped.deployments[repair].finished);
        let resolved = repaired.map(|at| at + random.seconds(5, 60)).or(failure.restored);
        failure.restored = resolved;
        let known = if near { 0.0 } else { 0.6 };
        let incident = Incident {
            number: 0,
            service: company.services[shipped.deployments[failure.deployment].service].name,
            started: failure.noticed,
            resolved,
            reopened: reopened(failure.noticed, resolved, &mut random),
            deployment: (!near).then_some(failure.deployment),
            cause: random.chance(known).then_some("deployment"),
            severity: severity(&mut random),
        };
        all.push((Some(index), incident));
    }
    let others = 1.15 * 365.0;
    let mut at = BEGIN as f64;
    loop {
        at += random.exponential(365.0 * DAY as f64 / others);
        let started = at as i64;
        if started > END - HOUR / 2 {
            break;
        }
        all.push((None, other(company, started, &mut random)));
    }
    // Two that came back and are open still.
    let mut back = 0;
    for (failure, incident) in all.iter_mut().rev() {
        let recent = incident.started > END - 20 * DAY && incident.started < END - 6 * DAY;
        if let (None, Some(resolved), true, true) = (*failure, incident.resolved, recent, back < 2) {
            incident.reopened = Some((resolved, resolved + HOUR));
            incident.resolved = None;
            back += 1;
        }
    }
    all.sort_by_key(|(failure, incident)| (incident.started, *failure));
    let mut numbers = vec![None; shipped.failures.len()];
    for (place, (failure, incident)) in all.iter_mut().enumerate() {
        incident.number = 2_001 + place;
        if let Some(failure) = *failure {
            numbers[failure] = Some(incident.number);
        }
    }
    (all.into_iter().map(|(_, incident)| incident).collect(), numbers)
}

/// Nothing that was deployed caused it: a provider, a certificate, a disk, a crowd.
fn other(company: &Company, started: i64, random: &mut Random) -> Incident {
    let over = started + random.lognormal(3_300.0, 1.4).clamp(120.0, 20.0 * DAY as f64) as i64;
    let resolved = (over < END - 600).then_some(over);
    let service = company.services[random.below(company.services.len())].name;
    let unknown = random.chance(0.02);
    Incident {
        number: 0,
        service: if unknown { UNKNOWN[random.below(UNKNOWN.len())] } else { service },
        started,
        resolved,
        reopened: reopened(started, resolved, random),
        deployment: None,
        cause: (!unknown && random.chance(0.96)).then_some("other"),
        severity: severity(random),
    }
}

fn reopened(started: i64, resolved: Option<i64>, random: &mut Random) -> Option<(i64, i64)> {
    let took = resolved? - started;
    let between = |share: f64| started + (took as f64 * share) as i64;
    (took > HOUR && random.chance(0.025)).then(|| (between(0.4), between(0.65)))
}

fn severity(random: &mut Random) -> &'static str {
    match random.below(20) {
        0 => "sev1",
        1..=4 => "sev2",
        5..=13 => "sev3",
        _ => "sev4",
    }
}
