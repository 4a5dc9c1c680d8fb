//! LaunchDarkly's evaluator. Each answer has its reason, so there is no other row for it.

use std::collections::HashMap;

use launchdarkly_server_sdk_evaluation::{Context, ContextBuilder, Flag, FlagValue, Segment, Store, evaluate};
use serde_json::{Map, json};

use crate::Peer;
use crate::flags::name;

pub(crate) struct LaunchDarkly(HashMap<String, Flag>);

impl Store for LaunchDarkly {
    fn flag(&self, key: &str) -> Option<Flag> {
        self.0.get(key).cloned()
    }

    fn segment(&self, _: &str) -> Option<Segment> {
        None
    }
}

impl Peer for LaunchDarkly {
    const NAME: &'static str = "launchdarkly";

    type Context = Context;

    fn file(flags: usize) -> String {
        let flag = |index| {
            let name = name(index);
            let clause = |attribute: &str, op: &str, values| json!({"contextKind": "user", "attribute": attribute, "op": op, "values": values, "negate": false});
            let half = |variation: u32| json!({"variation": variation, "weight": 50_000});
            let flag = json!({
                "key": name, "version": 1, "on": true, "salt": name, "targets": [], "contextTargets": [],
                "prerequisites": [], "offVariation": 1, "fallthrough": {"variation": 1}, "variations": [true, false],
                "clientSideAvailability": {"usingEnvironmentId": false, "usingMobileKey": false},
                "rules": [{
                    "id": "enterprise",
                    "clauses": [
                        clause("country", "in", json!(["US", "CA", "GB"])),
                        clause("plan", "in", json!(["enterprise"])),
                        clause("seats", "greaterThanOrEqual", json!([10])),
                    ],
                    "rollout": {"variations": [half(0), half(1)]},
                    "trackEvents": false,
                }],
            });
            (name, flag)
        };
        json!((0..flags).map(flag).collect::<Map<_, _>>()).to_string()
    }

    fn load(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap())
    }

    fn context(&self, key: &str) -> Context {
        let mut builder = ContextBuilder::new(key);
        builder.set_string("country", "CA").set_string("plan", "enterprise");
        builder.set_float("seats", 25.0).set_bool("beta", true);
        builder.build().unwrap()
    }

    fn ask(&self, flag: &str, context: &Context) -> bool {
        let Some(flag) = self.0.get(flag) else { return false };
        matches!(evaluate(self, flag, context, None).value, Some(FlagValue::Bool(true)))
    }

    fn explain(&self, _: &str, _: &Context) -> bool {
        false
    }

    /// One after another: it has no other way.
    fn all(&self, context: &Context) -> usize {
        self.0.values().filter(|flag| evaluate(self, flag, context, None).value.is_some()).count()
    }
}
