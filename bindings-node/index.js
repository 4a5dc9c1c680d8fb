"use strict";
// truenorth for Node. Every operation comes from the list in the core; nothing is written here for one of them.

const { plain, promised } = require("./lib/call.js");
const { TruenorthError } = require("./lib/error.js");
const { FlagContext, FlagSet } = require("./lib/flags.js");
const native = require("./lib/native.js");
const { EventReader, EventTable } = require("./lib/table.js");

module.exports = { EventReader, EventTable, FlagContext, FlagSet, TruenorthError, version: native.version() };

for (const operation of JSON.parse(native.operations())) {
  for (const call of [promised(operation), plain(operation)]) {
    module.exports[call.name] = call;
  }
}
