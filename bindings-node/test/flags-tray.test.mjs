// What a getter reads of a plain object at once must not be told from what `evaluate` fetches one after the other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FlagSet } from "truenorth";

const onOff = { variants: { on: true, off: false }, defaultVariant: "off" };
const when = (...conditions) => ({ ...onOff, rules: conditions.map((condition) => ({ when: condition, variant: "on" })) });
const half = [{ variant: "on", weight: 50 }, { variant: "off", weight: 50 }];
const set = (flags, others = {}) => FlagSet.parse({ version: 1, ...others, flags });

/** What a flag says, which must be what `evaluate` says. */
function asked(flags, name, context) {
  const wanted = flags.evaluate(name, context).value;
  assert.deepEqual([true, false].map((otherwise) => flags.boolean(name, context, otherwise)), [wanted ?? true, wanted ?? false]);
  return wanted;
}

const throwing = { get a() { throw new Error("no"); } };
const inherited = Object.create({ a: "text" });
const values = [
  undefined, null, true, false, 0, -0, 1, 25, 1.5, NaN, Infinity, -Infinity, 2 ** 53, "", "text", "25", "true", "t\u00e4xt", "\u{1f600}", "\ud800", "\udc00t",
  "\ufffd", "\0", ...[127, 128, 191, 192, 193, 255, 65536, 65537].flatMap((length) => ["t".repeat(length), `${"t".repeat(length - 1)}\u00e4`]),
  new Date("2024-12-31T23:59:59.999Z"), new Date(NaN), [], ["text", 5], [["text"]], {}, { b: "text" }, new String("text"), 5n, Symbol("text"), () => "text", class {},
  new Map(), new Proxy({}, {}), /t/,
];
const conditions = {
  is: { attribute: "a", equals: "text" },
  isNumber: { attribute: "a", equals: 25 },
  isTrue: { attribute: "a", equals: true },
  isHalf: { attribute: "a", in: ["\ufffd"] },
  lenient: { attribute: "a", in: [25, true], coerce: "lenient" },
  begins: { attribute: "a", startsWith: ["t"] },
  ends: { attribute: "a", endsWith: ["\u00e4"] },
  large: { attribute: "a", atLeast: 2 },
  early: { attribute: "a", before: "2025-01-01T00:00:00Z" },
  present: { attribute: "a", present: true },
  absent: { attribute: "a", present: false },
  ifMissing: { attribute: "a", equals: "text", ifMissing: true },
  inside: { attribute: "a.b", equals: "text" },
};

test("every value is what it is one after the other", () => {
  const flags = set({
    ...Object.fromEntries(Object.entries(conditions).map(([name, condition]) => [name, when(condition)])),
    split: { ...onOff, unit: "a", rules: [{ split: half }] },
    fallback: { ...onOff, unit: "none", fallbackUnit: "a", rules: [{ split: half }] },
  });
  assert.deepEqual(flags.problems, []);
  const found = new Set();
  for (const name of flags.names()) {
    for (const context of [...values.map((a) => ({ a })), {}, throwing, inherited]) {
      found.add(`${name} ${asked(flags, name, context)}`);
    }
  }
  for (const name of flags.names()) for (const value of [true, false]) assert.ok(found.has(`${name} ${value}`), `${name} is never ${value}`);
});

test("more texts and more attributes than lie on a tray", () => {
  const names = Array.from({ length: 12 }, (_, index) => `a${index}`);
  const flags = set({ all: when({ all: names.map((attribute) => ({ attribute, endsWith: ["!"] })) }) });
  for (const length of [1, 15, 16, 17, 23, 24, 25, 100, 200]) {
    const context = Object.fromEntries(names.map((name) => [name, `${"x".repeat(length)}!`]));
    assert.equal(asked(flags, "all", context), true, `${length}`);
    for (const name of names) assert.equal(asked(flags, "all", { ...context, [name]: "x" }), false);
  }
});

test("what every object has is nobody's attribute, and what it has itself is", () => {
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    const flags = set({ x: when({ attribute: name, present: true }), same: when({ attribute: name, equals: "me" }) });
    const own = Object.defineProperty({}, name, { value: "me", enumerable: true });
    assert.deepEqual(["x", "same"].map((flag) => asked(flags, flag, {})), [false, false], name);
    assert.deepEqual(["x", "same"].map((flag) => asked(flags, flag, own)), [true, true], name);
  }
});

test("a getter is asked once, for what the flag names; one that throws only matters where the flag comes to it", () => {
  const flags = set(
    {
      x: {
        ...when({ attribute: "country", equals: "DE" }, { segment: "staff" }, { all: [{ attribute: "country", equals: "FR" }, { attribute: "plan", equals: "team" }] }),
        prerequisites: [{ flag: "needed", variants: ["off"] }],
      },
      needed: when({ attribute: "stage", equals: "none" }),
    },
    { segments: { staff: { when: { attribute: "mail", endsWith: ["@acme.example"] } } } },
  );
  const context = { stage: "live", country: "FR", targetingKey: "u1", mail: "a@b.example", plan: "team", other: 1 };
  const read = [];
  const watched = new Proxy(context, { get: (target, name) => (read.push(name), target[name]) });
  assert.equal(flags.boolean("x", watched, false), true);
  assert.deepEqual(read, ["stage", "country", "targetingKey", "mail", "plan"]);
  const failing = (name, values = {}) => Object.defineProperty({ ...context, ...values }, name, { get: () => { throw new Error("no"); } });
  assert.equal(asked(flags, "x", failing("plan")), undefined);
  assert.equal(asked(flags, "x", failing("plan", { country: "DE" })), true);
  assert.equal(asked(flags, "x", failing("stage", { country: "DE" })), false, "the other flag has no value");
  assert.equal(asked(flags, "x", failing("other")), true);
  assert.equal(asked(flags, "x", new Proxy(context, { get: () => { throw new Error("no"); } })), false);
  const { proxy, revoke } = Proxy.revocable({}, {});
  assert.equal(asked(flags, "needed", proxy), false);
  revoke();
  assert.throws(() => flags.boolean("needed", proxy, true), TypeError);
});

test("a getter may ask for flags, and exchange them, while others wait for it", () => {
  const names = Array.from({ length: 10 }, (_, index) => `a${index}`);
  const all = { all: names.map((attribute) => ({ attribute, equals: `${attribute} yes` })) };
  for (const name of names) {
    const flags = set({ all: when(all), other: when({ attribute: "a0", equals: "b" }) });
    const context = Object.fromEntries(names.map((name) => [name, `${name} yes`]));
    Object.defineProperty(context, name, {
      get() {
        assert.equal(flags.boolean("other", { a0: "b", targetingKey: "c" }, false), true);
        flags.reload({ version: 1, flags: { a: onOff, other: onOff } });
        assert.equal(flags.boolean("other", { a0: "b" }, true), false);
        return `${name} yes`;
      },
    });
    assert.equal(flags.boolean("all", context, false), true, name);
    assert.equal(flags.boolean("all", context, true), true, "there is none any more");
    assert.deepEqual(flags.names(), ["a", "other"]);
  }
});

test("exposures are those of the unit that was read, before a reload and after", () => {
  const definitions = { version: 1, privateAttributes: ["mail"], flags: { x: { ...onOff, rules: [{ split: half }] }, y: { ...onOff, unit: "mail", rules: [{ split: half }] } } };
  const flags = FlagSet.parse(definitions).recordExposures(1000);
  const context = { targetingKey: "u\u00e41", mail: "a@b.example" };
  for (const name of ["x", "y"]) assert.equal(typeof flags.boolean(name, context, false), "boolean");
  flags.boolean("x", { targetingKey: "\ud800" }, false);
  flags.reload(definitions).boolean("x", context, false);
  flags.boolean("x", { targetingKey: 17 }, false);
  assert.deepEqual(flags.takeExposures().map(({ flag, unit }) => [flag, unit]).sort(), [["x", "17"], ["x", "u\u00e41"]]);
});

test("flagd's targeting, by names that are written and by names that are computed", () => {
  const targeted = (targeting) => ({ state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "off", targeting: { if: [targeting, "on", "off"] } });
  const flags = FlagSet.parse({
    $evaluators: { german: { "==": [{ var: "country" }, "DE"] } },
    flags: {
      written: targeted({ and: [{ $ref: "german" }, { ">": [{ var: "seats" }, 9] }] }),
      computed: targeted({ "==": [{ var: { cat: ["coun", { var: "end" }] } }, "DE"] }),
      inside: targeted({ in: ["beta", { var: "organisation.groups" }] }),
      whole: targeted({ "==": [{ var: "organisation.groups.0" }, "beta"] }),
      some: targeted({ some: [{ var: "groups" }, { "==": [{ var: "" }, "beta"] }] }),
      version: targeted({ sem_ver: [{ var: "version" }, ">=", "1.2.0"] }),
      shared: { ...targeted(true), targeting: { fractional: [["on", 50], ["off", 50]] } },
    },
  });
  assert.deepEqual(flags.problems, []);
  const context = { targetingKey: "user-7", country: "DE", end: "try", seats: 10, organisation: { groups: ["beta"] }, groups: ["alpha", "beta"], version: "1.10.0" };
  for (const name of flags.names()) {
    if (name !== "shared") assert.deepEqual([asked(flags, name, context), asked(flags, name, {})], [true, false], name);
  }
  const shared = Array.from({ length: 100 }, (_, index) => asked(flags, "shared", { targetingKey: `user-${index}` }));
  assert.ok(shared.includes(true) && shared.includes(false));
});

test("all flags at once: every answer is like the first, whoever has none, whatever their names are", () => {
  const flags = set({
    __proto__: null,
    ["__proto__"]: when({ attribute: "country", equals: "DE" }),
    constructor: { variants: { a: { list: [1] }, b: [] }, defaultVariant: "a", rules: [{ when: { attribute: "country", equals: "FR" }, variant: "b" }] },
    number: { variants: { a: 1, b: 2.5 }, defaultVariant: "a", rules: [{ when: { attribute: "country", equals: "DE" }, variant: "b" }] },
    split: { ...onOff, rules: [{ split: [{ variant: "on", weight: 1 }] }] },
    whole: { ...onOff, state: "DISABLED" },
  });
  const people = [{ targetingKey: "a", country: "DE" }, { targetingKey: "a" }, {}, { country: "FR" }, { targetingKey: "b", country: "FR" }];
  for (const context of [...people, ...people.toReversed()]) {
    const found = flags.evaluateAll(context);
    const wanted = flags.names().map((name) => [name, flags.evaluate(name, context).value]).filter(([, value]) => value !== undefined);
    assert.deepEqual(Object.entries(found), wanted);
    assert.equal(Object.getPrototypeOf(found), Object.prototype);
    // It is the asker's own.
    for (const name of Object.keys(found)) Object.defineProperty(found, name, { value: "mine" });
    found.constructor.list?.push(2);
  }
});
