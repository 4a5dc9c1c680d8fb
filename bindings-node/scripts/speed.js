"use strict";
// What a small request costs, border included: the best of several rounds, in microseconds a call.

const { doraSync, doraLevelSync } = require("../index.js");
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
