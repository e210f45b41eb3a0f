// A button that copies the text beside it.
import { h, icon } from "./dom.js";

export function copyButton(app) {
  const button = h("button", { type: "button", class: "quiet icon-only small", title: "Copy", onclick: async () => {
    const text = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(text.textContent);
      app.announce("Copied");
      button.replaceChildren(icon("done"));
      setTimeout(() => button.replaceChildren(icon("copy")), 2000);
    } catch { // Only a secure context has a clipboard: select it instead.
      getSelection().selectAllChildren(text);
      app.announce("Selected: copy it with the keyboard");
    }
  } }, icon("copy"));
  return button;
}
