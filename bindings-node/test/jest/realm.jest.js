"use strict";
// Jest gives each test file globals of its own: errors made outside would be no `Error` here, and dates no `Date`.

const { EventTable, TruenorthError, dora, doraSync } = require("truenorth");

test("errors are errors of this realm", async () => {
  for (const work of [() => doraSync({ nope: 1 }), () => doraSync({ margin: NaN }), () => new EventTable().extend("{")]) {
    expect(work).toThrow(TruenorthError);
    expect(work).toThrow(Error);
  }
  await expect(dora({ nope: 1 })).rejects.toBeInstanceOf(Error);
  await expect(dora({ nope: 1 })).rejects.toMatchObject({ code: "unknownField", path: "nope" });
});

test("dates, plain objects and bytes of this realm are taken", () => {
  const finishedAt = new Date(0);
  expect(doraSync({ events: [{ deployment: { finishedAt } }] })).toMatchObject({ data: { deployments: 1 } });
  const bytes = new Uint8Array(Buffer.from('{"deployment":{"finishedAt":"2025-03-01T09:30:00Z"}}'));
  expect(doraSync({}, { events: bytes }).data.deployments).toBe(1);
  expect(new EventTable().extend(bytes).extendColumns({ kind: "deployment", finishedAt: Float64Array.of(0) })).toHaveLength(2);
});

test("reports are plain objects of this realm", () => {
  const report = doraSync({});
  expect(report).toBeInstanceOf(Object);
  expect(report.groups).toEqual([]);
});
