//! The delivery report as numbers for monitoring.

use crate::desk::render::openmetrics::{Exposed, Exposition, Kind, Labels};
use crate::dora::{Arrow, Comparisons, DoraGroup, DoraReport, Level, LevelAnswer, Metric, Verdict, wording};
use crate::facts::Estimate;

/// Groups with their labels, the whole first.
type Groups<'r> = [(&'r Labels, &'r DoraGroup)];
type More = (&'static str, &'static str, fn(&DoraGroup) -> Option<&Estimate>);
type Count<T> = (&'static str, &'static str, fn(&T) -> u64);

impl Exposed for DoraReport {
    fn expose(&self, out: &mut Exposition<'_>) {
        about(out, self);
        let of = |(scope, group): (&str, &DoraGroup)| {
            Labels::new(scope, group.key.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        };
        let all =
            || std::iter::once(("overall", &self.overall)).chain(self.groups.iter().map(|group| ("group", group)));
        let mut labels: Vec<Labels> = all().map(of).collect();
        Labels::tell_apart(&mut labels);
        let groups: Vec<(&Labels, &DoraGroup)> = labels.iter().zip(all().map(|(_, group)| group)).collect();
        for metric in Metric::ALL {
            let (name, unit, help) = family(metric);
            estimates(out, name, unit, help, &groups, |group| Some(group.estimate(metric)));
            let more: &[More] = match metric {
                Metric::LeadTime => {
                    &[("lead_time_p90", "time within which nine in ten changes reach production", |g| {
                        Some(&g.lead_time.p90)
                    })]
                }
                Metric::RecoveryTime => {
                    &[("recovery_time_p90", "time within which nine in ten failures are over", |g| {
                        Some(&g.recovery_time.p90)
                    })]
                }
                Metric::DeploymentFrequency => {
                    &[("team_deployments_per_day", "Deployments per day of 24 hours and team.", |g| {
                        g.deployment_frequency.per_team_day.as_ref()
                    })]
                }
                _ => &[],
            };
            for (name, help, get) in more {
                estimates(out, name, unit, help, &groups, get);
            }
        }
        counts(out, &groups);
        levels(out, &groups);
        trends(out, &groups);
        targets(out, &groups);
        data(out, self);
    }
}

fn named(name: &str) -> String {
    format!("truenorth_dora_{name}")
}

const fn family(metric: Metric) -> (&'static str, &'static str, &'static str) {
    match metric {
        Metric::LeadTime => {
            ("lead_time", "seconds", "Time from change to production: the median unless defined otherwise.")
        }
        Metric::DeploymentFrequency => ("deployments_per_day", "", "Deployments per day of 24 hours."),
        Metric::ChangeFailureRate => ("change_failure", "ratio", "Share of deployments that failed in production."),
        Metric::RecoveryTime => (
            "recovery_time",
            "seconds",
            "Time to recover from a failed deployment: the median unless defined otherwise.",
        ),
        Metric::ReworkRate => ("rework", "ratio", "Share of deployments that were unplanned repairs."),
    }
}

fn about(out: &mut Exposition<'_>, report: &DoraReport) {
    out.family("truenorth_dora", Kind::Info, "", "How it was measured.");
    let wire = |value: serde_json::Result<serde_json::Value>| match value {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    };
    let pairs = [
        ("schema", report.schema.clone()),
        ("preset", wire(serde_json::to_value(report.preset))),
        ("confidence", report.confidence.to_string()),
        ("time_zone", report.time_zone.clone()),
    ];
    out.sample(&Labels::default(), &pairs.each_ref().map(|(name, value)| (*name, value.as_str())), 1.0);
    for (name, time, help) in [
        ("window_start_timestamp", report.window.from, "The first instant inside the window, in seconds since 1970."),
        ("window_end_timestamp", report.window.to, "The first instant after the window, in seconds since 1970."),
        ("as_of_timestamp", report.as_of, "The instant up to which all is known, in seconds since 1970."),
    ] {
        out.family(&named(name), Kind::Gauge, "seconds", help);
        out.sample(&Labels::default(), &[], time.micros() as f64 / 1e6);
    }
}

/// The value, the two ends of its interval where they are known, and how many observations stand behind it.
fn estimates<'a>(
    out: &mut Exposition<'_>,
    name: &str,
    unit: &'static str,
    help: &str,
    groups: &Groups<'a>,
    get: impl Fn(&'a DoraGroup) -> Option<&'a Estimate>,
) {
    let interval = |group| get(group).and_then(Estimate::interval);
    let lower = help.trim_end_matches('.').to_lowercase();
    out.family(&named(name), Kind::Gauge, unit, help);
    for (labels, group) in groups {
        out.sample(labels, &[], get(group).and_then(Estimate::value).unwrap_or(f64::NAN));
    }
    out.family(&named(&format!("{name}_low")), Kind::Gauge, unit, &format!("Lower end of the interval: {lower}."));
    for (labels, group) in groups {
        out.sample(labels, &[], interval(group).and_then(|found| found.low).unwrap_or(f64::NAN));
    }
    out.family(&named(&format!("{name}_high")), Kind::Gauge, unit, &format!("Upper end of the interval: {lower}."));
    for (labels, group) in groups {
        out.sample(labels, &[], interval(group).and_then(|found| found.high).unwrap_or(f64::NAN));
    }
}

fn counts(out: &mut Exposition<'_>, groups: &Groups<'_>) {
    let all: [Count<DoraGroup>; 12] = [
        ("deployments", "Deployments in the window.", |g| g.deployment_frequency.deployments),
        ("teams", "Teams that deployed.", |g| g.deployment_frequency.teams),
        ("services", "Services that were deployed.", |g| g.deployment_frequency.services),
        ("deployed_changes", "Changes deployed in the window.", |g| g.lead_time.changes),
        ("waiting_changes", "Changes merged and not deployed yet.", |g| g.lead_time.waiting.changes),
        ("failed_deployments", "Numerator of the change failure rate.", |g| g.change_failure_rate.failures),
        ("watched_deployments", "Denominator of the change failure rate.", |g| g.change_failure_rate.deployments),
        ("immature_deployments", "Deployments too young to know whether they failed.", |g| {
            g.change_failure_rate.immature
        }),
        ("recovery_failures", "Failures that began in the window.", |g| g.recovery_time.failures),
        ("open_failures", "Failures that are still open.", |g| g.recovery_time.open),
        ("rework_deployments", "Numerator of the rework rate.", |g| g.rework_rate.rework),
        ("rework_watched_deployments", "Denominator of the rework rate.", |g| g.rework_rate.deployments),
    ];
    for (name, help, get) in all {
        out.family(&named(name), Kind::Gauge, "", help);
        for (labels, group) in groups {
            out.sample(labels, &[], get(group) as f64);
        }
    }
}

/// The name of a metric among labels.
const fn word(metric: Metric) -> &'static str {
    match metric {
        Metric::LeadTime => "lead_time",
        Metric::DeploymentFrequency => "deployment_frequency",
        Metric::ChangeFailureRate => "change_failure_rate",
        Metric::RecoveryTime => "recovery_time",
        Metric::ReworkRate => "rework_rate",
    }
}

fn levels(out: &mut Exposition<'_>, groups: &Groups<'_>) {
    const ALL: [Level; 4] = [Level::Low, Level::Medium, Level::High, Level::Elite];
    out.family(&named("level"), Kind::States, "", "The levels that the interval allows.");
    for (labels, group) in groups {
        let Some(levels) = &group.levels else { continue };
        for metric in Metric::ALL {
            let hold: Vec<Level> = match levels.of(metric) {
                LevelAnswer::Level { level } => vec![*level],
                LevelAnswer::Span { lowest, highest } => {
                    ALL.into_iter().filter(|level| lowest <= level && level <= highest).collect()
                }
                LevelAnswer::NotSeparable { levels, .. } => levels.clone(),
                LevelAnswer::NoLevels { .. } | LevelAnswer::NoData => continue,
            };
            let hold: Vec<_> = hold.into_iter().map(wording::level).collect();
            out.states(labels, &[("metric", word(metric))], &ALL.map(wording::level), &hold);
        }
    }
}

fn trends(out: &mut Exposition<'_>, groups: &Groups<'_>) {
    const ALL: [&str; 4] = ["up", "down", "same", "not_proven"];
    out.family(
        &named("trend"),
        Kind::States,
        "",
        "Where a metric went against the other window, as far as it is proven.",
    );
    for_compared(groups, |labels, metric, comparisons| {
        let state = match comparisons.of(metric).arrow {
            Arrow::Up => "up",
            Arrow::Down => "down",
            Arrow::Same => "same",
            Arrow::NotProven => "not_proven",
        };
        out.states(labels, &[("metric", word(metric))], &ALL, &[state]);
    });
    let help = "What a metric was multiplied by since the other window.";
    out.family(&named("change"), Kind::Gauge, "ratio", help);
    for_compared(groups, |labels, metric, comparisons| {
        if metric.unit() != crate::facts::Unit::Share {
            let change = comparisons.of(metric).change.value().unwrap_or(f64::NAN);
            out.sample(labels, &[("metric", word(metric))], change);
        }
    });
    out.family(&named("difference"), Kind::Gauge, "ratio", "How much was added to a share since the other window.");
    for_compared(groups, |labels, metric, comparisons| {
        if metric.unit() == crate::facts::Unit::Share {
            let change = comparisons.of(metric).change.value().unwrap_or(f64::NAN);
            out.sample(labels, &[("metric", word(metric))], change);
        }
    });
}

fn for_compared(groups: &Groups<'_>, mut each: impl FnMut(&Labels, Metric, &Comparisons)) {
    for (labels, group) in groups {
        if let Some(comparisons) = &group.comparisons {
            for metric in Metric::ALL {
                each(labels, metric, comparisons);
            }
        }
    }
}

fn targets(out: &mut Exposition<'_>, groups: &Groups<'_>) {
    const ALL: [&str; 3] = ["met", "breached", "not_proven"];
    out.family(&named("target"), Kind::States, "", "How a target stands.");
    for (labels, group) in groups {
        for verdict in &group.targets {
            let target = &verdict.target;
            let bounds = [("at_most", target.at_most), ("at_least", target.at_least)]
                .map(|(name, bound)| (name, bound.map(|bound| bound.to_string())));
            let mut more = vec![("metric", word(target.metric))];
            more.extend(bounds.iter().filter_map(|(name, bound)| Some((*name, bound.as_deref()?))));
            let state = match verdict.verdict {
                Verdict::Met => "met",
                Verdict::Breached => "breached",
                Verdict::NotProven => "not_proven",
            };
            out.states(labels, &more, &ALL, &[state]);
        }
    }
}

fn data(out: &mut Exposition<'_>, report: &DoraReport) {
    let all: [Count<DoraReport>; 6] = [
        ("left_out_groups", "Groups that the request leaves out.", |r| r.groups_left_out),
        ("accepted_records", "Records read and taken.", |r| r.data.read.accepted),
        ("rejected_records", "Records read and not taken.", |r| r.data.read.rejected),
        ("unlinked_incidents", "Incidents that could not be laid to a deployment.", |r| r.data.unlinked_incidents),
        ("deployments_without_changes", "Deployments that ship no known change.", |r| {
            r.data.deployments_without_changes
        }),
        ("unfinished_deployments", "Deployments whose end is not known.", |r| r.data.unfinished_deployments),
    ];
    for (name, help, get) in all {
        out.family(&named(name), Kind::Gauge, "", help);
        out.sample(&Labels::default(), &[], get(report) as f64);
    }
}
