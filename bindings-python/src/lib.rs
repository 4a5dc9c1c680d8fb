//! The native half of the Python package `truenorth`: Python objects in, Python objects out.
//!
//! Every operation of `truenorth::desk::operations` comes through one function, [`call`]; requests are read and reports
//! written by a serde reader and writer over Python objects.

#[cfg(feature = "arrow")]
mod arrow;
mod call;
mod columns;
mod fill;
mod flags;
mod keywords;
mod patience;
mod raise;
mod read;
mod shared;
mod show;
mod spelling;
mod table;
mod write;

use pyo3::prelude::*;
use pyo3::types::IntoPyDict as _;
use truenorth::desk::operations::OPERATIONS;

/// Imported as `truenorth._truenorth`; the package in front of it is what people use.
#[pymodule]
fn _truenorth(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<table::EventTable>()?;
    module.add_class::<flags::FlagContext>()?;
    module.add_class::<flags::FlagDetails>()?;
    module.add_class::<flags::FlagSet>()?;
    module.add_function(wrap_pyfunction!(call::ask, module)?)?;
    module.add_function(wrap_pyfunction!(call::call, module)?)?;
    module.add_function(wrap_pyfunction!(show::show, module)?)?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    let after_fork = wrap_pyfunction!(flags::after_fork, module)?;
    // Where there is nothing to fork, there is nothing to register.
    if let Ok(register) = module.py().import("os")?.getattr("register_at_fork") {
        register.call((), Some(&[("after_in_child", after_fork)].into_py_dict(module.py())?))?;
    }
    let operations: Vec<_> =
        OPERATIONS.iter().map(|operation| (operation.name, operation.summary, operation.report)).collect();
    module.add("OPERATIONS", operations)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}

/// The command line; says with which code to exit.
#[pyfunction]
#[pyo3(signature = (arguments, /))]
fn main(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> i32 {
    py.detach(|| truenorth_cli::main(arguments))
}
