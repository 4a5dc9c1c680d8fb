//! The order in which changes are looked at: many of one service after another, because so stand the deployments that
//! they are joined with, and what stands together comes out of memory together.

use super::line::LineUp;
use super::scopes::Scopes;
use crate::facts::EventTable;

/// So many rows at a time are put in order: few enough that their columns stay in the processor's cache.
const ROWS_AT_ONCE: usize = 1 << 18;

/// Hands out all changes: a scope, and some rows of it.
pub(super) fn changes(scopes: &Scopes, line: &LineUp, events: &EventTable, mut look: impl FnMut(u32, &[u32])) {
    let changes = events.changes();
    let mut order: Vec<u32> = (0..scopes.views.len() as u32).collect();
    order.sort_by_key(|&scope| line.range(scopes.view(scope).lane).start);
    let mut rows = vec![0; ROWS_AT_ONCE.min(changes.len())];
    let mut next = vec![0_usize; order.len()];
    for from in (0..changes.len()).step_by(ROWS_AT_ONCE) {
        let part = from..changes.len().min(from + ROWS_AT_ONCE);
        next.fill(0);
        for row in part.clone() {
            next[changes.scope.get(row) as usize] += 1;
        }
        let mut end = 0;
        for &scope in &order {
            end += std::mem::replace(&mut next[scope as usize], end);
        }
        for row in part {
            let place = &mut next[changes.scope.get(row) as usize];
            rows[*place] = row as u32;
            *place += 1;
        }
        // Where the next row of a scope would go is now where its rows end.
        let mut begin = 0;
        for &scope in &order {
            let end = next[scope as usize];
            if begin < end {
                look(scope, &rows[begin..end]);
            }
            begin = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dora::DoraRequest;
    use crate::dora::plan::Plan;
    use crate::facts::{Change, Deployment, Event};
    use crate::ground::context::Context;
    use crate::ground::time::Time;

    #[test]
    fn every_change_comes_once_with_those_of_its_scope() {
        let mut events = EventTable::new();
        for index in 0..ROWS_AT_ONCE + 1000 {
            let service = format!("s{}", index * 7 % 13);
            let change =
                Change { sha: Some(format!("{index}").into()), service: Some(service.into()), ..Change::default() };
            events.push(&Event::Change(change)).unwrap();
        }
        let deployment = |service: &'static str| {
            let finished_at = Time::from_seconds(5);
            Event::Deployment(Deployment { service: Some(service.into()), finished_at, ..Deployment::default() })
        };
        for service in ["s4", "s2"] {
            events.push(&deployment(service)).unwrap();
        }
        let request = DoraRequest::default();
        let plan = Plan::new(&request, &events, &Context::default()).unwrap();
        let scopes = Scopes::new(&request, &plan.rules.environments, &events).unwrap();
        let line = LineUp::new(&plan, &scopes, &events);
        let (mut seen, mut runs) = (vec![false; events.changes().len()], 0);
        changes(&scopes, &line, &events, |scope, rows| {
            runs += 1;
            assert!(rows.is_sorted());
            for &row in rows {
                assert_eq!(events.changes().scope.get(row as usize), scope);
                assert!(!std::mem::replace(&mut seen[row as usize], true));
            }
        });
        assert!(seen.iter().all(|&seen| seen));
        assert_eq!(runs, 26);
    }
}
