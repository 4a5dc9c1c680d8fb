"""What OpenFeature's features mean, said to its SDK for Python."""

import asyncio
import copy
import datetime as dt
import json
import threading

import truenorth as tn
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import GeneralError, ProviderFatalError
from openfeature.flag_evaluation import FlagEvaluationOptions
from openfeature.hook import Hook
from openfeature.transaction_context import ContextVarsTransactionContextPropagator
from truenorth.openfeature import TruenorthProvider


def value(kind, text):
    """A word of a feature as a value of its type."""
    if kind.lower() == "object":
        return json.loads(text.replace('\\"', '"'))
    return {
        "boolean": lambda: text == "true",
        "integer": lambda: int(text),
        "float": lambda: float(text),
        "string": lambda: None if text == "null" else text,
    }[kind.lower()]()


class Recorder(Hook):
    def __init__(self, world, name):
        self.calls, self.name = world.calls, name

    def before(self, hook_context, hints):
        self.calls.append((self.name, "before", None))

    def after(self, hook_context, details, hints):
        self.calls.append((self.name, "after", details))

    def error(self, hook_context, exception, hints):
        self.calls.append((self.name, "error", None))

    def finally_after(self, hook_context, details, hints):
        self.calls.append((self.name, "finally", details))


class World:
    """What a scenario is played with."""

    def __init__(self, definitions):
        self.definitions = definitions
        self.attributes, self.levels, self.calls, self.options = {}, {}, [], None
        self.released = threading.Event()

    def provide(self, initialize=None, wait=True):
        self.provider = TruenorthProvider(tn.FlagSet.parse(self.definitions))
        if initialize is not None:
            self.provider.initialize = initialize
        try:
            (api.set_provider_and_wait if wait else api.set_provider)(self.provider, "gherkin")
        except (GeneralError, ProviderFatalError):
            assert initialize is not None
        self.client = api.get_client("gherkin")

    def ask(self, kind, key, otherwise, attributes=None):
        context = EvaluationContext(attributes=self.attributes if attributes is None else attributes)
        return getattr(self.client, f"get_{kind.lower()}_details")(key, otherwise, context, self.options)

    def called(self, stage):
        return [details for _, found, details in self.calls if found == stage]


def provider(world, state):
    def fail(error):
        def initialize(context):
            raise error

        return initialize

    if state == "not ready":
        world.provide(lambda context: world.released.wait(), wait=False)
    else:
        world.provide({"error": fail(GeneralError("planted")), "fatal": fail(ProviderFatalError("planted"))}.get(state))
    if state == "stale":
        world.provider.emit_provider_stale(ProviderEventDetails())


def flag(world, kind, key, text):
    world.kind, world.key, world.otherwise = kind, key, value(kind, text)


def evaluate(world):
    world.details = world.ask(world.kind, world.key, world.otherwise)


def evaluate_async(world):
    async def run():
        context = EvaluationContext(attributes=world.attributes)
        asked = getattr(world.client, f"get_{world.kind.lower()}_details_async")(world.key, world.otherwise, context)
        # Others go on while it is asked.
        world.details, world.went_on = await asyncio.gather(asked, asyncio.sleep(0, True))

    asyncio.run(run())


def attribute(world, key, kind, text):
    world.attributes[key] = value(kind, text)


def is_value(found, kind, text):
    wanted = value(kind, text)
    assert found == wanted and type(found) is type(wanted), (found, wanted)


def modifiable(world):
    world.attributes = {"nested": {"list": [1, 2]}, "when": dt.datetime(2025, 1, 1, tzinfo=dt.timezone.utc)}
    world.before = copy.deepcopy(world.attributes)


def is_immutable(world):
    try:
        world.details.flag_metadata["planted"] = True
    except TypeError:
        return
    raise AssertionError("metadata were changed")


def equal(found, wanted):
    assert found == wanted, (found, wanted)


def metadata(world, table):
    for key, kind, text in table[1:]:
        is_value(world.details.flag_metadata[key], kind, text)


def hooks_saw(world, stages, table):
    for stage in stages.split(", "):
        (details,) = world.called(stage)
        for kind, key, text in table[1:]:
            is_value(plain(getattr(details, key)), kind, text)


def plain(found):
    """The words of the SDK's enumerations are texts."""
    return str(found.value) if hasattr(found, "value") else found


def level(world, key, text, name):
    world.levels[name] = {key: text}


def down_to(world, last, key):
    for name in world.order[: world.order.index(last) + 1]:
        world.levels[name] = {key: name}


def merge(world):
    def of(name):
        return EvaluationContext(attributes=world.levels.get(name, {}))

    class Before(Hook):
        def before(self, hook_context, hints):
            return of("Before Hooks")

    def resolve(flag_key, default_value, evaluation_context=None):
        world.merged = evaluation_context
        return TruenorthProvider.resolve_boolean_details(world.provider, flag_key, default_value, evaluation_context)

    world.provider.resolve_boolean_details = resolve
    api.set_evaluation_context(of("API"))
    api.set_transaction_context_propagator(ContextVarsTransactionContextPropagator())
    api.set_transaction_context(of("Transaction"))
    world.client.context = of("Client")
    world.client.get_boolean_value("boolean-flag", False, of("Invocation"), FlagEvaluationOptions(hooks=[Before()]))


def options(world):
    world.options = FlagEvaluationOptions(hooks=[Recorder(world, "one"), Recorder(world, "two")])


def in_order(world):
    order = [f"{stage} {name}" for name, stage, _ in world.calls]
    equal(order, ["before one", "before two", "after two", "after one", "finally two", "finally one"])


def old_flag(world, kind, key, text):
    world.kind, world.details = kind, world.ask(kind, key, value(kind, text))


def old_details(world, text, variant, reason):
    is_value(world.details.value, world.kind, text)
    equal((world.details.variant, world.details.reason), (variant, reason))


def old_object(world, key):
    world.details = world.ask("object", key, {})


def old_fields(world, a, b, c, truth, text, number):
    equal(world.details.value, {a: truth == "true", b: text, c: int(number)})


def old_context(world, a, b, c, d, first, last, age, truth):
    world.attributes |= {a: first, b: last, c: int(age), d: truth == "true"}


def old_default(world, kind, key, otherwise):
    world.key, world.otherwise = key, value(kind, otherwise)
    world.details = world.ask(kind, key, world.otherwise)


DEFINITIONS = [
    (r"a (stable|not ready|error|fatal|stale) provider", provider),
    (r"a stable provider with retrievable context is registered", lambda world: provider(world, "stable")),
    (r"a client with added hook", lambda world: world.client.add_hooks([Recorder(world, "one")])),
    (r'an? (\w+)-flag with key "(.*)" and a fallback value "(.*)"', flag),
    (r'a context containing a key "(.*)", with type "(.*)" and with value "(.*)"', attribute),
    (r'a context containing a key "(.*)" with null value', lambda world, key: world.attributes.update({key: None})),
    (r"evaluation options containing specific hooks", options),
    (r"an evaluation context with modifiable data", modifiable),
    (r"the flag was evaluated with details(?: using the evaluation options)?", evaluate),
    (r"the flag was evaluated with details asynchronously", evaluate_async),
    (r"the evaluation should complete without blocking", lambda world: equal(world.went_on, True)),
    (r'the resolved details value should be "(.*)"', lambda world, text: is_value(world.details.value, world.kind, text)),
    (r'the flag key should be "(.*)"', lambda world, text: equal(world.details.flag_key, text)),
    (r'the variant should be "([^"]*)"', lambda world, text: equal(world.details.variant, text)),
    (r'the reason should be "([^"]*)"', lambda world, text: equal(world.details.reason, text)),
    (r'the error-code should be "(.*)"', lambda world, text: equal(world.details.error_code, text)),
    (r'the provider status should be "(.*)"', lambda world, text: equal(world.client.get_provider_status().value, text)),
    (r"the resolved metadata should contain", metadata),
    (r"the resolved metadata is empty", lambda world: equal(dict(world.details.flag_metadata), {})),
    (r"the specified hooks should execute during evaluation", lambda world: equal(len(world.calls), 6)),
    (r"the hook order should be maintained", in_order),
    (r"the original evaluation context should remain unmodified", lambda world: equal(world.attributes, world.before)),
    (r"the evaluation details should be immutable", is_immutable),
    (r'the "(\w+)" hook should have been executed', lambda world, stage: equal(len(world.called(stage)), 1)),
    (r'the "(.*)" hooks should be called with evaluation details', hooks_saw),
    (r'A context entry with key "(.*)" and value "(.*)" is added to the "(.*)" level', level),
    (r"A table with levels of increasing precedence", lambda world, table: setattr(world, "order", [row[0] for row in table])),
    (r'Context entries for each level from API level down to the "(.*)" level, with key "(.*)" and value ".*"', down_to),
    (r"Some flag was evaluated", merge),
    (
        r'The merged context contains an entry with key "(.*)" and value "(.*)"',
        lambda world, key, text: equal(world.merged.attributes[key], text),
    ),
    # The oldest feature, in its own words.
    (r'an? (\w+) flag with key "(.*)" is evaluated with (?:details and )?default value "?([^"]*)"?', old_flag),
    (r'an object flag with key "(.*)" is evaluated with (?:details and )?a null default value', old_object),
    (
        r'the resolved (?:boolean|string|integer|float) (?:details )?value should be "?([^",]*)"?',
        lambda world, text: is_value(world.details.value, world.kind, text),
    ),
    (
        r'the resolved \w+ details value should be "?([^",]*)"?, the variant should be "(.*)", and the reason should be "(.*)"',
        old_details,
    ),
    (
        r'the resolved object (?:details )?value should be contain fields "(.*)", "(.*)", and "(.*)", '
        r'with values "(.*)", "(.*)" and (\d+), respectively',
        old_fields,
    ),
    (
        r'the variant should be "([^"]*)", and the reason should be "([^"]*)"',
        lambda world, variant, reason: equal((world.details.variant, world.details.reason), (variant, reason)),
    ),
    (r'context contains keys "(.*)", "(.*)", "(.*)", "(.*)" with values "(.*)", "(.*)", (\d+), "(.*)"', old_context),
    (
        r'a flag with key "(.*)" is evaluated with default value "(.*)"',
        lambda world, key, otherwise: old_default(world, "string", key, otherwise),
    ),
    (r'the resolved string response should be "(.*)"', lambda world, text: equal(world.details.value, text)),
    (
        r'the resolved flag value is "(.*)" when the context is empty',
        lambda world, text: equal(world.ask("string", world.key, world.otherwise, {}).value, text),
    ),
    (
        r'a non-existent string flag with key "(.*)" is evaluated with details and a fallback value "(.*)"',
        lambda world, key, otherwise: old_default(world, "string", key, otherwise),
    ),
    (
        r'a string flag with key "(.*)" is evaluated as an integer, with details and a fallback value (\d+)',
        lambda world, key, otherwise: old_default(world, "integer", key, otherwise),
    ),
    (r"the default (?:string|integer) value should be returned", lambda world: equal(world.details.value, world.otherwise)),
    (
        r'the reason should indicate an error and the error code should indicate .* with "(.*)"',
        lambda world, code: equal((world.details.reason, world.details.error_code), ("ERROR", code)),
    ),
]
