//! One history under the definitions of several tools, and which definition makes which difference.

use chrono::{Days, NaiveDate};

use super::frequency::Calendar;
use super::line::LineUp;
use super::measure::{measure, own_events};
use super::plan::{self, Plan};
use super::scopes::Scopes;
use super::types::{
    Definition, Difference, DoraGroup, DoraReport, DoraRequest, Metric, Preset, PresetAnswer, PresetsReport,
    PresetsRequest, Rules,
};
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
/// Those of [`measure`].
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
    // Progress is told here; each measurement would tell its own.
    let quiet = Context { progress: None, ..context.clone() };
    let bench = Bench { request, events, context: &quiet };
    let base = known::rules(Preset::Dora).but(&request.definition);
    let dora = bench.measure(&base)?;
    let mut answers = vec![bench.answer(Preset::Dora, &base, &base, &dora.overall)?];
    for (index, preset) in wanted.iter().enumerate() {
        context.tell(index as f64 / wanted.len() as f64);
        answers.push(bench.preset(*preset, &base, &dora.overall)?);
    }
    context.tell(1.0);
    let mut report = PresetsReport {
        schema: "truenorth/doraPresets/1".to_owned(),
        sentences: Vec::new(),
        window: dora.window,
        as_of: dora.as_of,
        presets: answers,
    };
    report.sentences = sentences(&report);
    Ok(report)
}

/// Where the same history is measured again and again.
struct Bench<'a> {
    request: &'a PresetsRequest,
    events: &'a EventTable,
    context: &'a Context,
}

impl Bench<'_> {
    fn asked(&self, definition: Definition) -> DoraRequest {
        let PresetsRequest { window, last, as_of, filter, .. } = self.request;
        DoraRequest {
            window: *window,
            last: *last,
            as_of: *as_of,
            filter: filter.clone(),
            definition,
            year: 0,
            ..DoraRequest::default()
        }
    }

    fn measure(&self, rules: &Rules) -> Result<DoraReport> {
        measure(&self.asked(rules.stated()), self.events, self.context)
    }

    fn preset(&self, preset: Preset, base: &Rules, dora: &DoraGroup) -> Result<PresetAnswer> {
        let goal = known::rules(preset).but(&self.request.definition);
        let (mut rules, mut before) = (base.clone(), dora.clone());
        let (mut differences, mut without_effect) = (Vec::new(), Vec::new());
        for (option, take) in base.steps_to(&goal) {
            take(&mut rules, &goal);
            let after = self.measure(&rules)?.overall;
            let found: Vec<Difference> = FOUR
                .into_iter()
                .filter_map(|metric| {
                    difference(metric, option, &rules, before.estimate(metric), after.estimate(metric))
                })
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

    fn answer(&self, preset: Preset, base: &Rules, rules: &Rules, group: &DoraGroup) -> Result<PresetAnswer> {
        Ok(PresetAnswer {
            preset,
            tool: said::tool(preset).to_owned(),
            lead_time: group.lead_time.median.clone(),
            deployment_frequency: group.deployment_frequency.per_day.clone(),
            frequency_words: self.frequency_words(preset, rules)?,
            change_failure_rate: group.change_failure_rate.rate.clone(),
            recovery_time: group.recovery_time.median.clone(),
            definition: rules.stated_against(base),
            differences: Vec::new(),
            without_effect: Vec::new(),
            beyond: said::beyond(preset).iter().map(|&sentence| sentence.to_owned()).collect(),
        })
    }

    /// The tool's own words for how often was deployed.
    fn frequency_words(&self, preset: Preset, rules: &Rules) -> Result<Option<String>> {
        if !matches!(preset, Preset::FourKeys | Preset::DevLake | Preset::Middleware) {
            return Ok(None);
        }
        let asked = self.asked(rules.stated());
        let plan = Plan::new(&asked, self.events, self.context)?;
        let scopes = Scopes::new(&asked, &plan.rules.environments, self.events)?;
        let line = LineUp::new(&plan, &scopes, self.events);
        let day = |micros: i64| Zone::UTC.date(Time::saturating(micros));
        let mut deployed: Vec<NaiveDate> = line.finished.iter().map(|&finished| day(finished)).collect();
        deployed.sort_unstable();
        let last = plan.window.to.micros().saturating_sub(1).max(plan.window.from.micros());
        let window = said::DaysSeen { deployed: &deployed, from: day(plan.window.from.micros()), to: day(last) };
        Ok(Some(match preset {
            Preset::FourKeys => {
                // From the day after the first event on, until today.
                let first = plan::earliest(self.events).map_or(window.from, |first| day(first.micros()));
                let from = first.checked_add_days(Days::new(1)).unwrap_or(first);
                said::DaysSeen { from, to: day(plan.as_of.micros()), ..window }.four_keys().to_owned()
            }
            Preset::DevLake => window.dev_lake(),
            _ => {
                let total = super::measure::within(&line, plan.window).len() as u64;
                said::middleware(Calendar::new(&plan, plan.window)?.whole_numbers(total)).to_owned()
            }
        }))
    }
}

/// What one option did to one number; nothing when it did nothing.
fn difference(metric: Metric, option: &str, rules: &Rules, before: &Estimate, after: &Estimate) -> Option<Difference> {
    let (from, to) = (before.value(), after.value());
    if from.map(f64::to_bits) == to.map(f64::to_bits) {
        return None;
    }
    let move_of = match (from, to) {
        (Some(from), Some(to)) => format!("goes from {} to {}", number(metric, from), number(metric, to)),
        (None, Some(to)) => format!("is {} where nothing was known", number(metric, to)),
        (Some(from), None) => format!("is not known any more, after {}", number(metric, from)),
        (None, None) => return None,
    };
    let name = camel(option);
    let sentence = format!("{} {move_of}, because {} ({name}).", metric.title(), said::why(option, rules));
    Some(Difference { metric, option: name, from, to, sentence })
}

/// A number as finely as two of them need it to be told apart.
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
