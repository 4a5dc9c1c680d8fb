// What OpenFeature's features mean, said to its SDK for servers.
import assert from "node:assert/strict";
import { AsyncLocalStorageTransactionContextPropagator, GeneralError, OpenFeature, ProviderFatalError, ProviderStatus, ServerProviderEvents } from "@openfeature/server-sdk";
import { FlagSet } from "truenorth";
import { TruenorthProvider } from "truenorth/openfeature";

const TYPES = { boolean: "Boolean", string: "String", integer: "Number", float: "Number", object: "Object" };

/** A word of a feature as a value of its type. */
function value(type, text) {
  switch (type.toLowerCase()) {
    case "boolean":
      return text === "true";
    case "integer":
    case "float":
      return Number(text);
    case "object":
      return JSON.parse(text.replaceAll('\\"', '"'));
    default:
      return text === "null" ? undefined : text;
  }
}

/** What a scenario is played with. */
export function world(definitions) {
  return { definitions, domain: "gherkin", context: {}, levels: {}, calls: [], options: {} };
}

async function provide(world, change = () => {}) {
  world.provider = new TruenorthProvider(FlagSet.parse(world.definitions));
  change(world.provider);
  OpenFeature.clearHooks();
  OpenFeature.setContext({});
  await OpenFeature.setProviderAndWait(world.domain, world.provider).catch(() => {});
  world.client = OpenFeature.getClient(world.domain).clearHooks();
}

const states = {
  stable: (world) => provide(world),
  error: (world) => provide(world, (provider) => (provider.initialize = () => Promise.reject(new GeneralError("planted")))),
  fatal: (world) => provide(world, (provider) => (provider.initialize = () => Promise.reject(new ProviderFatalError("planted")))),
  async "not ready"(world) {
    const slow = new TruenorthProvider(FlagSet.parse(world.definitions));
    slow.initialize = () => new Promise(() => {});
    OpenFeature.setProvider(world.domain, slow);
  },
  async stale(world) {
    await provide(world);
    world.provider.events.emit(ServerProviderEvents.Stale);
  },
};

const hook = (world, name) => ({
  before: () => void world.calls.push({ name, stage: "before" }),
  after: (_, details) => void world.calls.push({ name, stage: "after", details }),
  error: () => void world.calls.push({ name, stage: "error" }),
  finally: (_, details) => void world.calls.push({ name, stage: "finally", details }),
});

const ask = (world, type, key, otherwise) => world.client[`get${TYPES[type.toLowerCase()]}Details`](key, otherwise, world.context, world.options);

async function evaluate(world) {
  world.details = await ask(world, world.type, world.key, world.otherwise);
}

/** The context of each level, and what the provider was given in the end. */
async function merge(world) {
  const { API = {}, Transaction = {}, Client = {}, Invocation = {}, "Before Hooks": before } = world.levels;
  OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
  OpenFeature.setContext(API);
  world.client.setContext(Client);
  const hooks = before === undefined ? [] : [{ before: () => before }];
  const resolve = world.provider.resolveBooleanEvaluation.bind(world.provider);
  world.provider.resolveBooleanEvaluation = (name, otherwise, context) => {
    world.merged = context;
    return resolve(name, otherwise, context);
  };
  await new Promise((done) =>
    OpenFeature.setTransactionContext(Transaction, () => done(world.client.getBooleanValue("boolean-flag", false, Invocation, { hooks }))),
  );
}

const is = (found, type, text) => assert.deepEqual(found, value(type, text));

export const definitions = [
  [/^a (stable|not ready|error|fatal|stale) provider$/, (world, state) => states[state](world)],
  [/^a stable provider with retrievable context is registered$/, states.stable],
  [/^a client with added hook$/, (world) => world.client.addHooks(hook(world, "one"))],
  [/^an? (\w+)-flag with key "(.*)" and a fallback value "(.*)"$/, (world, type, key, text) => Object.assign(world, { type, key, otherwise: value(type, text) })],
  [/^a context containing a key "(.*)", with type "(.*)" and with value "(.*)"$/, (world, key, type, text) => (world.context[key] = value(type, text))],
  [/^a context containing a key "(.*)" with null value$/, (world, key) => (world.context[key] = null)],
  [/^evaluation options containing specific hooks$/, (world) => (world.options = { hooks: [hook(world, "one"), hook(world, "two")] })],
  [/^an evaluation context with modifiable data$/, (world) => {
    world.context = { targetingKey: "user-1", nested: { list: [1, 2] }, when: new Date(0) };
    world.before = structuredClone(world.context);
  }],
  [/^the flag was evaluated with details(?: using the evaluation options)?$/, evaluate],
  [/^the flag was evaluated with details asynchronously$/, async (world) => {
    const asked = evaluate(world);
    world.wentOn = world.details === undefined;
    await asked;
  }],
  [/^the evaluation should complete without blocking$/, (world) => assert.ok(world.wentOn && world.details)],
  [/^the resolved details value should be "(.*)"$/, (world, text) => is(world.details.value, world.type, text)],
  [/^the flag key should be "(.*)"$/, (world, text) => assert.equal(world.details.flagKey, text)],
  [/^the variant should be "([^"]*)"$/, (world, text) => assert.equal(world.details.variant, text)],
  [/^the reason should be "([^"]*)"$/, (world, text) => assert.equal(world.details.reason, text)],
  [/^the error-code should be "(.*)"$/, (world, text) => assert.equal(world.details.errorCode, text)],
  [/^the provider status should be "(.*)"$/, (world, text) => assert.equal(world.client.providerStatus, ProviderStatus[text])],
  [/^the resolved metadata should contain$/, (world, [, ...rows]) => {
    for (const [key, type, text] of rows) is(world.details.flagMetadata[key], type, text);
  }],
  [/^the resolved metadata is empty$/, (world) => assert.deepEqual(world.details.flagMetadata, {})],
  [/^the specified hooks should execute during evaluation$/, (world) => assert.equal(world.calls.length, 6)],
  [/^the hook order should be maintained$/, (world) => {
    const order = world.calls.map(({ name, stage }) => `${stage} ${name}`);
    assert.deepEqual(order, ["before one", "before two", "after two", "after one", "finally two", "finally one"]);
  }],
  [/^the original evaluation context should remain unmodified$/, (world) => assert.deepEqual(world.context, world.before)],
  [/^the evaluation details should be immutable$/, (world) => assert.ok(Object.isFrozen(world.details.flagMetadata))],
  [/^the "(\w+)" hook should have been executed$/, (world, stage) => assert.ok(world.calls.some((call) => call.stage === stage))],
  [/^the "(.*)" hooks should be called with evaluation details$/, (world, stages, [, ...rows]) => {
    const names = { flag_key: "flagKey", value: "value", variant: "variant", reason: "reason", error_code: "errorCode" };
    for (const stage of stages.split(", ")) {
      const { details } = world.calls.find((call) => call.stage === stage);
      for (const [type, key, text] of rows) is(details[names[key]], type, text);
    }
  }],
  [/^A context entry with key "(.*)" and value "(.*)" is added to the "(.*)" level$/, (world, key, text, level) => (world.levels[level] = { [key]: text })],
  [/^A table with levels of increasing precedence$/, (world, rows) => (world.order = rows.flat())],
  [/^Context entries for each level from API level down to the "(.*)" level, with key "(.*)" and value "(.*)"$/, (world, last, key) => {
    for (const level of world.order.slice(0, world.order.indexOf(last) + 1)) world.levels[level] = { [key]: level };
  }],
  [/^Some flag was evaluated$/, merge],
  [/^The merged context contains an entry with key "(.*)" and value "(.*)"$/, (world, key, text) => assert.equal(world.merged[key], text)],
  // The oldest feature, in its own words.
  [/^an? (\w+) flag with key "(.*)" is evaluated with (?:details and )?default value "?([^"]*)"?$/, async (world, type, key, text) => {
    Object.assign(world, { type, details: await ask(world, type, key, value(type, text)) });
  }],
  [/^an object flag with key "(.*)" is evaluated with (?:details and )?a null default value$/, async (world, key) => {
    Object.assign(world, { type: "object", details: await ask(world, "object", key, null) });
  }],
  [/^the resolved (?:boolean|string|integer|float) (?:details )?value should be "?([^",]*)"?$/, (world, text) => is(world.details.value, world.type, text)],
  [/^the resolved \w+ details value should be "?([^",]*)"?, the variant should be "(.*)", and the reason should be "(.*)"$/, (world, text, variant, reason) => {
    is(world.details.value, world.type, text);
    assert.deepEqual([world.details.variant, world.details.reason], [variant, reason]);
  }],
  [/^the resolved object (?:details )?value should be contain fields "(.*)", "(.*)", and "(.*)", with values "(.*)", "(.*)" and (\d+), respectively$/, (world, a, b, c, truth, text, number) =>
    assert.deepEqual(world.details.value, { [a]: truth === "true", [b]: text, [c]: Number(number) })],
  [/^the variant should be "([^"]*)", and the reason should be "([^"]*)"$/, (world, variant, reason) => assert.deepEqual([world.details.variant, world.details.reason], [variant, reason])],
  [/^context contains keys "(.*)", "(.*)", "(.*)", "(.*)" with values "(.*)", "(.*)", (\d+), "(.*)"$/, (world, a, b, c, d, first, last, age, truth) =>
    Object.assign(world.context, { [a]: first, [b]: last, [c]: Number(age), [d]: truth === "true" })],
  [/^a flag with key "(.*)" is evaluated with default value "(.*)"$/, async (world, key, otherwise) => {
    Object.assign(world, { key, otherwise, details: await ask(world, "string", key, otherwise) });
  }],
  [/^the resolved string response should be "(.*)"$/, (world, text) => assert.equal(world.details.value, text)],
  [/^the resolved flag value is "(.*)" when the context is empty$/, async (world, text) => assert.equal(await world.client.getStringValue(world.key, world.otherwise, {}), text)],
  [/^a non-existent string flag with key "(.*)" is evaluated with details and a fallback value "(.*)"$/, async (world, key, otherwise) => {
    Object.assign(world, { otherwise, details: await ask(world, "string", key, otherwise) });
  }],
  [/^a string flag with key "(.*)" is evaluated as an integer, with details and a fallback value (\d+)$/, async (world, key, otherwise) => {
    Object.assign(world, { otherwise: Number(otherwise), details: await ask(world, "integer", key, Number(otherwise)) });
  }],
  [/^the default (?:string|integer) value should be returned$/, (world) => assert.equal(world.details.value, world.otherwise)],
  [/^the reason should indicate an error and the error code should indicate .* with "(.*)"$/, (world, code) => assert.deepEqual([world.details.reason, world.details.errorCode], ["ERROR", code])],
];
