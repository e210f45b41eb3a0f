// A button that opens a small panel: a disclosure of plain controls, so that Tab alone works. Escape and a click elsewhere close it.
import { h, icon } from "./dom.js";

/** @returns {{element: HTMLDetailsElement, close: () => void}} */
export function disclosure(kind, summary, ...content) {
  const element = h("details", { class: `menu ${kind}` }, summary, h("div", { class: "menu-items" }, ...content));

  function close() {
    const inside = element.contains(document.activeElement);
    element.open = false;
    if (inside) summary.focus();
  }

  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    event.stopPropagation();
    close();
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !element.contains(event.relatedTarget)) element.open = false;
  });
  const outside = (event) => { if (!element.contains(event.target)) element.open = false; };
  element.addEventListener("toggle", () => {
    if (element.open) document.addEventListener("pointerdown", outside);
    else document.removeEventListener("pointerdown", outside);
  });
  return { element, close };
}

/** A menu of actions. @param items [label, action, class]  @param note an element that stands above them */
export function menu(label, items, { drawing = "more", note = "", kind = "" } = {}) {
  const { element, close } = disclosure("", h("summary", { class: `button icon-only ${kind}`, "aria-label": label, title: label }, icon(drawing)),
      note, items.map(([text, action, tone = ""]) => h("button", { type: "button", class: `quiet ${tone}`, onclick: () => { close(); action(); } }, text)));
  return element;
}

/** A panel of tools behind a labelled button. @returns its element, with close() and `label`, the element that holds the label */
export function panel(text, ...content) {
  const label = h("span", {}, text);
  const { element, close } = disclosure("log-panel", h("summary", { class: "button" }, label), ...content);
  return Object.assign(element, { close, label });
}
