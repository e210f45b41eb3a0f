// Pausing a bot's AI: the dialog, and the callout while it is paused or its budget is used up.
import { h, setAttribute, setHidden, setText } from "../app/dom.js";
import { askFields } from "../create/askfields.js";
import { textField } from "../create/field.js";
import { isOutOfBudget, pauseWords } from "../spending/money.logic.js";
import { pauseSentence } from "./spending.logic.js";

const MESSAGE = { pointer: "/message", label: "What the bot answers meanwhile", placeholder: "I am paused. Whoever runs me can resume me.", hint: "Reaches everybody who writes to the bot." };

export function askPause(app, bot) {
  const message = textField(MESSAGE, "", () => {});
  return askFields({
    title: `Pause the AI of ${bot.name}?`, text: "The bot stays up and keeps its channel, but no call to its AI is made, and nothing is spent, until you resume it.",
    views: () => [message], body: [message.element], action: "Pause AI",
  }, async () => {
    app.changed(await app.api.pauseAi(bot.id, message.input.value.trim() || undefined));
    app.announce(`The AI of ${bot.name} is paused`);
  }, app);
}

export function pausedPart(app) {
  let bot = null;
  const title = h("h2", {}), text = h("p", {});
  const resume = h("button", { type: "button", onclick: () => app.resumeAi(bot) }, "Resume AI");
  const element = h("section", { class: "callout", "data-tone": "warn", hidden: true }, h("div", {}, title, text), resume);
  return {
    element,
    update(now, state) {
      bot = now;
      setHidden(element, !bot.aiPaused && !isOutOfBudget(bot));
      setText(title, pauseWords(bot));
      setText(text, pauseSentence(bot));
      setHidden(resume, !bot.aiPaused);
      setAttribute(resume, "aria-disabled", state.busy.has(bot.id) ? "true" : null);
    },
  };
}
