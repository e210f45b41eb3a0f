// Reports configuration drift of a bot's container and offers to repair it.
import { h, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { differences, isRepairable } from "./drift.logic.js";

const FEW = 6; // Up to so many are shown expanded.

export function driftPart(app, id) {
  let bot = null, count = 0;
  const summary = h("summary", {}), list = h("ul", {}), details = h("details", {}, summary, list);
  const button = h("button", { type: "button", onclick: () => app.repair(bot) });
  const text = h("p", {});
  const element = h("section", { class: "callout drift", "data-tone": "warn", "aria-label": "Configuration drift", hidden: true },
      h("div", {}, h("h2", {}, "Configuration drift"),
          text,
          details), button);
  return {
    element,
    update(now, state) {
      bot = now;
      const all = differences(bot.drift), action = state.busy.get(id);
      setHidden(element, all.length === 0);
      if (all.length !== count) details.open = all.length <= FEW; // Afterwards the reader decides.
      count = all.length;
      const repairable = isRepairable(bot.drift);
      setText(text, repairable
        ? "The container differs from its configuration: it was changed outside BotMaker, or BotMaker’s settings have changed since it was created. Repair replaces the container and keeps the bot’s memory."
        : "The container differs from its configuration in a way that replacing it would not change.");
      setHidden(button, !repairable);
      setText(summary, all.length === 1 ? "1 difference" : `${all.length} differences`);
      keyedList(list, all, ({ what }) => what, () => h("li", {}, h("strong", {}), h("span", {})), (item, { term, words }) => {
        setText(item.firstChild, term);
        setText(item.lastChild, ` ${words}`);
      });
      setAttribute(button, "aria-disabled", action ? "true" : null);
      setText(button, action === "repairing" ? "Repairing…" : "Repair");
    },
  };
}
