// What a bot spends on its AI: today, this month, 30 days, its newest calls. Numbers only: never a prompt, never an answer.
import { h, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { card, describe, outcome } from "../app/card.js";
import { helpLink } from "../app/help.js";
import { explain } from "../app/problem.logic.js";
import { isBrokered } from "../bots/reach.logic.js";
import { usd } from "../spending/money.logic.js";
import { askPause } from "./pause.js";
import { barChart } from "./barchart.js";
import { bars, callCells, chartWords, figuresOf, lastDays, shortDay, spendingFacts } from "./spending.logic.js";
import { ceiling } from "./usage.logic.js";

const TILES = [["today", "Today"], ["month", "This month"], ["tokens", "Tokens today"]];
const COLUMNS = ["Time", "Model", "Tokens", "Cost"];

export function spendingPart(app, id) {
  let bot = null, usage = null, calls = null, seen = "", asking = false, again = false;
  const pause = h("button", { type: "button", class: "small", onclick: () => bot.aiPaused ? app.resumeAi(bot) : askPause(app, bot) });
  const tiles = Object.fromEntries(TILES.map(([name, label]) => [name, tile(label)]));
  const chart = barChart();
  const first = h("span", {}), last = h("span", {}), most = h("p", { class: "hint chart-most" });
  const figure = h("div", { class: "spending-chart", role: "img" }, most, chart.element, h("p", { class: "hint chart-days", "aria-hidden": "true" }, first, last));
  const facts = h("dl", {});
  const body = h("tbody", {});
  const older = h("button", { type: "button", class: "small", onclick: () => loadCalls(calls.at(-1)?.seq) }, "Older");
  const newest = h("details", { class: "calls", ontoggle: () => { if (newest.open && !calls) loadCalls(); } }, h("summary", {}, "Newest calls"),
      h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Newest calls" }, h("table", { class: "audit call-rows" },
          h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))), body)), older);
  const result = outcome();
  const shown = h("div", {}, h("div", { class: "tiles" }, TILES.map(([name]) => tiles[name].element)), figure, facts, newest);
  const note = h("p", { class: "hint" }, "Not counted: the calls of a legacy bot go to its AI directly. Choose another reach to see and limit what it spends. ", helpLink("spending", "Help: spending and budgets"));
  const element = card("Spending", { tools: [pause] }, note, result.element, shown);
  result.show("");
  setHidden(shown, true);

  async function load() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    if (!usage) result.show("Loading…");
    try {
      usage = await app.api.spending(id);
      result.show("");
      setHidden(shown, false);
      show();
      if (calls && newest.open) await loadCalls();
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      const { cause, next } = explain(problem, "");
      result.show(`${cause} ${next}`, "bad");
      setHidden(shown, !usage);
    } finally {
      asking = false;
    }
    if (again) {
      again = false;
      load();
    }
  }

  /** @param before the oldest call that is shown; absent for the newest calls */
  async function loadCalls(before) {
    try {
      const page = (await app.api.aiCalls(id, before)).calls;
      calls = before ? [...calls, ...page] : page;
      setHidden(older, page.length < 20);
      showCalls();
    } catch (problem) {
      if (problem.status === 401) return app.signedOut();
      result.show(explain(problem, "").cause, "bad");
    }
  }

  function show() {
    const figures = figuresOf(bot, usage);
    for (const [name] of TILES) tiles[name].show(figures[name]);
    const days = lastDays(usage), top = ceiling(days.map(({ cost }) => cost ?? 0));
    chart.draw((width, height) => bars(days, top, width, height));
    setText(most, days.some(({ cost }) => cost > 0) ? `Last 30 days, up to ${usd(top)} a day` : "Last 30 days");
    setText(first, shortDay(days[0].date));
    setText(last, "today");
    setAttribute(figure, "aria-label", chartWords(days));
    describe(facts, spendingFacts(usage));
  }

  function showCalls() {
    const now = Date.now();
    keyedList(body, calls, ({ seq }) => String(seq),
        () => h("tr", {}, COLUMNS.map(() => h("td", {}, h("span", {}), h("span", { class: "hint" })))),
        (row, call) => {
          const cells = callCells(call, now);
          const texts = [[cells.at, cells.took], [cells.model, cells.ended], [cells.tokens], [cells.cost, cells.how]];
          texts.forEach(([text, more = ""], column) => {
            setText(row.children[column].firstChild, text);
            setText(row.children[column].lastChild, more && ` ${more}`);
          });
        });
  }

  return {
    element,
    update(now) {
      bot = now;
      const counted = isBrokered(bot.reach ?? "legacy");
      setHidden(note, counted);
      setHidden(pause, !counted);
      setText(pause, bot.aiPaused ? "Resume AI" : "Pause AI…");
      if (!counted) return setHidden(shown, true);
      const what = JSON.stringify([bot.spent, bot.budget, bot.reach]);
      if (what === seen) return;
      seen = what;
      load();
    },
  };
}

function tile(label) {
  const amount = h("strong", {}), of = h("span", { class: "hint" }), missing = h("p", { class: "hint" });
  const meter = h("progress", { max: "1", "aria-label": `${label}, part of the limit that is used`, hidden: true });
  return {
    element: h("div", { class: "tile" }, h("p", { class: "tile-label" }, label), h("p", { class: "tile-figure" }, amount, " ", of), missing, meter),
    show(figure) {
      setText(amount, figure.amount);
      setText(of, figure.of);
      setText(missing, figure.missing);
      setHidden(missing, figure.missing === "");
      setHidden(meter, figure.share === null);
      meter.value = figure.share ?? 0;
      setAttribute(meter, "data-tone", figure.share >= 1 ? "bad" : figure.share >= 0.8 ? "warn" : null);
    },
  };
}
