"use strict";
// Errors are made here, in the realm of whoever asked, so that `instanceof Error` holds under Jest too.

class TruenorthError extends Error {
  constructor(code, path, message) {
    super(path === "" ? message : `\`${path}\`: ${message}`);
    this.code = code;
    this.path = path;
  }
}
// Not an own property of each error: it would be printed with every one.
Object.defineProperty(TruenorthError.prototype, "name", { value: "TruenorthError", configurable: true, writable: true });

/** What the addon threw, as an error of ours; `outer` is put before its path. */
function translated(error, outer = "") {
  const text = error?.message;
  if (typeof text !== "string" || text[0] !== "\u0001") return error;
  const { code, path, message } = JSON.parse(text.slice(1));
  const inner = outer !== "" && path !== "" && path[0] !== "[" ? `.${path}` : path;
  const made = new TruenorthError(code, outer + inner, message);
  Error.captureStackTrace(made, translated);
  return made;
}

/** Runs something of the addon's. */
function run(work, outer) {
  try {
    return work();
  } catch (error) {
    throw translated(error, outer);
  }
}

module.exports = { TruenorthError, run, translated };
