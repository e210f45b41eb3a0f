// The confirmations of deletions and bulk actions.
import { ask, choices } from "../app/dialogs.js";
import { h } from "../app/dom.js";
import { countOf } from "./bulk.logic.js";

const lost = ({ ai }) => ["the container and its log", ai?.key ? "the secrets: channel credentials (the API key is kept)" : "the secrets: API key and channel credentials",
  "the memory: everything the bot has learned, its sessions and files"];

/** Asks the operator to type the bot's name before it is deleted. @returns {Promise<{keepState: boolean} | null>} */
export const confirmDelete = (bot) => askTyped({
  title: ["Delete ", h("span", { class: "name" }, bot.name), "?"], phrase: bot.name, action: "Delete bot",
  text: [h("p", {}, "This cannot be undone. It deletes:"), h("ul", {}, lost(bot).map((what) => h("li", {}, what)))],
});

/** Confirms a bulk action. @returns {Promise<{keepState?: boolean} | null>} */
export function confirmBulk({ action, does, skips, phrase }) {
  const verb = action[0].toUpperCase() + action.slice(1);
  const title = `${verb} ${countOf(does.length)}?`;
  const text = [
    does.length ? h("ul", { class: "names" }, does.map(({ name }) => h("li", { class: "name" }, name))) : h("p", {}, `This action applies to none of the selected bots.`),
    skips.length && does.length ? h("p", {}, `Skipped, because the action does not apply: ${skips.map(({ name }) => name).join(", ")}.`) : "",
  ];
  if (phrase && does.length) {
    return askTyped({ title, phrase, action: `${verb} ${countOf(does.length)}`, text: [...text, h("p", {}, "This cannot be undone. It deletes the container, the secrets and the memory of each bot.")] });
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
    h("label", { class: "check" }, keep, h("span", {}, "Keep the memory (state directory) on disk")),
    h("div", { class: "field" },
        h("label", { for: "ask-name" }, "Type ", h("strong", { class: "name" }, phrase), " to confirm"), typed),
    choices(dialog, submit),
  ], () => matches() && { keepState: keep.checked });
}
