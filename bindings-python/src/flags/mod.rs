//! `FlagSet`: feature flags that are evaluated while they are exchanged.

mod context;
mod details;
mod seen;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyList, PyString};
use serde_json::Value;
use truenorth::flags::{self, Attributes, Evaluation, FlagType, Keyed, Remembered, Ruleset};
use truenorth::{Error, ErrorCode, Result};
use truenorth_cli::read_document;

use self::context::{Asked, instant};
use self::details::problem;
use self::seen::seen;
use self::watch::Kept;
use crate::patience::{given, short, whole};
use crate::raise::{raise, raise_fault};
use crate::read::{Reader, kind_of, plain};
use crate::table::viewed;
use crate::write::write;

pub(crate) use self::context::FlagContext;
pub(crate) use self::details::FlagDetails;
pub(crate) use self::watch::after_fork;

/// After so many units of a column, Ctrl-C is looked for.
const UNITS: usize = 10_000;

/// Feature flags, ready to be evaluated from many threads while they are exchanged.
#[pyclass(frozen, module = "truenorth", name = "FlagSet")]
#[derive(Debug)]
pub(crate) struct FlagSet {
    kept: Arc<Kept>,
}

/// Makes something of definitions: JSON text, or the same as a dictionary.
fn parsed<T: Send>(
    py: Python<'_>,
    definitions: &Bound<'_, PyAny>,
    parse: impl FnOnce(&str) -> Result<T> + Send,
) -> PyResult<T> {
    if let Ok(text) = definitions.cast::<PyString>() {
        let text = text.to_str().map_err(|_| {
            let sentence = "expected text, found a lone surrogate in it";
            raise(py, &Error::new(ErrorCode::InvalidUtf8, sentence).at("definitions"))
        })?;
        return given(py, short(py, |_| parse(text)));
    }
    if !definitions.is_instance_of::<PyDict>() {
        let sentence = format!("expected JSON text or a dict, found {}", kind_of(definitions));
        return Err(raise(py, &Error::new(ErrorCode::WrongType, sentence).at("definitions")));
    }
    let value: Value = Reader::default().read(definitions).map_err(|fault| raise_fault(py, fault))?;
    given(py, short(py, |_| parse(&value.to_string())))
}

impl FlagSet {
    /// What a typed getter answers; absent: the default stands.
    fn get<'py, T>(
        &self,
        py: Python<'py>,
        (name, wanted): (&str, FlagType),
        context: Option<&Bound<'py, PyAny>>,
        now: Option<&Bound<'py, PyAny>>,
        take: impl FnOnce(&Value) -> Option<T>,
    ) -> PyResult<Option<T>> {
        whole(py, || {
            let asked = Asked::new(py, context, now)?;
            Ok(self.kept.set.see(name, wanted, &asked, |found| found.value().and_then(take)))
        })
    }
}

#[pymethods]
impl FlagSet {
    /// Reads a file of flags: JSON, or YAML where its name ends so.
    #[staticmethod]
    fn from_file(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let set = short(py, move |_| read_document(&path, flags::FlagSet::parse));
        Ok(Self { kept: Kept::new(given(py, set)?) })
    }

    /// Reads definitions: JSON text, or the same as a dictionary.
    #[staticmethod]
    fn parse(py: Python<'_>, definitions: &Bound<'_, PyAny>) -> PyResult<Self> {
        whole(py, || Ok(Self { kept: Kept::new(parsed(py, definitions, flags::FlagSet::parse)?) }))
    }

    /// Reads a file of flags, and reads it again whenever it changes.
    #[staticmethod]
    #[pyo3(signature = (path, *, every = 0.5, on_reload = None))]
    fn watch(py: Python<'_>, path: PathBuf, every: f64, on_reload: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        whole(py, || {
            let listener = on_reload.map(|listener| callable(py, listener)).transpose()?;
            // The interpreter stays: no other thread of it may fork while the watch begins.
            let kept = given(py, Kept::watching(path, every))?;
            if let Some(listener) = listener {
                kept.listen(listener);
            }
            Ok(Self { kept })
        })
    }

    /// Whether the flags go with their file.
    #[getter]
    fn watching(&self) -> bool {
        self.kept.is_watching()
    }

    /// Lets the flags stay as they are, whatever becomes of the file.
    fn unwatch(&self) {
        self.kept.unwatch();
    }

    /// Calls somebody after each reload: with nothing, or with what was wrong with a file that is watched.
    #[pyo3(signature = (listener, /))]
    fn on_reload(&self, py: Python<'_>, listener: Bound<'_, PyAny>) -> PyResult<()> {
        self.kept.listen(callable(py, listener)?);
        Ok(())
    }

    /// Calls somebody no more.
    #[pyo3(signature = (listener, /))]
    fn off_reload(&self, py: Python<'_>, listener: &Bound<'_, PyAny>) -> PyResult<()> {
        self.kept.forget(py, listener)
    }

    /// Reads other definitions in place of these, which stay where the new ones cannot be read.
    fn reload(&self, py: Python<'_>, definitions: &Bound<'_, PyAny>) -> PyResult<()> {
        whole(py, || parsed(py, definitions, |text| self.kept.set.reload(text)))?;
        self.kept.tell(py, None);
        Ok(())
    }

    /// Listeners may hold the set that holds them.
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> std::result::Result<(), pyo3::PyTraverseError> {
        self.kept.listeners().iter().try_for_each(|listener| visit.call(listener))
    }

    fn __clear__(&self) {
        self.kept.listeners().clear();
    }

    /// The value of a boolean flag, or the default.
    #[pyo3(signature = (name, context = None, *, default = false, now = None))]
    fn boolean<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        context: Option<&Bound<'py, PyAny>>,
        #[pyo3(from_py_with = truth)] default: bool,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<bool> {
        Ok(self.get(py, (name, FlagType::Boolean), context, now, Value::as_bool)?.unwrap_or(default))
    }

    /// The value of a flag of texts, or the default.
    #[pyo3(signature = (name, context = None, *, default = None, now = None))]
    fn string<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        context: Option<&Bound<'py, PyAny>>,
        #[pyo3(from_py_with = text)] default: Option<Bound<'py, PyString>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyString>> {
        let text = |value: &Value| value.as_str().map(|text| PyString::new(py, text));
        let found = self.get(py, (name, FlagType::String), context, now, text)?;
        Ok(found.or(default).unwrap_or_else(|| PyString::new(py, "")))
    }

    /// The value of a flag of whole numbers, or the default.
    #[pyo3(signature = (name, context = None, *, default = None, now = None))]
    fn integer<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        context: Option<&Bound<'py, PyAny>>,
        #[pyo3(from_py_with = integer)] default: Option<Bound<'py, PyInt>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyInt>> {
        let number = |value: &Value| value.as_i64().map(|number| PyInt::new(py, number));
        let found = self.get(py, (name, FlagType::Integer), context, now, number)?;
        Ok(found.or(default).unwrap_or_else(|| PyInt::new(py, 0)))
    }

    /// The value of a flag of numbers, whole or not, or the default.
    #[pyo3(signature = (name, context = None, *, default = 0.0, now = None))]
    fn number<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        context: Option<&Bound<'py, PyAny>>,
        #[pyo3(from_py_with = number)] default: f64,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyFloat>> {
        let found = self.get(py, (name, FlagType::Number), context, now, Value::as_f64)?;
        Ok(PyFloat::new(py, found.unwrap_or(default)))
    }

    /// The value of a flag of objects or lists, or the default, which may be anything.
    #[pyo3(signature = (name, context = None, *, default = None, now = None))]
    fn object<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        context: Option<&Bound<'py, PyAny>>,
        default: Option<Bound<'py, PyAny>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let whole = |value: &Value| Some(write(py, value));
        let found = self.get(py, (name, FlagType::Object), context, now, whole)?;
        found.transpose().map(|found| found.or(default))
    }

    /// The values of a boolean flag for a column of units; everything else in the context is the same for all.
    #[pyo3(signature = (name, keys, context = None, *, default = false, now = None))]
    fn booleans<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        keys: &Bound<'py, PyAny>,
        context: Option<&Bound<'py, PyAny>>,
        #[pyo3(from_py_with = truth)] default: bool,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Vec<bool>> {
        whole(py, || {
            let (asked, keys, rules) = (Asked::new(py, context, now)?, units(py, keys)?, self.kept.set.rules());
            if asked.is_dict() {
                truths(&self.kept.set, (name, default), &keys, &Remembered::new(&rules, asked))
            } else {
                truths(&self.kept.set, (name, default), &keys, &asked)
            }
        })
    }

    /// A flag's value with all that is said of it; not recorded as an exposure.
    #[pyo3(signature = (name, context = None, *, now = None))]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        context: Option<&Bound<'py, PyAny>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<FlagDetails> {
        whole(py, || {
            let asked = Asked::new(py, context, now)?;
            FlagDetails::new(py, name, &self.kept.set.rules().evaluate(name, &asked))
        })
    }

    /// What is said of a flag that is wanted as a type; recorded as an exposure like the getters.
    fn _resolve(
        &self,
        py: Python<'_>,
        name: &str,
        wanted: &str,
        context: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<FlagDetails> {
        let wanted = match wanted {
            "boolean" => FlagType::Boolean,
            "string" => FlagType::String,
            "integer" => FlagType::Integer,
            "number" => FlagType::Number,
            _ => FlagType::Object,
        };
        whole(py, || {
            let asked = Asked::new(py, context, None)?;
            self.kept.set.see(name, wanted, &asked, |found| FlagDetails::new(py, name, found))
        })
    }

    /// The flags as they are now, whatever becomes of these.
    fn _kept(&self) -> Self {
        Self { kept: Kept::new(self.kept.set.rules().into()) }
    }

    /// The names of flags that are otherwise than they were.
    fn _changed_since(&self, old: &Self) -> Vec<String> {
        self.kept.set.rules().changes_since(&old.kept.set.rules())
    }

    /// The values of all flags, `None` where the caller's default stands; not recorded as exposures.
    #[pyo3(signature = (context = None, *, now = None))]
    fn evaluate_all<'py>(
        &self,
        py: Python<'py>,
        context: Option<&Bound<'py, PyAny>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        whole(py, || {
            let (asked, rules, values) = (Asked::new(py, context, now)?, self.kept.set.rules(), PyDict::new(py));
            if asked.is_dict() {
                set_all(&values, &rules, &Remembered::new(&rules, asked))?;
            } else {
                set_all(&values, &rules, &asked)?;
            }
            Ok(values)
        })
    }

    /// A flag's value, and each step by which it was found.
    #[pyo3(signature = (name, context = None, *, now = None))]
    fn explain<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        context: Option<&Bound<'py, PyAny>>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        whole(py, || {
            let asked = Asked::new(py, context, now)?;
            viewed(py, "FlagExplanation", write(py, &self.kept.set.rules().explain(name, &asked).report())?)
        })
    }

    /// A context read once and made ready for these flags; after a reload it still answers, only slower.
    #[pyo3(signature = (context, *, now = None))]
    fn prepare<'py>(
        &self,
        py: Python<'py>,
        context: &Bound<'py, PyAny>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<FlagContext> {
        whole(py, || FlagContext::of(py, context, &self.kept.set.rules(), instant(py, now)?))
    }

    /// The flags' names, in alphabetical order.
    fn names(&self) -> Vec<String> {
        self.kept.set.rules().names().map(str::to_owned).collect()
    }

    /// What is wrong with single flags, segments, layers or holdouts; they harm no others.
    #[getter]
    fn problems(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let list = PyList::empty(py);
        for found in self.kept.set.rules().problems() {
            list.append(viewed(py, "FlagProblem", problem(py, found)?)?)?;
        }
        Ok(py.import("truenorth._views")?.call_method1("Rows", (list,))?.unbind())
    }

    /// From now on, remembers who was given what by the typed getters; at most so many that nobody has taken yet.
    #[pyo3(signature = (most = 100_000))]
    fn record_exposures(&self, most: usize) {
        self.kept.set.begin_exposures(most);
    }

    /// Hands out the exposures since the last time.
    fn take_exposures(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let taken = self.kept.set.exposures().map(flags::Exposures::take).unwrap_or_default();
        Ok(write(py, &taken)?.unbind())
    }

    /// How many exposures found no room.
    #[getter]
    fn exposures_lost(&self) -> u64 {
        self.kept.set.exposures().map_or(0, flags::Exposures::lost)
    }

    fn __len__(&self) -> usize {
        self.kept.set.rules().len()
    }

    fn __contains__(&self, name: &str) -> bool {
        self.kept.set.rules().handle(name).is_some()
    }

    fn __repr__(&self) -> String {
        let rules = self.kept.set.rules();
        format!("<FlagSet: {} flags, {} problems>", rules.len(), rules.problems().len())
    }

    #[expect(clippy::unused_self, reason = "Python calls it on a set")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a FlagSet cannot be pickled: send the definitions, and parse them there"))
    }
}

fn truth(default: &Bound<'_, PyAny>) -> PyResult<bool> {
    default_of(default, "a bool")
}

fn text<'py>(default: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyString>>> {
    default_of(default, "a text")
}

fn integer<'py>(default: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyInt>>> {
    default_of(default, "a whole number")
}

fn number(default: &Bound<'_, PyAny>) -> PyResult<f64> {
    default_of(default, "a number")
}

/// A default of the type that is asked for; another is refused by its name.
fn default_of<'a, 'py, T: FromPyObject<'a, 'py>>(default: &'a Bound<'py, PyAny>, words: &str) -> PyResult<T> {
    default.extract().map_err(|_: T::Error| {
        let sentence = format!("expected {words}, found {}", kind_of(default));
        raise(default.py(), &Error::new(ErrorCode::WrongType, sentence).at("default"))
    })
}

fn callable(py: Python<'_>, listener: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    if listener.is_callable() {
        return Ok(listener.unbind());
    }
    let sentence = format!("expected a function, found {}", kind_of(&listener));
    Err(raise(py, &Error::new(ErrorCode::WrongType, sentence).at("on_reload")))
}

/// The units of a column: those of a library's array as Python's own numbers and texts.
fn units<'py>(py: Python<'py>, keys: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if keys.is_instance_of::<PyList>() {
        return Ok(keys.clone());
    }
    let refused = || {
        let sentence = format!("expected a list of texts or whole numbers, found {}", kind_of(keys));
        raise(py, &Error::new(ErrorCode::WrongType, sentence).at("keys"))
    };
    if keys.is_instance_of::<PyString>() || keys.is_instance_of::<PyDict>() {
        return Err(refused());
    }
    if keys.hasattr("dtype")?
        && let Some(list) = plain(keys).map_err(|fault| raise_fault(py, fault.at("keys")))?
    {
        return Ok(list);
    }
    if keys.try_iter().is_err() {
        return Err(refused());
    }
    Ok(keys.clone())
}

/// The truth of a flag for each of a column of units.
fn truths(
    set: &flags::FlagSet,
    (name, default): (&str, bool),
    keys: &Bound<'_, PyAny>,
    others: &impl Attributes,
) -> PyResult<Vec<bool>> {
    let mut values = Vec::new();
    for (index, key) in keys.try_iter()?.enumerate() {
        if index % UNITS == 0 {
            keys.py().check_signals()?;
        }
        values.push(seen(&key?, 0, |key| set.boolean(name, &Keyed { others, key }, default)));
    }
    Ok(values)
}

fn set_all(values: &Bound<'_, PyDict>, rules: &Ruleset, asked: &impl Attributes) -> PyResult<()> {
    rules.evaluate_all(asked).try_for_each(|(name, found)| values.set_item(name, value(values.py(), &found)?))
}

fn value<'py>(py: Python<'py>, found: &Evaluation<'_>) -> PyResult<Option<Bound<'py, PyAny>>> {
    found.value().map(|value| write(py, value)).transpose()
}
