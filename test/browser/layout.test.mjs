// The layout of web/js: node --test test/browser/layout.test.mjs
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../web/js");
const ENTRIES = ["app/main.js", "app/boot.js", "app/theme.js"]; // Loaded by index.html; main.js puts the page together.
const ABOVE = { app: [], logs: ["app"], bots: ["app"], create: ["app", "bots"], bot: ["app", "bots", "create", "logs"], system: ["app", "bots", "logs"] };

const files = readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js"));
const imports = new Map(files.map((file) => [file, [...readFileSync(join(ROOT, file), "utf8").matchAll(/(?:from|import|new URL\()\s*"(\.[^"]+)"/g)]
    .map(([, path]) => relative(ROOT, join(ROOT, dirname(file), path)))]));
const feature = (file) => file.split("/")[0];

describe("layout", () => {
  test("every file belongs to a feature", () => {
    for (const file of files) assert.match(file, new RegExp(`^(${Object.keys(ABOVE).join("|")})/[a-z]+(\\.logic)?\\.js$`));
  });
  test("every import names a file that is there", () => {
    for (const [file, paths] of imports) for (const path of paths) assert.ok(imports.has(path), `${file} imports ${path}`);
  });
  test("every file is used", () => {
    const used = new Set([...imports.values()].flat());
    for (const file of files) assert.ok(used.has(file) || ENTRIES.includes(file), `nothing imports ${file}`);
  });
  test("a pure module imports only pure modules and touches no page", () => {
    for (const [file, paths] of imports) {
      if (!file.endsWith(".logic.js")) continue;
      for (const path of paths) assert.ok(path.endsWith(".logic.js"), `${file} imports ${path}`);
      const code = readFileSync(join(ROOT, file), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
      assert.doesNotMatch(code, /\b(document|window|localStorage|fetch|setTimeout|setInterval)\b/, file);
    }
  });
  test("a feature imports only what stands below it", () => {
    for (const [file, paths] of imports) {
      if (ENTRIES.includes(file)) continue;
      for (const path of paths) {
        assert.ok(feature(path) === feature(file) || ABOVE[feature(file)].includes(feature(path)), `${file} imports ${path}`);
      }
    }
  });
  test("there is one keyed list, and no markup from text", () => {
    for (const file of files) {
      const text = readFileSync(join(ROOT, file), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
      assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, file);
    }
    assert.deepEqual(files.filter((file) => readFileSync(join(ROOT, file), "utf8").includes("function keyedList(")), ["app/dom.js"]);
  });
});
