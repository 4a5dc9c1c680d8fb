//! Unleash's engine.

use std::collections::HashMap;

use serde_json::json;
use unleash_types::client_features::Context;
use unleash_yggdrasil::{EngineState, UpdateMessage};

use crate::Peer;
use crate::flags::name;

pub(crate) struct Yggdrasil(EngineState);

impl Peer for Yggdrasil {
    const NAME: &'static str = "unleash-yggdrasil";

    type Context = Context;

    fn file(flags: usize) -> String {
        let flag = |index| {
            let name = name(index);
            json!({
                "name": name, "type": "release", "enabled": true, "strategies": [{
                    "name": "flexibleRollout",
                    "parameters": {"groupId": name, "rollout": "50", "stickiness": "default"},
                    "constraints": [
                        {"contextName": "country", "operator": "IN", "values": ["US", "CA", "GB"]},
                        {"contextName": "plan", "operator": "IN", "values": ["enterprise"]},
                        {"contextName": "seats", "operator": "NUM_GTE", "value": "10"},
                    ],
                }],
            })
        };
        json!({"version": 2, "features": (0..flags).map(flag).collect::<Vec<_>>()}).to_string()
    }

    fn load(text: &str) -> Self {
        let engine = EngineState::default();
        let warnings = engine.take_state(UpdateMessage::FullResponse(serde_json::from_str(text).unwrap()));
        assert!(warnings.is_none());
        Self(engine)
    }

    fn context(&self, key: &str) -> Context {
        let properties = [("country", "CA"), ("plan", "enterprise"), ("seats", "25"), ("beta", "true")];
        Context {
            user_id: Some(key.to_owned()),
            properties: Some(properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into()),
            ..Context::default()
        }
    }

    fn ask(&self, flag: &str, context: &Context) -> bool {
        self.0.is_enabled(flag, context, &None::<HashMap<_, _>>)
    }

    /// It has no reasons.
    fn explain(&self, _: &str, _: &Context) -> bool {
        false
    }

    fn all(&self, context: &Context) -> usize {
        self.0.resolve_all(context, &None).map_or(0, |found| found.len())
    }
}
