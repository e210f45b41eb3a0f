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
    } catch { // The clipboard needs a secure context; select the text instead.
      getSelection().selectAllChildren(text);
      app.announce("Selected. Press Ctrl+C to copy");
    }
  } }, icon("copy"));
  return button;
}
