// Writes logic.json: what json-logic-js makes of expressions that a seeded generator makes up.
//
// Run: npm install json-logic-js@2.0.5 && node logic.js > logic.json

const jsonLogic = require('json-logic-js');

let state = 20260101;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const pick = (list) => list[Math.floor(random() * list.length)];

const contexts = [
  { plan: 'pro', seats: 3, price: 2.5, on: true, tags: ['a', 'b', '3'], user: { name: 'Ada', age: 36 }, none: '' },
  { plan: '', seats: 0, price: -0.1, on: false, tags: [], user: { name: 'Ünal 🙂', age: '7' }, none: '0' },
  { plan: '12', seats: 1e21, price: 1e-7, on: true, tags: [1, 2, 3, 10], user: {}, none: ' 5 ' },
  { plan: 'Pro', seats: -4, price: 0.30000000000000004, on: false, tags: [{ n: 1 }, { n: 5 }], none: '0x10' },
];
const names = ['plan', 'seats', 'price', 'on', 'tags', 'user.name', 'user.age', 'none', 'gone', 'user.gone', 'tags.0', 'tags.1'];
const constants = [0, 1, 2, 3, -1, 0.5, 10, '', '0', '3', 'pro', 'a', 'Ada', ' 3 ', '1e3', 'x', true, false, null, '12px', 'Infinity'];

function leaf(inside) {
  if (random() < 0.45) return pick(constants);
  if (inside && random() < 0.6) return { var: pick(inside) };
  return random() < 0.15 ? { var: ['gone', pick(constants)] } : { var: pick(names) };
}
function list(depth, inside) {
  if (random() < 0.5) return { var: 'tags' };
  return Array.from({ length: Math.floor(random() * 4) }, () => some(depth - 1, inside));
}
function some(depth, inside) {
  if (depth <= 0 || random() < 0.1) return leaf(inside);
  const next = () => some(depth - 1, inside);
  const many = (least, most) => Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, next);
  const kind = Math.floor(random() * 16);
  switch (kind) {
    case 0: return { if: many(1, 5) };
    case 1: return { [pick(['and', 'or'])]: many(1, 3) };
    case 2: return { [pick(['!', '!!'])]: [next()] };
    case 3: case 4: return { [pick(['==', '!=', '===', '!=='])]: [scalar(depth, inside), scalar(depth, inside)] };
    case 5: case 6: return { [pick(['<', '<=', '>', '>='])]: random() < 0.3 ? many(3, 3) : many(2, 2) };
    case 7: return { [pick(['+', '*'])]: many(2, 3) };
    case 8: return { [pick(['-', '/', '%'])]: many(2, 2) };
    case 9: return { [pick(['min', 'max'])]: many(1, 3) };
    case 10: return { cat: many(0, 3) };
    case 11: return { substr: [next(), pick([0, 1, -2, 3, '1', -30]), pick([0, 1, 2, -1, -2, 40])].slice(0, 2 + Math.floor(random() * 2)) };
    case 12: return { in: [scalar(depth, inside), random() < 0.5 ? list(depth, inside) : next()] };
    case 13: return { [pick(['map', 'filter', 'all', 'none', 'some'])]: [list(depth, inside), some(depth - 1, ['', 'n', 'gone'])] };
    case 14: return { reduce: [list(depth, inside), some(depth - 1, ['current', 'accumulator', 'current.n']), pick(constants)] };
    default:
      return random() < 0.4
        ? { merge: many(1, 3) }
        : random() < 0.5
          ? { missing: [pick(names), pick(names)] }
          : { missing_some: [pick([1, 2, 3]), [pick(names), pick(names), pick(names)]] };
  }
}
// Lists and objects equal only themselves in JavaScript, so that none stands where something is looked for.
function scalar(depth, inside) {
  if (random() < 0.25) return { var: pick(['plan', 'seats', 'price', 'on', 'user.name', 'user.age', 'none', 'gone']) };
  return random() < 0.35 ? pick(constants) : { [pick(['+', 'cat', 'max'])]: [some(depth - 1, inside)] };
}

const cases = [];
while (cases.length < 1500) {
  const context = Math.floor(random() * contexts.length);
  const logic = some(3, null);
  let value;
  try {
    value = jsonLogic.apply(logic, contexts[context]);
  } catch (error) {
    continue;
  }
  const text = jsonLogic.apply({ cat: [{ var: 'value' }] }, { value });
  const isScalar = value !== undefined && (value === null || typeof value !== 'object') && !Number.isNaN(value) && Math.abs(value) !== Infinity;
  if (typeof text !== 'string' || !text.isWellFormed() || text.length > 60 || JSON.stringify(logic).length > 260) continue;
  cases.push(isScalar ? { context, logic, text, value } : { context, logic, text });
}
const made = { by: 'json-logic-js 2.0.5, node ' + process.version, contexts };
const lines = cases.map((one) => JSON.stringify(one)).join(',\n');
process.stdout.write(JSON.stringify(made, null, 1).replace(/\n}$/, ',\n "cases": [\n') + lines + '\n]}\n');
