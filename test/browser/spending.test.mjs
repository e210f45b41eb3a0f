// The pure part of what the dashboard shows of spending: node --test test/browser/spending.test.mjs
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { needsAttention, visible } from "../../web/js/bots/bots.logic.js";
import { bars, callCells, chartWords, figuresOf, lastDays, pauseSentence, spendingFacts } from "../../web/js/bot/spending.logic.js";
import { changes, valuesOf } from "../../web/js/bot/edit.logic.js";
import { facts } from "../../web/js/bot/facts.logic.js";
import { toRequest } from "../../web/js/create/form.logic.js";
import { lastUseWords, monthWords, testWords } from "../../web/js/keys/keys.logic.js";
import { BUDGET, budgetChange, budgetOf, budgetValues, budgetWords, isPriced, proposal } from "../../web/js/spending/budget.logic.js";
import { costWords, duration, pauseWords, spentToday, todayWords, tokens, usd } from "../../web/js/spending/money.logic.js";
import { ownPrices, placedAtPrice, priceCells, priceOf, withoutPrice, withPrice } from "../../web/js/system/prices.logic.js";

const bot = (fields = {}) => ({ id: "1", name: "a", status: "running", health: "healthy", reach: "sealed", ai: { provider: "p", model: "m" },
  channel: { type: "webchat", settings: {} }, access: {}, ...fields });
const sum = (fields = {}) => ({ calls: 1, input: 0, cacheRead: 0, cacheWrite: 0, output: 0, cost: 0, estimated: 0, unknown: 0, ...fields });

describe("money", () => {
  test("cents, two digits of less, and what is unknown is said to be", () => {
    assert.deepEqual([0, 1.234, 0.0312, 0.00123, 0.000000001, 1234.5].map(usd), ["0.00 USD", "1.23 USD", "0.03 USD", "0.0012 USD", "0.000000001 USD", "1234.50 USD"]);
    assert.equal(usd(undefined), "unknown");
    assert.equal(usd(null), "unknown");
  });
  test("a sum says what it lacks, and one of nothing else is unknown", () => {
    assert.equal(costWords({ cost: 1.2, unknown: 0 }), "1.20 USD");
    assert.equal(costWords({ cost: 1.2, unknown: 1 }), "1.20 USD + 1 call of unknown cost");
    assert.equal(costWords({ unknown: 3 }), "unknown");
  });
  test("tokens and times are short", () => {
    assert.deepEqual([0, 999, 1000, 12_345, 999_949, 1_250_000, 3e9].map(tokens), ["0", "999", "1 k", "12.3 k", "1000 k", "1.3 M", "3 G"]);
    assert.deepEqual([undefined, 810, 9949, 12_400, 119_600].map(duration), ["", "0.8 s", "9.9 s", "12 s", "2 min"]);
  });
});

describe("the list", () => {
  const spent = { today: 0.5, month: 1, tokensToday: 10, unknownToday: 0 };
  test("a bot shows what it spent today, and nothing where there is nothing to show", () => {
    assert.equal(todayWords(bot({ spent })), "0.50 USD");
    assert.equal(todayWords(bot({ spent: { ...spent, unknownToday: 2 } })), "0.50 USD + unknown");
    assert.equal(todayWords(bot({ spent: { month: 0, tokensToday: 10, unknownToday: 2 } })), "cost unknown");
    assert.equal(todayWords(bot({ spent: { ...spent, today: 0 } })), "0.00 USD", "free");
    assert.equal(todayWords(bot({ spent: { today: 0, month: 1, tokensToday: 0, unknownToday: 0 } })), "");
    assert.equal(todayWords(bot()), "");
  });
  test("what all have spent today is one sum, and says what it lacks", () => {
    assert.equal(spentToday([bot({ spent }), bot({ spent: { ...spent, unknownToday: 2 } }), bot({ reach: "legacy" })]), "1.00 USD + 2 calls of unknown cost spent today.");
    assert.equal(spentToday([bot({ spent: { month: 0, tokensToday: 10, unknownToday: 2 } })]), "An unknown amount spent today.");
    assert.deepEqual([spentToday([]), spentToday([bot({ spent: { today: 0, month: 1, tokensToday: 0, unknownToday: 0 } })])], ["", ""]);
  });
  test("a bot without budget needs attention; one that its operator paused does not", () => {
    const out = bot({ id: "2", name: "z", spent: { ...spent, usedUp: "day" } });
    assert.ok(needsAttention(out) && !needsAttention(bot({ aiPaused: "x" })));
    assert.deepEqual(visible([bot(), out]).map(({ id }) => id), ["2", "1"]);
    assert.deepEqual([pauseWords(out), pauseWords(bot({ aiPaused: "x" })), pauseWords(bot())], ["AI paused: budget used up", "AI paused", ""]);
    assert.match(pauseSentence(out), /^Today’s budget is used up\. The bot says so/);
    const short = bot({ spent: { ...spent, tooSmall: "tokensDay" } });
    assert.ok(needsAttention(short));
    assert.equal(pauseWords(short), "AI paused: budget too small");
    assert.equal(pauseSentence(short), "What is left of today’s budget of tokens is too small for the next answer. The bot says so in the chat until it is renewed or you raise it.");
    assert.match(pauseSentence({ ...out, budget: { onCap: "refuse" } }), /Calls to its AI fail/);
    assert.equal(pauseSentence(bot({ spent: { ...spent, usedUp: "constructor" } })), "");
  });
});

describe("a bot's card", () => {
  const usage = { day: "2026-03-02", days: [{ day: "2026-03-02", ...sum({ cost: 2, output: 5 }) }, { day: "2026-02-27", ...sum({ cost: undefined, unknown: 1, calls: 1 }) }] };
  test("thirty days end today, over the end of a month, and none is left out", () => {
    const days = lastDays(usage);
    assert.deepEqual([days.length, days[0].date, days.at(-1).date, days.at(-4).date], [30, "2026-02-01", "2026-03-02", "2026-02-27"]);
    const drawn = bars(days, 4, 300, 80);
    assert.deepEqual([drawn.at(-1).height, drawn.at(-1).unknown, drawn.at(-4).unknown, drawn[0].height], [40, false, true, 0]);
    assert.match(drawn.at(-4).text, /unknown$/);
    assert.match(chartWords(days), /calls on 2 days, at most 2\.00 USD/);
    assert.equal(chartWords(lastDays({ day: "2026-03-02", days: [] })), "No calls in the last 30 days.");
  });
  test("figures have a share of their limit only where there is one, and unknown is no 0", () => {
    const figures = figuresOf(bot({ budget: { day: 4 } }), { today: sum({ cost: 1, input: 1500 }), month: sum({ cost: undefined, unknown: 2 }) });
    assert.deepEqual(figures.today, { amount: "1.00 USD", of: "of 4 USD", missing: "", share: 0.25 });
    assert.deepEqual(figures.month, { amount: "unknown", of: "", missing: "", share: null });
    assert.equal(figures.tokens.amount, "1.5 k");
    const spentOf = (cost, day) => figuresOf(bot({ budget: { day } }), { today: sum({ cost }), month: sum() }).today;
    assert.deepEqual([[0.0153, 0.02], [4.998, 5], [0.02, 0.02], [0.0153, 0.01]].map(([cost, day]) => spentOf(cost, day).amount), ["0.0153 USD", "4.998 USD", "0.02 USD", "0.02 USD"]);
  });
  test("the share of the cache is that of the prompts", () => {
    const rows = Object.fromEntries(spendingFacts({ days: [sum({ input: 100, cacheWrite: 100, cacheRead: 600, output: 50, cost: 1 })], medianMs: 2000 }));
    assert.deepEqual([rows.Tokens, rows["Median time"], rows.Cost], ["800 in (75 % from the cache), 50 out", "2.0 s", "1.00 USD"]);
    assert.deepEqual(spendingFacts({ days: [] }), []);
  });
  test("a call says how its cost is known", () => {
    const call = { seq: 1, at: "2026-03-02T10:00:00Z", model: "m", asked: "m", ended: "whole", input: 1, cacheRead: 2, cacheWrite: 3, output: 4, tookMs: 2000 };
    assert.deepEqual([callCells({ ...call, cost: 0.5, costBy: "vendor" }, 0).how, callCells({ ...call, cost: 0.5, costBy: "price" }, 0).how], ["exact", "by price"]);
    assert.deepEqual([callCells({ ...call, costBy: "unknown" }, 0).cost, callCells({ ...call, costBy: "unknown" }, 0).how], ["unknown", ""]);
    assert.equal(callCells({ seq: 1, at: call.at, asked: "m", ended: "open" }, 0).cost, "");
    const list = callCells({ ...call, input: 0, cacheRead: 0, cacheWrite: 0, output: 0, route: "GET /models", cost: 0, costBy: "price" }, 0);
    assert.deepEqual([list.cost, list.how, list.tokens], ["", "", ""], "a list of models seems to have a price");
    assert.equal(callCells({ ...call, ended: "constructor", cost: 1, costBy: "constructor" }, 0).ended, "");
  });
});

describe("a budget", () => {
  const limited = bot({ budget: { day: 5, onCap: "refuse" } });
  const fields = [...BUDGET, ...["/name", "/ai/provider", "/ai/model", "/channel/type", "/reach"].map((pointer) => ({ pointer }))];
  test("it is sent as numbers, and only where there is a limit", () => {
    assert.deepEqual(budgetOf({ "/budget/day": "2,50", "/budget/tokensDay": "1000", "/budget/onCap": "answer" }), { onCap: "answer", day: 2.5, tokensDay: 1000 });
    assert.equal(budgetOf({ "/budget/day": " ", "/budget/onCap": "answer" }), undefined);
    assert.equal(budgetOf({ "/budget/day": "lots", "/budget/onCap": "answer" }).day, 0, "the server says what is wrong");
    assert.equal("budget" in toRequest({ "/budget/day": "5", "/name": "a" }, fields), false);
  });
  test("an edit sends it only when it was changed, and removes what was emptied", () => {
    assert.equal(budgetChange(limited, budgetValues(limited)), undefined);
    assert.deepEqual(changes(limited, { ...valuesOf(limited), "/budget/month": "50" }, fields), { budget: { day: 5, month: 50, tokensDay: null, onCap: "refuse" } });
    assert.deepEqual(changes(limited, { ...valuesOf(limited), "/budget/day": "" }, fields), { budget: null });
    assert.equal(changes(limited, { ...valuesOf(limited), "/reach": "legacy" }, fields).budget, null, "a legacy bot cannot be limited");
    assert.equal(changes(bot(), valuesOf(bot()), fields), null);
  });
  test("it is named where a bot can have one", () => {
    assert.equal(budgetWords({ budget: { day: 5, month: 0.25, tokensDay: 2e6 } }), "5 USD a day, 0.25 USD a month, 2 M tokens a day");
    assert.ok(facts(limited, 0).some(([term, value]) => term === "Budget" && value === "5 USD a day"));
    assert.ok(!facts(bot({ reach: "legacy" }), 0).some(([term]) => term === "Budget"));
  });
  /* The form proposed 5 USD a day for OpenRouter's model auto, which the server refused. */
  test("a model of OpenRouter has the price of its vendor, and auto has none", () => {
    const prices = [{ provider: "anthropic", model: "claude-5-1", tiers: [{}] }, { provider: "xai", model: "grok", tiers: [{}] }];
    const priced = ["anthropic/claude-5-1", "anthropic/claude-5.1-20260901", "x-ai/grok"], unknown = ["auto", "xai/grok", "anthropic/", "anthropic/other", "constructor/x"];
    assert.deepEqual([...priced, ...unknown].filter((model) => isPriced(prices, "openrouter", model)), priced);
    assert.ok(!isPriced(prices, "p", "anthropic/claude-5-1"));
  });
  test("a limit in USD is proposed where the price seems to be known, else one in tokens", () => {
    const prices = [{ provider: "p", model: "m", tiers: [{}] }, { provider: "p", model: "odd", tiers: [] }, { provider: "free", model: "*", tiers: [{}] }];
    assert.ok(isPriced(prices, "p", "m") && isPriced(prices, "p", "m-20260901") && isPriced(prices, "p", "m-2026-09-01") && isPriced(prices, "free", "any"));
    assert.deepEqual(["m", "odd", " "].map((model) => Object.values(proposal(prices, "p", model))), [["5", ""], ["", "2000000"], ["", ""]]);
    assert.ok(!isPriced(prices, "p", "odd") && !isPriced(prices, "q", "m") && !isPriced(prices, "free", " "));
  });
});

describe("prices and keys", () => {
  const own = { provider: "p", model: "m", own: true, source: "own", tiers: [{ from: 0, input: 1, output: 2, cacheRead: 0 }] };
  const bundled = { provider: "p", model: "n", own: false, source: "x", tiers: [{ from: 0, input: 1, output: 2 }, { from: 200_001, input: 2, output: 2 }] };
  test("only the operator's own are sent, and one of the same model is replaced", () => {
    const mine = ownPrices([own, bundled]);
    assert.deepEqual(mine, [{ provider: "p", model: "m", input: 1, output: 2, cacheRead: 0 }]);
    assert.deepEqual(withPrice(mine, { provider: "p", model: "m", input: 9, output: 9 }), [{ provider: "p", model: "m", input: 9, output: 9 }]);
    assert.deepEqual(withoutPrice(mine, own), []);
  });
  test("a typed price may be 0; what is no number is left to the server to refuse", () => {
    assert.deepEqual(priceOf({ "/provider": "p", "/model": " m ", "/input": "0", "/output": "1,5", "/cacheRead": "0.0" }), { provider: "p", model: "m", input: 0, output: 1.5, cacheRead: 0 });
    assert.equal(priceOf({ "/input": "cheap" }).input, -1);
    assert.deepEqual(placedAtPrice([{ field: "/prices/12/input", message: "x" }, { field: "/prices", message: "y" }]).map(({ field }) => field), ["/input", "/prices"]);
  });
  test("a price by the size of the prompt shows both, a missing one is unknown", () => {
    assert.deepEqual([priceCells(bundled).input, priceCells(bundled).output, priceCells(bundled).note], ["1 / 2", "2", "Second price: prompts of 200 k tokens or more."]);
    assert.deepEqual([priceCells({ ...bundled, tiers: [] }).input, priceCells(own).source, priceCells(own).cacheRead], ["unknown", "yours", "0"]);
  });
  test("a key says what was spent with it, or that nobody knows", () => {
    assert.equal(monthWords({ id: "k", budgetMonth: 50 }, new Map([["k", { month: 1.5 }]])), "1.50 USD spent this month of 50 USD");
    assert.equal(monthWords({ id: "k" }, new Map()), "0.00 USD spent this month, no limit");
    assert.equal(monthWords({ id: "k" }, null), "An unknown amount spent this month, no limit");
    assert.equal(lastUseWords({ id: "k" }, new Map([["k", { lastUsed: "2026-09-02" }]]), "en-GB"), "last used on 2 Sept 2026");
    assert.equal(lastUseWords({ id: "k" }, new Map()), "not used yet");
    assert.equal(lastUseWords({ id: "k" }, null), "");
    const at = "2026-09-02T10:00:00Z", now = Date.parse(at) + 7_200_000;
    assert.equal(testWords({ test: { at, works: true } }, now), "worked when tested 2 h ago");
    assert.equal(testWords({ test: { at, works: false } }, now), "did not work when tested 2 h ago");
    assert.equal(testWords({}, now), "not tested");
  });
});
