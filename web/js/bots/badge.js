// A bot's status as shape, word and color; of one width, so that columns align.
import { h, icon, setAttribute, setIcon, setText } from "../app/dom.js";
import { glance } from "./bots.logic.js";

export function badge() {
  return h("span", { class: "badge" }, icon("unknown"), h("span", { class: "word" }));
}

/** @param action the action in progress on this bot, if any */
export function updateBadge(element, bot, action) {
  const { word, shape, tone } = action ? { word: action, shape: "busy", tone: "busy" } : glance(bot);
  setAttribute(element, "data-tone", tone);
  setAttribute(element, "data-shape", shape);
  setIcon(element.firstChild, shape);
  setText(element.lastChild, word);
}
