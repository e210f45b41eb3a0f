// The list of keyboard shortcuts, with the switch that turns them off.
import { h } from "./dom.js";
import { SHORTCUTS } from "./keys.logic.js";
import { ask } from "./dialogs.js";

/** @param keys {on: boolean} */
export const showShortcuts = (keys) => ask((dialog) => [
  h("h2", { id: "ask-title" }, "Keyboard shortcuts"),
  h("dl", { class: "keys" }, SHORTCUTS.map(({ key, label }) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, label)))),
  h("label", { class: "check" },
      h("input", { type: "checkbox", checked: keys.on, onchange: (event) => { keys.on = event.target.checked; } }),
      h("span", {}, "Shortcuts enabled", h("span", { class: "hint" }, "Without them, everything still works with Tab and Enter."))),
  h("div", { class: "choices" }, h("button", { type: "button", class: "primary", autofocus: true, onclick: () => dialog.close() }, "Close")),
], () => null);
