//! x
#![allow(clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::print_stdout)]
use std::time::Instant;
use truenorth::flags::{Context, Prepared, Ruleset};
fn flag() -> &'static str {
    r#"{"state":"ENABLED","variants":{"on":true,"off":false},"defaultVariant":"off","rules":[{"when":{"all":[{"attribute":"country","in":["US","CA","GB"]},{"attribute":"plan","equals":"enterprise"},{"attribute":"seats","atLeast":10}]},"split":[{"variant":"on","weight":50},{"variant":"off","weight":50}]}]}"#
}
fn main() {
    for n in [1, 200, 10000] {
        let flags: Vec<String> = (0..n).map(|i| format!("\"new-portal-nav-{i}\":{}", flag())).collect();
        let text = format!("{{\"version\":1,\"flags\":{{{}}}}}", flags.join(","));
        let t = Instant::now();
        let set = Ruleset::parse(&text).unwrap();
        println!("load {n}: {:?} {} problems", t.elapsed(), set.problems().len());
        let make = |i: i32| {
            Context::new(format!("user-{i}"))
                .with("country", "CA")
                .with("plan", "enterprise")
                .with("seats", 25)
                .with("beta", true)
                .with("email", "a@b.c")
        };
        let prepared: Vec<Prepared> = (0..1000).map(|i| Prepared::new(&set, make(i))).collect();
        let contexts: Vec<Context> = (0..1000).map(make).collect();
        let name = format!("new-portal-nav-{}", n / 2);
        let h = set.handle(&name).unwrap();
        for round in 0..2 {
            let mut on = 0u64;
            let t = Instant::now();
            for _ in 0..1000 {
                for c in &prepared {
                    on += u64::from(set.boolean(&name, c, false));
                }
            }
            let a = t.elapsed();
            let t = Instant::now();
            for _ in 0..1000 {
                for c in &prepared {
                    on += u64::from(set.evaluate_handle(h, c).value().and_then(|v| v.as_bool()).unwrap_or(false));
                }
            }
            let b = t.elapsed();
            let t = Instant::now();
            for _ in 0..1000 {
                for c in &contexts {
                    on += u64::from(set.boolean(&name, c, false));
                }
            }
            let c = t.elapsed();
            let t = Instant::now();
            for _ in 0..300 {
                for i in 0..1000 {
                    on += u64::from(set.boolean(&name, &make(i), false));
                }
            }
            let d = t.elapsed();
            if round == 1 {
                println!(
                    "{n}: prepared by name {} ns, by handle {} ns, context {} ns, building {} ns; on {}",
                    a.as_nanos() / 1_000_000,
                    b.as_nanos() / 1_000_000,
                    c.as_nanos() / 1_000_000,
                    d.as_nanos() / 300_000,
                    on
                );
            }
        }
        let t = Instant::now();
        let mut k = 0;
        for c in &prepared[..10] {
            k += set.evaluate_all(c).filter(|(_, e)| e.variant().is_some()).count();
        }
        println!("all: {} ns per call {k}", t.elapsed().as_nanos() / 10);
    }
}
