"use strict";
// Every operation of the list, at once and on another thread.

const { types } = require("node:util");
const { TruenorthError, run, translated } = require("./error.js");
const native = require("./native.js");
const { isTable, nativeOf } = require("./table.js");
const { called, write } = require("./write.js");

/** What a call on another thread takes besides. */
const RUNNING = ["signal", "onProgress"];

function plain(operation) {
  const name = `${operation.name}Sync`;
  return {
    [name](request = {}, options = undefined) {
      const text = write(request);
      const source = options === undefined ? undefined : sourceOf(operation, options, []);
      return JSON.parse(run(() => native.call(operation.name, text, source)));
    },
  }[name];
}

function promised(operation) {
  const { name } = operation;
  return {
    async [name](request = {}, options = {}) {
      const text = write(request);
      const source = sourceOf(operation, options, RUNNING);
      const { signal, onProgress } = options;
      if (onProgress !== undefined && typeof onProgress !== "function") {
        throw wrong("onProgress", `expected a function, found ${called(onProgress)}`);
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
        run(() => native.callAsync(name, text, source, cancel, progress)).then(
          (report) => ended || end(resolve, JSON.parse(report)),
          (error) => ended || end(reject, translated(error)),
        );
      });
    },
  }[name];
}

/** Where the events of a call come from: a table, bytes, or files to open; undefined for nowhere. */
function sourceOf(operation, options, running) {
  if (options === null || typeof options !== "object") throw wrong("options", `expected an object, found ${called(options)}`);
  const { events, git, ownership, ...rest } = options;
  for (const key of RUNNING) {
    if (!(key in rest)) continue;
    if (!running.includes(key)) throw new TruenorthError("unknownField", key, "no such option of a call that blocks");
    delete rest[key];
  }
  const given = Object.keys(options).filter((key) => !RUNNING.includes(key) && options[key] !== undefined);
  if (given.length === 0) return undefined;
  if (operation.tables.length === 0) {
    throw new TruenorthError("unknownField", given[0], `no such option; \`${operation.name}\` reads no events`);
  }
  if (isTable(events)) {
    const other = given.find((key) => key !== "events");
    if (other !== undefined) throw new TruenorthError("conflict", other, "says how to read, and a table has been read already");
    return { table: nativeOf(events) };
  }
  const bytes = types.isUint8Array(events) ? events : undefined;
  const inputs = {
    events: bytes === undefined ? pathsOf("events", events) : [],
    git: (Array.isArray(git) ? git : git === undefined ? [] : [git]).map((one) => (typeof one === "string" ? { path: one } : one)),
    ownership: pathsOf("ownership", ownership),
  };
  return { bytes, inputs: write(inputs), options: write(rest) };
}

function pathsOf(name, given) {
  if (given === undefined) return [];
  if (typeof given === "string") return [given];
  if (!Array.isArray(given)) {
    throw wrong(name, `expected a path or paths${name === "events" ? ", bytes or an `EventTable`" : ""}, found ${called(given)}`);
  }
  given.forEach((path, index) => {
    if (typeof path === "string") return;
    const hint = name === "events" ? "; events themselves belong in the request, or in an `EventTable`" : "";
    throw wrong(`${name}[${index}]`, `expected a path, found ${called(path)}${hint}`);
  });
  return given;
}

const wrong = (path, message) => new TruenorthError("wrongType", path, message);

module.exports = { plain, promised };
