"use strict";
// What a small request costs, border included: the best of several rounds, in microseconds a call.

const { FlagSet, doraSync, doraLevelSync } = require("../index.js");
const { write } = require("../lib/write.js");

const request = {
  asOf: new Date(Date.UTC(2025, 2, 1)),
  by: ["service"],
  definition: { leadStart: "merged", followUp: "3d" },
  events: [{ deployment: { service: "checkout", finishedAt: new Date(Date.UTC(2025, 1, 1)) } }],
};
const level = { metric: "leadTime", value: 3600, year: 2024 };

function best(work) {
  let lowest = Infinity;
  for (let round = 0; round < 20; round += 1) {
    const calls = 5000;
    const began = process.hrtime.bigint();
    for (let call = 0; call < calls; call += 1) work();
    lowest = Math.min(lowest, Number(process.hrtime.bigint() - began) / calls / 1000);
  }
  return `${lowest.toFixed(2)} µs`;
}

console.log("write a small request, checked      ", best(() => write(request)));
console.log("the same by JSON.stringify, unchecked", best(() => JSON.stringify(request)));
console.log("doraLevelSync, small report          ", best(() => doraLevelSync(level)));
console.log("doraSync, one event, whole report    ", best(() => doraSync(request)));

const [half, on] = [[{ variant: "on", weight: 50 }, { variant: "off", weight: 50 }], { on: true, off: false }];
const checkout = { attribute: "country", in: ["US", "CA", "DE"] };
const enterprise = { all: [checkout, { attribute: "plan", equals: "enterprise" }, { attribute: "seats", atLeast: 10 }] };
const flags = FlagSet.parse(
  JSON.stringify({
    version: 1,
    flags: {
      fixed: { variants: on, defaultVariant: "off" },
      checkout: { variants: on, defaultVariant: "off", rules: [{ when: enterprise, split: half }] },
    },
  }),
);
const user = { targetingKey: "user-1", country: "DE", plan: "enterprise", seats: 25 };
const ready = flags.prepare(user);
const keys = Array.from({ length: 1000 }, (_, index) => `user-${index}`);

console.log("a flag without rules                 ", best(() => flags.boolean("fixed", user, false)));
console.log("three conditions, split; plain object", best(() => flags.boolean("checkout", user, false)));
console.log("the same, context made ready         ", best(() => flags.boolean("checkout", ready, false)));
console.log("context made ready and asked once    ", best(() => flags.boolean("checkout", flags.prepare(user), false)));
console.log("the same flag for 1000 keys          ", best(() => flags.booleans("checkout", keys, user)));
console.log("evaluate, plain object               ", best(() => flags.evaluate("checkout", user)));
