// Questions before what cannot be undone. A modal <dialog> keeps the focus inside, closes on Escape and gives the focus back.
import { h } from "../dom.js";

/** Asks; true when the answer is yes. */
export const confirmAction = ({ title, text, action }) => ask((dialog) => [
  h("h2", { id: "ask-title" }, title),
  h("p", {}, text),
  h("div", { class: "choices" },
      h("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "submit", class: "primary" }, action)),
], () => true).then(Boolean);

/** Asks for a bot's name before it is deleted. @returns {Promise<{keepState: boolean} | null>} */
export function confirmDelete(bot) {
  const typed = h("input", { id: "ask-name", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", autofocus: true });
  const keep = h("input", { type: "checkbox" });
  const submit = h("button", { type: "submit", class: "danger", disabled: true }, "Delete this bot");
  const matches = () => typed.value.normalize("NFC").trim() === bot.name.normalize("NFC").trim();
  typed.addEventListener("input", () => { submit.disabled = !matches(); });
  return ask((dialog) => [
    h("h2", { id: "ask-title" }, "Delete ", h("span", { class: "name" }, bot.name), "?"),
    h("p", {}, "This cannot be undone. What is lost:"),
    h("ul", {}, h("li", {}, "its container, with the log in it"), h("li", {}, "its secrets: the API key and the channel's credentials"),
        h("li", {}, "its memory: everything it learned, its sessions and files")),
    h("label", { class: "check" }, keep, h("span", {}, "Keep the bot’s memory (its state directory) on disk")),
    h("div", { class: "field" },
        h("label", { for: "ask-name" }, "Type ", h("strong", { class: "name" }, bot.name), " to confirm"), typed),
    h("div", { class: "choices" }, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), submit),
  ], () => matches() && { keepState: keep.checked });
}

function ask(content, answer) {
  return new Promise((resolve) => {
    let result = null;
    const dialog = h("dialog", { "aria-labelledby": "ask-title" });
    const form = h("form", { onsubmit: (event) => {
      event.preventDefault();
      result = answer() || null;
      if (result) dialog.close();
    } }, ...content(dialog));
    dialog.append(form);
    const leave = () => dialog.close(); // Back takes the question away with the view that asked it.
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
