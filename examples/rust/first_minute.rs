//! The first minute in Rust: a service keeps its own events and asks how its team delivers.

use truenorth::desk::render;
use truenorth::dora::{self, DoraRequest, Metric, Target, Verdict};
use truenorth::facts::{Change, Deployment, Event, EventTable, Incident};
use truenorth::ground::context::Context;
use truenorth::ground::time::{HOUR, Time};

fn main() -> Result<(), truenorth::Error> {
    let mut events = EventTable::new();
    let monday = Time::parse("2025-03-03T09:00:00Z")?;
    for number in 0..60 {
        // Every eight hours something is deployed that was committed an hour or more before.
        let live = monday.plus(number * 8 * HOUR);
        let id = format!("d{number}");
        events.push(&Event::Change(Change {
            sha: Some(format!("c{number}").into()),
            service: Some("checkout".into()),
            committed_at: Some(live.plus(-HOUR * (1 + number % 3))),
            deployment: Some(id.clone().into()),
            ..Change::default()
        }))?;
        events.push(&Event::Deployment(Deployment {
            id: Some(id.clone().into()),
            service: Some("checkout".into()),
            finished_at: Some(live),
            ..Deployment::default()
        }))?;
        if number % 20 == 7 {
            events.push(&Event::Incident(Incident {
                id: Some(format!("i{number}").into()),
                service: Some("checkout".into()),
                deployment: Some(id.into()),
                started_at: Some(live.plus(HOUR / 2)),
                resolved_at: Some(live.plus(HOUR)),
                ..Incident::default()
            }))?;
        }
    }
    events.settle();

    let target = Target { metric: Metric::ChangeFailureRate, at_most: Some(0.2), at_least: None };
    let request =
        DoraRequest { targets: vec![target], as_of: Some(monday.plus(40 * 24 * HOUR)), ..DoraRequest::default() };
    let report = dora::measure(&request, &events, &Context::default())?;

    print(&render::text(&report, render::TextOptions::default()));
    assert_eq!(report.overall.lead_time.median.value(), Some(2.0 * 3600.0));
    assert_eq!(report.overall.change_failure_rate.failures, 3);
    assert_eq!(report.overall.targets[0].verdict, Verdict::Met);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn print(text: &str) {
    println!("{text}");
}
