//! Conditions, as they are written.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ground::time::Time;

/// Whom a rule concerns: `all`, `any`, `not` or `segment`, or an `attribute` with exactly one comparison.
///
/// A condition is true, false or unknown: a comparison with an attribute that is missing or of another type is unknown
/// unless `ifMissing` or `coerce` say otherwise, `not` of unknown is unknown, and only true lets a rule decide. An
/// attribute that is a list passes where one of its elements does. Objects and lists of a flag lie at most 48 deep in one
/// another.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::condition))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Condition {
    /// All of these.
    pub all: Option<Vec<Condition>>,
    /// At least one of these.
    pub any: Option<Vec<Condition>>,
    /// Not this.
    pub not: Option<Box<Condition>>,
    /// Belongs to the segment of this name.
    pub segment: Option<String>,
    /// The attribute that is compared: a name, or a path such as `organisation.plan`.
    pub attribute: Option<String>,
    /// It is this text, number or boolean.
    pub equals: Option<Value>,
    /// It is one of these; of none it never is.
    #[serde(rename = "in")]
    pub one_of: Option<Vec<Value>>,
    /// It is none of these; where there are none, every text, number and boolean passes.
    pub not_in: Option<Vec<Value>>,
    /// The text begins with one of these.
    pub starts_with: Option<Vec<String>>,
    /// The text ends with one of these.
    pub ends_with: Option<Vec<String>>,
    /// The text has one of these in it.
    pub contains: Option<Vec<String>>,
    /// The text has a match of this regular expression, of linear time, in it. It has at most 4 KiB, and stands for at most
    /// 8192 characters when its repetitions are written out; so many times the bytes of the text are at most 2 097 152. A
    /// flag has at most about a thousand of them.
    pub matches: Option<String>,
    /// The number is less.
    pub less_than: Option<f64>,
    /// The number is not more.
    pub at_most: Option<f64>,
    /// The number is more.
    pub more_than: Option<f64>,
    /// The number is not less.
    pub at_least: Option<f64>,
    /// The time, RFC 3339 with an offset, is earlier.
    pub before: Option<Time>,
    /// The time, RFC 3339 with an offset, is not earlier.
    pub since: Option<Time>,
    /// The semantic version lies within these bounds.
    pub version: Option<VersionBounds>,
    /// The address lies in one of these networks, such as `10.0.0.0/8`.
    pub in_network: Option<Vec<String>>,
    /// The attribute is there (true), or missing or null (false). Never unknown.
    pub present: Option<bool>,
    /// What the comparison is where the attribute is missing or null; absent: unknown.
    pub if_missing: Option<bool>,
    /// What happens to an attribute of another type than the comparison's.
    pub coerce: Option<Coercion>,
}

/// Bounds of a semantic version; build metadata does not count, a pre-release comes before its release.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::version))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VersionBounds {
    /// This version.
    pub equals: Option<String>,
    /// A lower one.
    pub less_than: Option<String>,
    /// Not a higher one.
    pub at_most: Option<String>,
    /// A higher one.
    pub more_than: Option<String>,
    /// Not a lower one.
    pub at_least: Option<String>,
}

/// What happens to an attribute of another type than the comparison's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Coercion {
    /// Nothing: the comparison is unknown.
    #[default]
    Never,
    /// Texts become numbers and numbers texts where the comparison asks for those, booleans become `true` and `false`,
    /// seconds since 1970 become times, and versions may lack parts or begin with `v`.
    Lenient,
}
