// The list of bots: counters that filter, search, and one row per bot, those that need attention first.
import { h, icon, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { counts, service, visible } from "./bots.logic.js";
import { neighbour } from "../app/keys.logic.js";
import { formatRoute, STATUS_FILTERS } from "../app/route.logic.js";
import { createRow, updateRow } from "./row.js";
import { movable } from "./reach.logic.js";
import { selectionBar } from "./selection.js";

export function mountList(host, app) {
  const counters = Object.fromEntries(STATUS_FILTERS.map((status) => [status, counter(status)]));
  const search = h("input", { type: "search", id: "search", placeholder: "Search", "aria-label": "Search bots", "aria-keyshortcuts": "/",
    autocomplete: "off", spellcheck: "false", oninput: () => app.setFilter({ q: search.value }) });
  const result = h("p", { class: "unseen", role: "status" });
  const nothing = h("p", { class: "nothing" });
  const rows = h("ul", { class: "rows" });
  const select = h("button", { type: "button", class: "quiet small", onclick: () => app.select(selecting ? null : new Set()) }, "Select");
  const total = h("span", { class: "hint" });
  const allLogs = h("a", { class: "button quiet small" }, "All logs");
  const bar = selectionBar(app);
  const legacyCount = h("span", {}), legacy = h("p", { class: "legacy-note", hidden: true }, legacyCount,
      h("button", { type: "button", class: "small", onclick: () => app.moveAll() }, "Move…"));
  let catalog = null;
  app.catalog().then((known) => { catalog = known; }, () => {});
  let selecting = false;

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
      h("div", { class: "list-head" }, total, allLogs, select),
      legacy, result, rows, nothing, bar.element);

  const links = () => [...rows.querySelectorAll(".row")];

  return {
    focusSearch() {
      search.focus();
      search.select();
    },

    /** The id of the bot whose row has the focus. */
    focused: () => document.activeElement?.closest(".rows > li")?.dataset.key ?? null,

    /** Moves the focus by one row, from the focused row or from that of the shown bot. */
    move(step, shown) {
      const all = links(), ids = all.map((link) => link.parentElement.dataset.key);
      const from = this.focused();
      const to = neighbour(ids, from ?? (ids.includes(shown) ? shown : null), step);
      all[ids.indexOf(to)]?.focus();
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
      const shown = visible(bots, route.filter, catalog);
      const filtered = route.filter.q || route.filter.status;
      const some = filtered ? `${shown.length} of ${bots.length} bots` : bots.length === 1 ? "1 bot" : `${bots.length} bots`;
      setText(result, filtered && state.loaded ? `${some} shown` : "");
      setText(total, state.loaded && bots.length ? some : "");
      setHidden(nothing, shown.length > 0);
      setText(nothing, !state.loaded ? "Loading…" : bots.length === 0 ? "No bots yet." : "No matching bots.");
      const holders = movable(bots, catalog?.channels ?? []).length;
      setHidden(legacy, holders === 0);
      setText(legacyCount, holders === 1 ? "1 bot has the reach Legacy." : `${holders} bots have the reach Legacy.`);
      selecting = state.selected !== null;
      setHidden(select, bots.length === 0);
      setHidden(allLogs, bots.length < 2);
      setAttribute(allLogs, "href", formatRoute({ view: "merged", filter: route.filter }));
      setAttribute(allLogs, "aria-current", route.view === "merged" && "page");
      setText(select, selecting ? "Done" : "Select");
      setAttribute(rows, "data-selecting", selecting);
      keyedList(rows, shown, (bot) => bot.id, (bot) => createRow(bot, app), (row, bot) => updateRow(row, bot, service(bot, catalog), state, route, now));
      bar.update(state, shown, route);
    },
  };
}
