//! When something is planned to be deployed, which of it will fail, and how that will show.

use super::calendar::{BEGIN, DAY, END, HOUR, LENGTHS, MONTHS, activity, day_of, days_of, frozen, instant, local};
use super::calendar::{second_of_day, weekday};
use super::company::Company;
use super::random::Random;

/// Deployments a day and team, by month: calendar days, sixty teams.
const RATES: [f64; MONTHS] = [1.0, 1.08, 1.18, 1.3, 1.46, 1.66, 1.88, 2.12, 2.55, 3.15, 4.0, 5.2];
/// The share of them that fails.
const FAILURE_RATES: [f64; MONTHS] =
    [0.172, 0.165, 0.161, 0.151, 0.142, 0.128, 0.117, 0.108, 0.097, 0.087, 0.0803, 0.0803];
/// Median minutes to recover.
const RECOVERIES: [f64; MONTHS] = [142.0, 133.0, 121.0, 108.0, 96.0, 84.0, 75.0, 67.0, 58.0, 47.0, 37.9, 21.9];
pub(super) const TEAMS: usize = 60;

/// How a failure shows in the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// An incident names the deployment; somebody turns a flag off.
    Incident,
    /// The same, and a hotfix is deployed.
    IncidentHotfix,
    /// An incident of the same service soon after, without a word of its cause.
    Near,
    /// The same, and a hotfix is deployed.
    NearHotfix,
    /// The version before is put back; nobody opens an incident.
    Rollback,
    /// The version before is put back, and an incident names the deployment.
    RollbackIncident,
    /// The record of the deployment is marked as failed, later.
    Marked,
    /// A later deployment says that it repairs this one.
    Repaired,
    /// What it shipped is reverted, and the revert is deployed.
    Reverted,
}

impl Form {
    /// All forms, the parts of a hundred that they have, and how long they take compared with one another.
    const ALL: [(Form, usize, f64); 9] = [
        (Form::Incident, 20, 1.0),
        (Form::IncidentHotfix, 14, 1.2),
        (Form::Near, 11, 1.0),
        (Form::NearHotfix, 7, 1.2),
        (Form::Rollback, 20, 0.6),
        (Form::RollbackIncident, 6, 0.7),
        (Form::Marked, 10, 1.0),
        (Form::Repaired, 7, 1.6),
        (Form::Reverted, 5, 2.2),
    ];

    pub(super) fn is_rollback(self) -> bool {
        matches!(self, Form::Rollback | Form::RollbackIncident)
    }

    pub(super) fn has_incident(self) -> bool {
        matches!(self, Form::Incident | Form::IncidentHotfix | Form::Near | Form::NearHotfix | Form::RollbackIncident)
    }

    /// Whether a deployment repairs it.
    pub(super) fn has_repair(self) -> bool {
        !matches!(self, Form::Incident | Form::Near | Form::Marked)
    }
}

/// A failure to come: its form, how long until it is noticed and from then (or, where nobody writes down when it was
/// noticed, from the deployment) until it is repaired.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doom {
    pub(super) form: Form,
    pub(super) lag: i64,
    pub(super) recovery: i64,
    /// Whether the record of the deployment says, later, that it failed and when that was noticed.
    pub(super) marked: bool,
}

/// A deployment as planned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    pub(super) service: usize,
    pub(super) at: i64,
    /// Deploys what is live already, because a setting changed.
    pub(super) redeploy: bool,
    pub(super) doom: Option<Doom>,
}

/// The planned deployments of each service, in order.
pub(super) fn plan(company: &Company) -> Vec<Vec<Planned>> {
    let mut by_service: Vec<Vec<Planned>> = vec![Vec::new(); company.services.len()];
    let pace = paces(company);
    for month in 0..MONTHS {
        let mut planned = month_of_deployments(company, &pace, month);
        planned.sort_by_key(|deployment| (deployment.at, deployment.service));
        doom(company, &mut planned, month);
        for deployment in planned {
            by_service[deployment.service].push(deployment);
        }
    }
    by_service
}

fn totals(month: usize) -> (usize, usize) {
    let mut random = Random::new("total", month);
    let deployments = TEAMS as f64 * LENGTHS[month] as f64 * RATES[month] + random.between(2.0, 9.0);
    (deployments as usize, (deployments * FAILURE_RATES[month]) as usize)
}

/// How much each service deploys on each day, in any unit.
fn paces(company: &Company) -> Vec<Vec<f64>> {
    let mut shares = vec![0.0; company.teams.len()];
    for service in &company.services {
        shares[service.team] += service.share;
    }
    let weeks: Vec<Vec<f64>> = (0..company.teams.len())
        .map(|team| {
            let mut random = Random::new("week", team);
            (0..53).map(|_| random.gamma(30.0)).collect()
        })
        .collect();
    (0..company.services.len())
        .map(|index| {
            let service = &company.services[index];
            let owner = &company.teams[service.team];
            let size = libm::pow(owner.developers as f64, 0.8) * owner.pace * service.share / shares[service.team];
            let mut random = Random::new("day", index);
            (0..365)
                .map(|day| {
                    // Teams grow into the paved road over a month.
                    let paved = company.paved(index, day).map_or(1.0, |days| 1.0 + 2.2 * (days as f64 / 30.0).min(1.0));
                    let burst = random.gamma(4.0) * weeks[company.team(index, day)][(day + 2) / 7];
                    if service.born.is_some_and(|born| day < born) { 0.0 } else { size * paved * activity(day) * burst }
                })
                .collect()
        })
        .collect()
}

fn month_of_deployments(company: &Company, paces: &[Vec<f64>], month: usize) -> Vec<Planned> {
    let mut random = Random::new("deployments", month);
    let days = days_of(month);
    let (before, after) = (RATES[month.saturating_sub(1)], RATES[(month + 1).min(MONTHS - 1)]);
    let growth = libm::log(after / before) / 90.0;
    let mut cells = Vec::new();
    let mut sum = 0.0;
    for (service, pace) in paces.iter().enumerate() {
        for day in days.clone() {
            sum += pace[day] * libm::exp(growth * (day - days.start) as f64);
            cells.push((sum, service, day));
        }
    }
    let (total, failures) = totals(month);
    let repairs: usize = forms(failures).iter().filter(|form| form.has_repair()).count();
    let mut planned = Vec::with_capacity(total);
    while planned.len() + repairs < total {
        let draw = random.unit() * sum;
        let at = cells.partition_point(|(upto, ..)| *upto <= draw).min(cells.len() - 1);
        let (_, service, day) = cells[at];
        let second = second_of_day(company.paved(service, day).is_some(), &mut random);
        let time = instant(day as i64, second);
        if frozen(time) && !random.chance(0.5) {
            continue;
        }
        planned.push(Planned { service, at: time, redeploy: random.chance(0.02), doom: None });
    }
    planned
}

/// The forms of so many failures, in their shares, not mixed yet.
fn forms(failures: usize) -> Vec<Form> {
    let mut forms = Vec::with_capacity(failures);
    let mut parts = 0;
    for (form, share, _) in Form::ALL {
        parts += share;
        forms.resize((failures * parts + 50) / 100, form);
    }
    forms
}

/// Chooses what fails: risky services, the old way and Friday afternoons first (Efraimidis and Spirakis 2006).
fn doom(company: &Company, planned: &mut [Planned], month: usize) {
    let mut random = Random::new("failures", month);
    let mut forms = forms(totals(month).1);
    random.shuffle(&mut forms);
    let mut first = vec![month == 0; company.services.len()];
    let mut draws: Vec<(f64, usize)> = Vec::with_capacity(planned.len());
    for (index, deployment) in planned.iter_mut().enumerate() {
        let day = day_of(deployment.at);
        let late = weekday(day as i64) == 4 && local(deployment.at).1 >= 15 * HOUR;
        let mut weight = company.services[deployment.service].risk;
        weight *= if late { 1.4 } else { 1.0 };
        weight *= if company.paved(deployment.service, day).is_some() { 1.0 } else { 1.5 };
        let draw = -libm::log(random.unit()) / weight;
        let newborn = company.services[deployment.service].born.is_some_and(|born| day < born + 14);
        if first[deployment.service] || newborn {
            // The first of a service cannot be rolled back, nor deployed again.
            deployment.redeploy = false;
        } else if !deployment.redeploy {
            draws.push((draw, index));
        }
        first[deployment.service] = false;
    }
    draws.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let dooms = recoveries(&forms, month, &mut random);
    for (&(_, index), &doom) in draws.iter().zip(&dooms) {
        planned[index].doom = Some(survivable(planned[index].at, doom));
    }
}

fn recoveries(forms: &[Form], month: usize, random: &mut Random) -> Vec<Doom> {
    let target = RECOVERIES[month] * 60.0;
    let pace_of = |form: Form| Form::ALL.iter().find(|(other, ..)| *other == form).map_or(1.0, |(.., pace)| *pace);
    let raw: Vec<f64> = forms.iter().map(|&form| random.lognormal(pace_of(form), 1.0)).collect();
    let mut sorted = raw.clone();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[middle]);
    let mut dooms = Vec::with_capacity(forms.len());
    for (&form, &raw) in forms.iter().zip(&raw) {
        let longest = if form.is_rollback() { 5.5 } else { 110.0 };
        let recovery = (raw / median * target).clamp(100.0, longest * HOUR as f64) as i64;
        let lag = random.lognormal(target * 0.09, 0.8).clamp(20.0, 2.0 * HOUR as f64) as i64;
        // Whatever repairs a deployment often marks it as well.
        let marked = random.chance(match form {
            Form::Marked => 1.0,
            Form::Rollback => 0.92,
            Form::Repaired | Form::Reverted => 0.85,
            _ => 0.0,
        });
        dooms.push(Doom { form, lag, recovery, marked });
    }
    dooms
}

/// What would be repaired after the year ends must show in another way: an incident, still open.
fn survivable(at: i64, doom: Doom) -> Doom {
    let late = at + doom.lag + doom.recovery > END - HOUR;
    if late && at > BEGIN + 300 * DAY { Doom { form: Form::Incident, marked: false, ..doom } } else { doom }
}
