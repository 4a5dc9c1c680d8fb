//! The SDK's context, looked at where it lies: only what a flag asks for.

use std::any::Any;
use std::cell::OnceCell;
use std::time::{SystemTime, UNIX_EPOCH};

use open_feature::{EvaluationContext, EvaluationContextFieldValue as Field, StructValue};
use truenorth::flags::{Attribute, AttributeName, Attributes, Seen, TARGETING_KEY};
use truenorth::ground::time::Time;

/// A context, and the clock, which is read once and only where a flag wants to know.
pub(crate) struct Asked<'a> {
    context: &'a EvaluationContext,
    clock: OnceCell<Option<Time>>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(context: &'a EvaluationContext) -> Self {
        Self { context, clock: OnceCell::new() }
    }

    /// The field that a name means, and the path that is left inside it.
    fn field<'n>(&self, name: &'n AttributeName) -> Option<(&'a Field, &'n [Box<str>])> {
        let fields = &self.context.custom_fields;
        if let Some(field) = fields.get(name.name()) {
            return Some((field, &[]));
        }
        let (first, rest) = name.path().split_first()?;
        fields.get(&**first).map(|field| (field, rest))
    }
}

impl Attributes for Asked<'_> {
    fn look<R>(&self, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        if let (TARGETING_KEY, Some(key)) = (name.name(), &self.context.targeting_key) {
            return see(Seen::Text(key));
        }
        let Some((field, path)) = self.field(name) else { return see(Seen::Missing) };
        match field {
            Field::Struct(structure) => match attribute(&**structure) {
                Some(found) => see(found.inside(path).map_or(Seen::Missing, Attribute::seen)),
                None => see(Seen::Unusable),
            },
            // Nothing else has something inside.
            _ if !path.is_empty() => see(Seen::Missing),
            Field::Bool(truth) => see(Seen::Boolean(*truth)),
            Field::Int(number) => see(Seen::Number(*number as f64)),
            Field::Float(number) => see(Seen::Number(*number)),
            Field::String(text) => see(Seen::Text(text)),
            Field::DateTime(at) => {
                let time = i64::try_from(at.unix_timestamp_nanos().div_euclid(1000)).ok().and_then(Time::from_micros);
                match time {
                    Some(time) => see(Seen::Text(&time.to_string())),
                    None => see(Seen::Unusable),
                }
            }
        }
    }

    fn whole(&self, name: &AttributeName) -> Option<Attribute> {
        match self.field(name)? {
            (Field::Struct(structure), path) => attribute(&**structure)?.inside(path).cloned(),
            _ => None,
        }
    }

    fn now(&self) -> Option<Time> {
        *self.clock.get_or_init(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
            i64::try_from(since.as_micros()).ok().map(Time::saturating)
        })
    }
}

/// A structure of somebody's, where it is of a type that is known.
fn attribute(structure: &(dyn Any + Send + Sync)) -> Option<Attribute> {
    if let Some(fields) = structure.downcast_ref::<StructValue>() {
        Some(object(fields))
    } else if let Some(value) = structure.downcast_ref::<open_feature::Value>() {
        Some(theirs(value))
    } else if let Some(json) = structure.downcast_ref::<serde_json::Value>() {
        Some(json.clone().into())
    } else {
        structure.downcast_ref::<Attribute>().cloned()
    }
}

fn object(value: &StructValue) -> Attribute {
    Attribute::Object(value.fields.iter().map(|(name, value)| (name.as_str().into(), theirs(value))).collect())
}

fn theirs(value: &open_feature::Value) -> Attribute {
    use open_feature::Value as Theirs;
    match value {
        Theirs::Bool(truth) => (*truth).into(),
        Theirs::Int(number) => Attribute::Number(*number as f64),
        Theirs::Float(number) => (*number).into(),
        Theirs::String(text) => text.as_str().into(),
        Theirs::Array(values) => Attribute::List(values.iter().map(theirs).collect()),
        Theirs::Struct(fields) => object(fields),
    }
}
