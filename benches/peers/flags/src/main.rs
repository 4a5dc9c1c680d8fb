//! What a flag costs here and elsewhere: the same flag, the same people, one process.
//!
//! | | |
//! |---|---|
//! | all | `cargo run --release --manifest-path benches/peers/flags/Cargo.toml` |
//! | some | the same, with ` -- truenorth eppo` |
//! | other languages | `benches/peers/flags.mjs`, `benches/peers/flags.py` |
//!
//! Each is given its flag as it writes one itself, and asked as its own kit asks it. Half of the people must get it.

mod eppo;
#[allow(dead_code, reason = "of other use too")]
#[path = "../../../src/flags.rs"]
mod flags;
mod launchdarkly;
mod ours;
#[allow(dead_code, reason = "of other use too")]
#[path = "../../../src/usage.rs"]
mod usage;
mod yggdrasil;

use flags::{PEOPLE, cost, name};

/// Somebody's evaluator.
trait Peer: Sized {
    const NAME: &'static str;

    /// Whom a flag is asked for, made beforehand.
    type Context;

    /// A file of so many flags.
    fn file(flags: usize) -> String;

    /// Reads a file.
    fn load(text: &str) -> Self;

    fn context(&self, key: &str) -> Self::Context;

    fn ask(&self, flag: &str, context: &Self::Context) -> bool;

    /// The same with a number in place of the flag's name, where there is one.
    fn numbered(&self, flag: &str) -> Option<impl Fn(&Self::Context) -> bool> {
        let _ = flag;
        None::<fn(&Self::Context) -> bool>
    }

    /// Makes a context, and asks.
    fn anew(&self, flag: &str, key: &str) -> bool {
        self.ask(flag, &self.context(key))
    }

    /// Asks, and says why; true where it can.
    fn explain(&self, flag: &str, context: &Self::Context) -> bool;

    /// How many flags have a value.
    fn all(&self, context: &Self::Context) -> usize;
}

fn measure<P: Peer>(keys: &[String]) {
    let say = |what: &str, nanos: f64| println!("{nanos:12.0} ns  {what}");
    for count in [1, 200, 10_000] {
        if count > 200 && P::NAME != ours::Ours::NAME {
            break;
        }
        let text = P::file(count);
        let peer = P::load(&text);
        let flag = name(count / 2);
        let contexts: Vec<P::Context> = keys.iter().map(|key| peer.context(key)).collect();
        let on = contexts.iter().filter(|context| peer.ask(&flag, context)).count();
        assert!((400..=600).contains(&on), "half of them, not {on}");
        println!("{}, {count} flags, {:.1} % on", P::NAME, on as f64 / 10.0);
        say("prepared, by key", cost(|turn| peer.ask(&flag, &contexts[turn % PEOPLE])));
        if let Some(ask) = peer.numbered(&flag) {
            say("prepared, by handle", cost(|turn| ask(&contexts[turn % PEOPLE])));
        }
        say("building the context, and asking", cost(|turn| peer.anew(&flag, &keys[turn % PEOPLE])));
        if peer.explain(&flag, &contexts[0]) {
            say("explaining", cost(|turn| peer.explain(&flag, &contexts[turn % PEOPLE])));
        }
        if count == 200 {
            assert_eq!(peer.all(&contexts[0]), count);
            say("all flags at once", cost(|turn| peer.all(&contexts[turn % PEOPLE])));
        }
        if count > 1 {
            say("reading the file", cost(|_| P::load(&text)));
        }
    }
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let keys: Vec<String> = (0..PEOPLE).map(|index| format!("user-{index}")).collect();
    let run = |name: &str, measure: fn(&[String])| {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            measure(&keys);
        }
    };
    run(ours::Ours::NAME, measure::<ours::Ours>);
    run(yggdrasil::Yggdrasil::NAME, measure::<yggdrasil::Yggdrasil>);
    run(eppo::Eppo::NAME, measure::<eppo::Eppo>);
    run(launchdarkly::LaunchDarkly::NAME, measure::<launchdarkly::LaunchDarkly>);
}
