//! Eppo's core, as its kits for Rust, Python and Ruby use it; assignments are not logged.

use std::sync::Arc;

use chrono::Utc;
use eppo_core::eval::{get_assignment, get_assignment_details};
use eppo_core::ufc::{UniversalFlagConfig, VariationType};
use eppo_core::{AttributeValue, Attributes, Configuration, SdkMetadata, Str};
use serde_json::{Map, json};

use crate::Peer;
use crate::flags::name;

pub(crate) struct Eppo(Configuration, Vec<String>);

impl Peer for Eppo {
    const NAME: &'static str = "eppo";

    type Context = (Str, Arc<Attributes>);

    fn file(flags: usize) -> String {
        let flag = |index| {
            let name = name(index);
            let half = |variation: &str, start: u32, end: u32| {
                let shards = json!([{"salt": name, "ranges": [{"start": start, "end": end}]}]);
                json!({"variationKey": variation, "shards": shards})
            };
            let flag = json!({
                "key": name, "enabled": true, "variationType": "BOOLEAN", "totalShards": 10_000,
                "variations": {"on": {"key": "on", "value": true}, "off": {"key": "off", "value": false}},
                "allocations": [{
                    "key": "split", "doLog": false,
                    "rules": [{"conditions": [
                        {"attribute": "country", "operator": "ONE_OF", "value": ["US", "CA", "GB"]},
                        {"attribute": "plan", "operator": "ONE_OF", "value": ["enterprise"]},
                        {"attribute": "seats", "operator": "GTE", "value": 10},
                    ]}],
                    "splits": [half("on", 0, 5000), half("off", 5000, 10_000)],
                }],
            });
            (name, flag)
        };
        let flags: Map<_, _> = (0..flags).map(flag).collect();
        json!({
            "createdAt": "2026-01-01T00:00:00Z", "format": "SERVER", "environment": {"name": "production"},
            "flags": flags,
        })
        .to_string()
    }

    fn load(text: &str) -> Self {
        let sdk = SdkMetadata { name: "rust", version: "1.0.0" };
        let flags = UniversalFlagConfig::from_json(sdk, text.into()).unwrap();
        let configuration = Configuration::from_server_response(flags, None);
        let names = configuration.flag_keys().map(|name| name.as_str().to_owned()).collect();
        Self(configuration, names)
    }

    fn context(&self, key: &str) -> Self::Context {
        let attributes = [
            ("country", AttributeValue::from("CA")),
            ("plan", "enterprise".into()),
            ("seats", 25.0.into()),
            ("beta", true.into()),
        ];
        let attributes = attributes.map(|(name, value)| (Str::from_static_str(name), value));
        (Str::new(key), Arc::new(attributes.into_iter().collect()))
    }

    fn ask(&self, flag: &str, (key, attributes): &Self::Context) -> bool {
        let wanted = Some(VariationType::Boolean);
        let found = get_assignment(Some(&self.0), flag, key, attributes, wanted, Utc::now());
        found.ok().flatten().and_then(|found| found.value.as_boolean()).unwrap_or(false)
    }

    fn explain(&self, flag: &str, (key, attributes): &Self::Context) -> bool {
        let wanted = Some(VariationType::Boolean);
        get_assignment_details(Some(&self.0), flag, key, attributes, wanted, Utc::now()).0.variation.is_some()
    }

    /// One after another: it has no other way.
    fn all(&self, (key, attributes): &Self::Context) -> usize {
        let now = Utc::now();
        let ask = |flag: &&String| {
            get_assignment(Some(&self.0), flag, key, attributes, None, now).is_ok_and(|found| found.is_some())
        };
        self.1.iter().filter(ask).count()
    }
}
