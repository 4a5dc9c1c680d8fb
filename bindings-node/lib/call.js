"use strict";
// Every operation of the list, at once and on another thread.

const { types } = require("node:util");
const { TruenorthError, run, translated } = require("./error.js");
const native = require("./native.js");
const { isTable, nativeOf } = require("./table.js");
const { called, write } = require("./write.js");

/** What a call on another thread takes besides. */
const RUNNING = ["signal", "onProgress"];
/** What says where events come from, and how they are read. */
const READING = ["events", "git", "ownership", ...native.readOptions()];

function plain(operation) {
  const name = `${operation.name}Sync`;
  return {
    [name](request = {}, options = undefined) {
      const text = requestOf(operation, request);
      const source = options === undefined ? undefined : sourceOf(operation, options, []);
      return JSON.parse(run(() => native.call(operation.name, text, source)));
    },
  }[name];
}

function promised(operation) {
  const { name } = operation;
  return {
    async [name](request = {}, options = {}) {
      const text = requestOf(operation, request);
      const source = sourceOf(operation, options, RUNNING);
      const { signal, onProgress } = options;
      if (signal !== undefined && !isSignal(signal)) throw wrong("signal", `expected an \`AbortSignal\`, found ${called(signal)}`);
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

/** The request as text; what belongs in the other argument says so. */
function requestOf(operation, request) {
  const elsewhere = `belongs in the second argument, as in \`${operation.name}({}, { events: … })\``;
  if (isSource(request)) throw wrong("", `expected an object, found ${called(request)}; where events come from ${elsewhere}`);
  if (request !== null && typeof request === "object" && !Array.isArray(request)) {
    const { events } = request;
    if (isSource(events)) throw wrong("events", `expected a list of events, found ${called(events)}; what is to be opened or read ${elsewhere}`);
    const option = Object.keys(request).find((key) => !operation.fields.includes(key) && [...READING, ...RUNNING].includes(key));
    if (option !== undefined && operation.tables.length > 0) {
      throw new TruenorthError("unknownField", option, `no such field of a request; it ${elsewhere.replace("events: …", `${option}: …`)}`);
    }
  }
  return write(request);
}

/** A path, bytes or a table. */
const isSource = (value) => typeof value === "string" || types.isUint8Array(value) || isTable(value);

/** Of this realm or another. */
const isSignal = (value) =>
  value !== null && typeof value === "object" && typeof value.throwIfAborted === "function" && typeof value.addEventListener === "function";

/** Where the events of a call come from: a table, bytes, or files to open; undefined for nowhere. */
function sourceOf(operation, options, running) {
  if (options === null || typeof options !== "object") throw wrong("options", `expected an object, found ${called(options)}`);
  const { events, git, ownership, ...rest } = options;
  for (const key of RUNNING) {
    if (!(key in rest)) continue;
    if (!running.includes(key)) throw new TruenorthError("unknownField", key, "no such option of a call that blocks");
    delete rest[key];
  }
  for (const key of Object.keys(rest)) {
    if (READING.includes(key) || rest[key] === undefined) continue;
    if (operation.fields.includes(key)) {
      throw new TruenorthError("unknownField", key, `no such option; it belongs in the first argument, as in \`${operation.name}({ ${key}: … })\``);
    }
    if (operation.tables.length > 0) run(() => native.refuseField(key, [...READING, ...running]));
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
