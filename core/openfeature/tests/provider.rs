//! What OpenFeature's features do not ask: contexts of every kind, codes, exposures, a reload while others ask.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;

use open_feature::provider::{FeatureProvider as _, ResolutionDetails};
use open_feature::{
    EvaluationContext, EvaluationContextFieldValue as Field, EvaluationErrorCode, EvaluationReason, EvaluationResult,
    StructValue,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use truenorth::flags::{Attribute, Context, FlagSet};
use truenorth_openfeature::TruenorthProvider;

fn flag(rule: &Value) -> Value {
    json!({"variants": {"on": true, "off": false}, "defaultVariant": "off", "rules": [rule]})
}

fn set(flags: &Value) -> Arc<FlagSet> {
    let flags = FlagSet::parse(&json!({"version": 1, "flags": flags}).to_string()).unwrap();
    assert_eq!(flags.rules().problems(), []);
    Arc::new(flags)
}

fn when(condition: &Value) -> TruenorthProvider {
    TruenorthProvider::new(set(&json!({"x": flag(&json!({"when": condition, "variant": "on"}))})))
}

fn code<T: std::fmt::Debug>(found: EvaluationResult<ResolutionDetails<T>>) -> EvaluationErrorCode {
    found.unwrap_err().code
}

async fn holds(condition: Value, field: impl Into<Field>) -> bool {
    let context = EvaluationContext::default().with_custom_field("a", field);
    when(&condition).resolve_bool_value("x", &context).await.unwrap().value
}

#[tokio::test]
async fn fields_of_every_type() {
    let at = |attribute: &str, test: &str, value: Value| json!({"attribute": attribute, test: value});
    assert!(holds(at("a", "equals", json!(true)), true).await);
    assert!(holds(at("a", "moreThan", json!(10)), 11).await);
    assert!(!holds(at("a", "moreThan", json!(10)), 9.5).await);
    assert!(holds(at("a", "startsWith", json!(["D"])), "DE").await);
    let (before, after) = (OffsetDateTime::UNIX_EPOCH - Duration::nanoseconds(1), OffsetDateTime::UNIX_EPOCH);
    assert!(!holds(at("a", "since", json!("1970-01-01T00:00:00Z")), before).await);
    assert!(holds(at("a", "since", json!("1970-01-01T00:00:00Z")), after).await);

    // A path into a structure, of any type that is known.
    let plan = at("a.plan", "in", json!(["pro"]));
    let theirs = StructValue::default().with_field("plan", vec!["free", "pro"]);
    assert!(holds(plan.clone(), Field::new_struct(theirs.clone())).await);
    assert!(holds(plan.clone(), Field::new_struct(open_feature::Value::Struct(theirs))).await);
    assert!(holds(plan.clone(), Field::new_struct(json!({"plan": "pro"}))).await);
    assert!(holds(plan.clone(), Field::new_struct(Attribute::from(json!({"plan": "pro"})))).await);
    assert!(!holds(plan.clone(), Field::new_struct(json!({"plan": {"name": "pro"}}))).await);
    assert!(!holds(plan.clone(), "pro").await);
    let list = Field::new_struct(open_feature::Value::from(vec![1, 2]));
    assert!(holds(at("a", "in", json!([2])), list).await);
    // A name with a dot in it is found before a path.
    let context = EvaluationContext::default().with_custom_field("a.plan", "pro");
    assert!(when(&plan).resolve_bool_value("x", &context).await.unwrap().value);
    // Of a type that nobody knows.
    let context = EvaluationContext::default().with_custom_field("a", Field::new_struct(EvaluationReason::Static));
    assert_eq!(code(when(&plan).resolve_bool_value("x", &context).await), EvaluationErrorCode::InvalidContext);
}

#[tokio::test]
async fn codes_and_what_the_sdk_cannot_hold() {
    let split = json!({"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]});
    let provider = TruenorthProvider::new(set(&json!({
        "half": flag(&split),
        "disabled": {"state": "DISABLED", "variants": {"on": true}, "defaultVariant": "on"},
        "no-default": {"variants": {"on": true}},
        "list": {"variants": {"a": [1]}, "defaultVariant": "a"},
        "null": {"variants": {"a": {"b": null}}, "defaultVariant": "a"},
        "whole": {"variants": {"a": 3}, "defaultVariant": "a"},
        "deep": {"variants": {"a": {"b": [1, 2.5, {"c": "d"}]}}, "defaultVariant": "a"},
        "growing": flag(&json!({"from": "2020-01-01T00:00:00Z", "variant": "on"})),
    })));
    let nobody = EvaluationContext::default();
    let bool_code = async |flag: &str| code(provider.resolve_bool_value(flag, &nobody).await);
    assert_eq!(bool_code("half").await, EvaluationErrorCode::TargetingKeyMissing);
    assert_eq!(bool_code("missing").await, EvaluationErrorCode::FlagNotFound);
    assert_eq!(bool_code("whole").await, EvaluationErrorCode::TypeMismatch);
    assert_eq!(bool_code("disabled").await, EvaluationErrorCode::General("DISABLED".to_owned()));
    assert_eq!(bool_code("no-default").await, EvaluationErrorCode::General("STATIC".to_owned()));
    for flag in ["list", "null"] {
        assert_eq!(code(provider.resolve_struct_value(flag, &nobody).await), EvaluationErrorCode::TypeMismatch);
    }
    assert!((provider.resolve_float_value("whole", &nobody).await.unwrap().value - 3.0).abs() < f64::EPSILON);
    let deep = provider.resolve_struct_value("deep", &nobody).await.unwrap().value;
    let inner = StructValue::default().with_field("c", "d");
    let wanted: Vec<open_feature::Value> = vec![1.into(), 2.5.into(), inner.into()];
    assert_eq!(deep, StructValue::default().with_field("b", wanted));
    assert!(provider.resolve_bool_value("growing", &nobody).await.unwrap().value, "it has a clock");
}

#[tokio::test]
async fn it_agrees_with_the_flags_and_records_like_them() {
    let rule = json!({"split": [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]});
    let flags = set(&json!({"half": flag(&rule)}));
    flags.begin_exposures(1000);
    let provider = TruenorthProvider::new(Arc::clone(&flags));
    for unit in 0..100 {
        let unit = format!("user-{unit}");
        let context = EvaluationContext::default().with_targeting_key(&unit);
        let found = provider.resolve_bool_value("half", &context).await.unwrap();
        assert_eq!(found.value, flags.rules().boolean("half", &Context::new(unit), false));
        assert_eq!(found.reason, Some(EvaluationReason::Split));
    }
    assert_eq!(flags.exposures().unwrap().take().len(), 100);
    provider
        .resolve_string_value("half", &EvaluationContext::default().with_targeting_key("user-x"))
        .await
        .unwrap_err();
    assert_eq!(flags.exposures().unwrap().take(), []);

    flags.reload(r#"{"version": 1, "flags": {"half": {"variants": {"on": true}, "defaultVariant": "on"}}}"#).unwrap();
    let found = provider.resolve_bool_value("half", &EvaluationContext::default()).await.unwrap();
    assert_eq!((found.value, found.reason), (true, Some(EvaluationReason::Static)));
}
