"use strict";
// Jest gives each test file globals of its own: errors made outside would be no `Error` here, and dates no `Date`.

const { EventTable, FlagSet, TruenorthError, dora, doraSync } = require("truenorth");

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

test("flags take attributes, lists and dates of this realm, and their errors are of it", () => {
  const definitions = (condition) =>
    JSON.stringify({ version: 1, flags: { x: { variants: { on: true, off: false }, defaultVariant: "off", rules: [{ when: condition, variant: "on" }] } } });
  const flags = FlagSet.parse(definitions({ attribute: "groups", in: ["beta"] }));
  expect(flags.boolean("x", { groups: ["alpha", "beta"] }, false)).toBe(true);
  expect(flags.boolean("x", flags.prepare({ groups: ["beta"] }), false)).toBe(true);
  expect(flags.object("x", {}, flags.problems)).toEqual([]);
  flags.reload(definitions({ attribute: "since", before: "2025-01-01T00:00:00Z" }));
  expect(flags.boolean("x", { since: new Date(0) }, false, { now: new Date(0) })).toBe(true);
  for (const work of [() => FlagSet.parse("{"), () => flags.boolean("x", null, true), () => flags.prepare({ seats: NaN })]) {
    expect(work).toThrow(TruenorthError);
    expect(work).toThrow(Error);
  }
});
