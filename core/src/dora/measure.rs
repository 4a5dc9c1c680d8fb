//! The verb of the room: from events and a request to a report.

use std::collections::BTreeMap;

use super::failures::Failures;
use super::frequency::Calendar;
use super::lead_time::LeadTimes;
use super::levels::{self, Ruler};
use super::line::LineUp;
use super::link::Links;
use super::plan::Plan;
use super::rates::Outcomes;
use super::recovery::{self, Observations};
use super::scopes::{GroupKey, Scopes};
use super::types::{DoraGroup, DoraReport, DoraRequest, LeadAnchor, Metric};
use super::{committed, compare, data, series, stages};
use crate::facts::{Event, EventTable};
use crate::ground::context::Context;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::time::{Window, Zone};

/// Measures the five metrics of software delivery in a window, overall and by group.
///
/// # Definition
/// - Change lead time: median over changes of (deployed − committed), of changes whose deployment ended in the window.
/// - Deployment frequency: successful production deployments in the window / days of the window.
/// - Change failure rate: deployments that failed within the follow-up / deployments watched for the whole follow-up.
/// - Failed deployment recovery time: Kaplan–Meier median of (restored − noticed), of failures that began in the window.
/// - Deployment rework rate: deployments made to repair / deployments watched for the whole follow-up.
///
/// Each of these choices is an option of [`Definition`](super::Definition), stated in the report.
///
/// # Units
/// Times in seconds, frequency per day of 24 hours, rates as shares.
///
/// # Errors
/// Those of the request: an empty window, an unknown time zone or dimension, a number out of range, too many buckets;
/// [`ErrorCode::Cancelled`].
///
/// # Example
/// ```
/// use truenorth::dora::{self, DoraRequest};
/// use truenorth::facts::{Change, Deployment, Event, EventTable};
/// use truenorth::ground::{context::Context, time::Time};
/// let at = |text| Time::parse(text).ok();
/// let mut events = EventTable::new();
/// events.push(&Event::Change(Change { sha: Some("a1".into()), committed_at: at("2025-03-03T08:00:00Z"), ..Change::default() }))?;
/// events.push(&Event::Deployment(Deployment {
///     id: Some("d1".into()),
///     changes: vec!["a1".into()],
///     finished_at: at("2025-03-03T09:30:00Z"),
///     ..Deployment::default()
/// }))?;
/// let report = dora::measure(&DoraRequest::default(), &events, &Context::default())?;
/// assert_eq!(report.overall.lead_time.median.value(), Some(5400.0));
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// dora.dev, "DORA's software delivery performance metrics", 2024 and 2025.
pub fn measure(request: &DoraRequest, events: &EventTable, context: &Context) -> Result<DoraReport> {
    let own = own_events(&request.events, events)?;
    let events = own.as_ref().unwrap_or(events);
    let settled = (!events.is_settled()).then(|| {
        let mut copy = events.clone();
        copy.settle();
        copy
    });
    let events = settled.as_ref().unwrap_or(events);
    let plan = Plan::new(request, events, context)?;
    check_targets(request)?;
    check_top(request)?;
    let ruler = Ruler::new(request.year, request.thresholds.as_ref())?;
    let mut scopes = Scopes::new(request, &plan.rules.environments, events)?;
    let keys = std::mem::take(&mut scopes.groups);
    context.check()?;
    let line = LineUp::new(&plan, &scopes, events);
    context.tell(0.2);
    let links = Links::new(&plan, &scopes, &line, events);
    context.check()?;
    context.tell(0.5);
    let failures = Failures::new(&plan, &scopes, &line, &links, events);
    let leads = LeadTimes::new(&plan, &scopes, &line, &links, events);
    context.check()?;
    context.tell(0.7);
    let stages = stages::Stages::new(&plan, &scopes, &line, &links, events);
    let outcomes = Outcomes::new(&plan, &scopes, &line, &failures, events);
    let seen = recovery::observations(&plan, &scopes, &line, &failures, events);
    let begun = (plan.rules.lead_anchor == LeadAnchor::Begun)
        .then(|| committed::observations(&plan, &scopes, &line, &links, events));
    let data = data::data(&plan, &scopes, &line, &links, &failures, events);
    // As large as the changes are many, and no longer needed.
    drop(links);
    let calendar = Calendar::new(&plan, plan.window)?;
    let room = Room {
        plan: &plan,
        line: &line,
        leads: &leads,
        stages: &stages,
        outcomes: &outcomes,
        seen: &seen,
        begun: begun.as_ref(),
        events,
        calendar: &calendar,
        ruler: &ruler,
        request,
    };

    let whole = GroupKey { name: "all".to_owned(), key: BTreeMap::new() };
    let mut overall = room.group(whole, None, &within(&line, plan.window));
    let by_group = ByGroup::new(&line, plan.window, keys.len());
    let mut numbers = room.alive(&by_group, &scopes);
    let known = numbers.len();
    by_group.keep_most(&mut numbers, request.top);
    bounded(numbers.len(), plan.edges.as_ref().map_or(0, |edges| edges.periods().len()))?;
    let mut keys = keys.into_iter();
    let mut next = 0;
    // There may be a million: each is made where it stays.
    let mut groups = Vec::with_capacity(numbers.len());
    for &group in &numbers {
        context.check()?;
        if let Some(key) = keys.nth((group - next) as usize) {
            groups.push(room.group(key, Some(group), by_group.of(group)));
        }
        next = group + 1;
    }
    drop(keys);
    context.tell(0.95);
    if let Some(previous) = plan.previous {
        let earlier = Calendar::new(&plan, previous)?;
        compare::compare(&room, &earlier, &mut overall, &by_group, numbers.iter().zip(&mut groups));
    }
    let mut report = DoraReport {
        schema: "truenorth/dora/1".to_owned(),
        sentences: Vec::new(),
        window: plan.window,
        compared_with: plan.previous,
        as_of: plan.as_of,
        time_zone: plan.zone.name().to_owned(),
        time_zone_database: Zone::DATABASE.to_owned(),
        confidence: plan.confidence,
        preset: request.preset,
        definition: plan.rules.stated(),
        by: request.by.clone(),
        buckets: plan.edges.as_ref().map_or_else(Vec::new, |edges| edges.periods().to_vec()),
        overall,
        groups_left_out: (known - numbers.len()) as u64,
        groups,
        data,
    };
    report.sentences = super::sentences::sentences(&report);
    context.tell(1.0);
    Ok(report)
}

/// The events of the request itself, in a table of their own.
pub(super) fn own_events(given: &[Event<'_>], events: &EventTable) -> Result<Option<EventTable>> {
    if given.is_empty() {
        return Ok(None);
    }
    if !events.is_empty() {
        return Err(Error::new(ErrorCode::Conflict, "events are given both in the request and in a table").at("events"));
    }
    let mut own = EventTable::new();
    for (index, event) in given.iter().enumerate() {
        own.push(event).at(format_args!("events[{index}]"))?;
    }
    own.settle();
    Ok(Some(own))
}

fn check_top(request: &DoraRequest) -> Result<()> {
    match request.top {
        Some(0) => Err(Error::new(ErrorCode::OutOfRange, "must be 1 or more, was `0`").at("top")),
        Some(_) if request.by.is_empty() => {
            Err(Error::new(ErrorCode::MissingField, "must name dimensions, so that there are groups for `top`")
                .at("by"))
        }
        _ => Ok(()),
    }
}

fn check_targets(request: &DoraRequest) -> Result<()> {
    for (index, target) in request.targets.iter().enumerate() {
        let at = format!("targets[{index}]");
        for (bound, name) in [(target.at_most, "atMost"), (target.at_least, "atLeast")] {
            if let Some(bound) = bound {
                crate::ground::number::finite(bound).at(name).at(&at)?;
            }
        }
        if target.at_most.is_none() && target.at_least.is_none() {
            return Err(Error::new(ErrorCode::MissingField, "must have `atMost` or `atLeast`").at(at));
        }
    }
    Ok(())
}

/// Refuses a report that no memory holds: each bucket of a group has twenty numbers.
fn bounded(groups: usize, buckets: usize) -> Result<()> {
    /// Some ten gigabytes.
    const MOST: usize = 40_000_000;
    if groups.saturating_mul(buckets) > MOST {
        let said = format!(
            "at most {MOST} buckets of groups fit in a report, found {groups} groups of {buckets} buckets: choose a \
             longer bucket, or fewer groups with `top`"
        );
        return Err(Error::new(ErrorCode::TooLarge, said).at("bucket"));
    }
    Ok(())
}

/// The places of deployments that ended in a window, in order.
pub(super) fn within(line: &LineUp, window: Window) -> Vec<u32> {
    let (from, to) = (window.from.micros(), window.to.micros());
    (0..line.len() as u32)
        .filter(|&place| from <= line.finished[place as usize] && line.finished[place as usize] < to)
        .collect()
}

/// Places, group by group.
#[derive(Debug)]
pub(super) struct ByGroup {
    places: Vec<u32>,
    /// Where those of each group begin; one more at the end.
    begins: Vec<u32>,
}

impl ByGroup {
    /// The deployments that ended in a window.
    pub(super) fn new(line: &LineUp, window: Window, groups: usize) -> Self {
        let mut begins = vec![0; groups + 1];
        let all = if groups == 0 { Vec::new() } else { within(line, window) };
        for &place in &all {
            begins[line.groups[place as usize] as usize + 1] += 1;
        }
        for index in 1..begins.len() {
            begins[index] += begins[index - 1];
        }
        let mut next = begins.clone();
        let mut places = vec![0; all.len()];
        for place in all {
            let next = &mut next[line.groups[place as usize] as usize];
            places[*next as usize] = place;
            *next += 1;
        }
        Self { places, begins }
    }

    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.begins.len() - 1
    }

    /// Leaves so many of some groups, those that deploy most; of two alike, the first.
    fn keep_most(&self, groups: &mut Vec<u32>, top: Option<u32>) {
        let Some(top) = top.map(|top| top as usize).filter(|&top| top < groups.len()) else { return };
        groups.sort_by_key(|&group| std::cmp::Reverse(self.of(group).len()));
        groups.truncate(top);
        groups.sort_unstable();
    }

    /// Those of a group, in order.
    pub(super) fn of(&self, group: u32) -> &[u32] {
        let group = group as usize;
        &self.places[self.begins[group] as usize..self.begins[group + 1] as usize]
    }
}

/// All that is known when groups are measured.
pub(super) struct Room<'a> {
    pub(super) plan: &'a Plan,
    pub(super) line: &'a LineUp,
    pub(super) leads: &'a LeadTimes,
    pub(super) stages: &'a stages::Stages,
    pub(super) outcomes: &'a Outcomes,
    pub(super) seen: &'a Observations,
    /// Changes by when they began, where lead time is anchored there.
    pub(super) begun: Option<&'a Observations>,
    pub(super) events: &'a EventTable,
    pub(super) calendar: &'a Calendar,
    ruler: &'a Ruler,
    request: &'a DoraRequest,
}

impl Room<'_> {
    /// Groups about which there is anything to say, in order.
    fn alive(&self, by_group: &ByGroup, scopes: &Scopes) -> Vec<u32> {
        let mut alive: Vec<bool> = (0..by_group.len()).map(|group| !by_group.of(group as u32).is_empty()).collect();
        let mut mark = |group: u32| {
            if let Some(flag) = alive.get_mut(group as usize) {
                *flag = true;
            }
        };
        let deployments = &self.events.deployments().scope;
        // A service that stopped deploying is still there, with nothing in the window.
        for place in 0..self.line.len() {
            mark(scopes.view(deployments.get(self.line.rows[place] as usize)).group);
        }
        self.seen.groups().for_each(mark);
        (0..).zip(alive).filter(|&(_, alive)| alive).map(|(group, _)| group).collect()
    }

    fn group(&self, key: GroupKey, group: Option<u32>, places: &[u32]) -> DoraGroup {
        let Self { plan, line, leads, events, .. } = self;
        let counts = self.calendar.count(line, places);
        let tally = self.outcomes.tally_in(plan, leads, places, plan.window, group);
        let failed = recovery::within(self.seen, plan.window, group, events);
        let mut lead_time = leads.report(plan, line, places, group);
        if let Some(begun) = self.begun {
            committed::replace(plan, &recovery::within(begun, plan.window, group, events), &mut lead_time);
        }
        lead_time.stages = self.stages.report(plan, places);
        let deployment_frequency = counts.report(plan, self.calendar, line, events, places);
        let mut change_failure_rate = tally.failure_rate(plan.confidence);
        let mut recovery_time = recovery::report(plan, &failed);
        let rework_rate = tally.rework_rate(plan.confidence);
        // A level is a team's: where teams are known, how often each deploys.
        let pace = deployment_frequency.per_team_day.as_ref().unwrap_or(&deployment_frequency.per_day);
        let five = [&lead_time.median, pace, &change_failure_rate.rate, &recovery_time.median, &rework_rate.rate];
        let levels = self.ruler.levels(five).map(Box::new);
        let targets = self.request.targets.iter().map(|target| {
            let estimate = match target.metric {
                Metric::LeadTime => &lead_time.median,
                Metric::DeploymentFrequency => &deployment_frequency.per_day,
                Metric::ChangeFailureRate => &change_failure_rate.rate,
                Metric::RecoveryTime => &recovery_time.median,
                Metric::ReworkRate => &rework_rate.rate,
            };
            levels::judge(target, estimate)
        });
        let targets = targets.collect();
        // What looks best because there is nothing never earns a level or meets a target.
        let said = [
            (Metric::LeadTime, &mut lead_time.median),
            (Metric::ChangeFailureRate, &mut change_failure_rate.rate),
            (Metric::RecoveryTime, &mut recovery_time.median),
        ];
        for (metric, estimate) in said {
            plan.rules.say_empty(metric, estimate);
        }
        let series =
            plan.edges.as_ref().map(|edges| Box::new(series::series(self, edges, group, places, &counts, &failed)));
        DoraGroup {
            name: key.name,
            key: key.key,
            lead_time,
            deployment_frequency,
            change_failure_rate,
            recovery_time,
            rework_rate,
            comparisons: None,
            levels,
            targets,
            series,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Deployment;
    use crate::ground::time::{Bucket, Time};

    #[test]
    fn a_century_of_days_of_many_services_is_refused_and_of_a_few_is_not() {
        let at = |text| Time::parse(text).unwrap();
        let mut events = EventTable::new();
        for index in 0..1200 {
            let service = Some(format!("s{index}").into());
            let finished_at = Some(at("2025-03-01T00:00:00Z"));
            events.push(&Event::Deployment(Deployment { service, finished_at, ..Deployment::default() })).unwrap();
        }
        let window = Some(Window { from: at("1950-01-01T00:00:00Z"), to: at("2050-01-01T00:00:00Z") });
        let by = vec!["service".to_owned()];
        let request = DoraRequest { by, window, bucket: Some(Bucket::Day), ..DoraRequest::default() };
        let error = measure(&request, &events, &Context::default()).unwrap_err();
        assert_eq!((error.code(), error.path()), (ErrorCode::TooLarge, "bucket"));
        assert!(error.message().contains("1200 groups of 36525 buckets"), "{error}");
        let report = measure(&DoraRequest { top: Some(2), ..request }, &events, &Context::default()).unwrap();
        assert_eq!((report.groups.len(), report.groups_left_out), (2, 1198));
    }
}
