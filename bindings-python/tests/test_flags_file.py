"""The schema of a file of flags, held against the compiler with somebody else's validator."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import truenorth as tn
import yaml

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "core" / "schemas" / "flags.file.json").read_text("utf-8"))
CASES = sorted((ROOT / "core" / "tests" / "cases" / "flags").rglob("*.json"))
ON_OFF = {"variants": {"on": True, "off": False}, "defaultVariant": "off"}
VALID = jsonschema.Draft7Validator(SCHEMA)


class Loader(yaml.SafeLoader):
    """Times stay texts, as JSON has them."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def of(flag):
    return {"version": 1, "flags": {"x": {**ON_OFF, **flag}}}


def rule(**fields):
    return of({"rules": [fields]})


def when(**fields):
    return rule(variant="on", when=fields)


def is_malformed(file):
    try:
        report = tn.flags_lint(definitions=json.dumps(file))
    except tn.TruenorthError:
        return True
    return any(found.code in ("malformed", "disagreeingVariants") for found in report.findings)


REFUSED = [
    {},
    {"version": 2},
    {"version": 1, "colour": 1},
    {"version": 1, "flags": {"": ON_OFF}},
    {"version": 1, "flags": {"x": {}}},
    {"version": 1, "holdouts": {"h": {"percent": -1}}},
    of({"variants": {"a": 1, "b": True}}),
    of({"variants": {"a": None}}),
    of({"variants": {"a": 1}, "type": "string"}),
    of({"variants": {"a": 1.5}, "type": "integer"}),
    of({"metadata": {"a": []}}),
    of({"state": "ON"}),
    of({"hash": "md5"}),
    of({"colour": 1}),
    of({"layer": {"name": "l", "from": 0}}),
    rule(),
    rule(variant="on", split=[{"variant": "on", "weight": 1}]),
    rule(split=[{"variant": "on", "weight": -1}]),
    rule(ranges=[{"variant": "on", "from": 0, "to": 1_000_001}]),
    rule(ranges=[{"variant": "on", "from": 0, "to": 0}]),
    rule(rollout={"variant": "on", "steps": []}),
    rule(rollout={"variant": "on", "steps": [{"at": "2025-01-01T00:00:00Z", "percent": 101}]}),
    when(),
    when(attribute="a"),
    when(attribute="a", equals=1, present=True),
    when(attribute="a", segment="s"),
    when(equals=1),
    when(all=[]),
    when(segment="s", coerce="lenient"),
    when(attribute="a", equals=[1]),
    when(attribute="a", notIn=[None]),
    when(attribute="a", version={}),
    when(attribute="a", coerce="maybe", equals=1),
]
TAKEN = [
    {"version": 1},
    {"version": 1, "x-own": [3], "$schema": "flags.schema.json", "metadata": {"any": ["thing"]}},
    of({"type": "boolean"}),
    of({"type": "number", "variants": {"a": 1, "b": 1.5}, "defaultVariant": "a"}),
    rule(variant="on", split=[]),
    when(attribute="a", equals=1, ifMissing=False),
    when(attribute="a", equals=1, present=None),
    when(**{"not": {"any": [{"attribute": "a", "in": []}]}}),
]


def test_the_schema_is_one_and_acme_is_valid():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    acme = yaml.load((ROOT / "examples" / "acme" / "flags.yaml").read_text("utf-8"), Loader)
    assert len(acme["flags"]) == 12
    VALID.validate(acme)


@pytest.mark.parametrize("file", REFUSED, ids=json.dumps)
def test_what_the_compiler_refuses_is_invalid(file):
    assert is_malformed(file)
    assert not VALID.is_valid(file)


@pytest.mark.parametrize("file", TAKEN, ids=json.dumps)
def test_what_the_compiler_takes_is_valid(file):
    assert not is_malformed(file)
    VALID.validate(file)


def test_golden_files_are_valid_unless_they_are_malformed():
    seen = 0
    for path in CASES:
        case = json.loads(path.read_text("utf-8"))
        texts = [text for name, text in case["request"].items() if re.fullmatch("definitions|before|after", name)]
        for text in texts:
            file = json.loads(text)
            # Files without a version are flagd's, and have a schema of their own.
            if "version" in file and not is_malformed(file):
                VALID.validate(file)
                seen += 1
    assert seen >= 10
