// A button that opens a small panel: a disclosure, so that Tab alone works. Escape and a click elsewhere close it.
import { h } from "../dom.js";

/** @returns the element, with close() */
export function panel(label, ...content) {
  const title = h("span", {}, label);
  const details = h("details", { class: "menu log-panel" }, h("summary", { class: "button" }, title), h("div", { class: "menu-items" }, content));

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
  return Object.assign(details, { close, label: title });
}
