// Tables: rows, bytes, streams and columns.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { EventTable, TruenorthError, dora, doraSync } from "truenorth";

const at = (minute) => new Date(Date.UTC(2025, 2, 1, 9, minute));
const rows = [
  { deployment: { id: "d1", service: "checkout", finishedAt: at(30), status: "success" } },
  { deployment: { id: "d1", service: "checkout", finishedAt: at(30), status: "success" } },
  { change: { sha: "abc1234", service: "checkout", committedAt: at(1), deployment: "d1" } },
  { incident: { id: "i1", service: "checkout", startedAt: at(40) } },
];
const text = rows.map((row) => JSON.stringify(row)).join("\n");

test("rows are added, counted and merged", () => {
  const table = new EventTable().extend(rows);
  assert.equal(table.length, 4);
  assert.equal(table.quality.accepted, 4);
  assert.deepEqual(table.settle(), { changes: 0, deployments: 1, pullRequests: 0, incidents: 0 });
  assert.equal(table.length, 3);
});

test("a row that cannot be taken says where it stands", () => {
  const table = new EventTable();
  const many = Array.from({ length: 1500 }, () => rows[0]);
  many[1234] = { deployment: { id: "d2", finishedAt: "yesterday" } };
  assert.throws(() => table.extend(many), { code: "invalidTime", path: "[1234].deployment.finishedAt" });
  assert.throws(() => table.extend([rows[0], { deployment: { finishedAt: new Date(NaN) } }]), {
    code: "invalidTime",
    path: "[1].deployment.finishedAt",
  });
  assert.throws(() => table.extend([{ deployment: { id: "x", team: new Map() } }]), { code: "wrongType", path: "[0].deployment.team" });
  assert.throws(() => table.extend(5), { code: "wrongType", path: "" });
  assert.throws(() => table.extend([{ deployment: {} }]), { code: "invalidRecord", path: "[0].deployment" });
});

test("fields that the vocabulary does not have are counted", () => {
  const table = new EventTable().extend([{ deployment: { id: "a", colour: "red" } }, { deployment: { id: "b", colour: "blue" } }]);
  assert.deepEqual(table.quality.unknownFields, { "deployment.colour": 2 });
});

test("bytes, text and a stream cut anywhere give the same table", async () => {
  const bytes = Buffer.from(text);
  const cut = (size) => Array.from({ length: Math.ceil(bytes.length / size) }, (_, piece) => bytes.subarray(piece * size, (piece + 1) * size));
  const tables = [
    new EventTable().extend(rows),
    new EventTable().extend(text),
    new EventTable().extend(bytes),
    new EventTable().extend(new Uint8Array(bytes).buffer),
    await new EventTable().extendAsync(bytes),
    await new EventTable().read(Readable.from(cut(7))),
    await new EventTable().read(cut(1)),
  ];
  const byHand = new EventTable();
  const reader = byHand.reader();
  for (const piece of cut(3)) reader.feed(piece);
  assert.equal(reader.finish(), byHand);
  assert.throws(() => reader.feed("x"), { code: "conflict" });
  const reports = [...tables, byHand].map((events) => doraSync({}, { events }));
  // Bytes have lines, rows have none.
  for (const unlinked of reports.flatMap((report) => report.data.unlinked)) unlinked.line = 0;
  for (const report of reports) assert.deepStrictEqual(report, reports[0]);
});

test("a broken line names its file and line", async () => {
  const wanted = { code: "invalidJson", path: "mine.jsonl:2" };
  assert.throws(() => new EventTable().extend(`${text.split("\n")[0]}\n{oops}`, { name: "mine.jsonl" }), wanted);
  await assert.rejects(new EventTable().extendAsync(`${text.split("\n")[0]}\n{oops}`, { name: "mine.jsonl" }), wanted);
});

test("columns give the same table as rows", () => {
  const none = { codes: new Uint32Array([0]), names: ["checkout"] };
  const table = new EventTable()
    .extendColumns({ kind: "deployment", id: ["d1", "d1"], service: { codes: new Uint32Array(2), names: ["checkout"] }, finishedAt: [at(30), at(30)], status: ["success", "success"] })
    .extendColumns({ kind: "change", sha: ["abc1234"], service: none, committedAt: BigInt64Array.of(BigInt(at(1).getTime()) * 1000n), deployment: ["d1"] })
    .extendColumns({ kind: "incident", id: ["i1"], service: none, startedAt: Float64Array.of(at(40).getTime()) });
  const rowTable = new EventTable().extend(rows);
  assert.equal(table.length, rowTable.length);
  assert.deepStrictEqual(doraSync({}, { events: table }), doraSync({}, { events: rowTable }));
});

test("absent cells, truths, labels and times as text", () => {
  const columns = new EventTable().extendColumns({
    kind: "deployment",
    id: ["a", "b", "c"],
    service: ["x", null, "y"],
    rollback: [true, undefined, false],
    rework: { values: Uint8Array.of(1, 1, 0), present: Uint8Array.of(1, 0, 1) },
    finishedAt: ["2025-03-01T09:30:00Z", null, "2025-03-01T09:30:00.5+01:00"],
    startedAt: { values: Float64Array.of(1.7e12, NaN, 1.7e12), present: Uint8Array.of(1, 0, 1) },
    labels: { tier: ["gold", null, "tin"] },
  });
  const listed = new EventTable().extend([
    { deployment: { id: "a", service: "x", rollback: true, rework: true, finishedAt: "2025-03-01T09:30:00Z", startedAt: new Date(1.7e12), labels: { tier: "gold" } } },
    { deployment: { id: "b" } },
    { deployment: { id: "c", service: "y", rollback: false, rework: false, finishedAt: "2025-03-01T09:30:00.5+01:00", startedAt: new Date(1.7e12), labels: { tier: "tin" } } },
  ]);
  assert.deepStrictEqual(doraSync({ by: ["label.tier"] }, { events: columns }), doraSync({ by: ["label.tier"] }, { events: listed }));
});

const finishedAt = Float64Array.of(1.7e12, 1.7e12);
const refused = [
  [{ service: ["a"] }, "missingField", "kind"],
  [{ kind: "deployment" }, "missingField", ""],
  [{ kind: "release", finishedAt }, "unknownValue", "kind"],
  [{ kind: "deployment", finishedAt, servicee: ["a", "b"] }, "unknownField", "servicee"],
  [{ kind: "deployment", finishedAt, mergedAt: finishedAt }, "unknownField", "mergedAt"],
  [{ kind: "deployment", finishedAt, service: ["a"] }, "wrongType", "service"],
  [{ kind: "deployment", finishedAt, service: ["a", 5] }, "wrongType", "service[1]"],
  [{ kind: "deployment", finishedAt, service: { codes: Uint32Array.of(0, 1), names: ["a"] } }, "outOfRange", "service[1]"],
  [{ kind: "deployment", finishedAt, service: { codes: [0, 0], names: ["a"] } }, "wrongType", "service.codes"],
  [{ kind: "deployment", finishedAt, service: finishedAt }, "wrongType", "service"],
  [{ kind: "deployment", finishedAt: Float64Array.of(1.7e12, NaN) }, "invalidTime", "finishedAt[1]"],
  [{ kind: "deployment", finishedAt: Float64Array.of(1.7e12, 1e300) }, "invalidTime", "finishedAt[1]"],
  [{ kind: "deployment", finishedAt: BigInt64Array.of(0n, 2n ** 62n) }, "invalidTime", "finishedAt[1]"],
  [{ kind: "deployment", finishedAt: [new Date(0), new Date(NaN)] }, "invalidTime", "finishedAt[1]"],
  [{ kind: "deployment", finishedAt: ["2025-03-01T09:30:00Z", "soon"] }, "invalidTime", "finishedAt[1]"],
  [{ kind: "deployment", finishedAt: new Float32Array(2) }, "wrongType", "finishedAt"],
  [{ kind: "deployment", finishedAt, status: ["success", "done"] }, "unknownValue", "status[1]"],
  [{ kind: "deployment", finishedAt, rollback: Uint8Array.of(1, 2) }, "outOfRange", "rollback[1]"],
  [{ kind: "deployment", finishedAt, service: { values: ["a", "b"], present: [1, 1] } }, "wrongType", "service.present"],
  [{ kind: "deployment", service: ["a", "b"] }, "invalidRecord", "[0].deployment"],
  [5, "wrongType", ""],
];

for (const [columns, code, path] of refused) {
  test(`columns: ${code} at \`${path}\``, () => {
    const table = new EventTable();
    assert.throws(() => table.extendColumns(columns), (error) => {
      assert.ok(error instanceof TruenorthError, String(error));
      assert.deepEqual([error.code, error.path], [code, path], error.message);
      return true;
    });
  });
}

test("a table that a call holds says so, and can be used after it", async () => {
  const table = new EventTable().extend(rows);
  const call = dora({}, { events: table });
  await call;
  table.extend(rows);
  assert.equal(table.length, 7);
});
