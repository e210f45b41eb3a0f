// A section of a page with a heading.
import { h, keyedList, setAttribute, setHidden, setText } from "./dom.js";

let cards = 0;

/** A titled section; `tools` are shown beside the title, `hint` (text or elements) below it. */
export function card(title, { tools = [], hint = "", hidden = false } = {}, ...content) {
  const id = `card-${++cards}`;
  return h("section", { class: "card", "aria-labelledby": id, hidden },
      h("div", { class: "card-head" }, h("h2", { id }, title), tools), hint ? h("p", { class: "hint" }, hint) : "", ...content);
}

/** A line that reports a result, colored by its tone and announced to screen readers. */
export function outcome() {
  const element = h("p", { class: "outcome", role: "status" });
  return {
    element,
    /** @param tone good, bad, idle or busy */
    show(text, tone = "idle") {
      setText(element, text);
      setAttribute(element, "data-tone", tone);
      setHidden(element, text === "");
    },
  };
}

/** Fills a <dl> with [term, value, code?, href?]. Code can be copied; a value with a href is a link. */
export function describe(list, rows, copy = null) {
  keyedList(list, rows, ([term]) => term,
      ([, , code, href]) => h("div", {}, h("dt", {}), h("dd", {}, h(href ? "a" : "span", { href }), code && copy ? copy() : "")),
      (row, [term, value, code]) => {
        setText(row.firstChild, term);
        setText(row.lastChild.firstChild, value);
        setAttribute(row.lastChild, "data-code", Boolean(code));
        row.lastChild.querySelector("button")?.setAttribute("aria-label", `Copy the ${term[0].toLowerCase()}${term.slice(1)}`);
      });
}
