"""The provider under OpenFeature's SDK: its own features, and what they do not ask."""

import asyncio
import datetime as dt
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import truenorth as tn

pytest.importorskip("openfeature")

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEvent
from openfeature.provider import ProviderStatus
from openfeature_steps import DEFINITIONS, World
from openfeature_support import converted, play, scenarios
from truenorth.openfeature import TruenorthProvider

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / os.environ.get("TRUENORTH_CONFORMANCE", "../shared/conformance") / "flags" / "openfeature-gherkin"
# How many scenarios each feature has, outlines filled in, as Cucumber's own compiler counts them.
COUNTS = {"contextMerging": 29, "evaluation": 13, "evaluation_v2": 82, "hooks": 3, "metadata": 5}
ON_OFF = {"variants": {"on": True, "off": False}, "defaultVariant": "off"}


@pytest.fixture(autouse=True)
def nothing_remains():
    yield
    api.shutdown()


def found():
    if not FOLDER.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(f"skipped: no {FOLDER}"))]
    features = {path.stem: scenarios(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.feature"))}
    assert {name: len(all) for name, all in features.items()} == COUNTS
    # Evaluation is local: there is nothing to keep.
    cached = pytest.mark.skip("nothing is cached")
    return [
        pytest.param(scenario, id=f"{name}: {scenario.name}", marks=[cached] if "@reason-codes-cached" in scenario.tags else [])
        for name, all in features.items()
        for scenario in all
    ]


@pytest.mark.parametrize("scenario", found())
def test_features(scenario):
    definitions = converted((FOLDER / "test-flags.json").read_text("utf-8"))
    assert list(tn.FlagSet.parse(definitions).problems) == []
    world = World(definitions)
    try:
        play(scenario, world, DEFINITIONS)
    finally:
        world.released.set()


def client(flags):
    provider = TruenorthProvider(flags)
    api.set_provider_and_wait(provider)
    return api.get_client(), provider


def flags_of(**flags):
    return tn.FlagSet.parse({"version": 1, "flags": flags})


def test_a_context_has_who_nested_objects_dates_and_lists():
    def rule(when):
        return {**ON_OFF, "rules": [{"when": when, "variant": "on"}]}

    half = [{"variant": "on", "weight": 1}, {"variant": "off", "weight": 1}]
    flags = flags_of(
        half={**ON_OFF, "rules": [{"split": half}]},
        nested=rule({"attribute": "organisation.plan", "equals": "pro"}),
        since=rule({"attribute": "joined", "since": "2025-01-01T00:00:00Z"}),
        listed=rule({"attribute": "roles", "in": ["admin"]}),
        broken={"variants": {}, "defaultVariant": "x"},
    )
    openfeature, _ = client(flags)
    joined = dt.datetime(2025, 6, 1, tzinfo=dt.timezone.utc)
    attributes = {"organisation": {"plan": "pro"}, "joined": joined, "roles": ["dev", "admin"]}
    context = EvaluationContext("user-1", attributes)
    for name in ("nested", "since", "listed"):
        details = openfeature.get_boolean_details(name, False, context)
        assert (details.value, details.reason) == (True, "TARGETING_MATCH"), name
        assert openfeature.get_boolean_details(name, True).reason == "DEFAULT"
    details = openfeature.get_boolean_details("half", False, context)
    wanted = flags.boolean("half", {"targetingKey": "user-1"})
    assert (details.value, details.variant, details.reason) == (wanted, "on" if wanted else "off", "SPLIT")
    details = openfeature.get_boolean_details("half", True)
    assert (details.value, details.reason, details.error_code) == (True, "ERROR", "TARGETING_KEY_MISSING")
    assert "targetingKey" in details.error_message
    wrong = EvaluationContext(attributes={"targetingKey": {}})
    assert openfeature.get_boolean_details("half", True, wrong).error_code == "INVALID_CONTEXT"
    assert openfeature.get_boolean_details("broken", True, context).error_code == "PARSE_ERROR"


def test_types_are_those_that_were_asked_for():
    flags = flags_of(
        whole={"variants": {"a": 3}, "defaultVariant": "a"},
        half={"variants": {"a": 0.5}, "defaultVariant": "a"},
        rows={"variants": {"a": [1, {"b": None}]}, "defaultVariant": "a"},
        off={**ON_OFF, "state": "DISABLED"},
    )
    openfeature, provider = client(flags)
    number = openfeature.get_float_value("whole", 0.5)
    assert (number, type(number)) == (3.0, float)
    assert openfeature.get_integer_details("half", 7).error_code == "TYPE_MISMATCH"
    assert openfeature.get_object_value("rows", {}) == [1, {"b": None}]
    assert [openfeature.get_boolean_value("off", default) for default in (True, False)] == [True, False]

    async def ask():
        return await asyncio.gather(
            provider.resolve_boolean_details_async("off", True),
            provider.resolve_string_details_async("off", "x"),
            provider.resolve_integer_details_async("whole", 0),
            provider.resolve_float_details_async("whole", 0.0),
            provider.resolve_object_details_async("rows", {}),
        )

    assert [details.value for details in asyncio.run(ask())] == [True, "x", 3, 3.0, [1, {"b": None}]]


def test_what_is_resolved_is_recorded():
    everybody = [{"variant": "on", "from": 0, "to": 1_000_000}]
    flags = flags_of(all={**ON_OFF, "rules": [{"ranges": everybody}]})
    flags.record_exposures()
    openfeature, _ = client(flags)
    openfeature.get_boolean_value("all", False, EvaluationContext("user-1"))
    openfeature.get_string_value("all", "", EvaluationContext("user-2"))
    taken = [(one["unit"], one["flag"], one["variant"], one["reason"]) for one in flags.take_exposures()]
    assert taken == [("user-1", "all", "on", "SPLIT")]


def test_a_reload_tells_which_flags_are_otherwise(tmp_path):
    def text(**flags):
        return json.dumps({"version": 1, "flags": flags})

    def write(**flags):
        path.write_text(text(**flags), "utf-8")

    def until(count):
        # Handlers are called from other threads.
        end = time.monotonic() + 10
        while len(told) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(told) == count, told
        return told[-1]

    path = tmp_path / "flags.json"
    write(a=ON_OFF, b=ON_OFF)
    flags = tn.FlagSet.watch(path, every=0.02)
    openfeature, _ = client(flags)
    told = []
    openfeature.add_handler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, lambda event: told.append(event.flags_changed))
    openfeature.add_handler(ProviderEvent.PROVIDER_STALE, lambda event: told.append(event.message))
    new = text(a={**ON_OFF, "defaultVariant": "on"}, b=ON_OFF, c=ON_OFF)
    flags.reload(new)
    assert until(1) == ["a", "c"]
    assert openfeature.get_boolean_value("a", False) is True
    flags.reload(new)
    with pytest.raises(tn.TruenorthError):
        flags.reload("{")

    path.write_text("{", "utf-8")
    assert "flags.json" in until(2)
    assert openfeature.get_provider_status() is ProviderStatus.STALE
    assert openfeature.get_boolean_value("a", False) is True
    write(b=ON_OFF)
    assert until(3) == ["a", "c"]
    assert openfeature.get_provider_status() is ProviderStatus.READY

    # Who is not asked any more does not listen.
    api.clear_providers()
    flags.reload(new)
    time.sleep(0.1)
    assert len(told) == 3
    flags.unwatch()


def test_only_a_set_of_flags_is_taken():
    for other in (None, {}, "flags.json"):
        with pytest.raises(tn.TruenorthError) as caught:
            TruenorthProvider(other)
        assert (caught.value.code, caught.value.path) == ("wrongType", "flags")


def test_truenorth_itself_needs_no_sdk():
    code = "import sys, truenorth; print(any(name.split('.')[0] == 'openfeature' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
