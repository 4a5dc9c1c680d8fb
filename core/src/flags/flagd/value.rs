//! Values as JSONLogic has them: those of JSON, turned into one another as JavaScript does.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::super::condition::{LONGEST_TEXT, Stop};
use super::super::context::{Attribute, Seen};

/// Lists and objects that lie deeper in one another are refused.
const DEEPEST: u16 = 64;
/// Lists and objects of more values than this, all that they hold counted, are refused in a context.
const MOST_VALUES: usize = 10_000;

#[derive(Debug, Clone)]
pub(in super::super) enum Val<'a> {
    /// What an operation was not given; only arithmetic tells it from null.
    Undefined,
    Null,
    Boolean(bool),
    Number(f64),
    Text(Cow<'a, str>),
    List(Arc<List<'a>>),
    Object(Arc<Object<'a>>),
    /// The whole context, or an object whose contents nobody hands out.
    Closed,
}

#[derive(Debug)]
pub(in super::super) struct List<'a> {
    pub(super) values: Vec<Val<'a>>,
    depth: u16,
}

#[derive(Debug)]
pub(in super::super) struct Object<'a> {
    pub(super) values: BTreeMap<Box<str>, Val<'a>>,
    depth: u16,
}

impl From<bool> for Val<'_> {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl<'a> Val<'a> {
    pub(super) fn list(values: Vec<Val<'a>>) -> Result<Self, Stop> {
        let depth = deeper(values.iter())?;
        Ok(Self::List(Arc::new(List { values, depth })))
    }

    fn object(values: BTreeMap<Box<str>, Val<'a>>) -> Result<Self, Stop> {
        let depth = deeper(values.values())?;
        Ok(Self::Object(Arc::new(Object { values, depth })))
    }

    pub(super) fn text(text: String) -> Result<Self, Stop> {
        if text.len() > LONGEST_TEXT { Err(Stop::TooMuch) } else { Ok(Self::Text(text.into())) }
    }

    fn depth(&self) -> u16 {
        match self {
            Self::List(list) => list.depth,
            Self::Object(object) => object.depth,
            _ => 0,
        }
    }

    /// The same value, borrowed.
    pub(super) fn lend(&'a self) -> Val<'a> {
        match self {
            Self::Text(text) => Self::Text(Cow::Borrowed(text)),
            other => other.clone(),
        }
    }

    /// The same value, borrowing nothing.
    pub(super) fn keep<'b>(&self) -> Val<'b> {
        match self {
            Self::Undefined => Val::Undefined,
            Self::Null => Val::Null,
            Self::Boolean(truth) => Val::Boolean(*truth),
            Self::Number(number) => Val::Number(*number),
            Self::Text(text) => Val::Text(Cow::Owned(text.to_string())),
            Self::List(list) => {
                let values = list.values.iter().map(Val::keep).collect();
                Val::List(Arc::new(List { values, depth: list.depth }))
            }
            Self::Object(object) => {
                let values = object.values.iter().map(|(name, value)| (name.clone(), value.keep())).collect();
                Val::Object(Arc::new(Object { values, depth: object.depth }))
            }
            Self::Closed => Val::Closed,
        }
    }

    /// An attribute, unless it cannot be used.
    pub(super) fn of(seen: Seen<'a>) -> Result<Self, Stop> {
        Ok(match seen {
            Seen::Missing => Self::Null,
            Seen::Boolean(truth) => Self::Boolean(truth),
            Seen::Number(number) => Self::Number(number),
            Seen::Text(text) | Seen::Known(text, _) if text.len() <= LONGEST_TEXT => Self::Text(Cow::Borrowed(text)),
            Seen::List(values) => {
                let mut left = MOST_VALUES;
                Self::of_list(values, &mut left, 0)?
            }
            Seen::Object => Self::Closed,
            Seen::Text(_) | Seen::Known(..) | Seen::Unusable => return Err(Stop::TooMuch),
        })
    }

    /// The contents of an object.
    pub(super) fn of_whole(value: &'a Attribute) -> Result<Self, Stop> {
        let mut left = MOST_VALUES;
        Self::of_attribute(value, &mut left, 0)
    }

    fn of_list(values: &'a [Attribute], left: &mut usize, depth: u16) -> Result<Self, Stop> {
        let values: Result<_, _> = values.iter().map(|value| Self::of_attribute(value, left, depth)).collect();
        Self::list(values?)
    }

    fn of_attribute(value: &'a Attribute, left: &mut usize, depth: u16) -> Result<Self, Stop> {
        *left = left.checked_sub(1).filter(|_| depth < DEEPEST).ok_or(Stop::TooMuch)?;
        Ok(match value {
            Attribute::Null => Self::Null,
            Attribute::Boolean(truth) => Self::Boolean(*truth),
            Attribute::Number(number) => Self::Number(*number),
            Attribute::Text(text) if text.len() > LONGEST_TEXT => return Err(Stop::TooMuch),
            Attribute::Text(text) => Self::Text(Cow::Borrowed(&**text)),
            Attribute::List(values) => Self::of_list(values, left, depth + 1)?,
            Attribute::Object(values) => {
                let mut entries = BTreeMap::new();
                for (name, value) in values {
                    entries.insert(name.clone(), Self::of_attribute(value, left, depth + 1)?);
                }
                Self::object(entries)?
            }
        })
    }

    /// A value of a definition.
    pub(super) fn of_json(value: &Value) -> Result<Val<'static>, Stop> {
        Ok(match value {
            Value::Null => Val::Null,
            Value::Bool(truth) => Val::Boolean(*truth),
            Value::Number(number) => Val::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => Val::text(text.clone())?,
            Value::Array(values) => Val::list(values.iter().map(Val::of_json).collect::<Result<_, _>>()?)?,
            Value::Object(values) => {
                let inner = |(name, value): (&String, &Value)| Ok((name.as_str().into(), Val::of_json(value)?));
                Val::object(values.iter().map(inner).collect::<Result<_, _>>()?)?
            }
        })
    }

    /// What lies inside at the end of a path.
    pub(super) fn inside(&self, path: &[Box<str>]) -> Option<&Val<'a>> {
        path.iter().try_fold(self, |value, name| match value {
            Val::List(list) => list.values.get(index(name)?),
            Val::Object(object) => object.values.get(name),
            _ => None,
        })
    }

    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// As JavaScript has it, save that an empty list is false.
    pub(super) fn truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Boolean(truth) => *truth,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !list.values.is_empty(),
            Self::Object(_) | Self::Closed => true,
        }
    }

    /// `String(value)`.
    pub(super) fn to_text(&self) -> Result<Cow<'_, str>, Stop> {
        Ok(match self {
            Self::Undefined => "undefined".into(),
            Self::Null => "null".into(),
            Self::Boolean(truth) => if *truth { "true" } else { "false" }.into(),
            Self::Number(number) => number_text(*number).into(),
            Self::Text(text) => Cow::Borrowed(text),
            Self::List(list) => {
                let mut text = String::new();
                join(&list.values, ",", &mut text)?;
                text.into()
            }
            Self::Object(_) | Self::Closed => "[object Object]".into(),
        })
    }

    /// `Number(value)`.
    pub(super) fn to_number(&self) -> Result<f64, Stop> {
        Ok(match self {
            Self::Undefined | Self::Object(_) | Self::Closed => f64::NAN,
            Self::Null => 0.0,
            Self::Boolean(truth) => f64::from(u8::from(*truth)),
            Self::Number(number) => *number,
            Self::Text(text) => number_of(text),
            Self::List(_) => number_of(&self.to_text()?),
        })
    }

    /// `parseFloat(value)`.
    pub(super) fn parse_float(&self) -> Result<f64, Stop> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => Ok(leading_number(text)),
            other => Ok(leading_number(&other.to_text()?)),
        }
    }

    /// `a === b`; lists and objects equal nothing, as two that were made apart.
    pub(super) fn same(&self, other: &Val<'_>) -> bool {
        match (self, other) {
            (Self::Undefined, Val::Undefined) | (Self::Null, Val::Null) => true,
            (Self::Boolean(a), Val::Boolean(b)) => a == b,
            (Self::Number(a), Val::Number(b)) => equal(*a, *b),
            (Self::Text(a), Val::Text(b)) => a == b,
            _ => false,
        }
    }

    /// `a == b`.
    pub(super) fn equals(&self, other: &Val<'_>) -> Result<bool, Stop> {
        let is_whole = |value: &Val<'_>| matches!(value, Val::List(_) | Val::Object(_) | Val::Closed);
        Ok(match (self, other) {
            (a, b) if a.is_missing() || b.is_missing() => a.is_missing() && b.is_missing(),
            (a, b) if is_whole(a) && is_whole(b) => false,
            (Self::Text(a), b) if is_whole(b) => **a == *b.to_text()?,
            (a, Val::Text(b)) if is_whole(a) => *a.to_text()? == **b,
            (Self::Text(a), Val::Text(b)) => a == b,
            (a, b) => equal(a.to_number()?, b.to_number()?),
        })
    }

    /// How two values stand to each other; nothing where they do not.
    pub(super) fn order(&self, other: &Val<'_>) -> Result<Option<Ordering>, Stop> {
        let is_text = |value: &Val<'_>| matches!(value, Val::Text(_) | Val::List(_) | Val::Object(_) | Val::Closed);
        if is_text(self) && is_text(other) {
            return Ok(Some(self.to_text()?.encode_utf16().cmp(other.to_text()?.encode_utf16())));
        }
        Ok(self.to_number()?.partial_cmp(&other.to_number()?))
    }
}

fn equal(a: f64, b: f64) -> bool {
    a.partial_cmp(&b).is_some_and(std::cmp::Ordering::is_eq)
}

fn deeper<'v>(values: impl Iterator<Item = &'v Val<'v>>) -> Result<u16, Stop> {
    let depth = values.map(Val::depth).max().unwrap_or_default() + 1;
    if depth > DEEPEST { Err(Stop::TooMuch) } else { Ok(depth) }
}

/// The place in a list that a name says.
fn index(name: &str) -> Option<usize> {
    let is_plain = name == "0" || !name.starts_with(['0', '+']);
    name.parse().ok().filter(|_| is_plain)
}

/// `values.join(between)`: what is missing is empty.
pub(super) fn join(values: &[Val<'_>], between: &str, text: &mut String) -> Result<(), Stop> {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        push(value, text)?;
    }
    Ok(())
}

pub(super) fn push(value: &Val<'_>, text: &mut String) -> Result<(), Stop> {
    if !value.is_missing() {
        text.push_str(&value.to_text()?);
    }
    if text.len() > LONGEST_TEXT { Err(Stop::TooMuch) } else { Ok(()) }
}

/// A number as JavaScript writes it.
pub(super) fn number_text(number: f64) -> String {
    let size = number.abs();
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) {
        number.to_string()
    } else {
        let text = format!("{number:e}");
        if size < 1.0 { text } else { text.replacen('e', "e+", 1) }
    }
}

/// What JavaScript takes for white space.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}')
}

/// `Number(text)`.
fn number_of(text: &str) -> f64 {
    let text = trim(text);
    let radix = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        [] => return 0.0,
        _ if decimal(text) == text.len() => return leading_number(text),
        _ => return f64::NAN,
    };
    let digits = &text[2..];
    let value = |sum: f64, digit: char| Some(sum * f64::from(radix) + f64::from(digit.to_digit(radix)?));
    if digits.is_empty() { f64::NAN } else { digits.chars().try_fold(0.0, value).unwrap_or(f64::NAN) }
}

/// `parseFloat(text)`.
fn leading_number(text: &str) -> f64 {
    let text = trim(text);
    let text = &text[..decimal(text)];
    let (sign, size) = match text.as_bytes() {
        [b'-', ..] => (-1.0, &text[1..]),
        [b'+', ..] => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if size == "Infinity" { sign * f64::INFINITY } else { size.parse().map_or(f64::NAN, |size: f64| sign * size) }
}

/// How many bytes at the beginning are a decimal number.
fn decimal(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    if text[sign..].starts_with("Infinity") {
        return sign + "Infinity".len();
    }
    let whole = digits(sign);
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') {
        let part = digits(end + 1);
        if whole + part == 0 {
            return 0;
        }
        end += 1 + part;
    } else if whole == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}
