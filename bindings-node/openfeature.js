"use strict";
// The provider for OpenFeature's SDK. The SDK is asked for here and only here: `require("truenorth")` needs none.

const { OpenFeatureEventEmitter, ServerProviderEvents } = require("@openfeature/server-sdk");
const { TYPE, provided } = require("./lib/flags.js");

class TruenorthProvider {
  metadata = Object.freeze({ name: "truenorth" });
  runsOn = "server";
  events = new OpenFeatureEventEmitter();
  #flags;
  #asked;
  #isStale = false;
  #heard = (error) => (error === undefined ? this.#changed() : this.#missed(error));

  constructor(flags) {
    this.#asked = provided(flags);
    this.#flags = flags;
  }

  get flags() {
    return this.#flags;
  }

  async initialize() {
    this.#asked.changed();
    this.#flags.offReload(this.#heard).onReload(this.#heard);
  }

  async onClose() {
    this.#flags.offReload(this.#heard);
  }

  #changed() {
    if (this.#isStale) this.events.emit(ServerProviderEvents.Ready);
    this.#isStale = false;
    const flagsChanged = this.#asked.changed();
    if (flagsChanged.length > 0) this.events.emit(ServerProviderEvents.ConfigurationChanged, { flagsChanged });
  }

  /** The last good flags stay, and the file has others. */
  #missed({ message }) {
    this.#isStale = true;
    this.events.emit(ServerProviderEvents.Stale, { message });
  }

  async resolveBooleanEvaluation(name, otherwise, context) {
    return this.#resolve(TYPE.BOOLEAN, name, otherwise, context);
  }

  async resolveStringEvaluation(name, otherwise, context) {
    return this.#resolve(TYPE.STRING, name, otherwise, context);
  }

  async resolveNumberEvaluation(name, otherwise, context) {
    return this.#resolve(TYPE.NUMBER, name, otherwise, context);
  }

  async resolveObjectEvaluation(name, otherwise, context) {
    return this.#resolve(TYPE.OBJECT, name, otherwise, context);
  }

  #resolve(type, name, otherwise, context) {
    const { value = otherwise, variant, reason, errorCode, errorMessage, metadata } = this.#asked.resolve(type, name, context);
    return { value, variant, reason, errorCode, errorMessage, flagMetadata: metadata };
  }
}

module.exports = { TruenorthProvider };
