//! Data frames of any library, by the Arrow PyCapsule interface: their cells are read where they lie.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>

use arrow_array::cast::AsArray as _;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{
    Float64Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt64Type,
};
use arrow_array::{Array, RecordBatchReader as _};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use truenorth::ErrorCode;

use crate::columns::{Own, OwnCells, Texts, is_time};
use crate::read::Fault;

/// The columns of a frame; `None` when it does not speak Arrow.
pub(crate) fn columns(data: &Bound<'_, PyAny>) -> Result<Option<Vec<Own>>, Fault> {
    let Some(stream) = stream(data)? else { return Ok(None) };
    let mut builders: Vec<Builder> =
        stream.schema().fields().iter().map(|field| Builder::new(field.name(), field.data_type())).collect();
    for batch in stream {
        let batch = batch.map_err(|error| unreadable(&error))?;
        for (builder, cells) in builders.iter_mut().zip(batch.columns()) {
            builder.take(cells.as_ref()).map_err(|fault| fault.at(&builder.name))?;
        }
    }
    // pandas sends its index along.
    builders.retain(|builder| !(builder.name.starts_with("__index_level_") && builder.name.ends_with("__")));
    Ok(Some(builders.into_iter().map(Builder::end).collect()))
}

/// A series as the only column of a frame; `None` when it does not speak Arrow.
pub(crate) fn series(name: &str, data: &Bound<'_, PyAny>) -> Result<Option<Own>, Fault> {
    if !data.hasattr("__arrow_c_stream__")? || !data.hasattr("to_frame")? {
        return Ok(None);
    }
    let Some(stream) = stream(&data.call_method0("to_frame")?)? else { return Ok(None) };
    let mut builder = match stream.schema().fields().last() {
        Some(field) => Builder::new(name, field.data_type()),
        None => return Ok(None),
    };
    // pandas puts the index last.
    let place = stream.schema().fields().iter().position(|field| !field.name().starts_with("__index_level_"));
    if let Some(field) = place.and_then(|place| stream.schema().fields().get(place).cloned()) {
        builder = Builder::new(name, field.data_type());
    }
    for batch in stream {
        let batch = batch.map_err(|error| unreadable(&error))?;
        if let Some(cells) = batch.columns().get(place.unwrap_or_default()) {
            builder.take(cells.as_ref())?;
        }
    }
    Ok(Some(builder.end()))
}

/// The stream that a frame exports.
fn stream(data: &Bound<'_, PyAny>) -> Result<Option<RecordBatchStreamReader>, Fault> {
    let Some(export) = data.getattr_opt("__arrow_c_stream__")? else { return Ok(None) };
    let capsule = match export.call0() {
        Ok(capsule) => capsule,
        // pandas needs pyarrow for it; without, its columns are read one by one.
        Err(error) if error.is_instance_of::<PyImportError>(data.py()) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let capsule = capsule.cast_into::<PyCapsule>().map_err(PyErr::from)?;
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?;
    // SAFETY: the interface promises that a capsule of this name holds a valid ArrowArrayStream that nobody else uses.
    // The reader moves it out and leaves a released one behind, so that the capsule does not release it again.
    #[expect(unsafe_code, reason = "the stream comes as a pointer across the C interface of Arrow")]
    let stream = unsafe { RecordBatchStreamReader::from_raw(pointer.cast::<FFI_ArrowArrayStream>().as_ptr()) };
    stream.map(Some).map_err(|error| unreadable(&error))
}

fn unreadable(error: &ArrowError) -> Fault {
    Fault::new(ErrorCode::InvalidRecord, format!("the data frame cannot be read: {error}"))
}

/// A column on its way out of Arrow's batches.
struct Builder {
    name: String,
    cells: Cells,
    present: Vec<u8>,
    /// How many times were finer than a microsecond.
    floored: u64,
}

enum Cells {
    Texts(Texts),
    Micros(Vec<i64>),
    Truths(Vec<u8>),
}

impl Builder {
    fn new(name: &str, of: &DataType) -> Self {
        let cells = match of {
            DataType::Timestamp(..) => Cells::Micros(Vec::new()),
            DataType::Boolean => Cells::Truths(Vec::new()),
            of if of.is_integer() && is_time(name) => Cells::Micros(Vec::new()),
            _ => Cells::Texts(Texts::default()),
        };
        Self { name: name.to_owned(), cells, present: Vec::new(), floored: 0 }
    }

    fn end(self) -> Own {
        let cells = match self.cells {
            Cells::Texts(texts) => texts.cells(),
            Cells::Micros(micros) => OwnCells::Micros(micros),
            Cells::Truths(truths) => OwnCells::Truths(truths),
        };
        Own::new(&self.name, cells, self.present).floored(self.floored)
    }

    fn take(&mut self, array: &dyn Array) -> Result<(), Fault> {
        let present = &mut self.present;
        match (&mut self.cells, array.data_type()) {
            (Cells::Texts(texts), DataType::Utf8) => texts_of(texts, present, array.as_string::<i32>().iter()),
            (Cells::Texts(texts), DataType::LargeUtf8) => texts_of(texts, present, array.as_string::<i64>().iter()),
            (Cells::Texts(texts), DataType::Utf8View) => texts_of(texts, present, array.as_string_view().iter()),
            (Cells::Texts(texts), DataType::Dictionary(..)) => return dictionary(texts, present, array),
            (Cells::Texts(texts), DataType::Null) => {
                texts_of(texts, present, (0..array.len()).map(|_| None::<&str>));
            }
            (Cells::Texts(texts), DataType::Float64)
                if (0..array.len())
                    .all(|row| array.is_null(row) || array.as_primitive::<Float64Type>().value(row).is_nan()) =>
            {
                // What is absent everywhere has no type of its own in pandas.
                texts_of(texts, present, (0..array.len()).map(|_| None::<&str>));
            }
            (Cells::Texts(texts), DataType::UInt64) => {
                let whole = array.as_primitive::<UInt64Type>();
                texts_of(texts, present, whole.iter().map(|cell| cell.map(|number| number.to_string())));
            }
            (Cells::Texts(texts), of) if of.is_integer() => {
                let whole = whole(array)?;
                texts_of(texts, present, whole.into_iter().map(|cell| cell.map(|number| number.to_string())));
            }
            (Cells::Micros(micros), DataType::Timestamp(unit, Some(_))) => {
                self.floored += times(micros, present, array, *unit);
            }
            (Cells::Micros(_), DataType::Timestamp(_, None)) => {
                return Err(Fault::new(
                    ErrorCode::InvalidTime,
                    "expected times of a zone, found naive ones; say whose they are before you hand them over",
                ));
            }
            (Cells::Micros(micros), of) if of.is_integer() => {
                for cell in whole(array)? {
                    present.push(u8::from(cell.is_some()));
                    micros.push(cell.unwrap_or_default());
                }
            }
            (Cells::Truths(truths), DataType::Boolean) => {
                for cell in array.as_boolean() {
                    present.push(u8::from(cell.is_some()));
                    truths.push(u8::from(cell == Some(true)));
                }
            }
            (_, of) => {
                let sentence =
                    format!("expected a column of text, times, truths or whole numbers, found one of `{of}`");
                return Err(Fault::new(ErrorCode::WrongType, sentence));
            }
        }
        Ok(())
    }
}

fn texts_of<T: AsRef<str>>(texts: &mut Texts, present: &mut Vec<u8>, cells: impl Iterator<Item = Option<T>>) {
    for cell in cells {
        present.push(u8::from(cell.is_some()));
        match cell {
            Some(text) => texts.push(text.as_ref()),
            None => texts.skip(),
        }
    }
}

/// Each text of the dictionary is looked up once.
fn dictionary(texts: &mut Texts, present: &mut Vec<u8>, array: &dyn Array) -> Result<(), Fault> {
    let array = array.as_any_dictionary();
    let mut names = Texts::default();
    let mut there = Vec::new();
    match array.values().data_type() {
        DataType::Utf8 => texts_of(&mut names, &mut there, array.values().as_string::<i32>().iter()),
        DataType::LargeUtf8 => texts_of(&mut names, &mut there, array.values().as_string::<i64>().iter()),
        DataType::Utf8View => texts_of(&mut names, &mut there, array.values().as_string_view().iter()),
        of => {
            return Err(Fault::new(
                ErrorCode::WrongType,
                format!("expected a column of text, found categories of `{of}`"),
            ));
        }
    }
    let OwnCells::Texts { codes, names } = names.cells() else { return Ok(()) };
    let codes: Vec<Option<u32>> = codes
        .iter()
        .zip(there)
        .map(|(&code, there)| names.get(code as usize).filter(|_| there != 0).map(|name| texts.code(name)))
        .collect();
    let keys = array.normalized_keys();
    for (row, key) in keys.into_iter().enumerate() {
        let code = codes.get(key).copied().flatten().filter(|_| !array.is_null(row));
        present.push(u8::from(code.is_some()));
        match code {
            Some(code) => texts.repeat(code),
            None => texts.skip(),
        }
    }
    Ok(())
}

fn whole(array: &dyn Array) -> Result<Vec<Option<i64>>, Fault> {
    macro_rules! widened {
        ($($form:ident $type:ident,)+) => {
            match array.data_type() {
                DataType::Int64 => Ok(array.as_primitive::<Int64Type>().iter().collect()),
                $(DataType::$form => {
                    let cells = array.as_primitive::<arrow_array::types::$type>();
                    Ok(cells.iter().map(|cell| cell.map(i64::from)).collect())
                })+
                // Beyond the years that there are, and so refused further in.
                _ => Ok(array
                    .as_primitive::<UInt64Type>()
                    .iter()
                    .map(|cell| cell.map(|number| i64::try_from(number).unwrap_or(i64::MAX)))
                    .collect()),
            }
        };
    }
    widened! {
        Int8 Int8Type, Int16 Int16Type, Int32 Int32Type, UInt8 UInt8Type, UInt16 UInt16Type, UInt32 UInt32Type,
    }
}

/// Microseconds; finer ones are floored and counted, those beyond 64 bits are refused further in.
fn times(micros: &mut Vec<i64>, present: &mut Vec<u8>, array: &dyn Array, unit: TimeUnit) -> u64 {
    let mut push = |cells: &mut dyn Iterator<Item = Option<i64>>| {
        for cell in cells {
            present.push(u8::from(cell.is_some()));
            micros.push(cell.unwrap_or_default());
        }
    };
    match unit {
        TimeUnit::Second => {
            let cells = array.as_primitive::<TimestampSecondType>();
            push(&mut cells.iter().map(|cell| cell.map(|seconds| seconds.saturating_mul(1_000_000))));
        }
        TimeUnit::Millisecond => {
            let cells = array.as_primitive::<TimestampMillisecondType>();
            push(&mut cells.iter().map(|cell| cell.map(|millis| millis.saturating_mul(1000))));
        }
        TimeUnit::Microsecond => push(&mut array.as_primitive::<TimestampMicrosecondType>().iter()),
        TimeUnit::Nanosecond => {
            let cells = array.as_primitive::<TimestampNanosecondType>();
            push(&mut cells.iter().map(|cell| cell.map(|nanos| nanos.div_euclid(1000))));
            return cells.iter().flatten().filter(|nanos| nanos % 1000 != 0).count() as u64;
        }
    }
    0
}
