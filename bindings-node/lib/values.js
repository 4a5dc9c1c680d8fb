"use strict";
// The values of all flags, of which the addon only says which variant it is.

const native = require("./native.js");

/** No variant of a flag: the default stands. */
const NONE = 2 ** 32 - 1;
/** Objects of so many names are quick to copy. */
const FEW = 256;

/** Of all flags: their names, their variants, room for the places of an answer's; and the first answer. */
function learnAll(held, names) {
  const variants = JSON.parse(native.flagsValues(held));
  return { names, variants, places: new Uint32Array(variants.length), first: undefined };
}

/**
 * The values of those flags that have one.
 *
 * To change a copy of the first answer is quicker than to fill an object; but only V8's small objects are quick to copy.
 */
function valuesOf(all) {
  const { names, variants, places, first } = all;
  const known = first !== undefined && haveSame(places, first.places);
  const values = known ? { ...first.values } : {};
  for (let index = 0; index < names.length; index += 1) {
    const place = places[index];
    if (place === NONE) continue;
    const value = variants[index][place];
    // Objects are made anew for everybody.
    if (typeof value === "object" && value !== null) put(values, names[index], JSON.parse(value[0]));
    else if (!known || place !== first.places[index]) put(values, names[index], value);
  }
  if (first === undefined && names.length <= FEW) all.first = { places: places.slice(), values: { ...values } };
  return values;
}

/** Whether the same flags have a value. */
function haveSame(places, others) {
  for (let index = 0; index < places.length; index += 1) {
    if ((places[index] === NONE) !== (others[index] === NONE)) return false;
  }
  return true;
}

/** Sets what an object has itself, whatever the name is. */
function put(object, name, value) {
  if (name === "__proto__") Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
  else object[name] = value;
}

module.exports = { learnAll, valuesOf };
