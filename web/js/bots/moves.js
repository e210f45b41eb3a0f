// The dialog that moves all bots that hold a key, one after another, and shows how each fared.
import { ask, choices } from "../app/dialogs.js";
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { reach } from "./reach.logic.js";
import { countOf } from "./bulk.logic.js";

/**
 * @param moves [{bot, to}]
 * @param move  (bot, to) → promise of {tone, text}
 */
export function confirmMoves(moves, move) {
  const results = moves.map(({ to }) => h("span", { class: "hint" }, `to ${reach(to).label}`));
  const note = h("p", { role: "status" });
  const submit = h("button", { type: "submit", class: "primary" }, `Move ${countOf(moves.length)}`);
  let begun = false;

  async function run(cancel) {
    begun = true;
    setHidden(submit, true);
    setText(cancel, "Close");
    setText(note, "One after another, about a minute each. You may close this dialog: the move goes on while this page is open.");
    let good = 0;
    for (const [index, { bot, to }] of moves.entries()) {
      setText(results[index], "moving…");
      const { tone, text } = await move(bot, to);
      setText(results[index], text);
      setAttribute(results[index], "class", "outcome");
      setAttribute(results[index], "data-tone", tone);
      if (tone === "good") good++;
    }
    setText(note, `${good} of ${countOf(moves.length)} moved. The keys were in the bots until now: create new ones at the providers, and enter them on the page Keys.`);
  }

  return ask((dialog) => {
    const buttons = choices(dialog, submit, true);
    submit.addEventListener("click", (event) => {
      event.preventDefault();
      if (!begun) run(buttons.firstChild);
    });
    return [h("h2", { id: "ask-title" }, moves.length ? `Move ${countOf(moves.length)}?` : "No bot can be moved"),
      h("p", {}, "These bots hold their API keys in files that they can read. After the move BotMaker keeps the keys and makes the calls. Each container is replaced; memory is kept, and a bot that does not work there goes back."),
      h("ul", { class: "moves" }, moves.map(({ bot }, index) => h("li", {}, h("span", { class: "name" }, bot.name), " ", results[index]))),
      note, buttons];
  }, () => null);
}
