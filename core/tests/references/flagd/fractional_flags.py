"""Writes fractional_flags.json: flags and those whom they are evaluated for, from a seed.

Run: python fractional_flags.py > fractional_flags.json
"""

import json
import random

random.seed(20260101)


def flag(targeting, default="d"):
    variants = {name: name for name in "abcd"}
    return {"state": "ENABLED", "variants": variants, "defaultVariant": default, "targeting": targeting}


def fractional(*parts):
    return {"fractional": list(parts)}


halves = [["a", 50], ["b", 50]]
fine = [["a", 1], ["b", 9999], ["c", 500_000]]
file = {
    "$evaluators": {"pro": {"in": [{"var": "plan"}, ["pro", "team"]]}},
    "flags": {
        "halves": flag(fractional(*halves)),
        "by-plan": flag(fractional({"cat": [{"var": "$flagd.flagKey"}, {"var": "targetingKey"}]}, *fine)),
        "by-value": flag(fractional({"var": "value"}, *fine, ["d"])),
        "no-weights": flag(fractional({"var": "targetingKey"}, ["a"], ["b"], ["c"])),
        "zero": flag(fractional({"var": "targetingKey"}, ["a", 0], ["b", 0])),
        "large": flag(fractional({"var": "targetingKey"}, ["a", 2_147_483_646], ["b", 1])),
        "too-large": flag(fractional({"var": "targetingKey"}, ["a", 2_147_483_647], ["b", 1])),
        "half-weight": flag(fractional({"var": "targetingKey"}, ["a", 0.5], ["b", 1])),
        "nested": flag({"if": [{"$ref": "pro"}, fractional({"var": "targetingKey"}, *halves), None]}),
        "no-variant": flag(fractional({"var": "targetingKey"}, ["a", 1], ["z", 1])),
        "no-default": flag({"if": [{"$ref": "pro"}, "a", None]}, None),
        "version": flag({"if": [{"sem_ver": [{"var": "app"}, "^", "1.2.3"]}, "a", {"sem_ver": [{"var": "app"}, ">", "1.9"]}, "b", "c"]}),
        "ends": flag({"if": [{"ends_with": [{"var": "targetingKey"}, "7"]}, "a", {"starts_with": [{"var": "targetingKey"}, "user-1"]}, "b"]}),
    },
}
contexts = []
for index in range(150):
    context = {"targetingKey": f"user-{random.randrange(10**9)}", "plan": random.choice(["pro", "free", "team"])}
    kind = index % 6
    if kind == 0:
        context["value"] = random.randrange(-(10**9), 10**9)
    elif kind == 1:
        context["value"] = random.choice([random.random() * 1000, 0.5, 1.5, 2.0**-24, 1e300, 65504.5, 3.0, -2.5])
    elif kind == 2:
        context["value"] = random.random() < 0.5
    elif kind == 3:
        context["value"] = "".join(random.choice("abcXYZ019_-") for _ in range(random.randrange(1, 40)))
    elif kind == 4:
        context["value"] = random.randrange(0, 30)
    context["app"] = random.choice(["1.2.3", "v1.9", "2", "1.10.0-rc.1", "2.0.0+build", "none", "1.2.3.4", "0.9.0"])
    contexts.append(context)
contexts.append({"plan": "pro"})
contexts.append({"targetingKey": "", "plan": "pro", "value": ""})
print(json.dumps({"file": file, "contexts": contexts}, separators=(",", ":")))
