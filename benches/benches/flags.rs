//! What an evaluation costs: `cargo bench -p truenorth-benches --bench flags`.
//!
//! `benches/peers/flags` measures others by the same flag and the same people; `benches/unwatched.sh` measures what it
//! costs that an evaluation can be watched. With `--test` everything runs once.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints what it measures, and may fail loudly"
)]

use truenorth::flags::{Context, Handle, Prepared, Ruleset};
use truenorth_benches::flags::{PEOPLE, cost, file, name, person};
use truenorth_benches::usage;

fn main() {
    let quick = std::env::args().any(|word| word == "--test");
    let only_evaluation = std::env::args().any(|word| word == "--evaluation");
    let say = |what: &str, nanos: f64| println!("{nanos:12.0} ns  {what}");
    let plain: Vec<Context> = (0..PEOPLE).map(context).collect();
    for count in if quick || only_evaluation { vec![1] } else { vec![1, 200, 10_000] } {
        let text = file(count);
        let rules = Ruleset::parse(&text).unwrap();
        let flag = name(count / 2);
        let handle: Handle = rules.handle(&flag).unwrap();
        let prepared: Vec<Prepared> = plain.iter().map(|context| Prepared::new(&rules, context.clone())).collect();
        let on = plain.iter().filter(|context| rules.boolean(&flag, *context, false)).count();
        assert!((400..600).contains(&on), "half of them, not {on}");
        if quick {
            assert!(rules.evaluate_handle(handle, &prepared[0]).variant().is_some());
            continue;
        }
        println!("{count} flags, one asked");
        say("prepared, by name", cost(|turn| rules.boolean(&flag, &prepared[turn % PEOPLE], false)));
        say(
            "prepared, by handle",
            cost(|turn| rules.evaluate_handle(handle, &prepared[turn % PEOPLE]).value().is_some()),
        );
        say("context, by name", cost(|turn| rules.boolean(&flag, &plain[turn % PEOPLE], false)));
        if only_evaluation {
            continue;
        }
        say(
            "building a context of five attributes, and asking",
            cost(|turn| rules.boolean(&flag, &built(turn % PEOPLE), false)),
        );
        say("explaining", cost(|turn| rules.explain(&flag, &prepared[turn % PEOPLE]).evaluation().variant().is_some()));
        say("explaining, with sentences", cost(|turn| rules.explain(&flag, &prepared[turn % PEOPLE]).report()));
        if count <= 200 {
            say(
                "all flags at once",
                cost(|turn| {
                    rules.evaluate_all(&prepared[turn % PEOPLE]).filter(|(_, found)| found.variant().is_some()).count()
                }),
            );
        }
        say("reading the file", cost(|_| Ruleset::parse(&text).unwrap().len()));
        println!("{:12.1} MB at most so far", usage::now().peak);
    }
}

fn context(index: usize) -> Context {
    let mut context = Context::default();
    for (name, value) in person(index).as_object().unwrap() {
        context.set(name.clone(), value.clone());
    }
    context
}

/// As a service makes one for each call.
fn built(index: usize) -> Context {
    static NAMES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    let names = NAMES.get_or_init(|| (0..PEOPLE).map(|index| format!("user-{index}")).collect());
    Context::new(names[index].as_str())
        .with("country", "CA")
        .with("plan", "enterprise")
        .with("seats", 25)
        .with("beta", true)
}
