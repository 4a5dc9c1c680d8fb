"use strict";
// The flags as users hold them. Names become indices here: a text would cost more to hand over than to decide a flag.

const { types } = require("node:util");
const { TruenorthError, run, translated } = require("./error.js");
const native = require("./native.js");
const { serve, tray } = require("./tray.js");
const { learnAll, valuesOf } = require("./values.js");
const { called, isPlain, write } = require("./write.js");

/** The types of values, by the numbers that the addon knows them by. */
const [BOOLEAN, STRING, INTEGER, NUMBER, OBJECT] = [0, 1, 2, 3, 4];
const TYPES = 8;
/** Only what is made here is made with it. */
const MAKING = Symbol("making");

/** What the addon is given for a context. */
let handed;
/** What the provider of `openfeature.js` asks; nobody else needs it. */
let provided;

class FlagContext {
  #held;

  constructor(making, held) {
    if (making !== MAKING) throw wrong("", "a `FlagContext` is made by `FlagSet.prepare`");
    this.#held = held;
  }

  static {
    handed = (context) => {
      if (context === undefined) return undefined;
      if (typeof context !== "object" || context === null) throw noContext(context);
      if (#held in context) return context.#held;
      const maker = Object.getPrototypeOf(context);
      if (maker !== Object.prototype && maker !== null && !mayHaveAttributes(context)) throw noContext(context);
      return context;
    };
  }
}

class FlagSet {
  /**
   * What the addon holds; the index of each name; by index what a flag asks for of a plain object, and of all flags what an
   * answer is made of, both known once somebody asked. A reload puts others in their place: who is asked meanwhile, by a
   * getter of the context say, answers as it was.
   */
  #flags;
  #listeners = [];
  #timer;

  constructor(making, held) {
    if (making !== MAKING) throw wrong("", "a `FlagSet` is made by `FlagSet.parse` or `FlagSet.fromFile`");
    this.#learn(held);
  }

  static fromFile(path) {
    text("path", path);
    return new FlagSet(MAKING, run(() => native.flagsFromFile(path)));
  }

  static watch(path, options = {}) {
    text("path", path);
    const { every = 500, onReload } = chosen(options, ["every", "onReload"]);
    if (typeof every !== "number") throw wrong("every", `expected a number, found ${called(every)}`);
    if (!(every >= 10 && every <= 86_400_000)) {
      throw new TruenorthError("outOfRange", "every", `expected 10 to 86400000 milliseconds, found \`${every}\``);
    }
    if (onReload !== undefined) listening(onReload);
    const flags = new FlagSet(MAKING, run(() => native.flagsWatch(path)));
    if (onReload !== undefined) flags.onReload(onReload);
    flags.#watch(every);
    return flags;
  }

  static parse(definitions) {
    const json = written(definitions);
    return new FlagSet(MAKING, run(() => native.flagsParse(json)));
  }

  get size() {
    return this.#flags.indices.size;
  }

  get problems() {
    return JSON.parse(run(() => native.flagsProblems(this.#flags.held)));
  }

  get lostExposures() {
    return run(() => native.flagsLost(this.#flags.held));
  }

  names() {
    return [...this.#flags.indices.keys()];
  }

  boolean(name, context, otherwise, options) {
    if (typeof otherwise !== "boolean") throw wrong("otherwise", `expected true or false, found ${called(otherwise)}`);
    return this.#get(BOOLEAN, name, context, options) ?? otherwise;
  }

  string(name, context, otherwise, options) {
    text("otherwise", otherwise);
    return this.#get(STRING, name, context, options) ?? otherwise;
  }

  integer(name, context, otherwise, options) {
    if (!Number.isSafeInteger(otherwise)) throw wrong("otherwise", `expected a whole number, found ${called(otherwise)}`);
    return this.#get(INTEGER, name, context, options) ?? otherwise;
  }

  number(name, context, otherwise, options) {
    if (typeof otherwise !== "number") throw wrong("otherwise", `expected a number, found ${called(otherwise)}`);
    return this.#get(NUMBER, name, context, options) ?? otherwise;
  }

  object(name, context, otherwise, options) {
    if (otherwise === undefined) throw wrong("otherwise", "expected a value, found undefined");
    const json = this.#get(OBJECT, name, context, options);
    return json === undefined ? otherwise : JSON.parse(json);
  }

  booleans(name, keys, context, otherwise = false, options = undefined) {
    if (!Array.isArray(keys)) throw wrong("keys", `expected a list, found ${called(keys)}`);
    keys.forEach((key, at) => {
      if (typeof key !== "string" && typeof key !== "number") throw wrong(`keys[${at}]`, `expected text or a number, found ${called(key)}`);
    });
    if (typeof otherwise !== "boolean") throw wrong("otherwise", `expected true or false, found ${called(otherwise)}`);
    const { held, indices } = this.#flags;
    const [index, given, now] = [indexOf(indices, name), handed(context), nowOf(options)];
    if (index === undefined) return keys.map(() => otherwise);
    const truths = run(() => native.flagsBooleans(held, index, keys, given, now));
    return Array.from(truths, (truth) => (truth === 2 ? otherwise : truth === 1));
  }

  evaluate(name, context, options) {
    text("name", name);
    const [given, now] = [handed(context), nowOf(options)];
    return JSON.parse(run(() => native.flagsEvaluate(this.#flags.held, name, given, now)));
  }

  evaluateAll(context, options) {
    const [given, now] = [handed(context), nowOf(options)];
    const flags = this.#flags;
    const all = (flags.all ??= learnAll(flags.held, [...flags.indices.keys()]));
    run(() => native.flagsEvaluateAll(flags.held, given, now, all.places));
    return valuesOf(all);
  }

  explain(name, context, options) {
    text("name", name);
    const [given, now] = [handed(context), nowOf(options)];
    return JSON.parse(run(() => native.flagsExplain(this.#flags.held, name, given, now)));
  }

  prepare(context, options) {
    if (context === undefined || handed(context) !== context) throw noContext(context);
    const [json, now] = [write(context, "context"), nowOf(options)];
    return new FlagContext(MAKING, run(() => native.flagsPrepare(this.#flags.held, json, now)));
  }

  reload(definitions) {
    const json = written(definitions);
    this.#learn(run(() => native.flagsReload(this.#flags.held, json)));
    this.#tell(undefined);
    return this;
  }

  get watching() {
    return this.#timer !== undefined;
  }

  unwatch() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    return this;
  }

  onReload(listener) {
    this.#listeners.push(listening(listener));
    return this;
  }

  offReload(listener) {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
    return this;
  }

  recordExposures(most) {
    if (typeof most !== "number") throw wrong("most", `expected a whole number, found ${called(most)}`);
    if (!Number.isInteger(most) || most < 1 || most > 4294967295) {
      throw new TruenorthError("outOfRange", "most", `expected a whole number from 1 to 2^32 - 1, found \`${most}\``);
    }
    run(() => native.flagsRecord(this.#flags.held, most));
    return this;
  }

  takeExposures() {
    return JSON.parse(run(() => native.flagsTake(this.#flags.held)));
  }

  /** A timer holds neither the process nor flags that nobody else holds, not even while it waits for a look. */
  #watch(every) {
    const known = new WeakRef(this);
    let looking = false;
    const timer = setInterval(async () => {
      if (looking) return;
      const held = known.deref()?.#flags.held;
      if (held === undefined) return clearInterval(timer);
      looking = true;
      const [found, error] = await look(held);
      looking = false;
      const flags = known.deref();
      if (flags?.#timer === timer) flags.#looked(found, error);
    }, every);
    this.#timer = timer.unref();
  }

  #looked(found, error) {
    if (found !== undefined && found !== null) this.#learn(found);
    else if (error === undefined) return;
    this.#tell(error);
  }

  /** What one listener throws is nobody's to catch, and keeps no other from hearing. */
  #tell(error) {
    for (const listener of [...this.#listeners]) {
      try {
        listener(error);
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }

  ofrep(request, options) {
    if (typeof request !== "object" || request === null) throw wrong("request", `expected an object, found ${called(request)}`);
    const { method, path, headers = {}, body = "" } = request;
    text("request.method", method);
    text("request.path", path);
    const [known, now] = [headerOf(headers, "if-none-match"), nowOf(options)];
    return run(() => native.flagsOfrep(this.#flags.held, method, path, known, bytes(body), now));
  }

  static {
    provided = (flags) => {
      if (typeof flags !== "object" || flags === null || !(#flags in flags)) {
        throw wrong("flags", `expected a \`FlagSet\`, found ${called(flags)}`);
      }
      let before = flags.#flags.held;
      return {
        resolve: (type, name, context) => JSON.parse(run(() => native.flagsResolve(flags.#flags.held, name, type, handed(context), undefined))),
        changed() {
          const names = native.flagsChanged(flags.#flags.held, before);
          before = flags.#flags.held;
          return names;
        },
      };
    };
  }

  #learn(held) {
    const indices = new Map(native.flagsNames(held).map((name, index) => [name, index]));
    this.#flags = { held, indices, needs: new Array(indices.size), all: undefined };
  }

  /** What the flag says; undefined where the default stands. */
  #get(type, name, context, options) {
    const { held, indices, needs } = this.#flags;
    const index = indexOf(indices, name);
    const given = handed(context);
    const now = options === undefined ? undefined : nowOf(options);
    if (index === undefined) return undefined;
    const what = index * TYPES + type;
    try {
      // What was made ready is not what was given.
      if (given === undefined || given !== context) return native.flagsGet(held, what, given, now);
      const needed = (needs[index] ??= JSON.parse(native.flagsNeeds(held, index)));
      return native.flagsGetRead(held, what, given, now, tray, serve(given, needed));
    } catch (error) {
      throw translated(error);
    }
  }
}

/** Undefined for a flag that is not there. */
function indexOf(indices, name) {
  const index = indices.get(name);
  if (index === undefined) text("name", name);
  return index;
}

/** Flags in place of these, if their file has new ones; or what is wrong with it. */
function look(held) {
  return native.flagsLook(held).then(
    (found) => [found],
    (error) => [undefined, translated(error)],
  );
}

/** Objects of users' classes have attributes; what JavaScript brings has none that anybody means. */
function mayHaveAttributes(context) {
  return !(
    Array.isArray(context) || types.isMap(context) || types.isSet(context) || types.isDate(context) || types.isPromise(context) ||
    types.isBoxedPrimitive(context) || types.isAnyArrayBuffer(context) || ArrayBuffer.isView(context) ||
    types.isRegExp(context) || types.isWeakMap(context) || types.isWeakSet(context) || context instanceof FlagSet
  );
}

/** Options, among which are only these. */
function chosen(options, known) {
  if (typeof options !== "object" || options === null) throw wrong("options", `expected an object, found ${called(options)}`);
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) run(() => native.refuseField(key, known));
  }
  return options;
}

function listening(listener) {
  if (typeof listener !== "function") throw wrong("onReload", `expected a function, found ${called(listener)}`);
  return listener;
}

function nowOf(options) {
  if (options === undefined) return undefined;
  const { now } = chosen(options, ["now"]);
  if (now === undefined || typeof now === "string") return now;
  if (!types.isDate(now)) throw wrong("now", `expected a \`Date\` or text, found ${called(now)}`);
  const millis = Date.prototype.getTime.call(now);
  if (Number.isNaN(millis)) throw new TruenorthError("invalidTime", "now", "expected a time, found an invalid `Date`");
  return millis;
}

/** A header of a request, as Node has them or as `fetch` has them. */
function headerOf(headers, name) {
  if (typeof headers !== "object" || headers === null) throw wrong("request.headers", `expected an object, found ${called(headers)}`);
  if (typeof headers.get === "function") return headers.get(name) ?? undefined;
  const key = Object.keys(headers).find((key) => key.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return value === undefined || value === null ? undefined : `${value}`;
}

/** A body as bytes; one that a framework has read already is written again. */
function bytes(body) {
  if (typeof body === "string") return Buffer.from(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(write(body, "request.body"));
}

/** Definitions as JSON: text as it is, or the same as an object. */
function written(definitions) {
  if (typeof definitions === "string") return definitions;
  if (!isPlain(definitions)) throw wrong("definitions", `expected JSON text or a plain object, found ${called(definitions)}`);
  return write(definitions);
}

function text(path, value) {
  if (typeof value !== "string") throw wrong(path, `expected text, found ${called(value)}`);
}

const noContext = (context) => wrong("context", `expected an object of attributes, found ${called(context)}`);

const wrong = (path, message) => new TruenorthError("wrongType", path, message);

module.exports = { FlagContext, FlagSet, TYPE: { BOOLEAN, STRING, INTEGER, NUMBER, OBJECT }, provided };
