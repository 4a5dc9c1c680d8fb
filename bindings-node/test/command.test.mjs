// The command line as npm brings it: output, exit codes, Ctrl-C.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { doraSync, version } from "truenorth";

const program = fileURLToPath(new URL("../bin/truenorth.js", import.meta.url));
const run = (args, input = "") => spawnSync(process.execPath, [program, ...args], { input, encoding: "utf8" });
const request = { events: [{ deployment: { service: "a", finishedAt: "2025-03-01T09:30:00Z" } }] };

test("it is the same version", () => {
  const ran = run(["--version"]);
  assert.deepEqual([ran.status, ran.stdout.trim()], [0, `truenorth ${version}`]);
});

test("it gives the same report", () => {
  const ran = run(["run", "dora"], JSON.stringify(request));
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepStrictEqual(JSON.parse(ran.stdout), doraSync(request));
});

test("exit codes are passed on", () => {
  const bad = run(["run", "dora"], '{"nope": 1}');
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /nope/);
  assert.equal(run(["nonsense"]).status, 2);
});

test("Ctrl-C ends it", { skip: process.platform === "win32" }, async () => {
  const child = spawn(process.execPath, [program, "run", "dora"], { stdio: ["pipe", "ignore", "ignore"] });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(child.exitCode, null);
  child.kill("SIGINT");
  const [, signal] = await new Promise((resolve) => child.once("exit", (...ended) => resolve(ended)));
  assert.equal(signal, "SIGINT");
});
