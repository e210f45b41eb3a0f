// Confirmation dialogs. A modal <dialog> keeps the focus inside, closes on Escape and gives the focus back.
import { h } from "./dom.js";

/** Asks for confirmation. @returns {Promise<boolean>} */
export const confirmAction = ({ title, text, action }) => ask((dialog) => [
  h("h2", { id: "ask-title" }, title),
  h("p", {}, text),
  choices(dialog, h("button", { type: "submit", class: "primary" }, action), true),
], () => true).then(Boolean);

export const choices = (dialog, submit, focusCancel = false) => h("div", { class: "choices" },
    h("button", { type: "button", autofocus: focusCancel, onclick: () => dialog.close() }, "Cancel"), submit);

/** A modal dialog: `content` creates its contents; a submit closes it if `answer` (or its promise) returns a value. */
export function ask(content, answer) {
  return new Promise((resolve) => {
    let result = null;
    const dialog = h("dialog", { "aria-labelledby": "ask-title" });
    const form = h("form", { novalidate: true, onsubmit: async (event) => {
      event.preventDefault();
      result = await answer() || null;
      if (result) dialog.close();
    } }, ...content(dialog));
    dialog.append(form);
    const leave = () => dialog.close(); // Back closes the dialog together with the view that opened it.
    addEventListener("hashchange", leave);
    dialog.addEventListener("close", () => {
      removeEventListener("hashchange", leave);
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
