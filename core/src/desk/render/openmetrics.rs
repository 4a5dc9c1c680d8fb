//! Numbers as OpenMetrics 1.0 text.
//!
//! # Source
//! OpenMetrics 1.0.0 (2020), <https://prometheus.io/docs/specs/om/open_metrics_spec/>: one block per metric family,
//! with its type, unit and help; base units; an unknown value is left out; `# EOF` ends it.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use hashbrown::{HashMap, HashSet};

use super::escape::{label, label_name};

/// A report that has numbers for monitoring.
pub trait Exposed {
    /// Writes the numbers, family by family.
    fn expose(&self, out: &mut Exposition<'_>);
}

/// Where numbers go, line by line: a report of a million groups has tens of millions of them.
pub struct Exposition<'w> {
    out: &'w mut dyn Write,
    family: Family,
    /// A line on its way out.
    line: String,
    /// The first error, after which nothing is written.
    result: fmt::Result,
}

#[derive(Debug, Default)]
struct Family {
    name: String,
    suffix: &'static str,
    /// What stands before its first sample, until there is one.
    head: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gauge,
    Info,
    /// Some of several named states; each has a sample, 0 or 1.
    States,
}

/// The labels of samples, as text without braces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Labels(String);

/// Names of labels that families add to those of a report.
const OWN: [&str; 4] = ["scope", "metric", "at_most", "at_least"];

impl Exposition<'_> {
    /// Begins a family; its name ends in its unit, where it has one. Samples that follow belong to it.
    pub(super) fn family(&mut self, name: &str, kind: Kind, unit: &'static str, help: &str) {
        let (kind, suffix) = match kind {
            Kind::Gauge => ("gauge", ""),
            Kind::Info => ("info", "_info"),
            Kind::States => ("stateset", ""),
        };
        let name = if unit.is_empty() { name.to_owned() } else { format!("{name}_{unit}") };
        let mut head = format!("# TYPE {name} {kind}\n");
        if !unit.is_empty() {
            let _ = writeln!(head, "# UNIT {name} {unit}");
        }
        let _ = writeln!(head, "# HELP {name} {}", label(help));
        self.family = Family { name, suffix, head };
    }

    /// Writes a number, with more labels of our own names; what is not finite is not known, and left out.
    pub(super) fn sample(&mut self, labels: &Labels, more: &[(&str, &str)], value: f64) {
        if value.is_finite() && self.result.is_ok() {
            self.result = self.line(labels, more, value);
        }
    }

    /// Writes a sample for each state, 1 for those that hold.
    pub(super) fn states(&mut self, labels: &Labels, more: &[(&str, &str)], all: &[&str], hold: &[&str]) {
        let name = self.family.name.clone();
        for state in all {
            self.sample(labels, &[more, &[(&name, state)]].concat(), f64::from(u8::from(hold.contains(state))));
        }
    }

    fn line(&mut self, labels: &Labels, more: &[(&str, &str)], value: f64) -> fmt::Result {
        let Family { name, suffix, head } = &mut self.family;
        self.line.clear();
        self.line.extend([&*std::mem::take(head), name, suffix]);
        let mut before = "{";
        if !labels.0.is_empty() {
            self.line.extend([before, &labels.0]);
            before = ",";
        }
        for (name, value) in more {
            self.line.extend([before, name, "=\"", &*label(value), "\""]);
            before = ",";
        }
        writeln!(self.line, "{} {value}", if before == "{" { "" } else { "}" })?;
        self.out.write_str(&self.line)
    }
}

impl fmt::Debug for Exposition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exposition").field("family", &self.family).finish_non_exhaustive()
    }
}

pub(super) fn write(report: &impl Exposed, out: &mut dyn Write) -> fmt::Result {
    let mut exposition = Exposition { out, family: Family::default(), line: String::new(), result: Ok(()) };
    report.expose(&mut exposition);
    exposition.result?;
    out.write_str("# EOF\n")
}

impl Labels {
    /// What a sample is of, and strangers' names and values. Two names that differ only in what cannot be shown get a
    /// number each.
    pub(super) fn new<'t>(scope: &str, pairs: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut text = format!("scope=\"{}\"", label(scope));
        let mut names = BTreeSet::from(OWN.map(str::to_owned));
        for (name, value) in pairs {
            let name = label_name(name);
            let mut free = name.clone();
            let mut count = 2;
            while names.contains(&free) {
                free = format!("{name}_{count}");
                count += 1;
            }
            let _ = write!(text, ",{free}=\"{}\"", label(value));
            names.insert(free);
        }
        Self(text)
    }

    /// Gives a number to those that are the same as one before: no line may come twice.
    pub(super) fn tell_apart(all: &mut [Self]) {
        let mut seen: HashSet<&str> = HashSet::with_capacity(all.len());
        let again: Vec<usize> =
            all.iter().enumerate().filter(|(_, labels)| !seen.insert(&labels.0)).map(|(at, _)| at).collect();
        let (mut counts, mut taken, mut renamed) = (HashMap::new(), HashSet::new(), Vec::new());
        for at in again {
            let said = &all[at].0;
            let count = counts.entry(said).or_insert(1);
            let name = loop {
                *count += 1;
                let name = format!("{said},same_name=\"{count}\"");
                if !seen.contains(&*name) && taken.insert(name.clone()) {
                    break name;
                }
            };
            renamed.push((at, name));
        }
        drop((seen, counts));
        for (at, name) in renamed {
            all[at] = Self(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes what a test says.
    struct Saying(fn(&mut Exposition<'_>));

    impl Exposed for Saying {
        fn expose(&self, out: &mut Exposition<'_>) {
            (self.0)(out);
        }
    }

    fn said(what: fn(&mut Exposition<'_>)) -> String {
        let mut out = String::new();
        write(&Saying(what), &mut out).unwrap();
        out
    }

    #[test]
    fn families_are_written_as_the_standard_says() {
        let text = said(|out| {
            out.family("lead_time", Kind::Gauge, "seconds", "Says \"how\" long.\nReally.");
            out.sample(&Labels::new("group", [("team", "a\"b\\c\nd")]), &[], 2531.5);
            out.sample(&Labels::new("group", [("team", "unknown")]), &[], f64::NAN);
            out.family("empty", Kind::Gauge, "", "Nothing is known.");
            out.family("level", Kind::States, "", "Which.");
            out.states(&Labels::new("group", [("team", "a")]), &[("metric", "x")], &["high", "low"], &["low"]);
            out.family("about", Kind::Info, "", "What.");
            out.sample(&Labels::default(), &[], 1.0);
        });
        assert_eq!(
            text,
            "# TYPE lead_time_seconds gauge\n# UNIT lead_time_seconds seconds\n\
             # HELP lead_time_seconds Says \\\"how\\\" long.\\\\u{a}Really.\n\
             lead_time_seconds{scope=\"group\",team=\"a\\\"b\\\\c\\\\u{a}d\"} 2531.5\n\
             # TYPE level stateset\n# HELP level Which.\n\
             level{scope=\"group\",team=\"a\",metric=\"x\",level=\"high\"} 0\nlevel{scope=\"group\",team=\"a\",metric=\"x\",level=\"low\"} 1\n\
             # TYPE about info\n# HELP about What.\nabout_info 1\n# EOF\n"
        );
    }

    #[test]
    fn no_line_comes_twice_and_no_label_name_either() {
        let set = |value| Labels::new("group", [("a-b", value), ("a_b", "y"), ("me-tric", "z")]);
        let mut all = [set("x\n"), set("x\\u{a}"), set("other"), set("x\n")];
        Labels::tell_apart(&mut all);
        assert_eq!(all[0].0, "scope=\"group\",a_b=\"x\\\\u{a}\",a_b_2=\"y\",me_tric=\"z\"");
        assert_eq!(all[1].0, format!("{},same_name=\"2\"", all[0].0));
        assert_eq!(all[3].0, format!("{},same_name=\"3\"", all[0].0));
        // A stranger's dimension takes no word of ours.
        let odd = Labels::new("overall", [("scope", "x"), ("at-most", "y")]);
        assert_eq!(odd.0, "scope=\"overall\",scope_2=\"x\",at_most_2=\"y\"");
    }

    #[test]
    fn an_end_of_the_line_is_an_error() {
        struct Full;
        impl Write for Full {
            fn write_str(&mut self, _: &str) -> fmt::Result {
                Err(fmt::Error)
            }
        }
        let one = |out: &mut Exposition<'_>| {
            out.family("n", Kind::Gauge, "", "n");
            out.sample(&Labels::default(), &[], 1.0);
        };
        assert!(write(&Saying(one), &mut Full).is_err());
    }
}
