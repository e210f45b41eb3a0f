// The progress of a new bot, step by step, until it is ready; then what to do next.
import { h, icon, keyedList, setAttribute, setHidden, setIcon, setText } from "../app/dom.js";
import { steps } from "./steps.logic.js";
import { card } from "../app/card.js";

const DRAWINGS = { done: "done", now: "busy", failed: "error", todo: "ring" };
const WORDS = { done: "done", now: "in progress", failed: "failed", todo: "pending" };

/** The steps as a list. */
export function stepList() {
  const element = h("ol", { class: "steps" });
  return {
    element,
    show(bot) {
      keyedList(element, steps(bot), ({ label }) => label,
          () => h("li", {}, icon("ring"), h("span", {}, h("span", {}), h("span", { class: "unseen" }), h("span", { class: "hint" }))),
          (item, { label, state, note }) => {
            setAttribute(item, "data-state", state);
            setAttribute(item, "aria-current", state === "now" && "step");
            setIcon(item.firstChild, DRAWINGS[state]);
            const [name, word, hint] = item.lastChild.children;
            setText(name, label);
            setText(word, `: ${WORDS[state]}`);
            setText(hint, note);
          });
    },
  };
}

export function stepsPart(app, id) {
  const list = stepList();
  const next = h("p", { class: "next-step" });
  const element = card("Creating", { hidden: true }, list.element, next);
  return {
    element,
    update(bot) {
      const shown = bot.status === "creating" || app.fresh.has(id);
      setHidden(element, !shown || bot.status === "stopped");
      if (element.hidden) return;
      list.show(bot);
      const ready = bot.status === "running" && bot.health === "healthy";
      setText(element.querySelector("h2"), ready ? "Ready" : "Creating");
      setText(next, ready ? advice(bot) : "");
      setHidden(next, !ready);
    },
  };
}

function advice({ channel, access }) {
  if (channel.type === "webchat") return "Send it a message below.";
  if (access?.policy === "pairing") return "Now send it a message from your own account. It replies with a pairing code, and the pairing request appears on this page. The first sender you approve becomes the bot’s owner.";
  return "Send it a message on its channel, or try it below.";
}
