//! `truenorth flags simulate`, `diff` and `reweigh`.

use std::fmt::Write as _;

use super::{file, run, run_with_input, scratch};

fn flags(weights: [u32; 3]) -> String {
    let [a, b, c] = weights;
    format!(
        "version: 1\nflags:\n  three:\n    variants: {{a: 1, b: 2, c: 3}}\n    defaultVariant: a\n    rules:\n      - id: split\n        \
         split: [{{variant: a, weight: {a}}}, {{variant: b, weight: {b}}}, {{variant: c, weight: {c}}}]\n"
    )
}

fn ids(count: u32) -> String {
    (0..count).fold(String::new(), |mut out, index| {
        let _ = writeln!(out, "user-{index}");
        out
    })
}

#[test]
fn a_change_of_weights_moves_more_than_it_must() {
    let folder = scratch("diff");
    let (old, new) = (file(&folder, "old.yaml", flags([30, 30, 40])), file(&folder, "new.yaml", flags([40, 30, 30])));
    let said = run(&["flags", "diff", &old, &new]).exits(0).out;
    for part in [
        "three changed: 20.00 % of all units get another variant",
        "flags.three.rules[0].split[0].weight: 30 -> 40",
        "10.00 % would do, as",
        "- { variant: \"a\", from: 900000, to: 1000000 }",
        "! `flags.three.rules[0]` moves 20 % of the units that it concerns where 10 % would do",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    // What reweigh prints is what stands in the file after.
    let ranges = run(&["flags", "reweigh", &old, "three", "--weights", "a=40,b=30,c=30"]).exits(0).out;
    let rules = ranges.lines().fold(String::new(), |out, line| format!("{out}        {line}\n"));
    let text = flags([1, 1, 1]);
    let head = text.split("        split:").next().unwrap();
    let better = file(&folder, "better.yaml", format!("{head}{rules}"));
    let said = run(&["flags", "diff", &old, &better]).exits(0).out;
    assert!(said.contains("three changed: 10.00 % of all units") && !said.contains("would do"), "{said}");
    // The same in a file of JSON.
    let text = serde_json::json!({"version": 1, "flags": {"three": {"variants": {"a": 1, "b": 2, "c": 3},
        "rules": [{"split": [{"variant": "a", "weight": 30}, {"variant": "b", "weight": 30}, {"variant": "c", "weight": 40}]}]}}});
    let json = file(&folder, "old.json", text.to_string());
    let said = run(&["flags", "reweigh", &json, "three", "--weights", "a=40,b=30,c=30"]).exits(0).out;
    let ranges: String = said.lines().filter(|line| !line.starts_with('#')).collect();
    let split = text["flags"]["three"]["rules"][0]["split"].to_string();
    let pasted = text.to_string().replace(&format!(r#""split":{split}"#), &ranges);
    let pasted = file(&folder, "pasted.json", pasted);
    let said = run(&["flags", "diff", &json, &pasted]).exits(0).out;
    assert!(said.contains("three changed: 10.00 % of all units") && !said.contains("would do"), "{said}");
    // Who moves, by an id a line.
    let people = file(&folder, "ids.txt", ids(1000));
    let said = run(&["flags", "diff", &old, &better, "--population", &people, "--who", "--most", "2"]).exits(0).out;
    assert!(said.contains("c -> a: ") && said.contains("\n    user-") && said.contains("\n    ..."), "{said}");
    assert_eq!(said.matches("\n    user-").count(), 2);
    let report = run(&["flags", "diff", &old, &new, "--population", &people, "--json"]).exits(0).json();
    assert_eq!((&report["schema"], &report["contexts"]), (&"truenorth/flags-diff/1".into(), &1000.into()));
    assert_eq!(run(&["flags", "diff", &old, &old]).exits(0).out, "no difference\n");
    let said = run_with_input(&["flags", "diff", "-", &new], flags([40, 30, 30]).as_bytes()).exits(0);
    assert_eq!(said.out, "no difference\n");
}

#[test]
fn shares_are_counted_over_people() {
    let folder = scratch("simulate");
    let path = file(&folder, "flags.yaml", flags([1, 1, 2]));
    let people = file(&folder, "people.csv", format!("targetingKey\n{}", ids(2000)));
    let said = run(&["flags", "simulate", &path, "--contexts", &people]).exits(0).out;
    assert!(
        said.contains("reasons: SPLIT 2000") && said.contains("2000 units: a ") && said.contains("chi-square "),
        "{said}"
    );
    assert!(said.ends_with("2000 contexts, 1 flag\n"), "{said}");
    let report =
        run_with_input(&["flags", "simulate", &path, "--contexts", "-", "--json"], ids(40).as_bytes()).exits(0).json();
    assert_eq!(report["flags"][0]["rules"][0]["split"]["units"], 40);
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let folder = scratch("many_wrong");
    let path = file(&folder, "flags.yaml", flags([1, 1, 2]));
    let people = file(&folder, "people.jsonl", "{\"targetingKey\": \"a\"}\n[1]\n");
    let late = file(&folder, "late.yaml", "flags: {}\nversion: 2\n");
    let bad = file(&folder, "bad.yaml", "version: 1\nflags: {x: {variants: {a: 1}, rules: [{split: []}]}}\n");
    let none = file(&folder, "none.txt", "");
    for (arguments, parts) in [
        (vec!["simulate", &path, "--contexts", &people], vec!["people.jsonl:2", "expected an object of attributes"]),
        (vec!["simulate", &path, "--contexts", "nowhere.txt"], vec!["nowhere.txt: there is no such file"]),
        (vec!["simulate", &path, "--contexts", &none, "--flag", "tree"], vec!["--flag", "the nearest is `three`"]),
        (vec!["simulate", &bad, "--contexts", &none], vec!["bad.yaml", "flags.x.rules[0]"]),
        (vec!["diff", &path, &late], vec!["late.yaml", "version", "expected 1", "at line 2"]),
        (vec!["diff", "-", "-"], vec!["found `-` several times"]),
        (vec!["reweigh", &path, "three", "--weights", "a=1"], vec!["--weights", "a weight for `b`"]),
        (vec!["reweigh", &path, "three", "--weights", "a"], vec!["--weights", "such as `on=60`"]),
        (vec!["reweigh", &path, "three", "--weights", "a=1,b=1,c=-1"], vec!["--weights", "at least 0"]),
        (vec!["reweigh", &path, "three", "--weights", "a=1,b=1,c=1", "--rule", "x"], vec!["--rule", "one of `split`"]),
        (vec!["reweigh", &path, "three", "--weights", "a=1,b=1,c=1", "--coverage", "0"], vec!["--coverage", "above 0"]),
        (vec!["reweigh", &path, "tree", "--weights", "a=1"], vec!["FLAG", "no flag `tree`"]),
        (vec!["reweigh", &late, "three", "--weights", "a=1"], vec!["late.yaml", "at line 2"]),
        (vec!["eval", &late], vec!["late.yaml", "`version`: expected 1", "at line 2"]),
    ] {
        run(&[&["flags"][..], &arguments].concat()).exits(2).complains(&parts);
    }
}
