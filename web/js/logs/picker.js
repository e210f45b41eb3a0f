// Chooses the bots whose logs are shown: one, several, or all.
import { h, keyedList, setAttribute, setText } from "../app/dom.js";
import { formatRoute } from "../app/route.logic.js";
import { panel } from "../app/menu.js";

const COLOURS = 8;
export const MOST_BOTS = 20; // The server merges no more.

/** The color of a bot in a merged log; logs.css has `[data-colour="0"]` to `"7"`. */
export const colourOf = (ids, id) => String(Math.max(0, ids.indexOf(id)) % COLOURS);

export function logBots() {
  const all = h("a", { class: "button quiet" }, "All bots");
  const list = h("ul", { class: "log-bots" });
  const hint = h("p", { class: "hint" });
  const element = panel("Bots", list, hint, all);
  let chosen = [], filter = {};

  function toggle(id, on) {
    const next = on ? [...chosen, id] : chosen.filter((other) => other !== id);
    if (next.length === 0) return;
    location.hash = next.length === 1 ? formatRoute({ view: "logs", id: next[0], filter }) : formatRoute({ view: "merged", bots: next.toSorted(), filter });
  }

  return {
    element,
    update(bots, ids, listFilter) {
      chosen = ids;
      filter = listFilter;
      setText(element.label, ids.length > 1 ? `${ids.length} bots` : "Bots");
      element.hidden = bots.length < 2;
      setAttribute(all, "href", formatRoute({ view: "merged", filter }));
      setText(hint, bots.length > MOST_BOTS ? `At most ${MOST_BOTS} at once.` : "");
      keyedList(list, bots, (bot) => bot.id,
          (bot) => h("li", {}, h("label", { class: "check" }, h("input", { type: "checkbox", onchange: (event) => toggle(bot.id, event.target.checked) }), h("span", { class: "name" }))),
          (item, bot) => {
            const [box, name] = item.firstChild.children;
            box.checked = ids.includes(bot.id);
            box.disabled = (ids.length >= MOST_BOTS && !box.checked) || (ids.length === 1 && box.checked);
            setText(name, bot.name);
            setAttribute(name, "data-colour", ids.length > 1 && box.checked ? colourOf(ids, bot.id) : null);
          });
    },
  };
}
