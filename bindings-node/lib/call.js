"use strict";
// Every operation of the list, at once and on another thread.

const { types } = require("node:util");
const { TruenorthError, run, translated } = require("./error.js");
const native = require("./native.js");
const { isTable, nativeOf } = require("./table.js");
const { called, write } = require("./write.js");

const NOTHING = { table: undefined, bytes: undefined, inputs: undefined };
/** Options of both kinds of call. */
const READING = ["events"];

function plain(operation) {
  const name = `${operation.name}Sync`;
  return {
    [name](request = {}, options = undefined) {
      const text = write(request);
      const { table, bytes, inputs } = options === undefined ? NOTHING : sourceOf(operation, options, []);
      return JSON.parse(run(() => native.call(operation.name, text, table, bytes, inputs)));
    },
  }[name];
}

function promised(operation) {
  const { name } = operation;
  return {
    async [name](request = {}, options = {}) {
      const text = write(request);
      const { table, bytes, inputs } = sourceOf(operation, options, ["signal", "onProgress"]);
      const { signal, onProgress } = options;
      if (onProgress !== undefined && typeof onProgress !== "function") {
        throw new TruenorthError("wrongType", "onProgress", `expected a function, found ${called(onProgress)}`);
      }
      signal?.throwIfAborted();
      const cancel = new native.Cancel();
      return await new Promise((resolve, reject) => {
        const abort = () => stop(signal.reason);
        const end = (settle, value) => {
          signal?.removeEventListener("abort", abort);
          ended = true;
          settle(value);
        };
        const stop = (reason) => {
          cancel.cancel();
          end(reject, reason);
        };
        let ended = false;
        const progress = onProgress && ((share) => {
          if (ended) return;
          try {
            onProgress(share);
          } catch (error) {
            stop(error);
          }
        });
        signal?.addEventListener("abort", abort, { once: true });
        run(() => native.callAsync(name, text, cancel, table, bytes, inputs, progress)).then(
          (report) => ended || end(resolve, JSON.parse(report)),
          (error) => ended || end(reject, translated(error)),
        );
      });
    },
  }[name];
}

/** Where the events of a call come from: a table, bytes, or files to open. */
function sourceOf(operation, options, others) {
  if (options === null || typeof options !== "object") {
    throw new TruenorthError("wrongType", "options", `expected an object, found ${options === null ? "null" : called(options)}`);
  }
  const known = operation.tables.length === 0 ? others : [...READING, ...others];
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TruenorthError("unknownField", key, `no such option; expected one of \`${known.join("`, `")}\``);
    }
  }
  const { events, signal, onProgress, ...reading } = options;
  const opens = Object.keys(reading).length > 0;
  if (events === undefined && !opens) return NOTHING;
  if (isTable(events)) {
    if (opens) throw new TruenorthError("conflict", Object.keys(reading)[0], "is for reading files, and a table has been read already");
    return { ...NOTHING, table: nativeOf(events) };
  }
  if (types.isUint8Array(events)) return { ...NOTHING, bytes: events, inputs: opens ? write(reading) : undefined };
  const paths = typeof events === "string" ? [events] : events ?? [];
  if (!Array.isArray(paths)) {
    throw new TruenorthError("wrongType", "events", `expected a path, paths, bytes or an \`EventTable\`, found ${called(events)}`);
  }
  paths.forEach((path, index) => {
    if (typeof path !== "string") {
      const message = `expected a path, found ${path === null ? "null" : called(path)}; events themselves belong in the request, or in an \`EventTable\``;
      throw new TruenorthError("wrongType", `events[${index}]`, message);
    }
  });
  return { ...NOTHING, inputs: write({ ...reading, events: paths }) };
}

module.exports = { plain, promised };
