//! A file of flags, as it is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::condition::Condition;
use crate::ground::hash::HashAlgorithm;
use crate::ground::time::Time;
use crate::ground::unique::unique;

/// A file of flags. Keys that begin with `x-` are anybody's own.
#[cfg(feature = "schema")]
#[derive(Debug, Clone, PartialEq, Default, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(transform = super::schema::file)]
pub struct FlagsFile {
    /// Where the schema of this file is, for editors.
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    /// The version of the format, which is 1.
    pub version: u32,
    /// The flags, by name.
    #[serde(default)]
    pub flags: BTreeMap<String, FlagDefinition>,
    /// Named sets of units, by name.
    #[serde(default)]
    pub segments: BTreeMap<String, Segment>,
    /// Layers, by name: flags that have parts of one for themselves exclude each other.
    #[serde(default)]
    pub layers: BTreeMap<String, Layer>,
    /// Holdouts, by name: units that are kept from all flags that name it.
    #[serde(default)]
    pub holdouts: BTreeMap<String, Holdout>,
    /// The hash of everything that names none; absent: `murmur3_x86_32`.
    #[serde(default)]
    pub hash: HashAlgorithm,
    /// Attributes that traces and exposures never show, with all that lies below them; what is given by a unit among
    /// them has no exposure.
    #[serde(default)]
    pub private_attributes: Vec<String>,
    /// What is known about the file; nobody reads it here.
    #[serde(default)]
    pub metadata: Value,
}

/// Whether a flag is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum FlagState {
    /// It is evaluated.
    #[default]
    Enabled,
    /// Everybody gets the caller's default: the kill switch.
    Disabled,
    /// As disabled, and no other flag should ask for it any more.
    Archived,
}

/// What the values of a flag are; all variants are of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FlagType {
    /// True or false.
    Boolean,
    /// Text.
    String,
    /// A whole number of at most 2⁵³ − 1 in size.
    Integer,
    /// A finite number.
    Number,
    /// An object or a list.
    Object,
}

/// One flag. The first four fields are those of flagd, so that a flag without rules is the same file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::flag))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FlagDefinition {
    /// Whether it is in use.
    pub state: FlagState,
    /// The values that it can have, by name: booleans, texts, numbers or objects, all of one type.
    #[serde(deserialize_with = "unique")]
    pub variants: BTreeMap<String, Value>,
    /// The variant of everybody to whom no rule gives one; absent: the caller's default.
    pub default_variant: Option<String>,
    /// What is known about the flag, handed out with every evaluation: texts, numbers and booleans.
    #[serde(deserialize_with = "unique")]
    pub metadata: BTreeMap<String, Value>,
    /// The type of its values; absent: that of the variants, whole numbers being integers.
    #[serde(rename = "type")]
    pub value_type: Option<FlagType>,
    /// What it is for.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it was made.
    pub created: Option<Time>,
    /// When it should be gone; lint tells when it is not.
    pub expires: Option<Time>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The hash of its splits; absent: that of the file, else `murmur3_x86_32`.
    pub hash: Option<HashAlgorithm>,
    /// What its splits are salted with; absent: its name.
    pub salt: Option<String>,
    /// The attribute that is hashed; absent: `targetingKey`.
    pub unit: Option<String>,
    /// The attribute that is hashed where a context has no `unit`.
    pub fallback_unit: Option<String>,
    /// What other flags must say first.
    pub prerequisites: Vec<Prerequisite>,
    /// Holdouts whose units keep the default variant.
    pub holdouts: Vec<String>,
    /// The part of a layer that it has for itself; other units keep the default variant.
    pub layer: Option<LayerUse>,
    /// Units that get a variant whatever the rules say; the first that names a unit decides.
    pub overrides: Vec<Override>,
    /// What decides who gets what, in order: the first rule that gives a variant decides.
    pub rules: Vec<Rule>,
}

/// Another flag that must have one of some variants.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prerequisite {
    /// The other flag.
    pub flag: String,
    /// Its variants that let this flag go on.
    pub variants: Vec<String>,
    /// The variant where it has another; absent: the default variant.
    #[serde(default)]
    pub otherwise: Option<String>,
}

/// A part of a layer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::range))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LayerUse {
    /// The layer's name.
    pub name: String,
    /// The first bucket, from 0.
    pub from: u32,
    /// The bucket after the last, up to 1 000 000.
    pub to: u32,
}

/// Units that get a variant whatever the rules say.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Override {
    /// The units, as texts.
    pub units: Vec<String>,
    /// What they get.
    pub variant: String,
}

/// A rule: who it concerns, and what they get. Exactly one of `variant`, `split`, `ranges` and `rollout` says what.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::rule))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rule {
    /// A name for traces and lint; absent: its place, such as `rules[0]`.
    pub id: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whom it concerns; absent: everybody.
    pub when: Option<Condition>,
    /// From when on it holds; absent: always has.
    pub from: Option<Time>,
    /// Until when it holds, that instant not included; absent: for ever.
    pub until: Option<Time>,
    /// Everybody gets this variant.
    pub variant: Option<String>,
    /// Shares of the units; they become ranges in this order by largest remainder.
    pub split: Vec<Share>,
    /// Ranges of buckets; units outside them go on to the next rule.
    pub ranges: Vec<Range>,
    /// A share that grows with time; units outside it go on to the next rule.
    pub rollout: Option<Rollout>,
    /// The attribute that is hashed; absent: the flag's.
    pub unit: Option<String>,
    /// What is hashed with it; absent: the flag's salt. The same salt elsewhere puts the same units together.
    pub salt: Option<String>,
    /// The hash; absent: the flag's.
    pub hash: Option<HashAlgorithm>,
}

/// A share of the units.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::share))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Share {
    /// What they get.
    pub variant: String,
    /// How many of them, against the sum of all weights.
    pub weight: f64,
}

/// A range of buckets, of a million.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::range))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Range {
    /// What its units get.
    pub variant: String,
    /// The first bucket, from 0.
    pub from: u32,
    /// The bucket after the last, up to 1 000 000.
    pub to: u32,
}

/// A share of the units that grows with time: the buckets from 0 up, so that nobody who has it loses it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::rollout))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rollout {
    /// What they get.
    pub variant: String,
    /// How many have it when, in order of time; before the first step nobody, after the last one as many as it says.
    pub steps: Vec<RolloutStep>,
    /// What happens between steps.
    #[serde(default)]
    pub growth: Growth,
}

/// How many have it at an instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::percent))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RolloutStep {
    /// When.
    pub at: Time,
    /// How many per cent of the units, from 0 to 100.
    pub percent: f64,
}

/// What happens between the steps of a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Growth {
    /// Nothing: each step holds until the next.
    #[default]
    Steps,
    /// The share grows evenly from step to step.
    Linear,
}

/// A named set of units.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Segment {
    /// What it is for.
    pub description: Option<String>,
    /// The attribute that the lists are of; absent: `targetingKey`.
    pub unit: Option<String>,
    /// Units that belong to it, whatever `when` says.
    pub include: Vec<String>,
    /// Units that do not belong to it, whatever `include` and `when` say.
    pub exclude: Vec<String>,
    /// Who else belongs to it.
    pub when: Option<Condition>,
}

/// A layer: flags that have parts of it for themselves exclude each other.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Layer {
    /// What it is for.
    pub description: Option<String>,
    /// What is hashed with the unit; absent: its name.
    pub salt: Option<String>,
    /// The attribute that is hashed; absent: `targetingKey`.
    pub unit: Option<String>,
    /// The hash; absent: that of the file.
    pub hash: Option<HashAlgorithm>,
}

/// Units that are kept from all flags that name it, so that what flags do together can be measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = super::schema::percent))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Holdout {
    /// What it is for.
    pub description: Option<String>,
    /// How many per cent of the units, from 0 to 100.
    pub percent: f64,
    /// What is hashed with the unit; absent: its name.
    pub salt: Option<String>,
    /// The attribute that is hashed; absent: `targetingKey`.
    pub unit: Option<String>,
    /// The hash; absent: that of the file.
    pub hash: Option<HashAlgorithm>,
}
