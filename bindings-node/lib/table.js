"use strict";
// The table of events as users hold it.

const { columnsOf } = require("./columns.js");
const { TruenorthError, run, translated } = require("./error.js");
const native = require("./native.js");
const { called, write } = require("./write.js");

/** So many rows cross at once: more would only make a longer text. */
const ROWS_AT_ONCE = 1000;

const natives = new WeakMap();

class EventTable {
  constructor() {
    natives.set(this, new native.NativeTable());
  }

  get length() {
    return run(() => nativeOf(this).length);
  }

  get quality() {
    return JSON.parse(run(() => nativeOf(this).quality));
  }

  settle() {
    return JSON.parse(run(() => nativeOf(this).settle()));
  }

  extend(events, options) {
    const table = nativeOf(this);
    if (Array.isArray(events)) {
      for (let first = 0; first < events.length; first += ROWS_AT_ONCE) {
        const rows = [];
        for (let index = first; index < Math.min(first + ROWS_AT_ONCE, events.length); index += 1) {
          rows.push(write(events[index], `[${index}]`));
        }
        run(() => table.rows(rows.join("\n"), first));
      }
    } else {
      const bytes = bytesOf(events);
      run(() => table.extend(bytes, optionsOf(options)));
    }
    return this;
  }

  async extendAsync(events, options) {
    const table = nativeOf(this);
    const bytes = bytesOf(events);
    try {
      await table.extendAsync(bytes, optionsOf(options));
    } catch (error) {
      throw translated(error);
    }
    return this;
  }

  extendColumns(columns) {
    const table = nativeOf(this);
    const made = columnsOf(columns);
    run(() => table.columns(made.kind, made.length, made.columns));
    return this;
  }

  reader(options) {
    return new EventReader(this, options);
  }

  async read(stream, options) {
    const reader = this.reader(options);
    for await (const piece of stream) reader.feed(piece);
    reader.finish();
    return this;
  }
}

class EventReader {
  #native;
  #table;

  constructor(table, options) {
    const made = nativeOf(table);
    this.#table = table;
    this.#native = run(() => made.reader(optionsOf(options)));
  }

  feed(piece) {
    const bytes = bytesOf(piece);
    this.#open();
    run(() => this.#native.feed(bytes));
    return this;
  }

  finish() {
    this.#open();
    run(() => this.#native.finish());
    this.#native = undefined;
    return this.#table;
  }

  #open() {
    if (this.#native === undefined) throw new TruenorthError("conflict", "", "the reader has been finished; make a new one");
  }
}

/** What the addon knows of a table. */
function nativeOf(table) {
  const found = natives.get(table);
  if (found === undefined) throw new TruenorthError("wrongType", "", `expected an \`EventTable\`, found ${called(table)}`);
  return found;
}

function bytesOf(events) {
  if (typeof events === "string") return Buffer.from(events);
  if (events instanceof Uint8Array || Object.prototype.toString.call(events) === "[object Uint8Array]") return events;
  if (Object.prototype.toString.call(events) === "[object ArrayBuffer]") return new Uint8Array(events);
  throw new TruenorthError("wrongType", "", `expected bytes, text or a list of events, found ${events === null ? "null" : called(events)}`);
}

function optionsOf(options) {
  return options === undefined ? undefined : write(options);
}

const isTable = (value) => natives.has(value);

module.exports = { EventReader, EventTable, isTable, nativeOf };
