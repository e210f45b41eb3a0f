// A row of the list, with a checkbox while bots are being selected.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { countOf } from "./bulk.logic.js";
import { driftSummary, glance, since, trouble } from "./bots.logic.js";
import { formatRoute } from "../app/route.logic.js";
import { pauseWords, todayWords } from "../spending/money.logic.js";
import { waiting } from "../app/state.logic.js";
import { ago, clock } from "../app/time.logic.js";
import { badge, updateBadge } from "./badge.js";

export function createRow(bot, app) {
  const box = h("input", { type: "checkbox", onchange: () => app.selectOne(bot.id, box.checked) });
  return h("li", {},
      h("label", { class: "pick" }, box, h("span", { class: "unseen" })),
      h("a", { class: "row" }, badge(),
          h("span", { class: "row-name" }), h("span", { class: "row-since" }),
          h("span", { class: "row-what" }), h("span", { class: "row-cost", title: "spent today" }, h("span", {}), h("span", { class: "unseen" }, " today")), h("span", { class: "row-reason" }), h("span", { class: "row-paused" }), h("span", { class: "row-waiting" }), h("span", { class: "row-drift" })));
}

/** @param what the bot's channel and AI as text: {short, full} */
export function updateRow(row, bot, what, state, route, now) {
  const [pick, link] = row.children;
  const [mark, name, time, service, cost, reason, paused, people, drift] = link.children;
  const action = state.busy.get(bot.id);
  setHidden(pick, !state.selected);
  setText(pick.lastChild, `Select ${bot.name}`);
  pick.firstChild.checked = state.selected?.has(bot.id) ?? false;
  setAttribute(link, "href", formatRoute({ view: "detail", id: bot.id, filter: route.filter }));
  setAttribute(link, "aria-current", route.id === bot.id && "page");
  setAttribute(link, "aria-busy", action ? "true" : null);
  setAttribute(link, "data-tone", glance(bot).tone);
  updateBadge(mark, bot, action);
  setText(name, bot.name);
  setText(time, ago(since(bot), now));
  setAttribute(time, "title", since(bot) && `since ${clock(since(bot), now)}`);
  setText(service, what.short);
  setAttribute(service, "title", what.full);
  setText(cost.firstChild, todayWords(bot));
  setHidden(cost, todayWords(bot) === "");
  setText(paused, pauseWords(bot));
  setHidden(paused, paused.textContent === "");
  setText(reason, trouble(bot));
  setHidden(reason, reason.textContent === "");
  const count = waiting(state, bot);
  setText(people, count === 0 ? "" : countOf(count, "pairing request"));
  setHidden(people, count === 0);
  setText(drift, driftSummary(bot));
  setHidden(drift, drift.textContent === "");
}
