"use strict";
// Runs the tests, on every Node and shell alike: their file patterns differ.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const folder = path.join(__dirname, "..", "test");
const files = fs.readdirSync(folder).filter((name) => name.endsWith(".test.mjs")).map((name) => path.join(folder, name));
const ran = spawnSync(process.execPath, ["--test", ...process.argv.slice(2), ...files], { stdio: "inherit" });
process.exit(ran.status ?? 1);
