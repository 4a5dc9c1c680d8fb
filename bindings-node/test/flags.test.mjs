// Flags through their handle: how little is read, units, exposures, and what is refused.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { FlagContext, FlagSet, TruenorthError, flagsEvaluateSync } from "truenorth";

const onOff = { variants: { on: true, off: false }, defaultVariant: "off" };
const when = (condition) => ({ ...onOff, rules: [{ when: condition, variant: "on" }] });
const half = { ...onOff, rules: [{ split: [{ variant: "on", weight: 50 }, { variant: "off", weight: 50 }] }] };
const file = (flags) => JSON.stringify({ version: 1, flags });
const set = (flags) => FlagSet.parse(file(flags));
const thrown = (work) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
};

test("units: text, numbers, truths; one at a time and many at once agree with a question that keeps nothing", () => {
  const flags = set({ half });
  const keys = Array.from({ length: 2000 }, (_, index) => (index % 2 ? index : `user-${index}`));
  const wanted = keys.map((targetingKey) => {
    const report = flagsEvaluateSync({ definitions: file({ half }), context: { targetingKey } });
    return report.evaluations[0].value;
  });
  assert.ok(wanted.includes(true) && wanted.includes(false));
  assert.deepEqual(flags.booleans("half", keys), wanted);
  assert.deepEqual(keys.map((targetingKey) => flags.boolean("half", { targetingKey }, false)), wanted);
  assert.deepEqual(keys.map((targetingKey) => flags.boolean("half", flags.prepare({ targetingKey }), false)), wanted);
  assert.equal(flags.boolean("half", { targetingKey: 17 }, false), flags.boolean("half", { targetingKey: "17" }, true));
  for (const targetingKey of [true, 1.5, NaN, 2 ** 53, {}, 5n, () => 1, Symbol("a"), "a".repeat(65537)]) {
    assert.equal(flags.evaluate("half", { targetingKey }).errorCode, "INVALID_CONTEXT", typeof targetingKey);
    for (const otherwise of [true, false]) assert.equal(flags.boolean("half", { targetingKey }, otherwise), otherwise);
  }
  for (const context of [undefined, {}, { targetingKey: null }, { targetingKey: undefined }]) {
    assert.equal(flags.evaluate("half", context).errorCode, "TARGETING_KEY_MISSING");
  }
  assert.deepEqual(flags.booleans("half", [1.5, NaN], {}, true), [true, true]);
});

test("what a flag does not ask for is not read", () => {
  const flags = set({ german: when({ attribute: "country", equals: "DE" }), always: onOff });
  const read = [];
  const context = {
    get targetingKey() { read.push("targetingKey"); return "u1"; },
    get country() { read.push("country"); return "DE"; },
    get secret() { assert.fail("nobody asked"); },
  };
  assert.equal(flags.boolean("german", context, false), true);
  assert.deepEqual(read.splice(0), ["country"]);
  assert.equal(flags.boolean("always", context, true), false);
  assert.deepEqual(read.splice(0), []);
  assert.deepEqual(flags.evaluateAll(context), { always: false, german: true });
  assert.deepEqual(read.splice(0), ["country"]);
  assert.deepEqual(flags.booleans("german", [1, 2, 3], context), [true, true, true]);
  assert.deepEqual(read.splice(0), ["country"]);
});

test("a getter that throws, or that asks and changes the flags itself, does no harm", () => {
  const flags = set({ german: when({ attribute: "country", equals: "DE" }) });
  const failing = { get country() { throw new Error("no"); } };
  assert.equal(flags.boolean("german", failing, true), true);
  assert.equal(flags.evaluate("german", failing).errorCode, "INVALID_CONTEXT");
  const busy = {
    get country() {
      assert.equal(flags.boolean("german", { country: "DE" }, false), true);
      flags.recordExposures(5);
      flags.reload(file({ other: onOff }));
      return "DE";
    },
  };
  assert.equal(flags.boolean("german", busy, false), true);
  assert.deepEqual(flags.takeExposures(), []);
  assert.deepEqual(flags.names(), ["other"]);
});

test("attributes: lists, paths, dates, classes, other realms; what every object has is nobody's attribute", () => {
  const flags = set({
    list: when({ attribute: "groups", in: ["beta"] }),
    path: when({ attribute: "organisation.plan", equals: "team" }),
    dotted: when({ attribute: "a.b", present: true }),
    date: when({ attribute: "since", before: "2025-01-01T00:00:00Z" }),
    maker: when({ attribute: "constructor", present: true }),
    makersName: when({ attribute: "constructor.name", present: true }),
    proto: when({ attribute: "__proto__", present: true }),
    country: when({ attribute: "country", equals: "D\u00e4nemark \u{1f1e9}\u{1f1f0}" }),
  });
  const both = (name, context) => {
    const plain = flags.boolean(name, context, false);
    assert.equal(flags.boolean(name, flags.prepare(context), false), plain);
    return plain;
  };
  assert.equal(both("list", { groups: ["alpha", null, 5, {}, "beta"] }), true);
  assert.equal(both("list", { groups: ["alpha"] }), false);
  assert.equal(both("path", { organisation: { plan: "team" } }), true);
  assert.equal(both("path", { "organisation.plan": "team", organisation: 5 }), true);
  assert.equal(both("path", { organisation: "team" }), false);
  assert.equal(both("path", { organisation: null }), false);
  assert.equal(both("dotted", { a: { b: 0 } }), true);
  assert.equal(both("dotted", { a: { b: null } }), false);
  assert.equal(both("date", { since: new Date("2024-12-31T23:59:59.999Z") }), true);
  assert.equal(both("date", { since: new Date("2025-01-01T00:00:00Z") }), false);
  for (const name of ["maker", "makersName", "proto"]) assert.equal(both(name, {}), false, name);
  assert.equal(both("maker", { constructor: "me" }), true);
  assert.equal(both("country", { country: "D\u00e4nemark \u{1f1e9}\u{1f1f0}" }), true);
  class User {
    get organisation() { return { plan: "team" }; }
  }
  assert.equal(flags.boolean("path", new User(), false), true);
  assert.equal(flags.boolean("path", vm.runInNewContext('({ organisation: { plan: "team" } })'), false), true);
  assert.equal(flags.boolean("path", Object.assign(Object.create(null), { organisation: { plan: "team" } }), false), true);
});

test("texts of every length cross whole", () => {
  for (const length of [1, 123, 124, 125, 126, 127, 128, 129, 1000, 65536]) {
    for (const letter of ["a", "\u00e4", "\u{1f600}"]) {
      const text = letter.repeat(Math.max(1, Math.floor(length / Buffer.byteLength(letter)))) + "z".repeat(length % Buffer.byteLength(letter));
      const flags = set({ x: when({ attribute: "text", equals: text }) });
      assert.equal(flags.boolean("x", { text }, false), true, `${letter} ${length}`);
      assert.equal(flags.boolean("x", { text: `${[...text].slice(0, -1).join("")}!` }, true), false);
    }
  }
});

test("ten megabytes are refused as an attribute, at once, and are no matter where nobody asks", () => {
  const flags = set({ german: when({ attribute: "country", equals: "DE" }), always: onOff, half });
  const large = "x".repeat(10 << 20);
  assert.equal(flags.boolean("german", { country: large }, true), true);
  assert.equal(flags.evaluate("german", { country: large }).errorCode, "INVALID_CONTEXT");
  assert.equal(flags.evaluate("half", { targetingKey: large }).errorCode, "INVALID_CONTEXT");
  assert.equal(flags.evaluate("always", { country: large }).reason, "STATIC");
  assert.equal(flags.evaluate("german", { country: Array(50_000).fill("FR") }).errorCode, "INVALID_CONTEXT");
  assert.ok(flags.explain("german", { country: large }).sentences.join().length < 2000);
  const began = performance.now();
  for (let index = 0; index < 100; index += 1) flags.boolean("german", { country: large }, true);
  assert.ok(performance.now() - began < 2000);
});

test("types: the default stands where the flag has another", () => {
  const flags = set({
    text: { variants: { a: "A" }, defaultVariant: "a" },
    whole: { variants: { a: 7 }, defaultVariant: "a" },
    part: { variants: { a: 0.5 }, defaultVariant: "a" },
    object: { variants: { a: { list: [1, { deep: null }] } }, defaultVariant: "a" },
    onOff,
  });
  assert.deepEqual([flags.string("text", {}, "?"), flags.string("whole", {}, "?"), flags.string("nope", {}, "\ud800")], ["A", "?", "\ud800"]);
  assert.deepEqual([flags.integer("whole", {}, 1), flags.integer("part", {}, 1), flags.number("whole", {}, 1), flags.number("part", {}, 1)], [7, 1, 7, 0.5]);
  assert.ok(Number.isNaN(flags.number("text", {}, NaN)));
  const object = flags.object("object", {}, {});
  assert.deepEqual(object, { list: [1, { deep: null }] });
  object.list.length = 0;
  assert.deepEqual(flags.object("object", {}, {}), { list: [1, { deep: null }] });
  const otherwise = {};
  assert.equal(flags.object("onOff", {}, otherwise), otherwise);
  assert.equal(flags.evaluate("nope").errorCode, "FLAG_NOT_FOUND");
});

test("the instant is now, or what is given", () => {
  const flags = set({ x: { ...onOff, rules: [{ from: "2020-01-01T00:00:00Z", until: "2120-01-01T00:00:00Z", variant: "on" }] } });
  assert.equal(flags.boolean("x", {}, false), true);
  for (const now of [new Date("2019-12-31T23:59:59.999Z"), "2019-12-31T23:59:59Z", "2120-01-01T00:00:00Z"]) {
    assert.equal(flags.boolean("x", {}, true, { now }), false);
    assert.equal(flags.boolean("x", flags.prepare({}, { now }), true), false);
    assert.equal(flags.boolean("x", flags.prepare({}, { now }), false, { now: new Date("2020-01-01") }), true);
    assert.deepEqual(flags.evaluateAll({}, { now }), { x: false });
    assert.deepEqual(flags.booleans("x", ["a"], {}, true, { now }), [false]);
  }
});

test("exposures: once for each unit, from the typed getters only", () => {
  const flags = set({ half, always: onOff });
  assert.equal(thrown(() => flags.takeExposures()).code, "conflict");
  assert.equal(flags.recordExposures(1000), flags);
  const now = "2025-03-01T09:30:00Z";
  flags.evaluate("half", { targetingKey: "a" });
  flags.evaluateAll({ targetingKey: "a" });
  flags.boolean("half", { targetingKey: "a" }, false, { now });
  flags.boolean("half", { targetingKey: "a" }, false, { now });
  flags.string("half", { targetingKey: "b" }, "mismatch");
  const [first, ...others] = flags.takeExposures();
  assert.deepEqual(others, []);
  const { value: _, errorCode, metadata, ...told } = flags.evaluate("half", { targetingKey: "a" });
  assert.deepEqual(first, { ...told, unit: "a", at: now });
  assert.deepEqual(flags.takeExposures(), []);
  const before = Date.now();
  flags.booleans("half", ["a", "c", 5]);
  const many = flags.takeExposures();
  assert.deepEqual(many.map(({ unit }) => unit).sort(), ["5", "c"]);
  for (const { at } of many) assert.ok(Date.parse(at) >= before - 1 && Date.parse(at) <= Date.now() + 1);
  flags.recordExposures(16);
  assert.equal(flags.booleans("half", Array.from({ length: 100 }, (_, index) => index)).length, 100);
  assert.ok(flags.takeExposures().length > 16, "what was asked for first stands");
  const few = set({ half }).recordExposures(16);
  few.booleans("half", Array.from({ length: 1000 }, (_, index) => index));
  assert.equal(few.lostExposures, 1000 - few.takeExposures().length);
  assert.ok(few.lostExposures > 900);
});

test("reload: the new flags are in force, prepared contexts still serve, and a broken file changes nothing", () => {
  const german = when({ attribute: "country", equals: "DE" });
  const flags = set({ german });
  const somebody = flags.prepare({ targetingKey: "u1", country: "DE", plan: "team" });
  assert.ok(somebody instanceof FlagContext);
  assert.equal(flags.boolean("german", somebody, false), true);
  assert.equal(flags.reload(file({ a: onOff, german: when({ attribute: "plan", equals: "team" }), z: german })), flags);
  assert.deepEqual([flags.size, flags.names()], [3, ["a", "german", "z"]]);
  assert.deepEqual(flags.evaluateAll(somebody), { a: false, german: true, z: true });
  assert.equal(thrown(() => flags.reload("{")).code, "invalidJson");
  assert.equal(flags.boolean("z", somebody, false), true);
  assert.deepEqual(flags.evaluateAll(FlagSet.parse(file({ other: onOff })).prepare({ country: "DE" })), { a: false, german: false, z: true });
});

test("files: JSON and YAML; mistakes are told with their place", () => {
  const place = mkdtempSync(join(tmpdir(), "truenorth-flags-"));
  try {
    const write = (name, text) => {
      writeFileSync(join(place, name), text);
      return join(place, name);
    };
    const yaml = "version: 1\nflags:\n  x:\n    variants: { on: true, off: false }\n    defaultVariant: on\n";
    assert.equal(FlagSet.fromFile(write("flags.yaml", yaml)).boolean("x", {}, false), true);
    assert.equal(FlagSet.fromFile(write("flags.json", file({ onOff }))).boolean("onOff", {}, true), false);
    const broken = write("broken.yml", "version: 1\nflagz: {}\n");
    const error = thrown(() => FlagSet.fromFile(broken));
    assert.deepEqual([error.code, error.path], ["unknownField", broken]);
    assert.match(error.message, /line 2/);
    const missing = join(place, "missing.json");
    assert.throws(() => FlagSet.fromFile(missing), { code: "unreadable", path: missing });
  } finally {
    rmSync(place, { recursive: true });
  }
  const flags = FlagSet.parse(file({ bad: { variants: { a: 1, b: "text" }, defaultVariant: "a" }, onOff }));
  assert.equal(flags.problems[0].flag, "bad");
  assert.equal(flags.evaluate("bad").errorCode, "PARSE_ERROR");
  assert.equal(flags.boolean("onOff", {}, true), false);
});

const refused = [
  [(flags) => flags.boolean(5, {}, false), "wrongType", "name"],
  [(flags) => flags.boolean("x", {}), "wrongType", "otherwise"],
  [(flags) => flags.boolean("x", {}, "no"), "wrongType", "otherwise"],
  [(flags) => flags.string("x", {}, 5), "wrongType", "otherwise"],
  [(flags) => flags.integer("x", {}, 0.5), "wrongType", "otherwise"],
  [(flags) => flags.number("x", {}, 5n), "wrongType", "otherwise"],
  [(flags) => flags.object("x", {}), "wrongType", "otherwise"],
  ...[null, 5, "u1", [], new Map(), new Set(), new Date(), () => 1, new Uint8Array(1), new String("u1")].map((context) => [
    (flags) => flags.boolean("x", context, false), "wrongType", "context",
  ]),
  [(flags) => flags.boolean("x", flags, false), "wrongType", "context"],
  [(flags) => flags.boolean("nope", null, false), "wrongType", "context"],
  [(flags) => flags.boolean("x", {}, false, { now: 5 }), "wrongType", "now"],
  [(flags) => flags.boolean("x", {}, false, { now: new Date(NaN) }), "invalidTime", "now"],
  [(flags) => flags.boolean("x", {}, false, { now: "2025-03-01T09:30:00" }), "invalidTime", "now"],
  [(flags) => flags.boolean("x", {}, false, { noww: new Date() }), "unknownField", "noww"],
  [(flags) => flags.boolean("x", {}, false, null), "wrongType", "options"],
  [(flags) => flags.evaluate(undefined), "wrongType", "name"],
  [(flags) => flags.booleans("x", "abc"), "wrongType", "keys"],
  [(flags) => flags.booleans("x", ["a", true]), "wrongType", "keys[1]"],
  [(flags) => flags.booleans("nope", ["a", true]), "wrongType", "keys[1]"],
  [(flags) => flags.booleans("x", [undefined, "a"]), "wrongType", "keys[0]"],
  [(flags) => flags.prepare({ country: () => 1 }), "wrongType", "context.country"],
  [(flags) => flags.prepare({ seats: NaN }), "outOfRange", "context.seats"],
  [(flags) => flags.prepare(undefined), "wrongType", "context"],
  [(flags) => flags.recordExposures("many"), "wrongType", "most"],
  [(flags) => flags.recordExposures(0), "outOfRange", "most"],
  ...[5, undefined, null, [], Buffer.from("{}"), new Map(), () => ({})].flatMap((definitions) => [
    [(flags) => flags.reload(definitions), "wrongType", "definitions"],
    [() => FlagSet.parse(definitions), "wrongType", "definitions"],
  ]),
  [() => FlagSet.parse({ version: 1, flags: { x: { variants: { on: NaN } } } }), "outOfRange", "flags.x.variants.on"],
  [() => FlagSet.parse({ version: 1, flags: { x: { variants: new Map() } } }), "wrongType", "flags.x.variants"],
  [() => FlagSet.fromFile(5), "wrongType", "path"],
  [() => new FlagSet(), "wrongType", ""],
  [() => new FlagContext(), "wrongType", ""],
];

for (const [index, [work, code, path]] of refused.entries()) {
  test(`refused: ${index}, ${code} at \`${path}\``, () => {
    const error = thrown(() => work(set({ x: half })));
    assert.ok(error instanceof TruenorthError, String(error));
    assert.deepEqual([error.code, error.path], [code, path]);
  });
}

test("a million questions leave nothing behind", () => {
  const flags = set({ half });
  const once = () => {
    for (let index = 0; index < 20_000; index += 1) flags.boolean("half", flags.prepare({ targetingKey: index }), false);
    flags.booleans("half", Array.from({ length: 100_000 }, (_, index) => `user-${index}`));
  };
  once();
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 5; round += 1) once();
  assert.ok(process.memoryUsage().rss - before < 150 << 20);
});

test("half a character is no unit and no value", () => {
  const flags = set({
    split: { ...onOff, rules: [{ split: [{ variant: "on", weight: 1 }] }] },
    same: when({ attribute: "a", in: ["\ufffd", `${"x".repeat(200)}\ufffd`] }),
  });
  for (const halved of ["\ud800", "\udc00x", `${"x".repeat(200)}\ud800`]) {
    assert.equal(flags.evaluate("split", { targetingKey: halved }).errorCode, "INVALID_CONTEXT");
    assert.equal(flags.evaluate("same", { a: halved }).errorCode, "INVALID_CONTEXT");
    assert.deepEqual(flags.booleans("split", [halved, "\ufffd"], {}, false), [false, true]);
    assert.equal(flags.evaluate("same", { a: halved.replace(/[\ud800-\udfff]x?/, "\ufffd") }).variant, "on");
  }
});
