// Long calls: off the event loop, stoppable, telling how far they are.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { EventTable, dora, doraSync } from "truenorth";

const start = Date.UTC(2025, 0, 1);
const line = (index) =>
  JSON.stringify({ deployment: { id: `d${index}`, service: `service-${index % 50}`, finishedAt: new Date(start + index * 60_000) } });
const lines = (count) => Array.from({ length: count }, (_, index) => line(index)).join("\n");

const folder = mkdtempSync(join(tmpdir(), "truenorth-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "events.jsonl");
writeFileSync(file, lines(2000));
const long = Buffer.from(lines(150_000));

test("events come from a path, paths, bytes, a table or the request, with the same report", async () => {
  const few = lines(20);
  const path = join(folder, "few.jsonl");
  writeFileSync(path, few);
  const events = few.split("\n").map((text) => JSON.parse(text));
  const reports = [
    await dora({}, { events: path }),
    await dora({}, { events: [path] }),
    await dora({}, { events: Buffer.from(few) }),
    await dora({}, { events: new Uint8Array(Buffer.from(few)) }),
    await dora({}, { events: new EventTable().extend(events) }),
    await dora({ events }),
    doraSync({}, { events: path }),
    doraSync({}, { events: Buffer.from(few) }),
    doraSync({ events }),
  ];
  for (const report of reports) {
    assert.equal(report.data.deployments, 20);
    // Files and bytes have lines, rows have none.
    for (const unlinked of report.data.unlinked) Object.assign(unlinked, { file: "", line: 0 });
    assert.deepStrictEqual(report, reports[0]);
  }
});

test("files and bytes may be compressed, and cut short they say so", async () => {
  const packed = gzipSync(lines(20));
  const path = join(folder, "few.jsonl.gz");
  writeFileSync(path, packed);
  for (const events of [path, packed, new EventTable().extend(packed)]) {
    assert.equal((await dora({}, { events })).data.deployments, 20);
  }
  const cut = packed.subarray(0, packed.length - 20);
  await assert.rejects(dora({}, { events: cut }), { code: "truncated" });
  assert.throws(() => new EventTable().extend(cut), { code: "truncated" });
});

test("options of reading are the core's, and reach files, bytes and streams", async () => {
  const table = "ended,what\n2025-03-01T09:30:00Z,a\n2025-03-02T09:30:00Z,b\n";
  const mapping = { events: [{ kind: "deployment", fields: { service: { from: ["what"] }, finishedAt: { from: ["ended"] } } }] };
  const path = join(folder, "table.csv");
  writeFileSync(path, table);
  const reading = { format: "mapped", mapping };
  const reports = [
    await dora({}, { events: path, ...reading }),
    doraSync({}, { events: Buffer.from(table), ...reading }),
    doraSync({}, { events: await new EventTable().read([table.slice(0, 30), table.slice(30)], reading) }),
  ];
  for (const report of reports) assert.equal(report.data.deployments, 2);
  await assert.rejects(dora({}, { events: path, formatt: "csv" }), { code: "unknownField", path: "formatt" });
  await assert.rejects(dora({}, { events: path, format: "csvv" }), { code: "unknownValue", path: "format" });
  await assert.rejects(dora({}, { git: { path: folder, release: "x" } }), { code: "unknownField", path: "git[0].release" });
});

const git = (cwd, ...args) => {
  const env = { ...process.env, GIT_AUTHOR_DATE: "2025-03-01T09:00:00Z", GIT_COMMITTER_DATE: "2025-03-01T09:00:00Z", GIT_CONFIG_GLOBAL: "/dev/null" };
  const identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
  return spawnSync("git", [...identity, ...args], { cwd, env, encoding: "utf8" });
};

test("a git repository is read", { skip: git(folder, "--version").status !== 0 && "git is missing" }, async () => {
  const path = join(folder, "repository");
  for (const args of [["init", "-q", path], ["-C", path, "commit", "-q", "--allow-empty", "-m", "one"], ["-C", path, "tag", "v1.0.0"], ["-C", path, "commit", "-q", "--allow-empty", "-m", "two"], ["-C", path, "tag", "v1.1.0"]]) {
    assert.equal(git(folder, ...args).status, 0);
  }
  for (const given of [path, { path, service: "here" }, [{ path, releases: "v\\d+\\.\\d+\\.\\d+" }]]) {
    const report = await dora({}, { git: given });
    assert.deepEqual([report.data.deployments, report.data.changes], [2, 2]);
  }
  await assert.rejects(dora({}, { git: join(folder, "nowhere") }), { code: "unreadable" });
});

test("a timer keeps firing during a long call", async () => {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 5);
  const began = performance.now();
  const report = await dora({}, { events: long });
  const took = performance.now() - began;
  clearInterval(timer);
  assert.equal(report.data.deployments, 150_000);
  assert.ok(ticks >= Math.min(5, took / 25), `${ticks} ticks in ${took} ms`);
});

test("a signal stops a call with its own reason", async () => {
  const reason = new Error("no longer wanted");
  await assert.rejects(dora({}, { events: long, signal: AbortSignal.abort(reason) }), (error) => error === reason);
  const control = new AbortController();
  const call = dora({}, { events: long, signal: control.signal });
  setTimeout(() => control.abort(reason), 5);
  await assert.rejects(call, (error) => error === reason);
  await assert.rejects(dora({}, { events: long, signal: AbortSignal.timeout(5) }), { name: "TimeoutError" });
});

test("a signal that never fires leaves no listener behind", async () => {
  const control = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = control.signal;
  control.signal.addEventListener = function (...given) {
    listeners += 1;
    return addEventListener.apply(this, given);
  };
  control.signal.removeEventListener = function (...given) {
    listeners -= 1;
    return removeEventListener.apply(this, given);
  };
  await dora({}, { events: file, signal: control.signal });
  assert.equal(listeners, 0);
});

test("progress is told, in order", async () => {
  const shares = [];
  await dora({}, { events: long, onProgress: (share) => shares.push(share) });
  assert.ok(shares.length > 0);
  assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
  assert.ok(shares.every((share) => share > 0 && share <= 1));
});

test("what onProgress throws stops the call", async () => {
  const reason = new Error("not here");
  const onProgress = () => {
    throw reason;
  };
  await assert.rejects(dora({}, { events: long, onProgress }), (error) => error === reason);
});

test("many calls at once agree", async () => {
  const table = new EventTable().extend(lines(500));
  const reports = await Promise.all(Array.from({ length: 20 }, () => dora({}, { events: table })));
  for (const report of reports) assert.deepStrictEqual(report, reports[0]);
});
