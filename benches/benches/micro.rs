//! Single calls: a small request through the door, a line of events, a time.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use truenorth::desk::door;
use truenorth::desk::operations::{Context, Tables};
use truenorth::facts::EventTable;
use truenorth::facts::readers::{Strictness, jsonl::JsonlReader};
use truenorth::ground::time::Time;

fn small_request(criterion: &mut Criterion) {
    let request = r#"{"events": [
        {"change": {"sha": "a1", "service": "checkout", "committedAt": "2025-03-03T08:00:00Z"}},
        {"deployment": {"id": "d1", "service": "checkout", "changes": ["a1"], "finishedAt": "2025-03-03T09:30:00Z"}}]}"#;
    let call = || door::json("dora", black_box(request), &Tables::default(), &Context::default());
    criterion.bench_function("door/dora, two events", |bench| bench.iter(call));
    let level = r#"{"metric": "leadTime", "value": 3600}"#;
    let call = || door::json("doraLevel", black_box(level), &Tables::default(), &Context::default());
    criterion.bench_function("door/doraLevel", |bench| bench.iter(call));
}

fn lines(criterion: &mut Criterion) {
    let mut text = Vec::new();
    if truenorth_benches::generate::write(20_000, &mut text).is_err() {
        return;
    }
    let mut group = criterion.benchmark_group("jsonl");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for careful in [false, true] {
        let read = || {
            let mut events = EventTable::new();
            let reader = JsonlReader::new(0, Strictness::Strict);
            let mut reader = if careful { reader.carefully() } else { reader };
            let done = reader.feed(black_box(&text), &mut events).and_then(|()| reader.finish(&mut events));
            (done, events.len())
        };
        group.bench_function(if careful { "by serde" } else { "quickly" }, |bench| bench.iter(read));
    }
    group.finish();
}

fn times(criterion: &mut Criterion) {
    for text in ["2025-03-03T08:00:00Z", "2025-03-03T08:00:00.123456+02:00"] {
        criterion.bench_function(&format!("time/{text}"), |bench| bench.iter(|| Time::parse(black_box(text))));
    }
}

criterion_group!(benches, small_request, lines, times);
criterion_main!(benches);
