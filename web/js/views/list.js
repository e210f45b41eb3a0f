// The list on the left: counters that filter, search, and one row per bot, what needs attention first.
import { h, icon, keyedList, setAttribute, setHidden, setText } from "../dom.js";
import { counts, glance, since, trouble, visible } from "../logic/bots.js";
import { formatRoute, STATUS_FILTERS } from "../logic/route.js";
import { ago, clock } from "../logic/time.js";
import { badge, updateBadge } from "./badge.js";

export function mountList(host, app) {
  const counters = Object.fromEntries(STATUS_FILTERS.map((status) => [status, counter(status)]));
  const search = h("input", { type: "search", id: "search", placeholder: "Search", "aria-label": "Search bots", "aria-keyshortcuts": "/",
    autocomplete: "off", spellcheck: "false", oninput: () => app.setFilter({ q: search.value }) });
  const result = h("p", { class: "unseen", role: "status" });
  const nothing = h("p", { class: "nothing" });
  const rows = h("ul", { class: "rows" });

  function counter(status) {
    const number = h("span", { class: "number" }, "0");
    const button = h("button", { type: "button", class: "counter", "data-status": status,
      onclick: () => app.setFilter({ status: button.getAttribute("aria-pressed") === "true" ? "" : status }) },
    number, h("span", {}, status));
    return { button, number };
  }

  host.append(
      h("div", { class: "side-head" }, h("h2", {}, "Bots"),
          h("a", { class: "button primary", href: "#/new" }, icon("plus"), "New bot")),
      h("div", { class: "counters", role: "group", "aria-label": "Filter by status" }, Object.values(counters).map(({ button }) => button)),
      h("div", { class: "search" }, icon("search"), search, h("kbd", { "aria-hidden": "true" }, "/")),
      result, rows, nothing);

  return {
    focusSearch() {
      search.focus();
      search.select();
    },

    update(state, route, now) {
      const bots = [...state.bots.values()];
      const totals = counts(bots);
      for (const status of STATUS_FILTERS) {
        setText(counters[status].number, state.loaded ? String(totals[status]) : "–");
        setAttribute(counters[status].button, "aria-pressed", String(route.filter.status === status));
        setAttribute(counters[status].button, "data-some", totals[status] > 0);
      }
      if (document.activeElement !== search && search.value !== route.filter.q) search.value = route.filter.q;
      const shown = visible(bots, route.filter);
      const filtered = route.filter.q || route.filter.status;
      setText(result, filtered && state.loaded ? `${shown.length} of ${bots.length} bots shown` : "");
      setHidden(nothing, shown.length > 0);
      setText(nothing, !state.loaded ? "Looking…" : bots.length === 0 ? "No bots yet." : "No bot matches.");
      keyedList(rows, shown, (bot) => bot.id, createRow, (row, bot) => updateRow(row, bot, state, route, now));
    },
  };
}

function createRow() {
  return h("li", {}, h("a", { class: "row" }, badge(),
      h("span", { class: "row-name" }), h("span", { class: "row-since" }),
      h("span", { class: "row-what" }), h("span", { class: "row-reason" })));
}

function updateRow(row, bot, state, route, now) {
  const link = row.firstChild;
  const [mark, name, time, what, reason] = link.children;
  const action = state.busy.get(bot.id);
  setAttribute(link, "href", formatRoute({ view: "detail", id: bot.id, filter: route.filter }));
  setAttribute(link, "aria-current", route.id === bot.id && "page");
  setAttribute(link, "aria-busy", action ? "true" : null);
  setAttribute(link, "data-tone", glance(bot).tone);
  updateBadge(mark, bot, action);
  setText(name, bot.name);
  setText(time, ago(since(bot), now));
  setAttribute(time, "title", since(bot) && `since ${clock(since(bot), now)}`);
  setText(what, `${bot.channel.type} · ${bot.ai.provider}/${bot.ai.model}`);
  setText(reason, trouble(bot));
  setHidden(reason, reason.textContent === "");
}
