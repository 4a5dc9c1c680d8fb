"use strict";
// Writes a request as JSON text. `JSON.stringify` turns NaN and an invalid date into null, a Map into {}, and drops
// functions; here each of these is an error that says where it stands.

const { types } = require("node:util");
const { TruenorthError } = require("./error.js");

const DEEPEST = 128;
// What must be escaped in JSON text, and surrogates, of which some stand alone.
const SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/;

/** The JSON text of `value`; `root` names it in errors. */
function write(value, root = "") {
  const trail = [];
  return any(value, trail, root);
}

function any(value, trail, root) {
  switch (typeof value) {
    case "string":
      return text(value, trail, root);
    case "number":
      if (Number.isFinite(value)) return `${value}`;
      throw wrong("outOfRange", `expected a finite number, found \`${value}\``, trail, root);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : thing(value, trail, root);
    case "bigint":
      if (value >= -9007199254740991n && value <= 9007199254740991n) return `${value}`;
      throw wrong("outOfRange", `expected a whole number of at most 2^53 - 1, found \`${value}\``, trail, root);
    default:
      throw wrong("wrongType", `expected a value, found ${called(value)}`, trail, root);
  }
}

function text(value, trail, root) {
  if (!SPECIAL.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw wrong("invalidUtf8", "expected text, found half a character (a lone surrogate)", trail, root);
  return JSON.stringify(value);
}

function thing(value, trail, root) {
  const depth = trail.length;
  if (depth >= DEEPEST) throw deep(value, trail, root);
  if (Array.isArray(value)) {
    let out = "[";
    for (let index = 0; index < value.length; index += 1) {
      trail[depth] = index;
      // `any` refuses undefined, and so the holes of a sparse array.
      out += (index === 0 ? "" : ",") + any(value[index], trail, root);
    }
    trail.length = depth;
    return `${out}]`;
  }
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    if (Number.isNaN(time)) throw wrong("invalidTime", "expected a time, found an invalid `Date`", trail, root);
    return `"${Date.prototype.toISOString.call(value)}"`;
  }
  if (!isPlain(value)) {
    throw wrong("wrongType", `expected a list or a plain object, found ${called(value)}${instead(value)}`, trail, root);
  }
  let out = "{";
  for (const key of Object.keys(value)) {
    const inner = value[key];
    if (inner === undefined) continue;
    trail[depth] = key;
    out += (out === "{" ? "" : ",") + text(key, trail, root) + ":" + any(inner, trail, root);
  }
  trail.length = depth;
  const [symbol] = Object.getOwnPropertySymbols(value);
  if (symbol !== undefined) throw wrong("wrongType", `expected text as a key, found ${called(symbol)}`, trail, root);
  return `${out}}`;
}

/** Whether something is an object of no class. */
function isPlain(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const maker = Object.getPrototypeOf(value);
  // The plain objects of other realms have a maker of their own, which has none.
  return maker === Object.prototype || maker === null || Object.getPrototypeOf(maker) === null;
}

function deep(value, trail, root) {
  // Only found by its depth: remembering every object would cost the requests that are as they should be.
  return wrong("tooLarge", `is nested deeper than ${DEEPEST} levels, or contains itself`, trail.slice(0, 8), root);
}

/** What to make of something that holds the same. */
function instead(value) {
  if (types.isTypedArray(value) || types.isSet(value)) return "; `Array.from` makes a list of it";
  return types.isMap(value) ? "; `Object.fromEntries` makes an object of it" : "";
}

function called(value) {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "function":
      return "a function";
    case "symbol":
      return `the ${String(value)}`;
    case "object": {
      if (value === null) return "null";
      const name = value.constructor?.name;
      return typeof name === "string" && name !== "" ? `a \`${name}\`` : "an object of a class";
    }
    default:
      return `the ${typeof value} \`${value}\``;
  }
}

function wrong(code, message, trail, root) {
  let path = root;
  for (const step of trail) {
    path += typeof step === "number" ? `[${step}]` : path === "" ? step : `.${step}`;
  }
  return new TruenorthError(code, path, message);
}

module.exports = { called, isPlain, write };
