// The provider under OpenFeature's SDK: its own features, and what they do not ask.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { OpenFeature, ProviderStatus, ServerProviderEvents } from "@openfeature/server-sdk";
import { FlagSet, TruenorthError } from "truenorth";
import { TruenorthProvider } from "truenorth/openfeature";
import { converted } from "./openfeature/flags.mjs";
import { play, scenarios } from "./openfeature/gherkin.mjs";
import { definitions, world } from "./openfeature/steps.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(resolve(root, process.env.TRUENORTH_CONFORMANCE ?? "../shared/conformance"), "flags/openfeature-gherkin");
/** How many scenarios each feature has, outlines filled in, as Cucumber's own compiler counts them. */
const COUNTS = { "contextMerging.feature": 29, "evaluation.feature": 13, "evaluation_v2.feature": 82, "hooks.feature": 3, "metadata.feature": 5 };

test("OpenFeature's features", { skip: existsSync(folder) ? false : `skipped: no ${folder}` }, async (t) => {
  const flags = converted(readFileSync(join(folder, "test-flags.json"), "utf8"));
  assert.deepEqual(FlagSet.parse(flags).problems, []);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".feature"))) {
    const all = scenarios(readFileSync(join(folder, name), "utf8"));
    assert.equal(all.length, COUNTS[name], name);
    for (const scenario of all) {
      // Evaluation is local: there is nothing to keep.
      const skip = scenario.tags.includes("@reason-codes-cached") && "nothing is cached";
      if (skip) counts.skipped += 1;
      await t.test(`${name}: ${scenario.name}`, { skip }, async () => {
        counts.failed += 1;
        await play(scenario, world(flags), definitions);
        counts.failed -= 1;
        counts.passed += 1;
      });
    }
  }
  t.diagnostic(`openfeature-gherkin: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (nothing is cached)`);
  await OpenFeature.clearProviders();
});

const onOff = { variants: { on: true, off: false }, defaultVariant: "off" };
const file = (flags, more = {}) => JSON.stringify({ version: 1, ...more, flags });
const client = async (flags, t) => {
  const provider = new TruenorthProvider(flags);
  await OpenFeature.setProviderAndWait(t.name, provider);
  return [OpenFeature.getClient(t.name), provider];
};

test("a context: who, nested objects, dates, lists; and what is missing in it", async (t) => {
  const rule = (when) => ({ ...onOff, rules: [{ when, variant: "on" }] });
  const flags = FlagSet.parse(
    file({
      half: { ...onOff, rules: [{ split: [{ variant: "on", weight: 1 }, { variant: "off", weight: 1 }] }] },
      nested: rule({ attribute: "organisation.plan", equals: "pro" }),
      since: rule({ attribute: "joined", since: "2025-01-01T00:00:00Z" }),
      listed: rule({ attribute: "roles", in: ["admin"] }),
      broken: { variants: {} , defaultVariant: "x" },
    }),
  );
  const [openfeature] = await client(flags, t);
  const context = { targetingKey: "user-1", organisation: { plan: "pro" }, joined: new Date("2025-06-01"), roles: ["dev", "admin"] };
  for (const name of ["nested", "since", "listed"]) {
    const { value, reason } = await openfeature.getBooleanDetails(name, false, context);
    assert.deepEqual([value, reason], [true, "TARGETING_MATCH"], name);
    assert.equal((await openfeature.getBooleanDetails(name, true, {})).reason, "DEFAULT");
  }
  const { value, variant, reason } = await openfeature.getBooleanDetails("half", false, context);
  assert.deepEqual([value, variant, reason], [flags.boolean("half", context, false), value ? "on" : "off", "SPLIT"]);
  const missing = await openfeature.getBooleanDetails("half", true);
  assert.deepEqual([missing.value, missing.reason, missing.errorCode], [true, "ERROR", "TARGETING_KEY_MISSING"]);
  assert.match(missing.errorMessage, /targetingKey/);
  assert.equal((await openfeature.getBooleanDetails("half", true, { targetingKey: {} })).errorCode, "INVALID_CONTEXT");
  const broken = await openfeature.getBooleanDetails("broken", true, context);
  assert.deepEqual([broken.value, broken.errorCode], [true, "PARSE_ERROR"]);
});

test("what is resolved is recorded, like what a getter answers", async (t) => {
  const flags = FlagSet.parse(file({ half: { ...onOff, rules: [{ ranges: [{ variant: "on", from: 0, to: 1_000_000 }] }] } })).recordExposures(10);
  const [openfeature] = await client(flags, t);
  await openfeature.getBooleanValue("half", false, { targetingKey: "user-1" });
  await openfeature.getStringValue("half", "", { targetingKey: "user-2" });
  assert.deepEqual(flags.takeExposures().map(({ unit, flag, variant, reason }) => [unit, flag, variant, reason]), [["user-1", "half", "on", "SPLIT"]]);
});

test("a reload tells which flags are otherwise, by hand or by the file that is watched", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "truenorth-openfeature-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "flags.json");
  const write = (flags) => writeFileSync(path, flags);
  write(file({ a: onOff, b: onOff }));
  const flags = FlagSet.watch(path, { every: 20 });
  t.after(() => flags.unwatch());
  const [openfeature] = await client(flags, t);
  const told = [];
  for (const event of [ServerProviderEvents.ConfigurationChanged, ServerProviderEvents.Stale]) {
    openfeature.addHandler(event, ({ flagsChanged, message }) => told.push(flagsChanged ?? message));
  }
  const until = async (count) => {
    for (let turn = 0; told.length < count && turn < 1000; turn += 1) await pause(10);
    assert.equal(told.length, count);
  };
  flags.reload(file({ a: { ...onOff, defaultVariant: "on" }, b: onOff, c: onOff }));
  assert.deepEqual(told, [["a", "c"]]);
  assert.equal(await openfeature.getBooleanValue("a", false), true);
  flags.reload(file({ a: { ...onOff, defaultVariant: "on" }, b: onOff, c: onOff }));
  assert.throws(() => flags.reload("{"));
  await until(1);

  write("{");
  await until(2);
  assert.match(told[1], /flags\.json/);
  assert.equal(openfeature.providerStatus, ProviderStatus.STALE);
  assert.equal(await openfeature.getBooleanValue("a", false), true);
  write(file({ b: onOff }));
  await until(3);
  assert.deepEqual(told[2], ["a", "c"]);
  assert.equal(openfeature.providerStatus, ProviderStatus.READY);

  // Who is not asked any more does not listen.
  await OpenFeature.setProviderAndWait(t.name, new TruenorthProvider(FlagSet.parse(file({}))));
  flags.reload(file({}));
  assert.equal(told.length, 3);
});

test("only a set of flags is taken", () => {
  for (const other of [undefined, null, {}, "flags.json"]) {
    assert.throws(() => new TruenorthProvider(other), (error) => error instanceof TruenorthError && error.path === "flags");
  }
});

test("both kinds of module give the same, and truenorth itself needs no SDK", () => {
  const require = createRequire(import.meta.url);
  assert.equal(require("truenorth/openfeature").TruenorthProvider, TruenorthProvider);
  const script = `require("truenorth"); console.log(Object.keys(require.cache).filter((path) => path.includes("@openfeature")).length)`;
  const ran = spawnSync(process.execPath, ["-e", script], { cwd: dirname(fileURLToPath(import.meta.url)), encoding: "utf8" });
  assert.equal(ran.stdout, "0\n", ran.stderr);
});
