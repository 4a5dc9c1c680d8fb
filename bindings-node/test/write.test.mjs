// What is written as JSON, and what is refused with the place where it stands.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { TruenorthError, doraSync } from "truenorth";
import writer from "../lib/write.js";

const { write } = writer;

test("what JSON has is written as JSON.stringify writes it", () => {
  const values = [
    null, true, false, 0, -0, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, "", "a\"b\\c\n\u0000\u2028é😀",
    [], {}, [1, [2, [3]]], { a: { "b c": [null] }, "": 1 }, Object.create(null), new Date(0), [new Date("2025-03-01T09:30:00.123Z")],
    { gone: undefined, here: 1 }, JSON.parse('{"__proto__": 1}'), runInNewContext("({a: [1, {b: new Date(5)}]})"),
  ];
  for (const value of values) assert.equal(write(value), JSON.stringify(value));
  assert.equal(write(9007199254740991n), "9007199254740991");
});

class Window {
  from = 1;
}

const cyclic = { a: [] };
cyclic.a.push(cyclic);
const deep = (depth) => (depth === 0 ? 1 : [deep(depth - 1)]);

const refused = [
  [{ events: [{}, { deployment: { finishedAt: new Date(NaN) } }] }, "invalidTime", "events[1].deployment.finishedAt"],
  [{ confidence: NaN }, "outOfRange", "confidence"],
  [{ margin: Infinity }, "outOfRange", "margin"],
  [{ margin: -Infinity }, "outOfRange", "margin"],
  [{ year: 2n ** 53n }, "outOfRange", "year"],
  [{ by: new Float64Array(2) }, "wrongType", "by"],
  [{ by: Buffer.from("service") }, "wrongType", "by"],
  [{ filter: new Map([["service", ["a"]]]) }, "wrongType", "filter"],
  [{ by: new Set(["service"]) }, "wrongType", "by"],
  [{ targets: [{ metric: () => "leadTime" }] }, "wrongType", "targets[0].metric"],
  [{ preset: Symbol("dora") }, "wrongType", "preset"],
  [{ [Symbol("by")]: 1 }, "wrongType", ""],
  [{ window: new Window() }, "wrongType", "window"],
  [{ window: { from: new Number(1) } }, "wrongType", "window.from"],
  [{ by: ["service", undefined] }, "wrongType", "by[1]"],
  [{ by: [, "service"] }, "wrongType", "by[0]"],
  [{ by: Promise.resolve([]) }, "wrongType", "by"],
  [{ by: /service/ }, "wrongType", "by"],
  [{ by: ["\ud800"] }, "invalidUtf8", "by[0]"],
  [cyclic, "tooLarge", "a[0].a[0].a[0].a[0]"],
  [deep(129), "tooLarge", "[0][0][0][0][0][0][0][0]"],
  [undefined, "wrongType", ""],
];

for (const [value, code, path] of refused) {
  test(`${code} at \`${path}\``, () => {
    assert.throws(() => write(value), (error) => {
      assert.ok(error instanceof TruenorthError && error instanceof Error);
      assert.deepEqual([error.code, error.path], [code, path]);
      return true;
    });
  });
}

test("a hundred and twenty-eight levels are not too deep", () => assert.equal(write(deep(128)).length, 257));

test("dates reach the core as they are", () => {
  const at = new Date("2025-03-01T09:30:00.250Z");
  const report = doraSync({ events: [{ deployment: { service: "a", finishedAt: at } }] });
  assert.equal(report.asOf, "2025-03-01T09:30:00.25Z");
});
