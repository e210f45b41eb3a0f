// The last log lines of a bot that failed.
import { h, setHidden, setText } from "../app/dom.js";
import { logLine, plainText } from "../logs/line.logic.js";
import { card } from "../app/card.js";

export function lastLinesPart() {
  const lines = h("pre", { tabindex: "0", "aria-label": "Last log lines" });
  const element = card("Last log lines", { hidden: true }, lines);
  return {
    element,
    update(bot) {
      const text = (bot.lastLogLines ?? []).map((line) => line.startsWith("{") ? logLine({ m: line }).text : plainText(line)).join("\n");
      setHidden(element, text === "");
      setText(lines, text);
    },
  };
}
