// Questions before what cannot be undone. A modal <dialog> keeps the focus inside, closes on Escape and gives the focus back.
import { h, setAttribute, setHidden, setText } from "../dom.js";
import { countOf } from "../logic/bulk.js";
import { explain } from "../logic/problem.js";
import { textField } from "./field.js";

/** Asks; true when the answer is yes. */
export const confirmAction = ({ title, text, action }) => ask((dialog) => [
  h("h2", { id: "ask-title" }, title),
  h("p", {}, text),
  choices(dialog, h("button", { type: "submit", class: "primary" }, action), true),
], () => true).then(Boolean);

const LOST = ["its container, with the log in it", "its secrets: the API key and the channel’s credentials", "its memory: everything it learned, its sessions and files"];

/** Asks for a bot's name before it is deleted. @returns {Promise<{keepState: boolean} | null>} */
export const confirmDelete = (bot) => askTyped({
  title: ["Delete ", h("span", { class: "name" }, bot.name), "?"], phrase: bot.name, action: "Delete this bot",
  text: [h("p", {}, "This cannot be undone. What is lost:"), h("ul", {}, LOST.map((what) => h("li", {}, what)))],
});

/** Asks before one action on several bots. @returns {Promise<{keepState?: boolean} | null>} */
export function confirmBulk({ action, does, skips, phrase }) {
  const verb = action[0].toUpperCase() + action.slice(1);
  const title = `${verb} ${countOf(does.length)}?`;
  const text = [
    does.length ? h("ul", { class: "names" }, does.map(({ name }) => h("li", { class: "name" }, name))) : h("p", {}, "None of them can do that now."),
    skips.length && does.length ? h("p", {}, `${countOf(skips.length, "other")} stay${skips.length === 1 ? "s" : ""} as ${skips.length === 1 ? "it is" : "they are"}: ${skips.map(({ name }) => name).join(", ")}.`) : "",
  ];
  if (phrase && does.length) {
    return askTyped({ title, phrase, action: verb + " them", text: [...text, h("p", {}, "This cannot be undone. Of each, its container, its secrets and its memory are lost.")] });
  }
  return ask((dialog) => [h("h2", { id: "ask-title" }, title), ...text,
    choices(dialog, does.length ? h("button", { type: "submit", class: "primary" }, `${verb} ${countOf(does.length)}`) : "", true)], () => ({}));
}

function askTyped({ title, text, phrase, action }) {
  const typed = h("input", { id: "ask-name", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", autofocus: true });
  const keep = h("input", { type: "checkbox" });
  const submit = h("button", { type: "submit", class: "danger", disabled: true }, action);
  const matches = () => typed.value.normalize("NFC").trim() === phrase.normalize("NFC").trim();
  typed.addEventListener("input", () => { submit.disabled = !matches(); });
  return ask((dialog) => [
    h("h2", { id: "ask-title" }, title), ...text,
    h("label", { class: "check" }, keep, h("span", {}, "Keep the memory (the state directory) on disk")),
    h("div", { class: "field" },
        h("label", { for: "ask-name" }, "Type ", h("strong", { class: "name" }, phrase), " to confirm"), typed),
    choices(dialog, submit),
  ], () => matches() && { keepState: keep.checked });
}

/**
 * Asks for the new value of a secret, and stays open, with what was typed, until it is saved.
 * @param save (value) → promise
 */
export function askSecret({ label, hint, help, placeholder, effect, made }, save) {
  const field = made ? null : textField({ pointer: "/value", label: `New ${label}`, secret: true, required: true, hint, help, placeholder }, "", () => {});
  const failed = h("p", { class: "field-error", role: "alert", hidden: true });
  const submit = h("button", { type: "submit", class: "primary" }, made ? "Make a new one" : "Replace");
  let busy = false;
  return ask((dialog) => [
    h("h2", { id: "ask-title" }, `Replace the ${label}?`),
    h("p", {}, `The old value is overwritten and cannot be brought back. ${effect}`),
    field?.element ?? (hint ? h("p", {}, hint) : ""), failed,
    choices(dialog, submit, made),
  ], async () => {
    if (busy) return null;
    busy = true;
    setAttribute(submit, "aria-disabled", "true");
    setHidden(failed, true);
    field?.showError("");
    try {
      await save(field ? field.input.value.trim() : null);
      return true;
    } catch (problem) {
      const message = problem.errors?.map((error) => error.message).join(" ");
      if (message && field) {
        field.showError(message);
        field.input.focus();
      } else {
        const { cause, next } = explain(problem, "");
        setText(failed, message || `${cause} ${next}`);
        setHidden(failed, false);
      }
      return null;
    } finally {
      busy = false;
      setAttribute(submit, "aria-disabled", null);
    }
  });
}

const choices = (dialog, submit, focusCancel = false) => h("div", { class: "choices" },
    h("button", { type: "button", autofocus: focusCancel, onclick: () => dialog.close() }, "Cancel"), submit);

/** A modal question: `content` makes what is in it; a submit closes it when `answer` (or its promise) is something. */
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
