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

const wordings = [
  [{}, { event: "events.jsonl" }, "unknownField", "event", /did you mean `events`\?/],
  [{}, { events: "a.jsonl", strictnes: "lenient" }, "unknownField", "strictnes", /did you mean `strictness`\?/],
  [{}, { events: "a.jsonl", by: ["service"] }, "unknownField", "by", /first argument, as in `dora\(\{ by: … \}\)`/],
  [{ strictness: "lenient" }, {}, "unknownField", "strictness", /second argument, as in `dora\(\{\}, \{ strictness: … \}\)`/],
  [{ git: "." }, {}, "unknownField", "git", /second argument/],
  ["events.jsonl", {}, "wrongType", "", /found the string `events.jsonl`; where events come from belongs in the second argument/],
  [new EventTable(), {}, "wrongType", "", /found a `EventTable`; where events come from/],
  [{ events: "events.jsonl" }, {}, "wrongType", "events", /expected a list of events, found the string `events.jsonl`/],
  [{ events: new EventTable() }, {}, "wrongType", "events", /second argument, as in `dora\(\{\}, \{ events: … \}\)`/],
  [{ by: new Uint8Array(3) }, {}, "wrongType", "by", /expected a list or a plain object, found a `Uint8Array`; `Array.from` makes a list/],
  [{ filter: new Map() }, {}, "wrongType", "filter", /`Object.fromEntries` makes an object of it/],
  [{ window: ["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z"] }, {}, "wrongType", "window", /expected an object, found a list/],
];

for (const [index, [request, given, code, path, message]] of wordings.entries()) {
  test(`what is wrong, and what to write: ${index}, ${code} at \`${path}\``, async () => {
    const error = thrown(() => doraSync(request, given));
    assert.deepEqual([error.code, error.path], [code, path]);
    assert.match(error.message, message);
    await assert.rejects(dora(request, given), { code, path });
  });
}

test("what is asked is checked before anything is read", async () => {
  for (const [request, path] of [[{ by: ["colour"] }, "by[0]"], [{ last: "0d" }, "last"], [{ buckett: "week" }, "buckett"]]) {
    for (const given of [{ events: "no/such/file.jsonl" }, { events: Buffer.from("broken") }, { git: "no/such/folder" }]) {
      assert.equal(thrown(() => doraSync(request, given)).path, path);
      await assert.rejects(dora(request, given), { path });
    }
  }
});

test("a signal that is none is an error of ours", async () => {
  for (const signal of [5, null, {}, "now", new EventTarget()]) {
    await assert.rejects(dora({}, { signal }), (error) => {
      assert.deepEqual([error instanceof TruenorthError, error.code, error.path], [true, "wrongType", "signal"]);
      assert.match(error.message, /expected an `AbortSignal`, found /);
      return true;
    });
  }
});

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
