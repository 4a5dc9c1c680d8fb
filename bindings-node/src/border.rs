//! Values of JavaScript, read where they are: what a flag does not ask for never crosses.
//!
//! The one place that speaks to Node without the macros, which would copy whole objects.
#![expect(unsafe_code, reason = "Node's interface is one of C; every pointer here comes from the call that is running")]

use std::collections::BTreeMap;
use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::Arc;

use napi::bindgen_prelude::{FromNapiValue, ToNapiValue, TypeName};
use napi::sys;
use truenorth::flags::{Attribute, AttributeName, Prepared, Seen};
use truenorth::ground::time::Time;
use truenorth::{Error, ErrorCode, Result};

use crate::context::Given;
use crate::error::face;
use crate::flags::Flags;

/// More than twice as long as a text that flags look at; of one that is longer, the beginning is refused just the same.
const ENOUGH_TEXT: usize = 160 << 10;
/// As many values of a list as that is true of.
const ENOUGH_VALUES: u32 = 20_000;

/// Lists and objects deeper in one another are refused anyway.
const ENOUGH_DEPTH: u32 = 100;

/// A value during the call that handed it over.
#[derive(Clone, Copy)]
pub(crate) struct Value {
    pub(crate) env: sys::napi_env,
    pub(crate) raw: sys::napi_value,
}

/// Asks Node for something; a getter that throws is cleared away, and the answer is none.
fn ask<T>(env: sys::napi_env, mut out: T, call: impl FnOnce(&mut T) -> sys::napi_status) -> Option<T> {
    if call(&mut out) == sys::Status::napi_ok {
        return Some(out);
    }
    // The status does not always tell that something was thrown.
    let mut thrown = ptr::null_mut();
    // SAFETY: `env` is that of the running call.
    unsafe { sys::napi_get_and_clear_last_exception(env, &raw mut thrown) };
    None
}

/// As much of a number in milliseconds as an instant can be.
pub(crate) fn instant(millis: f64) -> Option<Time> {
    if millis.is_finite() { Time::from_micros((millis * 1000.0).round() as i64) } else { None }
}

/// A date as JavaScript writes it in JSON.
fn written(millis: f64) -> Option<String> {
    instant(millis)?;
    let second = instant((millis / 1000.0).floor() * 1000.0)?.to_string();
    Some(format!("{}.{:03}Z", second.trim_end_matches('Z'), millis.rem_euclid(1000.0)))
}

impl Value {
    pub(crate) fn kind(self) -> sys::napi_valuetype {
        // SAFETY: see the head of this file; so everywhere below.
        ask(self.env, 0, |out| unsafe { sys::napi_typeof(self.env, self.raw, out) })
            .unwrap_or(sys::ValueType::napi_undefined)
    }

    pub(crate) fn number(self) -> Option<f64> {
        ask(self.env, 0.0, |out| unsafe { sys::napi_get_value_double(self.env, self.raw, out) })
    }

    fn truth(self) -> Option<bool> {
        ask(self.env, false, |out| unsafe { sys::napi_get_value_bool(self.env, self.raw, out) })
    }

    fn is_list(self) -> bool {
        ask(self.env, false, |out| unsafe { sys::napi_is_array(self.env, self.raw, out) }).unwrap_or(false)
    }

    fn date(self) -> Option<f64> {
        ask(self.env, false, |out| unsafe { sys::napi_is_date(self.env, self.raw, out) }).filter(|&is| is)?;
        ask(self.env, 0.0, |out| unsafe { sys::napi_get_date_value(self.env, self.raw, out) })
    }

    /// Copies so much of a text, and says how much it was.
    fn copy(self, into: &mut [u8]) -> Option<usize> {
        let (start, length) = (into.as_mut_ptr().cast::<c_char>(), into.len());
        ask(self.env, 0, |out| unsafe { sys::napi_get_value_string_utf8(self.env, self.raw, start, length, out) })
    }

    /// Shows a text.
    pub(crate) fn text<R>(self, see: impl FnOnce(Option<&str>) -> R) -> R {
        let mut short = [0; 128];
        // A character that had no room is left out whole: less than four bytes remain then.
        match self.copy(&mut short) {
            Some(length) if length < short.len() - 4 => {
                see(std::str::from_utf8(&short[..length]).ok().filter(|text| self.is_whole(text)))
            }
            Some(_) => see(self.long_text().as_deref()),
            None => see(None),
        }
    }

    fn long_text(self) -> Option<String> {
        let units = ask(self.env, 0, |out| unsafe {
            sys::napi_get_value_string_utf16(self.env, self.raw, ptr::null_mut(), 0, out)
        })?;
        let mut bytes = vec![0; (units.saturating_mul(3) + 1).min(ENOUGH_TEXT)];
        let length = self.copy(&mut bytes)?;
        bytes.truncate(length);
        String::from_utf8(bytes).ok().filter(|text| self.is_whole(text))
    }

    /// Whether a text is just what was copied of it: of half a character (a lone surrogate) Node makes a `\u{fffd}`.
    fn is_whole(self, copied: &str) -> bool {
        if !copied.as_bytes().contains(&0xef) || !copied.contains('\u{fffd}') {
            return true;
        }
        let mut units = vec![0; ENOUGH_TEXT];
        let (start, length) = (units.as_mut_ptr(), units.len());
        let found =
            ask(self.env, 0, |out| unsafe { sys::napi_get_value_string_utf16(self.env, self.raw, start, length, out) });
        let Some(units) = found.and_then(|length| units.get(..length)) else { return false };
        char::decode_utf16(units.iter().copied()).all(|unit| unit.is_ok())
    }

    pub(crate) fn length(self) -> u32 {
        ask(self.env, 0, |out| unsafe { sys::napi_get_array_length(self.env, self.raw, out) }).unwrap_or(0)
    }

    pub(crate) fn item(self, index: u32) -> Option<Self> {
        let raw =
            ask(self.env, ptr::null_mut(), |out| unsafe { sys::napi_get_element(self.env, self.raw, index, out) })?;
        Some(Self { raw, ..self })
    }

    /// What an object has under a name; nothing, where it only comes from what all objects come from.
    fn property(self, name: &str) -> Option<Self> {
        let mut short = [0; 64];
        let raw = if name.len() < short.len() && !name.contains('\0') {
            short[..name.len()].copy_from_slice(name.as_bytes());
            let bytes = short.as_ptr().cast();
            ask(self.env, ptr::null_mut(), |out| unsafe {
                sys::napi_get_named_property(self.env, self.raw, bytes, out)
            })
        } else {
            let key = self.key(name)?;
            ask(self.env, ptr::null_mut(), |out| unsafe { sys::napi_get_property(self.env, self.raw, key, out) })
        };
        Some(Self { raw: raw?, ..self })
    }

    /// A name as JavaScript has it.
    fn key(self, name: &str) -> Option<sys::napi_value> {
        ask(self.env, ptr::null_mut(), |out| unsafe {
            sys::napi_create_string_utf8(self.env, name.as_ptr().cast(), name.len() as isize, out)
        })
    }

    /// Whether the object itself has the name.
    fn owns(self, name: &str) -> bool {
        let own = || {
            let key = self.key(name)?;
            ask(self.env, false, |out| unsafe { sys::napi_has_own_property(self.env, self.raw, key, out) })
        };
        own().unwrap_or(false)
    }

    /// What an object has under a name, or along a path; what it has under the whole name may have been read already.
    fn found(self, name: &AttributeName, read: Option<Self>) -> Option<Inside> {
        let whole = read.or_else(|| self.property(name.name()));
        match whole?.told(self, name.name()) {
            Inside::Nothing => name.path().split_first().map_or(Some(Inside::Nothing), |(first, rest)| {
                rest.iter().try_fold(self.inside(first)?, |found, name| match found {
                    Inside::Value(value, sys::ValueType::napi_object) => value.inside(name),
                    _ => Some(Inside::Nothing),
                })
            }),
            found @ Inside::Value(..) => Some(found),
        }
    }

    /// All of what an object has under a name.
    pub(crate) fn whole(self, name: &AttributeName) -> Option<Attribute> {
        let Some(Inside::Value(value, _)) = self.found(name, None) else { return None };
        value.value(0, &mut { ENOUGH_VALUES })
    }

    /// Looks at what an object has under a name, which may have been read already.
    ///
    /// Out of the way of contexts that are made ready, which it would make slower.
    #[inline(never)]
    pub(crate) fn look<R>(self, name: &AttributeName, read: Option<Self>, see: impl FnOnce(Seen<'_>) -> R) -> R {
        match self.found(name, read) {
            Some(Inside::Nothing) => see(Seen::Missing),
            Some(Inside::Value(value, kind)) => value.seen(kind, see),
            None => see(Seen::Unusable),
        }
    }

    /// What an object has under a name; none where it cannot be said.
    fn inside(self, name: &str) -> Option<Inside> {
        Some(self.property(name)?.told(self, name))
    }

    /// What a value is that an object has under a name.
    fn told(self, object: Self, name: &str) -> Inside {
        match self.kind() {
            sys::ValueType::napi_undefined => Inside::Nothing,
            // Every object has `constructor`, `toString` and the like, and nobody means them.
            sys::ValueType::napi_function if !object.owns(name) => Inside::Nothing,
            sys::ValueType::napi_object if name == "__proto__" && !object.owns(name) => Inside::Nothing,
            kind => Inside::Value(self, kind),
        }
    }

    fn seen<R>(self, kind: sys::napi_valuetype, see: impl FnOnce(Seen<'_>) -> R) -> R {
        match kind {
            sys::ValueType::napi_null => see(Seen::Missing),
            sys::ValueType::napi_string => self.text(|text| see(text.map_or(Seen::Unusable, Seen::Text))),
            sys::ValueType::napi_number => see(self.number().map_or(Seen::Unusable, Seen::Number)),
            sys::ValueType::napi_boolean => see(self.truth().map_or(Seen::Unusable, Seen::Boolean)),
            sys::ValueType::napi_object if self.is_list() => {
                let values = self.values(0, &mut { ENOUGH_VALUES });
                see(values.as_deref().map_or(Seen::Unusable, Seen::List))
            }
            sys::ValueType::napi_object => match self.date() {
                Some(millis) => match written(millis) {
                    Some(time) => see(Seen::Text(&time)),
                    None => see(Seen::Unusable),
                },
                None => see(Seen::Object),
            },
            _ => see(Seen::Unusable),
        }
    }

    fn values(self, depth: u32, left: &mut u32) -> Option<Vec<Attribute>> {
        (0..self.length().min(ENOUGH_VALUES)).map(|index| self.item(index)?.value(depth + 1, left)).collect()
    }

    /// A value of a list or an object; none where it cannot be said.
    fn value(self, depth: u32, left: &mut u32) -> Option<Attribute> {
        *left = left.saturating_sub(1);
        Some(match self.kind() {
            sys::ValueType::napi_undefined | sys::ValueType::napi_null => Attribute::Null,
            sys::ValueType::napi_string => self.text(|text| text.map(Attribute::from))?,
            sys::ValueType::napi_number => self.number()?.into(),
            sys::ValueType::napi_boolean => self.truth()?.into(),
            sys::ValueType::napi_object => match self.date() {
                Some(millis) => written(millis)?.into(),
                None if depth >= ENOUGH_DEPTH || *left == 0 => return None,
                None if self.is_list() => Attribute::List(self.values(depth, left)?),
                None => self.entries(depth, left)?,
            },
            _ => return None,
        })
    }

    /// An object with all that it has itself; what JSON leaves out is left out.
    fn entries(self, depth: u32, left: &mut u32) -> Option<Attribute> {
        let (own, of_texts) =
            (sys::KeyCollectionMode::own_only, sys::KeyFilter::enumerable | sys::KeyFilter::skip_symbols);
        let as_texts = sys::KeyConversion::numbers_to_strings;
        let raw = ask(self.env, ptr::null_mut(), |out| unsafe {
            sys::napi_get_all_property_names(self.env, self.raw, own, of_texts, as_texts, out)
        })?;
        let names = Self { raw, ..self };
        let mut entries = BTreeMap::new();
        for index in 0..names.length().min(ENOUGH_VALUES) {
            let name = names.item(index)?.text(|name| name.map(Box::<str>::from))?;
            let Some(value) = self.property(&name) else { continue };
            let is_said = !matches!(
                value.kind(),
                sys::ValueType::napi_undefined | sys::ValueType::napi_function | sys::ValueType::napi_symbol
            );
            if is_said {
                entries.insert(name, value.value(depth + 1, left)?);
            }
        }
        Some(Attribute::Object(entries))
    }

    /// Runs something and forgets the values that it touched, of which a long loop would gather many.
    pub(crate) fn scoped<R>(self, run: impl FnOnce() -> R) -> R {
        let scope = ask(self.env, ptr::null_mut(), |out| unsafe { sys::napi_open_handle_scope(self.env, out) });
        let result = run();
        if let Some(scope) = scope {
            unsafe { sys::napi_close_handle_scope(self.env, scope) };
        }
        result
    }
}

/// What stands under a name.
enum Inside {
    Nothing,
    Value(Value, sys::napi_valuetype),
}

/// Something that JavaScript holds and cannot look into.
pub enum Held {
    /// Flags.
    Flags(Arc<Flags>),
    /// A context made ready.
    Prepared(Prepared),
}

impl TypeName for Held {
    fn type_name() -> &'static str {
        "Held"
    }

    fn value_type() -> napi::ValueType {
        napi::ValueType::External
    }
}

impl ToNapiValue for Held {
    unsafe fn to_napi_value(env: sys::napi_env, held: Self) -> napi::Result<sys::napi_value> {
        unsafe extern "C" fn forget(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
            // SAFETY: made below, and given up by the one who held it.
            drop(unsafe { Box::from_raw(data.cast::<Held>()) });
        }
        let data = Box::into_raw(Box::new(held)).cast::<c_void>();
        let made = ask(env, ptr::null_mut(), |out| unsafe {
            sys::napi_create_external(env, data, Some(forget), ptr::null_mut(), out)
        });
        made.ok_or_else(|| {
            // SAFETY: nobody took it.
            drop(unsafe { Box::from_raw(data.cast::<Held>()) });
            napi::Error::from_reason("no room for another handle")
        })
    }
}

/// What was handed back during a call, which keeps it alive.
pub struct HeldInput(*const Held);

impl HeldInput {
    fn held(&self) -> &Held {
        // SAFETY: the externals that this addon is given are those that it made: `lib/flags.js` shows them to nobody.
        unsafe { &*self.0 }
    }

    pub(crate) fn flags(&self) -> Result<&Arc<Flags>> {
        match self.held() {
            Held::Flags(flags) => Ok(flags),
            Held::Prepared(_) => Err(Error::new(ErrorCode::WrongType, "expected flags")),
        }
    }
}

impl FromNapiValue for HeldInput {
    unsafe fn from_napi_value(env: sys::napi_env, raw: sys::napi_value) -> napi::Result<Self> {
        let data = ask(env, ptr::null_mut(), |out| unsafe { sys::napi_get_value_external(env, raw, out) });
        data.map(|data| Self(data.cast())).ok_or_else(|| napi::Error::from_reason("expected a handle"))
    }
}

/// A plain object, a context made ready, or nothing.
pub struct ContextInput(Option<HeldInput>, Value, sys::napi_valuetype);

impl ContextInput {
    pub(crate) fn given(&self) -> Result<Given<'_>> {
        let Some(held) = &self.0 else {
            let is_object = self.2 == sys::ValueType::napi_object;
            return Ok(if is_object { Given::Object(self.1) } else { Given::Nowhere });
        };
        match held.held() {
            Held::Prepared(prepared) => Ok(Given::Prepared(prepared)),
            Held::Flags(_) => Err(Error::new(ErrorCode::WrongType, "expected a context, found flags")),
        }
    }
}

impl FromNapiValue for ContextInput {
    unsafe fn from_napi_value(env: sys::napi_env, raw: sys::napi_value) -> napi::Result<Self> {
        let value = Value { env, raw };
        let kind = value.kind();
        let held = match kind {
            // SAFETY: as this call's.
            sys::ValueType::napi_external => Some(unsafe { HeldInput::from_napi_value(env, raw) }?),
            _ => None,
        };
        Ok(Self(held, value, kind))
    }
}

/// An instant: milliseconds or text; or none.
pub struct Moment(pub(crate) Option<Time>);

impl FromNapiValue for Moment {
    unsafe fn from_napi_value(env: sys::napi_env, raw: sys::napi_value) -> napi::Result<Self> {
        let value = Value { env, raw };
        face(|| {
            let here = |error: Error| error.at("now");
            let wrong = || Error::new(ErrorCode::InvalidTime, "expected a time, found an invalid `Date`");
            let time = match value.kind() {
                sys::ValueType::napi_undefined => None,
                sys::ValueType::napi_string => {
                    Some(value.text(|text| Time::parse(text.unwrap_or_default())).map_err(here)?)
                }
                _ => Some(value.number().and_then(instant).ok_or_else(wrong).map_err(here)?),
            };
            Ok(Self(time))
        })
    }
}

/// A list of units.
pub struct Keys(Value);

impl FromNapiValue for Keys {
    unsafe fn from_napi_value(env: sys::napi_env, raw: sys::napi_value) -> napi::Result<Self> {
        Ok(Self(Value { env, raw }))
    }
}

impl Keys {
    /// Asks something of each.
    pub(crate) fn each<T>(&self, mut ask: impl FnMut(Seen<'_>) -> T) -> Result<Vec<T>> {
        let one = |index| {
            self.0.scoped(|| {
                let answer = self.0.item(index).and_then(|key| match key.kind() {
                    sys::ValueType::napi_string => key.text(|text| Some(ask(text.map_or(Seen::Unusable, Seen::Text)))),
                    sys::ValueType::napi_number => key.number().map(|number| ask(Seen::Number(number))),
                    _ => None,
                });
                let wrong =
                    || Error::new(ErrorCode::WrongType, "expected text or a number").at(format_args!("keys[{index}]"));
                answer.ok_or_else(wrong)
            })
        };
        (0..self.0.length()).map(one).collect()
    }
}

/// A value as it was handed over.
impl FromNapiValue for Value {
    unsafe fn from_napi_value(env: sys::napi_env, raw: sys::napi_value) -> napi::Result<Self> {
        Ok(Self { env, raw })
    }
}

/// A typed array of JavaScript's.
pub struct Room(Value);

impl FromNapiValue for Room {
    unsafe fn from_napi_value(env: sys::napi_env, raw: sys::napi_value) -> napi::Result<Self> {
        Ok(Self(Value { env, raw }))
    }
}

impl Room {
    /// Writes all of a `Uint32Array`, if it has just that size.
    pub(crate) fn fill(&self, numbers: &[u32]) -> Result<()> {
        let data = self.data::<u32>(sys::TypedarrayType::uint32_array, numbers.len())?;
        // SAFETY: it has that size, nothing of JavaScript's runs meanwhile, and a typed array is aligned for its numbers.
        unsafe { ptr::copy_nonoverlapping(numbers.as_ptr(), data, numbers.len()) };
        Ok(())
    }

    /// Reads all of a `Uint8Array`, if it has just that size.
    pub(crate) fn copy(&self, into: &mut [u8]) -> Result<()> {
        let data = self.data::<u8>(sys::TypedarrayType::uint8_array, into.len())?;
        // SAFETY: as above.
        unsafe { ptr::copy_nonoverlapping(data, into.as_mut_ptr(), into.len()) };
        Ok(())
    }

    fn data<T>(&self, wanted: sys::napi_typedarray_type, size: usize) -> Result<*mut T> {
        let Value { env, raw } = self.0;
        let (mut kind, mut length, mut data) = (0, 0, ptr::null_mut());
        let status = unsafe {
            let (buffer, offset) = (ptr::null_mut(), ptr::null_mut());
            sys::napi_get_typedarray_info(env, raw, &raw mut kind, &raw mut length, &raw mut data, buffer, offset)
        };
        if status != sys::Status::napi_ok || kind != wanted || length != size {
            return Err(Error::new(ErrorCode::Internal, "no room of this size"));
        }
        Ok(data.cast())
    }
}

/// What a flag says: never an object, which would cost more than the evaluation.
pub enum Answer {
    /// The default stands.
    Default,
    /// True or false.
    Truth(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
}

impl ToNapiValue for Answer {
    unsafe fn to_napi_value(env: sys::napi_env, answer: Self) -> napi::Result<sys::napi_value> {
        // SAFETY: as this call's.
        unsafe {
            match answer {
                Self::Default => <()>::to_napi_value(env, ()),
                Self::Truth(truth) => bool::to_napi_value(env, truth),
                Self::Number(number) => f64::to_napi_value(env, number),
                Self::Text(text) => String::to_napi_value(env, text),
            }
        }
    }
}
