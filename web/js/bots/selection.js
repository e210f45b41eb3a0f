// The bulk actions, at the foot of the list while bots are being selected.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { countOf } from "./bulk.logic.js";
import { formatRoute } from "../app/route.logic.js";

const ACTIONS = [["start", "Start"], ["stop", "Stop"], ["restart", "Restart"], ["delete", "Delete…"]];

export function selectionBar(app) {
  let chosen = [], shown = [];
  const count = h("p", { role: "status" });
  const all = h("button", { type: "button", class: "quiet small", onclick: () => app.select(new Set(chosen.length === shown.length ? [] : shown)) });
  const buttons = ACTIONS.map(([action, label]) => h("button", { type: "button", class: action === "delete" ? "quiet danger" : "",
    onclick: () => { if (chosen.length) app.bulk(action, chosen); } }, label));
  const logs = h("a", { class: "button" }, "Logs");
  const element = h("div", { class: "selection", role: "group", "aria-label": "Selected bots" },
      h("div", { class: "selection-head" }, count, all), h("div", { class: "selection-actions" }, buttons.slice(0, -1), logs, buttons.at(-1)));

  return {
    element,
    update(state, visible, { filter }) {
      setHidden(element, !state.selected);
      chosen = [...state.selected ?? []];
      shown = visible.map(({ id }) => id);
      setText(count, chosen.length ? `${countOf(chosen.length)} selected` : "Select the bots to act on.");
      setText(all, chosen.length === shown.length && chosen.length ? "Select none" : "Select all shown");
      setHidden(logs, chosen.length === 0);
      setAttribute(logs, "href", formatRoute({ view: "merged", bots: chosen, filter }));
      for (const button of buttons) setAttribute(button, "aria-disabled", chosen.length ? null : "true");
    },
  };
}
