// Errors: what the core says, what options say, and a bug.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { inspect } from "node:util";
import { EventTable, TruenorthError, dora, doraSync } from "truenorth";

const thrown = (work) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
};

test("an error of the core has code, path and message", () => {
  const error = thrown(() => doraSync({ buckett: "week" }));
  assert.ok(error instanceof TruenorthError && error instanceof Error);
  assert.deepEqual([error.name, error.code, error.path], ["TruenorthError", "unknownField", "buckett"]);
  assert.match(error.message, /did you mean `bucket`/);
  assert.match(error.stack, /errors\.test\.mjs/);
  assert.ok(inspect(error).includes("unknownField"));
});

test("a field of an event that does not exist is no less a mistake", () => {
  const error = thrown(() => doraSync({ events: [{ deployment: { id: "a" } }, { deployment: { finishedAtt: new Date(0) } }] }));
  assert.deepEqual([error.code, error.path], ["unknownField", "events[1].deployment.finishedAtt"]);
});

test("a promise rejects with the same error", async () => {
  const wanted = thrown(() => doraSync({ confidence: "high" }));
  await assert.rejects(dora({ confidence: "high" }), (error) => {
    assert.deepEqual([error.code, error.path, error.message], [wanted.code, wanted.path, wanted.message]);
    return error instanceof TruenorthError;
  });
});

const options = [
  [{ event: "events.jsonl" }, "unknownField", "event"],
  [{ events: 5 }, "wrongType", "events"],
  [{ events: new Map() }, "wrongType", "events"],
  [{ events: [{ deployment: {} }] }, "wrongType", "events[0]"],
  [{ events: new Float64Array(2) }, "wrongType", "events"],
  [null, "wrongType", "options"],
  [{ events: "no/such/file.jsonl" }, "unreadable", "no/such/file.jsonl"],
];

for (const [given, code, path] of options) {
  test(`options: ${code} at \`${path}\``, async () => {
    const error = thrown(() => doraSync({}, given));
    assert.deepEqual([error.code, error.path], [code, path]);
    await assert.rejects(dora({}, given), { code, path });
  });
}

test("events in the request and in a table contradict each other", () => {
  const events = [{ deployment: { service: "a", finishedAt: "2025-03-01T09:30:00Z" } }];
  assert.equal(thrown(() => doraSync({ events }, { events: new EventTable().extend(events) })).code, "conflict");
});

test("a method of a table on something else is an error, not a crash", () => {
  for (const other of [{}, null, undefined, 5]) {
    assert.equal(thrown(() => EventTable.prototype.settle.call(other)).code, "wrongType");
  }
});

test("a panic becomes an error and the process lives", () => {
  const script = `
    const { translated } = require("./lib/error.js");
    try { require("./lib/native.js").panicForTests(); } catch (error) { console.log(translated(error).code); }
  `;
  const ran = spawnSync(process.execPath, ["-e", script], { cwd: new URL("..", import.meta.url), encoding: "utf8" });
  assert.deepEqual([ran.status, ran.stdout.trim()], [0, "internal"]);
});
