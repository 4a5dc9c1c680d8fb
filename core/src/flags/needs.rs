//! Which attributes a flag may look at, for whoever fetches several at once for less than one after the other.

use hashbrown::HashSet;

use super::condition::Expr;
use super::context::AttributeName;
use super::flagd::{Logic, Named};
use super::ruleset::{Flag, Handle, Hashing, Ruleset, Serve, Unit};

impl Ruleset {
    /// The first attributes that a flag may look at, at most so many, about in the order in which it would; those that
    /// its prerequisites and segments look at are among them. Names that flagd's targeting computes are not.
    ///
    /// # Example
    /// ```
    /// use truenorth::flags::Ruleset;
    /// let flags = Ruleset::parse(r#"{"version": 1, "flags": {"x": {
    ///     "variants": {"on": true, "off": false}, "defaultVariant": "off",
    ///     "rules": [{"when": {"attribute": "plan", "equals": "team"}, "split": [{"variant": "on", "weight": 1}]}]
    /// }}}"#)?;
    /// let needs = flags.needs(flags.handle("x").expect("it is there"), 8);
    /// assert_eq!(needs.iter().map(|name| name.name()).collect::<Vec<_>>(), ["plan", "targetingKey"]);
    /// # Ok::<(), truenorth::Error>(())
    /// ```
    pub fn needs(&self, flag: Handle, most: usize) -> Vec<&AttributeName> {
        let mut needs = Needs { set: self, most, found: Vec::new(), flags: HashSet::new(), shared: HashSet::new() };
        needs.flag(flag.0);
        needs.found.into_iter().map(|attribute| self.attribute(attribute)).collect()
    }
}

/// What was found so far. What several lead to is looked into once.
struct Needs<'s> {
    set: &'s Ruleset,
    most: usize,
    found: Vec<u32>,
    flags: HashSet<u32>,
    /// Segments; of a file of flagd's, which has none, evaluators.
    shared: HashSet<u32>,
}

impl Needs<'_> {
    fn is_full(&self) -> bool {
        self.found.len() >= self.most
    }

    fn attribute(&mut self, attribute: u32) {
        if !self.is_full() && !self.found.contains(&attribute) {
            self.found.push(attribute);
        }
    }

    fn unit(&mut self, unit: Unit) {
        self.attribute(unit.attribute);
        unit.fallback.into_iter().for_each(|fallback| self.attribute(fallback));
    }

    fn flag(&mut self, index: u32) {
        let set = self.set;
        let Some(flag) = set.flags.get(index as usize) else { return };
        if self.is_full() || flag.malformed.is_some() || !self.flags.insert(index) {
            return;
        }
        flag.prerequisites.iter().for_each(|wanted| self.flag(wanted.flag));
        if !flag.overrides.is_empty() {
            self.unit(flag.unit);
        }
        flag.holdouts.iter().chain(&flag.layer).for_each(|gate| self.unit(gate.hashing.unit));
        for rule in &flag.rules {
            if self.is_full() {
                return;
            }
            rule.when.iter().for_each(|when| self.condition(when));
            match &rule.serve {
                Serve::Variant(_) => {}
                Serve::Ranges(Hashing { unit, .. }, _) | Serve::Rollout(Hashing { unit, .. }, _) => self.unit(*unit),
            }
        }
        flag.targeting.iter().for_each(|targeting| self.logic(targeting, flag));
    }

    fn condition(&mut self, condition: &Expr) {
        match condition {
            _ if self.is_full() => {}
            Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| self.condition(part)),
            Expr::Not(inner) => self.condition(inner),
            Expr::Compare(compare) => self.attribute(compare.attribute),
            Expr::Segment(index) => {
                if self.shared.insert(*index) {
                    let segment = &self.set.segments[*index as usize];
                    self.attribute(segment.unit);
                    segment.when.iter().for_each(|when| self.condition(when));
                }
            }
        }
    }

    fn logic(&mut self, logic: &Logic, flag: &Flag) {
        if self.is_full() {
            return;
        }
        logic.each_named(&mut |named| match named {
            Named::Attribute(attribute) => self.attribute(attribute),
            Named::Unit => self.unit(flag.unit),
            Named::Evaluator(index) => {
                if self.shared.insert(index) {
                    self.logic(&self.set.evaluators[index as usize], flag);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(definitions: &str, flag: &str, most: usize) -> String {
        let flags = Ruleset::parse(definitions).expect("a file");
        assert_eq!(flags.problems(), []);
        let needs = flags.needs(flags.handle(flag).expect("a flag"), most);
        needs.iter().map(|name| name.name()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn prerequisites_gates_segments_and_units_are_among_them_each_once() {
        let definitions = r#"{"version": 1,
            "segments": {
                "staff": {"unit": "mail", "when": {"any": [{"attribute": "role", "equals": "dev"}, {"segment": "near"}]}},
                "near": {"when": {"not": {"attribute": "organisation.city", "equals": "Rome"}}}
            },
            "layers": {"checkout": {"unit": "session"}},
            "holdouts": {"all": {"percent": 5, "unit": "account"}},
            "flags": {
                "x": {
                    "variants": {"on": true, "off": false}, "defaultVariant": "off", "fallbackUnit": "device",
                    "prerequisites": [{"flag": "other", "variants": ["on"]}],
                    "overrides": [{"units": ["u1"], "variant": "on"}],
                    "holdouts": ["all"], "layer": {"name": "checkout", "from": 0, "to": 10},
                    "rules": [
                        {"when": {"all": [{"segment": "staff"}, {"segment": "near"}]}, "variant": "on"},
                        {"when": {"attribute": "plan", "present": true}, "split": [{"variant": "on", "weight": 1}]}
                    ]
                },
                "other": {
                    "variants": {"on": true}, "defaultVariant": "on",
                    "rules": [{"when": {"attribute": "stage", "equals": "live"}, "variant": "on"}]
                },
                "plain": {"variants": {"on": true}, "defaultVariant": "on"}
            }}"#;
        let all = "stage targetingKey device account session mail role organisation.city plan";
        assert_eq!(needs(definitions, "x", 100), all);
        assert_eq!(needs(definitions, "x", 3), "stage targetingKey device");
        assert_eq!(needs(definitions, "plain", 100), "");
        assert_eq!(Ruleset::default().needs(Handle(7), 100), Vec::<&AttributeName>::new());
    }

    #[test]
    fn what_flagds_targeting_names_is_among_them() {
        let definitions = r#"{
            "$evaluators": {"german": {"==": [{"var": ["country", {"var": "language"}]}, "DE"]}},
            "flags": {"x": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
                "targeting": {"if": [
                    {"and": [{"$ref": "german"}, {"$ref": "german"}, {"in": [{"var": "plan"}, ["team", "free"]]}]},
                    {"fractional": [["on", {"var": "weight"}], ["off", 1]]},
                    {"sem_ver": [{"var": "version"}, {"var": "relation"}, "1.0.0"]},
                    {"fractional": [{"cat": [{"var": "$flagd.flagKey"}, {"var": "mail"}]}, ["on", 1], ["off", 1]]},
                    {"some": [{"var": "groups"}, {"==": [{"var": {"cat": ["a", {"var": "b"}]}}, 1]}]}, "on",
                    {"reduce": [[1], {"+": [{"var": "current"}, {"var": "c"}]}, {"var": "d"}]}
                ]}
            }}}"#;
        let found = needs(definitions, "x", 100);
        let (before, inside) = found.split_once(" groups ").expect("groups");
        assert_eq!(before, "country language plan targetingKey weight version relation mail");
        for name in ["b", "d"] {
            assert!(inside.split(' ').any(|found| found == name), "{inside}");
        }
    }
}
