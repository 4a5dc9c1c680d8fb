//! truenorth's feature flags for [OpenFeature's SDK](open_feature).
//!
//! ```
//! use std::sync::Arc;
//! use open_feature::{EvaluationContext, OpenFeature};
//! use truenorth::flags::FlagSet;
//! use truenorth_openfeature::TruenorthProvider;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> truenorth::Result<()> {
//! let file = r#"{"version": 1, "flags": {"x": {"variants": {"on": true}, "defaultVariant": "on"}}}"#;
//! let flags = Arc::new(FlagSet::parse(file)?);
//! let mut api = OpenFeature::singleton_mut().await;
//! api.set_provider(TruenorthProvider::new(Arc::clone(&flags))).await;
//! let client = api.create_client();
//! let somebody = EvaluationContext::default().with_targeting_key("user-1").with_custom_field("country", "DE");
//! assert!(client.get_bool_value("x", Some(&somebody), None).await.unwrap_or(false));
//! flags.reload(file)?; // those who are asking go on meanwhile
//! # Ok(())
//! # }
//! ```
//!
//! It is a crate of its own, so that a new version of the SDK is no new version of the library.
//!
//! # What the SDK does not have
//!
//! Version 0.3 of it knows no default of the caller's, which takes the place of an error: a flag that is switched off or
//! has no default variant is one, whose code is `General` with the reason, such as `DISABLED`. It knows no events, so a
//! reload tells nobody. Lists as a whole and nulls are none of its values: a flag that gives one
//! is of another type.

#![forbid(unsafe_code)]

mod context;
mod value;

use std::sync::Arc;

use open_feature::provider::{FeatureProvider, ProviderMetadata, ResolutionDetails};
use open_feature::{
    EvaluationContext, EvaluationError, EvaluationErrorCode, EvaluationReason, EvaluationResult, StructValue,
};
use serde_json::Value;
use truenorth::flags::{Evaluation, FlagErrorCode, FlagReason, FlagSet, FlagType};

use self::context::Asked;

/// The flags of a [`FlagSet`], asked through OpenFeature's SDK.
///
/// What it resolves is recorded as an exposure where the flags record them. Rules and rollouts that begin or end hold by
/// this computer's clock. A field of a context that is a structure may be a [`StructValue`], a [`Value`](open_feature::Value)
/// of the SDK, a [`serde_json::Value`] or an [`Attribute`](truenorth::flags::Attribute).
#[derive(Debug)]
pub struct TruenorthProvider {
    metadata: ProviderMetadata,
    flags: Arc<FlagSet>,
}

impl TruenorthProvider {
    /// Of flags that may be exchanged meanwhile.
    pub fn new(flags: impl Into<Arc<FlagSet>>) -> Self {
        Self { metadata: ProviderMetadata::new("truenorth"), flags: flags.into() }
    }

    fn resolve<T>(
        &self,
        flag: &str,
        wanted: FlagType,
        context: &EvaluationContext,
        take: impl FnOnce(&Value) -> Option<T>,
    ) -> EvaluationResult<ResolutionDetails<T>> {
        self.flags.see(flag, wanted, &Asked::new(context), |found| {
            if let Some(code) = found.error() {
                return Err(EvaluationError { code: self::code(code), message: found.message() });
            }
            let Some(value) = found.value() else { return Err(no_value(found.reason())) };
            let value = take(value).ok_or_else(|| EvaluationError {
                code: EvaluationErrorCode::TypeMismatch,
                message: Some("the value is none that the SDK can hold as this type".to_owned()),
            })?;
            Ok(details(value, found))
        })
    }
}

fn details<T>(value: T, found: &Evaluation<'_>) -> ResolutionDetails<T> {
    ResolutionDetails {
        value,
        variant: found.variant().map(str::to_owned),
        reason: Some(reason(found.reason())),
        flag_metadata: Some(value::metadata(found.metadata())),
    }
}

/// The caller's default stands, which this SDK takes for an error.
fn no_value(reason: FlagReason) -> EvaluationError {
    EvaluationError {
        code: EvaluationErrorCode::General(reason.as_str().to_owned()),
        message: Some("the flag gives no value: the default stands".to_owned()),
    }
}

fn code(code: FlagErrorCode) -> EvaluationErrorCode {
    match code {
        FlagErrorCode::FlagNotFound => EvaluationErrorCode::FlagNotFound,
        FlagErrorCode::ParseError => EvaluationErrorCode::ParseError,
        FlagErrorCode::TypeMismatch => EvaluationErrorCode::TypeMismatch,
        FlagErrorCode::TargetingKeyMissing => EvaluationErrorCode::TargetingKeyMissing,
        FlagErrorCode::InvalidContext => EvaluationErrorCode::InvalidContext,
        other => EvaluationErrorCode::General(other.as_str().to_owned()),
    }
}

fn reason(reason: FlagReason) -> EvaluationReason {
    match reason {
        FlagReason::Static => EvaluationReason::Static,
        FlagReason::Default => EvaluationReason::Default,
        FlagReason::TargetingMatch => EvaluationReason::TargetingMatch,
        FlagReason::Split => EvaluationReason::Split,
        FlagReason::Disabled => EvaluationReason::Disabled,
        FlagReason::Error => EvaluationReason::Error,
        other => EvaluationReason::Other(other.as_str().to_owned()),
    }
}

#[open_feature::async_trait]
impl FeatureProvider for TruenorthProvider {
    fn metadata(&self) -> &ProviderMetadata {
        &self.metadata
    }

    async fn resolve_bool_value(
        &self,
        flag_key: &str,
        evaluation_context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<bool>> {
        self.resolve(flag_key, FlagType::Boolean, evaluation_context, Value::as_bool)
    }

    async fn resolve_int_value(
        &self,
        flag_key: &str,
        evaluation_context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<i64>> {
        self.resolve(flag_key, FlagType::Integer, evaluation_context, Value::as_i64)
    }

    async fn resolve_float_value(
        &self,
        flag_key: &str,
        evaluation_context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<f64>> {
        self.resolve(flag_key, FlagType::Number, evaluation_context, Value::as_f64)
    }

    async fn resolve_string_value(
        &self,
        flag_key: &str,
        evaluation_context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<String>> {
        self.resolve(flag_key, FlagType::String, evaluation_context, |value| value.as_str().map(str::to_owned))
    }

    async fn resolve_struct_value(
        &self,
        flag_key: &str,
        evaluation_context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<StructValue>> {
        self.resolve(flag_key, FlagType::Object, evaluation_context, value::structure)
    }
}
