"use strict";
// Brings columns into the few forms in which they cross: codes and names, microseconds, milliseconds, truths.

const { types } = require("node:util");
const { TruenorthError } = require("./error.js");
const { called } = require("./write.js");

const wrong = (path, message, code = "wrongType") => new TruenorthError(code, path, message);

/** The kind, the number of rows and the columns. */
function columnsOf(table) {
  if (table === null || typeof table !== "object") throw wrong("", `expected an object of columns, found ${called(table)}`);
  const { kind, labels, ...fields } = table;
  if (typeof kind !== "string") throw wrong("kind", "must be given: `deployment`, `change`, `pullRequest` or `incident`", "missingField");
  const columns = Object.entries(fields)
    .filter(([, column]) => column !== undefined)
    .map(([name, column]) => columnOf(name, column, name));
  for (const [name, column] of Object.entries(labels ?? {})) columns.push(columnOf(`label.${name}`, column, `labels.${name}`));
  const [first] = columns;
  if (first === undefined) throw wrong("", "expected at least one column, found none", "missingField");
  for (const column of columns) {
    if (column.length !== first.length) {
      throw wrong(column.path, `expected ${first.length} rows as in \`${first.path}\`, found ${column.length}`);
    }
  }
  return { kind, length: first.length, columns };
}

function columnOf(name, column, path) {
  if (column === null || typeof column !== "object") throw wrong(path, `expected a column, found ${called(column)}`);
  if (Array.isArray(column)) return listed(name, column, path);
  if (ArrayBuffer.isView(column)) return typed(name, column, path);
  const { present, values, codes, names, ...others } = column;
  const [other] = Object.keys(others);
  if (other !== undefined) throw wrong(`${path}.${other}`, "no such field; expected one of `values`, `codes`, `names`, `present`", "unknownField");
  const made = codes === undefined ? columnOf(name, values, `${path}.values`) : coded(name, codes, names, path);
  made.path = path;
  if (present !== undefined) {
    if (!types.isUint8Array(present) || present.length !== made.length) {
      throw wrong(`${path}.present`, `expected a Uint8Array of ${made.length} rows`);
    }
    if (made.present !== undefined) throw wrong(`${path}.present`, "the values say themselves which are absent", "conflict");
    made.present = present;
  }
  return made;
}

function coded(name, codes, names, path) {
  if (!types.isUint32Array(codes)) throw wrong(`${path}.codes`, `expected a Uint32Array, found ${called(codes)}`);
  if (!Array.isArray(names)) throw wrong(`${path}.names`, `expected a list of text, found ${called(names)}`);
  names.forEach((text, index) => {
    if (typeof text !== "string") throw wrong(`${path}.names[${index}]`, `expected text, found ${called(text)}`);
  });
  return { name, path, length: codes.length, codes, names };
}

function typed(name, column, path) {
  const { length } = column;
  if (types.isBigInt64Array(column)) return { name, path, length, micros: column };
  if (types.isFloat64Array(column)) return { name, path, length, millis: column };
  if (types.isUint8Array(column)) return { name, path, length, truths: column };
  throw wrong(path, `expected a BigInt64Array of microseconds, a Float64Array of milliseconds, a Uint8Array of truths or a list, found ${called(column)}`);
}

/** A list: of text, of truths, of dates; null and undefined are absent. */
function listed(name, column, path) {
  const { length } = column;
  const sample = column.find((value) => value !== null && value !== undefined);
  const present = new Uint8Array(length);
  const made = { name, path, length, present };
  const refuse = (index, expected) => wrong(`${path}[${index}]`, `expected ${expected}, found ${called(column[index])}`);
  const each = (take) => {
    for (let index = 0; index < length; index += 1) {
      const value = column[index];
      if (value === null || value === undefined) continue;
      present[index] = 1;
      take(value, index);
    }
  };
  if (types.isDate(sample)) {
    made.millis = new Float64Array(length);
    each((value, index) => {
      if (!types.isDate(value)) throw refuse(index, "a `Date`");
      made.millis[index] = value.getTime();
      if (Number.isNaN(made.millis[index])) throw wrong(`${path}[${index}]`, "expected a time, found an invalid `Date`", "invalidTime");
    });
  } else if (typeof sample === "boolean") {
    made.truths = new Uint8Array(length);
    each((value, index) => {
      if (typeof value !== "boolean") throw refuse(index, "true or false");
      made.truths[index] = value ? 1 : 0;
    });
  } else {
    const known = new Map();
    made.codes = new Uint32Array(length);
    each((value, index) => {
      if (typeof value !== "string") throw refuse(index, "text");
      let code = known.get(value);
      if (code === undefined) known.set(value, (code = known.size));
      made.codes[index] = code;
    });
    made.names = [...known.keys()];
  }
  return made;
}

module.exports = { columnsOf };
