// A button with a few more actions: a disclosure of plain buttons, so that Tab alone works. Escape and a click elsewhere close it.
import { h, icon } from "../dom.js";

/** @param items [label, action, class]  @param note an element that stands above them */
export function menu(label, items, { drawing = "more", note = "", kind = "" } = {}) {
  const details = h("details", { class: "menu" },
      h("summary", { class: `button icon-only ${kind}`, "aria-label": label, title: label }, icon(drawing)),
      h("div", { class: "menu-items" }, note, items.map(([text, action, tone = ""]) =>
        h("button", { type: "button", class: `quiet ${tone}`, onclick: () => { close(); action(); } }, text))));

  function close() {
    const inside = details.contains(document.activeElement);
    details.open = false;
    if (inside) details.firstChild.focus();
  }

  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    close();
  });
  details.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
  });
  const outside = (event) => { if (!details.contains(event.target)) details.open = false; };
  details.addEventListener("toggle", () => {
    if (details.open) document.addEventListener("pointerdown", outside);
    else document.removeEventListener("pointerdown", outside);
  });
  return details;
}
