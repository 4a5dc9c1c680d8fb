// The first minute in Node: acme's December, by department, off the event loop.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

// In a project of your own: import { dora } from "truenorth";
import { dora } from "../../bindings-node/index.mjs";

const acme = fileURLToPath(new URL("../acme", import.meta.url));
const report = await dora(
  {
    window: { from: new Date("2025-12-01T00:00:00+01:00"), to: new Date("2026-01-01T00:00:00+01:00") },
    asOf: new Date("2026-01-01T00:00:00+01:00"),
    compare: "previous",
    by: ["label.department"],
    timeZone: "Europe/Berlin",
  },
  { events: acme, strictness: "lenient" },
);
console.log(report.sentences.join("\n"));

const { median } = report.overall.leadTime;
assert(median.kind === "value" && Math.round(median.value / 60) === 42);
for (const group of report.groups) {
  const { rate, deployments } = group.changeFailureRate;
  if (rate.kind === "value") console.log(`${group.name}: ${(100 * rate.value).toFixed(1)} % of ${deployments} failed`);
}
