"use strict";
// Finds the addon that `scripts/build.js` made.

const path = require("node:path");

const file = path.join(__dirname, "..", "truenorth.node");

try {
  module.exports = require(file);
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  const folder = path.join(__dirname, "..");
  throw new Error(`truenorth is not built: run \`npm run build\` in ${folder} (it needs Rust, https://rustup.rs)`, { cause: error });
}
