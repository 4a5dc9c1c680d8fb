"""What a flag costs in Python, here and elsewhere: the same flag, the same people, one process.

    all      benches/peers/install-flags.sh && benches/peers/.venv/bin/python benches/peers/flags.py
    some     benches/peers/.venv/bin/python benches/peers/flags.py truenorth eppo

Nanoseconds of the processor, the loop's own taken off: the middle of nine rounds of a quarter of a second, after warming
up. Each is given its flag as it writes one itself; half of the people must get it.
"""

import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable

PEOPLE, FLAGS = 1000, 200
KEYS = [f"user-{index}" for index in range(PEOPLE)]
NAMES = [f"new-portal-nav-{index}" for index in range(FLAGS)]
FLAG = NAMES[FLAGS // 2]
ATTRIBUTES = {"country": "CA", "plan": "enterprise", "seats": 25, "beta": True}

Row = tuple[Callable[..., object], list[tuple[object, ...]]]


def file(write: Callable[[str], dict]) -> dict:
    return {name: write(name) for name in NAMES}


def truenorth() -> dict[str, Row]:
    import truenorth as tn

    conditions = [
        {"attribute": "country", "in": ["US", "CA", "GB"]},
        {"attribute": "plan", "equals": "enterprise"},
        {"attribute": "seats", "atLeast": 10},
    ]
    flag = {
        "variants": {"on": True, "off": False},
        "defaultVariant": "off",
        "rules": [{"when": {"all": conditions}, "split": [{"variant": "on", "weight": 50}, {"variant": "off", "weight": 50}]}],
    }
    flags = tn.FlagSet.parse({"version": 1, "flags": file(lambda _: flag)})
    people = [{"targetingKey": key, **ATTRIBUTES} for key in KEYS]
    plain = [(FLAG, person) for person in people]
    prepared = [(FLAG, flags.prepare(person)) for person in people]
    return {
        "prepared": (flags.boolean, prepared),
        "plain dict": (flags.boolean, plain),
        "plain dict, with details": (flags.evaluate, plain),
        "prepared, with details": (flags.evaluate, prepared),
        "200 flags, prepared": (flags.evaluate_all, [(context,) for _, context in prepared]),
        "200 flags, plain dict": (flags.evaluate_all, [(person,) for person in people]),
        "1000 keys in one call": (flags.booleans, [(FLAG, KEYS, person) for person in people]),
        "1000 keys in one call, prepared": (flags.booleans, [(FLAG, KEYS, context) for _, context in prepared]),
    }


def eppo() -> dict[str, Row]:
    import eppo_client
    from eppo_client import AssignmentLogger, ClientConfig, Configuration

    def flag(name: str) -> dict:
        def half(variation: str, start: int, end: int) -> dict:
            return {"variationKey": variation, "shards": [{"salt": name, "ranges": [{"start": start, "end": end}]}]}

        conditions = [
            {"attribute": "country", "operator": "ONE_OF", "value": ["US", "CA", "GB"]},
            {"attribute": "plan", "operator": "ONE_OF", "value": ["enterprise"]},
            {"attribute": "seats", "operator": "GTE", "value": 10},
        ]
        splits = [half("on", 0, 5000), half("off", 5000, 10_000)]
        return {
            "key": name, "enabled": True, "variationType": "BOOLEAN", "totalShards": 10_000,
            "variations": {"on": {"key": "on", "value": True}, "off": {"key": "off", "value": False}},
            "allocations": [{"key": "split", "doLog": False, "rules": [{"conditions": conditions}], "splits": splits}],
        }

    text = json.dumps({
        "createdAt": "2026-01-01T00:00:00Z", "format": "SERVER", "environment": {"name": "production"}, "flags": file(flag),
    })
    config = ClientConfig(
        api_key="none",
        base_url="http://127.0.0.1:9",
        assignment_logger=AssignmentLogger(),
        poll_interval_seconds=None,
        initial_configuration=Configuration(flags_configuration=text.encode()),
    )
    client = eppo_client.init(config)
    people = [(FLAG, key, ATTRIBUTES, False) for key in KEYS]
    return {
        "plain dict": (client.get_boolean_assignment, people),
        "plain dict, with details": (client.get_boolean_assignment_details, people),
    }


def growthbook() -> dict[str, Row]:
    from growthbook import GrowthBook

    condition = {"country": {"$in": ["US", "CA", "GB"]}, "plan": "enterprise", "seats": {"$gte": 10}}

    def flag(name: str) -> dict:
        rule = {"condition": condition, "force": True, "coverage": 0.5, "hashAttribute": "id", "hashVersion": 2, "seed": name}
        return {"defaultValue": False, "rules": [rule]}

    client = GrowthBook(features=file(flag))

    def ask(person: dict) -> bool:
        client.set_attributes(person)
        return client.is_on(FLAG)

    def explain(person: dict) -> object:
        client.set_attributes(person)
        return client.eval_feature(FLAG)

    people = [({"id": key, **ATTRIBUTES},) for key in KEYS]
    return {"plain dict": (ask, people), "plain dict, with details": (explain, people)}


def flagd() -> dict[str, Row]:
    from openfeature.contrib.tools.flagd.core import FlagdCore
    from openfeature.evaluation_context import EvaluationContext

    conditions = [
        {"in": [{"var": "country"}, ["US", "CA", "GB"]]},
        {"==": [{"var": "plan"}, "enterprise"]},
        {">=": [{"var": "seats"}, 10]},
    ]
    flag = {
        "state": "ENABLED",
        "variants": {"on": True, "off": False},
        "defaultVariant": "off",
        "targeting": {"if": [{"and": conditions}, {"fractional": [["on", 50], ["off", 50]]}, "off"]},
    }
    core = FlagdCore()
    core.set_flags({"flags": file(lambda _: flag)})
    people = [(FLAG, False, EvaluationContext(key, ATTRIBUTES)) for key in KEYS]
    return {"prepared, with details": (core.resolve_boolean_value, people)}


def openfeature() -> dict[str, Row]:
    """The client of OpenFeature alone: its provider only picks one of two."""
    from openfeature import api
    from openfeature.evaluation_context import EvaluationContext
    from openfeature.flag_evaluation import FlagResolutionDetails
    from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

    def even(_: object, context: EvaluationContext) -> FlagResolutionDetails:
        return FlagResolutionDetails(int((context.targeting_key or "user-0")[5:]) % 2 == 0)

    api.set_provider(InMemoryProvider({FLAG: InMemoryFlag("off", {"on": True, "off": False}, context_evaluator=even)}))
    client = api.get_client()
    people = [(FLAG, False, EvaluationContext(key, ATTRIBUTES)) for key in KEYS]
    return {"prepared": (client.get_boolean_value, people), "prepared, with details": (client.get_boolean_details, people)}


def spent(call: Callable[..., object], calls: list[tuple[object, ...]], number: int) -> float:
    turns = itertools.islice(itertools.cycle(calls), number)
    begun = time.process_time()
    for arguments in turns:
        call(*arguments)
    return time.process_time() - begun


def cost(call: Callable[..., object], calls: list[tuple[object, ...]]) -> float:
    number = 8
    while spent(call, calls, number) < 0.08:
        number *= 2
    number *= 4
    return statistics.median(spent(call, calls, number) for _ in range(9)) / number * 1e9


def empty() -> float:
    """The loop and a call that does nothing, which is in none of the figures."""
    number = 1_000_000
    turns = [("", None)] * PEOPLE

    def loop() -> float:
        begun = time.process_time()
        for arguments in itertools.islice(itertools.cycle(turns), number):
            arguments  # noqa: B018
        return time.process_time() - begun

    return statistics.median(loop() for _ in range(9)) / number * 1e9


def is_on(answer: object) -> bool:
    for name in ("value", "variation", "on"):
        answer = getattr(answer, name, answer)
    return answer is True


def main() -> None:
    wanted = sys.argv[1:]
    idle = empty()
    for peer in (truenorth, eppo, growthbook, flagd, openfeature):
        if wanted and peer.__name__ not in wanted:
            continue
        print(peer.__name__)
        for name, (call, calls) in peer().items():
            share = ""
            if name[0].isalpha():
                on = sum(is_on(call(*arguments)) for arguments in calls)
                assert 400 <= on <= 600, f"half of them, not {on}"
                share = f", {on / 10} % on"
            print(f"{cost(call, calls) - idle:12.0f} ns  {name}{share}", flush=True)


if __name__ == "__main__":
    main()
