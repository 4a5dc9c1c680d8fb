//! Numbers as OpenMetrics 1.0 text.
//!
//! # Source
//! OpenMetrics 1.0.0 (2020), <https://prometheus.io/docs/specs/om/open_metrics_spec/>: one block per metric family,
//! with its type, unit and help; base units; an unknown value is left out; `# EOF` ends it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::escape::{label, label_name};

/// The numbers of a report, family by family.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exposition {
    families: Vec<Family>,
}

#[derive(Debug, Clone, PartialEq)]
struct Family {
    name: String,
    kind: Kind,
    unit: &'static str,
    help: String,
    samples: Vec<(Vec<(String, String)>, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gauge,
    Info,
    /// Some of several named states; each has a sample, 0 or 1.
    States,
}

impl Exposition {
    /// Begins a family; its name ends in its unit, where it has one. Samples that follow belong to it.
    pub(super) fn family(&mut self, name: &str, kind: Kind, unit: &'static str, help: &str) {
        let name = if unit.is_empty() { name.to_owned() } else { format!("{name}_{unit}") };
        self.families.push(Family { name, kind, unit, help: help.to_owned(), samples: Vec::new() });
    }

    /// Adds a number; what is not finite is not known, and left out.
    pub(super) fn sample(&mut self, labels: &[(String, String)], value: f64) {
        if let Some(family) = self.families.last_mut()
            && value.is_finite()
        {
            family.samples.push((labels.to_vec(), value));
        }
    }

    /// Adds a sample for each state, 1 for those that hold.
    pub(super) fn states(&mut self, labels: &[(String, String)], all: &[&str], hold: &[&str]) {
        let Some(name) = self.families.last().map(|family| family.name.clone()) else { return };
        for state in all {
            let mut labels = labels.to_vec();
            labels.push((name.clone(), (*state).to_owned()));
            self.sample(&labels, f64::from(u8::from(hold.contains(state))));
        }
    }
}

pub(super) fn write(exposition: &Exposition) -> String {
    let mut out = String::new();
    for family in exposition.families.iter().filter(|family| !family.samples.is_empty()) {
        let (kind, suffix) = match family.kind {
            Kind::Gauge => ("gauge", ""),
            Kind::Info => ("info", "_info"),
            Kind::States => ("stateset", ""),
        };
        let name = &family.name;
        let _ = writeln!(out, "# TYPE {name} {kind}");
        if !family.unit.is_empty() {
            let _ = writeln!(out, "# UNIT {name} {}", family.unit);
        }
        let _ = writeln!(out, "# HELP {name} {}", label(&family.help));
        let mut seen = BTreeSet::new();
        for (labels, value) in &family.samples {
            let text = unique(labels, &mut seen);
            let _ = writeln!(out, "{name}{suffix}{text} {value}");
        }
    }
    out.push_str("# EOF\n");
    out
}

/// Labels as text. Two names that differ only in what cannot be shown get a number each: no line may come twice.
fn unique(labels: &[(String, String)], seen: &mut BTreeSet<String>) -> String {
    let mut names = BTreeSet::new();
    let mut parts = Vec::new();
    for (name, value) in labels {
        let name = label_name(name);
        let mut free = name.clone();
        let mut count = 2;
        while !names.insert(free.clone()) {
            free = format!("{name}_{count}");
            count += 1;
        }
        parts.push(format!("{free}=\"{}\"", label(value)));
    }
    let mut text = braced(&parts);
    let mut count = 2;
    while !seen.insert(text.clone()) {
        let mut more = parts.clone();
        more.push(format!("same_name=\"{count}\""));
        text = braced(&more);
        count += 1;
    }
    text
}

fn braced(parts: &[String]) -> String {
    if parts.is_empty() { String::new() } else { format!("{{{}}}", parts.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn families_are_written_as_the_standard_says() {
        let mut exposition = Exposition::default();
        exposition.family("lead_time", Kind::Gauge, "seconds", "Says \"how\" long.\nReally.");
        exposition.sample(&labels(&[("team", "a\"b\\c\nd")]), 2531.5);
        exposition.sample(&labels(&[("team", "unknown")]), f64::NAN);
        exposition.family("empty", Kind::Gauge, "", "Nothing is known.");
        exposition.family("level", Kind::States, "", "Which.");
        exposition.states(&labels(&[("team", "a")]), &["high", "low"], &["low"]);
        assert_eq!(
            write(&exposition),
            "# TYPE lead_time_seconds gauge\n# UNIT lead_time_seconds seconds\n\
             # HELP lead_time_seconds Says \\\"how\\\" long.\\\\u{a}Really.\n\
             lead_time_seconds{team=\"a\\\"b\\\\c\\\\u{a}d\"} 2531.5\n\
             # TYPE level stateset\n# HELP level Which.\n\
             level{team=\"a\",level=\"high\"} 0\nlevel{team=\"a\",level=\"low\"} 1\n# EOF\n"
        );
    }

    #[test]
    fn no_line_comes_twice_and_no_label_name_either() {
        let mut exposition = Exposition::default();
        exposition.family("n", Kind::Gauge, "", "n");
        exposition.sample(&labels(&[("a-b", "x\n"), ("a_b", "y")]), 1.0);
        exposition.sample(&labels(&[("a-b", "x\\u{a}"), ("a_b", "y")]), 2.0);
        let text = write(&exposition);
        assert!(text.contains("a_b=\"x\\\\u{a}\",a_b_2=\"y\"} 1\n"), "{text}");
        assert!(text.contains("a_b_2=\"y\",same_name=\"2\"} 2\n"), "{text}");
    }
}
