//! OpenFeature's features, run with its SDK against the provider.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test may fail loudly, and says what it counted"
)]

#[path = "../../../tests/shared/conformance.rs"]
mod conformance;
mod gherkin;
mod steps;

use gherkin::{Scenario, scenarios};
use truenorth::flags::FlagSet;

/// How many scenarios each feature has, outlines filled in, as Cucumber's own compiler counts them.
const COUNTS: [(&str, usize); 5] =
    [("contextMerging", 29), ("evaluation", 13), ("evaluation_v2", 82), ("hooks", 3), ("metadata", 5)];

/// What version 0.3 of the SDK does not have, by the words of a scenario.
fn missing(scenario: &Scenario) -> Option<&'static str> {
    let tagged = |tag: &str| scenario.tags.iter().any(|found| found == tag);
    let says = |text: &str| scenario.steps.iter().any(|step| step.text.contains(text));
    if tagged("@reason-codes-cached") {
        Some("nothing is cached")
    } else if says("\"Transaction\" level") || scenario.name.starts_with("For a transaction") {
        Some("the SDK has no transactions")
    } else if tagged("@provider-status") {
        Some("a client of the SDK does not look at the status of a provider")
    } else if says("hooks should be called") && says("the \"error\" hook") {
        Some("a hook of the SDK sees neither the default nor the code of an error")
    } else {
        None
    }
}

#[tokio::test]
async fn features() {
    let Some(folder) = conformance::suite("flags/openfeature-gherkin") else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let definitions = gherkin::converted(&read("test-flags.json"));
    assert_eq!(FlagSet::parse(&definitions).unwrap().rules().problems(), []);
    let (mut passed, mut skipped) = (0, std::collections::BTreeMap::new());
    for (feature, count) in COUNTS {
        let scenarios = scenarios(&read(&format!("{feature}.feature")));
        assert_eq!(scenarios.len(), count, "{feature}");
        for scenario in scenarios {
            if let Some(why) = missing(&scenario) {
                *skipped.entry(why).or_insert(0) += 1;
                continue;
            }
            println!("{feature}: {}", scenario.name);
            steps::play(&scenario, &definitions).await;
            passed += 1;
        }
    }
    println!("openfeature-gherkin: {passed} passed, 0 failed, skipped {skipped:?}");
    // None was forgotten.
    assert_eq!((passed, skipped.values().sum::<i32>()), (100, 32));
}
