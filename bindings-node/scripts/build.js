"use strict";
// Builds the addon with cargo, in the workspace's target folder, and puts it beside `index.js`.
//
//   node scripts/build.js [--debug] [--if-missing]
//
// `npm install` runs it with `--if-missing`: a package that brings a built addon needs no Rust.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const here = path.join(__dirname, "..");
const target = path.join(here, "truenorth.node");
const source = path.join(here, "Cargo.toml");

if (process.argv.includes("--if-missing") && !fs.existsSync(source)) {
  if (fs.existsSync(target)) process.exit(0);
  console.error("truenorth: this package has neither a built addon nor its source for this platform");
  process.exit(1);
}

const release = !process.argv.includes("--debug");
const cargo = process.env.CARGO ?? "cargo";
const args = ["build", "--package", "truenorth-node", "--manifest-path", source, "--message-format", "json-render-diagnostics"];
const built = spawnSync(cargo, release ? [...args, "--release"] : args, {
  stdio: ["ignore", "pipe", "inherit"],
  encoding: "utf8",
  maxBuffer: 256 * 1024 * 1024,
});
if (built.error?.code === "ENOENT") {
  console.error("truenorth: building needs Rust (cargo), which was not found: https://rustup.rs");
  process.exit(1);
}
if (built.error) throw built.error;
if (built.status !== 0) process.exit(built.status ?? 1);

// Cargo says where it put things, whatever CARGO_TARGET_DIR and the platform are.
const library = built.stdout
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line))
  .filter((message) => message.reason === "compiler-artifact" && message.target.name === "truenorth_node")
  .flatMap((message) => message.filenames)
  .find((file) => /\.(so|dylib|dll)$/.test(file));
if (library === undefined) {
  console.error("truenorth: cargo built no library");
  process.exit(1);
}
// A new file, then a rename: a process that has the old one loaded keeps it.
fs.copyFileSync(library, `${target}.new`);
fs.renameSync(`${target}.new`, target);
