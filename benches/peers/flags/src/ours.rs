//! truenorth.

use truenorth::flags::{Context, Prepared, Ruleset};

use crate::Peer;

pub(crate) struct Ours(Ruleset);

fn context(key: &str) -> Context {
    Context::new(key).with("country", "CA").with("plan", "enterprise").with("seats", 25).with("beta", true)
}

impl Peer for Ours {
    const NAME: &'static str = "truenorth";

    type Context = Prepared;

    fn file(flags: usize) -> String {
        crate::flags::file(flags)
    }

    fn load(text: &str) -> Self {
        Self(Ruleset::parse(text).unwrap())
    }

    fn context(&self, key: &str) -> Prepared {
        Prepared::new(&self.0, context(key))
    }

    fn ask(&self, flag: &str, context: &Prepared) -> bool {
        self.0.boolean(flag, context, false)
    }

    fn numbered(&self, flag: &str) -> Option<impl Fn(&Prepared) -> bool> {
        let handle = self.0.handle(flag)?;
        Some(move |context: &Prepared| {
            self.0.evaluate_handle(handle, context).value().and_then(serde_json::Value::as_bool).unwrap_or(false)
        })
    }

    /// Preparing pays from the second question on.
    fn anew(&self, flag: &str, key: &str) -> bool {
        self.0.boolean(flag, &context(key), false)
    }

    fn explain(&self, flag: &str, context: &Prepared) -> bool {
        std::hint::black_box(self.0.explain(flag, context)).evaluation().variant().is_some()
    }

    fn all(&self, context: &Prepared) -> usize {
        self.0.evaluate_all(context).filter(|(_, found)| found.value().is_some()).count()
    }
}
