// The ways in: ES modules, CommonJS, worker threads. TypeScript and Jest have scripts of their own.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import truenorth, * as names from "truenorth";

const require = createRequire(import.meta.url);
const here = fileURLToPath(new URL("..", import.meta.url));
test("both kinds of module give the same things", () => {
  const common = require("truenorth");
  assert.equal(common, truenorth);
  const { default: _, ...named } = names;
  assert.deepEqual(Object.keys(named).sort(), Object.keys(common).sort());
  for (const name of Object.keys(common)) assert.equal(named[name], common[name]);
  assert.equal(common.version, require("truenorth/package.json").version);
});

test("worker threads each have their own, and it works there", async () => {
  const script = `
    const { parentPort } = require("node:worker_threads");
    const { dora, EventTable } = require("truenorth");
    const events = new EventTable().extend([{ deployment: { service: "a", finishedAt: new Date(0) } }]);
    dora({}, { events }).then((report) => parentPort.postMessage(report.data.deployments));
  `;
  const ask = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { eval: true });
      worker.once("message", resolve).once("error", reject);
    });
  process.chdir(here);
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [1, 1, 1]);
});

test("a worker that ends during a call takes nothing with it", async () => {
  const script = `
    const { dora } = require("truenorth");
    const text = Array.from({ length: 50000 }, (_, i) => '{"deployment":{"id":"' + i + '","finishedAt":"2025-03-01T09:30:00Z"}}').join("\\n");
    dora({}, { events: Buffer.from(text), onProgress() {} });
    require("node:worker_threads").parentPort.postMessage("started");
  `;
  process.chdir(here);
  const worker = new Worker(script, { eval: true });
  await new Promise((resolve) => worker.once("message", resolve));
  await worker.terminate();
  assert.equal(truenorth.doraSync({}).data.deployments, 0);
});
