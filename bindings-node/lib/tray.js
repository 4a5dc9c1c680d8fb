"use strict";
// What a flag may ask of a plain object, read here and handed over in one piece: of the addon each attribute would take
// three calls of Node's, which cost more than to decide the flag. `src/tray.rs` reads it.

/** So many attributes lie on a tray; the addon asks for others itself. */
const PLACES = 8;
/** So long are their texts together at most. */
const UNITS = 192;

/** What lies on a place; `TEXT` is a text of no units, and of each more, it is one more. */
const [MISSING, FALSE, TRUE, NUMBER, UNUSABLE, OTHER, TEXT] = [0, 1, 2, 3, 4, 5, 6];
/** The slot of the first place where nothing lies. */
const NONE = 2 ** 32 - 1;

const tray = new Uint8Array(new ArrayBuffer(PLACES * 16 + UNITS * 2));
const numbers = new Float64Array(tray.buffer, 0, PLACES);
const heads = new Uint32Array(tray.buffer, PLACES * 8, PLACES * 2);
const units = new Uint16Array(tray.buffer, PLACES * 16, UNITS);

/**
 * Puts on the tray what an object has under some names, each with its slot, and gives a list of it.
 *
 * All is read before anything is written: a getter may ask for flags itself.
 */
function serve(object, needs) {
  const values = [];
  let thrown = 0;
  for (let place = 0; place < needs.length; place += 1) {
    try {
      values.push(object[needs[place][0]]);
    } catch {
      thrown |= 1 << place;
      values.push(undefined);
    }
  }
  let end = 0;
  for (let place = 0; place < needs.length; place += 1) {
    const value = values[place];
    let kind = OTHER;
    if (typeof value === "string") {
      if (value.length <= UNITS - end) {
        kind = TEXT + value.length;
        for (let at = 0; at < value.length; at += 1) units[end + at] = value.charCodeAt(at);
        end += value.length;
      }
    } else if (typeof value === "number") {
      kind = NUMBER;
      numbers[place] = value;
    } else if (typeof value === "boolean") kind = value ? TRUE : FALSE;
    else if (value === undefined || value === null) kind = (thrown >> place) & 1 ? UNUSABLE : MISSING;
    heads[2 * place] = needs[place][1];
    heads[2 * place + 1] = kind;
  }
  if (needs.length < PLACES) heads[2 * needs.length] = NONE;
  return values;
}

module.exports = { serve, tray };
