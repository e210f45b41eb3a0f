// The shortcuts' connection to the page. They can be switched off; the choice is kept in this browser.
import { commandOf } from "./keys.logic.js";

/** @param commands name → function(event target) */
export function keyboard(commands) {
  let on = true;
  try {
    on = localStorage.getItem("shortcuts") !== "off";
  } catch {
    // Storage may be forbidden; then they are on.
  }

  addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    if (event.defaultPrevented) return;
    const command = commandOf({ key, ctrlKey, metaKey, altKey, place: placeOf(target) }, on);
    if (!command) return;
    event.preventDefault();
    commands[command](target);
  });

  return {
    get on() { return on; },
    set on(now) {
      on = now;
      try {
        if (on) localStorage.removeItem("shortcuts"); else localStorage.setItem("shortcuts", "off");
      } catch {
        // Without storage the choice holds for this page.
      }
    },
  };
}

function placeOf(target) {
  if (document.querySelector("dialog[open]")) return "dialog";
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") ? "field" : "";
}
