// The pure part of the dashboard: node --test test/browser/logic.test.mjs
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { delay, patience } from "../../web/js/app/backoff.logic.js";
import { actionsFor, counts, glance, isStarting, needsAttention, service, since, trouble, visible } from "../../web/js/bots/bots.logic.js";
import { facts } from "../../web/js/bot/facts.logic.js";
import { aiFields, allowField, channelFields, isRare, keyField, placeErrors, policies, toRequest } from "../../web/js/create/form.logic.js";
import { explain } from "../../web/js/app/problem.logic.js";
import { formatRoute, parseRoute } from "../../web/js/app/route.logic.js";
import { initialState, isStale, withBot, withBusy, withEngine, withLink, withoutBot, withSnapshot } from "../../web/js/app/state.logic.js";
import { ago, agoInSentence, clock, logTime } from "../../web/js/app/time.logic.js";
import { inlines, markdown, target, textOf } from "../../web/js/app/markdown.logic.js";
import { keyedList } from "../../web/js/app/dom.js";

const ID = "0123456789abcdef";
const bot = (fields = {}) => ({ id: ID, name: "support", status: "running", health: "healthy", ai: { provider: "anthropic", model: "claude" },
  channel: { type: "telegram", settings: {} }, ...fields });

describe("route", () => {
  test("every route survives being written and read", () => {
    for (const route of [
      { view: "overview", filter: { status: "", q: "" } }, { view: "create", filter: { status: "", q: "" } },
      { view: "keys", filter: { status: "", q: "" } },
      { view: "detail", id: ID, filter: { status: "error", q: "a&b=c ?#é" } }, { view: "logs", id: ID, filter: { status: "", q: "x" } },
      { view: "merged", bots: [], filter: { status: "", q: "" } }, { view: "merged", bots: [ID, "f".repeat(16)], filter: { status: "", q: "a,b" } },
    ]) assert.deepEqual(parseRoute(formatRoute(route)), route);
  });
  test("an empty hash is the overview", () => assert.equal(parseRoute("").view, "overview"));
  test("what is no route is missing, whatever is in it", () => {
    for (const hash of ["#/bots", "#/bots/../x", "#/bots/0123456789ABCDEF", `#/bots/${ID}/logs/x`, `#/bots/${ID}/other`, "#main", "#/bots/%2e%2e"]) {
      assert.equal(parseRoute(hash).view, "missing", hash);
    }
  });
  test("a filter that does not exist filters nothing", () => assert.equal(parseRoute("#/?status=evil").filter.status, ""));
});

describe("reconnecting", () => {
  /* Every fourth attempt waited 20 s for an answer, and so missed a network that came back meanwhile. */
  test("an attempt at what answered at once is given up soon enough to see a return within 5 s", () => {
    for (let attempt = 1; attempt < 30; attempt++) assert.ok(patience(attempt, true, 40) + delay(attempt, 1) <= 5000, `attempt ${attempt}`);
  });
  test("a slow network is waited for, and so is what never answered or takes its time", () => {
    assert.equal(patience(3, true, 4000), 12_000);
    for (const one of [patience(0, true, 40), patience(30, true, 40), patience(3, false, 40), patience(3, true, 0)]) assert.equal(one, 20_000);
  });
});

describe("help pages", () => {
  const shape = (source) => markdown(source).map(({ kind }) => kind).join();
  test("routes name a page and a section", () => {
    for (const route of [{ view: "help", page: "", section: "" }, { view: "help", page: "access", section: "" }, { view: "help", page: "access", section: "control-ui/ä" }]) {
      assert.deepEqual(parseRoute(formatRoute(route)), { ...route, filter: { status: "", q: "" } });
    }
    for (const hash of ["#/help/../x", "#/help/A", "#/help/a/b/c", "#/help/%2e"]) assert.equal(parseRoute(hash).view, "missing", hash);
    assert.equal(parseRoute("#/help/a/%zz").section, "%zz");
  });
  test("blocks are told apart, and a paragraph ends where another block begins", () => {
    assert.equal(shape("# A\n\ntext\nmore\n- item\n\n```\n# no heading\n```\n> quote\n\n---\n\n|a|b|\n|---|---|\n|1|2|\ntext | with a bar"),
        "heading,paragraph,list,code,quote,rule,table");
    assert.equal(shape("text\n# heading\n1. one\n2. two"), "paragraph,heading,list");
    assert.equal(shape("a | b"), "paragraph");
    assert.equal(shape("<!-- generated\nby a machine -->\n# A"), "heading");
  });
  /* Commands indented by four spaces became prose: one line, without backslashes and stars. */
  test("what is indented by four spaces is code, to the letter", () => {
    const code = ["sed -i 's#^data.dir=.*#data.dir=x#", "    s#^a=.*#a=*_b_* \\\"`#' f", "", "- # <!-- no heading --> | no table", "  |---|"].join("\n");
    const indented = (by) => code.replaceAll(/^(?=.)/gm, " ".repeat(by));
    assert.deepEqual(markdown(`text:\n\n${indented(4)}\n\ntext`).map(({ kind, text }) => text ?? kind), ["paragraph", code, "paragraph"]);
    assert.deepEqual(markdown(`${indented(4)}\n# A`).map(({ kind, text }) => text ?? kind), [code, "heading"]);
    const [{ items: [[, first], [second]] }] = markdown(`1. one:\n\n${indented(7)}\n\n2. two`);
    assert.deepEqual([first.text, second.kind], [code, "paragraph"]);
    assert.equal(shape("text\n    continued"), "paragraph");
    assert.equal(markdown("```\n<!-- x -->\n```")[0].text, "<!-- x -->");
  });
  test("lists nest, and hold other blocks", () => {
    const [list] = markdown("1. one\n   - inner\n   - inner 2\n\n     more\n2. two\n\n   ```\n   code\n     deep\n   ```\n\n3. three");
    assert.deepEqual([list.ordered, list.items.length, list.items[0].map(({ kind }) => kind).join(), list.items[0][1].items.length], [true, 3, "paragraph,list", 2]);
    assert.equal(list.items[1][1].text, "code\n  deep");
  });
  test("a table has as many cells in each row as in its head", () => {
    const [{ head, rows }] = markdown("| a | b |\n|:--|--:|\n| `x` | y \\| z |\n| only |\n| 1 | 2 | 3 |");
    assert.deepEqual([head.map(textOf), rows.map((row) => row.map(textOf))], [["a", "b"], [["x", "y | z"], ["only", ""], ["1", "2"]]]);
  });
  test("bold, emphasis, code and links; anything else is text", () => {
    assert.deepEqual(inlines("a **b `c` d** *e* `f*g*` [h](i.md) snake_case_name 2 * 3 * 4 <b>x</b>").map(({ kind }) => kind), ["text", "bold", "text", "em", "text", "code", "text", "link", "text"]);
    for (const text of ["snake_case_name", "2 * 3 * 4", "<b>x</b>", "[x] y", "**", "`", "[a](b c)", "a_b_", "constructor", "\u0000"]) assert.equal(textOf(inlines(text)), text);
    assert.equal(textOf(inlines("\\*a\\* ``a ` b``")), "*a* a ` b");
  });
  test("headings have the ids of the code host, each once", () => {
    assert.deepEqual(markdown("## What a bot may do\n## `doctor`, and more!\n## A\n## A").map(({ id }) => id), ["what-a-bot-may-do", "doctor-and-more", "a", "a-1"]);
  });
  test("links lead to pages and to https, and nowhere else", () => {
    assert.deepEqual(target("access.md", "x"), { page: "access", section: "" });
    assert.deepEqual(target("./access.md#a-b", "x"), { page: "access", section: "a-b" });
    assert.deepEqual(target("#a", "x"), { page: "x", section: "a" });
    assert.deepEqual(target("https://example.com/", "x"), { url: "https://example.com/" });
    for (const href of ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//evil.example", "/api/bots", "../README.md", "http://x", "vbscript:x", ""]) assert.equal(target(href, "x"), null, href);
  });
  test("no source makes it throw or take for ever", () => {
    const pieces = ["#", "-", "|", "`", "```\n", "*", "_", "[", "]", "(", ")", "<", ">", " ", "\n", "\n\n", "a", "1.", "\\", "---\n", "|-|\n", "  ", "    ", "<!--", "-->"];
    let seed = 7;
    const random = (most) => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
    for (let round = 0; round < 3000; round++) markdown(Array.from({ length: random(40) }, () => pieces[random(pieces.length)]).join(""));
    for (const piece of pieces) markdown(piece.repeat(3000));
  });
});

describe("bots", () => {
  test("every status has a word, a shape and a tone of its own", () => {
    const all = ["creating", "stopped", "error", "deleting", "unknown"].map((status) => glance(bot({ status })))
        .concat(["starting", "healthy", "unhealthy"].map((health) => glance(bot({ health }))));
    assert.equal(new Set(all.map(({ word }) => word)).size, all.length);
    for (const one of all) assert.ok(one.shape && one.tone);
  });
  test("a running bot whose health nobody asks is running, and a status of the future is shown as it is", () => {
    assert.equal(glance(bot({ health: "none" })).word, "running");
    assert.deepEqual([glance(bot({ status: "paused" })).word, glance(bot({ status: "paused" })).tone], ["paused", "warn"]);
  });
  test("a row names channel and model as people know them, and is found by those names", () => {
    const catalog = { providers: [{ id: "anthropic", label: "Claude maker" }], channels: [{ id: "telegram", label: "Telegram" }] };
    assert.deepEqual(service(bot(), catalog), { short: "Telegram · claude", full: "Telegram · Claude maker · claude" });
    assert.deepEqual(service(bot()), { short: "telegram · claude", full: "telegram · anthropic · claude" });
    assert.deepEqual(["maker", "anthropic", "other"].map((q) => visible([bot()], { q }, catalog).length), [1, 1, 0]);
  });
  test("what needs attention comes first, then by name", () => {
    const list = [bot({ id: "1", name: "b" }), bot({ id: "2", name: "a" }), bot({ id: "3", name: "z", health: "unhealthy" }),
      bot({ id: "4", name: "y", status: "error" }), bot({ id: "5", name: "c", status: "stopped" })];
    assert.deepEqual(visible(list).map(({ name }) => name), ["y", "z", "a", "b", "c"]);
    assert.equal(list[0].name, "b", "the input is left as it was");
  });
  test("search wants all words and looks at name, channel and model in any case", () => {
    const list = [bot({ name: "Support" }), bot({ name: "other", channel: { type: "matrix" } })];
    const found = (q) => visible(list, { q }).map(({ name }) => name);
    assert.deepEqual(found("SUPP telegram"), ["Support"]);
    assert.deepEqual(found("matrix claude"), ["other"]);
    assert.deepEqual(found("supp matrix"), []);
    assert.deepEqual(found("  ").length, 2);
  });
  test("counters count what they name", () => {
    const list = ["running", "running", "stopped", "error", "unknown", "creating"].map((status) => bot({ status }));
    assert.deepEqual(counts(list), { running: 2, stopped: 1, error: 1 });
    assert.equal(visible(list, { status: "running" }).length, 2);
  });
  test("a stop asks only while a start would be interrupted", () => {
    assert.ok(isStarting(bot({ status: "creating", health: "none" })));
    assert.ok(isStarting(bot({ health: "starting" })));
    assert.ok(!isStarting(bot()));
    assert.ok(!isStarting(bot({ status: "stopped", health: "starting" })));
  });
  test("an engine that is away is no trouble of each bot, and nobody knows since when", () => {
    const lost = bot({ status: "unknown", reason: "The engine does not answer.", since: "2026-01-01T00:00:00Z" });
    assert.equal(trouble(lost), "");
    assert.equal(since(lost), null);
    assert.ok(needsAttention(lost));
    assert.equal(trouble(bot({ status: "error", reason: "out of memory" })), "out of memory");
    assert.equal(trouble(bot({ status: "stopped", reason: "stopped by you" })), "");
  });
  test("nothing can be done with a bot that is being made or deleted", () => {
    assert.deepEqual(actionsFor(bot({ status: "deleting" })), []);
    assert.deepEqual(actionsFor(bot({ status: "stopped" })), ["start"]);
    assert.deepEqual(actionsFor(bot()), ["stop", "restart"]);
  });
  test("facts leave out what there is not", () => {
    const terms = Object.fromEntries(facts(bot({ limits: { memory: 2 ** 31, cpus: 0.5, pids: 64 }, access: { policy: "allowlist", allow: ["1", "2"] } }), 0));
    assert.equal(terms.Limits, "2 GiB of memory, 0.5 CPUs, 64 processes");
    assert.equal(terms.Access, "Allowlist: 1, 2");
    const web = { channel: { type: "web" }, access: { policy: "pairing" } }, catalog = { providers: [], channels: [{ id: "web", label: "Web chat", access: [] }] };
    assert.ok(!facts(bot(web), 0, catalog).some(([term]) => term === "Access"), "a channel without senders has an access policy");
    assert.ok(!("Base URL" in terms) && !("Image" in terms));
  });
});

describe("state", () => {
  const start = initialState(0);
  test("a snapshot replaces what was missed in between", () => {
    const state = withSnapshot(withBot(start, bot({ id: "old" })), { bots: [bot()], observedAt: "t", engine: { reachable: true } });
    assert.deepEqual([...state.bots.keys()], [ID]);
    assert.ok(state.loaded);
  });
  test("changes make a new state and leave the old one alone", () => {
    const one = withBot(start, bot());
    assert.equal(start.bots.size, 0);
    assert.equal(withoutBot(one, ID).bots.size, 0);
    assert.equal(one.bots.size, 1);
    assert.equal(withBusy(one, ID, "stopping").busy.get(ID), "stopping");
    assert.equal(withBusy(withBusy(one, ID, "stopping"), ID, null).busy.size, 0);
  });
  test("the time of loss does not move with each attempt", () => {
    let state = withLink(withLink(start, "live", 10), "reconnecting", 20, 25);
    state = withLink(withLink(state, "connecting", 30), "reconnecting", 40, 50);
    assert.deepEqual(state.link, { phase: "reconnecting", since: 20, retryAt: 50 });
    assert.deepEqual(withLink(state, "live", 60).link, { phase: "live", since: 60, retryAt: null });
  });
  test("stale is what the server or the engine no longer confirms", () => {
    const live = withLink(withSnapshot(start, { bots: [] }), "live", 1);
    assert.ok(!isStale(live));
    assert.ok(isStale(withLink(live, "reconnecting", 2)));
    assert.ok(isStale(withEngine(live, { reachable: false })));
  });
});

describe("form", () => {
  const provider = { id: "a", models: ["m"], key: { key: "apiKey", label: "API key", required: true }, baseUrl: { key: "baseUrl", label: "URL", required: false } };
  const channel = { id: "c", credentials: [{ key: "token", required: true }, { key: "a/b~c", required: false }], settings: [{ key: "host", required: false }], access: ["pairing", "allowlist"] };
  const fields = [{ pointer: "/name" }, { pointer: "/ai/provider" }, ...aiFields(provider), keyField(provider), { pointer: "/channel/type" }, ...channelFields(channel),
    { pointer: "/access/policy" }, allowField(channel)];

  test("fields are named by their place in the request", () => {
    assert.deepEqual(fields.map(({ pointer }) => pointer), ["/name", "/ai/provider", "/ai/baseUrl", "/ai/model", "/ai/apiKey", "/channel/type",
      "/channel/credentials/token", "/channel/credentials/a~1b~0c", "/channel/settings/host", "/access/policy", "/access/allow"]);
  });
  test("every key and credential is a secret, and no secret is folded away", () => {
    const secrets = fields.filter(({ secret }) => secret);
    assert.deepEqual(secrets.map(({ pointer }) => pointer), ["/ai/apiKey", "/channel/credentials/token", "/channel/credentials/a~1b~0c"]);
    assert.ok(!secrets.some(isRare));
  });
  test("the request holds what was typed, trimmed, and leaves out what is empty", () => {
    assert.deepEqual(toRequest({ "/name": " n ", "/ai/provider": "a", "/ai/model": "m", "/ai/apiKey": "k\n", "/channel/type": "c",
      "/channel/credentials/a~1b~0c": "s", "/access/policy": "allowlist", "/access/allow": "1\n2, 3 ", "/elsewhere": "x" }, fields), {
      name: "n", ai: { provider: "a", model: "m", apiKey: "k" }, channel: { type: "c", settings: {}, credentials: { "a/b~c": "s" } },
      access: { policy: "allowlist", allow: ["1", "2", "3"] } });
  });
  test("a list of people is sent only with the policy that needs it", () => {
    assert.deepEqual(toRequest({ "/access/policy": "pairing", "/access/allow": "1" }, fields).access, { policy: "pairing" });
  });
  test("errors find their field, or the nearest one above, and none is lost", () => {
    const { byField, rest } = placeErrors([{ field: "/access/allow/3", message: "A." }, { field: "/access/allow", message: "B." },
      { field: "/limits/memory", message: "C." }, { field: "", message: "D." }], fields.map(({ pointer }) => pointer));
    assert.deepEqual([...byField], [["/access/allow", "A. B."]]);
    assert.deepEqual(rest, ["/limits/memory: C.", "D."]);
  });
  test("every policy of the catalogue has a meaning", () => {
    for (const { label, meaning } of policies({ access: ["pairing", "allowlist", "open"] })) assert.ok(label && meaning);
    assert.deepEqual(policies({}), []);
  });
});

describe("time and words", () => {
  const at = (seconds) => new Date(1_800_000_000_000 - seconds * 1000).toISOString();
  const now = 1_800_000_000_000;
  test("durations are short", () => {
    const words = [5, 65, 3600, 7500, 40_000, 100_000, 700_000].map((seconds) => ago(at(seconds), now));
    assert.deepEqual(words, ["just now", "1 min", "1 h", "2 h 5 min", "11 h", "27 h", "8 d"]);
    assert.equal(agoInSentence(at(65), now), "1 min ago");
    assert.equal(ago(at(-30), now), "just now", "a clock that is a little ahead");
  });
  test("no time is no words", () => assert.deepEqual([ago(null, now), clock(undefined, now), logTime("x")], ["", "", ""]));
  test("a log's time has a fixed width", () => assert.match(logTime("2026-01-02T03:04:05.006789012Z"), /^\d\d:\d\d:05\.006$/));
  test("a failure names cause and next step", () => {
    assert.deepEqual(explain({ status: 503, detail: "The engine is away", retryAfter: "5" }, "Stopping x"),
        { title: "Stopping x failed", cause: "The engine is away.", next: "Try again in 5 s." });
    assert.ok(explain(new TypeError("x is undefined"), "Stopping x").cause);
    const errors = [{ field: "/also", message: "The price of m is not known." }, { field: "/x", message: "No." }];
    assert.equal(explain({ status: 422, detail: "Two fields are invalid.", errors }, "x").cause, "The price of m is not known. No.", "the reason is not told");
  });
  test("the wait grows and stays under five seconds", () => {
    for (let attempt = 0; attempt < 2000; attempt++) assert.ok(delay(attempt, 1) < 5000 && delay(attempt, 0) > 400);
    assert.ok(delay(0, 0.5) < delay(2, 0.5));
  });
});

// The few properties of a DOM parent that keyedList uses.
class FakeParent {
  children = [];
  moves = 0;
  get firstElementChild() { return this.children[0] ?? null; }
  insertBefore(element, next) {
    this.moves++;
    if (this.children.includes(element)) this.children.splice(this.children.indexOf(element), 1);
    this.children.splice(next ? this.children.indexOf(next) : this.children.length, 0, element);
    element.parent = this;
  }
}

class FakeElement {
  dataset = {};
  get nextElementSibling() { return this.parent.children[this.parent.children.indexOf(this) + 1] ?? null; }
  remove() { this.parent.children.splice(this.parent.children.indexOf(this), 1); }
}

describe("keyed list", () => {
  const show = (parent, keys) => keyedList(parent, keys, (key) => key, () => new FakeElement(), (element, key) => { element.shown = key; });
  const keysOf = (parent) => parent.children.map((child) => child.shown).join("");

  test("any order follows from any other, and elements are kept", () => {
    const orders = ["", "a", "abc", "cab", "bca", "ac", "xaybz", "zyx", "abcdef", "fbdeca"];
    for (const from of orders) for (const to of orders) {
      const parent = new FakeParent();
      show(parent, [...from]);
      const before = new Map(parent.children.map((child) => [child.shown, child]));
      show(parent, [...to]);
      assert.equal(keysOf(parent), to, `${from} → ${to}`);
      for (const child of parent.children) if (before.has(child.shown)) assert.equal(child, before.get(child.shown));
    }
  });
  test("what stands right is not moved, whatever goes or comes", () => {
    const parent = new FakeParent();
    show(parent, [..."abcdef"]);
    parent.moves = 0;
    show(parent, [..."abcdef"]);
    show(parent, [..."bcdef"]);
    assert.equal(parent.moves, 0);
    show(parent, [..."bcxdef"]);
    assert.equal(parent.moves, 1);
  });
});
