//! One flag, made ready.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use serde_json::Value;

use super::super::ruleset::{Flag, Prerequisite, Problem, Unit, Variant, variant_named};
use super::super::types::{FlagDefinition, FlagState, FlagType};
use super::Compiler;
use super::serve::Defaults;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::number::whole;

impl Compiler<'_> {
    pub(super) fn flag(&mut self, name: &str, text: &str) -> Result<Flag> {
        let written: FlagDefinition = super::document::typed(text)?;
        let value_type = written.value_type.map_or_else(|| type_of(&written.variants), Ok)?;
        let variants = variants(value_type, &written.variants)?;
        if let Some((key, _)) =
            written.metadata.iter().find(|(_, value)| value.is_array() || value.is_object() || value.is_null())
        {
            let error = Error::new(ErrorCode::WrongType, "expected text, a number or a boolean");
            return Err(error.at(format_args!("metadata.{key}")));
        }
        let defaults = Defaults {
            salt: written.salt.as_deref().unwrap_or(name),
            unit: written.unit.as_deref(),
            fallback: written.fallback_unit.as_deref(),
            hash: written.hash,
            variants: &variants,
        };
        let default = written.default_variant.as_deref();
        let default = default.map(|name| defaults.variant(name).at("defaultVariant")).transpose()?;
        let mut rules = Vec::with_capacity(written.rules.len());
        for (index, rule) in written.rules.into_iter().enumerate() {
            rules.push(self.rule(rule, &defaults).at(format_args!("rules[{index}]"))?);
        }
        let mut overrides = HashMap::new();
        for (index, one) in written.overrides.into_iter().enumerate() {
            let variant = defaults.variant(&one.variant).at("variant").at(format_args!("overrides[{index}]"))?;
            for unit in one.units {
                overrides.entry(unit.into_boxed_str()).or_insert(variant);
            }
        }
        let mut holdouts = Vec::with_capacity(written.holdouts.len());
        for (index, holdout) in written.holdouts.iter().enumerate() {
            holdouts.push(self.holdout(holdout).at(format_args!("holdouts[{index}]"))?);
        }
        let mut prerequisites = Vec::with_capacity(written.prerequisites.len());
        for (index, wanted) in written.prerequisites.into_iter().enumerate() {
            let otherwise = wanted.otherwise.as_deref();
            let otherwise = otherwise.map(|name| defaults.variant(name).at("otherwise")).transpose();
            let otherwise = otherwise.at(format_args!("prerequisites[{index}]"))?;
            let flag = self.names.get(wanted.flag.as_str()).copied().ok_or_else(|| {
                super::nothing_named("flag", &wanted.flag).at(format_args!("prerequisites[{index}].flag"))
            })?;
            // The other flag's variants are looked up when all flags are ready.
            self.wanted.push((self.set.flags.len() as u32, index, wanted.variants));
            prerequisites.push(Prerequisite { flag, variants: Vec::new(), otherwise });
        }
        let layer = written.layer.map(|layer| self.layer(&layer).at("layer")).transpose()?;
        let unit = self.unit(written.unit.as_deref(), written.fallback_unit.as_deref());
        Ok(Flag {
            name: self.name(name),
            state: written.state,
            value_type,
            default,
            metadata: written.metadata,
            owner: written.owner.map(Into::into),
            description: written.description.map(Into::into),
            prerequisites,
            holdouts,
            layer,
            unit,
            overrides,
            rules,
            targeting: None,
            variants,
            malformed: None,
        })
    }

    pub(super) fn name(&self, name: &str) -> Arc<str> {
        self.names.get_key_value(name).map_or_else(|| Arc::from(name), |(name, _)| Arc::clone(name))
    }

    /// Puts a flag into the set, or what is wrong with it.
    pub(super) fn take(&mut self, name: &str, flag: Result<Flag>) {
        let flag = flag.at(format_args!("flags.{name}")).unwrap_or_else(|error| {
            self.set.problems.push(Problem { flag: Some(name.to_owned()), error: error.clone() });
            Flag {
                name: self.name(name),
                state: FlagState::Enabled,
                value_type: FlagType::Boolean,
                variants: Vec::new(),
                default: None,
                metadata: BTreeMap::new(),
                owner: None,
                description: None,
                prerequisites: Vec::new(),
                holdouts: Vec::new(),
                layer: None,
                unit: Unit::default(),
                overrides: HashMap::new(),
                rules: Vec::new(),
                targeting: None,
                malformed: Some(error),
            }
        });
        self.set.flags.push(flag);
    }

    /// Looks up the variants that prerequisites name.
    pub(super) fn find_wanted(&mut self) {
        for (flag, index, names) in std::mem::take(&mut self.wanted) {
            let Some(wanted) = self.set.flags[flag as usize].prerequisites.get(index) else { continue };
            let other = &self.set.flags[wanted.flag as usize];
            let found: Result<Vec<u32>> = names
                .iter()
                .enumerate()
                .map(|(at, name)| {
                    variant_named(&other.variants, name).ok_or_else(|| {
                        let names = other.variants.iter().map(|variant| &*variant.name);
                        super::unknown("variant", name, names).at(format_args!("prerequisites[{index}].variants[{at}]"))
                    })
                })
                .collect();
            // Nothing can be asked of a malformed flag: what needs it is not met, and is not malformed itself.
            let found = if other.malformed.is_some() { Ok(Vec::new()) } else { found };
            match found {
                Ok(found) => self.set.flags[flag as usize].prerequisites[index].variants = found,
                Err(error) => self.spoil(flag, error),
            }
        }
    }

    /// Marks a flag as malformed.
    pub(super) fn spoil(&mut self, flag: u32, error: Error) {
        let flag = &mut self.set.flags[flag as usize];
        if flag.malformed.is_none() {
            let error = error.at(format_args!("flags.{}", flag.name));
            self.set.problems.push(Problem { flag: Some(flag.name.to_string()), error: error.clone() });
            flag.malformed = Some(error);
        }
    }
}

pub(super) fn variants(value_type: FlagType, written: &BTreeMap<String, Value>) -> Result<Vec<Variant>> {
    let mut variants = Vec::with_capacity(written.len());
    for (variant, value) in written {
        super::check_name(variant).at("variants")?;
        let value = value_type.check(value).at(format_args!("variants.{variant}"))?;
        variants.push(Variant { name: Arc::from(variant.as_str()), value });
    }
    Ok(variants)
}

/// The type of all variants.
pub(super) fn type_of(variants: &BTreeMap<String, Value>) -> Result<FlagType> {
    let mut found = None;
    for (name, value) in variants {
        let own = match value {
            Value::Bool(_) => FlagType::Boolean,
            Value::String(_) => FlagType::String,
            Value::Number(number) if number.as_f64().and_then(whole).is_some() => FlagType::Integer,
            Value::Number(_) => FlagType::Number,
            Value::Array(_) | Value::Object(_) => FlagType::Object,
            Value::Null => {
                let error = Error::new(ErrorCode::WrongType, "expected a value, found null");
                return Err(error.at(format_args!("variants.{name}")));
            }
        };
        found = Some(match (found, own) {
            (None, own) => own,
            (Some(FlagType::Integer | FlagType::Number), FlagType::Number)
            | (Some(FlagType::Number), FlagType::Integer) => FlagType::Number,
            (Some(known), own) if known == own => own,
            (Some(known), own) => {
                let sentence = format!("expected {}, as other variants are, found {}", known.words(), own.words());
                return Err(Error::new(ErrorCode::WrongType, sentence).at(format_args!("variants.{name}")));
            }
        });
    }
    found.ok_or_else(|| Error::new(ErrorCode::MissingField, "expected at least one variant, found none").at("variants"))
}

impl FlagType {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Object => "object",
        }
    }

    /// The type in words, for sentences.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Boolean => "a boolean",
            Self::String => "text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Object => "an object",
        }
    }

    /// The value as this type has it.
    fn check(self, value: &Value) -> Result<Value> {
        let fits = match (self, value) {
            (Self::Boolean, Value::Bool(_))
            | (Self::String, Value::String(_))
            | (Self::Object, Value::Array(_) | Value::Object(_)) => true,
            (Self::Integer, Value::Number(number)) => match number.as_f64().and_then(whole) {
                Some(whole) => return Ok(whole.into()),
                None => false,
            },
            (Self::Number, Value::Number(number)) => return Ok(number.as_f64().unwrap_or_default().into()),
            _ => false,
        };
        if fits {
            return Ok(value.clone());
        }
        let sentence =
            format!("expected {}, found `{}`", self.words(), crate::ground::text::excerpt(&value.to_string()));
        Err(Error::new(ErrorCode::WrongType, sentence))
    }
}
