// Flags through their handle, as the core answers them: the golden cases, and random flags.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { FlagSet } from "truenorth";

const random = process.env.TRUENORTH_RANDOM_FLAGS ?? "";
const skip = !existsSync(random) && "`cargo test -p truenorth --test flags_random` makes them, and TRUENORTH_RANDOM_FLAGS says where they are";
test("random flags answer as in Rust", { skip }, () => {
  let asked = 0;
  for (const line of readFileSync(random, "utf8").trimEnd().split("\n")) {
    const { definitions, now, people, answers } = JSON.parse(line);
    const flags = FlagSet.parse(definitions);
    people.forEach((person, index) => {
      assert.deepEqual(flags.names(), answers[index].map(({ flag }) => flag));
      const values = flags.evaluateAll(person, { now });
      for (const expected of answers[index]) {
        const { flag, value } = expected;
        for (const context of [person, flags.prepare(person)]) {
          assert.deepEqual(flags.evaluate(flag, context, { now }), expected, line);
          assert.ok(sameAsValue(got(flags, flag, context, { now }, value), value), line);
        }
        assert.ok(sameAsValue(values[flag], value));
        asked += 1;
      }
    });
  }
  assert.equal(asked, 10_000);
});

/** Bit for bit: `-0` is not 0. */
const sameAsValue = (a, b) => Object.is(JSON.stringify(a), JSON.stringify(b)) && (typeof a !== "number" || Object.is(a, b));

/** What the getter of a value's type says; undefined where the default stands. */
function got(flags, name, context, options, value) {
  const [getter, other] = { boolean: ["boolean", true], string: ["string", "?"], number: ["number", 0.5] }[typeof value] ?? ["object", null];
  const found = flags[getter](name, context, other, options);
  return value === undefined && found === other ? undefined : found;
}

/** What the handles are asked of each operation that asks for somebody. */
const checks = {
  flagsEvaluate({ definitions, context = {}, now }, { evaluations, problems }) {
    for (const [flags, whom] of both(definitions, context)) {
      for (const wanted of evaluations) {
        assert.deepEqual(flags.evaluate(wanted.flag, whom, { now }), wanted);
        assert.deepEqual(got(flags, wanted.flag, whom, { now }, wanted.value), wanted.value);
        if (flags.names().includes(wanted.flag)) assert.deepEqual(flags.evaluateAll(whom, { now })[wanted.flag], wanted.value);
      }
      assert.deepEqual(flags.problems, problems);
    }
  },
  flagsExplain({ definitions, context = {}, flag, now }, report) {
    for (const [flags, whom] of both(definitions, context)) {
      const explained = flags.explain(flag, whom, { now });
      // The handle knows the clock.
      if (/the instant/.test(report.errorMessage)) assert.equal(explained.errorCode, undefined);
      else assert.deepEqual(explained, report);
    }
  },
  flagsSimulate({ definitions, contexts, now }, report) {
    for (const { flag, variants } of report.flags) {
      const found = new Map(variants.map(({ variant }) => [variant, 0]));
      for (const context of contexts) {
        const [[flags, whom]] = both(definitions, context);
        const { variant } = flags.evaluate(flag, whom, { now });
        found.set(variant, found.get(variant) + 1);
      }
      assert.deepEqual([...found], variants.map(({ variant, count }) => [variant, count]));
    }
  },
  flagsDiff({ before, after, contexts = [], now }, report) {
    const [old, made] = [before, after].map((definitions) => FlagSet.parse(definitions));
    for (const { flag, kind, moves = [] } of report.flags) {
      // From a flag that is not there nobody moves.
      if (kind === "added" || kind === "removed") continue;
      const found = {};
      for (const context of contexts) {
        const [from, to] = [old, made].map((flags) => flags.evaluate(flag, context, { now }).variant);
        if (from !== to) found[`${from} ${to}`] = (found[`${from} ${to}`] ?? 0) + 1;
      }
      assert.deepEqual(found, Object.fromEntries(moves.map(({ from, to, count }) => [`${from} ${to}`, count])));
    }
  },
};

/** Flags, and a context as it is and made ready; of definitions as text and, where no key is there twice, as an object. */
function both(definitions, context) {
  const object = JSON.parse(definitions);
  const flags = [FlagSet.parse(definitions), ...(definitions.includes("twice") ? [] : [FlagSet.parse(object)])];
  return flags.flatMap((flags) => [[flags, context], [flags, flags.prepare(context)]]);
}

const folder = fileURLToPath(new URL("../../core/tests/cases/flags", import.meta.url));
const asked = {};
for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".json"))) {
  const { operation, request, report, error } = JSON.parse(readFileSync(join(folder, file), "utf8"));
  if (checks[operation] === undefined || (error !== undefined && !error.path.startsWith("definitions"))) continue;
  asked[operation] = (asked[operation] ?? 0) + 1;
  test(`golden: ${file}`, () => {
    if (error === undefined) return checks[operation](request, report);
    assert.throws(() => FlagSet.parse(request.definitions), ({ code, path }) => {
      assert.equal(`${code} ${path}`, `${error.code} ${error.path.replace(/^definitions\.?/, "")}`);
      return true;
    });
  });
}

test("every operation that asks for somebody has cases", () => assert.deepEqual(Object.keys(asked).sort(), Object.keys(checks).sort()));
