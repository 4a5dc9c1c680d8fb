// What a user writes; each `@ts-expect-error` is a mistake that must be one.
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { OpenFeature, ServerProviderEvents } from "@openfeature/server-sdk";
import {
  type DoraReport, type DoraRequest, type ErrorCode, type Estimate, EventTable, type Exposure, FlagContext, type FlagEvaluation, FlagSet, type JsonValue,
  type OfrepResponse, TruenorthError, dora, doraSync, version,
} from "truenorth";
import { TruenorthProvider } from "truenorth/openfeature";

const request: DoraRequest = {
  window: { from: new Date(0), to: "2025-04-01T00:00:00Z" },
  by: ["service"],
  bucket: "week",
  compare: { window: { from: new Date(0), to: new Date(1) } },
  definition: { leadStart: "merged", followUp: "3d" },
  targets: [{ metric: "leadTime", atMost: 86_400 }],
  events: [{ deployment: { service: null, finishedAt: new Date() } }, { change: { sha: "abc", committedAt: "2025-04-01T00:00:00Z" } }],
};

const report: DoraReport = await dora(request, { events: "events.jsonl", signal: AbortSignal.timeout(1000), onProgress: (share: number) => share });
const again: DoraReport = doraSync(request);
await dora({ definition: report.definition, window: report.window });
await dora();

function say(estimate: Estimate): number {
  switch (estimate.kind) {
    case "value":
      return estimate.interval?.low ?? estimate.value;
    case "notEnough":
      return estimate.need - estimate.have;
  }
}
say(again.overall.leadTime.median);
const end: string = report.window.to;
const design: number | undefined = report.overall.leadTime.designEffect;

const table = new EventTable()
  .extend([{ incident: { id: "i", startedAt: new Date() } }])
  .extend(Buffer.from(""))
  .extendColumns({ kind: "deployment", service: ["a", null], finishedAt: BigInt64Array.of(0n, 1n), rollback: [true, false], labels: { tier: ["a", "b"] } })
  .extendColumns({ kind: "change", sha: { codes: new Uint32Array(1), names: ["a"] }, committedAt: Float64Array.of(1) });
await table.read(createReadStream("events.jsonl"));
for await (const piece of createReadStream("events.jsonl")) table.reader().feed(piece);
await dora({}, { events: table });
const size: number = table.length + table.quality.rejected + version.length;

try {
  doraSync({});
} catch (error) {
  if (error instanceof TruenorthError) {
    const code: ErrorCode = error.code;
    console.log(code, error.path, error.message, end, design, size);
    // @ts-expect-error no such code
    if (error.code === "oops") console.log(1);
  }
}

// @ts-expect-error no such field
await dora({ buckett: "week" });
// @ts-expect-error no such word
await dora({ bucket: "fortnight" });
// @ts-expect-error a number is no time
await dora({ asOf: 5 });
// @ts-expect-error a window has two ends
await dora({ window: { from: new Date() } });
// @ts-expect-error no such field of an event
await dora({ events: [{ deployment: { finished: new Date() } }] });
// @ts-expect-error no such kind of event
await dora({ events: [{ release: {} }] });
// @ts-expect-error no such option
await dora({}, { event: "events.jsonl" });
// @ts-expect-error calls that block cannot be stopped
doraSync({}, { signal: AbortSignal.timeout(1) });
// @ts-expect-error an estimate may have no value
report.overall.leadTime.median.value.toFixed();
// @ts-expect-error a report is a promise's
dora({}).overall;
// @ts-expect-error deployments are not merged
table.extendColumns({ kind: "deployment", mergedAt: Float64Array.of(1) });
// @ts-expect-error a time is no number column of 32 bits
table.extendColumns({ kind: "deployment", finishedAt: new Float32Array(1) });
// @ts-expect-error only the library makes errors
new TruenorthError("internal", "", "");

const flags: FlagSet = FlagSet.fromFile("flags.json");
const written: FlagSet = FlagSet.parse({ version: 1, flags: { theme: { variants: { a: "A" }, defaultVariant: "a" } } }).reload({ flags: {} }).reload("{}");
const somebody: FlagContext = flags.prepare({ targetingKey: "u1", country: "DE" }, { now: new Date() });
const checkout: boolean = flags.boolean("new-checkout", { targetingKey: 7, country: "DE", groups: ["beta"] }, false);
const theme: string = flags.string("theme", somebody, "light", { now: "2025-03-01T09:30:00Z" });
const limits: { most: number } = flags.object("limits", undefined, { most: 5 });
const ratio: number = flags.number("ratio", somebody, 0.5) + flags.integer("seats", somebody, 1);
const many: boolean[] = flags.booleans("new-checkout", ["a", 7] as const, { country: "DE" });
const evaluation: FlagEvaluation = flags.evaluate("theme", somebody);
const why: string[] = flags.explain("theme").sentences;
const all: Record<string, JsonValue> = flags.evaluateAll();
const exposures: Exposure[] = flags.recordExposures(1000).reload("{}").takeExposures();
console.log(checkout, theme, limits.most, ratio, many, evaluation.reason, why, all, exposures[0]?.unit, flags.problems[0]?.path, flags.names(), flags.size, flags.lostExposures, written.size);
// @ts-expect-error definitions are text or an object
FlagSet.parse([]);
// @ts-expect-error bytes are no text
flags.reload(new Uint8Array(1));
// @ts-expect-error a getter has a default
flags.boolean("new-checkout", somebody);
// @ts-expect-error of the flag's type
flags.boolean("new-checkout", somebody, "no");
// @ts-expect-error a unit is text or a number
flags.boolean("new-checkout", { targetingKey: true }, false);
// @ts-expect-error a context is no text
flags.boolean("new-checkout", "u1", false);
// @ts-expect-error no such option
flags.boolean("new-checkout", somebody, false, { noww: new Date() });
// @ts-expect-error only `prepare` makes them
new FlagContext();
// @ts-expect-error flags are parsed or read
new FlagSet();

const provider = new TruenorthProvider(FlagSet.fromFile("flags.yaml"));
await OpenFeature.setProviderAndWait(provider);
provider.events.addHandler(ServerProviderEvents.ConfigurationChanged, () => provider.flags.names());
const open: boolean = await OpenFeature.getClient().getBooleanValue("new-checkout", false, { targetingKey: "user-1" });
// @ts-expect-error a file is not a set of flags
new TruenorthProvider("flags.yaml");

createServer((incoming, outgoing) => {
  const { method = "", url = "", headers } = incoming;
  const answer: OfrepResponse = provider.flags.ofrep({ method, path: url, headers, body: { context: { open } } });
  outgoing.writeHead(answer.status, answer.headers).end(answer.body);
});
provider.flags.ofrep({ method: "POST", path: "/", headers: new Headers(), body: Buffer.from("{}") }, { now: new Date() });
// @ts-expect-error a path is text
provider.flags.ofrep({ method: "POST", path: new URL("http://a/") });
