//! What a manager would say.

use super::types::DoraReport;

pub(crate) fn sentences(_report: &DoraReport) -> Vec<String> {
    Vec::new()
}
