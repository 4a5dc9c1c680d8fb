"""`FlagSet`: flags kept, exchanged and asked; contexts as dictionaries, read lazily, and made before."""

import copy
import datetime as dt
import enum
import json
import os
import pickle
import threading
import time
import types
from collections import Counter
from pathlib import Path

import pytest
import truenorth as tn

FILES = sorted((Path(__file__).parents[2] / "core" / "tests" / "cases" / "flags").rglob("*.json"))
CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}
ON_OFF = {"variants": {"on": True, "off": False}, "defaultVariant": "off"}
HALF = [{"variant": "on", "weight": 50}, {"variant": "off", "weight": 50}]
UTC = dt.timezone.utc


def flag(when=None, **serve):
    rule = serve or {"variant": "on"}
    return {**ON_OFF, "rules": [{"when": when, **rule} if when else rule]}


def flags_of(**flags):
    return tn.FlagSet.parse({"version": 1, "flags": flags})


def code(flags, context, name="x"):
    return flags.evaluate(name, context).error_code


def golden(*operations):
    """The cases of some operations, but for those that are wrong in what no handle is given."""
    cases = {name: case for name, case in CASES.items() if case["operation"] in operations}
    wanted = [name for name, case in cases.items() if case.get("error", {"path": "definitions"})["path"].startswith("definitions")]
    return pytest.mark.parametrize("case", [cases[name] for name in wanted], ids=wanted)


@golden("flagsEvaluate", "flagsExplain")
def test_golden_cases_through_the_handle(case):
    request = case["request"]
    if "error" in case:
        with pytest.raises(tn.TruenorthError) as caught:
            tn.FlagSet.parse(request["definitions"])
        expected = case["error"]
        assert caught.value.code == expected["code"]
        assert f"definitions.{caught.value.path}".rstrip(".") == expected["path"]
        return
    report = case["report"]
    flags = tn.FlagSet.parse(request["definitions"])
    attributes, now = request["context"], request.get("now")
    kept = tn.FlagContext(attributes=attributes, now=now)
    # By the keyword, and where it is absent by the context.
    contexts = [(attributes, now), (kept, None), (flags.prepare(attributes), now), (flags.prepare(kept), None)]
    for expected in report.get("evaluations", [report]):
        for context, at in contexts:
            found = flags.evaluate(expected["flag"], context, now=at)
            if "the instant" in expected.get("errorMessage", ""):
                # Here somebody knows the time.
                assert expected["errorCode"] == "INVALID_CONTEXT" and found.error_code is None
                continue
            assert found.flag == expected["flag"]
            assert (found.value, found.variant) == (expected.get("value"), expected.get("variant"))
            assert (found.reason, found.rule) == (expected["reason"], expected.get("rule"))
            assert (found.error_code, found.error_message) == (expected.get("errorCode"), expected.get("errorMessage"))
            if "evaluations" in report:
                assert found.metadata == expected["metadata"]
                assert flags.evaluate_all(context, now=at).get(found.flag) == found.value
            else:
                asked = tn.flags_explain(**request)
                assert flags.explain(found.flag, context, now=at) == asked and type(asked) is tn.reports.FlagExplanation
    told = [problem.to_dict() for problem in flags.problems]
    assert told == report.get("problems", told)


def variants(definitions, flag, request):
    """The variant of each context, by the handle."""
    flags = tn.FlagSet.parse(definitions)
    return [flags.evaluate(flag, context, now=request.get("now")).variant for context in request.get("contexts", [])]


@golden("flagsSimulate")
def test_simulated_shares_are_those_of_the_handle(case):
    for told in case["report"]["flags"]:
        found = Counter(variants(case["request"]["definitions"], told["flag"], case["request"]))
        assert found == Counter({each.get("variant"): each["count"] for each in told["variants"]})


@golden("flagsDiff")
def test_those_who_move_are_those_of_the_handles(case):
    before, after = case["request"]["before"], case["request"]["after"]
    # From a flag that is not there nobody moves.
    for told in (flag for flag in case["report"]["flags"] if flag["kind"] not in ("added", "removed")):
        both = zip(*(variants(definitions, told["flag"], case["request"]) for definitions in (before, after)), strict=True)
        moves = Counter(pair for pair in both if pair[0] != pair[1])
        assert moves == Counter({(move.get("from"), move.get("to")): move["count"] for move in told.get("moves", [])})


def test_random_flags_answer_as_in_rust():
    path = os.environ.get("TRUENORTH_RANDOM_FLAGS", "")
    if not os.path.isfile(path):
        pytest.skip("`cargo test -p truenorth --test flags_random` makes them, and TRUENORTH_RANDOM_FLAGS says where they are")
    asked = 0
    for line in Path(path).read_text("utf-8").splitlines():
        case = json.loads(line)
        flags, now = tn.FlagSet.parse(case["definitions"]), case["now"]
        for person, answers in zip(case["people"], case["answers"], strict=True):
            assert flags.names() == [expected["flag"] for expected in answers]
            values = flags.evaluate_all(person, now=now)
            for expected in answers:
                for context in (person, flags.prepare(person)):
                    found = flags.evaluate(expected["flag"], context, now=now)
                    told = [found.value, found.variant, found.reason, found.rule, found.error_code, found.error_message]
                    names = ["value", "variant", "reason", "rule", "errorCode", "errorMessage"]
                    assert told == [expected.get(name) for name in names], (line, person)
                    # `==` takes 0.0 for -0.0 and True for 1.
                    assert repr(found.value) == repr(expected.get("value"))
                assert values[expected["flag"]] == expected.get("value")
                asked += 1
    assert asked == 10_000


def test_there_are_golden_cases():
    asked = Counter(case["operation"] for case in CASES.values())
    assert asked["flagsEvaluate"] + asked["flagsExplain"] >= 15 and asked["flagsSimulate"] and asked["flagsDiff"]


def test_every_type_has_its_getter():
    flags = flags_of(
        truth=flag(),
        text={"variants": {"a": "Straße"}, "defaultVariant": "a"},
        whole={"variants": {"a": 7}, "defaultVariant": "a"},
        part={"variants": {"a": 0.25}, "defaultVariant": "a"},
        thing={"variants": {"a": {"seats": [1, 2.5, None, "x"], "aB": {"cD": True}}}, "defaultVariant": "a"},
    )
    assert flags.boolean("truth") is True
    assert flags.string("text") == "Straße"
    assert flags.integer("whole") == 7 and type(flags.integer("whole")) is int
    assert flags.number("part") == 0.25
    assert flags.number("whole") == 7.0 and type(flags.number("whole")) is float
    assert flags.object("thing") == {"seats": [1, 2.5, None, "x"], "aB": {"cD": True}}
    assert flags.evaluate_all() == {name: flags.evaluate(name).value for name in flags.names()}
    assert flags.names() == ["part", "text", "thing", "truth", "whole"]
    assert len(flags) == 5 and "text" in flags and "test" not in flags
    # Another type, or no such flag: the default stands, and nothing is raised.
    marker = object()
    assert flags.object("text", default=marker) is marker and flags.object("no") is None
    assert flags.boolean("text", default=True) is True and flags.boolean("no") is False
    assert flags.string("whole", default="d") == "d" and flags.string("no") == ""
    assert flags.integer("part", default=2**70) == 2**70 and flags.integer("no") == 0
    assert flags.number("truth", default=3) == 3.0 and flags.number("no") == 0.0


def test_units_are_texts_and_whole_numbers():
    flags = flags_of(x=flag(split=HALF))
    by_text = [flags.boolean("x", {"targetingKey": str(number)}) for number in range(-50, 50)]
    assert 20 < sum(by_text) < 80
    assert [flags.boolean("x", {"targetingKey": number}) for number in range(-50, 50)] == by_text
    assert [flags.boolean("x", {"targetingKey": float(number)}) for number in range(-50, 50)] == by_text
    assert [flags.boolean("x", tn.FlagContext(number)) for number in range(-50, 50)] == by_text
    assert code(flags, {"targetingKey": 2**53 - 1}) is None
    for wrong in (True, False, 7.5, float("nan"), float("inf"), 2**53, -(2**53), 10**400, ["u"], {"id": "u"}, b"u", "\ud800"):
        assert code(flags, {"targetingKey": wrong}) == "INVALID_CONTEXT", wrong
        assert flags.boolean("x", {"targetingKey": wrong}, default=True) is True
    for missing in ({}, {"targetingKey": None}, None):
        assert code(flags, missing) == "TARGETING_KEY_MISSING"


def test_a_column_of_units_is_one_after_another():
    flags = flags_of(x=flag({"attribute": "country", "equals": "DE"}, split=HALF))
    expected = [flags.boolean("x", {"targetingKey": number, "country": "DE"}) for number in range(200)]
    assert 50 < sum(expected) < 150
    kept = tn.FlagContext("someone else", {"country": "DE"})
    for context in ({"country": "DE"}, {"country": "DE", "targetingKey": "someone else"}, kept, flags.prepare(kept)):
        assert flags.booleans("x", list(range(200)), context) == expected
    texts = tuple(map(str, range(200)))
    for keys in (texts, (key for key in texts), range(200)):
        assert flags.booleans("x", keys, {"country": "DE"}) == expected
    # What cannot be a unit gets the default, and the others what they get.
    assert flags.booleans("x", [True, None, 7.5, *range(200)], {"country": "DE"}, default=True) == [True] * 3 + expected
    assert flags.booleans("x", range(3), {"country": "FR"}, default=True) == [False] * 3
    assert flags.booleans("x", []) == []
    numpy = pytest.importorskip("numpy")
    assert flags.booleans("x", numpy.arange(200), {"country": "DE"}) == expected
    pandas = pytest.importorskip("pandas")
    assert flags.booleans("x", pandas.Series(texts), {"country": "DE"}) == expected
    for wrong in ("abc", 3, {"a": 1}, None):
        with pytest.raises(tn.TruenorthError) as caught:
            flags.booleans("x", wrong)
        assert (caught.value.code, caught.value.path) == ("wrongType", "keys")


class Bomb:
    """Notices when somebody wants to know what it is."""

    def __init__(self):
        self.touched = 0

    def __getattr__(self, name):
        self.touched += 1
        raise ZeroDivisionError(name)


def test_only_what_a_flag_needs_is_looked_at():
    flags = flags_of(x=flag({"attribute": "country", "equals": "DE"}), y=flag({"attribute": "bomb", "equals": 3}))
    bomb = Bomb()
    context = {"bomb": bomb, "country": "DE", 3: "no name", "\ud800": "no text"}
    assert flags.boolean("x", context) is True
    assert bomb.touched == 0
    # Where it is needed it cannot be used, and is no reason to raise.
    assert flags.boolean("y", context, default=True) is True
    assert bomb.touched > 0 and code(flags, context, "y") == "INVALID_CONTEXT"
    assert "`bomb` cannot be used" in flags.evaluate("y", context).error_message


def test_a_key_that_cannot_be_compared_raises_nothing():
    class Key:
        def __hash__(self):
            return hash("country")

        def __eq__(self, other):
            raise ZeroDivisionError

    flags = flags_of(x=flag({"attribute": "country", "equals": "DE"}))
    assert flags.boolean("x", {Key(): "DE"}, default=True) is True
    assert code(flags, {Key(): "DE"}) == "INVALID_CONTEXT"


def test_attributes_are_what_python_has():
    class Plan(enum.Enum):
        BETA = "beta"

    def passes(when, value):
        return flags_of(x=flag({"attribute": "a", **when})).boolean("x", {"a": value})

    assert passes({"equals": "beta"}, Plan.BETA) and not passes({"equals": "gamma"}, Plan.BETA)
    assert passes({"in": ["x", "y"]}, ["z", "y"]) and passes({"in": ["x", "y"]}, ("z", "y"))
    assert not passes({"in": ["x", "y"]}, ["z"])
    assert passes({"equals": True}, True) and not passes({"equals": True}, 1) and not passes({"equals": 1}, True)
    assert passes({"atLeast": 10}, 10) and passes({"atLeast": 10}, 2**60) and not passes({"atLeast": 10}, 9.99)
    begin = {"since": "2025-01-01T00:00:00Z"}
    assert passes(begin, dt.datetime(2025, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert not passes(begin, dt.datetime(2025, 1, 1, 0, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    assert passes({"present": False}, None) and passes({"present": True}, 0)
    numpy = pytest.importorskip("numpy")
    assert passes({"equals": 3}, numpy.int64(3)) and passes({"equals": 0.5}, numpy.float32(0.5))
    assert passes({"equals": True}, numpy.bool_(True)) and passes({"in": [2]}, numpy.array([1, 2]))


def test_a_name_may_be_a_path():
    flags = flags_of(x=flag({"attribute": "organisation.plan.name", "equals": "gold"}))
    assert flags.boolean("x", {"organisation": {"plan": {"name": "gold"}}})
    assert flags.boolean("x", {"organisation": types.MappingProxyType({"plan": {"name": "gold"}})})
    assert flags.boolean("x", {"organisation.plan.name": "gold", "organisation": {"plan": {"name": "tin"}}})
    for other in ({}, {"organisation": "gold"}, {"organisation": {"plan": None}}, {"organisation": {"plan": {}}}):
        assert flags.boolean("x", other) is False and flags.boolean("x", flags.prepare(other)) is False


def test_loops_end():
    flags = flags_of(x=flag({"attribute": "a", "equals": "b"}))
    loop = []
    loop.append(loop)
    assert flags.boolean("x", {"a": loop}, default=True) is True
    loop = [{}]
    loop[0]["again"] = loop
    assert code(flags, {"a": loop}) == "INVALID_CONTEXT"
    with pytest.raises(tn.TruenorthError) as caught:
        flags.prepare({"a": loop})
    assert caught.value.code == "tooLarge"


def test_a_large_attribute_costs_nothing_where_it_is_not_needed():
    flags = flags_of(x=flag({"attribute": "country", "equals": "DE"}), y=flag({"attribute": "page", "contains": ["ä"]}))
    for page in ("x" * 10_000_000, "ä" * 5_000_000):
        context = {"country": "DE", "page": page}
        began = time.perf_counter()
        assert all(flags.boolean("x", context) for _ in range(1000))
        assert time.perf_counter() - began < 1
        # It is longer than any text that is compared.
        assert flags.boolean("y", context, default=True) is flags.boolean("y", flags.prepare(context), default=True)


def test_now_is_given_or_the_clock():
    ends = {"rules": [{"until": "2025-03-01T00:00:00Z", "variant": "on"}]}
    begins = {"rules": [{"from": "2025-03-01T00:00:00Z", "variant": "on"}]}
    flags = flags_of(ends={**ON_OFF, **ends}, begins={**ON_OFF, **begins})
    early, late = "2025-02-28T23:59:59Z", dt.datetime(2025, 3, 1, tzinfo=UTC)
    for context in ({}, tn.FlagContext("u"), flags.prepare({})):
        assert flags.boolean("ends", context, now=early) and not flags.boolean("begins", context, now=early)
        assert flags.boolean("begins", context, now=late) and not flags.boolean("ends", context, now=late)
        # By this computer's clock it is over.
        assert flags.boolean("begins", context) and not flags.boolean("ends", context)
    kept = tn.FlagContext("u", now=early)
    assert flags.boolean("ends", kept) and flags.boolean("begins", kept, now=late)
    assert flags.boolean("ends", flags.prepare(kept)) and flags.boolean("begins", flags.prepare(kept, now=late))
    for wrong, said in ((dt.datetime(2025, 3, 1), "invalidTime"), ("yesterday", "invalidTime"), (3, "wrongType")):
        with pytest.raises(tn.TruenorthError) as caught:
            flags.boolean("ends", {}, now=wrong)
        assert (caught.value.code, caught.value.path) == (said, "now")


def test_what_is_no_argument_is_refused():
    flags = flags_of(x=flag())
    for context in (3, "user-1", [], object()):
        for ask in (flags.boolean, flags.evaluate, flags.explain, flags.object):
            with pytest.raises(tn.TruenorthError) as caught:
                ask("x", context)
            assert (caught.value.code, caught.value.path) == ("wrongType", "context")
    for wrong in (lambda: flags.boolean(3), lambda: flags.boolean("x", {}, True)):
        with pytest.raises(TypeError):
            wrong()
    ask = {flags.boolean: "a bool", flags.string: "a text", flags.integer: "a whole number", flags.number: "a number"}
    ask[lambda name, **keywords: flags.booleans(name, ["u"], **keywords)] = "a bool"
    for getter, wanted in ask.items():
        with pytest.raises(tn.TruenorthError) as caught:
            getter("x", default=["yes"])
        assert (caught.value.code, caught.value.path) == ("wrongType", "default")
        assert caught.value.message == f"expected {wanted}, found something of type `list`"
    for key in (True, ["u"], {"a": 1}):
        with pytest.raises(tn.TruenorthError) as caught:
            tn.FlagContext(key)
        assert (caught.value.code, caught.value.path) == ("wrongType", "targeting_key")
    with pytest.raises(tn.TruenorthError) as caught:
        tn.FlagContext("u", {"a": {"b": object()}})
    assert caught.value.path == "attributes.a.b"
    with pytest.raises(tn.TruenorthError) as caught:
        tn.FlagContext("u", {"targetingKey": "v"})
    assert caught.value.code == "conflict"


def test_definitions_that_cannot_be_read():
    for text, said in (("{", "invalidJson"), ('{"version": 7, "flags": {}}', "unknownValue"), (3, "wrongType"), (b"{}", "wrongType")):
        with pytest.raises(tn.TruenorthError) as caught:
            tn.FlagSet.parse(text)
        assert caught.value.code == said, caught.value
    # One flag that is wrong leaves the others alone.
    flags = flags_of(good=flag(), bad={**ON_OFF, "rules": [{"variant": "blue"}]})
    assert flags.boolean("good") and code(flags, {}, "bad") == "PARSE_ERROR"
    assert [(problem.flag, problem.path) for problem in flags.problems] == [("bad", "flags.bad.rules[0].variant")]
    assert repr(flags) == "<FlagSet: 2 flags, 1 problems>"


def test_files(tmp_path):
    written = {"version": 1, "flags": {"x": flag({"attribute": "country", "equals": "DE"})}}
    named = tmp_path / "flags.json"
    named.write_text(json.dumps(written), "utf-8")
    assert tn.FlagSet.from_file(named).boolean("x", {"country": "DE"})
    yaml = tmp_path / "flags.yaml"
    yaml.write_text(
        "version: 1\nflags:\n  x: # by country\n    variants: {on: true, off: false}\n    defaultVariant: off\n"
        "    rules:\n    - when: {attribute: country, equals: NO}\n      variant: on\n",
        "utf-8",
    )
    assert tn.FlagSet.from_file(str(yaml)).boolean("x", {"country": "NO"})
    yaml.write_text("version: 1\nflags: 3\n", "utf-8")
    with pytest.raises(tn.TruenorthError) as caught:
        tn.FlagSet.from_file(yaml)
    assert caught.value.path == str(yaml) and "line 2" in caught.value.message
    with pytest.raises(tn.TruenorthError) as caught:
        tn.FlagSet.from_file(tmp_path / "none.json")
    assert caught.value.code == "unreadable"


def test_another_file_in_place_of_the_last_one():
    on, off = ({"version": 1, "flags": {"x": {**ON_OFF, "defaultVariant": name}}} for name in ("on", "off"))
    flags = tn.FlagSet.parse(on)
    kept = flags.prepare({"targetingKey": "u"})
    assert flags.boolean("x", kept)
    flags.reload(json.dumps(off))
    assert not flags.boolean("x", kept) and not flags.boolean("x", {})
    with pytest.raises(tn.TruenorthError):
        flags.reload("{")
    assert not flags.boolean("x", default=True)
    flags.reload(on)
    assert flags.boolean("x")


def test_a_context_answers_after_a_reload():
    before = {"version": 1, "flags": {"x": flag({"attribute": "a", "equals": "1"})}}
    after = {"version": 1, "flags": {"x": flag({"attribute": "b", "equals": "2"}), "w": flag({"attribute": "a", "equals": "1"})}}
    flags = tn.FlagSet.parse(before)
    kept = flags.prepare({"a": "1", "b": "2"})
    flags.reload(after)
    assert flags.boolean("x", kept) and flags.boolean("w", kept)
    assert not tn.FlagSet.parse(after).boolean("x", flags.prepare({"a": "1"}))


def test_many_threads_ask_while_flags_are_exchanged():
    texts = [json.dumps({"version": 1, "flags": {"x": {"variants": {"a": n}, "defaultVariant": "a"}}}) for n in (1, 2)]
    flags = tn.FlagSet.parse(texts[0])
    flags.record_exposures()
    seen, failures, stop = set(), [], threading.Event()

    def ask(number):
        try:
            while not stop.is_set():
                seen.add(flags.integer("x", {"targetingKey": number}))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for step in range(300):
        flags.reload(texts[step % 2])
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures and seen <= {1, 2} and seen


def test_exposures_are_recorded_once():
    flags = flags_of(x=flag(split=HALF))
    flags.boolean("x", {"targetingKey": "early"})
    assert flags.take_exposures() == []
    flags.record_exposures()
    for _ in range(3):
        flags.boolean("x", {"targetingKey": "u"}, now="2025-03-01T00:00:00Z")
    flags.boolean("x", {})
    flags.boolean("no", {"targetingKey": "u"})
    # What only looks is not recorded.
    flags.evaluate("x", {"targetingKey": "v"})
    flags.explain("x", {"targetingKey": "v"})
    flags.evaluate_all({"targetingKey": "v"})
    variant = flags.evaluate("x", {"targetingKey": "u"}).variant
    (exposure,) = flags.take_exposures()
    assert exposure == {
        "unit": "u",
        "flag": "x",
        "variant": variant,
        "rule": "rules[0]",
        "reason": "SPLIT",
        "at": "2025-03-01T00:00:00Z",
    }
    assert flags.take_exposures() == [] and flags.exposures_lost == 0
    before = dt.datetime.now(UTC)
    assert len(flags.booleans("x", range(100))) == 100
    taken = flags.take_exposures()
    assert sorted(int(one["unit"]) for one in taken) == list(range(100))
    assert all(before <= dt.datetime.fromisoformat(one["at"].replace("Z", "+00:00")) for one in taken)


def test_exposures_have_bounds():
    flags = flags_of(x=flag(split=HALF))
    flags.record_exposures(most=160)
    flags.booleans("x", range(10_000))
    taken = flags.take_exposures()
    assert 0 < len(taken) <= 160 and flags.exposures_lost == 10_000 - len(taken)


def test_contexts_show_nobody():
    kept = tn.FlagContext("ada@example.com", {"plan": "beta"})
    assert repr(kept) == "<FlagContext: 2 attributes>" and len(kept) == 2
    assert "ada" not in repr(flags_of(x=flag()).prepare(kept))


def test_pickling_is_refused_with_a_reason():
    for thing, said in ((flags_of(x=flag()), "send the definitions"), (tn.FlagContext("u"), "send the attributes")):
        for refused in (pickle.dumps, copy.copy):
            with pytest.raises(TypeError, match=f"cannot be pickled: {said}"):
                refused(thing)
