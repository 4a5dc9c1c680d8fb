"""Writes the third generation of `fractional`, and whole evaluations, as openfeature-flagd-core (PyPI) has them.

Run: pip install openfeature-flagd-core==2.0.0 && python fractional.py > fractional_3.json
"""

import importlib.metadata
import json
import logging
import pathlib

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import OpenFeatureError

logging.disable(logging.CRITICAL)
flags = json.loads(pathlib.Path(__file__).with_name("fractional_flags.json").read_text())
core = FlagdCore()
core.set_flags(json.dumps(flags["file"]))


def answer(flag, context):
    attributes = dict(context)
    key = attributes.pop("targetingKey", None)
    try:
        found = core.resolve_string_value(flag, "the caller", EvaluationContext(key, attributes))
    except OpenFeatureError as error:
        return [None, "ERROR", error.error_code.value]
    return [found.variant, found.reason]


answers = {flag: [answer(flag, context) for context in flags["contexts"]] for flag in flags["file"]["flags"]}
version = importlib.metadata.version("openfeature-flagd-core")
print(json.dumps({"by": {"3": f"openfeature-flagd-core {version}"}, "answers": {"3": answers}}, separators=(",", ":")))
