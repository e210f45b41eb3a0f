// The questions before bots are deleted, or acted on several at a time.
import { ask, choices } from "../app/dialogs.js";
import { h } from "../app/dom.js";
import { countOf } from "./bulk.logic.js";

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
