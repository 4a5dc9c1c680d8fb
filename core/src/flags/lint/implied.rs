//! Whether whoever passes one condition surely passes another.

use super::super::types::Condition;
use super::clash::{members, passes_missing, size};
use super::file::Part;
use super::values::Values;

/// Whether all that pass `narrow` pass `wide`; false where it cannot be told, or takes more steps than there are.
pub(super) fn implies(narrow: &Condition, wide: &Condition, budget: &Part) -> bool {
    if !budget.spend(1) {
        return false;
    }
    if let Some(parts) = &wide.all {
        return !parts.is_empty() && parts.iter().all(|part| implies(narrow, part, budget));
    }
    if let Some(parts) = &narrow.any {
        return !parts.is_empty() && parts.iter().all(|part| implies(part, wide, budget));
    }
    narrow.all.iter().flatten().any(|part| implies(part, wide, budget))
        || wide.any.iter().flatten().any(|part| implies(narrow, part, budget))
        || (narrow.attribute.is_some() && narrow.attribute == wide.attribute && compares_closer(narrow, wide, budget))
        || is_equal(narrow, wide, budget)
}

fn is_equal(a: &Condition, b: &Condition, budget: &Part) -> bool {
    // What is not as large is not equal, and that is soon told.
    let most = budget.left();
    budget.spend(size(a, most).min(size(b, most))) && a == b
}

/// Of one attribute: whether the one comparison asks for no less than the other.
fn compares_closer(narrow: &Condition, wide: &Condition, budget: &Part) -> bool {
    if wide.present == Some(true) {
        return !passes_missing(narrow);
    }
    if narrow.coerce != wide.coerce || (passes_missing(narrow) && !passes_missing(wide)) {
        return false;
    }
    if let (Some(few), Some(many)) = (members(narrow), members(wide)) {
        if !budget.spend(few.len().saturating_add(many.len())) {
            return false;
        }
        let many = Values::new(many);
        return few.iter().all(|value| many.contain(value));
    }
    let is_above = |narrow: Option<f64>, wide: Option<f64>| matches!((narrow, wide), (Some(a), Some(b)) if a >= b);
    let is_below = |narrow: Option<f64>, wide: Option<f64>| matches!((narrow, wide), (Some(a), Some(b)) if a <= b);
    is_above(narrow.at_least, wide.at_least)
        || is_above(narrow.more_than, wide.more_than)
        || is_above(narrow.more_than, wide.at_least)
        || is_below(narrow.at_most, wide.at_most)
        || is_below(narrow.less_than, wide.less_than)
        || is_below(narrow.less_than, wide.at_most)
        || matches!((narrow.since, wide.since), (Some(a), Some(b)) if a >= b)
        || matches!((narrow.before, wide.before), (Some(a), Some(b)) if a <= b)
}
