//! What OpenFeature's features mean, said to its SDK for Rust.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use open_feature::provider::{FeatureProvider, ProviderMetadata, ResolutionDetails};
use open_feature::{
    Client, EvaluationContext, EvaluationDetails, EvaluationError, EvaluationErrorCode, EvaluationOptions,
    EvaluationReason, EvaluationResult, FlagMetadata, FlagMetadataValue, Hook, HookContext, HookHints, OpenFeature,
    StructValue, Value as Theirs, async_trait,
};
use regex::Regex;
use serde_json::{Value, json};
use truenorth::flags::FlagSet;
use truenorth_openfeature::TruenorthProvider;

use crate::gherkin::Scenario;

/// A word of a feature as a value of its type.
fn value(kind: &str, text: &str) -> Value {
    match &*kind.to_lowercase() {
        "boolean" => json!(text == "true"),
        "integer" => json!(text.parse::<i64>().unwrap()),
        "float" => json!(text.parse::<f64>().unwrap()),
        "object" => serde_json::from_str(&text.replace("\\\"", "\"")).unwrap(),
        _ => json!(text),
    }
}

fn ours(value: &Theirs) -> Value {
    match value {
        Theirs::Bool(truth) => json!(truth),
        Theirs::Int(number) => json!(number),
        Theirs::Float(number) => json!(number),
        Theirs::String(text) => json!(text),
        Theirs::Array(values) => values.iter().map(ours).collect(),
        Theirs::Struct(fields) => fields.fields.iter().map(|(name, value)| (name.clone(), ours(value))).collect(),
    }
}

fn with_field(context: EvaluationContext, key: &str, value: &Value) -> EvaluationContext {
    match value {
        Value::Bool(truth) => context.with_custom_field(key, *truth),
        Value::Number(number) if number.is_i64() => context.with_custom_field(key, number.as_i64().unwrap()),
        Value::Number(number) => context.with_custom_field(key, number.as_f64().unwrap()),
        Value::String(text) => context.with_custom_field(key, text.as_str()),
        other => panic!("{other}"),
    }
}

/// What an evaluation came to. An error is one with the default, which this SDK leaves to the caller.
#[derive(Debug)]
struct Outcome {
    value: Value,
    key: String,
    variant: Option<String>,
    reason: String,
    code: Option<String>,
    metadata: FlagMetadata,
}

impl Outcome {
    fn of<T: Into<Theirs>>(found: EvaluationResult<EvaluationDetails<T>>, key: &str, otherwise: &Value) -> Self {
        match found {
            Ok(details) => Self {
                value: ours(&details.value.into()),
                key: details.flag_key,
                variant: details.variant,
                reason: details.reason.unwrap().to_string(),
                code: None,
                metadata: details.flag_metadata,
            },
            Err(EvaluationError { code, message }) => {
                assert!(message.is_some());
                // Where no value is there, the code says why.
                let reason = match &code {
                    EvaluationErrorCode::General(reason) if reason == "DISABLED" => reason.clone(),
                    _ => "ERROR".to_owned(),
                };
                Self {
                    value: otherwise.clone(),
                    key: key.to_owned(),
                    variant: None,
                    reason,
                    code: Some(code.to_string()),
                    metadata: FlagMetadata::default(),
                }
            }
        }
    }
}

type Calls = Arc<Mutex<Vec<(&'static str, &'static str, Option<EvaluationDetails<Theirs>>)>>>;

struct Recorder(&'static str, Calls);

impl Recorder {
    fn note(&self, stage: &'static str, details: Option<&EvaluationDetails<Theirs>>) {
        self.1.lock().unwrap().push((self.0, stage, details.cloned()));
    }
}

#[async_trait]
impl Hook for Recorder {
    async fn before<'a>(
        &self,
        _: &HookContext<'a>,
        _: Option<&'a HookHints>,
    ) -> Result<Option<EvaluationContext>, EvaluationError> {
        self.note("before", None);
        Ok(None)
    }

    async fn after<'a>(
        &self,
        _: &HookContext<'a>,
        details: &EvaluationDetails<Theirs>,
        _: Option<&'a HookHints>,
    ) -> Result<(), EvaluationError> {
        self.note("after", Some(details));
        Ok(())
    }

    async fn error<'a>(&self, _: &HookContext<'a>, _: &EvaluationError, _: Option<&'a HookHints>) {
        self.note("error", None);
    }

    async fn finally<'a>(&self, _: &HookContext<'a>, details: &EvaluationDetails<Theirs>, _: Option<&'a HookHints>) {
        self.note("finally", Some(details));
    }
}

/// A hook that adds to the context.
struct Adding(EvaluationContext);

#[async_trait]
impl Hook for Adding {
    async fn before<'a>(
        &self,
        _: &HookContext<'a>,
        _: Option<&'a HookHints>,
    ) -> Result<Option<EvaluationContext>, EvaluationError> {
        Ok(Some(self.0.clone()))
    }

    async fn after<'a>(
        &self,
        _: &HookContext<'a>,
        _: &EvaluationDetails<Theirs>,
        _: Option<&'a HookHints>,
    ) -> Result<(), EvaluationError> {
        Ok(())
    }

    async fn error<'a>(&self, _: &HookContext<'a>, _: &EvaluationError, _: Option<&'a HookHints>) {}

    async fn finally<'a>(&self, _: &HookContext<'a>, _: &EvaluationDetails<Theirs>, _: Option<&'a HookHints>) {}
}

/// The provider, and the context that it was given last.
struct Retrievable(TruenorthProvider, Arc<Mutex<EvaluationContext>>);

macro_rules! pass_on {
    ($($name:ident: $value:ty),*) => {
        #[async_trait]
        impl FeatureProvider for Retrievable {
            fn metadata(&self) -> &ProviderMetadata {
                self.0.metadata()
            }
            $(async fn $name(
                &self,
                flag_key: &str,
                context: &EvaluationContext,
            ) -> EvaluationResult<ResolutionDetails<$value>> {
                *self.1.lock().unwrap() = context.clone();
                self.0.$name(flag_key, context).await
            })*
        }
    };
}
pass_on! {
    resolve_bool_value: bool, resolve_int_value: i64, resolve_float_value: f64, resolve_string_value: String,
    resolve_struct_value: StructValue
}

/// What a scenario is played with.
struct World {
    api: OpenFeature,
    client: Client,
    context: EvaluationContext,
    options: EvaluationOptions,
    kind: String,
    key: String,
    otherwise: Value,
    found: Option<Outcome>,
    calls: Calls,
    levels: HashMap<String, EvaluationContext>,
    order: Vec<String>,
    merged: Arc<Mutex<EvaluationContext>>,
}

impl World {
    async fn new(definitions: &str) -> Self {
        let merged = Arc::<Mutex<EvaluationContext>>::default();
        let provider = TruenorthProvider::new(FlagSet::parse(definitions).unwrap());
        let mut api = OpenFeature::default();
        api.set_provider(Retrievable(provider, Arc::clone(&merged))).await;
        Self {
            client: api.create_client(),
            api,
            context: EvaluationContext::default(),
            options: EvaluationOptions::default(),
            kind: String::new(),
            key: String::new(),
            otherwise: Value::Null,
            found: None,
            calls: Calls::default(),
            levels: HashMap::new(),
            order: Vec::new(),
            merged,
        }
    }

    fn flag(&mut self, kind: &str, key: &str, otherwise: Value) {
        (self.kind, self.key, self.otherwise) = (kind.to_lowercase(), key.to_owned(), otherwise);
    }

    async fn ask(&self, context: &EvaluationContext) -> Outcome {
        let (client, key, context, options) = (&self.client, &*self.key, Some(context), Some(&self.options));
        match &*self.kind {
            "boolean" => Outcome::of(client.get_bool_details(key, context, options).await, key, &self.otherwise),
            "integer" => Outcome::of(client.get_int_details(key, context, options).await, key, &self.otherwise),
            "float" => Outcome::of(client.get_float_details(key, context, options).await, key, &self.otherwise),
            "string" => Outcome::of(client.get_string_details(key, context, options).await, key, &self.otherwise),
            _ => {
                let found = client.get_struct_details::<StructValue>(key, context, options).await;
                Outcome::of(found, key, &self.otherwise)
            }
        }
    }

    async fn evaluate(&mut self) {
        self.found = Some(self.ask(&self.context).await);
    }

    fn found(&self) -> &Outcome {
        self.found.as_ref().unwrap()
    }

    /// The value is this one, of the type that was asked for.
    fn is(&self, text: &str) {
        assert_eq!(self.found().value, value(&self.kind, text));
    }

    fn says(&self, variant: &str, reason: &str) {
        assert_eq!((self.found().variant.as_deref(), &*self.found().reason), (Some(variant), reason));
    }

    fn client_with(&mut self, hook: impl Hook) {
        let client = std::mem::replace(&mut self.client, self.api.create_client());
        self.client = client.with_hook(hook);
    }

    async fn merge(&mut self) {
        let level = |name: &str| self.levels.get(name).cloned().unwrap_or_default();
        self.api.set_evaluation_context(level("API")).await;
        self.client.set_evaluation_context(level("Client"));
        let options = match self.levels.get("Before Hooks") {
            Some(context) => EvaluationOptions::default().with_hook(Adding(context.clone())),
            None => EvaluationOptions::default(),
        };
        self.client.get_bool_value("boolean-flag", Some(&level("Invocation")), Some(&options)).await.unwrap();
    }

    fn hooks_saw(&self, stages: &str, table: &[Vec<String>]) {
        for stage in stages.split(", ") {
            let calls = self.calls.lock().unwrap();
            let details = calls.iter().find(|call| call.1 == stage).and_then(|call| call.2.as_ref()).unwrap();
            for row in &table[1..] {
                let found = match &*row[1] {
                    "flag_key" => json!(details.flag_key),
                    "value" => ours(&details.value),
                    "variant" => json!(details.variant),
                    "reason" => json!(details.reason.as_ref().map(EvaluationReason::to_string)),
                    // Details of this SDK hold none: the evaluation would be an error.
                    "error_code" => json!("null"),
                    other => panic!("{other}"),
                };
                assert_eq!(found, value(&row[0], &row[2]), "{row:?}");
            }
        }
    }

    fn metadata(&self, table: &[Vec<String>]) {
        for row in &table[1..] {
            let found = match &self.found().metadata.values[&row[0]] {
                FlagMetadataValue::Bool(truth) => json!(truth),
                FlagMetadataValue::Int(number) => json!(number),
                FlagMetadataValue::Float(number) => json!(number),
                FlagMetadataValue::String(text) => json!(text),
            };
            assert_eq!(found, value(&row[1], &row[2]));
        }
    }

    /// Does what a step says; false where it is none of those here.
    async fn step(&mut self, text: &str, table: &[Vec<String>]) -> bool {
        if caught::<0>("a stable provider(?: with retrievable context is registered)?", text).is_some() {
        } else if caught::<0>("a client with added hook", text).is_some() {
            self.client_with(Recorder("one", Arc::clone(&self.calls)));
        } else if let Some([kind, key, text]) =
            caught(r#"an? ([A-Za-z]+)-flag with key "(.*)" and a fallback value "(.*)""#, text)
        {
            let otherwise = value(&kind, &text);
            self.flag(&kind, &key, otherwise);
        } else if let Some([key, kind, text]) =
            caught(r#"a context containing a key "(.*)", with type "(.*)" and with value "(.*)""#, text)
        {
            self.context = with_field(self.context.clone(), &key, &value(&kind, &text));
        } else if let Some([_]) = caught(r#"a context containing a key "(.*)" with null value"#, text) {
            // What is null is not there: the SDK has no null.
        } else if caught::<0>("evaluation options containing specific hooks", text).is_some() {
            let hook = |name| Recorder(name, Arc::clone(&self.calls));
            self.options = EvaluationOptions::default().with_hook(hook("one")).with_hook(hook("two"));
        } else if caught::<0>("an evaluation context with modifiable data", text).is_some() {
            self.context = EvaluationContext::default().with_targeting_key("user-1").with_custom_field("seats", 25);
        } else if caught::<0>(
            "the flag was evaluated with details(?: using the evaluation options| asynchronously)?",
            text,
        )
        .is_some()
        {
            self.evaluate().await;
        } else if caught::<0>("the evaluation should complete without blocking", text).is_some() {
            // Two on one thread.
            let (one, two) = tokio::join!(self.ask(&self.context), self.ask(&self.context));
            assert_eq!(one.value, two.value);
        } else if let Some([text]) = caught(r#"the resolved details value should be "(.*)""#, text) {
            self.is(&text);
        } else if let Some([text]) = caught(r#"the flag key should be "(.*)""#, text) {
            assert_eq!(self.found().key, text);
        } else if let Some([text]) = caught(r#"the variant should be "([^"]*)""#, text) {
            assert_eq!(self.found().variant, Some(text));
        } else if let Some([text]) = caught(r#"the reason should be "([^"]*)""#, text) {
            assert_eq!(self.found().reason, text);
        } else if let Some([text]) = caught(r#"the error-code should be "(.*)""#, text) {
            assert_eq!(self.found().code, Some(text));
        } else if caught::<0>("the resolved metadata should contain", text).is_some() {
            self.metadata(table);
        } else if caught::<0>("the resolved metadata is empty", text).is_some() {
            assert_eq!(self.found().metadata, FlagMetadata::default());
        } else if caught::<0>("the specified hooks should execute during evaluation", text).is_some() {
            assert_eq!(self.calls.lock().unwrap().len(), 6);
        } else if caught::<0>("the hook order should be maintained", text).is_some() {
            let calls = self.calls.lock().unwrap();
            let order: Vec<_> = calls.iter().map(|(name, stage, _)| format!("{stage} {name}")).collect();
            assert_eq!(order, ["before one", "before two", "after two", "after one", "finally two", "finally one"]);
        } else if caught::<0>("the original evaluation context should remain unmodified", text).is_some() {
            let same = EvaluationContext::default().with_targeting_key("user-1").with_custom_field("seats", 25);
            assert_eq!(self.context, same);
        } else if caught::<0>("the evaluation details should be immutable", text).is_some() {
            // What was handed out is the caller's own: whatever becomes of it, the next answer is the same.
            let changed = self.found.as_mut().unwrap();
            changed.metadata.add_value("planted", true);
            assert_eq!(self.ask(&self.context).await.metadata, FlagMetadata::default());
        } else if let Some([stage]) = caught(r#"the "([A-Za-z]+)" hook should have been executed"#, text) {
            assert!(self.calls.lock().unwrap().iter().any(|call| call.1 == stage));
        } else if let Some([stages]) = caught(r#"the "(.*)" hooks should be called with evaluation details"#, text) {
            self.hooks_saw(&stages, table);
        } else if let Some([key, text, level]) =
            caught(r#"A context entry with key "(.*)" and value "(.*)" is added to the "(.*)" level"#, text)
        {
            self.levels.insert(level, with_field(EvaluationContext::default(), &key, &json!(text)));
        } else if caught::<0>("A table with levels of increasing precedence", text).is_some() {
            self.order = table.iter().map(|row| row[0].clone()).collect();
        } else if let Some([last, key]) = caught(
            r#"Context entries for each level from API level down to the "(.*)" level, with key "(.*)" and value ".*""#,
            text,
        ) {
            let end = self.order.iter().position(|level| *level == last).unwrap();
            for level in &self.order[..=end] {
                let context = with_field(EvaluationContext::default(), &key, &json!(level));
                self.levels.insert(level.clone(), context);
            }
        } else if caught::<0>("Some flag was evaluated", text).is_some() {
            self.merge().await;
        } else if let Some([key, text]) =
            caught(r#"The merged context contains an entry with key "(.*)" and value "(.*)""#, text)
        {
            assert_eq!(self.merged.lock().unwrap().custom_fields[&key].as_str(), Some(&*text));
        } else {
            return self.old_step(text).await;
        }
        true
    }

    /// The oldest feature, in its own words.
    async fn old_step(&mut self, text: &str) -> bool {
        if let Some([kind, key, text]) = caught(
            r#"an? ([A-Za-z]+) flag with key "(.*)" is evaluated with (?:details and )?default value "?([^"]*)"?"#,
            text,
        ) {
            let otherwise = value(&kind, &text);
            self.flag(&kind, &key, otherwise);
            self.evaluate().await;
        } else if let Some([key]) =
            caught(r#"an object flag with key "(.*)" is evaluated with (?:details and )?a null default value"#, text)
        {
            self.flag("object", &key, Value::Null);
            self.evaluate().await;
        } else if let Some([text]) =
            caught(r#"the resolved (?:boolean|string|integer|float) (?:details )?value should be "?([^",]*)"?"#, text)
        {
            self.is(&text);
        } else if let Some([text, variant, reason]) = caught(
            r#"the resolved [A-Za-z]+ details value should be "?([^",]*)"?, the variant should be "(.*)", and the reason should be "(.*)""#,
            text,
        ) {
            self.is(&text);
            self.says(&variant, &reason);
        } else if let Some([a, b, c, truth, text, number]) = caught(
            r#"the resolved object (?:details )?value should be contain fields "(.*)", "(.*)", and "(.*)", with values "(.*)", "(.*)" and ([0-9]+), respectively"#,
            text,
        ) {
            let wanted = json!({a: truth == "true", b: text, c: number.parse::<i64>().unwrap()});
            assert_eq!(self.found().value, wanted);
        } else if let Some([variant, reason]) =
            caught(r#"the variant should be "([^"]*)", and the reason should be "([^"]*)""#, text)
        {
            self.says(&variant, &reason);
        } else if let Some([a, b, c, d, first, last, age, truth]) = caught(
            r#"context contains keys "(.*)", "(.*)", "(.*)", "(.*)" with values "(.*)", "(.*)", ([0-9]+), "(.*)""#,
            text,
        ) {
            let age = age.parse::<i64>().unwrap();
            let context = self.context.clone().with_custom_field(a, first).with_custom_field(b, last);
            self.context = context.with_custom_field(c, age).with_custom_field(d, truth == "true");
        } else if let Some([key, otherwise]) =
            caught(r#"a flag with key "(.*)" is evaluated with default value "(.*)""#, text)
        {
            self.flag("string", &key, json!(otherwise));
            self.evaluate().await;
        } else if let Some([text]) = caught(r#"the resolved string response should be "(.*)""#, text) {
            self.is(&text);
        } else if let Some([text]) = caught(r#"the resolved flag value is "(.*)" when the context is empty"#, text) {
            assert_eq!(self.ask(&EvaluationContext::default()).await.value, text);
        } else if let Some([key, otherwise]) = caught(
            r#"a non-existent string flag with key "(.*)" is evaluated with details and a fallback value "(.*)""#,
            text,
        ) {
            self.flag("string", &key, json!(otherwise));
            self.evaluate().await;
        } else if let Some([key, otherwise]) = caught(
            r#"a string flag with key "(.*)" is evaluated as an integer, with details and a fallback value ([0-9]+)"#,
            text,
        ) {
            self.flag("integer", &key, value("integer", &otherwise));
            self.evaluate().await;
        } else if caught::<0>("the default (?:string|integer) value should be returned", text).is_some() {
            assert_eq!(self.found().value, self.otherwise);
        } else if let Some([code]) =
            caught(r#"the reason should indicate an error and the error code should indicate .* with "(.*)""#, text)
        {
            assert_eq!((&*self.found().reason, &self.found().code), ("ERROR", &Some(code)));
        } else {
            return false;
        }
        true
    }
}

/// What a pattern caught, where the whole text is of it.
fn caught<const N: usize>(pattern: &str, text: &str) -> Option<[String; N]> {
    let caught = Regex::new(&format!("^(?:{pattern})$")).unwrap().captures(text)?;
    Some(std::array::from_fn(|at| caught[at + 1].to_owned()))
}

/// Runs a scenario.
pub(crate) async fn play(scenario: &Scenario, definitions: &str) {
    let mut world = World::new(definitions).await;
    for step in &scenario.steps {
        assert!(world.step(&step.text, &step.table).await, "not understood: {}", step.text);
    }
}
