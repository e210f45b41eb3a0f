// The layout of web/js: node --test test/browser/layout.test.mjs
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { markdown, target } from "../../web/js/app/markdown.logic.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../web/js");
const ENTRIES = ["app/main.js", "app/boot.js", "app/theme.js"]; // Loaded by index.html; main.js puts the page together.
const ABOVE = { app: [], logs: ["app"], spending: ["app"], bots: ["app", "spending"], create: ["app", "bots", "spending"],
  bot: ["app", "bots", "create", "logs", "spending"], system: ["app", "bots", "create", "logs", "spending"], keys: ["app", "create", "spending"] };

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

describe("help pages", () => {
  const docs = join(ROOT, "../docs");
  const pages = new Map(readdirSync(docs).map((name) => [name.replace(/\.md$/, ""), markdown(readFileSync(join(docs, name), "utf8"))]));
  const idsOf = (page) => pages.get(page).filter(({ kind }) => kind === "heading").map(({ id }) => id);
  const linksOf = (node) => Array.isArray(node) ? node.flatMap(linksOf) : node && typeof node === "object"
    ? [...node.kind === "link" ? [node.href] : [], ...Object.values(node).flatMap(linksOf)] : [];

  test("every link of a page leads to a page and a section that are there, or to the web", () => {
    for (const [page, blocks] of pages) for (const href of linksOf(blocks)) {
      const to = target(href, page);
      assert.ok(to, `${page}.md: ${href} leads nowhere`);
      if (to.page) assert.ok(pages.has(to.page) && (!to.section || idsOf(to.page).includes(to.section)), `${page}.md: ${href}`);
    }
  });
  test("the code of a page can be copied to the letter", () => {
    const codeOf = (node) => Array.isArray(node) ? node.flatMap(codeOf) : node && typeof node === "object"
      ? [...node.kind === "code" ? [node.text] : [], ...Object.values(node).flatMap(codeOf)] : [];
    let lines = 0;
    for (const [page, blocks] of pages) {
      const source = readFileSync(join(docs, `${page}.md`), "utf8"), found = codeOf(blocks);
      const sample = source.split("\n").filter((line) => /^ {4}/.test(line)).map((line) => line.trim());
      const shown = found.flatMap((text) => text.split("\n")).map((line) => line.trim());
      for (const line of sample) assert.ok(shown.includes(line), `${page}.md: not shown as code: ${line}`);
      const inline = source.split("\n").filter((line) => !/^ {4}/.test(line)).flatMap((line) => [...line.matchAll(/(?<!`)`([^`]+)`(?!`)/g)]).map(([, text]) => text.replaceAll("\\|", "|"));
      for (const text of inline) assert.ok(found.includes(text), `${page}.md: not shown as code: ${text}`);
      lines += sample.length;
    }
    assert.ok(lines > 80, `only ${lines} lines of code`);
  });
  test("the contents lead to every page, and each begins with its title", () => {
    const listed = linksOf(pages.get("index")).map((href) => target(href, "index")?.page);
    for (const [page, [first]] of pages) {
      assert.ok(page === "index" || listed.includes(page), `index.md does not list ${page}`);
      assert.deepEqual([first.kind, first.level], ["heading", 1], page);
    }
  });
  test("every link of the dashboard leads to a page", () => {
    const places = files.flatMap((file) => [...readFileSync(join(ROOT, file), "utf8").matchAll(/helpLink\("([^"#]+)(?:#([^"]+))?"/g)]);
    assert.ok(places.length > 3);
    for (const [, page, section] of places) assert.ok(pages.has(page) && (!section || idsOf(page).includes(section)), `${page}#${section}`);
  });
});
