//! One history under the definitions of several tools, and which definition makes which difference.

use chrono::{Days, NaiveDate};

use super::failures::Failures;
use super::frequency::Calendar;
use super::lead_time::LeadTimes;
use super::line::LineUp;
use super::link::Links;
use super::measure::{own_events, within};
use super::plan::{self, Plan};
use super::presets_why::why;
use super::rates::Outcomes;
use super::recovery;
use super::scopes::Scopes;
use super::types::{
    Definition, Difference, DoraRequest, Metric, Preset, PresetAnswer, PresetsReport, PresetsRequest, Rules,
};
use super::wording::unmatched;
use super::{presets as known, presets_said as said};
use crate::facts::human::{self, Said};
use crate::facts::{Estimate, EventTable};
use crate::ground::context::Context;
use crate::ground::error::Result;
use crate::ground::time::{Time, Zone};

/// The metrics that tools have.
const FOUR: [Metric; 4] =
    [Metric::LeadTime, Metric::DeploymentFrequency, Metric::ChangeFailureRate, Metric::RecoveryTime];

/// Shows one history under the definitions of several tools, and which definition makes which difference.
///
/// # Definition
/// Each preset is a set of options of [`Definition`]. From the options of `dora` one after another is changed to the
/// preset's, in the order in which [`Definition`] declares them, and all is measured again: the effect of an option is
/// what that changes, with those before it changed already, so that the effects of one metric lead from the number of
/// `dora` to the tool's.
///
/// # Units
/// Times in seconds, frequency per day of 24 hours, rates as shares.
///
/// # Errors
/// Those of [`measure`](super::measure()).
///
/// # Example
/// ```
/// use truenorth::dora::{self, Preset, PresetsRequest};
/// use truenorth::facts::{Change, Deployment, Event, EventTable};
/// use truenorth::ground::{context::Context, time::Time};
/// let at = |text| Time::parse(text).ok();
/// let mut events = EventTable::new();
/// for (sha, committed) in [("a1", "2025-03-03T09:00:00Z"), ("a2", "2025-03-03T06:00:00Z")] {
///     events.push(&Event::Change(Change { sha: Some(sha.into()), committed_at: at(committed), ..Change::default() }))?;
/// }
/// events.push(&Event::Deployment(Deployment {
///     changes: vec!["a1".into(), "a2".into()],
///     finished_at: at("2025-03-03T10:00:00Z"),
///     ..Deployment::default()
/// }))?;
/// let report = dora::presets(&PresetsRequest { presets: vec![Preset::DevLake], ..Default::default() }, &events, &Context::default())?;
/// let lead_time = |index: usize| report.presets[index].lead_time.value();
/// assert_eq!((lead_time(0), lead_time(1)), (Some(9000.0), Some(3600.0)));
/// # Ok::<(), truenorth::Error>(())
/// ```
///
/// # Source
/// The code and documentation of each tool, named at its preset.
pub fn presets(request: &PresetsRequest, events: &EventTable, context: &Context) -> Result<PresetsReport> {
    let own = own_events(&request.events, events)?;
    let mut table = own;
    if table.is_none() && !events.is_settled() {
        let mut copy = events.clone();
        copy.settle();
        table = Some(copy);
    }
    let events = table.as_ref().unwrap_or(events);
    let mut wanted: Vec<Preset> = request.presets.iter().copied().filter(|preset| *preset != Preset::Dora).collect();
    if request.presets.is_empty() {
        wanted = Preset::ALL[1..].to_vec();
    }
    let base = known::rules(Preset::Dora).but(&request.definition);
    let mut bench = Bench::new(request, events, &base, context)?;
    let dora = bench.measure(&base)?;
    let mut answers = vec![bench.answer(Preset::Dora, &base, &base, &dora)?];
    for (index, preset) in wanted.iter().enumerate() {
        context.tell(index as f64 / wanted.len() as f64);
        answers.push(bench.preset(*preset, &base, &dora)?);
    }
    context.tell(1.0);
    let mut report = PresetsReport {
        schema: "truenorth/doraPresets/1".to_owned(),
        sentences: Vec::new(),
        window: bench.plan.window,
        as_of: bench.plan.as_of,
        presets: answers,
    };
    report.sentences = sentences(&report);
    report.sentences.extend(bench.scopes.unmatched.iter().map(unmatched));
    Ok(report)
}

/// The four numbers, in the order of [`FOUR`].
type Numbers = [Estimate; 4];

/// Where the same history is measured again and again: what an option does not touch is kept from the time before.
struct Bench<'a> {
    request: &'a PresetsRequest,
    events: &'a EventTable,
    context: &'a Context,
    plan: Plan,
    scopes: Scopes,
    line: LineUp,
    links: Links,
    leads: LeadTimes,
    failures: Failures,
    calendar: Calendar,
    lead_time: Estimate,
}

impl<'a> Bench<'a> {
    fn new(request: &'a PresetsRequest, events: &'a EventTable, rules: &Rules, context: &'a Context) -> Result<Self> {
        let asked = asked(request, rules.stated());
        let plan = Plan::new(&asked, events, context)?;
        let scopes = Scopes::new(&asked, &plan.rules.environments, events)?;
        let line = LineUp::new(&plan, &scopes, events);
        let links = Links::new(&plan, &scopes, &line, events);
        let leads = LeadTimes::new(&plan, &scopes, &line, &links, events);
        let failures = Failures::new(&plan, &scopes, &line, &links, events);
        let lead_time = leads.report(&plan, &line, &within(&line, plan.window), None).median;
        let calendar = Calendar::new(&plan, plan.window)?;
        Ok(Self { request, events, context, plan, scopes, line, links, leads, failures, calendar, lead_time })
    }

    /// The four numbers by other rules, as [`measure`](super::measure()) has them.
    fn measure(&mut self, rules: &Rules) -> Result<Numbers> {
        self.context.check()?;
        self.turn_to(rules)?;
        let Self { plan, scopes, line, leads, failures, calendar, events, .. } = self;
        let places = within(line, plan.window);
        let frequency = calendar.count(line, &places).report(plan, calendar, line, events, &places).per_day;
        let outcomes = Outcomes::new(plan, scopes, line, failures, events);
        let rate = outcomes.tally_in(plan, leads, &places, plan.window, None).failure_rate(plan.confidence).rate;
        let seen = recovery::observations(plan, scopes, line, failures, events);
        let seen = recovery::within(&seen, plan.window, None, events);
        let recovery = recovery::report(plan, &seen).median;
        let mut numbers = [self.lead_time.clone(), frequency, rate, recovery];
        for (metric, estimate) in FOUR.into_iter().zip(&mut numbers) {
            if metric != Metric::DeploymentFrequency {
                rules.say_empty(metric, estimate);
            }
        }
        Ok(numbers)
    }

    /// Makes anew what the rules that differ touch.
    fn turn_to(&mut self, rules: &Rules) -> Result<()> {
        let changed: Vec<&str> = self.plan.rules.steps_to(rules).into_iter().map(|(name, _)| name).collect();
        let any = |names: &[&str]| changed.iter().any(|name| names.contains(name));
        let line = any(&["environments", "redeploys"]);
        let links = line || any(&["change_link", "copies"]);
        let leads = links
            || any(&["change_unit", "lead_start", "lead_rounding", "merge_commits", "backwards", "first_deployment"]);
        let failures =
            links || any(&["incident_scope", "incident_limit", "marks", "rollbacks", "blame", "reverts", "hotfixes"]);
        let events = self.events;
        self.plan.rules = rules.clone();
        if line {
            self.scopes = Scopes::new(&asked(self.request, rules.stated()), &rules.environments, events)?;
            self.line = LineUp::new(&self.plan, &self.scopes, events);
        }
        if links {
            self.links = Links::new(&self.plan, &self.scopes, &self.line, events);
        }
        if leads {
            self.leads = LeadTimes::new(&self.plan, &self.scopes, &self.line, &self.links, events);
        }
        if failures {
            self.failures = Failures::new(&self.plan, &self.scopes, &self.line, &self.links, events);
        }
        if leads || any(&["lead_statistic"]) {
            let places = within(&self.line, self.plan.window);
            self.lead_time = self.leads.report(&self.plan, &self.line, &places, None).median;
        }
        Ok(())
    }

    fn preset(&mut self, preset: Preset, base: &Rules, dora: &Numbers) -> Result<PresetAnswer> {
        let goal = known::rules(preset).but(&self.request.definition);
        let (mut rules, mut before) = (base.clone(), dora.clone());
        let (mut differences, mut without_effect) = (Vec::new(), Vec::new());
        for (option, take) in base.steps_to(&goal) {
            take(&mut rules, &goal);
            let after = self.measure(&rules)?;
            let found: Vec<Difference> = FOUR
                .into_iter()
                .zip(before.iter().zip(&after))
                .filter_map(|(metric, (before, after))| difference(metric, option, &rules, before, after))
                .collect();
            if found.is_empty() {
                without_effect.push(camel(option));
            }
            differences.extend(found);
            before = after;
        }
        // Metric by metric, each in the order of its steps.
        differences.sort_by_key(|found| FOUR.iter().position(|metric| *metric == found.metric));
        let answer = self.answer(preset, base, &goal, &before)?;
        Ok(PresetAnswer { differences, without_effect, ..answer })
    }

    /// What a preset says, once the bench has turned to its rules.
    fn answer(&self, preset: Preset, base: &Rules, rules: &Rules, numbers: &Numbers) -> Result<PresetAnswer> {
        let [lead_time, deployment_frequency, change_failure_rate, recovery_time] = numbers.clone();
        Ok(PresetAnswer {
            preset,
            tool: said::tool(preset).to_owned(),
            lead_time,
            deployment_frequency,
            frequency_words: self.frequency_words(preset)?,
            change_failure_rate,
            recovery_time,
            definition: rules.stated_against(base),
            differences: Vec::new(),
            without_effect: Vec::new(),
            beyond: said::beyond(preset).iter().map(|&sentence| sentence.to_owned()).collect(),
        })
    }

    /// The tool's own words for how often was deployed.
    fn frequency_words(&self, preset: Preset) -> Result<Option<String>> {
        let Self { plan, line, .. } = self;
        let day = |micros: i64| Zone::UTC.date(Time::saturating(micros));
        let mut deployed: Vec<NaiveDate> = line.finished.iter().map(|&finished| day(finished)).collect();
        deployed.sort_unstable();
        let last = plan.window.to.micros().saturating_sub(1).max(plan.window.from.micros());
        let window = said::DaysSeen { deployed: &deployed, from: day(plan.window.from.micros()), to: day(last) };
        Ok(match preset {
            Preset::FourKeys => {
                // From the day after the first event on, until today.
                let first = plan::earliest(self.events).map_or(window.from, |first| day(first.micros()));
                let from = first.checked_add_days(Days::new(1)).unwrap_or(first);
                Some(said::DaysSeen { from, to: day(plan.as_of.micros()), ..window }.four_keys().to_owned())
            }
            Preset::DevLake => Some(window.dev_lake()),
            Preset::Middleware => {
                let total = within(line, plan.window).len() as u64;
                Some(said::middleware(Calendar::new(plan, plan.window)?.whole_numbers(total)).to_owned())
            }
            Preset::Dora | Preset::GitLab | Preset::Pelorus => None,
        })
    }
}

fn asked(request: &PresetsRequest, definition: Definition) -> DoraRequest {
    let PresetsRequest { window, last, as_of, filter, .. } = request;
    DoraRequest {
        window: *window,
        last: *last,
        as_of: *as_of,
        filter: filter.clone(),
        definition,
        ..DoraRequest::default()
    }
}

/// What one option did to one number; nothing when it did nothing.
fn difference(metric: Metric, option: &str, rules: &Rules, before: &Estimate, after: &Estimate) -> Option<Difference> {
    let (from, to) = (before.value(), after.value());
    if from.map(f64::to_bits) == to.map(f64::to_bits) {
        return None;
    }
    let move_of = match (from, to) {
        (Some(from), Some(to)) => goes(metric, from, to),
        (None, Some(to)) => format!("is {} where nothing was known", number(metric, to)),
        (Some(from), None) => format!("is not known any more, after {}", number(metric, from)),
        (None, None) => return None,
    };
    let name = camel(option);
    let sentence = format!("{} {move_of}, because {} ({name}).", metric.title(), why(option, rules));
    Some(Difference { metric, option: name, from, to, sentence })
}

/// `goes from 12.4 h to 2.44 h`; where both would look the same, how far it goes.
fn goes(metric: Metric, from: f64, to: f64) -> String {
    let (before, after) = (number(metric, from), number(metric, to));
    if before == after {
        let word = if to > from { "more" } else { "less" };
        return format!("is {} {word} than {before}", number(metric, (to - from).abs()));
    }
    format!("goes from {before} to {after}")
}

/// A number alone.
fn number(metric: Metric, value: f64) -> String {
    Said::between(metric.unit(), value, None, None).short()
}

/// What a manager would say.
fn sentences(report: &PresetsReport) -> Vec<String> {
    let mut sentences = Vec::new();
    let Some(dora) = report.presets.first() else { return sentences };
    for metric in FOUR {
        let mut all: Vec<(f64, &str)> =
            report.presets.iter().filter_map(|one| Some((one.estimate(metric).value()?, one.tool.as_str()))).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (Some((low, least)), Some((high, most))) = (all.first(), all.last()) else { continue };
        let title = metric.title();
        let ours = dora.estimate(metric).value().map_or_else(
            || "; by dora.dev's definition nothing is known".to_owned(),
            |value| format!("; by dora.dev's definition it is {}", number(metric, value)),
        );
        sentences.push(if low.to_bits() == high.to_bits() {
            format!("{title} is {} by every definition that has data.", number(metric, *low))
        } else {
            let (low, high) = (number(metric, *low), number(metric, *high));
            format!("{title} is anything from {low} ({least}) to {high} ({most}) on the same history{ours}.")
        });
    }
    if sentences.is_empty() {
        sentences.push("There is nothing to measure by any definition.".to_owned());
    }
    sentences
}

impl Preset {
    /// All presets; the first is the one that others are held against.
    pub const ALL: [Preset; 6] =
        [Preset::Dora, Preset::FourKeys, Preset::DevLake, Preset::GitLab, Preset::Middleware, Preset::Pelorus];
}

impl PresetAnswer {
    /// The number of a metric.
    pub(crate) const fn estimate(&self, metric: Metric) -> &Estimate {
        match metric {
            Metric::LeadTime => &self.lead_time,
            Metric::DeploymentFrequency => &self.deployment_frequency,
            Metric::RecoveryTime => &self.recovery_time,
            _ => &self.change_failure_rate,
        }
    }
}

/// A field's name on the wire.
fn camel(field: &str) -> String {
    let mut parts = field.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &human::capital(part))
}
