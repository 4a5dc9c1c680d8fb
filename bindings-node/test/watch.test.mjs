// `FlagSet.watch`: a set that goes with its file and keeps the last good version.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { FlagSet, TruenorthError } from "truenorth";

const folder = mkdtempSync(join(tmpdir(), "truenorth-watch-"));
after(() => rmSync(folder, { recursive: true }));

const text = (variant, more = {}) =>
  JSON.stringify({ version: 1, flags: { x: { variants: { old: "old", new: "new" }, defaultVariant: variant }, ...more } });

function file(name) {
  const path = join(folder, name);
  writeFileSync(path, text("old"));
  return path;
}

/** Hears of reloads, and waits for the next. */
function told() {
  const news = [];
  const listener = (error) => news.push(error);
  const wait = async (count) => {
    for (let turn = 0; news.length < count && turn < 3000; turn += 1) await pause(10);
    assert.ok(news.length >= count, `${news.length} reloads were told, not ${count}`);
    return news[count - 1];
  };
  return { news, listener, wait };
}

test("a changed file is read again, and one that cannot be read is told", async () => {
  const path = file("changes.json");
  const { news, listener, wait } = told();
  const flags = FlagSet.watch(path, { every: 20, onReload: listener });
  assert.equal(flags.watching, true);
  assert.equal(flags.string("x", {}, ""), "old");
  writeFileSync(path, text("new", { y: { variants: { on: true }, defaultVariant: "on" } }));
  assert.equal(await wait(1), undefined);
  assert.equal(flags.string("x", {}, ""), "new");
  assert.deepEqual(flags.names(), ["x", "y"]);
  assert.equal(flags.boolean("y", {}, false), true);
  writeFileSync(path, text("old").slice(0, -3));
  const error = await wait(2);
  assert.ok(error instanceof TruenorthError);
  assert.equal(error.code, "invalidJson");
  assert.equal(error.path, path);
  assert.equal(flags.string("x", {}, ""), "new");
  renameSync(path, `${path}.gone`);
  assert.equal((await wait(3)).code, "unreadable");
  writeFileSync(`${path}.next`, text("old"));
  renameSync(`${path}.next`, path);
  assert.equal(await wait(4), undefined);
  assert.equal(flags.string("x", {}, ""), "old");
  assert.equal(news.length, 4);
  flags.unwatch();
});

test("a set that is not watched any more stays as it is", async () => {
  const path = file("unwatched.json");
  const { news, listener } = told();
  const flags = FlagSet.watch(path, { every: 10, onReload: listener });
  assert.equal(flags.unwatch().unwatch().watching, false);
  writeFileSync(path, text("new"));
  await pause(200);
  assert.deepEqual(news, []);
  assert.equal(flags.string("x", {}, ""), "old");
});

test("everybody hears of every reload", async () => {
  const flags = FlagSet.parse(text("old"));
  const [first, second] = [told(), told()];
  // What it throws comes up where nobody catches it, which ends a test: here it is kept from being thrown.
  const thrown = [];
  const broken = () => {
    throw new RangeError("this one listens badly");
  };
  const { queueMicrotask } = globalThis;
  globalThis.queueMicrotask = (work) => thrown.push(work);
  after(() => (globalThis.queueMicrotask = queueMicrotask));
  assert.equal(flags.onReload(first.listener).onReload(broken).onReload(second.listener), flags);
  flags.reload(text("new"));
  assert.deepEqual([first.news, second.news], [[undefined], [undefined]]);
  assert.throws(thrown[0], RangeError);
  assert.equal(thrown.length, 1);
  flags.offReload(broken).offReload(first.listener).offReload(first.listener);
  flags.reload(text("old"));
  assert.deepEqual([first.news.length, second.news.length], [1, 2]);
  assert.throws(() => flags.reload("{"), { code: "invalidJson" });
  assert.equal(second.news.length, 2);
});

test("what cannot be watched is refused", () => {
  const path = file("refused.json");
  const refused = [
    [[join(folder, "none.json")], "unreadable"],
    [[path, { every: 1 }], "outOfRange"],
    [[path, { every: NaN }], "outOfRange"],
    [[path, { every: "1" }], "wrongType"],
    [[path, { onReload: 7 }], "wrongType"],
    [[path, { onChange: () => {} }], "unknownField"],
    [[path, null], "wrongType"],
    [[7], "wrongType"],
  ];
  for (const [words, code] of refused) {
    assert.throws(() => FlagSet.watch(...words), { name: "TruenorthError", code }, code);
  }
  assert.throws(() => FlagSet.parse(text("old")).onReload(), { code: "wrongType", path: "onReload" });
});

test("a watch keeps neither the process nor the set alive", () => {
  const path = file("ends.json");
  const program = `
    const { FlagSet } = require(${JSON.stringify(join(import.meta.dirname, "../index.js"))});
    let flags = FlagSet.watch(${JSON.stringify(path)}, { every: 10 });
    const gone = new WeakRef(flags);
    flags = undefined;
    setTimeout(() => { gc(); setTimeout(() => { gc(); console.log(gone.deref() === undefined); }, 50); }, 50);`;
  const said = execFileSync(process.execPath, ["--expose-gc", "--eval", program], { timeout: 60_000, encoding: "utf8" });
  assert.equal(said.trim(), "true");
});
