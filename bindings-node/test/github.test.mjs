// GitHub's own examples of webhooks (npm: @octokit/webhooks-examples), read as they come.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { EventTable, doraSync } from "truenorth";

const webhooks = createRequire(import.meta.url)("@octokit/webhooks-examples");
const strictness = "strict";

test("every example of every webhook is taken or counted, none is refused", (context) => {
  let examples = 0;
  let taken = 0;
  for (const { name, examples: payloads } of webhooks.default ?? webhooks) {
    for (const [index, payload] of payloads.entries()) {
      const table = new EventTable();
      const text = JSON.stringify(payload);
      try {
        table.extend(text, { name: `${name}.json`, format: "github", host: { event: name }, strictness });
      } catch (error) {
        error.message = `${name} ${index}: ${error.message}`;
        throw error;
      }
      assert.equal(table.quality.rejected, 0, name);
      assert.ok(table.quality.accepted + table.quality.ignored > 0, `${name} ${index} was dropped in silence`);
      examples += 1;
      taken += table.length > 0 ? 1 : 0;
    }
  }
  context.diagnostic(`${examples} examples read, ${taken} of them told something, 0 refused`);
  assert.ok(examples > 300 && taken > 20, `${taken} of ${examples}`);
});

test("a deployment and its statuses are one deployment", () => {
  const of = (wanted) => (webhooks.default ?? webhooks).find(({ name }) => name === wanted).examples;
  const table = new EventTable();
  for (const name of ["deployment", "deployment_status"]) {
    for (const payload of of(name)) table.extend(JSON.stringify(payload), { format: "github", host: { event: name } });
  }
  table.settle();
  const { data } = doraSync({}, { events: table });
  assert.ok(data.deployments > 0);
  assert.equal(data.read.rejected, 0);
});
