// What a flag costs in Node, here and elsewhere: the same flag, the same people, one process.
//
//   all      benches/peers/install-flags.sh && node benches/peers/flags.mjs
//   some     node benches/peers/flags.mjs truenorth flagd
//
// Nanoseconds of the processor: the middle of nine rounds of a quarter of a second, after warming up. Each is given its
// flag as it writes one itself; half of the people must get it.

import { createRequire } from "node:module";
import { EventEmitter } from "node:events";
import { FlagSet } from "../../bindings-node/index.mjs";

const require = createRequire(import.meta.url);
const PEOPLE = 1000;
const FLAGS = 200;
const keys = Array.from({ length: PEOPLE }, (_, index) => `user-${index}`);
const names = Array.from({ length: FLAGS }, (_, index) => `new-portal-nav-${index}`);
const FLAG = names[FLAGS / 2];

/** Half of those whom three conditions are true of, as each of them says it. */
const written = {
  truenorth: () => ({
    variants: { on: true, off: false },
    defaultVariant: "off",
    rules: [{
      when: { all: [
        { attribute: "country", in: ["US", "CA", "GB"] },
        { attribute: "plan", equals: "enterprise" },
        { attribute: "seats", atLeast: 10 },
      ] },
      split: [{ variant: "on", weight: 50 }, { variant: "off", weight: 50 }],
    }],
  }),
  flagd: () => ({
    state: "ENABLED",
    variants: { on: true, off: false },
    defaultVariant: "off",
    targeting: { if: [
      { and: [
        { in: [{ var: "country" }, ["US", "CA", "GB"]] },
        { "==": [{ var: "plan" }, "enterprise"] },
        { ">=": [{ var: "seats" }, 10] },
      ] },
      { fractional: [["on", 50], ["off", 50]] },
      "off",
    ] },
  }),
  unleash: (name) => ({
    name,
    enabled: true,
    strategies: [{
      name: "flexibleRollout",
      parameters: { groupId: name, rollout: "50", stickiness: "default" },
      constraints: [
        { contextName: "country", operator: "IN", values: ["US", "CA", "GB"] },
        { contextName: "plan", operator: "IN", values: ["enterprise"] },
        { contextName: "seats", operator: "NUM_GTE", value: "10" },
      ],
    }],
  }),
  growthbook: (name) => ({
    defaultValue: false,
    rules: [{
      condition: { country: { $in: ["US", "CA", "GB"] }, plan: "enterprise", seats: { $gte: 10 } },
      force: true,
      coverage: 0.5,
      hashAttribute: "id",
      hashVersion: 2,
      seed: name,
    }],
  }),
};

const file = (write) => Object.fromEntries(names.map((name) => [name, write(name)]));
const attributes = { country: "CA", plan: "enterprise", seats: 25, beta: true };

const peers = {
  truenorth() {
    const flags = FlagSet.parse(JSON.stringify({ version: 1, flags: file(written.truenorth) }));
    const people = keys.map((targetingKey) => ({ targetingKey, ...attributes }));
    const prepared = people.map((person) => flags.prepare(person));
    const known = new WeakMap(people.map((person, index) => [person, prepared[index]]));
    return {
      prepared: (turn) => flags.boolean(FLAG, prepared[turn], false),
      "plain object": (turn) => flags.boolean(FLAG, people[turn], false),
      "plain object, made ready once (WeakMap)": (turn) => flags.boolean(FLAG, known.get(people[turn]), false),
      "plain object, made there": (turn) => flags.boolean(FLAG, { targetingKey: keys[turn], country: "CA", plan: "enterprise", seats: 25, beta: true }, false),
      "with details": (turn) => flags.evaluate(FLAG, prepared[turn]),
      "200 flags, prepared": (turn) => flags.evaluateAll(prepared[turn]),
      "200 flags, plain object": (turn) => flags.evaluateAll(people[turn]),
      "1000 keys in one call": (turn) => flags.booleans(FLAG, keys, people[turn]),
    };
  },
  flagd() {
    const { FlagdCore } = require("@openfeature/flagd-core");
    const quiet = { error() {}, warn() {}, info() {}, debug() {} };
    const core = new FlagdCore(undefined, quiet);
    core.setConfigurations(JSON.stringify({ flags: file(written.flagd) }));
    const people = keys.map((targetingKey) => ({ targetingKey, ...attributes }));
    return {
      "plain object": (turn) => core.resolveBooleanEvaluation(FLAG, false, people[turn], quiet).value,
      "plain object, made there": (turn) => core.resolveBooleanEvaluation(FLAG, false, { targetingKey: keys[turn], country: "CA", plan: "enterprise", seats: 25, beta: true }, quiet).value,
      "200 flags, plain object": (turn) => core.resolveAll(people[turn], quiet),
    };
  },
  unleash() {
    const Client = require("unleash-client/lib/client").default;
    const { defaultStrategies } = require("unleash-client/lib/strategy");
    const toggles = file(written.unleash);
    const repository = Object.assign(new EventEmitter(), { getToggle: (name) => toggles[name], getSegment: () => undefined });
    const client = new Client(repository, defaultStrategies);
    const no = () => false;
    const people = keys.map((userId) => ({ userId, properties: { ...attributes } }));
    return {
      "plain object": (turn) => client.isEnabled(FLAG, people[turn], no),
      "200 flags, plain object": (turn) => names.map((name) => client.isEnabled(name, people[turn], no)),
    };
  },
  growthbook() {
    const { GrowthBookClient } = require("@growthbook/growthbook");
    const client = new GrowthBookClient().initSync({ payload: { features: file(written.growthbook) } });
    const people = keys.map((id) => ({ attributes: { id, ...attributes } }));
    return {
      "plain object": (turn) => client.isOn(FLAG, people[turn]),
      "with details": (turn) => client.evalFeature(FLAG, people[turn]),
      "200 flags, plain object": (turn) => names.map((name) => client.isOn(name, people[turn])),
    };
  },
  /** The client of OpenFeature alone: its provider only picks one of two. */
  async openfeature() {
    const { InMemoryProvider, OpenFeature } = require("@openfeature/server-sdk");
    const even = (context) => (Number(context.targetingKey.slice(5)) % 2 === 0 ? "on" : "off");
    const flag = { variants: { on: true, off: false }, defaultVariant: "off", disabled: false, contextEvaluator: even };
    await OpenFeature.setProviderAndWait(new InMemoryProvider({ [FLAG]: flag }));
    const client = OpenFeature.getClient();
    const people = keys.map((targetingKey) => ({ targetingKey, ...attributes }));
    return { "plain object": (turn) => client.getBooleanValue(FLAG, false, people[turn]) };
  },
};

async function cost(call) {
  const waits = call(0) instanceof Promise;
  const round = async (calls) => {
    const begun = process.cpuUsage();
    if (waits) for (let turn = 0; turn < calls; turn += 1) await call(turn % PEOPLE);
    else for (let turn = 0; turn < calls; turn += 1) call(turn % PEOPLE);
    const { user, system } = process.cpuUsage(begun);
    return (user + system) * 1000;
  };
  let calls = 8;
  while ((await round(calls)) < 80e6) calls *= 2;
  calls *= 4;
  const taken = [];
  for (let turn = 0; turn < 9; turn += 1) taken.push((await round(calls)) / calls);
  return taken.sort((a, b) => a - b)[4];
}

const wanted = process.argv.slice(2);
for (const [name, make] of Object.entries(peers)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const rows = await make();
  console.log(name);
  for (const [row, call] of Object.entries(rows)) {
    const answers = await Promise.all(keys.map((_, turn) => (row.includes(" keys") ? undefined : call(turn))));
    const on = answers.filter((answer) => answer === true || answer?.value === true).length;
    const one = typeof answers[0] === "boolean";
    if (one && (on < 400 || on > 600)) throw new Error(`half of them, not ${on}`);
    console.log(`${(await cost(call)).toFixed(0).padStart(12)} ns  ${row}${one ? `, ${on / 10} % on` : ""}`);
  }
}
