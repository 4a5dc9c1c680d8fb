"""The golden cases of the core, answered by this face to the last bit."""

import json
from pathlib import Path

import pytest
import truenorth as tn

CASES = Path(__file__).parents[2] / "core" / "tests" / "cases"
FILES = sorted(CASES.rglob("*.json"))


def snake(name):
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


def plain(data):
    """A report in the wire's spelling, read into one spelling; the user's own keys do not tell themselves apart."""
    if isinstance(data, dict):
        return {snake(key): plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(item) for item in data]
    return data


def exact(data):
    """Text in which floats are written to the last bit, so that 1 and 1.0 and true differ too."""
    if isinstance(data, float):
        return f"float {data.hex()}"
    if isinstance(data, dict):
        return {key: exact(value) for key, value in data.items()}
    if isinstance(data, list):
        return [exact(item) for item in data]
    return f"{type(data).__name__} {data}"


def test_there_are_cases():
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CASES).with_suffix("").as_posix())
def test_case(path):
    case = json.loads(path.read_text("utf-8"))
    sources = [tn.EventTable(case["tables"]["events"])] if "tables" in case else []
    if "error" in case:
        with pytest.raises(tn.TruenorthError) as caught:
            tn.run(case["operation"], case["request"], *sources)
        error = case["error"]
        assert (caught.value.code, caught.value.path) == (error["code"], spelled(error["path"], case["request"]))
        assert words(caught.value.message) == words(error["message"])
        return
    report = tn.run(case["operation"], case["request"], *sources)
    assert exact(plain(report.to_dict())) == exact(plain(case["report"]))
    # Asked the way people here ask, the answer is the same.
    function = getattr(tn, snake(case["operation"]))
    assert function(*sources, **{snake(key): value for key, value in case["request"].items()}) == report
    # A view can read whatever a report holds.
    repr(report)


def spelled(path, request):
    """The path of an error in snake case; the keys under `filter` and `labels` are the user's own."""
    parts = path.split(".")
    own = {index + 1 for index, part in enumerate(parts) if part in ("filter", "labels")}
    return ".".join(part if index in own else snake(part) for index, part in enumerate(parts))


def words(message):
    """A sentence without the spelling of the names in it."""
    return "`".join(snake(part) if index % 2 else part for index, part in enumerate(message.split("`")))
