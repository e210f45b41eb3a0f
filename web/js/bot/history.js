// The latest entries of a bot's history.
import { h, keyedList, setAttribute, setHidden, setText } from "../app/dom.js";
import { ago, clock } from "../app/time.logic.js";
import { card } from "../app/card.js";

export function historyPart() {
  let events = [];
  const list = h("ol", { class: "history" });
  const element = card("History", { hidden: true }, list);

  function show(now) {
    setHidden(element, events.length === 0);
    keyedList(list, events, ({ at, what, index }) => `${at} ${what} ${index}`,
        () => h("li", {}, h("span", {}), h("time", { class: "hint" })),
        (item, { at, what }) => {
          setText(item.firstChild, what[0].toUpperCase() + what.slice(1));
          const words = ago(at, now);
          setText(item.lastChild, words === "just now" ? words : `${words} ago`);
          setAttribute(item.lastChild, "datetime", at);
          setAttribute(item.lastChild, "title", clock(at, now));
        });
  }

  return {
    element,
    more(bot) {
      events = [...bot.events ?? []].sort((a, b) => a.at < b.at ? 1 : -1).map((event, index, all) => ({ ...event, index: all.length - index }));
      show(Date.now());
    },
    update(_bot, _state, now) { show(now); },
  };
}
