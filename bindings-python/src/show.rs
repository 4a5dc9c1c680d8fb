//! Reports as people read them: text, markdown, HTML, OpenMetrics.

use pyo3::prelude::*;
use truenorth::desk::render::{self, TextOptions};
use truenorth::dora::DoraReport;
use truenorth::{Error, ErrorCode};

use crate::patience::{given, whole};
use crate::raise::raise_fault;
use crate::read::Reader;

/// A report as text of some format; `None` for a report that has no such form.
#[pyfunction]
#[pyo3(signature = (report, data, format, color, width, /))]
pub(crate) fn show(
    py: Python<'_>,
    report: &str,
    data: &Bound<'_, PyAny>,
    format: &str,
    color: bool,
    width: usize,
) -> PyResult<Option<String>> {
    if report != "DoraReport" {
        return Ok(None);
    }
    let report: DoraReport = Reader::default().read(data).map_err(|fault| raise_fault(py, fault))?;
    let options = TextOptions { color, width, ..TextOptions::default() };
    whole(py, || {
        let shown = match format {
            "text" => Ok(render::text(&report, options)),
            "markdown" => Ok(render::markdown(&report)),
            "html" => Ok(render::html(&report)),
            "openmetrics" => Ok(render::openmetrics(&report)),
            _ => Err(Error::new(ErrorCode::Internal, "no such format")),
        };
        given(py, shown).map(Some)
    })
}
