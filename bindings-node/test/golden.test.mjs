// The golden cases: the same files that Rust, Python and the command line run, with the same numbers to the last bit.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as truenorth from "truenorth";
import errors from "../lib/error.js";
import native from "../lib/native.js";

const folder = fileURLToPath(new URL("../../core/tests/cases", import.meta.url));
const files = (existsSync(folder) ? readdirSync(folder, { recursive: true }) : []).filter((name) => name.endsWith(".json")).map((name) => join(folder, name));

test("there are cases", () => assert.ok(files.length > 0, `no cases in ${folder}`));

for (const file of files) {
  test(relative(folder, file), async () => {
    const { operation, request, tables, report, error } = JSON.parse(readFileSync(file, "utf8"));
    const options = () => (tables?.events === undefined ? {} : { events: new truenorth.EventTable().extend(tables.events) });
    const sync = () => named(operation, "Sync")(request, options());
    const later = async () => named(operation, "")(request, options());
    if (error === undefined) {
      assert.deepStrictEqual(sync(), report);
      assert.deepStrictEqual(await later(), report);
    } else {
      const wanted = { code: error.code, path: error.path, message: error.path === "" ? error.message : `\`${error.path}\`: ${error.message}` };
      const same = (thrown) => {
        assert.ok(thrown instanceof truenorth.TruenorthError, String(thrown));
        assert.deepStrictEqual({ code: thrown.code, path: thrown.path, message: thrown.message }, wanted);
        return true;
      };
      assert.throws(sync, same);
      await assert.rejects(later, same);
    }
  });
}

/** The function of an operation; one that does not exist is asked for where the functions come from. */
function named(operation, suffix) {
  return truenorth[operation + suffix] ?? (() => errors.run(() => native.call(operation, "{}")));
}
