//! Files of flags, people and instants at random: mostly right, now and then wrong.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Names that conditions and people share, so that they meet.
const ATTRIBUTES: [&str; 8] = ["plan", "country", "age", "beta", "since", "version", "ip", "organisation.size"];

fn one_of(values: Vec<Value>) -> BoxedStrategy<Value> {
    select(values).boxed()
}

/// Texts that comparisons and people share.
fn word() -> BoxedStrategy<String> {
    select(vec!["", "team", "Team", "enterprise", "DE", "US", "Straße", "日本", "🇩🇰 a", "7", "1.5", "true", "e\u{301}"])
        .prop_map(str::to_owned)
        .boxed()
}

fn number() -> BoxedStrategy<Value> {
    prop_oneof![
        3 => one_of(vec![json!(0), json!(7), json!(-1), json!(1.5), json!(7.0), json!(0.1), json!(-0.0), json!(18)]),
        1 => (-1_000_000_i64..1_000_000).prop_map(Value::from),
        1 => one_of(vec![json!(9_007_199_254_740_991_i64), json!(1e300), json!(5e-324), json!(1_700_000_000)]),
        1 => (-1e6..1e6).prop_map(|number: f64| json!(number)),
    ]
    .boxed()
}

fn time() -> BoxedStrategy<String> {
    (2024_i32..2027, 1_u32..=12, 1_u32..=28, 0_u32..24, select(vec!["Z", "+02:00", "-05:30"]))
        .prop_map(|(year, month, day, hour, zone)| format!("{year}-{month:02}-{day:02}T{hour:02}:30:00{zone}"))
        .boxed()
}

fn version() -> BoxedStrategy<String> {
    let more = select(vec!["", "-rc.1", "-alpha", "+build.5"]);
    (0_u8..4, 0_u8..12, 0_u8..3, more).prop_map(|(a, b, c, more)| format!("{a}.{b}.{c}{more}")).boxed()
}

pub(crate) fn instant() -> BoxedStrategy<Value> {
    time().prop_map(Value::from).boxed()
}

/// What a person may have under a name.
fn attribute() -> BoxedStrategy<Value> {
    let text = prop_oneof![
        4 => word(), 2 => time(), 2 => version(),
        1 => select(vec!["10.1.2.3", "192.168.7.7", "2001:db8::1", "v1.2", "1.2", "2025-01-01", "10.0.0.0/8"]).prop_map(str::to_owned),
    ];
    let plain = prop_oneof![
        4 => text.prop_map(Value::from), 3 => number(), 1 => any::<bool>().prop_map(Value::from), 1 => Just(Value::Null),
    ]
    .boxed();
    prop_oneof![
        8 => plain.clone(),
        1 => prop::collection::vec(plain.clone(), 0..4).prop_map(Value::from),
        1 => plain.prop_map(|inner| json!({"size": inner, "plan": "team"})),
    ]
    .boxed()
}

fn unit() -> BoxedStrategy<Value> {
    prop_oneof![
        8 => (0..400_u32).prop_map(|number| json!(format!("user-{number}"))),
        3 => (0..400_i64).prop_map(Value::from),
        1 => word().prop_map(Value::from),
        1 => one_of(vec![json!(7.0), json!(7.5), json!(-0.0), json!(true), json!(null), json!(["user-1"]), json!({"id": 1}), json!(9_007_199_254_740_991_i64), json!(-9_007_199_254_740_991_i64), json!(1e300)]),
    ]
    .boxed()
}

pub(crate) fn person() -> BoxedStrategy<Value> {
    let names =
        select(vec!["plan", "country", "age", "beta", "since", "version", "ip", "organisation", "organisation.size"]);
    let attributes = prop::collection::vec((names, attribute()), 0..9);
    (prop::option::weighted(0.9, unit()), prop::option::weighted(0.3, unit()), attributes)
        .prop_map(|(unit, device, attributes)| {
            let mut all: Map<String, Value> =
                attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            all.extend(unit.map(|unit| ("targetingKey".to_owned(), unit)));
            all.extend(device.map(|device| ("device".to_owned(), device)));
            Value::Object(all)
        })
        .boxed()
}

fn words() -> BoxedStrategy<Value> {
    prop::collection::vec(word(), 1..4).prop_map(Value::from).boxed()
}

fn comparison() -> BoxedStrategy<Value> {
    let value = prop_oneof![word().prop_map(Value::from), number(), any::<bool>().prop_map(Value::from)].boxed();
    let list = prop::collection::vec(value.clone(), 1..4).prop_map(Value::from).boxed();
    let bound = select(vec!["equals", "lessThan", "atMost", "moreThan", "atLeast"]);
    let bounds = (bound, version()).prop_map(|(bound, version)| json!({bound: version})).boxed();
    let regex = one_of(vec![json!("^t"), json!("(?i)TEAM"), json!("\\d+"), json!("^[^a]*$"), json!("ß|本")]);
    let net = one_of(vec![json!(["10.0.0.0/8"]), json!(["192.168.0.0/16", "2001:db8::/32"]), json!(["::/0"])]);
    let sizes = select(vec!["lessThan", "atMost", "moreThan", "atLeast"]);
    let what = prop_oneof![
        3 => value.prop_map(|value| ("equals", value)),
        3 => (select(vec!["in", "notIn"]), list),
        2 => (select(vec!["startsWith", "endsWith", "contains"]), words()),
        1 => regex.prop_map(|value| ("matches", value)),
        3 => (sizes, number()),
        2 => (select(vec!["before", "since"]), time().prop_map(Value::from)),
        2 => bounds.prop_map(|value| ("version", value)),
        1 => net.prop_map(|value| ("inNetwork", value)),
        1 => any::<bool>().prop_map(|value| ("present", value.into())),
    ];
    let attribute =
        prop_oneof![6 => select(ATTRIBUTES.to_vec()), 1 => select(vec!["targetingKey", "device", "nothing"])];
    (attribute, what, prop::option::weighted(0.2, any::<bool>()), prop::option::weighted(0.3, Just("lenient")))
        .prop_map(|(attribute, (what, value), missing, coerce)| {
            let mut made = json!({"attribute": attribute, what: value});
            if what != "present" {
                if let Some(missing) = missing {
                    made["ifMissing"] = missing.into();
                }
                if let Some(coerce) = coerce {
                    made["coerce"] = coerce.into();
                }
            }
            made
        })
        .boxed()
}

fn condition() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        40 => comparison(),
        4 => one_of(vec![json!({"segment": "s0"}), json!({"segment": "s1"})]),
        1 => one_of(vec![json!({"segment": "s2"}), json!({"all": []}), json!({"attribute": "plan", "matches": "("}), json!({"attribute": "plan", "in": []})]),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (select(vec!["all", "any"]), prop::collection::vec(inner.clone(), 1..4))
                .prop_map(|(what, inner)| json!({what: inner})),
            inner.prop_map(|inner| json!({"not": inner})),
        ]
    })
    .boxed()
}

fn hash() -> BoxedStrategy<Option<&'static str>> {
    prop::option::weighted(0.3, select(vec!["murmur3_x86_32", "sha256", "xxh3_64"])).boxed()
}

fn variant() -> BoxedStrategy<&'static str> {
    select(vec!["a", "b", "c"]).boxed()
}

/// Who gets what: exactly one of the four ways.
fn serve() -> BoxedStrategy<Map<String, Value>> {
    let share = (variant(), prop_oneof![(0_u32..100).prop_map(f64::from), 0.0..1.0]);
    let split =
        prop::collection::vec(share.prop_map(|(variant, weight)| json!({"variant": variant, "weight": weight})), 1..4);
    let range = (variant(), 0_u32..500_000, variant(), 500_000_u32..999_999).prop_map(|(first, to, second, from)| {
        json!([{"variant": first, "from": 0, "to": to + 1}, {"variant": second, "from": from, "to": 1_000_000}])
    });
    let rollout = (variant(), 0.0..50.0_f64, 50.0..=100.0_f64, any::<bool>()).prop_map(|(variant, low, high, linear)| {
        let steps = json!([{"at": "2024-06-01T00:00:00Z", "percent": low}, {"at": "2026-06-01T00:00:00Z", "percent": high}]);
        json!({"variant": variant, "steps": steps, "growth": if linear { "linear" } else { "steps" }})
    });
    let what = prop_oneof![
        2 => variant().prop_map(|variant| ("variant", json!(variant))),
        3 => split.prop_map(|split| ("split", json!(split))),
        2 => range.prop_map(|ranges| ("ranges", ranges)),
        2 => rollout.prop_map(|rollout| ("rollout", rollout)),
    ];
    (what, prop::option::weighted(0.2, word()), hash(), prop::option::weighted(0.2, Just("device")))
        .prop_map(|((what, value), salt, hash, unit)| {
            let mut made = Map::from_iter([(what.to_owned(), value)]);
            if what != "variant" {
                made.extend(salt.map(|salt| ("salt".to_owned(), salt.into())));
                made.extend(hash.map(|hash| ("hash".to_owned(), hash.into())));
                made.extend(unit.map(|unit| ("unit".to_owned(), unit.into())));
            }
            made
        })
        .boxed()
}

fn rule() -> BoxedStrategy<Value> {
    (
        prop::option::weighted(0.8, condition()),
        serve(),
        prop::option::weighted(0.2, time()),
        prop::option::weighted(0.2, time()),
    )
        .prop_map(|(when, mut rule, from, until)| {
            rule.extend(when.map(|when| ("when".to_owned(), when)));
            rule.extend(from.map(|from| ("from".to_owned(), from.into())));
            rule.extend(until.map(|until| ("until".to_owned(), until.into())));
            Value::Object(rule)
        })
        .boxed()
}

fn variants() -> BoxedStrategy<Value> {
    one_of(vec![
        json!({"a": true, "b": false, "c": true}),
        json!({"a": "one", "b": "", "c": "Straße 🇩🇰"}),
        json!({"a": 1, "b": -7, "c": 9_007_199_254_740_991_i64}),
        json!({"a": 0.1, "b": 1e300, "c": 5e-324}),
        json!({"a": {"seats": [1, 2.5, null]}, "b": {}, "c": {"deep": {"x": "y"}}}),
    ])
}

fn flag(index: usize) -> BoxedStrategy<Value> {
    let state = prop_oneof![8 => Just(None), 1 => Just(Some("DISABLED")), 1 => Just(Some("ARCHIVED"))];
    let many = prop_oneof![1 => Just(0), 4 => 1..5_usize].prop_flat_map(|count| prop::collection::vec(rule(), count));
    // Of flags before it, and now and then of itself, which is a circle.
    let other = if index == 0 {
        Just(None).boxed()
    } else {
        prop::option::weighted(0.3, prop_oneof![20 => 0..index, 1 => Just(index)]).boxed()
    };
    let gates = (other, prop::option::weighted(0.2, 0_u32..2), prop::option::weighted(0.2, Just("global")));
    let overrides = prop::option::weighted(
        0.2,
        (prop::collection::vec((0..400_u32).prop_map(|n| format!("user-{n}")), 1..60), variant()),
    );
    let plain = (hash(), prop::option::weighted(0.3, Just("device")), prop::option::weighted(0.8, variant()));
    (state, variants(), many, gates, overrides, plain)
        .prop_map(|(state, variants, rules, (other, layer, holdout), overrides, (hash, fallback, default))| {
            let mut made = json!({"variants": variants, "rules": rules});
            let mut put = |name: &str, value: Option<Value>| {
                if let Some(value) = value {
                    made[name] = value;
                }
            };
            put("state", state.map(Value::from));
            put("defaultVariant", default.map(Value::from));
            put("hash", hash.map(Value::from));
            put("fallbackUnit", fallback.map(Value::from));
            put("prerequisites", other.map(|other| json!([{"flag": format!("f{other}"), "variants": ["a", "b"]}])));
            put(
                "layer",
                layer.map(|part| json!({"name": "layer", "from": part * 500_000, "to": (part + 1) * 500_000})),
            );
            put("holdouts", holdout.map(|name| json!([name])));
            put("overrides", overrides.map(|(units, variant)| json!([{"units": units, "variant": variant}])));
            made
        })
        .boxed()
}

pub(crate) fn file() -> BoxedStrategy<Value> {
    let flags = (flag(0), flag(1), flag(2), flag(3), flag(4));
    let segment =
        (prop::collection::vec((0..400_u32).prop_map(|n| format!("user-{n}")), 0..40), prop::option::of(comparison()));
    (flags, segment.clone(), segment, hash(), 0.0..60.0_f64)
        .prop_map(|(flags, first, second, hash, percent)| {
            let segment = |(include, when): (Vec<String>, Option<Value>)| {
                let mut made = json!({"include": include, "exclude": ["user-7"]});
                if let Some(when) = when {
                    made["when"] = when;
                }
                made
            };
            let mut made = json!({
                "version": 1,
                "segments": {"s0": segment(first), "s1": segment(second)},
                "layers": {"layer": {}},
                "holdouts": {"global": {"percent": percent}},
                "flags": {"f0": flags.0, "f1": flags.1, "f2": flags.2, "f3": flags.3, "f4": flags.4},
            });
            if let Some(hash) = hash {
                made["hash"] = hash.into();
            }
            made
        })
        .boxed()
}
