//! Writes reports as Python objects: dictionaries with snake_case keys, ready to be viewed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use serde::ser::{self, Serialize};

use truenorth::{Error, ErrorCode};

use crate::raise::raise;
use crate::spelling::snake;

/// Writes a value.
pub(crate) fn write<'py, T: Serialize + ?Sized>(py: Python<'py>, value: &T) -> PyResult<Bound<'py, PyAny>> {
    value.serialize(Writer(py)).map_err(|Failed(error)| error)
}

/// Why something could not be written: a bug here, or no memory left.
#[derive(Debug)]
struct Failed(PyErr);

impl From<PyErr> for Failed {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: fmt::Display>(said: T) -> Self {
        Self(Python::attach(|py| raise(py, &Error::new(ErrorCode::Internal, said.to_string()))))
    }
}

/// Where the program holds a name, how long it is, and whether it is a field's.
type Place = (usize, usize, bool);

/// Addresses are as good as random once multiplied.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u8(byte);
        }
    }
    fn write_u8(&mut self, byte: u8) {
        self.write_usize(byte.into());
    }
    fn write_usize(&mut self, part: usize) {
        self.0 = (self.0.rotate_left(23) ^ part as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

thread_local! {
    /// The Python strings of field names and words, made once in each thread.
    static NAMES: RefCell<HashMap<Place, Py<PyString>, BuildHasherDefault<Mix>>> = RefCell::default();
}

#[derive(Clone, Copy)]
struct Writer<'py>(Python<'py>);

impl<'py> Writer<'py> {
    /// The Python string of a name that the program holds for ever: a field's in snake case, a word's as it is.
    fn name(self, name: &'static str, field: bool) -> Bound<'py, PyString> {
        let place = (name.as_ptr() as usize, name.len(), field);
        if let Some(known) = NAMES.with_borrow(|names| names.get(&place).map(|known| known.bind(self.0).clone())) {
            return known;
        }
        let made = if field { PyString::intern(self.0, &snake(name)) } else { PyString::intern(self.0, name) };
        let kept = made.clone().unbind();
        NAMES.with_borrow_mut(|names| names.insert(place, kept));
        made
    }

    fn list(self, wrap: Option<&'static str>) -> List<'py> {
        List { items: Vec::new(), wrap, writer: self }
    }

    fn object(self, wrap: Option<&'static str>) -> Object<'py> {
        Object { dict: PyDict::new(self.0), key: None, wrap, writer: self }
    }

    fn wrapped(self, wrap: Option<&'static str>, value: Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Failed> {
        let Some(variant) = wrap else { return Ok(value) };
        let dict = PyDict::new(self.0);
        dict.set_item(self.name(variant, true), value)?;
        Ok(dict.into_any())
    }
}

macro_rules! whole {
    ($($method:ident: $type:ty,)+) => {
        $(fn $method(self, value: $type) -> Result<Self::Ok, Failed> {
            Ok(PyInt::new(self.0, value).into_any())
        })+
    };
}

impl<'py> ser::Serializer for Writer<'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = Failed;
    type SerializeSeq = List<'py>;
    type SerializeTuple = List<'py>;
    type SerializeTupleStruct = List<'py>;
    type SerializeTupleVariant = List<'py>;
    type SerializeMap = Object<'py>;
    type SerializeStruct = Object<'py>;
    type SerializeStructVariant = Object<'py>;

    whole! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
    }

    fn serialize_bool(self, value: bool) -> Result<Self::Ok, Failed> {
        Ok(PyBool::new(self.0, value).to_owned().into_any())
    }

    fn serialize_f32(self, value: f32) -> Result<Self::Ok, Failed> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<Self::Ok, Failed> {
        if value.is_finite() {
            Ok(PyFloat::new(self.0, value).into_any())
        } else {
            Err(ser::Error::custom(format_args!("a report holds `{value}`")))
        }
    }

    fn serialize_char(self, value: char) -> Result<Self::Ok, Failed> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Self::Ok, Failed> {
        Ok(PyString::new(self.0, value).into_any())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Self::Ok, Failed> {
        Ok(pyo3::types::PyBytes::new(self.0, value).into_any())
    }

    fn serialize_none(self) -> Result<Self::Ok, Failed> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Failed> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Self::Ok, Failed> {
        Ok(self.0.None().into_bound(self.0))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Self::Ok, Failed> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Self::Ok, Failed> {
        Ok(self.name(variant, false).into_any())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Self::Ok, Failed> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Self::Ok, Failed> {
        self.wrapped(Some(variant), value.serialize(self)?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'py>, Failed> {
        Ok(self.list(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'py>, Failed> {
        Ok(self.list(None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'py>, Failed> {
        Ok(self.list(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'py>, Failed> {
        Ok(self.list(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'py>, Failed> {
        Ok(self.object(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'py>, Failed> {
        Ok(self.object(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'py>, Failed> {
        Ok(self.object(Some(variant)))
    }
}

/// A list under way.
struct List<'py> {
    items: Vec<Bound<'py, PyAny>>,
    wrap: Option<&'static str>,
    writer: Writer<'py>,
}

impl<'py> ser::SerializeSeq for List<'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = Failed;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.items.push(value.serialize(self.writer)?);
        Ok(())
    }

    fn end(self) -> Result<Self::Ok, Failed> {
        let list = PyList::new(self.writer.0, self.items)?;
        self.writer.wrapped(self.wrap, list.into_any())
    }
}

/// A dictionary under way.
struct Object<'py> {
    dict: Bound<'py, PyDict>,
    key: Option<Bound<'py, PyAny>>,
    wrap: Option<&'static str>,
    writer: Writer<'py>,
}

impl<'py> Object<'py> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failed> {
        self.dict.set_item(self.writer.name(name, true), value.serialize(self.writer)?)?;
        Ok(())
    }

    fn close(self) -> Result<Bound<'py, PyAny>, Failed> {
        self.writer.wrapped(self.wrap, self.dict.into_any())
    }
}

impl<'py> ser::SerializeMap for Object<'py> {
    type Ok = Bound<'py, PyAny>;
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        self.key = Some(key.serialize(self.writer)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let key = self.key.take().ok_or_else(|| <Failed as ser::Error>::custom("a value without its key"))?;
        self.dict.set_item(key, value.serialize(self.writer)?)?;
        Ok(())
    }

    fn end(self) -> Result<Self::Ok, Failed> {
        self.close()
    }
}

macro_rules! like {
    ($($trait:ident for $type:ident, $method:ident;)+) => {
        $(impl<'py> ser::$trait for $type<'py> {
            type Ok = Bound<'py, PyAny>;
            type Error = Failed;
            like!($method $type);
        })+
    };
    (serialize_element List) => {
        fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
            ser::SerializeSeq::serialize_element(self, value)
        }
        fn end(self) -> Result<Self::Ok, Failed> {
            ser::SerializeSeq::end(self)
        }
    };
    (serialize_field List) => {
        fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
            ser::SerializeSeq::serialize_element(self, value)
        }
        fn end(self) -> Result<Self::Ok, Failed> {
            ser::SerializeSeq::end(self)
        }
    };
    (serialize_field Object) => {
        fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failed> {
            self.field(name, value)
        }
        fn end(self) -> Result<Self::Ok, Failed> {
            self.close()
        }
    };
}

like! {
    SerializeTuple for List, serialize_element;
    SerializeTupleStruct for List, serialize_field;
    SerializeTupleVariant for List, serialize_field;
    SerializeStruct for Object, serialize_field;
    SerializeStructVariant for Object, serialize_field;
}
