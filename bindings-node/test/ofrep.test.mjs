// The remote evaluation protocol, spoken by OpenFeature's own clients to a server of Node's.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { OFREPApi } from "@openfeature/ofrep-core";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { FlagSet, TruenorthError } from "truenorth";

const onOff = { variants: { on: true, off: false }, defaultVariant: "off" };
const file = (theme) =>
  JSON.stringify({
    version: 1,
    flags: {
      "a/b ü": { ...onOff, defaultVariant: "on" },
      beta: { ...onOff, rules: [{ when: { attribute: "plan", equals: "pro" }, variant: "on" }], metadata: { team: "shop", level: 2 } },
      disabled: { ...onOff, state: "DISABLED" },
      half: { ...onOff, rules: [{ split: [{ variant: "on", weight: 1 }, { variant: "off", weight: 1 }] }] },
      limits: { variants: { all: { seats: 25, names: ["a"] } }, defaultVariant: "all" },
      price: { variants: { low: 0.5 }, defaultVariant: "low" },
      since: { ...onOff, rules: [{ from: "2020-01-01T00:00:00Z", variant: "on" }] },
      theme: { variants: { dark: "dark", light: "light" }, defaultVariant: theme },
    },
  });

/** A server as the documentation has it, and what it answered. */
async function serve(t, flags) {
  const answers = [];
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const { method, url, headers } = request;
    const answer = flags.ofrep({ method, path: url, headers, body: Buffer.concat(pieces) });
    answers.push(answer);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { baseUrl: `http://127.0.0.1:${server.address().port}`, answers };
}

test("a server's client asks for one flag", async (t) => {
  const flags = FlagSet.parse(file("light")).recordExposures(10);
  const api = new OFREPApi(await serve(t, flags));
  const ask = async (key, context) => {
    const { httpStatus, value } = await api.postEvaluateFlag(key, { context });
    return [httpStatus, value];
  };
  const pro = { targetingKey: "user-1", plan: "pro" };
  assert.deepEqual(await ask("beta", pro), [200, { key: "beta", value: true, reason: "TARGETING_MATCH", variant: "on", metadata: { level: 2, team: "shop" } }]);
  assert.deepEqual(await ask("a/b ü", pro), [200, { key: "a/b ü", value: true, reason: "STATIC", variant: "on" }]);
  assert.deepEqual(await ask("disabled", pro), [200, { key: "disabled", reason: "DISABLED" }]);
  assert.deepEqual((await ask("since", pro))[1].value, true, "the server has a clock");
  const [status, { value, reason }] = await ask("half", pro);
  assert.deepEqual([status, value, reason], [200, flags.evaluate("half", pro).value, "SPLIT"]);
  const wrong = async (...asked) => {
    const [status, { key, errorCode, errorDetails }] = await ask(...asked);
    assert.match(errorDetails, /^[a-z`]/);
    return [status, key, errorCode];
  };
  assert.deepEqual(await wrong("missing", pro), [404, "missing", "FLAG_NOT_FOUND"]);
  assert.deepEqual(await wrong("half", {}), [400, "half", "TARGETING_KEY_MISSING"]);
  assert.deepEqual(await wrong("half", { targetingKey: [] }), [400, "half", "INVALID_CONTEXT"]);
  assert.deepEqual(await wrong("beta", "somebody"), [400, "beta", "INVALID_CONTEXT"]);
  assert.deepEqual(flags.takeExposures(), []);
});

test("a browser's provider keeps all flags, asks whether they changed, and hears when they did", async (t) => {
  const flags = FlagSet.parse(file("light"));
  const { baseUrl, answers } = await serve(t, flags);
  const pollInterval = 30;
  const provider = new OFREPWebProvider({ baseUrl, pollInterval, changeDetection: "polling", cacheMode: "disabled" });
  await OpenFeature.setContext("browser", { targetingKey: "user-1", plan: "pro" });
  await OpenFeature.setProviderAndWait("browser", provider);
  t.after(() => OpenFeature.clearProviders());
  const client = OpenFeature.getClient("browser");

  const { value, variant, reason, flagMetadata } = client.getBooleanDetails("beta", false);
  assert.deepEqual([value, variant, reason, flagMetadata], [true, "on", "TARGETING_MATCH", { level: 2, team: "shop" }]);
  assert.equal(client.getStringValue("theme", "?"), "light");
  assert.equal(client.getNumberValue("price", 0), 0.5);
  assert.deepEqual(client.getObjectValue("limits", {}), { seats: 25, names: ["a"] });
  for (const otherwise of [true, false]) {
    const { value, reason } = client.getBooleanDetails("disabled", otherwise);
    assert.deepEqual([value, reason], [otherwise, "DISABLED"]);
  }
  assert.deepEqual([client.getStringDetails("beta", "?").errorCode, client.getStringDetails("gone", "?").errorCode], ["TYPE_MISMATCH", "FLAG_NOT_FOUND"]);

  const until = async (done) => {
    for (let round = 0; round < 200 && !done(); round += 1) await new Promise((next) => setTimeout(next, 20));
    assert.ok(done());
  };
  await until(() => answers.some(({ status, body }) => status === 304 && body === ""));
  const told = [];
  client.addHandler(ProviderEvents.ConfigurationChanged, ({ flagsChanged }) => told.push(flagsChanged));
  flags.reload(file("dark"));
  await until(() => told.length > 0);
  assert.deepEqual(told[0], ["theme"]);
  assert.equal(client.getStringValue("theme", "?"), "dark");

  await OpenFeature.setContext("browser", { targetingKey: "user-1", plan: "free" });
  assert.equal(client.getBooleanValue("beta", true), false);
});

test("a request in every shape that frameworks give it", () => {
  const flags = FlagSet.parse(file("light"));
  const [method, path, context] = ["POST", "/ofrep/v1/evaluate/flags", { targetingKey: "user-1", joined: new Date(0) }];
  const body = JSON.stringify({ context });
  const first = flags.ofrep({ method, path, body });
  const tag = first.headers.etag;
  assert.match(tag, /^"[0-9a-f]{32}"$/);
  for (const other of [Buffer.from(body), new TextEncoder().encode(body), { context }]) assert.deepEqual(flags.ofrep({ method, path, body: other }), first);
  for (const headers of [{ "if-none-match": tag }, { "If-None-Match": `"x", ${tag}` }, new Headers({ "If-None-Match": tag })]) {
    assert.deepEqual(flags.ofrep({ method, path, headers, body }), { status: 304, headers: { etag: tag }, body: "" });
  }
  assert.equal(flags.ofrep({ method: "GET", path }).headers.allow, "POST");
  const past = flags.ofrep({ method, path: `${path}/since`, body }, { now: "2019-01-01T00:00:00Z" });
  assert.equal(JSON.parse(past.body).value, false);

  const refused = (request, options) => {
    try {
      flags.ofrep(request, options);
    } catch (error) {
      assert.ok(error instanceof TruenorthError);
      return [error.code, error.path];
    }
    assert.fail("nothing was thrown");
  };
  assert.deepEqual(refused(undefined), ["wrongType", "request"]);
  assert.deepEqual(refused({ path }), ["wrongType", "request.method"]);
  assert.deepEqual(refused({ method, path: new URL("http://a/") }), ["wrongType", "request.path"]);
  assert.deepEqual(refused({ method, path, headers: 1 }), ["wrongType", "request.headers"]);
  assert.deepEqual(refused({ method, path, body: { context: new Map() } }), ["wrongType", "request.body.context"]);
  assert.deepEqual(refused({ method, path }, { when: 1 }), ["unknownField", "when"]);
});
